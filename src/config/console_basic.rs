//! `sites[].first_factor.console_basic`: a console that asks for HTTP Basic.

use http::Method;

use super::Stage;
use super::console;
use super::document::console::ConsoleBasicSection;
use super::document::console::ProbeSection;
use super::error::Problem;
use super::key_path::KeyPath;
use super::routes;
use crate::canonical::CanonicalPath;
use crate::console_login::ConsoleBasic;
use crate::console_login::basic::Attempts;
use crate::console_login::basic::ProbeRequest;

/// Wrong passwords in a row that the console is asked about, for one person.
const ATTEMPTS: u32 = 10;

const MOST_ATTEMPTS: u32 = 100;

const MOST_BY_ALL: u32 = 10_000;

impl Stage<'_> {
    /// A console that asks for HTTP Basic.
    pub(super) fn console_basic(
        &mut self,
        basic: &ConsoleBasicSection,
        site: &str,
        path: &KeyPath,
    ) -> Option<ConsoleBasic> {
        let source = self.source(basic.source.as_deref(), site, path);
        let probe = basic.probe.as_ref().unwrap_or(&ProbeSection::EMPTY);
        let probe = self.probe(probe, &path.key("probe"));
        let all = (basic.attempts_by_all, MOST_BY_ALL);
        let attempts = Attempts {
            each: self
                .attempts((basic.attempts, MOST_ATTEMPTS), &path.key("attempts"))
                .unwrap_or(ATTEMPTS),
            all: self.attempts(all, &path.key("attempts_by_all")),
        };
        let unknown = console::unknown(basic.unknown_users);
        Some(ConsoleBasic { source, probe: probe?, attempts, unknown })
    }

    fn attempts(&mut self, (written, most): (Option<u32>, u32), path: &KeyPath) -> Option<u32> {
        let number = written?;
        if number == 0 || number > most {
            let problem = Problem::new("not a number of attempts");
            self.report.refuse(path, problem.allowed(format!("1 to {most}")));
        }
        Some(number)
    }

    fn probe(&mut self, probe: &ProbeSection, path: &KeyPath) -> Option<ProbeRequest> {
        let target = self.probe_target(probe.path.as_deref().unwrap_or("/"), &path.key("path"));
        let place = path.key("method");
        let method = match &probe.method {
            None => Some(Method::GET),
            Some(text) => self.report.take(&place, routes::method(text)),
        };
        if method.as_ref().is_some_and(|method| !method.is_safe()) {
            let problem = Problem::new("a request that could change something");
            self.report.refuse(&place, problem.allowed("GET, HEAD, OPTIONS"));
        }
        let success = probe.success.as_ref();
        let success = success.map(|signs| self.signs(signs, &path.key("success")));
        Some(ProbeRequest { target: target?, method: method?, success: success.flatten() })
    }

    fn probe_target(&mut self, text: &str, path: &KeyPath) -> Option<String> {
        let (at, query) = text.split_once('?').unwrap_or((text, ""));
        let plain = query.bytes().all(|b| b.is_ascii_graphic() && b != b'#' && b != b'"');
        let is_path = CanonicalPath::parse(at).is_ok_and(|parsed| parsed.raw() == at);
        if !plain || !is_path {
            let problem = Problem::new("not the address of a page");
            self.report.refuse(path, problem.allowed("one path such as /status?short=1"));
            return None;
        }
        Some(text.to_owned())
    }
}
