//! Where browsers make passkeys.

use super::*;
use crate::area::Fence;
use crate::console_login::CookiePatterns;
use crate::route::RouteTable;
use crate::site::FirstFactor;
use crate::site::IdentityHeaders;
use crate::site::RetryScript;
use crate::site::ServiceWorkers;
use crate::site::SiteName;

fn site(origin: &str, hosts: &[&str]) -> Site {
    Site {
        name: SiteName::parse("console").unwrap(),
        hosts: hosts.iter().map(|host| HostPattern::parse(host).unwrap()).collect(),
        origin: origin.to_owned(),
        fence: Fence::default(),
        rehearsed_fence: Fence::default(),
        routes: RouteTable::default(),
        identity_headers: IdentityHeaders::default(),
        service_workers: ServiceWorkers::Refuse,
        retry_script: RetryScript::Leave,
        account_path: None,
        first_factor: FirstFactor::Accounts,
        before_sign_in: Vec::new(),
        least: None,
        session_cookies: CookiePatterns::default(),
    }
}

#[test]
fn a_relying_party_is_equal_to_or_above_every_host_a202() {
    for (id, hosts, works) in [
        ("a.example.com", &["a.example.com"][..], true),
        ("example.com", &["a.example.com", "b.c.example.com", "example.com"], true),
        ("example.com", &["*.example.com"], true),
        ("a.example.com", &["*.example.com"], false),
        ("a.example.com", &["a.example.com", "b.example.com"], false),
        ("example.com", &["notexample.com"], false),
        ("a.example.com", &["example.com"], false),
        ("co.uk", &["shop.co.uk"], false),
        ("github.io", &["console.github.io"], false),
        ("localhost", &["localhost", "console.localhost"], true),
        ("intranet", &["intranet"], true),
        ("intranet", &["console.intranet"], false),
        ("127.0.0.1", &["127.0.0.1"], false),
        ("[::1]", &["[::1]"], false),
    ] {
        let site = site("https://x.example", hosts);
        assert_eq!(usable(&site, id).is_ok(), works, "{id} {hosts:?}");
    }
}

#[test]
fn without_https_there_are_passkeys_at_localhost_only() {
    for (origin, host, works) in [
        ("https://a.example.com:8443", "a.example.com", true),
        ("http://a.example.com", "a.example.com", false),
        ("http://localhost:8080", "localhost", true),
        ("http://app.localhost", "app.localhost", true),
        ("http://localhost.example.com", "localhost.example.com", false),
    ] {
        assert_eq!(usable(&site(origin, &[host]), host).is_ok(), works, "{origin}");
    }
}

#[test]
fn no_address_and_no_public_suffix_is_an_id_a202() {
    for good in ["example.com", "localhost", "intranet", "EXAMPLE.com"] {
        assert_eq!(id(good).unwrap(), good.to_ascii_lowercase());
    }
    for bad in [
        "10.0.0.1",
        "[::1]",
        "1.2",
        "com",
        "co.uk",
        "github.io",
        "example.com:8443",
        "a b",
        "",
        "https://example.com",
        ".example.com",
        "*.example.com",
    ] {
        assert!(id(bad).is_err(), "{bad}");
    }
}
