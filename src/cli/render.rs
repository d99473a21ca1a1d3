//! Output for people: tables and short lists.

use std::io::Write;

use super::failure::Failure;
use crate::audit::Actor;
use crate::audit::AuditRecord;
use crate::clock::Timestamp;
use crate::operate::view::AccountView;
use crate::operate::view::DeviceView;
use crate::operate::view::FactorView;
use crate::operate::view::KeyView;
use crate::operate::view::SessionView;
use crate::operate::view::TokenStanding;
use crate::operate::view::TokenView;
use crate::session::device::DeviceStanding;
use crate::subject::AccountState;
use crate::subject::PasswordStanding;
use crate::subject::Role;
use crate::subject::terms::Terms;

/// A table of accounts.
pub(super) fn accounts(out: &mut dyn Write, accounts: &[AccountView]) -> Result<(), Failure> {
    let rows = accounts.iter().map(|account| {
        [
            account.login.clone(),
            plain(&account.name),
            account.role.name().to_owned(),
            state(account.state).to_owned(),
            kinds(account),
            account.codes_left.to_string(),
            account.sessions.to_string(),
        ]
    });
    table(out, ["LOGIN", "NAME", "ROLE", "STATE", "SECOND FACTORS", "CODES", "SESSIONS"], rows)
}

/// A table of sessions.
pub(super) fn sessions(out: &mut dyn Write, sessions: &[SessionView]) -> Result<(), Failure> {
    let rows = sessions.iter().map(|session| {
        let place = session.place.as_deref().map(plain);
        [
            session.handle.clone(),
            session.login.clone(),
            session.site.clone(),
            session.aal.clone(),
            place.map_or_else(
                || session.client.to_string(),
                |it| format!("{} ({it})", session.client),
            ),
            session.browser.as_deref().map_or_else(none, plain),
            session.created.to_string(),
            session.last_active.to_string(),
        ]
    });
    let head = ["SESSION", "LOGIN", "SITE", "STRENGTH", "FROM", "BROWSER", "SINCE", "LAST ACTIVE"];
    table(out, head, rows)
}

/// One account in full.
pub(super) fn account(out: &mut dyn Write, account: &AccountView) -> Result<(), Failure> {
    let lines = [
        ("login", account.login.clone()),
        ("name", plain(&account.name)),
        ("email", account.email.as_deref().map_or_else(none, plain)),
        (
            "groups",
            if account.groups.is_empty() { none() } else { plain(&account.groups.join(", ")) },
        ),
        ("role", account.role.name().to_owned()),
        ("state", state(account.state).to_owned()),
        ("id", account.id.clone()),
        ("created", account.created.to_string()),
        (
            "second factors",
            if account.factors.is_empty() { none() } else { account.factors.len().to_string() },
        ),
    ];
    for (label, value) in lines {
        writeln!(out, "{label:<15} {value}")?;
    }
    for factor in &account.factors {
        writeln!(out, "  {}", factor_line(factor))?;
    }
    writeln!(out, "{:<15} {}", "backup codes", account.codes_left)?;
    if let Some(until) = account.enrolment_open_until {
        writeln!(out, "{:<15} open until {until}", "enrolment")?;
    }
    writeln!(out, "{:<15} {}", "required", account.second_factor)?;
    if !account.terms.is_empty() {
        writeln!(out, "{:<15} {}", "of this account", terms(&account.terms))?;
    }
    writeln!(out, "{:<15} {}", "password", password(account.password))?;
    if let Some(until) = account.password_link_until {
        writeln!(out, "{:<15} good until {until}", "password link")?;
    }
    if let Some(until) = account.recovery_code_until {
        writeln!(out, "{:<15} good until {until}", "recovery code")?;
    }
    if let Some(until) = account.handed_app_until {
        writeln!(out, "{:<15} waits for its first code until {until}", "app handed over")?;
    }
    let seen = account.last_sign_in.map_or_else(none, |at| at.to_string());
    writeln!(out, "{:<15} {seen}", "last sign-in")?;
    writeln!(out, "{:<15} {}", "sessions", account.sessions)?;
    for device in &account.devices {
        writeln!(out, "{:<15} {}", "device", device_line(device))?;
    }
    Ok(())
}

/// A device: its id, what it calls itself, and what it is.
fn device_line(device: &DeviceView) -> String {
    let remembered = device.remembered_until.map(|until| format!(", remembered until {until}"));
    let verified = device.verified.as_ref().map(|verified| match verified.standing {
        DeviceStanding::Waiting => ", waits for approval".to_owned(),
        DeviceStanding::Approved => format!(", verified until {}", verified.until),
    });
    format!(
        "{}, {}, on {}{}{}",
        device.id,
        plain(&device.label),
        device.site,
        remembered.unwrap_or_default(),
        verified.unwrap_or_default()
    )
}

/// What an operator has set.
pub(super) fn terms(terms: &Terms) -> String {
    let mut said = Vec::new();
    if terms.mode.is_some() {
        said.push(terms.obligation().to_string());
    }
    if let Some(unenrolled) = terms.unenrolled {
        said.push(format!("without one {}", unenrolled.name()));
    }
    if let Some(kinds) = &terms.allowed {
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        said.push(format!("only {}", kinds.join(", ")));
    }
    if said.is_empty() { none() } else { said.join("; ") }
}

/// A span as the configuration writes it.
pub(in crate::cli) fn span(seconds: u64) -> String {
    for (unit, name) in [(86400, "d"), (3600, "h"), (60, "m")] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return format!("{}{name}", seconds / unit);
        }
    }
    format!("{seconds}s")
}

/// A table of service tokens.
pub(super) fn tokens(out: &mut dyn Write, tokens: &[TokenView]) -> Result<(), Failure> {
    let rows = tokens.iter().map(|token| {
        [
            token.name.clone(),
            token.id.clone(),
            standing(token.standing).to_owned(),
            token.role.map_or("console", Role::name).to_owned(),
            token.site.clone(),
            day(token.expires),
            token.last_used.map_or_else(|| "never".to_owned(), day),
        ]
    });
    table(out, ["NAME", "ID", "STATE", "USE", "SITE", "EXPIRES", "LAST USED"], rows)
}

fn of_the_api(role: Role) -> String {
    format!("the API, as {}", role.name())
}

/// One service token in full.
pub(super) fn token(out: &mut dyn Write, token: &TokenView) -> Result<(), Failure> {
    let all = |items: &[String]| if items.is_empty() { "all".to_owned() } else { items.join(", ") };
    let lines = [
        ("name", token.name.clone()),
        ("id", token.id.clone()),
        ("state", standing(token.standing).to_owned()),
        ("use", token.role.map_or_else(|| "the console".to_owned(), of_the_api)),
        ("site", token.site.clone()),
        ("paths", all(&token.paths)),
        ("methods", all(&token.methods)),
        ("networks", all(&token.networks)),
        ("issued", format!("{} by {}", token.created, plain(&token.created_by))),
        ("expires", token.expires.to_string()),
        ("last used", token.last_used.map_or_else(|| "never".to_owned(), |at| at.to_string())),
    ];
    for (label, value) in lines {
        writeln!(out, "{label:<15} {value}")?;
    }
    if let Some(until) = token.previous_until {
        writeln!(out, "{:<15} the secret before this one is good until {until}", "rotation")?;
    }
    Ok(())
}

/// A table of signing keys.
pub(super) fn keys(out: &mut dyn Write, keys: &[KeyView]) -> Result<(), Failure> {
    let rows = keys.iter().map(|key| {
        [key.state.clone(), key.activates.to_string(), key.created.to_string(), key.kid.clone()]
    });
    table(out, ["STATE", "SIGNS FROM", "MADE", "KEY ID"], rows)
}

/// One audit record, on one line.
pub(super) fn record(out: &mut dyn Write, record: &AuditRecord) -> Result<(), Failure> {
    let event = &record.event;
    let kind = serde_json::to_value(event.kind).unwrap_or_default();
    write!(
        out,
        "{} {} {} by {}",
        record.seq,
        event.at,
        kind.as_str().unwrap_or_default(),
        actor(&event.actor)
    )?;
    let facts = [
        ("target", event.target.as_ref().map(ToString::to_string)),
        ("site", event.site.clone()),
        ("client", event.client.map(|client| client.to_string())),
        ("request", event.request_id.clone()),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            write!(out, " {name}={}", plain(&value))?;
        }
    }
    for (name, value) in &event.detail {
        write!(out, " {name}={}", plain(value))?;
    }
    writeln!(out)?;
    Ok(())
}

fn factor_line(factor: &FactorView) -> String {
    let used = factor
        .last_used
        .map_or_else(|| "never used".to_owned(), |used| format!("last used {used}"));
    let name = match factor.label.as_str() {
        "" => String::new(),
        label => format!(" \"{}\"", plain(label)),
    };
    format!("{}{name}, since {}, {used}", factor.kind.name(), factor.created)
}

fn kinds(account: &AccountView) -> String {
    if account.factors.is_empty() {
        return none();
    }
    let mut kinds: Vec<&str> = account.factors.iter().map(|factor| factor.kind.name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.join(", ")
}

fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Gateway => "gateway".to_owned(),
        Actor::Subject { id } => format!("subject:{id}"),
        Actor::Unknown => "unknown".to_owned(),
        Actor::Operator { uid } => format!("operator:{uid}"),
        Actor::Token { id } => format!("token:{id}"),
    }
}

const fn standing(standing: TokenStanding) -> &'static str {
    match standing {
        TokenStanding::Active => "active",
        TokenStanding::ExpiresSoon => "EXPIRES SOON",
        TokenStanding::Expired => "EXPIRED",
        TokenStanding::Disabled => "disabled",
    }
}

/// The day of a moment, in UTC.
fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

const fn password(standing: PasswordStanding) -> &'static str {
    match standing {
        PasswordStanding::Elsewhere => "kept elsewhere",
        PasswordStanding::None => "none",
        PasswordStanding::Set => "set",
        PasswordStanding::MustChange => "set, another one is asked for",
    }
}

const fn state(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "active",
        AccountState::Disabled => "disabled",
    }
}

fn none() -> String {
    "-".to_owned()
}

/// A terminal obeys control characters: none of what others chose reaches it raw.
fn plain(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// Columns as wide as their widest value.
fn table<const N: usize>(
    out: &mut dyn Write,
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<(), Failure> {
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(rows);
    let mut widths = [0_usize; N];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for line in &lines {
        let mut text = String::new();
        for (width, cell) in widths.iter().zip(line) {
            let padding = width.saturating_sub(cell.chars().count()).saturating_add(2);
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', padding));
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::AuditEvent;
    use crate::audit::AuditHead;
    use crate::audit::AuditKind;

    #[test]
    fn a_record_is_one_line_and_no_value_reaches_the_terminal_raw() {
        let event = AuditEvent::new(
            Timestamp::from_secs(1),
            AuditKind::ProofRefused,
            Actor::Operator { uid: 7 },
        )
        .with("reason", "a\nb\u{1b}[2J");
        let mut out = Vec::new();
        record(&mut out, &AuditHead::default().chain(event)).unwrap();
        let line = String::from_utf8(out).unwrap();
        assert_eq!(
            line,
            "1 1970-01-01T00:00:01.000Z proof_refused by operator:7 reason=a\\nb\\u{1b}[2J\n"
        );
    }

    #[test]
    fn a_table_is_as_wide_as_it_must_be() {
        let mut out = Vec::new();
        let rows = [["ä".to_owned(), "1".to_owned()], ["longer".to_owned(), "2".to_owned()]];
        table(&mut out, ["A", "B"], rows.into_iter()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "A       B\nä       1\nlonger  2\n");
    }
}
