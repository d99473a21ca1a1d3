//! `audit`: who gets the records of the audit log, and how long they stay.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use ::url::Host;
use ::url::Url;

use super::Stage;
use super::document::audit::AuditSection;
use super::document::audit::SinkSection;
use super::document::audit::SyslogSection;
use super::document::audit::WebhookSection;
use super::elements;
use super::error::Problem;
use super::key_path::KeyPath;
use super::limits::Limit;
use super::url;
use crate::audit_sink;
use crate::audit_sink::SinkSettings;
use crate::audit_sink::Way;
use crate::audit_sink::syslog;
use crate::audit_sink::syslog::Address;
use crate::audit_sink::webhook;
use crate::outbound;

const DAY: Duration = Duration::from_hours(24);
const USUAL: Duration = Duration::from_secs(10);

/// Most sinks.
const MOST: usize = 8;

/// Most characters of a name.
const LONGEST_NAME: usize = 32;

const ADDRESS: &str = "unix:///PATH, udp://HOST:PORT, tcp://HOST:PORT, or tls://HOST:PORT";
const ONE: &str = "exactly one of `file`, `syslog`, `webhook`";

impl Stage<'_> {
    /// What becomes of the audit log.
    pub(super) fn audit(&mut self, section: Option<&AuditSection>) -> audit_sink::Settings {
        let Some(section) = section else {
            return audit_sink::Settings::default();
        };
        let top = KeyPath::default().key("audit");
        let limit = Limit::new(DAY, 3650 * DAY);
        let keep = section.keep.map(|keep| self.span(Some(keep), &top.key("keep"), DAY, &limit));
        if keep.is_some() && section.sinks.is_none() {
            let text = "there are no sinks: records go only when they were exported (`portcullis audit export`)";
            self.report.warn(&top.key("keep"), text);
        }
        let path = top.key("sinks");
        let list = section.sinks.as_deref().unwrap_or_default();
        if section.sinks.is_some() && list.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(&path, problem.allowed("at least one sink"));
        }
        if list.len() > MOST {
            let problem = Problem::new("too many sinks").found(format!("{} sinks", list.len()));
            self.report.refuse(&path, problem.allowed(format!("at most {MOST}")));
        }
        let mut names = BTreeSet::new();
        let mut sinks = Vec::new();
        for (path, entry) in elements(list, &path) {
            let name = self.sink_name(entry, &path, &mut names);
            let way = self.way(entry, &path);
            let limit = Limit::new(1, 1_000_000);
            let limit = self.count(entry.lag_limit, &path.key("lag_limit"), 1000, &limit);
            let lag_limit = u64::try_from(limit).unwrap_or(u64::MAX);
            let on_lag = entry.on_lag.unwrap_or_default();
            let records = entry.records.unwrap_or_default();
            let settings = |(name, way)| SinkSettings { name, way, records, lag_limit, on_lag };
            sinks.extend(name.zip(way).map(settings));
        }
        let settings = audit_sink::Settings { sinks, keep };
        if settings.keep.is_some() && !settings.sinks.is_empty() && !settings.is_copied() {
            let text = if settings.sinks.iter().any(|sink| sink.way.answers()) {
                "no sink that answers gets every record: records go only when they were exported as well (`portcullis audit \
                 export`)"
            } else {
                "no sink answers, as syslog never does: records go only when they were exported as well (`portcullis audit \
                 export`)"
            };
            self.report.warn(&top.key("keep"), text);
        }
        settings
    }

    fn sink_name(
        &mut self,
        entry: &SinkSection,
        path: &KeyPath,
        names: &mut BTreeSet<String>,
    ) -> Option<String> {
        const FORM: &str = "1 to 32 lower-case letters, digits and hyphens";
        let key = path.key("name");
        let Some(name) = &entry.name else {
            self.report.missing(&key, FORM);
            return None;
        };
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let sound = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain);
        let problem = if !sound {
            Some(Problem::new("not a name of a sink").allowed(FORM))
        } else if !names.insert(name.clone()) {
            Some(Problem::new("another sink has this name").allowed("a name of its own"))
        } else {
            None
        };
        self.report.take(&key, problem.map_or_else(|| Ok(name.clone()), Err))
    }

    fn way(&mut self, entry: &SinkSection, path: &KeyPath) -> Option<Way> {
        match (&entry.file, &entry.syslog, &entry.webhook) {
            (Some(file), None, None) => self.sink_file(file, &path.key("file")).map(Way::File),
            (None, Some(syslog), None) => self.syslog(syslog, &path.key("syslog")).map(Way::Syslog),
            (None, None, Some(webhook)) => {
                self.webhook(webhook, &path.key("webhook")).map(Way::Webhook)
            }
            (None, None, None) => {
                let problem = Problem::new("nothing says where records go").found("none of them");
                self.report.refuse(path, problem.allowed(ONE));
                None
            }
            _ => {
                let problem = Problem::new("records go to one place").found("several of them");
                self.report.refuse(path, problem.allowed(ONE));
                None
            }
        }
    }

    fn sink_file(&mut self, text: &str, path: &KeyPath) -> Option<PathBuf> {
        let file = self.directory.join(text);
        let is_there = file.parent().is_some_and(std::path::Path::is_dir);
        let sound = if text.is_empty() || file.is_dir() {
            Err(Problem::new("not the path of a file").allowed("the path of a file"))
        } else if is_there {
            Ok(file)
        } else {
            Err(Problem::new("the directory of this file does not exist")
                .allowed("the path of a file in a directory that is there"))
        };
        self.report.take(path, sound)
    }

    fn syslog(&mut self, section: &SyslogSection, path: &KeyPath) -> Option<syslog::Settings> {
        let key = path.key("address");
        let limit = Limit::new(Duration::from_secs(1), Duration::from_mins(1));
        let timeout = self.span(section.timeout, &path.key("timeout"), USUAL, &limit);
        let authorities = self.authorities(section.ca_file.as_deref(), path);
        let Some(text) = &section.address else {
            self.report.missing(&key, ADDRESS);
            return None;
        };
        let (scheme, receiver) = self.report.take(&key, receiver(text))?;
        let address = match (scheme, receiver) {
            (Scheme::Unix, Receiver::Path(path)) => Address::Unix(path),
            (Scheme::Udp, Receiver::Host(host)) => Address::Udp(host),
            (Scheme::Tcp, Receiver::Host(host)) => Address::Tcp(host),
            (Scheme::Tls, Receiver::Host(host)) => {
                if section.ca_file.is_none() {
                    self.report.missing(&path.key("ca_file"), "a PEM file of authorities");
                }
                Address::Tls(host, authorities?)
            }
            _ => return None,
        };
        if let Address::Udp(host) | Address::Tcp(host) = &address
            && !Host::parse(&host.name).is_ok_and(|host| url::is_this_machine(&host))
        {
            let text =
                "records travel in clear to another machine: `tls://` keeps them to themselves";
            self.report.warn(&key, text);
        }
        Some(syslog::Settings { address, timeout })
    }

    fn webhook(&mut self, section: &WebhookSection, path: &KeyPath) -> Option<webhook::Settings> {
        const FORM: &str = "an https URL such as https://siem.example.com/portcullis";
        let key = path.key("url");
        let url = match &section.url {
            None => {
                self.report.missing(&key, FORM);
                None
            }
            Some(text) => {
                let url = url::sheltered(text, FORM, "records would travel in clear");
                self.report.take(&key, url)
            }
        };
        let secret = self.signing_secret(section.secret.as_ref(), &path.key("secret"));
        if section.secret.is_none() {
            self.report.missing(&path.key("secret"), "one of: text, {file: path}, {env: NAME}");
        }
        let authorities = self.authorities(section.ca_file.as_deref(), path);
        let limit = Limit::new(Duration::from_secs(1), Duration::from_mins(1));
        let timeout = self.span(section.timeout, &path.key("timeout"), USUAL, &limit);
        Some(webhook::Settings { url: url?, secret: secret?, authorities, timeout })
    }
}

#[derive(Clone, Copy)]
enum Scheme {
    Unix,
    Udp,
    Tcp,
    Tls,
}

enum Receiver {
    Path(PathBuf),
    Host(syslog::Host),
}

/// Reads the address of a receiver of syslog.
fn receiver(text: &str) -> Result<(Scheme, Receiver), Problem> {
    let problem = |message: &str| Problem::new(message).allowed(ADDRESS);
    let not_one = || problem("not an address of a syslog receiver");
    let (scheme, rest) = text.split_once("://").ok_or_else(not_one)?;
    let (scheme, usual) = match scheme {
        "unix" if rest.starts_with('/') => {
            return Ok((Scheme::Unix, Receiver::Path(PathBuf::from(rest))));
        }
        "udp" => (Scheme::Udp, 514),
        "tcp" => (Scheme::Tcp, 601),
        "tls" => (Scheme::Tls, 6514),
        _ => return Err(not_one()),
    };
    let plain = rest.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'\\' | b'@'));
    let url = plain.then(|| Url::parse(text).ok()).flatten().ok_or_else(not_one)?;
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let name = url.host_str().filter(|name| bare && !name.is_empty()).ok_or_else(not_one)?;
    let name = match Host::parse(name).map_err(|_| not_one())? {
        Host::Domain(name) => name,
        Host::Ipv4(address) => shared(address.into()).ok_or_else(|| problem(LINK_LOCAL))?,
        Host::Ipv6(address) => shared(address.into()).ok_or_else(|| problem(LINK_LOCAL))?,
    };
    let port = url.port().unwrap_or(usual);
    if port == 0 {
        return Err(problem("port 0 is no port to connect to"));
    }
    Ok((scheme, Receiver::Host(syslog::Host { name, port })))
}

const LINK_LOCAL: &str = "an address of the link alone";

/// An address that is not only for a machine's neighbours.
fn shared(address: IpAddr) -> Option<String> {
    (!outbound::is_link_local(address)).then(|| address.to_string())
}
