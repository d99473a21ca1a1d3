//! chromedriver as a process of the test, with every browser it starts.

use std::io::BufRead as _;
use std::io::BufReader;
use std::os::unix::process::CommandExt as _;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::mpsc;

use rustix::process::Pid;
use rustix::process::Signal;

use crate::support::DEADLINE;

/// One browser is enough for a small machine.
pub(crate) static TURN: Mutex<()> = Mutex::new(());

/// How often it is tried.
const STARTS: usize = 5;

/// A running chromedriver.
#[derive(Debug)]
pub(crate) struct Chromedriver {
    child: Child,
    /// Where it listens.
    pub(crate) url: String,
}

impl Chromedriver {
    /// Starts it on a port of its own choice. One that finds the port taken after all, in the other family of addresses,
    /// ends at once, and another is started.
    pub(crate) fn start() -> Self {
        (0..STARTS).find_map(|_| Self::try_start()).expect("chromedriver says its port")
    }

    fn try_start() -> Option<Self> {
        let program = program("CHROMEDRIVER", "/usr/bin/chromedriver");
        let mut child = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}; `make test` installs it"));
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, ports) = mpsc::channel();
        std::thread::spawn(move || {
            // Read to the end: a full pipe would stop it.
            for line in output.lines().map_while(Result::ok) {
                if let Some(port) = port_in(&line) {
                    sender.send(port).ok();
                }
            }
        });
        // From here on the process ends with `driver`, whatever happens.
        let mut driver = Self { child, url: String::new() };
        let port = ports.recv_timeout(DEADLINE).ok()?;
        driver.url = format!("http://127.0.0.1:{port}");
        Some(driver)
    }
}

/// What an environment variable names, or else Debian's.
#[expect(
    clippy::disallowed_methods,
    reason = "the gateway's configuration does not come from here"
)]
pub(crate) fn program(variable: &str, usual: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| usual.to_owned())
}

/// The port in `ChromeDriver was started successfully on port 45321.`
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // Browsers of a test that failed are in the same group.
        rustix::process::kill_process_group(Pid::from_child(&self.child), Signal::KILL).ok();
        drop(self.child.wait());
    }
}
