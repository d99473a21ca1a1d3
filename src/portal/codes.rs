//! The ten backup codes: shown once, downloaded, and confirmed as stored.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;
use serde::Deserialize;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::ceremony::CodesOutcome;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::account;
use crate::portal::arrival;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::CodesPage;
use crate::portal::page::CodesShownPage;
use crate::portal::posted;
use crate::portal::response;
use crate::portal::seal::Content;
use crate::portal::token;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::words::Arg;

/// Codes that are on the page.
pub(crate) struct Shown {
    /// Whether they replace older ones.
    pub(crate) renewed: bool,
    /// Which set they are.
    pub(crate) set: String,
    /// The codes.
    pub(crate) codes: Vec<Zeroizing<String>>,
    /// When they were made; none: just now.
    pub(crate) made: Option<Timestamp>,
}

/// The same, as the page carries them sealed.
#[derive(Serialize, Deserialize)]
struct Carried {
    renewed: bool,
    set: String,
    codes: Vec<String>,
    made: Option<Timestamp>,
}

struct StoredForm {
    sealed: String,
    stored: bool,
}

impl Form for StoredForm {
    const FIELDS: &'static [&'static str] = &["codes", "stored"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self {
            sealed: fields.required("codes")?.to_string(),
            stored: fields.optional("stored").is_some_and(|stored| *stored == "on"),
        })
    }
}

struct DownloadForm {
    sealed: String,
}

impl Form for DownloadForm {
    const FIELDS: &'static [&'static str] = &["codes"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { sealed: fields.required("codes")?.to_string() })
    }
}

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(POST "/codes", SignedIn => submit),
    served!(POST "/codes/download", SignedIn => download),
];

/// `POST /codes`: they are stored, says the person.
pub(crate) async fn submit(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::opened::<StoredForm>(turn, session)?;
    let shown = open(turn, session, &form.sealed).ok_or(Refusal::CrossSite)?;
    if !form.stored {
        let problem = turn.say("codes-store-first");
        return page(turn, session, &going, &shown, Some(problem));
    }
    let ceremonies = &turn.core.ceremonies;
    let counts = ceremonies.acknowledge_codes(&turn.visit(), session, &shown.set).await;
    if !counts.map_err(|error| turn.failed(&error))? {
        return account::codes_replaced(turn, session).await;
    }
    if shown.renewed {
        return Ok(response::see_other(&turn.core.address("/account")));
    }
    arrival::signed_in(turn, session, &going, None).await
}

/// `POST /codes/download`: the same codes as a text file. Nothing secret stands in an address.
pub(crate) async fn download(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, _) = posted::opened::<DownloadForm>(turn, session)?;
    let shown = open(turn, session, &form.sealed).ok_or(Refusal::CrossSite)?;
    let mut response = Response::new(Bytes::from(text_file(turn, session, &shown)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"backup-codes.txt\""),
    );
    Ok(response)
}

/// A first set for somebody who never stored one: made on the proof just given.
pub(crate) async fn first_set(turn: &Turn, session: &Arc<LiveSession>, going: &Going) -> Outcome {
    let made = turn.core.ceremonies.new_codes(&turn.visit(), session).await;
    match made {
        Ok(CodesOutcome::Made { set, codes }) => {
            page(turn, session, going, &Shown { renewed: false, set, codes, made: None }, None)
        }
        Ok(_) => arrival::arrive(turn, session, going, None).await,
        // The person has proved who they are; codes can be made later on the account page.
        Err(error) => {
            tracing::warn!(request_id = turn.asking.request_id, %error, "no first backup codes");
            arrival::arrive(turn, session, going, None).await
        }
    }
}

/// The page with the codes.
pub(crate) fn page(
    turn: &Turn,
    session: &LiveSession,
    going: &Going,
    shown: &Shown,
    problem: Option<String>,
) -> Outcome {
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let page = CodesPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, going),
        who: session.profile.login.name().to_owned(),
        made: day(turn, shown),
        codes: shown.codes.clone(),
        sealed: seal(turn, session, shown)?,
        renewed: shown.renewed,
        problem,
    };
    turn.page(status, &page)
}

/// The page with codes that are looked at once more.
pub(crate) fn page_again(turn: &Turn, session: &LiveSession, shown: &Shown) -> Outcome {
    let going = Going::nowhere();
    let page = CodesShownPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &going),
        who: session.profile.login.name().to_owned(),
        made: day(turn, shown),
        codes: shown.codes.clone(),
        sealed: seal(turn, session, shown)?,
    };
    turn.page(StatusCode::OK, &page)
}

/// The day they were made.
fn day(turn: &Turn, shown: &Shown) -> String {
    turn.language.day(shown.made.unwrap_or_else(|| turn.core.clock.wall()))
}

fn seal(turn: &Turn, session: &LiveSession, shown: &Shown) -> Result<String, Refusal> {
    let codes = shown.codes.iter().map(|code| code.to_string()).collect();
    let carried =
        Carried { renewed: shown.renewed, set: shown.set.clone(), codes, made: shown.made };
    let plain = serde_json::to_vec(&carried).map(Zeroizing::new).map_err(|_| Refusal::Internal)?;
    let binding = [turn.asking.site.name.as_str(), session.record.handle.as_str()];
    turn.core
        .sealer
        .seal(Content::BackupCodes, &binding, token::LIFETIME, &plain)
        .map_err(|_| Refusal::Internal)
}

fn open(turn: &Turn, session: &LiveSession, sealed: &str) -> Option<Shown> {
    let binding = [turn.asking.site.name.as_str(), session.record.handle.as_str()];
    let plain = turn.core.sealer.open(Content::BackupCodes, &binding, sealed)?;
    let carried: Carried = serde_json::from_slice(&plain).ok()?;
    let codes = carried.codes.into_iter().map(Zeroizing::new).collect();
    Some(Shown { renewed: carried.renewed, set: carried.set, codes, made: carried.made })
}

fn text_file(turn: &Turn, session: &LiveSession, shown: &Shown) -> String {
    let language = turn.language;
    let (login, site) = (session.profile.login.name(), turn.asking.site.authority());
    let names = [
        ("brand", Arg::from(&turn.core.settings.brand)),
        ("login", Arg::from(login)),
        ("site", Arg::from(site)),
    ];
    let title = language.with_all("codes-file-title", &names);
    let made = language.with("codes-file-made", "day", &day(turn, shown));
    let advice = language.say("codes-file-advice");
    let mut text = format!("{title}\r\n{made}\r\n{advice}\r\n\r\n");
    for code in &shown.codes {
        text.push_str(code);
        text.push_str("\r\n");
    }
    text
}
