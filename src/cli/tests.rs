//! The command line, from arguments to exit codes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use clap::CommandFactory;
use tempfile::TempDir;

use super::*;

const YAML: &str = "\
listen: { http: 127.0.0.1:0, https: 127.0.0.1:0 }
sites:
  - name: console
    hosts: [console.example.com, '*.example.org']
    upstream: http://127.0.0.1:3000
";

struct Home(TempDir);

impl Home {
    fn new(yaml: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::write(home.path("gateway.yaml"), yaml).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What the command printed, and how it ended.
    fn run(&self, arguments: &[&str]) -> (String, Result<(), Failure>) {
        let config = self.path("gateway.yaml").display().to_string();
        let all = ["portcullis", "--config", &config].into_iter().chain(arguments.iter().copied());
        let arguments = Arguments::try_parse_from(all).unwrap();
        let mut out = Vec::new();
        let mut context = Context::new(arguments.config, &mut out);
        context.json = arguments.json;
        let ended = dispatch(arguments.command, &mut context);
        (String::from_utf8(out).unwrap(), ended)
    }

    fn done(&self, arguments: &[&str]) -> String {
        let (out, ended) = self.run(arguments);
        ended.unwrap();
        out
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let arguments: Vec<&str> = ["--json"].iter().chain(arguments).copied().collect();
        serde_json::from_str(&self.done(&arguments)).unwrap()
    }
}

fn modes(dir: &Path, found: &mut Vec<(PathBuf, u32)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        found.push((path.clone(), fs::metadata(&path).unwrap().permissions().mode() & 0o777));
        if path.is_dir() {
            modes(&path, found);
        }
    }
}

#[test]
fn the_command_line_is_sound_and_every_command_is_explained() {
    let mut command = Arguments::command();
    command.clone().debug_assert();
    command.build();
    for top in command.get_subcommands() {
        assert!(top.get_about().is_some(), "{}", top.get_name());
        for sub in top.get_subcommands() {
            assert!(sub.get_about().is_some(), "{} {}", top.get_name(), sub.get_name());
        }
    }
}

#[test]
fn a_password_has_no_place_on_the_command_line_a309() {
    for arguments in [
        &["portcullis", "user", "add", "alice", "--password", "hunter22hunter22"][..],
        &["portcullis", "user", "set-password", "alice", "hunter22hunter22"][..],
    ] {
        assert!(Arguments::try_parse_from(arguments).is_err());
    }
}

#[test]
fn init_makes_everything_for_its_owner_alone_and_says_what_comes_next_a308() {
    let home = Home::new(YAML);
    let out = home.done(&["init"]);
    for said in
        ["SELF-SIGNED", "SHA-256", "console.example.com", "*.example.org", "--role owner", "run"]
    {
        assert!(out.contains(said), "{said} in\n{out}");
    }
    let mut found = Vec::new();
    modes(&home.path("data"), &mut found);
    for (path, mode) in &found {
        let right = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(*mode, right, "{}", path.display());
    }
    for name in [
        "keys/data.key",
        "keys/portal.key",
        "keys/dev-cert.pem",
        "keys/dev-key.pem",
        "keys/store.head",
        "run",
    ] {
        assert!(home.path("data").join(name).exists(), "{name}");
    }
}

#[test]
fn a_second_init_is_refused_names_what_is_there_and_changes_nothing_a299() {
    let home = Home::new(YAML);
    home.done(&["init"]);
    let key = fs::read(home.path("data/keys/data.key")).unwrap();
    let (_, ended) = home.run(&["init"]);
    let refused = ended.unwrap_err();
    assert!(matches!(refused, Failure::Failed(_)));
    for named in ["data/store", "data.key", "signing"] {
        assert!(refused.to_string().contains(named), "{refused}");
    }
    assert_eq!(fs::read(home.path("data/keys/data.key")).unwrap(), key);
    fs::remove_dir_all(home.path("data/store")).unwrap();
    assert!(home.run(&["init"]).1.is_err(), "keys without a store are somebody's");
}

#[test]
fn before_init_every_command_says_init_and_makes_nothing() {
    let home = Home::new(YAML);
    for arguments in [&["user", "list"][..], &["audit", "verify"][..], &["keys", "rotate"][..]] {
        let (_, ended) = home.run(arguments);
        let refused = ended.unwrap_err();
        assert!(matches!(refused, Failure::Usage(_)), "{refused}");
        assert!(refused.to_string().contains("portcullis init"), "{refused}");
    }
    assert!(!home.path("data").exists());
}

#[test]
fn a_missing_data_key_is_named_and_not_made_anew_a299() {
    let home = Home::new(YAML);
    home.done(&["init"]);
    fs::remove_file(home.path("data/keys/data.key")).unwrap();
    let refused = home.run(&["user", "list"]).1.unwrap_err();
    assert!(refused.to_string().contains("data.key"), "{refused}");
    assert!(!home.path("data/keys/data.key").exists());
}

#[test]
fn a_wrong_configuration_stops_every_command_and_check_names_each_fault() {
    let home = Home::new("listen: { http: nowhere }\nsites: []\n");
    for arguments in [&["check"][..], &["init"][..], &["user", "list"][..]] {
        let refused = home.run(arguments).1.unwrap_err();
        assert!(matches!(refused, Failure::Configuration(_)), "{refused}");
        assert!(
            refused.to_string().contains("listen.http") && refused.to_string().contains("sites")
        );
    }
    assert!(!home.path("data").exists());
    let (out, ended) = home.run(&["--json", "check"]);
    assert!(matches!(ended, Err(Failure::Reported)));
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(told["valid"] == false && told["errors"].as_array().unwrap().len() >= 2);
}

#[test]
fn a_right_configuration_is_called_valid_and_the_schema_is_json() {
    let home = Home::new(YAML);
    assert!(home.done(&["check"]).contains("is valid: 1 site(s)"));
    assert_eq!(home.json(&["check"])["valid"], true);
    assert!(home.json(&["schema"])["properties"]["sites"].is_object());
}

#[test]
fn without_a_gateway_commands_work_on_the_store_and_are_recorded() {
    let home = Home::new(YAML);
    home.done(&["init"]);
    let keys = home.json(&["keys", "rotate"]);
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    assert_eq!(home.json(&["keys", "list"])["keys"], keys["keys"]);
    assert!(home.done(&["audit", "verify"]).contains("is whole: 2 record(s)"));
    let tail = home.done(&["audit", "tail"]);
    assert_eq!(tail.lines().count(), 2, "{tail}");
    assert!(
        tail.contains("store_created by operator:")
            && tail.contains("signing_key_created by operator:")
    );
    let lines = home.done(&["--json", "audit", "tail", "--from", "2"]);
    assert_eq!(lines.lines().count(), 1);
    assert!(home.done(&["user", "list"]).starts_with("LOGIN"));
    let refused = home.run(&["user", "disable", "nobody"]).1.unwrap_err();
    assert!(matches!(refused, Failure::Failed(_)), "{refused}");
    let refused = home.run(&["audit", "tail", "-f"]).1.unwrap_err();
    assert!(refused.to_string().contains("no gateway runs"));
}

#[test]
fn a_store_in_use_without_an_answering_gateway_is_told_apart_a300() {
    let home = Home::new(YAML);
    home.done(&["init"]);
    let mut out = Vec::new();
    let context = Context::new(home.path("gateway.yaml"), &mut out);
    let holder = reach::Reach::find(&context).unwrap();
    let refused = home.run(&["user", "list"]).1.unwrap_err();
    assert!(refused.to_string().contains("in use, but no gateway answers"), "{refused}");
    holder.close().unwrap();
    home.done(&["user", "list"]);
}

#[test]
fn a_token_is_printed_once_with_a_way_to_use_it_and_never_shown_again() {
    let home = Home::new(YAML);
    home.done(&["init"]);
    let add = ["token", "add", "ci", "--site", "console", "--path", "/api/*", "--expires", "10d"];
    let told = home.done(&add);
    let text = told.lines().find_map(|line| line.trim().strip_prefix("pcs_")).unwrap();
    for said in
        ["EXPIRES SOON", "curl --header \"Portcullis-Token: $TOKEN\" https://", "/api/", "No route"]
    {
        assert!(told.contains(said), "{said} in\n{told}");
    }
    let issued = home.json(&["token", "rotate", "ci", "--now", "--expires", "300d"]);
    let secret = issued["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("pcs_") && issued["token"]["previous_until"].is_null());
    for shown in [
        home.done(&["token", "show", "ci"]),
        home.done(&["token", "list"]),
        home.done(&["--json", "token", "list"]),
        home.done(&["--json", "audit", "tail"]),
        home.done(&["token", "disable", "ci"]),
        home.done(&["token", "revoke", "ci"]),
    ] {
        assert!(!shown.contains(text) && !shown.contains(&secret), "{shown}");
    }
    assert_eq!(home.json(&["token", "list"])["tokens"], serde_json::json!([]));
    let refused = home.run(&["token", "show", "ci"]).1.unwrap_err();
    assert!(refused.to_string().contains("token list"), "{refused}");
    for wrong in ["--expires=10", "--expires=-1d", "--expires=1w"] {
        let arguments = ["portcullis", "token", "add", "ci", "--site", "console", wrong];
        assert!(Arguments::try_parse_from(arguments).is_err(), "{wrong}");
    }
}
