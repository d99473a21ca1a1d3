//! Field sections of HTTP/2 as octets and back (RFC 7541), without a dynamic table: the client announces
//! a size of nothing, so every field of an answer stands for itself.

/// The static table (RFC 7541 appendix A), from index 1 on.
const STATIC: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

/// How many bits each octet takes, and the end of the string (RFC 7541 appendix B). The code is
/// canonical: within a length, codes rise with the octet, so the lengths are all there is to know.
const BITS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5,
    5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6,
    6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22,
    23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22,
    21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20,
    22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19,
    21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22,
    22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

/// A field.
pub(crate) type Field = (String, String);

/// Appends a literal field line without indexing, new name, plain octets (RFC 7541 §6.2.2).
pub(crate) fn literal_field(block: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    block.push(0);
    literal(block, name);
    literal(block, value);
}

/// A field section of literals.
pub(crate) fn section(fields: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        literal_field(&mut block, name, value);
    }
    block
}

/// Appends an integer with a prefix of `bits` bits beside `mark` (RFC 7541 §5.1).
pub(crate) fn integer(block: &mut Vec<u8>, bits: u32, mark: u8, mut value: usize) {
    let most = (1_usize << bits) - 1;
    if value < most {
        block.push(mark | u8::try_from(value).unwrap());
        return;
    }
    block.push(mark | u8::try_from(most).unwrap());
    value -= most;
    while value >= 128 {
        block.push(u8::try_from(value % 128).unwrap() | 128);
        value /= 128;
    }
    block.push(u8::try_from(value).unwrap());
}

/// A string literal, plain octets (RFC 7541 §5.2).
fn literal(block: &mut Vec<u8>, bytes: &[u8]) {
    integer(block, 7, 0, bytes.len());
    block.extend(bytes);
}

/// The fields of a section.
///
/// # Panics
/// When the section is malformed or refers to a dynamic table.
pub(crate) fn read(block: &[u8]) -> Vec<Field> {
    let mut reader = Reader { rest: block };
    let mut fields = Vec::new();
    while let Some(&first) = reader.rest.first() {
        if first & 0x80 != 0 {
            let (name, value) = STATIC[reader.integer(7) - 1];
            fields.push((name.to_owned(), value.to_owned()));
        } else if first & 0xe0 == 0x20 {
            assert_eq!(reader.integer(5), 0, "a dynamic table that was not allowed");
        } else {
            // With and without indexing, and never indexed: to a table of size nothing all are one.
            let index = reader.integer(if first & 0x40 != 0 { 6 } else { 4 });
            let name = if index == 0 { reader.string() } else { STATIC[index - 1].0.to_owned() };
            fields.push((name, reader.string()));
        }
    }
    fields
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn octet(&mut self) -> u8 {
        let (first, rest) = self.rest.split_first().expect("a whole field section");
        self.rest = rest;
        *first
    }

    fn integer(&mut self, bits: u32) -> usize {
        let most = (1_usize << bits) - 1;
        let mut value = usize::from(self.octet()) & most;
        if value < most {
            return value;
        }
        for shift in (0..28).step_by(7) {
            let octet = self.octet();
            value += usize::from(octet & 0x7f) << shift;
            if octet & 0x80 == 0 {
                return value;
            }
        }
        panic!("an integer without end");
    }

    fn string(&mut self) -> String {
        let coded = self.rest.first().is_some_and(|first| first & 0x80 != 0);
        let length = self.integer(7);
        let (bytes, rest) = self.rest.split_at(length);
        self.rest = rest;
        let bytes = if coded { unhuffman(bytes) } else { bytes.to_vec() };
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Octets in the Huffman code (RFC 7541 §5.2), decoded.
fn unhuffman(bytes: &[u8]) -> Vec<u8> {
    let mut octets: Vec<usize> = (0..BITS.len()).collect();
    octets.sort_by_key(|&octet| (BITS[octet], octet));
    let mut decoded = Vec::new();
    let (mut code, mut length) = (0_u64, 0_u8);
    for bit in bytes.iter().flat_map(|byte| (0..8).rev().map(move |shift| byte >> shift & 1)) {
        code = code << 1 | u64::from(bit);
        length += 1;
        if let Some(octet) = octet_of(&octets, code, length) {
            decoded.push(u8::try_from(octet).expect("no end of string inside a string"));
            (code, length) = (0, 0);
        }
    }
    assert!(length < 8 && code == (1 << length) - 1, "padding that is not ones");
    decoded
}

/// The octet with this code of this length.
fn octet_of(octets: &[usize], code: u64, length: u8) -> Option<usize> {
    let (mut first, mut width) = (0_u64, 0_u8);
    for &octet in octets {
        first <<= BITS[octet] - width;
        width = BITS[octet];
        if width > length {
            return None;
        }
        if width == length && first == code {
            return Some(octet);
        }
        first += 1;
    }
    None
}

#[test]
fn field_sections_are_read_in_every_form_of_rfc_7541() {
    let read = |hex: &str| {
        let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
        let fields = read(&bytes);
        fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("|")
    };
    // RFC 7541 C.2.1 to C.2.4.
    assert_eq!(
        read("400a637573746f6d2d6b65790d637573746f6d2d686561646572"),
        "custom-key=custom-header"
    );
    assert_eq!(read("040c2f73616d706c652f70617468"), ":path=/sample/path");
    assert_eq!(read("100870617373776f726406736563726574"), "password=secret");
    assert_eq!(read("82"), ":method=GET");
    // C.4.1 and C.6.1, whose references to a dynamic table are left out; a size update first.
    assert_eq!(
        read("828684418cf1e3c2e5f23a6ba0ab90f4ff"),
        ":method=GET|:scheme=http|:path=/|:authority=www.example.com"
    );
    assert_eq!(
        read(
            "20488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3"
        ),
        ":status=302|cache-control=private|date=Mon, 21 Oct 2013 20:13:21 GMT|location=https://www.example.com"
    );
    let mut long = Vec::new();
    literal_field(&mut long, b"x", &[b'y'; 1337]);
    assert_eq!(super::hpack::read(&long)[0].1.len(), 1337);
}
