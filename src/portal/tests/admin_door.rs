//! The door of the administration, asked by itself: what stands in front of it is no part of it.

use std::sync::Arc;

use http::Method;
use http::StatusCode;

use super::browser::Browser;
use super::passkeys;
use super::world::ORIGIN;
use super::world::World;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authority::Act;
use crate::clock::Clock;
use crate::console_login::BodyKind;
use crate::console_login::ConsoleForm;
use crate::console_login::Order;
use crate::console_login::sample;
use crate::portal::Asking;
use crate::portal::admin::door;
use crate::portal::turn::End;
use crate::session::Aal;
use crate::site::FirstFactor;
use crate::site::Site;
use crate::subject::Role;
use crate::webauthn::tests::soft_authenticator::Way;

/// What somebody is answered who comes to the door of this site: none, if they are let in.
async fn answered(browser: &Browser<'_>, site: Site) -> Option<(StatusCode, String)> {
    let request = browser.request(&Method::GET, "/.portcullis/admin", "");
    let asking = Asking { site: Arc::new(site), ..browser.asking() };
    let turn = browser.world.portal.turn(&request, &asking).map_err(|answer| answer.status());
    match door::enter(&turn.unwrap(), Act::SeeOverview).await {
        Ok(_) => None,
        Err(End::Answered(answer)) => {
            let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
            Some((answer.status(), to.unwrap_or_default()))
        }
        Err(End::Refused(refusal)) => Some((refusal.status(), String::new())),
    }
}

/// a passkey alone is AAL2, and where the console's login is still due, nobody is signed in by it.
#[tokio::test]
async fn whoever_is_not_signed_in_does_not_come_in_however_strong_the_proof_a262() {
    let world = World::with_passkeys(passkeys::party()).await;
    let key = passkeys::enrolled(&mut Browser::new(&world), "ada", &Way::at(ORIGIN)).await;
    let act = AuditEvent::new(world.clock.wall(), AuditKind::RoleChanged, Actor::Gateway);
    world.store.set_role(&world.id("ada").await, Role::Admin, act).await.unwrap();
    let mut browser = Browser::new(&world);
    passkeys::sign_in(&mut browser, &key, &Way::at(ORIGIN)).await;
    assert_eq!(browser.session().unwrap().record.aal(), Aal::Aal2);
    let site = Site::clone(&world.site);
    assert_eq!(answered(&browser, site.clone()).await, None);
    let first = ConsoleForm {
        order: Order::SecondFactorFirst,
        ..sample::form("user", BodyKind::Urlencoded)
    };
    let first = FirstFactor::ConsoleForm(Arc::new(first));
    let proof = "/.portcullis/challenge?max_age=900&next=/.portcullis/admin".to_owned();
    let asked = answered(&browser, Site { first_factor: first, ..site }).await;
    assert_eq!(asked, Some((StatusCode::SEE_OTHER, proof)));
}
