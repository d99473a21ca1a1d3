//! Lists of networks in files that somebody replaces while the gateway runs, rightly and wrongly.

use std::fs;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::recorder::Recorder;

/// A list of so many networks.
fn list(count: usize) -> String {
    (0..count).fold("# made by a test\n".to_owned(), |list, n| list + &format!("10.{n}.1.0/24\n"))
}

/// Replaces a file as careful programs do: written beside it, then renamed over it.
fn rename_over(gateway: &Gateway, name: &str, text: &str) {
    let beside = gateway.path(&format!("{name}.new"));
    fs::write(&beside, text).unwrap();
    fs::rename(&beside, gateway.path(name)).unwrap();
}

const NETWORKS: &str = "watch_files: 1s\nnetworks:\n  \
    partners: { include: [192.0.2.0/24], files: [partners.txt] }\n  \
    others: { files: [others.txt], except: [10.0.1.7/32] }\n";

/// A gateway with two networks from lists of two and three, looked at each second.
fn gateway(console: &Recorder) -> Gateway {
    let setup = Setup::before(console.address());
    let mut gateway = Gateway::prepare(&setup);
    fs::write(gateway.path("partners.txt"), list(2)).unwrap();
    fs::write(gateway.path("others.txt"), list(3)).unwrap();
    gateway.configure(&setup.top(NETWORKS).yaml());
    gateway.run();
    assert_eq!(sizes(&gateway), [3, 3]);
    gateway
}

/// How many prefixes the two networks have.
fn sizes(gateway: &Gateway) -> [usize; 2] {
    let metrics = gateway.admin("/metrics").text();
    ["partners", "others"].map(|name| {
        let series = format!("portcullis_network_prefixes{{network=\"{name}\"}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&series));
        line.unwrap().parse().unwrap()
    })
}

fn loads(gateway: &Gateway, outcome: &str) -> f64 {
    gateway.metric(&["configuration_loads", outcome])
}

fn is_current(gateway: &Gateway) -> bool {
    gateway.metric(&["portcullis_configuration_current"]) > 0.5
}

fn status(gateway: &Gateway, path: &str) -> u16 {
    let mut client = gateway.connect();
    client.send(format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes());
    client.response().status
}

#[test]
fn a_replaced_list_is_taken_up_by_itself_a112() {
    let console = Recorder::start();
    let gateway = gateway(&console);
    rename_over(&gateway, "partners.txt", &list(5));
    eventually("the renamed list", || sizes(&gateway) == [6, 3]);
    fs::write(gateway.path("others.txt"), list(9)).unwrap();
    eventually("the list written in place", || sizes(&gateway) == [6, 9]);
    assert!(is_current(&gateway));
    assert!(loads(&gateway, "refused") < 0.5);
    let audit = gateway.cli_ok(&["audit", "tail"], "");
    assert_eq!(audit.matches("configuration_loaded").count(), 2, "{audit}");
}

#[test]
fn a_list_with_bad_lines_has_all_of_them_named_and_changes_nothing_a112() {
    let console = Recorder::start();
    let gateway = gateway(&console);
    rename_over(&gateway, "others.txt", &list(7));
    rename_over(&gateway, "partners.txt", "10.0.0.0/8\nnonsense\n10.0.0.0/8\n10.0.0.1/8\n");
    eventually("the refusal", || loads(&gateway, "refused") > 0.5);
    assert_eq!(sizes(&gateway), [3, 3], "all of the old configuration stays");
    assert!(!is_current(&gateway));
    // Whoever mends it may need a command for that.
    assert!(gateway.cli_ok(&["audit", "tail"], "").contains("configuration_refused"));
    let log = gateway.stderr();
    for named in ["partners.txt:2:1: networks.partners.files[0]", "partners.txt:4:1: "] {
        assert!(log.contains(named), "{named} in {log}");
    }
    // Empty, as a program leaves it that stops right after it began to write.
    fs::write(gateway.path("partners.txt"), "").unwrap();
    eventually("the second refusal", || loads(&gateway, "refused") > 1.5);
    assert_eq!(sizes(&gateway), [3, 3]);
    // Mended, it is taken up without being asked to, the other one with it.
    rename_over(&gateway, "partners.txt", &list(1));
    eventually("the mended list", || sizes(&gateway) == [2, 7]);
    assert!(is_current(&gateway));
    assert_eq!(status(&gateway, "/public"), 200);
    let audit = gateway.cli_ok(&["audit", "tail"], "");
    assert_eq!(audit.matches("configuration_refused").count(), 2, "{audit}");
}

#[test]
fn a_list_is_taken_up_while_somebody_edits_the_configuration_which_is_not() {
    let console = Recorder::start();
    let gateway = gateway(&console);
    let yaml = Setup::before(console.address()).top(NETWORKS).yaml();
    let edited = yaml.replace("path: /public, require: open", "path: /public, require: aal2");
    assert_ne!(edited, yaml);
    // Until a list is taken up the gateway may still be reading the file that it was started with.
    rename_over(&gateway, "partners.txt", &list(2));
    eventually("the first list", || sizes(&gateway) == [3, 3]);
    for unasked in [edited.as_str(), "sites: ["] {
        gateway.configure(unasked);
        let before = sizes(&gateway)[0];
        rename_over(&gateway, "partners.txt", &list(before + 4));
        eventually("the list", || sizes(&gateway) == [before + 5, 3]);
        eventually("the difference", || !is_current(&gateway));
        assert_eq!(status(&gateway, "/public"), 200, "nobody asked for the edited file");
    }
    assert!(gateway.stderr().contains("SIGHUP loads it"));
    gateway.configure(&edited);
    gateway.sighup();
    eventually("the edited file", || status(&gateway, "/public") == 401);
    assert!(is_current(&gateway));
}

#[test]
fn a_list_with_a_bad_line_or_none_at_all_is_an_error_at_the_start_a109() {
    let console = Recorder::start();
    let setup = Setup::before(console.address());
    let mut gateway = Gateway::prepare(&setup);
    let networks = "networks: { partners: { files: [partners.txt] } }\n";
    gateway.configure(&setup.top(networks).yaml());
    assert!(gateway.fails().contains("the file does not exist"));
    fs::write(gateway.path("partners.txt"), "").unwrap();
    assert!(gateway.fails().contains("the list is empty"));
    fs::write(gateway.path("partners.txt"), "10.0.0.0/8\npartner.example.net\n").unwrap();
    let told = gateway.fails();
    assert!(told.contains("partners.txt:2:1: networks.partners.files[0]"), "{told}");
    assert!(told.contains("names are not looked up"), "A-119: {told}");
}

#[test]
fn lists_replaced_all_the_time_with_reloads_at_the_same_time_are_never_mixed_a112() {
    let console = Recorder::start();
    let gateway = gateway(&console);
    rename_over(&gateway, "partners.txt", &list(100));
    eventually("the first list", || sizes(&gateway) == [101, 3]);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0_usize.. {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let text = if round.is_multiple_of(2) { list(200) } else { list(100) };
                rename_over(&gateway, "partners.txt", &text);
            }
        });
        for _ in 0..30 {
            gateway.sighup();
            let [partners, others] = sizes(&gateway);
            assert!([101, 201].contains(&partners) && others == 3, "{partners} {others}");
            assert_eq!(status(&gateway, "/public"), 200);
        }
        over.store(true, Ordering::SeqCst);
    });
    rename_over(&gateway, "partners.txt", &list(50));
    eventually("the last list", || sizes(&gateway) == [51, 3]);
    assert!(is_current(&gateway));
    let log = gateway.stderr();
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn who_is_believed_changes_with_a_replaced_list_a112() {
    let console = Recorder::start();
    let setup = Setup::before(console.address());
    let mut gateway = Gateway::prepare(&setup);
    let proxies = "watch_files: 1s\nnetworks: { balancers: { files: [balancers.txt] } }\n\
        proxies: { networks: [balancers], header: x_forwarded_for }\n";
    fs::write(gateway.path("balancers.txt"), "127.0.0.0/8\n").unwrap();
    gateway.configure(&setup.top(proxies).yaml());
    gateway.run();
    // One connection for all of it: what it was when it came decides nothing.
    let mut client = gateway.connect();
    let mut seen_from = || {
        let announced = "X-Forwarded-For: 203.0.113.7\r\n\r\n";
        client.send(format!("GET /public HTTP/1.1\r\nHost: {HOST}\r\n{announced}").as_bytes());
        assert_eq!(client.response().status, 200);
        console.requests().last().unwrap().values("x-forwarded-for").join(" ")
    };
    assert_eq!(seen_from(), "203.0.113.7");
    rename_over(&gateway, "balancers.txt", "192.0.2.0/24\n");
    eventually("nobody is believed any more", || seen_from() == "127.0.0.1");
    rename_over(&gateway, "balancers.txt", "127.0.0.1\n");
    eventually("the peer is believed again", || seen_from() == "203.0.113.7");
}

/// Behind a declared proxy, so that a client can be anywhere; the site denies one network, from a list.
const DENYING: &str = "watch_files: 1s\nnetworks:\n  balancers: [127.0.0.0/8]\n  \
    denied: { files: [denied.txt], except: [198.51.100.66/32] }\n\
    proxies: { networks: [balancers], header: x_forwarded_for }\n";

#[test]
fn a_denying_list_holds_for_every_form_of_an_address_and_from_the_next_request_on_a105_a106_a113() {
    let console = Recorder::start();
    let setup = Setup::before(console.address());
    let mut gateway = Gateway::prepare(&setup);
    fs::write(gateway.path("denied.txt"), "198.51.100.0/24\n").unwrap();
    let fence = "connections: { deny: [denied] }";
    gateway.configure(&setup.site_line(fence).top(DENYING).yaml());
    gateway.run();
    let mut client = gateway.connect();
    let mut status_from = |address: &str| {
        let request =
            format!("GET /public HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: {address}\r\n\r\n");
        client.send(request.as_bytes());
        client.response().status
    };
    for denied in [
        "198.51.100.7",
        "::ffff:198.51.100.7",
        "64:ff9b::198.51.100.7",
        "2002:c633:6407::1",
        "::198.51.100.7",
        "2001:0:4136:e378:8000:63bf:39cc:9bf8",
        // An exception spares the plain address alone.
        "64:ff9b::198.51.100.66",
    ] {
        assert_eq!(status_from(denied), 403, "{denied}");
    }
    for admitted in
        ["203.0.113.7", "198.51.100.66", "::ffff:198.51.100.66", "2001:db8::198.51.100.7"]
    {
        assert_eq!(status_from(admitted), 200, "{admitted}");
    }
    rename_over(&gateway, "denied.txt", "203.0.113.7\n");
    eventually("the new list", || status_from("203.0.113.7") == 403);
    assert_eq!(status_from("198.51.100.7"), 200);
}
