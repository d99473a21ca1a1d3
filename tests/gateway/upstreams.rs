//! Consoles in several places: which address is asked, when one is asked again, what is left alone, and
//! what only the gateway knows.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::World;

/// Where nobody listens.
const NOBODY: &str = "127.0.0.1:1";

fn long_form(addresses: &[&str], more: &str) -> String {
    let urls: Vec<String> = addresses.iter().map(|a| format!("\"http://{a}\"")).collect();
    format!("{{ urls: [{}]{more} }}", urls.join(", "))
}

/// A gateway without people, before these addresses.
fn before(addresses: &[&str], more: &str) -> Gateway {
    let unused: SocketAddr = NOBODY.parse().unwrap();
    Gateway::start(&Setup::before(unused).upstream(&long_form(addresses, more)), &[])
}

fn ask(gateway: &Gateway, sent: &str) -> Response {
    let mut client = gateway.connect();
    client.send(sent.as_bytes());
    client.response()
}

fn post(target: &str) -> String {
    request("POST", target, "Content-Length: 3\r\n") + "abc"
}

#[test]
fn requests_take_turns_over_every_address() {
    let recorders = [Recorder::start(), Recorder::start(), Recorder::start()];
    let addresses = recorders.each_ref().map(|r| r.address().to_string());
    let gateway = before(&addresses.each_ref().map(String::as_str), "");
    for _ in 0..6 {
        assert_eq!(ask(&gateway, &get("/public/x", "")).status, 200);
    }
    assert_eq!(recorders.each_ref().map(Recorder::count), [2, 2, 2]);
    drop(gateway);
}

#[test]
fn the_address_with_the_fewest_requests_under_way_is_asked() {
    let latch = crate::support::Latch::default();
    let held = [latch.clone(), latch.clone()];
    let recorders = held.map(|latch| {
        Recorder::scripted(move |request| match request.target().as_str() {
            "/public/held" => Answer::held(request, &latch, "late"),
            _ => Answer::ok(request, "at once"),
        })
    });
    let addresses = recorders.each_ref().map(|r| r.address().to_string());
    let gateway = before(&addresses.each_ref().map(String::as_str), ", balance: least_connections");
    let mut waiting: Vec<RawClient> = Vec::new();
    for count in 1..=6 {
        let mut client = gateway.connect();
        client.send(get("/public/held", "").as_bytes());
        eventually("the next request at a console", || {
            recorders.iter().map(Recorder::count).sum::<usize>() == count
        });
        waiting.push(client);
    }
    assert_eq!(recorders.each_ref().map(Recorder::count), [3, 3]);
    latch.open();
    for mut client in waiting {
        assert_eq!(client.response().text(), "late");
    }
    drop(gateway);
}

#[test]
fn a_request_whose_client_is_gone_counts_no_more() {
    let latch = crate::support::Latch::default();
    let held = latch.clone();
    let recorder = Recorder::scripted(move |request| Answer::held(request, &held, "late"));
    let gateway = before(&[&recorder.address().to_string()], ", balance: least_connections");
    let mut clients: Vec<RawClient> = Vec::new();
    for _ in 0..3 {
        let mut client = gateway.connect();
        client.send(get("/public/held", "").as_bytes());
        clients.push(client);
    }
    recorder.wait_for(3);
    let under_way = || gateway.metric(&["portcullis_upstream_requests"]);
    eventually("three requests under way", || (under_way() - 3.0).abs() < 0.1);
    clients.truncate(1);
    eventually("one request under way", || (under_way() - 1.0).abs() < 0.1);
    latch.open();
    assert_eq!(clients[0].response().text(), "late");
    eventually("no request under way", || under_way() < 0.1);
    drop(gateway);
}

#[test]
fn what_found_no_connection_goes_to_the_next_address_whatever_its_method() {
    let recorder = Recorder::start();
    let address = recorder.address().to_string();
    let gateway = before(&[NOBODY, &address], "");
    for count in 1..=4 {
        let answer = ask(&gateway, &post("/public/x"));
        assert_eq!((answer.status, answer.text().as_str()), (200, "from upstream"));
        assert_eq!(recorder.count(), count);
    }
    assert!(recorder.requests().iter().all(|request| request.body == b"abc"));
    let again = gateway.metric(&["portcullis_upstream_retries_total", "console"]);
    assert!((1.0..=4.0).contains(&again), "{again}");
    eventually("the lines of the access log", || {
        let log = gateway.access_log();
        log.len() == 4 && log.iter().any(|line| line["retries"] == 1)
    });
    let log = gateway.access_log();
    assert!(log.iter().all(|line| line["upstream"] == address.as_str()), "{log:#?}");
}

#[test]
fn without_retries_a_request_is_sent_once() {
    let recorder = Recorder::start();
    let gateway = before(&[NOBODY, &recorder.address().to_string()], ", retries: 0");
    let mut statuses: Vec<u16> =
        (0..4).map(|_| ask(&gateway, &get("/public/x", "")).status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 502, 502]);
}

#[test]
fn an_address_that_fails_is_left_alone_and_it_is_said() {
    let recorder = Recorder::start();
    let address = recorder.address().to_string();
    let gateway = before(&[NOBODY, &address], ", ejection: { after: 2, time: 1h, longest: 1h }");
    for _ in 0..12 {
        assert_eq!(ask(&gateway, &get("/public/x", "")).status, 200);
    }
    let count = |name: &str, words: &[&str]| gateway.metric(&[&[name], words].concat());
    assert!((count("portcullis_upstream_ejections_total", &[]) - 1.0).abs() < 0.1);
    assert!((count("portcullis_upstream_retries_total", &[]) - 2.0).abs() < 0.1);
    let here = ["address=\"127.0.0.1:1\"", "state=\"ejected\""];
    assert!((count("portcullis_upstream_addresses", &here) - 1.0).abs() < 0.1);
    let there = [address.as_str(), "state=\"in_use\""];
    assert!((count("portcullis_upstream_addresses", &there) - 1.0).abs() < 0.1);
    assert!(gateway.stderr().contains("an address fails and is left alone"));
    assert_eq!(recorder.count(), 12);
}

#[test]
fn an_address_that_answers_wrongly_is_left_alone_too() {
    let busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".to_owned();
    let flood = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(101) + "HTTP/1.1 200 OK\r\n\r\n";
    for (wrong, told) in [(busy, 503), (flood, 502), ("SSH-2.0\r\n\r\n".to_owned(), 502)] {
        let bad = Recorder::scripted(move |_| Answer::raw_then_close(wrong.as_bytes()));
        let good = Recorder::start();
        let addresses = [bad.address(), good.address()].map(|a| a.to_string());
        let more = ", ejection: { after: 2, time: 1h, longest: 1h }";
        let gateway = before(&addresses.each_ref().map(String::as_str), more);
        let statuses: Vec<u16> =
            (0..8).map(|_| ask(&gateway, &get("/public/x", "")).status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == told).count(), 2, "{statuses:?}");
        assert_eq!((bad.count(), good.count()), (2, 6), "{told}");
        drop(gateway);
    }
}

/// Answers the first request of the first connection, and to the next one only this much.
fn breaks_with(bytes: &'static [u8]) -> impl Fn(&Recorded) -> Answer {
    move |request| match (request.target().as_str(), request.connection) {
        ("/public/again", 0) => Answer::raw_then_close(bytes),
        _ => Answer::ok(request, "whole"),
    }
}

/// The status of a request on a connection that served before and then breaks, and how often the console
/// saw it.
///
/// A connection is kept a moment after its answer was passed on. A request that comes before that has another,
/// which says nothing about this: then it is tried anew.
fn on_a_stale_connection(bytes: &'static [u8], sent: &str, more: &str) -> (u16, Vec<Recorded>) {
    for _ in 0..20 {
        let recorder = Recorder::scripted(breaks_with(bytes));
        let gateway = before(&[&recorder.address().to_string()], more);
        let mut client = gateway.connect();
        client.send(get("/public/first", "").as_bytes());
        assert_eq!(client.response().status, 200);
        client.send(sent.as_bytes());
        let status = client.response().status;
        drop(gateway);
        let requests = recorder.requests();
        if requests[0].connection == requests[1].connection {
            return (status, requests[1..].to_vec());
        }
    }
    panic!("the console's connection was never kept");
}

#[test]
fn only_what_may_be_repeated_is_sent_again_when_a_kept_connection_turns_out_closed() {
    let (status, seen) = on_a_stale_connection(b"", &get("/public/again", ""), "");
    assert_eq!((status, seen.len()), (200, 2));
    assert_ne!(seen[0].connection, seen[1].connection);
    assert_eq!(seen[0].values("x-request-id"), seen[1].values("x-request-id"));
    let put = request("PUT", "/public/again", "Content-Length: 3\r\n") + "abc";
    let (status, seen) = on_a_stale_connection(b"", &put, "");
    assert_eq!((status, seen.len()), (200, 2));
    assert!(seen.iter().all(|request| request.body == b"abc"));
    for method in ["POST", "PATCH"] {
        let sent = request(method, "/public/again", "Content-Length: 3\r\n") + "abc";
        let (status, seen) = on_a_stale_connection(b"", &sent, ", retries: 3");
        assert_eq!((status, seen.len()), (502, 1), "{method}");
    }
    let (status, seen) = on_a_stale_connection(b"", &get("/public/again", ""), ", retries: 0");
    assert_eq!((status, seen.len()), (502, 1), "none wanted");
}

#[test]
fn nothing_is_sent_again_once_an_answer_began() {
    let beginnings: [&[u8]; 3] =
        [b"H", b"HTTP/1.1 200 OK\r\nContent-", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"];
    for bytes in beginnings {
        let (status, seen) =
            on_a_stale_connection(bytes, &get("/public/again", ""), ", retries: 3");
        assert_eq!((status, seen.len()), (502, 1), "{}", crate::support::show(bytes));
    }
}

#[test]
fn a_new_connection_that_breaks_is_no_reason_to_ask_again() {
    let recorder = Recorder::scripted(|_| Answer::raw_then_close(b""));
    let gateway = before(&[&recorder.address().to_string()], ", retries: 3");
    assert_eq!(ask(&gateway, &get("/public/x", "")).status, 502);
    assert_eq!(recorder.count(), 1);
}

#[test]
fn a_console_that_refuses_the_head_is_asked_once_a019() {
    for status in ["431 Request Header Fields Too Large", "502 Bad Gateway"] {
        let line = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        let script = move |_: &Recorded| Answer::raw(line.as_bytes());
        let recorder = Recorder::scripted(script);
        let gateway = before(&[&recorder.address().to_string(), NOBODY], ", retries: 3");
        let mut answers = Vec::new();
        for _ in 0..2 {
            answers.push(ask(&gateway, &get("/public/x", "")).status.to_string());
        }
        assert!(answers.iter().all(|answer| status.starts_with(answer)), "{answers:?}");
        assert_eq!(recorder.count(), 2, "A-019 {status}");
        eventually("both lines of the access log", || gateway.access_log().len() == 2);
    }
}

#[test]
fn checks_take_an_address_out_and_carry_nothing_of_anybodys_a018() {
    let well = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&well);
    let sick = Recorder::scripted(move |request| match request.target().as_str() {
        "/healthz?deep" if !state.load(Ordering::SeqCst) => {
            Answer::raw(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        }
        _ => Answer::ok(request, "sick"),
    });
    let sound = Recorder::start();
    let health = ", health: { path: \"/healthz?deep\", interval: 1s, unhealthy_after: 1, \
                  healthy_after: 1 }, secret_header: { name: X-Key, value: canary-canary-canary }";
    let addresses = [sick.address(), sound.address()].map(|a| a.to_string());
    let value = long_form(&addresses.each_ref().map(String::as_str), health);
    let world = World::with_requests(sound, |setup| setup.upstream(&value));
    let count = |state: &str| {
        let words = ["portcullis_upstream_addresses", &format!("state=\"{state}\"")];
        world.gateway.metric(&words)
    };
    eventually("an unhealthy address", || count("unhealthy") > 0.5);
    let served = |target: &str| {
        let sent = world.fill(get(target, FULL).as_bytes());
        let mut client = world.gateway.connect();
        client.send(&sent);
        client.response().text()
    };
    for n in 0..6 {
        assert_eq!(served(&format!("/x/{n}")), "from upstream");
    }
    let checks = sick.requests();
    assert!(checks.iter().all(|r| r.target() == "/healthz?deep"), "only checks got there");
    for check in checks {
        assert_eq!(check.values("host"), [HOST]);
        assert!(check.values("user-agent").concat().starts_with("Portcullis/"));
        assert_eq!(check.values("x-key"), ["canary-canary-canary"]);
        let names: Vec<String> = check.fields().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 5, "A-018 {names:?}");
    }
    well.store(true, Ordering::SeqCst);
    eventually("both addresses in use", || count("in_use") > 1.5);
    let both: String = (0..4).map(|n| served(&format!("/y/{n}"))).collect();
    assert!(both.contains("sick") && both.contains("from upstream"), "{both}");
    let failed = ["portcullis_upstream_checks_total", "failed"];
    assert!(world.gateway.metric(&failed) >= 1.0);
    world.check_no_session_upstream();
}

#[test]
fn when_every_check_fails_all_addresses_are_tried_and_it_is_said() {
    let script = |request: &Recorded| match request.target().as_str() {
        "/healthz" => Answer::raw(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"),
        _ => Answer::ok(request, "works all the same"),
    };
    let recorder = Recorder::scripted(script);
    let health = ", health: { path: /healthz, interval: 1s, unhealthy_after: 1 }";
    let gateway = before(&[&recorder.address().to_string(), NOBODY], health);
    eventually("no address in use", || gateway.metric(&["portcullis_upstream_all_out"]) > 0.5);
    assert!(gateway.stderr().contains("every address of the console is out of use"));
    assert_eq!(ask(&gateway, &get("/public/x", "")).status, 200);
}

#[test]
fn when_no_address_works_people_and_scripts_are_told_so() {
    let health = ", health: { path: /healthz, interval: 1s, unhealthy_after: 1 }, retries: 0";
    let gateway = before(&[NOBODY], health);
    assert_eq!(ask(&gateway, &get("/public/x", "")).status, 502, "not known to be out");
    eventually("no address in use", || gateway.metric(&["portcullis_upstream_all_out"]) > 0.5);
    let answer = ask(&gateway, &get("/public/x", ""));
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.text().contains("\"reason\":\"upstream_unavailable\""), "{}", answer.text());
    assert!(answer.header("retry-after").is_some());
}

/// A console that accepts connections and says nothing.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[test]
fn people_and_scripts_are_told_what_happened_and_what_to_do_next() {
    let garbage = Recorder::scripted(|_| Answer::raw_then_close(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"));
    let (_listener, silent) = silent();
    let garbage_address = garbage.address().to_string();
    for (address, more, status, reason, words) in [
        (NOBODY, "", 502, "upstream_unreachable", "does not answer"),
        (&garbage_address, "", 502, "upstream_invalid", "breaks the rules"),
        (&silent, ", read_timeout: 1s", 504, "upstream_timeout", "took too long"),
        ("nowhere.invalid:80", "", 503, "upstream_unavailable", "not running"),
    ] {
        let gateway = before(&[address], more);
        let page = ask(&gateway, &get("/public/x", "Accept: text/html\r\n"));
        let id = page.header("x-request-id").unwrap().to_owned();
        assert_eq!(page.status, status, "{reason}");
        for said in [words, &id, "Try again", "If "] {
            assert!(page.text().contains(said), "{reason}: {said} in {}", page.text());
        }
        assert!(!page.text().contains(address), "nothing internal is named: {}", page.text());
        let problem = ask(&gateway, &get("/public/x", ""));
        assert_eq!(problem.header("content-type"), Some("application/problem+json"));
        let told: serde_json::Value = serde_json::from_slice(&problem.body).unwrap();
        assert_eq!((&told["reason"], &told["status"]), (&reason.into(), &status.into()));
        assert_eq!(told["request_id"], problem.header("x-request-id").unwrap());
        assert!(told["detail"].as_str().unwrap().contains(words), "{told}");
        assert_eq!(problem.header("retry-after").is_some(), status == 503, "{reason}");
        eventually("both lines of the access log", || gateway.access_log().len() == 2);
        assert!(gateway.access_log().iter().all(|line| line["refusal"] == reason));
    }
}

#[test]
fn a_name_that_does_not_resolve_is_no_console() {
    let gateway = before(&["nowhere.invalid:80"], "");
    let answer = ask(&gateway, &get("/public/x", "Accept: text/html\r\n"));
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    let page = answer.text();
    let id = answer.header("x-request-id").unwrap();
    for word in [id, "The console is not available", "Try again"] {
        assert!(page.contains(word), "{word} in {page}");
    }
    assert!(!page.contains("nowhere"), "nothing internal is named: {page}");
}

#[test]
fn a_name_with_several_addresses_stands_for_all_of_them() {
    let recorder = Recorder::start();
    let port = recorder.address().port();
    let gateway = before(&[&format!("localhost:{port}")], "");
    for _ in 0..4 {
        assert_eq!(ask(&gateway, &get("/public/x", "")).status, 200);
    }
    assert_eq!(recorder.count(), 4);
}

#[test]
fn the_secret_header_is_set_once_and_known_to_nobody_else() {
    const VALUE: &str = "canary-5d1-canary-5d1";
    let setup = |setup: Setup| {
        let address = setup.yaml();
        let line = address.lines().find(|line| line.contains("upstream:")).unwrap();
        let url = line.split("upstream: ").nth(1).unwrap();
        let value = format!(
            "{{ url: \"{url}\", secret_header: {{ name: X-Gateway-Key, value: \"{VALUE}\" }} }}"
        );
        setup.upstream(&value).log_level("trace")
    };
    let world = World::with(Recorder::start(), setup);
    let mut forged = String::from(FULL);
    for name in ["X-Gateway-Key", "x-gateway-key", "X_Gateway_Key", "HTTP_X_GATEWAY_KEY"] {
        write!(forged, "{name}: forged-forged-forged\r\n").unwrap();
    }
    for target in ["/x", "/public/x"] {
        let mut client = world.gateway.connect();
        client.send(&world.fill(get(target, &forged).as_bytes()));
        let answer = client.response();
        assert_eq!(answer.status, 200);
        assert!(!format!("{answer:?}").contains(VALUE));
    }
    for seen in world.recorder.requests() {
        assert_eq!(seen.values("x-gateway-key"), [VALUE]);
        let head = String::from_utf8_lossy(&seen.head).into_owned();
        assert_eq!(head.matches("ateway").count(), 1, "{head}");
        assert!(!head.contains("forged"), "{head}");
    }
    eventually("the lines of the access log", || world.gateway.access_log().len() >= 2);
    let said = world.gateway.stderr() + &format!("{:?}", world.gateway.access_log());
    assert!(!said.contains(VALUE), "the secret is in the log");
    assert!(said.contains("judged"), "the log was at its wordiest");
}
