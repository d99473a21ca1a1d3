//! One process takes over from another, and what comes before it: sockets that a service manager holds.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::support::DEADLINE;
use crate::support::Latch;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Answer;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

#[test]
fn another_process_takes_over_the_sockets_the_sessions_and_what_was_revoked_a292() {
    let mut world = World::start();
    let mut signed_out = Browser::new(&world.gateway);
    let mut bob = Person::named("bob");
    world.gateway.add(&bob);
    signed_out.sign_in(&mut bob);
    let revoked = signed_out.session().unwrap().to_owned();
    signed_out.sign_out();
    let (address, old) = (world.gateway.http(), world.gateway.pid());
    for round in 1..=3_usize {
        world.gateway.upgrade();
        assert_ne!(world.gateway.pid(), old);
        assert_eq!(world.gateway.http(), address);
        assert!(world.browser.gets_through(), "the session is lost");
        signed_out.set_session(&revoked);
        assert!(!signed_out.gets_through(), "a session came back to life");
        assert_eq!(world.gateway.stdout().matches("portcullis ready").count(), round + 1);
    }
    let audit = world.gateway.cli_ok(&["audit", "tail"], "");
    assert_eq!(audit.matches("upgrade_begun").count(), 3, "{audit}");
    assert_eq!(audit.matches("upgrade_finished").count(), 3, "{audit}");
    world.gateway.cli_ok(&["audit", "verify"], "");
    world.gateway.sigterm();
    assert!(world.gateway.exited().success());
}

#[test]
fn requests_under_way_are_finished_by_the_old_process_while_the_new_one_serves_a292() {
    let latch = Latch::default();
    let held = latch.clone();
    let mut world = World::scripted(move |request| match request.target().as_str() {
        "/slow" => Answer::held(request, &held, "finished"),
        "/live" => Answer::tunnel(request),
        _ => Answer::ok(request, SENTINEL),
    });
    let mut slow = world.gateway.connect();
    slow.send(&world.fill(get("/slow", FULL).as_bytes()));
    world.recorder.wait_for(1);
    let upgrade = format!(
        "{FULL}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://{HOST}\r\n"
    );
    let mut socket = world.gateway.connect();
    socket.send(&world.fill(get("/live", &upgrade).as_bytes()));
    assert_eq!(socket.head().expect("an answer").status, 101);
    let old = world.gateway.pid();
    let mut new = None;
    world.gateway.sigusr2();
    eventually("the new process", || {
        new = world.gateway.answering().filter(|pid| *pid != old);
        new.is_some()
    });
    assert!(socket.rest().is_some(), "a stream outlives what its process knows");
    assert!(world.browser.gets_through());
    latch.open();
    assert_eq!(slow.response().text(), "finished");
    assert!(slow.is_closed());
    world.gateway.adopt(new.unwrap());
    assert!(world.browser.gets_through());
}

#[test]
fn a_successor_that_cannot_start_changes_nothing_a292() {
    let mut world = World::start();
    let good = world.gateway.setup_yaml();
    let pid = world.gateway.pid();
    let mut kept = world.gateway.connect();
    for (bad, why) in [
        ("sites: [", "the other process ended"),
        (
            &*good.replace("http: 127.0.0.1:0", "http: [127.0.0.1:0, 192.0.2.1:9]"),
            "cannot listen on 192.0.2.1:9",
        ),
    ] {
        world.gateway.configure(bad);
        world.gateway.sigusr2();
        eventually(why, || world.gateway.stderr().contains(why));
        kept.send(&world.fill(get("/x", FULL).as_bytes()));
        assert_eq!(kept.response().status, 200, "{why}");
        assert!(world.browser.gets_through(), "{why}");
    }
    let asked = world.gateway.cli(&["upgrade"], "");
    let said = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert_eq!(asked.status.code(), Some(1), "{said}");
    assert!(said.contains("goes on as before: cannot listen on 192.0.2.1:9"), "{said}");
    world.gateway.configure(&good);
    assert_eq!(world.gateway.answering(), Some(pid));
    let audit = world.gateway.cli_ok(&["audit", "tail"], "");
    assert_eq!(audit.matches("upgrade_failed").count(), 3, "{audit}");
    // Nothing is left of the attempts: the next one succeeds.
    world.gateway.upgrade();
    assert!(world.browser.gets_through());
}

/// A program that says it is ready, waits until the store is closed, and dies.
const DYING: &str = "#!/usr/bin/env python3\nimport socket\nold = socket.socket(fileno=0)\n\
                     old.recv(65536)\nold.send(b'\"ready\"')\nassert old.recv(65536) == b'\"closed\"'\n";

/// Puts it in the place of the program.
fn put_dying(program: &Path) {
    let new = program.with_extension("new");
    fs::write(&new, DYING).unwrap();
    fs::set_permissions(&new, fs::Permissions::from_mode(0o700)).unwrap();
    fs::rename(new, program).unwrap();
}

#[test]
fn what_the_running_program_could_not_start_with_again_is_not_upgraded_with_a292() {
    let mut world = World::start();
    let program = world.gateway.own_program();
    world.gateway.restart();
    world.browser = world.browser.moved_to(&world.gateway);
    put_dying(&program);
    // A key that only the next version knows.
    world.gateway.configure(&(world.gateway.setup_yaml() + "nonsense: true\n"));
    let (pid, why) = (world.gateway.pid(), "upgrade first and change the file afterwards");
    world.gateway.sigusr2();
    eventually(why, || world.gateway.stderr().contains(why));
    assert_eq!(world.gateway.answering(), Some(pid));
    assert!(world.browser.gets_through());
}

#[test]
fn no_connection_is_refused_while_one_process_takes_over_from_another_a292() {
    let mut world = World::start();
    let (address, over) = (world.gateway.http(), AtomicBool::new(false));
    let asked = std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut asked = 0_usize;
            while !over.load(Ordering::SeqCst) {
                let mut client = RawClient::plain(address);
                client.send(get("/public", "Connection: close\r\n").as_bytes());
                assert_eq!(client.response().status, 200, "after {asked} answers");
                asked += 1;
            }
            asked
        });
        for _ in 0..3 {
            world.gateway.upgrade();
        }
        over.store(true, Ordering::SeqCst);
        asking.join().unwrap()
    });
    assert!(asked > 3, "{asked}");
}

#[test]
fn a_file_that_changed_during_an_upgrade_is_in_force_after_it_a291() {
    let latch = Latch::default();
    let held = latch.clone();
    let mut world = World::scripted(move |request| match request.target().as_str() {
        "/slow" => Answer::held(request, &held, "finished"),
        _ => Answer::ok(request, SENTINEL),
    });
    let mut slow = world.gateway.connect();
    slow.send(&world.fill(get("/slow", FULL).as_bytes()));
    world.recorder.wait_for(1);
    let yaml = world.gateway.setup_yaml();
    let pid = world.gateway.pid();
    let mut new = None;
    world.gateway.sigusr2();
    // The new process has read the file by then; the old one still waits for the slow request.
    let stopping = "no new connections are accepted";
    eventually(stopping, || world.gateway.stderr().contains(stopping));
    world.gateway.configure(
        &yaml.replace("path: /public, require: open", "path: /public, require: second_factor"),
    );
    latch.open();
    eventually("the new process", || {
        new = world.gateway.answering().filter(|answering| *answering != pid);
        new.is_some()
    });
    world.gateway.adopt(new.unwrap());
    eventually("the stricter route", || {
        let mut client = RawClient::plain(world.gateway.http());
        client.send(get("/public", "Connection: close\r\n").as_bytes());
        client.response().status == 401
    });
}

#[test]
fn after_a_successor_that_dies_with_the_store_in_its_hands_the_old_program_serves_again_a292() {
    let mut world = World::start();
    let program = world.gateway.own_program();
    world.gateway.restart();
    world.browser = world.browser.moved_to(&world.gateway);
    let mut signed_out = Browser::new(&world.gateway);
    let mut bob = Person::named("bob");
    world.gateway.add(&bob);
    signed_out.sign_in(&mut bob);
    let revoked = signed_out.session().unwrap().to_owned();
    signed_out.sign_out();
    put_dying(&program);
    let pid = world.gateway.pid();
    let ready = || world.gateway.stdout().matches("portcullis ready").count();
    let before = ready();
    world.gateway.sigusr2();
    eventually("the old program again", || ready() > before);
    assert_eq!(world.gateway.answering(), Some(pid), "the process is the same");
    assert!(world.browser.gets_through(), "the session is lost");
    signed_out.set_session(&revoked);
    assert!(!signed_out.gets_through(), "a session came back to life");
    let said = "the old program serves again";
    eventually(said, || world.gateway.stderr().contains(said));
    world.gateway.sigterm();
    assert!(world.gateway.exited().success());
}

#[test]
fn sockets_that_a_service_manager_holds_are_used_and_outlive_the_process() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let setup = Setup::before("127.0.0.1:9".parse().unwrap());
    let mut gateway = Gateway::prepare(&setup);
    gateway.configure(&setup.yaml().replace("http: 127.0.0.1:0", &format!("http: {address}")));
    gateway.pass(socket);
    gateway.run();
    assert_eq!(gateway.http(), address);
    let ask = || {
        let mut client = RawClient::plain(address);
        client.send(get("/x", "Connection: close\r\n").as_bytes());
        client
    };
    assert_eq!(ask().response().status, 401);
    // What comes while nobody serves waits, and is answered.
    gateway.kill9();
    let mut waiting = ask();
    gateway.run();
    assert_eq!(waiting.response().status, 401);
    gateway.upgrade();
    assert_eq!(ask().response().status, 401);
}

#[test]
fn a_passed_socket_that_no_listener_is_configured_for_is_named_and_nothing_starts() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let setup = Setup::before("127.0.0.1:9".parse().unwrap());
    let mut gateway = Gateway::prepare(&setup);
    gateway.pass(socket);
    let output = gateway.fails();
    assert!(
        output.contains(&format!("systemd passed a socket that listens on {address}")),
        "{output}"
    );
}

#[test]
fn a_service_manager_is_told_of_start_reload_upgrade_and_stop() {
    let setup = Setup::before("127.0.0.1:9".parse().unwrap());
    let mut gateway = Gateway::prepare(&setup);
    let path = gateway.path("notify.sock");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(DEADLINE)).unwrap();
    let hear = || {
        let mut bytes = [0_u8; 512];
        let length = manager.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    gateway.variable("NOTIFY_SOCKET", path.to_str().unwrap());
    gateway.run();
    let ready = |gateway: &Gateway| format!("MAINPID={}\nREADY=1\n", gateway.pid().as_raw_pid());
    assert!(hear().starts_with(&ready(&gateway)));
    gateway.sighup();
    assert!(hear().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    assert!(hear().starts_with(&ready(&gateway)));
    gateway.upgrade();
    assert!(hear().starts_with("STATUS=handing over"));
    assert!(hear().starts_with(&ready(&gateway)));
    gateway.sigterm();
    assert!(hear().starts_with("STOPPING=1"));
    assert!(gateway.exited().success());
    fs::remove_file(path).unwrap();
}

#[test]
fn run_as_a_successor_by_hand_is_refused() {
    let gateway = Gateway::prepare(&Setup::before("127.0.0.1:9".parse().unwrap()));
    let output = gateway.cli(&["run", "--successor"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("use `portcullis upgrade`"), "{said}");
    assert!(!said.contains(PAGES));
}
