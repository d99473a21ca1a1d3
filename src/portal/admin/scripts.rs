//! What scripts of a person show to the API: told on a page that no script can read, however it shares our origin.

use http::StatusCode;
use http::header;

use super::SCRIPTS;
use super::door::Principal;
use super::shell;
use crate::portal::page::admin::ApiPage;
use crate::portal::response;
use crate::portal::token::Purpose;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// `GET /admin/api`.
pub(crate) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    turn.query(&[])?;
    let csrf = turn.core.tokens.issue(Purpose::Api, principal.session().key.bytes());
    let page = ApiPage { chrome: turn.chrome(), shell: shell(turn, principal, SCRIPTS), csrf };
    let mut answer = turn.page(StatusCode::OK, &page)?;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, response::POLICY_OF_ASKING);
    Ok(answer)
}
