//! A browser at pages that ask for a passkey, with an authenticator in software beside it.

use serde_json::Value;

use super::browser::Browser;
use super::browser::PAGES;
use super::browser::form_of;
use super::html;
use super::person::Person;
use super::raw_client::Response;
use super::soft_authenticator::SoftKey;
use super::soft_authenticator::Way;

/// What the form on a page that posts to `page` asks the browser for.
pub(crate) fn question(response: &Response, page: &str) -> Value {
    let text = response.text();
    let options = html::attribute(&text, &format!("{PAGES}/{page}"), "data-options");
    let options = options.unwrap_or_else(|| panic!("no question on: {} {text}", response.status));
    serde_json::from_str(&options).unwrap()
}

impl Browser {
    /// Registers a key on the page for it: the key, and the answer.
    pub(crate) fn register_passkey(&mut self, way: &Way) -> (SoftKey, Response) {
        let page = self.get(&format!("{PAGES}/enrol?method=passkey"));
        let (key, answer) = SoftKey::create(&question(&page, "enrol/passkey"), way, None);
        let form = form_of(&page, "enrol/passkey").with("code", &answer).with("label", "Key");
        (key, self.submit(&form))
    }

    /// Sets up a passkey as the first second factor, and notes the backup codes.
    pub(crate) fn enrol_passkey(&mut self, person: &mut Person, way: &Way) -> SoftKey {
        self.password(person, "/");
        let (key, codes) = self.register_passkey(way);
        self.note_backup_codes(person, &codes);
        key
    }

    /// Answers the question of the page for the second step.
    pub(crate) fn prove_passkey(&mut self, key: &SoftKey, way: &Way) -> Response {
        let page = self.page("challenge");
        let answer = key.get(&question(&page, "challenge"), way);
        self.submit(&form_of(&page, "challenge").with("code", &answer))
    }

    /// Answers the question of the sign-in page, without a name or a password.
    pub(crate) fn sign_in_by_passkey(&mut self, key: &SoftKey, way: &Way) -> Response {
        let page = self.get(&format!("{PAGES}/sign-in"));
        let answer = key.get(&question(&page, "sign-in/passkey"), way);
        self.submit(&form_of(&page, "sign-in/passkey").with("code", &answer))
    }
}
