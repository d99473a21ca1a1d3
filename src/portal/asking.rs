//! Who asks, as far as the proxy found out, and who reads the answer.

use std::sync::Arc;

use crate::area::Whereabouts;
use crate::directory::LiveSession;
use crate::gate::ShownToken;
use crate::session::cookie::CookieNames;
use crate::site::Site;
use crate::trusted_header::Statement;
use crate::words::Language;

/// What the proxy found out about a request before it handed it over.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The site.
    pub site: Arc<Site>,
    /// Where the client is.
    pub client: Whereabouts,
    /// The request's number, shown where a person may have to tell it.
    pub request_id: String,
    /// The cookie names of the listener.
    pub cookies: CookieNames,
    /// The live session, if any.
    pub session: Option<Arc<LiveSession>>,
    /// Who it is by the word of the site's sign-on, where that is believed.
    pub statement: Option<Arc<Statement>>,
    /// Whether a person looks at the answer, not a script.
    pub person: bool,
    /// The service token that it shows.
    pub token: ShownToken,
}

/// Who reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A person, who is told in this language.
    Person(Language),
    /// A program, which is told in English.
    Program,
    /// Whoever asks the API, which has a form of its own.
    Api,
}
