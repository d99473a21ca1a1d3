//! The pages of the administration.

mod audit;
mod chart;
mod lists;
mod person;
mod policy;

use std::borrow::Cow;

use askama::Template;

pub(crate) use self::audit::AuditLine;
pub(crate) use self::audit::AuditPage;
pub(crate) use self::audit::Party;
pub(crate) use self::chart::Bars;
pub(crate) use self::chart::Curve;
pub(crate) use self::chart::Point;
pub(crate) use self::lists::SecretPage;
pub(crate) use self::lists::SessionLine;
pub(crate) use self::lists::SessionsPage;
pub(crate) use self::lists::TokenLine;
pub(crate) use self::lists::TokensPage;
pub(crate) use self::person::CodePage;
pub(crate) use self::person::DeedPage;
pub(crate) use self::person::DeviceLine;
pub(crate) use self::person::FactorLine;
pub(crate) use self::person::Facts;
pub(crate) use self::person::HandedPage;
pub(crate) use self::person::Input;
pub(crate) use self::person::LinkPage;
pub(crate) use self::person::Own;
pub(crate) use self::person::Tick;
pub(crate) use self::person::UserPage;
pub(crate) use self::person::Whom;
pub(crate) use self::policy::MethodLine;
pub(crate) use self::policy::PolicyPage;
pub(crate) use self::policy::RehearsalPage;

use super::Chrome;
use super::Errand;

/// A page that the navigation leads to.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    /// Whether it is the page that is shown.
    pub(crate) current: bool,
}

/// What is around every page of the administration.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    /// The pages that this person may see.
    pub(crate) sections: Vec<Section>,
    /// Login name of the person.
    pub(crate) who: String,
    /// Their role, in words.
    pub(crate) role: &'static str,
    /// The site's host, as in the address bar.
    pub(crate) site: String,
    /// Until when these pages are open without another proof.
    pub(crate) until: String,
}

/// The first page.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/overview.html")]
pub(crate) struct OverviewPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// What is required of everybody, in words.
    pub(crate) duty: String,
    /// How many rules ask more of some.
    pub(crate) rules: usize,
    /// How many sessions are open.
    pub(crate) sessions: usize,
    /// Where they are listed, for whom that is.
    pub(crate) sessions_page: Option<String>,
    /// How far people have come.
    pub(crate) adoption: Adoption,
    /// The same day by day.
    pub(crate) curve: Option<Curve>,
    /// What went wrong hour by hour.
    pub(crate) bars: Vec<Bars>,
    /// How the gateway is.
    pub(crate) health: Vec<HealthLine>,
    /// What was done on the command line, and is not seen yet.
    pub(crate) announced: Option<Announced>,
}

/// How one part of the gateway is.
#[derive(Clone, Debug)]
pub(crate) struct HealthLine {
    pub(crate) label: &'static str,
    /// Which of several; empty: there is one.
    pub(crate) name: String,
    pub(crate) text: String,
    /// Whether somebody should look after it.
    pub(crate) bad: bool,
}

/// Acts on the command line.
#[derive(Clone, Debug)]
pub(crate) struct Announced {
    pub(crate) errand: Errand,
    pub(crate) action: String,
    /// How many are not seen yet, in words.
    pub(crate) count: String,
    /// How many there have been, so that those that come meanwhile are still announced.
    pub(crate) acts: u64,
    /// The last ones, latest first: when, what as in the log, by whom, to whom.
    pub(crate) last: Vec<(String, String, String, Option<Party>)>,
    /// The audit log.
    pub(crate) log: String,
}

/// How far people have come with their second factors.
#[derive(Clone, Debug)]
pub(crate) struct Adoption {
    /// How many may sign in.
    pub(crate) people: usize,
    /// Of a hundred of them, how many have a second factor.
    pub(crate) coverage: usize,
    /// Where they stand, in words, how many do, and who they are.
    pub(crate) standings: Vec<(&'static str, usize, String)>,
    /// Who has nothing but codes that are sent.
    pub(crate) sent_only: usize,
    /// By what: a heading in words, and each site, group or method with a count in words.
    pub(crate) tables: Vec<AdoptionTable>,
}

/// How far people have come, by something.
#[derive(Clone, Debug)]
pub(crate) struct AdoptionTable {
    /// Stands for it in the page.
    pub(crate) id: &'static str,
    /// By what.
    pub(crate) label: &'static str,
    /// Each one's name, and how many of how many have a second factor, in words.
    pub(crate) rows: Vec<(String, String)>,
    /// How many more there are than are shown.
    pub(crate) more: usize,
}

/// Something to choose in a filter.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) value: Cow<'static, str>,
    pub(crate) label: Cow<'static, str>,
    pub(crate) chosen: bool,
}

impl Choice {
    /// One of several, of which one value is `chosen`.
    pub(crate) fn new(
        value: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        chosen: &str,
    ) -> Self {
        let value = value.into();
        Self { chosen: value == chosen, value, label: label.into() }
    }
}

/// One account in a list.
#[derive(Clone, Debug)]
pub(crate) struct UserRow {
    /// Its own page.
    pub(crate) href: String,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) email: String,
    /// In words.
    pub(crate) role: &'static str,
    /// Whether nobody may sign in to it.
    pub(crate) disabled: bool,
    /// How far its owner has come, in words.
    pub(crate) standing: &'static str,
    /// Which second factors it has, in words.
    pub(crate) kinds: String,
}

/// Everybody who has an account, page by page.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/users.html")]
pub(crate) struct UsersPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    /// Where an account is added, for whom that is.
    pub(crate) add: Option<String>,
    /// What was searched for.
    pub(crate) text: String,
    pub(crate) roles: Vec<Choice>,
    pub(crate) states: Vec<Choice>,
    pub(crate) standings: Vec<Choice>,
    /// How many were found, on all pages.
    pub(crate) total: usize,
    pub(crate) rows: Vec<UserRow>,
    /// The first page; none: it is this one.
    pub(crate) first: Option<String>,
    /// The page behind this one.
    pub(crate) next: Option<String>,
}

/// What scripts of a session show.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/api.html")]
pub(crate) struct ApiPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) csrf: String,
}
