//! Node-RED: its page signs in by script, and gets a token instead of a cookie. With the login first nobody is let in, and
//! the console is not asked.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::console::hall::Hall;
use crate::console::process::Place;
use crate::console::process::Process;
use crate::console::process::free_address;
use crate::screens;
use crate::support::browser::Browser;
use crate::support::raw_client::Response;

const PASSWORD: &str = "harbour-Lantern-1";

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
            "module.exports = {{ uiHost: '{}', uiPort: {}, userDir: '{}', telemetry: {{ enabled: false }},\n\
             adminAuth: {{ type: 'credentials', users: (name) => Promise.resolve(name === 'alice' ? \
             {{ username: 'alice', permissions: '*' }} : null),\n\
             authenticate: (name, password) => Promise.resolve(name === 'alice' && password === '{PASSWORD}' ? \
             {{ username: 'alice', permissions: '*' }} : null) }} }};\n",
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

/// Signs in as its page does.
fn sends_by_script(browser: &mut Browser) -> Response {
    let headers = "Accept: application/json\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n\
                   X-Requested-With: XMLHttpRequest\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let body = format!(
        "client_id=node-red-editor&grant_type=password&scope=&username=alice&password={PASSWORD}"
    );
    browser.request("POST", "/auth/token", headers, &body)
}

#[test]
fn a_page_that_signs_in_by_script_lets_nobody_in_and_asks_nothing_ruling_12() {
    let console = NodeRed::start();
    let hall = Hall::before(console.address, "nodered");
    let mut direct = Browser::plain(console.address, "localhost");
    let answer = sends_by_script(&mut direct);
    assert!(answer.status == 200 && answer.text().contains("access_token"), "{answer:?}");

    let window = hall.window();
    window.go("/");
    window.type_in("#node-dialog-login-username", "alice");
    window.type_in("#node-dialog-login-password", PASSWORD);
    screens::keep_console(&window, "nodered-sign-in");
    window.click("#node-dialog-login-submit");
    window.wait_for_text("#node-dialog-login", |text| text.to_lowercase().contains("failed"));
    screens::keep_console(&window, "nodered-refused");

    let answer = sends_by_script(&mut hall.client());
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let log = hall.access_log();
    let mut asked = log.lines().filter(|line| line.contains("/auth/token"));
    assert!(asked.all(|line| line.contains("\"challenge\"")), "{log}");
}
