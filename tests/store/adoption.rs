//! The points of the curve of adoption.

use portcullis::store::AdoptionPoint;
use portcullis::store::adoption::KEPT_POINTS;

use crate::support::Fixture;

fn point(all: usize) -> AdoptionPoint {
    AdoptionPoint { all, enrolled: all / 2, ..AdoptionPoint::default() }
}

pub(crate) async fn a_day_has_one_point_the_last_and_old_days_go(mut f: Fixture) {
    for (day, all) in [(1000, 10), (999, 9), (1000, 11), (1256, 12)] {
        f.store().keep_adoption(day, point(all)).await.unwrap();
    }
    f.reopen().await;
    let all = f.store().adoption(0).await.unwrap();
    assert_eq!(all, [(999, point(9)), (1000, point(11)), (1256, point(12))]);
    assert_eq!(f.store().adoption(1000).await.unwrap().len(), 2);
    // However far a clock goes astray, what was there stays, up to so many.
    f.store().keep_adoption(90_000, point(13)).await.unwrap();
    assert_eq!(f.store().adoption(0).await.unwrap().len(), 4);
    for day in 2000.. {
        f.store().keep_adoption(day, point(14)).await.unwrap();
        let kept = f.store().adoption(0).await.unwrap();
        assert!(kept.len() <= KEPT_POINTS, "{}", kept.len());
        if kept[0].0 == 1000 {
            break;
        }
    }
    assert_eq!(f.store().adoption(0).await.unwrap().len(), KEPT_POINTS);
}
