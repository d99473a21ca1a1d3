//! The demonstration console, the gateway before it, and chromedriver.

use std::net::SocketAddr;
use std::sync::Arc;

use portcullis::clock::SystemClock;
use portcullis::demo::Console;
use portcullis::demo::ConsoleAccount;
use portcullis::demo::ConsoleSettings;
use portcullis::demo::GatewayIdentity;
use portcullis::demo::GatewayLink;
use portcullis::entropy::SystemEntropy;
use portcullis::secret::Secret;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::browsers::Browsers;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

/// Without passkeys, which browsers have at localhost.
const APPS_ONLY: &str = "authenticators: { passkeys: { enabled: false } }\n";

/// Everything that runs beside the browser.
pub(crate) struct Stand {
    pub(crate) gateway: Gateway,
    console: JoinHandle<std::io::Result<()>>,
    shutdown: CancellationToken,
    browsers: Browsers,
}

impl Stand {
    /// Starts it, with one account in the gateway.
    pub(crate) fn for_person(person: &Person) -> Self {
        Self::with_rules(person, "")
    }

    /// The same, with further lines in the gateway's file: those of the site come first. Apps are the only
    /// second factor, unless the lines have others.
    pub(crate) fn with_rules(person: &Person, lines: &str) -> Self {
        let others = if lines.contains("authenticators:") { "" } else { APPS_ONLY };
        Self::prepared(person, &format!("{lines}{others}"), "", |_| {})
    }

    /// With passkeys, as these keys of their section say.
    pub(crate) fn with_passkeys(person: &Person, keys: &str) -> Self {
        let lines = format!("authenticators: {{ passkeys: {{ {keys} }} }}\n");
        Self::prepared(person, &lines, "", |_| {})
    }

    /// The same for an operator with a house style: lines of `branding`, and the file they name.
    pub(crate) fn with_logo(person: &Person, lines: &str, (name, logo): (&str, &str)) -> Self {
        Self::prepared(person, APPS_ONLY, lines, |gateway| {
            std::fs::write(gateway.path(name), logo).unwrap();
        })
    }

    fn prepared(
        person: &Person,
        lines: &str,
        branding: &str,
        prepare: impl FnOnce(&Gateway),
    ) -> Self {
        let browsers = Browsers::new();
        let runtime = &browsers.runtime;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let upstream = listener.local_addr().unwrap();
        let link = GatewayLink::default();
        let shutdown = CancellationToken::new();
        let console = Console::new(ConsoleSettings {
            accounts: vec![ConsoleAccount {
                login: person.login.clone(),
                name: format!("Name of {}", person.login),
                password: Secret::new("of the console's own form".to_owned()),
                administrator: true,
            }],
            gateway: link.clone(),
            entropy: Arc::new(SystemEntropy::new()),
            clock: Arc::new(SystemClock::new()),
        });
        let console = runtime.spawn(console.serve(listener, shutdown.clone()));

        let mut gateway = Gateway::prepare(&Setup::before(upstream));
        prepare(&gateway);
        gateway.configure(&yaml(upstream, lines, branding));
        gateway.add(person);
        gateway.run();
        let admin = gateway.listener("admin");
        let known = link.set(GatewayIdentity {
            jwks_url: format!("http://{admin}{PAGES}/jwks.json").parse().unwrap(),
            issuer: format!("http://localhost:{}", gateway.http().port()),
            audience: "harbour".to_owned(),
            sign_out: format!("{PAGES}/sign-out"),
        });
        assert!(known, "set once");
        Self { gateway, console, shutdown, browsers }
    }

    /// Ends the console, as if its machine were switched off.
    pub(crate) fn stop_console(&self) {
        self.shutdown.cancel();
        eventually("the end of the console", || self.console.is_finished());
    }

    /// A browser that was never used before.
    pub(crate) fn window(&self, scripts: JavaScript) -> Window {
        self.window_at("localhost", scripts)
    }

    /// The same at another site of this machine.
    pub(crate) fn window_at(&self, host: &str, scripts: JavaScript) -> Window {
        let site = format!("http://{host}:{}", self.gateway.http().port());
        self.browsers.window(&site, scripts)
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// A plain site under a name that every browser resolves to this machine.
fn yaml(upstream: SocketAddr, lines: &str, branding: &str) -> String {
    format!(
        "listen:\n  http: 127.0.0.1:0\n  admin: 127.0.0.1:0\n\
         sites:\n  - name: harbour\n    hosts: [localhost]\n    upstream: http://{upstream}\n{lines}\
         branding:\n  name: Harbour Control\n  \
         support: \"Call the harbour office at extension 4400.\"\n{branding}\
         log: {{ level: info, access: access.log }}\n"
    )
}
