//! How long to wait for a client in the middle of something: a body it sends, an answer it reads.
//!
//! It may fall behind its rate by so much and no more. Time is counted only while nothing can be done but
//! wait for the client, and every byte it moves buys time back, up to where it began: whoever moves a byte
//! now and then is cut like whoever moves none.

use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;
use tokio::time::Sleep;

/// What a client has to keep up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Bytes per second; none: any rate will do.
    pub bytes: u64,
    /// How far it may fall behind.
    pub grace: Duration,
}

impl Rate {
    /// Time that so many bytes take at this rate.
    fn time_of(self, bytes: usize) -> Duration {
        let millis = (bytes as u64).saturating_mul(1000).checked_div(self.bytes);
        millis.map_or(Duration::MAX, Duration::from_millis)
    }
}

/// One direction of a connection, or one body.
#[derive(Debug)]
pub struct Pace {
    rate: Rate,
    left: Duration,
    waiting: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    /// With everything it may fall behind still ahead.
    #[must_use]
    pub const fn new(rate: Rate) -> Self {
        Self { rate, left: rate.grace, waiting: None, alarm: None }
    }

    /// Begins anew, for the next body.
    pub const fn restart(&mut self) {
        self.left = self.rate.grace;
        self.waiting = None;
    }

    /// Nothing moved; ready when it was waited for long enough.
    pub fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.rate.bytes == 0 {
            return Poll::Pending;
        }
        if self.waiting.is_none() {
            let now = Instant::now();
            let until = now + self.left;
            self.waiting = Some(now);
            match &mut self.alarm {
                Some(alarm) => alarm.as_mut().reset(until),
                None => self.alarm = Some(Box::pin(tokio::time::sleep_until(until))),
            }
        }
        self.alarm.as_mut().map_or(Poll::Pending, |alarm| alarm.as_mut().poll(cx))
    }

    /// So many bytes moved.
    pub fn moved(&mut self, bytes: usize) {
        if let Some(since) = self.waiting.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        if self.left < self.rate.grace {
            let more = self.left.saturating_add(self.rate.time_of(bytes));
            self.left = more.min(self.rate.grace);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { bytes: 100, grace: Duration::from_secs(10) };

    async fn waits_for(pace: &mut Pace, limit: Duration) -> bool {
        let over = std::future::poll_fn(|cx| pace.poll_wait(cx));
        tokio::time::timeout(limit, over).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_now_and_then_is_not_enough_a096() {
        let mut pace = Pace::new(RATE);
        for _ in 0..9 {
            assert!(!waits_for(&mut pace, Duration::from_secs(1)).await);
            pace.moved(1);
        }
        assert!(waits_for(&mut pace, Duration::from_secs(2)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_keeps_up_is_never_cut_and_haste_buys_no_more_than_the_grace() {
        let mut pace = Pace::new(RATE);
        pace.moved(1_000_000);
        for _ in 0..100 {
            assert!(!waits_for(&mut pace, Duration::from_secs(9)).await);
            pace.moved(900);
        }
        assert!(waits_for(&mut pace, Duration::from_secs(11)).await);
        let mut any = Pace::new(Rate { bytes: 0, ..RATE });
        assert!(!waits_for(&mut any, Duration::from_hours(1)).await);
    }
}
