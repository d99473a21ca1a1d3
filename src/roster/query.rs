//! Finding people: by what they are called, and by where they stand; page by page.

use std::cmp::Ordering;
use std::cmp::Reverse;
use std::sync::Arc;

use super::Row;
use super::Standing;
use super::Yardstick;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Role;

/// In which order people are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, schemars::JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Sort {
    /// By login name.
    #[default]
    Login,
    /// Who was made last first.
    Created,
    /// Who signed in last first; who never did, last.
    LastSignIn,
    /// Where most is missing first.
    Standing,
}

impl Sort {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Login, Self::Created, Self::LastSignIn, Self::Standing];

    /// Its name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Created => "created",
            Self::LastSignIn => "last_sign_in",
            Self::Standing => "standing",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// Whom is asked for: all of it must be true of them.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// It is in their login name, name or address, in whatever case.
    pub text: Option<String>,
    /// They have this role.
    pub role: Option<Role>,
    /// Their account is in this state.
    pub state: Option<AccountState>,
    /// They stand there.
    pub standing: Option<Standing>,
    /// They have a second factor of this kind.
    pub method: Option<AuthenticatorKind>,
    /// They are in this group.
    pub group: Option<String>,
    /// In which order.
    pub sort: Sort,
    /// Whoever comes after this one.
    pub after: Option<LoginName>,
    /// So many at most.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// One page of it.
    pub rows: Vec<(Arc<Row>, Standing)>,
    /// How many there are on all pages.
    pub total: usize,
    /// Whether there is another page.
    pub more: bool,
}

/// Where somebody is in an order: login names tell equals apart.
type Place<'a> = (Reverse<u64>, &'a LoginName);

impl Query {
    pub(super) fn find<'r>(
        &self,
        rows: impl Iterator<Item = &'r Arc<Row>>,
        yardstick: &Yardstick,
    ) -> Found {
        let text = self.text.as_deref().map(str::to_lowercase).unwrap_or_default();
        let matching = rows.filter(|row| self.is_of(row, &text)).filter_map(|row| {
            let standing = yardstick.standing(row);
            self.standing.is_none_or(|wanted| wanted == standing).then_some((row, standing))
        });
        let mut found: Vec<(Place<'_>, &Arc<Row>, Standing)> =
            matching.map(|(row, standing)| (self.place(row, standing), row, standing)).collect();
        let total = found.len();
        if let Some(after) = &self.after {
            let last = found.iter().find(|(_, row, _)| row.profile.login == *after);
            // After whoever is gone, or is not meant any more, it begins anew.
            let last = last.map_or((Reverse(u64::MAX), after), |(place, _, _)| *place);
            let is_behind = |place: &Place<'_>| match self.sort {
                Sort::Login => place.1.cmp(after) == Ordering::Greater,
                Sort::Created | Sort::LastSignIn | Sort::Standing => *place > last,
            };
            found.retain(|(place, _, _)| is_behind(place));
        }
        let more = found.len() > self.limit;
        if more {
            found.select_nth_unstable_by(self.limit, |one, other| one.0.cmp(&other.0));
            found.truncate(self.limit);
        }
        found.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let rows = found.into_iter().map(|(_, row, standing)| (Arc::clone(row), standing));
        Found { rows: rows.collect(), total, more }
    }

    fn place<'r>(&self, row: &'r Row, standing: Standing) -> Place<'r> {
        let rank = match self.sort {
            Sort::Login => 0,
            Sort::Created => row.created.millis(),
            Sort::LastSignIn => row.last_sign_in.map_or(0, |at| at.millis().saturating_add(1)),
            Sort::Standing => u64::from(standing as u8),
        };
        (Reverse(rank), &row.profile.login)
    }

    fn is_of(&self, row: &Row, text: &str) -> bool {
        let profile = &row.profile;
        let says = |own: &str| own.to_lowercase().contains(text);
        let is_called = text.is_empty()
            || profile.login.as_str().contains(text)
            || says(&profile.name)
            || profile.email.as_deref().is_some_and(says);
        self.role.is_none_or(|role| profile.role == role)
            && self.state.is_none_or(|state| row.state == state)
            && self.method.is_none_or(|kind| row.held.among(KindSet::of(&[kind])) > 0)
            && self.group.as_ref().is_none_or(|group| profile.groups.contains(group))
            && is_called
    }
}
