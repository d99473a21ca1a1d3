//! The door of the administration: where it is, for whom, and on what proof. That each of its pages is behind it is what
//! `matrix.rs` shows.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

const REMEMBERING: &str = "authenticators:\n  remembered_devices: { enabled: true }\n";

fn admin(browser: &mut Browser) -> Response {
    browser.get(&format!("{PAGES}/admin"))
}

/// Whether the page leads to a proof, and from there back.
fn asks_for_proof(browser: &mut Browser) -> bool {
    let answer = admin(browser);
    answer.status == 303
        && location(&answer).starts_with(&format!("{PAGES}/challenge?max_age=900&next="))
}

/// An answer, head and body, without what differs with each request.
fn said(response: &Response) -> (u16, Vec<(String, String)>, String) {
    let id = response.header("x-request-id").expect("a number");
    let differs = |name: &str| ["date", "x-request-id"].contains(&name.to_lowercase().as_str());
    let fields = response.fields.iter().filter(|(name, _)| !differs(name)).cloned();
    (response.status, fields.collect(), response.text().replace(id, ""))
}

/// Whether the pages cannot be told from pages of as long a name that are not there, whatever is asked.
fn are_hidden_from(browser: &mut Browser) {
    let headers = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\
                   Sec-Fetch-Site: none\r\n";
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
        for page in ["/admin", "/admin/users"] {
            let mut ask =
                |page: &str| browser.request(method, &format!("{PAGES}{page}"), headers, "");
            let shown = said(&ask(page));
            let (status, fields, text) = said(&ask(&page.replace("admin", "nimda")));
            assert_eq!(status, 404, "{method} {page}");
            let absent = (status, fields, text.replace("nimda", "admin"));
            assert_eq!(shown, absent, "{method} {page} can be told from what is not there");
        }
    }
}

/// a backup code, or a browser that is remembered, opens the console, and not the administration.
#[test]
fn the_administration_takes_a_fresh_proof_of_aal2_and_nothing_less_a262() {
    let recorder = Recorder::start();
    let mut person = Person::named("alice");
    let setup = Setup::before(recorder.address()).top(REMEMBERING);
    let gateway = Gateway::start(&setup, &[&person]);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut person);
    let shown = admin(&mut browser);
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert_eq!(html::by_id(&shown.text(), "role").as_deref(), Some("Owner"));
    let account = browser.get(&format!("{PAGES}/account")).text();
    assert!(account.contains(&format!("href=\"{PAGES}/admin\"")), "no way there: {account}");
    let mut second_app = Person::named("alice");
    let form = browser.begin_enrolment(&mut second_app);
    assert_eq!(browser.submit(&form.with("code", &second_app.next_code())).status, 303);

    let mut by_backup_code = Browser::new(&gateway);
    by_backup_code.password(&person, "/");
    assert!(location(&admin(&mut by_backup_code)).contains("/challenge?"), "the password alone");
    let code = person.backup_codes.pop().unwrap();
    assert_eq!(by_backup_code.challenge("backup_code", &code).status, 303);
    assert!(by_backup_code.gets_through() && asks_for_proof(&mut by_backup_code));

    browser.sign_out();
    browser.password(&person, "/");
    let code = person.next_code();
    let form = browser.form("challenge").with("method", "totp");
    assert_eq!(browser.submit(&form.with("code", &code).with("remember", "on")).status, 303);
    assert_eq!(admin(&mut browser).status, 200);
    browser.sign_out();
    assert_eq!(location(&browser.password(&person, "/")), "/", "the browser stands for the code");
    assert!(browser.gets_through() && asks_for_proof(&mut browser));

    let code = second_app.next_code();
    let proved = browser.challenge("totp", &code);
    assert_eq!(location(&proved), format!("{PAGES}/admin"));
    assert_eq!(admin(&mut browser).status, 200);
}

/// from a network that is not named, and for whoever has no role here, it is a page like any that is not there.
#[test]
fn from_elsewhere_there_is_no_administration_a262() {
    let recorder = Recorder::start();
    let (mut owner, mut user) = (Person::named("alice"), Person::of_role("bob", "user"));
    let networks = "networks:\n  here: [127.0.0.0/8]\n  office: [198.51.100.0/24]\n";
    let only = |network| format!("{networks}admin: {{ networks: [{network}] }}\n");
    let setup = |network| Setup::before(recorder.address()).top(&only(network));
    let gateway = Gateway::start(&setup("here"), &[&owner, &user]);
    let mut browsers = [&mut owner, &mut user].map(|person| {
        let mut browser = Browser::new(&gateway);
        browser.sign_in(person);
        browser
    });
    let [owner, user] = &mut browsers;
    assert_eq!(admin(owner).status, 200);
    are_hidden_from(user);

    gateway.configure(&setup("office").yaml());
    gateway.sighup();
    crate::support::eventually("the new configuration", || admin(owner).status == 404);
    are_hidden_from(owner);
    let account = owner.get(&format!("{PAGES}/account"));
    assert!(account.status == 200 && !account.text().contains(&format!("{PAGES}/admin\"")));
    are_hidden_from(&mut Browser::new(&gateway));
}
