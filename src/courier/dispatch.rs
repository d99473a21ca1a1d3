//! Where messages wait, and the task that sends them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Carrier;
use super::Carriers;
use super::Courier;
use super::Letterhead;
use super::Message;
use super::NotDelivered;
use super::Settings;
use crate::authenticator::contact::Channel;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::metrics::messages::Delivery;
use crate::store::Notice;

/// Messages that may wait.
const ROOM: usize = 1024;

/// Messages that are under way at once.
const AT_ONCE: usize = 16;

/// How often a message that may be taken another time is offered. A code that comes late is worth nothing.
const ATTEMPTS: u32 = 2;

/// Too many messages wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many messages wait to be sent")]
pub struct NoRoom;

/// Takes messages from everywhere and sends them from one task.
#[derive(Debug)]
pub struct Dispatch {
    queue: mpsc::Sender<Message>,
    waiting: Mutex<Option<mpsc::Receiver<Message>>>,
    carriers: ArcSwap<Carriers>,
    letterhead: ArcSwap<Letterhead>,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
}

impl Dispatch {
    /// Nothing is sent until [`Dispatch::run`].
    #[must_use]
    pub fn new(settings: &Settings, metrics: Metrics, clock: Arc<dyn Clock>) -> Self {
        let (queue, waiting) = mpsc::channel(ROOM);
        let carriers = ArcSwap::from_pointee(Carriers::new(settings, &clock));
        let letterhead = ArcSwap::from_pointee(settings.letterhead.clone());
        let waiting = Mutex::new(Some(waiting));
        Self { queue, waiting, carriers, letterhead, metrics, clock }
    }

    /// Puts other settings in force; what is under way stays so.
    pub fn configure(&self, settings: &Settings) {
        self.carriers.store(Arc::new(Carriers::new(settings, &self.clock)));
        self.letterhead.store(Arc::new(settings.letterhead.clone()));
    }

    /// Sends what is handed over, until `shutdown`; what is under way then is finished.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let Some(mut waiting) = self.waiting.lock().take() else {
            return;
        };
        let places = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let message = tokio::select! {
                () = shutdown.cancelled() => break,
                message = waiting.recv() => message,
            };
            let (Some(message), Ok(place)) = (message, Arc::clone(&places).acquire_owned().await)
            else {
                break;
            };
            let dispatch = Arc::clone(&self);
            tokio::spawn(async move {
                drop(dispatch.send(&message, ATTEMPTS).await);
                drop(place);
            });
        }
        let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        drop(places.acquire_many(all).await);
    }

    /// Sends a notice now.
    ///
    /// # Errors
    /// Why it was not delivered.
    pub async fn tell(&self, notice: &Notice) -> Result<(), NotDelivered> {
        let message = self.letterhead.load().notice(notice).ok_or(NotDelivered::NoWay)?;
        self.send(&message, 1).await
    }

    /// Sends one message now, and counts how that ended.
    ///
    /// # Errors
    /// Why it was not delivered.
    pub async fn send(&self, message: &Message, attempts: u32) -> Result<(), NotDelivered> {
        let channel = message.to.channel();
        let mut left = attempts.max(1);
        loop {
            let carriers = self.carriers.load_full();
            let outcome = carriers.deliver(message).await;
            left = left.saturating_sub(1);
            match &outcome {
                Err(NotDelivered::Later(why)) if left > 0 => {
                    tracing::debug!(channel = channel.name(), %why, "a message is offered again");
                    continue;
                }
                Ok(()) => self.metrics.messages.ended(channel, Delivery::Delivered),
                Err(why) => self.failed(channel, &message.id, why),
            }
            return outcome;
        }
    }

    fn failed(&self, channel: Channel, id: &str, why: &NotDelivered) {
        self.metrics.messages.ended(channel, Delivery::Failed);
        tracing::error!(channel = channel.name(), message = id, %why, "a message was not delivered");
    }
}

impl Courier for Dispatch {
    fn hand_over(&self, message: Message) -> Result<(), NoRoom> {
        let channel = message.to.channel();
        self.queue.try_send(message).map_err(|_| {
            self.metrics.messages.ended(channel, Delivery::Dropped);
            tracing::error!(channel = channel.name(), "a message was dropped: too many wait");
            NoRoom
        })
    }
}
