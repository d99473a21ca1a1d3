//! Signs of a console's answers.

use http::HeaderName;

use super::Stage;
use super::console::globs;
use super::document::console::SignsSection;
use super::error::Problem;
use super::key_path::KeyPath;
use crate::console_login::Glob;
use crate::console_login::Signs;

/// Signs of a success, those that it must not show, and those of a failure.
type Judged<'a> = (Option<&'a SignsSection>, Option<&'a SignsSection>, Option<&'a SignsSection>);

impl Stage<'_> {
    /// What answers to a login mean: the signs of a success, and those of a failure.
    pub(super) fn judged(
        &mut self,
        (success, unless, failure): Judged<'_>,
        path: &KeyPath,
    ) -> Option<(Signs, Option<Signs>)> {
        let place = path.key("success");
        if success.is_none() {
            self.report.missing(&place, "signs such as `status: [302]` and `sets: [NAME]`");
        }
        let unless = unless.map(|signs| self.signs(signs, &path.key("unless")));
        let success = success.and_then(|signs| self.signs(signs, &place));
        let failure = failure.map(|signs| self.signs(signs, &path.key("failure")));
        if success.is_some() && failure.as_ref().is_some_and(|failure| *failure == success) {
            let problem = Problem::new("the same signs as those of a success");
            let problem = problem.allowed("signs that no success shows");
            self.report.refuse(&path.key("failure"), problem);
        }
        let success = Signs { not: unless.flatten().map(Box::new), ..success? };
        Some((success, failure.flatten()))
    }

    pub(super) fn signs(&mut self, written: &SignsSection, path: &KeyPath) -> Option<Signs> {
        let mut headers = Vec::new();
        for (name, value) in written.headers.iter().flatten() {
            let problem = || Problem::new("not a header name").allowed("a name such as X-Login");
            let read = HeaderName::from_bytes(name.as_bytes()).map_err(|_| problem());
            let read = self.report.take(&path.key("headers").key(name), read);
            headers.extend(read.zip(value.as_deref().map(Glob::new)));
        }
        let json = written.json.iter().flatten().map(|(keys, value)| {
            let value = value.as_deref().filter(|value| *value != "*");
            (keys.clone(), value.map(Glob::new))
        });
        let signs = Signs {
            status: written.status.iter().flatten().flatten().copied().collect(),
            location: written.location.as_deref().map(Glob::new),
            cookies_set: globs(written.sets.as_ref()),
            cookies_deleted: globs(written.deletes.as_ref()),
            headers,
            json: json.collect(),
            body: written.body.iter().flatten().flatten().cloned().collect(),
            not: None,
        };
        if signs.is_empty() {
            let problem = Problem::new("no sign is named").found("nothing that an answer shows");
            self.report.refuse(path, problem.allowed("at least one sign"));
            return None;
        }
        Some(signs)
    }
}
