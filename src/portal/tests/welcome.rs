//! Passwords that people choose because somebody else began it: by a link, and at a sign-in.

use std::time::Duration;

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Clock;
use crate::entropy::SeededEntropy;
use crate::session::cookie::CookieKind;
use crate::store::NewPassword;
use crate::subject::AccountState;
use crate::subject::one_time::OneTimeToken;
use crate::subject::password_link;
use crate::subject::password_link::LinkText;
use crate::subject::password_link::PasswordLink;

const NEW: &str = "lantern Quarry ninety";

impl World {
    fn event(&self, kind: AuditKind) -> AuditEvent {
        AuditEvent::new(self.clock.wall(), kind, Actor::Operator { uid: 0 })
    }

    /// What stands in a link that is made for somebody.
    async fn invites(&self, login: &str, seed: u64) -> String {
        let subject = self.id(login).await;
        let token = OneTimeToken::generate(&SeededEntropy::new(seed)).unwrap();
        let expires = self.clock.now().plus(password_link::GOOD_FOR);
        let link = PasswordLink { hash: token.hash(), made_by: "operator:0".to_owned(), expires };
        let audit = self.event(AuditKind::PasswordLinkIssued).on(&subject);
        self.store.offer_password_link(&subject, link, audit).await.unwrap();
        LinkText { subject, token }.expose()
    }

    /// Another password is asked for.
    async fn requires_change(&self, login: &str) {
        let (id, now) = (self.id(login).await, self.clock.now());
        let audit = self.event(AuditKind::PasswordChangeRequired).on(&id);
        self.store.require_password_change(&id, now, audit).await.unwrap();
    }
}

impl Browser<'_> {
    async fn opens(&mut self, link: &str) -> Page {
        self.get(&format!("/welcome?t={link}")).await
    }

    /// Chooses a password on the page of a link.
    async fn chooses(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let all = [("login", "ada"), ("new", NEW), ("again", NEW)];
        let form = with(with(page.form("/welcome"), &all), fields);
        self.post("/welcome", &form).await
    }
}

/// What an answer is told from another by.
fn told(page: &Page) -> (StatusCode, String, Vec<String>) {
    let mut names: Vec<String> = page.head.keys().map(ToString::to_string).collect();
    names.sort();
    (page.status, page.text.clone(), names)
}

#[tokio::test]
async fn a_link_sets_a_password_once_opens_no_session_and_a_look_spends_nothing() {
    let world = World::new().await;
    let link = world.invites("ada", 1).await;
    let mut scanner = Browser::new(&world);
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let looked = scanner.method(method, &format!("/welcome?t={link}")).await;
        assert_eq!(looked.status, StatusCode::OK);
    }
    let mut browser = Browser::new(&world);
    let page = browser.opens(&link).await;
    assert_eq!((page.status, page.header("referrer-policy")), (StatusCode::OK, "strict-origin"));
    assert!(page.text.contains("value=\"ada\""));
    for (fields, key) in [
        ([("again", "another one, longer"), ("login", "ada")], "password-unequal"),
        ([("new", "short"), ("again", "short")], "password-too-short"),
    ] {
        let again = browser.chooses(&page, &fields).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST, "{key}: {}", again.text);
        assert!(!again.text.contains(NEW));
    }
    let set = browser.chooses(&page, &[]).await;
    assert_eq!(
        (set.status, set.header("location")),
        (StatusCode::SEE_OTHER, "/.portcullis/sign-in")
    );
    assert!(browser.cookie(CookieKind::Session).is_none(), "nobody is signed in by it");
    let late = browser.chooses(&page, &[]).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.password("ada", PASSWORD, "/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.password("ada", NEW, "/").await.status, StatusCode::SEE_OTHER);
    let log = world.log().await;
    let set = log.iter().find(|it| it.kind == AuditKind::PasswordSet).expect("a record");
    assert_eq!(set.detail["method"], "password_link");
    assert_eq!(set.target, Some(world.id("ada").await));
    assert!(!format!("{log:?}").contains(link.split_once('.').unwrap().1));
}

#[tokio::test]
async fn unknown_used_expired_and_void_links_are_answered_alike_and_charged_to_the_network() {
    let world = World::new().await;
    let old = world.invites("ada", 1).await;
    let link = world.invites("ada", 2).await;
    let used = world.invites("eve", 3).await;
    let mut browser = Browser::new(&world);
    let page = browser.opens(&used).await;
    browser.chooses(&page, &[("login", "eve")]).await;
    assert_eq!(browser.opens(&link).await.status, StatusCode::OK);
    world.clock.advance(password_link::GOOD_FOR);
    let expired = told(&browser.opens(&link).await);
    let mut looks = Vec::new();
    let mut posts = Vec::new();
    let nobody = format!("nobody.{}", link.split_once('.').unwrap().1);
    for wrong in ["", "x", &old, &used, &link, &nobody] {
        looks.push(told(&browser.opens(wrong).await));
        let fresh = world.invites("ada", 9).await;
        let page = browser.opens(&fresh).await;
        posts.push(told(&browser.chooses(&page, &[("t", wrong)]).await));
    }
    assert_eq!(looks[0].0, StatusCode::UNAUTHORIZED);
    assert!(looks.iter().all(|look| *look == expired), "{looks:#?}");
    assert!(posts.iter().all(|post| *post == looks[0]), "{posts:#?}");
    assert!(world.log().await.iter().any(|it| it.kind == AuditKind::ProofRefused));
    // As many as wrong passwords, and then not even a good link is looked at.
    let fresh = world.invites("ada", 10).await;
    let mut tries = 0;
    while browser.opens(&nobody).await.status == StatusCode::UNAUTHORIZED {
        tries += 1;
        assert!(tries < 100, "without end");
    }
    let waits = browser.opens(&fresh).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{}", waits.text);
    assert!(!waits.header("retry-after").is_empty());
    let mut elsewhere = Browser { client: "198.51.100.7", ..Browser::new(&world) };
    assert_eq!(elsewhere.opens(&fresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_of_another_page_or_browser_sets_no_password() {
    let world = World::new().await;
    let link = world.invites("ada", 1).await;
    let mut browser = Browser::new(&world);
    let page = browser.opens(&link).await;
    let mut other = Browser::new(&world);
    other.get("/sign-in").await;
    let elsewhere = other.chooses(&page, &[]).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "another browser");
    let refused = browser.chooses(&page, &[("csrf", "AAAA")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let sign_in = browser.get("/sign-in").await.form("/sign-in");
    let csrf = sign_in.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let refused = browser.chooses(&page, &[("csrf", &csrf)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let odd = browser.chooses(&page, &[("role", "owner")]).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.chooses(&page, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn after_a_right_password_no_session_is_opened_before_another_was_chosen() {
    let world = World::new().await;
    world.requires_change("ada").await;
    let mut browser = Browser::new(&world);
    assert_eq!(browser.password("ada", "wrong", "/").await.status, StatusCode::UNAUTHORIZED);
    let page = browser.password("ada", PASSWORD, "/report?x=1").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(browser.cookie(CookieKind::Session).is_none());
    let choose = |fields: &[(&str, &str)]| {
        let all = [("login", "ada"), ("new", NEW), ("again", NEW)];
        with(with(page.form("/sign-in/new-password"), &all), fields)
    };
    for fields in [
        [("new", PASSWORD), ("again", PASSWORD)],
        [("new", "short"), ("again", "short")],
        [("new", NEW), ("again", PASSWORD)],
    ] {
        let again = browser.post("/sign-in/new-password", &choose(&fields)).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST, "{fields:?}: {}", again.text);
        assert!(browser.cookie(CookieKind::Session).is_none());
    }
    // What is sealed is of use in this browser alone, and unchanged.
    let mut other = Browser::new(&world);
    other.get("/sign-in").await;
    let theirs = other.post("/sign-in/new-password", &choose(&[])).await;
    assert_eq!(theirs.status, StatusCode::FORBIDDEN);
    let forged = browser.post("/sign-in/new-password", &choose(&[("proof", "AAAA")])).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let changed = browser.post("/sign-in/new-password", &choose(&[])).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    assert!(changed.header("location").ends_with("/enrol?next=/report%3Fx%3D1"));
    assert!(browser.session().is_some());
    // Once: the page is of no more use, and the old password of none.
    let late = browser.post("/sign-in/new-password", &choose(&[])).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN, "{}", late.text);
    assert_eq!(other.password("ada", PASSWORD, "/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(other.password("ada", NEW, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_old_password_counts_for_minutes_and_while_it_is_the_password() {
    let world = World::new().await;
    world.requires_change("ada").await;
    let mut browser = Browser::new(&world);
    let asks = async |browser: &mut Browser<'_>, password: &str| {
        let page = browser.password("ada", password, "/").await;
        let form = with(page.form("/sign-in/new-password"), &[("login", "ada")]);
        with(form, &[("new", NEW), ("again", NEW)])
    };
    let form = asks(&mut browser, PASSWORD).await;
    world.clock.advance(Duration::from_mins(10));
    let late = browser.post("/sign-in/new-password", &form).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    // Set anew meanwhile, by an administrator.
    let form = asks(&mut browser, PASSWORD).await;
    let id = world.id("ada").await;
    let hash = crate::password::hash(
        "other Lantern eighty",
        crate::password::Cost::Code,
        &SeededEntropy::new(4),
    );
    let now = world.clock.now();
    let set = NewPassword { hash: hash.unwrap(), must_change: Some(now) };
    let audit = world.event(AuditKind::PasswordSet).on(&id);
    world.store.set_password(&id, set, audit).await.unwrap();
    let stale = browser.post("/sign-in/new-password", &form).await;
    assert_eq!(stale.status, StatusCode::FORBIDDEN);
    // Disabled meanwhile.
    let form = asks(&mut browser, "other Lantern eighty").await;
    let audit = world.event(AuditKind::AccountDisabled).on(&id);
    world.store.set_state(&id, AccountState::Disabled, audit).await.unwrap();
    let disabled = browser.post("/sign-in/new-password", &form).await;
    assert_eq!(disabled.status, StatusCode::FORBIDDEN);
    assert!(browser.session().is_none());
}
