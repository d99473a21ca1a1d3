//! What waits for others, all at once, and no longer than somebody at a terminal does.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::time::Instant;

use super::finding::Finding;

/// Something to look at, which may wait.
pub(super) struct Errand {
    about: String,
    work: Box<dyn FnOnce() -> Vec<Finding> + Send>,
}

impl Errand {
    pub(super) fn new(
        about: impl Into<String>,
        work: impl FnOnce() -> Vec<Finding> + Send + 'static,
    ) -> Self {
        Self { about: about.into(), work: Box::new(work) }
    }
}

/// Does all of them at once, and tells what was found in their order. What is not done in time is a finding, too.
pub(super) fn all(errands: Vec<Errand>, patience: Duration) -> Vec<Finding> {
    let (done, answers) = mpsc::channel();
    let mut found: Vec<(String, Option<Vec<Finding>>)> = Vec::new();
    for (at, Errand { about, work }) in errands.into_iter().enumerate() {
        let done = done.clone();
        // Whoever has waited long enough hears nothing more of it.
        thread::spawn(move || drop(done.send((at, work()))));
        found.push((about, None));
    }
    drop(done);
    let by = Instant::now() + patience;
    while let Ok((at, findings)) =
        answers.recv_timeout(by.saturating_duration_since(Instant::now()))
    {
        if let Some((_, place)) = found.get_mut(at) {
            *place = Some(findings);
        }
    }
    let told = |(about, findings): (String, Option<Vec<Finding>>)| {
        findings.unwrap_or_else(|| {
            let what = format!("nothing is known after {} s", patience.as_secs());
            vec![Finding::warn(&about, what, "Wait for longer: `--patience 300`")]
        })
    };
    found.into_iter().flat_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_done_in_time_is_said_and_keeps_nothing_else_back() {
        let (hold, never) = mpsc::channel::<()>();
        let errands = vec![
            Errand::new("slow", move || {
                assert!(never.recv().is_err());
                Vec::new()
            }),
            Errand::new("quick", || vec![Finding::ok("quick", "is there")]),
            Errand::new("broken", || panic!("on purpose")),
        ];
        let found = all(errands, Duration::from_secs(1));
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "warn  slow: nothing is known after 1 s. Wait for longer: `--patience 300`",
                "ok    quick: is there",
                "warn  broken: nothing is known after 1 s. Wait for longer: `--patience 300`",
            ]
        );
        drop(hold);
    }
}
