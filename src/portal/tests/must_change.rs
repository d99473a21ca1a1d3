//! Another password is asked for of somebody who has a second factor: it comes after that, and nobody is let in before.

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::devices;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::ceremony;
use crate::clock::Clock;
use crate::enforcement::Demands;
use crate::enforcement::Settings;
use crate::route::Proof;
use crate::session::Aal;
use crate::session::cookie::CookieKind;
use crate::subject::terms::Mode;

const NEW: &str = "lantern Quarry ninety";
const CHALLENGE: &str = "/.portcullis/challenge?next=/berths";

impl World {
    /// Another password is asked for, by an administrator.
    async fn demands_change(&self, login: &str) {
        let (id, now) = (self.id(login).await, self.clock.now());
        let kind = AuditKind::PasswordChangeRequired;
        let audit = AuditEvent::new(self.clock.wall(), kind, Actor::Operator { uid: 0 });
        self.store.require_password_change(&id, now, audit.on(&id)).await.unwrap();
        self.directory.drop_all_of(&id);
    }

    async fn has_password(&self, login: &str, password: &str) -> bool {
        let account = self.store.account(&self.id(login).await).await.unwrap().unwrap();
        let hash = account.password.expose().clone().unwrap();
        crate::password::verify(password, &hash).unwrap()
    }
}

impl Browser<'_> {
    /// Gives a code of the app where one is asked for.
    async fn gives(&mut self, code: &str) -> Page {
        let page = self.get("/challenge?next=/berths").await;
        let form = with(page.form("/challenge"), &[("code", code)]);
        self.post("/challenge", &form).await
    }

    async fn chooses_new(&mut self, page: &Page, password: &str) -> Page {
        let all = [("login", "ada"), ("new", password), ("again", password)];
        let form = with(page.form("/sign-in/new-password"), &all);
        self.post("/sign-in/new-password", &form).await
    }
}

fn optional() -> Settings {
    let everybody = Demands { mode: Some(Mode::Optional), ..Demands::default() };
    Settings { everybody, ..Settings::default() }
}

/// Somebody who has an app, in a browser without cookies.
async fn ada(world: &World) -> (Browser<'_>, Vec<String>) {
    let mut browser = Browser::new(world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/enrol").await;
    let shown = browser.confirm(&page).await;
    let stored = with(shown.form("/codes"), &[("stored", "on")]);
    assert_eq!(browser.post("/codes", &stored).await.status, StatusCode::SEE_OTHER);
    let codes = shown.texts("class=\"backup-code\"");
    world.demands_change("ada").await;
    world.next_step();
    browser.jar.clear();
    (browser, codes)
}

/// Whether the session of a browser passes nowhere.
fn passes_nowhere(browser: &Browser<'_>) -> bool {
    [Proof::Password, Proof::SecondFactor, Proof::Aal2, Proof::Passkey]
        .iter()
        .all(|proof| !browser.passes(*proof))
}

#[tokio::test]
async fn whoever_knows_the_password_alone_replaces_none_and_gets_nowhere_s0_2() {
    for settings in [Settings::default(), optional()] {
        let world = World::demanding(settings).await;
        let (mut thief, _) = ada(&world).await;
        let answer = thief.password("ada", PASSWORD, "/berths").await;
        assert_eq!(answer.header("location"), CHALLENGE, "{}", answer.text);
        assert_eq!(thief.session().unwrap().record.aal(), Aal::None);
        assert!(passes_nowhere(&thief));
        for page in ["/enrol", "/set-up", "/recovery", "/account", "/account/password"] {
            let away = thief.get(page).await;
            assert_eq!(away.status, StatusCode::SEE_OTHER, "{page}: {}", away.text);
            assert!(away.header("location").contains("/challenge"), "{page}");
        }
        let page = thief.get("/challenge").await;
        assert!(!page.text.contains("/recovery") && !page.text.contains("new-password"));
        let switched = with(page.form("/challenge"), &[("switch", "recovery_code"), ("code", "")]);
        let switched = thief.post("/challenge", &switched).await;
        assert!(!switched.text.contains("action=\"/.portcullis/recovery\""), "{}", switched.text);
        let wrong = thief.gives("000000").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        let met = thief.meet(Method::GET, "/berths", "").await;
        assert!(met.header("location").contains("/challenge"), "{} {}", met.status, met.text);
        assert!(passes_nowhere(&thief) && world.has_password("ada", PASSWORD).await);
    }
}

#[tokio::test]
async fn after_the_second_factor_another_password_is_chosen_and_the_sign_in_is_complete() {
    let world = World::demanding(optional()).await;
    let (mut browser, codes) = ada(&world).await;
    browser.password("ada", PASSWORD, "/berths").await;
    let begun = browser.session().unwrap();
    let page = browser.gives(&browser.code()).await;
    assert!(page.text.contains("/sign-in/new-password"), "{} {}", page.status, page.text);
    assert!(passes_nowhere(&browser), "the code was right");
    let same = browser.chooses_new(&page, PASSWORD).await;
    assert_eq!(same.status, StatusCode::BAD_REQUEST);
    // What is sealed is of use in this browser alone.
    let mut other = Browser::new(&world);
    other.get("/sign-in").await;
    assert_eq!(other.chooses_new(&page, NEW).await.status, StatusCode::FORBIDDEN);
    let changed = browser.chooses_new(&page, NEW).await;
    assert_eq!(
        (changed.status, changed.header("location")),
        (StatusCode::SEE_OTHER, "/berths"),
        "{}",
        changed.text
    );
    assert_eq!(browser.session().unwrap().record.aal(), Aal::Aal2);
    assert!(browser.passes(Proof::SecondFactor));
    assert!(world.directory.find(&begun.key).is_none(), "what was begun is over");
    assert_eq!(browser.chooses_new(&page, NEW).await.status, StatusCode::FORBIDDEN, "once");
    let log = world.log().await;
    let right = log.iter().find(|it| it.detail.get("reason").is_some_and(|it| it == "must_change"));
    let right = right.expect("a record");
    assert_eq!((right.kind, &*right.detail["method"]), (AuditKind::ProofAccepted, "password"));
    // A backup code is one as well; it is spent.
    world.demands_change("ada").await;
    browser.jar.clear();
    browser.password("ada", NEW, "/berths").await;
    let page = browser.get("/challenge?method=backup_code").await;
    let form = with(page.form("/challenge"), &[("code", &codes[0])]);
    let page = browser.post("/challenge", &form).await;
    let changed = browser.chooses_new(&page, PASSWORD).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    assert!(world.has_password("ada", PASSWORD).await);
}

#[tokio::test]
async fn what_was_proved_counts_while_its_session_is_there_and_no_longer() {
    let world = World::demanding(optional()).await;
    let (mut browser, codes) = ada(&world).await;
    browser.password("ada", PASSWORD, "/berths").await;
    let page = browser.gives(&browser.code()).await;
    let begun = browser.session().unwrap();
    // The person signs out, and somebody goes back to the page.
    let kept = browser.jar.clone();
    let out = browser.get("/sign-out").await;
    browser.post("/sign-out", &out.form("/sign-out")).await;
    assert!(world.directory.find(&begun.key).is_none());
    browser.jar = kept;
    assert_eq!(browser.chooses_new(&page, NEW).await.status, StatusCode::FORBIDDEN);
    // An administrator ends it meanwhile.
    browser.password("ada", PASSWORD, "/berths").await;
    let page = browser.get("/challenge?method=backup_code").await;
    let form = with(page.form("/challenge"), &[("code", &codes[0])]);
    let page = browser.post("/challenge", &form).await;
    let audit = AuditEvent::new(world.clock.wall(), AuditKind::SessionEnded, Actor::Gateway);
    let begun = browser.session().unwrap();
    world.store.end_session(&begun.key, audit).await.unwrap();
    assert_eq!(browser.chooses_new(&page, NEW).await.status, StatusCode::FORBIDDEN);
    assert!(world.store.sessions().await.unwrap().is_empty());
    assert!(world.has_password("ada", PASSWORD).await);
}

#[tokio::test]
async fn a_remembered_device_is_no_second_factor_for_another_password() {
    let world = World::under(devices::remembering()).await;
    let mut browser = devices::remembered(&world, "ada").await;
    world.demands_change("ada").await;
    let answer = browser.password("ada", PASSWORD, "/berths").await;
    assert_eq!(answer.header("location"), CHALLENGE, "{}", answer.text);
    assert!(passes_nowhere(&browser));
    assert!(browser.session().unwrap().record.events.is_empty());
    let page = browser.get("/challenge").await;
    assert!(!page.text.contains("name=\"remember\""), "a promise that is not kept");
}

#[tokio::test]
async fn a_page_that_was_got_without_a_second_factor_sets_nothing_once_there_is_one() {
    let world = World::under(ceremony::Settings::default()).await;
    world.demands_change("ada").await;
    let mut thief = Browser::new(&world);
    let page = thief.password("ada", PASSWORD, "/").await;
    assert!(page.text.contains("/sign-in/new-password"), "{}", page.text);
    let app = crate::authenticator::totp::TotpCredential {
        key: crate::secret::Secret::new(vec![7; 20]),
        last_step: 0,
    };
    world.fill_in("ada", crate::authenticator::Credential::Totp(app)).await;
    let late = thief.chooses_new(&page, NEW).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN, "{}", late.text);
    assert!(thief.cookie(CookieKind::Session).is_none());
    assert!(world.has_password("ada", PASSWORD).await);
}

#[tokio::test]
async fn a_demand_ends_what_is_open_and_the_present_password_is_no_other() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let page = browser.get("/account/password").await;
    let all = [("old", PASSWORD), ("new", PASSWORD), ("again", PASSWORD)];
    let same = browser.post("/account/password", &with(page.form("/account/password"), &all)).await;
    assert_eq!(same.status, StatusCode::BAD_REQUEST, "{}", same.text);
    assert!(same.text.contains("This is the password that is to be changed."));
    let mut other = Browser::new(&world);
    other.password("ada", PASSWORD, "/").await;
    let (open, begun) = (browser.session().unwrap(), other.session().unwrap());
    world.demands_change("ada").await;
    assert!(world.store.sessions().await.unwrap().is_empty());
    for live in [open, begun] {
        assert!(world.directory.find(&live.key).is_none());
    }
}

#[tokio::test]
async fn looking_at_a_good_link_costs_nothing() {
    use crate::entropy::SeededEntropy;
    use crate::subject::one_time::OneTimeToken;
    use crate::subject::password_link;
    use crate::subject::password_link::LinkText;
    use crate::subject::password_link::PasswordLink;
    let world = World::new().await;
    let subject = world.id("ada").await;
    let token = OneTimeToken::generate(&SeededEntropy::new(3)).unwrap();
    let expires = world.clock.now().plus(password_link::GOOD_FOR);
    let link = PasswordLink { hash: token.hash(), made_by: "operator:0".to_owned(), expires };
    let kind = AuditKind::PasswordLinkIssued;
    let audit = AuditEvent::new(world.clock.wall(), kind, Actor::Operator { uid: 0 });
    world.store.offer_password_link(&subject, link, audit.on(&subject)).await.unwrap();
    let link = format!("/welcome?t={}", LinkText { subject, token }.expose());
    let mut browser = Browser::new(&world);
    for _ in 0..100 {
        assert_eq!(browser.get(&link).await.status, StatusCode::OK);
    }
    // The present password is no other.
    let page = browser.get(&link).await;
    let all = [("login", "ada"), ("new", PASSWORD), ("again", PASSWORD)];
    let same = browser.post("/welcome", &with(page.form("/welcome"), &all)).await;
    assert_eq!(same.status, StatusCode::BAD_REQUEST, "{}", same.text);
    assert_eq!(browser.password("ada", PASSWORD, "/").await.status, StatusCode::SEE_OTHER);
}
