//! `sites[].routes`: what paths and methods ask for.

use std::collections::HashSet;

use http::Method;

use super::Stage;
use super::document::rules::Requires;
use super::document::site::RouteEntry;
use super::document::site::SiteEntry;
use super::elements;
use super::error::Problem;
use super::key_path::KeyPath;
use super::shadow;
use crate::canonical;
use crate::portal;
use crate::route::Case;
use crate::route::Extent;
use crate::route::PathPattern;
use crate::route::Requirement;
use crate::route::Route;
use crate::route::RouteTable;
use crate::route::SegmentPattern;
use crate::route::SiteRules;

/// How many conflicts of routes are named. With any, there is no configuration.
const MOST: usize = 100;

const OPEN_SITE: &str = "the whole site is open: nobody is asked for anything";

impl Stage<'_> {
    /// The routes of a site.
    pub(super) fn routes(
        &mut self,
        site: &SiteEntry,
        path: &KeyPath,
        portal: &portal::Settings,
    ) -> RouteTable {
        let default = SiteRules {
            requirement: self.requirement(site.require.as_ref(), &path.key("require")),
            rehearsal: self.rehearsal(site.report_only.as_ref(), &path.key("report_only")),
        };
        self.tell_same(&default.requirement, default.rehearsal.as_ref(), path);
        if default.requirement.is_open() {
            self.report.warn(&path.key("require"), OPEN_SITE);
        }
        let case = match site.case_insensitive_paths {
            Some(true) => Case::Ignored,
            Some(false) | None => Case::Matters,
        };
        let path = path.key("routes");
        let mut routes = Vec::new();
        let mut places = Vec::new();
        for (path, entry) in elements(site.routes.as_deref().unwrap_or_default(), &path) {
            if let Some(route) = self.route(entry, &path, portal) {
                routes.push(route);
                places.push(path);
            }
        }
        // The table names one conflict at a time.
        for _ in 0..MOST {
            match RouteTable::new(default.clone(), routes.clone(), case) {
                Ok(table) => return table,
                Err((index, why)) if index < routes.len() && index < places.len() => {
                    routes.remove(index);
                    let place = places.remove(index).key("path");
                    let problem = Problem::new(why.to_string())
                        .allowed("routes of which one is always the more specific");
                    self.report.refuse(&place, problem);
                }
                Err((_, why)) => {
                    self.report.refuse(&path, Problem::new(why.to_string()));
                    break;
                }
            }
        }
        RouteTable::default()
    }

    fn route(
        &mut self,
        entry: &RouteEntry,
        path: &KeyPath,
        portal: &portal::Settings,
    ) -> Option<Route> {
        let methods = self.methods(entry.methods.as_deref(), &path.key("methods"));
        let place = path.key("path");
        let Some(text) = &entry.path else {
            self.report.missing(&place, "a path such as /admin or =/health");
            return None;
        };
        let pattern = self.report.take(&place, pattern(text, &portal.prefix))?;
        let requirement = self.requirement(entry.require.as_ref(), &path.key("require"));
        let rehearsal = self.rehearsal(entry.report_only.as_ref(), &path.key("report_only"));
        self.tell_same(&requirement, rehearsal.as_ref(), path);
        let everything = pattern.segments.is_empty() && pattern.extent == Extent::Below;
        if everything && methods.is_none() && requirement.is_open() {
            self.report.warn(&path.key("require"), OPEN_SITE);
        }
        let name = methods.as_ref().map_or_else(
            || text.clone(),
            |methods| {
                let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
                format!("{} {text}", names.join(","))
            },
        );
        Some(Route { name, pattern, methods, requirement, rehearsal })
    }

    fn rehearsal(&mut self, written: Option<&Requires>, path: &KeyPath) -> Option<Requirement> {
        written.map(|written| self.requirement(Some(written), path))
    }

    /// Says that a rehearsal would rehearse nothing.
    fn tell_same(&mut self, force: &Requirement, rehearsal: Option<&Requirement>, path: &KeyPath) {
        if rehearsal.is_some_and(|rehearsal| shadow::is_same(force, rehearsal)) {
            self.report.warn(&path.key("report_only"), shadow::SAME);
        }
    }

    fn methods(&mut self, list: Option<&[Option<String>]>, path: &KeyPath) -> Option<Vec<Method>> {
        let list = list?;
        if list.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            let problem = problem.allowed("at least one method");
            self.report.refuse(path, problem.hint("without the key, all methods are meant"));
        }
        let mut seen = HashSet::new();
        let mut methods = Vec::new();
        for (path, text) in elements(list, path) {
            let Some(method) = self.report.take(&path, method(text)) else {
                continue;
            };
            if seen.insert(method.clone()) {
                methods.push(method);
            } else {
                let problem = Problem::new("this method is there twice");
                self.report.refuse(&path, problem.allowed("each once"));
            }
        }
        Some(methods)
    }
}

fn method(text: &str) -> Result<Method, Problem> {
    let allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS and those of WebDAV";
    let problem = || Problem::new("not a method that may pass").allowed(allowed);
    if canonical::is_allowed_method(text) {
        return Method::from_bytes(text.as_bytes()).map_err(|_| problem());
    }
    let upper = text.to_ascii_uppercase();
    Err(if canonical::is_allowed_method(&upper) {
        problem().hint(format!("in capitals: {upper}"))
    } else {
        problem()
    })
}

/// A pattern that does not reach into the gateway's own pages.
pub(super) fn pattern(text: &str, prefix: &str) -> Result<PathPattern, Problem> {
    let pattern = PathPattern::parse(text).map_err(|why| {
        Problem::new(format!("not a path pattern: {why}"))
            .allowed("/admin with all below it, =/health alone, `*` for one whole segment")
    })?;
    let mut own = prefix.split('/').filter(|segment| !segment.is_empty());
    let mut segments = pattern.segments.iter();
    let inside = own.all(|own| {
        segments
            .next()
            .is_some_and(|segment| matches!(segment, SegmentPattern::Literal(text) if text == own))
    });
    if inside {
        return Err(Problem::new("this path belongs to the gateway's own pages")
            .allowed(format!("paths outside {prefix}"))
            .hint("another `branding.path_prefix` would free it"));
    }
    Ok(pattern)
}
