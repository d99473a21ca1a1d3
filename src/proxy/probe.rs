//! Requests of the gateway's own to a console: whether a password is right, where it asks for HTTP Basic, and its logout.
//!
//! What answers everybody in the same way says nothing about a password. So the same request is made without one: before
//! the first password, which is remembered for a while, and again after every one that seems right, for a console that is
//! being mended lets everybody see the same page.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;
use http::header;
use pingora::http::RequestHeader;
use tokio::sync::Mutex;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::peers::Peers;
use super::peers::ask::WholeAnswer;
use super::upstream;
use super::upstream::Telling;
use crate::area::Whereabouts;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::console_desk::probe::Holding;
use crate::console_desk::probe::Probe;
use crate::console_desk::probe::Question;
use crate::console_desk::probe::Verdict;
use crate::console_login::Answer;
use crate::console_login::basic::ProbeRequest;
use crate::gate::Snapshot;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::secret::Secret;
use crate::session::cookie::CookieNames;
use crate::site::SiteName;

/// For an answer, whole.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// For the answer to a logout: its sender waits for it.
const FAREWELL: Duration = Duration::from_secs(3);

/// Bytes of an answer.
const MOST_BYTES: usize = 1024 * 1024;

/// How long it is remembered that a console asks everybody for a password.
const REMEMBERED: Duration = Duration::from_hours(1);

/// Consoles that are asked at once.
const AT_ONCE: usize = 64;

/// What probes call themselves.
const USER_AGENT: &str = concat!("Portcullis/", env!("CARGO_PKG_VERSION"), " (sign-in)");

/// Asks the consoles of one configuration.
#[derive(Debug)]
pub struct ConsoleProbe {
    snapshot: Arc<Snapshot>,
    peers: Arc<Peers>,
    clock: Arc<dyn Clock>,
    /// Until when it is known of a console that it asks for a password.
    asks: HashMap<SiteName, Mutex<Option<Timestamp>>>,
    places: Semaphore,
}

impl ConsoleProbe {
    /// For the consoles of a configuration.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, peers: &Arc<Peers>, clock: &Arc<dyn Clock>) -> Self {
        let consoles = snapshot.sites().filter(|entry| entry.site.console_basic().is_some());
        Self {
            asks: consoles.map(|entry| (entry.site.name.clone(), Mutex::default())).collect(),
            snapshot: Arc::clone(snapshot),
            peers: Arc::clone(peers),
            clock: Arc::clone(clock),
            places: Semaphore::new(AT_ONCE),
        }
    }

    async fn verify(&self, question: Question<'_>) -> Result<Verdict, Refusal> {
        let (site, now) = (question.site, self.clock.now());
        let probe = &site.console_basic().ok_or(Refusal::Internal)?.probe;
        let _place = self.places.try_acquire().map_err(|_| Refusal::Busy)?;
        let permit = self.snapshot.permit_probe(site, probe, (question.client, now))?;
        let asks = self.asks.get(&site.name).ok_or(Refusal::Internal)?;
        let mut known = asks.lock().await;
        if known.is_none_or(|until| until <= now) {
            *known = None;
            if !self.asks_everybody(&permit, probe, question).await? {
                return Ok(Verdict::Unclear);
            }
            *known = Some(now.plus(REMEMBERED));
        }
        drop(known);
        let told = question.credentials.header();
        let answer = self.send(&permit, probe, question, Some(&told)).await?;
        let verdict = self.judge(probe, &answer);
        if matches!(verdict, Verdict::Right)
            && !self.asks_everybody(&permit, probe, question).await?
        {
            *asks.lock().await = None;
            return Ok(Verdict::Unclear);
        }
        Ok(verdict)
    }

    /// Whether the console asks for a password at this moment.
    async fn asks_everybody(
        &self,
        permit: &Permit,
        probe: &ProbeRequest,
        question: Question<'_>,
    ) -> Result<bool, Refusal> {
        let answer = self.send(permit, probe, question, None).await?;
        let asks = self.asks_for_password(probe, &answer);
        if !asks {
            tracing::error!(
                site = question.site.name.as_str(),
                status = answer.head.status.as_u16(),
                "the console's answer to the probe of `console_basic` without a password is not one that asks for it: \
                 no password can be verified with it, and nobody signs in"
            );
        }
        Ok(asks)
    }

    /// Whether an answer to nobody in particular is none that lets somebody in.
    fn asks_for_password(&self, probe: &ProbeRequest, answer: &WholeAnswer) -> bool {
        match &probe.success {
            Some(signs) => {
                !signs.are_shown(&self.shown(answer)) && !answer.head.status.is_server_error()
            }
            None => answer.head.status == StatusCode::UNAUTHORIZED,
        }
    }

    /// What an answer says about a password: unless it is clear, nothing.
    fn judge(&self, probe: &ProbeRequest, answer: &WholeAnswer) -> Verdict {
        let status = answer.head.status;
        if status == StatusCode::UNAUTHORIZED {
            return Verdict::Wrong;
        }
        let succeeds = match &probe.success {
            Some(signs) => signs.are_shown(&self.shown(answer)),
            None => status.is_success() || status.is_redirection(),
        };
        if succeeds && status != StatusCode::FORBIDDEN && !status.is_server_error() {
            Verdict::Right
        } else {
            Verdict::Unclear
        }
    }

    fn shown<'a>(&self, answer: &'a WholeAnswer) -> Answer<'a> {
        Answer {
            status: answer.head.status,
            headers: &answer.head.headers,
            body: &answer.body,
            wall: self.clock.wall(),
        }
    }

    async fn send(
        &self,
        permit: &Permit,
        probe: &ProbeRequest,
        question: Question<'_>,
        told: Option<&Secret<String>>,
    ) -> Result<WholeAnswer, Refusal> {
        let asked = (&probe.method, probe.target.as_str());
        let built = || -> pingora::Result<RequestHeader> {
            let mut head = self.head(permit, asked, (question.client, question.request_id))?;
            told.map_or(Ok(()), |told| authorize(&mut head, told))?;
            Ok(head)
        };
        let head = built().map_err(|_| Refusal::Internal)?;
        let asked = self.peers.ask(permit, head, Bytes::new(), MOST_BYTES);
        timeout(PATIENCE, asked).await.map_err(|_| Refusal::UpstreamTimeout)?
    }

    /// A head in nobody's name.
    fn head(
        &self,
        permit: &Permit,
        (method, target): (&Method, &str),
        (client, request_id): (&Whereabouts, &str),
    ) -> pingora::Result<RequestHeader> {
        let site = permit.site();
        let entry = self.snapshot.sites().find(|entry| entry.site.name == site.name);
        let Some(entry) = entry else {
            return super::custom(super::failure::NO_PERMIT, "no site");
        };
        let mut head = RequestHeader::build(method.clone(), target.as_bytes(), None)?;
        head.set_version(Version::HTTP_11);
        head.insert_header(header::USER_AGENT, USER_AGENT)?;
        head.insert_header(header::ACCEPT, "*/*")?;
        head.insert_header(header::ACCEPT_ENCODING, "identity")?;
        let upstream = self.snapshot.upstreams.select(permit);
        let telling = Telling {
            entry,
            request_id,
            authority: site.authority(),
            client: client.address,
            cookies: CookieNames::of_origin(&site.origin),
            identity: None,
            pseudonym: "portcullis",
            secret: upstream.and_then(|upstream| upstream.secret_header.as_ref()),
        };
        upstream::tell(&mut head, &telling)?;
        Ok(head)
    }

    /// Asks for something in a session of the console's, in nobody's name, and with none of the client's own fields.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn ask_holding(
        &self,
        holding: &Holding<'_>,
        (method, target): (Method, String),
        patience: Duration,
    ) -> Result<WholeAnswer, Refusal> {
        let (site, now) = (holding.site, self.clock.now());
        let _place = self.places.try_acquire().map_err(|_| Refusal::Busy)?;
        let request = ProbeRequest { target, method, success: None };
        let permit = self.snapshot.permit_probe(site, &request, (holding.client, now))?;
        let asked = (&request.method, request.target.as_str());
        let built = || -> pingora::Result<RequestHeader> {
            let mut head = self.head(&permit, asked, (holding.client, holding.request_id))?;
            let pairs = holding.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            let line = pairs.collect::<Vec<_>>().join("; ");
            if !line.is_empty() {
                secretly(&mut head, header::COOKIE, &line)?;
            }
            if !request.method.is_safe() {
                head.insert_header(header::CONTENT_LENGTH, 0)?;
                head.insert_header(header::ORIGIN, site.origin.as_str())?;
            }
            Ok(head)
        };
        let head = built().map_err(|_| Refusal::Internal)?;
        let asked = self.peers.ask(&permit, head, Bytes::new(), MOST_BYTES);
        timeout(patience, asked).await.map_err(|_| Refusal::UpstreamTimeout)?
    }

    async fn leave(&self, leaving: &Holding<'_>) -> Result<(), Refusal> {
        let form = leaving.site.console_form().ok_or(Refusal::Internal)?;
        let logout = form.logout.as_ref().ok_or(Refusal::Internal)?;
        let asked = (logout.method(), logout.target());
        let answer = self.ask_holding(leaving, asked, FAREWELL).await?;
        let status = answer.head.status;
        let done = status.is_success() || status.is_redirection();
        if done { Ok(()) } else { Err(Refusal::UpstreamInvalid) }
    }
}

#[async_trait]
impl Probe for ConsoleProbe {
    async fn ask(&self, question: Question<'_>) -> Verdict {
        self.verify(question).await.unwrap_or_else(Verdict::Unanswered)
    }

    async fn sign_out(&self, leaving: Holding<'_>) -> Result<(), Refusal> {
        self.leave(&leaving).await
    }
}

/// Tells the console who it is, and nothing else that came along. Whatever prints headers does not print it.
///
/// # Errors
/// When it cannot be a header's value.
pub(super) fn authorize(head: &mut RequestHeader, told: &Secret<String>) -> pingora::Result<()> {
    secretly(head, header::AUTHORIZATION, told.expose())
}

fn secretly(head: &mut RequestHeader, name: HeaderName, text: &str) -> pingora::Result<()> {
    let Ok(mut value) = HeaderValue::from_str(text) else {
        return super::custom(super::failure::NOT_SEALED, "no header value");
    };
    value.set_sensitive(true);
    head.insert_header(name, value)
}
