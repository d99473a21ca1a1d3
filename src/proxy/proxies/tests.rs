//! Headers of proxies and of others, and whom they name.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::prop_assume;
use proptest::proptest;

use super::*;

fn proxies(header: Announcement) -> Proxies {
    let networks = ["10.0.0.0/8", "2001:db8:f::/48"].map(|net| net.parse().unwrap());
    Proxies { networks: NetworkSet::new(networks.to_vec()), header: Some(header) }
}

fn headers(name: &'static str, lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(name, HeaderValue::from_bytes(line.as_bytes()).unwrap());
    }
    headers
}

fn asked(announcement: Announcement, peer: &str, lines: &[&str]) -> Result<String, Unknown> {
    let name = match announcement {
        Announcement::Forwarded => "forwarded",
        Announcement::XForwardedFor => "x-forwarded-for",
    };
    let client = proxies(announcement).client(peer.parse().unwrap(), &headers(name, lines));
    client.map(|address| address.to_string())
}

fn plain(lines: &[&str]) -> Result<String, Unknown> {
    asked(Announcement::XForwardedFor, "10.0.0.1", lines)
}

fn forwarded(line: &str) -> Result<String, Unknown> {
    asked(Announcement::Forwarded, "10.0.0.1", &[line])
}

#[test]
fn a_peer_that_is_nobodys_proxy_names_nobody_a102() {
    for peer in ["203.0.113.1", "11.0.0.1", "127.0.0.1", "2001:db8:e::1"] {
        let forged = ["10.1.1.1"];
        assert_eq!(asked(Announcement::XForwardedFor, peer, &forged).as_deref(), Ok(peer));
        assert_eq!(asked(Announcement::Forwarded, peer, &["for=10.1.1.1"]).as_deref(), Ok(peer));
    }
    let none = Proxies { header: None, ..proxies(Announcement::Forwarded) };
    let peer = "10.0.0.1".parse().unwrap();
    assert_eq!(none.client(peer, &headers("forwarded", &["for=1.2.3.4"])), Ok(peer));
}

#[test]
fn the_first_from_the_right_that_is_no_proxy_is_the_client_a104() {
    for lines in [
        &["203.0.113.7"][..],
        &["203.0.113.7, 10.0.0.2"],
        &["203.0.113.7", "10.0.0.2,2001:db8:f::1", " 10.0.0.4\t"],
        &["198.51.100.1, 203.0.113.7, 10.0.0.2, 10.0.0.3, 10.0.0.4"],
        &["10.1.1.1, 203.0.113.7"],
        &["a,,unknown, 10.0.0.9, 203.0.113.7"],
        &["203.0.113.7:4711, 10.0.0.2:80"],
        &["::ffff:203.0.113.7, ::ffff:10.0.0.3"],
        &["[::ffff:203.0.113.7]:9, [2001:db8:f::1]"],
    ] {
        assert_eq!(plain(lines).as_deref(), Ok("203.0.113.7"), "{lines:?}");
    }
    assert_eq!(plain(&["2001:db8::7, 10.0.0.2"]).as_deref(), Ok("2001:db8::7"));
}

#[test]
fn a_proxy_that_says_it_in_no_one_way_leaves_it_unknown_a103_a107() {
    let long = format!("{} 203.0.113.7", "10.0.0.2, ".repeat(32));
    let many = format!("{}203.0.113.7", "a,".repeat(1100));
    for entry in [
        "",
        " ",
        "a",
        "127.0.0.1, a",
        "203.0.113.7,",
        "203.0.113.7,,10.0.0.2",
        "unknown",
        "_x",
        "fe80::1%eth0",
        "[fe80::1%eth0]",
        "010.0.0.1",
        "0x0a000001",
        "10.1",
        "167772161",
        "203.0.113.7 10.0.0.2",
        "203.0.113.7;10.0.0.2",
        "\"203.0.113.7\"",
        "203.0.113.7:",
        "203.0.113.7:0",
        "203.0.113.7:080",
        "203.0.113.7:65536",
        "203.0.113.7:_x",
        "[203.0.113.7]",
        "[2001:db8::7",
        "2001:db8::7]",
        "[2001:db8::7]x",
        "[2001:db8::7]:",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "255.255.255.255",
        "203.0.113.7/32",
        "for=203.0.113.7",
        "console.test",
        "10.0.0.2",
        "10.0.0.2, 10.0.0.3",
        "203.0.113.7\u{e9}",
        &long,
        &many,
    ] {
        assert_eq!(plain(&[entry]), Err(Unknown), "{entry:?}");
    }
    assert_eq!(plain(&[]), Err(Unknown));
    assert_eq!(plain(&["203.0.113.7", ""]), Err(Unknown));
    assert_eq!(asked(Announcement::Forwarded, "::ffff:10.0.0.1", &[]), Err(Unknown));
}

#[test]
fn forwarded_is_read_by_its_own_grammar_a103_a104() {
    for line in [
        "for=203.0.113.7",
        "For=203.0.113.7;proto=http;by=_hidden",
        "proto=https;host=\"a,for=6.6.6.6\";for=203.0.113.7, for=10.0.0.2",
        "for=198.51.100.1, for=_x, proto=http, for=203.0.113.7 ,\tfor=\"[2001:db8:f::1]:99\"",
        "for=\"203.0.113.7:4711\"",
        "for=\"203.0.113.7:_x.1\"",
        "for=\"\\203.0.113.7\"",
        "for=\"[::ffff:203.0.113.7]\"",
    ] {
        assert_eq!(forwarded(line).as_deref(), Ok("203.0.113.7"), "{line}");
    }
    assert_eq!(forwarded("for=\"[2001:db8::7]\"").as_deref(), Ok("2001:db8::7"));
    for line in [
        "",
        ",",
        "for=203.0.113.7,",
        ",for=203.0.113.7",
        "for",
        "for=",
        "for=;proto=http",
        "proto=http",
        "for=203.0.113.7;",
        "for=203.0.113.7; proto=http",
        "for = 203.0.113.7",
        "for=203.0.113.7;for=203.0.113.7",
        "for=203.0.113.7;FOR=10.0.0.1",
        "for=203.0.113.7:80",
        "for=[2001:db8::7]",
        "for=\"2001:db8::7\"",
        "for=2001:db8::7",
        "for=\"203.0.113.7",
        "for=\"203.0.113.7\\",
        "for=\"203.0.113.7\"x",
        "for=\"\"",
        "for=unknown",
        "for=_x",
        "for=\"203.0.113.7:_\"",
        "for=\"[fe80::1%eth0]\"",
        "for=10.1",
        "for=010.0.0.1",
        "203.0.113.7",
        "for=\"203.0.113.7, 10.0.0.2\"",
        "for=10.0.0.2",
        // What somebody opened, the proxy's own entry may not close.
        "for=9.9.9.9, for=\", for=\"[2001:db8::7]\"",
        "for=9.9.9.9;x=\", for=203.0.113.7;host=\",for=6.6.6.6\"",
        "for=9.9.9.9;x=\"\\, for=203.0.113.7;by=\"_a\";proto=http",
    ] {
        assert_eq!(forwarded(line), Err(Unknown), "{line}");
    }
}

#[test]
fn a_claim_of_who_is_no_proxy_is_told_a102() {
    let told = |peer: &str, name: &'static str| {
        let ignored = proxies(Announcement::Forwarded)
            .ignored(peer.parse().unwrap(), &headers(name, &["10.1.1.1"]));
        ignored.map(Announcement::name).collect::<Vec<_>>()
    };
    assert_eq!(told("203.0.113.7", "x-forwarded-for"), ["x_forwarded_for"]);
    assert_eq!(told("203.0.113.7", "forwarded"), ["forwarded"]);
    assert!(told("10.0.0.1", "x-forwarded-for").is_empty());
    assert!(told("203.0.113.7", "accept").is_empty());
}

proptest! {
    #[test]
    fn whatever_stands_to_the_left_never_wins_a104(
        forged in "[ -~&&[^\"\\\\]]{0,60}", client in any::<IpAddr>(), hops in vec(any::<[u8; 2]>(), 0..5),
    ) {
        prop_assume!(plausible(client).is_some_and(|c| !proxies(Announcement::Forwarded).declare(c)));
        let told = client.to_canonical().to_string();
        let hops = hops.iter().map(|&[a, b]| IpAddr::from([10, 0, a, b]));
        let entries: Vec<IpAddr> = std::iter::once(client).chain(hops).collect();
        let list: Vec<String> = entries.iter().map(ToString::to_string).collect();
        prop_assert_eq!(plain(&[&format!("{forged},{}", list.join(", "))]), Ok(told.clone()));
        prop_assert_eq!(plain(&[&forged, &list.join(",")]), Ok(told.clone()));
        let list: Vec<String> = entries.iter().map(|entry| match entry {
            IpAddr::V4(v4) => format!("for={v4}"),
            IpAddr::V6(v6) => format!("for=\"[{v6}]\""),
        }).collect();
        let outcome = asked(Announcement::Forwarded, "10.0.0.1", &[&forged, &list.join(",")]);
        // What breaks the grammar is refused as a whole.
        prop_assert!(outcome == Ok(told) || outcome == Err(Unknown));
    }
}
