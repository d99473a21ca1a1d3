//! The points of the curve of adoption, by day.

use async_trait::async_trait;

use super::SledStore;
use super::keys::Key;
use crate::store::AdoptionPoint;
use crate::store::AdoptionStore;
use crate::store::StoreError;
use crate::store::adoption::KEPT_POINTS;

#[async_trait]
impl AdoptionStore for SledStore {
    async fn keep_adoption(&self, day: u32, point: AdoptionPoint) -> Result<(), StoreError> {
        self.act(move |txn| {
            txn.put(Key::adoption(day), &(day, point))?;
            // By number, not by date: a clock that was wrong once takes nothing away.
            let kept: Vec<(Key, (u32, AdoptionPoint))> = txn.records(&Key::adoptions())?;
            let others = kept.into_iter().filter(|(_, (other, _))| *other != day).rev();
            for (key, _) in others.skip(KEPT_POINTS.saturating_sub(1)) {
                txn.remove(key);
            }
            Ok(())
        })
        .await
    }

    async fn adoption(&self, from: u32) -> Result<Vec<(u32, AdoptionPoint)>, StoreError> {
        self.shared.read(|txn| {
            let all: Vec<(Key, (u32, AdoptionPoint))> = txn.records(&Key::adoptions())?;
            Ok(all.into_iter().map(|(_, point)| point).filter(|(day, _)| *day >= from).collect())
        })
    }
}
