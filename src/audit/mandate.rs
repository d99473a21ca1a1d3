//! By what right an act of the administration is done. It travels with the act's record to the store's commit, which
//! checks it against the roles as they are in that moment, and is not kept: the record tells who it was.

use ring::digest;
use serde::Serialize;

use crate::authenticator::Authenticator;
use crate::authenticator::recovery_code::RecoveryCode;
use crate::authority::Act;
use crate::service_token::TokenId;
use crate::session::device::Device;
use crate::subject::Account;
use crate::subject::SubjectId;

/// In whose name and by which act something is done, and what it expects to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// In whose name.
    pub by: MandateOf,
    /// Which act.
    pub act: Act,
    /// What the account is like that is acted on; none: whatever it is like.
    pub expects: Option<Tag>,
}

/// In whose name: by id, since the role is read when it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MandateOf {
    /// A person's, who is signed in.
    Person(SubjectId),
    /// A program's, by its token.
    Program(TokenId),
}

/// What something is like: another tag, and somebody has changed it meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// Characters of a tag: 128 bits.
    const CHARS: usize = 32;

    /// Of an account, what it holds, its devices and its recovery code. When somebody signed in, or used what, changes
    /// nothing.
    #[must_use]
    pub fn of(
        account: &Account,
        held: &[Authenticator],
        (devices, code): (&[Device], Option<&RecoveryCode>),
    ) -> Self {
        let mut account = account.clone();
        account.last_sign_in = None;
        account.proved_elsewhere = None;
        let mut held: Vec<_> = held
            .iter()
            .map(|one| (one.id.as_str(), one.credential.kind().name(), one.label.as_str()))
            .collect();
        held.sort_unstable();
        let standing = |device: &Device| device.verified.as_ref().map(|it| it.standing);
        let mut devices: Vec<_> = devices
            .iter()
            .map(|one| (one.id.as_str(), one.remembered_until.is_some(), standing(one)))
            .collect();
        devices.sort_unstable_by_key(|(id, ..)| *id);
        Self::of_shown(&(account, held, devices, code.map(|code| &code.id)))
    }

    /// Of what somebody is shown.
    #[must_use]
    pub fn of_shown(shown: &impl Serialize) -> Self {
        // Text of our own types; what could not be written would equal nothing that can.
        let text = serde_json::to_vec(shown).unwrap_or_default();
        let mut tag =
            data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, &text).as_ref());
        tag.truncate(Self::CHARS);
        Self(tag)
    }

    /// Reads one that was given before.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == Self::CHARS && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
