//! The chunked coding of a request's body, watched while it passes (RFC 9112 §7.1).
//!
//! Strict, without any of the permissions to be lenient: whatever two parsers might read differently is
//! an error. Data is skipped, not looked at; chunk lines and trailers are few and short.

use super::HeadError;
use super::head;

/// Bytes of a chunk's line, its extensions included.
const LINE_BYTES: usize = 256;

/// Bytes of extensions in one body.
const EXTENSION_BYTES: usize = 4 * 1024;

/// Bytes of a trailer section.
const TRAILER_BYTES: usize = 4 * 1024;

/// Lines of a trailer section.
const TRAILER_COUNT: usize = 32;

/// Hexadecimal digits of a chunk's size: as many as 64 bits have.
const SIZE_DIGITS: usize = 16;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The line with a chunk's size.
    Size,
    /// So many bytes of data.
    Data(u64),
    /// CR LF after the data.
    DataEnd,
    /// A trailer line, or the empty line that ends the body.
    Trailer,
    /// Nothing: the body is over.
    Done,
    /// Nothing: the body is broken.
    Broken,
}

/// A chunked body that is being received.
#[derive(Debug)]
pub struct Chunks {
    state: State,
    /// A line of which only the beginning has come.
    line: Vec<u8>,
    extensions: usize,
    trailer_bytes: usize,
    trailers: usize,
}

impl Default for Chunks {
    fn default() -> Self {
        Self { state: State::Size, line: Vec::new(), extensions: 0, trailer_bytes: 0, trailers: 0 }
    }
}

impl Chunks {
    /// Whether the body has ended, properly.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Looks at the next bytes and says how many of them belong to the body: all of them, or fewer when
    /// it ended among them.
    ///
    /// # Errors
    /// [`HeadError::Framing`] at the first deviation, and ever after.
    pub fn watch(&mut self, bytes: &[u8]) -> Result<usize, HeadError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match self.state {
                State::Done => break,
                State::Broken => return Err(HeadError::Framing),
                State::Data(left) => self.skip(left, rest),
                State::Size | State::DataEnd | State::Trailer => {
                    let taken = self.take_line(rest);
                    if taken.is_err() {
                        self.state = State::Broken;
                        self.line = Vec::new();
                    }
                    taken?
                }
            };
        }
        Ok(bytes.len().saturating_sub(rest.len()))
    }

    fn skip<'a>(&mut self, left: u64, bytes: &'a [u8]) -> &'a [u8] {
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let left = left.saturating_sub(here as u64);
        self.state = if left == 0 { State::DataEnd } else { State::Data(left) };
        bytes.get(here..).unwrap_or_default()
    }

    /// Takes a line, or as much of it as there is.
    fn take_line<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], HeadError> {
        let longest = match self.state {
            State::DataEnd => 0,
            State::Trailer => TRAILER_BYTES,
            State::Size | State::Data(_) | State::Done | State::Broken => LINE_BYTES,
        };
        // With CR LF.
        let room = longest.saturating_add(2).saturating_sub(self.line.len());
        let window = bytes.get(..room).unwrap_or(bytes);
        let Some(end) = window.iter().position(|&b| b == b'\n') else {
            if window.len() == room || self.is_hopeless(window) {
                return Err(HeadError::Framing);
            }
            self.line.extend_from_slice(window);
            return Ok(&[]);
        };
        let (line, rest) =
            bytes.split_at_checked(end.saturating_add(1)).ok_or(HeadError::Framing)?;
        if self.line.is_empty() {
            self.end_line(line)?;
        } else {
            let mut whole = std::mem::take(&mut self.line);
            whole.extend_from_slice(line);
            self.end_line(&whole)?;
            whole.clear();
            self.line = whole;
        }
        Ok(rest)
    }

    /// After data only CR LF can come: what cannot become that is not waited for.
    fn is_hopeless(&self, bytes: &[u8]) -> bool {
        self.state == State::DataEnd && self.line.is_empty() && !bytes.starts_with(b"\r")
    }

    fn end_line(&mut self, line: &[u8]) -> Result<(), HeadError> {
        let line = line.strip_suffix(b"\r\n").ok_or(HeadError::Framing)?;
        self.state = match self.state {
            State::Size => self.chunk(line)?,
            State::DataEnd if line.is_empty() => State::Size,
            State::Trailer if line.is_empty() => State::Done,
            State::Trailer => self.trailer(line)?,
            State::DataEnd | State::Data(_) | State::Done | State::Broken => {
                return Err(HeadError::Framing);
            }
        };
        Ok(())
    }

    fn chunk(&mut self, line: &[u8]) -> Result<State, HeadError> {
        let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let (size, extensions) = line.split_at_checked(digits).ok_or(HeadError::Framing)?;
        if size.is_empty() || size.len() > SIZE_DIGITS {
            return Err(HeadError::Framing);
        }
        self.extensions = self.extensions.saturating_add(extensions.len());
        if self.extensions > EXTENSION_BYTES || !are_extensions(extensions) {
            return Err(HeadError::Framing);
        }
        let size = std::str::from_utf8(size).map_err(|_| HeadError::Framing)?;
        let size = u64::from_str_radix(size, 16).map_err(|_| HeadError::Framing)?;
        Ok(if size == 0 { State::Trailer } else { State::Data(size) })
    }

    fn trailer(&mut self, line: &[u8]) -> Result<State, HeadError> {
        const NEVER: [&[u8]; 4] = [b"content-length", b"host", b"trailer", b"transfer-encoding"];
        self.trailers = self.trailers.saturating_add(1);
        self.trailer_bytes = self.trailer_bytes.saturating_add(line.len());
        if self.trailers > TRAILER_COUNT || self.trailer_bytes > TRAILER_BYTES {
            return Err(HeadError::Framing);
        }
        let (name, _) = head::field(line).map_err(|_| HeadError::Framing)?;
        if line.contains(&b'\r') || NEVER.iter().any(|never| name.eq_ignore_ascii_case(never)) {
            return Err(HeadError::Framing);
        }
        Ok(State::Trailer)
    }
}

/// `*( ";" token [ "=" ( token / quoted-string ) ] )`, without blanks.
fn are_extensions(mut text: &[u8]) -> bool {
    while let [first, rest @ ..] = text {
        if *first != b';' {
            return false;
        }
        let Some((_, after)) = token(rest) else { return false };
        text = after;
        if let [b'=', value @ ..] = text {
            let after = match value {
                [b'"', quoted @ ..] => end_of_quoted(quoted),
                _ => token(value).map(|(_, after)| after),
            };
            match after {
                Some(after) => text = after,
                None => return false,
            }
        }
    }
    true
}

fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = text.iter().take_while(|&&b| head::is_token(b)).count();
    text.split_at_checked(length).filter(|(token, _)| !token.is_empty())
}

/// What follows a quoted string whose first quote was read (RFC 9110 §5.6.4, ASCII only).
fn end_of_quoted(mut text: &[u8]) -> Option<&[u8]> {
    let printable = |b: u8| b == b'\t' || (b' '..=b'~').contains(&b);
    loop {
        match text {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', escaped, rest @ ..] if printable(*escaped) => text = rest,
            [b'\\', ..] | [] => return None,
            [plain, rest @ ..] if printable(*plain) => text = rest,
            [..] => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// How many bytes belong to the body, and whether it ended.
    fn whole(bytes: &[u8]) -> Result<(usize, bool), HeadError> {
        let mut chunks = Chunks::default();
        let taken = chunks.watch(bytes)?;
        Ok((taken, chunks.is_done()))
    }

    fn in_pieces(bytes: &[u8], sizes: &[usize]) -> Result<(usize, bool), HeadError> {
        let mut chunks = Chunks::default();
        let (mut rest, mut taken, mut at) = (bytes, 0, 0);
        while !rest.is_empty() {
            let size = sizes[at % sizes.len()].clamp(1, rest.len());
            let (piece, after) = rest.split_at(size);
            let here = chunks.watch(piece)?;
            taken += here;
            if here < piece.len() {
                break;
            }
            (rest, at) = (after, at + 1);
        }
        Ok((taken, chunks.is_done()))
    }

    const GOOD: &[&str] = &[
        "0\r\n\r\n",
        "000\r\n\r\n",
        "3\r\nabc\r\n0\r\n\r\n",
        "0000000000000003\r\nabc\r\n0\r\n\r\n",
        "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
        "3;a\r\nabc\r\n0;b=c;d=\"e \\\" f\"\r\n\r\n",
        "0\r\nX-Sum: 1\r\nY:\r\n\r\n",
        "2\r\n\r\n\r\n0\r\n\r\n",
    ];

    const BAD: &[&str] = &[
        "00000000000000003\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        " 3\r\nabc\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "+3\r\nabc\r\n0\r\n\r\n",
        "\r\nabc\r\n0\r\n\r\n",
        "3;\r\nabc\r\n0\r\n\r\n",
        "3;\nabc\r\n0\r\n\r\n",
        "3;a\nb\r\nabc\r\n0\r\n\r\n",
        "3;a\rb\r\nabc\r\n0\r\n\r\n",
        "3 ;a\r\nabc\r\n0\r\n\r\n",
        "3; a\r\nabc\r\n0\r\n\r\n",
        "3;a=\r\nabc\r\n0\r\n\r\n",
        "3;a=\"b\r\nabc\r\n0\r\n\r\n",
        "3;a=\"b\"c\r\nabc\r\n0\r\n\r\n",
        "3;a=\"\\\x01\"\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "3\r\nabc\r0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc\r\n0\n\n",
        "3\r\nabc\r\n0\r\n\n",
        "0\r\nX : y\r\n\r\n",
        "0\r\n X: y\r\n\r\n",
        "0\r\nX: y\n\r\n",
        "0\r\nX: a\rb\r\n\r\n",
        "0\r\nno colon\r\n\r\n",
        "0\r\nContent-Length: 3\r\n\r\n",
        "0\r\ntransfer-encoding: chunked\r\n\r\n",
        "0\r\nHost: x\r\n\r\n",
    ];

    #[test]
    fn a_body_in_chunks_ends_at_its_last_line_and_not_a_byte_later_h9() {
        for body in GOOD {
            let with_more = format!("{body}GET / HTTP/1.1\r\n");
            assert_eq!(whole(with_more.as_bytes()), Ok((body.len(), true)), "{body:?}");
            let short = body.get(..body.len() - 1).unwrap();
            assert_eq!(whole(short.as_bytes()), Ok((short.len(), false)), "{body:?}");
        }
    }

    #[test]
    fn what_another_parser_might_read_differently_is_refused_a065_a066_a067() {
        for body in BAD {
            assert_eq!(whole(body.as_bytes()), Err(HeadError::Framing), "{body:?}");
        }
        let mut chunks = Chunks::default();
        assert!(chunks.watch(b"0x3\r\n").is_err());
        assert!(chunks.watch(b"3\r\nabc\r\n0\r\n\r\n").is_err(), "and stays refused");
    }

    #[test]
    fn extensions_and_trailers_are_bounded_a066_h9() {
        let chunk = |extension: usize| format!("1;{}\r\nx\r\n", "e".repeat(extension));
        assert!(whole(chunk(254).as_bytes()).is_ok());
        assert!(whole(chunk(255).as_bytes()).is_err(), "one line");
        assert!(whole(chunk(250).repeat(16).as_bytes()).is_ok());
        assert!(whole(chunk(250).repeat(17).as_bytes()).is_err(), "one body");
        let endless = format!("1;{}", "e".repeat(16 * 1024));
        assert!(whole(endless.as_bytes()).is_err(), "its end is not waited for");
        let trailers = |count: usize| format!("0\r\n{}\r\n", "A: b\r\n".repeat(count));
        assert!(whole(trailers(32).as_bytes()).is_ok());
        assert!(whole(trailers(33).as_bytes()).is_err());
        let long = format!("0\r\nA: {}\r\nB: c\r\n\r\n", "x".repeat(4092));
        assert!(whole(long.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_cut_the_verdict_is_one_a065_a066_a067(
            which in 0..GOOD.len() + BAD.len(),
            noise in proptest::collection::vec(any::<u8>(), 0..12),
            at in any::<prop::sample::Index>(),
            sizes in proptest::collection::vec(1_usize..9, 1..6),
        ) {
            let body = GOOD.iter().chain(BAD).nth(which).unwrap();
            let mut bytes = body.as_bytes().to_vec();
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..at, noise);
            bytes.extend(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            prop_assert_eq!(in_pieces(&bytes, &sizes), whole(&bytes));
        }

        #[test]
        fn nothing_makes_the_watcher_fail_otherwise(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            sizes in proptest::collection::vec(1_usize..40, 1..4),
        ) {
            prop_assert_eq!(in_pieces(&bytes, &sizes), whole(&bytes));
        }
    }
}
