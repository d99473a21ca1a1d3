//! Reminds people without a second factor of the date from which on they must have one: when it comes near, and on
//! its last day. What was said is kept, so nothing is said twice, whoever starts anew or signs in.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Running;
use super::rounds::keep_doing;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::clock::Timestamp;
use crate::enforcement::Duty;
use crate::enforcement::Person;
use crate::enforcement::Rulebook;
use crate::store::Reminder;
use crate::store::Stage;
use crate::store::Store;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;

/// How often all accounts are looked at.
const EVERY: Duration = Duration::from_hours(1);

/// Accounts that are looked at together.
const PAGE: usize = 200;

/// Between one page and the next: nothing here is urgent.
const PAUSE: Duration = Duration::from_millis(50);

/// How long before the date people are reminded for the last time.
const LAST_DAY: Duration = Duration::from_hours(24);

/// Until `shutdown`.
pub(crate) async fn keep_reminding(running: Arc<Running>, shutdown: CancellationToken) {
    keep_doing(EVERY, shutdown, "people could not be reminded", || round(&running)).await;
}

async fn round(running: &Running) -> Result<(), StoreError> {
    let live = running.live.load_full();
    let sites: Vec<String> =
        live.snapshot.sites().map(|entry| entry.site.name.to_string()).collect();
    let (rulebook, store) = (&live.snapshot.rulebook, running.store.as_ref());
    let mut last = None;
    loop {
        let page = store.accounts(last.as_ref(), PAGE).await?;
        let (now, wall) = (running.clock.now(), running.clock.wall());
        for account in &page {
            remind(store, (rulebook, &sites), account, (now, wall)).await?;
        }
        let Some(account) = page.last() else { return Ok(()) };
        last = Some(account.profile.login.clone());
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reminds one account of its date, if it is time for that.
async fn remind(
    store: &dyn Store,
    (rulebook, sites): (&Rulebook, &[String]),
    account: &Account,
    (now, wall): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let Some(reminder) = due(rulebook, sites, account, now) else { return Ok(false) };
    let earlier = store.reminder(&account.id).await?;
    let bound = store.authenticators(&account.id).await?;
    if !reminder.is_due_after(earlier.as_ref()) || bound.iter().any(Authenticator::is_second_factor)
    {
        return Ok(false);
    }
    let audit = AuditEvent::new(wall, AuditKind::SetUpReminded, Actor::Gateway)
        .on(&account.id)
        .with("until", reminder.until)
        .with("until_seconds", reminder.until.secs());
    store.remind(&account.id, reminder, audit).await
}

/// Of what somebody without a second factor is to be reminded now: the first date at any site, from anywhere.
fn due(
    rulebook: &Rulebook,
    sites: &[String],
    account: &Account,
    now: Timestamp,
) -> Option<Reminder> {
    if account.state != AccountState::Active || account.profile.email.is_none() {
        return None;
    }
    let dates = sites.iter().filter_map(|site| {
        let (profile, terms) = (&account.profile, &account.terms);
        let asked = rulebook.asked(&Person { site, profile, terms, client: None });
        match asked.duty(now) {
            Duty::Grace { until } => Some(until),
            Duty::Optional | Duty::Enforced { .. } => None,
        }
    });
    let until = dates.min()?;
    let left = until.since(now);
    let stage = if left <= LAST_DAY { Stage::LastDay } else { Stage::Near };
    let is_near = left <= rulebook.settings.remind_before || stage == Stage::LastDay;
    is_near.then_some(Reminder { until, stage })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn a_date_is_spoken_of_when_it_is_near_and_on_its_last_day_s3_12() {
        let until = Timestamp::from_secs(1_800_000_000);
        let near = Reminder { until, stage: Stage::Near };
        let last = Reminder { until, stage: Stage::LastDay };
        let moved = Reminder { until: until.plus(DAY), stage: Stage::Near };
        assert!(near.is_due_after(None) && last.is_due_after(Some(&near)));
        assert!(!near.is_due_after(Some(&near)) && !last.is_due_after(Some(&last)));
        assert!(!near.is_due_after(Some(&last)), "it does not come nearer twice");
        assert!(moved.is_due_after(Some(&last)), "another date is another one");
    }
}
