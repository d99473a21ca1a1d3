//! Geography databases that are missing, wrong, old, or replaced while the gateway runs.

use std::fs;

use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::mmdb::Mmdb;
use crate::support::mmdb::Record;
use crate::support::raw_client::RawClient;

const GEO: &str = "watch_files: 1s\ngeo: { database: City.mmdb, asn_database: ASN.mmdb }\n\
                   places: { germany: [DE], telekom: { asns: [AS3320] } }\n";

/// A gateway that looks at its files each second.
fn prepared() -> (Gateway, String) {
    let setup = Setup::before("127.0.0.1:9".parse().unwrap()).top(GEO);
    (Gateway::prepare(&setup), setup.yaml())
}

fn city() -> Mmdb {
    Mmdb::city().put("81.2.69.0/24", Record::country("DE"))
}

fn asn() -> Mmdb {
    Mmdb::asn().put("81.2.69.0/24", Record::asn(3320))
}

fn says(gateway: &Gateway, line: &str) -> bool {
    gateway.admin("/metrics").text().contains(&format!("portcullis_geo_database_{line}\n"))
}

fn decides(gateway: &Gateway) -> bool {
    says(gateway, "decides{database=\"places\"} 1")
}

#[test]
fn a_gateway_starts_without_usable_databases_and_says_so_loudly_a111() {
    let (mut gateway, yaml) = prepared();
    // One is missing, and in the place of the other somebody has put the wrong one.
    city().write(&gateway.path("ASN.mmdb"));
    let check = gateway.cli_ok(&["check"], "");
    assert!(check.contains("City.mmdb: the file cannot be read"), "{check}");
    assert!(check.contains("ASN.mmdb: a database of type GeoLite2-City holds no operators"));
    assert!(check.contains("refuse everybody"), "{check}");
    gateway.run();
    for database in ["places", "operators"] {
        assert!(says(&gateway, &format!("decides{{database=\"{database}\"}} 0")));
        assert!(says(&gateway, &format!("current{{database=\"{database}\"}} 0")));
        let refused = format!("loads_total{{database=\"{database}\",outcome=\"refused\"}} 1");
        assert!(says(&gateway, &refused));
    }
    let log = gateway.stderr();
    assert_eq!(log.matches("nothing is known of").count(), 2, "{log}");
    let audit = gateway.cli_ok(&["audit", "tail"], "");
    assert_eq!(audit.matches("geography_refused").count(), 2, "{audit}");
    // Too old is no better, until the operator allows it.
    city().days_old(120).write(&gateway.path("City.mmdb"));
    eventually("the old database", || gateway.stderr().contains("longer ago than"));
    assert!(!decides(&gateway));
    gateway.configure(&yaml.replace("geo: { ", "geo: { max_age: 200d, "));
    gateway.sighup();
    eventually("the old database in use", || decides(&gateway));
    asn().write(&gateway.path("ASN.mmdb"));
    eventually("the other database", || says(&gateway, "decides{database=\"operators\"} 1"));
    assert!(gateway.cli_ok(&["audit", "tail"], "").contains("geography_loaded"));
    assert!(!gateway.cli_ok(&["check"], "").contains("mmdb"));
}

#[test]
fn a_database_that_is_truncated_in_place_stays_in_use_as_it_was_a112() {
    let (mut gateway, _) = prepared();
    city().write(&gateway.path("City.mmdb"));
    asn().write(&gateway.path("ASN.mmdb"));
    gateway.run();
    assert!(decides(&gateway) && says(&gateway, "current{database=\"places\"} 1"));
    let whole = city().put("81.2.70.0/24", Record::country("FR")).bytes();
    fs::write(gateway.path("City.mmdb"), &whole[..whole.len() / 2]).unwrap();
    let refused = "loads_total{database=\"places\",outcome=\"refused\"} 1";
    eventually("the half database refused", || says(&gateway, refused));
    assert!(decides(&gateway) && says(&gateway, "current{database=\"places\"} 0"));
    assert!(gateway.stderr().contains("the geography database in use stays in use"));
    fs::write(gateway.path("City.mmdb"), &whole).unwrap();
    let accepted = "loads_total{database=\"places\",outcome=\"accepted\"} 2";
    eventually("the whole database", || says(&gateway, accepted));
    assert!(decides(&gateway) && says(&gateway, "current{database=\"places\"} 1"));
}

#[test]
fn reloads_while_a_database_is_written_leave_no_gap_and_no_panic_a112() {
    let (mut gateway, _) = prepared();
    city().write(&gateway.path("City.mmdb"));
    asn().write(&gateway.path("ASN.mmdb"));
    gateway.run();
    let path = gateway.path("City.mmdb");
    for round in 0..20_u32 {
        // In place, a piece at a time, with a reload between the pieces.
        let network = format!("81.3.{round}.0/24");
        let bytes = city().put(&network, Record::country("FR")).bytes();
        let middle = bytes.len() / 2;
        fs::write(&path, &bytes[..middle]).unwrap();
        gateway.sighup();
        assert!(decides(&gateway), "{round}");
        fs::write(&path, &bytes).unwrap();
        gateway.sighup();
        assert!(decides(&gateway), "{round}");
    }
    let current = || says(&gateway, "current{database=\"places\"} 1");
    eventually("the last database in use", current);
    assert!(decides(&gateway));
    let log = gateway.stderr();
    assert!(!log.contains("panicked"), "{log}");
}

/// What a program gets that asks from an address which a declared proxy names.
fn asked_from(gateway: &Gateway, client: &str) -> (u16, String) {
    let mut raw = RawClient::plain(gateway.http());
    let head = format!("GET /x HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: {client}\r\n\r\n");
    raw.send(head.as_bytes());
    let response = raw.response();
    (response.status, response.text())
}

fn is_refused(gateway: &Gateway, client: &str, reason: &str) -> bool {
    let (status, text) = asked_from(gateway, client);
    status == 403 && text.contains(reason)
}

#[test]
fn a_place_lets_in_who_is_there_and_nobody_of_whom_it_is_not_known_s0_28_s0_29_a111_a118() {
    let rules = "connections: { deny: [france], allow: [germany, telekom] }";
    let top = GEO.replace("places: {", "places: { france: [FR],")
        + "networks: { front: [127.0.0.0/8] }\n\
           proxies: { networks: [front], header: x_forwarded_for }\n";
    let setup = Setup::before("127.0.0.1:9".parse().unwrap()).top(&top).site_line(rules);
    let mut gateway = Gateway::prepare(&setup);
    let made = city().put("81.2.70.0/24", Record::country("FR"));
    made.put("81.2.71.0/24", Record::country("US")).write(&gateway.path("City.mmdb"));
    asn().put("81.2.71.0/24", Record::asn(7922)).write(&gateway.path("ASN.mmdb"));
    gateway.run();
    let asked_to_prove = || asked_from(&gateway, "81.2.69.1").0 == 401;
    assert!(asked_to_prove());
    assert!(is_refused(&gateway, "81.2.70.1", "place_denied"));
    assert_eq!(asked_from(&gateway, "81.2.71.1").0, 403);
    for unknown in ["8.8.8.8", "10.1.1.1", "203.0.113.1", "fd00::1", "2002:5102:4501::1"] {
        assert!(is_refused(&gateway, unknown, "place_unknown"), "{unknown}");
    }
    // A new database judges the next request.
    Mmdb::city().put("81.2.69.0/24", Record::country("FR")).write(&gateway.path("City.mmdb"));
    eventually("the new database", || is_refused(&gateway, "81.2.69.1", "place_denied"));
    // Without any, nobody is known to be anywhere.
    fs::remove_file(gateway.path("City.mmdb")).unwrap();
    gateway.restart();
    for anybody in ["81.2.69.1", "81.2.70.1", "8.8.8.8"] {
        assert!(is_refused(&gateway, anybody, "place_unknown"), "{anybody}");
    }
}
