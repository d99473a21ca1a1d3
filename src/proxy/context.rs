//! What is known so far about one request: pingora lends it to each phase.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::area::Whereabouts;
use crate::canonical::CanonicalRequest;
use crate::canonical::HeadError;
use crate::console_login::NamesNobody;
use crate::directory::LiveSession;
use crate::directory::StreamPlace;
use crate::federation::Stated;
use crate::gate::BadToken;
use crate::gate::Rehearsed;
use crate::gate::ShownToken;
use crate::gate::SiteEntry;
use crate::policy::Machine;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::proxy::Live;
use crate::proxy::client::ConnectionContext;
use crate::proxy::client::OwnStream;
use crate::proxy::exchange::Attempts;
use crate::proxy::lifeline;
use crate::proxy::lifeline::Lifeline;
use crate::proxy::record::Trail;
use crate::proxy::retry_script::Inserter;
use crate::proxy::traffic::Underway;
use crate::session::cookie::CookieNames;

/// One request, from its head to its log line.
#[derive(Debug)]
pub struct RequestContext {
    /// Names the request everywhere.
    pub id: String,
    /// When it arrived, by the fine clock.
    pub started: Duration,
    /// The configuration it is judged by and answered with, whatever is loaded meanwhile.
    pub live: Arc<Live>,
    /// The connection it came on.
    pub connection: Option<Arc<ConnectionContext>>,
    /// Where it comes from, worked out once for it.
    pub client: Option<Whereabouts>,
    /// What rules that are only rehearsed would have done with it.
    pub rehearsed: Option<Rehearsed>,
    /// Its site.
    pub site: Option<Arc<SiteEntry>>,
    /// Which cookie names its site uses; also whether browsers speak TLS with it.
    pub cookies: CookieNames,
    /// Its host, as understood.
    pub host: String,
    /// Its host and port, as the console is told.
    pub authority: String,
    /// Its path, without the query.
    pub path: String,
    /// The route that decided.
    pub route: String,
    /// The session it came with.
    pub session: Option<Arc<LiveSession>>,
    /// What its site's sign-on says of it.
    pub stated: Stated,
    /// A session that it came with, and that is not its sender's any more.
    pub superseded: Option<Arc<LiveSession>>,
    /// The service token it showed.
    pub token: ShownToken,
    /// The program that one of our own answers was for.
    pub program: Option<Machine>,
    /// The request in canonical form, as it was judged.
    pub request: Option<CanonicalRequest>,
    /// The evidence that it may be forwarded.
    pub permit: Option<Permit>,
    /// Cancelled when its answer may not go on: its session or token ended, or the stream it became.
    pub over: Option<CancellationToken>,
    /// Counts it while it lasts.
    pub underway: Underway,
    /// Ends its task from outside.
    pub lifeline: Option<Arc<Lifeline>>,
    /// What its line in the access log needs if its task is cut; from the moment that can happen.
    pub trail: Option<Trail>,
    /// Whether its task is tied to what its answer depends on.
    pub held: bool,
    /// Its place among the streams of its connection, when it is one.
    pub own_stream: Option<OwnStream>,
    /// Its place among the streams of its session, when it may become one.
    pub place: Option<StreamPlace>,
    /// Bytes of its body so far.
    pub received: u64,
    /// The status of the console's answer; 0: not there yet.
    pub status: u16,
    /// Puts the gateway's script into the page that it is answered with.
    pub inserter: Option<Inserter>,
    /// What was decided.
    pub outcome: Outcome,
    /// Reads a body at the login's path that is too long to be read before it is sent.
    pub names_nobody: Option<NamesNobody>,
    /// Whether its session ends with its answer: with it somebody leaves the console.
    pub leaves: Leaving,
    /// Time the gateway took before it asked the console.
    pub added: Option<Duration>,
    /// From asking the console to the head of its answer.
    pub upstream: Option<Duration>,
    /// Which addresses of the console were asked.
    pub attempts: Attempts,
    /// What kind of answer its sender understands.
    pub audience: Audience,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Pending,
    /// Forwarded.
    Forward,
    /// Asked for proof.
    Challenge,
    /// The console was asked whether it lets somebody in.
    Login,
    /// A built-in page.
    Portal,
    /// Sent to the canonical path.
    Redirect,
    /// Refused.
    Refuse(Refusal),
}

impl Outcome {
    /// Why it was refused, if it was.
    #[must_use]
    pub const fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Refuse(refusal) => Some(refusal),
            Self::Pending
            | Self::Forward
            | Self::Challenge
            | Self::Login
            | Self::Portal
            | Self::Redirect => None,
        }
    }

    /// The decision's name in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "none",
            Self::Forward => "forward",
            Self::Challenge => "challenge",
            Self::Login => "login",
            Self::Portal => "portal",
            Self::Redirect => "redirect",
            Self::Refuse(_) => "refuse",
        }
    }
}

/// Whether somebody leaves the console with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leaving {
    /// Not with it.
    #[default]
    No,
    /// With it.
    Yes,
}

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A person: the request is a page navigation.
    Person,
    /// A program: anything else.
    Machine,
}

impl RequestContext {
    /// A request that has just arrived.
    #[must_use]
    pub fn new(id: String, started: Duration, live: Arc<Live>, underway: Underway) -> Self {
        Self {
            id,
            started,
            live,
            connection: None,
            client: None,
            rehearsed: None,
            site: None,
            cookies: CookieNames::Secure,
            host: String::new(),
            authority: String::new(),
            path: String::new(),
            route: String::new(),
            session: None,
            stated: Stated::Elsewhere,
            superseded: None,
            token: ShownToken::Nothing,
            program: None,
            request: None,
            permit: None,
            over: None,
            underway,
            lifeline: lifeline::present(),
            trail: None,
            held: false,
            own_stream: None,
            place: None,
            received: 0,
            status: 0,
            inserter: None,
            outcome: Outcome::Pending,
            names_nobody: None,
            leaves: Leaving::No,
            added: None,
            upstream: None,
            attempts: Attempts::default(),
            audience: Audience::Machine,
        }
    }

    /// What the client's connection found wrong with the request while it was read.
    #[must_use]
    pub fn wire_fault(&self) -> Option<Refusal> {
        let connection = self.connection.as_ref()?;
        if connection.is_slow() {
            return Some(Refusal::TooSlow);
        }
        connection.is_broken().then_some(Refusal::Head(HeadError::Framing))
    }

    /// The service token that was shown and not taken.
    #[must_use]
    pub const fn bad_token(&self) -> Option<&BadToken> {
        match (&self.token, self.outcome) {
            (ShownToken::Bad(bad), Outcome::Refuse(_)) => Some(bad),
            _ => None,
        }
    }

    /// The client's address.
    #[must_use]
    pub fn client(&self) -> Option<IpAddr> {
        self.client.as_ref().map(|client| client.address)
    }
}

impl Drop for RequestContext {
    fn drop(&mut self) {
        // pingora has no phase for a task that is cut.
        if let Some(trail) = self.trail.take() {
            trail.end(self);
        }
    }
}
