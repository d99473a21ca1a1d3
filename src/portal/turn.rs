//! One request to a built-in page: what every handler needs, gathered and checked once.

use std::sync::Arc;

use axum::body;
use axum::body::Body;
use axum::extract::FromRequest;
use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::Request;
use http::Response;
use http::StatusCode;
use http::header;
use http::request;

use super::Asking;
use super::Core;
use crate::ceremony::CeremonyError;
use crate::ceremony::KnownBrowser;
use crate::ceremony::Visit;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::enforcement::Shortfall;
use crate::form_body::urlencoded;
use crate::operate::Origin;
use crate::operate::Way;
use crate::policy::Excuse;
use crate::policy::Refusal;
use crate::portal::api;
use crate::portal::endpoint;
use crate::portal::endpoint::Handling;
use crate::portal::endpoint::Served;
use crate::portal::first_owner;
use crate::portal::form;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::form::Protected;
use crate::portal::known;
use crate::portal::page::Chrome;
use crate::portal::page::Errand;
use crate::portal::page::Page;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::token::Purpose;
use crate::portal::visitor;
use crate::portal::visitor::Visitor;
use crate::session::SessionToken;
use crate::session::cookie::CookieKind;
use crate::session::device::DeviceToken;
use crate::store::StoreError;
use crate::words::Language;

/// How a handler ends: an answer, or what ended it before.
pub(crate) type Outcome = Result<Response<Bytes>, End>;

/// What ends a handler before its work is done.
#[derive(Debug)]
pub(crate) enum End {
    /// There is no answer, for this reason.
    Refused(Refusal),
    /// The answer is another one.
    Answered(Box<Response<Bytes>>),
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Response<Bytes>> for End {
    fn from(answer: Response<Bytes>) -> Self {
        Self::Answered(Box::new(answer))
    }
}

/// A request, who sent it, and what answers it.
pub(crate) struct Turn {
    pub(crate) core: Arc<Core>,
    pub(crate) asking: Asking,
    pub(crate) head: request::Parts,
    pub(crate) body: Bytes,
    pub(crate) visitor: Option<Visitor>,
    /// The account that the browser is known to.
    pub(crate) known: Option<KnownBrowser>,
    /// What the browser shows as a registered device.
    pub(crate) device: Option<DeviceToken>,
    /// The language of whoever reads the answer.
    pub(crate) language: Language,
    /// What the owner of the session lacked when they asked.
    pub(crate) lacked: Option<Shortfall>,
}

impl FromRequest<Arc<Core>> for Turn {
    type Rejection = StatusCode;

    async fn from_request(request: Request<Body>, core: &Arc<Core>) -> Result<Self, StatusCode> {
        let (mut head, body) = request.into_parts();
        let asking = head.extensions.remove::<Asking>();
        let asking = asking.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        let body = body::to_bytes(body, usize::MAX).await.map_err(|_| StatusCode::BAD_REQUEST)?;
        let visitor = Visitor::of(&head.headers, asking.cookies).map_err(Refusal::status)?;
        let device = visitor::device(&head.headers, asking.cookies);
        let known = visitor.as_ref().and_then(|visitor| known::of(core, &asking, visitor));
        let language = core.language(&head.headers, &asking);
        let (lacked, core) = (lacked(core, &asking), Arc::clone(core));
        Ok(Self { core, asking, head, body, visitor, known, device, language, lacked })
    }
}

/// Whether whoever asks has fewer second factors than they are asked to have.
pub(crate) fn lacked(core: &Core, asking: &Asking) -> Option<Shortfall> {
    let (client, now) = (asking.client.address, core.clock.now());
    let session = asking.session.as_ref()?;
    session.shortfall(core.ceremonies.rulebook(), client, now)
}

/// The browser behind a request to the console.
///
/// # Errors
/// Two visitor cookies, or a session of another site.
pub(crate) fn visitor_of(
    head: &request::Parts,
    asking: &Asking,
) -> Result<Option<Visitor>, Refusal> {
    let foreign = |session: &Arc<LiveSession>| session.record.site != asking.site.name.as_str();
    if asking.session.as_ref().is_some_and(foreign) {
        return Err(Refusal::ForeignSession);
    }
    Visitor::of(&head.headers, asking.cookies)
}

/// Whether a request may reach a built-in page at all. A script of the console, which shares our
/// origin, can open our pages but not read them: what says that it is no document, is refused.
///
/// # Errors
/// The reason.
pub(crate) fn admit(core: &Core, head: &request::Parts, asking: &Asking) -> Result<(), Refusal> {
    visitor_of(head, asking)?;
    let path = head.uri.path();
    // What scripts may ask for: to all of it but what is public the API has a door of its own.
    let is_public = path.starts_with(&core.address("/assets/"))
        || api::has(core, path)
        || path == core.address("/jwks.json");
    let is_document = |value: &HeaderValue| value == "document";
    let reads = head.headers.get_all("sec-fetch-dest").iter().all(is_document);
    if is_public || reads { Ok(()) } else { Err(Refusal::CrossSite) }
}

impl Turn {
    /// The answer of an outcome.
    pub(crate) fn settle(&self, outcome: Outcome) -> Response<Bytes> {
        match outcome {
            Ok(answer) => answer,
            Err(End::Answered(answer)) => *answer,
            Err(End::Refused(refusal)) => {
                refusal::of_asking(&self.core, (&self.asking, self.language), refusal)
            }
        }
    }

    /// No such page.
    pub(crate) fn not_found(&self) -> Response<Bytes> {
        refusal::not_found(self)
    }

    /// The page is there, but not for this method. Of what is behind the door of the administration not even that is said,
    /// nor of the page that makes its first owner.
    pub(crate) fn wrong_method(&self) -> Response<Bytes> {
        let path = self.head.uri.path();
        let is_asked = |served: &&Served| self.core.address(served.path) == path;
        let hides = |served: &Served| {
            matches!(served.handling, Handling::Admin(..)) || served.path == first_owner::PAGE
        };
        if endpoint::all().filter(is_asked).any(hides) {
            return self.not_found();
        }
        self.settle(Err(Refusal::Method.into()))
    }

    /// A message in the language of whoever reads the answer.
    pub(crate) fn say(&self, key: &str) -> String {
        self.language.say(key).to_owned()
    }

    /// What is around every page.
    pub(crate) fn chrome(&self) -> Chrome {
        self.core.chrome(self.language, self.back())
    }

    /// The page's own address. Only what was asked for with GET can be asked for again in another language: an
    /// answer to a form may show what is shown once.
    pub(crate) fn back(&self) -> Option<String> {
        let uri = &self.head.uri;
        let is_ours = uri.path().starts_with(&self.core.address("/"));
        let path = uri.path_and_query().filter(|_| is_ours && self.head.method == Method::GET)?;
        Some(path.to_string())
    }

    /// The same around a page that a form leads back to, when it was filled in wrongly.
    pub(crate) fn chrome_of(&self, page: &str, going: &Going) -> Chrome {
        let again = || going.kept.is_none().then(|| self.address(page, &going.next));
        let back = self.back().or_else(again);
        self.core.chrome(self.language, back)
    }

    /// A page as an answer.
    pub(crate) fn page(&self, status: StatusCode, page: &impl Page) -> Outcome {
        match page.html() {
            Ok(document) => Ok(response::html(status, document)),
            Err(error) => {
                tracing::error!(request_id = self.asking.request_id, %error, "page not written");
                Err(Refusal::Internal.into())
            }
        }
    }

    /// A page as an answer, with the status and the waiting time of what it says.
    pub(crate) fn page_saying(&self, said: &Said, page: &impl Page) -> Outcome {
        let mut answer = self.page(said.status, page)?;
        if let Some(seconds) = said.wait {
            response::retry_after(&mut answer, seconds);
        }
        Ok(answer)
    }

    /// Gives the browser the cookie of its new session.
    pub(crate) fn set_session(&self, answer: &mut Response<Bytes>, token: &SessionToken) {
        let cookie = self.asking.cookies.set(CookieKind::Session, token.expose());
        response::set_cookie(answer, &cookie);
        if self.asking.site.asks_second_factor_first() {
            response::set_cookie(answer, &self.asking.cookies.clear(CookieKind::Unproved));
        }
    }

    /// A form of ours, which stays closed until its token is checked.
    ///
    /// # Errors
    /// See [`Protected::read`].
    pub(crate) fn form<T: Form>(&self) -> Result<Protected<T>, Refusal> {
        Protected::read(&self.head, &self.body, &self.core.here(&self.asking))
    }

    /// Opens a form of this session.
    ///
    /// # Errors
    /// [`Refusal::CrossSite`].
    pub(crate) fn open<T: Form>(
        &self,
        form: Protected<T>,
        session: &LiveSession,
    ) -> Result<(T, Going), Refusal> {
        form.open(&self.core.tokens, Purpose::Session, session.key.bytes())
    }

    /// The query, which has these fields at most.
    ///
    /// # Errors
    /// [`Refusal::Form`].
    pub(crate) fn query(&self, known: &[&str]) -> Result<(Fields, Going), Refusal> {
        let query = self.head.uri.query().unwrap_or_default();
        if query.len() > form::MOST_BYTES {
            return Err(Refusal::Form);
        }
        let mut fields = Fields::parse(query.as_bytes(), &[&["next"], known])?;
        let next =
            fields.optional("next").map_or_else(ReturnTo::home, |next| self.return_to(&next));
        Ok((fields, Going { next, kept: None }))
    }

    /// A place on this site.
    pub(crate) fn return_to(&self, target: &str) -> ReturnTo {
        ReturnTo::parse(target, &self.core.settings.prefix)
    }

    /// The address of a built-in page that leads on to `next`.
    pub(crate) fn address(&self, page: &str, next: &ReturnTo) -> String {
        let address = self.core.address(page);
        if next.is_home() {
            return address;
        }
        format!("{address}?next={}", urlencoded::encode(next.as_str()))
    }

    /// What a form of this session carries.
    pub(crate) fn errand(&self, session: &LiveSession, going: &Going) -> Errand {
        self.errand_about(session, going, &[])
    }

    /// What a form of this session carries that is about something: see [`Form::subject`].
    pub(crate) fn errand_about(
        &self,
        session: &LiveSession,
        going: &Going,
        subject: &[u8],
    ) -> Errand {
        let binding = [session.key.bytes(), subject].concat();
        Errand {
            csrf: self.core.tokens.issue(Purpose::Session, &binding),
            next: going.next.to_string(),
            kept: going.kept.clone(),
        }
    }

    /// The session, if it has proved a second factor, and a password where that comes after it.
    pub(crate) fn signed_in(&self) -> Option<&Arc<LiveSession>> {
        let session = self.asking.session.as_ref();
        let proved = session.filter(|session| session.record.second_factor_time().is_some());
        proved.filter(|session| !self.awaits_login(session))
    }

    /// Whether somebody gave their second factor, and has yet to sign in at the console.
    pub(crate) fn awaits_login(&self, session: &LiveSession) -> bool {
        self.asking.site.asks_second_factor_first() && !session.record.has_password()
    }

    /// The session, if that is all that is asked of its owner: with a second factor, or where none need be set up
    /// (yet). Who was let in by a recovery code is not among them.
    pub(crate) fn admitted(&self) -> Option<&Arc<LiveSession>> {
        let session = self.asking.session.as_ref();
        let excused = |session: &&Arc<LiveSession>| {
            matches!(self.excuse(session), Excuse::NotEnrolled | Excuse::Federated)
        };
        self.signed_in().or_else(|| session.filter(excused))
    }

    /// Why the owner of a session may lack a second factor, if they may.
    pub(crate) fn excuse(&self, session: &LiveSession) -> Excuse {
        let rulebook = self.core.ceremonies.rulebook();
        let excuse = session.excuse(rulebook, self.asking.client.address, self.core.clock.now());
        excuse.or_of_site(Some(&self.asking.site), &session.record)
    }

    /// Whether the owner of a session has fewer second factors than they are asked to have, from where they are now.
    pub(crate) fn shortfall(&self, session: &LiveSession) -> Option<Shortfall> {
        let rulebook = self.core.ceremonies.rulebook();
        session.shortfall(rulebook, self.asking.client.address, self.core.clock.now())
    }

    /// Who asks, for throttles and audit.
    pub(crate) fn visit(&self) -> Visit<'_> {
        let (site, agent) = (&self.asking.site, self.head.headers.get(header::USER_AGENT));
        let named = self.head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        Visit {
            site,
            host: named.unwrap_or_else(|| site.authority()),
            client: self.asking.client.address,
            request_id: &self.asking.request_id,
            language: self.language,
            location: &self.asking.client.location,
            user_agent: agent.and_then(|agent| agent.to_str().ok()),
            device: self.device.as_ref(),
            known: self.known.as_ref(),
        }
    }

    /// In which request, and in whose session, a command of the administration is given.
    pub(crate) fn origin(&self, way: Way, session: Option<&LiveSession>) -> Origin {
        Origin {
            way,
            site: Some(self.asking.site.name.to_string()),
            request_id: Some(self.asking.request_id.clone()),
            client: Some(self.asking.client.address),
            session: session.map(|session| session.key),
        }
    }

    /// The mark of a session's subject.
    pub(crate) fn mark(&self, session: &LiveSession) -> String {
        visitor::mark(&self.core.marks, &session.record.subject)
    }

    /// Whole seconds until a moment, rounded up.
    pub(crate) fn seconds_until(&self, until: Timestamp) -> u64 {
        let wait = until.since(self.core.clock.now());
        wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1)
    }

    /// Something needed failed: logged here, told as a refusal.
    pub(crate) fn failed(&self, error: &CeremonyError) -> Refusal {
        tracing::error!(request_id = self.asking.request_id, %error, "nothing was decided");
        match error {
            CeremonyError::Store(StoreError::Closed) | CeremonyError::Stopping => Refusal::Draining,
            CeremonyError::Store(_) => Refusal::StoreUnavailable,
            CeremonyError::Entropy(_)
            | CeremonyError::Hash(_)
            | CeremonyError::Key(_)
            | CeremonyError::Passkey(_) => Refusal::Internal,
        }
    }
}
