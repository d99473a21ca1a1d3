//! The points of the curve of adoption, by day.

use async_trait::async_trait;

use super::SledStore;
use super::keys::Key;
use crate::store::AdoptionPoint;
use crate::store::AdoptionStore;
use crate::store::StoreError;
use crate::store::adoption::KEPT_DAYS;

#[async_trait]
impl AdoptionStore for SledStore {
    async fn keep_adoption(&self, day: u32, point: AdoptionPoint) -> Result<(), StoreError> {
        self.act(move |txn| {
            let oldest = day.saturating_sub(KEPT_DAYS);
            let kept: Vec<(Key, (u32, AdoptionPoint))> = txn.records(&Key::adoptions())?;
            for (key, _) in kept.into_iter().filter(|(_, (of, _))| *of < oldest) {
                txn.remove(key);
            }
            txn.put(Key::adoption(day), &(day, point))
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
