//! What bounds a session after it was opened: the address of now, the kinds that are allowed now, how many second
//! factors must stay, and what a change leaves of it.

use std::sync::Arc;

use http::StatusCode;

use super::browser::Browser;
use super::browser::with;
use super::devices::leaves;
use super::devices::remembered;
use super::devices::remembering;
use super::world::PASSWORD;
use super::world::World;
use crate::area::Area;
use crate::area::Areas;
use crate::area::Ground;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::clock::Clock;
use crate::enforcement::Demands;
use crate::enforcement::Rule;
use crate::enforcement::Rulebook;
use crate::enforcement::Scope;
use crate::enforcement::Settings;
use crate::network::NetworkSet;
use crate::session::AuthnEvent;
use crate::session::cookie::CookieKind;
use crate::subject::terms::Mode;

/// In these networks, only this kind may be used.
fn only_there(network: &str, kind: AuthenticatorKind) -> Settings {
    let set = NetworkSet::new(vec![network.parse().unwrap()]);
    let there = Area { name: "there".into(), ground: Ground::Network(Arc::new(set)) };
    let scope = Scope { networks: Some(Areas::new(vec![there])), ..Scope::default() };
    let demands = Demands { allowed: Some(KindSet::of(&[kind])), ..Demands::default() };
    Settings { rules: vec![Rule { scope, demands }], ..Settings::default() }
}

fn ids(page: &str) -> Vec<String> {
    let mut ids: Vec<String> = page
        .split("/account/factor?id=")
        .skip(1)
        .map(|piece| piece.split('"').next().unwrap().to_owned())
        .collect();
    ids.dedup();
    ids
}

/// Gives the proof that a change to the account takes.
async fn prove(browser: &mut Browser<'_>) {
    let page = browser.get("/challenge?need=change").await;
    let form = with(page.form("/challenge"), &[("code", &browser.code())]);
    let back = browser.post("/challenge", &form).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
}

/// Has the browser verified, whatever it is already.
async fn verified(browser: &mut Browser<'_>) {
    prove(browser).await;
    let page = browser.get("/account/devices").await;
    let done = browser.post("/account/devices", &page.form("/account/devices")).await;
    assert_eq!(done.header("location"), "/.portcullis/account/devices?done=registered");
}

#[tokio::test]
async fn what_is_allowed_is_that_of_the_address_of_now_and_not_of_the_sign_in_a234() {
    let world = World::demanding(only_there("198.51.100.0/24", AuthenticatorKind::Email)).await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let mut moved = Browser { jar: Vec::new(), ..browser.clone() };
    world.next_step();
    moved.password("ada", PASSWORD, "/").await;
    let page = moved.get("/challenge").await;
    let form = with(page.form("/challenge"), &[("code", &moved.code())]);
    moved.client = "198.51.100.7";
    let answer = moved.post("/challenge", &form).await;
    assert_ne!(answer.status, StatusCode::SEE_OTHER, "an app was used where only e-mail may be");
    moved.client = "192.0.2.1";
    let answer = moved.post("/challenge", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

#[tokio::test]
async fn a_password_change_leaves_the_session_another_cookie_and_no_device_a203_a211() {
    let world = World::under(remembering()).await;
    let mut browser = remembered(&world, "ada").await;
    browser.password("ada", PASSWORD, "/").await;
    verified(&mut browser).await;
    leaves(&mut browser).await;
    world.next_step();
    browser.password("ada", PASSWORD, "/").await;
    prove(&mut browser).await;
    let before = browser.session().unwrap();
    assert!(before.record.device.is_some());
    let stolen = browser.clone();
    let page = browser.get("/account/password").await.form("/account/password");
    let new = "heath-Lantern-0815";
    let form = with(page, &[("old", PASSWORD), ("new", new), ("again", new)]);
    let answer = browser.post("/account/password", &form).await;
    assert_eq!(answer.header("location"), "/.portcullis/account?done=password", "{}", answer.text);
    assert!(stolen.session().is_none(), "the old cookie still opens it");
    let after = browser.session().unwrap();
    assert!(after.record.device.is_none(), "it is still on a device that was forgotten");
    let is_remembered = |event: &AuthnEvent| event.kind == AuthenticatorKind::RememberedDevice;
    assert!(before.record.events.iter().any(is_remembered));
    assert!(!after.record.events.iter().any(is_remembered));
    assert_eq!(after.record.created, before.record.created, "it lives no longer than it would");
}

#[tokio::test]
async fn of_three_factors_removed_at_once_two_stay_where_two_are_the_least_a203() {
    for _ in 0..5 {
        let everybody =
            Demands { mode: Some(Mode::Enforced), minimum: Some(2), ..Demands::default() };
        let world = World::demanding(Settings { everybody, ..Settings::default() }).await;
        let mut browser = Browser::new(&world);
        browser.enrolled("ada").await;
        browser.adds_app().await;
        browser.adds_app().await;
        let ids = ids(&browser.get("/account").await.text);
        assert_eq!(ids.len(), 3);
        let mut tabs: Vec<_> = ids.iter().map(|_| browser.clone()).collect();
        let mut forms = Vec::new();
        for id in &ids {
            let page = browser.get(&format!("/account/factor?id={id}")).await;
            forms.push(page.form("/account/remove"));
        }
        let [one, two, three] = tabs.as_mut_slice() else { panic!("three tabs") };
        tokio::join!(
            one.post("/account/remove", &forms[0]),
            two.post("/account/remove", &forms[1]),
            three.post("/account/remove", &forms[2])
        );
        let left = world.held("ada").await;
        assert_eq!(left.iter().filter(|one| Authenticator::is_second_factor(one)).count(), 2);
    }
}

#[tokio::test]
async fn a_browser_that_is_remembered_again_has_another_token_a236() {
    let world = World::under(remembering()).await;
    let mut browser = remembered(&world, "ada").await;
    let first = browser.cookie(CookieKind::Device).unwrap().to_owned();
    let stolen = browser.clone();
    browser.password("ada", PASSWORD, "/").await;
    verified(&mut browser).await;
    assert_ne!(browser.cookie(CookieKind::Device), Some(first.as_str()));
    let page = browser.get("/account/devices").await;
    assert_eq!(page.text.matches("name=\"device\"").count(), 1, "it is one device: {}", page.text);
    world.next_step();
    let mut thief = Browser { jar: Vec::new(), ..stolen };
    thief.jar.push(("__Host-portcullis-device".to_owned(), first));
    let answer = thief.password("ada", PASSWORD, "/").await;
    assert_eq!(answer.header("location"), "/.portcullis/challenge", "the old token counts");
    let mut own = Browser { jar: browser.jar.clone(), ..browser.clone() };
    own.jar.retain(|(name, _)| name == "__Host-portcullis-device");
    assert_eq!(own.password("ada", PASSWORD, "/").await.header("location"), "/");
}

#[tokio::test]
async fn what_was_completed_by_a_kind_that_may_not_be_used_any_more_ends_a234() {
    let world = World::new().await;
    let mut app = Browser::new(&world);
    let codes = app.enrolled("ada").await;
    let code = app.with_backup_code("ada", &codes[0]).await;
    let mut halfway = Browser::new(&world);
    halfway.password("ada", PASSWORD, "/").await;
    let rulebook = Rulebook::new(Settings::default(), Arc::clone(world.directory.switch()));
    let told = AuditEvent::new(world.clock.wall(), AuditKind::SessionEnded, Actor::Gateway);
    let end = |kinds| world.directory.end_disallowed(&rulebook, kinds, told.clone());
    assert_eq!(end(KindSet::ALL).await.unwrap(), 0, "nothing is narrower");
    let apps = KindSet::of(&[AuthenticatorKind::Totp]);
    assert_eq!(end(apps).await.unwrap(), 1);
    assert!(code.session().is_none(), "a session by a backup code goes on");
    assert!(app.session().is_some() && halfway.session().is_some());
    let last = world.log().await.pop().unwrap();
    assert_eq!(last.detail.get("reason").map(String::as_str), Some("kind_not_allowed"));
}
