//! The access log: one JSON line per request, written by a thread of its own.
//!
//! A request never waits for the disk, nor does it wake anybody for one line: lines gather for a moment
//! and are written together. When the writer cannot keep up, lines are dropped and counted.

use std::cell::RefCell;
use std::fs::File;
use std::fs::OpenOptions;
use std::fs::Permissions;
use std::io;
use std::io::Write;
use std::mem;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::thread::Thread;
use std::time::Duration;

use parking_lot::Mutex;
use prometheus::IntCounter;

use super::TelemetryError;
use crate::proxy::access_log::AccessRecord;
use crate::proxy::access_log::AccessSink;

/// How long the first line waits for others.
const GATHER: Duration = Duration::from_millis(20);

/// Bytes that may wait.
const WAITING: usize = 8 * 1024 * 1024;

/// How long the end of the process waits for the last lines to be written.
const PATIENCE: Duration = Duration::from_secs(2);

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
    writer: Option<(Arc<Waiting>, Thread)>,
    reopen: Arc<AtomicBool>,
    dropped: IntCounter,
}

/// Writes out what waits, when dropped: keep it until the process ends.
#[derive(Debug)]
pub struct AccessLogGuard(Option<Closing>);

#[derive(Debug)]
struct Closing {
    waiting: Arc<Waiting>,
    thread: Thread,
    written_out: mpsc::Receiver<()>,
}

impl Drop for AccessLogGuard {
    fn drop(&mut self) {
        if let Some(closing) = &self.0 {
            closing.waiting.closing.store(true, Ordering::SeqCst);
            closing.thread.unpark();
            // It never sends: the wait ends when the writer does, or is given up.
            let waited = closing.written_out.recv_timeout(PATIENCE);
            if waited == Err(mpsc::RecvTimeoutError::Timeout) {
                tracing::warn!("the last lines of the access log could not be written");
            }
        }
    }
}

/// Lines on their way to the writer.
#[derive(Debug, Default)]
struct Waiting {
    /// One place for all threads: lines stand in the order in which requests were answered.
    lines: Mutex<Vec<u8>>,
    asleep: AtomicBool,
    closing: AtomicBool,
}

impl Waiting {
    /// Takes a line; false when there is no room for it.
    fn push(&self, line: &[u8]) -> bool {
        let mut lines = self.lines.lock();
        let room = lines.len().saturating_add(line.len()) <= WAITING;
        if room {
            lines.extend_from_slice(line);
        }
        room
    }

    /// The writer's pause: until there is a line, and then a moment for more.
    fn rest(&self) {
        self.asleep.store(true, Ordering::SeqCst);
        // A line pushed after this look finds `asleep` set: the lock orders the two.
        if self.lines.lock().is_empty() && !self.is_closing() {
            thread::park();
        }
        self.asleep.store(false, Ordering::SeqCst);
        if !self.is_closing() {
            thread::park_timeout(GATHER);
        }
    }

    fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }
}

impl AccessLog {
    /// A log to `destination`; lines that are lost are counted in `dropped`.
    ///
    /// # Errors
    /// When the file cannot be opened, or there is no thread for the writer.
    pub fn start(
        destination: &Destination,
        dropped: IntCounter,
    ) -> Result<(Self, AccessLogGuard), TelemetryError> {
        let reopen = Arc::new(AtomicBool::new(false));
        let failed = |path: &Path, cause| TelemetryError::Open { path: path.to_owned(), cause };
        let writer = match destination {
            Destination::Off => None,
            Destination::Stderr => Some(
                start_writer(io::stderr(), dropped.clone())
                    .map_err(|cause| failed(Path::new("stderr"), cause))?,
            ),
            Destination::File(path) => {
                let file = open(path).map_err(|cause| failed(path, cause))?;
                let file = ReopenedFile { path: path.clone(), file, asked: Arc::clone(&reopen) };
                Some(start_writer(file, dropped.clone()).map_err(|cause| failed(path, cause))?)
            }
        };
        let handle = writer.as_ref().map(|one| (Arc::clone(&one.waiting), one.thread.clone()));
        Ok((Self { writer: handle, reopen, dropped }, AccessLogGuard(writer)))
    }

    /// Opens the file anew before the next line: after it was moved away.
    pub fn reopen(&self) {
        self.reopen.store(true, Ordering::Relaxed);
    }
}

impl AccessSink for AccessLog {
    fn write(&self, record: &AccessRecord<'_>) {
        thread_local! {
            static LINE: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(1024));
        }
        let Some((waiting, thread)) = &self.writer else { return };
        let kept = LINE.with_borrow_mut(|line| {
            line.clear();
            let written = serde_json::to_writer(&mut *line, record);
            line.push(b'\n');
            written.is_ok() && waiting.push(line)
        });
        if !kept {
            self.dropped.inc();
        }
        if waiting.asleep.load(Ordering::SeqCst) && waiting.asleep.swap(false, Ordering::SeqCst) {
            thread.unpark();
        }
    }
}

fn start_writer(out: impl Write + Send + 'static, dropped: IntCounter) -> io::Result<Closing> {
    let waiting = Arc::new(Waiting::default());
    let (alive, written_out) = mpsc::channel();
    let lines = Arc::clone(&waiting);
    let work = move || {
        write_lines(out, &lines, &dropped);
        drop::<mpsc::Sender<()>>(alive);
    };
    let handle = thread::Builder::new().name("access-log".to_owned()).spawn(work)?;
    Ok(Closing { waiting, thread: handle.thread().clone(), written_out })
}

fn write_lines(mut out: impl Write, waiting: &Waiting, dropped: &IntCounter) {
    let mut batch = Vec::new();
    loop {
        // Asked before the lines are taken: what came before the end is written.
        let closing = waiting.is_closing();
        mem::swap(&mut batch, &mut *waiting.lines.lock());
        if !batch.is_empty() && out.write_all(&batch).and_then(|()| out.flush()).is_err() {
            let lines = batch.split_inclusive(|&byte| byte == b'\n').count();
            dropped.inc_by(u64::try_from(lines).unwrap_or(u64::MAX));
        }
        batch.clear();
        if closing {
            return;
        }
        waiting.rest();
    }
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
            network: None,
            country: None,
            method: "GET",
            host: "console.example.com",
            path,
            status: 200,
            decision: "forward",
            refusal: None,
            subject: Some("abc"),
            acr: None,
            proof_age: None,
            machine: None,
            bad_token: None,
            report_only: None,
            sid: None,
            upstream: None,
            retries: None,
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
    fn lines_beyond_what_may_wait_are_refused_not_kept() {
        let waiting = Waiting::default();
        assert!(waiting.push(&vec![b'x'; WAITING]));
        assert!(!waiting.push(b"\n"));
    }

    #[test]
    fn every_line_of_every_thread_is_written_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("access.log");
        let (log, guard) = AccessLog::start(&Destination::File(path.clone()), counter()).unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..500).for_each(|_| log.write(&record("/a", "x"))));
            }
        });
        drop(guard);
        assert_eq!(lines(&path).len(), 2000);
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
