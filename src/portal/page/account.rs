//! The pages of one's own account.

use askama::Template;
use zeroize::Zeroizing;

use super::Chrome;
use super::Errand;
use super::Link;

/// What the person may change now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Everything.
    Fresh,
    /// What is lost.
    Recovering,
    /// Nothing, before a proof.
    Stale,
}

impl Stand {
    fn is_fresh(self) -> bool {
        self == Self::Fresh
    }

    fn is_recovering(self) -> bool {
        self == Self::Recovering
    }
}

/// A second factor of the account.
#[derive(Clone, Debug)]
pub(crate) struct FactorRow {
    /// Its own page.
    pub(crate) href: String,
    /// The page for when it is lost.
    pub(crate) lost: String,
    /// What it is, in words.
    pub(crate) kind: &'static str,
    pub(crate) label: String,
    pub(crate) created: String,
    pub(crate) last_used: Option<String>,
}

/// The person's own account.
#[derive(Clone, Debug, Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    pub(crate) site: String,
    pub(crate) login: String,
    pub(crate) name: String,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    /// Where they change their password, if it is kept here.
    pub(crate) password: Option<String>,
    /// The administration, for whom it is there.
    pub(crate) admin: Option<String>,
    /// What is asked of owners, for owners.
    pub(crate) owners: Option<String>,
    /// What is required of the person, and until when.
    pub(crate) required: String,
    pub(crate) factors: Vec<FactorRow>,
    /// What can be set up besides.
    pub(crate) additions: Vec<Link>,
    /// Unspent backup codes; none where there are no codes at all.
    pub(crate) codes_left: Option<usize>,
    pub(crate) codes_made: Option<String>,
    /// The codes were shown, but not confirmed as stored.
    pub(crate) unconfirmed: bool,
    pub(crate) sessions: usize,
    pub(crate) stand: Stand,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// Whether a second factor must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactorStays {
    /// It may go.
    No,
    /// One is required, and it is the last.
    Yes,
}

/// One second factor: its name, and its end.
#[derive(Clone, Debug, Template)]
#[template(path = "account_factor.html")]
pub(crate) struct FactorPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    pub(crate) id: String,
    pub(crate) factor: FactorRow,
    pub(crate) stays: FactorStays,
    /// What was wrong with the name, in words.
    pub(crate) problem: Option<String>,
}

impl FactorPage {
    fn may_go(&self) -> bool {
        self.stays == FactorStays::No
    }
}

/// A second factor that is lost.
#[derive(Clone, Debug, Template)]
#[template(path = "account_lost.html")]
pub(crate) struct LostPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    pub(crate) id: String,
    pub(crate) factor: FactorRow,
    pub(crate) stays: FactorStays,
}

impl LostPage {
    fn may_go(&self) -> bool {
        self.stays == FactorStays::No
    }
}

/// Whether backup codes can be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodesKept {
    /// They can.
    Yes,
    /// They were shown when they were made.
    No,
}

/// The backup codes: how many are left, the way to look at them, the way to new ones.
#[derive(Clone, Debug, Template)]
#[template(path = "account_codes.html")]
pub(crate) struct CodesOverviewPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    pub(crate) left: usize,
    pub(crate) made: Option<String>,
    pub(crate) kept: CodesKept,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

impl CodesOverviewPage {
    fn are_kept(&self) -> bool {
        self.kept == CodesKept::Yes
    }
}

/// The unspent codes, looked at once more.
#[derive(Clone, Template)]
#[template(path = "account_codes_shown.html")]
pub(crate) struct CodesShownPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name, for the printed page.
    pub(crate) who: String,
    /// The day they were made, for the printed page.
    pub(crate) made: String,
    pub(crate) codes: Vec<Zeroizing<String>>,
    /// The same codes, sealed, for download.
    pub(crate) sealed: String,
}

/// An open session.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    /// Its public handle; none: the one the page is shown in.
    pub(crate) handle: Option<String>,
    pub(crate) site: String,
    pub(crate) browser: Option<String>,
    pub(crate) address: String,
    pub(crate) place: Option<String>,
    pub(crate) began: String,
    pub(crate) active: String,
}

/// Where the person is signed in.
#[derive(Clone, Debug, Template)]
#[template(path = "account_sessions.html")]
pub(crate) struct SessionsPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    /// The one that was active last first.
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) stand: Stand,
    /// Where the person proves that it is them.
    pub(crate) prove: String,
}

impl SessionsPage {
    fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| session.handle.is_some())
    }
}

/// Which way the owners' switch can be turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwnersTurn {
    /// So that it asks for a second factor.
    On,
    /// So that it asks for nothing.
    Off,
}

impl OwnersTurn {
    fn is_on(self) -> bool {
        self == Self::On
    }
}

/// What is asked of owners.
#[derive(Clone, Debug, Template)]
#[template(path = "account_owners.html")]
pub(crate) struct OwnersPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    /// What the configuration asks for, in words.
    pub(crate) configuration: String,
    /// What the switch asks for.
    pub(crate) switch: String,
    /// Both together.
    pub(crate) together: String,
    pub(crate) turn: OwnersTurn,
    /// What it will be turned to, as the form says it.
    pub(crate) to: &'static str,
    /// Why, as it was typed.
    pub(crate) reason: String,
    /// What is wrong with that, in words.
    pub(crate) problem: Option<String>,
}

/// Another password.
#[derive(Clone, Debug, Template)]
#[template(path = "account_password.html")]
pub(crate) struct PasswordPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    pub(crate) login: String,
    /// Characters that a password needs.
    pub(crate) least: usize,
    /// What is wrong with the old password, in words.
    pub(crate) old_problem: Option<String>,
    /// What is wrong with the new one.
    pub(crate) new_problem: Option<String>,
}
