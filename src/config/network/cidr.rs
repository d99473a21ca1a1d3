//! One network in CIDR notation. Strict: what another program could read as another network, and what is
//! none, is refused with what was probably meant.

use std::net::IpAddr;

use ipnet::IpNet;

use super::super::error::Problem;

/// What is allowed, in words.
const FORM: &str = "a network such as 10.0.0.0/8 or fd00::/8";

fn no_network() -> Problem {
    Problem::new("not a network in CIDR notation").allowed(FORM)
}

/// A network. A single address is none: in the configuration its length is written.
pub(super) fn network(text: &str) -> Result<IpNet, Problem> {
    let Some((address, length)) = text.split_once('/') else {
        return Err(match text.parse::<IpAddr>() {
            Ok(address) => {
                let length = longest(address);
                no_network().hint(format!("for this one address write {address}/{length}"))
            }
            Err(_) => with_hint(no_network(), text),
        });
    };
    let address: IpAddr = address.parse().map_err(|_| with_hint(no_network(), address))?;
    let longest = longest(address);
    let digits = length.len() <= 3 && length.bytes().all(|b| b.is_ascii_digit());
    let plain = digits && (length == "0" || !length.starts_with('0'));
    let bits = plain.then(|| length.parse().ok()).flatten().filter(|bits| *bits <= longest);
    let network = bits.and_then(|bits| IpNet::new(address, bits).ok()).ok_or_else(|| {
        let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
        let text = format!("the length of an {family} network is 0 to {longest}, in decimal");
        no_network().hint(text)
    })?;
    if network.trunc() != network {
        return Err(Problem::new("the address is inside the network, not its beginning")
            .allowed(FORM)
            .hint(format!("the network is {}", network.trunc())));
    }
    unmapped(network)
}

/// A network, or a single address, which means itself.
pub(super) fn network_or_address(text: &str) -> Result<IpNet, Problem> {
    let network = match text.parse::<IpAddr>() {
        Ok(address) => unmapped(IpNet::from(address)),
        Err(_) => network(text),
    };
    network.map_err(|problem| {
        problem.allowed("a network such as 10.0.0.0/8 or fd00::/8, or an address")
    })
}

const fn longest(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn unmapped(network: IpNet) -> Result<IpNet, Problem> {
    let mapped = matches!(network.addr(), IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
    if mapped {
        let hint = "write IPv4 networks as IPv4; mapped addresses are judged as IPv4";
        return Err(no_network().hint(hint));
    }
    Ok(network)
}

/// Says what an address that is none was probably meant to be.
fn with_hint(problem: Problem, text: &str) -> Problem {
    let numeric = |b: u8| b.is_ascii_hexdigit() || b == b'.' || b == b'x' || b == b'X';
    let is_address = |text: &str| text.trim().parse::<IpAddr>().is_ok();
    if text.trim() != text {
        problem.hint("without spaces")
    } else if text.contains('%') {
        problem.hint("without a zone: it means something else on every machine")
    } else if text.split_once('-').is_some_and(|(a, b)| is_address(a) && is_address(b)) {
        problem.hint("write a range as the networks that it consists of")
    } else if text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(numeric) {
        problem.hint("an IPv4 address is four decimal numbers, without leading zeros")
    } else if text.bytes().any(|b| b.is_ascii_alphabetic()) && !text.contains(':') {
        problem.hint(
            "names are not looked up, since whoever answers for one would decide who is in: write its \
             addresses",
        )
    } else {
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_read_in_two_ways_is_no_network_a107() {
        for text in [
            "010.0.0.0/8",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "0x0a000000/8",
            "10.0/16",
            "167772160/8",
            " 10.0.0.0/8",
            "10.0.0.0 /8",
            "10.0.0.0/ 8",
            "10.0.0.0/8 ",
            "fe80::%eth0/10",
            "fe80::/10%eth0",
            "10.0.0.0/255.0.0.0",
            "10.0.0.0/8/8",
            "10.0.0.0/",
            "/8",
            "",
            "10.0.0.1-10.0.0.9",
            "10.0.0.*",
            "１０.0.0.0/8",
        ] {
            assert!(network(text).is_err(), "{text:?}");
            assert!(network_or_address(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_length_belongs_to_its_family_and_no_bit_is_beyond_it_a108() {
        for text in ["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/64", "fd00::/129", "fd00::1/64"] {
            assert!(network(text).is_err(), "{text}");
        }
        for text in ["0.0.0.0/0", "::/0", "10.0.0.0/8", "10.0.0.1/32", "fd00::/8", "fd00::1/128"] {
            assert_eq!(network(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_single_address_is_a_network_of_its_own_only_in_lists() {
        assert!(network("10.0.0.1").is_err());
        assert_eq!(network_or_address("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network_or_address("fd00::1").unwrap().to_string(), "fd00::1/128");
        assert!(network_or_address("::ffff:10.0.0.1").is_err());
        assert!(network_or_address("::ffff:10.0.0.0/104").is_err());
    }

    #[test]
    fn a_host_name_is_refused_with_the_reason_a119() {
        for text in ["vpn.example.com", "localhost", "office/24", "a-b.example"] {
            let problem = network(text).unwrap_err();
            assert!(problem.hint.unwrap().contains("names are not looked up"), "{text}");
        }
    }
}
