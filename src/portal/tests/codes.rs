//! Saying that codes are stored is about the codes on that very page.

use http::StatusCode;

use super::world::Browser;
use super::world::Page;
use super::world::World;
use super::world::with;
use crate::audit::AuditKind;

const CODE: &str = "class=\"backup-code\"";

/// Asks for new codes; the page that shows them.
async fn renew(browser: &mut Browser<'_>) -> Page {
    browser.world.next_step();
    let account = browser.get("/account").await;
    let form = with(account.form("/account"), &[("code", &browser.code())]);
    let page = browser.post("/account", &form).await;
    assert_eq!(page.texts(CODE).len(), 10, "{}", page.text);
    page
}

async fn say_stored(browser: &mut Browser<'_>, page: &Page) -> Page {
    browser.post("/codes", &with(page.form("/codes"), &[("stored", "on")])).await
}

/// Whether a backup code opens a session of the second level.
async fn works(browser: &Browser<'_>, code: &str) -> bool {
    let mut other = Browser { jar: Vec::new(), ..browser.clone() };
    browser.world.clock.advance(std::time::Duration::from_mins(1));
    other.password("ada", super::world::PASSWORD, "/").await;
    let page = other.get("/challenge?method=backup_code").await;
    let form = with(page.form("/challenge"), &[("method", "backup_code"), ("code", code)]);
    other.post("/challenge", &form).await.status == StatusCode::SEE_OTHER
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
