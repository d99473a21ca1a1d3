//! Parts as browsers write them, while they pass: whatever could be read in another way is none.

/// The longest line in the head of a part.
const LONGEST_LINE: usize = 2048;

/// What stands at the beginning of every part.
const DISPOSITION: &str = "content-disposition: form-data; name=\"";

/// What stands before the type of a file.
const TYPE: &str = "content-type: ";

/// Reads a form piece by piece. Every name is told before anything of its value can have passed.
#[derive(Debug)]
pub struct Reader {
    /// `--` and the boundary.
    edge: Vec<u8>,
    place: Place,
    /// What has not been read yet.
    held: Vec<u8>,
}

/// Where in a form it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Start,
    Edge,
    Head(Head),
    Value,
    Over,
}

/// What the head of a part has said so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    Nothing,
    Text,
    File,
    TypedFile,
}

/// What reading one thing came to.
enum Step<'r> {
    /// This is left after it.
    Done(&'r [u8]),
    /// It is not whole yet.
    Waits,
}

/// Something in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// A field of this name begins.
    Name(&'a str),
    /// It is a file.
    File,
    /// Some of its value.
    Value(&'a [u8]),
}

impl Reader {
    /// For a form with this boundary.
    #[must_use]
    pub fn of(boundary: &str) -> Self {
        let edge = format!("--{boundary}").into_bytes();
        Self { edge, place: Place::Start, held: Vec::new() }
    }

    /// Reads on. None: it is not written as browsers write it, or what is found in it is not wanted.
    pub fn read(&mut self, piece: &[u8], wants: &mut dyn FnMut(Found<'_>) -> bool) -> Option<()> {
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(piece);
        let mut rest = held.as_slice();
        while let Step::Done(after) = self.step(rest, wants)? {
            rest = after;
        }
        self.held = rest.to_vec();
        Some(())
    }

    /// Whether the form was whole.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.place == Place::Over && matches!(self.held.as_slice(), b"" | b"\r\n")
    }

    /// The fields of a whole form that has only text, at most so many.
    pub(super) fn texts(mut self, body: &[u8], most: usize) -> Option<Vec<(String, String)>> {
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        self.read(body, &mut |found| match (found, fields.last_mut()) {
            (Found::Name(name), _) => {
                fields.push((name.to_owned(), Vec::new()));
                fields.len() <= most
            }
            (Found::Value(piece), Some((_, value))) => {
                value.extend_from_slice(piece);
                true
            }
            (Found::File, _) | (Found::Value(_), None) => false,
        })?;
        let texts =
            fields.into_iter().map(|(name, value)| Some((name, String::from_utf8(value).ok()?)));
        if self.is_over() { texts.collect() } else { None }
    }

    /// Reads the next thing.
    fn step<'r>(
        &mut self,
        rest: &'r [u8],
        wants: &mut dyn FnMut(Found<'_>) -> bool,
    ) -> Option<Step<'r>> {
        match self.place {
            Place::Start => self.start(rest),
            Place::Edge => self.after_edge(rest),
            Place::Head(head) => self.line(head, rest, wants),
            Place::Value => self.value(rest, wants),
            // Nothing follows that a reader could take for more.
            Place::Over => b"\r\n".starts_with(rest).then_some(Step::Waits),
        }
    }

    fn start<'r>(&mut self, rest: &'r [u8]) -> Option<Step<'r>> {
        match rest.strip_prefix(self.edge.as_slice()) {
            Some(after) => {
                self.place = Place::Edge;
                Some(Step::Done(after))
            }
            None => self.edge.starts_with(rest).then_some(Step::Waits),
        }
    }

    fn after_edge<'r>(&mut self, rest: &'r [u8]) -> Option<Step<'r>> {
        let (place, after) = match rest.split_first_chunk() {
            Some((b"\r\n", after)) => (Place::Head(Head::Nothing), after),
            Some((b"--", after)) => (Place::Over, after),
            Some(_) => return None,
            None => return matches!(rest, b"" | b"\r" | b"-").then_some(Step::Waits),
        };
        self.place = place;
        Some(Step::Done(after))
    }

    fn line<'r>(
        &mut self,
        head: Head,
        rest: &'r [u8],
        wants: &mut dyn FnMut(Found<'_>) -> bool,
    ) -> Option<Step<'r>> {
        let end = rest.iter().position(|b| matches!(b, b'\r' | b'\n'));
        let Some((line, after)) = end.and_then(|end| rest.split_at_checked(end)) else {
            return (rest.len() <= LONGEST_LINE).then_some(Step::Waits);
        };
        let Some(after) = after.strip_prefix(b"\r\n") else {
            return (after == b"\r").then_some(Step::Waits);
        };
        let line = std::str::from_utf8(line).ok().filter(|line| line.len() <= LONGEST_LINE)?;
        self.place = match head {
            Head::Nothing => Place::Head(disposition(line, wants)?),
            Head::Text | Head::File | Head::TypedFile if line.is_empty() => Place::Value,
            Head::File if is_type(line) => Place::Head(Head::TypedFile),
            Head::Text | Head::File | Head::TypedFile => return None,
        };
        Some(Step::Done(after))
    }

    fn value<'r>(
        &mut self,
        rest: &'r [u8],
        wants: &mut dyn FnMut(Found<'_>) -> bool,
    ) -> Option<Step<'r>> {
        let edge = self.edge.as_slice();
        if let Some(at) = rest.windows(edge.len()).position(|part| part == edge) {
            let (value, after) = rest.split_at_checked(at)?;
            // Some readers take a line that begins with it, others any such text.
            wants(Found::Value(value.strip_suffix(b"\r\n")?)).then_some(())?;
            self.place = Place::Edge;
            return after.get(edge.len()..).map(Step::Done);
        }
        // The beginning of it may be there.
        let keep = edge.len().saturating_add(1);
        let past = rest.len().saturating_sub(keep);
        let (value, after) = rest.split_at_checked(past)?;
        if value.is_empty() {
            return Some(Step::Waits);
        }
        wants(Found::Value(value)).then_some(Step::Done(after))
    }
}

/// What the first line of a head says.
fn disposition(line: &str, wants: &mut dyn FnMut(Found<'_>) -> bool) -> Option<Head> {
    let start = line.get(..DISPOSITION.len())?;
    let (name, after) = line.get(DISPOSITION.len()..)?.split_once('"')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.[]".contains(&b);
    // Fields of this name say in which characters others are written.
    let is_plain = !name.is_empty() && name.bytes().all(plain) && name != "_charset_";
    if !start.eq_ignore_ascii_case(DISPOSITION) || !is_plain || !wants(Found::Name(name)) {
        return None;
    }
    if after.is_empty() {
        return Some(Head::Text);
    }
    let file = after.strip_prefix("; filename=\"")?.strip_suffix('"')?;
    let odd = |c: char| c.is_control() || "\"\\;=".contains(c);
    (!file.contains(odd) && wants(Found::File)).then_some(Head::File)
}

/// Whether a line says of which type a file is.
fn is_type(line: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/.+-_".contains(&b);
    let start = line.get(..TYPE.len()).is_some_and(|start| start.eq_ignore_ascii_case(TYPE));
    start && line.get(TYPE.len()..).is_some_and(|kind| kind.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: &str = "--e\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--e\r\n\
                         content-disposition: form-data; name=\"f\"; filename=\"x y.sql\"\r\nContent-Type: text/x-sql\r\n\r\n\
                         -- -\r\n\r\n--e--\r\n";

    fn names(pieces: &[&[u8]]) -> Option<Vec<String>> {
        let (mut reader, mut names) = (Reader::of("e"), Vec::new());
        for piece in pieces {
            reader.read(piece, &mut |found| {
                if let Found::Name(name) = found {
                    names.push(name.to_owned());
                }
                true
            })?;
        }
        reader.is_over().then_some(names)
    }

    #[test]
    fn what_readers_could_read_in_two_ways_is_no_form_a134() {
        assert_eq!(names(&[WHOLE.as_bytes()]).unwrap(), ["a", "f"]);
        for (from, to) in [
            ("--e\r\nContent", "x--e\r\nContent"),
            ("--e\r\nContent", "\r\n--e\r\nContent"),
            ("--e\r\nContent", "--e \r\nContent"),
            ("name=\"a\"\r\n", "name=\"a\"\n"),
            ("name=\"a\"", "name=\"a\"; name=\"b\""),
            ("name=\"a\"", "name=\"a"),
            ("name=\"a\"", "name=\"_charset_\""),
            ("name=\"a\"", "name=\"\""),
            ("name=\"a\"", "name=\"us\r\ner\""),
            ("name=\"a\"", "name=\"a\"; filename*=UTF-8''x"),
            ("name=\"a\"\r\n", "name=\"a\"\r\nContent-Type: text/plain\r\n"),
            ("x y.sql", "x\"; name=\"user"),
            ("x y.sql", "x; name=user"),
            ("text/x-sql", "text/plain; charset=utf-7"),
            ("text/x-sql\r\n", "text/x-sql\r\nContent-Transfer-Encoding: base64\r\n"),
            ("1\r\n2", "1\n--e\r\nx"),
            ("1\r\n2", "1--e"),
            ("--e--\r\n", "--e--\r\nmore"),
            ("--e--\r\n", "--e"),
            ("--e--\r\n", ""),
        ] {
            let body = WHOLE.replacen(from, to, 1);
            assert_ne!(body, WHOLE);
            assert_eq!(names(&[body.as_bytes()]), None, "{from:?} as {to:?}");
        }
    }

    proptest! {
        #[test]
        fn a_form_is_read_alike_in_any_pieces(cuts in proptest::collection::vec(0..WHOLE.len(), 0..12)) {
            let mut cuts = cuts;
            cuts.extend([0, WHOLE.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &WHOLE.as_bytes()[cut[0]..cut[1]]).collect();
            prop_assert_eq!(names(&pieces).unwrap(), ["a", "f"]);
        }
    }
}
