//! How people come into the console: by its own form, or by the gateway's word.

use super::*;

#[tokio::test]
async fn the_consoles_own_form_signs_in_with_its_own_cookie() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    assert!(cookie.starts_with("HARBOURSESSID="));
    let page = bench.get("/dashboard", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Alice Fairway"));
    assert!(page.body.contains("signed in by the console's own form"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_page_and_no_cookie() {
    let bench = Bench::new();
    for (login, password) in [("alice", "bob-secret"), ("carol", "alice-secret"), ("", "")] {
        let fields = [("username", login), ("password", password)];
        let answer = bench.post("/login", "", &fields).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("wrong user name or password"));
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
}

#[tokio::test]
async fn without_a_person_pages_lead_to_the_form_and_programs_get_401() {
    let bench = Bench::new();
    for page in ["/", "/dashboard", "/settings", "/live", "/files", "/old", "/echo-headers"] {
        let answer = bench.get(page, "HARBOURSESSID=guess").await;
        assert_eq!(answer.status, StatusCode::FOUND, "{page}");
        assert_eq!(answer.header(header::LOCATION), "/login");
    }
    for path in ["/api/vessels", "/api/danger", "/live/ws", "/live/events"] {
        let answer = bench.get(path, "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn logging_out_ends_the_session_on_the_server() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    let answer = bench.post("/logout", &cookie, &[]).await;
    assert_eq!(answer.header(header::LOCATION), "/login");
    assert!(answer.header(header::SET_COOKIE).contains("Max-Age=0"));
    let page = bench.get("/dashboard", &cookie).await;
    assert_eq!(page.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_session_of_the_form_ends_after_eight_hours() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    bench.clock.advance(Duration::from_hours(8) - Duration::from_millis(1));
    assert_eq!(bench.get("/dashboard", &cookie).await.status, StatusCode::OK);
    bench.clock.advance(Duration::from_millis(1));
    assert_eq!(bench.get("/dashboard", &cookie).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_checked_assertion_signs_in_without_form_or_cookie() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let published = Publisher::start(&bench, &signer).await;
    let token = signer.token(&gateway::claims());
    for _ in 0..3 {
        let page = bench.asserting("/dashboard", &token).await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in ["alice", "signed in by Portcullis", "<code>otp</code>", "aal2", "s-77"] {
            assert!(page.body.contains(shown), "{shown} is missing");
        }
        assert!(!page.headers.contains_key(header::SET_COOKIE));
    }
    assert_eq!(published.asked(), 1, "the keys are kept");
    let form = bench.asserting("/login", &token).await;
    assert_eq!(form.header(header::LOCATION), "/dashboard");
}

#[tokio::test]
async fn a_person_the_console_never_heard_of_is_an_operator() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let _published = Publisher::start(&bench, &signer).await;
    let mut claims = gateway::claims();
    claims["preferred_username"] = json!("zoe");
    claims["name"] = Value::Null;
    claims["groups"] = json!(["administrator"]);
    let page = bench.asserting("/dashboard", &signer.token(&claims)).await;
    assert!(page.body.contains(">zoe<"));
    assert!(!page.body.contains("Administrator"));
}

#[tokio::test]
async fn a_false_assertion_is_401_whatever_cookie_comes_with_it() {
    let bench = Bench::new();
    let _published = Publisher::start(&bench, &Signer::new("k1")).await;
    let cookie = bench.log_in("bob").await;
    let forged = Signer::new("k1").token(&gateway::claims());
    for token in [forged.as_str(), "", "a.b.c"] {
        let request = Request::get("/dashboard")
            .header(header::COOKIE, &cookie)
            .header("Portcullis-Assertion", token);
        let answer = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token:?}");
        assert!(answer.body.contains("not believed"));
    }
    let api = bench.asserting("/api/vessels", &forged).await;
    assert_eq!(api.status, StatusCode::UNAUTHORIZED);
    assert!(api.header(header::CONTENT_TYPE).contains("json"));
}

#[tokio::test]
async fn two_assertions_are_one_too_many() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let _published = Publisher::start(&bench, &signer).await;
    let token = signer.token(&gateway::claims());
    let request = Request::get("/dashboard")
        .header("Portcullis-Assertion", &token)
        .header("Portcullis-Assertion", &token);
    let answer = bench.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_assertion_is_refused_while_no_gateway_is_known() {
    let bench = Bench::new();
    let token = Signer::new("k1").token(&gateway::claims());
    let answer = bench.asserting("/dashboard", &token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_new_key_is_fetched_at_once_but_not_for_every_request() {
    let bench = Bench::new();
    let (old, new) = (Signer::new("k1"), Signer::new("k2"));
    let published = Publisher::start(&bench, &old).await;
    let status = async |signer: &Signer| {
        let token = signer.token(&gateway::claims());
        bench.asserting("/dashboard", &token).await.status
    };
    assert_eq!(status(&old).await, StatusCode::OK);
    *published.keys.lock() = new.jwks();
    for _ in 0..5 {
        assert_eq!(status(&new).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(published.asked(), 1, "asked again within three seconds");
    bench.clock.advance(Duration::from_secs(3));
    assert_eq!(status(&new).await, StatusCode::OK);
    assert_eq!(status(&old).await, StatusCode::UNAUTHORIZED);
    assert_eq!(published.asked(), 2);
}

#[tokio::test]
async fn keys_that_cannot_be_renewed_are_not_used_for_ever() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let published = Publisher::start(&bench, &signer).await;
    let mut claims = gateway::claims();
    claims["exp"] = json!(gateway::NOW + 3600);
    let token = signer.token(&claims);
    assert_eq!(bench.asserting("/dashboard", &token).await.status, StatusCode::OK);
    *published.keys.lock() = json!("gone");
    bench.clock.advance(Duration::from_mins(5));
    let answer = bench.asserting("/dashboard", &token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_came_through_the_gateway_signs_out_there() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let _published = Publisher::start(&bench, &signer).await;
    let request = Request::post("/logout")
        .header("Portcullis-Assertion", signer.token(&gateway::claims()))
        .body(Body::empty());
    let answer = bench.send(request.unwrap()).await;
    assert_eq!(answer.header(header::LOCATION), "/.portcullis/sign-out");
}
