//! What is done to one account. Each is done to the version of it that was seen.

use http::HeaderValue;
use http::header;

use crate::authenticator::contact::Channel;
use crate::operate::Command;
use crate::operate::ContactCommand;
use crate::operate::DeviceCommand;
use crate::operate::EnforcementCommand;
use crate::operate::PasswordCommand;
use crate::operate::ProfileChange;
use crate::operate::ProfileCommand;
use crate::operate::Reply;
use crate::operate::TermsChange;
use crate::portal::api::answer;
use crate::portal::api::done::Changed;
use crate::portal::api::done::IssuedCode;
use crate::portal::api::done::IssuedLink;
use crate::portal::api::done::Removed;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Matching;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::people;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::api::query::Query;
use crate::portal::api::view::User;
use crate::portal::api::wanted::NewAddress;
use crate::portal::api::wanted::NewPassword;
use crate::portal::api::wanted::NewPerson;
use crate::portal::api::wanted::NewProfile;
use crate::portal::api::wanted::NewRole;
use crate::portal::api::wanted::NewTerms;
use crate::portal::endpoint::Served;

const fn changing(id: &'static str, summary: &'static str) -> Sketch {
    Sketch::giving::<Changed>(200, id, summary).matching(Matching::MustMatch)
}

const ADD: Sketch =
    Sketch::giving::<User>(201, "create_user", "Makes an account").taking::<NewPerson>();
const ROLE: Sketch =
    changing("set_role", "Changes a role; ends the account's sessions").taking::<NewRole>();
const DISABLE: Sketch = changing("disable_user", "Disables an account; ends its sessions");
const ENABLE: Sketch = changing("enable_user", "Enables an account again");
const TERMS: Sketch = changing(
    "set_terms",
    "Changes what is asked of one account; ends its sessions where that is more than before",
)
.taking::<NewTerms>();
const PASSWORD: Sketch = changing("set_password", "Sets a password; ends the account's sessions")
    .taking::<NewPassword>();
const EDIT: Sketch = changing(
    "edit_user",
    "Changes name, address or groups; another address or other groups end the account's sessions",
)
.taking::<NewProfile>();
const REMOVE: Sketch = Sketch::giving::<Removed>(
    200,
    "remove_user",
    "Removes an account that is disabled, with everything but what the audit log tells of it",
)
.matching(Matching::MustMatch);
const LINK: Sketch = Sketch::giving::<IssuedLink>(
    201,
    "issue_password_link",
    "Makes a link by which a password is chosen, told once; one that was there is void",
)
.matching(Matching::MustMatch);
const REQUIRE: Sketch =
    changing("require_password_change", "Asks for another password at the next sign-in");
const CONTACT: Sketch =
    changing("set_contact", "Puts an address in place of the one that codes go to")
        .taking::<NewAddress>();
const NO_CONTACT: Sketch =
    changing("remove_contact", "Removes where codes go; ends the account's sessions");
const RESET: Sketch = changing(
    "reset_mfa",
    "Removes every second factor, ends the sessions, and opens the set-up for a while",
);
const ISSUE: Sketch = Sketch::giving::<IssuedCode>(
    201,
    "issue_recovery_code",
    "Issues a recovery code, told once; one that was there is void",
)
.matching(Matching::MustMatch);
const REVOKE: Sketch = changing("revoke_recovery_code", "Makes a recovery code void");
const APPROVE: Sketch =
    changing("approve_device", "Agrees to a verified device; it counts from the next sign-in on");
const NO_DEVICE: Sketch =
    changing("remove_device", "Removes a device; ends the sessions that were opened on it");

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Post "/users", AddUser => add, ADD),
    operation!(Patch "/users/{id}", EditProfile => edit, EDIT),
    operation!(Delete "/users/{id}", RemoveUser => remove, REMOVE),
    operation!(Post "/users/{id}/password-link", IssuePasswordLink => issue_link, LINK),
    operation!(Post "/users/{id}/require-password-change", ForceChange => require_change, REQUIRE),
    operation!(Put "/users/{id}/role", SetRole => set_role, ROLE),
    operation!(Post "/users/{id}/disable", Disable => disable, DISABLE),
    operation!(Post "/users/{id}/enable", Enable => enable, ENABLE),
    operation!(Patch "/users/{id}/terms", SetTerms => set_terms, TERMS),
    operation!(Put "/users/{id}/password", SetPassword => set_password, PASSWORD),
    operation!(Put "/users/{id}/contacts/{channel}", SetContact => set_contact, CONTACT),
    operation!(Delete "/users/{id}/contacts/{channel}", RemoveContact => remove_contact, NO_CONTACT),
    operation!(Delete "/users/{id}/mfa", ResetMfa => reset_mfa, RESET),
    operation!(Post "/users/{id}/recovery-code", IssueRecoveryCode => issue_code, ISSUE),
    operation!(Delete "/users/{id}/recovery-code", RevokeRecoveryCode => revoke_code, REVOKE),
    operation!(Post "/users/{id}/devices/{device}/approve", ApproveDevice => approve_device, APPROVE),
    operation!(Delete "/users/{id}/devices/{device}", RemoveDevice => remove_device, NO_DEVICE),
];

/// `POST /users`.
async fn add(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let new = call.body::<NewPerson>()?;
    let reply = call.done(Command::UserAdd(new.into())).await?;
    let Reply::Account(account) = reply else { return Err(answer::unexpected()) };
    let tag = people::tag(&account)?;
    let address = call.turn.core.address(&format!("/api/v1/users/{}", account.id));
    let mut answer = answer::version(call, &User::from(*account), &tag)?;
    if let Ok(address) = HeaderValue::from_str(&address) {
        answer.headers_mut().insert(header::LOCATION, address);
    }
    Ok(answer)
}

/// `PATCH /users/{id}`.
async fn edit(call: &Call<'_>) -> Answer {
    let change = ProfileChange::from(call.body::<NewProfile>()?);
    if change == ProfileChange::default() {
        return Err(Problem::of(kind::BAD_BODY).saying("Nothing is to be changed."));
    }
    let login = people::named(call);
    changed(call, Command::UserProfile(ProfileCommand::Edit { login, change })).await
}

/// `DELETE /users/{id}`.
async fn remove(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let command = ProfileCommand::Remove { login: people::named(call) };
    let reply = call.done(Command::UserProfile(command)).await?;
    let Reply::Removed { id, login } = reply else { return Err(answer::unexpected()) };
    answer::of(call, &Removed { id, login })
}

/// `POST /users/{id}/password-link`.
async fn issue_link(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let command = PasswordCommand::Link { login: people::named(call), site: None };
    let reply = call.done(Command::UserPassword(command)).await?;
    let Reply::PasswordLink { account, link, expires } = reply else {
        return Err(answer::unexpected());
    };
    let tag = people::tag(&account)?;
    let user = User::from(*account);
    let body = IssuedLink { user, link: link.0.expose().clone(), expires: expires.into() };
    answer::version(call, &body, &tag)
}

/// `POST /users/{id}/require-password-change`.
async fn require_change(call: &Call<'_>) -> Answer {
    let login = people::named(call);
    changed(call, Command::UserPassword(PasswordCommand::RequireChange { login })).await
}

/// `PUT /users/{id}/role`.
async fn set_role(call: &Call<'_>) -> Answer {
    let NewRole { role } = call.body()?;
    changed(call, Command::UserSetRole { login: people::named(call), role }).await
}

/// `POST /users/{id}/disable`.
async fn disable(call: &Call<'_>) -> Answer {
    changed(call, Command::UserDisable { login: people::named(call) }).await
}

/// `POST /users/{id}/enable`.
async fn enable(call: &Call<'_>) -> Answer {
    changed(call, Command::UserEnable { login: people::named(call) }).await
}

/// `PATCH /users/{id}/terms`.
async fn set_terms(call: &Call<'_>) -> Answer {
    let change = terms(call)?;
    let command = EnforcementCommand::SetUser { login: people::named(call), change };
    changed(call, Command::Enforcement(command)).await
}

/// What becomes of terms: something.
pub(super) fn terms(call: &Call<'_>) -> Result<TermsChange, Problem> {
    let change = TermsChange::from(call.body::<NewTerms>()?);
    if change == TermsChange::default() {
        return Err(Problem::of(kind::BAD_BODY).saying("Nothing is to be changed."));
    }
    Ok(change)
}

/// `PUT /users/{id}/password`.
async fn set_password(call: &Call<'_>) -> Answer {
    let NewPassword { password, must_change } = call.body()?;
    let login = people::named(call);
    changed(call, Command::UserSetPassword { login, password, must_change }).await
}

/// `PUT /users/{id}/contacts/{channel}`.
async fn set_contact(call: &Call<'_>) -> Answer {
    let (login, channel) = (people::named(call), channel(call)?);
    let NewAddress { address } = call.body()?;
    changed(call, Command::UserContact(ContactCommand::Set { login, channel, address })).await
}

/// `DELETE /users/{id}/contacts/{channel}`.
async fn remove_contact(call: &Call<'_>) -> Answer {
    let (login, channel) = (people::named(call), channel(call)?);
    changed(call, Command::UserContact(ContactCommand::Remove { login, channel })).await
}

fn channel(call: &Call<'_>) -> Result<Channel, Problem> {
    Channel::from_name(call.part("channel")).ok_or_else(|| Problem::of(kind::NOT_FOUND))
}

/// `DELETE /users/{id}/mfa`.
async fn reset_mfa(call: &Call<'_>) -> Answer {
    changed(call, Command::UserResetMfa { login: people::named(call) }).await
}

/// `POST /users/{id}/recovery-code`.
async fn issue_code(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let command = EnforcementCommand::IssueRecoveryCode { login: people::named(call) };
    let reply = call.done(Command::Enforcement(command)).await?;
    let Reply::RecoveryCode { account, code, expires } = reply else {
        return Err(answer::unexpected());
    };
    let tag = people::tag(&account)?;
    let user = User::from(*account);
    let body = IssuedCode { user, code: code.0.expose().clone(), expires: expires.into() };
    answer::version(call, &body, &tag)
}

/// `DELETE /users/{id}/recovery-code`.
async fn revoke_code(call: &Call<'_>) -> Answer {
    let command = EnforcementCommand::RevokeRecoveryCode { login: people::named(call) };
    changed(call, Command::Enforcement(command)).await
}

/// `POST /users/{id}/devices/{device}/approve`.
async fn approve_device(call: &Call<'_>) -> Answer {
    let (login, device) = (people::named(call), call.part("device").to_owned());
    changed(call, Command::UserDevice(DeviceCommand::Approve { login, device })).await
}

/// `DELETE /users/{id}/devices/{device}`.
async fn remove_device(call: &Call<'_>) -> Answer {
    let (login, device) = (people::named(call), call.part("device").to_owned());
    changed(call, Command::UserDevice(DeviceCommand::Remove { login, device })).await
}

/// Has an account changed, and tells what it is like now.
async fn changed(call: &Call<'_>, command: Command) -> Answer {
    Query::of(call)?;
    let Reply::Changed { account, sessions_ended } = call.done(command).await? else {
        return Err(answer::unexpected());
    };
    let tag = people::tag(&account)?;
    answer::version(call, &Changed { user: (*account).into(), sessions_ended }, &tag)
}
