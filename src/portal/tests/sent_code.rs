//! Codes that are sent: as the second factor, and to show that an address is one's own.

use std::time::Duration;

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::authenticator::KindSet;
use crate::authenticator::contact::Channel;
use crate::authenticator::contact::Contact;
use crate::ceremony;
use crate::ceremony::out_of_band;
use crate::ceremony::out_of_band::Codes;
use crate::courier::Message;
use crate::session::Aal;
use crate::store::SendLimits;

const LIMITS: SendLimits = SendLimits { account: 50, prefix: 50, everybody: 50 };

/// Who enters addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Operators,
    People,
}

fn settings(by: By) -> ceremony::Settings {
    let own_address = by == By::People;
    let default = ceremony::Settings::default();
    let codes = Codes { own_address, digits: 6, limits: LIMITS, prefixes: None };
    let german = Some(vec!["+49".to_owned()]);
    let sms = Codes { prefixes: german, digits: 7, ..codes.clone() };
    let out_of_band = out_of_band::Settings { email: Some(codes), sms: Some(sms) };
    ceremony::Settings {
        enabled: out_of_band.kinds().fold(default.enabled, KindSet::with),
        out_of_band,
        ..default
    }
}

fn email(address: &str) -> Credential {
    Credential::Email(Contact { address: address.to_owned(), verified: None })
}

fn sms(number: &str) -> Credential {
    Credential::Sms(Contact { address: number.to_owned(), verified: None })
}

/// The digits in a message.
fn digits(message: &Message) -> String {
    let digits = message.text.split(|c: char| !c.is_ascii_digit());
    digits.filter(|word| (6..=8).contains(&word.len())).map(str::to_owned).next().unwrap()
}

/// Asks for a code on a page that offers one; the page that follows.
async fn ask(browser: &mut Browser<'_>, page: &Page) -> Page {
    let form = page.form("/challenge/send");
    browser.post("/challenge/send", &form).await
}

/// Types a code on a page that waits for one.
async fn give(browser: &mut Browser<'_>, page: &Page, code: &str) -> Page {
    let form = with(page.form("/challenge"), &[("code", code)]);
    browser.post("/challenge", &form).await
}

/// Enters an address on the page that sets one up.
async fn enter(browser: &mut Browser<'_>, page: &Page, address: &str) -> Page {
    let form = with(page.form("/enrol/send"), &[("address", address)]);
    browser.post("/enrol/send", &form).await
}

/// A code that is not this one.
fn another(code: &str) -> String {
    code.chars().map(|c| if c == '9' { '0' } else { '9' }).collect()
}

#[tokio::test]
async fn a_contact_that_was_filled_in_is_verified_by_its_first_code_and_ten_codes_follow_s3_6() {
    let world = World::under(settings(By::Operators)).await;
    world.fill_in("ada", email("ada.lovelace@example.org")).await;
    let mut browser = Browser::new(&world);
    let answer = browser.password("ada", PASSWORD, "/reports").await;
    assert_eq!(answer.header("location"), "/.portcullis/challenge?next=/reports");
    let page = browser.get("/challenge?next=/reports").await;
    assert!(page.text.contains("We send a code to a…e@example.org."), "{}", page.text);
    assert!(!page.text.contains("ada.lovelace"), "an address is shown masked");
    assert!(world.post.taken().is_empty(), "nothing is sent before it is asked for");
    let page = ask(&mut browser, &page).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let sent = world.post.taken();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to.as_str(), "ada.lovelace@example.org");
    let code = digits(&sent[0]);
    assert!(!page.text.contains(&code));
    let wrong = give(&mut browser, &page, &another(&code)).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text.contains("This code is not right, or too old."), "{}", wrong.text);
    let right = give(&mut browser, &wrong, &format!(" {} {} ", &code[..3], &code[3..])).await;
    assert_eq!(right.texts("class=\"backup-code\"").len(), 10, "{}", right.text);
    let session = browser.session().unwrap();
    assert_eq!(session.record.aal(), Aal::Aal1, "a code by e-mail reaches no AAL2 (A-165)");
    assert!(session.record.second_factor_time().is_some());
    let held = world.held("ada").await;
    assert!(held[0].credential.contact().unwrap().verified.is_some());
}

#[tokio::test]
async fn a_code_by_sms_signs_in_and_reaches_aal2() {
    let world = World::under(settings(By::Operators)).await;
    world.fill_in("ada", sms("+4915123456742")).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/challenge").await;
    assert!(page.text.contains("•••• 42"), "{}", page.text);
    let page = ask(&mut browser, &page).await;
    let sent = world.post.taken();
    assert!(sent[0].text.ends_with(&format!("@console.example #{}", digits(&sent[0]))));
    give(&mut browser, &page, &digits(&sent[0])).await;
    assert_eq!(browser.session().unwrap().record.aal(), Aal::Aal2);
}

#[tokio::test]
async fn a_code_is_good_in_the_session_that_asked_and_for_nobody_else_a155() {
    let world = World::under(settings(By::People)).await;
    world.fill_in("ada", email("ada@example.org")).await;
    world.fill_in("eve", email("eve@example.net")).await;
    let mut asked = Browser::new(&world);
    asked.password("ada", PASSWORD, "/").await;
    let page = asked.get("/challenge").await;
    let page = ask(&mut asked, &page).await;
    let code = digits(&world.post.taken()[0]);
    for login in ["ada", "eve"] {
        let mut other = Browser::new(&world);
        other.password(login, PASSWORD, "/").await;
        let theirs = other.get("/challenge").await;
        let form = theirs.form("/challenge/send");
        let form = with(form, &[("code", &code)]);
        let answer = other.post("/challenge", &form).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{login}");
        assert!(other.session().unwrap().record.second_factor_time().is_none());
    }
    // Nor does it show that an address is one's own.
    let bind = with(page.form("/challenge"), &[("code", &code), ("method", "email")]);
    asked.post("/enrol/contact", &bind).await;
    assert_eq!(world.held("ada").await.len(), 1);
    assert_eq!(give(&mut asked, &page, &code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes_and_a_new_one_kills_the_old_a156_a289() {
    let world = World::under(settings(By::Operators)).await;
    world.fill_in("ada", email("ada@example.org")).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/challenge").await;
    let page = ask(&mut browser, &page).await;
    let first = digits(&world.post.taken()[0]);
    let early = ask(&mut browser, &page).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(early.header("retry-after"), "30");
    assert!(early.text.contains("Enough codes were sent."), "{}", early.text);
    assert!(world.post.taken().is_empty());
    world.clock.advance(Duration::from_secs(31));
    let page = ask(&mut browser, &early).await;
    let second = digits(&world.post.taken()[0]);
    let old = give(&mut browser, &page, &first).await;
    assert!(first == second || old.status == StatusCode::UNAUTHORIZED);
    world.clock.advance(Duration::from_mins(10));
    let late = give(&mut browser, &page, &second).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED, "ten minutes");
    assert!(!late.text.contains("name=\"code\""), "none is on its way any more");
    // A clock that goes back revives nothing.
    world.clock.set_wall_back(Duration::from_hours(1));
    let revived = give(&mut browser, &page, &second).await;
    assert_eq!(revived.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_code_has_five_tries_and_another_one_refills_no_budget_n10() {
    let world = World::under(settings(By::Operators)).await;
    world.fill_in("ada", email("ada@example.org")).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/challenge").await;
    let page = ask(&mut browser, &page).await;
    let code = digits(&world.post.taken()[0]);
    for _ in 0..5 {
        let wrong = give(&mut browser, &page, &another(&code)).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    }
    world.clock.advance(Duration::from_secs(31));
    let spent = give(&mut browser, &page, &code).await;
    assert_eq!(spent.status, StatusCode::UNAUTHORIZED, "five tries were all it had");
    let page = ask(&mut browser, &spent).await;
    let code = digits(&world.post.taken()[0]);
    for _ in 0..4 {
        give(&mut browser, &page, &another(&code)).await;
    }
    let waits = give(&mut browser, &page, &code).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "the failures before still count");
}

#[tokio::test]
async fn the_form_that_sends_names_no_address_a159() {
    let world = World::under(settings(By::People)).await;
    world.fill_in("ada", email("ada@example.org")).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/challenge").await;
    for (name, value) in
        [("address", "eve@example.net"), ("phone", "+49151"), ("email[]", "eve@example.net")]
    {
        let form = with(page.form("/challenge/send"), &[(name, value)]);
        let answer = browser.post("/challenge/send", &form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
    }
    let method = |name: &str| with(page.form("/challenge/send"), &[("method", name)]);
    for name in ["totp", "password", "email,sms", ""] {
        let answer = browser.post("/challenge/send", &method(name)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
    }
    assert!(world.post.taken().is_empty());
    // By a way for which there is no contact nothing goes, and the missing field is named (S4.7).
    let answer = browser.post("/challenge/send", &method("sms")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("no mobile number"), "{}", answer.text);
    assert!(world.post.taken().is_empty());
    // Without a password nobody is sent anything at all.
    let mut stranger = Browser::new(&world);
    let answer = stranger.post("/challenge/send", &page.form("/challenge/send")).await;
    assert_ne!(answer.status, StatusCode::OK);
    assert!(world.post.taken().is_empty());
    let head = browser.method(Method::HEAD, "/challenge?method=email").await;
    assert_eq!((head.status, world.post.taken().len()), (StatusCode::OK, 0), "HEAD sends none");
}

#[tokio::test]
async fn an_address_of_ones_own_is_entered_sent_a_code_and_validated_s1_21() {
    let world = World::under(settings(By::People)).await;
    let mut browser = Browser::new(&world);
    let answer = browser.password("ada", PASSWORD, "/reports").await;
    assert_eq!(answer.header("location"), "/.portcullis/enrol?next=/reports");
    let page = browser.get("/enrol?method=sms&next=/reports").await;
    for bad in ["0151 2345", "+49 151", "ada@example.org", "+49151\r\n23456742x"] {
        let page = enter(&mut browser, &page, bad).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(page.text.contains("This is no mobile number"), "{}", page.text);
    }
    let page = enter(&mut browser, &page, "0049 (151) 234-567 42").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let sent = world.post.taken();
    assert_eq!(sent[0].to.as_str(), "+4915123456742");
    assert!(world.held("ada").await.is_empty(), "nothing is bound before the code is back");
    let code = digits(&sent[0]);
    assert_eq!(code.len(), 7);
    let form = with(page.form("/enrol/contact"), &[("code", &another(&code))]);
    let wrong = browser.post("/enrol/contact", &form).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{}", wrong.text);
    let form = with(wrong.form("/enrol/contact"), &[("code", &code)]);
    let codes = browser.post("/enrol/contact", &form).await;
    assert_eq!(codes.texts("class=\"backup-code\"").len(), 10, "{}", codes.text);
    let held = world.held("ada").await;
    let phone = held.iter().find(|one| one.credential.kind() == AuthenticatorKind::Sms).unwrap();
    let contact = phone.credential.contact().unwrap();
    assert_eq!(contact.address, "+4915123456742");
    assert!(contact.verified.is_some());
    assert_eq!(browser.session().unwrap().record.aal(), Aal::Aal2);
    // Sent twice: the person goes on, and nothing is bound twice.
    let again = browser.post("/enrol/contact", &form).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
    assert_eq!(world.held("ada").await.len(), held.len());
}

#[tokio::test]
async fn somebody_elses_address_is_refused_without_a_word_of_whose_it_is_s4_8_a140_a158() {
    let world = World::under(settings(By::People)).await;
    world.fill_in("eve", sms("+4915123456742")).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/enrol?method=sms").await;
    let taken = enter(&mut browser, &page, "+49 151 234 567 42").await;
    let abroad = enter(&mut browser, &page, "+1 900 555 0100").await;
    assert_eq!(taken.status, StatusCode::FORBIDDEN, "{}", taken.text);
    assert_eq!(abroad.status, taken.status);
    let words = "Codes cannot be sent to this number.";
    assert!(taken.text.contains(words) && abroad.text.contains(words));
    assert!(!taken.text.contains("eve"));
    assert!(world.post.taken().is_empty(), "nothing is sent to either");
    let log = world.log().await;
    let told = |name: &str, value: &str| {
        let has = |event: &crate::audit::AuditEvent| {
            event.detail.get(name).is_some_and(|held| held == value)
        };
        log.iter().filter(|event| event.kind == AuditKind::ProofRefused).any(has)
    };
    assert!(told("held_by", "eve") && told("reason", "taken"), "{log:?}");
    assert!(told("reason", "unreachable"), "{log:?}");
    // Whoever tries one address after the other does not get far.
    for n in 0..3 {
        enter(&mut browser, &page, &format!("+49 151 0000000{n}")).await;
    }
    let throttled = enter(&mut browser, &page, "+49 151 00000009").await;
    assert_eq!(throttled.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn two_who_enter_one_address_at_once_do_not_both_get_it_s4_8() {
    let world = World::under(settings(By::People)).await;
    let mut pages = Vec::new();
    for login in ["ada", "eve"] {
        let mut browser = Browser::new(&world);
        browser.password(login, PASSWORD, "/").await;
        let page = browser.get("/enrol?method=email").await;
        let page = enter(&mut browser, &page, "team@example.org").await;
        assert_eq!(page.status, StatusCode::OK, "{login}: {}", page.text);
        let code = digits(&world.post.taken()[0]);
        pages.push((browser, page, code));
        world.clock.advance(Duration::from_secs(31));
    }
    let mut bound = 0;
    for (browser, page, code) in &mut pages {
        let form = with(page.form("/enrol/contact"), &[("code", code)]);
        let answer = browser.post("/enrol/contact", &form).await;
        bound += usize::from(answer.status == StatusCode::OK);
    }
    assert_eq!(bound, 1);
    assert!(world.held("ada").await.len() == 2 && world.held("eve").await.is_empty());
}

#[tokio::test]
async fn without_a_contact_and_the_right_to_enter_one_the_missing_field_is_named_s4_7() {
    let world = World::under(settings(By::Operators)).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    for (method, field) in [("email", "no e-mail address"), ("sms", "no mobile number")] {
        let page = browser.get(&format!("/enrol?method={method}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text.contains(field), "{}", page.text);
    }
    let app = browser.get("/enrol?method=totp").await;
    let form = with(app.form("/enrol"), &[("method", "email"), ("address", "a@example.org")]);
    let form = form.into_iter().filter(|(name, _)| name != "code").collect::<Vec<_>>();
    let answer = browser.post("/enrol/send", &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    assert!(world.post.taken().is_empty(), "hiding a field is not refusing it");
}

#[tokio::test]
async fn when_nothing_can_be_sent_people_see_the_same_and_nothing_is_let_through_a164() {
    let world = World::under(settings(By::Operators)).await;
    world.fill_in("ada", email("ada@example.org")).await;
    world.fill_in("eve", sms("+15551234567")).await;
    world.post.close();
    for (login, to) in [("ada", "a…a@example.org"), ("eve", "•••• 67")] {
        let to = if login == "ada" { "a…a@example.org" } else { to };
        let mut browser = Browser::new(&world);
        browser.password(login, PASSWORD, "/").await;
        let page = browser.get("/challenge").await;
        let page = ask(&mut browser, &page).await;
        assert_eq!(page.status, StatusCode::OK, "{login}: {}", page.text);
        assert!(page.text.contains(to) && page.text.contains("name=\"code\""), "{}", page.text);
        let answer = give(&mut browser, &page, "000000").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{login}");
        assert!(browser.session().unwrap().record.second_factor_time().is_none());
    }
    assert!(world.post.taken().is_empty());
}

#[tokio::test]
async fn a_channel_that_is_switched_off_sends_and_proves_nothing_a234() {
    let mut settings = settings(By::Operators);
    settings.enabled = settings.enabled.without(AuthenticatorKind::Email);
    let world = World::under(settings).await;
    world.fill_in("ada", email("ada@example.org")).await;
    world.fill_in("eve", email("eve@example.org")).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/challenge?method=email").await;
    assert!(!page.text.contains("/challenge/send"), "{}", page.text);
    assert_eq!(Channel::from_name("email"), Some(Channel::Email));
    assert!(world.post.taken().is_empty());
}
