//! What a person changes on their own account: on a fresh proof, and nothing of anybody else's.

use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::AuditKind;
use crate::ceremony::change::CHANGE_WITHIN;
use crate::enforcement::Demands;
use crate::enforcement::Settings;
use crate::subject::terms::Mode;

type Fields = Vec<(String, String)>;

/// Ids of the second factors on the account page, oldest first.
async fn factors(browser: &mut Browser<'_>) -> Vec<String> {
    ids(&browser.get("/account").await, "/account/factor?id=")
}

fn ids(page: &Page, mark: &str) -> Vec<String> {
    let ids = page.text.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    ids.collect()
}

/// The form of a factor's page.
async fn form(browser: &mut Browser<'_>, id: &str, act: &str) -> Fields {
    browser.get(&format!("/account/factor?id={id}")).await.form(act)
}

fn asks_for_proof(answer: &Page, page: &str) {
    let location = answer.header("location");
    assert!(location.starts_with("/.portcullis/challenge?"), "{location} {}", answer.text);
    assert!(location.ends_with(&format!("next=/.portcullis{page}")), "{location}");
}

async fn count(world: &World, kind: AuditKind) -> usize {
    world.log().await.iter().filter(|event| event.kind == kind).count()
}

#[tokio::test]
async fn a_factor_is_renamed_on_a_fresh_proof_and_shown_by_its_name() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let id = factors(&mut browser).await.remove(0);
    let rename = form(&mut browser, &id, "/account/rename").await;
    for bad in ["", " ", "\u{7}", &"x".repeat(41)] {
        let answer = browser.post("/account/rename", &with(rename.clone(), &[("name", bad)])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad:?}");
        assert!(answer.text.contains("id=\"name-error\""));
    }
    let answer =
        browser.post("/account/rename", &with(rename, &[("name", " My <b> phone ")])).await;
    assert_eq!(answer.header("location"), "/.portcullis/account?done=renamed");
    let account = browser.get("/account?done=renamed").await;
    assert!(account.text.contains("My &#60;b&#62; phone"), "{}", account.text);
    assert_eq!(account.texts("id=\"done\""), ["The name is changed."]);
    assert_eq!(count(&world, AuditKind::AuthenticatorRenamed).await, 1);
    assert_eq!(browser.get("/account?done=anything").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn removing_a_factor_ends_every_other_session_a203() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let second = browser.adds_app().await;
    let other = browser.elsewhere("ada").await;
    let mut eve = Browser::new(&world);
    eve.enrolled("eve").await;
    let ids = factors(&mut browser).await;
    assert_eq!(ids.len(), 2);
    let remove = form(&mut browser, &ids[0], "/account/remove").await;
    let answer = browser.post("/account/remove", &remove).await;
    assert_eq!(answer.header("location"), "/.portcullis/account?done=removed", "{}", answer.text);
    assert!(browser.session().is_some() && other.session().is_none() && eve.session().is_some());
    assert_eq!(factors(&mut browser).await, ids[1..]);
    assert_eq!(count(&world, AuditKind::AuthenticatorRemoved).await, 1);
    // The one that was removed proves nothing any more; the other does.
    world.next_step();
    let mut fresh = Browser { jar: Vec::new(), ..browser.clone() };
    fresh.password("ada", PASSWORD, "/").await;
    let page = fresh.get("/challenge").await;
    let old = with(page.form("/challenge"), &[("code", &fresh.code())]);
    assert_eq!(fresh.post("/challenge", &old).await.status, StatusCode::UNAUTHORIZED);
    fresh.key = Some(second);
    let new = with(page.form("/challenge"), &[("code", &fresh.code())]);
    assert_eq!(fresh.post("/challenge", &new).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_last_factor_stays_and_the_page_says_why() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let id = factors(&mut browser).await.remove(0);
    let page = browser.get(&format!("/account/factor?id={id}")).await;
    assert!(page.text.contains("id=\"stays\"") && !page.text.contains("/account/remove"));
    let forged = with(browser.get("/account").await.form("/sign-out"), &[("id", &id)]);
    let answer = browser.post("/account/remove", &forged).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("id=\"stays\""), "{}", answer.text);
    assert_eq!(factors(&mut browser).await, [id]);
}

#[tokio::test]
async fn where_none_is_required_the_last_factor_may_go_and_the_codes_with_it_a203() {
    let everybody = Demands { mode: Some(Mode::Optional), ..Demands::default() };
    let world = World::demanding(Settings { everybody, ..Settings::default() }).await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get("/enrol?method=totp").await;
    let codes = browser.confirm(&page).await;
    browser.post("/codes", &with(codes.form("/codes"), &[("stored", "on")])).await;
    let id = factors(&mut browser).await.remove(0);
    let remove = form(&mut browser, &id, "/account/remove").await;
    let answer = browser.post("/account/remove", &remove).await;
    assert_eq!(answer.header("location"), "/.portcullis/account?done=removed", "{}", answer.text);
    let account = browser.get("/account").await;
    assert_eq!(account.status, StatusCode::OK, "{}", account.text);
    assert!(world.held("ada").await.is_empty());
}

#[tokio::test]
async fn of_two_factors_removed_at_once_one_stays() {
    for _ in 0..5 {
        let world = World::new().await;
        let mut browser = Browser::new(&world);
        browser.enrolled("ada").await;
        browser.adds_app().await;
        let ids = factors(&mut browser).await;
        let mut tabs: Vec<_> = ids.iter().map(|_| browser.clone()).collect();
        let mut forms = Vec::new();
        for id in &ids {
            forms.push(form(&mut browser, id, "/account/remove").await);
        }
        let [one, two] = tabs.as_mut_slice() else { panic!("two tabs") };
        let (a, b) = tokio::join!(
            one.post("/account/remove", &forms[0]),
            two.post("/account/remove", &forms[1])
        );
        let gone = [a, b].iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
        let left = world.held("ada").await;
        let left = left.iter().filter(|one| one.is_second_factor()).count();
        assert_eq!((gone, left), (1, 1));
    }
}

#[tokio::test]
async fn nothing_of_anybody_elses_is_reached_whatever_is_named_a190() {
    let world = World::new().await;
    let [mut ada, mut eve] = [(); 2].map(|()| Browser::new(&world));
    ada.enrolled("ada").await;
    eve.enrolled("eve").await;
    ada.adds_app().await;
    let id = factors(&mut ada).await.remove(0);
    let handle = ada.session().unwrap().record.handle.clone();
    let csrf = eve.get("/account").await.form("/sign-out");
    let named = |more: &[(&str, &str)]| with(csrf.clone(), more);
    let page = eve.get(&format!("/account/factor?id={id}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    for (act, fields) in [
        ("/account/rename", named(&[("id", &id), ("name", "mine")])),
        ("/account/remove", named(&[("id", &id)])),
        ("/account/lost", named(&[("id", &id), ("then", "replace")])),
        ("/account/lost", named(&[("id", &id), ("then", "remove")])),
        ("/account/sessions", named(&[("session", &handle)])),
    ] {
        let answer = eve.post(act, &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act} {}", answer.text);
        assert!(!answer.text.contains("ADA"));
    }
    assert!(ada.session().is_some());
    assert_eq!(factors(&mut ada).await.len(), 2);
}

#[tokio::test]
async fn without_a_fresh_proof_nothing_changes_and_one_leads_back_to_the_act_a220() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    browser.adds_app().await;
    let other = browser.elsewhere("ada").await;
    let id = factors(&mut browser).await.remove(0);
    let page = format!("/account/factor?id={id}");
    let rename = with(form(&mut browser, &id, "/account/rename").await, &[("name", "x")]);
    let remove = form(&mut browser, &id, "/account/remove").await;
    let sessions = browser.get("/account/sessions").await;
    let end = sessions.form("/account/sessions");
    let others = sessions.form("/account/sessions/others");
    let password = browser.get("/account/password").await.form("/account/password");
    let password = with(password, &[("old", PASSWORD), ("new", NEW), ("again", NEW)]);
    world.clock.advance(CHANGE_WITHIN);
    let encoded = page.replace('?', "%3F").replace('=', "%3D");
    asks_for_proof(&browser.get(&page).await, &encoded);
    asks_for_proof(&browser.post("/account/rename", &rename).await, &encoded);
    asks_for_proof(&browser.post("/account/remove", &remove).await, &encoded);
    asks_for_proof(&browser.post("/account/sessions", &end).await, "/account/sessions");
    asks_for_proof(&browser.post("/account/sessions/others", &others).await, "/account/sessions");
    asks_for_proof(&browser.get("/account/password").await, "/account/password");
    asks_for_proof(&browser.post("/account/password", &password).await, "/account/password");
    assert_eq!(factors(&mut browser).await.len(), 2);
    assert!(other.session().is_some());
    // Looking stays free; what would end a session is not there.
    let list = browser.get("/account/sessions").await;
    assert!(
        list.text.contains("id=\"prove\"")
            && !list.text.contains("action=\"/.portcullis/account/sessions")
    );
    let challenge = browser.get(&page).await.header("location").to_owned();
    let asked = browser.get(challenge.strip_prefix("/.portcullis").unwrap()).await;
    let code = with(asked.form("/challenge"), &[("code", &browser.code())]);
    let back = browser.post("/challenge", &code).await;
    assert_eq!(back.header("location"), format!("/.portcullis{page}"), "{}", back.text);
    assert_eq!(browser.get(&page).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sessions_are_listed_by_handle_and_ended_one_by_one_or_all_a225() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let [second, third] = [browser.elsewhere("ada").await, browser.elsewhere("ada").await];
    let list = browser.get("/account/sessions").await;
    assert!(list.text.contains("192.0.2.1") && list.text.contains("Firefox, Linux"));
    for one in [&browser, &second, &third] {
        for (_, value) in &one.jar {
            assert!(!list.text.contains(value.as_str()), "a cookie stands on the page");
        }
    }
    let csrf = list.form("/account/sessions/others");
    let handle = |of: &Browser<'_>| of.session().unwrap().record.handle.clone();
    assert!(list.text.contains(&handle(&second)) && !list.text.contains(&handle(&browser)));
    let own = with(csrf.clone(), &[("session", &handle(&browser))]);
    assert_eq!(browser.post("/account/sessions", &own).await.status, StatusCode::NOT_FOUND);
    let end = with(csrf.clone(), &[("session", &handle(&second))]);
    let answer = browser.post("/account/sessions", &end).await;
    assert_eq!(answer.header("location"), "/.portcullis/account/sessions?done=one");
    assert!(second.session().is_none() && third.session().is_some());
    assert_eq!(browser.post("/account/sessions", &end).await.status, StatusCode::NOT_FOUND);
    let answer = browser.post("/account/sessions/others", &csrf).await;
    assert_eq!(answer.header("location"), "/.portcullis/account/sessions?done=others");
    assert!(third.session().is_none() && browser.session().is_some());
    let list = browser.get("/account/sessions?done=others").await;
    assert!(!list.text.contains("action=\"/.portcullis/account/"), "{}", list.text);
}

/// Another password.
const NEW: &str = "heather-Anvil-2208";

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_every_other_session_a211() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let other = browser.elsewhere("ada").await;
    let page = browser.get("/account/password").await.form("/account/password");
    let typed = |old: &str, new: &str, again: &str| {
        with(page.clone(), &[("old", old), ("new", new), ("again", again)])
    };
    for (old, new, again, problem) in [
        (PASSWORD, NEW, "heather", "not the same"),
        (PASSWORD, "short", "short", "at least 10 characters"),
        (PASSWORD, "password1234", "password1234", "attackers try first"),
        ("wrong", NEW, NEW, "not your present password"),
    ] {
        let answer = browser.post("/account/password", &typed(old, new, again)).await;
        assert!(answer.status.is_client_error());
        assert!(answer.text.contains(problem), "{problem}: {}", answer.text);
        assert!(!answer.text.contains(NEW) && !answer.text.contains(PASSWORD));
    }
    assert!(other.session().is_some(), "nothing was changed");
    let answer = browser.post("/account/password", &typed(PASSWORD, NEW, NEW)).await;
    assert_eq!(answer.header("location"), "/.portcullis/account?done=password", "{}", answer.text);
    assert!(other.session().is_none() && browser.session().is_some());
    let mut fresh = Browser::new(&world);
    assert_eq!(fresh.password("ada", PASSWORD, "/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(fresh.password("ada", NEW, "/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(count(&world, AuditKind::PasswordSet).await, 1);
}

#[tokio::test]
async fn guessing_the_present_password_of_an_open_session_is_bounded_a126() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let page = browser.get("/account/password").await.form("/account/password");
    let wrong = with(page.clone(), &[("old", "guess"), ("new", NEW), ("again", NEW)]);
    for _ in 0..20 {
        let answer = browser.post("/account/password", &wrong).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
            let right = with(page, &[("old", PASSWORD), ("new", NEW), ("again", NEW)]);
            let answer = browser.post("/account/password", &right).await;
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "not verified at all");
            return;
        }
    }
    panic!("nobody was told to wait");
}

#[tokio::test]
async fn a_form_of_another_session_changes_nothing_a213() {
    let world = World::new().await;
    let [mut ada, mut eve] = [(); 2].map(|()| Browser::new(&world));
    ada.enrolled("ada").await;
    eve.enrolled("eve").await;
    let id = factors(&mut ada).await.remove(0);
    let foreign = eve.get("/account").await.form("/sign-out");
    for (act, more) in [
        ("/account/rename", vec![("id", id.as_str()), ("name", "x")]),
        ("/account/remove", vec![("id", id.as_str())]),
        ("/account/lost", vec![("id", id.as_str()), ("then", "remove")]),
        ("/account/codes", Vec::new()),
        ("/account/codes/show", Vec::new()),
        ("/account/sessions", vec![("session", "x")]),
        ("/account/sessions/others", Vec::new()),
        ("/account/password", vec![("old", PASSWORD), ("new", NEW), ("again", NEW)]),
    ] {
        let answer = ada.post(act, &with(foreign.clone(), &more)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{act}");
        let read = ada.get(&format!("{act}?csrf=x")).await;
        assert!(read.status.is_client_error(), "{act} {}", read.status);
    }
}
