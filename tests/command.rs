//! The compiled program as scripts see it: exit codes, and what goes to which stream.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use tempfile::TempDir;

const YAML: &str = "\
listen: { http: 127.0.0.1:0 }
sites: [{ name: console, hosts: [localhost], upstream: 'http://127.0.0.1:3000' }]
";

fn home(yaml: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("gateway.yaml"), yaml).unwrap();
    dir
}

fn run(dir: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portcullis"))
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends before it reads its input is judged by its output.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn wrong_calls_and_wrong_configurations_end_with_64_and_write_to_standard_error() {
    let dir = home("listen: { http: nowhere }\n");
    for arguments in
        [&["no-such"][..], &[], &["check"], &["init"], &["run"], &["--config", "none", "check"]]
    {
        let output = run(dir.path(), arguments, "");
        assert_eq!(code(&output), 64, "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn before_init_everything_ends_with_64_and_says_init() {
    let dir = home(YAML);
    for arguments in [&["run"][..], &["user", "list"], &["audit", "tail"]] {
        let output = run(dir.path(), arguments, "");
        assert_eq!(code(&output), 64, "{arguments:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("portcullis init"),
            "{arguments:?}"
        );
    }
}

#[test]
fn what_was_done_ends_with_0_and_what_was_refused_with_1() {
    let dir = home(YAML);
    assert_eq!(code(&run(dir.path(), &["init"], "")), 0);
    assert_eq!(code(&run(dir.path(), &["init"], "")), 1);
    let add = ["user", "add", "alice", "--role", "owner", "--password-stdin"];
    assert_eq!(code(&run(dir.path(), &add, "short\n")), 1);
    assert_eq!(code(&run(dir.path(), &add, "tall grass hums\n")), 0);
    assert_eq!(code(&run(dir.path(), &add, "tall grass hums\n")), 1);
    assert_eq!(code(&run(dir.path(), &["user", "disable", "alice"], "")), 1);
    let version = run(dir.path(), &["--version"], "");
    assert_eq!((code(&version), version.stderr.len()), (0, 0));
}

#[test]
fn a_password_is_not_asked_for_where_nobody_sits() {
    let dir = home(YAML);
    let output = run(dir.path(), &["user", "add", "alice"], "tall grass hums\n");
    assert_eq!(code(&output), 64);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--password-stdin"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let dir = home(YAML);
    let mut child = Command::new(env!("CARGO_BIN_EXE_portcullis"))
        .arg("schema")
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), String::from_utf8_lossy(&output.stderr).as_ref()), (0, ""));
}
