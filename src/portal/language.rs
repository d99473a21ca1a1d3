//! The language of the pages: what the person chose, else what the browser asks for.

use http::HeaderMap;
use http::header;

use super::Asking;
use super::Portal;
use super::Settings;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::Fields;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::session::cookie::CookieKind;
use crate::session::cookie::CookieNames;
use crate::session::cookie::Found;
use crate::words::Language;

/// How long a browser remembers the choice.
const LIFETIME_SECONDS: u32 = 365 * 24 * 60 * 60;

impl Portal {
    /// The language of whoever sent these headers: as chosen in this browser, else for the account, else as the
    /// browser asks.
    #[must_use]
    pub fn language(
        &self,
        headers: &HeaderMap,
        cookies: CookieNames,
        account: Option<Language>,
    ) -> Language {
        of(&self.core.settings, headers, cookies, account)
    }
}

/// The language for whoever sent these headers: as chosen in this browser, else as chosen for the account, else as
/// the browser asks. What is not offered (any more) was not chosen.
pub(crate) fn of(
    settings: &Settings,
    headers: &HeaderMap,
    cookies: CookieNames,
    account: Option<Language>,
) -> Language {
    let lines = headers.get_all(header::COOKIE).iter().map(http::HeaderValue::as_bytes);
    let here = match cookies.find(CookieKind::Language, lines) {
        Found::One(tag) => Language::tagged(tag),
        Found::Nothing | Found::Ambiguous => None,
    };
    let is_offered = |language: &Language| settings.languages.contains(language);
    here.filter(is_offered).or_else(|| account.filter(is_offered)).unwrap_or_else(|| {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Language::accepted(wanted.unwrap_or_default(), &settings.languages)
    })
}

/// The language chosen for the account of a session.
pub(crate) fn of_account(asking: &Asking) -> Option<Language> {
    asking.session.as_ref().and_then(|session| session.profile.language)
}

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[served!(POST "/language", Anyone => choose)];

/// `POST /language`: the person chooses one and stays where they are. It needs no token: the sender is a page of
/// this site, and there is nothing to win.
pub(crate) async fn choose(turn: &Turn) -> Outcome {
    let here = turn.core.here(&turn.asking);
    let mut fields = Fields::sent(&turn.head, &turn.body, &here, &[&["language", "back"]])?;
    let back = ReturnTo::parse_page(&fields.required("back")?, here.prefix);
    let chosen = Language::tagged(&fields.required("language")?);
    let mut answer = response::see_other(back.as_str());
    let Some(language) = chosen.filter(|one| turn.core.settings.languages.contains(one)) else {
        return Ok(answer);
    };
    if let Some(session) = turn.signed_in() {
        let chosen = turn.core.ceremonies.choose_language(&turn.visit(), session, language).await;
        chosen.map_err(|error| turn.failed(&error))?;
    }
    let (kind, tag) = (CookieKind::Language, language.tag());
    response::set_cookie(
        &mut answer,
        &turn.asking.cookies.set_lasting(kind, tag, LIFETIME_SECONDS),
    );
    Ok(answer)
}
