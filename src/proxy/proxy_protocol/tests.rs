//! Headers of every shape, and what is read of them.

use std::net::SocketAddr;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use super::*;

/// What is read of these bytes, and how many are left.
fn read_from(bytes: &[u8]) -> (Result<IpAddr, Fault>, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut rest = bytes;
    let outcome = runtime.block_on(read(&mut rest));
    (outcome, rest.len())
}

fn v1(line: &str) -> Result<IpAddr, Fault> {
    read_from(line.as_bytes()).0
}

fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let mut header = SIGNATURE.to_vec();
    header.extend([command, family]);
    header.extend(u16::try_from(rest.len()).unwrap().to_be_bytes());
    header.extend(rest);
    header
}

fn announcing(source: SocketAddr) -> Vec<u8> {
    let (family, mut rest) = match source.ip() {
        IpAddr::V4(ip) => (0x11, [ip.octets(), [192, 0, 2, 9]].concat()),
        IpAddr::V6(ip) => (0x21, [ip.octets(), Ipv6Addr::LOCALHOST.octets()].concat()),
    };
    rest.extend(source.port().to_be_bytes());
    rest.extend(443_u16.to_be_bytes());
    v2(0x21, family, &rest)
}

#[test]
fn one_line_in_one_spelling_announces_an_address_a110() {
    let good = "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\n";
    assert_eq!(v1(good), Ok("203.0.113.7".parse().unwrap()));
    assert_eq!(v1("PROXY TCP6 2001:db8::7 ::1 1 65535\r\n"), Ok("2001:db8::7".parse().unwrap()));
    let longest = "PROXY TCP6 ffff:f:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff \
                   65535 65535\r\n";
    assert_eq!(v1(longest), Err(Fault::Malformed), "multicast");
    for bad in [
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\n",
        "PROXY TCP4  203.0.113.7 192.0.2.1 4711 443\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443 \r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711\t443\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 04711 443\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 +4711 443\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 0 443\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 65536\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711\r\n",
        "PROXY TCP4 203.0.113.7 ::1 4711 443\r\n",
        "PROXY TCP4 2001:db8::7 192.0.2.1 4711 443\r\n",
        "PROXY TCP6 203.0.113.7 ::1 4711 443\r\n",
        "PROXY TCP4 010.0.0.1 192.0.2.1 4711 443\r\n",
        "PROXY TCP4 10.1 192.0.2.1 4711 443\r\n",
        "PROXY TCP4 0x0a000001 192.0.2.1 4711 443\r\n",
        "PROXY TCP4 167772161 192.0.2.1 4711 443\r\n",
        "PROXY TCP4 0.0.0.0 192.0.2.1 4711 443\r\n",
        "PROXY TCP4 255.255.255.255 192.0.2.1 4711 443\r\n",
        "PROXY TCP6 fe80::1%eth0 ::1 4711 443\r\n",
        "PROXY TCP6 [2001:db8::7] ::1 4711 443\r\n",
        "PROXY UDP4 203.0.113.7 192.0.2.1 4711 443\r\n",
        "PROXY tcp4 203.0.113.7 192.0.2.1 4711 443\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 4711 \u{664}\u{664}\r\n",
    ] {
        assert_eq!(v1(bad), Err(Fault::Malformed), "{bad:?}");
    }
    assert_eq!(v1("PROXY UNKNOWN\r\n"), Err(Fault::Unknown));
    assert_eq!(v1("PROXY UNKNOWN ::1 ::1 1 1\r\n"), Err(Fault::Unknown));
    for other in ["GET / HTTP/1.1\r\n\r\n", "proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n", "PROXY\tTCP4 xxx"]
    {
        assert_eq!(v1(other), Err(Fault::Missing), "{other:?}");
    }
    assert_eq!(v1(&format!("PROXY TCP4 {}", "1".repeat(200))), Err(Fault::TooLong));
    let exactly = format!("PROXY UNKNOWN {}\r\n", "x".repeat(LINE - 16));
    assert_eq!((exactly.len(), v1(&exactly)), (LINE, Err(Fault::Unknown)));
    assert_eq!(v1(&format!("PROXY UNKNOWN {}\r\n", "x".repeat(LINE - 15))), Err(Fault::TooLong));
    for cut in 0..good.len() {
        assert_eq!(v1(good.get(..cut).unwrap()), Err(Fault::Closed), "{cut}");
    }
}

#[test]
fn only_a_tcp_connection_is_announced_in_version_2_a110() {
    let good = announcing("203.0.113.7:4711".parse().unwrap());
    assert_eq!(read_from(&good).0, Ok("203.0.113.7".parse().unwrap()));
    for cut in 0..good.len() {
        assert_eq!(read_from(good.get(..cut).unwrap()).0, Err(Fault::Closed), "{cut}");
    }
    let body = good.get(FIXED..).unwrap();
    for family in 0..=u8::MAX {
        let expected = match family {
            0x11 => Ok("203.0.113.7".parse().unwrap()),
            0x00 | 0x12 | 0x22 | 0x31 | 0x32 => Err(Fault::Unknown),
            _ => Err(Fault::Malformed),
        };
        assert_eq!(read_from(&v2(0x21, family, body)).0, expected, "{family:#x}");
    }
    for command in (0..=u8::MAX).filter(|&command| command != 0x21) {
        let expected = if command == 0x20 { Fault::Local } else { Fault::Malformed };
        assert_eq!(read_from(&v2(command, 0x11, body)).0, Err(expected), "{command:#x}");
    }
    assert_eq!(read_from(&v2(0x20, 0, &[])).0, Err(Fault::Local));
    assert_eq!(read_from(&v2(0x21, 0x11, &[0; 12])).0, Err(Fault::Malformed), "ports 0");
    let nowhere = [&[0, 0, 0, 0], body.get(4..).unwrap()].concat();
    assert_eq!(read_from(&v2(0x21, 0x11, &nowhere)).0, Err(Fault::Malformed));
}

#[test]
fn additional_fields_are_bounded_and_whole_a110() {
    let body = announcing("203.0.113.7:4711".parse().unwrap()).split_off(FIXED);
    let with = |fields: &[u8]| read_from(&v2(0x21, 0x11, &[&body, fields].concat())).0;
    let client = Ok("203.0.113.7".parse().unwrap());
    assert_eq!(with(&[4, 0, 0]), client);
    assert_eq!(with(&[1, 0, 2, b'h', b'2', 4, 0, 1, 0]), client);
    assert_eq!(with(&[1, 0]), Err(Fault::Malformed));
    assert_eq!(with(&[1, 0, 3, b'h', b'2']), Err(Fault::Malformed));
    let padding = |length: usize| {
        let mut field = vec![4];
        field.extend(u16::try_from(length - 3).unwrap().to_be_bytes());
        field.resize(length, 0);
        field
    };
    assert_eq!(with(&padding(ROOM - 12)), client);
    assert_eq!(with(&padding(ROOM - 11)), Err(Fault::TooLong));
    assert_eq!(with(&padding(60_000)), Err(Fault::TooLong));
}

#[test]
fn a_checksum_that_is_there_is_right_a110() {
    assert_eq!(crc32c(b"123456789", 9), 0xE306_9283);
    let body = announcing("203.0.113.7:4711".parse().unwrap()).split_off(FIXED);
    let mut header = v2(0x21, 0x11, &[&body[..], &[3, 0, 4, 0, 0, 0, 0, 4, 0, 1, 9]].concat());
    let at = FIXED + 12 + 3;
    let sum = crc32c(&header, at);
    header[at..at + 4].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(read_from(&header).0, Ok("203.0.113.7".parse().unwrap()));
    // Without the byte that makes it a checksum there is none.
    let bytes = (FIXED..header.len()).filter(|&index| index != at - 3);
    for (index, flipped) in bytes.flat_map(|i| [(i, 1), (i, 0x80)]) {
        let mut other = header.clone();
        other[index] ^= flipped;
        assert_ne!(read_from(&other).0, Ok("203.0.113.7".parse().unwrap()), "{index}");
    }
    let twice = [&body[..], &[3, 0, 4, 0, 0, 0, 0], &[3, 0, 4, 0, 0, 0, 0]].concat();
    assert_eq!(read_from(&v2(0x21, 0x11, &twice)).0, Err(Fault::Malformed));
}

#[test]
fn a_mapped_address_is_announced_as_ipv4_a105_a110() {
    assert_eq!(v1("PROXY TCP6 ::ffff:a00:1 ::1 1 1\r\n"), Ok("10.0.0.1".parse().unwrap()));
    let mapped = announcing("[::ffff:10.0.0.1]:9".parse().unwrap());
    assert_eq!(read_from(&mapped).0, Ok("10.0.0.1".parse().unwrap()));
}

proptest! {
    #[test]
    fn whatever_is_announced_is_read_and_nothing_beyond_it_a110(
        ip in any::<IpAddr>(), port in 1_u16.., rest in vec(any::<u8>(), 0..40),
    ) {
        let source = SocketAddr::new(ip, port);
        let expected = plausible(ip).ok_or(Fault::Malformed);
        let family = if ip.is_ipv4() { "TCP4 " } else { "TCP6 " };
        let line = format!("PROXY {family}{ip} {ip} {port} 443\r\n");
        for mut bytes in [line.into_bytes(), announcing(source)] {
            bytes.extend(&rest);
            prop_assert_eq!(read_from(&bytes), (expected, rest.len()));
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic_and_never_too_many_a110(
        version in 0..3, bytes in vec(any::<u8>(), 0..300),
    ) {
        let begin: &[u8] = match version {
            0 => b"",
            1 => b"PROXY TCP4 ",
            _ => b"\r\n\r\n\0\r\nQUIT\n\x21\x11",
        };
        let all = [begin, &bytes].concat();
        let (_, left) = read_from(&all);
        prop_assert!(all.len() - left <= FIXED + ROOM);
    }
}
