//! Where an account's codes go (S3.10): filled in by an administrator, verified by its first code.

use crate::authenticator::AuthenticatorKind;
use crate::authenticator::contact::Channel;
use crate::authority::Act;
use crate::operate::Command;
use crate::operate::ContactCommand;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::door::Principal;
use crate::portal::form::Fields;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;

/// The channels, as forms call them.
const CHANNELS: [(&str, Channel, AuthenticatorKind); 2] = [
    ("email", Channel::Email, AuthenticatorKind::Email),
    ("sms", Channel::Sms, AuthenticatorKind::Sms),
];

fn channel_of(fields: &mut Fields) -> Result<Channel, Refusal> {
    let name = fields.required("channel")?;
    let known = CHANNELS.iter().find(|(known, ..)| *known == name.as_str());
    known.map(|(_, channel, _)| *channel).ok_or(Refusal::Form)
}

/// The kinds of address to choose from.
fn channels(turn: &Turn, chosen: Channel, which: impl Fn(AuthenticatorKind) -> bool) -> Input {
    let chosen = CHANNELS.iter().find(|(_, channel, _)| *channel == chosen);
    let chosen = chosen.map_or("", |(name, ..)| name);
    let choices = CHANNELS.into_iter().filter(|(.., kind)| which(*kind));
    let choices = choices
        .map(|(value, _, kind)| Choice::new(value, turn.language.say(kind.message()), chosen));
    Input::select("channel", turn.language.say("deed-channel"), choices.collect())
}

/// An address is put in the place of the one that was there.
pub(crate) struct SetContact {
    channel: Channel,
    address: String,
}

impl Deed for SetContact {
    const PAGE: &'static str = "/admin/user/contact";
    const ACT: Act = Act::SetContact;
    const TITLE: &'static str = "deed-set-contact";
    const DOES: &'static str = "deed-set-contact-does";
    const DONE: &'static str = "contact-set";
    const FIELDS: &'static [&'static str] = &["channel", "address"];

    fn first(_: &Turn, _: &mut Fields, _: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok(Some(Self { channel: Channel::Email, address: String::new() }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let channel = channel_of(fields)?;
        Ok(Self { channel, address: fields.required("address")?.trim().to_owned() })
    }

    fn inputs(&self, turn: &Turn, _: &Principal, _: &AccountView) -> Vec<Input> {
        let address = Input::text("address", turn.language.say("deed-address"), &self.address);
        let hint = turn.language.say("deed-address-hint");
        vec![channels(turn, self.channel, |_| true), address.hinted(hint).required()]
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        let (channel, address) = (self.channel, self.address.clone());
        Ok(Command::UserContact(ContactCommand::Set { login, channel, address }))
    }
}

/// The addresses of a kind go.
pub(crate) struct RemoveContact {
    channel: Channel,
}

impl Deed for RemoveContact {
    const PAGE: &'static str = "/admin/user/remove-contact";
    const ACT: Act = Act::RemoveContact;
    const TITLE: &'static str = "deed-remove-contact";
    const DOES: &'static str = "deed-remove-contact-does";
    const DONE: &'static str = "contact-removed";
    const FIELDS: &'static [&'static str] = &["channel"];

    fn first(_: &Turn, _: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        let mut there = CHANNELS.iter().filter(|(.., kind)| has(account, *kind));
        Ok(there.next().map(|(_, channel, _)| Self { channel: *channel }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { channel: channel_of(fields)? })
    }

    fn inputs(&self, turn: &Turn, _: &Principal, account: &AccountView) -> Vec<Input> {
        vec![channels(turn, self.channel, |kind| has(account, kind))]
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::UserContact(ContactCommand::Remove { login, channel: self.channel }))
    }
}

fn has(account: &AccountView, kind: AuthenticatorKind) -> bool {
    account.factors.iter().any(|factor| factor.kind == kind)
}
