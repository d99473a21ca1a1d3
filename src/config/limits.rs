//! Values that must lie between two others, and the section that is made of them: `limits`.

use std::time::Duration;

use super::Stage;
use super::document::scalar::Size;
use super::document::scalar::Span;
use super::document::settings::Http2Section;
use super::document::settings::LimitsSection;
use super::error::Problem;
use super::key_path::KeyPath;
use crate::canonical::head::Limits;
use crate::proxy;
use crate::proxy::http2::Http2;
use crate::proxy::pace::Rate;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// What a value lies between, both included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit<T> {
    least: T,
    most: T,
    why: &'static str,
}

impl<T> Limit<T> {
    pub(super) const fn new(least: T, most: T) -> Self {
        let why = "";
        Self { least, most, why }
    }

    /// Says why.
    pub(super) const fn because(mut self, why: &'static str) -> Self {
        self.why = why;
        self
    }
}

impl<T: PartialOrd + Copy> Limit<T> {
    fn check(&self, value: T, write: fn(T) -> String) -> Result<T, Problem> {
        if value >= self.least && value <= self.most {
            return Ok(value);
        }
        let message = if value < self.least { "too small" } else { "too large" };
        let allowed = format!("{} to {}", write(self.least), write(self.most));
        let problem = Problem::new(message).allowed(allowed);
        Err(if self.why.is_empty() { problem } else { problem.hint(self.why) })
    }
}

impl Stage<'_> {
    /// A span of time, or its default.
    pub(super) fn span(
        &mut self,
        written: Option<Span>,
        path: &KeyPath,
        default: Duration,
        limit: &Limit<Duration>,
    ) -> Duration {
        written
            .and_then(|Span(span)| self.report.take(path, limit.check(span, duration)))
            .unwrap_or(default)
    }

    /// A number of bytes, or its default.
    pub(super) fn size(
        &mut self,
        written: Option<Size>,
        path: &KeyPath,
        default: usize,
        limit: &Limit<u64>,
    ) -> usize {
        written
            .and_then(|Size(size)| self.report.take(path, limit.check(size, bytes)))
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(default)
    }

    /// A number, or its default.
    pub(super) fn count(
        &mut self,
        written: Option<u64>,
        path: &KeyPath,
        default: usize,
        limit: &Limit<u64>,
    ) -> usize {
        written
            .and_then(|count| self.report.take(path, limit.check(count, |n| n.to_string())))
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(default)
    }

    /// Limits on connections, the number of threads, and the time to drain.
    pub(super) fn limits(
        &mut self,
        section: Option<&LimitsSection>,
    ) -> (proxy::Settings, usize, Duration) {
        let nothing = LimitsSection::default();
        let section = section.unwrap_or(&nothing);
        let top = KeyPath::default().key("limits");
        let default = proxy::Settings::default();
        let short = Limit::new(SECOND, MINUTE);
        let settings = proxy::Settings {
            head: self.head(section, &top, default.head),
            head_timeout: self.span(
                section.head_timeout,
                &top.key("head_timeout"),
                default.head_timeout,
                &short,
            ),
            keepalive: self.span(
                section.keepalive,
                &top.key("keepalive"),
                default.keepalive,
                &Limit::new(SECOND, HOUR),
            ),
            handshake_timeout: self.span(
                section.handshake_timeout,
                &top.key("handshake_timeout"),
                default.handshake_timeout,
                &short,
            ),
            form_bytes: self.size(
                section.form_bytes,
                &top.key("form_bytes"),
                default.form_bytes,
                &Limit::new(4 * KIB, 1024 * KIB),
            ),
            ..self.traffic(section, &top, default)
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let key = top.key("threads");
        let threads = self.count(section.threads, &key, cores, &Limit::new(1, 1024));
        let half = Duration::from_secs(30);
        let limit = Limit::new(Duration::ZERO, HOUR);
        let drain = self.span(section.drain, &top.key("drain"), half, &limit);
        (settings, threads, drain)
    }

    /// Limits on what is under way: bodies, streams, connections.
    fn traffic(
        &mut self,
        section: &LimitsSection,
        top: &KeyPath,
        default: proxy::Settings,
    ) -> proxy::Settings {
        let limit = Limit::new(SECOND, 10 * MINUTE);
        let key = top.key("slow_grace");
        let grace = self.span(section.slow_grace, &key, default.receiving.grace, &limit);
        let mut rate = |written, name: &str, default: Rate| {
            let default = usize::try_from(default.bytes).unwrap_or_default();
            let limit = Limit::new(0, 1024 * KIB);
            let bytes = self.size(written, &top.key(name), default, &limit);
            Rate { bytes: bytes as u64, grace }
        };
        let receiving = rate(section.body_rate, "body_rate", default.receiving);
        let sending = rate(section.answer_rate, "answer_rate", default.sending);
        let limit = Limit::new(KIB, 1024 * 1024 * 1024 * KIB);
        let body = section.body_bytes.map(|Size(size)| {
            self.report.take(&top.key("body_bytes"), limit.check(size, bytes)).unwrap_or(size)
        });
        let key = top.key("requests_per_connection");
        let limit = Limit::new(1, 1_000_000);
        let written = section.requests_per_connection;
        let requests = self.count(written, &key, default.requests, &limit);
        let key = top.key("streams_per_session");
        let limit = Limit::new(1, 10_000);
        let streams = self.count(section.streams_per_session, &key, default.streams, &limit);
        let http2 = self.http2(section.http2.as_ref(), &top.key("http2"), default.http2);
        let body_bytes = body.or(default.body_bytes);
        proxy::Settings { body_bytes, receiving, sending, requests, streams, http2, ..default }
    }

    fn http2(&mut self, section: Option<&Http2Section>, top: &KeyPath, default: Http2) -> Http2 {
        let Some(section) = section else {
            return default;
        };
        let mut window = |written, name: &str, default: u32, most: u64| {
            let limit = Limit::new(64 * KIB, most);
            let size = self.size(written, &top.key(name), default as usize, &limit);
            u32::try_from(size).unwrap_or(default)
        };
        let stream_window =
            window(section.stream_window, "stream_window", default.stream_window, 16 * MIB);
        let connection_window = window(
            section.connection_window,
            "connection_window",
            default.connection_window,
            64 * MIB,
        );
        let limit = Limit::new(1, 1000);
        let streams =
            self.count(section.streams, &top.key("streams"), default.streams as usize, &limit);
        let streams = u32::try_from(streams).unwrap_or(default.streams);
        let resets = self.count(section.resets, &top.key("resets"), default.resets, &limit);
        Http2 { streams, stream_window, connection_window, resets }
    }

    fn head(&mut self, section: &LimitsSection, top: &KeyPath, default: Limits) -> Limits {
        let limit = Limit::new(4 * KIB, 256 * KIB);
        let key = top.key("head_bytes");
        let head_bytes = self.size(section.head_bytes, &key, default.head_bytes, &limit);
        let limit = Limit::new(KIB, 64 * KIB);
        let key = top.key("line_bytes");
        let line_bytes = self.size(section.line_bytes, &key, default.line_bytes, &limit);
        let limit = Limit::new(16, 256);
        let key = top.key("header_count");
        let header_count = self.count(section.header_count, &key, default.header_count, &limit);
        let limit = Limit::new(KIB, 64 * KIB);
        let key = top.key("target_bytes");
        let target_bytes = self.size(section.target_bytes, &key, default.target_bytes, &limit);
        if target_bytes > head_bytes {
            let place = match section.target_bytes {
                Some(_) => key,
                None => top.key("head_bytes"),
            };
            let problem =
                Problem::new("`target_bytes` is more than `head_bytes`, which include it")
                    .allowed(format!("`target_bytes` of at most {}", bytes(head_bytes as u64)));
            self.report.refuse(&place, problem);
        }
        Limits { head_bytes, line_bytes, header_count, target_bytes }
    }
}

/// A span of time as it is written in the file.
pub(super) fn duration(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [(86_400, "d"), (3600, "h"), (60, "m")];
    units
        .iter()
        .find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit))
        .map_or_else(|| format!("{seconds}s"), |(unit, name)| format!("{}{name}", seconds / unit))
}

fn bytes(size: u64) -> String {
    if size >= 1024 * KIB && size.is_multiple_of(1024 * KIB) {
        format!("{}MiB", size / KIB / 1024)
    } else if size >= KIB && size.is_multiple_of(KIB) {
        format!("{}KiB", size / KIB)
    } else {
        size.to_string()
    }
}
