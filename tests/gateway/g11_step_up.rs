//! G11: step-up. A rule that asks for another proof, or a fresher one, is read around no more than any other.

use crate::g2_paths::Targets;
use crate::g2_variants;
use crate::g2_variants::AUTHORITIES;
use crate::g2_variants::OUR_HOSTS;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::recorder::Recorder;
use crate::support::row::Identity;
use crate::support::row::Row;
use crate::support::row::Upstream;
use crate::support::row::get;
use crate::support::row::get_bytes;
use crate::support::row::request;
use crate::support::soft_authenticator::Way;
use crate::support::waiting::after_a_minute;
use crate::support::world::FULL;
use crate::support::world::World;

/// All but `/public` asks for this; what the tests ask for afterwards, for less.
fn asking(requirement: &str) -> impl Fn(Setup) -> Setup {
    let lesser = "  - { path: /sentinel, require: second_factor }";
    move |setup| setup.require(requirement).site_line(lesser)
}

/// What becomes of a row of G2 where its session proves too little.
fn too_little(mut row: Row) -> Row {
    if row.upstream != Upstream::Nothing && row.identity == Identity::Ours {
        row.upstream = Upstream::Nothing;
        row.status = vec![401];
    }
    row
}

/// Whatever G2 knows, and whatever chance makes of its pieces: with a session that is good for less.
fn nothing_arrives(world: &World) {
    for row in g2_variants::all() {
        world.check(&too_little(row));
    }
    for host in OUR_HOSTS {
        let sent = g2_variants::at(host, FULL);
        world.check(&Row::refused("A-229", &[400, 401, 421], sent));
    }
    for method in ["COPY", "MOVE"] {
        let headers = format!("{FULL}Destination: http://{HOST}/admin/x\r\n");
        let sent = request(method, "/public/a", &headers);
        world.check(&Row::refused("A-229", &[401, 403], sent));
    }
    let (before, mut targets) = (world.recorder.count(), Targets(0x2545_f491_4f6c_dd1d));
    let mut client = world.gateway.connect();
    for _ in 0..1500 {
        let target = targets.next_target();
        if target.contains(&b'\r') || target.contains(&b'\n') {
            continue;
        }
        client.send(&world.fill(&get_bytes(&target, FULL)));
        let closes = |value: &str| value.eq_ignore_ascii_case("close");
        if client.response().header("connection").is_some_and(closes) {
            client = world.gateway.connect();
        }
    }
    for seen in world.recorder.requests_from(before) {
        let target = seen.target();
        let path = target.split(['?', ';']).next().unwrap_or_default();
        let open = path == "/public" || path.starts_with("/public/");
        assert!(open, "A-229: reached the upstream: {target}");
    }
}

/// What was refused is forwarded once this is so.
fn everything_does(world: &World) {
    world.run(&[
        Row::forwarded("A-229", get("/admin/", FULL)),
        Row::forwarded("A-229", request("DELETE", "/x", FULL)),
    ]);
}

/// Both gateways, each with its browser and whose it is.
fn each(world: &mut World, mut act: impl FnMut(&Gateway, &mut Browser, &mut Person)) {
    act(&world.gateway, &mut world.browser, &mut world.person);
    if let Some((gateway, browser, person)) = &mut world.secure {
        act(gateway, browser, person);
    }
}

/// They give what the rule asks for, on the page that it leads to.
fn prove(world: &mut World) {
    each(world, |_, browser, person| {
        let sent = location(&browser.get("/x"));
        assert!(sent.starts_with(&format!("{PAGES}/challenge?")), "{sent}");
        let code = person.next_code();
        assert_eq!(browser.challenge("totp", &code).status, 303);
    });
}

/// They are signed in with a backup code now.
fn by_backup_code(world: &mut World) {
    each(world, |gateway, browser, person| {
        *browser = Browser::new(gateway);
        browser.password(person, "/");
        let code = person.backup_codes[0].clone();
        assert_eq!(browser.challenge("backup_code", &code).status, 303);
    });
}

/// every variant of G2, with a proof that is too old.
#[test]
fn no_variant_of_path_method_or_host_makes_a_proof_younger_a229() {
    let recorder = Recorder::start();
    let mut world = World::on_every_wire_with(recorder, asking("{ max_age: 1m }"));
    everything_does(&world);
    after_a_minute("proofs that are too old", || {
        let mut old = true;
        each(&mut world, |_, browser, _| old &= browser.fetch("/x").status == 401);
        old
    });
    nothing_arrives(&world);
    prove(&mut world);
    everything_does(&world);
}

/// the same with a backup code where an app is asked for.
#[test]
fn no_variant_of_path_method_or_host_turns_one_factor_into_another_a229() {
    let recorder = Recorder::start();
    let mut world = World::on_every_wire_with(recorder, asking("{ factors: [totp] }"));
    everything_does(&world);
    by_backup_code(&mut world);
    nothing_arrives(&world);
    prove(&mut world);
    everything_does(&world);
}

/// the same with an app where what resists phishing is asked for; over HTTP/2, authorities as well.
#[test]
fn no_variant_of_path_method_or_host_makes_an_app_resist_phishing_a229() {
    let recorder = Recorder::start();
    let strict = asking("phishing_resistant");
    let mut world = World::on_every_wire_with(recorder, |setup| strict(setup.tls()));
    nothing_arrives(&world);
    let before = world.recorder.count();
    for authority in AUTHORITIES.into_iter().chain([&[(":authority", HOST)][..]]) {
        let status = g2_variants::by_authority(&world, "/x", authority).status();
        let refused = status.is_none_or(|status| [400, 401, 421].contains(&status));
        assert!(refused, "A-229 {authority:?}: {status:?}");
    }
    assert_eq!(world.recorder.count(), before, "A-229: reached the upstream");
    each(&mut world, |gateway, browser, _| {
        let way = Way::at(&format!("{}://{HOST}", gateway.scheme()));
        let (_, registered) = browser.register_passkey(&way);
        assert_eq!(registered.status, 303, "{}", registered.text());
    });
    everything_does(&world);
}

/// where the console ignores case, a rule is that of every spelling.
#[test]
fn no_spelling_in_other_case_leads_to_a_lesser_rule_a229() {
    let mut world = World::on_every_wire_with(Recorder::start(), |setup| {
        setup
            .site_line("  - { path: /admin/users, require: { factors: [totp] } }")
            .site_line("case_insensitive_paths: true")
    });
    by_backup_code(&mut world);
    let ruled = |row: &Row| row.target().to_lowercase().starts_with("/admin/users");
    let (ruled, others): (Vec<_>, Vec<_>) = g2_variants::other_case().into_iter().partition(ruled);
    assert!(!ruled.is_empty(), "G2 knows of it");
    world.run(&others);
    world.run(&ruled.into_iter().map(too_little).collect::<Vec<_>>());
    for target in ["/admin/users", "/Admin/users", "/admin/Users/x", "/ADMIN/USERS?a=b"] {
        world.check(&Row::refused("A-229", &[401], get(target, FULL)));
    }
}
