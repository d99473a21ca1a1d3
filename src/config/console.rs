//! `sites[].first_factor` and `sites[].session_cookies`: the console's own login.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;

use super::Stage;
use super::document::console::BodyWord;
use super::document::console::ConsoleFormSection;
use super::document::console::LoginSection;
use super::document::console::LogoutSection;
use super::document::console::OrderWord;
use super::document::console::UnknownUsersWord;
use super::document::scalar::TextOr;
use super::document::site::SiteEntry;
use super::elements;
use super::error::Problem;
use super::key_path::KeyPath;
use super::routes;
use crate::canonical::CanonicalPath;
use crate::console_login::BodyKind;
use crate::console_login::ConsoleForm;
use crate::console_login::CookiePatterns;
use crate::console_login::Glob;
use crate::console_login::LoginRequest;
use crate::console_login::LogoutRequest;
use crate::console_login::Order;
use crate::console_login::Who;
use crate::console_login::request::SentBy;
use crate::portal;
use crate::route::Extent;
use crate::route::PathPattern;
use crate::route::Requirement;
use crate::route::RouteTable;
use crate::session::cookie;
use crate::site::FirstFactor;
use crate::site::SiteName;
use crate::subject::LoginName;
use crate::subject::UnknownUsers;

const ONE_PATH: &str = "one path such as /login";

/// What is known of a site's first factor.
pub(super) struct First {
    pub(super) source: FirstFactor,
    pub(super) before_sign_in: Vec<PathPattern>,
    pub(super) session_cookies: CookiePatterns,
}

impl Stage<'_> {
    /// How people of a site prove who they are first.
    pub(super) fn first_factor(
        &mut self,
        site: &SiteEntry,
        name: Option<&SiteName>,
        path: &KeyPath,
        portal: &portal::Settings,
    ) -> First {
        let names = self.session_cookies(site, path);
        let mut first = First {
            source: FirstFactor::Accounts,
            before_sign_in: Vec::new(),
            session_cookies: CookiePatterns::new(&names),
        };
        let place = path.key("first_factor");
        let section = match &site.first_factor {
            None => return first,
            Some(TextOr::Text(text)) if text == "accounts" => return first,
            Some(TextOr::Text(_)) => {
                let problem = Problem::new("not a source of people");
                let problem =
                    problem.allowed("accounts, or a mapping with one key such as console_form");
                self.report.refuse(&place, problem);
                return first;
            }
            Some(TextOr::Map(section)) => section,
        };
        let source = name.map_or("", SiteName::as_str);
        let all = (
            &section.console_form,
            &section.console_sso,
            &section.console_basic,
            &section.trusted_header,
        );
        match all {
            (Some(form), None, None, None) => {
                let place = place.key("console_form");
                let read = self.console_form(form, source, &place, portal);
                self.at_the_console(&mut first, read, &place);
            }
            (None, Some(sso), None, None) => {
                let place = place.key("console_sso");
                let read = self.console_sso(sso, source, &place, portal);
                self.at_the_console(&mut first, read, &place);
            }
            (None, None, Some(basic), None) => {
                let basic = self.console_basic(basic, source, &place.key("console_basic"));
                if let Some(basic) = basic {
                    first.source = FirstFactor::ConsoleBasic(Arc::new(basic));
                }
            }
            (None, None, None, Some(trusted)) => {
                let place = place.key("trusted_header");
                let trusted = self.trusted_header(trusted, source, &place);
                if let Some(trusted) = trusted {
                    first.source = FirstFactor::TrustedHeader(Arc::new(trusted));
                }
            }
            _ => {
                let problem = Problem::new("not one source of people");
                let problem = problem
                    .allowed("one of console_form, console_sso, console_basic, trusted_header");
                self.report.refuse(&place, problem);
            }
        }
        first
    }

    /// People sign in at the console itself.
    fn at_the_console(
        &mut self,
        first: &mut First,
        read: Option<(ConsoleForm, Vec<PathPattern>)>,
        place: &KeyPath,
    ) {
        if first.session_cookies.is_empty() {
            let text = "no `session_cookies` are named: the console's own sessions are not bound to the gateway's, and \
                        one from elsewhere would be let through";
            self.report.warn(place, text);
        }
        if let Some((form, public)) = read {
            first.source = FirstFactor::ConsoleForm(Arc::new(form));
            first.before_sign_in = public;
        }
    }

    /// What the login is for must not be open without it: there the console's own answer would reach anybody.
    pub(super) fn console_login_is_closed(
        &mut self,
        first: &First,
        path: &KeyPath,
        routes: &RouteTable,
    ) {
        let FirstFactor::ConsoleForm(form) = &first.source else { return };
        let (section, page_key, login_key) = if form.is_vouched() {
            ("console_sso", "start", "callback")
        } else {
            ("console_form", "page", "login")
        };
        let place = path.key("first_factor").key(section);
        let page = form.page.split('?').next().unwrap_or_default();
        let page = CanonicalPath::parse(page).map(|page| page.segments().to_vec());
        let places = [
            (place.key(login_key).key("path"), Some(&form.request.path), &form.request.method),
            (place.key(page_key), page.as_ref().ok(), &Method::GET),
        ];
        for (place, segments, method) in places {
            let Some(segments) = segments else { continue };
            let found = routes.find(segments, method);
            if found.demanded.iter().all(Requirement::is_open) {
                let problem = Problem::new(format!("route {} is open there", found.name()));
                let problem = problem.allowed("a path at which people are asked to sign in");
                self.report.refuse(&place, problem.hint("before sign-in it is served in any case"));
            }
        }
    }

    fn session_cookies(&mut self, site: &SiteEntry, path: &KeyPath) -> Vec<String> {
        let path = path.key("session_cookies");
        let list = site.session_cookies.as_deref().unwrap_or_default();
        let mut names = Vec::new();
        for (path, name) in elements(list, &path) {
            let plain = |b: u8| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&b);
            let is_name = !name.is_empty() && name.bytes().all(plain);
            let problem = || Problem::new("not the name of a cookie");
            let allowed = "a name such as SESSIONID; `*` stands for any characters";
            if !is_name || name.bytes().all(|b| b == b'*') {
                self.report.refuse(&path, problem().allowed(allowed));
            } else if cookie::is_ours(name.as_bytes()) {
                let problem = problem().allowed("cookies of the console's");
                self.report.refuse(&path, problem.hint("this one is the gateway's"));
            } else {
                names.push(name.to_owned());
            }
        }
        names
    }

    fn console_form(
        &mut self,
        form: &ConsoleFormSection,
        site: &str,
        path: &KeyPath,
        portal: &portal::Settings,
    ) -> Option<(ConsoleForm, Vec<PathPattern>)> {
        let source = self.source(form.source.as_deref(), site, path);
        let page = self.page(form.page.as_deref(), &path.key("page"), portal);
        let mut public = self.public(form.public.as_deref(), path, portal);
        let login = self.login(form.login.as_ref(), &source, &path.key("login"));
        let judged = self.judged(
            (form.success.as_deref(), form.unless.as_deref(), form.failure.as_deref()),
            path,
        );
        let told = form.user_from.as_ref().map(|told| self.told(told, &path.key("user_from")));
        let order = form.order.unwrap_or_default();
        if told.is_some() && matches!(order, OrderWord::SecondFactorFirst) {
            let problem =
                Problem::new("the second factor comes first, so the name must be known before");
            let problem = problem.allowed("order: login_first");
            self.report.refuse(&path.key("user_from"), problem);
        }
        let logout = form.logout.as_ref().map(|one| self.logout(one, &path.key("logout")));
        let (page, at) = page?;
        public.push(at);
        let (request, who) = login?;
        let (success, failure) = judged?;
        let form = ConsoleForm {
            source,
            page,
            request,
            who,
            told: told.flatten(),
            success,
            failure,
            logout: logout.flatten(),
            names: form.names.as_ref().map(|names| globs(Some(names))),
            order: match order {
                OrderWord::LoginFirst => Order::LoginFirst,
                OrderWord::SecondFactorFirst => Order::SecondFactorFirst,
            },
            unknown: unknown(form.unknown_users),
        };
        Some((form, public))
    }

    /// What is served before sign-in besides the page.
    pub(super) fn public(
        &mut self,
        list: Option<&[Option<String>]>,
        path: &KeyPath,
        portal: &portal::Settings,
    ) -> Vec<PathPattern> {
        let mut public = Vec::new();
        for (path, text) in elements(list.unwrap_or_default(), &path.key("public")) {
            let pattern = self.report.take(&path, routes::pattern(text, &portal.prefix));
            let all = |one: &PathPattern| one.segments.is_empty() && one.extent == Extent::Below;
            if pattern.as_ref().is_some_and(all) {
                let problem = Problem::new("that is the whole console");
                let problem = problem.allowed("what belongs to its sign-in page");
                self.report.refuse(&path, problem.hint("`=/` is its home alone"));
                continue;
            }
            public.extend(pattern);
        }
        public
    }

    /// Whose users sign in at a console.
    pub(super) fn source(&mut self, written: Option<&str>, site: &str, path: &KeyPath) -> String {
        let source = written.unwrap_or(site).to_owned();
        if SiteName::parse(&source).is_none() && !source.is_empty() {
            let problem = Problem::new("not a name for a source");
            self.report.refuse(&path.key("source"), problem.allowed("1 to 63 of a-z, 0-9 and `-`"));
        }
        source
    }

    /// The page, and its path alone.
    pub(super) fn page(
        &mut self,
        written: Option<&str>,
        path: &KeyPath,
        portal: &portal::Settings,
    ) -> Option<(String, PathPattern)> {
        let Some(text) = written else {
            self.report.missing(path, ONE_PATH);
            return None;
        };
        let (page, query) = text.split_once('?').unwrap_or((text, ""));
        let plain = query.bytes().all(|b| b.is_ascii_graphic() && b != b'#' && b != b'"');
        let problem = || Problem::new("not the address of a page").allowed("such as /login?next=/");
        if !plain || page.contains('*') {
            self.report.refuse(path, problem());
            return None;
        }
        let found = self.report.take(path, routes::pattern(page, &portal.prefix))?;
        Some((text.to_owned(), PathPattern { extent: Extent::Exact, ..found }))
    }

    fn login(
        &mut self,
        login: Option<&LoginSection>,
        source: &str,
        path: &KeyPath,
    ) -> Option<(LoginRequest, Who)> {
        let Some(login) = login else {
            self.report.missing(path, "a mapping with path and user_field");
            return None;
        };
        let at = self.one_path(login.path.as_deref(), &path.key("path"));
        let place = path.key("method");
        let method = match &login.method {
            None => Some(Method::POST),
            Some(text) => self.report.take(&place, routes::method(text)),
        };
        if method.as_ref().is_some_and(Method::is_safe) {
            let problem = Problem::new("a password does not belong into an address");
            self.report.refuse(&place, problem.allowed("POST, PUT"));
        }
        let who = match (&login.user_field, &login.user) {
            (Some(field), None) if !field.is_empty() => Some(Who::Field(field.clone())),
            (None, Some(user)) => {
                let named = LoginName::of_source(source, user).map_err(|why| {
                    Problem::new(format!("not a login name: {why}")).allowed("a login name")
                });
                self.report.take(&path.key("user"), named).map(Who::Fixed)
            }
            _ => {
                let problem = Problem::new("who signs in is not said once");
                self.report.refuse(path, problem.allowed("either user_field or user"));
                None
            }
        };
        let request = LoginRequest {
            path: at?,
            method: method?,
            query: pairs(login.query.as_ref()),
            parameters: Vec::new(),
            body: Some(match login.body.unwrap_or_default() {
                BodyWord::Urlencoded => BodyKind::Urlencoded,
                BodyWord::Multipart => BodyKind::Multipart,
                BodyWord::Json => BodyKind::Json,
            }),
        };
        Some((request, who?))
    }

    pub(super) fn logout(
        &mut self,
        logout: &LogoutSection,
        path: &KeyPath,
    ) -> Option<LogoutRequest> {
        let methods = self.methods(logout.methods.as_deref(), &path.key("methods"));
        let at = self.one_path(logout.path.as_deref(), &path.key("path"))?;
        let call = logout.call.unwrap_or_default();
        let sent_by = if call { SentBy::GatewayToo } else { SentBy::People };
        Some(LogoutRequest { path: at, methods, query: pairs(logout.query.as_ref()), sent_by })
    }

    pub(super) fn one_path(
        &mut self,
        written: Option<&str>,
        path: &KeyPath,
    ) -> Option<Vec<String>> {
        let Some(text) = written else {
            self.report.missing(path, ONE_PATH);
            return None;
        };
        let found = CanonicalPath::parse(text);
        let problem = |why: String| Problem::new(format!("not one path: {why}")).allowed(ONE_PATH);
        let found = found.map_err(|why| problem(why.to_string()));
        Some(self.report.take(path, found)?.segments().to_vec())
    }
}

/// What becomes of people who have no account yet.
pub(super) fn unknown(written: Option<UnknownUsersWord>) -> UnknownUsers {
    match written.unwrap_or_default() {
        UnknownUsersWord::Create => UnknownUsers::Create,
        UnknownUsersWord::Refuse => UnknownUsers::Refuse,
    }
}

pub(super) fn globs(list: Option<&Vec<Option<String>>>) -> Vec<Glob> {
    list.into_iter().flatten().flatten().map(|name| Glob::new(name)).collect()
}

fn pairs(map: Option<&BTreeMap<String, Option<String>>>) -> Vec<(String, String)> {
    let said = |(name, value): (&String, &Option<String>)| {
        (name.clone(), value.clone().unwrap_or_default())
    };
    map.into_iter().flatten().map(said).collect()
}
