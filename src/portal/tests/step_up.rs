//! Whoever is signed in proves it once more, where a proof must not be old.

use std::time::Duration;

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::browser::encoded;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::authenticator::AuthenticatorKind;
use crate::policy::Demand;
use crate::policy::Particular;
use crate::policy::Which;
use crate::session::AuthnEvent;
use crate::session::cookie::CookieKind;

const FRESH: Demand = Demand::Fresh(Duration::from_mins(15));

const PAGE: &str = "/challenge?max_age=900&next=/reports%3Fx%3D1";

/// When the session proved its second factor, and every proof it has.
fn proofs(browser: &Browser<'_>) -> Vec<AuthnEvent> {
    browser.session().unwrap().record.events.clone()
}

#[tokio::test]
async fn an_old_proof_is_given_once_more_and_then_is_good_for_its_time_s0_32() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let before = proofs(&browser);
    world.clock.advance(Duration::from_mins(16));
    let sent = browser.meet_demand((Method::GET, "/reports?x=1", ""), FRESH).await;
    assert_eq!(sent.header("location"), format!("/.portcullis{PAGE}"));
    let page = browser.get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("<h1>Confirm that it is you</h1>"), "{}", page.text);
    let wrong = with(page.form("/challenge"), &[("code", "000000")]);
    let page = browser.post("/challenge", &wrong).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let old = browser.clone();
    let form = with(page.form("/challenge"), &[("code", &browser.code())]);
    let answer = browser.post("/challenge", &form).await;
    assert_eq!(answer.header("location"), "/reports?x=1", "{}", answer.text);
    assert_ne!(browser.cookie(CookieKind::Session), old.cookie(CookieKind::Session));
    assert!(old.session().is_none(), "the old cookie still opens the session (A-205)");
    let now = proofs(&browser);
    assert_eq!(now.len(), before.len(), "a proof that is repeated counts once");
    assert!(now[1].at > before[1].at && now[0] == before[0]);
    // What is proved leads on: neither a click on "back" nor a form that is sent twice asks again.
    assert_eq!(browser.get(PAGE).await.header("location"), "/reports?x=1");
    assert_eq!(browser.post("/challenge", &form).await.header("location"), "/reports?x=1");
    world.clock.advance(Duration::from_mins(15));
    assert_eq!(browser.get(PAGE).await.header("location"), "/reports?x=1", "not older than that");
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(browser.get(PAGE).await.status, StatusCode::OK, "older than that");
    // Without such an errand nobody who is signed in is asked for anything.
    assert_eq!(browser.get("/challenge?next=/x").await.header("location"), "/x");
}

#[tokio::test]
async fn a_code_of_the_sign_in_a_moment_ago_is_spent_a142() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let spent = browser.code();
    let before = proofs(&browser);
    world.clock.advance(Duration::from_secs(1));
    let page = browser.get("/challenge?max_age=0&next=/reports").await;
    let form = with(page.form("/challenge"), &[("code", &spent)]);
    let answer = browser.post("/challenge", &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text.contains("This code was used already."), "{}", answer.text);
    assert_eq!(proofs(&browser), before);
    let log = world.log().await;
    assert!(log.iter().any(|event| format!("{event:?}").contains("replayed")));
}

#[tokio::test]
async fn a_backup_code_is_no_fresh_proof_and_is_not_offered_as_one_a230_s0_8() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let codes = browser.enrolled("ada").await;
    world.clock.advance(Duration::from_mins(16));
    let page = browser.get(PAGE).await;
    assert!(!page.text.contains("Use backup code"), "{}", page.text);
    let typed = [("method", "backup_code"), ("code", codes[0].as_str())];
    let form = with(page.form("/challenge"), &typed);
    let answer = browser.post("/challenge", &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert!(answer.text.contains("6-digit code"), "{}", answer.text);
    let kinds: Vec<_> = proofs(&browser).iter().map(|event| event.kind.name()).collect();
    assert_eq!(kinds, ["password", "totp"], "it was neither taken nor spent");
}

#[tokio::test]
async fn who_lacks_the_factor_that_a_page_needs_is_told_which_s2_10() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let what = Which::Kind(AuthenticatorKind::Passkey);
    let demand = Demand::Particular(Particular { what, max_age: None });
    let sent = browser.meet_demand((Method::GET, "/billing", ""), demand).await;
    assert_eq!(sent.header("location"), "/.portcullis/challenge?need=passkey&next=/billing");
    let page = browser.get("/challenge?need=passkey&next=/billing").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("Another proof is needed"), "{}", page.text);
    let told = browser.script_meets("/billing", demand).await;
    assert_eq!(
        told.header("www-authenticate"),
        "Bearer realm=\"console\", error=\"insufficient_user_authentication\", acr_values=\"phr\""
    );
    for bad in ["passwort", "password", "", "backup_code"] {
        let answer = browser.get(&format!("/challenge?need={bad}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn a_form_that_met_an_old_proof_is_not_lost_a218() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    world.clock.advance(Duration::from_mins(16));
    let page = browser.meet_demand((Method::POST, "/reports", "vessel=Aurora"), FRESH).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text.contains("Confirm that it is you"));
    // By way of the other methods and back, as a browser sends it.
    let switch = with(page.form("/challenge"), &[("code", ""), ("switch", "totp")]);
    let page = browser.post("/challenge", &switch).await;
    let form = with(page.form("/challenge"), &[("code", &browser.code())]);
    let offered = browser.post("/challenge", &form).await;
    assert_eq!(offered.status, StatusCode::OK);
    assert!(offered.text.contains("Your form was not lost"), "{}", offered.text);
    assert!(offered.text.contains("action=\"/reports\""));
}

#[tokio::test]
async fn a_script_is_told_how_old_a_proof_may_be_s0_32() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    world.clock.advance(Duration::from_mins(16));
    let told = browser.script_meets("/reports", FRESH).await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        told.header("www-authenticate"),
        "Bearer realm=\"console\", error=\"insufficient_user_authentication\", max_age=\"900\""
    );
    let details: serde_json::Value = serde_json::from_str(&told.text).unwrap();
    assert_eq!(details["challenge_url"], "/.portcullis/challenge?max_age=900");
    let page = browser.get("/challenge?max_age=900").await;
    assert!(page.text.contains("Confirm that it is you"), "its person can open that address");
}

#[tokio::test]
async fn what_is_no_age_is_no_page_and_no_age_spares_the_second_factor_a050() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    for bad in ["", "-1", "1.5", "15m", "99999999999999999999999", "1&max_age=2"] {
        let answer = browser.get(&format!("/challenge?max_age={bad}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let mut other = Browser { jar: Vec::new(), ..browser.clone() };
    world.next_step();
    other.password("ada", PASSWORD, "/").await;
    let page = other.get("/challenge?max_age=18446744073709551615").await;
    assert!(page.text.contains("<h1>Enter your code</h1>"), "{}", page.text);
    let form = with(page.form("/challenge"), &[("code", "000000")]);
    assert_eq!(other.post("/challenge", &form).await.status, StatusCode::UNAUTHORIZED);
    let foreign = with(form, &[("csrf", &browser.get("/account").await.form("/sign-out")[0].1)]);
    let answer = other.post("/challenge", &foreign).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", encoded(&foreign));
}

#[tokio::test]
async fn a_person_at_an_address_for_programs_reads_so() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for (demand, word) in
        [(Demand::ServiceToken, "service token"), (Demand::ClientCertificate, "client certificate")]
    {
        for method in [Method::GET, Method::POST] {
            let page = browser.meet_demand((method, "/api", "a=b"), demand).await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED);
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            assert!(page.text.contains("<h1>This address is for programs</h1>"));
            assert!(page.text.contains(word) && page.text.contains("request-1"));
            assert!(!page.header("www-authenticate").is_empty(), "RFC 9110 §15.5.2");
        }
        let told = browser.script_meets("/api", demand).await;
        assert_eq!(told.header("content-type"), "application/problem+json");
    }
}
