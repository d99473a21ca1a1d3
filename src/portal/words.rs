//! Times in the words of a page.

use time::OffsetDateTime;
use time::macros::format_description;

use crate::clock::Timestamp;

/// Said when too many hashes are waiting.
pub(crate) const BUSY: &str = "Many people are signing in right now. Try again in a few seconds.";

/// Seconds after which a busy gateway may be asked again.
pub(crate) const BUSY_SECONDS: u64 = 5;

/// `22 November 2026, 20:08 UTC`.
pub(crate) fn moment(at: Timestamp) -> String {
    let format =
        format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    written(at, format)
}

/// `22 November 2026`.
pub(crate) fn day(at: Timestamp) -> String {
    written(at, format_description!("[day padding:none] [month repr:long] [year]"))
}

/// What a person reads who has to wait after wrong codes.
pub(crate) fn too_many_codes(seconds: u64) -> String {
    format!("Too many wrong codes. Try again {}.", wait(seconds))
}

/// `in 20 seconds`, `in 2 minutes`: rounded up, so that nobody comes too early.
pub(crate) fn wait(seconds: u64) -> String {
    match seconds {
        0 | 1 => "in a second".to_owned(),
        2..=90 => format!("in {seconds} seconds"),
        91..=5400 => format!("in {} minutes", seconds.div_ceil(60)),
        _ => format!("in {} hours", seconds.div_ceil(3600)),
    }
}

fn written(at: Timestamp, format: &[time::format_description::BorrowedFormatItem<'_>]) -> String {
    i64::try_from(at.secs())
        .ok()
        .and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok())
        .and_then(|time| time.format(format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_people() {
        let at = Timestamp::from_secs(1_795_378_084);
        assert_eq!(moment(at), "22 November 2026, 20:08 UTC");
        assert_eq!(day(at), "22 November 2026");
        assert_eq!(wait(20), "in 20 seconds");
        assert_eq!(wait(91), "in 2 minutes");
        assert_eq!(wait(7200), "in 2 hours");
    }
}
