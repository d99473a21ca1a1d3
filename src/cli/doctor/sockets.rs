//! At which addresses of this machine a port is listened at, as the system tells (`/proc/net/tcp`, `tcp6`).

use std::fs;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::UdpSocket;

/// The state of a socket that listens.
const LISTENS: &str = "0A";

/// The addresses; none: the system does not tell.
pub(super) fn listening_at(port: u16) -> Option<Vec<IpAddr>> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let texts: Vec<String> = tables.iter().filter_map(|it| fs::read_to_string(it).ok()).collect();
    (!texts.is_empty()).then(|| texts.iter().flat_map(|text| listed(text, port)).collect())
}

/// Whether an address is this machine's own.
pub(super) fn is_ours(address: IpAddr) -> bool {
    address.is_loopback() || UdpSocket::bind((address, 0)).is_ok()
}

fn listed(text: &str, port: u16) -> Vec<IpAddr> {
    let line = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let (address, at) = words.next()?.split_once(':')?;
        let state = words.nth(1)?;
        let is_it = state == LISTENS && u16::from_str_radix(at, 16) == Ok(port);
        is_it.then(|| address_of(address)).flatten()
    };
    text.lines().filter_map(line).collect()
}

/// An address in the order of this machine's memory, four bytes at a time.
fn address_of(hex: &str) -> Option<IpAddr> {
    let bytes = data_encoding::HEXUPPER.decode(hex.as_bytes()).ok()?;
    let mut ordered = Vec::new();
    for word in bytes.chunks(4) {
        ordered.extend(u32::from_ne_bytes(word.try_into().ok()?).to_be_bytes());
    }
    if let Ok(v4) = <[u8; 4]>::try_from(ordered.as_slice()) {
        return Some(Ipv4Addr::from(v4).into());
    }
    <[u8; 16]>::try_from(ordered.as_slice()).ok().map(|v6| Ipv6Addr::from(v6).to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn who_listens_is_read_from_what_the_system_tells() {
        for (bound, listens) in [("127.0.0.1:0", "127.0.0.1"), ("0.0.0.0:0", "0.0.0.0")] {
            let listener = TcpListener::bind(bound).unwrap();
            let port = listener.local_addr().unwrap().port();
            assert_eq!(listening_at(port).unwrap(), [listens.parse::<IpAddr>().unwrap()]);
        }
        let text = "  sl  local_address                         remote_address st\n   \
                    0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0 0\n   \
                    1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0 0\n   \
                    2: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 01 0 0\n";
        assert_eq!(listed(text, 8080), ["::1", "::"].map(|it| it.parse::<IpAddr>().unwrap()));
        assert!(listed(text, 80).is_empty());
    }

    #[test]
    fn an_address_is_ours_when_it_can_be_had() {
        assert!(is_ours(Ipv4Addr::LOCALHOST.into()));
        assert!(!is_ours("192.0.2.1".parse().unwrap()));
    }
}
