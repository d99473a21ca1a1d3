//! CBOR as authenticators have to write it (CTAP 2.1 §8), checked before anything decodes it: definite
//! lengths, four levels, no key twice, nothing behind.

use super::Refused;

/// How deep values nest at most.
const DEEPEST: usize = 4;

/// How many values a list or map has at most: key parameters, certificates of a chain, extensions.
const MOST: usize = 32;

/// Bytes of authenticator data before what is optional.
const HEAD: usize = 37;

/// Bytes of a model's id.
const MODEL: usize = 16;

/// Flags of authenticator data (WebAuthn Level 3 §6.1).
const HAS_CREDENTIAL: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

/// What authenticator data says of a new credential.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NewCredential {
    /// Its model.
    pub(super) model: [u8; MODEL],
    /// Its id.
    pub(super) id: Vec<u8>,
}

/// Checks an attestation object and finds its credential.
///
/// # Errors
/// [`Refused::Malformed`].
pub(super) fn attestation_object(bytes: &[u8]) -> Result<NewCredential, Refused> {
    let mut reader = Reader { rest: bytes };
    let mut data = None;
    for _ in 0..reader.map()? {
        let key = reader.text()?;
        if key == b"authData" {
            data = Some(reader.bytes()?);
        } else {
            reader.value(DEEPEST - 1)?;
        }
    }
    reader.end()?;
    // That no key is there twice, once the ends of the values are known.
    Reader { rest: bytes }.value(DEEPEST)?;
    let data = data.ok_or(Refused::Malformed)?;
    let found = authenticator_data(data)?;
    found.ok_or(Refused::Malformed)
}

/// Checks authenticator data: as long as it says, and not a byte longer.
///
/// # Errors
/// [`Refused::Malformed`].
pub(super) fn authenticator_data(data: &[u8]) -> Result<Option<NewCredential>, Refused> {
    let (head, rest) = data.split_at_checked(HEAD).ok_or(Refused::Malformed)?;
    let flags = head.get(32).copied().ok_or(Refused::Malformed)?;
    let mut reader = Reader { rest };
    let mut credential = None;
    if flags & HAS_CREDENTIAL != 0 {
        let model = reader.take(MODEL)?.try_into().map_err(|_| Refused::Malformed)?;
        let length = reader.take(2)?;
        let length = length.iter().fold(0_usize, |sum, byte| sum * 256 + usize::from(*byte));
        let id = reader.take(length)?.to_vec();
        reader.value(DEEPEST)?;
        credential = Some(NewCredential { model, id });
    }
    if flags & HAS_EXTENSIONS != 0 {
        reader.value(DEEPEST)?;
    }
    reader.end()?;
    Ok(credential)
}

/// What is left to read.
struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], Refused> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Refused::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn end(&self) -> Result<(), Refused> {
        if self.rest.is_empty() { Ok(()) } else { Err(Refused::Malformed) }
    }

    /// Major type and argument of the next item.
    fn head(&mut self) -> Result<(u8, usize), Refused> {
        let first = self.take(1)?.first().copied().ok_or(Refused::Malformed)?;
        let (major, short) = (first >> 5, first & 0x1f);
        let width = match short {
            0..=23 => return Ok((major, usize::from(short))),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err(Refused::Malformed), // Indefinite or reserved.
        };
        let argument = self.take(width)?;
        let argument = argument.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        Ok((major, usize::try_from(argument).map_err(|_| Refused::Malformed)?))
    }

    fn of(&mut self, wanted: u8) -> Result<usize, Refused> {
        let (major, argument) = self.head()?;
        if major == wanted { Ok(argument) } else { Err(Refused::Malformed) }
    }

    /// Entries of a map.
    fn map(&mut self) -> Result<usize, Refused> {
        let entries = self.of(5)?;
        if entries <= MOST { Ok(entries) } else { Err(Refused::Malformed) }
    }

    fn bytes(&mut self) -> Result<&'b [u8], Refused> {
        let length = self.of(2)?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'b [u8], Refused> {
        let length = self.of(3)?;
        self.take(length)
    }

    /// Passes over one value with everything in it; its bytes.
    fn value(&mut self, depth: usize) -> Result<&'b [u8], Refused> {
        let whole = self.rest;
        let depth = depth.checked_sub(1).ok_or(Refused::Malformed)?;
        let (major, argument) = self.head()?;
        match major {
            0 | 1 => {}
            2 | 3 => {
                self.take(argument)?;
            }
            4 if argument <= MOST => {
                for _ in 0..argument {
                    self.value(depth)?;
                }
            }
            5 if argument <= MOST => {
                let mut keys: Vec<&[u8]> = Vec::new();
                for _ in 0..argument {
                    let key = self.value(depth)?;
                    if keys.contains(&key) {
                        return Err(Refused::Malformed);
                    }
                    keys.push(key);
                    self.value(depth)?;
                }
            }
            // True, false, null; no tags, no floating point.
            7 if (20..=22).contains(&argument) => {}
            _ => return Err(Refused::Malformed),
        }
        let read = whole.len() - self.rest.len();
        whole.get(..read).ok_or(Refused::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Head of authenticator data with these flags.
    fn data(flags: u8, rest: &[u8]) -> Vec<u8> {
        let mut data = vec![7; 32];
        data.push(flags);
        data.extend_from_slice(&[0; 4]);
        data.extend_from_slice(rest);
        data
    }

    fn credential(id: &[u8], behind: &[u8]) -> Vec<u8> {
        let length = u16::try_from(id.len()).unwrap().to_be_bytes();
        data(0x41, &[&[9; 16], &length[..], id, behind].concat())
    }

    #[test]
    fn authenticator_data_ends_where_it_says_a201() {
        assert_eq!(authenticator_data(&data(0x01, &[])), Ok(None));
        let found = authenticator_data(&credential(b"id", &[0xa1, 0x01, 0x02])).unwrap().unwrap();
        assert_eq!((found.model, found.id.as_slice()), ([9; 16], b"id".as_slice()));
        for bad in [
            data(0x01, &[0]),
            data(0x01, &[])[..36].to_vec(),
            data(0x41, &[]),
            credential(b"id", &[]),
            credential(b"id", &[0xa0, 0x00]),
            credential(b"id", &[0xa1, 0x01]),
            data(0x81, &[]),
            data(0x81, &[0xa0, 0xa0]),
        ] {
            assert_eq!(authenticator_data(&bad), Err(Refused::Malformed), "{bad:?}");
        }
    }

    #[test]
    fn a_bomb_of_depth_or_length_is_refused_at_once_a201() {
        let deep = [vec![0x81; 20_000], vec![0x00]].concat();
        for bomb in [
            deep.as_slice(),
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x9a, 0x00, 0xff, 0xff, 0xff],
            &[0xbf, 0xff],
            &[0x5f, 0x41, 0x00, 0xff],
            &[0xa2, 0x01, 0x02, 0x01, 0x03],
            &[0xc2, 0x41, 0x00],
            &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0xf8, 0x18],
            &[],
        ] {
            assert_eq!(Reader { rest: bomb }.value(DEEPEST), Err(Refused::Malformed));
            assert!(attestation_object(bomb).is_err());
        }
        assert!(Reader { rest: &[0x81, 0x81, 0x81, 0x00] }.value(DEEPEST).is_ok());
        assert!(Reader { rest: &[0x81, 0x81, 0x81, 0x81, 0x00] }.value(DEEPEST).is_err());
    }

    #[test]
    fn no_bytes_make_the_reader_panic() {
        let mut state = 1_u32;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..40)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state.to_be_bytes()[0]
                })
                .collect();
            assert!(attestation_object(&bytes).is_err());
            drop(authenticator_data(&bytes));
        }
    }
}
