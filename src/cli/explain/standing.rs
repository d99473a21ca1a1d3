//! What is asked of somebody about second factors when they sign in, in the words of an explanation.

use std::sync::Arc;

use serde::Serialize;

use super::question::Question;
use crate::clock::Timestamp;
use crate::enforcement::Duty;
use crate::enforcement::Entry;
use crate::enforcement::Past;
use crate::enforcement::Person;
use crate::enforcement::Rulebook;
use crate::gate::Claim;
use crate::operate::view::AccountView;
use crate::site::Site;

/// How somebody stands who is said to sign in.
#[derive(Debug, Serialize)]
pub(super) struct StandingView {
    /// A word for it.
    pub(super) standing: &'static str,
    /// Until when it holds, or is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Timestamp>,
    /// What happens.
    pub(super) text: String,
}

/// How the person of a question stands at a site.
pub(super) fn of(
    question: &Question,
    rulebook: &Rulebook,
    site: Option<&Arc<Site>>,
) -> Option<StandingView> {
    let asked = question.person.as_ref()?;
    let claim = asked.claim.as_ref()?;
    let person = Person {
        site: site?.name.as_str(),
        profile: &claim.profile,
        terms: &claim.terms,
        client: Some(question.address),
    };
    let now = question.now;
    if asked.account.factors.is_empty() {
        let entry = rulebook.entry(&person, &past(&asked.account), now);
        return Some(without(entry, rulebook.asked(&person).duty(now)));
    }
    several(claim, (rulebook, &person), now)
}

fn past(account: &AccountView) -> Past {
    Past {
        seen: account.last_sign_in.unwrap_or(account.created),
        window_until: account.enrolment_window_until,
        declined: account.set_up_declined,
    }
}

fn without(entry: Entry, duty: Duty) -> StandingView {
    let date = match duty {
        Duty::Grace { until } => Some(until),
        Duty::Optional | Duty::Enforced { .. } => None,
    };
    let text = match (entry, date) {
        (Entry::Free, _) => "none, and none is required: let in, and not asked again".to_owned(),
        (Entry::Offered { .. }, Some(date)) => {
            format!("none: let in until {date}, and asked to set one up at each sign-in; then it must be")
        }
        (Entry::Offered { .. }, None) => {
            "none, and none is required: let in, and offered to set one up".to_owned()
        }
        (Entry::Dormant, Some(date)) => format!(
            "none: let in until {date}. Nobody signed in for long: only a recovery code lets set one up"
        ),
        (Entry::Dormant, None) => {
            "none, and none is required: let in. Nobody signed in for long: only a recovery code lets set one up"
                .to_owned()
        }
        (Entry::Enrol, _) => "none: one is set up at sign-in, before anything else".to_owned(),
        (Entry::RecoveryCode, _) => {
            "none: one is set up with a recovery code, before anything else".to_owned()
        }
        (Entry::Denied, _) => "none: refused at sign-in".to_owned(),
    };
    StandingView { standing: entry.name(), until: date, text }
}

fn several(
    claim: &Claim,
    (rulebook, person): (&Rulebook, &Person<'_>),
    now: Timestamp,
) -> Option<StandingView> {
    let short = rulebook.shortfall(person, claim.held, now)?;
    let numbers = format!("{} of {} that are asked for", short.held, short.asked);
    let text = match short.until {
        Some(date) => {
            format!("{numbers}: let in until {date}, and asked to set up another at each sign-in")
        }
        None => format!("{numbers}: another one is set up after sign-in, before anything else"),
    };
    Some(StandingView { standing: "too_few", until: short.until, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_after_long_is_let_in_and_sets_nothing_up_without_a_recovery_code() {
        let until = Timestamp::from_secs(1_800_000_000);
        let late = without(Entry::Dormant, Duty::Grace { until });
        assert_eq!((late.standing, late.until), ("dormant", Some(until)));
        assert!(
            late.text.contains("let in until 2027-01-15") && late.text.contains("recovery code")
        );
        let free = without(Entry::Dormant, Duty::Optional);
        assert!(free.until.is_none() && free.text.contains("recovery code"), "{}", free.text);
    }
}
