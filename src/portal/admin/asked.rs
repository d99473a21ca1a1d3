//! What is asked of people, in words.

use std::cmp::Reverse;

use crate::authenticator::AuthenticatorKind;
use crate::portal::page::admin::Own;
use crate::portal::turn::Turn;
use crate::subject::terms::Mode;
use crate::subject::terms::Obligation;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

/// Whether a second factor is required, and from when on.
pub(crate) fn required(turn: &Turn, obligation: Obligation) -> String {
    match obligation {
        Obligation::Optional => turn.say("asked-optional"),
        Obligation::From(Reverse(until)) if turn.core.clock.now() < until => {
            turn.language.with("asked-from", "date", &turn.language.moment(until))
        }
        Obligation::From(_) | Obligation::Always => turn.say("asked-always"),
    }
}

/// What is asked of one account alone, in addition to what is asked of everybody.
pub(super) fn own(turn: &Turn, terms: &Terms) -> Own {
    Own {
        mode: turn.language.say(terms.mode.map_or("asked-as-everybody", mode)),
        grace: terms.grace_until.map(|at| turn.language.moment(at)),
        unenrolled: terms.unenrolled.map(|it| turn.language.say(unenrolled(it))),
        allowed: terms.allowed.as_ref().map(|kinds| {
            let kinds = kinds.iter().filter_map(|name| AuthenticatorKind::from_name(name));
            kinds.map(|kind| turn.language.say(kind.message())).collect::<Vec<_>>().join(", ")
        }),
    }
}

/// The message that names a mode.
pub(super) const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Optional => "asked-mode-optional",
        Mode::Enforced => "asked-mode-enforced",
    }
}

/// The message that says what happens to whoever has no second factor.
pub(super) const fn unenrolled(unenrolled: Unenrolled) -> &'static str {
    match unenrolled {
        Unenrolled::Enrol => "asked-enrol",
        Unenrolled::RecoveryCode => "asked-recovery-code",
        Unenrolled::Deny => "asked-deny",
    }
}
