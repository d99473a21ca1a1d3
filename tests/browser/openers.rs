//! A script of the console, which has our origin, opens one of our pages in another window, and reads nothing there:
//! whatever the console's own page says of openers.

use crate::stand::Stand;
use crate::steps::enrols;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::person::Person;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::window::JavaScript;

/// Pages of a console, by what they say.
const CONSOLES: [(&str, &str); 5] = [
    ("/plain", ""),
    ("/same", "Cross-Origin-Opener-Policy: same-origin\r\n"),
    ("/popups", "Cross-Origin-Opener-Policy: same-origin-allow-popups\r\n"),
    (
        "/isolated",
        "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Embedder-Policy: require-corp\r\n",
    ),
    (
        "/credentialless",
        "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Embedder-Policy: credentialless\r\n",
    ),
];

const APP: &str = "<!DOCTYPE html><html lang=\"en\"><title>App</title><h1>App</h1></html>";

fn console() -> Recorder {
    Recorder::scripted(|request| {
        let says = CONSOLES.iter().find(|(path, _)| *path == request.target());
        let says = says.map_or("", |(_, says)| says);
        let length = APP.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{says}Content-Length: {length}\r\n\r\n{APP}"
        );
        Answer::raw(head.as_bytes())
    })
}

/// What a script sees of the window that it opened.
const READ: &str =
    "try { return String(window.opened.document.body.innerText); } catch { return ''; }";

#[test]
fn a_script_of_the_console_reads_nothing_in_a_window_of_ours_that_it_opens_a220() {
    let console = console();
    let mut person = Person::named("alice");
    let site = format!(
        "  - name: app\n    hosts: [127.0.0.1]\n    upstream: http://{}\n",
        console.address()
    );
    let stand = Stand::with_rules(&person, &site);
    let window = stand.window_at("127.0.0.1", JavaScript::On);
    window.go("/plain");
    enrols(&window, &mut person);
    for (page, says) in CONSOLES {
        window.go(page);
        assert_eq!(window.text("h1"), "App", "{page}");
        let own = window.tab();
        window.script(&format!("window.opened = window.open('{PAGES}/account')"));
        let opened = || window.tabs().into_iter().find(|tab| *tab != own);
        eventually("the other window", || opened().is_some());
        let other = opened().unwrap();
        window.turn_to(&other);
        assert!(window.text("#who").contains("alice"), "{page}: {says}");
        window.turn_to(&own);
        assert_eq!(window.script(READ), "", "{page} reads it: {says}");
        window.turn_to(&other);
        window.close_tab(&own);
    }
}
