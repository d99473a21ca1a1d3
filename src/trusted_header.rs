//! A sign-on in front of the gateway that says who a request comes from: in plain headers, or in a signed token.
//!
//! It is believed about requests that its own connection brings, and about no others. What it says twice, or unclearly,
//! says nothing at all. No I/O: keys and requests are given.

pub mod jwt;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;

use crate::area::Areas;
use crate::area::Whereabouts;
use crate::place::Whether;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::UnknownUsers;
use crate::subject::is_plain_text;

pub use self::jwt::KeySet;
pub use self::jwt::KeySource;
pub use self::jwt::SignedHeader;

/// Most groups that a person may be said to be in. A list that was cut would say something else.
const MOST_GROUPS: usize = 256;

/// What the operator declares about a sign-on in front of the gateway.
#[derive(Clone, Debug)]
pub struct TrustedHeader {
    /// Whose users sign in there: the name before the `/` of their accounts.
    pub source: String,
    /// Where its connections come from.
    pub from: Areas,
    /// How it says who somebody is.
    pub form: Form,
    /// What becomes of the second factor.
    pub second_factor: SecondFactor,
    /// What becomes of names that no account has yet.
    pub unknown: UnknownUsers,
    /// Where people are sent when they have signed out here, to sign out there.
    pub sign_out_url: Option<String>,
}

/// How a sign-on says who somebody is.
#[derive(Clone, Debug)]
pub enum Form {
    /// In headers as they are: whoever can send them is believed.
    Plain(PlainHeaders),
    /// In a token that it signs.
    Signed(Box<SignedHeader>),
}

/// What becomes of the second factor of people who signed in elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// The gateway asks for its own.
    Ask,
    /// Not where the token says that they gave one: one of these values in `amr` or `acr` (RFC 8176, S4.4).
    TrustAmr(Vec<String>),
    /// Nobody is asked where any second factor would do.
    NotAsked,
}

/// The names of plain headers.
#[derive(Clone, Debug)]
pub struct PlainHeaders {
    /// Who it is.
    pub user: HeaderName,
    /// What they are called.
    pub name: Option<HeaderName>,
    /// Their address.
    pub email: Option<HeaderName>,
    /// Their groups, with commas between them.
    pub groups: Option<HeaderName>,
}

/// What a sign-on says of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Their account's name.
    pub login: LoginName,
    /// What it says besides.
    pub profile: Said,
    /// Whether they gave a second factor there.
    pub second_factor: Given,
}

/// What a sign-on says of a person's profile; none: it is not asked to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What they are called.
    pub name: Option<String>,
    /// Their address; empty: they have none.
    pub email: Option<String>,
    /// Their groups.
    pub groups: Option<Vec<String>>,
}

impl Said {
    /// A profile with what is said of it; a name that is none leaves the one there is.
    #[must_use]
    pub fn about(&self, known: &Profile) -> Profile {
        Profile {
            name: self.name(known).to_owned(),
            email: self.email(known).map(str::to_owned),
            groups: self.groups(known).to_vec(),
            ..known.clone()
        }
    }

    /// Whether it says nothing else of somebody than their profile does.
    #[must_use]
    pub fn agrees_with(&self, known: &Profile) -> bool {
        self.name(known) == known.name
            && self.email(known) == known.email.as_deref()
            && self.groups(known) == known.groups
    }

    fn name<'p>(&'p self, known: &'p Profile) -> &'p str {
        let name = self.name.as_ref().filter(|name| !name.is_empty() && is_plain_text(name));
        name.unwrap_or(&known.name)
    }

    fn email<'p>(&'p self, known: &'p Profile) -> Option<&'p str> {
        let email = self.email.as_deref();
        email.map_or(known.email.as_deref(), |email| Some(email).filter(|email| !email.is_empty()))
    }

    /// The same groups in another order are the same.
    fn groups<'p>(&'p self, known: &'p Profile) -> &'p [String] {
        let new = self.groups.as_ref().filter(|said| !are_same(said, &known.groups));
        new.unwrap_or(&known.groups)
    }
}

/// Whether somebody gave a second factor elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given {
    /// Nothing says so.
    #[default]
    No,
    /// A value says so that the operator listed.
    Yes,
}

/// It does not say in exactly one valid way who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclear;

impl TrustedHeader {
    /// Whether what a connection from this address brings is believed.
    #[must_use]
    pub fn believes(&self, peer: &Whereabouts) -> bool {
        self.from.holds(peer) == Whether::Yes
    }

    /// Every header that it is told by: none of them reaches a console.
    pub fn headers(&self) -> impl Iterator<Item = &HeaderName> {
        let (plain, signed) = match &self.form {
            Form::Plain(plain) => (Some(plain), None),
            Form::Signed(signed) => (None, Some(&signed.header)),
        };
        let plain = plain
            .map(|it| [Some(&it.user), it.name.as_ref(), it.email.as_ref(), it.groups.as_ref()]);
        plain.into_iter().flatten().flatten().chain(signed)
    }
}

impl PlainHeaders {
    /// Who it is by these headers; nobody where the one that names them is missing.
    ///
    /// # Errors
    /// [`Unclear`].
    pub fn read(&self, source: &str, headers: &HeaderMap) -> Result<Option<Statement>, Unclear> {
        let Some(user) = only(headers, &self.user)? else {
            return Ok(None);
        };
        let login = LoginName::of_statement(source, user).map_err(|_| Unclear)?;
        let profile = Said {
            name: one(headers, self.name.as_ref())?,
            email: one(headers, self.email.as_ref())?.map(|email| address(&email)),
            groups: one(headers, self.groups.as_ref())?
                .map(|list| groups(list.split(',')))
                .transpose()?,
        };
        Ok(Some(Statement { login, profile, second_factor: Given::No }))
    }
}

/// The one value of a header.
///
/// # Errors
/// Two lines, and what is no text.
pub(crate) fn only<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h str>, Unclear> {
    let mut lines = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    match (lines.next(), lines.next()) {
        (None, _) => Ok(None),
        (Some(line), None) => std::str::from_utf8(line).map(Some).map_err(|_| Unclear),
        (Some(_), Some(_)) => Err(Unclear),
    }
}

/// The value of a header that is asked for, empty where it is missing.
fn one(headers: &HeaderMap, name: Option<&HeaderName>) -> Result<Option<String>, Unclear> {
    let Some(name) = name else { return Ok(None) };
    Ok(Some(only(headers, name)?.unwrap_or_default().trim().to_owned()))
}

/// An address, or nothing where it is none.
fn address(text: &str) -> String {
    let good = text.len() <= 254 && is_plain_text(text) && text.is_ascii();
    let halves =
        text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if good && halves && !text.contains(' ') { text.to_owned() } else { String::new() }
}

fn are_same(groups: &[String], others: &[String]) -> bool {
    let ordered = |groups: &[String]| {
        let mut names: Vec<String> = groups.to_vec();
        names.sort_unstable();
        names
    };
    groups == others || (groups.len() == others.len() && ordered(groups) == ordered(others))
}

/// Groups, each once.
fn groups<'g>(names: impl Iterator<Item = &'g str>) -> Result<Vec<String>, Unclear> {
    let mut groups: Vec<String> = Vec::new();
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        if !is_plain_text(name) || groups.len() == MOST_GROUPS {
            return Err(Unclear);
        }
        if !groups.iter().any(|known| known == name) {
            groups.push(name.to_owned());
        }
    }
    Ok(groups)
}

#[cfg(test)]
mod tests;
