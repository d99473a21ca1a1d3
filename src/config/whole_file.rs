//! Faults of the configuration file as a whole: before it is a document.

use std::path::Path;

use super::error::ConfigError;
use super::error::ConfigErrors;
use super::error::Problem;

/// A fault of a file as a whole.
pub(super) fn whole_file(
    path: &Path,
    line: usize,
    column: usize,
    problem: Problem,
) -> ConfigErrors {
    ConfigErrors::new(vec![ConfigError {
        file: path.to_owned(),
        line,
        column,
        path: String::new(),
        message: problem.message,
        found: problem.found,
        allowed: problem.allowed,
        hint: problem.hint,
    }])
}

/// The text of a file.
pub(super) fn utf8<'b>(path: &Path, bytes: &'b [u8]) -> Result<&'b str, ConfigErrors> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.split_at(error.valid_up_to()).0;
        let line = good.split(|byte| *byte == b'\n').count();
        let last = good.rsplit(|byte| *byte == b'\n').next().unwrap_or(good);
        let column = String::from_utf8_lossy(last).chars().count() + 1;
        let problem = Problem::new("the file is not text in UTF-8")
            .found("bytes that are no character")
            .allowed("UTF-8")
            .hint("save it as UTF-8 in the editor");
        whole_file(path, line, column, problem)
    })
}
