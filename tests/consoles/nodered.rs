//! Node-RED: its page signs in by script, and gets a token instead of a cookie. So the second factor comes first.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;

use crate::console::hall;
use crate::console::hall::Hall;
use crate::console::process::Place;
use crate::console::process::Process;
use crate::console::process::free_address;
use crate::screens;
use crate::support::browser::Browser;
use crate::support::eventually;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::window::Window;

const PASSWORD: &str = "harbour-Lantern-1";

/// Draws a flow of two nodes, of which one tells the other something as soon as it is deployed.
const DRAWS: &str = r"
    RED.nodes.import([
        { id: 'tab', type: 'tab', label: 'Harbour' },
        { id: 'from', type: 'inject', z: 'tab', once: true, onceDelay: 0.1, props: [{ p: 'payload' }], repeat: '', crontab: '',
          topic: '', payload: 'forty-two', payloadType: 'str', x: 120, y: 80, wires: [['to']] },
        { id: 'to', type: 'debug', z: 'tab', active: true, tosidebar: true, console: false, tostatus: false,
          complete: 'payload', targetType: 'msg', x: 320, y: 80, wires: [] },
    ]);
    RED.nodes.dirty(true);
    RED.view.redraw(true);
    RED.sidebar.show('debug');
";

/// What its editor hears through; what comes is kept in the page.
const SOCKET: &str = r"
    window.said = '';
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/comms`);
    const auth = RED.settings.get('auth-tokens').access_token;
    socket.onopen = () => socket.send(JSON.stringify({ auth }));
    socket.onmessage = (message) => { window.said += message.data; };
    socket.onclose = () => { window.said += 'CLOSED'; };
";

struct NodeRed {
    _process: Process,
    _folder: TempDir,
    address: SocketAddr,
}

impl NodeRed {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let packages =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/consoles/node/node_modules");
        let address = free_address();
        let settings = format!(
            "module.exports = {{ uiHost: '{}', uiPort: {}, userDir: '{}', telemetry: {{ enabled: false }}, editorTheme: {{ tours: false }},\n\
             adminAuth: {{ type: 'credentials', users: (name) => Promise.resolve(known(name)),\n\
             authenticate: (name, password) => Promise.resolve(password === '{PASSWORD}' ? known(name) : null) }} }};\n\
             function known(name) {{ return ['alice', 'bob'].includes(name) ? {{ username: name, permissions: '*' }} : null; }}\n",
            address.ip(),
            address.port(),
            folder.path().display()
        );
        let file = folder.path().join("settings.js");
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new("node");
        command.arg(packages.join("node-red/red.js")).arg("--settings").arg(&file);
        let mut process = Process::start("node-red", &folder, &mut command);
        process.listens(&Place::Tcp(address));
        Self { _process: process, _folder: folder, address }
    }
}

/// What its page sends.
fn login_of(user: &str, password: &str) -> String {
    format!(
        "client_id=node-red-editor&grant_type=password&scope=&username={user}&password={password}"
    )
}

/// Sends it as its page does.
fn sends(browser: &mut Browser, (path, kind): (&str, &str), body: &str) -> Response {
    let headers = format!(
        "Accept: application/json\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n\
         X-Requested-With: XMLHttpRequest\r\nContent-Type: {kind}\r\n"
    );
    browser.request("POST", path, &headers, body)
}

fn token_of(answer: &Response) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let said: Value = serde_json::from_slice(&answer.body).unwrap();
    said["access_token"].as_str().unwrap().to_owned()
}

/// A token that the console issued past the gateway.
fn token_from_elsewhere(console: &NodeRed) -> String {
    let mut direct = Browser::plain(console.address, "localhost");
    let kind = "application/x-www-form-urlencoded";
    token_of(&sends(&mut direct, ("/auth/token", kind), &login_of("bob", PASSWORD)))
}

fn with_token(browser: &mut Browser, token: &str, path: &str) -> Response {
    let headers = format!(
        "Accept: application/json\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\nAuthorization: Bearer {token}\r\n"
    );
    browser.request("GET", path, &headers, "")
}

/// What tells from outside that a page is one of the gateway's for signing in, where the second factor comes first.
const CODE: &str = "#code";

#[test]
fn a_person_works_in_node_red_whose_second_factor_came_first() {
    let console = NodeRed::start();
    let hall = Hall::before(console.address, "node-red");
    let mut person = Person::named("alice");
    let window = hall.window();
    // Whoever has set nothing up signs in at the console, and is told in its words that it did not work.
    window.go("/");
    screens::keep_console(&window, "nodered-code");
    window.press(".ways a");
    signs_in(&window, "alice", PASSWORD);
    hall::shows(&window, "#node-dialog-login", "Login failed");
    window.go("/");
    hall::enrols(&window, &mut person);
    assert_eq!(window.at(), "/");
    signs_in(&window, "alice", PASSWORD);
    works(&window, &console);
    window.click("#red-ui-header-button-user");
    window.press("#usermenu-item-logout");
    window.find(CODE);

    let code = person.next_code();
    gives_code(&window, &code);
    assert_eq!(window.at(), "/");
    window.find("#node-dialog-login-username");
    screens::keep_console(&window, "nodered-sign-in");
    nothing_reaches_it(&hall, &console, &session_of(&window));
    signs_in(&window, "alice", "wrong");
    hall::shows(&window, "#node-dialog-login", "Login failed");
    signs_in(&window, "alice", PASSWORD);
    hall::shows(&window, "#red-ui-header-button-deploy", "Deploy");
    window.script(SOCKET);
    said(&window, r#"{"auth":"ok"}"#);
    let (work, stolen) = (window.tab(), session_of(&window));
    let other = window.new_tab();
    hall::signs_out(&window);
    window.close_tab(&other);
    window.turn_to(&work);
    said(&window, "CLOSED");
    nothing_reaches_it(&hall, &console, &stolen);
    nothing_reaches_it(&hall, &console, "");
}

#[test]
fn in_node_red_nobody_signs_in_as_another_one_than_who_gave_the_code_a134() {
    let console = NodeRed::start();
    let hall = Hall::before(console.address, "node-red");
    let mut person = Person::named("alice");
    let window = hall.window();
    window.go("/");
    window.press(".ways a");
    signs_in(&window, "alice", PASSWORD);
    hall::shows(&window, "#node-dialog-login", "Login failed");
    window.go("/");
    hall::enrols(&window, &mut person);

    // With the code alone.
    hall::signs_out(&window);
    window.go("/");
    gives_code(&window, &person.backup_codes.pop().unwrap());
    signs_in(&window, "bob", PASSWORD);
    hall::shows(&window, "#node-dialog-login", "Login failed");
    window.go("/");
    window.find(CODE);

    // With everything, in the ways that the console would take.
    gives_code(&window, &person.backup_codes.pop().unwrap());
    let form = "application/x-www-form-urlencoded";
    let mut browser = hall.client();
    browser.set_session(&session_of(&window));
    let own = login_of("alice", PASSWORD);
    let token = token_of(&sends(&mut browser, ("/auth/token", form), &own));
    let as_bob = login_of("bob", PASSWORD);
    let json = json!({
        "client_id": "node-red-editor", "grant_type": "password", "scope": "", "username": "bob", "password": PASSWORD,
    });
    let ways =
        [("/auth/token", "application/json", json.to_string()), ("/AUTH/Token/", form, as_bob)];
    for (path, kind, body) in ways {
        assert_eq!(with_token(&mut browser, &token, "/flows").status, 200, "{path}");
        let mut direct = Browser::plain(console.address, "localhost");
        assert_eq!(sends(&mut direct, (path, kind), &body).status, 200, "{path}: it takes that");
        let answer = sends(&mut browser, (path, kind), &body);
        assert!(answer.status >= 400, "{path} {answer:?}");
        assert!(!answer.text().contains("access_token"), "{path} {answer:?}");
    }
    assert_eq!(with_token(&mut browser, &token, "/flows").status, 401, "that session is over");
}

/// Name and code on the gateway's page.
fn gives_code(window: &Window, code: &str) {
    window.type_in("#login", "alice");
    window.type_in(CODE, code);
    window.press("main button.button[type=submit]");
}

fn signs_in(window: &Window, user: &str, password: &str) {
    window.type_in("#node-dialog-login-username", user);
    window.type_in("#node-dialog-login-password", password);
    window.click("#node-dialog-login-submit");
    let busy = "return document.querySelector('.login-spinner:not([style*=\"none\"])') !== null;";
    eventually("its answer", || window.script(busy) == false);
}

fn session_of(window: &Window) -> String {
    let cookies = hall::cookies(window).into_iter();
    let mut session = cookies.filter(|(name, _)| name == "portcullis").map(|(_, value)| value);
    session.next().expect("a session")
}

/// Deploys a flow, and hears through its WebSocket what comes of it.
fn works(window: &Window, console: &NodeRed) {
    hall::shows(window, "#red-ui-palette", "inject");
    window.script(DRAWS);
    window.click("#red-ui-header-button-deploy");
    hall::shows(window, "body", "Successfully deployed");
    hall::shows(window, ".red-ui-debug-msg", "forty-two");
    screens::keep_console(window, "nodered-work");
    let token = token_from_elsewhere(console);
    let mut direct = Browser::plain(console.address, "localhost");
    let flows = with_token(&mut direct, &token, "/flows").text();
    assert!(flows.contains("Harbour"), "{flows}");
}

fn said(window: &Window, awaited: &str) {
    let mut last = String::new();
    eventually(awaited, || {
        window.script("return window.said;").as_str().unwrap_or_default().clone_into(&mut last);
        last.contains(awaited)
    });
}

/// An attacker's program that has a token of the console's, knows the password, and has this session.
fn nothing_reaches_it(hall: &Hall, console: &NodeRed, session: &str) {
    let token = token_from_elsewhere(console);
    let mut thief = hall.client();
    if !session.is_empty() {
        thief.set_session(session);
    }
    let at = ["/flows", "/settings", "/nodes", "/settings?access_token=x", "/flows/", "/FLOWS"];
    for at in at {
        let at = at.replace('x', &token.replace('+', "%2B"));
        let answer = with_token(&mut thief.clone(), &token, &at);
        assert_eq!(answer.status, 401, "{at} {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{at}");
    }
    let upgrade = format!(
        "GET /comms HTTP/1.1\r\nHost: {}\r\n{}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: http://{}\r\nAuthorization: Bearer {token}\r\n\r\n",
        hall.authority(),
        thief.cookie_line(),
        hall.authority()
    );
    let mut client = thief.connect();
    client.send(upgrade.as_bytes());
    let answer = client.response();
    assert!((400..500).contains(&answer.status), "{answer:?}");
}
