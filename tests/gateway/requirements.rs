//! From where, by whom, and how long ago: what people meet where a rule asks for one of these.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Way;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::row::get;
use crate::support::waiting::after_a_minute;
use crate::support::world::SENTINEL;

/// People are in the office at 127.0.0.1, at a partner's at 127.0.0.2, and in the VPN at 127.0.0.3.
const NETWORKS: &str =
    "networks: { office: [127.0.0.1/32], partner: [127.0.0.2/32], vpn: [127.0.0.3/32] }\n";

/// A masked text frame "Hello" (RFC 6455 §5.7).
const FRAME: [u8; 11] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];

fn console() -> Recorder {
    Recorder::scripted(|request| match request.target().as_str() {
        "/live" | "/lasting" => Answer::tunnel(request),
        _ => Answer::ok(request, SENTINEL),
    })
}

fn setup(console: &Recorder, lines: &[&str]) -> Setup {
    let setup = Setup::before(console.address()).top(NETWORKS);
    lines.iter().fold(setup, |setup, line| setup.site_line(line))
}

/// The same session from another address.
fn at(gateway: &Gateway, n: u8, browser: &Browser) -> Browser {
    let mut moved = Browser::by(gateway, Way::from(n));
    moved.jar.clone_from(&browser.jar);
    moved
}

/// A person's browser at an address, signed in.
fn signed_in(gateway: &Gateway, n: u8, person: &mut Person) -> Browser {
    let mut browser = Browser::by(gateway, Way::from(n));
    browser.sign_in(person);
    browser
}

/// Puts another configuration into force.
fn reload(gateway: &Gateway, setup: &Setup) {
    let loads = || gateway.metric(&["portcullis_configuration_loads_total", "accepted"]);
    let before = loads();
    gateway.configure(&setup.yaml());
    gateway.sighup();
    eventually("the new configuration", || loads() > before);
}

/// What the assertion of a forwarded request says.
fn claims(request: &Recorded) -> serde_json::Value {
    let assertion = &request.values("portcullis-assertion")[0];
    let claims = assertion.split('.').nth(1).unwrap();
    let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

/// A WebSocket of this browser, open.
fn socket(gateway: &Gateway, n: u8, browser: &Browser, target: &str) -> RawClient {
    let mut client = gateway.connect_by(&Way::from(n));
    let headers = format!(
        "{}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://{HOST}\r\n",
        browser.cookie_line()
    );
    client.send(get(target, &headers).as_bytes());
    assert_eq!(client.head().unwrap().status, 101);
    echoes(&mut client);
    client
}

fn echoes(socket: &mut RawClient) {
    socket.send(&FRAME);
    assert_eq!(socket.exactly(FRAME.len()), FRAME);
}

/// Whether this browser is refused for this reason: with a page and as a script.
fn is_refused(browser: &mut Browser, target: &str, reason: &str) -> String {
    let told = browser.fetch(target);
    assert_eq!(told.status, 403, "{target}: {}", told.text());
    assert_eq!(told.header("content-type"), Some("application/problem+json"));
    let details: serde_json::Value = serde_json::from_str(&told.text()).unwrap();
    assert_eq!(details["reason"], reason, "{target}");
    assert!(details["request_id"].is_string());
    let page = browser.get(target);
    assert_eq!(page.status, 403, "{target}: {}", page.text());
    assert!(html::by_id(&page.text(), "request-id").is_some(), "{}", page.text());
    page.text()
}

#[test]
fn the_prompt_is_waived_in_the_office_and_nothing_else_is_s1_28() {
    let console = console();
    let either = "  - { path: /berths, require: { any_of: [{ proof: second_factor }, \
         { networks: [office], proof: password }] } }";
    let (mut alice, mut bob) = (Person::named("alice"), Person::named("bob"));
    let gateway = Gateway::start(&setup(&console, &[either]), &[&alice, &bob]);
    signed_in(&gateway, 2, &mut alice);
    let mut inside = Browser::by(&gateway, Way::from(1));
    let answer = inside.password(&alice, "/berths");
    assert_eq!(location(&answer), "/berths", "no page in between");
    assert_eq!(inside.follow(&answer).status, 200);
    let seen = console.requests().pop().unwrap();
    assert_eq!(seen.target(), "/berths");
    assert_eq!(claims(&seen)["acr"], "aal1", "what was proved, and no more");
    // Elsewhere the second factor is asked for, and of our own pages as well.
    let count = console.count();
    for target in ["/", "/admin", &format!("{PAGES}/account")] {
        let sent = location(&inside.get(target));
        assert!(sent.starts_with(&format!("{PAGES}/challenge")), "{target}: {sent}");
        assert!([401, 403].contains(&inside.fetch(target).status), "{target}");
    }
    let mut outside = at(&gateway, 2, &inside);
    let sent = location(&outside.get("/berths"));
    assert_eq!(sent, format!("{PAGES}/challenge?next=/berths"), "the same session, elsewhere");
    let mut outside = Browser::by(&gateway, Way::from(2));
    let sent = location(&outside.password(&alice, "/berths"));
    assert_eq!(sent, format!("{PAGES}/challenge?next=/berths"));
    // Who has no second factor sets one up, in the office as well.
    let mut new = Browser::by(&gateway, Way::from(1));
    let sent = location(&new.password(&bob, "/berths"));
    assert_eq!(sent, format!("{PAGES}/enrol?next=/berths"));
    assert_eq!(new.fetch("/berths").status, 401);
    assert_eq!(console.count(), count);
    let done = new.enrol(&mut bob);
    assert_eq!(location(&done), "/berths");
    assert_eq!(new.fetch("/berths").status, 200);
}

#[test]
fn a_session_of_the_office_is_refused_elsewhere_and_recorded_a114() {
    let console = console();
    let mut alice = Person::named("alice");
    let fence = setup(&console, &["connections: { allow: [office, vpn], deny: [vpn] }"]);
    let gateway = Gateway::start(&fence, &[&alice]);
    let mut inside = signed_in(&gateway, 1, &mut alice);
    assert!(inside.gets_through());
    let count = console.count();
    for (n, reason) in [(2, "network_not_allowed"), (3, "network_denied")] {
        let mut replayed = at(&gateway, n, &inside);
        for target in ["/x", "/public", &format!("{PAGES}/sign-in"), &format!("{PAGES}/account")] {
            let page = is_refused(&mut replayed, target, reason);
            assert!(page.contains("<h1>Not from here</h1>"), "{page}");
            let address = format!("127.0.0.{n}");
            assert_eq!(html::by_id(&page, "client"), Some(address.clone()), "{page}");
            assert!(!replayed.fetch(target).text().contains(&address), "a script knows its own");
        }
        // Nobody can even begin to sign in there.
        let mut stranger = Browser::by(&gateway, Way::from(n));
        is_refused(&mut stranger, &format!("{PAGES}/sign-in"), reason);
        assert!(stranger.jar.is_empty(), "{:?}", stranger.jar);
    }
    assert_eq!(console.count(), count);
    let audited = || gateway.cli_ok(&["audit", "tail", "--limit", "100"], "");
    for (reason, address) in [("network_not_allowed", "127.0.0.2"), ("network_denied", "127.0.0.3")]
    {
        eventually("the refusal in the audit log", || {
            let is_it = |line: &str| {
                line.contains("request_refused") && line.contains(reason) && line.contains(address)
            };
            audited().lines().any(is_it)
        });
    }
    assert!(inside.gets_through(), "in the office she goes on");
}

#[test]
fn agents_come_from_the_office_and_owners_from_the_partner_as_well_s0_32_s1_30() {
    let console = console();
    let routes = [
        "  - { path: /desk, require: { any_of: [{ groups: [operators], networks: [office] }, \
         { roles: [owner], networks: [office, partner] }] } }",
        "  - { path: /mine, require: { users: [alice] } }",
    ];
    let mut alice = Person::named("alice");
    let mut bob = Person::of_role("bob", "user");
    let gateway = Gateway::start(&setup(&console, &routes), &[&alice, &bob]);
    let alice = signed_in(&gateway, 3, &mut alice);
    let bob = signed_in(&gateway, 3, &mut bob);
    for (browser, passes) in [(&alice, [true, true, false]), (&bob, [true, false, false])] {
        for (n, passes) in (1..).zip(passes) {
            let mut browser = at(&gateway, n, browser);
            if passes {
                assert_eq!(browser.fetch("/desk").status, 200, "{n}");
            } else {
                let page = is_refused(&mut browser, "/desk", "network_not_allowed");
                assert!(page.contains(&format!("127.0.0.{n}")));
            }
        }
    }
    assert_eq!(at(&gateway, 1, &alice).fetch("/mine").status, 200);
    let page = is_refused(&mut at(&gateway, 1, &bob), "/mine", "person_not_allowed");
    assert!(page.contains("Not with this account") && page.contains("/.portcullis/sign-out"));
    assert!(html::by_id(&page, "client").is_none(), "where he is, is not what is wrong");
    // A stranger is refused for where he is before he is asked who he is.
    let mut stranger = Browser::by(&gateway, Way::from(3));
    is_refused(&mut stranger, "/desk", "network_not_allowed");
    assert_eq!(stranger.fetch("/mine").status, 401);
}

#[test]
fn a_rule_that_is_tightened_cuts_open_streams_and_the_next_request_a087_a113() {
    let console = console();
    let mut alice = Person::named("alice");
    let before = setup(&console, &[]);
    let gateway = Gateway::start(&before, &[&alice]);
    let inside = signed_in(&gateway, 1, &mut alice);
    for tighter in [
        &["connections: { deny: [partner] }"][..],
        &[
            "  - { path: /live, require: { networks: [office] } }",
            "connections: { allow: [office] }",
        ],
    ] {
        let mut near = socket(&gateway, 1, &inside, "/live");
        let mut far = socket(&gateway, 2, &inside, "/live");
        let mut kept = gateway.connect_by(&Way::from(2));
        let request = get("/x", &inside.cookie_line());
        kept.send(request.as_bytes());
        assert_eq!(kept.response().status, 200);
        let count = console.count();
        reload(&gateway, &setup(&console, tighter));
        assert!(far.rest().is_some(), "A-087: the stream goes on");
        echoes(&mut near);
        kept.send(request.as_bytes());
        assert_eq!(kept.response().status, 403, "A-113: the connection goes on by the old rule");
        assert_eq!(console.count(), count);
        reload(&gateway, &before);
    }
}

#[test]
fn a_page_of_another_site_leads_nobody_to_a_route_for_machines_a116() {
    let console = console();
    let route = "  - { path: /feed, require: { proof: network, networks: [office] } }";
    let gateway = Gateway::start(&setup(&console, &[route]), &[]);
    let mut browser = Browser::by(&gateway, Way::from(1));
    assert_eq!(browser.get("/feed").status, 200, "typed in, or by a page of the site");
    let count = console.count();
    let page = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    for lured in [
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: null\r\n",
        "Origin: https://evil.example\r\n",
        "Referer: https://evil.example/x\r\n",
    ] {
        let answer = browser.request("GET", "/feed", &format!("{page}{lured}"), "");
        assert_eq!(answer.status, 403, "{lured}");
        assert!(answer.text().contains("<h1>This address is for programs</h1>"), "{lured}");
        let answer = browser.request("POST", "/feed", lured, "a=b");
        assert_eq!(answer.status, 403, "{lured}");
    }
    assert_eq!(console.count(), count);
    let mut outside = Browser::by(&gateway, Way::from(2));
    is_refused(&mut outside, "/feed", "network_not_allowed");
}

#[test]
fn rules_that_are_rehearsed_are_logged_and_counted_and_held_against_nobody_s0_30() {
    let console = console();
    let lines = [
        "  - { path: /desk, require: second_factor, report_only: { networks: [vpn] } }",
        "connections: { report_only: { deny: [partner] } }",
    ];
    let mut alice = Person::named("alice");
    let gateway = Gateway::start(&setup(&console, &lines), &[&alice]);
    let browser = signed_in(&gateway, 2, &mut alice);
    for (n, target, would) in [
        (2, "/desk?of=fence", Some("network_denied")),
        (1, "/desk?of=route", Some("network_not_allowed")),
        (3, "/desk?of=none", None),
        (1, "/x?of=none", None),
    ] {
        let answer = at(&gateway, n, &browser).fetch(target);
        assert_eq!(answer.status, 200, "{target}");
        let id = answer.header("x-request-id").unwrap();
        let record = || gateway.access_log().into_iter().find(|record| record["request_id"] == id);
        eventually("its line in the access log", || record().is_some());
        let record = record().unwrap();
        assert_eq!(record["decision"], "forward", "{record}");
        assert_eq!(record["report_only"]["reason"].as_str(), would, "{record}");
    }
    let counted = |decision: &str| {
        gateway.metric(&["portcullis_rehearsals_total", &format!("decision=\"{decision}\"")])
    };
    // Two above, and the partner's way through the sign-in pages.
    assert!(counted("refuse") > 2.5, "{}", counted("refuse"));
    assert!(counted("forward") > 1.5, "{}", counted("forward"));
}

#[test]
fn after_its_time_a_proof_is_asked_for_once_more_and_its_streams_end_a087_s0_32() {
    let console = console();
    let lines = ["/reports", "/live"]
        .map(|path| format!("  - {{ path: {path}, require: {{ max_age: 1m }} }}"));
    let mut alice = Person::named("alice");
    let gateway =
        Gateway::start(&setup(&console, &[lines[0].as_str(), lines[1].as_str()]), &[&alice]);
    let mut browser = signed_in(&gateway, 1, &mut alice);
    let mut timed = socket(&gateway, 1, &browser, "/live");
    let mut lasting = socket(&gateway, 1, &browser, "/lasting");
    assert_eq!(browser.fetch("/reports").status, 200);
    let first = claims(&console.requests().pop().unwrap())["mfa_time"].as_u64().unwrap();
    after_a_minute("a proof that is too old", || browser.fetch("/reports").status != 200);
    let told = browser.fetch("/reports");
    assert_eq!(told.status, 401, "{}", told.text());
    let realm = told.header("www-authenticate").unwrap();
    assert!(realm.contains("insufficient_user_authentication"), "{realm}");
    assert!(realm.ends_with("max_age=\"60\""), "{realm}");
    assert!(timed.rest().is_some(), "A-087: the stream outlives its proof");
    echoes(&mut lasting);
    assert!(browser.gets_through(), "elsewhere nothing has changed");
    let sent = browser.get("/reports");
    assert_eq!(location(&sent), format!("{PAGES}/challenge?max_age=60&next=/reports"));
    let page = browser.follow(&sent);
    assert!(page.text().contains("Confirm that it is you"), "{}", page.text());
    let old = browser.session().unwrap().to_owned();
    let answer = browser.submit(&form_of(&page, "challenge").with("code", &alice.next_code()));
    assert_eq!(location(&answer), "/reports");
    assert_ne!(browser.session().unwrap(), old, "A-205");
    assert_eq!(browser.follow(&answer).status, 200);
    let again = claims(&console.requests().pop().unwrap())["mfa_time"].as_u64().unwrap();
    assert!(again >= first + 60, "{first} {again}");
    socket(&gateway, 1, &browser, "/live");
    // The streams of the session went over to the one that followed it.
    echoes(&mut lasting);
}
