//! G5: who may connect at all, judged before TLS and HTTP, and again for every request of a connection that is
//! open already.

use std::io::Read;
use std::net::TcpStream;

use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Way;
use crate::support::recorder::Recorder;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::World;

/// 127.0.0.3 is bad, 127.0.0.1 to .3 are near, 127.0.0.2 is a proxy.
const AREAS: &str = "networks:\n  bad: [127.0.0.3/32, 203.0.113.0/24]\n  near: [127.0.0.0/30, 198.51.100.0/24]\n  \
                     proxies: [127.0.0.2/32]\n";

fn with(rules: &str) -> impl Fn(Setup) -> Setup {
    move |setup: Setup| setup.top(&format!("{AREAS}{rules}"))
}

fn denied(gateway: &Gateway, words: &[&str]) -> f64 {
    gateway.metric(&[&["portcullis_connections_denied_total"], words].concat())
}

/// Whether a connection to this listener ends without a byte, before any was sent.
fn is_kept_out(gateway: &Gateway, listener: &str, way: &Way) -> bool {
    let mut client = RawClient::plain_by(way, gateway.listener_by(way, listener));
    client.is_closed()
}

#[test]
fn who_is_denied_is_closed_before_tls_and_http_and_denying_wins_a109() {
    let rules = "connections: { deny: [bad], allow: [near] }\n";
    let world = World::on_every_wire_with(Recorder::start(), with(rules));
    let (secure, _, _) = world.secure.as_ref().unwrap();
    for (from, rule) in [(3, "rule=\"bad\""), (4, "rule=\"allow\"")] {
        for (gateway, listener) in [(&world.gateway, "http"), (secure, "https")] {
            assert!(is_kept_out(gateway, listener, &Way::from(from)), "{listener} 127.0.0.{from}");
            let counted = || denied(gateway, &[rule, "mode=\"enforced\""]);
            eventually("it is counted by its rule", || (counted() - 1.0).abs() < 0.5);
        }
    }
    world.run(&[Row::forwarded("A-109", get("/x", FULL)).by(Way::from(2))]);
}

#[test]
fn where_the_answer_is_a_reset_the_client_gets_one_a109() {
    let rules = "connections: { deny: [bad], answer: reset }\n";
    let world = World::on_every_wire_with(Recorder::start(), with(rules));
    let (secure, _, _) = world.secure.as_ref().unwrap();
    for (gateway, listener) in [(&world.gateway, "http"), (secure, "https")] {
        let way = Way::from(3);
        let mut tcp: TcpStream = way.connect(gateway.listener_by(&way, listener));
        let ended = tcp.read(&mut [0; 16]).unwrap_err();
        assert_eq!(ended.kind(), std::io::ErrorKind::ConnectionReset, "{listener}");
        let counted = || denied(gateway, &["rule=\"bad\"", "mode=\"enforced\""]);
        eventually("it is counted once", || (counted() - 1.0).abs() < 0.5);
    }
    world.run(&[Row::forwarded("A-109", get("/x", FULL))]);
}

#[test]
fn whom_a_load_balancer_announces_is_judged_and_not_the_load_balancer_a110() {
    let rules = "proxies: { networks: [proxies] }\nconnections: { deny: [bad], allow: [near] }\n";
    let setup = |setup: Setup| with(rules)(setup).balanced();
    let world = World::on_every_wire_with(Recorder::start(), setup);
    let announcing =
        |client: &str| Way::saying(2, format!("PROXY TCP4 {client} 192.0.2.1 4711 443\r\n"));
    let (secure, _, _) = world.secure.as_ref().unwrap();
    for client in ["203.0.113.7", "192.0.2.7"] {
        assert!(is_kept_out(&world.gateway, "http", &announcing(client)), "{client}");
        assert!(is_kept_out(secure, "https", &announcing(client)), "{client}");
    }
    world.run(&[Row::forwarded("A-110", get("/x", FULL)).by(announcing("198.51.100.7"))]);
    assert!(denied(&world.gateway, &["rule=\"bad\""]) > 0.5);
}

#[test]
fn a_client_behind_a_proxy_is_refused_alone_and_the_connection_serves_others_a104_a109() {
    let rules =
        "proxies: { networks: [proxies], header: x_forwarded_for }\nconnections: { deny: [bad] }\n";
    let world = World::on_every_wire_with(Recorder::start(), with(rules));
    let from = |client: &str| get("/x", &format!("{FULL}X-Forwarded-For: {client}\r\n"));
    let way = || Way::from(2);
    world.run(&[
        Row::refused("A-109", &[403], from("203.0.113.7")).by(way()),
        Row::refused("A-104", &[403], from("198.51.100.7, 203.0.113.7")).by(way()),
        Row::forwarded("A-104", from("203.0.113.7, 198.51.100.7")).by(way()),
    ]);
    let mut client = world.gateway.connect_by(&way());
    for (of, status) in [("203.0.113.7", 403), ("198.51.100.7", 200), ("203.0.113.9", 403)] {
        client.send(&world.fill(from(of).as_bytes()));
        assert_eq!(client.response().status, status, "{of}");
    }
}

#[test]
fn rules_that_are_only_rehearsed_keep_nobody_out_and_are_counted_a109() {
    let rules = "connections: { report_only: { deny: [bad], allow: [near] } }\n";
    let world = World::on_every_wire_with(Recorder::start(), with(rules));
    let (response, _) = world.check(&Row::forwarded("A-109", get("/x", FULL)).by(Way::from(3)));
    let id = response.header("x-request-id").unwrap().to_owned();
    assert!((denied(&world.gateway, &["rule=\"bad\"", "mode=\"report_only\""]) - 1.0).abs() < 0.5);
    assert!(denied(&world.gateway, &["mode=\"enforced\""]) < 0.5);
    eventually("the access log tells of it", || {
        let records = world.gateway.access_log();
        let record = records.iter().find(|record| record["request_id"] == id.as_str());
        record.is_some_and(|record| record["report_only"]["decision"] == "refuse")
    });
}

#[test]
fn a_connection_that_was_let_in_is_judged_again_when_the_rules_change_a113() {
    let world = World::on_every_wire_with(Recorder::start(), with(""));
    let (secure, _, _) = world.secure.as_ref().unwrap();
    let way = Way::from(3);
    let mut plain = world.gateway.connect_by(&way);
    plain.send(&world.fill(get("/x", FULL).as_bytes()));
    assert_eq!(plain.response().status, 200);
    let mut h2 = crate::support::world::http2_by(&way, secure);
    let session = world.http2_session();
    let fields = [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", crate::support::gateway::HOST),
        (":path", "/x"),
        ("cookie", session.as_str()),
    ];
    let stream = h2.open(&fields, crate::support::h2::Last::Yes);
    assert_eq!(h2.ended(stream).status(), Some(200));
    for gateway in [&world.gateway, secure] {
        gateway.configure(&format!("{}connections: {{ deny: [bad] }}\n", gateway.setup_yaml()));
        gateway.sighup();
        let loaded = || gateway.metric(&["configuration_loads_total", "accepted"]);
        eventually("the stricter rules are in force", || loaded() > 1.5);
    }
    plain.send(&world.fill(get("/x", FULL).as_bytes()));
    assert_eq!(plain.response().status, 403);
    assert!(plain.is_closed(), "the connection stays open");
    let stream = h2.open(&fields, crate::support::h2::Last::Yes);
    assert_eq!(h2.ended(stream).status(), Some(403));
    h2.told_to_go();
    assert!(is_kept_out(&world.gateway, "http", &way), "a new connection");
}

#[test]
fn whom_a_load_balancer_announced_is_nobody_once_it_is_declared_no_more_a110_a113() {
    let rules = "proxies: { networks: [proxies] }\n";
    let world = World::with(Recorder::start(), |setup: Setup| with(rules)(setup).balanced());
    let gateway = &world.gateway;
    let way = Way::saying(2, "PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n");
    let mut client = gateway.connect_by(&way);
    client.send(&world.fill(get("/x", FULL).as_bytes()));
    assert_eq!(client.response().status, 200);
    let others = gateway.setup_yaml().replace("[127.0.0.2/32]", "[127.0.0.8/32]");
    gateway.configure(&others);
    gateway.sighup();
    let loaded = || gateway.metric(&["configuration_loads_total", "accepted"]);
    eventually("another proxy is declared", || loaded() > 1.5);
    client.send(&world.fill(get("/x", FULL).as_bytes()));
    let answer = client.response();
    assert_eq!((answer.status, answer.text().contains("client_address_unknown")), (403, true));
    assert!(client.is_closed(), "the connection stays open");
    assert_eq!(world.recorder.count(), 1);
}

#[test]
fn a_header_changes_nothing_about_who_is_kept_out_a102() {
    let rules = "proxies: { networks: [proxies], header: x_forwarded_for }\n";
    let site = "connections: { deny: [bad] }";
    let setup = |setup: Setup| with(rules)(setup).site_line(site);
    let world = World::on_every_wire_with(Recorder::start(), setup);
    let claiming = |client: &str| get("/x", &format!("{FULL}X-Forwarded-For: {client}\r\n"));
    world.run(&[
        Row::refused("A-102", &[403], claiming("198.51.100.7")).by(Way::from(3)),
        Row::forwarded("A-102", claiming("203.0.113.7")),
    ]);
}
