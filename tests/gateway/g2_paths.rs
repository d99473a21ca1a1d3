//! G2: path, host and method. What has two readings is refused; what passes, passes byte for byte.

use crate::g2_variants;
use crate::g2_variants::AUTHORITIES;
use crate::g2_variants::OUR_HOSTS;
use crate::g2_variants::SPELLINGS;
use crate::support::eventually;
use crate::support::gateway::HOST;
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

#[test]
fn dot_segments_and_double_slashes_are_refused_to_machines_a025_a026_a029() {
    let world = World::on_every_wire();
    world.run(&g2_variants::dots());
}

#[test]
fn a_browser_is_sent_to_the_canonical_address_a025_a029() {
    let world = World::on_every_wire();
    for (id, target, canonical) in SPELLINGS {
        let rows = g2_variants::navigated(id, target);
        world.check_each(&rows[0], |wire, response, _| {
            assert_eq!(response.header("location"), Some(canonical), "{id} {wire:?} {target}");
        });
        world.run(&rows[1..]);
    }
}

#[test]
fn nothing_is_decoded_twice_and_no_separator_is_hidden_a027_a028() {
    let world = World::on_every_wire();
    world.run(&g2_variants::encoded());
}

#[test]
fn what_another_server_would_take_for_another_route_is_refused_a030_a032() {
    let world = World::on_every_wire();
    world.run(&g2_variants::suffixes());
}

#[test]
fn readings_are_combined_and_dots_in_disguise_are_refused_a030_a032() {
    let world = World::on_every_wire();
    world.run(&g2_variants::combined());
}

#[test]
fn a_copy_reaches_no_further_than_its_sender_a047() {
    let world = World::on_every_wire();
    world.run(&g2_variants::copies());
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
    world.run(&g2_variants::fragments());
}

#[test]
fn the_query_decides_nothing_a034() {
    let world = World::on_every_wire();
    world.run(&g2_variants::queries());
}

#[test]
fn absolute_targets_must_name_our_host_and_go_up_as_paths_a035() {
    let world = World::on_every_wire();
    world.run(&g2_variants::absolute());
}

#[test]
fn only_options_may_ask_for_the_whole_server_a036() {
    let world = World::on_every_wire();
    world.run(&g2_variants::whole_server());
}

#[test]
fn raw_controls_and_bytes_beyond_ascii_are_refused_a037() {
    let world = World::on_every_wire();
    world.run(&g2_variants::raw_bytes());
}

#[test]
fn broken_escapes_and_broken_utf8_are_refused_a038() {
    let world = World::on_every_wire();
    world.run(&g2_variants::broken_escapes());
}

#[test]
fn routes_match_whole_segments_a040() {
    let world = World::on_every_wire();
    world.run(&g2_variants::segments());
}

#[test]
fn a_target_that_passes_passes_unchanged_a041() {
    let world = World::on_every_wire();
    world.run(&g2_variants::unchanged());
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

/// what was decided on is what arrives.
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
    world.run(&g2_variants::other_hosts());
    for host in OUR_HOSTS {
        let before = world.recorder.count();
        let mut client = world.gateway.connect();
        client.send(g2_variants::at(host, "").as_bytes());
        assert!([400, 401, 421].contains(&client.response().status), "A-044 {host}");
        let mut client = world.gateway.connect();
        client.send(&world.fill(g2_variants::at(host, FULL).as_bytes()));
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
    for authority in AUTHORITIES {
        let ended = g2_variants::by_authority(&world, "/x", authority);
        let refused = ended.status().is_none_or(|status| [400, 421].contains(&status));
        assert!(refused, "A-046 {authority:?}: {ended:?}");
        assert_eq!(world.recorder.count(), 0, "A-046 {authority:?}");
    }
    let ended = g2_variants::by_authority(&world, "/x", &[(":authority", HOST)]);
    assert_eq!(ended.status(), Some(200));
    assert_eq!(world.recorder.count(), 1);
    check_identity(&world.recorder.requests()[0], Identity::Ours, "A-046");
}

#[test]
fn a_rule_holds_for_every_method_a047_a048() {
    let world = World::on_every_wire();
    world.run(&g2_variants::methods());
}

#[test]
fn a_preflight_needs_a_session_like_everything_else_a049() {
    let world = World::on_every_wire();
    world.run(&g2_variants::preflights());
}

#[test]
fn nothing_under_our_prefix_reaches_the_upstream_a051() {
    let world = World::on_every_wire();
    world.run(&g2_variants::own_prefix());
}

#[test]
fn a_spelling_in_other_case_has_the_same_rule_where_the_console_ignores_case_a031() {
    let ignoring = World::on_every_wire_with(Recorder::start(), |setup| {
        setup.site_line("case_insensitive_paths: true")
    });
    ignoring.run(&g2_variants::other_case());
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
    world.run(&g2_variants::file_names());
}

#[test]
fn a_target_beyond_the_limit_is_refused_a054() {
    let world = World::on_every_wire();
    world.run(&g2_variants::too_long());
}
