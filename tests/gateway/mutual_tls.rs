//! Programs that are known by their client certificates (mutual TLS).

use std::fs;

use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::CertificateRevocationListParams;
use rcgen::DnType;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyIdMethod;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use rcgen::RevokedCertParams;
use rcgen::SerialNumber;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use time::Duration;
use time::OffsetDateTime;

use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

/// What a client shows in the handshake.
type Shown = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Who signs certificates.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { params, key, pem }
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }

    /// A certificate for this DNS name with this number, valid until then.
    fn sign(&self, name: &str, serial: u64, end: OffsetDateTime) -> Shown {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(SerialNumber::from(serial));
        params.not_before = end - Duration::days(100);
        params.not_after = end;
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer()).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        (vec![certificate.der().clone()], key)
    }

    /// A list that revokes these numbers.
    fn revoke(&self, serials: &[u64]) -> String {
        let now = OffsetDateTime::now_utc();
        let revoked = |&serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(serial),
            revocation_time: now,
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: now - Duration::days(1),
            next_update: now + Duration::days(1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer()).unwrap().pem().unwrap()
    }
}

fn soon() -> OffsetDateTime {
    OffsetDateTime::now_utc() + Duration::days(50)
}

/// A gateway whose `/machines` asks for the certificate of `billing` or `reports`, and `/billing` for that of
/// `billing`.
fn gateway(recorder: &Recorder, authority: &Authority) -> Gateway {
    let plain = Setup::before(recorder.address()).tls();
    let setup = plain
        .clone()
        .site_line("  - { path: /machines, require: client_certificate }")
        .site_line("  - path: /billing")
        .site_line("    require: { proof: client_certificate, clients: [billing] }")
        .top(
            "watch_files: 1s\nclient_certificates:\n  billing: { dns: [billing.internal] }\n  \
             reports: { dns: [reports.internal, both.internal] }\n  \
             twins: { common_name: [both.internal] }\n",
        );
    let mut gateway = Gateway::prepare(&plain);
    let authorities = "tls:\n  client_authorities: ca.pem\n  client_revocations: ca.crl\n";
    gateway.configure(&setup.yaml().replace("tls:\n", authorities));
    fs::write(gateway.path("ca.pem"), &authority.pem).unwrap();
    fs::write(gateway.path("ca.crl"), authority.revoke(&[66])).unwrap();
    gateway.run();
    gateway
}

fn connect(gateway: &Gateway, shown: Option<&Shown>) -> Option<RawClient> {
    let trust = gateway.trust(&["http/1.1"]).unwrap();
    RawClient::try_tls_showing(gateway.listener("https"), &trust, shown)
}

fn ask(client: &mut RawClient, path: &str, more: &str) -> Response {
    client.send(format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{more}\r\n").as_bytes());
    client.response()
}

#[test]
fn a_named_certificate_is_proof_and_nothing_else_is() {
    let (recorder, authority) = (Recorder::start(), Authority::new("clients"));
    let gateway = gateway(&recorder, &authority);
    let billing = authority.sign("billing.internal", 1, soon());
    let mut client = connect(&gateway, Some(&billing)).unwrap();
    assert_eq!(ask(&mut client, "/machines", "").status, 200);
    assert_eq!(ask(&mut client, "/billing", "").status, 200);
    let told = &recorder.requests()[0];
    assert_eq!(told.values("x-forwarded-user"), ["certificate:billing"]);
    assert_eq!(told.values("portcullis-assertion").len(), 1);
    // A certificate is no person.
    let answer = ask(&mut client, "/", "");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"console\""));

    eventually("the line that names the program", || {
        let mut lines = gateway.access_log().into_iter();
        lines.any(|line| line["path"] == "/billing" && line["machine"] == "certificate:billing")
    });
    assert!(gateway.metric(&["machine_requests", "client_certificate"]) >= 2.0);
}

#[test]
fn a_certificate_that_is_nobodys_or_two_programs_or_anothers_is_no_proof() {
    let (recorder, authority) = (Recorder::start(), Authority::new("clients"));
    let gateway = gateway(&recorder, &authority);
    let reports = authority.sign("reports.internal", 2, soon());
    let mut client = connect(&gateway, Some(&reports)).unwrap();
    assert_eq!(ask(&mut client, "/machines", "").status, 200);
    let answer = ask(&mut client, "/billing", "");
    assert_eq!(answer.status, 401, "another program's");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    // One that is two programs' is neither's, one that is nobody's is nobody's.
    for name in ["both.internal", "other.internal", "*.internal"] {
        let shown = authority.sign(name, 3, soon());
        let mut client = connect(&gateway, Some(&shown)).unwrap();
        assert_eq!(ask(&mut client, "/machines", "").status, 401, "{name}");
    }
    let mut nobody = connect(&gateway, None).unwrap();
    assert_eq!(ask(&mut nobody, "/machines", "").status, 401);
    assert_eq!(ask(&mut nobody, "/public", "").status, 200, "none is demanded");
}

#[test]
fn certificates_of_strangers_ended_and_revoked_ones_end_the_handshake() {
    let (recorder, authority) = (Recorder::start(), Authority::new("clients"));
    let gateway = gateway(&recorder, &authority);
    let stranger = Authority::new("clients");
    let ended = OffsetDateTime::now_utc() - Duration::hours(1);
    for (what, shown) in [
        ("another authority's", stranger.sign("billing.internal", 1, soon())),
        ("ended", authority.sign("billing.internal", 1, ended)),
        ("revoked", authority.sign("billing.internal", 66, soon())),
    ] {
        // In TLS 1.3 the client is done before the server has looked at its certificate.
        let refused = connect(&gateway, Some(&shown)).is_none_or(|mut client| {
            client.send(format!("GET /machines HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes());
            client.answer_to("GET").is_none()
        });
        assert!(refused, "{what}");
    }
    assert_eq!(recorder.count(), 0);
}

#[test]
fn a_certificate_that_is_revoked_counts_no_more_on_a_connection_that_is_open_a113() {
    let (recorder, authority) = (Recorder::start(), Authority::new("clients"));
    let gateway = gateway(&recorder, &authority);
    let billing = authority.sign("billing.internal", 7, soon());
    let mut client = connect(&gateway, Some(&billing)).unwrap();
    assert_eq!(ask(&mut client, "/billing", "").status, 200);
    let before = gateway.metric(&["configuration_loads", "accepted"]);
    fs::write(gateway.path("ca.crl.new"), authority.revoke(&[7])).unwrap();
    fs::rename(gateway.path("ca.crl.new"), gateway.path("ca.crl")).unwrap();
    eventually("the new list", || gateway.metric(&["configuration_loads", "accepted"]) > before);
    assert_eq!(ask(&mut client, "/billing", "").status, 401);
}

#[test]
fn a_page_of_another_site_cannot_use_a_browsers_certificate_a116() {
    let (recorder, authority) = (Recorder::start(), Authority::new("clients"));
    let gateway = gateway(&recorder, &authority);
    let billing = authority.sign("billing.internal", 1, soon());
    let mut client = connect(&gateway, Some(&billing)).unwrap();
    for lured in [
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: https://evil.test\r\n",
        "Origin: null\r\n",
        "Referer: https://console.test.evil.test/\r\n",
    ] {
        let answer = ask(&mut client, "/machines", lured);
        assert_eq!(answer.status, 403, "{lured}");
        assert!(answer.text().contains("machine_only"), "{lured}");
    }
    assert_eq!(recorder.count(), 0);
    assert_eq!(ask(&mut client, "/machines", "Sec-Fetch-Site: none\r\n").status, 200);
}
