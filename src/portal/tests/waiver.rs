//! Where the password is enough, nobody is asked for a code; the set-up of a second factor is never spared.

use std::sync::Arc;

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::area::Area;
use crate::area::Areas;
use crate::area::Ground;
use crate::network::NetworkSet;
use crate::route::Alternative;
use crate::route::Case;
use crate::route::PathPattern;
use crate::route::Proof;
use crate::route::Requirement;
use crate::route::Route;
use crate::route::RouteTable;
use crate::route::SiteRules;

const OFFICE: &str = "10.1.2.3";

/// Everywhere a second factor; in the office a password, save for `/admin`.
fn routes() -> RouteTable {
    let office = Area {
        name: "office".into(),
        ground: Ground::Network(Arc::new(NetworkSet::new(vec!["10.0.0.0/8".parse().unwrap()]))),
    };
    let waived = Alternative {
        networks: Some(Areas::new(vec![office])),
        ..Alternative::of(Proof::Password)
    };
    let requirement = Requirement::any_of(vec![Alternative::of(Proof::SecondFactor), waived]);
    let admin = Route {
        name: "/admin".to_owned(),
        pattern: PathPattern::parse("/admin").unwrap(),
        methods: None,
        requirement: Requirement::of(Proof::SecondFactor),
        rehearsal: None,
    };
    let default = SiteRules { requirement, rehearsal: None };
    RouteTable::new(default, vec![admin], Case::Matters).unwrap()
}

#[tokio::test]
async fn in_the_office_the_password_leads_straight_to_the_console_s1_28() {
    let world = World::with(routes()).await;
    let mut browser = Browser::new(&world);
    browser.client = OFFICE;
    // Whoever has no second factor sets one up, in every network.
    browser.enrolled("ada").await;
    for (client, next, leads_to) in [
        (OFFICE, "/berths?x=1", "/berths?x=1"),
        (OFFICE, "/admin/users", "/.portcullis/challenge?next=/admin/users"),
        ("192.0.2.1", "/berths?x=1", "/.portcullis/challenge?next=/berths%3Fx%3D1"),
        ("2002:0a01:0203::1", "/", "/.portcullis/challenge"),
    ] {
        let mut other = Browser { jar: Vec::new(), client, ..browser.clone() };
        let answer = other.password("ada", PASSWORD, next).await;
        assert_eq!(answer.header("location"), leads_to, "{client} {next}");
        // Pages of ours still want both.
        let account = other.get("/account").await;
        let proving = "/.portcullis/challenge?next=/.portcullis/account";
        assert_eq!(account.header("location"), proving, "{client}");
    }
}

#[tokio::test]
async fn a_form_that_met_the_sign_in_is_offered_again_after_the_password_alone_s1_28_a218() {
    let world = World::with(routes()).await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    for (client, target, words) in [
        (OFFICE, "/berths", "Your form was not lost"),
        (OFFICE, "/admin", "Enter your code"),
        ("192.0.2.1", "/berths", "Enter your code"),
    ] {
        let mut other = Browser { jar: Vec::new(), client, ..browser.clone() };
        let page = other.meet(Method::POST, target, "vessel=Aurora").await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        let answer = other.fill_password(&page, "ada", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text.contains(words), "{client} {target}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_form_is_not_offered_to_somebody_who_has_still_to_enrol_s1_28() {
    let world = World::with(routes()).await;
    let mut browser = Browser::new(&world);
    browser.client = OFFICE;
    let page = browser.meet(Method::POST, "/berths", "vessel=Aurora").await;
    let answer = browser.fill_password(&page, "eve", PASSWORD).await;
    assert!(answer.text.contains("Set up your authenticator app"), "{}", answer.text);
    let codes = browser.confirm(&answer).await;
    let stored = with(codes.form("/codes"), &[("stored", "on")]);
    assert!(browser.post("/codes", &stored).await.text.contains("Your form was not lost"));
}
