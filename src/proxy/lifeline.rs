//! What ends a request's task from outside of pingora's phases: the end of its session, and a client that
//! sends an HTTP/2 body too slowly. Most requests are over before any of this is looked at.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use parking_lot::Mutex;
use pingora::protocols::http::ServerSession;
use tokio::time::Sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::Gateway;
use super::context::RequestContext;
use super::pace::Pace;
use super::pace::Rate;
use super::record::Trail;
use super::traffic;
use super::traffic::Lasting;
use crate::clock::Clock;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::session;

tokio::task_local! {
    static LIFELINE: Arc<Lifeline>;
}

/// The lifeline of the task that asks; none outside of [`run`].
pub(super) fn present() -> Option<Arc<Lifeline>> {
    LIFELINE.try_with(Arc::clone).ok()
}

/// Runs a request's task for as long as its lifeline holds; none when it was cut.
pub(super) async fn run<T>(task: impl Future<Output = Option<T>>) -> Option<T> {
    let lifeline = Arc::new(Lifeline::default());
    let mut task = std::pin::pin!(LIFELINE.scope(Arc::clone(&lifeline), task));
    std::future::poll_fn(|cx| match task.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(done),
        Poll::Pending => lifeline.poll(cx).map(|()| None),
    })
    .await
}

/// One request's.
#[derive(Debug, Default)]
pub struct Lifeline {
    armed: AtomicBool,
    ends: Mutex<Ends>,
}

#[derive(Debug, Default)]
struct Ends {
    over: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    due: Option<Due>,
    body: Option<Pace>,
    cut: Option<Refusal>,
}

/// When a session ends by itself.
#[derive(Debug)]
struct Due {
    session: Arc<LiveSession>,
    limits: session::Settings,
    clock: Arc<dyn Clock>,
    alarm: Pin<Box<Sleep>>,
}

impl Due {
    fn left(&self) -> Duration {
        let (last, now) = (self.session.last_active(), self.clock.now());
        self.session.record.left(&self.limits, last, now)
    }

    /// Ready when the session is over by its own limits; activity meanwhile has moved its end.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.alarm.as_mut().poll(cx).is_ready() {
            let left = self.left();
            if left.is_zero() {
                return Poll::Ready(());
            }
            self.alarm.as_mut().reset(tokio::time::Instant::now() + left);
        }
        Poll::Pending
    }
}

impl Lifeline {
    /// Ends the task when the token is cancelled.
    pub(super) fn tie(&self, over: CancellationToken) {
        self.ends.lock().over = Some(Box::pin(over.cancelled_owned()));
        self.armed.store(true, Ordering::Release);
    }

    /// Ends the task when the session is due by these limits, to the moment.
    pub(super) fn tie_to(
        &self,
        session: Arc<LiveSession>,
        limits: session::Settings,
        clock: Arc<dyn Clock>,
    ) {
        let alarm = Box::pin(tokio::time::sleep(Duration::ZERO));
        self.ends.lock().due = Some(Due { session, limits, clock, alarm });
        self.armed.store(true, Ordering::Release);
    }

    /// The task depends on no session any more.
    pub(super) fn untie(&self) {
        let mut ends = self.ends.lock();
        ends.over = None;
        ends.due = None;
    }

    /// From now on a body is awaited, which has to keep up with this rate.
    pub(super) fn await_body(&self, rate: Rate) {
        self.ends.lock().body = Some(Pace::new(rate));
        self.armed.store(true, Ordering::Release);
    }

    /// A piece of the body came; with `None` it is there.
    pub(super) fn body_moved(&self, bytes: Option<usize>) {
        if !self.armed.load(Ordering::Acquire) {
            return;
        }
        let mut ends = self.ends.lock();
        match (bytes, &mut ends.body) {
            (Some(bytes), Some(body)) => body.moved(bytes),
            _ => ends.body = None,
        }
    }

    /// Why the task was ended, if it was.
    pub(super) fn cut(&self) -> Option<Refusal> {
        if self.armed.load(Ordering::Acquire) { self.ends.lock().cut } else { None }
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.armed.load(Ordering::Acquire) {
            return Poll::Pending;
        }
        let ends = &mut *self.ends.lock();
        let over = ends.over.as_mut().is_some_and(|over| over.as_mut().poll(cx).is_ready());
        let due = ends.due.as_mut().is_some_and(|due| due.poll(cx).is_ready());
        let slow = ends.body.as_mut().is_some_and(|body| body.poll_wait(cx).is_ready());
        ends.cut = match (over || due, slow) {
            (true, _) => Some(Refusal::SessionOver),
            (false, true) => Some(Refusal::TooSlow),
            (false, false) => return Poll::Pending,
        };
        Poll::Ready(())
    }
}

/// A request turns out to last: from now on its task ends with its session, and whatever else its answer
/// depends on. Most requests are over before.
pub(super) fn hold(gateway: &Gateway, downstream: &ServerSession, context: &mut RequestContext) {
    if context.held {
        return;
    }
    context.held = true;
    traffic::last(gateway, context, Lasting::Request);
    tie(gateway, downstream, context);
}

/// Ties the present task to what its answer depends on.
pub(super) fn tie(gateway: &Gateway, downstream: &ServerSession, context: &mut RequestContext) {
    let (Some(lifeline), Some(over)) = (&context.lifeline, &context.over) else {
        return;
    };
    lifeline.tie(over.clone());
    let named = context.permit.as_ref().is_some_and(|permit| permit.identity().is_some());
    if let (true, Some(session)) = (named, &context.session) {
        let limits = context.live.snapshot.sessions;
        lifeline.tie_to(Arc::clone(session), limits, Arc::clone(&gateway.parts().clock));
    }
    if context.trail.is_none() {
        context.trail = Some(Trail::of(gateway, downstream, context.status));
    }
}
