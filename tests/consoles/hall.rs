//! A real console with the gateway before it, as its document says, and people at real browsers.

use std::net::SocketAddr;
use std::sync::OnceLock;

use serde_json::json;

use crate::browsers::Browsers;
use crate::console::recipe::Recipe;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

const SUBMIT: &str = "main button.button[type=submit]";

/// The gateway, and what browsers need once somebody wants one.
pub(crate) struct Hall {
    browsers: OnceLock<Browsers>,
    gateway: Gateway,
}

impl Hall {
    /// Puts the gateway before a console, as `docs/consoles/NAME.md` says.
    pub(crate) fn before(console: SocketAddr, name: &str) -> Self {
        let mut gateway = Gateway::prepare(&Setup::before(console));
        gateway.configure(&Recipe::of(name).file(console));
        gateway.run();
        Self { browsers: OnceLock::new(), gateway }
    }

    /// A browser that was never used before.
    pub(crate) fn window(&self) -> Window {
        let site = format!("http://{}", self.authority());
        self.browsers.get_or_init(Browsers::new).window(&site, JavaScript::On)
    }

    /// The same, and no browser: it sends what it is told to.
    pub(crate) fn client(&self) -> Browser {
        Browser::plain(self.gateway.http(), &self.authority())
    }

    /// Runs a command of the gateway's; what it says.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        self.gateway.cli_ok(arguments, "")
    }

    /// A line for every request.
    pub(crate) fn access_log(&self) -> String {
        std::fs::read_to_string(self.gateway.path("access.log")).unwrap()
    }

    /// What browsers call the site.
    pub(crate) fn authority(&self) -> String {
        format!("localhost:{}", self.gateway.http().port())
    }
}

/// Sets up the app that the gateway asks for, and keeps the codes.
pub(crate) fn enrols(window: &Window, person: &mut Person) {
    assert_eq!(window.text("h1"), "Set up your authenticator app", "{}", window.at());
    person.scan(&window.text("#totp-key"));
    window.type_in("#code", &person.next_code());
    window.press(SUBMIT);
    person.backup_codes = window.texts(".backup-code");
    window.click("#stored");
    window.press("form[action$='/codes'] .button");
}

/// Enters the code of the app.
pub(crate) fn proves(window: &Window, person: &mut Person) {
    assert_eq!(window.text("h1"), "Enter your code", "{}", window.at());
    window.type_in("#code", &person.next_code());
    window.press(SUBMIT);
}

/// Signs out on the gateway's own page.
pub(crate) fn signs_out(window: &Window) {
    window.go(&format!("{PAGES}/account"));
    window.press("form[action$='/sign-out'] button");
    assert_eq!(window.text("h1"), "You are signed out");
}

/// Waits for a text in a page that makes itself anew all the time; what stands there then.
pub(crate) fn shows(window: &Window, css: &str, awaited: &str) -> String {
    let script = format!(
        "const found = document.querySelector({css:?}); return found ? found.innerText : '';"
    );
    let mut last = String::new();
    eventually(&format!("{awaited:?} at {css}"), || {
        window.script(&script).as_str().unwrap_or_default().clone_into(&mut last);
        last.contains(awaited)
    });
    last
}

/// Names and values of all cookies.
pub(crate) fn cookies(window: &Window) -> Vec<(String, String)> {
    let answer = window.cdp("Network.getAllCookies", json!({}));
    let list = answer["cookies"].as_array().unwrap().clone();
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap().to_owned();
    list.iter().map(|one| (text(one, "name"), text(one, "value"))).collect()
}

/// Those of these names; each must be sealed for a session, and there must be one of every name. `*` at the end of a
/// name stands for anything.
pub(crate) fn sealed_cookies(window: &Window, names: &[&str]) -> Vec<(String, String)> {
    let all = cookies(window);
    let covers = |name: &str, cookie: &str| match name.strip_suffix('*') {
        Some(beginning) => cookie.starts_with(beginning),
        None => cookie == name,
    };
    for name in names {
        assert!(all.iter().any(|(cookie, _)| covers(name, cookie)), "no {name}: {all:?}");
    }
    let theirs = |(cookie, _): &(String, String)| names.iter().any(|name| covers(name, cookie));
    let found: Vec<_> = all.into_iter().filter(theirs).collect();
    for (name, value) in &found {
        let sealed = value
            .strip_prefix('s')
            .map(|rest| data_encoding::BASE64URL_NOPAD.decode(rest.as_bytes()));
        assert!(matches!(sealed, Some(Ok(_))), "{name}={value} is the console's own");
    }
    found
}
