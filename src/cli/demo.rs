//! `demo`: a small old console with the gateway in front, in one process, on this machine alone.
//!
//! The only command that initialises by itself (ruling 1): in a directory of its own, which goes with it.
//! Apart from that the gateway is the real one, made by the same code as `init`, `user add` and `run`.

mod phone;
mod place;
mod sample;
mod socket;
mod welcome;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::runtime;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use url::Url;

use self::phone::Phone;
use self::place::Place;
use self::sample::Sample;
use self::welcome::Welcome;
use super::context;
use super::context::Context;
use super::failure::Failure;
use super::init;
use super::run;
use crate::demo::Console;
use crate::demo::ConsoleSettings;
use crate::demo::GatewayIdentity;
use crate::demo::GatewayLink;
use crate::server;
use crate::server::Origin;
use crate::server::Ready;
use crate::server::Start;
use crate::telemetry;

/// How long the console may take to end.
const LAST_MOMENTS: Duration = Duration::from_millis(200);

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// A console of your own, instead of the one that comes along.
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// Port of the gateway on 127.0.0.1; 0 leaves it to the system [default: 8080, or a free one]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Keep everything here, in a directory that is new or empty. Otherwise it is removed at the end.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// Runs the demonstration until Ctrl-C.
pub(super) fn run(arguments: DemoArguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let place = Place::make(arguments.directory, context.entropy.as_ref())?;
    let port = socket::choose_port(arguments.port, context.out)?;
    let stop = CancellationToken::new();
    let samples = Sample::all(context.entropy.as_ref())?;
    let link = GatewayLink::default();
    let (upstream, kind) = if let Some(url) = arguments.upstream {
        (url, welcome::Behind::Own)
    } else {
        let settings = ConsoleSettings {
            accounts: samples.iter().map(Sample::for_console).collect(),
            gateway: link.clone(),
            entropy: Arc::clone(&context.entropy),
            clock: Arc::clone(&context.clock),
        };
        (serve_console(&runtime, settings, &stop)?, welcome::Behind::Console)
    };
    place.write_configuration(port, &upstream)?;
    let welcome = Welcome { samples, upstream, kind, log: place.log(), is_kept: place.is_kept() };
    let ended = serve_gateway(&place, welcome, link, (&runtime, &stop));
    stop.cancel();
    runtime.shutdown_timeout(LAST_MOMENTS);
    place.end()?;
    ended
}

/// Starts the console on a port of its own; its address.
fn serve_console(
    runtime: &Runtime,
    settings: ConsoleSettings,
    stop: &CancellationToken,
) -> Result<String, Failure> {
    let socket = socket::any()?;
    let address = socket.local_addr()?;
    let _entered = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(socket)?;
    let served = Console::new(settings).serve(listener, stop.clone());
    let stop = stop.clone();
    runtime.spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "the console ended");
            stop.cancel();
        }
    });
    Ok(format!("http://{address}"))
}

/// Makes the installation, with the code of the commands that make real ones, and runs it.
fn serve_gateway(
    place: &Place,
    welcome: Welcome,
    link: GatewayLink,
    (runtime, stop): (&Runtime, &CancellationToken),
) -> Result<(), Failure> {
    let mut silent = io::sink();
    let mut context = Context::new(place.configuration(), &mut silent);
    init::run(&mut context)?;
    sample::add(&welcome.samples, &context)?;
    let configuration = context.configuration()?;
    telemetry::start_in(run::level(configuration.log.level), &place.log())
        .map_err(|e| Failure::Failed(e.to_string()))?;
    let (handle, ending) = (runtime.handle().clone(), stop.clone());
    let clock = Arc::clone(&context.clock);
    let announce = move |ready: &Ready<'_>| {
        let said = welcome.say(ready.listening);
        if said.is_err() || introduce(&link, ready).is_none() {
            return ending.cancel();
        }
        let phone = Phone::new(welcome.logins(), Arc::clone(ready.store), clock);
        handle.spawn(phone.show(ending));
    };
    server::run(Start {
        configuration,
        path: place.configuration(),
        environment: context::variable,
        clock: Arc::clone(&context.clock),
        entropy: Arc::clone(&context.entropy),
        announce: Box::new(announce),
        stop: stop.clone(),
        origin: Origin::Anew,
        program: None,
    })?;
    Ok(())
}

/// Tells the console whose assertions to believe.
fn introduce(link: &GatewayLink, ready: &Ready<'_>) -> Option<()> {
    let http = ready.listening.http.first()?;
    let admin = ready.listening.admin?;
    let identity = GatewayIdentity {
        jwks_url: Url::parse(&format!("http://{admin}/.portcullis/jwks.json")).ok()?,
        issuer: welcome::origin(*http),
        audience: place::SITE.to_owned(),
        sign_out: "/.portcullis/sign-out".to_owned(),
    };
    link.set(identity).then_some(())
}
