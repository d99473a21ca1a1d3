//! `sites[].account_path`: the path of a console that leads to the account page.

use http::Method;

use super::Stage;
use super::error::Problem;
use super::key_path::KeyPath;
use super::routes::pattern;
use crate::portal;
use crate::route::Extent;
use crate::route::PathPattern;
use crate::route::Requirement;
use crate::route::RouteTable;
use crate::route::SegmentPattern;

const FORM: &str = "one path such as /profile/security";

impl Stage<'_> {
    /// The path, if one is written. It is of a part of the console where people are asked for something: what
    /// everybody may see is no place for one's account.
    pub(super) fn account_path(
        &mut self,
        written: Option<&str>,
        path: &KeyPath,
        (routes, portal): (&RouteTable, &portal::Settings),
    ) -> Option<PathPattern> {
        let path = path.key("account_path");
        let leads = self.report.take(&path, one_path(written?, &portal.prefix))?;
        let segments: Vec<String> = leads.segments.iter().filter_map(literal).collect();
        let found = routes.find(&segments, &Method::GET);
        if found.demanded.iter().all(Requirement::is_open) {
            let problem = Problem::new(format!("route {} is open there", found.name()));
            self.report
                .refuse(&path, problem.allowed("a path at which people are asked to sign in"));
            return None;
        }
        Some(leads)
    }
}

/// That path alone, which is not the home of the console.
fn one_path(text: &str, prefix: &str) -> Result<PathPattern, Problem> {
    let problem = || Problem::new("not one path").allowed(FORM);
    if !text.starts_with('/') || text.contains('*') {
        return Err(problem());
    }
    let below = pattern(&text.to_ascii_lowercase(), prefix);
    let leads = below.and_then(|_| pattern(text, prefix)).map_err(|why| why.allowed(FORM))?;
    if leads.segments.is_empty() {
        return Err(problem().hint("`/` is the console itself"));
    }
    Ok(PathPattern { extent: Extent::Exact, ..leads })
}

fn literal(segment: &SegmentPattern) -> Option<String> {
    match segment {
        SegmentPattern::Literal(text) => Some(text.clone()),
        SegmentPattern::Any => None,
    }
}
