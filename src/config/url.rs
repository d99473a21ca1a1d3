//! URLs of the configuration: scheme, host and port, and no more than the key asks for.

use std::net::IpAddr;

use url::Host;
use url::Url;

use super::error::Problem;
use crate::outbound;

/// Scheme, host and port.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// `https` rather than `http`.
    pub(super) secure: bool,
    /// The host.
    pub(super) host: Host<String>,
    /// The port, the scheme's own where none is written.
    pub(super) port: u16,
    /// In the form browsers use, without a trailing slash.
    pub(super) text: String,
}

/// Reads a URL that has scheme, host and port alone. `allowed` says what may stand there.
pub(super) fn origin(text: &str, allowed: &str) -> Result<Origin, Problem> {
    let url = web_url(text, allowed)?;
    if url.path() != "/" {
        let bare = url.origin().ascii_serialization();
        return Err(Problem::new("a URL with more than scheme, host and port")
            .allowed(allowed)
            .hint(format!("write {bare}")));
    }
    let problem = || Problem::new("not a URL").allowed(allowed);
    let host = url.host().ok_or_else(problem)?.to_owned();
    if url.port() == Some(0) {
        return Err(Problem::new("port 0 is no port to connect to").allowed(allowed));
    }
    Ok(Origin {
        secure: url.scheme() == "https",
        port: url.port_or_known_default().ok_or_else(problem)?,
        host,
        text: url.origin().ascii_serialization(),
    })
}

/// Reads an http or https URL without user, query and fragment.
pub(super) fn web_url(text: &str, allowed: &str) -> Result<Url, Problem> {
    let problem = |message: &str| Problem::new(message).allowed(allowed);
    // The parser would drop blanks, turn backslashes and supply slashes; the file should say what holds.
    let plain = |b: u8| b.is_ascii_graphic() && b != b'\\';
    let begins = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    if !begins {
        let problem = problem("not an http or https URL");
        return Err(if text.contains("://") || text.is_empty() {
            problem
        } else {
            problem.hint("begin with http:// or https://")
        });
    }
    let url = text
        .bytes()
        .all(plain)
        .then(|| Url::parse(text).ok())
        .flatten()
        .ok_or_else(|| problem("not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
        return Err(problem("a URL with a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(problem("a URL with a query or fragment"));
    }
    Ok(url)
}

/// Reads the address of somebody whom the gateway itself asks: over TLS, unless it is this machine. `clear` says what
/// would happen otherwise.
pub(super) fn sheltered(text: &str, allowed: &str, clear: &str) -> Result<String, Problem> {
    let url = web_url(text, allowed)?;
    let problem = |message: &str| Problem::new(message).allowed(allowed);
    let host = url.host().map(|host| host.to_owned()).ok_or_else(|| problem("not a URL"))?;
    let address = match &host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(IpAddr::V4(*address)),
        Host::Ipv6(address) => Some(IpAddr::V6(*address)),
    };
    if address.is_some_and(outbound::is_link_local) {
        return Err(problem("an address of the link alone"));
    }
    if url.scheme() == "http" && !is_this_machine(&host) {
        return Err(problem("http to another machine").hint(clear));
    }
    Ok(url.to_string())
}

/// Whether a host is this machine, whatever any name server says.
pub(super) fn is_this_machine<T: AsRef<str>>(host: &Host<T>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
