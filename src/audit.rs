//! The audit log: who did what to whom, from where, in a chain that cannot be edited unnoticed.
//!
//! A record is written in the same transaction as the act it tells of. Each holds the hash of the one
//! before; [`verify`] finds any edit, deletion or reordering. Values never hold a secret.

pub mod export;
mod held_up;
mod kind;
pub mod line;
mod mandate;
pub mod signed;
pub mod troubles;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use ring::digest;
use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::service_token::TokenId;
use crate::subject::SubjectId;

pub use self::mandate::Mandate;
pub use self::mandate::MandateOf;
pub use self::mandate::Tag;

/// Version of the record's JSON form.
pub const SCHEMA: u32 = 1;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// `init` made the store.
    StoreCreated,
    /// A gateway process opened the store.
    GatewayStarted,
    /// A new configuration is in force.
    ConfigurationLoaded,
    /// A configuration was refused; the old one stays.
    ConfigurationRefused,
    /// A new certificate is in use: its files were replaced.
    CertificateLoaded,
    /// Certificate files were replaced by some that cannot be used; the old certificate stays.
    CertificateRefused,
    /// A new geography database is in use.
    GeographyLoaded,
    /// A geography database cannot be used; the one before stays, if it is there and not too old.
    GeographyRefused,
    /// The geography database in use has become too old: places are unknown.
    GeographyExpired,
    /// A program was started to take over from the running one.
    UpgradeBegun,
    /// It has taken over.
    UpgradeFinished,
    /// It has not; the one before goes on.
    UpgradeFailed,
    /// There is no owner: a token to make one was written to its file.
    FirstOwnerOffered,
    /// An account was created.
    AccountCreated,
    /// A password was set.
    PasswordSet,
    /// A role was changed.
    RoleChanged,
    /// An account was disabled.
    AccountDisabled,
    /// An account was enabled again.
    AccountEnabled,
    /// An account was removed.
    AccountRemoved,
    /// Name, address or groups of an account were changed: which of them.
    ProfileChanged,
    /// A link was made by which somebody chooses a password: until when it is good.
    PasswordLinkIssued,
    /// A link by which somebody chooses a password is void: it was replaced, or the account has changed.
    PasswordLinkRevoked,
    /// Another password is asked for at the next sign-in.
    PasswordChangeRequired,
    /// All authenticators of an account were removed.
    MfaReset,
    /// An authenticator was bound.
    AuthenticatorBound,
    /// A person said that an authenticator is lost; nothing is changed yet.
    AuthenticatorLost,
    /// An authenticator was removed.
    AuthenticatorRemoved,
    /// An authenticator was given another name.
    AuthenticatorRenamed,
    /// An authenticator reached its limit of failures.
    AuthenticatorDisabled,
    /// A set of backup codes was made; the old set is void.
    BackupCodesReplaced,
    /// The person said that the codes are stored.
    BackupCodesAcknowledged,
    /// An owner issued a recovery code: to whom, why, and until when it is good.
    RecoveryCodeIssued,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A recovery code is void: it was replaced, or the account has changed.
    RecoveryCodeRevoked,
    /// An authenticator app was prepared for somebody; it counts from their first code on.
    AppHandedOver,
    /// An app that was handed over is void: it was replaced, or the account has changed.
    HandedAppVoid,
    /// Who must have a second factor was changed, for everybody or for one account.
    EnforcementChanged,
    /// A person wants no second factor now, where it is optional.
    SetUpDeclined,
    /// Somebody without a second factor was reminded of the date from which on they must have one.
    SetUpReminded,
    /// A code was sent to a person.
    CodeSent,
    /// A code was not sent: too many were, or nothing may be sent there.
    CodesWithheld,
    /// A notice to somebody was given up: nobody took it.
    NoticeUndelivered,
    /// The codes were shown again.
    BackupCodesShown,
    /// A proof was accepted.
    ProofAccepted,
    /// A proof was refused.
    ProofRefused,
    /// A sign-on elsewhere said something new of an account.
    ProfileUpdated,
    /// A person chose the language of pages and mails.
    LanguageChosen,
    /// A person registered a device: to be remembered, or as a verified one.
    DeviceRegistered,
    /// An operator agreed to a verified device.
    DeviceApproved,
    /// A device was removed.
    DeviceRemoved,
    /// A session was opened.
    SessionOpened,
    /// A session rose in assurance.
    SessionRaised,
    /// A session was ended.
    SessionEnded,
    /// Requests of somebody who is signed in, or of a program by its token, were refused: why, and how many.
    RequestRefused,
    /// Somebody who may not give commands tried to.
    OperatorRefused,
    /// Records were taken out of this log: from which to which.
    AuditExported,
    /// Somebody began to read this log.
    AuditRead,
    /// The oldest records were removed: from which to which, and the hash of the last.
    AuditPruned,
    /// A sink goes on without records that it did not take: which sink, from which to which.
    AuditSkipped,
    /// A service token was issued.
    ServiceTokenIssued,
    /// A service token got another secret.
    ServiceTokenRotated,
    /// A service token was disabled.
    ServiceTokenDisabled,
    /// A service token was enabled again.
    ServiceTokenEnabled,
    /// A service token was revoked.
    ServiceTokenRevoked,
    /// A signing key was made.
    SigningKeyCreated,
    /// A signing key came into use.
    SigningKeyActivated,
    /// A signing key was retired.
    SigningKeyRetired,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Actor {
    /// The gateway itself.
    Gateway,
    /// A person who is signed in, or whose name was given.
    Subject {
        /// The account.
        id: SubjectId,
    },
    /// Somebody who gave a name that no account has.
    Unknown,
    /// An operator at the machine, on the command line.
    Operator {
        /// The system's user id.
        uid: u32,
    },
    /// A program, by its service token.
    Token {
        /// The token's id.
        id: TokenId,
    },
}

/// One act, before it is chained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// When, by the world's clock.
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// By whom.
    pub actor: Actor,
    /// To whom, where that is somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<SubjectId>,
    /// On which site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// In which request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// From which address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<IpAddr>,
    /// Further facts: method, reason, handle… Names are `snake_case`, values are short.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, String>,
    /// By what right, where that is to be checked when it is written; not kept.
    #[serde(skip)]
    pub mandate: Option<Mandate>,
}

impl AuditEvent {
    /// An act of `actor` at `at`.
    #[must_use]
    pub const fn new(at: Timestamp, kind: AuditKind, actor: Actor) -> Self {
        Self {
            at,
            kind,
            actor,
            target: None,
            site: None,
            request_id: None,
            client: None,
            detail: BTreeMap::new(),
            mandate: None,
        }
    }

    /// Another event of the same act, about this account.
    #[must_use]
    pub fn about_the_same(&self, kind: AuditKind, target: &SubjectId) -> Self {
        Self {
            at: self.at,
            kind,
            actor: self.actor.clone(),
            target: Some(target.clone()),
            site: self.site.clone(),
            request_id: self.request_id.clone(),
            client: self.client,
            detail: BTreeMap::new(),
            mandate: self.mandate.clone(),
        }
    }

    /// …done to `target`.
    #[must_use]
    pub fn on(mut self, target: &SubjectId) -> Self {
        self.target = Some(target.clone());
        self
    }

    /// …with a further fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.detail.insert(name.to_owned(), value.to_string());
        self
    }
}

/// A chained record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// Version of this form.
    pub schema: u32,
    /// Position, from 1, without gaps.
    pub seq: u64,
    /// The act.
    #[serde(flatten)]
    pub event: AuditEvent,
    /// Hash of the record before; 64 zeros for the first.
    pub prev: String,
    /// SHA-256 over this record's JSON without this field.
    pub hash: String,
}

/// Where a chain stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// Position of the last record; 0: none yet.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

impl Default for AuditHead {
    fn default() -> Self {
        Self { seq: 0, hash: "0".repeat(64) }
    }
}

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// A record is missing, repeated or out of order.
    #[error("record {expected} is missing: found {found} in its place")]
    Gap {
        /// The position expected.
        expected: u64,
        /// The position found.
        found: u64,
    },
    /// A record does not continue the one before.
    #[error("record {0} does not continue the one before it")]
    Link(u64),
    /// A record was edited.
    #[error("record {0} was changed after it was written")]
    Hash(u64),
    /// The chain does not begin where it says that it was pruned.
    #[error(
        "the log begins after record {0}, and no record of it says that what was before was pruned"
    )]
    Beginning(u64),
    /// The chain ends before the head that was promised.
    #[error("the log ends at record {found}, but record {expected} was written")]
    Truncated {
        /// Position of the promised head.
        expected: u64,
        /// Position of the last record there is.
        found: u64,
    },
}

impl AuditHead {
    /// The record that continues this head, and moves the head on.
    pub fn chain(&mut self, event: AuditEvent) -> AuditRecord {
        let mut record = AuditRecord {
            schema: SCHEMA,
            seq: self.seq.saturating_add(1),
            event,
            prev: self.hash.clone(),
            hash: String::new(),
        };
        record.hash = hash_of(&record);
        self.seq = record.seq;
        self.hash.clone_from(&record.hash);
        record
    }

    /// Whether `record` continues this head; moves the head on when it does.
    ///
    /// # Errors
    /// Says what is wrong, and at which position.
    pub fn follow(&mut self, record: &AuditRecord) -> Result<(), BrokenChain> {
        let expected = self.seq.saturating_add(1);
        if record.seq != expected {
            return Err(BrokenChain::Gap { expected, found: record.seq });
        }
        if record.prev != self.hash {
            return Err(BrokenChain::Link(record.seq));
        }
        if record.hash != hash_of(record) {
            return Err(BrokenChain::Hash(record.seq));
        }
        self.seq = record.seq;
        self.hash.clone_from(&record.hash);
        Ok(())
    }
}

/// Follows a whole chain from its beginning to the head that was promised.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify<'a>(
    records: impl IntoIterator<Item = &'a AuditRecord>,
    promised: &AuditHead,
) -> Result<u64, BrokenChain> {
    let mut head = AuditHead::default();
    for record in records {
        head.follow(record)?;
    }
    if head != *promised {
        return Err(BrokenChain::Truncated { expected: promised.seq, found: head.seq });
    }
    Ok(head.seq)
}

fn hash_of(record: &AuditRecord) -> String {
    let mut unhashed = record.clone();
    unhashed.hash = String::new();
    let json = serde_json::to_vec(&unhashed).unwrap_or_default();
    data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, &json).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(n: u64) -> (Vec<AuditRecord>, AuditHead) {
        let mut head = AuditHead::default();
        let records = (0..n)
            .map(|i| {
                let at = Timestamp::from_secs(i);
                head.chain(AuditEvent::new(at, AuditKind::ProofRefused, Actor::Unknown))
            })
            .collect();
        (records, head)
    }

    #[test]
    fn an_untouched_chain_verifies() {
        let (records, head) = chain(5);
        assert_eq!(verify(&records, &head), Ok(5));
    }

    #[test]
    fn edits_deletions_reorderings_and_cuts_are_found_a265() {
        let (records, head) = chain(5);
        let mut edited = records.clone();
        edited[2].event.actor = Actor::Gateway;
        assert_eq!(verify(&edited, &head), Err(BrokenChain::Hash(3)));
        let mut rehashed = edited;
        rehashed[2].hash = hash_of(&rehashed[2]);
        assert_eq!(verify(&rehashed, &head), Err(BrokenChain::Link(4)));
        let mut deleted = records.clone();
        deleted.remove(1);
        assert_eq!(verify(&deleted, &head), Err(BrokenChain::Gap { expected: 2, found: 3 }));
        let mut swapped = records.clone();
        swapped.swap(1, 2);
        assert_eq!(verify(&swapped, &head), Err(BrokenChain::Gap { expected: 2, found: 3 }));
        let cut = BrokenChain::Truncated { expected: 5, found: 4 };
        assert_eq!(verify(&records[..4], &head), Err(cut));
    }

    #[test]
    fn a_record_survives_its_json_form() {
        let (records, _) = chain(1);
        let json = serde_json::to_string(&records[0]).unwrap();
        let back: AuditRecord = serde_json::from_str(&json).unwrap();
        assert_eq!((hash_of(&back), &back), (records[0].hash.clone(), &records[0]));
    }

    #[test]
    fn a_mandate_is_no_part_of_the_record_and_records_of_before_keep_their_hash_a264() {
        let id = SubjectId::from_stored("s".to_owned());
        let at = Timestamp::from_secs(7);
        let actor = Actor::Subject { id: id.clone() };
        let plain = AuditEvent::new(at, AuditKind::RoleChanged, actor).on(&id).with("to", "admin");
        let mut under = plain.clone();
        let act = crate::authority::Act::SetRole;
        under.mandate = Some(Mandate { by: MandateOf::Person(id), act, expects: None });
        let chained = |event| AuditHead::default().chain(event);
        let (plain, under) = (chained(plain), chained(under));
        assert_eq!(plain.hash, under.hash);
        let json = |record| serde_json::to_string(record).unwrap();
        assert_eq!(json(&plain), json(&under));
        // As the version before this one wrote it.
        assert_eq!(plain.hash, "1adf485e8652223bfc69584bd452a387c44190bb547091ffd75c98b45e494f77");
    }
}
