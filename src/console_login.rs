//! The console's own login as the first factor: which request it is, whose name it gives, and what the console's
//! answer says about it.
//!
//! Everything that is not clearly a success is none, and a request that could name two people names nobody
//! . No I/O: the proxy asks the console, and everything here judges.

pub mod basic;
pub mod cookies;
pub mod elsewhere;
pub mod glob;
pub mod nobody;
pub mod request;
#[cfg(test)]
pub(crate) mod sample;
pub mod signs;
pub mod told;
pub mod user_name;

use http::Method;

use crate::canonical::CanonicalRequest;
use crate::subject::LoginName;
use crate::subject::NotALoginName;
use crate::subject::UnknownUsers;

pub use self::basic::ConsoleBasic;
pub use self::cookies::CookiePatterns;
pub use self::cookies::CookieSealer;
pub use self::glob::Glob;
pub use self::nobody::NamesNobody;
pub use self::request::BodyKind;
pub use self::request::LoginRequest;
pub use self::request::LogoutRequest;
pub use self::signs::Answer;
pub use self::signs::Signs;
pub use self::told::Told;
pub use self::user_name::Unclear;

/// Bytes of a login request's body, and of an answer that is withheld.
pub const MOST_BYTES: usize = 64 * 1024;

/// A console's login form, as the operator described it.
#[derive(Clone, Debug)]
pub struct ConsoleForm {
    /// Whose users sign in there: the name before the `/` of their accounts.
    pub source: String,
    /// Path and query of the page that people sign in on.
    pub page: String,
    /// The request that carries their password.
    pub request: LoginRequest,
    /// Who they are.
    pub who: Who,
    /// Where the console says who they are to it; none: it is who the login names.
    pub told: Option<Told>,
    /// What an answer shows that means: signed in. All of it.
    pub success: Signs,
    /// What an answer shows that means: not signed in, and the page may be seen. Without any such signs, the
    /// gateway says it itself.
    pub failure: Option<Signs>,
    /// The request that signs them out there.
    pub logout: Option<LogoutRequest>,
    /// How people may be called: where the console takes other names for one person, such as their address, each would
    /// be an account of its own. None: without an `@`.
    pub names: Option<Vec<Glob>>,
    /// What becomes of names that no account has yet.
    pub unknown: UnknownUsers,
    /// Which comes first.
    pub order: Order,
}

/// Which comes first, the console's login or the second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The login: its answer waits for the second factor.
    #[default]
    LoginFirst,
    /// The second factor: then the console's answer need not wait, so that its scripts may sign in.
    SecondFactorFirst,
}

/// Who signs in with a login request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever the field of this name names; for JSON the path of keys, joined by `/`.
    Field(String),
    /// Always this person: the console asks for a password only.
    Fixed(LoginName),
    /// Whom a provider of the console's vouches for: the login is the way back from there, and only the console can say
    /// who it is.
    Vouched(Further),
}

/// Whether people are asked for a second factor of the gateway's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Further {
    /// They are.
    Asked,
    /// They are not: what the provider asks for is enough to the operator.
    NotAsked,
}

impl ConsoleForm {
    /// Whether people come back from a provider of the console's to sign in.
    #[must_use]
    pub const fn is_vouched(&self) -> bool {
        matches!(self.who, Who::Vouched(_))
    }

    /// Whether a request for where people come back from a provider could be no way back to any reader: it is a read, and
    /// says nothing, or no more than the page at which the way there begins.
    #[must_use]
    pub fn is_no_way_back(&self, request: &CanonicalRequest) -> bool {
        let says_nothing = request.query.as_deref().unwrap_or_default().is_empty();
        matches!(request.method, Method::GET | Method::HEAD)
            && (says_nothing || request.target() == self.page)
    }

    /// Whether its people are asked for a second factor of the gateway's.
    #[must_use]
    pub const fn further(&self) -> Further {
        match self.who {
            Who::Vouched(further) => further,
            Who::Field(_) | Who::Fixed(_) => Further::Asked,
        }
    }

    /// The account name of what a login request said.
    ///
    /// # Errors
    /// When it is no name that an account can have.
    pub fn account_name(&self, said: &str) -> Result<LoginName, NotALoginName> {
        LoginName::of_source(&self.source, said)
    }
}
