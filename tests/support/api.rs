//! Who asks the API, and whether its answers are what it says of itself.

use serde_json::Value;
use serde_json::json;

use super::browser::Browser;
use super::browser::PAGES;
use super::gateway::Gateway;
use super::html;
use super::person::Person;
use super::raw_client::Response;

/// Where operations are.
pub(crate) const API: &str = "/.portcullis/api/v1";

/// Somebody who asks the API.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) browser: Browser,
    /// What is shown with every request: lines with CRLF.
    pub(crate) shown: String,
}

impl Script {
    /// A program with a token.
    pub(crate) fn with_token(gateway: &Gateway, token: &str) -> Self {
        Self { browser: Browser::new(gateway), shown: format!("Portcullis-Token: {token}\r\n") }
    }

    /// A program with a token of a role that is made for it.
    pub(crate) fn of_role(gateway: &Gateway, role: &str) -> Self {
        let name = format!("as-{}", role.replace('_', "-"));
        Self::with_token(gateway, &token(gateway, &name, &["--role", role]))
    }

    /// A script of somebody who is signed in, with what the page for scripts says.
    pub(crate) fn of(mut browser: Browser) -> Self {
        let csrf = csrf(&mut browser).unwrap_or_else(|| "none".to_owned());
        Self { browser, shown: format!("Portcullis-CSRF: {csrf}\r\n{HERE}") }
    }

    /// The same of somebody who signs in for it.
    pub(crate) fn signed_in(gateway: &Gateway, person: &mut Person) -> Self {
        let mut browser = Browser::new(gateway);
        browser.sign_in(person);
        Self::of(browser)
    }

    /// Asks, with further header lines.
    pub(crate) fn ask(&self, method: &str, path: &str, lines: &str, body: &str) -> Response {
        let lines = format!("{}{lines}", self.shown);
        self.browser.clone().request(method, &format!("{API}{path}"), &lines, body)
    }

    /// Asks for something that is there; its JSON.
    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, "", "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        told(&answer)
    }
}

/// As a browser says of a script of the same site.
pub(crate) const HERE: &str =
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n";

/// What the page for scripts says.
pub(crate) fn csrf(browser: &mut Browser) -> Option<String> {
    let page = browser.get(&format!("{PAGES}/admin/api"));
    html::by_id(&page.text(), "csrf")
}

/// A token of that name and scope.
pub(crate) fn token(gateway: &Gateway, name: &str, scope: &[&str]) -> String {
    let arguments = [&["--json", "token", "add", name, "--site", "console"], scope].concat();
    let told: Value = serde_json::from_str(&gateway.cli_ok(&arguments, "")).unwrap();
    told["secret"].as_str().unwrap().to_owned()
}

/// The JSON of an answer.
pub(crate) fn told(answer: &Response) -> Value {
    serde_json::from_str(&answer.text()).unwrap_or_else(|_| panic!("no JSON: {}", answer.text()))
}

/// The name of the case, where an answer is a problem.
pub(crate) fn problem(answer: &Response) -> Option<String> {
    let is_problem = answer.header("content-type") == Some("application/problem+json");
    // To HEAD without its body.
    let told = (is_problem && !answer.body.is_empty()).then(|| told(answer))?;
    let name = told["type"].as_str().unwrap().strip_prefix("urn:portcullis:problem:");
    name.map(ToOwned::to_owned)
}

/// What the API says of itself.
pub(crate) struct Description(pub(crate) Value);

impl Description {
    pub(crate) fn told_to(script: &Script) -> Self {
        Self(script.get("/openapi.json"))
    }

    /// Every operation: its path, its method, and what is said of it.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(|(method, it)| (path.as_str(), method.as_str(), it))
        })
    }

    /// Whether an answer to an operation is what is said of it: a status that is there, and a body of its schema.
    pub(crate) fn check(&self, (path, method): (&str, &str), answer: &Response) {
        let about = format!("{method} {path}: {} {}", answer.status, answer.text());
        let responses = &self.0["paths"][path][&method.to_ascii_lowercase()]["responses"];
        let said = &responses[answer.status.to_string()];
        assert!(said.is_object(), "an undocumented status: {about}");
        let said = match said["$ref"].as_str() {
            Some(at) => self.0.pointer(at.trim_start_matches('#')).unwrap(),
            None => said,
        };
        let Some(content) = said["content"].as_object() else {
            assert!(answer.text().is_empty(), "{about}");
            return;
        };
        let kind = answer.header("content-type").unwrap_or_default();
        let schema = &content.get(kind).unwrap_or_else(|| panic!("{kind}: {about}"))["schema"];
        let whole = json!({ "allOf": [schema], "components": self.0["components"] });
        let validator = jsonschema::validator_for(&whole).unwrap();
        let body = if kind.contains("json") && !kind.contains("ndjson") {
            told(answer)
        } else {
            Value::String(answer.text())
        };
        let wrong: Vec<String> = validator.iter_errors(&body).map(|it| it.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}: {about}");
    }
}
