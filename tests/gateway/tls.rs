//! TLS on both sides: certificates by name towards clients, verification towards the console.

use std::fs;
use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use rcgen::CertifiedKey;
use rcgen::KeyPair;
use rcgen::generate_simple_self_signed;
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::PrivatePkcs8KeyDer;

use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Trust;

/// A console that speaks TLS with this certificate and answers every request with 200. With `client`, only
/// to whom shows that certificate.
fn secure_console(
    made: &CertifiedKey<KeyPair>,
    client: Option<&CertifiedKey<KeyPair>>,
) -> SocketAddr {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = match client {
        None => config.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client.cert.der().clone()).unwrap();
            let roots = Arc::new(roots);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            config.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, socket);
            std::thread::spawn(move || {
                let mut scratch = [0_u8; 4096];
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure";
                // A peer that does not trust us goes away in the handshake: that is what is tested.
                while stream.read(&mut scratch).is_ok_and(|n| n > 0) {
                    if stream.write_all(answer).and_then(|()| stream.flush()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn status_with(address: SocketAddr, upstream: &str, files: &[(&str, String)]) -> u16 {
    let mut gateway = Gateway::prepare(&Setup::before(address));
    for (name, text) in files {
        fs::write(gateway.path(name), text).unwrap();
        fs::set_permissions(gateway.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let plain = Setup::before(address).yaml();
    let line = format!("upstream: http://{address}");
    assert!(plain.contains(&line));
    gateway.configure(
        &plain.replace(&line, &format!("upstream: {{ url: https://{address}{upstream} }}")),
    );
    gateway.run();
    let mut client = gateway.connect();
    client.send(format!("GET /public HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes());
    client.response().status
}

#[test]
fn a_console_is_believed_only_with_a_certificate_that_fits_a254() {
    let made = generate_simple_self_signed(vec!["console.internal".to_owned()]).unwrap();
    let address = secure_console(&made, None);
    let roots = [("roots.pem", made.cert.pem())];
    let trusted = ", ca_file: roots.pem, server_name: console.internal";
    assert_eq!(status_with(address, trusted, &roots), 200);
    let auto = format!("{trusted}, protocol: auto");
    assert_eq!(status_with(address, &auto, &roots), 200, "it agrees on nothing: HTTP/1.1");
    let http2 = format!("{trusted}, protocol: http2");
    assert_eq!(status_with(address, &http2, &roots), 502, "HTTP/2 or nothing");
    let untrusted = ", server_name: console.internal";
    assert_eq!(status_with(address, untrusted, &[]), 502, "a self-signed certificate");
    let other_name = ", ca_file: roots.pem, server_name: other.internal";
    assert_eq!(status_with(address, other_name, &roots), 502, "another name");
    let blind = ", verify: insecure_skip_verify, server_name: console.internal";
    assert_eq!(status_with(address, blind, &[]), 200, "switched off in words");
}

#[test]
fn a_console_that_asks_who_the_gateway_is_sees_its_certificate() {
    let made = generate_simple_self_signed(vec!["console.internal".to_owned()]).unwrap();
    let own = generate_simple_self_signed(vec!["gateway.internal".to_owned()]).unwrap();
    let address = secure_console(&made, Some(&own));
    let other = generate_simple_self_signed(vec!["gateway.internal".to_owned()]).unwrap();
    let mut files = vec![("roots.pem", made.cert.pem())];
    for (certificate, key, made) in [("own.pem", "own.key", own), ("other.pem", "other.key", other)]
    {
        files.push((certificate, made.cert.pem()));
        files.push((key, made.signing_key.serialize_pem()));
    }
    let trusted = ", ca_file: roots.pem, server_name: console.internal";
    let with = |name: &str| {
        let pair = format!("{{ certificate: {name}.pem, private_key: {name}.key }}");
        status_with(address, &format!("{trusted}, client_certificate: {pair}"), &files)
    };
    assert_eq!(with("own"), 200);
    assert_eq!(with("other"), 502, "another certificate");
    assert_eq!(status_with(address, trusted, &files), 502, "none");
}

#[test]
fn a_configuration_that_trusts_somebody_else_uses_no_old_connection_a254() {
    let made = generate_simple_self_signed(vec!["console.internal".to_owned()]).unwrap();
    let other = generate_simple_self_signed(vec!["console.internal".to_owned()]).unwrap();
    let address = secure_console(&made, None);
    let mut gateway = Gateway::prepare(&Setup::before(address));
    fs::write(gateway.path("made.pem"), made.cert.pem()).unwrap();
    fs::write(gateway.path("other.pem"), other.cert.pem()).unwrap();
    let trusting = |roots: &str| {
        let value = format!(
            "{{ url: \"https://{address}\", server_name: console.internal, ca_file: {roots} }}"
        );
        Setup::before(address).upstream(&value).yaml()
    };
    gateway.configure(&trusting("made.pem"));
    gateway.run();
    let mut client = gateway.connect();
    let mut ask = || {
        client.send(format!("GET /public HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes());
        client.response().status
    };
    assert_eq!([ask(), ask()], [200, 200]);
    gateway.configure(&trusting("other.pem"));
    gateway.sighup();
    let loaded = ["portcullis_configuration_loads_total", "accepted"];
    eventually("the second configuration", || gateway.metric(&loaded) > 1.5);
    assert_eq!(ask(), 502, "A-254: the old connection was used");
}

#[test]
fn replaced_authorities_of_a_console_are_taken_up_under_the_configuration_in_force_a254() {
    let made = generate_simple_self_signed(vec!["console.internal".to_owned()]).unwrap();
    let other = generate_simple_self_signed(vec!["console.internal".to_owned()]).unwrap();
    let address = secure_console(&made, None);
    let mut gateway = Gateway::prepare(&Setup::before(address));
    let roots = gateway.path("roots.pem");
    fs::write(&roots, other.cert.pem()).unwrap();
    let upstream = format!(
        "upstream: {{ url: https://{address}, ca_file: roots.pem, server_name: console.internal }}"
    );
    let yaml = gateway.setup_yaml().replace(&format!("upstream: http://{address}"), &upstream);
    gateway.configure(&yaml);
    gateway.run();
    let status = || {
        let mut client = gateway.connect();
        client.send(format!("GET /public HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes());
        client.response().status
    };
    assert_eq!(status(), 502);
    // Somebody is editing: what was not asked for is not taken up with the files, and holds nothing up.
    gateway.configure(&yaml.replace("require: open", "require: second_factor"));
    fs::write(&roots, made.cert.pem()).unwrap();
    eventually("the new authority", || status() == 200);
    eventually("a word on the other file", || gateway.stderr().contains("SIGHUP loads it"));
    gateway.sighup();
    eventually("the other file", || status() == 401);
}

#[test]
fn a_client_gets_the_certificate_of_the_name_it_asks_for_and_an_unknown_name_none_a312() {
    let (host, other) = (HOST.to_owned(), "second.test".to_owned());
    let first = generate_simple_self_signed(vec![host.clone()]).unwrap();
    let second = generate_simple_self_signed(vec![other.clone()]).unwrap();
    let upstream: SocketAddr = "127.0.0.1:9".parse().unwrap();
    let mut gateway = Gateway::prepare(&Setup::before(upstream).tls());
    let mut list = String::new();
    for (name, made) in [("first", &first), ("second", &second)] {
        let key = gateway.path(&format!("{name}.key"));
        fs::write(gateway.path(&format!("{name}.pem")), made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let entry = format!("    - {{ certificate: {name}.pem, private_key: {name}.key }}\n");
        list.push_str(&entry);
    }
    let yaml = Setup::before(upstream).tls().yaml();
    let only = "    - certificate: console.pem\n      private_key: console.key\n";
    assert!(yaml.contains(only));
    gateway.configure(
        &yaml
            .replace(only, &list)
            .replace(&format!("hosts: [{HOST}]"), &format!("hosts: [{HOST}, {other}]")),
    );
    gateway.run();
    let address = gateway.listener("https");
    for (name, made) in [(&host, &first), (&other, &second)] {
        let root = made.cert.der().clone();
        let trust = Trust { root, name: name.clone(), alpn: vec![b"http/1.1".to_vec()] };
        let mut client = RawClient::tls(address, &trust);
        client.send(format!("GET /x HTTP/1.1\r\nHost: {name}\r\n\r\n").as_bytes());
        assert_eq!(client.response().status, 401, "{name}");
    }
    let root = first.cert.der().clone();
    let stranger = Trust { root, name: "unknown.test".to_owned(), alpn: Vec::new() };
    let refused = std::panic::catch_unwind(|| RawClient::tls(address, &stranger));
    assert!(refused.is_err(), "A-312: a certificate for a name nobody has");
}

#[test]
fn the_admin_listener_asks_for_its_token_when_it_has_one_a305() {
    let mut gateway = Gateway::prepare(&Setup::before("127.0.0.1:9".parse().unwrap()));
    let yaml = gateway.setup_yaml();
    let plain = "  admin: 127.0.0.1:0\n";
    assert!(yaml.contains(plain));
    let token = "a-token-of-thirty-two-characters";
    let with = format!("  admin: {{ address: 127.0.0.1:0, bearer_token: \"{token}\" }}\n");
    gateway.configure(&yaml.replace(plain, &with));
    gateway.run();
    let address = gateway.listener("admin");
    let ask = |authorization: &str| {
        let mut client = RawClient::plain(address);
        client.send(
            format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\n{authorization}\r\n").as_bytes(),
        );
        client.response().status
    };
    assert_eq!(ask(""), 401);
    assert_eq!(ask("Authorization: Bearer another-token\r\n"), 401);
    assert_eq!(ask(&format!("Authorization: Bearer {token}\r\n")), 200);
}

#[test]
fn beside_tls_the_plain_listener_only_sends_people_there_a312() {
    let gateway = Gateway::start(&Setup::before("127.0.0.1:9".parse().unwrap()).tls(), &[]);
    let ask = |accept: &str| {
        let mut client = RawClient::plain(gateway.http());
        client.send(format!("GET /x?y HTTP/1.1\r\nHost: {HOST}\r\n{accept}\r\n").as_bytes());
        client.response()
    };
    let person = ask("Accept: text/html\r\n");
    assert_eq!(person.status, 308);
    assert_eq!(person.header("location"), Some(format!("https://{HOST}/x?y").as_str()));
    assert_eq!(ask("").status, 403, "a program is told, not led");
}

#[test]
fn a_connection_made_for_one_site_reaches_no_other_a045() {
    let upstream = "127.0.0.1:9".parse().unwrap();
    let mut gateway = Gateway::prepare(&Setup::before(upstream).tls());
    let second = format!(
        "sites:\n  - name: second\n    hosts: [other.test]\n    origin: https://other.test\n    \
         upstream: http://{upstream}\n"
    );
    gateway.configure(&gateway.setup_yaml().replace("sites:\n", &second));
    gateway.run();
    let mut trust = gateway.trust(&["http/1.1"]).unwrap();
    for (name, expected) in [(HOST, 421), ("other.test", 401)] {
        name.clone_into(&mut trust.name);
        let mut client = RawClient::tls(gateway.listener("https"), &trust);
        client.send(b"GET /x HTTP/1.1\r\nHost: other.test\r\n\r\n");
        assert_eq!(client.response().status, expected, "connected for {name}");
    }
}

#[test]
fn a_head_that_never_ends_is_not_waited_for_a095() {
    let mut gateway = Gateway::prepare(&Setup::before("127.0.0.1:9".parse().unwrap()));
    let limits = format!("{}limits: {{ head_timeout: 1s }}\n", gateway.setup_yaml());
    gateway.configure(&limits);
    gateway.run();
    let mut client = gateway.connect();
    client.send(b"GET /x HTTP/1.1\r\nHost: ");
    assert!(client.is_closed(), "half a head keeps the connection");
}
