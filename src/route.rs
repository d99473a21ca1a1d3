//! Routes: which requirement a path and method of a site have (ruling 6).
//!
//! The most specific route wins; there is no order. Two routes of equal specificity are a configuration
//! error, so the answer never depends on how the file is sorted.

pub mod requirement;
pub mod table;

use http::Method;

pub use self::requirement::Alternative;
pub use self::requirement::Demanded;
pub use self::requirement::DeviceCondition;
pub use self::requirement::Floor;
pub use self::requirement::MachineIdentity;
pub use self::requirement::People;
pub use self::requirement::Proof;
pub use self::requirement::Requirement;
pub use self::table::Case;
pub use self::table::RouteTable;
pub use self::table::SiteRules;

/// One part of a path pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SegmentPattern {
    /// Exactly this segment.
    Literal(String),
    /// Exactly one segment, whatever it is.
    Any,
}

/// A path pattern: `/a/b` with everything below, `=/a/b` alone, `*` for one segment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathPattern {
    /// Its segments.
    pub segments: Vec<SegmentPattern>,
    /// Whether paths below it match too.
    pub extent: Extent,
}

/// How far below its own segments a pattern reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// That path only.
    Exact,
    /// That path and all below, by whole segments.
    Below,
}

/// Why a text is no path pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAPattern(String);

impl PathPattern {
    /// Reads a pattern. It is written as a canonical path; `*` only as a whole segment.
    ///
    /// # Errors
    /// Says what is wrong with it, for the operator.
    pub fn parse(text: &str) -> Result<Self, NotAPattern> {
        let (extent, path) =
            text.strip_prefix('=').map_or((Extent::Below, text), |path| (Extent::Exact, path));
        let canonical = crate::canonical::CanonicalPath::parse(path)
            .map_err(|e| NotAPattern(format!("{e}; write a path such as /admin or =/health")))?;
        let mut segments = Vec::new();
        for segment in canonical.segments() {
            segments.push(match segment.as_str() {
                "*" => SegmentPattern::Any,
                other if other.contains('*') => {
                    let hint = "`*` stands for one whole segment, as in /users/*/avatar";
                    return Err(NotAPattern(hint.to_owned()));
                }
                other => SegmentPattern::Literal(other.to_owned()),
            });
        }
        Ok(Self { segments, extent })
    }

    /// Whether it matches a path; `same` compares segments.
    #[must_use]
    pub fn covers(&self, segments: &[String], same: fn(&str, &str) -> bool) -> bool {
        let is_long_enough = match self.extent {
            Extent::Exact => segments.len() == self.segments.len(),
            Extent::Below => segments.len() >= self.segments.len(),
        };
        is_long_enough
            && self.segments.iter().zip(segments).all(|(pattern, segment)| match pattern {
                SegmentPattern::Literal(literal) => same(literal, segment),
                SegmentPattern::Any => true,
            })
    }
}

/// A route of a site.
#[derive(Clone, Debug)]
pub struct Route {
    /// As written in the configuration: names the route in logs and explanations.
    pub name: String,
    /// Which paths.
    pub pattern: PathPattern,
    /// Which methods; none: all. `GET` includes `HEAD`.
    pub methods: Option<Vec<Method>>,
    /// What it asks for.
    pub requirement: Requirement,
    /// What it would ask for: decided, logged and counted, and held against nobody.
    pub rehearsal: Option<Requirement>,
}

impl Route {
    /// Whether a method is listed.
    #[must_use]
    pub fn has_method(&self, method: &Method) -> bool {
        self.methods.as_ref().is_none_or(|methods| {
            methods.contains(method) || (method == Method::HEAD && methods.contains(&Method::GET))
        })
    }
}
