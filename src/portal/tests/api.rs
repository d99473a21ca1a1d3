//! The API's own door, where no wire is needed to see it.

use bytes::Bytes;
use http::Request;

use super::browser::Browser;
use super::world::ORIGIN;
use super::world::World;
use crate::portal::token::Purpose;

/// whoever has no role in the administration is told what everybody is told of what is not there, also with
/// the value that no page tells them.
#[tokio::test]
async fn for_users_there_is_no_api_a262() {
    let world = World::new().await;
    let mut ada = Browser::new(&world);
    ada.enrolled("ada").await;
    let session = ada.session().unwrap();
    let csrf = world.portal.core.tokens.issue(Purpose::Api, session.key.bytes());
    for path in ["/users", "/me", "/nothing"] {
        let request = Request::builder()
            .uri(format!("/.portcullis/api/v1{path}"))
            .header("host", "console.example")
            .header("origin", ORIGIN)
            .header("portcullis-csrf", &csrf);
        let request = request.body(Bytes::new()).unwrap();
        let page = ada.send(request).await;
        assert_eq!(page.status, 404, "{}", page.text);
        assert!(page.text.contains("urn:portcullis:problem:not_found"), "{}", page.text);
    }
}
