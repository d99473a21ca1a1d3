//! The access log: one JSON line per request, written by a thread of its own.
//!
//! A request never waits for the disk: when the writer cannot keep up, lines are dropped and counted.

use std::cell::RefCell;
use std::fs::File;
use std::fs::OpenOptions;
use std::fs::Permissions;
use std::io;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use prometheus::IntCounter;
use tracing_appender::non_blocking::NonBlocking;
use tracing_appender::non_blocking::NonBlockingBuilder;
use tracing_appender::non_blocking::WorkerGuard;

use super::TelemetryError;
use crate::proxy::access_log::AccessRecord;
use crate::proxy::access_log::AccessSink;

/// Lines that may wait for the writer.
const WAITING: usize = 16_384;

/// Where the lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard error, among the log.
    Stderr,
    /// A file (0600), opened anew by [`AccessLog::reopen`].
    File(PathBuf),
    /// Nowhere.
    Off,
}

/// Writes access records. One per process, shared.
#[derive(Debug)]
pub struct AccessLog {
    writer: Option<NonBlocking>,
    reopen: Arc<AtomicBool>,
    dropped: IntCounter,
    counted: AtomicUsize,
}

/// Writes out what waits, when dropped: keep it until the process ends.
#[derive(Debug)]
pub struct AccessLogGuard {
    _worker: Option<WorkerGuard>,
}

impl AccessLog {
    /// A log to `destination`; lines that are lost are counted in `dropped`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn start(
        destination: &Destination,
        dropped: IntCounter,
    ) -> Result<(Self, AccessLogGuard), TelemetryError> {
        let reopen = Arc::new(AtomicBool::new(false));
        let (writer, worker) = match destination {
            Destination::Off => (None, None),
            Destination::Stderr => both(builder().finish(io::stderr())),
            Destination::File(path) => {
                let file = open(path)
                    .map_err(|cause| TelemetryError::Open { path: path.clone(), cause })?;
                let file = ReopenedFile { path: path.clone(), file, asked: Arc::clone(&reopen) };
                both(builder().finish(file))
            }
        };
        let log = Self { writer, reopen, dropped, counted: AtomicUsize::new(0) };
        Ok((log, AccessLogGuard { _worker: worker }))
    }

    /// Opens the file anew before the next line: after it was moved away.
    pub fn reopen(&self) {
        self.reopen.store(true, Ordering::Relaxed);
    }

    fn count(&self, writer: &NonBlocking) {
        let total = writer.error_counter().dropped_lines();
        let before = self.counted.fetch_max(total, Ordering::Relaxed);
        if let Ok(new) = u64::try_from(total.saturating_sub(before)) {
            self.dropped.inc_by(new);
        }
    }
}

impl AccessSink for AccessLog {
    fn write(&self, record: &AccessRecord<'_>) {
        thread_local! {
            static LINE: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(1024));
        }
        let Some(writer) = &self.writer else { return };
        let sent = LINE.with_borrow_mut(|line| {
            line.clear();
            serde_json::to_writer(&mut *line, record).map_err(io::Error::from)?;
            line.push(b'\n');
            writer.clone().write_all(line)
        });
        if sent.is_err() {
            self.dropped.inc();
        }
        self.count(writer);
    }
}

fn builder() -> NonBlockingBuilder {
    NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(WAITING)
        .thread_name("access-log")
}

fn both(
    (writer, worker): (NonBlocking, WorkerGuard),
) -> (Option<NonBlocking>, Option<WorkerGuard>) {
    (Some(writer), Some(worker))
}

/// A file that is opened anew when asked; the old one is kept while the new one cannot be had.
#[derive(Debug)]
struct ReopenedFile {
    path: PathBuf,
    file: File,
    asked: Arc<AtomicBool>,
}

impl Write for ReopenedFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.asked.swap(false, Ordering::Relaxed) {
            match open(&self.path) {
                Ok(file) => self.file = file,
                Err(error) => {
                    tracing::error!(path = %self.path.display(), %error, "the access log stays in its old file");
                }
            }
        }
        self.file.write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    // The umask may take rights, never give them; a file from elsewhere may have more.
    if file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::net::IpAddr;

    use super::*;
    use crate::clock::Timestamp;
    use crate::proxy::access_log::UserAgent;

    fn record<'a>(path: &'a str, agent: &'a str) -> AccessRecord<'a> {
        AccessRecord {
            time: Timestamp::from_millis(1_700_000_000_123),
            request_id: "r1",
            site: Some("console"),
            route: None,
            client: Some(IpAddr::from([192, 0, 2, 1])),
            method: "GET",
            host: "console.example.com",
            path,
            status: 200,
            decision: "forward",
            refusal: None,
            subject: Some("abc"),
            sid: None,
            upstream_ms: Some(12),
            added_us: Some(40),
            bytes: 1024,
            user_agent: Some(UserAgent(agent)),
            protocol: "HTTP/1.1",
        }
    }

    fn lines(path: &Path) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn counter() -> IntCounter {
        IntCounter::new("dropped", "lines").unwrap()
    }

    #[test]
    fn a_request_is_one_line_of_json_without_its_query_a304() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("access.log");
        let (log, guard) = AccessLog::start(&Destination::File(path.clone()), counter()).unwrap();
        log.write(&record("/a?token=canary-5d1", "agent \"x\"\r\n{\"status\":1}"));
        log.write(&record("/b#canary-5d1", &"é".repeat(300)));
        drop(guard);
        let lines = lines(&path);
        assert_eq!(lines.len(), 2);
        assert!(!fs::read_to_string(&path).unwrap().contains("canary"));
        assert_eq!((&lines[0]["path"], &lines[1]["path"]), (&"/a".into(), &"/b".into()));
        assert_eq!(lines[0]["time"], "2023-11-14T22:13:20.123Z");
        assert_eq!(lines[0]["user_agent"], "agent \"x\"\r\n{\"status\":1}");
        assert_eq!(lines[1]["user_agent"].as_str().unwrap().len(), 256);
        assert_eq!((&lines[0]["status"], &lines[0]["client"]), (&200.into(), &"192.0.2.1".into()));
        assert!(lines[0].get("refusal").is_none());
    }

    #[test]
    fn the_file_is_for_its_owner_alone_and_opened_anew_when_asked_a308() {
        let dir = tempfile::tempdir().unwrap();
        let (path, moved) = (dir.path().join("access.log"), dir.path().join("access.log.1"));
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let (log, guard) = AccessLog::start(&Destination::File(path.clone()), counter()).unwrap();
        fs::rename(&path, &moved).unwrap();
        log.reopen();
        log.write(&record("/new", "x"));
        drop(guard);
        assert_eq!(lines(&path).len(), 1);
        assert_eq!(lines(&moved).len(), 0);
        for file in [path, moved] {
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_log_that_is_off_takes_lines_and_keeps_none() {
        let dropped = counter();
        let (log, _guard) = AccessLog::start(&Destination::Off, dropped.clone()).unwrap();
        log.write(&record("/", "x"));
        assert_eq!(dropped.get(), 0);
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_an_error_at_the_start() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nowhere/access.log");
        let refused = AccessLog::start(&Destination::File(path), counter()).unwrap_err();
        assert!(refused.to_string().contains("nowhere/access.log"));
    }
}
