//! The pages as types: what each shows, and nothing it does not. The only file that knows the template
//! engine; every value is escaped by it.

mod account;
pub(crate) mod admin;
mod chosen_password;
mod chrome;
mod devices;
mod enforcement;
mod first_owner;
pub(crate) mod help;
pub(crate) mod passkeys;
#[cfg(test)]
mod samples;
pub(crate) mod sent;

use askama::Template;
use zeroize::Zeroizing;

pub(crate) use self::chosen_password::NewPasswordPage;
pub(crate) use self::chosen_password::WelcomePage;
pub(crate) use self::chosen_password::WelcomeVoidPage;
pub(crate) use self::chrome::Chrome;
pub(crate) use self::enforcement::EnrolChoicePage;
pub(crate) use self::enforcement::EnrolHandedPage;
pub(crate) use self::enforcement::RecoveryPage;
pub(crate) use self::enforcement::SetUpChoice;
pub(crate) use self::enforcement::SetUpPage;
pub(crate) use self::first_owner::FirstOwnerPage;
use crate::authenticator::AuthenticatorKind;
use crate::portal::qr::QrImage;

pub(crate) use self::account::AccountPage;
pub(crate) use self::account::CodesKept;
pub(crate) use self::account::CodesOverviewPage;
pub(crate) use self::account::CodesShownPage;
pub(crate) use self::account::FactorPage;
pub(crate) use self::account::FactorRow;
pub(crate) use self::account::FactorStays;
pub(crate) use self::account::LostPage;
pub(crate) use self::account::OwnersPage;
pub(crate) use self::account::OwnersTurn;
pub(crate) use self::account::PasswordPage;
pub(crate) use self::account::SessionRow;
pub(crate) use self::account::SessionsPage;
pub(crate) use self::account::Stand;
pub(crate) use self::devices::DeviceRow;
pub(crate) use self::devices::DevicesPage;
pub(crate) use self::devices::Verification;

/// A page could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the page cannot be written: {0}")]
pub(crate) struct Unrenderable(#[from] askama::Error);

/// Anything that becomes a whole HTML document.
pub(crate) trait Page {
    /// The document.
    fn html(&self) -> Result<String, Unrenderable>;
}

impl<T: Template> Page for T {
    fn html(&self) -> Result<String, Unrenderable> {
        Ok(self.render()?)
    }
}

/// What a form of ours carries besides its own fields.
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    /// The form's token.
    pub(crate) csrf: String,
    /// Where the person was going.
    pub(crate) next: String,
    /// The sealed form post that met the challenge.
    pub(crate) kept: Option<String>,
}

/// User name and password.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// The site's host, as in the address bar.
    pub(crate) site: String,
    /// The question to the browser for a passkey, as JSON; none: passwords only.
    pub(crate) passkey: Option<String>,
    /// The address of this page, with a fresh question.
    pub(crate) again: String,
    /// What was typed before.
    pub(crate) login: String,
    /// Something to know first.
    pub(crate) notice: Option<String>,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// User name and second factor, before the console's own login.
#[derive(Clone, Debug, Template)]
#[template(path = "second_factor_first.html")]
pub(crate) struct SecondFactorFirstPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// The site's host, as in the address bar.
    pub(crate) site: String,
    /// Where whoever has no second factor yet goes on.
    pub(crate) none_yet: String,
    /// What was typed before.
    pub(crate) login: String,
    /// Something to know first.
    pub(crate) notice: Option<String>,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// Another method, offered below a code field.
#[derive(Clone, Debug)]
pub(crate) struct OtherMethod {
    /// Value of the field `method`.
    pub(crate) method: &'static str,
    /// What the link says.
    pub(crate) label: &'static str,
    /// The same page with that method.
    pub(crate) href: String,
}

/// What is needed besides being signed in, as the hidden fields of a form (`need.html`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NeedFields {
    /// How many seconds old a proof may be where they are going.
    pub(crate) max_age: Option<u64>,
    /// The name of the proof that is needed.
    pub(crate) what: Option<&'static str>,
}

/// Why a second factor is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// The person is signing in.
    SignIn,
    /// The person is signed in, but what they proved is too old.
    StepUp,
    /// The person is signed in, but a particular proof is needed besides.
    Particular,
    /// The person wants to change their account.
    Change,
}

impl Occasion {
    /// The message that says why.
    fn why(self) -> &'static str {
        match self {
            Self::SignIn | Self::StepUp => "challenge-again",
            Self::Particular => "challenge-particular",
            Self::Change => "challenge-change",
        }
    }

    /// The same where a passkey is asked for, not a code.
    fn why_passkey(self) -> &'static str {
        match self {
            Self::SignIn | Self::StepUp => "passkey-again",
            Self::Particular | Self::Change => self.why(),
        }
    }

    fn is_step_up(self) -> bool {
        self != Self::SignIn
    }
}

/// The second factor.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge.html")]
pub(crate) struct ChallengePage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// The name the app shows beside the code.
    pub(crate) issuer: String,
    /// Whether a backup code is asked for, not a code from the app.
    pub(crate) backup: bool,
    /// Why it is asked for.
    pub(crate) occasion: Occasion,
    /// What is needed where they are going.
    pub(crate) need: NeedFields,
    /// For how many days the browser can be remembered; none: it cannot.
    pub(crate) remember: Option<u64>,
    /// The methods to switch to; codes kept for emergencies last.
    pub(crate) others: Vec<OtherMethod>,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

impl ChallengePage {
    /// Whether the person can switch to a backup code.
    fn offers_backup(&self) -> bool {
        let backup = AuthenticatorKind::BackupCode.name();
        self.others.iter().any(|other| other.method == backup)
    }
}

/// An authenticator app and where to get it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct App {
    pub(crate) name: &'static str,
    pub(crate) href: &'static str,
}

/// Apps that speak RFC 6238 with the usual parameters (S0.4, S1.20).
pub(crate) const APPS: &[App] = &[
    App {
        name: "Google Authenticator",
        href: "https://support.google.com/accounts/answer/1066447",
    },
    App {
        name: "Microsoft Authenticator",
        href: "https://www.microsoft.com/security/mobile-authenticator-app",
    },
    App { name: "Authy", href: "https://www.authy.com/download/" },
    App { name: "1Password", href: "https://1password.com/downloads/" },
    App { name: "Bitwarden", href: "https://bitwarden.com/download/" },
    App { name: "Aegis", href: "https://getaegis.app/" },
    App { name: "2FAS", href: "https://2fas.com/" },
];

/// Setting up an authenticator app.
#[derive(Clone, Template)]
#[template(path = "enrol.html")]
pub(crate) struct EnrolPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    pub(crate) apps: &'static [App],
    pub(crate) qr: QrImage,
    /// The key in groups of four.
    pub(crate) key_text: Zeroizing<String>,
    /// The `otpauth` URI.
    pub(crate) uri: Zeroizing<String>,
    /// The account's name in the app.
    pub(crate) account: String,
    /// Why another one is asked for, where no page before has said so.
    pub(crate) why: Option<String>,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// The ten codes, shown once.
#[derive(Clone, Template)]
#[template(path = "codes.html")]
pub(crate) struct CodesPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name, for the printed page.
    pub(crate) who: String,
    /// The day, for the printed page.
    pub(crate) made: String,
    pub(crate) codes: Vec<Zeroizing<String>>,
    /// The same codes, sealed, for download and for showing the page again.
    pub(crate) sealed: String,
    /// Whether they replace older ones.
    pub(crate) renewed: bool,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// Before signing out, for somebody whom a console's own link sent here.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_out.html")]
pub(crate) struct SignOutPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    pub(crate) login: String,
}

/// After signing out.
#[derive(Clone, Debug, Template)]
#[template(path = "signed_out.html")]
pub(crate) struct SignedOutPage {
    pub(crate) chrome: Chrome,
    pub(crate) everywhere: bool,
}

/// After a proof that a script in another window waits for.
#[derive(Clone, Debug, Template)]
#[template(path = "proved.html")]
pub(crate) struct ProvedPage {
    pub(crate) chrome: Chrome,
    /// The mark of whoever gave it.
    pub(crate) who: String,
}

/// What the tag of the script in a console's pages says.
#[derive(Clone, Debug, Template)]
#[template(path = "retry_tag.html")]
pub(crate) struct RetryTag {
    pub(crate) chrome: Chrome,
    /// Address of the script.
    pub(crate) script: String,
    /// The mark of whoever sees the page.
    pub(crate) who: String,
}

/// A way on.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: &'static str,
}

/// What happened, why, and what to do next.
#[derive(Clone, Debug, Template)]
#[template(path = "refusal.html")]
pub(crate) struct RefusalPage {
    pub(crate) chrome: Chrome,
    pub(crate) heading: &'static str,
    pub(crate) what: &'static str,
    pub(crate) next: &'static str,
    pub(crate) link: Option<Link>,
    /// The address of the person, where that is what is wrong.
    pub(crate) client: Option<String>,
    pub(crate) request_id: String,
}

/// A hidden field of a kept form.
#[derive(Clone)]
pub(crate) struct KeptField {
    pub(crate) name: String,
    pub(crate) value: Zeroizing<String>,
}

/// A form that met the challenge, offered again.
#[derive(Clone, Template)]
#[template(path = "kept_form.html")]
pub(crate) struct KeptFormPage {
    pub(crate) chrome: Chrome,
    /// Path and query it was sent to.
    pub(crate) action: String,
    pub(crate) multipart: bool,
    /// Every field name, once.
    pub(crate) names: Vec<String>,
    pub(crate) fields: Vec<KeptField>,
    /// Where to go without sending.
    pub(crate) discard: String,
}

/// After one of the last backup codes.
#[derive(Clone, Debug, Template)]
#[template(path = "few_codes.html")]
pub(crate) struct FewCodesPage {
    pub(crate) chrome: Chrome,
    pub(crate) left: usize,
    pub(crate) next: String,
}

#[cfg(test)]
mod tests;
