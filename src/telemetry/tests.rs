//! What the log says, and what it never says.

use std::sync::Arc;

use parking_lot::Mutex;

use super::*;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(level: LevelFilter, work: impl FnOnce()) -> Vec<serde_json::Value> {
    let kept = Kept::default();
    let writer = kept.clone();
    tracing::subscriber::with_default(subscriber(level, move || writer.clone()).unwrap(), work);
    let text = String::from_utf8(kept.0.lock().clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn everything() {
    tracing::trace!(target: "portcullis::proxy", "ours");
    tracing::debug!(target: "pingora_core::protocols::http", "GET /?token=canary-77f, Cookie: canary-77f");
    tracing::trace!(target: "h2::codec", "canary-77f");
    tracing::debug!(target: "hyper::proto", "canary-77f");
    tracing::error!(target: "pingora_core::apps::http_app", "fails to write, GET /?token=canary-77f");
    tracing::warn!(target: "pingora_proxy", "fail to connect");
}

#[test]
fn libraries_never_log_what_they_parse_even_at_trace_a304() {
    let lines = logged(LevelFilter::TRACE, everything);
    let targets: Vec<&str> = lines.iter().map(|line| line["target"].as_str().unwrap()).collect();
    assert_eq!(targets, ["portcullis::proxy", "pingora_proxy"]);
    assert!(!serde_json::to_string(&lines).unwrap().contains("canary-77f"));
}

#[test]
fn the_level_bounds_our_own_messages_and_every_library() {
    assert_eq!(logged(LevelFilter::INFO, everything).len(), 1);
    assert_eq!(logged(LevelFilter::ERROR, everything).len(), 0);
}

#[test]
fn a_line_is_json_whatever_the_message_holds() {
    let lines = logged(LevelFilter::INFO, || {
        tracing::info!(target: "portcullis", host = "a\"b\r\nc", "two\nlines");
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["host"], &lines[0]["message"]),
        (&"a\"b\r\nc".into(), &"two\nlines".into())
    );
}
