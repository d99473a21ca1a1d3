//! `learn`: the operator signs in at a console twice, once rightly and once wrongly, and gets the section of
//! `gateway.yaml` that describes that login, tried on both recordings with the gateway's own code.
//!
//! What is recorded stays in memory. Passwords are neither printed nor written, and are wiped.

mod compare;
mod cookies;
mod exchange;
mod finding;
mod html;
mod login;
mod mask;
mod pages;
mod proposal;
mod propose;
mod recorder;
mod rewrite;
mod session;
mod terminal;
mod trial;

use std::fs;
use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;
use url::Url;

use self::proposal::Proposal;
use self::recorder::Console;
use self::recorder::Recorder;
use self::rewrite::Addresses;
use self::session::Session;
use self::terminal::Terminal;
use self::terminal::say;
use super::context::Context;
use super::failure::Failure;
use crate::clock::Clock;
use crate::entropy;
use crate::entropy::Entropy;

/// How long answers that are under way may take to end when there is enough: the last one is that of the sign-out.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// How long threads that wait for the console may take to end after that.
const LAST_MOMENTS: Duration = Duration::from_millis(200);

pub(super) const HELP: &str = "\
Open the printed address in a private window of a browser on this machine. Sign in once with a wrong password and once
with the right one, in whichever order, look at a page or two, sign out, and press Enter. Passwords are not printed and
not written anywhere.

Examples:
  portcullis learn http://10.0.0.5:8080
  portcullis learn https://console.internal/app/ --ca-file internal-ca.pem --out learned.yaml
  portcullis check --config learned.yaml";

/// Arguments of `learn`.
#[derive(Debug, Args)]
pub(super) struct LearnArguments {
    /// The console, with the path to begin at.
    #[arg(value_name = "URL")]
    url: String,
    /// Where to listen for the browser: an address of this machine alone.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Write the proposal into this file, which must not be there yet, instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// PEM file of the authorities that may have signed the console's certificate.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// End after so many minutes.
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=240))]
    minutes: u64,
}

/// Records, compares, proposes.
pub(super) fn run(arguments: &LearnArguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let url = console_url(&arguments.url)?;
    if !arguments.listen.ip().is_loopback() {
        let text = "--listen takes an address of this machine alone, such as 127.0.0.1:0: whoever reaches it could \
                    record passwords";
        return Err(Failure::Usage(text.to_owned()));
    }
    if let Some(out) = arguments.out.as_ref().filter(|out| out.exists()) {
        let text = format!("{} is there already; --out overwrites nothing", out.display());
        return Err(Failure::Usage(text));
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let parts = (Arc::clone(&context.clock), Arc::clone(&context.entropy));
    let learned = runtime.block_on(learn(&url, arguments, parts));
    runtime.shutdown_timeout(LAST_MOMENTS);
    tell(&learned?, arguments, context)
}

fn console_url(text: &str) -> Result<Url, Failure> {
    let wrong = |why: &str| Failure::Usage(format!("not the address of a console: {why}"));
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong("such as http://10.0.0.5:8080 or https://console.internal/app/"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "no name and password in it: every process of this machine can read them",
        ));
    }
    Ok(url)
}

async fn learn(
    url: &Url,
    arguments: &LearnArguments,
    (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
) -> Result<Proposal, Failure> {
    let pem = arguments.ca_file.as_deref().map(authorities).transpose()?;
    let origin = url.origin().ascii_serialization();
    let console = Console::new(&origin, pem.as_deref()).map_err(Failure::Usage)?;
    let mut terminal = Terminal::open();
    let question = "The user name that you are going to sign in with. Not the password.\n(`-`: the console asks for a \
                    password only. Enter: find the field by its name.)";
    let name = login::Name::of(terminal.ask(question).await.as_deref());
    let listener = TcpListener::bind(arguments.listen).await.map_err(|error| {
        Failure::Failed(format!("cannot listen on {}: {error}", arguments.listen))
    })?;
    let (heard, ears) = unbounded_channel();
    let token = entropy::identifier(entropy.as_ref())
        .map_err(|error| Failure::Failed(error.to_string()))?;
    let start = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let own = format!("http://{}", listener.local_addr()?);
    let recorder = Recorder {
        addresses: Addresses { console: origin.clone(), own },
        start,
        token,
        console,
        clock: Arc::clone(&clock),
        heard,
        count: AtomicUsize::new(0),
    };
    say(&format!(
        "\nOpen this address in a private window of a browser on this machine; it ends in {} minutes:\n\n    {}\n\n\
         Sign in once with a WRONG password and once with the RIGHT one, in whichever order.\n",
        arguments.minutes,
        recorder.address()
    ));
    let session = Session { terminal, ears, name, origin, clock };
    let limit = Duration::from_secs(arguments.minutes.saturating_mul(60));
    let (end, ended) = oneshot::channel();
    let mut served = pin!(recorder.serve(listener, ended));
    tokio::select! {
        served = &mut served => {
            let why = served.err().map_or_else(String::new, |error| format!(": {error}"));
            Err(Failure::Failed(format!("the recorder ended{why}")))
        }
        learned = session.learn(limit) => {
            drop(end);
            // A stream has no end: what was learned does not wait for it.
            drop(tokio::time::timeout(LAST_ANSWERS, served).await);
            learned
        }
    }
}

fn authorities(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
}

/// Hands the proposal over. One that cannot work is shown as well, and is a failure.
fn tell(
    proposal: &Proposal,
    arguments: &LearnArguments,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let yaml = proposal.yaml();
    if let Some(out) = &arguments.out {
        let failed = |error| Failure::Failed(format!("{}: {error}", out.display()));
        let mut file = OpenOptions::new().write(true).create_new(true).open(out).map_err(failed)?;
        file.write_all(yaml.as_bytes()).map_err(failed)?;
        say(&format!(
            "Written to {}. Next: portcullis check --config {}",
            out.display(),
            out.display()
        ));
    }
    if context.json {
        context.print_json(&json!({
            "usable": proposal.is_usable(),
            "findings": proposal.findings,
            "yaml": yaml,
        }))?;
    } else if arguments.out.is_none() {
        write!(context.out, "{yaml}")?;
    }
    for finding in &proposal.findings {
        say(&format!("{:>14}  {}: {}", finding.sure.word(), finding.part, finding.text));
    }
    if proposal.is_usable() {
        return Ok(());
    }
    context.out.flush()?;
    Err(Failure::Failed("the proposal does not work as it is; see above".to_owned()))
}

#[cfg(test)]
mod tests;
