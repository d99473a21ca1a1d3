//! Lines of an access log, as far as rules are concerned. Memory is bounded whatever the file holds.

use std::io;
use std::io::BufRead;
use std::io::Read;
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::clock::Timestamp;

/// Bytes of a line; the gateway writes none as long.
const LONGEST: u64 = 64 * 1024;

/// One request, as it was logged.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    #[serde(deserialize_with = "moment")]
    pub(super) time: Timestamp,
    pub(super) route: Option<String>,
    pub(super) client: Option<IpAddr>,
    pub(super) method: String,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) decision: String,
    pub(super) refusal: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) acr: Option<String>,
    pub(super) proof_age: Option<u64>,
    pub(super) machine: Option<String>,
    pub(super) user_agent: Option<String>,
}

impl Line {
    /// When the session's last proof was; as of the request, where the log does not say.
    pub(super) fn proved_at(&self) -> Timestamp {
        let age = Duration::from_secs(self.proof_age.unwrap_or_default());
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        Timestamp::from_millis(self.time.millis().saturating_sub(age))
    }
}

fn moment<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = OffsetDateTime::parse(&text, &Rfc3339).map_err(serde::de::Error::custom)?;
    let millis = time.unix_timestamp_nanos() / 1_000_000;
    u64::try_from(millis).map(Timestamp::from_millis).map_err(serde::de::Error::custom)
}

/// What stands in the next line.
#[derive(Debug)]
pub(super) enum Found {
    /// A request.
    Request(Box<Line>),
    /// Something else, or too long.
    Bad,
    /// Nothing but space.
    Empty,
}

/// Reads the next line; none: that was all.
pub(super) fn next(log: &mut dyn BufRead, buffer: &mut Vec<u8>) -> io::Result<Option<Found>> {
    buffer.clear();
    let read = Read::take(&mut *log, LONGEST).read_until(b'\n', buffer)?;
    if read == 0 {
        return Ok(None);
    }
    if buffer.last() != Some(&b'\n') && read as u64 == LONGEST {
        skip_line(log)?;
        return Ok(Some(Found::Bad));
    }
    if buffer.iter().all(u8::is_ascii_whitespace) {
        return Ok(Some(Found::Empty));
    }
    let line = serde_json::from_slice(buffer);
    Ok(Some(line.map_or(Found::Bad, |line| Found::Request(Box::new(line)))))
}

fn skip_line(log: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let piece = log.fill_buf()?;
        let end = piece.iter().position(|&byte| byte == b'\n');
        let (used, is_over) = match end {
            Some(at) => (at.saturating_add(1), true),
            None => (piece.len(), piece.is_empty()),
        };
        log.consume(used);
        if is_over {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_none_or_too_long_are_told_apart_and_the_next_one_is_read() {
        let good = r#"{"time":"2023-11-14T22:13:20.123Z","method":"GET","host":"h","path":"/","decision":"forward","proof_age":3}"#;
        let endless = "x".repeat(200_000);
        let text = format!("{{}}\n{endless}\n\n{good}\nnonsense");
        let (mut log, mut buffer) = (text.as_bytes(), Vec::new());
        let mut read = || next(&mut log, &mut buffer).unwrap();
        assert!(matches!(read(), Some(Found::Bad)));
        assert!(matches!(read(), Some(Found::Bad)));
        assert!(matches!(read(), Some(Found::Empty)));
        let Some(Found::Request(line)) = read() else { panic!("the good line") };
        assert_eq!(line.time, Timestamp::from_millis(1_700_000_000_123));
        assert_eq!(line.proved_at(), Timestamp::from_millis(1_699_999_997_123));
        assert!(matches!(read(), Some(Found::Bad)));
        assert!(read().is_none());
    }
}
