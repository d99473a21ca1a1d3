//! Codes and notices on the wire: a real mail server with TLS, a real SMS gateway, both willing and not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use portcullis::clock::Clock as _;
use portcullis::clock::SystemClock;
use portcullis::courier::sms;
use portcullis::secret::Secret;
use serde_json::Value;

use crate::support::Latch;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::eventually;
use crate::support::find;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::smtp::Letter;
use crate::support::smtp::MailServer;
use crate::support::smtp::Manner;

const SIGNING: &str = "0123456789abcdef0123456789abcdef";

const KEY: &str = "AccessKey canary-of-the-sms-gateway";

const SMTP_PASSWORD: &str = "canary-of-the-mail-server";

/// A console, a mail server, an SMS gateway, and a gateway that knows them.
struct Town {
    gateway: Gateway,
    console: Recorder,
    mail: MailServer,
    sms: Recorder,
    person: Person,
}

impl Town {
    fn start(manner: Manner, script: impl Fn(&Recorded) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(MailServer::start(manner), Recorder::scripted(script), "own_address: true")
    }

    fn with(mail: MailServer, sms: Recorder, email: &str) -> Self {
        Self::asking(mail, sms, (email, ""))
    }

    fn asking(mail: MailServer, sms: Recorder, (email, more): (&str, &str)) -> Self {
        let console = Recorder::start();
        let own = email.replace("own_address", "own_number");
        let top = format!(
            "{more}authenticators:\n  email: {{ enabled: true, {email} }}\n  \
             sms: {{ enabled: true, {own} }}\n\
             mail:\n  from: \"Console <no-reply@console.test>\"\n  smtp:\n    host: localhost\n    \
             port: {}\n    ca_file: mail-ca.pem\n    username: portcullis\n    \
             password: {{ file: smtp-password }}\n    timeout: 2s\n\
             sms:\n  url: http://{}/messages\n  secret: {{ file: signing }}\n  \
             headers: [{{ name: Authorization, value: {{ file: sms-key }} }}]\n  \
             prefixes: [\"+49\"]\n  timeout: 2s\n",
            mail.port(),
            sms.address()
        );
        let setup = Setup::before(console.address());
        let mut gateway = Gateway::prepare(&setup);
        fs::write(gateway.path("mail-ca.pem"), &mail.authority).unwrap();
        for (name, text) in
            [("signing", SIGNING), ("sms-key", KEY), ("smtp-password", SMTP_PASSWORD)]
        {
            fs::write(gateway.path(name), text).unwrap();
            fs::set_permissions(gateway.path(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
        gateway.configure(&setup.top(&top).yaml());
        let person = Person::named("alice");
        gateway.add(&person);
        gateway.run();
        Self { gateway, console, mail, sms, person }
    }

    fn contact(&self, channel: &str, address: &str) {
        self.gateway.cli_ok(&["user", "contact", "set", "alice", channel, address], "");
    }

    /// A browser in which the password was given.
    fn halfway(&self) -> Browser {
        let mut browser = Browser::new(&self.gateway);
        let answer = browser.password(&self.person, "/");
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }
}

fn taken(request: &Recorded) -> Answer {
    Answer::ok(request, "{}")
}

/// Asks for a code by this method; the page that follows.
fn ask(browser: &mut Browser, method: &str) -> Response {
    let page = browser.get(&format!("{PAGES}/challenge?method={method}"));
    let form = form_of(&page, "challenge/send");
    browser.submit(&form)
}

fn give(browser: &mut Browser, page: &Response, code: &str) -> Response {
    let form = form_of(page, "challenge").with("code", code);
    browser.submit(&form)
}

/// The text of the last message at the SMS gateway.
fn texted(sms: &Recorder, count: usize) -> Value {
    let requests = sms.wait_for(count);
    serde_json::from_slice(&requests.last().unwrap().body).unwrap()
}

/// The letter with the code, among notices.
fn coded(mail: &MailServer) -> Letter {
    let code = |letter: &Letter| letter.header("subject").unwrap().starts_with("Your code");
    eventually("a code by mail", || mail.letters().iter().any(code));
    mail.letters().into_iter().rfind(code).unwrap()
}

fn digits(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap().to_owned()
}

/// Neither the console nor the log learns anything of it.
fn tells_nobody(town: &Town, letter: &Letter) {
    let raw = town.console.all_raw();
    for hidden in ["Alice.Private", "mail.example"] {
        assert!(find(&raw, hidden.as_bytes()).is_none(), "the console was told {hidden}");
    }
    let said = format!("{}{}", town.gateway.stderr(), town.gateway.stdout());
    for secret in [SMTP_PASSWORD, letter.code().as_str(), "Alice.Private"] {
        assert!(!said.contains(secret), "the log holds {secret} (A-304)");
    }
}

/// The letter is addressed and protected as it should be.
fn is_sound(town: &Town, letter: &Letter) {
    assert!(letter.secure && letter.auth.is_some());
    assert_eq!(letter.to, ["Alice.Private+x@mail.example"]);
    assert_eq!(letter.header("subject").unwrap(), "Your code for console.test");
    assert_eq!(letter.header("from").unwrap(), "Console <no-reply@console.test>");
    assert_eq!(letter.header("auto-submitted").unwrap(), "auto-generated");
    assert!(letter.header("bcc").is_none() && letter.header("cc").is_none());
    for line in town.mail.in_clear() {
        assert!(line.starts_with("EHLO") || line == "STARTTLS", "in clear: {line}");
    }
}

#[test]
fn a_code_comes_by_mail_over_tls_signs_in_below_aal2_and_reaches_no_console_a165_s4_9() {
    let town = Town::start(Manner::Willing, taken);
    town.contact("email", "Alice.Private+x@Mail.Example");
    let mut browser = town.halfway();
    let page = ask(&mut browser, "email");
    assert!(page.text().contains("A…x@mail.example"), "{}", page.text());
    let letter = coded(&town.mail);
    is_sound(&town, &letter);
    let answer = give(&mut browser, &page, &letter.code());
    assert_eq!(html::by_class(&answer.text(), "backup-code").len(), 10, "{}", answer.text());
    assert!(browser.gets_through());
    let refused = browser.fetch("/admin/x");
    assert_ne!(refused.status, 200, "AAL2 is out of its reach (A-165)");
    tells_nobody(&town, &letter);
}

#[test]
fn a_code_comes_by_sms_signed_and_with_the_gateways_key_and_nothing_of_the_client_a018() {
    let town = Town::start(Manner::Willing, taken);
    town.contact("sms", "+49 151 23456742");
    let mut browser = town.halfway();
    let page = ask(&mut browser, "sms");
    assert!(page.text().contains("•••• 42"), "{}", page.text());
    let message = texted(&town.sms, 1);
    let request = &town.sms.requests()[0];
    assert_eq!((request.method().as_str(), request.target().as_str()), ("POST", "/messages"));
    assert_eq!(message["to"], "+4915123456742");
    let text = message["text"].as_str().unwrap();
    let code = digits(text);
    assert!(text.ends_with(&format!("@console.test #{code}")), "{text}");
    assert_eq!(request.values("authorization"), [KEY]);
    assert!(request.values("cookie").is_empty() && request.values("forwarded").is_empty());
    let moment = request.values("portcullis-timestamp").remove(0).parse().unwrap();
    let body = String::from_utf8(request.body.clone()).unwrap();
    let signed = sms::signature(&Secret::new(SIGNING.to_owned()), moment, &body);
    assert_eq!(request.values("portcullis-signature"), [signed]);
    let answer = give(&mut browser, &page, &code);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(browser.fetch("/admin/x").status, 200, "AAL2");
}

#[test]
fn what_a_client_claims_to_be_is_in_no_message_a021_a162() {
    let town = Town::start(Manner::Willing, taken);
    town.contact("email", "alice@mail.example");
    let mut browser = town.halfway();
    let page = browser.get(&format!("{PAGES}/challenge?method=email"));
    let form = form_of(&page, "challenge/send");
    let headers = "Origin: http://console.test\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\n\
                   Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\
                   X-Forwarded-Host: evil.test\r\nX-Forwarded-Proto: gopher\r\n\
                   Forwarded: host=evil.test\r\nX-Original-Host: evil.test\r\n";
    let answer = browser.submit_with(&form, headers);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let letter = coded(&town.mail);
    assert!(!letter.data.contains("evil") && letter.data.contains("console.test"));
    assert!(!letter.data.contains("href"), "nothing to press (A-163)");
}

#[test]
fn a_mail_server_without_tls_or_a_good_certificate_gets_nothing() {
    let town = Town::start(Manner::Bare, taken);
    town.contact("email", "alice@mail.example");
    let mut browser = town.halfway();
    let page = ask(&mut browser, "email");
    assert_eq!(page.status, 200, "{}", page.text());
    let failed = || town.gateway.metric(&["portcullis_messages_total", "email", "failed"]) >= 1.0;
    eventually("a failed message", failed);
    assert!(town.mail.letters().is_empty());
    let in_clear = town.mail.in_clear().join("\n");
    assert!(!in_clear.contains("AUTH") && !in_clear.contains("MAIL"), "{in_clear}");
    // Another authority than the one that is trusted.
    fs::write(town.gateway.path("mail-ca.pem"), &MailServer::start(Manner::Willing).authority)
        .unwrap();
    town.mail.behave(Manner::Willing);
    town.gateway.sighup();
    let reloaded =
        || town.gateway.metric(&["portcullis_configuration_loads_total", "accepted"]) >= 2.0;
    eventually("the other authority", reloaded);
    let before = town.gateway.metric(&["portcullis_messages_total", "email", "failed"]);
    let mut other = town.halfway();
    let page = ask(&mut other, "email");
    assert!(page.status == 200 || page.status == 429, "{}", page.status);
    if page.status == 200 {
        let more =
            || town.gateway.metric(&["portcullis_messages_total", "email", "failed"]) > before;
        eventually("another failed message", more);
    }
    assert!(town.mail.letters().is_empty());
}

#[test]
fn when_mail_server_and_sms_gateway_fail_people_see_the_same_and_nothing_is_let_through_a164() {
    let latch = Latch::default();
    let held = latch.clone();
    let town = Town::start(Manner::Unwilling, move |request| match request.target().as_str() {
        _ if find(&request.body, b"+49151000").is_some() => Answer::held(request, &held, "late"),
        _ => Answer::raw(b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"),
    });
    town.contact("email", "alice@mail.example");
    town.contact("sms", "+4915123456742");
    let mut browser = town.halfway();
    let failed =
        |channel: &str| town.gateway.metric(&["portcullis_messages_total", channel, "failed"]);
    for method in ["email", "sms"] {
        let page = ask(&mut browser, method);
        assert_eq!(page.status, 200, "{method}: {}", page.text());
        assert!(page.text().contains("name=\"code\""), "{method}: the page is as always");
        let answer = give(&mut browser, &page, "000000");
        assert_eq!(answer.status, 401, "{method}");
        eventually("an alarm", || failed(method) >= 1.0);
        assert!(!browser.gets_through());
    }
    assert!(town.gateway.stderr().contains("a message was not delivered"));
    // A gateway that does not answer holds nobody up.
    town.contact("sms", "+4915100000042");
    let mut other = town.halfway();
    let page = ask(&mut other, "sms");
    assert_eq!(page.status, 200, "{}", page.text());
    let before = failed("sms");
    eventually("the time-out", || failed("sms") > before || failed("sms") >= 2.0);
    latch.open();
}

#[test]
fn an_answer_without_end_and_a_redirect_are_taken_for_no_more_than_they_are_a310() {
    let elsewhere = Recorder::start();
    let to = elsewhere.address();
    let town = Town::start(Manner::Willing, move |request| {
        if find(&request.body, b"+49151000").is_some() {
            let head = format!("HTTP/1.1 307 Over there\r\nLocation: http://{to}/x\r\n");
            Answer::raw(format!("{head}Content-Length: 0\r\n\r\n").as_bytes())
        } else {
            let huge = "x".repeat(1 << 20);
            Answer::ok(request, &huge)
        }
    });
    town.contact("sms", "+4915123456742");
    let mut browser = town.halfway();
    let page = ask(&mut browser, "sms");
    let code = digits(texted(&town.sms, 1)["text"].as_str().unwrap());
    let delivered = || town.gateway.metric(&["portcullis_messages_total", "sms", "delivered"]);
    eventually("a delivery", || delivered() >= 1.0);
    assert_eq!(give(&mut browser, &page, &code).status, 200);
    town.contact("sms", "+4915100000042");
    let mut other = town.halfway();
    ask(&mut other, "sms");
    let failed = || town.gateway.metric(&["portcullis_messages_total", "sms", "failed"]);
    eventually("a failure", || failed() >= 1.0);
    assert_eq!(elsewhere.count(), 0, "the code went elsewhere");
}

#[test]
fn hundreds_of_submits_of_one_code_open_one_session_a143() {
    let town = Town::start(Manner::Willing, taken);
    town.contact("sms", "+4915123456742");
    let mut browser = town.halfway();
    let page = ask(&mut browser, "sms");
    let code = digits(texted(&town.sms, 1)["text"].as_str().unwrap());
    let form = form_of(&page, "challenge").with("code", &code);
    let before = browser.session().unwrap().to_owned();
    let risen = std::sync::Mutex::new(Vec::new());
    let start = std::sync::Barrier::new(100);
    std::thread::scope(|scope| {
        for _ in 0..100 {
            let mut rival = browser.clone();
            let (form, risen, start, before) = (&form, &risen, &start, &before);
            scope.spawn(move || {
                start.wait();
                let answer = rival.submit(form);
                assert!(answer.status < 500 || answer.status == 503, "{}", answer.status);
                let session = rival.session().unwrap_or_default().to_owned();
                if session != *before && !session.is_empty() && rival.gets_through() {
                    crate::support::lock(risen).push(session);
                }
            });
        }
    });
    let risen = risen.into_inner().unwrap();
    assert_eq!(risen.len(), 1, "exactly one winner");
}

#[test]
fn an_address_is_one_accounts_and_the_operator_is_told_whose_s4_8() {
    let town = Town::start(Manner::Willing, taken);
    town.contact("email", "team@mail.example");
    town.gateway.add(&Person::named("bob"));
    let taken =
        town.gateway.cli(&["user", "contact", "set", "bob", "email", "Team@mail.example"], "");
    let said = String::from_utf8_lossy(&taken.stderr).into_owned();
    assert!(!taken.status.success() && said.contains("alice"), "{said}");
    for bad in ["nobody", "a@b@c d", "x@example.org\r\nBcc: y@example.org"] {
        let refused = town.gateway.cli(&["user", "contact", "set", "bob", "email", bad], "");
        assert!(!refused.status.success(), "{bad}");
    }
    town.gateway.cli_ok(&["user", "contact", "remove", "alice", "email"], "");
    town.gateway.cli_ok(&["user", "contact", "set", "bob", "email", "team@mail.example"], "");
    let none = town.gateway.cli(&["user", "contact", "remove", "alice", "email"], "");
    assert!(!none.status.success());
}

#[test]
fn people_are_told_of_what_happens_to_their_accounts_at_every_address_a204_a160() {
    let town = Town::start(Manner::Willing, taken);
    town.contact("email", "alice.codes@mail.example");
    let mut browser = town.halfway();
    let page = ask(&mut browser, "email");
    let told = |letters: &[Letter], to: &str, what: &str| {
        letters
            .iter()
            .any(|l| l.to == [to] && l.header("subject").is_some_and(|s| s.contains(what)))
    };
    let answer = give(&mut browser, &page, &coded(&town.mail).code());
    assert_eq!(answer.status, 200, "{}", answer.text());
    town.gateway.cli_ok(&["user", "reset-mfa", "alice"], "");
    for to in ["alice@example.com", "alice.codes@mail.example"] {
        eventually("a notice of the reset", || {
            told(&town.mail.letters(), to, "All second factors")
        });
    }
    let letters = town.mail.letters();
    let reset = letters.iter().find(|l| l.data.contains("All second factors")).unwrap();
    assert!(reset.data.contains("alice") && reset.data.contains("UTC"), "{}", reset.data);
    assert!(!reset.data.contains("href"), "no links");
    eventually("an empty outbox", || town.gateway.metric(&["portcullis_notices_waiting"]) == 0.0);
}

#[test]
fn a_notice_survives_a_kill_between_commit_and_delivery_and_a_server_that_is_down_a204() {
    let mut town = Town::start(Manner::Silent, taken);
    town.gateway.cli_ok(&["user", "reset-mfa", "alice"], "");
    town.mail.wait_heard(1);
    town.gateway.kill9();
    town.mail.behave(Manner::Busy);
    town.gateway.run();
    town.mail.wait_refused(1);
    assert!(town.mail.letters().is_empty());
    town.gateway.kill9();
    town.mail.behave(Manner::Willing);
    town.gateway.run();
    let letters = town.mail.wait_for(1);
    assert_eq!(letters[0].to, ["alice@example.com"]);
    assert!(letters[0].header("subject").unwrap().contains("All second factors"));
}

#[test]
fn owners_are_told_of_a_recovery_code_that_is_issued_to_another_a204_s1_13() {
    let town = Town::start(Manner::Willing, taken);
    for (login, role) in [("olga", "owner"), ("bob", "user")] {
        town.gateway.add(&Person::of_role(login, role));
    }
    let subjects = |who: &str| {
        let own = |letter: &Letter| letter.to == [format!("{who}@example.com")];
        let letters = town.mail.letters().into_iter().filter(own);
        letters.map(|letter| letter.header("subject").unwrap()).collect::<Vec<_>>()
    };
    let issue = |login: &str, letters: usize| {
        town.gateway.cli_ok(&["user", "recovery-code", login, "--reason", "seen in person"], "");
        town.mail.wait_for(letters);
        let empty = || town.gateway.metric(&["portcullis_notices_waiting"]) == 0.0;
        eventually("an empty outbox", empty);
        assert_eq!(town.mail.letters().len(), letters);
    };
    let (own, others) =
        ("A recovery code was issued for you", "A recovery code was issued to somebody");
    // Both owners, and whose it is.
    issue("bob", 3);
    assert_eq!(
        (subjects("bob"), subjects("olga")),
        (vec![own.to_owned()], vec![others.to_owned()])
    );
    assert_eq!(subjects("alice"), [others]);
    // An owner who gets one is told once, as its holder.
    issue("olga", 5);
    assert_eq!(subjects("olga"), [others, own]);
    assert_eq!(subjects("alice"), [others, others]);
}

/// What is done on the command line, where nobody shows a second factor, does not go by unseen; nor does a changed policy.
#[test]
fn owners_are_told_of_acts_on_the_command_line_and_of_a_changed_policy_a273() {
    let mut town = Town::start(Manner::Willing, taken);
    let mut bob = Person::named("bob");
    bob.role = "user";
    town.gateway.add(&bob);
    // Nobody has taken the gateway over yet: it is only just being set up.
    town.gateway.cli_ok(&["user", "disable", "bob"], "");
    Browser::new(&town.gateway).sign_in(&mut town.person);
    // Of the second factor that she set up.
    let before = town.mail.wait_for(1).len();
    let told = |letters: usize| {
        town.mail.wait_for(letters);
        let empty = || town.gateway.metric(&["portcullis_notices_waiting"]) == 0.0;
        eventually("an empty outbox", empty);
        let all = town.mail.letters();
        assert_eq!(all.len(), letters);
        let last = all.last().unwrap();
        assert_eq!(last.to, ["alice@example.com"]);
        last.header("subject").unwrap()
    };
    let cli = |words: &[&str]| town.gateway.cli_ok(words, "");
    cli(&["user", "enable", "bob"]);
    let loud = "Something was done on the command line of the gateway";
    assert_eq!(told(before + 1), loud);
    // One letter tells of more to come.
    cli(&["user", "disable", "bob"]);
    cli(&["keys", "rotate"]);
    // A policy is worth a letter each time, whoever changes it.
    cli(&["enforcement", "set", "--mode", "optional"]);
    assert_eq!(told(before + 2), "Who must have a second factor was changed");
    cli(&["enforcement", "set", "--mode", "none"]);
    assert_eq!(told(before + 3), "Who must have a second factor was changed");
    let acts = |act: &str| {
        let labels = format!("act=\"{act}\",way=\"machine\"");
        town.gateway.metric(&["portcullis_operator_acts_total", &labels])
    };
    assert_eq!((acts("disable"), acts("enable"), acts("set_policy")), (2.0, 1.0, 2.0));
}

#[test]
fn whoever_has_no_second_factor_is_reminded_once_of_the_date_across_restarts_s3_12() {
    let (mail, sms) = (MailServer::start(Manner::Willing), Recorder::scripted(taken));
    let soon = SystemClock::new().wall().plus(Duration::from_hours(3 * 24));
    let near = format!("enforcement: {{ grace_until: {soon}, remind_before: 365d }}\n");
    let mut town = Town::asking(mail, sms, ("own_address: true", &near));
    let letters = town.mail.wait_for(1);
    assert_eq!(letters[0].to, ["alice@example.com"]);
    assert_eq!(letters[0].header("subject").unwrap(), "Set up a second factor soon");
    eventually("an empty outbox", || town.gateway.metric(&["portcullis_notices_waiting"]) == 0.0);
    town.gateway.restart();
    town.gateway.cli_ok(&["user", "recovery-code", "alice", "--reason", "seen in person"], "");
    let letters = town.mail.wait_for(2);
    assert_eq!(letters[1].header("subject").unwrap(), "A recovery code was issued for you");
}
