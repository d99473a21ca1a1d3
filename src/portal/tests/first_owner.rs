//! The page that makes the first owner: while there is none, with the token, and otherwise not there.

use std::time::Duration;

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::world::World;
use crate::audit::Actor;
use crate::audit::AuditKind;
use crate::entropy::SeededEntropy;
use crate::subject::LoginName;
use crate::subject::Role;
use crate::subject::one_time::OneTimeToken;

const PAGE: &str = "/first-owner";
const PASSWORD: &str = "quarry Lantern ninety";

impl World {
    /// A token, as a start writes one.
    async fn offers(&self, seed: u64) -> OneTimeToken {
        let token = OneTimeToken::generate(&SeededEntropy::new(seed)).unwrap();
        let ceremonies = &self.portal.core.ceremonies;
        assert!(ceremonies.offer_first_owner(&token).await.unwrap().is_some());
        token
    }

    async fn role(&self, login: &str) -> Option<Role> {
        let login = LoginName::parse(login).unwrap();
        let account = self.store.account_by_login(&login).await.unwrap();
        account.map(|account| account.profile.role)
    }
}

impl Browser<'_> {
    /// Fills the page in and sends it.
    async fn claims(&mut self, fields: &[(&str, &str)]) -> Page {
        let page = self.get(PAGE).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let all =
            [("login", "olga"), ("name", "Olga"), ("password", PASSWORD), ("again", PASSWORD)];
        let form = with(page.form(PAGE), &all);
        self.post(PAGE, &with(form, fields)).await
    }
}

/// What an answer is told from another by, its own address aside.
fn told(page: &Page) -> (StatusCode, String, Vec<String>) {
    let mut names: Vec<String> = page.head.keys().map(ToString::to_string).collect();
    names.sort();
    (page.status, page.text.replace("/first-owner", "/nothing"), names)
}

#[tokio::test]
async fn the_page_is_there_only_while_there_is_no_owner_a263() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let is_absent = async |browser: &mut Browser<'_>| {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::DELETE] {
            let answer = browser.method(method.clone(), PAGE).await;
            let absent = browser.method(method.clone(), "/nothing").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method}");
            assert_eq!(told(&answer), told(&absent), "{method}");
        }
    };
    is_absent(&mut browser).await;
    let token = world.offers(1).await;
    let form = browser.get(PAGE).await.form(PAGE);
    let odd = browser.method(Method::DELETE, PAGE).await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);
    let made = browser.claims(&[("token", &format!(" {} ", token.expose()))]).await;
    assert_eq!(
        (made.status, made.header("location")),
        (StatusCode::SEE_OTHER, "/.portcullis/sign-in")
    );
    assert_eq!(world.role("olga").await, Some(Role::Owner));
    is_absent(&mut browser).await;
    let filled = [("token", token.expose()), ("login", "eve"), ("name", "")];
    let late = with(form, &[("password", PASSWORD), ("again", PASSWORD)]);
    let late = browser.post(PAGE, &with(late, &filled)).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    let log = world.log().await;
    let event = log.iter().find(|it| it.kind == AuditKind::AccountCreated && it.client.is_some());
    let event = event.expect("a record");
    assert_eq!((&event.actor, event.target.is_some()), (&Actor::Unknown, true));
    assert!(!format!("{log:?}").contains(token.expose()));
    assert!(log.iter().any(|it| it.kind == AuditKind::FirstOwnerOffered));
    assert!(browser.password("olga", PASSWORD, "/").await.status == StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn unknown_tokens_are_answered_alike_and_charged_and_expired_ones_find_no_page_a263() {
    let world = World::new().await;
    let old = world.offers(1).await;
    let token = world.offers(2).await;
    let mut browser = Browser::new(&world);
    let mut answers = Vec::new();
    for wrong in [old.expose(), "x", " ", &token.expose()[1..], &token.expose().to_uppercase()] {
        let answer = browser.claims(&[("token", wrong)]).await;
        answers.push((answer.status, answer.texts("id=\"problem\"")));
    }
    assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    // After its hour no token is better than another, and there is no page to try one on.
    let open = browser.get(PAGE).await.form(PAGE);
    world.clock.advance(Duration::from_hours(1));
    let absent = browser.get("/nothing").await;
    assert_eq!(told(&browser.get(PAGE).await), told(&absent));
    for typed in [token.expose(), "x"] {
        let all =
            [("login", "olga"), ("name", "Olga"), ("password", PASSWORD), ("again", PASSWORD)];
        let late = with(with(open.clone(), &all), &[("token", typed)]);
        let late = browser.post(PAGE, &late).await;
        assert_eq!((late.status, late.text.contains("form")), (StatusCode::NOT_FOUND, false));
    }
    assert_eq!(world.role("olga").await, None);
    let token = world.offers(3).await;
    let refused = |it: &&crate::audit::AuditEvent| it.kind == AuditKind::ProofRefused;
    assert!(world.log().await.iter().any(|it| refused(&it)), "nobody is told of it");
    // As many as wrong passwords, and then not even the right one is looked at.
    let mut tries = 0;
    while browser.claims(&[("token", "x")]).await.status == StatusCode::UNAUTHORIZED {
        tries += 1;
        assert!(tries < 100, "without end");
    }
    let waits = browser.claims(&[("token", token.expose())]).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{}", waits.text);
    assert!(!waits.header("retry-after").is_empty());
    assert_eq!(world.role("olga").await, None);
    let mut elsewhere = Browser { client: "198.51.100.7", ..Browser::new(&world) };
    let made = elsewhere.claims(&[("token", token.expose())]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
}

#[tokio::test]
async fn what_cannot_be_an_owner_is_said_and_uses_nothing_up_a263() {
    let world = World::new().await;
    let token = world.offers(1).await;
    let mut browser = Browser::new(&world);
    for field in
        [("login", "ada"), ("login", "<b>"), ("name", "a\u{7}b"), ("again", "another one, longer")]
    {
        let answer = browser.claims(&[("token", token.expose()), field]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field:?}: {}", answer.text);
        assert!(!answer.text.contains(token.expose()) && !answer.text.contains(PASSWORD));
    }
    let short = [("token", token.expose()), ("password", "short"), ("again", "short")];
    assert_eq!(browser.claims(&short).await.status, StatusCode::BAD_REQUEST);
    // With a wrong token nothing is said of what else is wrong.
    let blind = browser.claims(&[("token", "x"), ("login", "ada")]).await;
    assert_eq!(blind.status, StatusCode::UNAUTHORIZED);
    // A form of another browser's, or none of ours.
    let form = browser.get(PAGE).await.form(PAGE);
    let all = [("token", token.expose()), ("login", "olga"), ("name", ""), ("password", PASSWORD)];
    let form = with(with(form, &all), &[("again", PASSWORD)]);
    for mut other in [Browser::new(&world), browser.clone()] {
        let spoilt = with(form.clone(), &[("csrf", "AAAA")]);
        assert_eq!(other.post(PAGE, &spoilt).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(world.role("olga").await, None);
    assert_eq!(browser.post(PAGE, &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.role("olga").await, Some(Role::Owner));
}

#[tokio::test]
async fn of_two_pages_filled_in_at_once_one_makes_an_owner_a263() {
    let world = World::new().await;
    let token = world.offers(1).await;
    let (mut one, mut other) = (Browser::new(&world), Browser::new(&world));
    let form = async |browser: &mut Browser<'_>, login: &str| {
        let form = browser.get(PAGE).await.form(PAGE);
        let form = with(form, &[("token", token.expose()), ("login", login), ("name", "")]);
        with(form, &[("password", PASSWORD), ("again", PASSWORD)])
    };
    let forms = (form(&mut one, "olga").await, form(&mut other, "otto").await);
    let (one, other) = tokio::join!(one.post(PAGE, &forms.0), other.post(PAGE, &forms.1));
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND]);
    let owners = [world.role("olga").await, world.role("otto").await];
    assert_eq!(owners.into_iter().flatten().count(), 1);
}
