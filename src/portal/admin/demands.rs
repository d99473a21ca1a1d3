//! What is asked, as a form has it: the same fields for everybody and for one account.

use std::collections::BTreeSet;

use super::asked;
use crate::authenticator::AuthenticatorKind;
use crate::enforcement::date;
use crate::operate::Change;
use crate::operate::TermsChange;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::Tick;
use crate::portal::turn::Turn;
use crate::subject::terms::Mode;
use crate::subject::terms::Terms;
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

/// What is asked, as it was typed.
#[derive(Clone, Debug)]
pub(super) struct Demanded {
    mode: Option<Mode>,
    grace: String,
    unenrolled: Option<Unenrolled>,
    /// Empty: whatever the other sources allow.
    allowed: BTreeSet<String>,
}

impl Demanded {
    /// The fields of a form that has it.
    pub(super) const FIELDS: &'static [&'static str] = &[
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

    /// As terms have it.
    pub(super) fn of(terms: &Terms) -> Self {
        Self {
            mode: terms.mode,
            grace: terms.grace_until.map(date::write).unwrap_or_default(),
            unenrolled: terms.unenrolled,
            allowed: terms.allowed.clone().unwrap_or_default(),
        }
    }

    /// Reads the fields.
    ///
    /// # Errors
    /// When one is missing or has no meaning.
    pub(super) fn take(fields: &mut Fields) -> Result<Self, Refusal> {
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

    /// What there is to fill in; `unsaid` names what it means to say nothing.
    pub(super) fn inputs(&self, turn: &Turn, unsaid: &str) -> Vec<Input> {
        let say = |key| turn.language.say(key);
        let chosen = self.unenrolled.map_or("", Unenrolled::name);
        let mut answers = vec![Choice::new("", say(unsaid), chosen)];
        answers.extend(
            Unenrolled::ALL.map(|it| Choice::new(it.name(), say(asked::unenrolled(it)), chosen)),
        );
        let ticks = KINDS.map(|(name, kind)| Tick {
            name,
            label: say(kind.message()),
            ticked: self.allowed.contains(kind.name()),
        });
        vec![
            modes(turn, self.mode, unsaid),
            Input::text("grace", say("deed-grace"), &self.grace).hinted(say("deed-grace-hint")),
            Input::select("unenrolled", say("deed-unenrolled"), answers),
            Input::ticks("allowed", say("deed-allowed"), ticks.to_vec())
                .hinted(say("deed-allowed-hint")),
        ]
    }

    /// The same fields as they are sent on, unseen.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let said = [
            ("mode", self.mode.map_or("", Mode::name).to_owned()),
            ("grace", self.grace.clone()),
            ("unenrolled", self.unenrolled.map_or("", Unenrolled::name).to_owned()),
        ];
        let ticked = KINDS.into_iter().filter(|(_, kind)| self.allowed.contains(kind.name()));
        said.into_iter().chain(ticked.map(|(name, _)| (name, "on".to_owned()))).collect()
    }

    /// What is to change: everything that is said, and what is not said is said no more.
    ///
    /// # Errors
    /// The message that says what is wrong.
    pub(super) fn change(&self) -> Result<TermsChange, &'static str> {
        let grace_until = if self.grace.is_empty() {
            Change::Clear
        } else if self.mode == Some(Mode::Enforced) {
            Change::Set(date::parse(&self.grace).ok_or("deed-grace-wrong")?)
        } else {
            return Err("deed-grace-needs-mode");
        };
        let allowed = self.allowed.clone();
        Ok(TermsChange {
            mode: self.mode.map_or(Change::Clear, Change::Set),
            grace_until,
            unenrolled: self.unenrolled.map_or(Change::Clear, Change::Set),
            allowed: if allowed.is_empty() { Change::Clear } else { Change::Set(allowed) },
        })
    }
}

/// Whether a second factor is asked for; `unsaid` names what it means to say nothing.
pub(super) fn modes(turn: &Turn, mode: Option<Mode>, unsaid: &str) -> Input {
    let (say, chosen) = (|key| turn.language.say(key), mode.map_or("", Mode::name));
    let modes = Mode::ALL.map(|it| Choice::new(it.name(), say(asked::mode(it)), chosen));
    let unsaid = Choice::new("", say(unsaid), chosen);
    let choices = [unsaid].into_iter().chain(modes).collect();
    Input::select("mode", say("admin-duty"), choices)
}

/// What was chosen; an empty value: nothing.
pub(super) fn chosen<T: Copy>(
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
