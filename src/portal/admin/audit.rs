//! The audit log, latest first: who did what to whom, from where, and why. Looking is bounded: a page reads so many
//! records at most, and says where it goes on.

use std::collections::HashMap;

use http::StatusCode;

use super::audit_export::Export;
use super::command::look;
use super::door::Principal;
use super::shell;
use super::task::Task as _;
use super::user;
use crate::audit::Actor;
use crate::audit::AuditRecord;
use crate::authority;
use crate::authority::Target;
use crate::authority::Who;
use crate::ceremony::CeremonyError;
use crate::operate::Command;
use crate::operate::MAX_LIMIT;
use crate::operate::Reply;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::page::Link;
use crate::portal::page::admin::AuditLine;
use crate::portal::page::admin::AuditPage;
use crate::portal::page::admin::Party;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::LoginName;
use crate::subject::SubjectId;

/// The page.
pub(super) const AUDIT: &str = "/admin/audit";

/// The fields of an address of the page.
const FIELDS: [&str; 4] = ["kind", "user", "text", "before"];

/// Records on one page.
const PER_PAGE: usize = 50;

/// Records that are read at once.
const AT_ONCE: u64 = MAX_LIMIT as u64;

/// Records that one page looks through at most.
const MOST: u64 = 20_000;

/// Bytes of what is looked for.
const MOST_TEXT: usize = 400;

/// What accounts are called.
type Names = HashMap<SubjectId, LoginName>;

/// What the address asks for.
struct Wanted {
    kind: String,
    user: String,
    text: String,
    /// Only records before this one.
    before: Option<u64>,
}

impl Wanted {
    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let mut text = |name: &str| {
            let text = fields.optional(name).map(|text| text.trim().to_owned()).unwrap_or_default();
            if text.len() > MOST_TEXT { Err(Refusal::Form) } else { Ok(text) }
        };
        let (kind, user) = (text("kind")?.to_lowercase(), text("user")?);
        let (text, before) = (text("text")?.to_lowercase(), text("before")?);
        let before = (!before.is_empty()).then(|| before.parse().map_err(|_| Refusal::Form));
        Ok(Self { kind, user, text, before: before.transpose()? })
    }

    /// Whether a record is one that is looked for.
    fn fits(&self, record: &AuditRecord, whom: Option<&SubjectId>) -> bool {
        let event = &record.event;
        let is_actor =
            |id: &SubjectId| matches!(&event.actor, Actor::Subject { id: by } if by == id);
        let concerns = |id: &SubjectId| is_actor(id) || event.target.as_ref() == Some(id);
        kind_of(record).contains(&self.kind)
            && whom.is_none_or(concerns)
            && (self.text.is_empty() || says(record, &self.text))
    }

    /// The address of a page of the same search.
    fn address(&self, turn: &Turn, before: Option<u64>) -> String {
        let before = before.map(|before| before.to_string()).unwrap_or_default();
        let given = [("kind", &self.kind), ("user", &self.user), ("text", &self.text)]
            .into_iter()
            .chain([("before", &before)])
            .map(|(name, value)| (name, Some(value.as_str())));
        super::address_of(turn, AUDIT, given)
    }
}

/// What a record is called in the log.
fn kind_of(record: &AuditRecord) -> String {
    let written = serde_json::to_value(record.event.kind).ok();
    written.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Whether a record has this in it: where it came from, in which request, or a detail.
fn says(record: &AuditRecord, text: &str) -> bool {
    let event = &record.event;
    let client = event.client.map(|client| client.to_string());
    let facts = [event.site.as_ref(), event.request_id.as_ref(), client.as_ref()];
    let mut all = facts.into_iter().flatten().chain(event.detail.values());
    all.any(|fact| fact.to_lowercase().contains(text))
}

/// `GET /admin/audit`.
pub(super) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&FIELDS)?;
    let wanted = Wanted::take(&mut fields)?;
    let failed = |error| turn.failed(&CeremonyError::Store(error));
    let roster = &turn.core.people.roster;
    let whom = match (wanted.user.strip_prefix('='), LoginName::parse_any(&wanted.user)) {
        // As in commands: an account that is no more has records, and no name.
        (Some(id), _) => Some(SubjectId::from_stored(id.to_owned())),
        (None, Ok(login)) => roster.id(login).await.map_err(failed)?,
        (None, Err(_)) => None,
    };
    // A name that nobody has is no name for everybody.
    let is_nobody = !wanted.user.is_empty() && whom.is_none();
    let (records, next) = if is_nobody {
        (Vec::new(), None)
    } else {
        find(turn, principal, &wanted, whom.as_ref()).await?
    };
    let parties = records.iter().flat_map(parties).cloned().collect();
    let names = roster.logins(parties).await.map_err(failed)?;
    let page = AuditPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, AUDIT),
        rows: records.iter().map(|record| line(turn, &names, record)).collect(),
        first: wanted.before.is_some().then(|| wanted.address(turn, None)),
        next: next.map(|next| wanted.address(turn, Some(next))),
        is_nobody,
        export: export(turn, principal),
        kind: wanted.kind,
        user: wanted.user,
        text: wanted.text,
    };
    turn.page(StatusCode::OK, &page)
}

/// The way to take records out, for whom that is.
fn export(turn: &Turn, principal: &Principal) -> Option<Link> {
    let who = Who::Person(principal.role());
    authority::may(who, Export::ACT, Target::Nothing).ok()?;
    Some(Link { href: turn.core.address(Export::PAGE), label: turn.language.say(Export::TITLE) })
}

/// Whose accounts a record is about.
fn parties(record: &AuditRecord) -> impl Iterator<Item = &SubjectId> {
    let actor = if let Actor::Subject { id } = &record.event.actor { Some(id) } else { None };
    actor.into_iter().chain(&record.event.target)
}

/// The records of a page, latest first, and the record before which the next page begins.
async fn find(
    turn: &Turn,
    principal: &Principal,
    wanted: &Wanted,
    whom: Option<&SubjectId>,
) -> Result<(Vec<AuditRecord>, Option<u64>), Refusal> {
    // Few look through the log at a time: whoever serves goes on meanwhile.
    let _place = turn.core.searches.acquire().await.map_err(|_| Refusal::Draining)?;
    let last = tail(turn, principal, (None, 1)).await?.last().map_or(0, |record| record.seq);
    let begin = wanted.before.map_or(last, |before| before.saturating_sub(1)).min(last);
    let (mut found, mut at) = (Vec::new(), begin);
    while at > 0 && begin.saturating_sub(at) < MOST {
        let from = at.saturating_sub(AT_ONCE.saturating_sub(1)).max(1);
        let count = at.saturating_sub(from).saturating_add(1);
        let limit = usize::try_from(count).unwrap_or(usize::MAX);
        let records = tail(turn, principal, (Some(from), limit)).await?;
        // What was before was pruned.
        if records.first().is_none_or(|first| first.seq > at) {
            return Ok((found, None));
        }
        for record in records.into_iter().rev().filter(|record| record.seq <= at) {
            if !wanted.fits(&record, whom) {
                continue;
            }
            let seq = record.seq;
            found.push(record);
            if found.len() == PER_PAGE {
                return Ok((found, (seq > 1).then_some(seq)));
            }
        }
        at = from.saturating_sub(1);
    }
    Ok((found, (at > 0).then(|| at.saturating_add(1))))
}

async fn tail(
    turn: &Turn,
    principal: &Principal,
    (from, limit): (Option<u64>, usize),
) -> Result<Vec<AuditRecord>, Refusal> {
    let tail = Command::AuditTail { from, limit };
    match look(turn, principal, tail).await? {
        Some(Reply::AuditRecords { records, .. }) => Ok(records),
        Some(_) | None => Err(Refusal::Internal),
    }
}

fn line(turn: &Turn, names: &Names, record: &AuditRecord) -> AuditLine {
    let event = &record.event;
    let party = |id: &SubjectId| Party {
        href: names.get(id).map(|_| turn.core.address(&user::page_of(id.as_str()))),
        name: names.get(id).map_or_else(|| id.to_string(), ToString::to_string),
    };
    let nobody = |name: String| Party { href: None, name };
    AuditLine {
        number: record.seq.to_string(),
        at: turn.language.moment(event.at),
        kind: kind_of(record),
        actor: match &event.actor {
            Actor::Subject { id } => party(id),
            Actor::Gateway => nobody(turn.say("audit-gateway")),
            Actor::Unknown => nobody(turn.say("audit-unknown")),
            Actor::Operator { uid } => {
                nobody(turn.language.with("audit-operator", "uid", &uid.to_string()))
            }
            Actor::Token { id } => nobody(turn.language.with("audit-token", "id", id.as_str())),
        },
        target: event.target.as_ref().map(party),
        site: event.site.clone(),
        client: event.client.map(|client| client.to_string()),
        request: event.request_id.clone(),
        detail: event.detail.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
    }
}
