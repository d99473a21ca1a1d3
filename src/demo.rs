//! Harbour Control: the small legacy console that `portcullis demo` puts behind the gateway.
//!
//! It has what old consoles have: its own login form and cookie, tables, a chart, a page with dangerous
//! buttons, a JSON API, a live view, uploads and downloads, redirects to its own address. Beside that it
//! knows one new thing: how to check `Portcullis-Assertion`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::get;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clock::Clock;
use crate::demo::files::Shelf;
use crate::demo::jwks::KeyCache;
use crate::demo::login::Sessions;
use crate::demo::port::Harbour;
use crate::entropy::Entropy;
use crate::secret::Secret;

mod api;
mod assertion_check;
mod chart;
mod files;
mod jwks;
mod live;
mod login;
mod page;
mod pages;
mod person;
mod port;
#[cfg(test)]
mod tests;

/// How long open downloads may go on after a shutdown was asked for.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// One who may use the console's own login form; the gateway may vouch for others as well.
#[derive(Debug)]
pub struct ConsoleAccount {
    /// What is typed into the form, and what the gateway calls `preferred_username`.
    pub login: String,
    /// The name shown.
    pub name: String,
    /// The password of the console's own form.
    pub password: Secret<String>,
    /// Whether the console lets this person do what only administrators may.
    pub administrator: bool,
}

/// The gateway whose assertions the console believes.
#[derive(Clone, Debug)]
pub struct GatewayIdentity {
    /// Where its keys are published; plain `http` only, for both run on one machine.
    pub jwks_url: Url,
    /// The `iss` to insist on.
    pub issuer: String,
    /// The `aud` to insist on: the site's name.
    pub audience: String,
    /// The gateway's page for signing out, as seen by the browser; shown instead of the console's own button.
    pub sign_out: String,
}

/// Tells the console about its gateway once the gateway knows its own address. Clones share one value.
/// While it is empty, every assertion is refused.
#[derive(Clone, Debug, Default)]
pub struct GatewayLink(Arc<OnceLock<GatewayIdentity>>);

impl GatewayLink {
    /// Sets the gateway, once; false when there was one already, which then stays.
    #[must_use]
    pub fn set(&self, gateway: GatewayIdentity) -> bool {
        self.0.set(gateway).is_ok()
    }

    fn get(&self) -> Option<&GatewayIdentity> {
        self.0.get()
    }
}

/// What a console is made of.
#[derive(Debug)]
pub struct ConsoleSettings {
    /// Who may use the login form; also who is an administrator, however signed in.
    pub accounts: Vec<ConsoleAccount>,
    /// The gateway in front; may be set later.
    pub gateway: GatewayLink,
    /// For session cookies.
    pub entropy: Arc<dyn Entropy>,
    /// For sessions, the assertion's times, and everything shown.
    pub clock: Arc<dyn Clock>,
}

/// The demonstration console. Keeps everything in memory and forgets it when it stops.
#[derive(Debug)]
pub struct Console(ConsoleSettings);

impl Console {
    /// A console with nothing done in it yet.
    #[must_use]
    pub const fn new(settings: ConsoleSettings) -> Self {
        Self(settings)
    }

    /// Serves HTTP/1.1 until `shutdown` is cancelled; streams end then at once, other requests within five seconds.
    ///
    /// # Errors
    /// When the listener has no address or cannot be served.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> std::io::Result<()> {
        let own = listener.local_addr()?;
        let app = router(self.0, own, shutdown.clone());
        let served = axum::serve(listener, app)
            .with_graceful_shutdown(shutdown.clone().cancelled_owned())
            .into_future();
        let overdue = async {
            shutdown.cancelled().await;
            tokio::time::sleep(LAST_REQUESTS).await;
        };
        tokio::select! {
            ended = served => ended,
            () = overdue => Ok(()),
        }
    }
}

/// What every handler may use.
#[derive(Debug)]
struct Shared {
    settings: ConsoleSettings,
    own: SocketAddr,
    shutdown: CancellationToken,
    keys: KeyCache,
    sessions: Sessions,
    harbour: Harbour,
    shelf: Shelf,
}

type Here = axum::extract::State<Arc<Shared>>;

fn router(settings: ConsoleSettings, own: SocketAddr, shutdown: CancellationToken) -> Router {
    let shared = Arc::new(Shared {
        settings,
        own,
        shutdown,
        keys: KeyCache::default(),
        sessions: Sessions::default(),
        harbour: Harbour::default(),
        shelf: Shelf::default(),
    });
    let unlimited = DefaultBodyLimit::disable();
    Router::new()
        .route("/", get(pages::front))
        .route("/old", get(pages::old))
        .route("/login", get(login::form).post(login::submit))
        .route("/logout", post(login::logout))
        .route("/dashboard", get(pages::dashboard))
        .route("/vessels/{id}", get(pages::vessel))
        .route("/vessels/{id}/note", post(pages::note))
        .route("/settings", get(pages::settings))
        .route("/settings/danger/{act}", post(pages::danger))
        .route("/echo-headers", get(pages::echo_headers))
        .route("/api/vessels", get(api::vessels))
        .route("/api/vessels/{id}", get(api::vessel))
        .route("/api/vessels/{id}/note", post(api::note))
        .route("/api/danger", get(api::danger))
        .route("/live", get(live::page))
        .route("/live/ws", get(live::socket))
        .route("/live/events", get(live::events))
        .route("/files", get(files::list).post(files::upload).layer(unlimited))
        .route("/files/large", get(files::large))
        .route("/files/{name}", get(files::download))
        .fallback(pages::not_found)
        .layer(middleware::from_fn_with_state(shared.clone(), person::identify))
        .route("/static/console.css", get(page::style))
        .route("/static/live.js", get(page::script))
        .with_state(shared)
}
