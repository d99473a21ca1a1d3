//! What is lost is replaced by a password and a backup code, and nothing else follows from them (S0.8).

use std::time::Duration;

use http::StatusCode;

use super::browser::Browser;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::AuditKind;

/// The id of the first factor on the account page of somebody who signed in with a backup code.
pub(super) async fn lost(browser: &mut Browser<'_>) -> String {
    let account = browser.get("/account").await;
    let after = account.text.split("/account/lost?id=").nth(1).expect("a way for what is lost");
    after.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_lost_phone_is_replaced_by_password_and_backup_code_s0_8_a203() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    let codes = owner.enrolled("ada").await;
    let before = owner.elsewhere("ada").await;
    let mut browser = owner.with_backup_code("ada", &codes[0]).await;
    let id = lost(&mut browser).await;
    let page = browser.get(&format!("/account/lost?id={id}")).await;
    let noted = browser.post("/account/lost", &page.form("/account/lost")).await;
    assert_eq!(noted.header("location"), "/.portcullis/enrol", "{}", noted.text);
    assert!(before.session().is_some(), "nothing is changed before the new one proves itself");
    let enrol = browser.get("/enrol").await;
    let bound = browser.confirm(&enrol).await;
    assert_eq!(bound.header("location"), "/.portcullis/account?done=replaced", "{}", bound.text);
    assert!(before.session().is_none() && owner.session().is_none(), "A-203");
    let record = browser.session().unwrap().record.clone();
    assert_eq!(record.lost, None);
    assert_eq!(record.fresh_time(), None, "setting it up is no proof");
    let log = world.log().await;
    for kind in [AuditKind::AuthenticatorRemoved, AuditKind::AuthenticatorBound] {
        let of = log.iter().rfind(|event| event.kind == kind).unwrap();
        assert_eq!(of.detail["reason"], "lost", "{kind:?}");
    }
    // The old phone is worth nothing, the new one and the other codes are.
    world.next_step();
    let mut fresh = Browser { jar: Vec::new(), ..owner.clone() };
    fresh.password("ada", PASSWORD, "/").await;
    let page = fresh.get("/challenge").await;
    let old = with(page.form("/challenge"), &[("code", &fresh.code())]);
    assert_eq!(fresh.post("/challenge", &old).await.status, StatusCode::UNAUTHORIZED);
    let new = with(page.form("/challenge"), &[("code", &browser.code())]);
    assert_eq!(fresh.post("/challenge", &new).await.status, StatusCode::SEE_OTHER);
    browser.with_backup_code("ada", &codes[1]).await;
}

#[tokio::test]
async fn a_backup_code_changes_nothing_but_what_is_lost_a230_s0_8() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    let codes = owner.enrolled("ada").await;
    let mut browser = owner.with_backup_code("ada", &codes[0]).await;
    let id = lost(&mut browser).await;
    let asks = |location: &str| location.starts_with("/.portcullis/challenge?");
    for page in [
        &format!("/account/factor?id={id}"),
        "/account/codes",
        "/account/password",
        "/enrol?method=totp",
    ] {
        let answer = browser.get(page).await;
        assert!(asks(answer.header("location")), "{page}: {}", answer.text);
    }
    let csrf = browser.get("/account").await.form("/sign-out");
    let new = "heather-Anvil-2208";
    for (act, more) in [
        ("/account/rename", vec![("id", id.as_str()), ("name", "x")]),
        ("/account/codes", Vec::new()),
        ("/account/codes/show", Vec::new()),
        ("/account/sessions/others", Vec::new()),
        ("/account/password", vec![("old", PASSWORD), ("new", new), ("again", new)]),
    ] {
        let answer = browser.post(act, &with(csrf.clone(), &more)).await;
        assert!(asks(answer.header("location")), "{act}: {}", answer.text);
    }
    // The last one is replaced, not removed: nobody is left without.
    let remove = with(csrf, &[("id", &id), ("then", "remove")]);
    assert_eq!(browser.post("/account/lost", &remove).await.status, StatusCode::NOT_FOUND);
    assert!(owner.session().is_some());
}

#[tokio::test]
async fn of_several_factors_the_lost_one_may_simply_go_s0_8() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    let codes = owner.enrolled("ada").await;
    owner.adds_app().await;
    let mut browser = owner.with_backup_code("ada", &codes[0]).await;
    let id = lost(&mut browser).await;
    let csrf = browser.get("/account").await.form("/sign-out");
    let remove = with(csrf, &[("id", &id), ("then", "remove")]);
    let answer = browser.post("/account/lost", &remove).await;
    assert_eq!(answer.header("location"), "/.portcullis/account?done=removed", "{}", answer.text);
    assert!(owner.session().is_none());
    assert_ne!(lost(&mut browser).await, id);
}

#[tokio::test]
async fn ten_minutes_after_the_backup_code_nothing_is_replaced_s0_8() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    let codes = owner.enrolled("ada").await;
    let mut browser = owner.with_backup_code("ada", &codes[0]).await;
    let id = lost(&mut browser).await;
    let csrf = browser.get("/account").await.form("/sign-out");
    let noted = with(csrf, &[("id", &id), ("then", "replace")]);
    let mut late = browser.with_backup_code("ada", &codes[1]).await;
    let late_id = lost(&mut late).await;
    let late_form = late.get(&format!("/account/lost?id={late_id}")).await.form("/account/lost");
    late.post("/account/lost", &late_form).await;
    let enrol = late.get("/enrol").await;
    world.clock.advance(Duration::from_mins(10));
    let answer = browser.post("/account/lost", &noted).await;
    assert!(answer.header("location").starts_with("/.portcullis/challenge?"), "{}", answer.text);
    let page = browser.get(&format!("/account/lost?id={id}")).await;
    assert_eq!(page.header("location"), "/.portcullis/account");
    // What was noted in time is not bound too late.
    let bound = late.confirm(&enrol).await;
    assert_ne!(bound.header("location"), "/.portcullis/account?done=replaced");
    assert!(owner.session().is_some());
}

#[tokio::test]
async fn an_app_and_an_old_password_replace_nothing_without_a_backup_code_s0_8() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    world.clock.advance(Duration::from_mins(6));
    let account = browser.get("/account").await;
    assert!(!account.text.contains("/account/lost"), "{}", account.text);
    let id = account.text.split("/account/factor?id=").nth(1).unwrap().split('"').next().unwrap();
    let form = with(account.form("/sign-out"), &[("id", id), ("then", "replace")]);
    let answer = browser.post("/account/lost", &form).await;
    assert!(answer.header("location").starts_with("/.portcullis/challenge?"), "{}", answer.text);
}
