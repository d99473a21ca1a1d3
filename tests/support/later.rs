//! A gateway that has come further in time than the clock of its machine.

use std::sync::Arc;
use std::time::Duration;

use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::clock::Clock;
use portcullis::clock::SystemClock;
use portcullis::clock::Timestamp;
use portcullis::config;
use portcullis::entropy::SystemEntropy;
use portcullis::server::state;

use super::gateway::Gateway;

impl Gateway {
    /// Ends the program, and starts it again in a store that has seen this moment: as on a machine whose clock was
    /// ahead then, and has been set back since. From there on its own time goes forward. Listeners get new ports.
    pub(crate) fn restart_at(&mut self, moment: Timestamp) {
        self.restart_when(|_| moment);
    }

    /// The same, so much later than the latest moment that the store has seen.
    pub(crate) fn restart_later(&mut self, by: Duration) {
        self.restart_when(|latest| latest.plus(by));
    }

    fn restart_when(&mut self, moment: impl FnOnce(Timestamp) -> Timestamp) {
        self.sigterm();
        let status = self.exited();
        assert!(status.success(), "{status}:\n{}", self.stderr());
        let now = SystemClock::new().wall();
        let settings = config::load(&self.path("gateway.yaml"), &|_| None, now).unwrap();
        let opened = state::open(&settings.store, Arc::new(SystemEntropy::new())).unwrap();
        let seen = AuditEvent::new(
            moment(opened.latest.max(now)),
            AuditKind::GatewayStarted,
            Actor::Gateway,
        );
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            opened.store.record(seen).await.unwrap();
            opened.store.close().await.unwrap();
        });
        drop(opened);
        self.run();
    }
}
