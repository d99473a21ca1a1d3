//! G2: path, host and method. What has two readings is refused; what passes, passes byte for byte.

use crate::support::eventually;
use crate::support::gateway::HOST;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::row::Identity;
use crate::support::row::Row;
use crate::support::row::check_identity;
use crate::support::row::get;
use crate::support::row::get_bytes;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::World;

/// A page navigation of a browser.
const NAVIGATION: &str = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n\
                          Sec-Fetch-Dest: document\r\n";

fn refused_targets(world: &World, id: &'static str, targets: &[&str]) {
    for target in targets {
        world.check(&Row::refused(id, &[400], get(target, FULL)));
        world.check(&Row::refused(id, &[400], get(target, "")));
    }
}

#[test]
fn dot_segments_and_double_slashes_are_refused_to_machines_a025_a026_a029() {
    let world = World::on_every_wire();
    refused_targets(
        &world,
        "A-025",
        &["/public/../admin", "/public/./../admin", "/./admin", "/public/..", "/.", "/.."],
    );
    refused_targets(
        &world,
        "A-026",
        &["/public/%2e%2e/admin", "/public/.%2e/admin", "/public/%2E./admin", "/%2e/admin"],
    );
    refused_targets(
        &world,
        "A-029",
        &["//admin", "///admin", "/x//../admin", "//evil/admin", "/public//admin"],
    );
}

#[test]
fn a_browser_is_sent_to_the_canonical_address_a025_a029() {
    let world = World::on_every_wire();
    for (id, target, canonical) in [
        ("A-025", "/public/../admin", "/admin"),
        ("A-025", "/public/./../admin?q=1", "/admin?q=1"),
        ("A-026", "/public/%2e%2e/admin", "/admin"),
        ("A-026", "/%61dmin", "/admin"),
        ("A-029", "//admin", "/admin"),
        ("A-029", "//evil.example/admin", "/evil.example/admin"),
        ("A-025", "/../../..//", "/"),
    ] {
        let sent = get(target, &format!("{FULL}{NAVIGATION}"));
        world.check_each(&Row::refused(id, &[308], sent), |wire, response, _| {
            assert_eq!(response.header("location"), Some(canonical), "{id} {wire:?} {target}");
        });
        let post = request("POST", target, &format!("{FULL}{NAVIGATION}Content-Length: 0\r\n"));
        world.check(&Row::refused(id, &[400], post));
    }
}

#[test]
fn nothing_is_decoded_twice_and_no_separator_is_hidden_a027_a028() {
    let world = World::on_every_wire();
    refused_targets(
        &world,
        "A-027",
        &["/public/%252e%252e/admin", "/public/%25%32%65/admin", "/a%252fb", "/a%255cb"],
    );
    refused_targets(
        &world,
        "A-028",
        &["/public%2fadmin", "/public%2Fadmin", "/a%5cb", "/a%5Cb", "/public\\..\\admin"],
    );
    // Not even a browser is sent anywhere: there is no canonical form.
    let sent = get("/public/..%2fadmin", &format!("{FULL}{NAVIGATION}"));
    world.check(&Row::refused("A-028", &[400], sent));
}

#[test]
fn what_another_server_would_take_for_another_route_is_refused_a030_a032() {
    let world = World::on_every_wire();
    refused_targets(
        &world,
        "A-030",
        &["/admin;x=1", "/public/..;/admin", "/public;/../admin", "/admin;/x", "/public;x/y"],
    );
    refused_targets(
        &world,
        "A-032",
        &["/admin.", "/admin%20", "/admin%00", "/admin%0a", "/admin::$DATA", "/admin%7f"],
    );
    world.run(&[
        Row::forwarded("A-032", get("/admin/", FULL)),
        Row::refused("A-032", &[401], get("/admin/", "")),
        Row::forwarded("A-030", get("/matrix;x=1/y", FULL)),
    ]);
}

#[test]
fn readings_are_combined_and_dots_in_disguise_are_refused_a030_a032() {
    let world = World::on_every_wire();
    for target in [
        "/admin.;x",
        "/admin%20;x",
        "/public/..%20/secret",
        "/public/..%20;x/secret",
        "/public/..::$DATA/secret",
        "/public/..:x/secret",
        "/public/.%20./secret",
        "/public/.../secret",
    ] {
        world.check(&Row::refused("A-030", &[400], get(target, "")));
        world.check(&Row::refused("A-030", &[400], get(target, FULL)));
    }
}

#[test]
fn a_copy_reaches_no_further_than_its_sender_a047() {
    let world = World::on_every_wire();
    for method in ["COPY", "MOVE"] {
        let ask = |from: &str, fields: &str| request(method, from, fields);
        for (fields, status) in [
            (String::new(), 400),
            ("Destination: elsewhere\r\n".to_owned(), 400),
            ("Destination: /public/../admin/x\r\n".to_owned(), 400),
            ("Destination: /public/a\r\nDestination: /admin/x\r\n".to_owned(), 400),
            ("Destination: /admin/x\r\n".to_owned(), 403),
            (format!("Destination: http://{HOST}/admin/x\r\n"), 403),
            ("Destination: http://other.test/public/x\r\n".to_owned(), 403),
        ] {
            world.check(&Row::refused("A-047", &[status], ask("/public/a", &fields)));
        }
        let full = format!("{FULL}Destination: http://{HOST}/admin/x\r\n");
        world.check(&Row::forwarded("A-047", ask("/a", &full)));
    }
}

#[test]
fn a_move_needs_what_its_parts_need_and_all_that_comes_along_a047() {
    let world = World::on_every_wire_with(Recorder::start(), |setup| {
        setup
            .site_line("  - { path: /files }")
            .site_line("  - { path: /files, methods: [DELETE], require: { groups: [admins] } }")
            .site_line("  - { path: /read, methods: [GET], require: { groups: [admins] } }")
            .site_line("  - { path: /read, methods: [COPY, MOVE] }")
            .site_line("  - { path: /docs/*/secret, require: { groups: [admins] } }")
    });
    let ask = |method: &str, from: &str, to: &str| {
        request(method, from, &format!("{FULL}Destination: {to}\r\n"))
    };
    world.run(&[
        Row::forwarded("A-047", ask("COPY", "/files/x", "/files/y")),
        // Whoever may not delete may not move away, and whoever may not read may not copy.
        Row::refused("A-047", &[403], ask("MOVE", "/files/x", "/files/y")),
        Row::refused("A-047", &[403], ask("COPY", "/read/x", "/files/y")),
        // A collection comes with all that is in it.
        Row::refused("A-047", &[403], ask("COPY", "/docs", "/files/y")),
        Row::refused("A-047", &[403], ask("COPY", "/docs/a", "/files/y")),
        Row::refused("A-047", &[403], ask("COPY", "/files/x", "/docs/a")),
        Row::forwarded("A-047", ask("COPY", "/docs/a/open", "/files/y")),
    ]);
}

#[test]
fn a_fragment_is_no_part_of_a_target_a033() {
    let world = World::on_every_wire();
    refused_targets(&world, "A-033", &["/public#/../admin", "/x#", "#x", "/x?y#z", "/public#"]);
    world.run(&[
        Row::forwarded("A-033", get("/foo/secret%23/bar", FULL)),
        Row::refused("A-033", &[401], get("/public%23/admin", "")),
        Row::refused("A-033", &[401], get("/admin%23/public", "")),
    ]);
}

#[test]
fn the_query_decides_nothing_a034() {
    let world = World::on_every_wire();
    for target in ["/admin?x=/public/", "/api/private?path=/status", "/?/public", "/x?/public/.."] {
        world.check(&Row::refused("A-034", &[401], get(target, "")));
        world.check(&Row::forwarded("A-034", get(target, FULL)));
    }
}

#[test]
fn absolute_targets_must_name_our_host_and_go_up_as_paths_a035() {
    let world = World::on_every_wire();
    world.run(&[
        Row::refused("A-035", &[400], get("http://other.example/admin", FULL)),
        Row::refused("A-035", &[400], get(&format!("http://user@{HOST}/admin"), FULL)),
        Row::refused("A-035", &[400], get(&format!("ftp://{HOST}/admin"), FULL)),
        Row::refused("A-035", &[400], get(&format!("http://{HOST}/public/../admin"), FULL)),
        Row::refused("A-035", &[401], get(&format!("http://{HOST}/admin"), "")),
        Row::refused("A-035", &[400], format!("GET http://{HOST}/x HTTP/1.1\r\n{FULL}\r\n")),
        Row::forwarded("A-035", get(&format!("http://{HOST}/x?y=1"), FULL)).seen_as("/x?y=1"),
    ]);
}

#[test]
fn only_options_may_ask_for_the_whole_server_a036() {
    let world = World::on_every_wire();
    world.run(&[
        Row::refused("A-036", &[400, 405], get("*", FULL)),
        Row::refused("A-036", &[400], get("admin", FULL)),
        Row::refused("A-036", &[400], get("?x=1", FULL)),
        Row::refused("A-036", &[400], get("", FULL)),
        Row::refused("A-036", &[400], get("a:443", FULL)),
        Row::refused("A-036", &[200, 204], request("OPTIONS", "*", FULL)),
        Row::refused("A-036", &[200, 204], request("OPTIONS", "*", "")),
    ]);
}

#[test]
fn raw_controls_and_bytes_beyond_ascii_are_refused_a037() {
    let world = World::on_every_wire();
    for byte in [0x00, 0x01, b' ', b'\t', 0x0b, 0x7f, 0x80, 0xa0, 0xc3, 0xff] {
        world.check(&Row::refused("A-037", &[400], get_bytes(&[b'/', b'a', byte, b'b'], FULL)));
        world.check(&Row::refused("A-037", &[400], get_bytes(&[b'/', b'?', byte, b'b'], FULL)));
    }
    world.check(&Row::refused("A-037", &[400], get_bytes("/käse".as_bytes(), FULL)));
}

#[test]
fn broken_escapes_and_broken_utf8_are_refused_a038() {
    let world = World::on_every_wire();
    refused_targets(
        &world,
        "A-038",
        &[
            "/%",
            "/%z",
            "/%zz",
            "/a%2",
            "/%u002f",
            "/%c0%af",
            "/%c1%9c",
            "/%e0%80%af",
            "/%ed%a0%80",
            "/%f8%80%80%80%af",
            "/%ff",
            "/%80",
        ],
    );
    let wide = get("/public%ef%bc%8f..%ef%bc%8fadmin", "");
    world.check(&Row::refused("A-038", &[400, 401], wide));
}

#[test]
fn routes_match_whole_segments_a040() {
    let world = World::on_every_wire();
    for target in ["/publicx", "/public-admin", "/public.", "/Public", "/PUBLIC/x", "/publi"] {
        world.check(&Row::refused("A-040", &[400, 401], get(target, "")));
    }
    refused_targets(&world, "A-040", &["/api%2fadmin", "/public%2fx"]);
}

#[test]
fn a_target_that_passes_passes_unchanged_a041() {
    let world = World::on_every_wire();
    for target in [
        "/",
        "/x",
        "/x/",
        "/a%20b",
        "/a%C3%A4?q=%2e%2e",
        "/a+b,c@d!$&'()*=:",
        "/x?",
        "/x?a=b&c=d?e/f",
        "/x??",
        "/~u/_-./z",
        "/%E2%82%AC",
        "/x?%2f%5c",
        "/a...b/..c",
        "/x?q=//..//",
        "/0%2Ca",
    ] {
        world.check(&Row::forwarded("A-041", get(target, FULL)));
    }
}

/// A small generator with a seed (xorshift): the same targets on every run.
pub(crate) struct Targets(pub(crate) u64);

impl Targets {
    /// A number below this one.
    pub(crate) fn number(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }

    /// The next target, right or wrong.
    pub(crate) fn next_target(&mut self) -> Vec<u8> {
        const PIECES: [&str; 40] = [
            "/",
            "/",
            "/",
            "/",
            "a",
            "b",
            "admin",
            "public",
            "api",
            ".portcullis",
            ".",
            "..",
            "...",
            "%2e",
            "%2F",
            "%5c",
            "%25",
            "%20",
            "%C3%A4",
            "%61",
            "%7E",
            "%zz",
            "%",
            ";",
            "=",
            "?",
            "&",
            "#",
            "::$DATA",
            "\\",
            "~",
            "@",
            ":",
            "+",
            "*",
            ",",
            "(",
            "'",
            "!",
            "-",
        ];
        let mut target = b"/".to_vec();
        for _ in 0..=self.number(7) {
            if self.number(60) == 0 {
                target.push(u8::try_from(self.number(256)).unwrap());
            } else {
                target.extend(PIECES[self.number(PIECES.len())].as_bytes());
            }
        }
        target
    }
}

#[test]
fn decision_log_and_upstream_see_the_same_bytes_for_thousands_of_targets_a042() {
    // `make torture` sets 400 rounds: a million targets.
    let rounds = std::env::var_os("PORTCULLIS_TORTURE_ROUNDS").and_then(|n| n.into_string().ok());
    let rounds: u64 = rounds.map_or(1, |rounds| rounds.parse().unwrap());
    for round in 0..rounds {
        same_bytes(Targets(0x9e37_79b9_7f4a_7c15 ^ round << 1));
    }
}

/// Sends 3000 targets; those that pass stand in the log as they arrive at the upstream (I-3).
fn same_bytes(mut targets: Targets) {
    let world = World::start();
    let mut forwarded = Vec::new();
    let mut client = world.gateway.connect();
    for _ in 0..3000 {
        let target = targets.next_target();
        if target.contains(&b'\r') || target.contains(&b'\n') {
            continue;
        }
        client.send(&world.fill(&get_bytes(&target, FULL)));
        let response = client.response();
        let reached = world.recorder.count() > forwarded.len();
        let context = format!("{} -> {}", target.escape_ascii(), response.status);
        assert!((200..500).contains(&response.status), "{context}");
        if reached {
            assert_eq!(response.status, 200, "{context}");
            forwarded.push(String::from_utf8(target).expect("I-3: only ASCII passes"));
        }
        if response.header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close")) {
            client = world.gateway.connect();
        }
    }
    let seen = world.recorder.requests();
    let seen_targets: Vec<_> = seen.iter().map(Recorded::target).collect();
    assert_eq!(seen_targets, forwarded, "I-1, I-3");
    assert!(forwarded.len() > 300, "too few passed: {}", forwarded.len());
    let paths: Vec<_> = forwarded.iter().map(|t| t.split('?').next().unwrap()).collect();
    eventually("every forwarded request in the access log", || {
        let log = world.gateway.access_log();
        let logged: Vec<_> = log
            .iter()
            .filter(|record| record["decision"] == "forward")
            .map(|record| record["path"].as_str().unwrap_or_default().to_owned())
            .collect();
        logged == paths
    });
}

#[test]
fn an_unknown_host_has_no_site_and_ours_has_one_in_every_spelling_a043_a044() {
    let world = World::on_every_wire();
    for host in ["other.test", "localhost", "127.0.0.1", "[::1]", "test", "x.console.test"] {
        let sent = format!("GET /x HTTP/1.1\r\nHost: {host}\r\n{FULL}\r\n");
        world.check(&Row::refused("A-043", &[421], sent));
    }
    for host in ["CONSOLE.Test", "console.test:443", "console.test:8080", "console.test."] {
        let before = world.recorder.count();
        let mut client = world.gateway.connect();
        client.send(format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
        assert!([400, 401, 421].contains(&client.response().status), "A-044 {host}");
        let mut client = world.gateway.connect();
        client
            .send(&world.fill(format!("GET /x HTTP/1.1\r\nHost: {host}\r\n{FULL}\r\n").as_bytes()));
        let status = client.response().status;
        let seen = world.recorder.requests().split_off(before);
        assert_eq!(seen.len(), usize::from(status == 200), "A-044 {host}: {status}");
        assert!([200, 400, 421].contains(&status), "A-044 {host}: {status}");
        for request in seen {
            check_identity(&request, Identity::Ours, host);
        }
    }
}

#[test]
fn authority_and_host_must_agree_on_http2_a046() {
    let world = World::tls();
    let pair = world.session_pair();
    let trust = world.gateway.trust(&["h2"]).unwrap();
    let start = [(":method", "GET"), (":scheme", "https"), (":path", "/x")];
    let authorities: [&[(&str, &str)]; 5] = [
        &[(":authority", HOST), ("host", "other.test")],
        &[(":authority", "other.test"), ("host", HOST)],
        &[(":authority", HOST), ("host", "console.test:1")],
        &[("host", HOST), ("host", HOST)],
        &[],
    ];
    for authority in authorities {
        let mut h2 = H2Client::over(RawClient::tls(world.gateway.listener("https"), &trust));
        let pseudo = authority.iter().filter(|(name, _)| name.starts_with(':'));
        let mut fields: Vec<_> = start.iter().chain(pseudo).copied().collect();
        fields.extend(authority.iter().filter(|(name, _)| !name.starts_with(':')));
        fields.push(("cookie", &pair));
        let stream = h2.open(&fields, Last::Yes);
        let ended = h2.ended(stream);
        let refused = ended.status().is_none_or(|status| [400, 421].contains(&status));
        assert!(refused, "A-046 {authority:?}: {ended:?}");
        assert_eq!(world.recorder.count(), 0, "A-046 {authority:?}");
    }
    let mut h2 = H2Client::over(RawClient::tls(world.gateway.listener("https"), &trust));
    let mut fields = start.to_vec();
    fields.extend([(":authority", HOST), ("cookie", pair.as_str())]);
    let stream = h2.open(&fields, Last::Yes);
    assert_eq!(h2.ended(stream).status(), Some(200));
    assert_eq!(world.recorder.count(), 1);
    check_identity(&world.recorder.requests()[0], Identity::Ours, "A-046");
}

#[test]
fn a_rule_holds_for_every_method_a047_a048() {
    let world = World::on_every_wire();
    for method in [
        "HEAD", "OPTIONS", "PROPFIND", "MKCOL", "LOCK", "REPORT", "SEARCH", "DELETE", "PUT",
        "PATCH", "POST",
    ] {
        let length = "Content-Length: 0\r\n";
        for target in ["/x", "/admin"] {
            let anonymous = request(method, target, length);
            world.check(&Row::refused("A-048", &[401], anonymous));
            let full = request(method, target, &format!("{FULL}{length}"));
            world.check(&Row::forwarded("A-047", full));
        }
    }
    for method in ["get", "Get", "JEFF", "TRACE", "TRACK", "M-SEARCH", "PURGE", "post"] {
        world.check(&Row::refused("A-047", &[405], request(method, "/x", FULL)));
        world.check(&Row::refused("A-047", &[405], request(method, "/public", "")));
    }
}

#[test]
fn a_preflight_needs_a_session_like_everything_else_a049() {
    let world = World::on_every_wire();
    let preflight = "Origin: https://other.test\r\nAccess-Control-Request-Method: DELETE\r\n";
    world.run(&[
        Row::refused("A-049", &[401], request("OPTIONS", "/x", preflight)),
        Row::refused("A-049", &[401], request("OPTIONS", "/api/x", preflight)),
        Row::forwarded("A-049", request("OPTIONS", "/x", &format!("{FULL}{preflight}"))),
    ]);
}

#[test]
fn nothing_under_our_prefix_reaches_the_upstream_a051() {
    let world = World::on_every_wire();
    world.run(&[
        Row::refused("A-051", &[404], get("/.portcullis/nope", FULL)),
        Row::refused("A-051", &[404], get("/.portcullis/nope/x", FULL)),
        Row::refused("A-051", &[400], get("/.portcullis/../x", FULL)),
        Row::refused("A-051", &[400], get("/%2eportcullis/sign-in", FULL)),
        Row::refused("A-051", &[400], get("/.portcullis;/sign-in", FULL)),
        Row::refused("A-051", &[400], get("/.portcullis%2fsign-in", FULL)),
        Row::refused("A-051", &[400], get("//.portcullis/sign-in", FULL)),
        Row::refused("A-051", &[400, 401, 404], get("/.PORTCULLIS/sign-in", "")),
        Row::refused("A-051", &[401], get("/.portcullisx", "")),
    ]);
}

#[test]
fn a_spelling_in_other_case_has_the_same_rule_where_the_console_ignores_case_a031() {
    let ignoring = World::on_every_wire_with(Recorder::start(), |setup| {
        setup.site_line("case_insensitive_paths: true")
    });
    ignoring.run(&[
        Row::forwarded("A-031", get("/PUBLIC/x", "")).names_nobody(),
        Row::forwarded("A-031", get("/Public", "")).names_nobody(),
        Row::refused("A-031", &[401], get("/ADMIN", "")),
        Row::refused("A-031", &[401], get("/Publicx", "")),
        // As it was sent, byte for byte.
        Row::forwarded("A-031", get("/ADMIN/Users?Q=r", FULL)),
        Row::forwarded("A-031", get("/admin/%C3%A4%C3%84", FULL)),
        Row::refused("A-031", &[400], get("/PUBLIC/../Admin", "")),
        Row::refused("A-031", &[400], get("/PUBLIC;x", "")),
        Row::refused("A-031", &[200, 303, 404], get("/.PORTCULLIS/nope", FULL)),
    ]);
    for path in ["/public", "/PUBLIC", "/PubliC"] {
        ignoring.check(&Row::forwarded("A-031", get(path, FULL)).names_nobody());
    }
    let literal = World::start();
    literal.run(&[
        Row::refused("A-031", &[401], get("/PUBLIC/x", "")),
        Row::forwarded("A-031", get("/PUBLIC/x", FULL)),
        Row::forwarded("A-031", get("/public/x", "")),
    ]);
}

#[test]
fn a_file_name_exempts_nothing_a052() {
    let world = World::on_every_wire();
    world.run(&[
        Row::refused("A-052", &[401], get("/admin/x.css", "")),
        Row::refused("A-052", &[401], get("/favicon.ico", "")),
        Row::refused("A-052", &[400], get("/admin%0a.js", "")),
        Row::refused("A-052", &[400], get("/admin/..%2fx.png", "")),
    ]);
}

#[test]
fn a_target_beyond_the_limit_is_refused_a054() {
    let world = World::on_every_wire();
    let long = format!("/{}", "a".repeat(9 * 1024));
    world.check(&Row::refused("A-054", &[414], get(&long, FULL)).closes());
}
