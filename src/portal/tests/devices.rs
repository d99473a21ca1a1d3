//! Remembered devices stand for a code at sign-in and for nothing else; verified ones are a condition more.

use std::time::Duration;

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::browser::with;
use super::loss::lost;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::AuditKind;
use crate::ceremony;
use crate::policy::Demand;
use crate::policy::Particular;
use crate::policy::Which;
use crate::session;
use crate::session::cookie::CookieKind;
use crate::session::device::Approval;

const DAY: Duration = Duration::from_hours(24);

pub(super) fn remembering() -> ceremony::Settings {
    let devices = session::device::Settings { remember: Some(30 * DAY), ..Default::default() };
    ceremony::Settings { devices, ..ceremony::Settings::default() }
}

/// Signs out, and keeps the cookies.
pub(super) async fn leaves(browser: &mut Browser<'_>) {
    let account = browser.get("/account").await;
    let out = browser.post("/sign-out", &account.form("/sign-out")).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text);
}

/// Signs in with the app, and has the browser remembered; signed out again.
pub(super) async fn remembered<'a>(world: &'a World, login: &str) -> Browser<'a> {
    let mut browser = Browser::new(world);
    browser.enrolled(login).await;
    leaves(&mut browser).await;
    world.next_step();
    browser.password(login, PASSWORD, "/").await;
    let page = browser.get("/challenge").await;
    assert!(page.text.contains("Do not ask for a code in this browser for 30 days"));
    let form = with(page.form("/challenge"), &[("code", &browser.code()), ("remember", "on")]);
    let answer = browser.post("/challenge", &form).await;
    assert_eq!(answer.header("location"), "/", "{}", answer.text);
    let set = answer.head.get_all("set-cookie").iter().find_map(|line| {
        let line = line.to_str().unwrap();
        line.starts_with("__Host-portcullis-device=").then(|| line.to_owned())
    });
    let set = set.unwrap();
    assert!(set.contains("HttpOnly") && set.contains("Secure") && set.contains("Max-Age=2592000"));
    leaves(&mut browser).await;
    world.next_step();
    browser
}

#[tokio::test]
async fn a_remembered_device_spares_the_code_and_is_worth_no_more_than_a_password_a238() {
    let world = World::under(remembering()).await;
    let mut browser = remembered(&world, "ada").await;
    let answer = browser.password("ada", PASSWORD, "/reports").await;
    assert_eq!(answer.header("location"), "/reports", "{}", answer.text);
    let session = browser.session().unwrap();
    assert_eq!(session.record.aal().acr(), "aal1");
    let methods: Vec<_> = session.record.events.iter().map(|event| event.kind.name()).collect();
    assert_eq!(methods, ["password", "remembered_device"]);
    // Neither step-up, nor what asks for AAL2, nor a change to the account.
    let fresh = Demand::Fresh(Duration::from_hours(12));
    let aal2 = Demand::Particular(Particular { what: Which::Aal2, max_age: None });
    for demand in [fresh, aal2] {
        let sent = browser.meet_demand((Method::GET, "/x", ""), demand).await;
        let page = sent.header("location").replacen("/.portcullis", "", 1);
        let page = browser.get(&page).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("6-digit code"), "{}", page.text);
        assert!(!page.text.contains("name=\"remember\""), "a step-up remembers nothing");
    }
    let sent = browser.get("/enrol?method=totp").await;
    assert!(sent.header("location").contains("need=change"), "{}", sent.text);
}

#[tokio::test]
async fn with_what_is_lost_go_the_remembered_devices_s0_8_a203() {
    let world = World::under(remembering()).await;
    let mut browser = remembered(&world, "ada").await;
    let mut owner = browser.elsewhere("ada").await;
    let page = owner.get("/account/codes").await;
    let shown = owner.post("/account/codes", &page.form("/account/codes")).await;
    owner.post("/codes", &with(shown.form("/codes"), &[("stored", "on")])).await;
    let code = shown.texts("class=\"backup-code\"").remove(0);
    let mut other = browser.with_backup_code("ada", &code).await;
    let id = lost(&mut other).await;
    let page = other.get(&format!("/account/lost?id={id}")).await;
    other.post("/account/lost", &page.form("/account/lost")).await;
    let page = other.get("/enrol?method=totp").await;
    let bound = other.confirm(&page).await;
    assert_eq!(bound.header("location"), "/.portcullis/account?done=replaced", "{}", bound.text);
    let answer = browser.password("ada", PASSWORD, "/reports").await;
    assert_eq!(answer.header("location"), "/.portcullis/challenge?next=/reports");
}

#[tokio::test]
async fn nobody_is_remembered_where_it_is_not_switched_on_a238() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    leaves(&mut browser).await;
    world.next_step();
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/challenge").await;
    assert!(!page.text.contains("name=\"remember\""), "{}", page.text);
    let form = with(page.form("/challenge"), &[("code", &browser.code()), ("remember", "on")]);
    browser.post("/challenge", &form).await;
    assert_eq!(browser.cookie(CookieKind::Device), None);
}

#[tokio::test]
async fn a_device_cookie_that_was_edited_or_is_somebody_elses_is_ignored_a236_a237() {
    let world = World::under(remembering()).await;
    let ada = remembered(&world, "ada").await;
    let token = ada.cookie(CookieKind::Device).unwrap().to_owned();
    let mut edited = token.clone();
    edited.replace_range(..1, if token.starts_with('A') { "B" } else { "A" });
    for value in [edited.as_str(), "x", &token[1..]] {
        let mut other = Browser { jar: Vec::new(), ..ada.clone() };
        other.jar.push(("__Host-portcullis-device".to_owned(), value.to_owned()));
        let answer = other.password("ada", PASSWORD, "/").await;
        assert_eq!(answer.header("location"), "/.portcullis/challenge", "{value}");
    }
    // Eve has a second factor of her own, and Ada's cookie.
    let mut eve = Browser::new(&world);
    eve.enrolled("eve").await;
    leaves(&mut eve).await;
    eve.jar.push(("__Host-portcullis-device".to_owned(), token));
    let answer = eve.password("eve", PASSWORD, "/").await;
    assert_eq!(answer.header("location"), "/.portcullis/challenge");
}

#[tokio::test]
async fn a_remembered_device_ends_on_its_day_however_often_it_was_used_a239() {
    let world = World::under(remembering()).await;
    let mut browser = remembered(&world, "ada").await;
    for _ in 0..2 {
        world.clock.advance(14 * DAY);
        let answer = browser.password("ada", PASSWORD, "/").await;
        assert_eq!(answer.header("location"), "/");
        leaves(&mut browser).await;
    }
    world.clock.advance(2 * DAY);
    let answer = browser.password("ada", PASSWORD, "/").await;
    assert_eq!(answer.header("location"), "/.portcullis/challenge", "it slid");
}

#[tokio::test]
async fn a_device_that_its_owner_removes_ends_what_was_opened_on_it_a236() {
    let world = World::under(remembering()).await;
    let mut device = remembered(&world, "ada").await;
    device.password("ada", PASSWORD, "/").await;
    let mut other = device.elsewhere("ada").await;
    let page = other.get("/account/devices").await;
    assert!(page.text.contains("Firefox, Linux"), "{}", page.text);
    let answer = other.post("/account/devices/remove", &page.form("/account/devices/remove")).await;
    assert_eq!(answer.header("location"), "/.portcullis/account/devices?done=removed");
    assert!(device.session().is_none(), "its session goes on");
    assert!(other.session().is_some());
    let answer = device.password("ada", PASSWORD, "/").await;
    assert_eq!(answer.header("location"), "/.portcullis/challenge");
    assert!(world.log().await.iter().any(|event| event.kind == AuditKind::DeviceRemoved));
}

#[tokio::test]
async fn a_device_of_somebody_else_cannot_be_removed_a225() {
    let world = World::under(remembering()).await;
    let mut ada = remembered(&world, "ada").await;
    ada.password("ada", PASSWORD, "/").await;
    let page = ada.get("/account/devices").await;
    let id = page.form("/account/devices/remove").into_iter().find(|(name, _)| name == "device");
    let mut eve = Browser::new(&world);
    eve.enrolled("eve").await;
    let form = eve.get("/account/devices").await.form("/account/devices");
    let form = with(form, &[("device", &id.unwrap().1)]);
    eve.post("/account/devices/remove", &form).await;
    assert!(ada.session().is_some(), "somebody else's device is gone");
    assert!(ada.get("/account/devices").await.text.contains("this browser"));
}

#[tokio::test]
async fn a_verified_device_takes_a_fresh_proof_and_counts_from_the_next_sign_in_s2_11() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    world.clock.advance(Duration::from_mins(6));
    let page = browser.get("/account/devices").await;
    let sent = browser.post("/account/devices", &page.form("/account/devices")).await;
    assert!(sent.header("location").contains("need=change"), "an old proof is enough");
    assert_eq!(browser.cookie(CookieKind::Device), None);
    let page = browser.get(&sent.header("location").replacen("/.portcullis", "", 1)).await;
    let form = with(page.form("/challenge"), &[("code", &browser.code())]);
    let back = browser.post("/challenge", &form).await;
    assert_eq!(back.header("location"), "/.portcullis/account/devices");
    let page = browser.get("/account/devices").await;
    let done = browser.post("/account/devices", &page.form("/account/devices")).await;
    assert_eq!(done.header("location"), "/.portcullis/account/devices?done=registered");
    assert!(browser.cookie(CookieKind::Device).is_some());
    leaves(&mut browser).await;
    world.next_step();
    let answer = browser.password("ada", PASSWORD, "/").await;
    let challenged = answer.header("location");
    assert_eq!(challenged, "/.portcullis/challenge", "it is a factor less");
    assert!(browser.session().unwrap().record.device.is_some());
}

#[tokio::test]
async fn a_verified_device_that_nobody_approved_does_not_count_s2_11() {
    let devices = session::device::Settings { approval: Approval::Operator, ..Default::default() };
    let world = World::under(ceremony::Settings { devices, ..Default::default() }).await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let page = browser.get("/account/devices").await;
    browser.post("/account/devices", &page.form("/account/devices")).await;
    let page = browser.get("/account/devices").await;
    assert!(page.text.contains("an administrator has to approve it"), "{}", page.text);
    leaves(&mut browser).await;
    browser.password("ada", PASSWORD, "/").await;
    assert!(browser.session().unwrap().record.device.is_none());
}
