//! What is done now and then, beside serving, until the gateway stops.

use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::store::StoreError;

/// Does something at once, and again every so often, until `shutdown`, which it does not hold up. A round that fails says
/// so, and the next one tries again.
pub(super) async fn keep_doing<F>(
    every: Duration,
    shutdown: CancellationToken,
    failed: &'static str,
    round: impl Fn() -> F + Send + Sync,
) where
    F: Future<Output = Result<(), StoreError>> + Send,
{
    let mut tick = tokio::time::interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let rounds = async {
        loop {
            tick.tick().await;
            if let Err(error) = round().await {
                tracing::error!(%error, "{failed}");
            }
        }
    };
    let _stopped: Option<()> = shutdown.run_until_cancelled(rounds).await;
}
