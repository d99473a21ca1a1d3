//! Saying that codes are stored is about the codes on that very page.

use std::time::Duration;

use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::backup_code::Reveal;
use crate::ceremony::Settings;
use crate::ceremony::change::CHANGE_WITHIN;

const CODE: &str = "class=\"backup-code\"";

/// Asks for new codes, within minutes of a proof; the page that shows them.
async fn renew(browser: &mut Browser<'_>) -> Page {
    let overview = browser.get("/account/codes").await;
    let page = browser.post("/account/codes", &overview.form("/account/codes")).await;
    assert_eq!(page.texts(CODE).len(), 10, "{}", page.text);
    page
}

async fn say_stored(browser: &mut Browser<'_>, page: &Page) -> Page {
    browser.post("/codes", &with(page.form("/codes"), &[("stored", "on")])).await
}

/// Whether a backup code opens a session of the second level.
async fn works(browser: &Browser<'_>, code: &str) -> bool {
    let mut other = Browser { jar: Vec::new(), ..browser.clone() };
    browser.world.clock.advance(Duration::from_mins(1));
    other.password("ada", PASSWORD, "/").await;
    let page = other.get("/challenge?method=backup_code").await;
    let form = with(page.form("/challenge"), &[("method", "backup_code"), ("code", code)]);
    other.post("/challenge", &form).await.status == StatusCode::SEE_OTHER
}

#[tokio::test]
async fn new_codes_need_a_fresh_proof_and_replace_the_old_when_confirmed_s1_8_a220() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let old = browser.enrolled("ada").await;
    let form = browser.get("/account/codes").await.form("/account/codes");
    world.clock.advance(CHANGE_WITHIN);
    for answer in [browser.get("/account/codes").await, browser.post("/account/codes", &form).await]
    {
        let location = answer.header("location");
        assert!(location.starts_with("/.portcullis/challenge?"), "{location} {}", answer.text);
        assert!(location.ends_with("next=/.portcullis/account/codes"), "{location}");
        assert!(answer.texts(CODE).is_empty());
    }
    let challenge = browser.get("/account/codes").await.header("location").to_owned();
    let page = browser.get(challenge.strip_prefix("/.portcullis").unwrap()).await;
    let form = with(page.form("/challenge"), &[("code", &browser.code())]);
    let back = browser.post("/challenge", &form).await;
    assert_eq!(back.header("location"), "/.portcullis/account/codes", "{}", back.text);
    let codes = renew(&mut browser).await;
    let new = codes.texts(CODE);
    assert!(new.iter().all(|code| !old.contains(code)));
    let download = codes.form("/codes/download");
    let file = browser.post("/codes/download", &download).await;
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert!(new.iter().all(|code| file.text.contains(code.as_str())));
    assert_eq!(say_stored(&mut browser, &codes).await.header("location"), "/.portcullis/account");
    let mut eve = Browser::new(&world);
    eve.enrolled("eve").await;
    let foreign = eve.get("/account").await.form("/sign-out")[0].1.clone();
    let stolen = with(download, &[("csrf", &foreign)]);
    let refused = eve.post("/codes/download", &stolen).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "codes open in another session");
}

#[tokio::test]
async fn codes_that_are_kept_are_shown_after_a_fresh_proof_and_it_is_on_record_s1_7() {
    let settings = Settings { reveal: Reveal::StepUp, ..Settings::default() };
    let world = World::under(settings).await;
    let mut browser = Browser::new(&world);
    let codes = browser.enrolled("ada").await;
    let mut other = browser.with_backup_code("ada", &codes[0]).await;
    let refused = other.get("/account/codes").await;
    assert!(refused.header("location").starts_with("/.portcullis/challenge?"), "S0.8");
    let form = browser.get("/account/codes").await.form("/account/codes/show");
    let shown = browser.post("/account/codes/show", &form).await;
    assert_eq!(shown.texts(CODE), codes[1..], "what is spent is not shown");
    let file = browser.post("/codes/download", &shown.form("/codes/download")).await;
    assert!(file.text.contains(&codes[1]) && !file.text.contains(&codes[0]));
    let seen = |log: Vec<AuditEvent>| {
        log.iter().filter(|event| event.kind == AuditKind::BackupCodesShown).count()
    };
    assert_eq!(seen(world.log().await), 1);
    world.clock.advance(CHANGE_WITHIN);
    let stale = browser.post("/account/codes/show", &form).await;
    assert!(stale.header("location").starts_with("/.portcullis/challenge?"));
    assert_eq!(seen(world.log().await), 1, "nothing was shown");
}

#[tokio::test]
async fn codes_that_are_not_kept_are_not_shown_but_counted_s1_7() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let account = browser.get("/account").await;
    assert!(account.text.contains("href=\"/.portcullis/account/codes\">Show codes"));
    let page = browser.get("/account/codes").await;
    assert_eq!(page.texts("id=\"codes-left\""), ["10"]);
    assert!(page.text.contains("id=\"not-kept\"") && !page.text.contains("/codes/show"));
    let answer = browser.post("/account/codes/show", &page.form("/account/codes")).await;
    assert_eq!((answer.status, answer.texts(CODE).len()), (StatusCode::CONFLICT, 0));
}

#[tokio::test]
async fn where_policy_has_no_codes_there_are_none_s2_5() {
    let enabled = Settings::default().enabled.without(AuthenticatorKind::BackupCode);
    let world = World::under(Settings { enabled, ..Settings::default() }).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/enrol").await;
    let bound = browser.confirm(&page).await;
    assert_eq!(bound.header("location"), "/.portcullis/account");
    let account = browser.get("/account").await;
    assert!(!account.text.contains("codes-left"), "{}", account.text);
    assert_eq!(browser.get("/account/codes").await.status, StatusCode::NOT_FOUND);
    let form = account.form("/sign-out");
    assert_eq!(browser.post("/account/codes", &form).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_two_tabs_the_older_one_voids_no_codes_that_the_person_stored_a169() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let old = browser.enrolled("ada").await;
    let first = renew(&mut browser).await;
    let second = renew(&mut browser).await;
    let told = say_stored(&mut browser, &first).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.text.contains("replaced by a newer set"), "{}", told.text);
    // Nothing counts that was not said to be stored; what was stored before still does.
    assert!(!works(&browser, &first.texts(CODE)[0]).await);
    assert!(!works(&browser, &second.texts(CODE)[0]).await);
    assert!(works(&browser, &old[0]).await);
    assert_eq!(say_stored(&mut browser, &second).await.header("location"), "/.portcullis/account");
    assert!(works(&browser, &second.texts(CODE)[1]).await);
    assert!(!works(&browser, &old[1]).await);
}

#[tokio::test]
async fn saying_it_twice_of_the_same_codes_is_no_mistake() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let page = renew(&mut browser).await;
    for _ in 0..2 {
        let answer = say_stored(&mut browser, &page).await;
        assert_eq!(answer.header("location"), "/.portcullis/account");
    }
    let log = world.log().await;
    let said = log.iter().filter(|event| event.kind == AuditKind::BackupCodesAcknowledged);
    assert_eq!(said.count(), 2, "once at enrolment, once now");
    assert!(works(&browser, &page.texts(CODE)[0]).await);
}
