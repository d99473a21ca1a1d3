//! What is proposed: a whole small `gateway.yaml`, of which one site matters, with what is known of each part.

use super::compare::Shown;
use super::finding::Finding;
use super::finding::Sure;
use crate::console_login::BodyKind;

/// The host that stands in a proposal until somebody writes their own.
pub(super) const HOST: &str = "console.example.com";

/// Who signs in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum User {
    /// Whom this field names.
    Field(String),
    /// Always the same: there is a password only.
    Fixed(String),
}

/// A login request.
#[derive(Debug)]
pub(super) struct Login {
    pub(super) path: String,
    pub(super) method: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: BodyKind,
    pub(super) user: User,
    /// What user names look like; empty: as the gateway expects them.
    pub(super) names: Vec<String>,
    /// Who sends it.
    pub(super) sender: Sender,
}

/// Who sends a login request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// The browser, as it goes to another page.
    Form,
    /// A script of the page's.
    Script,
}

/// A way out.
#[derive(Debug)]
pub(super) struct Logout {
    pub(super) path: String,
    pub(super) method: String,
    pub(super) query: Vec<(String, String)>,
}

/// A proposal.
#[derive(Debug)]
pub(super) struct Proposal {
    /// Scheme, host and port of the console.
    pub(super) upstream: String,
    pub(super) page: String,
    pub(super) public: Vec<String>,
    pub(super) login: Login,
    pub(super) success: Shown,
    pub(super) failure: Option<Shown>,
    pub(super) logout: Option<Logout>,
    pub(super) session_cookies: Vec<String>,
    pub(super) findings: Vec<Finding>,
}

impl Proposal {
    /// Whether it can work.
    pub(super) fn is_usable(&self) -> bool {
        self.findings.iter().all(|finding| finding.sure != Sure::Unusable)
    }

    /// As a configuration.
    pub(super) fn yaml(&self) -> String {
        let mut yaml = Yaml::default();
        let upstream = &self.upstream;
        yaml.line(0, "# Proposed by `portcullis learn`, from one right login and one wrong one. Look at every part:");
        yaml.line(
            0,
            "# `sure` is what both recordings show, and the gateway's own code reads as meant.",
        );
        yaml.line(0, "# Other answers of the console's (a locked account, an expired password) were not seen.");
        yaml.findings(0, &self.findings, &["all"]);
        yaml.line(0, "listen: { http: 127.0.0.1:8080 }  # yours");
        yaml.line(0, "sites:");
        yaml.line(2, "- name: console");
        yaml.line(4, &format!("hosts: [{HOST}]  # yours"));
        yaml.line(4, &format!("upstream: {}", text(upstream)));
        yaml.line(4, "first_factor:");
        yaml.line(6, "console_form:");
        yaml.findings(8, &self.findings, &["page"]);
        yaml.line(8, &format!("page: {}", text(&self.page)));
        yaml.findings(8, &self.findings, &["public"]);
        yaml.list(8, "public", &self.public);
        if self.login.sender == Sender::Script {
            yaml.findings(8, &self.findings, &["order"]);
            yaml.line(8, "order: second_factor_first");
        }
        self.login(&mut yaml);
        yaml.findings(8, &self.findings, &["names"]);
        yaml.list(8, "names", &self.login.names);
        yaml.findings(8, &self.findings, &["success"]);
        signs(&mut yaml, "success", &self.success);
        yaml.findings(8, &self.findings, &["failure"]);
        if let Some(failure) = &self.failure {
            signs(&mut yaml, "failure", failure);
        }
        yaml.findings(8, &self.findings, &["logout"]);
        if let Some(logout) = &self.logout {
            yaml.line(8, "logout:");
            yaml.line(10, &format!("path: {}", text(&logout.path)));
            yaml.line(10, &format!("methods: [{}]", logout.method));
            yaml.map(10, "query", &logout.query);
        }
        yaml.findings(4, &self.findings, &["session_cookies"]);
        yaml.list(4, "session_cookies", &self.session_cookies);
        yaml.0
    }

    fn login(&self, yaml: &mut Yaml) {
        yaml.findings(8, &self.findings, &["login", "user_field"]);
        yaml.line(8, "login:");
        let login = &self.login;
        yaml.line(10, &format!("path: {}", text(&login.path)));
        if login.method != "POST" {
            yaml.line(10, &format!("method: {}", login.method));
        }
        yaml.map(10, "query", &login.query);
        if login.body != BodyKind::Urlencoded {
            yaml.line(10, &format!("body: {}", login.body.name()));
        }
        match &login.user {
            User::Field(field) => yaml.line(10, &format!("user_field: {}", text(field))),
            User::Fixed(user) => yaml.line(10, &format!("user: {}", text(user))),
        }
    }
}

fn signs(yaml: &mut Yaml, key: &str, shown: &Shown) {
    yaml.line(8, &format!("{key}:"));
    yaml.line(10, &format!("status: [{}]", shown.status));
    if let Some(location) = &shown.location {
        yaml.line(10, &format!("location: {}", text(location)));
    }
    yaml.list(10, "sets", &shown.sets);
    yaml.list(10, "deletes", &shown.deletes);
    yaml.map(10, "headers", &shown.headers);
    yaml.map(10, "json", &shown.json);
    yaml.list(10, "body", &shown.body);
}

/// Text that every reader of YAML reads as text.
fn text(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/_.-".contains(&b);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_word = word.iter().any(|word| text.eq_ignore_ascii_case(word));
    if begins && !is_word && text.bytes().all(plain) {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}

#[derive(Default)]
struct Yaml(String);

impl Yaml {
    fn line(&mut self, indent: usize, line: &str) {
        self.0.push_str(&" ".repeat(indent));
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn list(&mut self, indent: usize, key: &str, list: &[String]) {
        if !list.is_empty() {
            let list: Vec<String> = list.iter().map(|one| text(one)).collect();
            self.line(indent, &format!("{key}: [{}]", list.join(", ")));
        }
    }

    fn map(&mut self, indent: usize, key: &str, pairs: &[(String, String)]) {
        if !pairs.is_empty() {
            let pairs = pairs.iter().map(|(name, value)| {
                // A value that looks like a number is a text here all the same.
                format!("{}: {}", text(name), serde_json::Value::from(value.as_str()))
            });
            let pairs: Vec<String> = pairs.collect();
            self.line(indent, &format!("{key}: {{ {} }}", pairs.join(", ")));
        }
    }

    fn findings(&mut self, indent: usize, findings: &[Finding], parts: &[&str]) {
        for finding in findings.iter().filter(|finding| parts.contains(&finding.part)) {
            let text = plain(&finding.text);
            self.line(indent, &format!("# {}: {text}", finding.sure.word()));
        }
    }
}

/// Without anything that ends a line or steers a terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}
