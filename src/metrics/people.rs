//! The series of how far people have come with their second factors.

use std::sync::Arc;

use parking_lot::Mutex;
use prometheus::IntGauge;
use prometheus::IntGaugeVec;

use super::Adder;

/// How many people stand where. Labels are words of the gateway's and names of sites: groups, of which there may be
/// thousands, are on the pages only.
#[derive(Clone, Debug)]
pub struct People {
    standing: IntGaugeVec,
    at_site: IntGaugeVec,
    methods: IntGaugeVec,
    sent_only: IntGauge,
    disabled: IntGauge,
    /// What is shown.
    shown: Arc<Mutex<Headcount>>,
}

/// What there is to say.
#[derive(Clone, Debug, Default)]
pub struct Headcount {
    /// By where they stand.
    pub standing: Vec<(&'static str, usize)>,
    /// By site and where they stand there.
    pub at_site: Vec<(String, &'static str, usize)>,
    /// By what they have.
    pub methods: Vec<(&'static str, usize)>,
    /// Who has nothing but codes that are sent.
    pub sent_only: usize,
    /// Accounts that may not sign in.
    pub disabled: usize,
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl People {
    pub(super) fn new(add: &Adder<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            standing: add.gauges(
                "portcullis_people",
                "People who may sign in, by where they stand with second factors.",
                &["standing"],
            )?,
            at_site: add.gauges(
                "portcullis_people_at_site",
                "The same, of those who may sign in at a site.",
                &["site", "standing"],
            )?,
            methods: add.gauges(
                "portcullis_people_with_method",
                "People who may sign in, by the kinds of second factors that they have.",
                &["method"],
            )?,
            sent_only: add.gauge(
                "portcullis_people_with_sent_codes_only",
                "People whose only second factors are codes by e-mail or SMS.",
            )?,
            disabled: add
                .gauge("portcullis_accounts_disabled", "Accounts that may not sign in.")?,
            shown: Arc::default(),
        })
    }

    /// Shows a count. What is not in it any more, such as a site that is gone, is not shown any more; of what is in it,
    /// nothing is away in between.
    pub fn counted(&self, headcount: Headcount) {
        let mut shown = self.shown.lock();
        set(&self.standing, &shown.standings(), &headcount.standings());
        set(&self.at_site, &shown.sites(), &headcount.sites());
        set(&self.methods, &shown.methods(), &headcount.methods());
        self.sent_only.set(number(headcount.sent_only));
        self.disabled.set(number(headcount.disabled));
        *shown = headcount;
    }
}

/// Labels of a series, and its number.
type Series<'a, const LABELS: usize> = Vec<([&'a str; LABELS], usize)>;

impl Headcount {
    fn standings(&self) -> Series<'_, 1> {
        self.standing.iter().map(|(standing, count)| ([*standing], *count)).collect()
    }

    fn sites(&self) -> Series<'_, 2> {
        self.at_site
            .iter()
            .map(|(site, standing, count)| ([site.as_str(), *standing], *count))
            .collect()
    }

    fn methods(&self) -> Series<'_, 1> {
        self.methods.iter().map(|(method, count)| ([*method], *count)).collect()
    }
}

/// Sets what there is, and then removes what is gone.
fn set<const LABELS: usize>(
    gauges: &IntGaugeVec,
    shown: &Series<'_, LABELS>,
    now: &Series<'_, LABELS>,
) {
    for (labels, count) in now {
        gauges.with_label_values(labels).set(number(*count));
    }
    for (labels, _) in shown.iter().filter(|(old, _)| !now.iter().any(|(labels, _)| labels == old))
    {
        // Whoever else might have removed it is kept out by the lock.
        drop(gauges.remove_label_values(labels));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::sync::atomic::Ordering;
    use std::thread;

    use crate::metrics::Metrics;
    use crate::metrics::people::Headcount;

    fn headcount(sites: &[&str]) -> Headcount {
        Headcount {
            standing: vec![("enrolled", 1)],
            at_site: sites.iter().map(|site| ((*site).to_owned(), "enrolled", 1)).collect(),
            methods: vec![("totp", 1)],
            ..Headcount::default()
        }
    }

    fn text(metrics: &Metrics) -> String {
        String::from_utf8(metrics.exposition().unwrap()).unwrap()
    }

    #[test]
    fn a_scrape_during_a_count_misses_nothing_and_what_is_gone_is_shown_no_more() {
        let metrics = Metrics::new().unwrap();
        metrics.people.counted(headcount(&["desk", "gone"]));
        assert!(text(&metrics).contains("site=\"gone\""));
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..20_000 {
                    metrics.people.counted(headcount(&["desk"]));
                }
                is_over.store(true, Ordering::Release);
            });
            while !is_over.load(Ordering::Acquire) {
                let text = text(&metrics);
                for series in [
                    "portcullis_people{standing=\"enrolled\"} 1",
                    "portcullis_people_at_site{site=\"desk\",standing=\"enrolled\"} 1",
                    "portcullis_people_with_method{method=\"totp\"} 1",
                ] {
                    assert!(text.contains(series), "{series} is not in\n{text}");
                }
            }
        });
        assert!(!text(&metrics).contains("site=\"gone\""));
    }
}
