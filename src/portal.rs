//! The built-in pages: requests in, responses out, without pingora.

mod account;
mod admin;
mod api;
mod arrival;
mod asking;
mod branding;
mod challenge;
mod codes;
mod console_basic;
mod console_login;
mod done;
mod endpoint;
mod enrol;
mod enrol_contact;
mod enrol_handed;
mod first_owner;
mod form;
mod guard;
mod help;
mod kept_post;
mod known;
mod language;
mod need;
mod new_password;
mod page;
mod passkey;
mod posted;
mod public;
mod qr;
mod recovery;
mod refusal;
mod response;
mod retry;
mod return_to;
mod router;
mod said;
mod seal;
mod second_factor_first;
mod sent_code;
mod set_up;
mod settings;
mod sign_in;
mod sign_out;
mod static_files;
mod taken_out;
mod token;
mod trusted_header;
mod turn;
mod visitor;
mod waiver;
mod welcome;
mod words;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::Request;
use http::Response;
use http::StatusCode;
use http::header;
use ring::hmac;
use tokio::sync::Semaphore;
use tower::ServiceExt;

use self::form::Here;
use self::page::Chrome;
use self::refusal::About;
use self::seal::Sealer;
use self::static_files::StaticFiles;
use self::token::FormTokens;
use self::turn::Turn;
use crate::ceremony::Ceremonies;
use crate::clock::Clock;
use crate::console_desk::ConsoleDesk;
use crate::console_desk::FromConsole;
use crate::console_desk::probe::Probe;
use crate::directory::Directory;
use crate::entropy::Entropy;
use crate::operate::Operator;
use crate::policy::Demand;
use crate::policy::Refusal;
use crate::roster::Roster;
use crate::secret::Secret;
use crate::words::Language;

pub use self::admin::door::Admin;
pub use self::asking::Asking;
pub use self::asking::Reader;
pub use self::branding::Accent;
pub use self::branding::Colour;
pub use self::branding::Logo;
pub use self::branding::MOST_LOGO_BYTES;
pub use self::branding::NotAColour;
pub use self::branding::NotALogo;
pub use self::branding::Scheme;
pub use self::branding::Unreadable;
pub use self::endpoint::Endpoint;
pub use self::endpoint::Verb;
pub use self::endpoint::endpoints;
pub use self::guard::Guard;
pub use self::guard::Holding;
pub use self::settings::Settings;

/// Writes the public keys as a JWK set (RFC 7517 §5), as they are now.
pub type Jwks = Arc<dyn Fn() -> Bytes + Send + Sync>;

/// The handles that the pages work with.
#[derive(Clone)]
pub struct Parts {
    /// What the operator decides.
    pub settings: Settings,
    /// The name an authenticator app shows for this gateway.
    pub issuer: String,
    /// What a person does.
    pub ceremonies: Arc<Ceremonies>,
    /// What is open.
    pub directory: Arc<Directory>,
    /// Logins at the consoles.
    pub desk: Arc<ConsoleDesk>,
    /// Asks consoles about passwords.
    pub probe: Arc<dyn Probe>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Ties forms and kept posts to this gateway. Open pages survive a restart if it does.
    pub key: Secret<[u8; 32]>,
    /// The public keys.
    pub jwks: Jwks,
    /// Everybody who has an account.
    pub people: People,
    /// Does what is asked for in the administration.
    pub operator: Arc<Operator>,
}

/// Everybody who has an account, and where they sign in.
#[derive(Clone, Debug)]
pub struct People {
    /// The accounts.
    pub roster: Arc<Roster>,
    /// The sites: their names, and whose people sign in there; none: the gateway's own.
    pub sites: Arc<[(String, Option<String>)]>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The pages cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("the key of the built-in pages is unusable")]
pub struct UnusableKey;

/// What every request shares.
pub(crate) struct Core {
    settings: Settings,
    issuer: String,
    ceremonies: Arc<Ceremonies>,
    directory: Arc<Directory>,
    desk: Arc<ConsoleDesk>,
    probe: Arc<dyn Probe>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    jwks: Jwks,
    people: People,
    operator: Arc<Operator>,
    /// Who looks through the audit log.
    searches: Semaphore,
    files: StaticFiles,
    chrome: Chrome,
    tokens: FormTokens,
    sealer: Sealer,
    marks: hmac::Key,
    cursors: hmac::Key,
}

/// The built-in pages. Cheap to make anew when settings change.
pub struct Portal {
    core: Arc<Core>,
    router: Router,
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").field("settings", &self.core.settings).finish_non_exhaustive()
    }
}

impl Portal {
    /// The pages over these handles.
    ///
    /// # Errors
    /// When no keys can be derived from the key.
    pub fn new(parts: Parts) -> Result<Self, UnusableKey> {
        let files = StaticFiles::new(&parts.settings);
        let chrome = chrome(&parts.settings, &files);
        let sealing = derive(&parts.key, b"portcullis seal");
        let sealer =
            Sealer::new(sealing.as_ref(), Arc::clone(&parts.clock), Arc::clone(&parts.entropy));
        let forms = derive(&parts.key, b"portcullis forms");
        let marks = derive(&parts.key, b"portcullis marks");
        let cursors = derive(&parts.key, b"portcullis cursors");
        let core = Arc::new(Core {
            tokens: FormTokens::new(
                hmac::Key::new(hmac::HMAC_SHA256, forms.as_ref()),
                Arc::clone(&parts.clock),
            ),
            sealer: sealer.map_err(|_| UnusableKey)?,
            marks: hmac::Key::new(hmac::HMAC_SHA256, marks.as_ref()),
            cursors: hmac::Key::new(hmac::HMAC_SHA256, cursors.as_ref()),
            settings: parts.settings,
            issuer: parts.issuer,
            ceremonies: parts.ceremonies,
            directory: parts.directory,
            desk: parts.desk,
            probe: parts.probe,
            clock: parts.clock,
            entropy: parts.entropy,
            jwks: parts.jwks,
            people: parts.people,
            operator: parts.operator,
            searches: Semaphore::new(admin::SEARCHES),
            files,
            chrome,
        });
        let router = router::router(&core);
        Ok(Self { core, router })
    }

    /// Answers a request to a built-in page; always whole, whatever the request is. A [`Refusal`] that
    /// decided the answer is among its extensions.
    pub async fn answer(&self, request: Request<Bytes>, asking: Asking) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let request_id = asking.request_id.clone();
        let admitted = turn::admit(&self.core, &head, &asking);
        let mut response = if let Err(refusal) = admitted
            && self.is_api(head.uri.path())
        {
            api::refused(refusal, &request_id)
        } else if let Err(refusal) = admitted {
            let language = self.core.language(&head.headers, &asking);
            refusal::of_asking(&self.core, (&asking, language), refusal)
        } else if let Some(form) = console_login::comes_first(&self.core, &head, &asking) {
            console_login::page_of(form)
        } else {
            let mut request = Request::from_parts(head, Body::from(body));
            request.extensions_mut().insert(asking);
            let answered = self.router.clone().oneshot(request).await;
            whole(answered.unwrap_or_else(|never| match never {})).await
        };
        // What a console answered is its own.
        if response.extensions().get::<FromConsole>().is_none() {
            // Which methods there are is not told of what is not there for somebody.
            if response.status() != StatusCode::METHOD_NOT_ALLOWED {
                response.headers_mut().remove(header::ALLOW);
            }
            response::finish(response.headers_mut(), &request_id);
        }
        response
    }

    /// Answers a request to the console that lacks proof: sends a person to the page that asks for it,
    /// keeps a small form (its body must then be in the request), tells a script what is missing.
    pub async fn challenge(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
        demand: Demand,
    ) -> Response<Bytes> {
        let mut response = match self.turn(request, asking) {
            Err(answer) => *answer,
            Ok(turn) => {
                let outcome = arrival::demanded(&turn, demand).await;
                turn.settle(outcome)
            }
        };
        response::finish(response.headers_mut(), &asking.request_id);
        response
    }

    /// A request to the console that is answered here; or the answer, where it cannot be read as one.
    fn turn(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
    ) -> Result<Turn, Box<Response<Bytes>>> {
        let (head, body) = request.clone().into_parts();
        let language = self.core.language(&head.headers, asking);
        match turn::visitor_of(&head, asking) {
            Err(refusal) => {
                let mut answer = refusal::of_asking(&self.core, (asking, language), refusal);
                response::finish(answer.headers_mut(), &asking.request_id);
                Err(Box::new(answer))
            }
            Ok(visitor) => {
                let (core, asking) = (Arc::clone(&self.core), asking.clone());
                let device = visitor::device(&head.headers, asking.cookies);
                let known = visitor.as_ref().and_then(|it| known::of(&core, &asking, it));
                let lacked = turn::lacked(&core, &asking);
                Ok(Turn { core, asking, head, body, visitor, known, device, language, lacked })
            }
        }
    }

    /// Whether a path is the API's.
    #[must_use]
    pub fn is_api(&self, path: &str) -> bool {
        api::has(&self.core, path)
    }

    /// The address of the account page.
    #[must_use]
    pub fn account(&self) -> String {
        self.core.address("/account")
    }

    /// A refusal as a page for a person, or as problem details (RFC 9457) for a script. Who is refused for where
    /// they are is told which address that was.
    #[must_use]
    pub fn refuse(
        &self,
        refusal: Refusal,
        request_id: &str,
        client: Option<IpAddr>,
        reader: Reader,
    ) -> Response<Bytes> {
        let about = About { request_id, client, reader, back: None };
        let mut response = refusal::answer(&self.core, refusal, about);
        response::finish(response.headers_mut(), request_id);
        response
    }
}

/// An answer whose body is in memory. One that cannot be had whole is empty.
async fn whole(response: Response<Body>) -> Response<Bytes> {
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    Response::from_parts(head, body)
}

impl Core {
    /// The site as the sender of a form must see it.
    fn here<'a>(&'a self, asking: &'a Asking) -> Here<'a> {
        Here { origin: &asking.site.origin, names: asking.cookies, prefix: &self.settings.prefix }
    }

    /// The language of whoever sent these headers.
    fn language(&self, headers: &HeaderMap, asking: &Asking) -> Language {
        let account = language::of_account(asking);
        language::of(&self.settings, headers, asking.cookies, account)
    }

    /// What is around every page, in a language, for whoever can come `back` to it by its address.
    fn chrome(&self, language: Language, back: Option<String>) -> Chrome {
        let back = back.filter(|_| self.settings.languages.len() > 1);
        Chrome { language, back, ..self.chrome.clone() }
    }

    /// The address of a built-in page.
    fn address(&self, page: &str) -> String {
        format!("{}{page}", self.settings.prefix)
    }
}

fn derive(key: &Secret<[u8; 32]>, purpose: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.expose()), purpose)
}

fn chrome(settings: &Settings, files: &StaticFiles) -> Chrome {
    let address =
        |stem, extension| format!("{}/assets/{}", settings.prefix, files.name(stem, extension));
    let has_colours = settings.accent.is_some() || settings.accent_dark.is_some();
    Chrome {
        language: Language::English,
        languages: settings.languages.clone(),
        back: None,
        brand: settings.brand.clone(),
        support: settings.support.clone(),
        prefix: settings.prefix.clone(),
        css: address("portal", "css"),
        colours: has_colours.then(|| address("colours", "css")),
        logo: settings.logo.as_ref().map(|logo| address("logo", logo.extension())),
        js: address("portal", "js"),
        admin_css: address("admin", "css"),
        icon: address("icon", "svg"),
    }
}

#[cfg(test)]
mod tests;
