//! A console, or what it needs, as a process of the test: on loopback, with a folder of its own, ended with the test.

use std::fs::File;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use rustix::process::Pid;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::waiting::after_a_minute;

/// One that runs, and whatever it started.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it; its output goes to a file in `folder`.
    pub(crate) fn start(name: &'static str, folder: &TempDir, command: &mut Command) -> Self {
        let log = folder.path().join(format!("{name}.out"));
        let output = File::create(&log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}; `make consoles` installs it"));
        Self { name, child, log }
    }

    /// Waits until it takes connections there.
    pub(crate) fn listens(&mut self, at: &Place) {
        let what = format!("{} takes connections", self.name);
        // The first start of some makes a database.
        after_a_minute(&what, || {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{} ended: {}", self.name, self.said());
            at.answers()
        });
    }

    /// What it wrote so far.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = self.said();
            let lines: Vec<_> = said.lines().collect();
            let tail = lines[lines.len().saturating_sub(30)..].join("\n");
            let text = format!("--- {}\n{tail}\n", self.name);
            drop(std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()));
        }
        // It leads a group of its own: what it started ends as well.
        rustix::process::kill_process_group(Pid::from_child(&self.child), Signal::KILL).ok();
        drop(self.child.wait());
    }
}

/// Where a process listens.
pub(crate) enum Place {
    /// At this address.
    Tcp(SocketAddr),
    /// At this socket.
    Socket(PathBuf),
}

impl Place {
    fn answers(&self) -> bool {
        match self {
            Self::Tcp(address) => TcpStream::connect(address).is_ok(),
            Self::Socket(path) => UnixStream::connect(path).is_ok(),
        }
    }
}

/// An address that nobody listens at. Consoles want a number and cannot be given a socket.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// The program of this name, where distributions put programs that only administrators start.
pub(crate) fn command(name: &str) -> Command {
    let place = ["/usr/sbin", "/usr/bin"].iter().map(|place| Path::new(place).join(name));
    let mut found = place.filter(|path| path.exists());
    Command::new(found.next().unwrap_or_else(|| PathBuf::from(name)))
}
