//! Acts on the command line, where nobody shows a second factor: announced on the first page to everybody who administers,
//! until they say that they have seen them.

use super::PAGE;
use super::audit;
use super::door::Principal;
use super::user;
use crate::ceremony::CeremonyError;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::Announced;
use crate::portal::page::admin::Party;
use crate::portal::posted;
use crate::portal::response;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::store::OperatorAct;
use crate::subject::SubjectId;

/// Where somebody says that they have seen them.
pub(super) const SEEN: &str = "/admin/seen";

/// Somebody has seen so many.
struct Seen(u64);

impl Form for Seen {
    const FIELDS: &'static [&'static str] = &["acts"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        fields.required("acts")?.parse().map(Self).map_err(|_| Refusal::Form)
    }

    fn subject(&self) -> Vec<u8> {
        subject(self.0)
    }
}

/// What the token of the form is for: it is good for as many as were shown.
fn subject(acts: u64) -> Vec<u8> {
    format!("\0{SEEN}\0{acts}").into_bytes()
}

/// What is announced to whoever looks; none: there is nothing that they have not seen.
pub(super) async fn announced(
    turn: &Turn,
    principal: &Principal,
) -> Result<Option<Announced>, Refusal> {
    let failed = |error| turn.failed(&CeremonyError::Store(error));
    let unseen = turn.core.operator.unseen_acts(principal.id()).await.map_err(failed)?;
    if unseen.count == 0 {
        return Ok(None);
    }
    let targets = unseen.last.iter().filter_map(|act| act.target.clone()).collect();
    let names = turn.core.people.roster.logins(targets).await.map_err(failed)?;
    let going = Going::nowhere();
    let account = |id: &SubjectId| Party {
        href: names.get(id).map(|_| turn.core.address(&user::page_of(id.as_str()))),
        name: names.get(id).map_or_else(|| id.to_string(), ToString::to_string),
    };
    let line = |act: &OperatorAct| {
        let by = turn.language.with("audit-operator", "uid", &act.uid.to_string());
        let kind = act.kind.name().unwrap_or_default();
        (turn.language.moment(act.at), kind, by, act.target.as_ref().map(account))
    };
    Ok(Some(Announced {
        errand: turn.errand_about(principal.session(), &going, &subject(unseen.up_to)),
        action: turn.core.address(SEEN),
        count: turn.language.with("loud-count", "acts", unseen.count),
        acts: unseen.up_to,
        last: unseen.last.iter().map(line).collect(),
        log: turn.core.address(audit::AUDIT),
    }))
}

/// `POST /admin/seen`.
pub(super) async fn seen(turn: &Turn, principal: &Principal) -> Outcome {
    let (Seen(acts), _) = posted::opened::<Seen>(turn, principal.session())?;
    let noted = turn.core.operator.acts_seen(principal.id(), acts).await;
    noted.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    Ok(response::see_other(&turn.core.address(PAGE)))
}
