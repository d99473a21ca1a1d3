//! One process takes over from another, so that a new program can be put in place while people work
//! (ruling 4). The old process starts its successor itself, from the program that is on disk by then.
//!
//! Until the successor is ready, nothing changes: whatever goes wrong, the old process goes on. When it
//! has closed its store it does not judge any more, because its successor may know better. A successor
//! that fails after that is followed by the old program itself, which starts again in its own process.

use std::ffi::OsString;
use std::io;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Pid;

use super::handover::Channel;
use super::handover::Message;
use super::handover::Offer;
use super::handover::PROTOCOL;
use super::handover::Unheard;
use super::inherited::Inherited;
use super::inherited::InheritedError;
use super::inherited::Slot;
use crate::store::sled::SCHEMA;

/// The argument of `run` that makes a successor.
pub const ARGUMENT: &str = "--successor";

/// How long the other process may take for one step.
const PATIENCE: Duration = Duration::from_mins(2);

/// The program's own file, also when another has been put in its place.
const OWN_FILE: &str = "/proc/self/exe";

/// What Linux adds to the name of a program whose file was replaced.
const REPLACED: &str = " (deleted)";

/// Variables that are meant for one process alone.
const PERSONAL: [&str; 4] = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_PID"];

/// How this process was started, to start it again.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// Of this process.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn of_this_process() -> io::Result<Self> {
        let mut arguments = std::env::args_os();
        // As it was called: a link may lead to another version by now.
        let called = arguments.next().map(PathBuf::from).filter(|path| path.is_absolute());
        let path = if let Some(path) = called {
            path
        } else {
            let found = std::env::current_exe()?;
            let replaced = found.to_str().and_then(|path| path.strip_suffix(REPLACED));
            replaced.map_or_else(|| found.clone(), PathBuf::from)
        };
        Ok(Self { path, arguments: arguments.collect() })
    }

    fn command(&self, path: &Path, stdin: OwnedFd) -> Command {
        let mut command = Command::new(path);
        command.args(&self.arguments);
        if !self.arguments.iter().any(|argument| argument == ARGUMENT) {
            command.arg(ARGUMENT);
        }
        for name in PERSONAL {
            command.env_remove(name);
        }
        command.stdin(Stdio::from(stdin));
        command
    }
}

/// The listening sockets, held beside the ones pingora accepts on: as long as they are, connections wait
/// in their queues instead of being refused.
#[derive(Debug, Default)]
pub(crate) struct Held(Vec<(Slot, TcpListener)>);

impl Held {
    pub(crate) const fn new(sockets: Vec<(Slot, TcpListener)>) -> Self {
        Self(sockets)
    }

    fn offer(&self, channel: &Channel, after_failure: Option<String>) -> io::Result<()> {
        let offer = Message::Offer(Offer {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            store_form: SCHEMA,
            slots: self.0.iter().map(|(slot, _)| *slot).collect(),
            after_failure,
        });
        let sockets: Vec<_> = self.0.iter().map(|(_, socket)| socket.as_fd()).collect();
        channel.send(&offer, &sockets)
    }
}

/// The process that is to take over, ready.
#[derive(Debug)]
pub(crate) struct Successor {
    child: Child,
    channel: Channel,
}

impl Successor {
    /// Starts it and waits until it is ready. Blocks.
    ///
    /// # Errors
    /// Why it is not; it is gone then, and nothing has changed.
    pub(crate) fn start(program: &Program, held: &Held) -> Result<Self, String> {
        if std::process::id() == 1 {
            return Err("this is the first process of a container, which ends with it: replace the container".to_owned());
        }
        let (channel, stdin) = Channel::pair().map_err(|e| e.to_string())?;
        let started = program.command(&program.path, stdin).spawn();
        let child = started.map_err(|e| format!("cannot start {}: {e}", program.path.display()))?;
        let successor = Self { child, channel };
        let offered = held.offer(&successor.channel, None).map_err(Unheard::from);
        match offered.and_then(|()| successor.channel.receive(PATIENCE)) {
            Ok((Message::Ready, _)) => Ok(successor),
            other => Err(successor.give_up(other.map(|(message, _)| message))),
        }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    /// Sends it away before it got anything: nothing has changed.
    pub(crate) fn dismiss(self) {
        drop(self.give_up(Err(Unheard::Gone)));
    }

    /// Lets it open the store, which is closed, and waits until it serves. Blocks.
    ///
    /// # Errors
    /// Why it does not; it is gone then.
    pub(crate) fn take_over(self) -> Result<(), String> {
        let told = self.channel.send(&Message::Closed, &[]).map_err(Unheard::from);
        match told.and_then(|()| self.channel.receive(PATIENCE)) {
            Ok((Message::Serving, _)) => Ok(()),
            other => Err(self.give_up(other.map(|(message, _)| message))),
        }
    }

    /// Ends it; says why.
    fn give_up(mut self, heard: Result<Message, Unheard>) -> String {
        drop(self.channel);
        // One that has ended already cannot be killed, but waited for.
        drop(self.child.kill());
        let ended = self.child.wait().map_or_else(|e| e.to_string(), |status| status.to_string());
        match heard {
            Ok(Message::Failed(why)) => why,
            Ok(_) => format!("it spoke out of turn ({ended})"),
            Err(why) => format!("{why} ({ended}); what it wrote to its log says more"),
        }
    }
}

/// Starts the program of this very process again, in its place: the successor failed, and the store is
/// closed. Returns only when that fails too.
pub(crate) fn start_again(program: &Program, held: &Held, why: String) -> io::Error {
    let channel = Channel::pair().and_then(|(own, stdin)| {
        // What was sent waits in the other end, with the sockets.
        held.offer(&own, Some(why))?;
        Ok(stdin)
    });
    match channel {
        Ok(stdin) => program.command(Path::new(OWN_FILE), stdin).exec(),
        Err(error) => error,
    }
}

/// Why a process cannot take over.
#[derive(Debug, thiserror::Error)]
pub enum SuccessionError {
    /// The sockets are unusable.
    #[error(transparent)]
    Sockets(#[from] InheritedError),
    /// The process before says nothing that helps.
    #[error("cannot take over from the running gateway: {0}")]
    Unheard(#[from] Unheard),
    /// It is of a version that cannot be followed without a stop.
    #[error(
        "the running gateway is of version {0}, which this program cannot take over from without a stop. Stop it, then \
         start this one"
    )]
    Version(String),
}

/// The process before this one.
#[derive(Debug)]
pub(crate) struct Predecessor {
    channel: Channel,
    /// What it said first.
    pub(crate) offer: Offer,
}

impl Predecessor {
    /// Takes its sockets.
    ///
    /// # Errors
    /// When there is none, or it cannot be followed.
    pub(crate) fn meet() -> Result<(Self, Inherited), SuccessionError> {
        let channel = Channel::from_stdin().map_err(Unheard::from)?;
        let (Message::Offer(offer), sockets) = channel.receive(PATIENCE)? else {
            return Err(Unheard::Unreadable.into());
        };
        let predecessor = Self { channel, offer };
        let offer = &predecessor.offer;
        if offer.protocol != PROTOCOL || offer.store_form != SCHEMA {
            let error = SuccessionError::Version(offer.version.clone());
            predecessor.failed(&error);
            return Err(error);
        }
        if offer.slots.len() != sockets.len() {
            return Err(Unheard::Unreadable.into());
        }
        let sockets = offer.slots.clone().into_iter().zip(sockets);
        let inherited = Inherited::from_predecessor(sockets)?;
        Ok((predecessor, inherited))
    }

    /// Says that all is ready, and waits until the store is closed. Blocks.
    ///
    /// # Errors
    /// When the other process keeps it.
    pub(crate) fn await_turn(&self) -> Result<(), SuccessionError> {
        if self.offer.after_failure.is_some() {
            return Ok(());
        }
        self.channel.send(&Message::Ready, &[]).map_err(Unheard::from)?;
        match self.channel.receive(PATIENCE)? {
            (Message::Closed, _) => Ok(()),
            _ => Err(Unheard::Unreadable.into()),
        }
    }

    /// Says that this process accepts.
    pub(crate) fn serving(&self) {
        self.say(&Message::Serving);
    }

    /// Says that this process cannot take over.
    pub(crate) fn failed(&self, why: &impl ToString) {
        self.say(&Message::Failed(why.to_string()));
    }

    /// Says something to whom may be gone: it learns from our end, then, if it has to.
    fn say(&self, message: &Message) {
        if let Err(error) = self.channel.send(message, &[]) {
            tracing::debug!(%error, "the process before did not hear");
        }
    }
}
