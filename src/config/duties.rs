//! Who must have a second factor, and of which kinds.

use std::time::Duration;

use super::Stage;
use super::document::Document;
use super::document::enforcement::Allowed;
use super::document::enforcement::EnforcementRule;
use super::document::enforcement::EnforcementSection;
use super::elements;
use super::error::Problem;
use super::hint;
use super::key_path::KeyPath;
use super::key_path::shown;
use super::limits::Limit;
use super::rules::Kind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::ceremony;
use crate::clock::Timestamp;
use crate::enforcement;
use crate::enforcement::Demands;
use crate::enforcement::Rule;
use crate::enforcement::Scope;
use crate::enforcement::date;
use crate::site::Sites;
use crate::subject::LoginName;
use crate::subject::terms::Mode;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const YEAR: Duration = Duration::from_hours(365 * 24);

type Names = Option<Vec<Option<String>>>;

impl Stage<'_> {
    /// Who must have a second factor, of the kinds that this gateway can verify.
    pub(super) fn enforcement(
        &mut self,
        document: &Document,
        sites: &Sites,
        ceremony: &ceremony::Settings,
    ) -> enforcement::Settings {
        let enabled = ceremony.enabled;
        let named = sites.iter().map(|site| site.name.to_string());
        let without = named.filter(|name| !ceremony.relying_parties.contains_key(name));
        let top = KeyPath::default();
        let default = enforcement::Settings::default();
        let nothing = EnforcementSection::default();
        let section = document.enforcement.as_ref().unwrap_or(&nothing);
        let path = top.key("enforcement");
        let authenticators = document.authenticators.as_ref();
        let allowed = authenticators.and_then(|section| section.allowed.as_ref());
        let allowed = self.allowed(allowed, &top.key("authenticators").key("allowed"), enabled);
        let mode = section.mode.unwrap_or(Mode::Enforced);
        let everybody = Demands {
            mode: Some(mode),
            grace_until: self.grace(section.grace_until.as_deref(), mode, &path),
            unenrolled: section.unenrolled,
            allowed,
            minimum: self.minimum(section.minimum_authenticators, &path),
        };
        let rules = section.rules.as_deref().unwrap_or_default();
        let base = (&everybody, allowed.map_or(enabled, |allowed| allowed.and(enabled)));
        let rules = elements(rules, &path.key("rules"))
            .map(|(path, rule)| self.enforcement_rule(rule, &path, (base, sites)))
            .collect();
        let days = Limit::new(DAY, YEAR);
        let key = path.key("dormant_after");
        let dormant_after = self.span(section.dormant_after, &key, default.dormant_after, &days);
        let any = Limit::new(Duration::ZERO, YEAR);
        let key = path.key("remind_before");
        let remind_before = self.span(section.remind_before, &key, default.remind_before, &any);
        let codes = authenticators.and_then(|section| section.recovery_codes.as_ref());
        let key = top.key("authenticators").key("recovery_codes").key("lifetime");
        let hour = Limit::new(MINUTE, HOUR).because("whoever finds one later must not use it");
        let lifetime = codes.and_then(|codes| codes.lifetime);
        enforcement::Settings {
            everybody,
            rules,
            enabled,
            without_passkeys: without.collect(),
            remind_before,
            dormant_after,
            recovery_lifetime: self.span(lifetime, &key, default.recovery_lifetime, &hour),
            recovery_opens: codes.and_then(|codes| codes.session).unwrap_or_default(),
        }
    }

    fn enforcement_rule(
        &mut self,
        rule: &EnforcementRule,
        path: &KeyPath,
        ((everybody, usable), sites): ((&Demands, KindSet), &Sites),
    ) -> Rule {
        let mode = rule.mode.or(rule.grace_until.as_ref().map(|_| Mode::Enforced));
        let until = rule.grace_until.as_deref();
        let demands = Demands {
            mode,
            grace_until: self.grace(until, mode.unwrap_or(Mode::Enforced), path),
            unenrolled: rule.unenrolled,
            allowed: self.allowed(rule.allowed.as_ref(), &path.key("allowed"), usable),
            minimum: self.minimum(rule.minimum_authenticators, path),
        };
        if demands == Demands::default() {
            let problem = Problem::new("this rule asks for nothing");
            let allowed = "at least one of `mode`, `grace_until`, `unenrolled`, `allowed`, \
                           `minimum_authenticators`";
            self.report.refuse(path, problem.allowed(allowed));
        } else if !demands.asks_for_more_than(everybody) {
            let text = "everybody is asked for as much already: this rule changes nothing. Rules, the operator's \
                        switch and accounts can ask for more, never for less";
            self.report.warn(path, text);
        }
        Rule { scope: self.scope(rule, path, sites), demands }
    }

    fn scope(&mut self, rule: &EnforcementRule, path: &KeyPath, sites: &Sites) -> Scope {
        let named = [&rule.sites, &rule.groups, &rule.users, &rule.networks];
        if named.iter().all(|list| list.is_none()) {
            let problem = Problem::new("this rule is about nobody in particular")
                .allowed("at least one of `sites`, `groups`, `users`, `networks`")
                .hint("what is asked of everybody stands in `enforcement` itself");
            self.report.refuse(path, problem);
        }
        for (key, list) in ["sites", "groups", "users"].into_iter().zip(named) {
            if list.as_ref().is_some_and(Vec::is_empty) {
                let problem = Problem::new("the list is empty").found("an empty list");
                self.report.refuse(&path.key(key), problem.allowed("at least one"));
            }
        }
        let known: Vec<&str> = sites.iter().map(|site| site.name.as_str()).collect();
        for (path, name) in elements(rule.sites.as_deref().unwrap_or_default(), &path.key("sites"))
        {
            if !known.contains(&name.as_str()) {
                let problem = Problem::new("no site has this name").found(shown(name));
                let problem = problem.allowed("names from `sites`");
                let near = hint::near(name, &known);
                self.report.refuse(
                    &path,
                    match near {
                        Some(near) => problem.hint(format!("did you mean `{near}`?")),
                        None => problem,
                    },
                );
            }
        }
        Scope {
            sites: words(&rule.sites),
            groups: words(&rule.groups),
            users: rule.users.as_ref().map(|users| self.logins(users, &path.key("users"))),
            networks: self.areas(&rule.networks, &path.key("networks"), Kind::Network),
        }
    }

    fn logins(&mut self, names: &[Option<String>], path: &KeyPath) -> Vec<LoginName> {
        elements(names, path)
            .filter_map(|(path, name)| {
                let login = LoginName::parse_any(name).map_err(|e| {
                    Problem::new(format!("not a login name: {e}")).allowed("login names")
                });
                self.report.take(&path, login)
            })
            .collect()
    }

    fn grace(&mut self, text: Option<&str>, mode: Mode, path: &KeyPath) -> Option<Timestamp> {
        let (text, path) = (text?, path.key("grace_until"));
        let read = date::parse(text)
            .ok_or_else(|| Problem::new("not a date").found(shown(text)).allowed(date::FORM));
        let until = self.report.take(&path, read)?;
        if mode == Mode::Optional {
            let text = "this date means nothing with `mode: optional`: nothing is asked for, before or after it";
            self.report.warn(&path, text);
        } else if until <= self.now {
            let text = "this date is over: whoever has no second factor sets one up at the next sign-in, however \
                        long ago the account was made";
            self.report.warn(&path, text);
        }
        Some(until)
    }

    fn allowed(
        &mut self,
        written: Option<&Allowed>,
        path: &KeyPath,
        usable: KindSet,
    ) -> Option<KindSet> {
        let kinds = match written? {
            Allowed::PhishingResistant => KindSet::PHISHING_RESISTANT,
            Allowed::Kinds(list) => {
                if list.is_empty() {
                    let problem = Problem::new("the list is empty").found("an empty list");
                    self.report.refuse(path, problem.allowed("at least one"));
                }
                list.iter().flatten().map(|&kind| AuthenticatorKind::from(kind)).collect()
            }
        };
        let kinds = kinds.with(AuthenticatorKind::Password).with(AuthenticatorKind::RecoveryCode);
        let left = kinds.and(usable);
        if !AuthenticatorKind::SECOND_FACTORS.into_iter().any(|kind| left.contains(kind)) {
            let text = "none of these can be used here: whoever must have a second factor could not sign in";
            self.report.warn(path, text);
        }
        Some(kinds)
    }

    fn minimum(&mut self, number: Option<u64>, path: &KeyPath) -> Option<usize> {
        let number = usize::try_from(number?).unwrap_or(usize::MAX);
        if !(1..=5).contains(&number) {
            let problem = Problem::new("out of range").found(number.to_string()).allowed("1 to 5");
            self.report.refuse(&path.key("minimum_authenticators"), problem);
        }
        Some(number)
    }
}

fn words(names: &Names) -> Option<Vec<String>> {
    names.as_ref().map(|names| names.iter().flatten().cloned().collect())
}
