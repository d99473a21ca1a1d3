//! What holds for every address of a console: spreading, checks, repetitions, time limits, and the header
//! that only the gateway knows.

use std::ops::RangeInclusive;
use std::time::Duration;

use http::HeaderName;
use http::Method;

use super::Stage;
use crate::assertion::header::Stripper;
use crate::config::document::upstream::BalanceWord;
use crate::config::document::upstream::CheckMethod;
use crate::config::document::upstream::EjectionSection;
use crate::config::document::upstream::HealthSection;
use crate::config::document::upstream::ProtocolWord;
use crate::config::document::upstream::SecretHeaderSection;
use crate::config::document::upstream::Statuses;
use crate::config::document::upstream::UpstreamSection;
use crate::config::elements;
use crate::config::error::Problem;
use crate::config::key_path::KeyPath;
use crate::config::limits::Limit;
use crate::config::site::header_name;
use crate::secret::Secret;
use crate::site::IdentityHeaders;
use crate::upstream::Balance;
use crate::upstream::Ejection;
use crate::upstream::Endpoint;
use crate::upstream::HealthCheck;
use crate::upstream::MOST_RETRIES;
use crate::upstream::Protocol;
use crate::upstream::SecretHeader;
use crate::upstream::Timeouts;
use crate::upstream::Upstream;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

impl Stage<'_> {
    /// A console at these places; its TLS is the caller's.
    pub(super) fn upstream_settings(
        &mut self,
        section: &UpstreamSection,
        path: &KeyPath,
        identity: &IdentityHeaders,
        endpoints: Vec<Endpoint>,
    ) -> Upstream {
        let default = Upstream::at(endpoints);
        let most = u64::try_from(MOST_RETRIES).unwrap_or(u64::MAX);
        Upstream {
            protocol: match section.protocol.unwrap_or_default() {
                ProtocolWord::Http1 => Protocol::Http1,
                ProtocolWord::Http2 => Protocol::Http2,
                ProtocolWord::Auto => Protocol::Auto,
            },
            balance: match section.balance.unwrap_or_default() {
                BalanceWord::RoundRobin => Balance::RoundRobin,
                BalanceWord::LeastConnections => Balance::LeastConnections,
            },
            retries: self.count(
                section.retries,
                &path.key("retries"),
                default.retries,
                &Limit::new(0, most),
            ),
            ejection: self.ejection(section.ejection.as_ref(), &path.key("ejection")),
            health: section.health.as_ref().and_then(|h| self.health(h, &path.key("health"))),
            secret_header: section
                .secret_header
                .as_ref()
                .and_then(|s| self.secret_header(s, &path.key("secret_header"), identity)),
            timeouts: self.timeouts(section, path),
            answer_head: self.size(
                section.answer_head_bytes,
                &path.key("answer_head_bytes"),
                default.answer_head,
                &Limit::new(4 << 10, 1 << 20),
            ),
            ..default
        }
    }

    fn timeouts(&mut self, section: &UpstreamSection, path: &KeyPath) -> Timeouts {
        let default = Timeouts::default();
        let pieces = Limit::new(SECOND, DAY);
        Timeouts {
            connect: self.span(
                section.connect_timeout,
                &path.key("connect_timeout"),
                default.connect,
                &Limit::new(SECOND, MINUTE),
            ),
            read: self.span(section.read_timeout, &path.key("read_timeout"), default.read, &pieces),
            write: self.span(
                section.write_timeout,
                &path.key("write_timeout"),
                default.write,
                &pieces,
            ),
            idle: self.span(
                section.idle_timeout,
                &path.key("idle_timeout"),
                default.idle,
                &Limit::new(SECOND, HOUR),
            ),
            keepalive: self.span(
                section.tcp_keepalive,
                &path.key("tcp_keepalive"),
                default.keepalive,
                &Limit::new(10 * SECOND, 2 * HOUR),
            ),
        }
    }

    fn ejection(&mut self, section: Option<&EjectionSection>, path: &KeyPath) -> Ejection {
        let default = Ejection::default();
        let Some(section) = section else {
            return default;
        };
        let limit = Limit::new(SECOND, HOUR);
        let first = self.span(section.time, &path.key("time"), default.first, &limit);
        let limit = Limit::new(first, DAY).because("an address is left alone for `time` at first");
        let usual = default.longest.max(first);
        Ejection {
            after: self.times(section.after, &path.key("after"), default.after, 1000),
            first,
            longest: self.span(section.longest, &path.key("longest"), usual, &limit),
        }
    }

    fn health(&mut self, section: &HealthSection, path: &KeyPath) -> Option<HealthCheck> {
        const FORM: &str = "a path such as /healthz, with a query or without";
        let target = if let Some(text) = &section.path {
            let sound = text.starts_with('/')
                && !text.starts_with("//")
                && text.len() <= 1024
                && text.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
            let problem = || Problem::new("not a path to ask for").allowed(FORM);
            let target = sound.then(|| text.clone()).ok_or_else(problem);
            self.report.take(&path.key("path"), target)
        } else {
            self.report.missing(&path.key("path"), FORM);
            None
        };
        let limit = Limit::new(SECOND, HOUR);
        let interval =
            self.span(section.interval, &path.key("interval"), Duration::from_secs(10), &limit);
        let limit = Limit::new(SECOND, MINUTE);
        let timeout =
            self.span(section.timeout, &path.key("timeout"), Duration::from_secs(3), &limit);
        let up = self.times(section.healthy_after, &path.key("healthy_after"), 2, 100);
        let down = self.times(section.unhealthy_after, &path.key("unhealthy_after"), 3, 100);
        let expect = self.statuses(section.expect.as_deref(), &path.key("expect"));
        Some(HealthCheck {
            path: target?,
            method: match section.method.unwrap_or_default() {
                CheckMethod::Get => Method::GET,
                CheckMethod::Head => Method::HEAD,
            },
            interval,
            timeout,
            healthy_after: up,
            unhealthy_after: down,
            expect,
        })
    }

    fn statuses(
        &mut self,
        list: Option<&[Option<Statuses>]>,
        path: &KeyPath,
    ) -> Vec<RangeInclusive<u16>> {
        let Some(list) = list else {
            return vec![200..=399];
        };
        if list.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(path, problem.allowed("statuses such as 200 or 200-299"));
        }
        elements(list, path).map(|(_, Statuses(from, to))| *from..=*to).collect()
    }

    fn secret_header(
        &mut self,
        section: &SecretHeaderSection,
        path: &KeyPath,
        identity: &IdentityHeaders,
    ) -> Option<SecretHeader> {
        let name = if let Some(text) = &section.name {
            self.report.take(&path.key("name"), own_header_name(text, identity))
        } else {
            self.report.missing(&path.key("name"), "a header name such as X-Gateway-Key");
            None
        };
        let value_path = path.key("value");
        let value = if let Some(source) = &section.value {
            if source.is_in(self.report.file()) {
                let text = "the secret stands in a file that others than its owner can read";
                self.report.warn(&value_path, text);
            }
            let value = source.resolve(self.directory, self.environment).and_then(checked);
            self.report.take(&value_path, value)
        } else {
            self.report.missing(&value_path, "one of: text, {file: path}, {env: NAME}");
            None
        };
        Some(SecretHeader { name: name?, value: value? })
    }

    /// How many times in a row.
    fn times(&mut self, written: Option<u64>, path: &KeyPath, default: u32, most: u64) -> u32 {
        let usual = usize::try_from(default).unwrap_or(usize::MAX);
        let count = self.count(written, path, usual, &Limit::new(1, most));
        u32::try_from(count).unwrap_or(default)
    }
}

/// A name that nothing else uses: neither HTTP nor the gateway, nor the identity headers of the site.
fn own_header_name(text: &str, identity: &IdentityHeaders) -> Result<HeaderName, Problem> {
    let name = header_name(text)?;
    // What the gateway strips anyway means something already.
    if Stripper::new(identity, None).strips(&name) {
        return Err(Problem::new("this header has a meaning of its own")
            .allowed("a name that nothing else uses, such as X-Gateway-Key"));
    }
    Ok(name)
}

fn checked(value: Secret<String>) -> Result<Secret<String>, Problem> {
    const FORM: &str = "16 to 512 characters of visible ASCII";
    let text = value.expose();
    if text.bytes().all(|b| b.is_ascii_graphic()) && (16..=512).contains(&text.len()) {
        Ok(value)
    } else {
        Err(Problem::new("not a value for a secret header").allowed(FORM))
    }
}
