//! A program of another language beside the tests: says on its first line where it listens, and ends when
//! its standard input does.

use std::io::BufRead as _;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

/// One that runs.
pub(crate) struct Program {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Program {
    /// Starts `tests/python/NAME` with the packages of the tests.
    pub(crate) fn python(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join(".venv/bin/python");
        assert!(python.exists(), ".venv is missing: run make test");
        Self::start(&mut Command::new(python), &root.join("tests/python").join(name))
    }

    /// Starts `tests/node/NAME`.
    pub(crate) fn node(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::start(&mut Command::new("node"), &root.join("tests/node").join(name))
    }

    fn start(command: &mut Command, script: &Path) -> Self {
        let mut child = command
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}: run make test"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port: u16 =
            line.trim().parse().unwrap_or_else(|_| panic!("{}: {line}", script.display()));
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
