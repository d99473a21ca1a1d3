//! A console's login for tests: a form with one field for the user's name.

use http::Method;

use super::BodyKind;
use super::ConsoleForm;
use super::LoginRequest;
use super::Order;
use super::Signs;
use super::Who;
use crate::subject::UnknownUsers;

/// The login at `/login` that names its user in `field`, with a body of this kind.
pub(crate) fn form(field: &str, body: BodyKind) -> ConsoleForm {
    ConsoleForm {
        source: "desk".to_owned(),
        page: "/".to_owned(),
        request: LoginRequest {
            path: vec!["login".to_owned()],
            method: Method::POST,
            query: Vec::new(),
            parameters: Vec::new(),
            body: Some(body),
        },
        who: Who::Field(field.to_owned()),
        told: None,
        success: Signs::default(),
        failure: None,
        logout: None,
        names: None,
        unknown: UnknownUsers::Create,
        order: Order::LoginFirst,
    }
}
