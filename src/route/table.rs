//! Finding the most specific route: a walk along the path, literal segments before `*`, deeper before
//! shallower, exact before below, listed methods before all methods.

use std::collections::HashMap;

use http::Method;

use super::Demanded;
use super::Extent;
use super::Floor;
use super::NotAPattern;
use super::PathPattern;
use super::Requirement;
use super::Route;
use super::SegmentPattern;

/// What a site asks for where no route says otherwise.
#[derive(Clone, Debug, Default)]
pub struct SiteRules {
    /// What it asks for.
    pub requirement: Requirement,
    /// What it would ask for: decided, logged and counted, and held against nobody.
    pub rehearsal: Option<Requirement>,
}

/// The routes of one site.
#[derive(Clone, Debug, Default)]
pub struct RouteTable {
    default: SiteRules,
    routes: Vec<Route>,
    root: Node,
    /// Without case as Unicode has it, where the console ignores case.
    folded: Option<Node>,
}

/// What a console makes of the case of letters in paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `/Admin` and `/admin` are two paths.
    Matters,
    /// They are one, and have one route.
    Ignored,
}

#[derive(Clone, Debug, Default)]
struct Node {
    literal: HashMap<String, Self>,
    any: Option<Box<Self>>,
    exact: Vec<usize>,
    below: Vec<usize>,
}

/// Which route a request has, and what it asks for.
#[derive(Clone, Debug)]
pub struct RouteMatch<'a> {
    /// The route; none: the site's default.
    pub route: Option<&'a Route>,
    /// What must be true.
    pub demanded: Demanded<'a>,
    /// What would have to be true, by a rule that is only rehearsed.
    pub rehearsal: Option<&'a Requirement>,
}

impl RouteMatch<'_> {
    /// Whether both mean the same route, and ask for the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let route = |found: &Self| found.route.map(std::ptr::from_ref);
        route(self) == route(other) && self.demanded.is_same(&other.demanded)
    }

    /// The route's name, `default` for the site's default.
    #[must_use]
    pub fn name(&self) -> &str {
        self.route.map_or("default", |route| &route.name)
    }
}

impl RouteTable {
    /// A table of these routes over a default requirement.
    ///
    /// # Errors
    /// Two routes of equal specificity: the index of the second, and why.
    pub fn new(
        default: SiteRules,
        routes: Vec<Route>,
        case: Case,
    ) -> Result<Self, (usize, NotAPattern)> {
        let (root, folded) = match case {
            Case::Matters => (plant(&routes, str::to_owned)?, None),
            Case::Ignored => (plant(&routes, ascii_folded)?, Some(plant(&routes, folded)?)),
        };
        Ok(Self { default, routes, root, folded })
    }

    /// The same, for no less than a floor asks of people on any path.
    #[must_use]
    pub fn at_least(&self, floor: Floor) -> Self {
        let raised = |rehearsal: &Option<Requirement>| {
            rehearsal.as_ref().map(|requirement| requirement.at_least(floor))
        };
        let mut table = self.clone();
        table.default = SiteRules {
            requirement: self.default.requirement.at_least(floor),
            rehearsal: raised(&self.default.rehearsal),
        };
        for route in &mut table.routes {
            route.requirement = route.requirement.at_least(floor);
            route.rehearsal = raised(&route.rehearsal);
        }
        table
    }

    /// The most specific route of a path and method.
    ///
    /// When the most specific pattern lists methods and this is none of them, the next wider route
    /// holds, but never for less than the site's default or the routes passed over.
    ///
    /// Where case is ignored, letters beyond ASCII may or may not be among those a console takes for
    /// one another: what either route asks for must be true.
    #[must_use]
    pub fn find(&self, segments: &[String], method: &Method) -> RouteMatch<'_> {
        let Some(unicode) = &self.folded else {
            return self.find_in(&self.root, segments, method);
        };
        let as_read = |fold: fn(&str) -> String| -> Vec<String> {
            segments.iter().map(|segment| fold(segment)).collect()
        };
        let mut ascii = self.find_in(&self.root, &as_read(ascii_folded), method);
        let other = self.find_in(unicode, &as_read(folded), method);
        ascii.demanded.and_all(&other.demanded);
        ascii
    }

    /// What every route asks for that is below a path, or may be: of letters without case.
    pub fn below(&self, segments: &[String]) -> impl Iterator<Item = &Requirement> {
        let inside = move |route: &&Route| {
            let pattern = &route.pattern.segments;
            pattern.len() >= segments.len()
                && pattern.iter().zip(segments).all(|(pattern, segment)| match pattern {
                    SegmentPattern::Literal(literal) => folded(literal) == folded(segment),
                    SegmentPattern::Any => true,
                })
        };
        self.routes.iter().filter(inside).map(|route| &route.requirement)
    }

    /// Every requirement there is, the site's own first.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        let routes = self.routes.iter().map(|route| &route.requirement);
        std::iter::once(&self.default.requirement).chain(routes)
    }

    /// Every requirement that is only rehearsed.
    pub fn rehearsals(&self) -> impl Iterator<Item = &Requirement> {
        let routes = self.routes.iter().filter_map(|route| route.rehearsal.as_ref());
        self.default.rehearsal.iter().chain(routes)
    }

    /// Every route whose path covers this one, by whatever method.
    pub fn covering<'a>(&'a self, segments: &'a [String]) -> impl Iterator<Item = &'a Route> {
        let same = self.sameness();
        self.routes.iter().filter(move |route| route.pattern.covers(segments, same))
    }

    /// Whether a path is where a pattern is, be it with or without a route.
    #[must_use]
    pub fn is_at(&self, pattern: &PathPattern, segments: &[String]) -> bool {
        pattern.covers(segments, self.sameness())
    }

    /// When the console takes two segments for one another.
    #[must_use]
    pub const fn sameness(&self) -> fn(&str, &str) -> bool {
        match self.folded {
            None => |a, b| a == b,
            Some(_) => |a, b| ascii_folded(a) == ascii_folded(b) || folded(a) == folded(b),
        }
    }

    /// The routes, in the order of the configuration.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// What holds where no route does.
    #[must_use]
    pub const fn default_rules(&self) -> &SiteRules {
        &self.default
    }

    fn find_in<'a>(
        &'a self,
        root: &'a Node,
        segments: &[String],
        method: &Method,
    ) -> RouteMatch<'a> {
        let mut passed = Vec::new();
        let found = self.walk(root, segments, method, &mut |route| passed.push(route));
        let default = &self.default;
        let mut demanded =
            Demanded::of(found.map_or(&default.requirement, |route| &route.requirement));
        if !passed.is_empty() {
            demanded.and(&default.requirement);
            for route in passed {
                demanded.and(&route.requirement);
            }
        }
        let rehearsal = match found {
            Some(route) => route.rehearsal.as_ref(),
            None => default.rehearsal.as_ref(),
        };
        RouteMatch { route: found, demanded, rehearsal }
    }

    fn walk<'a>(
        &'a self,
        node: &'a Node,
        rest: &[String],
        method: &Method,
        passed_over: &mut dyn FnMut(&'a Route),
    ) -> Option<&'a Route> {
        if let Some((first, deeper)) = rest.split_first() {
            let branches = node.literal.get(first).into_iter().chain(node.any.as_deref());
            for branch in branches {
                if let Some(route) = self.walk(branch, deeper, method, passed_over) {
                    return Some(route);
                }
            }
        } else if let Some(route) = self.pick(&node.exact, method, passed_over) {
            return Some(route);
        }
        self.pick(&node.below, method, passed_over)
    }

    fn pick<'a>(
        &'a self,
        entries: &[usize],
        method: &Method,
        passed_over: &mut dyn FnMut(&'a Route),
    ) -> Option<&'a Route> {
        let routes = || entries.iter().filter_map(|&index| self.routes.get(index));
        let listed = routes().find(|route| route.methods.is_some() && route.has_method(method));
        let found = listed.or_else(|| routes().find(|route| route.methods.is_none()));
        if found.is_none() {
            routes().for_each(passed_over);
        }
        found
    }
}

/// The tree of these routes, their literal segments written by `fold`.
fn plant(routes: &[Route], fold: fn(&str) -> String) -> Result<Node, (usize, NotAPattern)> {
    let mut root = Node::default();
    for (index, route) in routes.iter().enumerate() {
        let mut node = &mut root;
        for segment in &route.pattern.segments {
            node = match segment {
                SegmentPattern::Literal(text) => node.literal.entry(fold(text)).or_default(),
                SegmentPattern::Any => node.any.get_or_insert_default(),
            };
        }
        let entries = match route.pattern.extent {
            Extent::Exact => &mut node.exact,
            Extent::Below => &mut node.below,
        };
        let rival = entries.iter().filter_map(|&i| routes.get(i)).find(|r| overlap(r, route));
        if let Some(rival) = rival {
            let why = format!(
                "equally specific as route {:?}: name different methods or paths",
                rival.name
            );
            return Err((index, NotAPattern(why)));
        }
        entries.push(index);
    }
    Ok(root)
}

fn ascii_folded(segment: &str) -> String {
    segment.to_ascii_lowercase()
}

/// By way of the upper case: `ſ` and `K` are `s` and `k` to some.
fn folded(segment: &str) -> String {
    segment.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

fn overlap(a: &Route, b: &Route) -> bool {
    match (&a.methods, &b.methods) {
        (None, None) => true,
        (Some(a), Some(b)) => a.iter().any(|method| b.contains(method)),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::PathPattern;
    use super::super::Proof;
    use super::*;

    fn route(path: &str, methods: &[Method], requirement: Proof) -> Route {
        Route {
            name: format!("{path} {methods:?}"),
            pattern: PathPattern::parse(path).unwrap(),
            methods: (!methods.is_empty()).then(|| methods.to_vec()),
            requirement: Requirement::of(requirement),
            rehearsal: None,
        }
    }

    fn second_factor() -> SiteRules {
        SiteRules { requirement: Requirement::of(Proof::SecondFactor), rehearsal: None }
    }

    fn segments(path: &str) -> Vec<String> {
        crate::canonical::CanonicalPath::parse(path).unwrap().segments().to_vec()
    }

    #[track_caller]
    fn asks(table: &RouteTable, method: &Method, path: &str, expected: Proof) {
        let found = table.find(&segments(path), method);
        let proofs = found.demanded.iter().flat_map(Requirement::alternatives).map(|a| a.proof);
        assert_eq!(proofs.max(), Some(expected), "{method} {path}");
    }

    #[test]
    fn the_most_specific_route_wins_whatever_the_order_a040() {
        use Proof::{Aal2, Open, SecondFactor};
        let mut routes = vec![
            route("/public", &[], Open),
            route("/public/admin", &[], Aal2),
            route("=/public/admin/health", &[], Open),
            route("/users/*/avatar", &[], Open),
            route("/users/me", &[], Aal2),
        ];
        for _ in 0..routes.len() {
            routes.rotate_left(1);
            let table = RouteTable::new(second_factor(), routes.clone(), Case::Matters).unwrap();
            asks(&table, &Method::GET, "/", SecondFactor);
            asks(&table, &Method::GET, "/public", Open);
            asks(&table, &Method::GET, "/public/", Open);
            asks(&table, &Method::GET, "/publicx", SecondFactor);
            asks(&table, &Method::GET, "/public/admin/x", Aal2);
            asks(&table, &Method::GET, "/public/admin/health", Open);
            asks(&table, &Method::GET, "/public/admin/health/x", Aal2);
            asks(&table, &Method::GET, "/users/7/avatar", Open);
            asks(&table, &Method::GET, "/users/7/avatar/x", Open);
            asks(&table, &Method::GET, "/users/7", SecondFactor);
            asks(&table, &Method::GET, "/users/me/avatar", Aal2);
        }
    }

    #[test]
    fn a_method_that_is_not_listed_never_asks_for_less_a047_a048() {
        use Proof::{Aal2, Open, SecondFactor};
        let routes = vec![
            route("/api", &[Method::GET], Open),
            route("/public", &[], Open),
            route("/public/admin", &[Method::POST], Aal2),
        ];
        let table = RouteTable::new(second_factor(), routes, Case::Matters).unwrap();
        asks(&table, &Method::GET, "/api/x", Open);
        asks(&table, &Method::HEAD, "/api/x", Open);
        asks(&table, &Method::POST, "/api/x", SecondFactor);
        asks(&table, &Method::POST, "/public/admin", Aal2);
        asks(&table, &Method::PUT, "/public/admin", Aal2);
        asks(&table, &Method::GET, "/public/other", Open);
    }

    #[test]
    fn every_spelling_has_one_route_where_case_is_ignored_a031() {
        use Proof::{Aal2, Open, SecondFactor};
        let routes = vec![
            route("/Public", &[], Open),
            route("/admin", &[], Aal2),
            route("/public/task", &[], Aal2),
            route("/stra%C3%9Fe", &[], Open),
        ];
        let exact = RouteTable::new(second_factor(), routes.clone(), Case::Matters).unwrap();
        asks(&exact, &Method::GET, "/ADMIN", SecondFactor);
        asks(&exact, &Method::GET, "/public/x", SecondFactor);
        let table = RouteTable::new(second_factor(), routes, Case::Ignored).unwrap();
        for path in ["/public", "/PUBLIC/x", "/pUbLiC/x/y"] {
            asks(&table, &Method::GET, path, Open);
        }
        for path in ["/ADMIN", "/Admin/x", "/PUBLIC/TASK", "/public/tas%E2%84%AA/x"] {
            asks(&table, &Method::GET, path, Aal2);
        }
        // Whether these are the open street is the console's secret.
        asks(&table, &Method::GET, "/STRASSE", SecondFactor);
        asks(&table, &Method::GET, "/STRA%C3%9FE", Open);
    }

    #[test]
    fn equal_specificity_is_an_error() {
        let twice = vec![route("/a", &[], Proof::Open), route("/a/", &[], Proof::Aal2)];
        let table = |routes, case| RouteTable::new(second_factor(), routes, case);
        assert_eq!(table(twice, Case::Matters).unwrap_err().0, 1);
        let apart = vec![
            route("/a", &[Method::GET], Proof::Open),
            route("/a", &[Method::POST], Proof::Aal2),
        ];
        assert!(table(apart, Case::Matters).is_ok());
        let cased = vec![route("/a", &[], Proof::Open), route("/A", &[], Proof::Aal2)];
        assert!(table(cased.clone(), Case::Matters).is_ok());
        assert_eq!(table(cased, Case::Ignored).unwrap_err().0, 1);
    }

    #[test]
    fn patterns_that_are_not_canonical_are_refused() {
        for bad in ["admin", "/a//b", "/a/../b", "/a*", "/%2e", "", "=", "/a b"] {
            assert!(PathPattern::parse(bad).is_err(), "{bad:?}");
        }
    }
}
