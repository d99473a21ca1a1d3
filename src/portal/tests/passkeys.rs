//! The ways through the pages with a passkey, from an authenticator in software.

use std::future;
use std::task::Poll;
use std::time::Duration;

use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::world::ORIGIN;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Clock;
use crate::session::Aal;
use crate::session::Strength;
use crate::subject::terms::Terms;
use crate::webauthn::Passwordless;
use crate::webauthn::RelyingParty;
use crate::webauthn::UserVerification;
use crate::webauthn::tests::soft_authenticator::BACKED_UP;
use crate::webauthn::tests::soft_authenticator::ELIGIBLE;
use crate::webauthn::tests::soft_authenticator::PRESENT;
use crate::webauthn::tests::soft_authenticator::SoftKey;
use crate::webauthn::tests::soft_authenticator::Way;

pub(super) fn party() -> RelyingParty {
    RelyingParty {
        id: "console.example".to_owned(),
        name: "Console".to_owned(),
        user_verification: UserVerification::Preferred,
        roots: None,
        passwordless: Passwordless::On,
    }
}

/// Registers a passkey on the page that asks for one; the key and the page that follows.
async fn register(browser: &mut Browser<'_>, page: &Page, way: &Way) -> (SoftKey, Page) {
    let (key, answer) = SoftKey::create(&page.question("/enrol/passkey"), way, None);
    let form = page.form("/enrol/passkey");
    let form = with(form, &[("code", &answer), ("label", "Work laptop")]);
    (key, browser.post("/enrol/passkey", &form).await)
}

/// A person with a passkey as their only second factor, signed in.
pub(super) async fn enrolled(browser: &mut Browser<'_>, login: &str, way: &Way) -> SoftKey {
    browser.password(login, PASSWORD, "/").await;
    let page = browser.get("/enrol?method=passkey").await;
    let (key, codes) = register(browser, &page, way).await;
    assert_eq!(codes.status, StatusCode::OK, "{}", codes.text);
    assert_eq!(codes.texts("class=\"backup-code\"").len(), 10);
    let stored = with(codes.form("/codes"), &[("stored", "on")]);
    assert_eq!(browser.post("/codes", &stored).await.status, StatusCode::SEE_OTHER);
    key
}

/// Answers the question of a challenge page.
async fn prove(browser: &mut Browser<'_>, page: &Page, key: &SoftKey, way: &Way) -> Page {
    let answer = key.get(&page.question("/challenge"), way);
    let form = with(page.form("/challenge"), &[("code", &answer)]);
    browser.post("/challenge", &form).await
}

/// Signs in with the passkey alone.
pub(super) async fn sign_in(browser: &mut Browser<'_>, key: &SoftKey, way: &Way) -> Page {
    let page = browser.get("/sign-in?next=/reports").await;
    let answer = key.get(&page.question("/sign-in/passkey"), way);
    let form = with(page.form("/sign-in/passkey"), &[("code", &answer)]);
    browser.post("/sign-in/passkey", &form).await
}

/// The reasons in the audit log, latest last.
async fn reasons(world: &World) -> Vec<String> {
    let refused = world.log().await.into_iter().filter(|e| e.kind == AuditKind::ProofRefused);
    refused.filter_map(|event| event.detail.get("reason").cloned()).collect()
}

fn counted(counter: u32) -> Way {
    Way::at(ORIGIN).with(|way| way.counter = counter)
}

#[tokio::test]
async fn a_passkey_is_a_first_second_factor_with_its_ten_codes_s0_31_s1_4() {
    let world = World::with_passkeys(party()).await;
    let mut browser = Browser::new(&world);
    let answer = browser.password("ada", PASSWORD, "/reports").await;
    assert_eq!(answer.header("location"), "/.portcullis/enrol?next=/reports");
    let choice = browser.get("/enrol?next=/reports").await;
    assert!(choice.text.contains("/enrol?method=passkey"), "{}", choice.text);
    assert!(choice.text.contains("/enrol?method=totp"));
    let key = enrolled(&mut browser, "ada", &counted(1)).await;
    let session = browser.session().unwrap();
    assert_eq!(session.record.aal(), Aal::Aal2);
    assert_eq!(session.record.events[1].strength, Strength::DeviceBoundVerified);
    let account = browser.get("/account").await;
    assert!(account.text.contains("Work laptop"), "{}", account.text);
    let mut other = Browser::new(&world);
    let answer = other.password("ada", PASSWORD, "/reports").await;
    assert_eq!(answer.header("location"), "/.portcullis/challenge?next=/reports");
    let page = other.get("/challenge?next=/reports").await;
    let answer = prove(&mut other, &page, &key, &counted(2)).await;
    assert_eq!(answer.header("location"), "/reports");
    assert_eq!(other.session().unwrap().record.aal(), Aal::Aal2);
    let page = Browser { jar: Vec::new(), ..other }.get("/sign-in").await;
    assert!(page.text.contains("autocomplete=\"username webauthn\""));
}

#[tokio::test]
async fn whoever_has_a_passkey_signs_in_with_it_alone_at_aal2_s0_31_a195() {
    let world = World::with_passkeys(party()).await;
    let key = enrolled(&mut Browser::new(&world), "ada", &Way::at(ORIGIN)).await;
    let mut browser = Browser::new(&world);
    let answer = sign_in(&mut browser, &key, &Way::at(ORIGIN)).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/reports"));
    let session = browser.session().unwrap();
    assert_eq!((session.record.events.len(), session.record.aal()), (1, Aal::Aal2));
    assert_eq!(session.profile.login.as_str(), "ada");
    // A key that only felt a touch is one factor: the password is asked for.
    let mut other = Browser::new(&world);
    let touched = Way::at(ORIGIN).with(|way| way.flags = PRESENT);
    let answer = sign_in(&mut other, &key, &touched).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(other.session().is_none());
    assert_eq!(reasons(&world).await, ["no_user_verification"]);
}

#[tokio::test]
async fn every_refused_passkey_reads_alike_and_is_audited_with_its_reason_a193_to_a197_a240() {
    type Change = fn(&mut Way);
    let cases: &[(Change, &str)] = &[
        (|way| "https://evil.example".clone_into(&mut way.origin), "wrong_origin"),
        (|way| way.rp_id = Some("evil.example".to_owned()), "wrong_relying_party"),
        (|way| way.challenge = Some("AAAA".to_owned()), "challenge"),
        (|way| way.kind = Some("webauthn.create"), "wrong_type"),
        (|way| way.extra = ",\"topOrigin\":\"https://evil.example\"".to_owned(), "cross_origin"),
        (|way| way.flags |= ELIGIBLE, "backup_flags"),
        (|way| way.counter = 1, "counter_went_back"),
        (|way| way.handle = Some(b"somebody else 16".to_vec()), "user_handle"),
        (|way| way.flags = PRESENT, "no_user_verification"),
    ];
    let world = World::with_passkeys(party()).await;
    let key = enrolled(&mut Browser::new(&world), "ada", &counted(5)).await;
    let mut told = Vec::new();
    for (number, (change, reason)) in cases.iter().enumerate() {
        world.clock.advance(Duration::from_hours(2));
        let wrong = counted(6).with(change);
        let mut browser = Browser::new(&world);
        browser.password("ada", PASSWORD, "/").await;
        let page = browser.get("/challenge").await;
        let answer = prove(&mut browser, &page, &key, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{reason}");
        told.push(answer.texts("class=\"problem whole\" role=\"alert\""));
        assert_eq!(browser.session().unwrap().record.aal(), Aal::Aal1);
        assert_eq!(reasons(&world).await.last().unwrap(), reason, "as second factor, {number}");
        world.clock.advance(Duration::from_hours(2));
        let mut stranger = Browser::new(&world);
        let answer = sign_in(&mut stranger, &key, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{reason}");
        assert!(stranger.session().is_none());
        assert_eq!(reasons(&world).await.last().unwrap(), reason, "alone, {number}");
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    // The right answer still works: nothing that was refused moved the counter.
    world.clock.advance(Duration::from_hours(2));
    let answer = sign_in(&mut Browser::new(&world), &key, &counted(6)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn anothers_passkey_opens_nothing_and_is_registered_by_nobody_else_a194_a200() {
    let world = World::with_passkeys(party()).await;
    let mut eve = Browser::new(&world);
    let evil = enrolled(&mut eve, "eve", &Way::at(ORIGIN)).await;
    let mut hers = Browser::new(&world);
    enrolled(&mut hers, "ada", &Way::at(ORIGIN)).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/challenge").await;
    let answer = prove(&mut browser, &page, &evil, &Way::at(ORIGIN)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reasons(&world).await, ["unknown_credential"]);
    // Eve's key says that it is Ada's.
    let ada = browser.session().unwrap().record.subject.clone();
    let handle = crate::webauthn::UserHandle::of(&ada).bytes().to_vec();
    let lying = Way::at(ORIGIN).with(|way| way.handle = Some(handle));
    let answer = sign_in(&mut Browser::new(&world), &evil, &lying).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reasons(&world).await.last().unwrap(), "user_handle");
    // A key with the id of Eve's is refused, and the audit log says whose it is.
    let page = hers.get("/enrol?method=passkey").await;
    let question = page.question("/enrol/passkey");
    let id = evil.id.clone();
    let (_, answer) = SoftKey::create_with_id(&question, &Way::at(ORIGIN), None, id);
    let form = with(page.form("/enrol/passkey"), &[("code", &answer), ("label", "x")]);
    let answer = hers.post("/enrol/passkey", &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    let taken = world.log().await.into_iter().rev().find(|e| e.detail.contains_key("held_by"));
    let taken = taken.unwrap();
    assert_eq!(taken.detail["reason"], "taken");
    assert_eq!(taken.detail["held_by"], eve.session().unwrap().record.subject.as_str());
}

#[tokio::test]
async fn a_question_is_answered_once_in_its_session_and_within_five_minutes_a191_a192() {
    let world = World::with_passkeys(party()).await;
    let key = enrolled(&mut Browser::new(&world), "ada", &Way::at(ORIGIN)).await;
    let mut one = Browser::new(&world);
    one.password("ada", PASSWORD, "/").await;
    let mut two = Browser::new(&world);
    two.password("ada", PASSWORD, "/").await;
    let (page, foreign) = (one.get("/challenge").await, two.get("/challenge").await);
    let answer = key.get(&page.question("/challenge"), &Way::at(ORIGIN));
    // In another session of the same person.
    let form = with(foreign.form("/challenge"), &[("code", &answer)]);
    assert_eq!(two.post("/challenge", &form).await.status, StatusCode::UNAUTHORIZED);
    // Where it belongs, once.
    let form = with(page.form("/challenge"), &[("code", &answer)]);
    let request = one.post_request("/challenge", &form);
    assert_eq!(one.clone().send(request).await.status, StatusCode::SEE_OTHER);
    let mut replay = Browser::new(&world);
    replay.password("ada", PASSWORD, "/").await;
    let fresh = replay.get("/challenge").await;
    let form = with(fresh.form("/challenge"), &[("code", &answer)]);
    assert_eq!(replay.post("/challenge", &form).await.status, StatusCode::UNAUTHORIZED);
    // Too late.
    let page = replay.get("/challenge").await;
    world.clock.advance(Duration::from_mins(5));
    let answer = prove(&mut replay, &page, &key, &Way::at(ORIGIN)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reasons(&world).await, ["challenge", "challenge", "challenge"]);
}

#[tokio::test]
async fn of_hundreds_who_send_one_answer_at_once_one_gets_in_a191() {
    let world = World::with_passkeys(party()).await;
    let key = enrolled(&mut Browser::new(&world), "ada", &Way::at(ORIGIN)).await;
    for _ in 0..3 {
        world.clock.advance(Duration::from_hours(2));
        let mut browser = Browser::new(&world);
        let page = browser.get("/sign-in").await;
        let answer = key.get(&page.question("/sign-in/passkey"), &Way::at(ORIGIN));
        let form = with(page.form("/sign-in/passkey"), &[("code", &answer)]);
        let tries = (0..100).map(|number| {
            let (browser, form) = (browser.clone(), form.clone());
            let client = CLIENTS[number % CLIENTS.len()];
            let mut browser = Browser { client, ..browser };
            async move {
                let request = browser.post_request("/sign-in/passkey", &form);
                browser.send(request).await.status
            }
        });
        let answers = join_all(tries).await;
        let won = answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
        assert_eq!(won, 1, "{answers:?}");
    }
}

/// Neighbourhoods, so that no network is throttled.
const CLIENTS: [&str; 5] =
    ["192.0.2.1", "198.51.100.1", "203.0.113.1", "192.0.2.77", "198.51.100.77"];

async fn join_all<T>(tasks: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut tasks: Vec<_> = tasks.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    future::poll_fn(|context| {
        for (task, done) in tasks.iter_mut().zip(&mut done) {
            if done.is_none()
                && let Poll::Ready(value) = task.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_further_passkey_leaves_the_codes_alone_and_needs_a_fresh_proof_s1_4() {
    let world = World::with_passkeys(party()).await;
    let mut browser = Browser::new(&world);
    enrolled(&mut browser, "ada", &Way::at(ORIGIN)).await;
    let page = browser.get("/enrol?method=passkey").await;
    let question = page.question("/enrol/passkey");
    assert_eq!(question["excludeCredentials"].as_array().unwrap().len(), 1);
    let (second, answer) = register(&mut browser, &page, &Way::at(ORIGIN)).await;
    assert_eq!(answer.header("location"), "/.portcullis/account", "no codes again");
    let answer = sign_in(&mut Browser::new(&world), &second, &Way::at(ORIGIN)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    world.clock.advance(Duration::from_mins(6));
    let asked = browser.get("/enrol?method=passkey").await;
    assert!(asked.header("location").starts_with("/.portcullis/challenge?"), "{}", asked.text);
}

#[tokio::test]
async fn without_javascript_the_pages_say_so_and_nothing_is_charged() {
    let world = World::with_passkeys(party()).await;
    let key = enrolled(&mut Browser::new(&world), "ada", &Way::at(ORIGIN)).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let mut page = browser.get("/challenge").await;
    for _ in 0..20 {
        assert!(page.text.contains("Passkeys need JavaScript"));
        assert!(page.text.contains("method=backup_code"), "another way is offered");
        let form = page.form("/challenge");
        page = browser.post("/challenge", &form).await;
        assert_eq!(page.status, StatusCode::OK);
    }
    let answer = prove(&mut browser, &page, &key, &Way::at(ORIGIN)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(reasons(&world).await.is_empty());
}

#[tokio::test]
async fn attempts_are_charged_before_they_are_verified_and_garbage_costs_like_any_other_a201() {
    let world = World::with_passkeys(party()).await;
    let key = enrolled(&mut Browser::new(&world), "ada", &Way::at(ORIGIN)).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let mut statuses = Vec::new();
    for garbage in ["{}", "[]", "\u{feff}{}", "{\"id\":1,\"id\":1}", "x"] {
        let page = browser.get("/challenge").await;
        let form = with(page.form("/challenge"), &[("code", garbage)]);
        statuses.push(browser.post("/challenge", &form).await.status);
    }
    assert_eq!(statuses, [StatusCode::UNAUTHORIZED; 5]);
    let page = browser.get("/challenge").await;
    let answer = prove(&mut browser, &page, &key, &Way::at(ORIGIN)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(browser.session().unwrap().record.aal(), Aal::Aal1);
}

#[tokio::test]
async fn whoever_asked_no_question_spends_no_owner_s_budget_a126_a201() {
    let world = World::with_passkeys(party()).await;
    let key = enrolled(&mut Browser::new(&world), "ada", &Way::at(ORIGIN)).await;
    let mut stranger = Browser::new(&world);
    for _ in 0..20 {
        let page = stranger.get("/sign-in").await;
        let answer = key.get(&serde_json::json!({ "challenge": "AAAA" }), &Way::at(ORIGIN));
        let form = with(page.form("/sign-in/passkey"), &[("code", &answer)]);
        let refused = stranger.post("/sign-in/passkey", &form).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    let answer = sign_in(&mut Browser::new(&world), &key, &Way::at(ORIGIN)).await;
    assert_eq!(answer.header("location"), "/reports", "{}", answer.text);
}

#[tokio::test]
async fn where_it_is_switched_off_a_passkey_stands_for_no_password() {
    let off = RelyingParty { passwordless: Passwordless::Off, ..party() };
    let world = World::with_passkeys(off).await;
    let key = enrolled(&mut Browser::new(&world), "ada", &Way::at(ORIGIN)).await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/sign-in").await;
    assert!(!page.text.contains("data-passkey") && !page.text.contains("webauthn"));
    let csrf = page.form("/sign-in");
    let question = serde_json::json!({ "challenge": "AAAA" });
    let answer = key.get(&question, &Way::at(ORIGIN));
    let form = with(csrf, &[("code", &answer)]);
    let answer = browser.post("/sign-in/passkey", &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(browser.session().is_none());
}

#[tokio::test]
async fn a_key_that_only_felt_a_touch_is_a_second_factor_beside_the_password_n_14() {
    let world = World::with_passkeys(party()).await;
    let touched = Way::at(ORIGIN).with(|way| way.flags = PRESENT);
    let mut browser = Browser::new(&world);
    let key = enrolled(&mut browser, "ada", &touched).await;
    assert_eq!(browser.session().unwrap().record.events[1].strength, Strength::UserPresent);
    let mut other = Browser::new(&world);
    other.password("ada", PASSWORD, "/").await;
    let page = other.get("/challenge").await;
    let answer = prove(&mut other, &page, &key, &touched).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(other.session().unwrap().record.aal(), Aal::Aal2);
}

#[tokio::test]
async fn a_passkey_that_its_owner_s_devices_share_is_aal2_and_no_more_a196() {
    let world = World::with_passkeys(party()).await;
    let synced = Way::at(ORIGIN).with(|way| way.flags |= ELIGIBLE | BACKED_UP);
    let key = enrolled(&mut Browser::new(&world), "ada", &synced).await;
    let mut browser = Browser::new(&world);
    sign_in(&mut browser, &key, &synced).await;
    let session = browser.session().unwrap();
    assert_eq!(session.record.events[0].strength, Strength::UserVerified);
    assert_eq!(session.record.aal(), Aal::Aal2);
}

#[tokio::test]
async fn who_may_not_use_passkeys_does_not_sign_in_with_one_alone_a234() {
    let world = World::with_passkeys(party()).await;
    let mut browser = Browser::new(&world);
    let key = enrolled(&mut browser, "ada", &Way::at(ORIGIN)).await;
    let subject = browser.session().unwrap().record.subject.clone();
    let allowed = [AuthenticatorKind::Totp.name().to_owned()].into_iter().collect();
    let terms = Terms { allowed: Some(allowed), ..Terms::default() };
    let act = AuditEvent::new(world.clock.wall(), AuditKind::EnforcementChanged, Actor::Gateway);
    world.store.set_terms(&subject, terms, act).await.unwrap();
    let mut other = Browser::new(&world);
    let answer = sign_in(&mut other, &key, &Way::at(ORIGIN)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(other.session().is_none());
    assert_eq!(reasons(&world).await, ["not_allowed"]);
}
