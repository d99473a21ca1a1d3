//! How many second factors people must have, and where those are sent who have fewer.

use std::time::Duration;

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::area::Area;
use crate::area::Areas;
use crate::area::Ground;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::ceremony;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::enforcement::Demands;
use crate::enforcement::Rule;
use crate::enforcement::Scope;
use crate::enforcement::Settings;
use crate::network::NetworkSet;
use crate::policy::Demand;
use crate::route::Proof;
use crate::subject::terms::Mode;

const DAY: Duration = Duration::from_hours(24);
const ENROL: &str = "/.portcullis/enrol?next=/berths";
const SET_UP: &str = "/.portcullis/set-up?next=/berths";

fn two(mode: Mode, grace_until: Option<Timestamp>) -> Settings {
    let everybody =
        Demands { mode: Some(mode), grace_until, minimum: Some(2), ..Demands::default() };
    Settings { everybody, ..Settings::default() }
}

fn enforced() -> Settings {
    two(Mode::Enforced, None)
}

fn grace() -> Settings {
    two(Mode::Enforced, Some(Timestamp::from_secs(1_795_378_080).plus(10 * DAY)))
}

impl Browser<'_> {
    /// A sign-in with the app, on the way to a page of the console.
    async fn signs_in_wholly(&mut self) -> Page {
        self.jar.clear();
        self.world.next_step();
        self.password("ada", PASSWORD, "/berths").await;
        let page = self.get("/challenge?next=/berths").await;
        let form = with(page.form("/challenge"), &[("code", &self.code())]);
        self.post("/challenge", &form).await
    }

    /// One more app, on the way to a page of the console.
    async fn adds_on_the_way(&mut self) -> Page {
        self.world.next_step();
        let page = self.get("/enrol?method=totp&next=/berths").await;
        let first = self.key.clone();
        let answer = self.confirm(&page).await;
        self.key = first;
        answer
    }

    async fn first_factor(&mut self) -> Page {
        self.password("ada", PASSWORD, "/berths").await;
        let page = self.get("/enrol?next=/berths").await;
        let codes = self.confirm(&page).await;
        let stored = with(codes.form("/codes"), &[("stored", "on")]);
        self.post("/codes", &stored).await
    }
}

#[tokio::test]
async fn whoever_has_too_few_sets_up_another_before_the_console() {
    let world = World::demanding(enforced()).await;
    let mut browser = Browser::new(&world);
    let first = browser.first_factor().await;
    assert_eq!(first.header("location"), ENROL, "{}", first.text);
    for proof in [Proof::Password, Proof::SecondFactor, Proof::Aal2] {
        assert!(!browser.passes(proof), "{proof:?}");
    }
    let page = browser.get("/enrol?next=/berths").await;
    assert!(page.texts("id=\"why\"")[0].contains("2 second factors, and you have 1"));
    assert_eq!(browser.get("/account").await.status, StatusCode::OK, "the account is there");
    let signed = browser.signs_in_wholly().await;
    assert_eq!(signed.header("location"), ENROL, "at every sign-in");
    let met = browser.meet_demand((Method::GET, "/berths", ""), Demand::FurtherFactor).await;
    assert_eq!(met.header("location"), ENROL);
    // The set-up cannot be put off, and the proof just given is enough for it.
    assert_eq!(browser.get("/set-up?next=/berths").await.header("location"), ENROL);
    let done = browser.adds_on_the_way().await;
    assert_eq!(done.header("location"), "/berths", "{}", done.text);
    assert!(browser.passes(Proof::Aal2));
    assert_eq!(browser.signs_in_wholly().await.header("location"), "/berths");
    assert_eq!(browser.get("/enrol?next=/berths").await.header("location"), "/berths");
}

#[tokio::test]
async fn a_second_factor_set_up_in_one_session_counts_in_the_others_at_once() {
    let world = World::demanding(enforced()).await;
    let mut browser = Browser::new(&world);
    browser.first_factor().await;
    let mut other = Browser { jar: Vec::new(), ..browser.clone() };
    other.signs_in_wholly().await;
    assert!(!other.passes(Proof::SecondFactor));
    browser.adds_on_the_way().await;
    assert!(browser.passes(Proof::SecondFactor) && other.passes(Proof::SecondFactor));
}

#[tokio::test]
async fn within_a_grace_another_is_offered_and_may_be_put_off_s3_12() {
    let world = World::demanding(grace()).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/berths").await;
    let first = browser.first_factor().await;
    assert_eq!(first.header("location"), SET_UP, "after the first one");
    assert_eq!(browser.signs_in_wholly().await.header("location"), SET_UP);
    assert!(browser.passes(Proof::Aal2), "it is held against nobody yet");
    let page = browser.get("/set-up?next=/berths").await;
    assert!(page.text.contains("2 second factors, and you have 1"), "{}", page.text);
    assert!(page.texts("id=\"term\"")[0].contains("2 December 2026"), "the date is seen");
    let later = browser.post("/set-up", &page.form("/set-up")).await;
    assert_eq!(later.header("location"), "/berths");
    assert!(browser.get("/enrol?next=/berths").await.text.contains("id=\"why\""));
    world.clock.advance(11 * DAY);
    assert_eq!(browser.signs_in_wholly().await.header("location"), ENROL, "after the date");
    assert!(!browser.passes(Proof::SecondFactor));
    let late = browser.post("/set-up", &page.form("/set-up")).await;
    assert_ne!(late.header("location"), "/berths", "it cannot be skipped any more");
}

#[tokio::test]
async fn where_none_is_required_nobody_is_asked_for_a_second_one_s0_11() {
    let world = World::demanding(two(Mode::Optional, None)).await;
    let mut browser = Browser::new(&world);
    assert_eq!(browser.first_factor().await.header("location"), "/berths");
    assert_eq!(browser.signs_in_wholly().await.header("location"), "/berths");
    assert!(browser.passes(Proof::Aal2));
}

#[tokio::test]
async fn how_many_is_asked_by_the_address_of_now() {
    let set = NetworkSet::new(vec!["198.51.100.0/24".parse().unwrap()]);
    let there = Area { name: "there".into(), ground: Ground::Network(std::sync::Arc::new(set)) };
    let scope = Scope { networks: Some(Areas::new(vec![there])), ..Scope::default() };
    let demands = Demands { minimum: Some(2), ..Demands::default() };
    let settings = Settings { rules: vec![Rule { scope, demands }], ..Settings::default() };
    let world = World::demanding(settings).await;
    let mut browser = Browser::new(&world);
    assert_eq!(browser.first_factor().await.header("location"), "/berths");
    let live = browser.session().unwrap();
    let rulebook = world.portal.core.ceremonies.rulebook();
    let lacks = |client: &str| {
        live.shortfall(rulebook, client.parse().unwrap(), world.clock.now()).is_some()
    };
    assert!(lacks("198.51.100.7") && !lacks("192.0.2.1"));
    browser.client = "198.51.100.7";
    assert_eq!(browser.signs_in_wholly().await.header("location"), ENROL);
    browser.client = "192.0.2.1";
    assert_eq!(browser.get("/enrol?next=/berths").await.header("location"), "/berths");
}

#[tokio::test]
async fn kinds_that_are_not_allowed_do_not_count_and_what_is_impossible_ends_in_a_page() {
    let mut settings = enforced();
    settings.everybody.allowed =
        Some(KindSet::of(&[AuthenticatorKind::Password, AuthenticatorKind::Totp]));
    let one_app = ceremony::Settings { apps_per_account: 1, ..ceremony::Settings::default() };
    let world = World::asking(one_app, settings).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/berths").await;
    let page = browser.get("/enrol?next=/berths").await;
    let first = browser.confirm(&page).await;
    assert_eq!(first.header("location"), ENROL, "{}", first.text);
    let dead = browser.get("/enrol?next=/berths").await;
    assert_eq!(dead.status, StatusCode::FORBIDDEN);
    assert!(dead.text.contains("more second factors than can be set up here"), "{}", dead.text);
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    let named = browser.get("/enrol?method=totp&next=/berths").await;
    assert_eq!(named.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_that_meets_it_is_kept_until_another_is_set_up_a218() {
    let world = World::demanding(enforced()).await;
    let mut browser = Browser::new(&world);
    browser.first_factor().await;
    world.next_step();
    let request = (Method::POST, "/berths", "berth=4&note=late");
    let page = browser.meet_demand(request.clone(), Demand::FurtherFactor).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text.contains("id=\"why\""), "{}", page.text);
    let again = browser.confirm(&page).await;
    assert!(again.text.contains("value=\"late\""), "{}", again.text);
    assert!(browser.passes(Proof::Aal2));
    // With a proof that is too old, that comes first.
    let mut browser = Browser::new(&world);
    browser.password("eve", PASSWORD, "/").await;
    let page = browser.get("/enrol").await;
    let codes = browser.confirm(&page).await;
    browser.post("/codes", &with(codes.form("/codes"), &[("stored", "on")])).await;
    world.clock.advance(Duration::from_mins(6));
    let page = browser.meet_demand(request, Demand::FurtherFactor).await;
    let proof = with(page.form("/challenge"), &[("code", &browser.code())]);
    let page = browser.post("/challenge", &proof).await;
    world.next_step();
    let again = browser.confirm(&page).await;
    assert!(again.text.contains("value=\"late\""), "{}", again.text);
}

#[tokio::test]
async fn a_script_is_told_where_another_is_set_up() {
    let world = World::demanding(enforced()).await;
    let mut browser = Browser::new(&world);
    browser.first_factor().await;
    let answer = browser.script_meets("/api/berths", Demand::FurtherFactor).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text.contains("\"challenge_url\":\"/.portcullis/enrol\""), "{}", answer.text);
    let how = answer.header("www-authenticate");
    assert!(how.contains("insufficient_user_authentication"), "{how}");
}

#[tokio::test]
async fn whoever_comes_with_a_backup_code_gives_a_proof_before_another_is_set_up_a191() {
    let world = World::demanding(enforced()).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/enrol").await;
    let codes = browser.confirm(&page).await;
    browser.post("/codes", &with(codes.form("/codes"), &[("stored", "on")])).await;
    let code = codes.texts("class=\"backup-code\"").remove(0);
    let mut other = browser.with_backup_code("ada", &code).await;
    assert!(!other.passes(Proof::SecondFactor));
    let page = other.get("/enrol?method=totp&next=/berths").await;
    let to = page.header("location");
    assert_eq!(to, "/.portcullis/challenge?need=change&next=/berths", "{}", page.text);
    // What is lost may still be replaced.
    assert!(other.get("/account").await.text.contains("/account/lost?id="));
}
