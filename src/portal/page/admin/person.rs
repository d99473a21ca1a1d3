//! The pages of one account.

use askama::Template;
use zeroize::Zeroizing;

use super::Choice;
use super::Shell;
use crate::authority::Act;
use crate::authority::Weight;
use crate::portal::page::Chrome;
use crate::portal::page::Errand;
use crate::portal::page::Link;
use crate::portal::qr::QrImage;

/// What an account is.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) email: Option<String>,
    pub(crate) groups: String,
    /// In words.
    pub(crate) role: &'static str,
    /// In words.
    pub(crate) state: &'static str,
    pub(crate) created: String,
    pub(crate) last_sign_in: Option<String>,
    pub(crate) id: String,
}

/// What is asked of one account alone, in words.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    pub(crate) mode: &'static str,
    pub(crate) grace: Option<String>,
    pub(crate) unenrolled: Option<&'static str>,
    pub(crate) allowed: Option<String>,
}

/// A second factor.
#[derive(Clone, Debug)]
pub(crate) struct FactorLine {
    pub(crate) kind: &'static str,
    pub(crate) label: String,
    pub(crate) created: String,
    pub(crate) last_used: Option<String>,
}

/// A device.
#[derive(Clone, Debug)]
pub(crate) struct DeviceLine {
    pub(crate) label: String,
    pub(crate) site: String,
    pub(crate) created: String,
    /// Whether somebody has to agree to it.
    pub(crate) waits: bool,
    pub(crate) approve: Option<String>,
    pub(crate) remove: Option<String>,
}

/// One account, and what can be done to it.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/user.html")]
pub(crate) struct UserPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) disabled: bool,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    pub(crate) facts: Facts,
    /// Where its owner stands with their second factor, in words.
    pub(crate) standing: &'static str,
    /// What is asked of them, all sources together.
    pub(crate) required: String,
    /// What is asked of them alone.
    pub(crate) own: Own,
    pub(crate) factors: Vec<FactorLine>,
    pub(crate) codes_left: usize,
    /// Until when a first second factor can be set up on the password alone.
    pub(crate) window: Option<String>,
    /// How it is with the password, in words.
    pub(crate) password: &'static str,
    /// Until when the link is good by which one is chosen.
    pub(crate) link: Option<String>,
    /// Until when a recovery code is good.
    pub(crate) recovery: Option<String>,
    /// Until when an app that was handed over waits for its first code.
    pub(crate) handed: Option<String>,
    pub(crate) devices: Vec<DeviceLine>,
    pub(crate) sessions: usize,
    /// Where they are listed.
    pub(crate) sessions_page: String,
    /// What the person who looks may do.
    pub(crate) acts: Vec<Link>,
    /// What is kept behind a menu.
    pub(crate) more: Vec<Link>,
    /// What the log has of it, for whom that is.
    pub(crate) records: Option<String>,
    /// The list.
    pub(crate) back: String,
}

/// Something to tick.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) ticked: bool,
}

/// Something to fill in: one of the four below.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: Option<&'static str>,
    pub(crate) needed: bool,
    /// A line of text.
    pub(crate) text: Option<String>,
    /// How many characters it takes.
    pub(crate) most: u16,
    /// One of these.
    pub(crate) choices: Vec<Choice>,
    /// Some of these.
    pub(crate) ticks: Vec<Tick>,
    /// What stands already: its value, and how it is shown.
    pub(crate) fixed: Option<(String, String)>,
}

impl Input {
    const fn empty(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            hint: None,
            needed: false,
            text: None,
            most: 254,
            choices: Vec::new(),
            ticks: Vec::new(),
            fixed: None,
        }
    }

    /// A line of text.
    pub(crate) fn text(name: &'static str, label: &'static str, value: &str) -> Self {
        Self { text: Some(value.to_owned()), ..Self::empty(name, label) }
    }

    /// One of several.
    pub(crate) fn select(name: &'static str, label: &'static str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::empty(name, label) }
    }

    /// Some of several.
    pub(crate) fn ticks(name: &'static str, label: &'static str, ticks: Vec<Tick>) -> Self {
        Self { ticks, ..Self::empty(name, label) }
    }

    /// What stands already, and is not seen.
    pub(crate) fn hidden(name: &'static str, value: &str) -> Self {
        Self { fixed: Some((value.to_owned(), String::new())), ..Self::empty(name, "") }
    }

    /// What stands already.
    pub(crate) fn fixed(
        name: &'static str,
        label: &'static str,
        value: &str,
        shown: String,
    ) -> Self {
        Self { fixed: Some((value.to_owned(), shown)), ..Self::empty(name, label) }
    }

    /// …with a hint below its name.
    pub(crate) const fn hinted(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// …that takes so many characters.
    pub(crate) const fn up_to(mut self, most: u16) -> Self {
        self.most = most;
        self
    }

    /// …that must be filled in.
    pub(crate) const fn required(mut self) -> Self {
        self.needed = true;
        self
    }
}

/// The account that something is done to.
#[derive(Clone, Debug)]
pub(crate) struct Whom {
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) id: String,
    /// How it was when the page was written.
    pub(crate) seen: String,
}

/// What is about to be done.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/deed.html")]
pub(crate) struct DeedPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) errand: Errand,
    /// What it is.
    pub(crate) title: &'static str,
    /// To whom it is done; none: to nobody in particular.
    pub(crate) whom: Option<Whom>,
    /// What it will do.
    pub(crate) does: String,
    pub(crate) action: String,
    pub(crate) inputs: Vec<Input>,
    /// What was typed before.
    pub(crate) reason: String,
    /// Which act it is; none: whoever looks may not.
    pub(crate) act: Option<Act>,
    pub(crate) problem: Option<String>,
    /// Whether it may be sent again: a file answers it, and the page stays.
    pub(crate) again: bool,
    /// The page that led here.
    pub(crate) back: String,
}

impl DeedPage {
    /// Whether it only tries something, and so takes no reason.
    fn is_look(&self) -> bool {
        self.act.map(Act::weight) == Some(Weight::Look)
    }

    fn is_grave(&self) -> bool {
        self.act.map(Act::weight) == Some(Weight::Grave)
    }

    /// Whether somebody is worse off when it is done by mistake: not by what is added, or copied.
    fn alarms(&self) -> bool {
        let adds = |act| {
            matches!(
                act,
                Act::AddUser
                    | Act::AddToken
                    | Act::EditProfile
                    | Act::ExportUsers
                    | Act::ExportAudit
            )
        };
        self.is_grave() && !self.act.is_some_and(adds)
    }
}

/// A link by which a password is chosen, this once.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/link.html")]
pub(crate) struct LinkPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// For whom it is.
    pub(crate) who: String,
    pub(crate) login: String,
    /// The whole address.
    pub(crate) link: Zeroizing<String>,
    /// Until when it is good.
    pub(crate) expires: String,
    pub(crate) back: String,
}

/// A recovery code, which is shown this once.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/code.html")]
pub(crate) struct CodePage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) who: String,
    pub(crate) login: String,
    pub(crate) code: Zeroizing<String>,
    pub(crate) expires: String,
    /// The account's page.
    pub(crate) back: String,
}

/// An app that was set up for somebody, which is shown this once.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/handed.html")]
pub(crate) struct HandedPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) who: String,
    pub(crate) login: String,
    pub(crate) qr: QrImage,
    /// The key in groups of four.
    pub(crate) key_text: Zeroizing<String>,
    pub(crate) expires: String,
    /// The account's page.
    pub(crate) back: String,
}
