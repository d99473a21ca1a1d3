//! How far people have come with their second factors, in the words of the gate: what counts there, counts here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Row;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::clock::Timestamp;
use crate::enforcement::Duty;
use crate::enforcement::Person;
use crate::enforcement::Rulebook;
use crate::store::AdoptionPoint;
use crate::subject::AccountState;
use crate::subject::terms::Obligation;

/// Where somebody stands; of several sites the one where most is missing counts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// They have the second factors that are asked of them, one at least.
    Enrolled,
    /// They have none, and need none.
    Free,
    /// They have too few, and may put the others off.
    Pending,
    /// They have too few, and must have more.
    Overdue,
}

impl Standing {
    /// Every one, best first.
    pub const ALL: [Self; 4] = [Self::Enrolled, Self::Free, Self::Pending, Self::Overdue];

    /// Its name in addresses, answers and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enrolled => "enrolled",
            Self::Free => "free",
            Self::Pending => "pending",
            Self::Overdue => "overdue",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

/// What people are measured by.
#[derive(Clone, Debug)]
pub struct Yardstick {
    /// What is asked of whom.
    pub rulebook: Rulebook,
    /// The sites: their names, and whose people sign in there; none: the gateway's own.
    pub sites: Arc<[(String, Option<String>)]>,
    /// The moment.
    pub now: Timestamp,
}

impl Yardstick {
    /// Where somebody stands at a site.
    #[must_use]
    pub fn at_site(&self, row: &Row, site: &str) -> Standing {
        let person = Person { site, profile: &row.profile, terms: &row.terms, client: None };
        let asked = self.rulebook.asked(&person);
        let held = row.held.among(self.rulebook.counted(&person, asked.allowed));
        let (needed, lacking) = match asked.duty(self.now) {
            Duty::Optional => (1, Standing::Free),
            Duty::Grace { .. } => (asked.minimum.max(1), Standing::Pending),
            Duty::Enforced { .. } => (asked.minimum.max(1), Standing::Overdue),
        };
        if held >= needed { Standing::Enrolled } else { lacking }
    }

    /// Where somebody stands.
    #[must_use]
    pub fn standing(&self, row: &Row) -> Standing {
        self.strictest(row, |site| self.at_site(row, site))
    }

    /// What is asked of somebody, at the site that asks most.
    #[must_use]
    pub fn obligation(&self, row: &Row) -> Obligation {
        self.strictest(row, |site| {
            let person = Person { site, profile: &row.profile, terms: &row.terms, client: None };
            self.rulebook.asked(&person).obligation
        })
    }

    /// Of what holds at the sites where somebody signs in, the greatest.
    fn strictest<T: Ord>(&self, row: &Row, at: impl Fn(&str) -> T) -> T {
        let source = row.profile.login.source();
        let own = self.sites.iter().filter(|(_, of)| of.as_deref() == source);
        // Whose site is gone is asked what everybody is.
        own.map(|(site, _)| at(site)).max().unwrap_or_else(|| at(""))
    }
}

/// How many people stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub all: usize,
    /// With what is asked of them, one second factor at least.
    pub enrolled: usize,
    /// Without, and none is asked for.
    pub free: usize,
    /// With too few, and they may put the others off.
    pub pending: usize,
    /// With too few, and they must have more.
    pub overdue: usize,
}

impl Counts {
    fn add(&mut self, standing: Standing) {
        let one = match standing {
            Standing::Enrolled => &mut self.enrolled,
            Standing::Free => &mut self.free,
            Standing::Pending => &mut self.pending,
            Standing::Overdue => &mut self.overdue,
        };
        *one = one.saturating_add(1);
        self.all = self.all.saturating_add(1);
    }

    /// How many stand there.
    #[must_use]
    pub const fn of(&self, standing: Standing) -> usize {
        match standing {
            Standing::Enrolled => self.enrolled,
            Standing::Free => self.free,
            Standing::Pending => self.pending,
            Standing::Overdue => self.overdue,
        }
    }

    /// Of a hundred people, how many have a second factor: rounded down, so that nobody reads of all when one is
    /// missing.
    #[must_use]
    pub fn coverage(&self) -> usize {
        self.enrolled.saturating_mul(100).checked_div(self.all).unwrap_or(0)
    }
}

/// Everybody who may sign in, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// All together.
    pub all: Counts,
    /// By site, in the order of the configuration: whoever may sign in there.
    pub sites: Vec<(String, Counts)>,
    /// By group.
    pub groups: BTreeMap<String, Counts>,
    /// How many people have one of a kind.
    pub kinds: Vec<(AuthenticatorKind, usize)>,
    /// Who has nothing but codes by e-mail or SMS.
    pub sent_only: usize,
    /// Accounts that may not sign in.
    pub disabled: usize,
}

/// What is sent to people, and can be read or diverted on the way.
const SENT: KindSet = KindSet::of(&[AuthenticatorKind::Email, AuthenticatorKind::Sms]);

impl Census {
    /// What is kept of it for the curve over time.
    #[must_use]
    pub const fn point(&self) -> AdoptionPoint {
        AdoptionPoint {
            all: self.all.all,
            enrolled: self.all.enrolled,
            pending: self.all.pending,
            overdue: self.all.overdue,
            sent_only: self.sent_only,
        }
    }

    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Arc<Row>>, yardstick: &Yardstick) -> Self {
        let mut census = Self {
            sites: yardstick.sites.iter().map(|(n, _)| (n.clone(), Counts::default())).collect(),
            kinds: AuthenticatorKind::SECOND_FACTORS.map(|kind| (kind, 0)).to_vec(),
            ..Self::default()
        };
        for row in rows {
            census.count(row, yardstick);
        }
        census
    }

    fn count(&mut self, row: &Row, yardstick: &Yardstick) {
        if row.state == AccountState::Disabled {
            self.disabled = self.disabled.saturating_add(1);
            return;
        }
        let standing = yardstick.standing(row);
        self.all.add(standing);
        let source = row.profile.login.source();
        for ((site, counts), (_, of)) in self.sites.iter_mut().zip(yardstick.sites.iter()) {
            if of.as_deref() == source {
                counts.add(yardstick.at_site(row, site));
            }
        }
        for group in &row.profile.groups {
            self.groups.entry(group.clone()).or_default().add(standing);
        }
        for (kind, number) in &mut self.kinds {
            if row.held.among(KindSet::of(&[*kind])) > 0 {
                *number = number.saturating_add(1);
            }
        }
        let (sent, all) = (row.held.among(SENT), row.held.among(KindSet::ALL));
        if sent > 0 && sent == all {
            self.sent_only = self.sent_only.saturating_add(1);
        }
    }
}
