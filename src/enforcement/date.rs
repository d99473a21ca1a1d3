//! The end of a grace as people write it: a day, which is still within it, or a moment.

use time::Date;
use time::OffsetDateTime;
use time::Time;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::clock::Timestamp;

/// How it is written, for messages.
pub const FORM: &str = "a day such as 2027-01-31, which is still within it, or a moment such as \
                        2027-01-31T18:00:00Z";

/// The moment at which a grace ends; none: it is not written as it should be. A day ends at midnight, UTC.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let moment = if let Ok(day) = Date::parse(text, format_description!("[year]-[month]-[day]")) {
        day.next_day()?.midnight().assume_utc()
    } else {
        OffsetDateTime::parse(text, &Rfc3339).ok()?
    };
    u64::try_from(moment.unix_timestamp()).ok().map(Timestamp::from_secs)
}

/// Writes it as [`parse`] reads it: what ends at midnight, as the day before, which is still within it.
#[must_use]
pub fn write(end: Timestamp) -> String {
    let moment = i64::try_from(end.secs()).ok();
    let moment = moment.and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok());
    let day = moment.filter(|moment| moment.time() == Time::MIDNIGHT);
    let day = day.and_then(|moment| moment.date().previous_day());
    day.map_or_else(|| end.to_string(), |day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_as_it_was() {
        for text in ["2027-01-31", "2028-02-29", "2027-12-31", "2027-01-31T18:00:00.000Z"] {
            assert_eq!(parse(text).map(write).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_day_is_within_the_grace_and_a_moment_ends_it_s3_12() {
        let ends = |text| parse(text).map(|at| at.to_string());
        assert_eq!(ends("2027-01-31").as_deref(), Some("2027-02-01T00:00:00.000Z"));
        assert_eq!(ends("2027-01-31T18:00:00Z").as_deref(), Some("2027-01-31T18:00:00.000Z"));
        assert_eq!(ends("2027-01-31T18:00:00+02:00").as_deref(), Some("2027-01-31T16:00:00.000Z"));
        for wrong in ["", "soon", "2027-02-30", "31.01.2027", "2027-1-31", "1969-12-30"] {
            assert_eq!(ends(wrong), None, "{wrong}");
        }
    }
}
