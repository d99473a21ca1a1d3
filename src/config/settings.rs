//! The settings of ceremonies, sessions, assertions, pages, store and log.

use std::path::PathBuf;
use std::time::Duration;

use super::Stage;
use super::document::Document;
use super::document::settings::AssertionSection;
use super::document::settings::LogLevel;
use super::document::settings::LogSection;
use super::document::settings::SessionsSection;
use super::document::settings::StoreSection;
use super::error::Problem;
use super::files;
use super::key_path::KeyPath;
use super::limits::Limit;
use super::limits::duration;
use super::url;
use crate::assertion;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::ceremony;
use crate::courier;
use crate::portal;
use crate::session;
use crate::site::Sites;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const YEAR: Duration = Duration::from_hours(365 * 24);

/// The directories of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorePaths {
    /// The database.
    pub path: PathBuf,
    /// Its keys; outside `path`.
    pub keys: PathBuf,
    /// Control socket.
    pub run: PathBuf,
}

/// What is logged, and where to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The least important messages that are written.
    pub level: LogLevel,
    /// Where the line for every request goes.
    pub access: AccessLog,
}

/// Where the line for every request goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AccessLog {
    /// To standard error.
    #[default]
    Stderr,
    /// Nowhere.
    Off,
    /// To a file.
    File(PathBuf),
}

impl Stage<'_> {
    /// Proving and enrolling.
    pub(super) fn ceremony(
        &mut self,
        document: &Document,
        sites: &Sites,
        (pages, courier): (&portal::Settings, &courier::Settings),
    ) -> ceremony::Settings {
        let default = ceremony::Settings::default();
        let top = KeyPath::default();
        let authenticators = document.authenticators.as_ref();
        let app = authenticators.and_then(|section| section.totp.as_ref());
        let path = top.key("authenticators").key("totp").key("issuer");
        let issuer = app
            .and_then(|section| section.issuer.as_deref())
            .and_then(|text| self.report.take(&path, issuer(text)));
        let codes = authenticators.and_then(|section| section.backup_codes.as_ref());
        let enforcement = document.enforcement.as_ref();
        let out_of_band = self.out_of_band(document, courier);
        let path = top.key("enforcement");
        let window = Limit::new(MINUTE, YEAR);
        let relying_parties = self.passkeys(document, sites, &pages.brand);
        let passkeys = (!relying_parties.is_empty()).then_some(AuthenticatorKind::Passkey);
        let enabled = out_of_band.kinds().chain(passkeys).fold(default.enabled, KindSet::with);
        let order = authenticators.and_then(|section| section.order.as_deref());
        let path_of_order = top.key("authenticators").key("order");
        let order = order.map(|names| self.kinds(names, &path_of_order)).unwrap_or_default();
        ceremony::Settings {
            // A colon would end the issuer in the label of an `otpauth:` URI.
            totp_issuer: issuer.unwrap_or_else(|| pages.brand.replace(':', " ")),
            apps_per_account: default.apps_per_account,
            enabled: match codes.and_then(|codes| codes.enabled) {
                Some(false) => enabled.without(AuthenticatorKind::BackupCode),
                Some(true) | None => enabled,
            },
            order,
            relying_parties,
            letterhead: courier.letterhead.clone(),
            out_of_band,
            devices: self.devices(authenticators),
            reveal: codes.and_then(|codes| codes.reveal).unwrap_or_default(),
            enrolment_window: self.span(
                enforcement.and_then(|e| e.enrolment_window),
                &path.key("enrolment_window"),
                default.enrolment_window,
                &window,
            ),
            reset_window: self.span(
                enforcement.and_then(|e| e.reset_window),
                &path.key("reset_window"),
                default.reset_window,
                &window,
            ),
        }
    }

    /// Limits of sessions, within those of NIST SP 800-63B-4 §2.2.3 (N-04).
    pub(super) fn sessions(&mut self, section: Option<&SessionsSection>) -> session::Settings {
        let default = session::Settings::default();
        let Some(section) = section else {
            return default;
        };
        let top = KeyPath::default().key("sessions");
        let limit = Limit::new(SECOND, HOUR).because("NIST SP 800-63B-4 allows at most one hour");
        let idle = self.span(section.idle, &top.key("idle"), default.idle, &limit);
        let limit = Limit::new(SECOND, DAY).because("NIST SP 800-63B-4 allows at most one day");
        let key = top.key("absolute");
        let absolute = self.span(section.absolute, &key, default.absolute, &limit);
        if idle > absolute {
            let place = match section.idle {
                Some(_) => top.key("idle"),
                None => key,
            };
            let problem = Problem::new(format!(
                "`idle` ({}) is longer than `absolute` ({})",
                duration(idle),
                duration(absolute)
            ));
            self.report.refuse(&place, problem.allowed("`idle` of at most `absolute`"));
        }
        session::Settings { idle, absolute, idle_counts: section.idle_counts.unwrap_or_default() }
    }

    /// Identity assertions.
    pub(super) fn assertion(&mut self, section: Option<&AssertionSection>) -> assertion::Settings {
        const FORM: &str = "an http or https URL such as https://console.example.com";
        let default = assertion::Settings::default();
        let Some(section) = section else {
            return default;
        };
        let top = KeyPath::default().key("assertion");
        let issuer = section.issuer.as_ref().and_then(|text| {
            self.report.take(&top.key("issuer"), url::web_url(text, FORM)).map(|_| text.clone())
        });
        let limit = Limit::new(Duration::from_secs(10), MINUTE)
            .because("a console asks for a new one with every request; a stolen one must not last");
        let key = top.key("lifetime");
        let lifetime = self.span(section.lifetime, &key, default.lifetime, &limit);
        assertion::Settings { issuer, lifetime }
    }

    /// The directories of the store.
    pub(super) fn store(&mut self, section: Option<&StoreSection>) -> StorePaths {
        let nothing = StoreSection::default();
        let section = section.unwrap_or(&nothing);
        let top = KeyPath::default().key("store");
        let path = self.directory_at(section.path.as_deref(), &top.key("path"), "data/store");
        let keys = self.directory_at(section.keys.as_deref(), &top.key("keys"), "data/keys");
        let run = self.directory_at(section.run.as_deref(), &top.key("run"), "data/run");
        if files::normal(&keys).starts_with(files::normal(&path)) {
            let place = match section.keys {
                Some(_) => top.key("keys"),
                None => top.key("path"),
            };
            let problem = Problem::new("the keys would lie inside the database's directory")
                .allowed("a directory that is not inside `store.path`")
                .hint("whoever copies the database must not have its keys as well");
            self.report.refuse(&place, problem);
        }
        StorePaths { path, keys, run }
    }

    fn directory_at(&mut self, text: Option<&str>, path: &KeyPath, default: &str) -> PathBuf {
        if text == Some("") {
            let problem = Problem::new("no directory").allowed("the path of a directory");
            self.report.refuse(path, problem);
        }
        let directory = self.directory.join(text.unwrap_or(default));
        if text.is_some() && directory.is_file() {
            let problem = Problem::new("this is a file").allowed("the path of a directory");
            self.report.refuse(path, problem);
        }
        directory
    }

    /// What is logged, and where to.
    pub(super) fn log(&mut self, section: Option<&LogSection>) -> Log {
        let Some(section) = section else {
            return Log::default();
        };
        let access = match section.access.as_deref() {
            None | Some("stderr") => AccessLog::Stderr,
            Some("off") => AccessLog::Off,
            Some(text) => {
                let file = self.directory.join(text);
                if text.is_empty() || file.is_dir() {
                    let path = KeyPath::default().key("log").key("access");
                    let problem = Problem::new("not the path of a file");
                    let problem = problem.allowed("stderr, off, or the path of a file");
                    self.report.refuse(&path, problem);
                }
                AccessLog::File(file)
            }
        };
        Log { level: section.level.unwrap_or_default(), access }
    }
}

/// A line of text for people.
pub(super) fn line(text: &str, longest: usize) -> Result<String, Problem> {
    let length = text.chars().count();
    let blank = text.trim().is_empty();
    if blank || length > longest || text.chars().any(char::is_control) {
        return Err(Problem::new("not a line of text for people")
            .allowed(format!("1 to {longest} characters in one line")));
    }
    Ok(text.trim().to_owned())
}

/// The issuer of an `otpauth:` URI has no colon: there it ends.
fn issuer(text: &str) -> Result<String, Problem> {
    if text.contains(':') {
        return Err(Problem::new("an issuer cannot have a colon")
            .allowed("1 to 60 characters in one line, without a colon"));
    }
    line(text, 60)
}
