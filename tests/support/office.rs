//! A gateway in front of a console, people who sign in there, and what the command line says of them.

use serde_json::Value;

use super::browser::Browser;
use super::gateway::Gateway;
use super::gateway::Setup;
use super::person::Person;
use super::recorder::Recorder;

/// A gateway, and what is behind it.
pub(crate) struct Office {
    /// First, so that it is gone before the console is.
    pub(crate) gateway: Gateway,
    _recorder: Recorder,
}

impl Office {
    /// With accounts for these people.
    pub(crate) fn open(people: &[&Person]) -> Self {
        Self::with(people, "")
    }

    /// The same with further lines at the top of its file.
    pub(crate) fn with(people: &[&Person], lines: &str) -> Self {
        let recorder = Recorder::start();
        let gateway = Gateway::start(&Setup::before(recorder.address()).top(lines), people);
        Self { gateway, _recorder: recorder }
    }

    /// A browser in which somebody is signed in.
    pub(crate) fn browser(&self, person: &mut Person) -> Browser {
        let mut browser = Browser::new(&self.gateway);
        browser.sign_in(person);
        browser
    }

    /// What a command answers as JSON.
    pub(crate) fn told(&self, arguments: &[&str]) -> Value {
        let answer = self.gateway.cli_ok(&[&["--json"], arguments].concat(), "");
        serde_json::from_str(&answer).unwrap()
    }

    /// An account.
    pub(crate) fn account(&self, login: &str) -> Value {
        self.told(&["user", "show", login])
    }

    /// Its id.
    pub(crate) fn id(&self, login: &str) -> String {
        self.account(login)["id"].as_str().unwrap().to_owned()
    }

    /// The handles of its open sessions, newest first.
    pub(crate) fn handles(&self, login: &str) -> Vec<String> {
        let listed = self.told(&["session", "list", "--user", login]);
        let sessions = listed["sessions"].as_array().unwrap().iter();
        sessions.map(|it| it["handle"].as_str().unwrap().to_owned()).collect()
    }

    /// The records of a kind, oldest first.
    pub(crate) fn records(&self, kind: &str) -> Vec<Value> {
        let log = self.gateway.cli_ok(&["--json", "audit", "tail", "--limit", "200"], "");
        let all = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        all.filter(|it| it["kind"] == kind).collect()
    }

    /// The last of them.
    pub(crate) fn last(&self, kind: &str) -> Value {
        self.records(kind).pop().unwrap_or_else(|| panic!("no {kind}"))
    }
}
