//! `first_factor.console_sso`: the console's own sign-on; and where a console says who has signed in.

use http::HeaderName;
use http::Method;

use super::Stage;
use super::console::globs;
use super::console::unknown;
use super::document::console::CallbackMethod;
use super::document::console::CallbackSection;
use super::document::console::ConsoleSsoSection;
use super::document::console::FurtherWord;
use super::document::console::UserFromSection;
use super::elements;
use super::error::Problem;
use super::key_path::KeyPath;
use crate::canonical;
use crate::console_login::BodyKind;
use crate::console_login::ConsoleForm;
use crate::console_login::Further;
use crate::console_login::LoginRequest;
use crate::console_login::Order;
use crate::console_login::Told;
use crate::console_login::Who;
use crate::console_login::told::Place;
use crate::portal;
use crate::route::PathPattern;

impl Stage<'_> {
    pub(super) fn console_sso(
        &mut self,
        sso: &ConsoleSsoSection,
        site: &str,
        path: &KeyPath,
        portal: &portal::Settings,
    ) -> Option<(ConsoleForm, Vec<PathPattern>)> {
        let source = self.source(sso.source.as_deref(), site, path);
        let page = self.page(sso.start.as_deref(), &path.key("start"), portal);
        let mut public = self.public(sso.public.as_deref(), path, portal);
        let request = self.callback(sso.callback.as_ref(), &path.key("callback"));
        let judged = self
            .judged((sso.success.as_deref(), sso.unless.as_deref(), sso.failure.as_deref()), path);
        let place = path.key("user_from");
        let told = sso.user_from.as_ref().and_then(|told| self.told(told, &place));
        if sso.user_from.is_none() {
            self.report.missing(&place, "a mapping such as path and json");
        }
        let logout = sso.logout.as_ref().map(|one| self.logout(one, &path.key("logout")));
        let (page, at) = page?;
        public.push(at);
        let (success, failure) = judged?;
        let form = ConsoleForm {
            source,
            page,
            request: request?,
            who: Who::Vouched(match sso.second_factor.unwrap_or_default() {
                FurtherWord::Ask => Further::Asked,
                FurtherWord::NotAsked => Further::NotAsked,
            }),
            told: Some(told?),
            success,
            failure,
            logout: logout.flatten(),
            names: sso.names.as_ref().map(|names| globs(Some(names))),
            order: Order::LoginFirst,
            unknown: unknown(sso.unknown_users),
        };
        Some((form, public))
    }

    fn callback(
        &mut self,
        callback: Option<&CallbackSection>,
        path: &KeyPath,
    ) -> Option<LoginRequest> {
        let Some(callback) = callback else {
            self.report.missing(path, "a mapping with path");
            return None;
        };
        let at = self.one_path(callback.path.as_deref(), &path.key("path"));
        let method = callback.method.unwrap_or_default();
        let place = path.key("parameters");
        let list = callback.parameters.as_deref();
        let mut parameters: Vec<String> = Vec::new();
        for (path, name) in elements(list.unwrap_or_default(), &place) {
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
                let problem = Problem::new("not the name of a parameter");
                self.report.refuse(&path, problem.allowed("a name such as code"));
            } else {
                parameters.push(name.to_owned());
            }
        }
        let (method, body) = match method {
            CallbackMethod::Get => (Method::GET, None),
            CallbackMethod::Post => (Method::POST, Some(BodyKind::Urlencoded)),
        };
        if method == Method::GET && list.is_none() {
            parameters.push("code".to_owned());
        } else if method == Method::GET && parameters.is_empty() {
            let problem = Problem::new("nothing tells the way back from other requests");
            self.report.refuse(&place, problem.allowed("at least one name such as code"));
            return None;
        }
        Some(LoginRequest { path: at?, method, query: Vec::new(), parameters, body })
    }

    /// Where a console says who has signed in.
    pub(super) fn told(&mut self, told: &UserFromSection, path: &KeyPath) -> Option<Told> {
        let place = match (&told.json, &told.header) {
            (Some(keys), None) if !keys.trim_matches('/').is_empty() => {
                Some(Place::Json(keys.clone()))
            }
            (None, Some(name)) => {
                let problem = || Problem::new("not a header name").allowed("a name such as X-User");
                let read = HeaderName::from_bytes(name.as_bytes()).map_err(|_| problem());
                self.report.take(&path.key("header"), read).map(Place::Header)
            }
            _ => {
                let problem = Problem::new("where the name is, is not said once");
                self.report.refuse(path, problem.allowed("either json or header"));
                None
            }
        };
        let target = match &told.path {
            None => Some(None),
            Some(text) => {
                let read = canonical::parse(&Method::GET, "localhost", text).map(|_| text.clone());
                let problem = |why: canonical::NotCanonical| {
                    let problem = Problem::new(format!("not a path: {why}"));
                    problem.allowed("a path such as /api/user")
                };
                self.report.take(&path.key("path"), read.map_err(problem)).map(Some)
            }
        };
        Some(Told { target: target?, place: place? })
    }
}
