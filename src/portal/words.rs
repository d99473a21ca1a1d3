//! What several pages say of attempts.

use crate::portal::turn::Turn;

/// Seconds after which a busy gateway may be asked again.
pub(crate) const BUSY_SECONDS: u64 = 5;

/// Said when too many hashes are waiting.
pub(crate) fn busy(turn: &Turn) -> String {
    turn.language.say("busy").to_owned()
}

/// What a person reads who has to wait after wrong codes.
pub(crate) fn too_many_codes(turn: &Turn, seconds: u64) -> String {
    turn.language.with("too-many-codes", "wait", &turn.language.wait(seconds))
}
