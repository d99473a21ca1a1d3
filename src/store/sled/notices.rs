//! The outbox: what an act leaves for people, in its own transaction.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::authenticators;
use super::keys::Key;
use super::loud;
use super::txn::Txn;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::clock::Timestamp;
use crate::store::Notice;
use crate::store::NoticeReader;
use crate::store::NoticeStore;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::SubjectId;
use crate::words::Language;

/// How often somebody is told that their second factor was refused.
const REFUSALS_EVERY: Duration = Duration::from_hours(1);

#[async_trait]
impl NoticeStore for SledStore {
    fn keep_notices(&self, channels: &[Channel]) {
        self.shared.keep_notices(channels);
    }

    async fn notices(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<Notice>, usize), StoreError> {
        self.shared.read(|txn| {
            let all: Vec<(Key, Notice)> = txn.records(&Key::notices())?;
            let count = all.len();
            let due = all.into_iter().map(|(_, notice)| notice).filter(|one| one.due <= now);
            Ok((due.take(limit).collect(), count))
        })
    }

    async fn end_notice(&self, id: &str, audit: Option<AuditEvent>) -> Result<(), StoreError> {
        let key = Key::notice(id);
        self.act(move |txn| {
            if txn.has(&key)? {
                txn.remove(key);
                if let Some(audit) = audit {
                    txn.audit(audit);
                }
            }
            Ok(())
        })
        .await
    }

    async fn postpone_notice(&self, id: &str, due: Timestamp) -> Result<(), StoreError> {
        let key = Key::notice(id);
        self.act(move |txn| {
            if let Some(mut notice) = txn.get::<Notice>(&key)? {
                notice.attempts = notice.attempts.saturating_add(1);
                notice.due = due;
                txn.put(key, &notice)?;
            }
            Ok(())
        })
        .await
    }
}

/// Who is told of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Whose account it is, where it is told at all; and owners, where that is for them always.
    WhomItConcerns,
    /// Owners, too: it was done on the command line.
    OwnersToo,
}

/// Leaves a notice to every address of whoever is told of an act, as they were `before` it: whoever changes an address does
/// not keep its owner from being told. `seq` is its place in the audit log.
pub(super) fn leave(
    txn: &mut Txn<'_>,
    before: &Txn<'_>,
    (event, seq, told): (&AuditEvent, u64, Told),
    channels: &[Channel],
) -> Result<(), StoreError> {
    if channels.is_empty() {
        return Ok(());
    }
    let account = match concerned(event) {
        Some(subject) => match accounts::get(before, &subject)? {
            Some(known) => Some(known),
            None => accounts::get(txn, &subject)?,
        },
        None => None,
    };
    let mut letters = Vec::new();
    if let Some(holder) = account.as_ref().filter(|_| event.is_told()) {
        if event.kind == AuditKind::ProofRefused && !is_time(txn, &holder.id, event.at)? {
            return Ok(());
        }
        letters.extend(letters_to(txn, holder, NoticeReader::Holder)?);
    }
    let is_for_owners = event.is_told_to_owners();
    if is_for_owners || told == Told::OwnersToo {
        let holder = account.as_ref().filter(|_| event.is_told()).map(|account| &account.id);
        // Whoever has not signed in yet has taken nothing over, and is only just being set up.
        let awaits = |owner: &Account| !is_for_owners && owner.last_sign_in.is_none();
        for owner in owners(txn)?.iter().filter(|it| Some(&it.id) != holder && !awaits(it)) {
            letters.extend(letters_to(txn, owner, NoticeReader::Owner)?);
        }
    }
    letters.retain(|letter| channels.contains(&letter.address.channel()));
    let reach_owners = letters.iter().any(|letter| letter.reader == NoticeReader::Owner);
    if told == Told::OwnersToo && !is_for_owners && reach_owners {
        loud::note_told(txn, event.at)?;
    }
    let login = account.map_or_else(String::new, |it| it.profile.login.name().to_owned());
    for (n, letter) in letters.into_iter().enumerate() {
        let id = format!("{seq:020}-{n}");
        let notice = Notice {
            id: id.clone(),
            event: event.clone(),
            login: login.clone(),
            reader: letter.reader,
            language: letter.language,
            channel: letter.address.channel(),
            address: letter.address.as_str().to_owned(),
            attempts: 0,
            due: Timestamp::default(),
        };
        txn.put(Key::notice(&id), &notice)?;
    }
    Ok(())
}

/// Where a notice goes.
struct LetterTo {
    reader: NoticeReader,
    language: Language,
    address: Address,
}

fn letters_to(
    txn: &Txn<'_>,
    account: &Account,
    reader: NoticeReader,
) -> Result<impl Iterator<Item = LetterTo>, StoreError> {
    let language = account.profile.language.unwrap_or_default();
    let all = addresses(txn, account)?.into_iter();
    Ok(all.map(move |address| LetterTo { reader, language, address }))
}

/// The active owners.
fn owners(txn: &Txn<'_>) -> Result<Vec<Account>, StoreError> {
    let prefix = Key::owners();
    let mut owners = Vec::new();
    for name in txn.names(&prefix, None, usize::MAX)? {
        let id = name.after(&prefix).and_then(|id| std::str::from_utf8(id).ok());
        if let Some(id) = id.map(|id| SubjectId::from_stored(id.to_owned())) {
            owners.extend(accounts::get(txn, &id)?);
        }
    }
    Ok(owners)
}

/// Whose account an act is about.
fn concerned(event: &AuditEvent) -> Option<SubjectId> {
    event.target.clone().or_else(|| match &event.actor {
        Actor::Subject { id } => Some(id.clone()),
        Actor::Gateway | Actor::Unknown | Actor::Operator { .. } | Actor::Token { .. } => None,
    })
}

/// Where somebody is told: at the address of the profile, and wherever codes went before this act and came
/// back. An address that this act takes away is among them, one that it adds is not.
pub(super) fn addresses(txn: &Txn<'_>, account: &Account) -> Result<Vec<Address>, StoreError> {
    let profile = account.profile.email.iter();
    let profile = profile.filter_map(|text| Address::parse(Channel::Email, text).ok());
    let held = authenticators::list(txn, &account.id)?;
    let verified = held
        .iter()
        .filter(|one| one.credential.contact().is_some_and(|contact| contact.verified.is_some()));
    let mut seen = BTreeSet::new();
    let mut all: Vec<Address> = profile.collect();
    all.extend(verified.filter_map(|one| one.credential.address()));
    all.retain(|address| seen.insert(address.unique()));
    Ok(all)
}

/// Whether enough time has gone by since somebody was last told of a refusal.
fn is_time(txn: &mut Txn<'_>, id: &SubjectId, at: Timestamp) -> Result<bool, StoreError> {
    let key = Key::told(id);
    let last: Option<Timestamp> = txn.get(&key)?;
    if !at.is_time(last, REFUSALS_EVERY) {
        return Ok(false);
    }
    txn.put(key, &at)?;
    Ok(true)
}
