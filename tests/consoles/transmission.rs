//! Transmission as Debian packages it: HTTP Basic, and a page whose scripts get a token against forgery with a 409.

use std::net::SocketAddr;

use data_encoding::BASE64;
use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;

use crate::console::hall;
use crate::console::hall::Hall;
use crate::console::process::Place;
use crate::console::process::Process;
use crate::console::process::command;
use crate::console::process::free_address;
use crate::screens;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::window::Window;

const PASSWORD: &str = "harbour-Lantern-1";

const PAGE: &str = "/transmission/web/";

const RPC: &str = "/transmission/rpc";

/// Something to transfer, from nobody.
const MAGNET: &str =
    "magnet:?xt=urn:btih:c9e15763f722f23e98a29decdfae341b98d53056&dn=harbour-charts";

struct Transmission {
    _process: Process,
    _folder: TempDir,
    address: SocketAddr,
}

impl Transmission {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let address = free_address();
        let settings = json!({
            "rpc-authentication-required": true,
            "rpc-username": "alice",
            "rpc-password": PASSWORD,
            "rpc-bind-address": address.ip().to_string(),
            "rpc-port": address.port(),
            "bind-address-ipv4": "127.0.0.1",
            "bind-address-ipv6": "::1",
            "peer-port-random-on-start": true,
            "dht-enabled": false,
            "pex-enabled": false,
            "utp-enabled": false,
            "port-forwarding-enabled": false,
            "download-dir": folder.path(),
        });
        std::fs::write(folder.path().join("settings.json"), settings.to_string()).unwrap();
        let mut command = command("transmission-daemon");
        command.arg("--foreground").arg("--config-dir").arg(folder.path());
        let mut process = Process::start("transmission", &folder, &mut command);
        process.listens(&Place::Tcp(address));
        Self { _process: process, _folder: folder, address }
    }

    /// What it transfers, asked past the gateway.
    fn transfers(&self) -> Vec<String> {
        let mut direct = Browser::plain(self.address, "localhost");
        let body = r#"{"method":"torrent-get","arguments":{"fields":["name"]}}"#;
        let asks = |direct: &mut Browser, token: &str| {
            let headers = format!("{}X-Transmission-Session-Id: {token}\r\n", basic());
            direct.request("POST", RPC, &headers, body)
        };
        let told = asks(&mut direct, "none");
        assert_eq!(told.status, 409);
        let answer = asks(&mut direct, told.header("x-transmission-session-id").unwrap());
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        let list = said["arguments"]["torrents"].as_array().unwrap().iter();
        list.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// What its own users say with every request.
fn basic() -> String {
    let pair = BASE64.encode(format!("alice:{PASSWORD}").as_bytes());
    format!("Authorization: Basic {pair}\r\n")
}

#[test]
fn a_person_works_in_transmission_with_a_second_factor() {
    let console = Transmission::start();
    let direct = Browser::plain(console.address, "localhost").get(PAGE);
    assert_eq!((direct.status, direct.all("www-authenticate").len()), (401, 1), "it asks itself");

    let hall = Hall::before(console.address, "transmission");
    let mut person = Person::named("alice");
    let window = hall.window();
    window.go(PAGE);
    assert!(window.at().starts_with(&format!("{PAGES}/sign-in")), "{}", window.at());
    signs_in(&window, "wrong");
    assert_eq!(window.text("h1"), "Sign in");
    let said = window.text("main");
    assert!(said.contains("do not match"), "{said}");
    signs_in(&window, PASSWORD);
    nothing_reaches_it(&hall, &[("portcullis", &session_of(&window))]);
    hall::enrols(&window, &mut person);
    works(&window, &console);

    nothing_reaches_it(&hall, &[]);
    let stolen = session_of(&window);
    let work = window.tab();
    let other = window.new_tab();
    hall::signs_out(&window);
    window.close_tab(&other);
    window.turn_to(&work);
    hall::shows(&window, "#dialog_heading", "Connection Failed");
    nothing_reaches_it(&hall, &[("portcullis", &stolen)]);

    window.go(PAGE);
    signs_in(&window, PASSWORD);
    hall::proves(&window, &mut person);
    assert_eq!(window.at(), PAGE);
    hall::shows(&window, "#torrent_list .torrent_name", "harbour-charts");
    let log = hall.access_log();
    assert!(!log.contains(&PASSWORD[..8]), "{log}");
}

fn signs_in(window: &Window, password: &str) {
    window.type_in("#login", "alice");
    window.type_in("#password", password);
    window.press("main button.button[type=submit]");
}

fn session_of(window: &Window) -> String {
    let cookies = hall::cookies(window).into_iter();
    let mut session = cookies.filter(|(name, _)| name == "portcullis").map(|(_, value)| value);
    session.next().expect("a session")
}

/// Adds something by its dialog, sees it, and takes it out again.
fn works(window: &Window, console: &Transmission) {
    assert_eq!(window.at(), PAGE);
    hall::shows(window, "#filter-count", "0 Transfers");
    window.click("#toolbar-open");
    window.type_in("#torrent_upload_url", MAGNET);
    window.click("#upload_confirm_button");
    hall::shows(window, "#torrent_list .torrent_name", "harbour-charts");
    screens::keep_console(window, "transmission-work");
    assert_eq!(console.transfers(), ["harbour-charts"]);
    window.click("#torrent_list .torrent");
    window.click("#toolbar-pause");
    hall::shows(window, "#torrent_list .torrent", "Paused");
}

/// An attacker's program that knows the console's password, and has these cookies.
fn nothing_reaches_it(hall: &Hall, cookies: &[(&str, &str)]) {
    let before = of_programs(hall).len();
    let mut thief = hall.client();
    let jar = cookies.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    thief.jar = jar.collect();
    let body = r#"{"method":"session-get"}"#;
    for at in [PAGE, "/", RPC, "/transmission/upload", "/transmission/web/index.html"] {
        for method in ["GET", "POST"] {
            let body = if method == "GET" { "" } else { body };
            let answer = thief.clone().request(method, at, &basic(), body);
            says_nothing(&answer, &format!("{method} {at} {cookies:?}"));
        }
    }
    eventually("the lines of the log", || of_programs(hall).len() == before + 10);
    let lines = of_programs(hall);
    assert!(!lines.iter().any(|line| line.contains(r#""forward""#)), "{lines:?}");
}

/// No challenge of the console's, and nothing of what it holds.
fn says_nothing(answer: &Response, what: &str) {
    assert!(matches!(answer.status, 303 | 401 | 403), "{what}: {answer:?}");
    let asked = answer.all("www-authenticate");
    assert!(asked.iter().all(|asked| !asked.to_lowercase().contains("basic")), "{what}: {asked:?}");
    assert!(answer.header("x-transmission-session-id").is_none(), "{what}");
    assert!(!answer.text().contains("Transmission"), "{what}: {}", answer.text());
}

/// Lines of the log about what no browser sent.
fn of_programs(hall: &Hall) -> Vec<String> {
    let log = hall.access_log();
    log.lines().filter(|line| !line.contains("user_agent")).map(ToOwned::to_owned).collect()
}
