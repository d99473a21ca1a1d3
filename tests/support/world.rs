//! An upstream, a gateway in front of it, and a person with a session; and what runs a table of rows: over
//! HTTP/1.1 in clear, over HTTP/1.1 in TLS, and over HTTP/2.

use std::sync::Mutex;

use super::browser::Browser;
use super::gateway::Gateway;
use super::gateway::HOST;
use super::gateway::Setup;
use super::h2::Ended;
use super::h2::H2Client;
use super::h2::Last;
use super::invariants;
use super::invariants::Entry;
use super::lock;
use super::message::Message;
use super::person::Person;
use super::raw_client::RawClient;
use super::raw_client::Response;
use super::raw_client::Way;
use super::recorder::Answer;
use super::recorder::Recorded;
use super::recorder::Recorder;
use super::row::Fate;
use super::row::Identity;
use super::row::Row;
use super::row::Upstream;
use super::row::check_identity;
use super::row::get;

/// What stands in a row for the header line with the session of the person.
pub(crate) const FULL: &str = "Cookie: @SESSION@\r\n";

/// The upstream's usual body.
pub(crate) const SENTINEL: &str = "from upstream";

/// How a row travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// HTTP/1.1 in clear.
    Clear,
    /// HTTP/1.1 in TLS.
    Tls,
    /// HTTP/2 in TLS.
    Http2,
}

/// Everything a table needs.
pub(crate) struct World {
    /// The gateway. First, so that it is gone before the upstream is.
    pub(crate) gateway: Gateway,
    /// A second gateway in front of the same upstream, with TLS, and who is signed in there.
    pub(crate) secure: Option<(Gateway, Browser, Person)>,
    /// The upstream; it must answer `/sentinel` with [`SENTINEL`].
    pub(crate) recorder: Recorder,
    /// A signed-in browser.
    pub(crate) browser: Browser,
    /// Whose it is.
    pub(crate) person: Person,
    entries: Mutex<Vec<Entry>>,
    /// How much of each of the upstream's connections was searched.
    searched: Mutex<Vec<usize>>,
}

impl World {
    /// With a plain listener and an upstream that answers everything.
    pub(crate) fn start() -> Self {
        Self::with(Recorder::start(), |setup| setup)
    }

    /// With an upstream that answers by a script.
    pub(crate) fn scripted(script: impl Fn(&Recorded) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(Recorder::scripted(script), |setup| setup)
    }

    /// With a TLS listener as well, which the browser uses.
    pub(crate) fn tls() -> Self {
        Self::with(Recorder::start(), Setup::tls)
    }

    /// With this upstream and these changes to the configuration; signing in reaches the upstream never.
    pub(crate) fn with(recorder: Recorder, change: impl FnOnce(Setup) -> Setup) -> Self {
        let world = Self::with_requests(recorder, change);
        assert_eq!(world.recorder.count(), 0, "signing in reached the upstream");
        world
    }

    /// With an upstream that the gateway asks on its own.
    pub(crate) fn with_requests(recorder: Recorder, change: impl FnOnce(Setup) -> Setup) -> Self {
        let setup = change(Setup::before(recorder.address()));
        let (gateway, browser, person) = signed_in(&setup);
        Self::of((gateway, browser, person), None, recorder)
    }

    /// With everything a table needs to be sent over every wire.
    pub(crate) fn on_every_wire() -> Self {
        Self::on_every_wire_with(Recorder::start(), |setup| setup)
    }

    /// The same with an upstream that answers by a script.
    pub(crate) fn on_every_wire_scripted(
        script: impl Fn(&Recorded) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::on_every_wire_with(Recorder::scripted(script), |setup| setup)
    }

    /// The same with this upstream and these changes to the configuration.
    pub(crate) fn on_every_wire_with(recorder: Recorder, change: impl Fn(Setup) -> Setup) -> Self {
        let setup = change(Setup::before(recorder.address()));
        let secure = setup.clone().tls();
        let (plain, secure) = std::thread::scope(|scope| {
            let secure = scope.spawn(|| signed_in(&secure));
            (signed_in(&setup), secure.join().unwrap())
        });
        assert_eq!(recorder.count(), 0, "signing in reached the upstream");
        Self::of(plain, Some(secure), recorder)
    }

    fn of(
        (gateway, browser, person): (Gateway, Browser, Person),
        secure: Option<(Gateway, Browser, Person)>,
        recorder: Recorder,
    ) -> Self {
        let (entries, searched) = (Mutex::default(), Mutex::default());
        Self { gateway, secure, recorder, browser, person, entries, searched }
    }

    /// `name=value` of the person's session.
    pub(crate) fn session_pair(&self) -> String {
        let value = self.browser.session().expect("a session");
        format!("{}={value}", self.gateway.session_cookie())
    }

    /// Puts the session where a request says `@SESSION@`, and the site's origin for `@ORIGIN@`.
    pub(crate) fn fill(&self, sent: &[u8]) -> Vec<u8> {
        self.fill_for(Wire::Clear, sent)
    }

    /// The same for the gateway that a wire leads to.
    fn fill_for(&self, wire: Wire, sent: &[u8]) -> Vec<u8> {
        let (gateway, browser) = self.side(wire);
        let value = browser.session().expect("a session");
        let pair = format!("{}={value}", gateway.session_cookie());
        let origin = format!("{}://{HOST}", gateway.scheme());
        replaced(&replaced(sent, b"@SESSION@", pair.as_bytes()), b"@ORIGIN@", origin.as_bytes())
    }

    fn side(&self, wire: Wire) -> (&Gateway, &Browser) {
        match (&self.secure, wire) {
            (Some((gateway, browser, _)), Wire::Tls | Wire::Http2) => (gateway, browser),
            _ => (&self.gateway, &self.browser),
        }
    }

    /// The wires that rows travel by.
    fn wires(&self) -> &'static [Wire] {
        match (&self.secure, self.gateway.scheme()) {
            (Some(_), _) => &[Wire::Clear, Wire::Tls, Wire::Http2],
            (None, "https") => &[Wire::Tls],
            (None, _) => &[Wire::Clear],
        }
    }

    /// A connection that speaks HTTP/2 to the gateway with TLS.
    pub(crate) fn http2(&self) -> H2Client {
        http2_to(self.side(Wire::Http2).0)
    }

    /// The session's `name=value` on [`World::http2`].
    pub(crate) fn http2_session(&self) -> String {
        String::from_utf8(self.fill_for(Wire::Http2, b"@SESSION@")).unwrap()
    }

    /// Runs the rows one after the other, each on a connection of its own, and checks the invariants.
    pub(crate) fn run(&self, rows: &[Row]) {
        for row in rows {
            self.check(row);
        }
    }

    /// Runs one row over every wire; its first answer and what the upstream saw then.
    pub(crate) fn check(&self, row: &Row) -> (Response, Vec<Recorded>) {
        let mut first = None;
        self.check_each(row, |_, response, seen| {
            first.get_or_insert_with(|| (response.clone(), seen.to_vec()));
        });
        first.expect("a wire")
    }

    /// Runs one row over every wire and shows each answer, with what the upstream saw.
    pub(crate) fn check_each(&self, row: &Row, mut show: impl FnMut(Wire, &Response, &[Recorded])) {
        for &wire in self.wires() {
            let message = if wire == Wire::Http2 {
                match Message::of_http1(&self.fill_for(wire, &row.sent)) {
                    Some(message) => Some(message),
                    None => continue,
                }
            } else {
                None
            };
            let (response, seen) = self.check_on(wire, row, message.as_ref());
            show(wire, &response, &seen);
        }
    }

    fn check_on(
        &self,
        wire: Wire,
        row: &Row,
        message: Option<&Message>,
    ) -> (Response, Vec<Recorded>) {
        let name = format!("{wire:?} {}", row.name());
        let before = self.recorder.count();
        let mut client = self.side(wire).0.connect_by(&row.way);
        let response = if let Some(message) = message {
            self.ask_http2(row, message, &name)
        } else {
            client.send(&self.fill_for(wire, &row.sent));
            client.response_to(&row.method())
        };
        assert!(
            row.status.contains(&response.status) || response.status == 0,
            "{name}\nexpected {:?}, got {} {:?}\n{}",
            row.status,
            response.status,
            response.fields,
            response.text()
        );
        lock(&self.entries).push(Entry {
            name: name.clone(),
            id: response.all("x-request-id").first().map(|&id| id.to_owned()),
            status: response.status,
        });
        if row.fate == Fate::Closed && message.is_none() {
            assert!(client.is_closed(), "I-6 {name}: the connection stays open");
        }
        if row.fate != Fate::Open || message.is_some() {
            client = self.side(wire).0.connect();
        }
        // What the gateway forwards of a later request on its own shows that nothing else is under
        // way, that the process lives, and that the row left nothing behind for the next person.
        client.send(&self.fill_for(wire, get("/sentinel", FULL).as_bytes()));
        let after = client.response();
        assert_eq!(after.status, 200, "{name}: afterwards: {}", after.text());
        assert_eq!(after.text(), SENTINEL, "{name}: somebody else's answer");
        let mut seen = self.recorder.requests_from(before);
        let last = seen.pop().expect("the sentinel");
        assert_eq!(last.target(), "/sentinel", "{name}");
        assert!(last.body.is_empty() && last.head.starts_with(b"GET "), "{name}");
        check_identity(&last, Identity::Ours, &name);
        Self::check_seen(row, &seen, &name);
        let longest = self.sessions().iter().map(|session| session.len()).max().unwrap_or_default();
        self.check_no_session(&self.recorder.raw_since(&mut lock(&self.searched), longest));
        (response, seen)
    }

    /// The answer over HTTP/2; status 0 when a malformed request was refused with its stream or its
    /// connection, before anything could answer (RFC 9113 §8.1.1).
    fn ask_http2(&self, row: &Row, message: &Message, name: &str) -> Response {
        let mut h2 = http2_by(&row.way, self.side(Wire::Http2).0);
        let fields: Vec<_> =
            message.fields.iter().map(|(n, v)| (n.as_slice(), v.as_slice())).collect();
        let bare = message.body.is_empty() && message.trailers.is_empty();
        let stream = h2.open_raw(&fields, if bare { Last::Yes } else { Last::No });
        if !bare {
            let last = if message.trailers.is_empty() { Last::Yes } else { Last::No };
            h2.data(stream, &message.body, last);
        }
        if !message.trailers.is_empty() {
            let trailers: Vec<_> =
                message.trailers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            h2.trailers(stream, &trailers);
        }
        match h2.ended(stream) {
            Ended::Answered(response) => response,
            ended @ (Ended::Reset(_) | Ended::Gone(_)) => {
                let may_be = row.status.iter().any(|status| (400..500).contains(status));
                assert!(may_be && row.upstream == Upstream::Nothing, "{name}: {ended:?}");
                Response::default()
            }
        }
    }

    /// The session never travels upstream.
    pub(crate) fn check_no_session_upstream(&self) {
        self.check_no_session(&self.recorder.all_raw());
    }

    fn check_no_session(&self, raw: &[u8]) {
        for session in self.sessions() {
            assert!(
                super::find(raw, session.as_bytes()).is_none(),
                "the session cookie reached the upstream"
            );
        }
    }

    fn sessions(&self) -> Vec<&str> {
        // Who signed out has none.
        let session = |wire: &Wire| self.side(*wire).1.session();
        let mut sessions: Vec<_> = self.wires().iter().filter_map(session).collect();
        sessions.dedup();
        sessions
    }

    fn check_seen(row: &Row, seen: &[Recorded], name: &str) {
        let targets: Vec<_> = seen.iter().map(Recorded::target).collect();
        let expected = match &row.upstream {
            Upstream::Nothing => {
                assert!(seen.is_empty(), "I-1 {name}: reached the upstream: {targets:?}");
                return;
            }
            Upstream::Same => row.target(),
            Upstream::Target(target) => (*target).to_owned(),
        };
        assert_eq!(targets, [expected.as_str()], "I-1, I-3 {name}");
        assert_eq!(seen[0].method(), row.method(), "I-3 {name}");
        assert_eq!(seen[0].values("host"), [HOST], "I-3 {name}");
        let identity = match expected.split(['/', '?']).nth(1) {
            _ if row.identity == Identity::Nobodys => Identity::Nobodys,
            Some("public") => Identity::Nobodys,
            _ => Identity::Ours,
        };
        check_identity(&seen[0], identity, name);
    }
}

/// When a table ends, its accounts are settled.
impl Drop for World {
    fn drop(&mut self) {
        let entries = std::mem::take(&mut *lock(&self.entries));
        if entries.is_empty() || std::thread::panicking() {
            return;
        }
        self.check_no_session_upstream();
        let mut gateways = vec![&self.gateway];
        gateways.extend(self.secure.as_ref().map(|(gateway, _, _)| gateway));
        if !gateways.iter().all(|gateway| gateway.has_run_once()) {
            return;
        }
        invariants::settle(&gateways, &self.recorder, &entries);
        let session = self.browser.session();
        invariants::check_canaries(&self.gateway, &self.recorder, &self.person, session);
        if let Some((gateway, browser, person)) = &self.secure {
            invariants::check_canaries(gateway, &self.recorder, person, browser.session());
        }
    }
}

/// A connection that speaks HTTP/2.
pub(crate) fn http2_to(gateway: &Gateway) -> H2Client {
    http2_by(&Way::default(), gateway)
}

/// The same by another way.
pub(crate) fn http2_by(way: &Way, gateway: &Gateway) -> H2Client {
    let trust = gateway.trust(&["h2"]).expect("a TLS listener");
    let address = gateway.listener_by(way, "https");
    H2Client::over(RawClient::try_tls_by(way, address, &trust).expect("TLS handshake"))
}

/// A gateway with one person, and the browser in which she has signed in.
pub(crate) fn signed_in(setup: &Setup) -> (Gateway, Browser, Person) {
    let mut person = Person::named("alice");
    let gateway = Gateway::start(setup, &[&person]);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut person);
    (gateway, browser, person)
}

fn replaced(sent: &[u8], word: &[u8], by: &[u8]) -> Vec<u8> {
    let mut rest = sent;
    let mut filled = Vec::new();
    while let Some(at) = super::find(rest, word) {
        filled.extend(&rest[..at]);
        filled.extend(by);
        rest = &rest[at + word.len()..];
    }
    filled.extend(rest);
    filled
}
