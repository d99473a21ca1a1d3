//! What is asked of everybody.

use askama::Template;

use super::Choice;
use super::Own;
use super::Shell;
use crate::portal::page::Chrome;
use crate::portal::page::Errand;

/// A method, and whether it is on.
#[derive(Clone, Debug)]
pub(crate) struct MethodLine {
    pub(crate) label: &'static str,
    pub(crate) on: bool,
}

/// Where what is asked comes from.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/policy.html")]
pub(crate) struct PolicyPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    /// What the configuration asks of everybody.
    pub(crate) file: String,
    /// How many rules ask more of some.
    pub(crate) rules: usize,
    /// What the switch asks besides.
    pub(crate) switch: Own,
    /// Both together.
    pub(crate) together: String,
    /// The same of owners.
    pub(crate) owners: String,
    pub(crate) methods: Vec<MethodLine>,
    /// Where it is changed, by whom that may be done.
    pub(crate) change: Option<String>,
    /// What each site asks for.
    pub(crate) sites: Vec<SiteLine>,
}

/// What one site asks for, in short.
#[derive(Clone, Debug)]
pub(crate) struct SiteLine {
    /// Its own page.
    pub(crate) href: String,
    pub(crate) name: String,
    /// From where, in words; none: from anywhere.
    pub(crate) from: Option<String>,
    /// With which proof, in words.
    pub(crate) ways: Vec<String>,
    /// Whether more is asked than the configuration does.
    pub(crate) besides: bool,
}

/// What one source asks for, or all together, in words.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedLine {
    /// From where nobody comes; none: that is not said.
    pub(crate) deny: Option<String>,
    /// From where people and programs come; none: from anywhere.
    pub(crate) from: Option<String>,
    /// With one of these.
    pub(crate) ways: Vec<String>,
    /// How many routes ask for something of their own; none: no route does.
    pub(crate) routes: Option<String>,
}

/// A network or place that can be ticked.
#[derive(Clone, Debug)]
pub(crate) struct AreaTick {
    /// The field.
    pub(crate) field: &'static str,
    /// The name in the configuration.
    pub(crate) name: String,
    pub(crate) ticked: bool,
}

/// What there is to fill in about a site.
#[derive(Clone, Debug)]
pub(crate) struct SiteForm {
    pub(crate) errand: Errand,
    pub(crate) action: String,
    pub(crate) areas: Vec<AreaTick>,
    /// How many more there are than can be ticked.
    pub(crate) more: usize,
    pub(crate) proofs: Vec<Choice>,
    pub(crate) ages: Vec<Choice>,
}

/// What one site asks for, and where that is from: addresses and proof on one page (S1.29).
#[derive(Clone, Debug, Template)]
#[template(path = "admin/site.html")]
pub(crate) struct SitePage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) name: String,
    pub(crate) done: Option<&'static str>,
    pub(crate) configuration: AskedLine,
    pub(crate) here: AskedLine,
    pub(crate) in_force: AskedLine,
    /// Names that the configuration does not have any more.
    pub(crate) unknown: Option<String>,
    /// Where it is changed, by whom that may be done.
    pub(crate) form: Option<SiteForm>,
    pub(crate) problem: Option<String>,
    pub(crate) back: String,
}

/// What a change at a site would do.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/site_rehearsal.html")]
pub(crate) struct SiteRehearsalPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) errand: Errand,
    pub(crate) name: String,
    /// How it was when this page was written.
    pub(crate) seen: String,
    pub(crate) in_force: AskedLine,
    /// Whether whoever makes the change would be kept out: then it is not made.
    pub(crate) locks_out: bool,
    /// What becomes of whom: in words, how many.
    pub(crate) rows: Vec<(&'static str, usize)>,
    /// Some of those that would be kept out.
    pub(crate) logins: Option<String>,
    /// Programs that would break: what they are, where, how often.
    pub(crate) programs: Vec<[String; 3]>,
    /// Shared addresses: which, how many people, and whether they would be kept out.
    pub(crate) addresses: Vec<(String, usize, bool)>,
    /// Where the change is made, by whom that may be done, and who stays in.
    pub(crate) set: Option<String>,
    /// The change, as it is sent on.
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) reason: String,
    pub(crate) problem: Option<String>,
    pub(crate) back: String,
}

/// What a change would do.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/rehearsal.html")]
pub(crate) struct RehearsalPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) errand: Errand,
    /// For the form that leads back.
    pub(crate) again: Errand,
    /// How it was when this page was written.
    pub(crate) seen: String,
    /// What would be asked, besides what the configuration asks.
    pub(crate) asked: Own,
    /// Where people stand: in words, how many now, how many then.
    pub(crate) rows: Vec<(&'static str, usize, usize)>,
    /// Whether whoever makes the change would lack what it asks for.
    pub(crate) locks_out: bool,
    /// Where the change is made, and where it is written down once more.
    pub(crate) set: String,
    pub(crate) change: String,
    /// The change, as it is sent on.
    pub(crate) fields: Vec<(&'static str, String)>,
    /// What was typed before.
    pub(crate) reason: String,
    pub(crate) problem: Option<String>,
    pub(crate) back: String,
}
