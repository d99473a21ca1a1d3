//! An upstream, a gateway in front of it, and a person with a session; and what runs a table of rows.

use super::browser::Browser;
use super::gateway::Gateway;
use super::gateway::HOST;
use super::gateway::Setup;
use super::person::Person;
use super::raw_client::Response;
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

/// Everything a table needs.
pub(crate) struct World {
    /// The gateway. First, so that it is gone before the upstream is.
    pub(crate) gateway: Gateway,
    /// The upstream; it must answer `/sentinel` with [`SENTINEL`].
    pub(crate) recorder: Recorder,
    /// A signed-in browser.
    pub(crate) browser: Browser,
    /// Whose it is.
    pub(crate) person: Person,
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

    /// With this upstream and these changes to the configuration.
    pub(crate) fn with(recorder: Recorder, change: impl FnOnce(Setup) -> Setup) -> Self {
        let setup = change(Setup::before(recorder.address()));
        let mut person = Person::named("alice");
        let gateway = Gateway::start(&setup, &[&person]);
        let mut browser = Browser::new(&gateway);
        browser.sign_in(&mut person);
        assert_eq!(recorder.count(), 0, "signing in reached the upstream");
        Self { gateway, recorder, browser, person }
    }

    /// `name=value` of the person's session.
    pub(crate) fn session_pair(&self) -> String {
        let value = self.browser.session().expect("a session");
        format!("{}={value}", self.gateway.session_cookie())
    }

    /// Puts the session where a request says `@SESSION@`.
    pub(crate) fn fill(&self, sent: &[u8]) -> Vec<u8> {
        let session = self.session_pair();
        let mut rest = sent;
        let mut filled = Vec::new();
        while let Some(at) = super::find(rest, b"@SESSION@") {
            filled.extend(&rest[..at]);
            filled.extend(session.as_bytes());
            rest = &rest[at + b"@SESSION@".len()..];
        }
        filled.extend(rest);
        filled
    }

    /// Runs the rows one after the other, each on a connection of its own, and checks the invariants.
    pub(crate) fn run(&self, rows: &[Row]) {
        for row in rows {
            self.check(row);
        }
    }

    /// Runs one row; its answer and what the upstream saw.
    pub(crate) fn check(&self, row: &Row) -> (Response, Vec<Recorded>) {
        let name = row.name();
        let before = self.recorder.count();
        let mut client = self.gateway.connect();
        client.send(&self.fill(&row.sent));
        let response = client.response_to(&row.method());
        assert!(
            row.status.contains(&response.status),
            "{name}\nexpected {:?}, got {} {:?}\n{}",
            row.status,
            response.status,
            response.fields,
            response.text()
        );
        if row.fate == Fate::Closed {
            assert!(client.is_closed(), "I-6 {name}: the connection stays open");
        }
        if row.fate != Fate::Open {
            client = self.gateway.connect();
        }
        // What the gateway forwards of a later request on its own shows that nothing else is under
        // way, that the process lives, and that the row left nothing behind for the next person.
        client.send(&self.fill(get("/sentinel", FULL).as_bytes()));
        let after = client.response();
        assert_eq!(after.status, 200, "{name}: afterwards: {}", after.text());
        assert_eq!(after.text(), SENTINEL, "{name}: somebody else's answer");
        let mut seen = self.recorder.requests().split_off(before);
        let last = seen.pop().expect("the sentinel");
        assert_eq!(last.target(), "/sentinel", "{name}");
        assert!(last.body.is_empty() && last.head.starts_with(b"GET "), "{name}");
        check_identity(&last, Identity::Ours, &name);
        Self::check_seen(row, &seen);
        self.check_no_session_upstream();
        (response, seen)
    }

    /// The session never travels upstream.
    pub(crate) fn check_no_session_upstream(&self) {
        let session = self.browser.session().expect("a session");
        let raw = self.recorder.all_raw();
        assert!(
            super::find(&raw, session.as_bytes()).is_none(),
            "the session cookie reached the upstream"
        );
    }

    fn check_seen(row: &Row, seen: &[Recorded]) {
        let name = row.name();
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
            Some("public") => Identity::Nobodys,
            _ => Identity::Ours,
        };
        check_identity(&seen[0], identity, &name);
    }
}
