//! Asks the console: one request each, on a connection of its own, without following anything.

use std::io::Read;
use std::time::Duration;

use http::HeaderMap;
use http::Method;
use http::Request;
use http::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::io::DuplexStream;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use ureq::Agent;
use ureq::Body;
use ureq::config::Config;
use ureq::tls::Certificate;
use ureq::tls::PemItem;
use ureq::tls::RootCerts;
use ureq::tls::TlsConfig;

use super::super::exchange::Asked;
use super::super::exchange::Said;
use crate::clock::Timestamp;
use crate::console_login::MOST_BYTES;

/// For a connection, and for the head of an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// The head of an answer, or why there is none.
pub(in crate::cli::learn) type Head = Result<(StatusCode, HeaderMap), String>;

/// The console.
pub(in crate::cli::learn) struct Console {
    agent: Agent,
    origin: String,
}

impl Console {
    /// At this scheme, host and port; `authorities`, in PEM, instead of those that browsers know.
    ///
    /// # Errors
    /// When they are no certificates.
    pub(in crate::cli::learn) fn new(
        origin: &str,
        authorities: Option<&[u8]>,
    ) -> Result<Self, String> {
        let roots = authorities.map_or(Ok(RootCerts::WebPki), |pem| {
            let items = ureq::tls::parse_pem(pem).filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
                Ok(_) => None,
                Err(error) => Some(Err(error.to_string())),
            });
            let found: Vec<Certificate<'static>> = items.collect::<Result<_, _>>()?;
            if found.is_empty() {
                return Err("there is no certificate in it".to_owned());
            }
            Ok(RootCerts::new_with_certs(&found))
        })?;
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .proxy(None)
            .timeout_connect(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            // A connection that was kept may be closed, and then a login would be sent again.
            .max_idle_connections(0)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        Ok(Self { agent: Agent::new_with_config(config), origin: origin.to_owned() })
    }

    fn send(&self, asked: &Asked) -> Result<http::Response<Body>, String> {
        let mut request = Request::new(());
        *request.method_mut() = asked.method.clone();
        let address = format!("{}{}", self.origin, asked.target);
        *request.uri_mut() =
            address.parse().map_err(|_| "its address cannot be read".to_owned())?;
        *request.headers_mut() = asked.headers.clone();
        let has_body = matches!(asked.method, Method::POST | Method::PUT | Method::PATCH);
        let answer = if has_body || !asked.body.is_empty() {
            self.agent.run(request.map(|()| asked.body.as_ref()))
        } else {
            self.agent.run(request)
        };
        answer.map_err(|error| error.to_string())
    }

    /// Asks; the head and then the body go on as they come. What is given back is what was said, and the stream,
    /// which the caller ends. Blocks.
    pub(super) fn ask(
        &self,
        asked: &Asked,
        head: oneshot::Sender<Head>,
        (runtime, mut sink): (&Handle, DuplexStream),
        wall: impl Fn() -> Timestamp,
    ) -> Option<(Said, DuplexStream)> {
        let answer = match self.send(asked) {
            Ok(answer) => answer,
            Err(why) => {
                drop(head.send(Err(why)));
                return None;
            }
        };
        let (parts, body) = answer.into_parts();
        let mut said = Said {
            status: parts.status,
            headers: parts.headers.clone(),
            body: Vec::new(),
            whole: true,
            wall: wall(),
        };
        head.send(Ok((parts.status, parts.headers))).ok()?;
        let mut reader = body.into_reader();
        let mut chunk = vec![0; 16 * 1024];
        loop {
            // What is cut off is no whole answer.
            let Ok(count) = reader.read(&mut chunk) else {
                said.whole = false;
                return Some((said, sink));
            };
            let Some(read) = chunk.get(..count).filter(|read| !read.is_empty()) else {
                return Some((said, sink));
            };
            if said.body.len().saturating_add(count) <= MOST_BYTES {
                said.body.extend_from_slice(read);
            } else {
                let left = MOST_BYTES.saturating_sub(said.body.len());
                said.body.extend_from_slice(read.get(..left).unwrap_or_default());
                said.whole = false;
            }
            // Whoever has gone away is not waited for.
            runtime.block_on(sink.write_all(read)).ok()?;
        }
    }
}
