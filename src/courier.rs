//! Messages to people: letters by e-mail, short texts to mobile phones.
//!
//! What is sent is handed over here and leaves from one place, off the way of requests: nobody waits for a
//! mail server, and whoever asks for a code learns nothing from how long that takes.

pub mod dispatch;
pub mod letter;
pub mod mail;
mod notice;
pub mod sms;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::clock::Clock;

pub use self::dispatch::Dispatch;
pub use self::dispatch::NoRoom;
pub use self::letter::Letterhead;

/// What an operator decides about messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// E-mail, if there is any.
    pub mail: Option<mail::Settings>,
    /// Text messages, if there are any.
    pub sms: Option<sms::Settings>,
    /// What stands in every message.
    pub letterhead: Letterhead,
}

impl Settings {
    /// The channels on which messages can be sent.
    #[must_use]
    pub fn channels(&self) -> Vec<Channel> {
        Channel::ALL.into_iter().filter(|channel| self.carries(*channel)).collect()
    }

    /// Whether messages of that kind can be sent.
    #[must_use]
    pub const fn carries(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.mail.is_some(),
            Channel::Sms => self.sms.is_some(),
        }
    }
}

/// A message. What it says may hold a code, so it is wiped when it is gone.
#[derive(Clone)]
pub struct Message {
    /// Where to.
    pub to: Address,
    /// Tells it from every other, also to whoever receives it twice.
    pub id: String,
    /// One line; e-mail only.
    pub subject: String,
    /// The whole text.
    pub text: Zeroizing<String>,
    /// The same as a page; e-mail only.
    pub html: Option<Zeroizing<String>>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("to", &self.to)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Why a message was not delivered. Holds neither address nor text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDelivered {
    /// Nothing of that kind can be sent, or not there.
    #[error("nothing can be sent there")]
    NoWay,
    /// It will not be taken, however often it is offered.
    #[error("refused: {0}")]
    Refused(String),
    /// It may be taken another time.
    #[error("{0}")]
    Later(String),
}

/// What takes messages to people.
#[async_trait]
pub trait Carrier: fmt::Debug + Send + Sync {
    /// Delivers one message, or says why not.
    ///
    /// # Errors
    /// Why it was not delivered: then it may have been, unless it was refused.
    async fn deliver(&self, message: &Message) -> Result<(), NotDelivered>;
}

/// The carriers of one configuration.
#[derive(Debug, Default)]
pub struct Carriers {
    mail: Option<mail::Mailer>,
    sms: Option<sms::Texter>,
}

impl Carriers {
    /// Carriers under these settings.
    #[must_use]
    pub fn new(settings: &Settings, clock: &Arc<dyn Clock>) -> Self {
        Self {
            mail: settings.mail.clone().map(mail::Mailer::new),
            sms: settings.sms.clone().map(|sms| sms::Texter::new(sms, Arc::clone(clock))),
        }
    }
}

#[async_trait]
impl Carrier for Carriers {
    async fn deliver(&self, message: &Message) -> Result<(), NotDelivered> {
        match message.to.channel() {
            Channel::Email => match &self.mail {
                Some(mailer) => mailer.deliver(message).await,
                None => Err(NotDelivered::NoWay),
            },
            Channel::Sms => match &self.sms {
                Some(texter) => texter.deliver(message).await,
                None => Err(NotDelivered::NoWay),
            },
        }
    }
}

/// Where messages are handed over. Nobody is told how it ends: whoever waits would learn whether there is
/// anybody at the other end.
pub trait Courier: fmt::Debug + Send + Sync {
    /// Takes a message, at once.
    ///
    /// # Errors
    /// When there is no room for it.
    fn hand_over(&self, message: Message) -> Result<(), NoRoom>;
}
