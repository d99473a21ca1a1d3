//! The pages about codes that are sent.

use askama::Template;

use super::Chrome;
use super::Errand;
use super::NeedFields;
use super::Occasion;
use super::OtherMethod;
use crate::authenticator::contact::Channel;

/// A code that is sent, as the second factor: asked for, then typed.
#[derive(Clone, Debug, Template)]
#[template(path = "sent_code.html")]
pub(crate) struct SentCodePage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// How it is sent.
    pub(crate) channel: Channel,
    /// Where to, as its owner knows it.
    pub(crate) to: String,
    /// Whether one is on its way.
    pub(crate) underway: bool,
    /// Why it is asked for.
    pub(crate) occasion: Occasion,
    /// What is needed where they are going.
    pub(crate) need: NeedFields,
    /// The methods to switch to; codes kept for emergencies last.
    pub(crate) others: Vec<OtherMethod>,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

impl SentCodePage {
    fn title(&self) -> &'static str {
        match (self.underway, self.channel) {
            (true, _) => self.chrome.say("sent-title-enter"),
            (false, Channel::Email) => self.chrome.say("sent-title-email"),
            (false, Channel::Sms) => self.chrome.say("sent-title-sms"),
        }
    }

    fn lead(&self) -> String {
        let key = match (self.underway, self.channel) {
            (true, Channel::Email) => "sent-done-email",
            (true, Channel::Sms) => "sent-done-sms",
            (false, Channel::Email) => "sent-lead-email",
            (false, Channel::Sms) => "sent-lead-sms",
        };
        self.chrome.language.with(key, "to", &self.to)
    }
}

/// Setting up an address for codes: entered, then shown to be one's own.
#[derive(Clone, Debug, Template)]
#[template(path = "enrol_contact.html")]
pub(crate) struct EnrolContactPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// How codes are sent.
    pub(crate) channel: Channel,
    /// Where one is on its way to, as its owner knows it; none: no address was entered yet.
    pub(crate) underway: Option<String>,
    /// What was typed before.
    pub(crate) typed: String,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

impl EnrolContactPage {
    fn is_email(&self) -> bool {
        self.channel == Channel::Email
    }

    fn title(&self) -> &'static str {
        self.chrome.say(if self.is_email() { "contact-title-email" } else { "contact-title-sms" })
    }

    fn lead(&self) -> &'static str {
        self.chrome.say(if self.is_email() { "contact-lead-email" } else { "contact-lead-sms" })
    }

    fn field(&self) -> &'static str {
        self.chrome.say(if self.is_email() { "contact-field-email" } else { "contact-field-sms" })
    }

    fn other(&self) -> &'static str {
        self.chrome.say(if self.is_email() { "contact-other-email" } else { "contact-other-sms" })
    }

    fn done(&self, to: &str) -> String {
        let key = if self.is_email() { "sent-done-email" } else { "sent-done-sms" };
        self.chrome.language.with(key, "to", to)
    }
}

/// The account has no address for codes, and its owner may not enter one: the missing field is named (S4.7).
#[derive(Clone, Debug, Template)]
#[template(path = "no_contact.html")]
pub(crate) struct NoContactPage {
    pub(crate) chrome: Chrome,
    /// How codes are sent.
    pub(crate) channel: Channel,
    /// The page with the other ways.
    pub(crate) back: String,
}

impl NoContactPage {
    fn title(&self) -> &'static str {
        let email = self.channel == Channel::Email;
        self.chrome.say(if email { "sent-title-email" } else { "sent-title-sms" })
    }

    fn missing(&self) -> &'static str {
        let email = self.channel == Channel::Email;
        self.chrome.say(if email { "sent-none-email" } else { "sent-none-sms" })
    }
}
