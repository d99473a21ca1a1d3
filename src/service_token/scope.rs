//! What a token is good for, and whether a request is within it. Whatever is not clearly within is not.

use std::net::IpAddr;

use http::Method;
use ipnet::IpNet;
use serde::Deserialize;
use serde::Serialize;

use crate::canonical::CanonicalPath;
use crate::route::NotAPattern;
use crate::route::PathPattern;

/// What a token is good for. An empty list of paths, methods or networks does not narrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The name of the one site.
    pub site: String,
    /// Paths, as routes are written.
    pub paths: Vec<ScopePath>,
    /// Methods; `GET` includes `HEAD`.
    pub methods: Vec<ScopeMethod>,
    /// Where its user's addresses lie.
    pub networks: Vec<IpNet>,
}

impl Scope {
    /// Most entries of each list.
    pub const LONGEST_LIST: usize = 20;

    /// Most characters of a path.
    pub const LONGEST_PATH: usize = 120;

    /// Whether a request is within.
    ///
    /// # Errors
    /// The first thing that is not.
    pub fn admits(&self, asked: &Asked<'_>) -> Result<(), OutOfScope> {
        if self.site != asked.site {
            return Err(OutOfScope::Site);
        }
        let address = asked.client.to_canonical();
        let is_near = self.networks.iter().any(|network| network.contains(&address));
        if !self.networks.is_empty() && !is_near {
            return Err(OutOfScope::Network);
        }
        if !self.has_method(asked.method) {
            return Err(OutOfScope::Method);
        }
        // Whatever a console could take the path for has to be within.
        let others = asked.path.other_readings();
        let mut readings = others.iter().map(Vec::as_slice).chain([asked.path.segments()]);
        if readings.all(|segments| self.has_path(segments)) {
            Ok(())
        } else {
            Err(OutOfScope::Path)
        }
    }

    fn has_path(&self, segments: &[String]) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|path| path.covers(segments))
    }

    fn has_method(&self, method: &Method) -> bool {
        let listed = |wanted: &Method| self.methods.iter().any(|listed| listed.0 == *wanted);
        self.methods.is_empty()
            || listed(method)
            || (method == Method::HEAD && listed(&Method::GET))
    }
}

/// What a request is, as far as a scope asks.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The name of its site.
    pub site: &'a str,
    /// Its path.
    pub path: &'a CanonicalPath,
    /// Its method.
    pub method: &'a Method,
    /// Where it comes from.
    pub client: IpAddr,
}

/// Why a good token does not serve a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfScope {
    /// It is another site's.
    Site,
    /// It is not good for the path, in one reading or another.
    Path,
    /// It is not good for the method.
    Method,
    /// It is used from elsewhere.
    Network,
    /// It is for consoles and was shown to the gateway's API, or the other way round.
    Use,
}

impl OutOfScope {
    /// Its name in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Path => "path",
            Self::Method => "method",
            Self::Network => "network",
            Self::Use => "use",
        }
    }
}

/// A path pattern, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopePath {
    text: String,
    pattern: PathPattern,
}

impl ScopePath {
    /// Reads a pattern as routes have it: `/a` with all below, `=/a` alone, `*` for one segment.
    ///
    /// # Errors
    /// Says what is wrong with it, for the operator.
    pub fn parse(text: &str) -> Result<Self, NotAPattern> {
        Ok(Self { pattern: PathPattern::parse(text)?, text: text.to_owned() })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Segment by segment, case included: a console that ignores it makes the token good for less.
    fn covers(&self, segments: &[String]) -> bool {
        self.pattern.covers(segments, |a, b| a == b)
    }
}

impl TryFrom<String> for ScopePath {
    type Error = NotAPattern;

    fn try_from(text: String) -> Result<Self, NotAPattern> {
        Self::parse(&text)
    }
}

impl From<ScopePath> for String {
    fn from(path: ScopePath) -> Self {
        path.text
    }
}

/// A method, in upper case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeMethod(Method);

impl ScopeMethod {
    /// Reads a method: 1 to 20 letters and `-`, upper case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_uppercase() || b == b'-';
        let is_plain = !text.is_empty() && text.len() <= 20 && text.bytes().all(allowed);
        is_plain.then(|| Method::from_bytes(text.as_bytes()).ok()).flatten().map(Self)
    }

    /// The method as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<String> for ScopeMethod {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        Self::parse(&text).ok_or("not a method")
    }
}

impl From<ScopeMethod> for String {
    fn from(method: ScopeMethod) -> Self {
        method.0.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(paths: &[&str], methods: &[&str], networks: &[&str]) -> Scope {
        Scope {
            site: "console".to_owned(),
            paths: paths.iter().map(|path| ScopePath::parse(path).unwrap()).collect(),
            methods: methods.iter().map(|name| ScopeMethod::parse(name).unwrap()).collect(),
            networks: networks.iter().map(|net| net.parse().unwrap()).collect(),
        }
    }

    fn ask(scope: &Scope, method: &Method, path: &str, client: &str) -> Result<(), OutOfScope> {
        let path = CanonicalPath::parse(path).unwrap();
        let client = client.parse().unwrap();
        scope.admits(&Asked { site: "console", path: &path, method, client })
    }

    #[test]
    fn a_token_is_good_for_its_site_paths_methods_and_networks_and_no_others_a115() {
        let scope = scope(&["/api", "=/health", "/u/*/keys"], &["GET", "PUT"], &["192.0.2.0/24"]);
        let here = "192.0.2.7";
        let get = |path| ask(&scope, &Method::GET, path, here);
        for path in ["/api", "/api/", "/api/a/b", "/health", "/u/x/keys", "/u/x/keys/1"] {
            assert_eq!(get(path), Ok(()), "{path}");
        }
        for path in ["/", "/apis", "/ap", "/API", "/health/x", "/u/keys", "/u/x/y/keys", "/x/api"] {
            assert_eq!(get(path), Err(OutOfScope::Path), "{path}");
        }
        assert_eq!(ask(&scope, &Method::HEAD, "/api", here), Ok(()));
        assert_eq!(ask(&scope, &Method::POST, "/api", here), Err(OutOfScope::Method));
        assert_eq!(ask(&scope, &Method::GET, "/api", "192.0.3.7"), Err(OutOfScope::Network));
        assert_eq!(ask(&scope, &Method::GET, "/api", "::ffff:192.0.2.7"), Ok(()));
        for embedded in ["64:ff9b::192.0.2.7", "::192.0.2.7", "2002:c000:207::1"] {
            assert_eq!(ask(&scope, &Method::GET, "/api", embedded), Err(OutOfScope::Network));
        }
        let path = CanonicalPath::parse("/api").unwrap();
        let client = here.parse().unwrap();
        let asked = Asked { site: "other", path: &path, method: &Method::GET, client };
        assert_eq!(scope.admits(&asked), Err(OutOfScope::Site));
    }

    #[test]
    fn a_path_that_could_be_read_as_another_is_within_only_if_all_readings_are_a115() {
        let narrow = scope(&["/api;x"], &[], &[]);
        let path = CanonicalPath::parse("/api;x/a").unwrap();
        assert!(path.other_readings().contains(&vec!["api".to_owned(), "a".to_owned()]));
        let both = scope(&["/api;x", "/api"], &[], &[]);
        for (scope, admits) in [(narrow, Err(OutOfScope::Path)), (both, Ok(()))] {
            assert_eq!(ask(&scope, &Method::GET, "/api;x/a", "192.0.2.7"), admits);
        }
    }

    #[test]
    fn a_scope_survives_its_stored_form_and_another_form_is_none() {
        let whole = scope(&["=/health", "/u/*"], &["GET", "VERSION-CONTROL"], &["2001:db8::/32"]);
        let json = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), whole);
        for (good, bad) in [("=/health", "=health"), ("GET", "get"), ("/32", "/129")] {
            assert!(serde_json::from_str::<Scope>(&json.replacen(good, bad, 1)).is_err(), "{bad}");
        }
    }
}
