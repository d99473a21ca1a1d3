//! What is refused, and what the operator is told.

use std::fs;

use portcullis::clock::Timestamp;
use portcullis::config;

use crate::world::World;
use crate::world::files;

#[test]
fn every_fault_is_named_with_line_path_found_and_allowed() {
    let world = World::new();
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let files = files("invalid");
    assert!(files.len() >= 40);
    for file in files {
        let errors = world.load(&fs::read(&file).unwrap()).expect_err(&file.display().to_string());
        let told = world.without_directory(&errors.to_string());
        let golden = file.with_extension("txt");
        if update {
            fs::write(&golden, &told).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != told {
            wrong.push(format!("{}:\n{told}", file.display()));
        }
        for error in errors.iter() {
            assert!(error.line > 0 && error.column > 0, "{error}");
            assert!(error.found.is_some() && error.allowed.is_some(), "{error}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_message_shows_a_secret_a304() {
    let world = World::new();
    for file in files("invalid") {
        let errors = world.load(&fs::read(&file).unwrap()).unwrap_err();
        for told in [errors.to_string(), errors.to_json().to_string()] {
            assert!(!told.to_lowercase().contains("hunter2"), "{}: {told}", file.display());
        }
    }
}

#[test]
fn ten_faults_are_named_in_one_run_in_the_order_of_the_file() {
    let world = World::new();
    let text = include_bytes!("invalid/ten_at_once.yaml");
    let errors = world.load(text).unwrap_err();
    let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "listen.http",
            "listen.admin.address",
            "sites[0].name",
            "sites[0].upstrem",
            "sites[0].routes[0].requre",
            "sites[0].routes[1].path",
            "sessions.idle",
            "store.keys",
            "branding.name",
            "audit.keep",
            "limits.threads",
        ]
    );
}

#[test]
fn the_json_form_has_the_same_entries() {
    let world = World::new();
    let text = include_bytes!("invalid/unknown_key_near_miss.yaml");
    let json = world.load(text).unwrap_err().to_json();
    let entry = &json.as_array().unwrap()[0];
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!(entry["line"], 9);
    assert_eq!(entry["column"], 9);
    assert_eq!(entry["path"], "sites[0].routes[0].requre");
    assert_eq!(entry["message"], "unknown key");
    assert_eq!(entry["found"], "requre");
    assert_eq!(entry["allowed"], "path, methods, require, report_only");
    assert_eq!(entry["hint"], "did you mean `require`?");
    assert!(entry["file"].as_str().unwrap().ends_with("gateway.yaml"));
}

#[test]
fn a_file_that_cannot_be_read_as_text_is_refused_in_the_same_form() {
    let world = World::new();
    let missing = world.path().join("nowhere.yaml");
    let now = Timestamp::from_secs(0);
    let errors = config::load(&missing, &|_| None, now).unwrap_err();
    assert!(errors.to_string().contains("nowhere.yaml:1:1: the file does not exist"));
    let errors = config::load(world.path(), &|_| None, now).unwrap_err();
    assert!(errors.to_string().contains("this is not a file"));
    let errors = world.load(&vec![b'#'; 1024 * 1024 + 1]).unwrap_err();
    assert!(errors.to_string().contains("the file is too large"));
    let errors = world.load(b"listen:\n  http: \xff").unwrap_err();
    assert!(errors.to_string().contains("gateway.yaml:2:9: the file is not text in UTF-8"));
}

#[test]
fn a_file_full_of_faults_is_answered() {
    let world = World::new();
    let keys = |count: usize| {
        let lines: Vec<String> = (0..count).map(|n| format!("a{n}: 1")).collect();
        lines.join("\n")
    };
    assert!(world.load(keys(4000).as_bytes()).is_err());
    let errors = world.load(keys(5000).as_bytes()).unwrap_err();
    assert!(errors.to_string().contains("too many keys"));
    let routes = "      - path: /a\n".repeat(3000);
    let text = format!("{}    routes:\n{routes}", include_str!("valid/smallest.yaml"));
    assert_eq!(world.load(text.as_bytes()).unwrap_err().iter().count(), 100);
}

#[test]
fn links_do_not_hide_keys_inside_the_store() {
    let world = World::new();
    fs::create_dir_all(world.path().join("data/inner")).unwrap();
    std::os::unix::fs::symlink("data/inner", world.path().join("elsewhere")).unwrap();
    let base = include_str!("valid/smallest.yaml");
    let text = |keys: &str| format!("{base}store: {{ path: data, keys: {keys} }}\n");
    assert!(world.load(text("elsewhere/keys").as_bytes()).is_err());
    assert!(world.load(text("beside").as_bytes()).is_ok());
    assert!(world.load(text("data-keys").as_bytes()).is_ok());
}

#[test]
fn nesting_without_end_is_refused() {
    let world = World::new();
    for deep in ["[".repeat(500_000), "{a: ".repeat(200_000), "- ".repeat(300_000)] {
        let errors = world.load(deep.as_bytes()).unwrap_err();
        assert!(errors.to_string().contains("nested too deeply"), "{errors}");
    }
}
