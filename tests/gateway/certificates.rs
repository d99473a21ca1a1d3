//! Certificate files that are replaced while the gateway runs, in the ways of those who replace them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use rcgen::CertificateParams;
use rcgen::KeyPair;
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;

use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Trust;

/// A certificate in PEM, its key in PEM, and the certificate as clients get it.
struct Made {
    chain: String,
    key: String,
    der: CertificateDer<'static>,
}

fn made() -> Made {
    made_until(OffsetDateTime::now_utc() + time::Duration::days(90))
}

fn made_until(end: OffsetDateTime) -> Made {
    let mut params = CertificateParams::new(vec![HOST.to_owned()]).unwrap();
    params.not_before = end - time::Duration::days(100);
    params.not_after = end;
    let pair = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&pair).unwrap();
    Made { chain: certificate.pem(), key: pair.serialize_pem(), der: certificate.der().clone() }
}

fn private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Replaces a file as careful programs do: written beside it, then renamed over it.
fn rename_over(gateway: &Gateway, name: &str, text: &str) {
    let beside = gateway.path(&format!("{name}.new"));
    private(&beside, text);
    fs::rename(&beside, gateway.path(name)).unwrap();
}

/// A gateway with this certificate that looks at its files each second.
fn gateway(first: &Made) -> Gateway {
    let setup = Setup::before("127.0.0.1:9".parse().unwrap()).tls();
    let mut gateway = Gateway::prepare(&setup);
    gateway.configure(&watching(&setup.yaml()));
    private(&gateway.path("console.pem"), &first.chain);
    private(&gateway.path("console.key"), &first.key);
    gateway.run();
    assert!(serves(&gateway, first));
    gateway
}

fn watching(yaml: &str) -> String {
    let watching = yaml.replace("tls:\n", "tls:\n  watch: 1s\n");
    assert_ne!(watching, yaml);
    watching
}

/// Whether a client that trusts this certificate alone gets an answer.
fn serves(gateway: &Gateway, made: &Made) -> bool {
    let alpn = vec![b"http/1.1".to_vec()];
    let trust = Trust { root: made.der.clone(), name: HOST.to_owned(), alpn };
    let address = gateway.listener("https");
    let Some(mut client) = RawClient::try_tls(address, &trust) else { return false };
    client.send(format!("GET /x HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes());
    client.response().status == 401
}

fn refused(gateway: &Gateway) -> f64 {
    gateway.metric(&["certificate_loads", "refused"])
}

fn counts(gateway: &Gateway, line: &str) -> bool {
    gateway.admin("/metrics").text().contains(&format!("portcullis_{line}\n"))
}

#[test]
fn a_replaced_certificate_is_taken_up_by_itself_however_it_is_replaced_a312() {
    let first = made();
    let gateway = gateway(&first);
    // Renamed over, the key first: until the certificate follows, the two do not fit.
    let second = made();
    rename_over(&gateway, "console.key", &second.key);
    assert!(serves(&gateway, &first));
    rename_over(&gateway, "console.pem", &second.chain);
    eventually("the renamed certificate", || serves(&gateway, &second));
    assert!(!serves(&gateway, &first), "the old certificate is still served");
    // Written in place, the certificate first.
    let third = made();
    fs::write(gateway.path("console.pem"), &third.chain).unwrap();
    fs::write(gateway.path("console.key"), &third.key).unwrap();
    eventually("the certificate written in place", || serves(&gateway, &third));
    assert!(counts(&gateway, "certificate_loads_total{outcome=\"accepted\"} 2"));
    assert!(counts(&gateway, "certificates_current 1"));
    let audit = gateway.cli_ok(&["audit", "tail"], "");
    assert_eq!(audit.matches("certificate_loaded").count(), 2, "{audit}");
}

#[test]
fn a_swapped_link_as_kubernetes_leaves_it_is_followed_a312() {
    let (first, second) = (made(), made());
    let setup = Setup::before("127.0.0.1:9".parse().unwrap()).tls();
    let mut gateway = Gateway::prepare(&setup);
    for (version, pair) in [("..1", &first), ("..2", &second)] {
        fs::create_dir(gateway.path(version)).unwrap();
        private(&gateway.path(version).join("tls.crt"), &pair.chain);
        private(&gateway.path(version).join("tls.key"), &pair.key);
    }
    symlink("..1", gateway.path("..data")).unwrap();
    for (name, file) in [("console.pem", "tls.crt"), ("console.key", "tls.key")] {
        fs::remove_file(gateway.path(name)).unwrap();
        symlink(Path::new("..data").join(file), gateway.path(name)).unwrap();
    }
    gateway.configure(&watching(&setup.yaml()));
    gateway.run();
    assert!(serves(&gateway, &first));
    symlink("..2", gateway.path("..data_tmp")).unwrap();
    fs::rename(gateway.path("..data_tmp"), gateway.path("..data")).unwrap();
    eventually("the swapped certificate", || serves(&gateway, &second));
}

#[test]
fn a_pair_that_cannot_be_used_is_told_once_however_often_it_is_looked_at_a312() {
    let setup = Setup::before("127.0.0.1:9".parse().unwrap()).tls();
    let mut gateway = Gateway::prepare(&setup);
    let first = "      private_key: console.key\n";
    let both = format!("{first}    - certificate: second.pem\n      private_key: second.key\n");
    gateway.configure(&watching(&setup.yaml()).replace(first, &both));
    let second = made();
    private(&gateway.path("second.pem"), &second.chain);
    private(&gateway.path("second.key"), &second.key);
    gateway.run();
    rename_over(&gateway, "console.pem", "no certificate");
    eventually("the refusal", || refused(&gateway) >= 1.0);
    // Each of these takes another look at all files.
    for round in 1_u8..=3 {
        let next = made();
        rename_over(&gateway, "second.key", &next.key);
        rename_over(&gateway, "second.pem", &next.chain);
        let loads = || gateway.metric(&["certificate_loads", "accepted"]);
        eventually("the other certificate", || loads() >= f64::from(round));
    }
    assert!(counts(&gateway, "certificate_loads_total{outcome=\"refused\"} 1"));
}

#[test]
fn a_pair_that_cannot_be_used_keeps_the_old_one_and_is_told_once_a312() {
    let first = made();
    let gateway = gateway(&first);
    let expired = made_until(OffsetDateTime::now_utc() - time::Duration::days(1));
    let other = made();
    let cases = [
        (other.chain.as_str(), first.key.as_str(), "does not belong"),
        ("no certificate", first.key.as_str(), "holds no certificate"),
        (expired.chain.as_str(), expired.key.as_str(), "expired"),
    ];
    for (number, (chain, key, why)) in (1_u8..).zip(cases) {
        rename_over(&gateway, "console.key", key);
        rename_over(&gateway, "console.pem", chain);
        eventually(why, || refused(&gateway) >= f64::from(number));
        assert!(counts(&gateway, "certificates_current 0"), "{why}");
        assert!(serves(&gateway, &first), "{why}");
        assert!(gateway.stderr().contains(why), "{why}");
    }
    // A key that others can read is refused, as at the start.
    private(&gateway.path("console.pem"), &other.chain);
    private(&gateway.path("console.key"), &other.key);
    fs::set_permissions(gateway.path("console.key"), fs::Permissions::from_mode(0o644)).unwrap();
    eventually("the readable key", || gateway.stderr().contains("others than the owner"));
    assert!(serves(&gateway, &first) && !serves(&gateway, &other));
    let told = gateway.stderr().matches("cannot be used; the old one stays").count();
    fs::set_permissions(gateway.path("console.key"), fs::Permissions::from_mode(0o600)).unwrap();
    eventually("the protected key", || serves(&gateway, &other));
    let after = gateway.stderr().matches("cannot be used; the old one stays").count();
    assert_eq!(after, told, "told again");
    assert!(counts(&gateway, "certificates_current 1"));
    let audit = gateway.cli_ok(&["audit", "tail"], "");
    assert_eq!(audit.matches("certificate_refused").count(), told, "{audit}");
}
