//! A mail server small enough to read: SMTP by hand, STARTTLS under an authority of the tests.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;

use rcgen::CertificateParams;
use rcgen::CertifiedIssuer;
use rcgen::KeyPair;
use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls_pki_types::PrivateKeyDer;

use super::DEADLINE;
use super::lock;
use super::waiting::announced;

/// How the server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It offers STARTTLS and takes every letter.
    Willing,
    /// It does not offer STARTTLS.
    Bare,
    /// It takes no letter, now or ever: 550.
    Unwilling,
    /// It takes none now: 451.
    Busy,
    /// It hears a letter out and never answers.
    Silent,
}

/// A letter that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// Recipients of the envelope.
    pub(crate) to: Vec<String>,
    /// Head and body, as they came.
    pub(crate) data: String,
    /// Whether TLS was spoken.
    pub(crate) secure: bool,
    /// What was sent to sign in.
    pub(crate) auth: Option<String>,
}

impl Letter {
    /// The value of a header, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next().unwrap();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut found = head.split("\r\n").filter_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        });
        let value = found.next();
        assert!(found.next().is_none(), "{name} stands twice");
        value
    }

    /// The first run of so many digits that stands alone on a line: a code.
    pub(crate) fn code(&self) -> String {
        let is_code =
            |line: &&str| (6..=8).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_digit());
        self.data
            .lines()
            .find(is_code)
            .unwrap_or_else(|| panic!("no code in {}", self.data))
            .to_owned()
    }
}

#[derive(Default)]
struct Log {
    letters: Vec<Letter>,
    refused: usize,
    heard: usize,
    in_clear: Vec<String>,
}

struct Shared {
    log: Mutex<Log>,
    changed: Condvar,
    manner: Mutex<Manner>,
    tls: Arc<ServerConfig>,
}

/// The mail server.
pub(crate) struct MailServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// The authority's certificate, in PEM.
    pub(crate) authority: String,
}

impl MailServer {
    /// At a free port of this machine, with a certificate made out to `localhost`.
    pub(crate) fn start(manner: Manner) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let own = own.signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            log: Mutex::default(),
            changed: Condvar::new(),
            manner: Mutex::new(manner),
            tls: Arc::new(tls),
        });
        let accepting = Arc::clone(&shared);
        // Ends with the process: a listener that nobody asks costs nothing.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&accepting);
                std::thread::spawn(move || converse(stream, &shared));
            }
        });
        Self { address, shared, authority: authority.pem() }
    }

    /// Its port.
    pub(crate) const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Behaves otherwise from now on.
    pub(crate) fn behave(&self, manner: Manner) {
        *lock(&self.shared.manner) = manner;
    }

    /// Letters so far.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        lock(&self.shared.log).letters.clone()
    }

    /// What was said before TLS was spoken.
    pub(crate) fn in_clear(&self) -> Vec<String> {
        lock(&self.shared.log).in_clear.clone()
    }

    /// Waits until so many letters arrived in all.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Letter> {
        self.wait_until("letters", |log| log.letters.len() >= count);
        self.letters()
    }

    /// Waits until so many letters were refused in all.
    pub(crate) fn wait_refused(&self, count: usize) {
        self.wait_until("refused letters", |log| log.refused >= count);
    }

    /// Waits until so many letters were heard out, whatever became of them.
    pub(crate) fn wait_heard(&self, count: usize) {
        self.wait_until("letters that were heard", |log| log.heard >= count);
    }

    fn wait_until(&self, what: &str, holds: impl Fn(&Log) -> bool) {
        let (log, in_time) = announced((&self.shared.log, &self.shared.changed), holds);
        assert!(in_time, "{what}: {:?}", log.letters.len());
    }
}

/// Both directions of a conversation.
trait Wire: Read + Write {}

impl<T: Read + Write> Wire for T {}

fn converse(stream: TcpStream, shared: &Shared) {
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut wire: Box<dyn Wire> = Box::new(stream.try_clone().unwrap());
    let manner = *lock(&shared.manner);
    let offers = if manner == Manner::Bare { "" } else { "250-STARTTLS\r\n" };
    if say(wire.as_mut(), "220 localhost ESMTP\r\n").is_none() {
        return;
    }
    while let Some(line) = hear(wire.as_mut()) {
        lock(&shared.log).in_clear.push(line.clone());
        let word = line.to_ascii_uppercase();
        if word.starts_with("EHLO") {
            let offer = format!("250-localhost\r\n{offers}250 AUTH PLAIN\r\n");
            if say(wire.as_mut(), &offer).is_none() {
                return;
            }
        } else if word == "STARTTLS" && manner != Manner::Bare {
            if say(wire.as_mut(), "220 go ahead\r\n").is_none() {
                return;
            }
            let connection = ServerConnection::new(Arc::clone(&shared.tls)).unwrap();
            let secure = StreamOwned::new(connection, stream);
            return take(Box::new(secure), shared, manner);
        } else if word.starts_with("MAIL FROM") && manner == Manner::Bare {
            let taken = say(wire.as_mut(), "250 ok\r\n");
            if taken.is_none() {
                return;
            }
            return take(wire, shared, manner);
        } else {
            let _gone = say(wire.as_mut(), "221 bye\r\n");
            return;
        }
    }
}

/// Takes letters on a connection that is ready for them.
fn take(mut wire: Box<dyn Wire>, shared: &Shared, manner: Manner) {
    let secure = manner != Manner::Bare;
    let mut to = Vec::new();
    let mut auth = None;
    while let Some(line) = hear(wire.as_mut()) {
        let word = line.to_ascii_uppercase();
        let answer = if word.starts_with("EHLO") {
            "250-localhost\r\n250 AUTH PLAIN\r\n".to_owned()
        } else if word.starts_with("AUTH") {
            auth = Some(line);
            "235 ok\r\n".to_owned()
        } else if word.starts_with("RCPT TO") {
            to.push(line.split_once(':').unwrap().1.trim().trim_matches(['<', '>']).to_owned());
            "250 ok\r\n".to_owned()
        } else if word == "DATA" {
            if say(wire.as_mut(), "354 go on\r\n").is_none() {
                return;
            }
            let mut data = String::new();
            loop {
                let Some(line) = hear(wire.as_mut()) else { return };
                if line == "." {
                    break;
                }
                data.push_str(line.strip_prefix('.').unwrap_or(&line));
                data.push_str("\r\n");
            }
            let letter = Letter { to: std::mem::take(&mut to), data, secure, auth: auth.clone() };
            let Some(answer) = judge(shared, manner, letter) else {
                // Until the other side has had enough.
                let _gone = hear(wire.as_mut());
                return;
            };
            answer.to_owned()
        } else if word == "QUIT" {
            let _gone = say(wire.as_mut(), "221 bye\r\n");
            return;
        } else {
            "250 ok\r\n".to_owned()
        };
        if say(wire.as_mut(), &answer).is_none() {
            return;
        }
    }
}

/// What becomes of a letter; none: no answer.
fn judge(shared: &Shared, manner: Manner, letter: Letter) -> Option<&'static str> {
    let mut log = lock(&shared.log);
    log.heard += 1;
    let answer = match manner {
        Manner::Willing | Manner::Bare => {
            log.letters.push(letter);
            Some("250 taken\r\n")
        }
        Manner::Unwilling => {
            log.refused += 1;
            Some("550 not here\r\n")
        }
        Manner::Busy => {
            log.refused += 1;
            Some("451 later\r\n")
        }
        Manner::Silent => None,
    };
    drop(log);
    shared.changed.notify_all();
    answer
}

fn say(wire: &mut dyn Wire, text: &str) -> Option<()> {
    wire.write_all(text.as_bytes()).ok()?;
    wire.flush().ok()
}

/// One line without its end; byte by byte, so that nothing of what follows is taken.
fn hear(wire: &mut dyn Wire) -> Option<String> {
    let mut line = Vec::new();
    let mut reader = BufReader::with_capacity(1, wire);
    reader.read_until(b'\n', &mut line).ok().filter(|read| *read > 0)?;
    let text = String::from_utf8_lossy(&line).into_owned();
    Some(text.trim_end_matches(['\r', '\n']).to_owned())
}
