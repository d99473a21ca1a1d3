//! The browsers that the gateway knows again: what each is, and how to let it go; and making this one a verified
//! device (S2.11).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::StatusCode;

use super::prove_first;
use crate::authenticator::AuthenticatorKind;
use crate::ceremony::device::DeviceOutcome;
use crate::ceremony::device::Registering;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::done::done;
use crate::portal::done::was_done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::form::NoFields;
use crate::portal::page::DeviceRow;
use crate::portal::page::DevicesPage;
use crate::portal::page::Occasion;
use crate::portal::page::Verification;
use crate::portal::posted;
use crate::portal::response;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::session::SessionToken;
use crate::session::cookie::CookieKind;
use crate::session::device::Device;
use crate::session::device::DeviceStanding;
use crate::session::device::DeviceToken;

/// The page that this is about.
const PAGE: &str = "/account/devices";

/// What was done, as an address says it, and the message that tells of it.
const DONE: [(&str, &str); 2] =
    [("registered", "devices-done-registered"), ("removed", "devices-done-removed")];

struct RemoveForm {
    device: String,
}

impl Form for RemoveForm {
    const FIELDS: &'static [&'static str] = &["device"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { device: fields.required("device")?.to_string() })
    }
}

/// `GET /account/devices`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (mut fields, _) = turn.query(&["done"])?;
    let done = was_done(turn, &DONE, &mut fields)?;
    let devices = turn.core.ceremonies.devices(session).await;
    let devices = devices.map_err(|error| turn.failed(&error))?;
    let page = DevicesPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &Going::nowhere()),
        done,
        devices: devices.iter().map(|device| row(turn, device)).collect(),
    };
    turn.page(StatusCode::OK, &page)
}

/// `POST /account/devices`: this browser becomes a verified device, after a proof that is fresh.
pub(crate) async fn register(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (_, going) = posted::opened::<NoFields>(turn, session)?;
    let label = session.record.opened_from.browser.clone().unwrap_or_default();
    let ceremonies = &turn.core.ceremonies;
    let outcome =
        ceremonies.register_device(&turn.visit(), session, Registering::Verified, &label).await;
    match outcome.map_err(|error| turn.failed(&error))? {
        DeviceOutcome::Registered { token, lifetime } => {
            let mut answer = done(turn, PAGE, "registered");
            keep(turn, &mut answer, &token, lifetime);
            Ok(answer)
        }
        DeviceOutcome::NeedProof => Ok(prove_first(turn, PAGE)),
        DeviceOutcome::Closed => Err(Refusal::Form.into()),
        DeviceOutcome::SessionOver => challenge::timed_out(turn, &going),
    }
}

/// `POST /account/devices/remove`: lets one go, and ends what was opened on it.
pub(crate) async fn remove(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, _) = posted::opened::<RemoveForm>(turn, session)?;
    let removed = turn.core.ceremonies.remove_device(&turn.visit(), session, &form.device).await;
    removed.map_err(|error| turn.failed(&error))?;
    Ok(done(turn, PAGE, "removed"))
}

/// Remembers this browser as well, where the person asked for it with the proof that made this session. That it
/// cannot be done is no reason to refuse who has proved everything.
pub(crate) async fn remembering(
    turn: &Turn,
    mut answer: Response<Bytes>,
    asked: Option<&SessionToken>,
) -> Outcome {
    let Some(session) = asked.and_then(|token| turn.core.directory.find(&token.key())) else {
        return Ok(answer);
    };
    let label = session.record.opened_from.browser.clone().unwrap_or_default();
    let ceremonies = &turn.core.ceremonies;
    let outcome =
        ceremonies.register_device(&turn.visit(), &session, Registering::Remembered, &label).await;
    match outcome {
        Ok(DeviceOutcome::Registered { token, lifetime }) => {
            keep(turn, &mut answer, &token, lifetime);
        }
        Ok(DeviceOutcome::NeedProof | DeviceOutcome::Closed | DeviceOutcome::SessionOver) => {}
        Err(error) => {
            tracing::error!(request_id = turn.asking.request_id, %error, "not remembered");
        }
    }
    Ok(answer)
}

/// For how many days the browser can be remembered, if the person may ask for it with this method.
pub(crate) fn days(turn: &Turn, method: AuthenticatorKind, occasion: Occasion) -> Option<u64> {
    let offered = method.steps_up() && occasion == Occasion::SignIn;
    let lifetime = turn.core.ceremonies.remembers().filter(|_| offered)?;
    Some(lifetime.as_secs().div_ceil(24 * 60 * 60))
}

/// Gives the browser the device's cookie. What it was before lasts no longer than its record.
fn keep(turn: &Turn, answer: &mut Response<Bytes>, token: &DeviceToken, lifetime: Duration) {
    let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
    let cookies = turn.asking.cookies;
    let cookie = cookies.set_lasting(CookieKind::Device, token.expose(), seconds);
    response::set_cookie(answer, &cookie);
}

fn row(turn: &Turn, device: &Device) -> DeviceRow {
    let now = turn.core.clock.now();
    let verified = device.verified.as_ref().filter(|verified| now < verified.until);
    DeviceRow {
        id: device.id.clone(),
        here: turn.device.as_ref().is_some_and(|token| token.key() == device.key).into(),
        browser: device.label.clone(),
        site: device.site.clone(),
        created: turn.language.day(device.created),
        last_used: device.last_used.map(|at| turn.language.moment(at)),
        remembered_until: device
            .remembered_until
            .filter(|until| now < *until)
            .map(|until| turn.language.day(until)),
        verification: match verified {
            None => Verification::No,
            Some(verified) => {
                let until = turn.language.day(verified.until);
                match verified.standing {
                    DeviceStanding::Approved => Verification::Until(until),
                    DeviceStanding::Waiting => Verification::Waiting,
                }
            }
        },
    }
}
