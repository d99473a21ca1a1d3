//! Days, moments and waiting times in the words of a language.

use time::OffsetDateTime;

use super::Arg;
use super::Language;
use crate::clock::Timestamp;

impl Language {
    /// `22 November 2026, 20:08 UTC`.
    #[must_use]
    pub fn moment(self, at: Timestamp) -> String {
        let Some(time) = utc(at) else {
            return String::new();
        };
        let day = self.written(time);
        let time = format!("{:02}:{:02}", time.hour(), time.minute());
        self.with_all("time-moment", &[("day", Arg::Text(&day)), ("time", Arg::Text(&time))])
    }

    /// `22 November 2026`.
    #[must_use]
    pub fn day(self, at: Timestamp) -> String {
        utc(at).map(|time| self.written(time)).unwrap_or_default()
    }

    /// `in 20 seconds`, `in 2 minutes`: rounded up, so that nobody comes too early.
    #[must_use]
    pub fn wait(self, seconds: u64) -> String {
        match seconds {
            0..=90 => self.with("wait-seconds", "count", seconds.max(1)),
            91..=5400 => self.with("wait-minutes", "count", seconds.div_ceil(60)),
            _ => self.with("wait-hours", "count", seconds.div_ceil(3600)),
        }
    }

    fn written(self, time: OffsetDateTime) -> String {
        let number = |number: u8| Arg::Number(u64::from(number));
        let year = time.year().to_string();
        let args = [
            ("day", number(time.day())),
            ("month", number(u8::from(time.month()))),
            ("year", Arg::Text(&year)),
        ];
        self.with_all("time-day", &args)
    }
}

fn utc(at: Timestamp) -> Option<OffsetDateTime> {
    i64::try_from(at.secs()).ok().and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_people() {
        let at = Timestamp::from_secs(1_795_378_084);
        let said = |language: Language| (language.moment(at), language.day(at));
        let both = |moment: &str, day: &str| (moment.to_owned(), day.to_owned());
        assert_eq!(
            said(Language::English),
            both("22 November 2026, 20:08 UTC", "22 November 2026")
        );
        assert_eq!(
            said(Language::German),
            both("22. November 2026, 20:08 Uhr UTC", "22. November 2026")
        );
        assert_eq!(
            said(Language::French),
            both("22 novembre 2026 à 20:08 UTC", "22 novembre 2026")
        );
        assert_eq!(
            said(Language::Spanish),
            both("22 de noviembre de 2026, 20:08 UTC", "22 de noviembre de 2026")
        );
        assert_eq!(said(Language::Japanese), both("2026年11月22日 20:08（UTC）", "2026年11月22日"));
    }

    #[test]
    fn waiting_times_are_whole_and_never_too_short() {
        let said = |seconds| Language::English.wait(seconds);
        assert_eq!((said(0), said(1)), ("in a second".to_owned(), "in a second".to_owned()));
        assert_eq!((said(20), said(91)), ("in 20 seconds".to_owned(), "in 2 minutes".to_owned()));
        assert_eq!(said(7200), "in 2 hours");
        assert_eq!(Language::Japanese.wait(20), "20秒後");
    }
}
