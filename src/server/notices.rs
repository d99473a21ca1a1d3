//! Delivers what acts have left for people, and gives up what nobody takes.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Running;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::courier::NotDelivered;
use crate::store::Notice;
use crate::store::StoreError;

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Notices of one round.
const ROUND: usize = 64;

/// Failures in a row after which a round ends: then nothing can be sent at all.
const ENOUGH: u32 = 3;

/// Between the first and the second offer; twice as long each further time, up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What nobody took in this time is given up.
const GIVE_UP: Duration = Duration::from_hours(3 * 24);

/// Until `shutdown`.
pub(crate) async fn keep_telling(running: Arc<Running>, shutdown: CancellationToken) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = tick.tick() => {
                if let Err(error) = round(&running, &shutdown).await {
                    tracing::error!(%error, "notices could not be delivered");
                }
            }
        }
    }
}

async fn round(running: &Running, shutdown: &CancellationToken) -> Result<(), StoreError> {
    let (due, waiting) = running.store.notices(running.clock.now(), ROUND).await?;
    running.metrics.messages.notices_waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
    let mut failures = 0;
    for notice in due {
        if failures >= ENOUGH || shutdown.is_cancelled() {
            break;
        }
        match running.dispatch.tell(&notice).await {
            Ok(()) => {
                running.store.end_notice(&notice.id, None).await?;
                failures = 0;
            }
            Err(NotDelivered::Later(_)) if !is_old(running, &notice) => {
                failures += 1;
                let due = running.clock.now().plus(wait(notice.attempts));
                running.store.postpone_notice(&notice.id, due).await?;
            }
            Err(why) => give_up(running, &notice, &why).await?,
        }
    }
    Ok(())
}

fn is_old(running: &Running, notice: &Notice) -> bool {
    running.clock.wall().since(notice.event.at) >= GIVE_UP
}

fn wait(attempts: u32) -> Duration {
    FIRST_WAIT.saturating_mul(1_u32.checked_shl(attempts.min(16)).unwrap_or(1)).min(LONGEST_WAIT)
}

async fn give_up(running: &Running, notice: &Notice, why: &NotDelivered) -> Result<(), StoreError> {
    let wall = running.clock.wall();
    let mut audit = AuditEvent::new(wall, AuditKind::NoticeUndelivered, Actor::Gateway)
        .with("login", &notice.login)
        .with("channel", notice.channel.name())
        .with("notice", &notice.id)
        .with("reason", why);
    audit.target.clone_from(&notice.event.target);
    running.store.end_notice(&notice.id, Some(audit)).await
}
