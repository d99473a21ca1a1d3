//! The whole story of one person: from the first sign-in to the form that was not lost.

use std::fs;

use portcullis::clock::Clock;
use portcullis::clock::SystemClock;

use crate::accessible;
use crate::qr;
use crate::qr::Scanned;
use crate::screens;
use crate::stand::Stand;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

const SUBMIT: &str = "main button.button[type=submit]";
const OPEN_GATES: &str = "#open-gates";

/// A person at a browser. Fields are dropped in order: the browser before what it talks to.
struct Story {
    window: Window,
    stand: Stand,
    person: Person,
}

#[test]
fn a_person_goes_through_the_whole_story() {
    let person = Person::named("alice");
    let stand = Stand::for_person(&person);
    let mut story = Story { window: stand.window(JavaScript::On), stand, person };
    story.is_asked_to_sign_in();
    story.sets_up_the_app();
    story.keeps_the_backup_codes();
    story.finds_the_console_and_is_known_there();
    story.works_in_the_console();
    story.signs_out_and_every_tab_ends();
    story.signs_in_with_a_code();
    story.signs_in_with_a_backup_code();
    story.does_not_lose_a_form();
    story.makes_new_backup_codes();
    story.reads_what_went_wrong();
    story.was_never_warned_by_the_browser();
}

/// Seconds for which an app shows a code.
const STEP_SECONDS: u64 = 30;

/// The first code of a story that asks for three: of the step before the present one, which the gateway takes as well, so
/// that two more are to be had at once. Shortly before the present step ends it is the present one's: until a third is
/// asked for, the next has begun.
fn early_code(person: &mut Person) -> String {
    let now = SystemClock::new().wall().secs();
    if now % STEP_SECONDS >= STEP_SECONDS - 10 {
        return person.next_code();
    }
    person.code_of(now / STEP_SECONDS - 1)
}

impl Story {
    fn is_asked_to_sign_in(&self) {
        let window = &self.window;
        window.go("/dashboard");
        assert_eq!(window.text("h1"), "Sign in");
        assert!(window.at().starts_with(&format!("{PAGES}/sign-in")));
        look(window, "sign-in");
        accessible::check_tab_order(window, &["login", "password", "Show", "Sign in"]);
        self.sends_password("not the password");
        assert!(window.text("#sign-in-error").contains("do not match"));
        assert_eq!(window.title(), "Error: Sign in · Harbour Control");
        assert_eq!(window.value("#login", "value"), "alice", "not to be typed again");
        assert_eq!(window.value("#password", "value"), "");
        look(window, "sign-in-wrong");
        accessible::check_tab_order(window, &["password", "Show", "Sign in"]);
        self.sends_password(&self.person.password);
    }

    fn sends_password(&self, password: &str) {
        self.window.type_in("#login", &self.person.login);
        self.window.type_in("#password", password);
        self.window.press(SUBMIT);
    }

    fn sets_up_the_app(&mut self) {
        let window = &self.window;
        assert_eq!(window.text("h1"), "Set up your authenticator app");
        assert!(window.count(".apps a") >= 2, "several apps are named");
        assert_eq!(window.script(IN_ORDER), true, "code and Confirm stand below the QR code");
        let scanned = self.scan("enrol");
        let shown: String = window.text("#totp-key").split_whitespace().collect();
        assert_eq!(shown, scanned.key, "the same key in writing");
        assert_eq!(window.find_attribute("#totp-link", "href"), scanned.uri);
        assert_eq!(
            (scanned.issuer.as_str(), scanned.account.as_str()),
            ("Harbour Control", "alice")
        );
        screens::keep_for_documents(window, "enrol");
        self.person.scan(&scanned.key);
        accessible::check(window);

        window.type_in("#code", &self.person.wrong_code());
        window.press(SUBMIT);
        assert!(window.text("#code-error").contains("not right"));
        assert_eq!(self.scan("enrol-wrong"), scanned, "the app need not scan again");
        accessible::check(window);
        accessible::check_tab_order(window, &["code", "Confirm", "Not you? Start again"]);
        let code = early_code(&mut self.person);
        window.type_in("#code", &code);
        window.press(SUBMIT);
    }

    /// Points a camera at the page, as every screen shows it.
    fn scan(&self, page: &str) -> Scanned {
        let pictures = screens::keep(&self.window, page);
        let mut scanned: Vec<_> = pictures.iter().map(|picture| qr::scan(picture)).collect();
        scanned.dedup();
        assert_eq!(scanned.len(), 1, "every picture shows the same code");
        scanned.remove(0)
    }

    fn keeps_the_backup_codes(&mut self) {
        let window = &self.window;
        let codes = window.texts(".backup-code");
        assert_eq!(codes.len(), 10);
        assert!(window.sees("[data-print]"), "they can be printed");
        look(window, "codes");
        screens::keep_print(window, "codes");
        window.click("form[action$='/codes/download'] button");
        let file = self.downloaded();
        assert!(codes.iter().all(|code| file.contains(code)), "{file}");
        window.click("#stored");
        window.press("form[action$='/codes'] .button");
        assert_eq!(window.at(), "/dashboard", "where the person was going");
        self.person.backup_codes = codes;
    }

    /// The text of the one file that was downloaded.
    fn downloaded(&self) -> String {
        let directory = self.window.downloads();
        let complete = || -> Option<String> {
            let mut files = fs::read_dir(&directory).ok()?.filter_map(Result::ok);
            let path = files.next()?.path();
            (path.extension()? == "txt").then(|| fs::read_to_string(path).ok())?
        };
        eventually("a downloaded file", || complete().is_some_and(|text| !text.is_empty()));
        complete().unwrap()
    }

    fn finds_the_console_and_is_known_there(&self) {
        let window = &self.window;
        assert_eq!(window.text("#who"), "alice");
        assert_eq!(window.text("#via"), "signed in by Portcullis");
        assert_eq!(window.text("#amr"), "pwd otp mfa");
        assert_eq!(window.text("#acr"), "aal2");
        screens::keep_console(window, "dashboard");
        window.go("/old");
        assert_eq!(window.at(), "/dashboard", "the console's own address is rewritten");
    }

    fn works_in_the_console(&self) {
        let window = &self.window;
        window.press("nav a[href='/settings']");
        assert_eq!(self.gates_opened(), "0");
        window.press(OPEN_GATES);
        assert_eq!(self.gates_opened(), "1");
        screens::keep_console(window, "settings");
    }

    fn gates_opened(&self) -> String {
        self.window.text("#open-gates-count")
    }

    fn signs_out_and_every_tab_ends(&self) {
        let window = &self.window;
        let first = window.tab();
        let live = window.new_tab();
        window.go("/live");
        window.find("#live[data-state=connected]");
        let ticks = |text: &str| text.split(' ').next().unwrap().parse::<u64>().unwrap();
        let before = ticks(&window.text("#count"));
        window.wait_for_text("#count", |text| ticks(text) > before);
        screens::keep_console(window, "live");

        window.turn_to(&first);
        window.go(&format!("{PAGES}/account"));
        assert_eq!(window.text("#who"), "alice");
        assert_eq!(window.text("#codes-left"), "10");
        look(window, "account");
        self.signs_out();
        look(window, "signed-out");

        window.turn_to(&live);
        window.find("#live[data-state=disconnected]");
        window.go("/dashboard");
        assert_eq!(window.text("h1"), "Sign in");
        window.close_tab(&first);
    }

    fn signs_out(&self) {
        self.window.go(&format!("{PAGES}/account"));
        self.window.press("form[action$='/sign-out'] button");
        assert_eq!(self.window.text("h1"), "You are signed out");
    }

    fn signs_in_with_a_code(&mut self) {
        let window = &self.window;
        self.sends_password(&self.person.password);
        assert_eq!(window.text("h1"), "Enter your code");
        look(window, "challenge");
        screens::keep_for_documents(window, "challenge");
        accessible::check_tab_order(
            window,
            &[
                "code",
                "Continue",
                "Use backup code",
                "Use recovery code",
                "I do not have my phone",
                "Not you? Start again",
            ],
        );
        window.click("summary");
        assert!(window.sees("details li"));
        look(window, "challenge-no-phone");
        window.type_in("#code", &self.person.wrong_code());
        window.press(SUBMIT);
        assert!(window.text("#code-error").contains("not right"));
        look(window, "challenge-wrong");
        let code = self.person.next_code();
        // Apps show it in two groups, and so it is pasted.
        window.type_in("#code", &format!(" {} {}", &code[..3], &code[3..]));
        window.press(SUBMIT);
        assert_eq!(window.at(), "/dashboard");
        assert_eq!(window.text("#who"), "alice");
    }

    /// By the console's own button, which knows nothing of the gateway's session.
    fn logs_out_of_the_console(&self) {
        let window = &self.window;
        window.press("form[action='/logout'] button");
        assert_eq!(window.text("h1"), "Sign out?");
        assert!(window.text(".lead").contains("alice"));
        look(window, "sign-out");
        window.press(SUBMIT);
        assert_eq!(window.text("h1"), "You are signed out");
    }

    fn signs_in_with_a_backup_code(&self) {
        let window = &self.window;
        self.logs_out_of_the_console();
        window.go("/settings");
        self.sends_password(&self.person.password);
        window.press("a[href*='backup']");
        assert_eq!(window.text("h1"), "Enter a backup code");
        look(window, "challenge-backup");
        window.type_in("#code", &self.person.backup_codes[0].to_uppercase());
        window.press(SUBMIT);
        assert_eq!(window.at(), "/settings");
        assert_eq!(self.gates_opened(), "1");
    }

    fn does_not_lose_a_form(&self) {
        let window = &self.window;
        let settings = window.tab();
        window.type_in("form[action$='/open-gates'] input", "spring tide");
        let account = window.new_tab();
        window.go(&format!("{PAGES}/account"));
        assert_eq!(window.text("#codes-left"), "9");
        self.signs_out();
        window.close_tab(&account);

        window.turn_to(&settings);
        window.press(OPEN_GATES);
        assert_eq!(window.text("h1"), "Sign in");
        assert!(window.text(".note").contains("The form you were sending is kept"));
        look(window, "sign-in-kept");
        self.sends_password(&self.person.password);
        assert_eq!(window.text("h1"), "Enter your code");
        look(window, "challenge-kept");
        window.press("button[name=switch]");
        assert_eq!(window.text("h1"), "Enter a backup code");
        window.type_in("#code", &self.person.backup_codes[0]);
        window.press(SUBMIT);
        let problem = window.text("#code-error");
        assert!(problem.contains("was used before"), "a code works once: {problem}");
        look(window, "challenge-backup-spent");
        window.type_in("#code", &self.person.backup_codes[1]);
        window.press(SUBMIT);

        assert_eq!(window.text("h1"), "Your form was not lost");
        assert_eq!(window.text("#kept-target"), "/settings/danger/open-gates");
        assert_eq!(window.texts(".names li"), ["reason"]);
        look(window, "kept-form");
        let form = window.tab();
        let other = window.new_tab();
        window.go("/settings");
        assert_eq!(self.gates_opened(), "1", "nothing is sent by itself");
        window.close_tab(&other);
        window.turn_to(&form);
        window.press(SUBMIT);
        assert_eq!(window.at(), "/settings#journal");
        assert_eq!(self.gates_opened(), "2", "sent once");
        assert!(window.text("#journal tbody tr").contains("spring tide"));
    }

    fn makes_new_backup_codes(&mut self) {
        let code = self.person.next_code();
        let window = &self.window;
        window.go(&format!("{PAGES}/account"));
        assert_eq!(window.text("#codes-left"), "8");
        assert!(window.sees("#recovering"), "signed in with a backup code: what is lost may go");
        look(window, "account-recovering");
        // That code is no proof for a change; one of the app is.
        window.press("a[href$='/account/codes']");
        assert_eq!(window.text("h1"), "Confirm that it is you");
        window.type_in("#code", &code);
        window.press(SUBMIT);
        assert_eq!(window.at(), format!("{PAGES}/account/codes"));
        look(window, "account-codes");
        window.press("form[action$='/account/codes'] .button");
        assert_eq!(window.text("h1"), "Your new backup codes");
        assert_eq!(window.count(".backup-code"), 10);
        look(window, "codes-new");
        window.click("#stored");
        window.press("form[action$='/codes'] .button");
        window.go(&format!("{PAGES}/account"));
        assert_eq!(window.text("#codes-left"), "10");
        look(window, "account-used");
    }

    fn was_never_warned_by_the_browser(&self) {
        let window = &self.window;
        assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");
        // The log would have shown it: a script that a page must not run.
        window.go(&format!("{PAGES}/account"));
        window.script("const bad = document.createElement('script'); bad.text = '1'; document.body.append(bad);");
        let complaints = window.complaints().join("\n");
        assert!(complaints.contains("Content Security Policy"), "{complaints}");
    }

    fn reads_what_went_wrong(&self) {
        let window = &self.window;
        window.go(&format!("{PAGES}/nowhere"));
        assert_ne!(window.text("#request-id"), "");
        look(window, "refusal");
        self.stand.stop_console();
        window.go("/dashboard");
        assert_ne!(window.text("#request-id"), "");
        look(window, "console-down");
    }
}

/// Whether the QR code, the field for the code and the button stand below each other.
const IN_ORDER: &str = "const box = (css) => document.querySelector(css).getBoundingClientRect(); \
    const code = box('#code'); \
    return box('#totp-qr').bottom <= code.top && code.bottom <= box(\"form[action$='/enrol'] .button\").top;";

/// Keeps pictures of a page of the gateway, and checks that everybody can use it.
pub(crate) fn look(window: &Window, page: &str) {
    screens::keep(window, page);
    accessible::check(window);
}
