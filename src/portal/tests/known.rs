//! What an outsider tries does not keep the owner of an account out of a browser that is known.

use std::time::Duration;

use http::StatusCode;

use super::browser::Browser;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::AuditKind;
use crate::session::cookie::CookieKind;

/// A browser in which somebody enrolled and signed out again.
async fn left<'a>(world: &'a World, login: &str) -> Browser<'a> {
    let mut browser = Browser::new(world);
    browser.enrolled(login).await;
    let account = browser.get("/account").await;
    let out = browser.post("/sign-out", &account.form("/sign-out")).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    browser
}

/// Guesses in this browser until it has to wait; how often it had not to.
async fn guess(browser: &mut Browser<'_>, login: &str) -> usize {
    for n in 0..20 {
        let answer = browser.password(login, "wrong", "/").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return n;
        }
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    panic!("nobody was told to wait");
}

async fn status(browser: &mut Browser<'_>, login: &str) -> StatusCode {
    browser.password(login, PASSWORD, "/").await.status
}

/// What the browser's visitor cookie holds.
fn visitor(browser: &Browser<'_>) -> String {
    browser.cookie(CookieKind::Visitor).unwrap().to_owned()
}

fn give(browser: &mut Browser<'_>, value: &str) {
    browser.jar.retain(|(name, _)| !name.ends_with("visitor"));
    browser.jar.push(("__Host-portcullis-visitor".to_owned(), value.to_owned()));
}

#[tokio::test]
async fn an_outsider_who_spends_the_budget_keeps_no_owner_out_of_a_known_browser_a126() {
    let world = World::new().await;
    let mut owner = left(&world, "ada").await;
    let mut outsider = Browser::new(&world);
    assert_eq!(guess(&mut outsider, "ada").await, 4, "the first sign-in counts");
    let mut elsewhere = Browser::new(&world);
    assert_eq!(status(&mut elsewhere, "ada").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status(&mut owner, "ada").await, StatusCode::SEE_OTHER);
    assert!(owner.session().is_some());
    // The owner's success gives the outsider nothing back.
    assert_eq!(status(&mut outsider, "ada").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_known_browser_waits_like_any_other_when_its_own_budget_is_spent_a126() {
    let world = World::new().await;
    let mut owner = left(&world, "ada").await;
    assert_eq!(guess(&mut owner, "ada").await, 5);
    assert_eq!(status(&mut owner, "ada").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_browser_known_to_one_account_is_unknown_to_another_a126() {
    let world = World::new().await;
    left(&world, "ada").await;
    let mut eve = left(&world, "eve").await;
    assert_eq!(guess(&mut Browser::new(&world), "ada").await, 4);
    assert_eq!(status(&mut eve, "ada").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status(&mut eve, "eve").await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_forged_moved_or_old_seal_makes_no_browser_known_a126() {
    let world = World::new().await;
    let owner = left(&world, "ada").await;
    let real = visitor(&owner);
    let (id, seal) = real.split_once("..").unwrap();
    let mut stranger = Browser::new(&world);
    stranger.get("/sign-in").await;
    let other = visitor(&stranger);
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(guess(&mut stranger, "ada").await, 5);
    let flipped = if seal.ends_with('A') { 'Q' } else { 'A' };
    let changed = format!("{}{flipped}{}", &seal[..40], &seal[41..]);
    for value in [format!("{other}..{seal}"), format!("{id}..{changed}"), format!("{id}..AAAA")] {
        give(&mut stranger, &value);
        assert_eq!(status(&mut stranger, "ada").await, StatusCode::TOO_MANY_REQUESTS, "{value}");
    }
    give(&mut stranger, &real);
    assert_eq!(status(&mut stranger, "ada").await, StatusCode::SEE_OTHER, "the very seal");
    world.clock.advance(Duration::from_hours(91 * 24));
    assert_eq!(guess(&mut Browser::new(&world), "ada").await, 5);
    give(&mut stranger, &real);
    assert_eq!(status(&mut stranger, "ada").await, StatusCode::TOO_MANY_REQUESTS, "91 days old");
}

#[tokio::test]
async fn the_right_password_alone_makes_no_browser_known_a126() {
    let world = World::new().await;
    left(&world, "ada").await;
    world.clock.advance(Duration::from_mins(1));
    let mut half = Browser::new(&world);
    assert_eq!(status(&mut half, "ada").await, StatusCode::SEE_OTHER);
    guess(&mut Browser::new(&world), "ada").await;
    half.jar.retain(|(name, _)| name.ends_with("visitor"));
    assert_eq!(status(&mut half, "ada").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn signing_out_everywhere_makes_the_browser_unknown_again() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let account = browser.get("/account").await;
    browser.post("/sign-out-everywhere", &account.form("/sign-out-everywhere")).await;
    assert!(browser.jar.is_empty(), "cookies are left: {:?}", browser.jar);
}

#[tokio::test]
async fn that_people_have_to_wait_is_on_record_once_a126() {
    let world = World::new().await;
    let mut outsider = Browser::new(&world);
    guess(&mut outsider, "ada").await;
    for _ in 0..3 {
        assert_eq!(status(&mut outsider, "ada").await, StatusCode::TOO_MANY_REQUESTS);
    }
    let log = world.log().await;
    let told: Vec<_> = log
        .iter()
        .filter(|event| event.detail.get("reason").is_some_and(|why| why == "throttled"))
        .collect();
    assert!(told.len() == 1 && told[0].kind == AuditKind::ProofRefused, "{told:?}");
    assert_eq!(told[0].detail["method"], "password");
}

#[tokio::test]
async fn an_app_that_reaches_its_limit_is_on_record_as_out_of_use_a145() {
    let world = World::new().await;
    let mut browser = left(&world, "ada").await;
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(status(&mut browser, "ada").await, StatusCode::SEE_OTHER);
    let mut refused = 0;
    while refused < 100 {
        let page = browser.get("/challenge").await;
        if page.status != StatusCode::OK {
            // The session did not last that long: the failures do.
            assert_eq!(status(&mut browser, "ada").await, StatusCode::SEE_OTHER);
            continue;
        }
        let form = with(page.form("/challenge"), &[("code", "12345")]);
        match browser.post("/challenge", &form).await.status {
            StatusCode::UNAUTHORIZED => refused += 1,
            StatusCode::TOO_MANY_REQUESTS => world.clock.advance(Duration::from_mins(5)),
            other => panic!("{other} after {refused}"),
        }
    }
    let disabled =
        |event: &&crate::audit::AuditEvent| event.kind == AuditKind::AuthenticatorDisabled;
    let log = world.log().await;
    let told: Vec<_> = log.iter().filter(disabled).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].detail["method"], "totp");
    assert!(told[0].detail.contains_key("authenticator") && told[0].request_id.is_some());
}
