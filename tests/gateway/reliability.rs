//! Reloads, upgrades and kills under load: who may pass always does, who may not never does.
//!
//! The listening socket is held by the test, as systemd holds it. Clients ask all the time, over new and
//! over kept connections; every answer and every failure is counted with the phase it fell in. In each
//! phase somebody's session is revoked, and must stay so. `make reliability` runs it long and prints the
//! figures of docs/reliability.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::RwLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::support::DEADLINE;
use crate::support::browser::Browser;
use crate::support::eventually;
use crate::support::find;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::lock;
use crate::support::person::Person;

/// What happens to the gateway meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Reloads,
    Upgrades,
    Kills,
}

/// What clients find out.
#[derive(Default)]
struct Tally {
    /// By phase: requests of those who may pass, and of those who may not.
    asked: BTreeMap<(Phase, bool), usize>,
    /// By phase and kind: what went wrong for those who may pass.
    failed: BTreeMap<(Phase, String), usize>,
    /// Whatever else than a refusal happened to those who may not pass; their failures are not counted.
    passed: Vec<String>,
}

/// What the clients share.
struct Shared {
    address: SocketAddr,
    phase: Mutex<Phase>,
    tally: Mutex<Tally>,
    revoked: RwLock<Vec<String>>,
    over: AtomicBool,
}

/// Who asks.
#[derive(Clone)]
enum Who {
    /// Somebody with this cookie, who may pass.
    Welcome(String),
    /// Everybody who may not, one after the other.
    Unwelcome,
}

/// Over which connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    New,
    Kept,
}

/// One request and its answer: the status, and whether the connection goes on.
fn exchange(
    stream: &mut TcpStream,
    path: &str,
    cookie: &str,
    over: Over,
) -> io::Result<(u16, Over)> {
    let more = if over == Over::New { "Connection: close\r\n" } else { "" };
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{cookie}{more}\r\n");
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    let mut buffer = [0_u8; 8192];
    loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let field = |name: &str| {
                let value = head.lines().find_map(|line| line.strip_prefix(name));
                value.map(|value| value.trim().to_owned())
            };
            let length = field("content-length:").map_or(0, |text| text.parse().unwrap());
            let status = head[9..12].parse().unwrap();
            if bytes.len() >= end + 4 + length {
                let closes = field("connection:").is_some_and(|value| value == "close");
                return Ok((status, if closes { Over::New } else { over }));
            }
        }
        match stream.read(&mut buffer)? {
            0 if bytes.is_empty() => return Err(io::Error::other("closed before the answer")),
            0 => return Err(io::Error::other("closed within the answer")),
            n => bytes.extend(&buffer[..n]),
        }
    }
}

/// Whether the other side has closed a connection that waits: such a one is not used, as by any client.
fn is_closed(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let closed =
        !matches!(stream.peek(&mut [0_u8]), Err(e) if e.kind() == io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    closed
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, DEADLINE)
        .map_err(|e| io::Error::other(format!("no connection: {:?}", e.kind())))?;
    stream.set_read_timeout(Some(DEADLINE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl Shared {
    /// Asks until it is over.
    fn ask(&self, who: &Who, over: Over) {
        let mut kept: Option<TcpStream> = None;
        let mut turn = 0_usize;
        while !self.over.load(Ordering::SeqCst) {
            let (path, cookie) = match who {
                Who::Welcome(cookie) => ("/welcome", cookie.clone()),
                Who::Unwelcome => {
                    turn += 1;
                    let revoked = self.revoked.read().unwrap();
                    // The one without any session takes its turn.
                    let cookie = revoked.get(turn % (revoked.len() + 1)).cloned();
                    ("/unwelcome", cookie.unwrap_or_default())
                }
            };
            let before = *lock(&self.phase);
            let reused = kept.take().filter(|stream| !is_closed(stream));
            let outcome =
                reused.map_or_else(|| connect(self.address), Ok).and_then(|mut stream| {
                    let (status, goes_on) = exchange(&mut stream, path, &cookie, over)?;
                    kept = (goes_on == Over::Kept).then_some(stream);
                    Ok(status)
                });
            // A request that began in one phase and ended in the next belongs to the first.
            self.note(before, who, outcome);
        }
    }

    fn note(&self, phase: Phase, who: &Who, outcome: io::Result<u16>) {
        let mut tally = lock(&self.tally);
        let welcome = matches!(who, Who::Welcome(_));
        *tally.asked.entry((phase, welcome)).or_default() += 1;
        let kind = match (welcome, outcome) {
            // Refusing everything while the next process begins is allowed; passing is not.
            (true, Ok(200)) | (false, Ok(401 | 503) | Err(_)) => return,
            (true, Ok(status)) => format!("status {status}"),
            (true, Err(error)) if error.kind() == io::ErrorKind::Other => error.to_string(),
            (true, Err(error)) => format!("{:?}", error.kind()),
            (false, Ok(status)) => return tally.passed.push(format!("{phase:?}: {status}")),
        };
        *tally.failed.entry((phase, kind)).or_default() += 1;
    }

    /// From here on everything belongs to this phase; what began before has ended when this returns.
    fn enter(&self, phase: Phase) {
        *lock(&self.phase) = phase;
        some_requests(self);
    }

    fn asked(&self) -> usize {
        lock(&self.tally).asked.values().sum()
    }
}

/// A console that counts who came, and keeps nothing.
struct Console {
    address: SocketAddr,
    unwelcome: Arc<AtomicUsize>,
}

impl Console {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let unwelcome = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&unwelcome);
        // It ends with the test's process: the gateway may connect until the very end.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let seen = Arc::clone(&seen);
                std::thread::spawn(move || drop(answer(stream, &seen)));
            }
        });
        Self { address, unwelcome }
    }
}

fn answer(mut stream: TcpStream, seen: &AtomicUsize) -> io::Result<()> {
    let (mut bytes, mut buffer) = (Vec::new(), [0_u8; 8192]);
    loop {
        while let Some(end) = find(&bytes, b"\r\n\r\n") {
            let head: Vec<u8> = bytes.drain(..end + 4).collect();
            if find(&head, b"/unwelcome").is_some() {
                seen.fetch_add(1, Ordering::SeqCst);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            n => bytes.extend(&buffer[..n]),
        }
    }
}

/// How often what happens.
struct Rounds {
    reloads: usize,
    upgrades: usize,
    kills: usize,
}

impl Rounds {
    #[expect(clippy::disallowed_methods, reason = "how long the loops are is no configuration")]
    fn wanted() -> Self {
        let text = std::env::var("PORTCULLIS_RELIABILITY").unwrap_or_else(|_| "5,2,1".to_owned());
        let numbers: Vec<usize> = text.split(',').map(|n| n.parse().expect("numbers")).collect();
        let [reloads, upgrades, kills] = numbers[..] else { panic!("reloads,upgrades,kills") };
        Self { reloads, upgrades, kills }
    }
}

/// People whose sessions are revoked one after the other.
struct Guests {
    gateway: Gateway,
    signed_in: Vec<(Person, Browser)>,
    shared: Arc<Shared>,
}

impl Guests {
    /// Revokes the next one's session, by signing out and by disabling the account in turn.
    fn revoke(&mut self) {
        let Some((person, mut browser)) = self.signed_in.pop() else { return };
        let cookie = cookie_of(&browser);
        if self.signed_in.len().is_multiple_of(2) {
            browser.sign_out();
        } else {
            self.gateway.cli_ok(&["user", "disable", &person.login], "");
        }
        self.shared.revoked.write().unwrap().push(cookie);
    }
}

fn cookie_of(browser: &Browser) -> String {
    format!("portcullis={}", browser.session().expect("a session"))
}

fn signed_in(gateway: &Gateway, login: &str) -> (Person, Browser) {
    let mut person = Person::named(login);
    gateway.add(&person);
    let mut browser = Browser::new(gateway);
    browser.sign_in(&mut person);
    (person, browser)
}

#[test]
fn who_may_pass_always_does_and_who_may_not_never_does_a283_a290_a292() {
    let rounds = Rounds::wanted();
    let console = Console::start();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let mut gateway = Gateway::prepare(&Setup::before(console.address));
    let yaml = gateway.setup_yaml().replace("http: 127.0.0.1:0", &format!("http: {address}"));
    gateway.configure(&yaml);
    gateway.pass(socket);
    gateway.run();
    let (_alice, alice) = signed_in(&gateway, "alice");
    let guests = rounds.reloads.min(4) + rounds.upgrades + rounds.kills;
    let mut signed = Vec::new();
    for number in 0..guests {
        signed.push(signed_in(&gateway, &format!("guest{number}")));
        if number % 20 == 19 {
            // So many sign-ins from one network are throttled; a restart forgets them.
            gateway.restart();
        }
    }
    let shared = Arc::new(Shared {
        address,
        phase: Mutex::new(Phase::Reloads),
        tally: Mutex::default(),
        revoked: RwLock::default(),
        over: AtomicBool::new(false),
    });
    let welcome = Who::Welcome(cookie_of(&alice));
    let clients = [
        (welcome.clone(), Over::New),
        (welcome.clone(), Over::Kept),
        (welcome.clone(), Over::New),
        (welcome, Over::Kept),
        (Who::Unwelcome, Over::New),
        (Who::Unwelcome, Over::Kept),
    ];
    let clients = clients.map(|(who, over)| {
        let shared = Arc::clone(&shared);
        std::thread::spawn(move || shared.ask(&who, over))
    });
    let mut guests = Guests { gateway, signed_in: signed, shared: Arc::clone(&shared) };
    reloads(&mut guests, &yaml, rounds.reloads);
    shared.enter(Phase::Upgrades);
    for _ in 0..rounds.upgrades {
        guests.revoke();
        guests.gateway.upgrade();
        some_requests(&shared);
    }
    shared.enter(Phase::Kills);
    for _ in 0..rounds.kills {
        guests.revoke();
        guests.gateway.kill9();
        guests.gateway.run();
        some_requests(&shared);
    }
    shared.over.store(true, Ordering::SeqCst);
    for client in clients {
        client.join().unwrap();
    }
    judge(&shared, &console, &rounds);
    guests.gateway.cli_ok(&["audit", "verify"], "");
}

/// Good and bad configurations in turn: a bad one changes nothing.
fn reloads(guests: &mut Guests, yaml: &str, rounds: usize) {
    let loads = |gateway: &Gateway| gateway.metric(&["configuration_loads"]);
    for round in 0..rounds {
        if round.is_multiple_of(rounds.div_ceil(4)) {
            guests.revoke();
        }
        let gateway = &guests.gateway;
        let before = loads(gateway);
        match round % 3 {
            2 => gateway.configure("sites: ["),
            1 => gateway.configure(&yaml.replace("path: /admin", "path: /other")),
            _ => gateway.configure(yaml),
        }
        gateway.sighup();
        eventually("the reload", || loads(gateway) > before);
        some_requests(&guests.shared);
        guests.gateway.configure(yaml);
    }
}

/// Lets clients ask a while.
fn some_requests(shared: &Shared) {
    let before = shared.asked();
    eventually("requests", || shared.asked() > before + 100);
}

fn judge(shared: &Shared, console: &Console, rounds: &Rounds) {
    let tally = lock(&shared.tally);
    let mut figures = format!(
        "{} reloads, {} upgrades, {} kills\n",
        rounds.reloads, rounds.upgrades, rounds.kills
    );
    for ((phase, welcome), count) in &tally.asked {
        let who = if *welcome { "may pass" } else { "may not" };
        writeln!(figures, "{phase:?}: {count} requests of those who {who}").unwrap();
    }
    for ((phase, kind), count) in &tally.failed {
        writeln!(figures, "{phase:?}: {count} failed: {kind}").unwrap();
    }
    let reached = console.unwelcome.load(Ordering::SeqCst);
    writeln!(figures, "passed without being allowed to: {}", reached + tally.passed.len()).unwrap();
    // Shown by `make reliability`, which asks for the output.
    io::stdout().write_all(figures.as_bytes()).unwrap();
    assert!(tally.passed.is_empty() && reached == 0, "{:?}\n{figures}", tally.passed);
    for (phase, kind) in tally.failed.keys() {
        // A killed process takes with it what it was answering, and nothing else.
        let in_flight = [
            "ConnectionReset",
            "closed before the answer",
            "closed within the answer",
            "BrokenPipe",
        ];
        assert!(*phase == Phase::Kills && in_flight.contains(&kind.as_str()), "{figures}");
    }
}
