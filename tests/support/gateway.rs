//! The gateway as its users run it: the compiled program, a directory of its own, real signals.

use std::fmt::Write as _;
use std::fs;
use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Output;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::WaitOptions;
use rustls_pki_types::CertificateDer;
use tempfile::TempDir;

use super::DEADLINE;
use super::lock;
use super::person::Person;
use super::raw_client::RawClient;
use super::raw_client::Response;
use super::raw_client::Trust;
use super::raw_client::Way;
use super::waiting;

/// The protected host of the tests.
pub(crate) const HOST: &str = "console.test";

const PROGRAM: &str = env!("CARGO_BIN_EXE_portcullis");

/// What to configure.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    upstream: String,
    tls: bool,
    log_level: &'static str,
    site: String,
    top: String,
    listen: &'static str,
    require: Option<String>,
}

impl Setup {
    /// A site in front of `upstream` with the routes of the tests.
    pub(crate) fn before(upstream: SocketAddr) -> Self {
        let upstream = format!("http://{upstream}");
        let (site, top) = (String::new(), String::new());
        let (listen, require) = ("127.0.0.1:0", None);
        Self { upstream, tls: false, log_level: "info", site, top, listen, require }
    }

    /// With this value of `upstream`.
    pub(crate) fn upstream(mut self, value: &str) -> Self {
        value.clone_into(&mut self.upstream);
        self
    }

    /// With a TLS listener, which the browser then uses.
    pub(crate) const fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// With a second listener of each kind, at 127.0.0.9, where connections begin with a PROXY header.
    pub(crate) const fn balanced(mut self) -> Self {
        self.listen = "[127.0.0.1:0, { address: 127.0.0.9:0, proxy_protocol: true }]";
        self
    }

    /// With this log level.
    pub(crate) const fn log_level(mut self, level: &'static str) -> Self {
        self.log_level = level;
        self
    }

    /// With this requirement of all that is not open.
    pub(crate) fn require(mut self, requirement: &str) -> Self {
        self.require = Some(requirement.to_owned());
        self
    }

    /// With a further line in the site.
    pub(crate) fn site_line(mut self, line: &str) -> Self {
        writeln!(self.site, "    {line}").unwrap();
        self
    }

    /// With further lines at the top level.
    pub(crate) fn top(mut self, lines: &str) -> Self {
        self.top.push_str(lines);
        self
    }

    /// `gateway.yaml`.
    pub(crate) fn yaml(&self) -> String {
        let Self { upstream, log_level, site, top, listen, .. } = self;
        let asked = |usually| self.require.as_deref().unwrap_or(usually);
        let (usual, admin) = (asked("second_factor"), asked("aal2"));
        let https = format!("  https: {listen}\n");
        let (https, certificates, scheme) = if self.tls {
            (
                https.as_str(),
                "tls:\n  certificates:\n    - certificate: console.pem\n      private_key: console.key\n",
                "https",
            )
        } else {
            ("", "", "http")
        };
        format!(
            "listen:\n  http: {listen}\n{https}  admin: 127.0.0.1:0\n{certificates}\
             sites:\n  - name: console\n    hosts: [{HOST}]\n    origin: {scheme}://{HOST}\n    \
             upstream: {upstream}\n    require: {usual}\n    routes:\n      \
             - {{ path: /public, require: open }}\n      \
             - {{ path: /admin, require: {admin} }}\n      \
             - {{ path: /api, methods: [GET], require: {usual} }}\n{site}\
             log: {{ level: {log_level}, access: access.log }}\n{top}"
        )
    }
}

/// A gateway that runs.
pub(crate) struct Gateway {
    setup: Setup,
    directory: TempDir,
    certificate: Option<CertificateDer<'static>>,
    running: Option<Running>,
    /// Everything the program wrote on stdout, of all its runs.
    stdout: Arc<Mutex<String>>,
    runs: usize,
    /// A listening socket that is passed to each run, as a service manager does.
    passed: Option<TcpListener>,
    /// Further environment of each run.
    environment: Vec<(&'static str, String)>,
    /// The program that is run.
    program: PathBuf,
}

struct Running {
    /// The process that serves.
    pid: Pid,
    /// It, if it is a child of ours and not of the process before it.
    child: Option<Child>,
    listeners: Vec<(String, SocketAddr)>,
}

impl Running {
    fn wait(self) -> ExitStatus {
        if let Some(mut child) = self.child {
            return child.wait().unwrap();
        }
        let ended = rustix::process::waitpid(Some(self.pid), WaitOptions::empty());
        ExitStatus::from_raw(ended.unwrap().expect("its end").1.as_raw())
    }
}

impl Gateway {
    /// Initialises, adds the people, starts, and waits for the ready line.
    pub(crate) fn start(setup: &Setup, people: &[&Person]) -> Self {
        let mut gateway = Self::prepare(setup);
        for person in people {
            gateway.add(person);
        }
        gateway.run();
        gateway
    }

    /// Initialises only.
    pub(crate) fn prepare(setup: &Setup) -> Self {
        let directory = TempDir::new().unwrap();
        waiting::listen(directory.path());
        let mut gateway = Self {
            setup: setup.clone(),
            directory,
            certificate: None,
            running: None,
            stdout: Arc::default(),
            runs: 0,
            passed: None,
            environment: Vec::new(),
            program: PathBuf::from(PROGRAM),
        };
        if setup.tls {
            gateway.make_certificate();
        }
        gateway.configure(&setup.yaml());
        gateway.cli_ok(&["init"], "");
        gateway
    }

    fn make_certificate(&mut self) {
        use std::os::unix::fs::PermissionsExt as _;

        let names = vec![HOST.to_owned(), "other.test".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        fs::write(self.path("console.pem"), made.cert.pem()).unwrap();
        let key = self.path("console.key");
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        self.certificate = Some(made.cert.der().clone());
    }

    /// Replaces `gateway.yaml`; a running gateway learns of it by [`Gateway::sighup`].
    pub(crate) fn configure(&self, yaml: &str) {
        fs::write(self.path("gateway.yaml"), yaml).unwrap();
    }

    /// The `gateway.yaml` it was set up with.
    pub(crate) fn setup_yaml(&self) -> String {
        self.setup.yaml()
    }

    /// A file beside `gateway.yaml`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs a command of the program with this configuration; nobody has come by SSH.
    pub(crate) fn cli(&self, arguments: &[&str], stdin: &str) -> Output {
        self.cli_from(arguments, stdin, None)
    }

    /// The same for somebody who has come from there by SSH.
    pub(crate) fn cli_from(&self, arguments: &[&str], stdin: &str, from: Option<&str>) -> Output {
        let mut child = Command::new(PROGRAM)
            .args(arguments)
            .env_remove("SSH_CLIENT")
            .env("SSH_CONNECTION", from.unwrap_or_default())
            .arg("--config")
            .arg(self.path("gateway.yaml"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // A command that reads no input may have ended already.
        drop(input.write_all(stdin.as_bytes()));
        drop(input);
        child.wait_with_output().unwrap()
    }

    /// The same, which must succeed; its stdout.
    pub(crate) fn cli_ok(&self, arguments: &[&str], stdin: &str) -> String {
        let output = self.cli(arguments, stdin);
        assert!(
            output.status.success(),
            "portcullis {arguments:?}: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Makes an account.
    pub(crate) fn add(&self, person: &Person) {
        let name = format!("Name of {}", person.login);
        let email = format!("{}@example.com", person.login);
        let arguments = [
            "user",
            "add",
            &person.login,
            "--name",
            &name,
            "--email",
            &email,
            "--group",
            "operators",
            "--role",
            person.role,
            "--password-stdin",
        ];
        self.cli_ok(&arguments, &format!("{}\n", person.password));
    }

    /// Passes this listening socket to every run, as systemd does.
    pub(crate) fn pass(&mut self, socket: TcpListener) {
        self.passed = Some(socket);
    }

    /// Sets a variable for every run.
    pub(crate) fn variable(&mut self, name: &'static str, value: &str) {
        self.environment.push((name, value.to_owned()));
    }

    /// Starts the program, which must fail; what it says.
    pub(crate) fn fails(&mut self) -> String {
        let log = File::create(self.path("stderr.log")).unwrap();
        let config = self.path("gateway.yaml");
        let mut command = self.command();
        let child = command.arg("run").arg("--config").arg(config).stderr(log).spawn().unwrap();
        // Like one that starts: it ends with `self`, whatever happens.
        let (pid, child) = (Pid::from_child(&child), Some(child));
        self.running = Some(Running { pid, child, listeners: Vec::new() });
        let status = self.exited();
        assert!(!status.success(), "it started");
        self.stderr()
    }

    /// From the next run on, a copy of the program is run, which may be replaced.
    pub(crate) fn own_program(&mut self) -> PathBuf {
        self.program = self.path("portcullis");
        fs::copy(PROGRAM, &self.program).unwrap();
        self.program.clone()
    }

    fn command(&self) -> Command {
        let Some(socket) = &self.passed else {
            let mut command = Command::new(&self.program);
            command.stdin(Stdio::null());
            return command;
        };
        // Descriptor 3 and the variables of sd_listen_fds(3).
        let script = "exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\"";
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .arg(&self.program)
            .stdin(OwnedFd::from(socket.try_clone().unwrap()));
        command
    }

    /// Starts the program and waits for the ready line.
    pub(crate) fn run(&mut self) {
        assert!(self.running.is_none(), "one process at a time");
        self.runs += 1;
        // After an upgrade the process is no child of ours, but of one that ended: this makes it ours.
        rustix::process::set_child_subreaper(Some(rustix::process::getpid())).unwrap();
        let log = File::options().create(true).append(true).open(self.path("stderr.log")).unwrap();
        let mut child = self
            .command()
            .arg("run")
            .arg("--config")
            .arg(self.path("gateway.yaml"))
            .envs(self.environment.clone())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let all = Arc::clone(&self.stdout);
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                writeln!(lock(&all), "{line}").unwrap();
                // Nobody listens after the ready line.
                drop(sender.send(line));
            }
        });
        // From here on the process ends with `self`, whatever happens.
        let pid = Pid::from_child(&child);
        let child = Some(child);
        let running = self.running.insert(Running { pid, child, listeners: Vec::new() });
        let ready = loop {
            match lines.recv_timeout(DEADLINE) {
                Ok(line) if line.starts_with("portcullis ready") => break line,
                Ok(_) => {}
                Err(error) => panic!("not ready ({error}):\n{}", self.stderr()),
            }
        };
        running.listeners = ready
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, address)| (name.to_owned(), address.parse().unwrap()))
            .collect();
    }

    /// Whether it runs, and is the first process here: its counters began with its log.
    pub(crate) const fn has_run_once(&self) -> bool {
        self.runs == 1 && self.running.is_some()
    }

    /// Begins a new peak of its memory; what is resident now, in bytes.
    pub(crate) fn forget_peak(&self) -> u64 {
        fs::write(self.proc("clear_refs"), "5").unwrap();
        self.status("VmRSS:")
    }

    /// The most that was resident since [`Gateway::forget_peak`], in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(self.proc("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    fn proc(&self, file: &str) -> PathBuf {
        let pid = self.pid().as_raw_pid();
        PathBuf::from(format!("/proc/{pid}/{file}"))
    }

    /// A listener of the ready line.
    pub(crate) fn listener(&self, name: &str) -> SocketAddr {
        let running = self.running.as_ref().expect("a running gateway");
        running
            .listeners
            .iter()
            .find(|(listener, _)| listener == name)
            .map_or_else(|| panic!("no listener {name}"), |(_, address)| *address)
    }

    /// The listener of this kind where a connection goes that takes this way.
    pub(crate) fn listener_by(&self, way: &Way, name: &str) -> SocketAddr {
        let running = self.running.as_ref().expect("a running gateway");
        let mut listeners = running.listeners.iter().filter(|(listener, _)| listener == name);
        let at = usize::from(way.preamble.is_some());
        listeners.nth(at).unwrap_or_else(|| panic!("no listener {name} for {way:?}")).1
    }

    /// A connection that takes this way, and then speaks as browsers do.
    pub(crate) fn connect_by(&self, way: &Way) -> RawClient {
        match self.trust(&["http/1.1"]) {
            Some(trust) => {
                let address = self.listener_by(way, "https");
                RawClient::try_tls_by(way, address, &trust).expect("TLS handshake")
            }
            None => RawClient::plain_by(way, self.listener_by(way, "http")),
        }
    }

    /// The plain listener.
    pub(crate) fn http(&self) -> SocketAddr {
        self.listener("http")
    }

    /// How to speak TLS with it; none when it has no TLS listener.
    pub(crate) fn trust(&self, alpn: &[&str]) -> Option<Trust> {
        Some(Trust {
            root: self.certificate.clone()?,
            name: HOST.to_owned(),
            alpn: alpn.iter().map(|p| p.as_bytes().to_vec()).collect(),
        })
    }

    /// A connection as browsers make it: TLS where there is a TLS listener.
    pub(crate) fn connect(&self) -> RawClient {
        self.connect_by(&Way::default())
    }

    /// `http` or `https`, as browsers see it.
    pub(crate) const fn scheme(&self) -> &'static str {
        if self.setup.tls { "https" } else { "http" }
    }

    /// Name of the session cookie on the listener that [`Gateway::connect`] uses.
    pub(crate) const fn session_cookie(&self) -> &'static str {
        if self.setup.tls { "__Host-portcullis" } else { "portcullis" }
    }

    /// Asks the admin listener.
    pub(crate) fn admin(&self, path: &str) -> Response {
        let address = self.listener("admin");
        let mut client = RawClient::plain(address);
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        client.send(request.as_bytes());
        client.response()
    }

    /// The sum of all samples whose name and labels contain every word.
    pub(crate) fn metric(&self, words: &[&str]) -> f64 {
        self.admin("/metrics")
            .text()
            .lines()
            .filter(|line| !line.starts_with('#') && words.iter().all(|word| line.contains(word)))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    /// Records of the access log, as far as their lines are written to the end.
    pub(crate) fn access_log(&self) -> Vec<serde_json::Value> {
        let bytes = fs::read(self.path("access.log")).unwrap_or_default();
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let text = std::str::from_utf8(&bytes[..whole]).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON record")).collect()
    }

    /// What the program wrote on stderr so far.
    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.path("stderr.log")).unwrap_or_default()
    }

    /// What the program wrote on stdout so far.
    pub(crate) fn stdout(&self) -> String {
        lock(&self.stdout).clone()
    }

    /// Sends SIGHUP.
    pub(crate) fn sighup(&self) {
        self.signal(Signal::HUP);
    }

    /// Sends SIGTERM; see [`Gateway::exited`].
    pub(crate) fn sigterm(&self) {
        self.signal(Signal::TERM);
    }

    fn signal(&self, signal: Signal) {
        let running = self.running.as_ref().expect("a running gateway");
        rustix::process::kill_process(running.pid, signal).unwrap();
    }

    /// The process that serves.
    pub(crate) fn pid(&self) -> Pid {
        self.running.as_ref().expect("a running gateway").pid
    }

    /// Asks for an upgrade; what becomes of it is seen elsewhere.
    pub(crate) fn sigusr2(&self) {
        self.signal(Signal::USR2);
    }

    /// Has the program take over from itself, and waits until the old process has ended well.
    pub(crate) fn upgrade(&mut self) {
        let said = self.cli_ok(&["--json", "upgrade"], "");
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let pid = i32::try_from(said["process"].as_i64().unwrap()).unwrap();
        self.adopt(Pid::from_raw(pid).unwrap());
    }

    /// The process that answers on the control socket: after an upgrade, another one.
    pub(crate) fn answering(&self) -> Option<Pid> {
        let socket = UnixStream::connect(self.path("data/run/control.sock")).ok()?;
        Some(rustix::net::sockopt::socket_peercred(socket).unwrap().pid)
    }

    /// Waits for the end of the old process, and takes this one for the gateway.
    pub(crate) fn adopt(&mut self, pid: Pid) {
        let listeners = self.running.as_ref().expect("a running gateway").listeners.clone();
        let status = self.exited();
        // From here on the new process ends with `self`, whatever happens.
        self.running = Some(Running { pid, child: None, listeners });
        self.runs += 1;
        assert!(status.success(), "{status}:\n{}", self.stderr());
    }

    /// Waits for the end of the process.
    pub(crate) fn exited(&mut self) -> ExitStatus {
        let running = self.running.take().expect("a running gateway");
        let pid = running.pid;
        let (sender, ended) = mpsc::channel();
        let waiter = std::thread::spawn(move || sender.send(running.wait()));
        let status = ended.recv_timeout(DEADLINE);
        if status.is_err() {
            rustix::process::kill_process(pid, Signal::KILL).unwrap();
        }
        waiter.join().unwrap().unwrap();
        status.unwrap_or_else(|_| panic!("still running:\n{}", self.stderr()))
    }

    /// Kills it as a power cut would.
    pub(crate) fn kill9(&mut self) {
        if let Some(running) = self.running.take() {
            rustix::process::kill_process(running.pid, Signal::KILL).unwrap();
            running.wait();
        }
    }

    /// SIGTERM, then a new start; listeners get new ports.
    pub(crate) fn restart(&mut self) {
        self.sigterm();
        let status = self.exited();
        assert!(status.success(), "{status}:\n{}", self.stderr());
        self.run();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // One that took over, and that a test that failed did not get to know.
        let other =
            self.answering().filter(|pid| self.running.as_ref().is_none_or(|r| r.pid != *pid));
        if let Some(other) = other {
            // It may have ended meanwhile.
            let _ended = rustix::process::kill_process(other, Signal::KILL);
        }
        self.kill9();
        if std::thread::panicking() {
            let log = self.stderr();
            let lines: Vec<_> = log.lines().collect();
            let tail = lines[lines.len().saturating_sub(40)..].join("\n");
            // Shown by the test harness beside the failed assertion.
            drop(std::io::stderr().write_all(tail.as_bytes()));
        }
    }
}
