//! Lists of second factors: those a route asks for, and the order in which people are asked.

use super::Stage;
use super::document::rules::RequireSection;
use super::elements;
use super::error::Problem;
use super::hint;
use super::key_path::KeyPath;
use super::key_path::shown;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;

impl Stage<'_> {
    /// The kinds that must be proved together.
    pub(super) fn factors(&mut self, section: &RequireSection, path: &KeyPath) -> KindSet {
        let names = section.factors.as_deref();
        names.map_or(KindSet::NONE, |names| self.kinds(names, path).into_iter().collect())
    }

    /// Second factors by name, each once, in their order.
    pub(super) fn kinds(
        &mut self,
        names: &[Option<String>],
        path: &KeyPath,
    ) -> Vec<AuthenticatorKind> {
        let known: Vec<&str> =
            AuthenticatorKind::SECOND_FACTORS.iter().map(|kind| kind.name()).collect();
        let allowed = known.join(", ");
        if names.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(path, problem.allowed(allowed.as_str()));
        }
        let mut kinds = Vec::new();
        for (path, name) in elements(names, path) {
            let kind = AuthenticatorKind::from_name(name)
                .filter(|kind| AuthenticatorKind::SECOND_FACTORS.contains(kind));
            let Some(kind) = kind else {
                let problem = Problem::new("no second factor has this name").found(shown(name));
                let problem = problem.allowed(allowed.as_str());
                self.report.refuse(
                    &path,
                    match hint::near(name, &known) {
                        Some(near) => problem.hint(format!("did you mean `{near}`?")),
                        None => problem,
                    },
                );
                continue;
            };
            if kinds.contains(&kind) {
                let problem = Problem::new("this name is there twice").allowed("each once");
                self.report.refuse(&path, problem);
            }
            kinds.push(kind);
        }
        kinds
    }
}
