//! Routes that are open to programs in one network, and to nobody else (S1.19, A-115, A-116).

use crate::support::eventually;
use crate::support::gateway::Setup;
use crate::support::raw_client::Way;
use crate::support::recorder::Recorder;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::World;

/// Programs are at 127.0.0.2; `/machines` takes them unnamed and only to read, `/named` by the name of their
/// network.
fn setup(setup: Setup) -> Setup {
    setup
        .top("networks: { ci: [127.0.0.2/32] }\n")
        .site_line("  - path: /machines")
        .site_line("    methods: [GET]")
        .site_line("    require: { proof: network, networks: [ci] }")
        .site_line("  - path: /named")
        .site_line("    require: { proof: network, networks: [ci], identity: network }")
}

fn world() -> World {
    World::on_every_wire_with(Recorder::start(), setup)
}

fn ci() -> Way {
    Way::from(2)
}

#[test]
fn a_program_in_its_network_passes_and_the_console_learns_what_is_configured_s1_19() {
    let world = world();
    world.run(&[
        Row::forwarded("S1.19", get("/machines/report", "")).by(ci()).names_nobody(),
        Row::forwarded("S1.19", get("/named", "")).by(ci()),
    ]);
    let told = world.recorder.requests();
    assert!(told.iter().any(|request| request.values("x-forwarded-user") == ["network:ci"]));
    let unnamed = told.iter().filter(|request| request.target().starts_with("/machines"));
    for request in unnamed {
        assert!(request.values("x-forwarded-user").is_empty(), "the console learns of nobody");
    }
    // Nobody signed in, and it is in the log and counted all the same.
    eventually("the lines of both", || {
        let lines = world.gateway.access_log();
        let by_ci = lines.iter().filter(|line| line["machine"] == "network:ci");
        by_ci.filter(|line| line["network"] == "ci").count() >= 2
    });
    assert!(world.gateway.metric(&["machine_requests", "network"]) > 1.5);
}

#[test]
fn from_elsewhere_nobody_passes_signed_in_or_not_a115() {
    let refused = |sent: String| Row::refused("A-115", &[403], sent);
    world().run(&[
        refused(get("/machines", "")),
        refused(get("/machines", FULL)),
        refused(get("/named", FULL)),
        refused(get("/machines", "X-Forwarded-For: 127.0.0.2\r\nForwarded: for=127.0.0.2\r\n")),
        // What is open to programs is open to them there alone.
        Row::refused("A-115", &[401], get("/", "")).by(ci()),
        Row::refused("A-115", &[401], get("/admin", "")).by(ci()),
        Row::refused("A-115", &[401], request("POST", "/machines", "Content-Length: 0\r\n"))
            .by(ci()),
    ]);
}

#[test]
fn no_spelling_of_a_path_leads_a_program_elsewhere_a115() {
    let odd = |target: &str| Row::refused("A-115", &[308, 400, 401], get(target, "")).by(ci());
    world().run(&[
        odd("/machines/../admin"),
        odd("/machines/..%2fadmin"),
        odd("/machines%2f..%2fadmin"),
        odd("/machines/%2e%2e/admin"),
        odd("/machines/..;/admin"),
        odd("/machines;/../admin"),
        odd("/machines\\..\\admin"),
        odd("//machines/../admin"),
        odd("/MACHINES/x"),
        odd("/machinesx"),
    ]);
}

#[test]
fn a_page_of_another_site_cannot_send_a_browser_of_the_network_there_a116() {
    let lured = |headers: &str| Row::refused("A-116", &[403], get("/machines", headers)).by(ci());
    world().run(&[
        lured("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"),
        lured("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nAccept: text/html\r\n"),
        lured("Sec-Fetch-Site: same-site\r\n"),
        lured("Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n"),
        lured("Origin: https://evil.test\r\n"),
        lured("Origin: null\r\n"),
        lured("Referer: https://evil.test/page\r\n"),
        lured("Referer: https://console.test.evil.test/\r\n"),
        Row::refused(
            "A-116",
            &[403],
            request("POST", "/named", "Origin: https://evil.test\r\nContent-Length: 0\r\n"),
        )
        .by(ci()),
        Row::refused(
            "A-116",
            &[403],
            request(
                "OPTIONS",
                "/named",
                "Origin: https://evil.test\r\nAccess-Control-Request-Method: PUT\r\n",
            ),
        )
        .by(ci()),
        Row::forwarded("A-116", get("/machines", "Sec-Fetch-Site: same-origin\r\n"))
            .by(ci())
            .names_nobody(),
        Row::forwarded("A-116", get("/machines", "Sec-Fetch-Site: none\r\n"))
            .by(ci())
            .names_nobody(),
    ]);
}
