//! The built-in pages: requests in, responses out, without pingora.

/// What the operator decides about the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The name on every page.
    pub brand: String,
    /// Whom to ask for help, in a sentence; shown where a person may be stuck.
    pub support: Option<String>,
    /// Path prefix of every built-in page, without a trailing slash.
    pub prefix: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { brand: "Portcullis".to_owned(), support: None, prefix: "/.portcullis".to_owned() }
    }
}

/// stub
#[derive(Clone, Debug)]
pub struct Asking {
    pub site: std::sync::Arc<crate::site::Site>,
    pub client: std::net::IpAddr,
    pub request_id: String,
    pub cookies: crate::session::cookie::CookieNames,
    pub session: Option<std::sync::Arc<crate::directory::LiveSession>>,
    pub person: bool,
}
/// stub
#[derive(Debug)]
pub struct Portal;
impl Portal {
    /// stub
    pub async fn answer(
        &self,
        _r: http::Request<bytes::Bytes>,
        _a: Asking,
    ) -> http::Response<bytes::Bytes> {
        http::Response::new(bytes::Bytes::new())
    }
    /// stub
    pub async fn challenge(
        &self,
        _r: &http::Request<bytes::Bytes>,
        _a: &Asking,
        _d: crate::policy::Demand,
    ) -> http::Response<bytes::Bytes> {
        http::Response::new(bytes::Bytes::new())
    }
    /// stub
    pub fn refuse(
        &self,
        _r: crate::policy::Refusal,
        _id: &str,
        _person: bool,
    ) -> http::Response<bytes::Bytes> {
        http::Response::new(bytes::Bytes::new())
    }
}
