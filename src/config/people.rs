//! Whom a route is about.

use super::Stage;
use super::document::rules::RequireSection;
use super::elements;
use super::error::Problem;
use super::key_path::KeyPath;
use crate::route::People;
use crate::subject::LoginName;

impl Stage<'_> {
    /// The people that an alternative names; none: anybody.
    pub(super) fn people(&mut self, section: &RequireSection, path: &KeyPath) -> Option<People> {
        if section.users.is_none() && section.groups.is_none() && section.roles.is_none() {
            return None;
        }
        for (key, empty) in [
            ("users", section.users.as_ref().is_some_and(Vec::is_empty)),
            ("groups", section.groups.as_ref().is_some_and(Vec::is_empty)),
            ("roles", section.roles.as_ref().is_some_and(Vec::is_empty)),
        ] {
            if empty {
                let problem = Problem::new("the list is empty").found("an empty list");
                self.report.refuse(&path.key(key), problem.allowed("at least one"));
            }
        }
        let mut people = People::default();
        let list = section.users.as_deref().unwrap_or_default();
        for (path, name) in elements(list, &path.key("users")) {
            let login = LoginName::parse_any(name)
                .map_err(|e| Problem::new(format!("not a login name: {e}")).allowed("login names"));
            people.users.extend(self.report.take(&path, login));
        }
        people.groups = section.groups.iter().flatten().flatten().cloned().collect();
        people.roles = section.roles.iter().flatten().flatten().map(|&role| role.into()).collect();
        Some(people)
    }
}
