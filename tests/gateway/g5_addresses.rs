//! G5: where a client is. One address per request, by configuration alone: the socket's peer, a PROXY header,
//! or the header of a declared proxy.

use crate::support::browser::Browser;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Way;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::World;

const ANNOUNCED: &str = "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\n";

/// 127.0.0.2 and what begins with 10. are proxies.
const PROXIES: &str =
    "networks: { proxies: [127.0.0.2/32, 10.0.0.0/8] }\nproxies:\n  networks: [proxies]\n";

fn balanced(setup: Setup) -> Setup {
    setup.balanced().top(PROXIES)
}

/// A header of version 2 with these addresses, ports and additional fields.
fn version2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let mut header = b"\r\n\r\n\0\r\nQUIT\n".to_vec();
    header.extend([command, family]);
    header.extend(u16::try_from(rest.len()).unwrap().to_be_bytes());
    header.extend(rest);
    header
}

const IPV4: [u8; 12] = [203, 0, 113, 7, 192, 0, 2, 1, 18, 103, 1, 187];

/// What a console is told, in every form, and what the assertion says.
fn told(seen: &[Recorded]) -> Vec<String> {
    let request = &seen[0];
    let assertion = &request.values("portcullis-assertion")[0];
    let claims = assertion.split('.').nth(1).unwrap();
    let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    let mut told: Vec<_> = ["x-forwarded-for", "x-real-ip"]
        .into_iter()
        .flat_map(|name| request.values(name))
        .collect();
    told.extend(request.values("forwarded").iter().map(|value| {
        let node = value.split(';').next().unwrap().trim_start_matches("for=");
        node.trim_matches(['"', '[', ']']).to_owned()
    }));
    told.push(claims["client"]["ip"].as_str().unwrap().to_owned());
    told
}

/// What is forwarded comes from `client` everywhere: at the console, in the assertion, in the access log.
fn comes_from(world: &World, client: &str, row: &Row) {
    let way = row.way.clone();
    world.check_each(row, |wire, _, seen| {
        assert_eq!(told(seen), [client; 4], "{wire:?} {way:?}");
        let id = seen[0].values("x-request-id");
        let gateways = [Some(&world.gateway), world.secure.as_ref().map(|(gateway, _, _)| gateway)];
        eventually("its line in the access log", || {
            let records = gateways.iter().flatten().flat_map(|gateway| gateway.access_log());
            let record = records.into_iter().find(|record| record["request_id"] == id[0].as_str());
            record.is_some_and(|record| record["client"] == client)
        });
    });
}

#[test]
fn whom_a_load_balancer_announces_is_the_client_everywhere_a110() {
    let world = World::on_every_wire_with(Recorder::start(), balanced);
    let forged = "X-Forwarded-For: 10.9.9.9\r\nForwarded: for=10.9.9.9\r\nX-Real-IP: 10.9.9.9\r\n";
    let request = get("/x", &format!("{FULL}{forged}"));
    let row = |preamble: &[u8]| {
        Row::forwarded("A-110", request.clone()).by(Way::saying(2, preamble)).stays_open()
    };
    comes_from(&world, "203.0.113.7", &row(ANNOUNCED.as_bytes()));
    comes_from(&world, "203.0.113.7", &row(&version2(0x21, 0x11, &IPV4)));
    let ipv6 = [
        &"2001:db8::7".parse::<std::net::Ipv6Addr>().unwrap().octets()[..],
        &[0; 15],
        &[1, 18, 103, 1, 187],
        &[4, 0, 100],
        &[0; 100],
    ];
    comes_from(&world, "2001:db8::7", &row(&version2(0x21, 0x21, &ipv6.concat())));
    let mapped = "PROXY TCP6 ::ffff:203.0.113.7 ::1 4711 443\r\n";
    comes_from(&world, "203.0.113.7", &row(mapped.as_bytes()));
    // Beside it, the other listener takes the peer for what it is.
    let direct = Row::forwarded("A-102", request.clone()).by(Way::from(3));
    comes_from(&world, "127.0.0.3", &direct);
    comes_from(&world, "127.0.0.2", &direct.by(Way::from(2)));
}

/// Sends this to the listener for load balancers; the connection ends without a byte.
fn refused(gateway: &Gateway, listener: &str, way: &Way, reason: &str) {
    let label = format!("reason=\"{reason}\"");
    let counted = || gateway.metric(&["portcullis_connections_broken_total", &label]);
    let before = counted();
    let mut client = RawClient::plain_by(way, gateway.listener_by(way, listener));
    // The start of a handshake, or the whole of a request.
    let next = if listener == "https" {
        "\x16\x03\x01\x02\0\x01\0\x01\u{7c}\x03\x03 and so on".to_owned()
    } else {
        get("/public", "")
    };
    client.send(next.as_bytes());
    assert!(client.is_closed(), "{reason} {way:?}");
    eventually(&format!("{reason} {way:?} counted"), || counted() > before);
}

#[test]
fn what_does_not_begin_as_a_declared_load_balancer_s_connection_is_closed_a110() {
    let world = World::on_every_wire_with(Recorder::start(), balanced);
    let (secure, _, _) = world.secure.as_ref().unwrap();
    let fields = |length: u16| {
        let field = [&[4], &length.to_be_bytes()[..], &vec![0; usize::from(length)]].concat();
        version2(0x21, 0x11, &[&IPV4[..], &field].concat())
    };
    let rows: Vec<(u8, Vec<u8>, &str)> = vec![
        (3, ANNOUNCED.into(), "proxy_undeclared"),
        (1, ANNOUNCED.into(), "proxy_undeclared"),
        (3, Vec::new(), "proxy_undeclared"),
        (2, Vec::new(), "proxy_missing"),
        (2, b"proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n".to_vec(), "proxy_missing"),
        (2, b"PROXY TCP4 010.0.0.1 192.0.2.1 4711 443\r\n".to_vec(), "proxy_malformed"),
        (2, b"PROXY TCP4 10.1 192.0.2.1 4711 443\r\n".to_vec(), "proxy_malformed"),
        (2, b"PROXY TCP6 fe80::1%eth0 ::1 4711 443\r\n".to_vec(), "proxy_malformed"),
        (2, b"PROXY TCP4 203.0.113.7 192.0.2.1 0 443\r\n".to_vec(), "proxy_malformed"),
        (2, b"PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\n".to_vec(), "proxy_malformed"),
        (2, format!("PROXY TCP4 {}", "1".repeat(200)).into(), "proxy_too_long"),
        (2, b"PROXY UNKNOWN\r\n".to_vec(), "proxy_unknown"),
        (2, version2(0x21, 0x00, &[]), "proxy_unknown"),
        (2, version2(0x21, 0x12, &IPV4), "proxy_unknown"),
        (2, version2(0x21, 0x31, &[0; 216]), "proxy_unknown"),
        (2, version2(0x20, 0x00, &[]), "proxy_local"),
        (2, version2(0x20, 0x11, &IPV4), "proxy_local"),
        (2, version2(0x21, 0x11, &IPV4[..11]), "proxy_malformed"),
        (2, version2(0x11, 0x11, &IPV4), "proxy_malformed"),
        (2, version2(0x21, 0x11, &[&IPV4[..], &[4, 0, 9]].concat()), "proxy_malformed"),
        (2, fields(4090), "proxy_too_long"),
        (2, fields(60_000), "proxy_too_long"),
    ];
    for (from, preamble, reason) in rows {
        let way = Way::saying(from, preamble);
        refused(&world.gateway, "http", &way, reason);
        refused(secure, "https", &way, reason);
    }
    assert_eq!(world.recorder.count(), 0);
    // Where no header is due, one is no request, whoever sends it.
    let row = Row::refused("A-110", &[400], format!("{ANNOUNCED}{}", get("/x", FULL)));
    let (gateway, way) = (&world.gateway, Way::from(2));
    let mut client = RawClient::plain_by(&way, gateway.http());
    client.send(&row.sent);
    assert_eq!(client.response().status, 400);
    assert!(client.is_closed());
    let trust = secure.trust(&["http/1.1"]).unwrap();
    let ahead = Way::saying(2, ANNOUNCED);
    assert!(RawClient::try_tls_by(&ahead, secure.listener("https"), &trust).is_none());
    assert_eq!(world.recorder.count(), 0);
}

#[test]
fn a_load_balancer_that_does_not_finish_its_header_is_not_waited_for_a110_a095() {
    let setup = |setup: Setup| balanced(setup).top("limits: { handshake_timeout: 1s }\n");
    let world = World::with(Recorder::start(), setup);
    for begun in [&b""[..], b"PROXY TCP4 203.0.113.7 192", &version2(0x21, 0x11, &IPV4)[..20]] {
        let way = Way::saying(2, begun);
        let mut client = RawClient::plain_by(&way, world.gateway.listener_by(&way, "http"));
        assert!(client.is_closed());
    }
    let timeouts = || world.gateway.metric(&["connections_broken_total", "\"proxy_timeout\""]);
    eventually("three timeouts", || (timeouts() - 3.0).abs() < 0.5);
}

#[test]
fn who_is_no_declared_proxy_names_nobody_else_and_is_counted_a102() {
    for header in ["x_forwarded_for", "forwarded"] {
        let setup = |setup: Setup| setup.top(&format!("{PROXIES}  header: {header}\n"));
        let world = World::on_every_wire_with(Recorder::start(), setup);
        let forged = "X-Forwarded-For: 10.1.1.1\r\nForwarded: for=10.1.1.1\r\n";
        let row = Row::forwarded("A-102", get("/admin", &format!("{FULL}{forged}")));
        comes_from(&world, "127.0.0.1", &row);
        comes_from(&world, "127.0.0.3", &row.by(Way::from(3)));
        let (secure, _, _) = world.secure.as_ref().unwrap();
        for label in ["\"x_forwarded_for\"", "\"forwarded\""] {
            let words = ["portcullis_client_announcements_ignored_total", label];
            let counted = world.gateway.metric(&words) + secure.metric(&words);
            assert!((counted - 6.0).abs() < 0.5, "{label}: {counted}");
        }
    }
}

#[test]
fn the_first_from_the_right_that_is_no_proxy_is_the_client_a104() {
    let setup = |setup: Setup| setup.top(&format!("{PROXIES}  header: x_forwarded_for\n"));
    let world = World::on_every_wire_with(Recorder::start(), setup);
    for lines in [
        &["203.0.113.7"][..],
        &["203.0.113.7, 10.0.0.2"],
        &["1.1.1.1, 203.0.113.7:4711, 10.0.0.2", "10.0.0.3,10.0.0.4"],
        &["10.1.1.1, 203.0.113.7"],
        &["unknown, , a", "::ffff:203.0.113.7, 127.0.0.2"],
    ] {
        let lines = lines.join("\r\nX-Forwarded-For: ");
        // The other header is not read, whatever it says.
        let request =
            get("/x", &format!("{FULL}X-Forwarded-For: {lines}\r\nForwarded: for=10.9.9.9\r\n"));
        comes_from(&world, "203.0.113.7", &Row::forwarded("A-104", request).by(Way::from(2)));
    }
}

#[test]
fn forwarded_names_the_client_by_its_own_grammar_a104() {
    let setup = |setup: Setup| setup.top(&format!("{PROXIES}  header: forwarded\n"));
    let world = World::on_every_wire_with(Recorder::start(), setup);
    let line = "for=1.1.1.1, proto=https;for=\"[2001:db8::7]:_x\";host=\"a,b\", for=10.0.0.2";
    let request = get("/x", &format!("{FULL}Forwarded: {line}\r\nX-Forwarded-For: 10.9.9.9\r\n"));
    comes_from(&world, "2001:db8::7", &Row::forwarded("A-104", request).by(Way::from(2)));
    let open = format!("{FULL}Forwarded: for=1.1.1.1, for=\", for=\"[2001:db8::7]\"\r\n");
    world.run(&[Row::refused("A-104", &[403], get("/x", &open)).by(Way::from(2))]);
}

#[test]
fn a_declared_proxy_that_does_not_say_who_asks_is_refused_a103_a107() {
    let setup = |setup: Setup| setup.top(&format!("{PROXIES}  header: x_forwarded_for\n"));
    let world = World::on_every_wire_with(Recorder::start(), setup);
    let long = format!("{} 203.0.113.7", "10.0.0.2, ".repeat(400));
    for entry in [
        "a",
        "",
        "127.0.0.1, a",
        "fe80::1%eth0",
        "010.0.0.1",
        "0x0a000001",
        "10.1",
        "167772161",
        "unknown",
        "_hidden",
        "203.0.113.7,",
        "10.0.0.2",
        "10.0.0.2, 127.0.0.2",
        "203.0.113.7 a",
        "0.0.0.0",
        &long,
    ] {
        let headers = format!("{FULL}X-Forwarded-For: {entry}\r\n");
        for target in ["/x", "/public", "/.portcullis/sign-in"] {
            let row = Row::refused("A-103", &[403], get(target, &headers)).by(Way::from(2));
            let (response, _) = world.check(&row);
            assert!(response.text().contains("client_address_unknown"), "{}", response.text());
        }
    }
    let missing = |method: &str, target: &str| {
        let request = crate::support::row::request(method, target, FULL);
        Row::refused("A-103", &[403], request).by(Way::from(2))
    };
    world.run(&[missing("GET", "/x"), missing("OPTIONS", "*"), missing("POST", "/x")]);
    let audited = || world.gateway.cli_ok(&["audit", "tail", "--limit", "100"], "");
    eventually("the refusal in the audit log", || audited().contains("client_ip_unknown"));
    let records = world.gateway.access_log();
    let unknown = records.iter().filter(|record| record["refusal"] == "client_address_unknown");
    assert!(unknown.clone().count() > 40);
    assert!(unknown.clone().all(|record| record["client"].is_null()));
}

#[test]
fn behind_a_declared_proxy_a_person_signs_in_from_her_own_address_a104_a117() {
    let recorder = Recorder::start();
    let person = crate::support::person::Person::named("alice");
    let setup = balanced(Setup::before(recorder.address()));
    let gateway = Gateway::start(&setup, &[&person]);
    let mut names = 0;
    let mut attempt = |client: &str| {
        // Another name each time: each has a budget of its own, besides the network's.
        names += 1;
        let login = format!("nobody{names}");
        let preamble = format!("PROXY TCP6 {client} ::1 4711 443\r\n");
        let mut browser = Browser::by(&gateway, Way::saying(2, preamble));
        let form = browser.form("sign-in").with("login", &login).with("password", "not-a-password");
        browser.submit(&form).status
    };
    let mut statuses: Vec<u16> =
        (1..=40).map(|n| attempt(&format!("2001:db8:1:{n:x}::{n:x}"))).collect();
    assert_eq!(statuses.pop(), Some(429), "one bucket for a /56: {statuses:?}");
    let other = attempt("2001:db8:1:100::1");
    assert_ne!(other, 429, "another /56 has its own");
}
