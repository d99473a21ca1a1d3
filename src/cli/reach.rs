//! How a command reaches the state: through the running gateway, or, when none runs, by opening the
//! store itself. Both ways the same code does it (ruling 2).

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime;
use tokio::runtime::Runtime;

use super::context::Context;
use super::control_client;
use super::failure::Failure;
use crate::audit::Actor;
use crate::audit::troubles::Troubles;
use crate::config::Configuration;
use crate::key_store::LiveKeys;
use crate::operate;
use crate::operate::By;
use crate::operate::Command;
use crate::operate::Operator;
use crate::operate::Reason;
use crate::operate::Reply;
use crate::operate::wire;
use crate::server::live;
use crate::server::state;

/// How long the store may be in use without a gateway that answers.
const BETWEEN: Duration = Duration::from_secs(10);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// A way to the state.
pub(super) enum Reach {
    /// The running gateway.
    Gateway {
        /// Its socket.
        socket: PathBuf,
        /// The connection that found it, for the first command.
        first: Option<UnixStream>,
        /// Why its commands are given.
        reason: Option<Reason>,
    },
    /// The store, open in this process.
    Store(Direct),
}

/// The store, open in this process.
pub(super) struct Direct {
    runtime: Runtime,
    operator: Arc<Operator>,
    reason: Option<Reason>,
    state: state::State,
}

impl Reach {
    /// Finds the way.
    pub(super) fn find(context: &Context<'_>) -> Result<Self, Failure> {
        let configuration = context.configuration_without_lists()?;
        let socket = configuration.store.run.join(wire::SOCKET);
        let mut waited = Duration::ZERO;
        let opened = loop {
            if let Some(first) = control_client::connect(&socket)? {
                let reason = context.reason.clone();
                return Ok(Self::Gateway { socket, first: Some(first), reason });
            }
            match state::open(&configuration.store, Arc::clone(&context.entropy)) {
                // A gateway begins, or one takes over from another: soon it answers.
                Err(error) if error.is_locked() && waited < BETWEEN => std::thread::sleep(PAUSE),
                outcome => break outcome,
            }
            waited = waited.saturating_add(PAUSE);
        };
        match opened {
            Ok(state) => Ok(Self::Store(Direct::new(state, context, &configuration)?)),
            Err(error) if error.is_locked() => Err(Failure::Failed(format!(
                "the store is in use, but no gateway answers at {}. A gateway is just starting or stopping, or runs with \
                 another `store.run`: try again in a moment, or use its configuration file",
                socket.display()
            ))),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a gateway runs.
    pub(super) const fn is_gateway(&self) -> bool {
        matches!(self, Self::Gateway { .. })
    }

    /// Has a command done.
    pub(super) fn ask(&mut self, command: Command) -> Result<Reply, Failure> {
        match self {
            Self::Gateway { socket, first, reason } => {
                let stream = match first.take() {
                    Some(stream) => stream,
                    None => control_client::connect(socket)?
                        .ok_or_else(|| Failure::Failed("the gateway has stopped".to_owned()))?,
                };
                control_client::ask(stream, reason.clone(), command)
            }
            Self::Store(direct) => direct.ask(command),
        }
    }

    /// Closes what was opened. What was done is durable already.
    pub(super) fn close(self) -> Result<(), Failure> {
        match self {
            Self::Gateway { .. } => Ok(()),
            Self::Store(direct) => {
                let closed = direct.runtime.block_on(direct.state.store.close());
                closed.map_err(|e| Failure::Failed(e.to_string()))
            }
        }
    }
}

impl Direct {
    fn new(
        state: state::State,
        context: &Context<'_>,
        configuration: &Configuration,
    ) -> Result<Self, Failure> {
        let failed = |error: &dyn ToString| Failure::Failed(error.to_string());
        context.clock.raise_to(state.latest);
        state.store.keep_notices(&configuration.courier.channels());
        let parts = operate::Parts {
            store: Arc::clone(&state.store),
            directory: None,
            keys: Arc::new(LiveKeys::load(state.keys.clone()).map_err(|e| failed(&e))?),
            clock: Arc::clone(&context.clock),
            entropy: Arc::clone(&context.entropy),
            acts: None,
            troubles: Troubles::default(),
        };
        let settings = live::operator_settings(configuration);
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(|e| failed(&e))?;
        let followers = configuration.audit.followers();
        runtime.block_on(state.store.follow_log(&followers)).map_err(|e| failed(&e))?;
        let operator = Arc::new(Operator::new(parts, settings));
        Ok(Self { runtime, operator, reason: context.reason.clone(), state })
    }

    fn ask(&self, command: Command) -> Result<Reply, Failure> {
        let by = By::machine(uid(), self.reason.clone());
        Ok(self.runtime.block_on(self.operator.execute(by, command))?)
    }
}

/// Whoever runs the command; with sudo, root.
pub(super) fn actor() -> Actor {
    Actor::Operator { uid: uid() }
}

fn uid() -> u32 {
    rustix::process::getuid().as_raw()
}

/// Has one command done.
pub(super) fn ask(context: &Context<'_>, command: Command) -> Result<Reply, Failure> {
    let mut reach = Reach::find(context)?;
    let reply = reach.ask(command);
    reach.close()?;
    reply
}

/// The gateway answered something else than was asked: it is another version.
pub(super) fn unexpected() -> Failure {
    Failure::Failed(
        "the running gateway is of another version. Use the gateway's own program".to_owned(),
    )
}
