//! Health checks: requests of the gateway's own, with the site's public host and nothing of anybody
//! else's. They are the one thing that reaches a console without a permit, and carry no identity.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::header;
use parking_lot::Mutex;
use pingora::Error;
use pingora::ErrorType;
use pingora::connectors::http::Connector;
use pingora::http::RequestHeader;
use pingora::protocols::http::client::HttpSession;
use tokio::time::timeout;

use super::Checker;
use super::Console;
use super::Peers;
use super::connection::Connections;
use super::connection::Use;
use crate::proxy::upstream::show_secret;
use crate::upstream::HealthCheck;
use crate::upstream::balancer::Member;

/// What checks call themselves.
const USER_AGENT: &str = concat!("Portcullis/", env!("CARGO_PKG_VERSION"), " (health check)");

/// Interim answers before the final one that a check reads over.
const MOST_INTERIM: usize = 16;

/// When the next check of each address falls due; none: one is under way.
#[derive(Debug, Default)]
pub(super) struct Rounds(Mutex<HashMap<u64, Option<Duration>>>);

impl Rounds {
    /// The addresses whose check falls due now; each is under way until [`Rounds::end`].
    fn begin(&self, members: &[Arc<Member>], now: Duration) -> Vec<Arc<Member>> {
        let mut rounds = self.0.lock();
        rounds.retain(|key, _| members.iter().any(|member| member.key == *key));
        let mut due = Vec::new();
        for member in members {
            let round = rounds.entry(member.key).or_insert(Some(Duration::ZERO));
            if round.is_some_and(|due| due <= now) {
                *round = None;
                due.push(Arc::clone(member));
            }
        }
        due
    }

    fn end(&self, key: u64, next: Duration) {
        self.0.lock().insert(key, Some(next));
    }

    /// Takes over when the checks of an earlier configuration fall due.
    pub(super) fn inherit(&self, earlier: &Self) {
        let rounds = earlier.0.lock();
        // What is under way reports to the earlier one.
        let due = |(key, due): (&u64, &Option<Duration>)| (*key, due.or(Some(Duration::ZERO)));
        *self.0.lock() = rounds.iter().map(due).collect();
    }
}

impl Peers {
    /// Starts the checks of a console that fall due.
    pub(super) fn check(self: &Arc<Self>, console: &Arc<Console>) {
        let Some(health) = &console.upstream.health else {
            return;
        };
        let now = console.clock.elapsed();
        for member in console.rounds.begin(&console.balancer.members(), now) {
            let (peers, console, health) = (Arc::clone(self), Arc::clone(console), health.clone());
            tokio::spawn(async move {
                let connector = &peers.checker.get_or_init(Checker::new).0;
                let passed = console.ask(connector, &member, &health).await;
                console.learn(&member, &health, passed);
            });
        }
    }
}

impl Checker {
    pub(super) fn new() -> Self {
        Self(Connector::new(None))
    }
}

impl Console {
    fn learn(&self, member: &Member, health: &HealthCheck, passed: Result<(), ()>) {
        let next = self.clock.elapsed().saturating_add(health.interval);
        self.rounds.end(member.key, next);
        match passed {
            Ok(()) => self.metrics.checks_passed.inc(),
            Err(()) => self.metrics.checks_failed.inc(),
        }
        let needed = (health.healthy_after, health.unhealthy_after);
        self.note(member, member.checked(passed, needed));
    }

    async fn ask(
        &self,
        connector: &Connector,
        member: &Member,
        health: &HealthCheck,
    ) -> Result<(), ()> {
        let status = match timeout(health.timeout, self.status(connector, member, health)).await {
            Ok(Ok(status)) => status,
            Ok(Err(error)) => {
                let cause = error.etype().as_str();
                tracing::debug!(address = %member.address, cause, "a health check failed");
                return Err(());
            }
            Err(_) => return Err(()),
        };
        if health.expect.iter().any(|range| range.contains(&status)) { Ok(()) } else { Err(()) }
    }

    /// The status of the answer; the rest of it is not read.
    async fn status(
        &self,
        connector: &Connector,
        member: &Member,
        health: &HealthCheck,
    ) -> pingora::Result<u16> {
        let mut peer = self.peer(member, Use::Request, Connections::New);
        // A connection that takes no second stream is not kept.
        peer.options.max_h2_streams = 1;
        let (mut session, _new) = connector.get_http_session(&peer).await?;
        let mut head = self.question(health)?;
        if let HttpSession::H1(_) = session {
            head.insert_header(header::CONNECTION, "close")?;
        }
        session.write_request_header(Box::new(head)).await?;
        session.finish_request_body().await?;
        let mut status = None;
        for _ in 0..=MOST_INTERIM {
            session.read_response_header().await?;
            status = session.response_header().map(|head| head.status);
            if status.is_some_and(|status| !status.is_informational()) {
                break;
            }
        }
        session.shutdown().await;
        let status = status.filter(|status| !status.is_informational());
        let missing = || Error::explain(ErrorType::InvalidHTTPHeader, "interim answers only");
        status.map(|status| status.as_u16()).ok_or_else(missing)
    }

    /// What a check sends: the public host, who asks, and what shows that it is the gateway.
    fn question(&self, health: &HealthCheck) -> pingora::Result<RequestHeader> {
        let mut head = RequestHeader::build(health.method.clone(), health.path.as_bytes(), None)?;
        head.insert_header(header::HOST, self.site.authority())?;
        head.insert_header(header::USER_AGENT, USER_AGENT)?;
        head.insert_header(header::ACCEPT, "*/*")?;
        if let Some(secret) = &self.upstream.secret_header {
            show_secret(&mut head, secret)?;
        }
        Ok(head)
    }
}
