//! What is kept of how far people have come with their second factors: one point a day, for the curve over time.

use async_trait::async_trait;
use serde::Deserialize;
use serde::Serialize;

use super::StoreError;

/// How many points are kept, the newest: of so many days.
pub const KEPT_POINTS: usize = 800;

/// How many of those who may sign in stood where, when the day was last looked at.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct AdoptionPoint {
    /// All of them.
    pub all: usize,
    /// With a second factor.
    pub enrolled: usize,
    /// Without, and they may put it off.
    pub pending: usize,
    /// Without, and they must have one.
    pub overdue: usize,
    /// With nothing but codes that are sent to them.
    pub sent_only: usize,
}

/// The points.
#[async_trait]
pub trait AdoptionStore {
    /// Keeps the point of a day, counted from 1970-01-01, in place of an earlier one of that day. The oldest go.
    async fn keep_adoption(&self, day: u32, point: AdoptionPoint) -> Result<(), StoreError>;

    /// The points from a day on, in order.
    async fn adoption(&self, from: u32) -> Result<Vec<(u32, AdoptionPoint)>, StoreError>;
}
