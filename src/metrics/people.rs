//! The series of how far people have come with their second factors.

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
        })
    }

    /// Shows a count. What is not in it any more, such as a site that is gone, is not shown any more.
    pub fn counted(&self, headcount: &Headcount) {
        self.standing.reset();
        self.at_site.reset();
        self.methods.reset();
        for (standing, count) in &headcount.standing {
            self.standing.with_label_values(&[standing]).set(number(*count));
        }
        for (site, standing, count) in &headcount.at_site {
            self.at_site.with_label_values(&[site.as_str(), standing]).set(number(*count));
        }
        for (method, count) in &headcount.methods {
            self.methods.with_label_values(&[method]).set(number(*count));
        }
        self.sent_only.set(number(headcount.sent_only));
        self.disabled.set(number(headcount.disabled));
    }
}
