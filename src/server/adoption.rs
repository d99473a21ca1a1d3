//! Counts, now and then, how far people have come with their second factors: for the metrics, and as a point a day for the
//! curve over time.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Running;
use super::rounds::keep_doing;
use crate::metrics::people::Headcount;
use crate::roster::Census;
use crate::roster::Standing;
use crate::roster::Yardstick;
use crate::site::Site;
use crate::store::StoreError;

/// How often people are counted.
const EVERY: Duration = Duration::from_mins(5);

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// Until `shutdown`.
pub(crate) async fn keep_counting(running: Arc<Running>, shutdown: CancellationToken) {
    keep_doing(EVERY, shutdown, "people could not be counted", || round(&running)).await;
}

async fn round(running: &Running) -> Result<(), StoreError> {
    let live = running.live.load_full();
    let sites = live.snapshot.sites().map(|entry| of_site(&entry.site)).collect();
    let (rulebook, now) = (live.snapshot.rulebook.clone(), running.clock.now());
    let census = running.roster.census(Yardstick { rulebook, sites, now }).await?;
    running.metrics.people.counted(headcount(&census));
    let day = u32::try_from(running.clock.wall().secs().div_euclid(DAY)).unwrap_or(u32::MAX);
    running.store.keep_adoption(day, census.point()).await
}

/// A site's name, and whose people sign in there.
pub(super) fn of_site(site: &Site) -> (String, Option<String>) {
    (site.name.to_string(), site.source().map(|(source, _)| source.to_owned()))
}

fn headcount(census: &Census) -> Headcount {
    let each = |one: Standing| (one.name(), census.all.of(one));
    let at_site = census.sites.iter().flat_map(|(site, counts)| {
        Standing::ALL.map(|one| (site.clone(), one.name(), counts.of(one)))
    });
    Headcount {
        standing: Standing::ALL.map(each).to_vec(),
        at_site: at_site.collect(),
        methods: census.kinds.iter().map(|(kind, count)| (kind.name(), *count)).collect(),
        sent_only: census.sent_only,
        disabled: census.disabled,
    }
}
