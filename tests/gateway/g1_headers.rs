//! G1: identity and forwarded headers. Whatever a client calls itself, the upstream hears it from us.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::HOST;
use crate::support::h2::Last;
use crate::support::recorder::Answer;
use crate::support::row::Identity;
use crate::support::row::Row;
use crate::support::row::check_identity;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

const IDENTITY: [&str; 6] = [
    "Portcullis-Assertion",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "Remote-User",
    "X-WEBAUTH-USER",
];

const FORWARDED: [&str; 14] = [
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Uri",
    "X-Forwarded-Method",
    "X-Forwarded-Scheme",
    "X-Forwarded-Server",
    "Forwarded",
    "X-Real-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Client-IP",
];

#[test]
fn forged_identity_reaches_nobody_a001() {
    let world = World::on_every_wire();
    for name in IDENTITY {
        let forged = format!("{name}: forged\r\n");
        let rows = [
            Row::refused("A-001", &[401], get("/x", &forged)),
            Row::forwarded("A-001", get("/x", &format!("{FULL}{forged}"))),
            Row::forwarded("A-001", get("/x", &format!("{forged}{FULL}"))),
            Row::forwarded("A-001", get("/public/x", &forged)),
        ];
        world.run(&rows);
    }
}

#[test]
fn aliases_of_identity_headers_are_stripped_a002_a003_a004() {
    let world = World::on_every_wire();
    for name in IDENTITY {
        let lower = name.to_ascii_lowercase();
        let aliases = [
            ("A-002", name.replace('-', "_")),
            ("A-002", lower.replacen('-', "_", 1)),
            ("A-002", lower.replace('-', "_")),
            ("A-003", lower.clone()),
            ("A-003", name.to_ascii_uppercase()),
            ("A-004", name.replace('-', ".")),
            ("A-004", name.replace('-', "~")),
            ("A-004", format!("HTTP_{}", name.replace('-', "_").to_ascii_uppercase())),
        ];
        for (id, alias) in aliases {
            let forged = format!("{alias}: forged\r\n");
            world.check(&Row::forwarded(id, get("/x", &format!("{FULL}{forged}"))));
            world.check(&Row::forwarded(id, get("/public/x", &forged)));
        }
    }
}

#[test]
fn repeated_and_joined_identity_headers_become_one_line_of_ours_a003() {
    let world = World::on_every_wire();
    let many = "Portcullis-Assertion: forged\r\n".repeat(60);
    let joined = "X-Forwarded-User: forged, forged-too\r\n";
    world.run(&[
        Row::forwarded("A-003", get("/x", &format!("{many}{FULL}"))),
        Row::forwarded("A-003", get("/x", &format!("{joined}{FULL}{joined}"))),
    ]);
}

#[test]
fn connection_cannot_nominate_the_identity_away_a005() {
    let world = World::on_every_wire();
    let nominations = [
        "Connection: close, Portcullis-Assertion\r\n",
        "Connection: pORTCULLIS-aSSERTION\r\n",
        "Connection: close\r\nConnection: portcullis-assertion,,\r\n",
        "Connection:\tclose,\tPortcullis-Assertion\t,\r\n",
        "Connection: X-Foo, Portcullis-Assertion\r\nX-Foo: forged\r\n",
    ];
    for nomination in nominations {
        world.check(&Row::forwarded("A-005", get("/x", &format!("{FULL}{nomination}"))));
    }
}

#[test]
fn connection_cannot_nominate_end_to_end_headers_a006() {
    let world = World::on_every_wire();
    for name in ["cookie", "host", "content-length", "authorization"] {
        let nomination = format!("{FULL}Connection: {name}\r\n");
        world.check(&Row::refused("A-006", &[400], get("/x", &nomination)));
    }
}

#[test]
fn forwarding_headers_are_ours_alone_in_every_spelling_a007_a008() {
    let world = World::on_every_wire();
    for name in FORWARDED {
        for (id, alias) in [("A-007", name.to_owned()), ("A-008", name.replace('-', "_"))] {
            let forged = format!("{FULL}{alias}: forged.example\r\n");
            world.check(&Row::forwarded(id, get("/x", &forged)));
        }
    }
    let address = format!("{FULL}X-Forwarded-For: 203.0.113.66\r\nX-Real-IP: 203.0.113.66\r\n");
    world.check_each(&Row::forwarded("A-007", get("/x", &address)), |wire, _, seen| {
        let head = String::from_utf8_lossy(&seen[0].head).into_owned();
        assert!(!head.contains("203.0.113.66"), "{wire:?} {head}");
    });
}

#[test]
fn the_real_path_and_method_decide_a009_a010() {
    let world = World::on_every_wire();
    for name in ["X-Original-URL", "X-Rewrite-URL", "X-Original-URI", "X-Forwarded-Uri"] {
        let public = format!("{name}: /public/forged\r\n");
        let admin = format!("{name}: /admin/forged\r\n");
        world.run(&[
            Row::refused("A-009", &[401], get("/admin", &public)),
            Row::forwarded("A-009", get("/public/x", &admin)),
            Row::forwarded("A-009", get("/admin", &format!("{FULL}{public}"))),
        ]);
    }
    for name in
        ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X_HTTP_Method_Override"]
    {
        let forged = format!("{FULL}{name}: DELETE\r\n");
        world.check_each(&Row::forwarded("A-010", get("/api/x", &forged)), |wire, _, seen| {
            let head = String::from_utf8_lossy(&seen[0].head).into_owned();
            assert!(!head.contains("DELETE"), "A-010 {wire:?} {name}: {head}");
        });
    }
}

#[test]
fn our_own_internal_names_mean_nothing_from_outside_a011() {
    let world = World::on_every_wire();
    for name in [
        "Portcullis-Session",
        "Portcullis-Subject",
        "Portcullis_Anything",
        "X-Request-Id",
        "X_Request_Id",
    ] {
        let forged = format!("{FULL}{name}: forged\r\n");
        world.check_each(&Row::forwarded("A-011", get("/x", &forged)), |wire, response, _| {
            let fields = format!("{:?}", response.fields);
            assert!(!fields.contains("forged"), "A-011 {wire:?} {name} echoed: {fields}");
        });
    }
}

#[test]
fn identity_in_trailers_never_reaches_the_header_section_a012() {
    let world = World::on_every_wire();
    let body = "3\r\nabc\r\n0\r\nPortcullis-Assertion: forged\r\nX-Forwarded-For: forged\r\n\r\n";
    for announced in ["", "Trailer: Portcullis-Assertion\r\n"] {
        let fields = format!("{FULL}Transfer-Encoding: chunked\r\n{announced}");
        let sent = format!("{}{body}", request("POST", "/upload", &fields));
        world.check_each(&Row::forwarded("A-012", sent), |wire, _, seen| {
            assert_eq!(seen[0].body, b"abc", "{wire:?}");
            let body = String::from_utf8_lossy(&seen[0].wire_body).into_owned();
            assert!(!body.contains("forged"), "A-012 {wire:?} {body}");
        });
    }
}

#[test]
fn identity_in_http2_trailers_and_split_cookies_a012_a017() {
    let world = World::on_every_wire();
    let pair = world.http2_session();
    let mut h2 = world.http2();
    let stream = h2.open(
        &[
            (":method", "POST"),
            (":scheme", "https"),
            (":authority", HOST),
            (":path", "/upload"),
            ("cookie", "theme=dark"),
            ("cookie", &pair),
            ("cookie", "lang=en"),
            ("x_forwarded_user", "forged"),
        ],
        Last::No,
    );
    h2.data(stream, b"abc", Last::No);
    h2.trailers(stream, &[("portcullis-assertion", "forged")]);
    assert_eq!(h2.ended(stream).status(), Some(200));
    let seen = world.recorder.requests();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].values("cookie"), ["theme=dark; lang=en"], "A-017");
    assert_eq!(seen[0].body, b"abc");
    check_identity(&seen[0], Identity::Ours, "A-012");
    let wire = String::from_utf8_lossy(&seen[0].wire_body).into_owned();
    assert!(!wire.contains("forged"), "A-012 {wire}");
}

#[test]
fn our_cookies_stay_with_us_a015() {
    let world = World::on_every_wire();
    let cases = [
        (FULL.to_owned(), None),
        ("Cookie: a=1; @SESSION@; b=2\r\n".to_owned(), Some("a=1; b=2")),
        ("Cookie: a=1\r\nCookie: @SESSION@\r\nCookie: b=2\r\n".to_owned(), Some("a=1; b=2")),
        ("cOOKIE: @SESSION@; portcullis-visitor=forged; c=3\r\n".to_owned(), Some("c=3")),
        (
            "Cookie: @SESSION@; __Host-portcullis-csrf=forged; PORTCULLIS-x=forged\r\n".to_owned(),
            None,
        ),
    ];
    for (cookie, left) in cases {
        let expected: Vec<_> = left.into_iter().collect();
        world.check_each(&Row::forwarded("A-015", get("/x", &cookie)), |wire, _, seen| {
            assert_eq!(seen[0].values("cookie"), expected, "A-015 {wire:?} {cookie}");
        });
    }
    let foreign = format!("{FULL}Authorization: Basic Y29uc29sZTpvd24=\r\n");
    world.check_each(&Row::forwarded("A-015", get("/x", &foreign)), |wire, _, seen| {
        assert_eq!(seen[0].values("authorization"), ["Basic Y29uc29sZTpvd24="], "{wire:?}");
    });
}

#[test]
fn the_upstream_cannot_set_our_cookies_a016() {
    let world = World::on_every_wire_scripted(|request| {
        if request.target() == "/sentinel" {
            return Answer::ok(request, SENTINEL);
        }
        let cookies = "Set-Cookie: portcullis=forged; Path=/\r\n\
                       Set-Cookie: __Host-portcullis=forged; Path=/; Secure\r\n\
                       Set-Cookie: PORTCULLIS-visitor=forged\r\n\
                       Set-Cookie: portcullis=forged; Domain=test\r\n\
                       Set-Cookie: console=kept; HttpOnly\r\n";
        Answer::with(request, cookies, "ok")
    });
    world.check_each(&Row::forwarded("A-016", get("/x", FULL)), |wire, response, _| {
        assert_eq!(response.all("set-cookie"), ["console=kept; HttpOnly"], "{wire:?}");
    });
}

#[test]
fn the_upstream_cannot_sign_anybody_out_of_the_gateway_a222() {
    let world = World::on_every_wire_scripted(|request| {
        let fields = "Clear-Site-Data: \"cache\", \"cookies\", \"*\"\r\n\
                      Content-Security-Policy: default-src 'none'\r\n";
        match request.target().as_str() {
            "/clear" => Answer::with(request, fields, "cleared"),
            _ => Answer::ok(request, SENTINEL),
        }
    });
    world.check_each(&Row::forwarded("A-222", get("/clear", FULL)), |wire, response, _| {
        assert_eq!(response.header("clear-site-data"), Some("\"cache\""), "A-222 {wire:?}");
        let policy = response.header("content-security-policy");
        assert_eq!(policy, Some("default-src 'none'"), "A-222 {wire:?}: the console's own");
    });
}

#[test]
fn links_and_hosts_come_from_the_configuration_a021() {
    let world = World::on_every_wire();
    world.run(&[
        Row::refused("A-021", &[421], "GET /x HTTP/1.1\r\nHost: forged.example\r\n\r\n"),
        Row::forwarded("A-021", get("/x", &format!("{FULL}X-Forwarded-Host: forged.example\r\n"))),
    ]);
    let mut browser = Browser::new(&world.gateway);
    let headers = "X-Forwarded-Host: forged.example\r\nForwarded: host=forged.example\r\n\
                   Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n";
    let redirect = browser.request("GET", "/x", headers, "");
    let page = browser.follow(&redirect);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("forged"), "{}", page.text());
    let page = browser.request("GET", &location(&redirect), headers, "");
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("forged"), "{}", page.text());
}

#[test]
fn an_invalid_host_is_refused_a022() {
    let world = World::on_every_wire();
    let long = "a".repeat(300);
    for host in ["a;proto=http", "a\"", "a,b", "a b", "a/b", "a@b", "a:b", "", &long] {
        let sent = format!("GET /x HTTP/1.1\r\nHost: {host}\r\n{FULL}\r\n");
        world.check(&Row::refused("A-022", &[400], sent).closes());
    }
}

#[test]
fn the_console_is_told_one_spelling_of_the_host_and_only_our_ports_a022() {
    let world = World::start();
    let sent = format!("GET /x HTTP/1.1\r\nHost: Console.TEST:80\r\n{FULL}\r\n");
    world.check_each(&Row::forwarded("A-022", sent), |wire, _, seen| {
        assert_eq!(seen[0].values("host"), ["console.test"], "{wire:?}");
        assert_eq!(seen[0].values("x-forwarded-host"), ["console.test"], "{wire:?}");
    });
    let sent = format!("GET /x HTTP/1.1\r\nHost: console.test:99\r\n{FULL}\r\n");
    world.check(&Row::refused("A-022", &[421], sent));
}

#[test]
fn no_user_agent_and_no_health_path_is_exempt_a023() {
    let world = World::on_every_wire();
    for agent in ["kube-probe/1.29", "GoogleHC/1.0", "ELB-HealthChecker/2.0", "Prometheus/2"] {
        let header = format!("User-Agent: {agent}\r\n");
        for path in ["/", "/healthz", "/readyz", "/ping", "/metrics"] {
            world.check(&Row::refused("A-023", &[401], get(path, &header)));
        }
    }
}

#[test]
fn an_open_route_says_nothing_about_the_visitor_a024() {
    let world = World::on_every_wire();
    world.run(&[
        Row::forwarded("A-024", get("/public", "")),
        Row::forwarded("A-024", get("/public", FULL)),
        Row::forwarded("A-024", get("/public/x?y=1", FULL)),
    ]);
}

#[test]
fn a_refusal_to_a_machine_says_how_to_authenticate_and_is_not_stored_a052() {
    let world = World::on_every_wire();
    world.check_each(&Row::refused("A-052", &[401], get("/x", "")), |wire, response, _| {
        assert_eq!(response.header("content-type"), Some("application/problem+json"), "{wire:?}");
        let challenge = response.header("www-authenticate").unwrap();
        assert_eq!(challenge, "Bearer realm=\"console\"", "{wire:?}");
        let caching = response.header("cache-control").unwrap();
        assert!(caching.contains("no-store"), "{wire:?} {caching}");
    });
    let mut browser = Browser::new(&world.gateway);
    let redirect = browser.get("/x?y=1");
    let target = location(&redirect);
    assert!(target.starts_with(&format!("{PAGES}/sign-in?next=")), "{target}");
}
