//! The request's line in the access log: written when it ends, and also when its task is cut.

use std::time::Duration;

use http::header;
use pingora::http::RequestHeader;
use pingora::protocols::http::ServerSession;

use super::Gateway;
use super::access_log::AccessRecord;
use super::access_log::UserAgent;
use super::context::Audience;
use super::context::Outcome;
use super::context::RequestContext;
use super::peers::Exchange;
use super::reading;
use crate::area::Whereabouts;
use crate::policy::MachineKind;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::sightings::Decided;
use crate::sightings::Seen;

/// What a line needs of a request that may be cut: pingora's phases do not come then.
#[derive(Debug)]
pub struct Trail {
    gateway: Gateway,
    head: Box<RequestHeader>,
    status: u16,
    bytes: u64,
}

impl Trail {
    /// Of a request whose answer has begun, or not.
    pub(super) fn of(gateway: &Gateway, downstream: &ServerSession, status: u16) -> Self {
        let head = Box::new(downstream.req_header().clone());
        Self { gateway: gateway.clone(), head, status, bytes: 0 }
    }

    /// The answer has this status.
    pub(super) const fn answered(&mut self, status: u16) {
        self.status = status;
    }

    /// So many bytes of the answer's body are on their way.
    pub(super) const fn sent(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// Writes the line of a request whose task was cut.
    pub(super) fn end(&self, context: &mut RequestContext) {
        let lifeline = context.lifeline.as_ref();
        if let Some(refusal) = lifeline.and_then(|lifeline| lifeline.cut()) {
            context.outcome = Outcome::Refuse(refusal);
            self.gateway.parts().metrics.refused(refusal);
        }
        line(&self.gateway, &self.head, self.status, self.bytes, context);
    }
}

/// Writes the line of a request that came to its end.
pub(super) fn write(gateway: &Gateway, downstream: &ServerSession, context: &mut RequestContext) {
    context.trail = None;
    let status = downstream.response_written().map_or(0, |answer| answer.status.as_u16());
    let bytes = u64::try_from(downstream.body_bytes_sent()).unwrap_or(u64::MAX);
    line(gateway, downstream.req_header(), status, bytes, context);
}

fn line(
    gateway: &Gateway,
    head: &RequestHeader,
    status: u16,
    bytes: u64,
    context: &RequestContext,
) {
    let parts = gateway.parts();
    let micros = |span: Duration| u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
    let session = context.session.as_ref();
    let permitted = context.permit.as_ref().and_then(Permit::machine);
    let machine = permitted.or(context.program.as_ref());
    let user_agent = head.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    if session.is_none() {
        sight(gateway, (head.method.as_str(), user_agent), context);
    }
    parts.access_log.write(&AccessRecord {
        time: parts.clock.wall(),
        request_id: &context.id,
        site: context.site.as_ref().map(|entry| entry.site.name.as_str()),
        route: (!context.route.is_empty()).then_some(context.route.as_str()),
        client: context.client(),
        network: context.client.as_ref().and_then(|client| client.network.as_deref()),
        country: context.client.as_ref().and_then(Whereabouts::country),
        method: head.method.as_str(),
        host: &context.host,
        path: &context.path,
        status,
        decision: context.outcome.name(),
        refusal: context.outcome.refusal().map(Refusal::name),
        subject: session.map(|session| session.record.subject.as_str()),
        acr: session.map(|session| session.record.aal().acr()),
        proof_age: session
            .map(|session| parts.clock.now().since(session.record.last_proof()).as_secs()),
        machine: machine.map(|machine| &*machine.subject),
        bad_token: context.bad_token(),
        report_only: context.rehearsed.filter(|rehearsed| !rehearsed.passes()),
        sid: session.map(|session| session.record.handle.as_str()),
        upstream: context.attempts.exchange().map(Exchange::address),
        retries: Some(context.attempts.repeated()).filter(|&retries| retries > 0),
        upstream_ms: context.upstream.map(|span| micros(span) / 1000),
        added_us: context.added.map(micros),
        bytes,
        user_agent: user_agent.map(UserAgent),
        protocol: reading::protocol(head.version),
    });
}

/// Counts what a program asks for without signing in: before rules are tightened, somebody has to know.
fn sight(gateway: &Gateway, (method, user_agent): (&str, Option<&str>), context: &RequestContext) {
    let decision = match context.outcome {
        Outcome::Forward => Decided::Forwarded,
        Outcome::Challenge => Decided::Challenged,
        Outcome::Pending
        | Outcome::Login
        | Outcome::Portal
        | Outcome::Redirect
        | Outcome::Refuse(_) => return,
    };
    let kind = context.permit.as_ref().and_then(Permit::machine).map(|machine| machine.kind);
    let is_proved =
        matches!(kind, Some(MachineKind::ServiceToken | MachineKind::ClientCertificate));
    let (Some(entry), Some(client)) = (&context.site, &context.client) else { return };
    if is_proved || context.audience == Audience::Person || context.route.is_empty() {
        return;
    }
    gateway.parts().sightings.note(&Seen {
        site: entry.site.name.as_str(),
        route: &context.route,
        client,
        method,
        host: &context.host,
        path: &context.path,
        user_agent,
        decision,
    });
}
