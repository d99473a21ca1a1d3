//! `JupyterLab`: a password and no user name, and WebSockets for whatever happens.

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
use crate::support::person::Person;
use crate::window::Window;

const PASSWORD: &str = "harbour-Lantern-1";

/// A terminal's WebSocket; what comes is kept in the page.
const TERMINAL: &str = r"
    window.said = '';
    const xsrf = document.cookie.match(/_xsrf=([^;]*)/)[1];
    fetch('/api/terminals', { method: 'POST', headers: { 'X-XSRFToken': xsrf } })
        .then((answer) => answer.json())
        .then((terminal) => {
            const origin = location.origin.replace('http', 'ws');
            const socket = new WebSocket(`${origin}/terminals/websocket/${terminal.name}`);
            socket.onopen = () => socket.send(JSON.stringify(['stdin', 'echo $((40 + 2))-answer\r']));
            socket.onmessage = (message) => { window.said += JSON.parse(message.data)[1] || ''; };
            socket.onclose = () => { window.said += 'CLOSED'; };
        });
";

struct JupyterLab {
    _process: Process,
    _folder: TempDir,
    address: SocketAddr,
}

impl JupyterLab {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv-consoles/bin");
        let hash = Command::new(programs.join("python"))
            .args(["-c", "import sys; from jupyter_server.auth import passwd; print(passwd(sys.argv[1], 'sha1'))"])
            .arg(PASSWORD)
            .output()
            .unwrap_or_else(|error| panic!(".venv-consoles: {error}; `make consoles` installs it"));
        let hash = String::from_utf8(hash.stdout).unwrap();
        let address = free_address();
        let mut command = Command::new(programs.join("jupyter-lab"));
        command
            .args(["--allow-root", "--no-browser", "--ServerApp.port_retries=0"])
            .arg(format!("--ip={}", address.ip()))
            .arg(format!("--port={}", address.port()))
            .arg(format!("--PasswordIdentityProvider.hashed_password={}", hash.trim()))
            .arg(format!("--ServerApp.root_dir={}", folder.path().display()))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", folder.path());
        let mut process = Process::start("jupyter-lab", &folder, &mut command);
        process.listens(&Place::Tcp(address));
        Self { _process: process, _folder: folder, address }
    }
}

#[test]
fn a_person_works_in_jupyterlab_with_a_second_factor() {
    let console = JupyterLab::start();
    let hall = Hall::before(console.address, "jupyterlab");
    let mut person = Person::named("notebook");
    let window = hall.window();
    window.go("/lab/tree/x");
    assert_eq!(window.at(), "/login");
    screens::keep_console(&window, "jupyterlab-sign-in");
    signs_in(&window, "wrong");
    screens::keep_console(&window, "jupyterlab-wrong");
    assert!(window.text("body").contains("Invalid credentials"), "its own words");
    signs_in(&window, PASSWORD);
    hall::enrols(&window, &mut person);
    works(&window);
    let stolen = hall::sealed_cookies(&window, &["username-*"]);
    let mut thief = Browser::plain(console.address, "localhost");
    thief.jar = stolen;
    assert_ne!(thief.get("/api/contents").status, 200);

    let lab = window.tab();
    let other = window.new_tab();
    window.go("/logout");
    assert!(window.text("body").contains("Successfully logged out"), "its own words");
    window.go("/lab");
    window.find("#password_input");
    window.close_tab(&other);
    window.turn_to(&lab);
    assert!(said(&window, "CLOSED").contains("CLOSED"), "the terminal goes on");

    window.go("/lab");
    signs_in(&window, PASSWORD);
    hall::proves(&window, &mut person);
    window.find(".jp-LauncherCard");
    hall::signs_out(&window);
    assert!(!hall::cookies(&window).iter().any(|(name, _)| name.starts_with("username-")));
    window.go("/lab");
    window.find("#password_input");
}

fn signs_in(window: &Window, password: &str) {
    window.type_in("#password_input", password);
    window.press("#login_submit");
}

/// Waits for its desktop, and types into a terminal.
fn works(window: &Window) {
    assert!(window.at().starts_with("/lab"), "{}", window.at());
    window.find(".jp-LauncherCard");
    screens::keep_console(window, "jupyterlab-work");
    window.script(TERMINAL);
    let said = said(window, "42-answer");
    assert!(said.contains("42-answer"), "{said}");
}

fn said(window: &Window, awaited: &str) -> String {
    let mut last = String::new();
    crate::support::eventually(awaited, || {
        window.script("return window.said;").as_str().unwrap_or_default().clone_into(&mut last);
        last.contains(awaited)
    });
    last
}
