//! The assertion before JWT libraries that share nothing with us: they know the JWKS address, the issuer
//! and the site's name, as a console does.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use crate::support::gateway::HOST;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::World;

/// Runs a verifier over a fresh assertion; what it printed.
fn verdicts(program: &Path, needed: &str, script: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(root.join(needed).exists(), "{needed} is missing: run make test");
    let world = World::start();
    let (_, seen) = world.check(&Row::forwarded("identity", get("/x", FULL)));
    let token = seen[0].values("portcullis-assertion").remove(0);
    let jwks = format!("http://{}/.portcullis/jwks.json", world.gateway.listener("admin"));
    let mut child = Command::new(program)
        .arg(root.join(script))
        .args([&jwks, &format!("http://{HOST}"), "console"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}: run make test", program.display()));
    child.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}{errors}", output.status);
    said
}

fn count(said: &str, words: &str) -> usize {
    said.lines().filter(|line| line.starts_with("ok: ") && line.contains(words)).count()
}

#[test]
fn two_python_libraries_believe_the_assertion_and_no_forgery_a242_a243_a244() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
    let said = verdicts(&python, ".venv/bin/python", "tests/python/verify.py");
    assert_eq!(count(&said, "the assertion: accepted"), 2, "{said}");
    assert_eq!(count(&said, ": refused"), 2 * 21, "{said}");
}

#[test]
fn a_node_library_believes_the_assertion_and_no_forgery_a242_a243_a244() {
    let said = verdicts(Path::new("node"), "tests/node/node_modules/jose", "tests/node/verify.mjs");
    assert_eq!(count(&said, "the assertion: accepted"), 1, "{said}");
    assert_eq!(count(&said, ": refused"), 14, "{said}");
}
