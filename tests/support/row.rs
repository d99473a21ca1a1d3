//! A row of a table of attacks: bytes in, status, bytes at the upstream, fate of the connection.

use super::gateway::HOST;
use super::raw_client::Way;
use super::recorder::Recorded;
use super::show;

/// What the upstream may see of a row's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Upstream {
    /// Nothing at all.
    Nothing,
    /// One request with the method and the target that were sent, byte for byte.
    Same,
    /// One request with this target.
    Target(&'static str),
}

/// What becomes of the client's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Closed after the answer.
    Closed,
    /// Good for another request.
    Open,
    /// Either.
    Any,
}

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Catalogue id.
    pub(crate) id: &'static str,
    /// The bytes sent.
    pub(crate) sent: Vec<u8>,
    /// Statuses that are right.
    pub(crate) status: Vec<u16>,
    /// What the upstream sees.
    pub(crate) upstream: Upstream,
    /// What becomes of the connection.
    pub(crate) fate: Fate,
    /// Whether the upstream is told who came; below `/public` it never is.
    pub(crate) identity: Identity,
    /// How its connection comes.
    pub(crate) way: Way,
}

impl Row {
    /// Refused with one of `status`; nothing reaches the upstream.
    pub(crate) fn refused(id: &'static str, status: &[u16], sent: impl Into<Vec<u8>>) -> Self {
        Self {
            id,
            sent: sent.into(),
            status: status.to_vec(),
            upstream: Upstream::Nothing,
            fate: Fate::Any,
            identity: Identity::Ours,
            way: Way::default(),
        }
    }

    /// Forwarded with method and target as they are.
    pub(crate) fn forwarded(id: &'static str, sent: impl Into<Vec<u8>>) -> Self {
        Self { upstream: Upstream::Same, ..Self::refused(id, &[200], sent) }
    }

    /// Its connection takes this way.
    pub(crate) fn by(mut self, way: Way) -> Self {
        self.way = way;
        self
    }

    /// The connection is closed afterwards (I-6).
    pub(crate) const fn closes(mut self) -> Self {
        self.fate = Fate::Closed;
        self
    }

    /// The connection stays open.
    pub(crate) const fn stays_open(mut self) -> Self {
        self.fate = Fate::Open;
        self
    }

    /// The route is open: the upstream is not told who came.
    pub(crate) const fn names_nobody(mut self) -> Self {
        self.identity = Identity::Nobodys;
        self
    }

    /// The upstream sees this target.
    pub(crate) const fn seen_as(mut self, target: &'static str) -> Self {
        self.upstream = Upstream::Target(target);
        self
    }

    /// The method sent.
    pub(crate) fn method(&self) -> String {
        self.word(0)
    }

    /// The target sent.
    pub(crate) fn target(&self) -> String {
        self.word(1)
    }

    /// The row in words.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.id, show(&self.sent))
    }

    fn word(&self, index: usize) -> String {
        let line = self.sent.split(|&b| b == b'\r').next().unwrap_or_default();
        let word = line.split(|&b| b == b' ').nth(index).unwrap_or_default();
        String::from_utf8_lossy(word).into_owned()
    }
}

/// A request without a body: request line, Host, further header lines (each ended by CRLF).
pub(crate) fn request(method: &str, target: &str, headers: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: {HOST}\r\n{headers}\r\n")
}

/// A GET.
pub(crate) fn get(target: &str, headers: &str) -> String {
    request("GET", target, headers)
}

/// A GET whose target is not text.
pub(crate) fn get_bytes(target: &[u8], headers: &str) -> Vec<u8> {
    let mut bytes = b"GET ".to_vec();
    bytes.extend(target);
    bytes.extend(format!(" HTTP/1.1\r\nHost: {HOST}\r\n{headers}\r\n").as_bytes());
    bytes
}

/// Whether the upstream is to be told who came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// By the gateway, once.
    Ours,
    /// Not at all: an open route.
    Nobodys,
}

/// Invariant I-2: the gateway's identity exactly once or not at all, nothing that could be taken for it, and none of the values that a test forged.
pub(crate) fn check_identity(request: &Recorded, expected: Identity, context: &str) {
    let fields = request.fields();
    let assertions = request.values("portcullis-assertion").len();
    assert_eq!(
        assertions,
        usize::from(expected == Identity::Ours),
        "I-2 {context}: assertions in {fields:#?}"
    );
    let own = [
        "portcullis-assertion",
        "x-forwarded-user",
        "x-forwarded-email",
        "x-forwarded-groups",
        "remote-user",
        "x-webauth-user",
    ];
    for name in own {
        let alike: Vec<_> = fields.iter().filter(|(field, _)| normalised(field) == name).collect();
        assert!(alike.len() <= 1, "I-2 {context}: {alike:?}");
        assert!(
            alike.iter().all(|(field, _)| field.eq_ignore_ascii_case(name)),
            "I-2 {context}: a look-alike reached the upstream: {alike:?}"
        );
        assert!(
            expected == Identity::Ours || alike.is_empty(),
            "I-2 {context}: identity on an open route: {alike:?}"
        );
    }
    let head = String::from_utf8_lossy(&request.head).to_ascii_lowercase();
    assert!(!head.contains("forged"), "I-2 {context}: {head}");
}

/// A field name as a lenient console reads it: CGI prefix, case and punctuation do not count.
fn normalised(name: &str) -> String {
    let plain: String = name
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    plain.strip_prefix("http-").unwrap_or(&plain).to_owned()
}
