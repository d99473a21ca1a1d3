//! Advice about single-page consoles, whose pages are there when a stricter route asks.

use super::Stage;
use super::document::site::SiteEntry;
use super::key_path::KeyPath;
use crate::route::Alternative;
use crate::route::Requirement;
use crate::route::Route;
use crate::route::RouteTable;

impl Stage<'_> {
    /// Where a route asks people for more than the site does, a `fetch` of an open page meets it as a mere 401.
    /// Whoever writes `retry_script`, be it `false`, has decided.
    pub(super) fn advise_retry_script(
        &mut self,
        site: &SiteEntry,
        path: &KeyPath,
        routes: &RouteTable,
    ) {
        let default = &routes.default_rules().requirement;
        let stricter = |route: &&Route| is_stricter(&route.requirement, default);
        let found = routes.routes().iter().find(stricter);
        if let (None, Some(route)) = (site.retry_script, found) {
            let text = format!(
                "route {} asks people for more than the site does: a script's request gets 401 there; ask for as \
                 much at the page that leads there, or set `retry_script: true` (`false` ends this advice)",
                route.name
            );
            self.report.warn(&path.key("routes"), &text);
        }
    }
}

/// Whether people have to prove more for one requirement than for another, in whichever way.
fn is_stricter(one: &Requirement, default: &Requirement) -> bool {
    let is_enough = |wanted: &Alternative| {
        default.alternatives().iter().any(|given| {
            given.proof >= wanted.proof
                && given.factors.or(wanted.factors) == given.factors
                && wanted.max_age.is_none_or(|most| given.max_age.is_some_and(|age| age <= most))
        })
    };
    let mut personal = one.alternatives().iter().filter(|one| one.proof.is_personal()).peekable();
    personal.peek().is_some() && !personal.any(is_enough)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::authenticator::AuthenticatorKind;
    use crate::authenticator::KindSet;
    use crate::route::Proof;

    #[test]
    fn what_asks_people_for_more_is_stricter() {
        let default = Requirement::default();
        let stricter = |one: Alternative| is_stricter(&Requirement::any_of(vec![one]), &default);
        let usual = Alternative::of(Proof::SecondFactor);
        let age = Some(Duration::from_mins(15));
        assert!(stricter(Alternative { max_age: age, ..usual.clone() }));
        assert!(stricter(Alternative::of(Proof::Aal3)));
        let factors = KindSet::of(&[AuthenticatorKind::Totp]);
        assert!(stricter(Alternative { factors, ..usual.clone() }));
        assert!(!stricter(usual.clone()));
        assert!(!stricter(Alternative::of(Proof::Open)));
        assert!(!stricter(Alternative::of(Proof::ServiceToken)));
        let either = Requirement::any_of(vec![Alternative::of(Proof::Aal3), usual]);
        assert!(!is_stricter(&either, &default));
    }
}
