//! Writes geography databases in the MaxMind DB format, version 2.0, so that no test needs one from elsewhere.
//!
//! ```ignore
//! Mmdb::city()
//!     .put("81.2.69.0/24", Record::country("DE").region("BY").city(2_867_714, "Munich").at(48.1, 11.6, 20))
//!     .put("2a00:1450::/32", Record::country("US"))
//!     .write(&directory.join("City.mmdb"));
//! Mmdb::asn().put("81.2.69.0/24", Record::asn(3320)).write(&directory.join("ASN.mmdb"));
//! ```
//!
//! Private, loopback and documentation addresses (203.0.113.0/24 and the like) are in no country for
//! the gateway, whatever a database says: use others, such as 81.2.69.0/24 above.

use std::collections::HashMap;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

use ipnet::IpNet;

/// What stands in a record.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Text.
    Text(String),
    /// A number with a fraction.
    Double(f64),
    /// Whole numbers.
    U16(u16),
    /// …
    U32(u32),
    /// …
    U64(u64),
    /// Names and values.
    Map(Vec<(&'static str, Self)>),
    /// Several.
    List(Vec<Self>),
}

impl Value {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => {
                head(out, 2, text.len());
                out.extend(text.bytes());
            }
            Self::Double(number) => {
                head(out, 3, 8);
                out.extend(number.to_be_bytes());
            }
            Self::U16(number) => whole(out, 5, u64::from(*number)),
            Self::U32(number) => whole(out, 6, u64::from(*number)),
            Self::U64(number) => whole(out, 9, *number),
            Self::Map(entries) => {
                head(out, 7, entries.len());
                for (name, value) in entries {
                    Self::text(name).encode(out);
                    value.encode(out);
                }
            }
            Self::List(values) => {
                head(out, 11, values.len());
                for value in values {
                    value.encode(out);
                }
            }
        }
    }
}

/// Control byte, extended type and size of a value.
fn head(out: &mut Vec<u8>, kind: u8, size: usize) {
    let (low, extra): (u8, Vec<u8>) = match size {
        0..=28 => (u8::try_from(size).unwrap(), Vec::new()),
        29..=284 => (29, vec![u8::try_from(size - 29).unwrap()]),
        285..=65_820 => (30, u16::try_from(size - 285).unwrap().to_be_bytes().to_vec()),
        _ => panic!("longer than anything in a test"),
    };
    if kind <= 7 {
        out.push(kind << 5 | low);
    } else {
        out.extend([low, kind - 7]);
    }
    out.extend(extra);
}

/// A number without leading zeros.
fn whole(out: &mut Vec<u8>, kind: u8, number: u64) {
    let bytes = number.to_be_bytes();
    let zeros = usize::try_from(number.leading_zeros() / 8).unwrap();
    head(out, kind, 8 - zeros);
    out.extend(&bytes[zeros..]);
}

/// A record as databases have it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Vec<(&'static str, Value)>);

impl Record {
    /// Of a country.
    pub(crate) fn country(code: &str) -> Self {
        let country = vec![("iso_code", Value::text(code))];
        Self(vec![("country", Value::Map(country))])
    }

    /// Of the operator of a network.
    pub(crate) fn asn(number: u32) -> Self {
        Self(vec![("autonomous_system_number", Value::U32(number))])
    }

    /// …in a region of it; called again, in a smaller one inside.
    pub(crate) fn region(mut self, code: &str) -> Self {
        let region = Value::Map(vec![("iso_code", Value::text(code))]);
        match self.0.iter_mut().find(|(name, _)| *name == "subdivisions") {
            Some((_, Value::List(regions))) => regions.push(region),
            _ => self.0.push(("subdivisions", Value::List(vec![region]))),
        }
        self
    }

    /// …in a city.
    pub(crate) fn city(self, geoname: u32, name: &str) -> Self {
        let names = Value::Map(vec![("de", Value::text("-")), ("en", Value::text(name))]);
        let city = vec![("geoname_id", Value::U32(geoname)), ("names", names)];
        self.with("city", Value::Map(city))
    }

    /// …at these coordinates, give or take this many kilometres.
    pub(crate) fn at(self, latitude: f64, longitude: f64, accuracy: u16) -> Self {
        let location = vec![
            ("accuracy_radius", Value::U16(accuracy)),
            ("latitude", Value::Double(latitude)),
            ("longitude", Value::Double(longitude)),
            ("time_zone", Value::text("Europe/Berlin")),
        ];
        self.with("location", Value::Map(location))
    }

    /// …with anything.
    pub(crate) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.push((name, value));
        self
    }
}

/// A database that is being written.
#[derive(Clone, Debug)]
pub(crate) struct Mmdb {
    name: &'static str,
    record_size: u16,
    ip_version: u16,
    built: u64,
    aliases: bool,
    networks: Vec<(IpNet, Vec<u8>)>,
}

impl Mmdb {
    /// Countries with regions, cities and coordinates.
    pub(crate) fn city() -> Self {
        Self::of("GeoLite2-City")
    }

    /// Operators of networks.
    pub(crate) fn asn() -> Self {
        Self::of("GeoLite2-ASN")
    }

    /// A database that calls itself so; IPv6 with IPv4 inside, 28 bits a record, built an hour ago.
    pub(crate) fn of(name: &'static str) -> Self {
        let now = u64::try_from(time::OffsetDateTime::now_utc().unix_timestamp()).unwrap();
        let built = now - 3600;
        let (record_size, ip_version) = (28, 6);
        Self { name, record_size, ip_version, built, aliases: false, networks: Vec::new() }
    }

    /// With this record for a network; within it, smaller networks may have others.
    pub(crate) fn put(mut self, network: &str, record: Record) -> Self {
        let mut bytes = Vec::new();
        Value::Map(record.0).encode(&mut bytes);
        self.networks.push((network.parse().unwrap(), bytes));
        self
    }

    /// Built then, in seconds since 1970.
    pub(crate) fn built(mut self, seconds: u64) -> Self {
        self.built = seconds;
        self
    }

    /// Built so many days ago.
    pub(crate) fn days_old(self, days: u64) -> Self {
        let built = self.built - days * 86_400;
        self.built(built)
    }

    /// With 24, 28 or 32 bits for each half of a node.
    pub(crate) fn record_size(mut self, bits: u16) -> Self {
        self.record_size = bits;
        self
    }

    /// Without IPv6.
    pub(crate) fn ipv4_only(mut self) -> Self {
        self.ip_version = 4;
        self
    }

    /// With the IPv4 tree once more under `2002::/16`, as MaxMind's have it.
    pub(crate) fn aliases(mut self) -> Self {
        self.aliases = true;
        self
    }

    /// Writes it to a file, whole at once.
    pub(crate) fn write(&self, path: &Path) {
        let beside = path.with_extension("new");
        fs::write(&beside, self.bytes()).unwrap();
        fs::rename(beside, path).unwrap();
    }

    /// The file's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut tree = Tree::default();
        let mut data: Vec<u8> = Vec::new();
        let mut offsets: HashMap<&[u8], usize> = HashMap::new();
        let mut networks: Vec<_> = self.networks.iter().collect();
        networks.sort_by_key(|(network, _)| self.bits(network).len());
        for (network, record) in networks {
            let offset = *offsets.entry(record).or_insert_with(|| {
                data.extend(record);
                data.len() - record.len()
            });
            tree.put(&self.bits(network), Child::Data(offset));
        }
        if self.aliases {
            let start = tree.node(&[false; 96]);
            let six_to_four: IpNet = "2002::/16".parse().unwrap();
            tree.put(&self.bits(&six_to_four), Child::Node(start));
        }
        let mut bytes = tree.encode(self.record_size);
        bytes.extend([0; 16]);
        bytes.extend(data);
        bytes.extend(b"\xab\xcd\xefMaxMind.com");
        self.metadata(tree.0.len()).encode(&mut bytes);
        bytes
    }

    /// The way to a network in the tree.
    fn bits(&self, network: &IpNet) -> Vec<bool> {
        let (address, length) = match network.addr() {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, network.prefix_len()),
            IpAddr::V6(v6) => (u128::from(v6), network.prefix_len()),
        };
        let way = (0..length).map(|at| address >> (127 - at) & 1 == 1);
        let above = if network.addr().is_ipv4() && self.ip_version == 6 { 96 } else { 0 };
        std::iter::repeat_n(false, above).chain(way).collect()
    }

    fn metadata(&self, nodes: usize) -> Value {
        Value::Map(vec![
            ("binary_format_major_version", Value::U16(2)),
            ("binary_format_minor_version", Value::U16(0)),
            ("build_epoch", Value::U64(self.built)),
            ("database_type", Value::text(self.name)),
            ("description", Value::Map(vec![("en", Value::text("written by a test"))])),
            ("ip_version", Value::U16(self.ip_version)),
            ("languages", Value::List(vec![Value::text("en")])),
            ("node_count", Value::U32(u32::try_from(nodes).unwrap())),
            ("record_size", Value::U16(self.record_size)),
        ])
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Child {
    #[default]
    Nothing,
    Node(usize),
    Data(usize),
}

/// The search tree, its root first.
#[derive(Debug)]
struct Tree(Vec<[Child; 2]>);

impl Default for Tree {
    fn default() -> Self {
        Self(vec![[Child::Nothing; 2]])
    }
}

impl Tree {
    /// The node a way leads to, made where there is none; what was a leaf on the way goes to both sides.
    fn node(&mut self, way: &[bool]) -> usize {
        let mut node = 0;
        for side in way {
            let next = self.0[node][usize::from(*side)];
            node = if let Child::Node(next) = next {
                next
            } else {
                self.0.push([next; 2]);
                let made = self.0.len() - 1;
                self.0[node][usize::from(*side)] = Child::Node(made);
                made
            };
        }
        node
    }

    fn put(&mut self, way: &[bool], child: Child) {
        let (last, above) = way.split_last().expect("a network smaller than everything");
        let node = self.node(above);
        self.0[node][usize::from(*last)] = child;
    }

    fn encode(&self, record_size: u16) -> Vec<u8> {
        let count = self.0.len();
        let value = |child: Child| {
            u32::try_from(match child {
                Child::Nothing => count,
                Child::Node(node) => node,
                Child::Data(offset) => count + 16 + offset,
            })
            .unwrap()
        };
        let mut bytes = Vec::new();
        for [left, right] in &self.0 {
            let (left, right) = (value(*left), value(*right));
            let (l, r) = (left.to_be_bytes(), right.to_be_bytes());
            match record_size {
                24 => bytes.extend([l[1], l[2], l[3], r[1], r[2], r[3]]),
                28 => bytes.extend([l[1], l[2], l[3], l[0] << 4 | r[0], r[1], r[2], r[3]]),
                32 => bytes.extend(l.into_iter().chain(r)),
                other => panic!("no record has {other} bits"),
            }
        }
        bytes
    }
}
