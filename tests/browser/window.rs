//! One browser with a profile of its own, as far as a person uses one: go, read, type, press.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::By;
use thirtyfour::ChromiumLikeCapabilities as _;
use thirtyfour::DesiredCapabilities;
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::WebDriver;
use thirtyfour::WebElement;
use thirtyfour::WindowHandle;
use thirtyfour::common::command::Command;
use thirtyfour::common::command::ExtensionCommand;
use thirtyfour::error::WebDriverResult;
use thirtyfour::prelude::ElementQueryable as _;
use tokio::runtime::Runtime;

use crate::chromedriver::program;
use crate::support::eventually;

/// How long anything may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often it is looked for.
const GLANCE: Duration = Duration::from_millis(25);

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JavaScript {
    /// They may.
    On,
    /// They may not.
    Off,
}

/// Where an authenticator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In the device.
    Platform,
    /// On a key ring.
    Roaming,
}

/// Whether an authenticator can recognise its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// It can, and does.
    Able,
    /// It feels a touch.
    Unable,
}

/// A browser.
pub(crate) struct Window {
    runtime: Arc<Runtime>,
    driver: Option<WebDriver>,
    profile: TempDir,
    site: String,
    /// Whether its pages may run scripts.
    pub(crate) scripts: JavaScript,
}

impl Window {
    /// A new browser for the site at `site`, an origin.
    pub(crate) fn open_by(
        runtime: &Arc<Runtime>,
        chromedriver: &str,
        site: &str,
        scripts: JavaScript,
    ) -> Self {
        let profile = TempDir::new().unwrap();
        let capabilities = capabilities(&profile, scripts).unwrap();
        let driver = runtime.block_on(WebDriver::new(chromedriver, capabilities)).unwrap();
        let window = Self {
            runtime: Arc::clone(runtime),
            driver: Some(driver),
            profile,
            site: site.to_owned(),
            scripts,
        };
        let downloads = json!({"behavior": "allow", "downloadPath": window.downloads()});
        window.cdp("Browser.setDownloadBehavior", downloads);
        window
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("open until dropped")
    }

    fn run<T>(&self, work: impl Future<Output = WebDriverResult<T>>) -> T {
        self.runtime.block_on(work).unwrap_or_else(|error| {
            let page = self.runtime.block_on(self.driver().source()).unwrap_or_default();
            let at = self.runtime.block_on(self.driver().current_url());
            panic!("{error}\nat {at:?}\n{page}")
        })
    }

    /// Where downloads go.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.profile.path().join("downloads")
    }

    /// Types an address of the site.
    pub(crate) fn go(&self, path: &str) {
        self.run(self.driver().goto(format!("{}{path}", self.site)));
    }

    /// Path and query in the address bar; the site must be the right one.
    pub(crate) fn at(&self) -> String {
        let address = self.run(self.driver().current_url()).to_string();
        let path = address.strip_prefix(&self.site);
        path.unwrap_or_else(|| panic!("left the site: {address}")).to_owned()
    }

    /// The title.
    pub(crate) fn title(&self) -> String {
        self.run(self.driver().title())
    }

    /// The element, as soon as it is there.
    pub(crate) fn find(&self, css: &str) -> WebElement {
        let query = self.driver().query(By::Css(css.to_owned())).wait(PATIENCE, GLANCE);
        self.run(query.first())
    }

    /// How many there are now.
    pub(crate) fn count(&self, css: &str) -> usize {
        self.run(self.driver().find_all(By::Css(css.to_owned()))).len()
    }

    /// The text a person reads there.
    pub(crate) fn text(&self, css: &str) -> String {
        self.run(self.find(css).text())
    }

    /// The texts of all.
    pub(crate) fn texts(&self, css: &str) -> Vec<String> {
        let elements = self.run(self.driver().find_all(By::Css(css.to_owned())));
        elements.iter().map(|element| self.run(element.text())).collect()
    }

    /// An attribute or property.
    pub(crate) fn value(&self, css: &str, name: &str) -> String {
        let element = self.find(css);
        self.run(element.prop(name)).unwrap_or_default()
    }

    /// An attribute as it is written.
    pub(crate) fn find_attribute(&self, css: &str, name: &str) -> String {
        let element = self.find(css);
        self.run(element.attr(name)).unwrap_or_default()
    }

    /// Whether a person can see it.
    pub(crate) fn sees(&self, css: &str) -> bool {
        let elements = self.run(self.driver().find_all(By::Css(css.to_owned())));
        elements.iter().any(|element| self.run(element.is_displayed()))
    }

    /// Types into a field.
    pub(crate) fn type_in(&self, css: &str, text: &str) {
        let field = self.find(css);
        self.run(field.clear());
        self.run(field.send_keys(text));
    }

    /// Presses a key where the focus is; what has the focus then.
    pub(crate) fn press_key(&self, key: thirtyfour::Key) {
        let chain = self.driver().action_chain().send_keys(key);
        self.run(chain.perform());
    }

    /// Clicks without leaving the page.
    pub(crate) fn click(&self, css: &str) {
        let element = self.find(css);
        self.run(element.click());
    }

    /// Clicks, and waits until another page is there.
    pub(crate) fn press(&self, css: &str) {
        let before = self.find("html");
        self.click(css);
        eventually(&format!("another page after a click on {css}"), || {
            self.runtime.block_on(before.tag_name()).is_err()
        });
        self.find("body");
    }

    /// Waits for a person to see this text.
    pub(crate) fn wait_for_text(&self, css: &str, holds: impl Fn(&str) -> bool) -> String {
        let mut last = String::new();
        eventually(&format!("the awaited text at {css}"), || {
            last = self.text(css);
            holds(&last)
        });
        last
    }

    /// Runs a script of the test in the page.
    pub(crate) fn script(&self, script: &str) -> Value {
        let result = self.run(self.driver().execute(script, Vec::new()));
        result.json().clone()
    }

    /// The tab in front.
    pub(crate) fn tab(&self) -> WindowHandle {
        self.run(self.driver().window())
    }

    /// Every tab and window.
    pub(crate) fn tabs(&self) -> Vec<WindowHandle> {
        self.run(self.driver().windows())
    }

    /// Opens a tab and brings it to the front.
    pub(crate) fn new_tab(&self) -> WindowHandle {
        let tab = self.run(self.driver().new_tab());
        self.turn_to(&tab);
        tab
    }

    /// Brings a tab to the front.
    pub(crate) fn turn_to(&self, tab: &WindowHandle) {
        self.run(self.driver().switch_to_window(tab.clone()));
    }

    /// Closes a tab; another one must be brought to the front then.
    pub(crate) fn close_tab(&self, tab: &WindowHandle) {
        let front = self.tab();
        self.turn_to(tab);
        self.run(self.driver().close_window());
        let left = self.run(self.driver().windows());
        self.turn_to(left.iter().find(|left| **left == front).unwrap_or(&left[0]));
    }

    /// A command of the `DevTools` protocol to the tab in front.
    pub(crate) fn cdp(&self, command: &'static str, parameters: Value) -> Value {
        let command = Command::ExtensionCommand(Box::new(Cdp { command, parameters }));
        let handle = self.driver().handle();
        self.run(async { handle.cmd(command).await?.value::<Value>() })
    }

    /// Takes over where another window is and what it may show, to look at the same page.
    pub(crate) fn follow(&self, other: &Self) {
        let cookies = other.cdp("Network.getAllCookies", json!({}));
        self.cdp("Network.clearBrowserCookies", json!({}));
        self.cdp("Network.setCookies", json!({ "cookies": cookies["cookies"] }));
        self.go(&other.at());
    }

    /// Plugs in an authenticator of the browser's own making (WebAuthn Level 3 §11.3); its number.
    pub(crate) fn plug_in(&self, kind: Kind, verification: Verification) -> String {
        let able = verification == Verification::Able;
        let body = json!({
            "protocol": "ctap2",
            "transport": match kind { Kind::Platform => "internal", Kind::Roaming => "usb" },
            // One that knows nobody keeps no keys that could be found without a name.
            "hasResidentKey": able,
            "hasUserVerification": able,
            "isUserVerified": able,
            "isUserConsenting": true,
        });
        let endpoint = "/webauthn/authenticator".to_owned();
        let answer = self.command(Own { method: Method::POST, endpoint, body: Some(body) });
        answer.as_str().unwrap().to_owned()
    }

    /// Takes it away.
    pub(crate) fn unplug(&self, number: &str) {
        let endpoint = format!("/webauthn/authenticator/{number}");
        self.command(Own { method: Method::DELETE, endpoint, body: None });
    }

    /// How many keys it holds.
    pub(crate) fn keys_in(&self, number: &str) -> usize {
        let endpoint = format!("/webauthn/authenticator/{number}/credentials");
        let answer = self.command(Own { method: Method::GET, endpoint, body: None });
        answer.as_array().map_or(0, Vec::len)
    }

    /// Has every page run this before its own scripts.
    pub(crate) fn prepare_pages(&self, source: &str) {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
    }

    fn command(&self, own: Own) -> Value {
        let command = Command::ExtensionCommand(Box::new(own));
        let handle = self.driver().handle();
        self.run(async { handle.cmd(command).await?.value::<Value>() })
    }

    /// Everything the browser complained about, save what it is meant to be told: by a status code that a
    /// page is an error page, and by a header what to forget.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.run(self.driver().browser_log());
        entries
            .into_iter()
            .map(|entry| format!("{} {:?} {}", entry.level, entry.source, entry.message))
            .filter(|entry| !entry.contains("the server responded with a status of"))
            .filter(|entry| !entry.contains("Clear-Site-Data header on"))
            .collect()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            // What is left is ended with chromedriver.
            drop(self.runtime.block_on(driver.quit()));
        }
    }
}

fn capabilities(profile: &TempDir, scripts: JavaScript) -> WebDriverResult<DesiredChromium> {
    let mut chromium = DesiredCapabilities::chrome();
    let program = program("CHROMIUM", "/usr/bin/chromium");
    chromium.set_binary(&program)?;
    let directory = format!("--user-data-dir={}", profile.path().join("profile").display());
    let arguments = [
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--window-size=1280,900",
        &directory,
    ];
    for argument in arguments {
        chromium.add_arg(argument)?;
    }
    if rustix::process::geteuid().is_root() {
        chromium.set_no_sandbox()?;
    }
    if scripts == JavaScript::Off {
        let block = json!({"profile.managed_default_content_settings.javascript": 2});
        chromium.add_experimental_option("prefs", block)?;
    }
    chromium.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(chromium)
}

type DesiredChromium = thirtyfour::ChromeCapabilities;

/// chromedriver's own way to the `DevTools` protocol.
#[derive(Debug)]
struct Cdp {
    command: &'static str,
    parameters: Value,
}

impl ExtensionCommand for Cdp {
    fn parameters_json(&self) -> Option<Value> {
        Some(json!({"cmd": self.command, "params": self.parameters}))
    }

    fn method(&self) -> Method {
        Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        Arc::from("/goog/cdp/execute")
    }
}

/// A command of the driver that the library does not have.
#[derive(Debug)]
struct Own {
    method: Method,
    endpoint: String,
    body: Option<Value>,
}

impl ExtensionCommand for Own {
    fn parameters_json(&self) -> Option<Value> {
        self.body.clone()
    }

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn endpoint(&self) -> Arc<str> {
        Arc::from(self.endpoint.as_str())
    }
}
