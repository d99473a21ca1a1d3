//! The ways through the pages, over real ceremonies and a real store.

mod account;
mod admin_door;
mod api;
mod bounds;
mod browser;
mod codes;
mod devices;
mod enforcement;
mod first_owner;
mod known;
mod languages;
mod loss;
mod minimum;
mod must_change;
mod passkeys;
mod sent_code;
mod step_up;
mod waiver;
mod welcome;
mod world;

use std::time::Duration;

use http::Method;
use http::StatusCode;

use self::browser::Browser;
use self::browser::encoded;
use self::browser::hidden;
use self::browser::with;
use self::world::PASSWORD;
use self::world::World;
use crate::session::cookie::CookieKind;

#[tokio::test]
async fn a_person_enrols_stores_the_codes_signs_out_and_signs_in_with_a_code_s0_12_s0_15() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let sent = browser.meet(Method::GET, "/settings?tab=2", "").await;
    assert_eq!(sent.header("location"), "/.portcullis/sign-in?next=/settings%3Ftab%3D2");
    let answer = browser.password("ada", PASSWORD, "/settings?tab=2").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/.portcullis/enrol?next=/settings%3Ftab%3D2");
    let page = browser.get("/enrol?next=/settings%3Ftab%3D2").await;
    let codes = browser.confirm(&page).await;
    assert_eq!(codes.status, StatusCode::OK);
    assert_eq!(codes.texts("class=\"backup-code\"").len(), 10);
    let untold = browser.post("/codes", &codes.form("/codes")).await;
    assert_eq!(untold.status, StatusCode::BAD_REQUEST);
    assert_eq!(untold.texts("backup-code\""), codes.texts("backup-code\""));
    let stored = with(untold.form("/codes"), &[("stored", "on")]);
    assert_eq!(browser.post("/codes", &stored).await.header("location"), "/settings?tab=2");
    let account = browser.get("/account").await;
    assert_eq!(account.texts("id=\"codes-left\""), ["10"]);
    let out = browser.post("/sign-out", &account.form("/sign-out")).await;
    assert_eq!(out.header("location"), "/.portcullis/signed-out");
    assert_eq!(out.header("clear-site-data"), "\"cache\"");
    assert!(browser.cookie(CookieKind::Session).is_none(), "the session is left");
    let visitor = browser.cookie(CookieKind::Visitor).unwrap();
    assert!(visitor.contains(".."), "the mark of who signed in is left: {visitor}");
    assert_eq!(browser.get("/signed-out").await.status, StatusCode::OK);
    world.next_step();
    let answer = browser.password("ada", PASSWORD, "/settings?tab=2").await;
    assert_eq!(answer.header("location"), "/.portcullis/challenge?next=/settings%3Ftab%3D2");
    let page = browser.get("/challenge?next=/settings%3Ftab%3D2").await;
    let code = browser.code();
    let typed = format!(" {} {} ", &code[..3], &code[3..]);
    let form = with(page.form("/challenge"), &[("code", &typed)]);
    let answer = browser.post("/challenge", &form).await;
    assert_eq!(answer.header("location"), "/settings?tab=2");
}

#[tokio::test]
async fn the_cookie_changes_after_password_and_second_factor_a205() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let first = browser.cookie(CookieKind::Session).unwrap().to_owned();
    world.next_step();
    let mut other = Browser { jar: Vec::new(), ..browser.clone() };
    other.password("ada", PASSWORD, "/").await;
    let half = other.cookie(CookieKind::Session).unwrap().to_owned();
    let page = other.get("/challenge").await;
    let form = with(page.form("/challenge"), &[("code", &other.code())]);
    other.post("/challenge", &form).await;
    let whole = other.cookie(CookieKind::Session).unwrap().to_owned();
    assert!(first != half && half != whole);
    let stale = Browser { jar: vec![("__Host-portcullis".to_owned(), half)], ..other.clone() };
    assert!(stale.session().is_none(), "the old cookie still opens a session");
}

#[tokio::test]
async fn every_failed_password_reads_alike_a120() {
    let world = World::new().await;
    let mut texts = Vec::new();
    for login in ["ada", "nobody"] {
        let mut browser = Browser::new(&world);
        let answer = browser.password(login, "wrong", "/").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(browser.session().is_none() && answer.head.get("set-cookie").is_none());
        let csrf = &answer.form("/sign-in")[0].1;
        texts.push(answer.text.replace(csrf, "").replace(&format!("value=\"{login}\""), ""));
    }
    assert_eq!(texts[0], texts[1]);
}

#[tokio::test]
async fn too_many_wrong_passwords_are_told_how_long_to_wait() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for _ in 0..50 {
        let answer = browser.password("ada", "wrong", "/").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
            assert!(answer.text.contains("Too many attempts. Try again in "));
            return;
        }
    }
    panic!("nobody was told to wait");
}

#[tokio::test]
async fn a_form_without_its_own_token_or_cookie_signs_nobody_in_a214() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/sign-in").await;
    let form = with(page.form("/sign-in"), &[("login", "ada"), ("password", PASSWORD)]);
    let mut other = Browser::new(&world);
    assert_eq!(other.post("/sign-in", &form).await.status, StatusCode::FORBIDDEN);
    let answer = other.post("/sign-in", &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(other.session().is_none());
    let mut evil = browser.post_request("/sign-in", &form);
    evil.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    assert_eq!(browser.send(evil).await.status, StatusCode::FORBIDDEN);
    world.clock.advance(Duration::from_hours(12));
    let late = browser.post("/sign-in", &form).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    assert!(late.text.contains("open for too long"));
    let again = browser.fill_password(&late, "ada", PASSWORD).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "the page that says so works at once");
}

#[tokio::test]
async fn a_token_of_another_session_signs_nobody_out_a213() {
    let world = World::new().await;
    let [mut ada, mut eve] = [(); 2].map(|()| Browser::new(&world));
    ada.enrolled("ada").await;
    eve.enrolled("eve").await;
    let foreign = eve.get("/account").await.form("/sign-out");
    assert_eq!(ada.post("/sign-out", &foreign).await.status, StatusCode::FORBIDDEN);
    assert!(ada.session().is_some());
}

#[tokio::test]
async fn a_read_changes_nothing_and_other_methods_are_named_a213() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let form = browser.get("/account").await.form("/sign-out");
    for (method, expected) in [
        (Method::GET, StatusCode::BAD_REQUEST),
        (Method::HEAD, StatusCode::BAD_REQUEST),
        (Method::PUT, StatusCode::METHOD_NOT_ALLOWED),
        (Method::DELETE, StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let page = format!("/sign-out?{}", encoded(&form));
        let answer = browser.method(method.clone(), &page).await;
        assert_eq!(answer.status, expected, "{method}");
        assert!(browser.session().is_some());
    }
    assert_eq!(browser.get("/sign-out").await.status, StatusCode::OK);
    assert!(browser.session().is_some());
    let answer = browser.method(Method::DELETE, "/sign-in").await;
    assert!(answer.header("allow").contains("GET") && answer.header("allow").contains("POST"));
}

#[tokio::test]
async fn a_backup_code_works_once_and_the_last_ones_are_told_s0_9_s1_26() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let codes = browser.enrolled("ada").await;
    for (spent, code) in codes.iter().enumerate() {
        let mut browser = Browser::new(&world);
        browser.password("ada", PASSWORD, "/x").await;
        let page = browser.get("/challenge?method=backup_code&next=/x").await;
        let typed = code.to_uppercase().replace('-', " ");
        let form = with(page.form("/challenge"), &[("code", &typed)]);
        let answer = browser.post("/challenge", &form).await;
        if spent < 6 {
            assert_eq!(answer.header("location"), "/x");
        } else {
            assert_eq!(answer.status, StatusCode::OK);
            assert!(answer.text.contains("href=\"/x\""), "{}", answer.text);
        }
        let mut again = Browser::new(&world);
        again.password("ada", PASSWORD, "/x").await;
        let page = again.get("/challenge?next=/x").await;
        let form = with(page.form("/challenge"), &[("method", "backup_code"), ("code", code)]);
        assert_ne!(again.post("/challenge", &form).await.status, StatusCode::SEE_OTHER);
        again.get("/challenge").await;
        // A wrong code costs a turn of the budget; time gives it back.
        world.clock.advance(Duration::from_mins(20));
    }
}

#[tokio::test]
async fn a_code_works_once_and_the_person_is_told_to_wait_for_the_next_a142() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let spent = browser.code();
    let mut other = Browser { jar: Vec::new(), ..browser.clone() };
    other.password("ada", PASSWORD, "/").await;
    let page = other.get("/challenge").await;
    let form = with(page.form("/challenge"), &[("code", &spent)]);
    let answer = other.post("/challenge", &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text.contains("used already"), "{}", answer.text);
}

#[tokio::test]
async fn a_small_form_that_met_the_challenge_is_offered_again_to_its_sender_a218() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let body = "vessel=Aurora&note=a+%22b%22&note=second";
    let page = browser.meet(Method::POST, "/berths?x=1", body).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(!page.text.contains("Aurora"), "the form is readable on the page");
    let wrong = browser.fill_password(&page, "ada", "wrong").await;
    let enrol = browser.fill_password(&wrong, "ada", PASSWORD).await;
    let codes = browser.confirm(&enrol).await;
    let stored = with(codes.form("/codes"), &[("stored", "on")]);
    let kept = browser.post("/codes", &stored).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(kept.text.contains("Your form was not lost"));
    let form = kept.text.split("action=\"/berths?x=1\"").nth(1).unwrap();
    let fields = hidden(form);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(fields, [("vessel", "Aurora"), ("note", "a \"b\""), ("note", "second")]);
}

#[tokio::test]
async fn a_kept_form_is_not_offered_to_somebody_else_a218() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    browser.jar.retain(|(name, _)| name.ends_with("visitor"));
    let page = browser.meet(Method::POST, "/berths", "vessel=Aurora").await;
    let mut eve = Browser::new(&world);
    eve.enrolled("eve").await;
    world.next_step();
    browser.key.clone_from(&eve.key);
    let sent = browser.fill_password(&page, "eve", PASSWORD).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "ada's form went on with eve");
    // In another browser it does not open at all.
    let mut other = Browser::new(&world);
    let own = other.get("/sign-in").await;
    let kept = page.form("/sign-in").iter().find(|(n, _)| n == "kept").unwrap().1.clone();
    let mut form = with(own.form("/sign-in"), &[("login", "ada"), ("password", PASSWORD)]);
    form.push(("kept".to_owned(), kept));
    assert_eq!(other.post("/sign-in", &form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_script_of_the_console_cannot_read_our_pages_a220() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    for dest in ["empty", "iframe", "serviceworker", "script"] {
        let mut request = browser.post_request("/account", &[]);
        *request.method_mut() = Method::GET;
        request.headers_mut().insert("sec-fetch-dest", dest.parse().unwrap());
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{dest}");
        assert!(!answer.text.contains("csrf"), "{dest}");
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_lets_nobody_through_and_says_so() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/sign-in").await;
    world.break_store().await;
    let answer = browser.fill_password(&page, "ada", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.texts("id=\"request-id\""), ["request-1"]);
    assert!(!answer.header("retry-after").is_empty() && browser.session().is_none());
}

#[tokio::test]
async fn two_visitor_cookies_are_refused_and_cleared_a208() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.get("/sign-in").await;
    let twice = browser.jar[0].clone();
    browser.jar.push(twice);
    let answer = browser.get("/sign-in").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(browser.jar.is_empty());
}

#[tokio::test]
async fn whoever_is_signed_in_is_sent_on_and_a_session_that_ended_starts_again() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    for page in ["/sign-in?next=/x", "/challenge?next=/x", "/enrol?next=/x"] {
        assert_eq!(browser.get(page).await.header("location"), "/x", "{page}");
    }
    let account = browser.get("/account").await;
    world.clock.advance(Duration::from_mins(31));
    let form = account.form("/sign-out");
    let answer = browser.post("/account/codes", &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text.contains("Please sign in again"));
    let signing_in = "/.portcullis/sign-in?next=/.portcullis/account";
    assert_eq!(browser.get("/account").await.header("location"), signing_in);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let mut other = Browser::new(&world);
    other.password("ada", PASSWORD, "/").await;
    let account = browser.get("/account").await;
    assert!(account.text.contains("You are signed in at 2 places."));
    let form = account.form("/sign-out-everywhere");
    let out = browser.post("/sign-out-everywhere", &form).await;
    assert_eq!(out.header("location"), "/.portcullis/signed-out?everywhere=yes");
    assert!(other.session().is_none() && world.directory.is_empty());
}

#[tokio::test]
async fn unknown_pages_fields_and_files_are_refused_a050() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for (page, status) in [
        ("/nope", 404),
        ("/", 404),
        ("", 404),
        ("/assets/nope.css", 404),
        ("/sign-in?next=/&next=/x", 400),
        ("/sign-in?user=a", 400),
        ("/challenge?method=password", 303),
        ("/signed-out?method=password", 400),
        ("/jwks.json", 200),
    ] {
        let answer = browser.get(page).await;
        assert_eq!(answer.status.as_u16(), status, "{page}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{page}");
        assert_eq!(answer.header("x-request-id"), "request-1", "{page}");
    }
    let css = browser.get("/sign-in").await.text;
    let css = css.split("/.portcullis/assets/portal-").nth(1).unwrap().split('"').next().unwrap();
    let file = browser.get(&format!("/assets/portal-{css}")).await;
    assert!(file.status == StatusCode::OK && file.header("cache-control").contains("immutable"));
}
