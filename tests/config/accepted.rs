//! What is accepted, and what it means.

use std::fs;
use std::time::Duration;

use http::Method;
use portcullis::assertion;
use portcullis::audit_sink::Selection;
use portcullis::audit_sink::Way;
use portcullis::audit_sink::syslog::Address;
use portcullis::authenticator::backup_code::Reveal;
use portcullis::canonical::Host;
use portcullis::ceremony;
use portcullis::config::AccessLog;
use portcullis::config::Configuration;
use portcullis::config::Listen;
use portcullis::config::Log;
use portcullis::config::LogLevel;
use portcullis::portal;
use portcullis::proxy;
use portcullis::proxy::entrance::Entrance;
use portcullis::proxy::entrance::Opening;
use portcullis::proxy::proxies::Announcement;
use portcullis::route::Proof;
use portcullis::route::Requirement;
use portcullis::route::table::RouteMatch;
use portcullis::session;
use portcullis::session::IdleCounts;
use portcullis::site::RetryScript;
use portcullis::site::ServiceWorkers;
use portcullis::upstream::Balance;
use portcullis::upstream::Ejection;
use portcullis::upstream::Protocol;
use portcullis::upstream::Timeouts;
use portcullis::upstream::Verification;
use portcullis::webauthn::Passwordless;
use portcullis::webauthn::UserVerification;

use crate::world::NOW;
use crate::world::TOKEN;
use crate::world::World;
use crate::world::files;
use crate::world::root;

pub(crate) fn load(world: &World, text: &str) -> Configuration {
    world.load(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn every_valid_file_is_accepted() {
    let world = World::new();
    for file in files("valid") {
        load(&world, &fs::read_to_string(file).unwrap());
    }
}

#[test]
fn what_is_not_written_has_the_documented_default() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/smallest.yaml"));
    assert_eq!(configuration.ceremony, ceremony::Settings::default());
    assert_eq!(configuration.sessions, session::Settings::default());
    assert_eq!(configuration.assertion, assertion::Settings::default());
    assert_eq!(configuration.portal, portal::Settings::default());
    assert_eq!(configuration.proxy, proxy::Settings::default());
    assert_eq!(configuration.log, Log::default());
    assert_eq!(configuration.drain, Duration::from_secs(30));
    assert!(configuration.threads >= 1);
    assert_eq!(configuration.store.path, world.path().join("data/store"));
    assert_eq!(configuration.store.keys, world.path().join("data/keys"));
    assert_eq!(configuration.store.run, world.path().join("data/run"));
}

fn strictest(found: &RouteMatch<'_>) -> Option<Proof> {
    found.demanded.iter().flat_map(Requirement::alternatives).map(|one| one.proof).max()
}

#[test]
fn a_site_asks_for_a_second_factor_unless_it_says_otherwise() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/smallest.yaml"));
    assert!(configuration.listen.admin.is_none());
    assert!(!configuration.development_certificate);
    let site = configuration.sites.named("console").unwrap();
    assert_eq!(site.origin, "http://console.example.com:8080");
    assert_eq!(site.service_workers, ServiceWorkers::Refuse);
    assert_eq!(site.retry_script, RetryScript::Leave);
    assert_eq!(site.account_path, None);
    let found = site.routes.find(&["any".to_owned()], &Method::GET);
    assert_eq!(strictest(&found), Some(Proof::SecondFactor));
}

#[test]
fn the_written_admin_listener_and_certificate_arrive() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let admin = configuration.listen.admin.as_ref().unwrap();
    assert_eq!(admin.bearer_token.as_ref().unwrap().expose(), TOKEN);
    assert!(admin.tls);
    assert!(admin.networks.contains("10.1.2.3".parse().unwrap()));
    assert!(!admin.networks.contains("127.0.0.1".parse().unwrap()));
    assert_eq!(configuration.certificates[0].names, ["console.example.com"]);
    assert!(configuration.certificates[0].not_after > NOW);
    let warnings = configuration.warnings.join("\n");
    assert!(warnings.contains("made out to the host *.example.com"));
    assert!(warnings.contains("made out to the host second.example.org"));
    assert!(!warnings.contains("the host console.example.com"));
}

#[test]
fn the_written_mail_server_sms_gateway_and_codes_arrive() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let mail = configuration.courier.mail.as_ref().unwrap();
    assert_eq!((mail.host.as_str(), mail.port), ("smtp.example.com", 2525));
    assert_eq!(mail.credentials.as_ref().unwrap().1.expose(), TOKEN);
    assert_eq!(mail.authorities.as_ref().unwrap().len(), 1);
    assert_eq!(mail.timeout, Duration::from_secs(3));
    let sms = configuration.courier.sms.as_ref().unwrap();
    assert_eq!(sms.prefix_of("+4917112345678"), Some("+4917"));
    assert_eq!(sms.prefix_of("+4315112345678"), None);
    assert_eq!(sms.secret.as_ref().unwrap().expose(), TOKEN);
    assert_eq!(sms.headers[0].0, "authorization");
    let codes = &configuration.ceremony.out_of_band;
    let email = codes.email.as_ref().unwrap();
    assert!(email.own_address && email.digits == 8);
    assert_eq!((email.limits.account, email.limits.everybody), (5, 50));
    let sms = codes.sms.as_ref().unwrap();
    assert_eq!((sms.digits, sms.limits.prefix, sms.limits.everybody), (7, 20, 30));
    let smallest = load(&world, include_str!("valid/smallest.yaml"));
    assert!(smallest.courier.mail.is_none() && smallest.courier.sms.is_none());
    assert!(smallest.ceremony.out_of_band.email.is_none());
}

#[test]
fn the_written_networks_arrive_with_their_lists_and_exceptions() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/networks.yaml"));
    assert_eq!(configuration.watch, Duration::from_secs(30));
    let partners = &configuration.networks["partners"];
    assert_eq!(partners.prefixes(), 4);
    for (address, is_in) in [
        ("192.0.2.1", true),
        ("192.0.2.66", false),
        ("198.51.100.7", true),
        ("2001:db8:8:1::1", true),
        ("2001:db8:8::1", false),
        ("203.0.113.1", false),
    ] {
        assert_eq!(partners.contains(address.parse().unwrap()), is_in, "{address}");
    }
    assert!(configuration.networks["short"].contains("203.0.113.9".parse().unwrap()));
    let watched = |name: &str| {
        let file = world.path().join(name);
        configuration
            .watched_files
            .iter()
            .any(|(watched, state)| *watched == file && state.is_some())
    };
    assert!(watched("lists/good.txt") && watched("lists/none.txt"));
}

#[test]
fn what_is_odd_about_networks_is_warned_about_a108() {
    let world = World::new();
    let text = include_str!("valid/networks.yaml").replace("name: console", "name: short");
    let warnings = load(&world, &text).warnings.join("\n");
    for expected in [
        "networks.anybody: it has every IPv4 address: whatever it allows, anybody may",
        "networks.anybody: it has every IPv6 address",
        "networks.nobody: its exceptions leave nothing of it",
        "networks.empty: its lists have nothing in them",
        "networks.partners: networks that lie in others of it and add nothing: 1 of 4",
        "networks.partners: nothing uses this network",
    ] {
        assert!(warnings.contains(expected), "{expected} in\n{warnings}");
    }
    for unexpected in ["networks.short", "partners: its exceptions", "anybody: its exceptions"] {
        assert!(!warnings.contains(unexpected), "{unexpected} in\n{warnings}");
    }
    let everything = load(&world, include_str!("valid/everything.yaml")).warnings.join("\n");
    assert!(!everything.contains("nothing uses this network"), "{everything}");
}

#[test]
fn the_former_name_of_watch_files_still_means_it() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    assert_eq!(configuration.watch, Duration::from_secs(30));
    let smallest = include_str!("valid/smallest.yaml");
    assert_eq!(load(&world, smallest).watch, Duration::from_secs(5));
}

#[test]
fn the_written_proxies_and_their_listeners_arrive() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let entrance = |address: &str, opening| Entrance { address: address.parse().unwrap(), opening };
    let Listen { http, https, .. } = &configuration.listen;
    assert_eq!(http, &[entrance("127.0.0.1:8080", Opening::Direct)]);
    let expected = [
        entrance("0.0.0.0:8443", Opening::ProxyProtocol),
        entrance("0.0.0.0:8444", Opening::Direct),
    ];
    assert_eq!(https, &expected);
    let proxies = &configuration.proxies;
    assert_eq!(proxies.header, Some(Announcement::Forwarded));
    assert!(proxies.declare("192.0.2.3".parse().unwrap()));
    assert!(!proxies.declare("10.1.2.3".parse().unwrap()));
    let nobody = load(&world, include_str!("valid/smallest.yaml")).proxies;
    assert!(nobody.header.is_none() && !nobody.declare("127.0.0.1".parse().unwrap()));
}

#[test]
fn the_written_sites_and_routes_arrive() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let site = configuration.sites.named("console").unwrap();
    let asks = |segments: &[&str]| {
        let segments: Vec<String> = segments.iter().map(ToString::to_string).collect();
        strictest(&site.routes.find(&segments, &Method::GET))
    };
    assert_eq!(asks(&["public", "x"]), Some(Proof::Open));
    assert_eq!(asks(&["health"]), Some(Proof::Open));
    assert_eq!(asks(&["HEALTH"]), Some(Proof::Open));
    assert_eq!(asks(&["health", "x"]), Some(Proof::Aal2));
    assert_eq!(asks(&["users", "7", "avatar"]), Some(Proof::SecondFactor));
    assert_eq!(site.service_workers, ServiceWorkers::Allow);
    assert_eq!(site.retry_script, RetryScript::Add);
    assert!(site.leads_to_account(&["PROFILE".to_owned(), "Security".to_owned()]));
    assert!(!site.leads_to_account(&["profile".to_owned()]));
    assert_eq!(site.identity_headers.user, ["remote-user"]);
    assert_eq!(site.identity_headers.groups, ["x-webauth-groups"]);
    let second = configuration.sites.find(&Host::parse("second.example.org").unwrap());
    assert_eq!(second.unwrap().origin, "https://second.example.org:8443");
}

#[test]
fn the_written_console_arrives() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let site = configuration.sites.named("console").unwrap();
    let console = configuration.upstreams.named(&site.name).unwrap();
    let places: Vec<String> = console.endpoints.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["10.0.0.5:8443", "10.0.0.6:8443"]);
    assert!(console.endpoints.iter().all(|place| place.server_name == "console.internal"));
    let tls = console.tls.as_ref().unwrap();
    assert_eq!(tls.verification, Verification::Full);
    assert_eq!(tls.roots.as_ref().unwrap().len(), 1);
    assert_eq!(tls.client_certificate.as_ref().unwrap().chain.len(), 1);
    assert_eq!((console.protocol, console.balance), (Protocol::Auto, Balance::LeastConnections));
    assert_eq!((console.retries, console.answer_head), (3, 32 * 1024));
    let seconds = Duration::from_secs;
    let timeouts = Timeouts {
        connect: seconds(3),
        read: Duration::from_mins(2),
        write: seconds(90),
        idle: seconds(20),
        keepalive: seconds(30),
    };
    assert_eq!(console.timeouts, timeouts);
    let ejection = Ejection { after: 2, first: seconds(20), longest: Duration::from_mins(1) };
    assert_eq!(console.ejection, ejection);
}

#[test]
fn the_written_checks_and_secret_header_of_a_console_arrive() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let site = configuration.sites.named("console").unwrap();
    let console = configuration.upstreams.named(&site.name).unwrap();
    let health = console.health.as_ref().unwrap();
    assert_eq!((health.path.as_str(), &health.method), ("/healthz?x=1", &Method::HEAD));
    assert_eq!((health.interval, health.timeout), (Duration::from_secs(5), Duration::from_secs(1)));
    assert_eq!((health.healthy_after, health.unhealthy_after), (1, 4));
    assert_eq!(health.expect, [204..=204, 300..=399]);
    let secret = console.secret_header.as_ref().unwrap();
    assert_eq!((secret.name.as_str(), secret.value.expose().as_str()), ("x-gateway-key", TOKEN));
    assert!(!format!("{console:?}").contains(TOKEN));
}

#[test]
fn what_is_not_written_of_a_console_has_the_documented_default() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/smallest.yaml"));
    let site = configuration.sites.named("console").unwrap();
    let console = configuration.upstreams.named(&site.name).unwrap();
    assert_eq!((console.protocol, console.balance), (Protocol::Http1, Balance::RoundRobin));
    assert_eq!((console.retries, console.answer_head), (1, 64 * 1024));
    assert_eq!(console.timeouts, Timeouts::default());
    assert_eq!(console.ejection, Ejection::default());
    assert!(console.health.is_none() && console.secret_header.is_none());
}

#[test]
fn the_written_ceremonies_and_sessions_arrive() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let ceremony = &configuration.ceremony;
    assert_eq!(ceremony.totp_issuer, "Example console");
    assert_eq!(ceremony.reveal, Reveal::StepUp);
    assert_eq!(ceremony.enrolment_window, Duration::from_hours(7 * 24));
    assert_eq!(ceremony.reset_window, Duration::from_hours(1));
    assert_eq!(configuration.sessions.idle, Duration::from_mins(10));
    assert_eq!(configuration.sessions.absolute, Duration::from_hours(8));
    assert_eq!(configuration.sessions.idle_counts, IdleCounts::Any);
    assert_eq!(configuration.assertion.lifetime, Duration::from_secs(30));
}

#[test]
fn the_written_log_pages_and_limits_arrive() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    assert_eq!(configuration.log.level, LogLevel::Debug);
    let access = AccessLog::File(world.path().join("access.log"));
    assert_eq!(configuration.log.access, access);
    assert_eq!(configuration.portal.prefix, "/auth/gate");
    assert_eq!(configuration.portal.brand, "Example: West");
    assert_eq!(configuration.proxy.head.head_bytes, 16 * 1024);
    assert_eq!(configuration.proxy.head.header_count, 64);
    assert_eq!(configuration.proxy.head.target_bytes, 4096);
    assert_eq!(configuration.proxy.handshake_timeout, Duration::from_secs(4));
    assert_eq!(configuration.threads, 3);
    assert_eq!(configuration.drain, Duration::from_secs(10));
}

#[test]
fn what_is_insecure_is_accepted_with_a_warning() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/insecure.yaml"));
    let warnings = world.without_directory(&configuration.warnings.join("\n"));
    let expected = [
        "gateway.yaml:2:3: listen.http: plain HTTP only",
        "gateway.yaml:6:5: sites[0].require: the whole site is open",
        "gateway.yaml:7:50: sites[0].upstream.verify: the console's certificate is not verified",
        "gateway.yaml:10:5: sites[1].upstream: the console is reached over plain HTTP",
    ];
    for warning in expected {
        assert!(warnings.contains(warning), "{warning}\nin\n{warnings}");
    }
    assert_eq!(configuration.warnings.len(), expected.len());
}

#[test]
fn retention_where_no_sink_answers_is_warned_about_a264() {
    let world = World::new();
    let warned = |sinks: &str| {
        let smallest = include_str!("valid/smallest.yaml");
        let text = format!("{smallest}\naudit:\n  keep: 30d\n  sinks:\n{sinks}");
        load(&world, &text).warnings.join("\n").contains("audit.keep: no sink answers")
    };
    let syslog = "    - { name: a, syslog: { address: 'udp://127.0.0.1:514' } }\n";
    assert!(warned(syslog));
    assert!(!warned(&format!("{syslog}    - {{ name: b, file: audit.jsonl }}\n")));
}

#[test]
fn https_without_certificates_uses_the_development_certificate_and_says_so() {
    let world = World::new();
    let text = include_str!("valid/development_certificate.yaml");
    let mut configuration = load(&world, text);
    assert!(configuration.development_certificate);
    assert!(configuration.warnings[0].contains("development certificate"));
    configuration.set_bound_port(4711);
    let site = configuration.sites.named("console").unwrap();
    assert_eq!(site.origin, "https://console.example.com:4711");
}

#[test]
fn a_token_comes_from_the_environment_too() {
    let world = World::new();
    let text = include_str!("valid/everything.yaml")
        .replace("{ file: secrets/token }", "{ env: PORTCULLIS_TOKEN }");
    let configuration = load(&world, &text);
    let token = configuration.listen.admin.unwrap().bearer_token.unwrap();
    assert_eq!(token.expose(), TOKEN);
    assert!(!format!("{:?}", load(&world, &text)).contains(TOKEN));
}

#[test]
fn a_secret_in_a_file_that_others_can_read_is_warned_about() {
    let world = World::new();
    let text = include_str!("valid/everything.yaml").replace("{ file: secrets/token }", TOKEN);
    world.write("gateway.yaml", "", 0o600);
    let warnings = load(&world, &text).warnings.join("\n");
    assert!(!warnings.contains("bearer_token"), "{warnings}");
    world.write("gateway.yaml", "", 0o644);
    let warnings = load(&world, &text).warnings.join("\n");
    assert!(warnings.contains("listen.admin.bearer_token"), "{warnings}");
    assert!(!warnings.contains(TOKEN));
}

#[test]
fn the_fingerprint_tells_files_apart() {
    let world = World::new();
    let text = include_str!("valid/smallest.yaml");
    let first = load(&world, text).fingerprint;
    assert_eq!(first, load(&world, text).fingerprint);
    assert_ne!(first, load(&world, &format!("{text}\n")).fingerprint);
}

#[test]
fn the_shipped_file_works_as_it_is() {
    let world = World::new();
    let text = fs::read_to_string(root().join("gateway.yaml")).unwrap();
    let configuration = load(&world, &text);
    let http = configuration.listen.http.iter().map(|entrance| entrance.address);
    assert_eq!(http.collect::<Vec<_>>(), ["127.0.0.1:8080".parse().unwrap()]);
    let admin = configuration.listen.admin.unwrap();
    assert_eq!(admin.address, "127.0.0.1:9090".parse().unwrap());
    assert!(admin.networks.contains("127.0.0.1".parse().unwrap()));
    let site = configuration.sites.named("console").unwrap();
    assert_eq!(site.origin, "http://localhost:8080");
}

#[test]
fn the_written_passkeys_arrive_at_every_site() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/passkeys.yaml"));
    let parties = &configuration.ceremony.relying_parties;
    assert_eq!(parties.keys().collect::<Vec<_>>(), ["any", "console"]);
    for party in parties.values() {
        assert_eq!((party.id.as_str(), party.name.as_str()), ("example.com", "Example keys"));
        assert_eq!(party.user_verification, UserVerification::Required);
        assert_eq!(party.passwordless, Passwordless::Off);
        assert!(party.roots.is_some());
    }
}

#[test]
fn where_nothing_is_written_passkeys_are_where_browsers_have_them() {
    let world = World::new();
    let smallest = include_str!("valid/smallest.yaml");
    let parties = |text: &str| load(&world, text).ceremony.relying_parties;
    let local = smallest.replace("console.example.com", "localhost");
    let party = parties(&local).remove("console").unwrap();
    assert_eq!((party.id.as_str(), party.name.as_str()), ("localhost", "Portcullis"));
    assert_eq!(party.user_verification, UserVerification::Preferred);
    assert_eq!((party.passwordless, party.roots), (Passwordless::On, None));
    assert!(parties(&smallest.replace("console.example.com", "127.0.0.1")).is_empty());
    assert!(parties(include_str!("valid/everything.yaml")).is_empty());
}

/// One person per name of a source, wherever they sign in: the weakest way would be everybody's.
#[test]
fn sites_that_share_people_but_not_their_sign_in_are_warned_about() {
    let world = World::new();
    let warned = |first: &str, second: &str| {
        let site = |name: &str, way: &str| {
            format!(
                "  - name: {name}\n    hosts: [{name}.localhost]\n    upstream: http://127.0.0.1:9\n    \
                 first_factor: {way}\n"
            )
        };
        let text = format!(
            "listen: {{http: 127.0.0.1:8080}}\nnetworks: {{sso: [127.0.0.2/32]}}\nsites:\n{}{}",
            site("one", first),
            site("two", second)
        );
        load(&world, &text).warnings.join("\n").contains("its people are those of `people`")
    };
    let header = "{trusted_header: {source: people, from: [sso], user_header: X-Sso-User}}";
    let basic = "{console_basic: {source: people}}";
    assert!(warned(header, basic));
    assert!(!warned(header, header), "the same sign-on may stand in front of both");
    assert!(!warned(header, "{console_basic: {source: others}}"));
}

#[test]
fn the_written_sinks_arrive_and_a_copy_that_travels_in_clear_is_told_a265() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let audit = &configuration.audit;
    assert_eq!(audit.keep, Some(Duration::from_hours(400 * 24)));
    let known: Vec<(&str, &str)> =
        audit.sinks.iter().map(|sink| (sink.name.as_str(), sink.way.name())).collect();
    let expected = [
        ("copy", "file"),
        ("local", "syslog"),
        ("siem", "syslog"),
        ("far", "syslog"),
        ("hook-2", "webhook"),
    ];
    assert_eq!(known, expected);
    let limits: Vec<Option<u64>> = audit.followers().iter().map(|it| it.limit).collect();
    assert_eq!(limits, [Some(50), None, None, None, None]);
    let chosen: Vec<_> = audit.sinks.iter().map(|sink| sink.records).collect();
    assert_eq!((&chosen[..4], chosen[4]), (&[Selection::All; 4][..], Selection::Owners));
    let Way::Syslog(siem) = &audit.sinks[2].way else { panic!("{audit:?}") };
    let Address::Tls(host, authorities) = &siem.address else { panic!("{audit:?}") };
    assert_eq!((host.name.as_str(), host.port), ("siem.example.com", 6514));
    assert_eq!((authorities.len(), siem.timeout), (1, Duration::from_secs(3)));
    let Way::Webhook(hook) = &audit.sinks[4].way else { panic!("{audit:?}") };
    assert_eq!(hook.secret.expose(), TOKEN);
    let told = configuration.warnings.iter().filter(|it| it.contains("records travel in clear"));
    assert_eq!(told.count(), 1, "{:?}", configuration.warnings);
    let smallest = include_str!("valid/smallest.yaml");
    assert!(load(&world, smallest).audit.sinks.is_empty());
    let kept = load(&world, &format!("{smallest}audit: {{ keep: 30d }}\n"));
    let told =
        kept.warnings.iter().any(|it| it.contains("records go only when they were exported"));
    assert!(told, "{:?}", kept.warnings);
    let sink = "{ name: some, file: some.jsonl, records: owners }";
    let some = load(&world, &format!("{smallest}audit: {{ keep: 30d, sinks: [{sink}] }}\n"));
    let told = some.warnings.iter().any(|it| it.contains("no sink that answers gets every record"));
    assert!(told && some.audit.sinks[0].records == Selection::Owners, "{:?}", some.warnings);
}
