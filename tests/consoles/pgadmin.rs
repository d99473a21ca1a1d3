//! pgAdmin 4: a form drawn by React, a token against other sites, and the same redirect for wrong and right.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

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
use crate::window::Window;

const USER: &str = "alice@example.com";
const PASSWORD: &str = "harbour-Lantern-1";

/// What its query tool opens.
const SOCKET: &str = r"
    window.said = '';
    const origin = location.origin.replace('http', 'ws');
    const socket = new WebSocket(`${origin}/socket.io/?EIO=4&transport=websocket`);
    socket.onmessage = (message) => { window.said += message.data; };
    socket.onclose = () => { window.said += 'CLOSED'; };
";

/// Whether what hides its desktop while it loads is gone.
const UNVEILED: &str =
    "const veil = document.querySelector('.pg-sp-container'); return !veil || !veil.offsetParent;";

struct PgAdmin {
    _process: Process,
    _folder: TempDir,
    address: SocketAddr,
}

impl PgAdmin {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let address = free_address();
        let place = folder.path().display();
        let settings = format!(
            "SERVER_MODE = True\nDEFAULT_SERVER = '{}'\nDEFAULT_SERVER_PORT = {}\nDATA_DIR = '{place}/data'\n\
             LOG_FILE = '{place}/log'\nSQLITE_PATH = '{place}/pgadmin4.db'\nSESSION_DB_PATH = '{place}/sessions'\n\
             STORAGE_DIR = '{place}/storage'\nAZURE_CREDENTIAL_CACHE_DIR = '{place}/azure'\n\
             KERBEROS_CCACHE_DIR = '{place}/kerberos'\nMASTER_PASSWORD_REQUIRED = False\n\
             UPGRADE_CHECK_ENABLED = False\n",
            address.ip(),
            address.port()
        );
        std::fs::write(folder.path().join("config_local.py"), settings).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(root.join(".venv-consoles/bin/pgadmin4"));
        command
            .env("PYTHONPATH", folder.path())
            .env("HOME", folder.path())
            .env("PGADMIN_SETUP_EMAIL", USER)
            .env("PGADMIN_SETUP_PASSWORD", PASSWORD);
        let mut process = Process::start("pgadmin4", &folder, &mut command);
        process.listens(&Place::Tcp(address));
        Self { _process: process, _folder: folder, address }
    }
}

#[test]
fn a_person_works_in_pgadmin_with_a_second_factor() {
    let console = PgAdmin::start();
    let hall = Hall::before(console.address, "pgadmin");
    let mut person = Person::named(USER);
    let window = hall.window();
    window.go("/browser/");
    assert_eq!(window.at(), "/login");
    window.find("input[name=email]");
    screens::keep_console(&window, "pgadmin-sign-in");
    signs_in(&window, "wrong");
    assert_eq!(window.text("h1"), "Not signed in");
    screens::keep_console(&window, "pgadmin-wrong");
    window.go("/login");
    signs_in(&window, PASSWORD);
    hall::enrols(&window, &mut person);
    works(&window);
    let stolen = hall::sealed_cookies(&window, &["pga4_session"]);
    let mut thief = Browser::plain(console.address, "localhost");
    thief.jar = stolen;
    assert_eq!(thief.get("/browser/").status, 302);

    let work = window.tab();
    let other = window.new_tab();
    window.go("/logout");
    window.find("input[name=email]");
    window.go("/browser/");
    window.find("input[name=email]");
    window.close_tab(&other);
    window.turn_to(&work);
    said(&window, "CLOSED");

    window.go("/login");
    signs_in(&window, PASSWORD);
    hall::proves(&window, &mut person);
    works(&window);
    hall::signs_out(&window);
    assert!(!hall::cookies(&window).iter().any(|(name, _)| name == "pga4_session"));
    window.go("/browser/");
    window.find("input[name=email]");
}

fn signs_in(window: &Window, password: &str) {
    window.type_in("input[name=email]", USER);
    window.type_in("input[name=password]", password);
    window.press("button[name=internal_button]");
}

/// Waits for what its scripts draw, and opens what its query tool talks through.
fn works(window: &Window) {
    assert_eq!(window.at(), "/browser/");
    hall::shows(window, "body", "Object Explorer");
    eventually("the end of its veil", || window.script(UNVEILED) == true);
    hall::shows(window, "body", USER);
    screens::keep_console(window, "pgadmin-work");
    window.script(SOCKET);
    let said = said(window, "}");
    assert!(said.starts_with("0{"), "{said}");
}

fn said(window: &Window, awaited: &str) -> String {
    let mut last = String::new();
    eventually(awaited, || {
        window.script("return window.said;").as_str().unwrap_or_default().clone_into(&mut last);
        last.contains(awaited)
    });
    last
}
