//! The series of messages to people.

use prometheus::IntCounterVec;
use prometheus::IntGauge;

use super::Adder;
use crate::authenticator::contact::Channel;
use crate::throttle::sends::Unsent;

/// How messages end.
#[derive(Clone, Debug)]
pub struct Messages {
    sent: IntCounterVec,
    refused: IntCounterVec,
    /// Notices that wait to be delivered.
    pub notices_waiting: IntGauge,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server or the SMS gateway took it.
    Delivered,
    /// It did not.
    Failed,
    /// Nobody was asked: too many wait.
    Dropped,
}

impl Messages {
    pub(super) fn new(add: &Adder<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            sent: add.counters(
                "portcullis_messages_total",
                "Messages to people, by channel and outcome.",
                &["channel", "outcome"],
            )?,
            refused: add.counters(
                "portcullis_codes_unsent_total",
                "Codes that were asked for and not sent, by channel and reason.",
                &["channel", "reason"],
            )?,
            notices_waiting: add.gauge(
                "portcullis_notices_waiting",
                "Notices to people that wait to be delivered.",
            )?,
        })
    }

    /// Counts a message.
    pub fn ended(&self, channel: Channel, delivery: Delivery) {
        let outcome = match delivery {
            Delivery::Delivered => "delivered",
            Delivery::Failed => "failed",
            Delivery::Dropped => "dropped",
        };
        self.sent.with_label_values(&[channel.name(), outcome]).inc();
    }

    /// Counts a code that was not sent.
    pub fn unsent(&self, channel: Channel, why: Unsent) {
        self.refused.with_label_values(&[channel.name(), why.name()]).inc();
    }
}
