//! The names of fields while they pass, in a body as browsers and their scripts write it.

/// The longest name, as it is written.
const LONGEST: usize = 2048;

/// Reads names piece by piece: each is told before anything of its value can have passed.
#[derive(Debug, Default)]
pub struct Names {
    name: Vec<u8>,
    is_value: bool,
    /// Digits of an escape that are still to come.
    digits: u8,
}

impl Names {
    /// Reads on. None: it could be read in another way, or a name in it is not wanted.
    pub fn read(&mut self, piece: &[u8], wants: &mut dyn FnMut(&str) -> bool) -> Option<()> {
        for &byte in piece {
            if self.digits > 0 {
                byte.is_ascii_hexdigit().then_some(())?;
                self.digits = self.digits.saturating_sub(1);
            } else if byte == b'%' {
                self.digits = 2;
            }
            match byte {
                b'&' => {
                    self.end(wants)?;
                    *self = Self::default();
                }
                b'=' if !self.is_value => {
                    self.end(wants)?;
                    self.is_value = true;
                }
                // Some take it for the end of a field; JSON and XML have the others, and some read those whatever a
                // body is said to be.
                b';' | b'{' | b'}' | b'"' | b'\\' | b'<' | b'>' => return None,
                _ if !byte.is_ascii_graphic() => return None,
                _ if self.is_value => {}
                _ => self.name.push(byte),
            }
        }
        (self.name.len() <= LONGEST).then_some(())
    }

    /// The body is over.
    pub fn end(&self, wants: &mut dyn FnMut(&str) -> bool) -> Option<()> {
        if self.digits > 0 {
            return None;
        }
        if self.is_value || self.name.is_empty() {
            return Some(());
        }
        let name = super::decode(&self.name)?;
        // Fields of this name say in which characters others are written.
        (name != "_charset_" && wants(&name)).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pieces: &[&str]) -> Option<Vec<String>> {
        let (mut reader, mut names) = (Names::default(), Vec::new());
        let mut wants = |name: &str| {
            names.push(name.to_owned());
            true
        };
        for piece in pieces {
            reader.read(piece.as_bytes(), &mut wants)?;
        }
        reader.end(&mut wants)?;
        Some(names)
    }

    #[test]
    fn names_are_read_alike_in_any_pieces() {
        let body = "a=1&&b%5B%5D=x=%ff+&=3&c";
        for cut in 0..=body.len() {
            let (one, two) = body.split_at(cut);
            assert_eq!(names(&[one, two]).unwrap(), ["a", "b[]", "c"], "{one} {two}");
        }
    }

    #[test]
    fn what_readers_could_read_in_two_ways_has_no_names_a134() {
        for body in [
            "a=%",
            "a=%2",
            "a=%u0075",
            "%zz=1",
            "%ff=1",
            "a=1;b=2",
            "{\"a\":1}",
            "<a>",
            "a b=1",
            "a=\u{e4}",
            "a=1\n",
            "_charset_=utf-7",
            "%5Fcharset_=x",
        ] {
            assert_eq!(names(&[body]), None, "{body:?}");
        }
        assert_eq!(names(&["x".repeat(2049).as_str()]), None);
    }
}
