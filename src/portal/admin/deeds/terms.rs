//! What is asked of one account, besides what is asked of everybody (S0.23, S3.9).

use std::collections::BTreeSet;

use crate::authenticator::AuthenticatorKind;
use crate::authority::Act;
use crate::enforcement::date;
use crate::operate::Change;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::TermsChange;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::asked;
use crate::portal::admin::deed::Deed;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::Tick;
use crate::portal::turn::Turn;
use crate::subject::terms::Mode;
use crate::subject::terms::Unenrolled;

/// The kinds that can be allowed, and the field of each.
const KINDS: [(&str, AuthenticatorKind); 6] = [
    ("allow_passkey", AuthenticatorKind::Passkey),
    ("allow_totp", AuthenticatorKind::Totp),
    ("allow_sms", AuthenticatorKind::Sms),
    ("allow_email", AuthenticatorKind::Email),
    ("allow_backup_code", AuthenticatorKind::BackupCode),
    ("allow_remembered_device", AuthenticatorKind::RememberedDevice),
];

/// The terms of an account are set.
pub(crate) struct SetTerms {
    mode: Option<Mode>,
    grace: String,
    unenrolled: Option<Unenrolled>,
    /// Empty: whatever is allowed to everybody.
    allowed: BTreeSet<String>,
}

impl Form for SetTerms {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "seen",
        "reason",
        "mode",
        "grace",
        "unenrolled",
        "allow_passkey",
        "allow_totp",
        "allow_sms",
        "allow_email",
        "allow_backup_code",
        "allow_remembered_device",
    ];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let mode = chosen(fields, "mode", Mode::ALL, Mode::name)?;
        let unenrolled = chosen(fields, "unenrolled", Unenrolled::ALL, Unenrolled::name)?;
        let grace = fields.required("grace")?.trim().to_owned();
        let mut allowed = BTreeSet::new();
        for (field, kind) in KINDS {
            match fields.optional(field).as_deref().map(String::as_str) {
                None => {}
                Some("on") => drop(allowed.insert(kind.name().to_owned())),
                Some(_) => return Err(Refusal::Form),
            }
        }
        Ok(Self { mode, grace, unenrolled, allowed })
    }
}

/// What was chosen; an empty value: nothing.
fn chosen<T: Copy>(
    fields: &mut Fields,
    field: &str,
    all: impl IntoIterator<Item = T>,
    name: fn(T) -> &'static str,
) -> Result<Option<T>, Refusal> {
    let value = fields.required(field)?;
    if value.is_empty() {
        return Ok(None);
    }
    let found = all.into_iter().find(|it| name(*it) == value.as_str());
    found.map(Some).ok_or(Refusal::Form)
}

impl Deed for SetTerms {
    const PAGE: &'static str = "/admin/user/terms";
    const ACT: Act = Act::SetTerms;
    const TITLE: &'static str = "deed-set-terms";
    const DOES: &'static str = "deed-set-terms-does";
    const DONE: &'static str = "terms-set";

    fn first(_: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        let terms = &account.terms;
        Ok(Some(Self {
            mode: terms.mode,
            grace: terms.grace_until.map(|at| at.to_string()).unwrap_or_default(),
            unenrolled: terms.unenrolled,
            allowed: terms.allowed.clone().unwrap_or_default(),
        }))
    }

    fn inputs(&self, turn: &Turn, _: &AccountView) -> Vec<Input> {
        let say = |key| turn.language.say(key);
        let as_all = |chosen| Choice { value: "", label: say("asked-as-everybody"), chosen };
        let mut modes = vec![as_all(self.mode.is_none())];
        modes.extend(Mode::ALL.map(|it| Choice {
            value: it.name(),
            label: say(asked::mode(it)),
            chosen: self.mode == Some(it),
        }));
        let mut answers = vec![as_all(self.unenrolled.is_none())];
        answers.extend(Unenrolled::ALL.map(|it| Choice {
            value: it.name(),
            label: say(asked::unenrolled(it)),
            chosen: self.unenrolled == Some(it),
        }));
        let ticks = KINDS.map(|(name, kind)| Tick {
            name,
            label: say(kind.message()),
            ticked: self.allowed.contains(kind.name()),
        });
        vec![
            Input::select("mode", say("admin-duty"), modes),
            Input::text("grace", say("deed-grace"), &self.grace).hinted(say("deed-grace-hint")),
            Input::select("unenrolled", say("deed-unenrolled"), answers),
            Input::ticks("allowed", say("deed-allowed"), ticks.to_vec())
                .hinted(say("deed-allowed-hint")),
        ]
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        let grace_until = if self.grace.is_empty() {
            Change::Clear
        } else if self.mode == Some(Mode::Enforced) {
            Change::Set(date::parse(&self.grace).ok_or("deed-grace-wrong")?)
        } else {
            return Err("deed-grace-needs-mode");
        };
        let allowed = self.allowed.clone();
        let change = TermsChange {
            mode: self.mode.map_or(Change::Clear, Change::Set),
            grace_until,
            unenrolled: self.unenrolled.map_or(Change::Clear, Change::Set),
            allowed: if allowed.is_empty() { Change::Clear } else { Change::Set(allowed) },
        };
        Ok(Command::Enforcement(EnforcementCommand::SetUser { login, change }))
    }
}
