//! A console that asks for HTTP Basic, and locks everybody out who guesses.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use data_encoding::BASE64;

use super::Latch;
use super::legacy::password_of;
use super::lock;
use super::recorder::Answer;
use super::recorder::Recorded;
use super::recorder::Recorder;

/// What probes call themselves.
const PROBE: &str = "(sign-in)";

#[derive(Default)]
struct State {
    /// Passwords that were changed.
    changed: HashMap<String, String>,
    /// Wrong ones in a row, by user.
    wrong: HashMap<String, usize>,
    /// What answers probes, without a password and with one.
    answers: [Option<Vec<u8>>; 2],
    /// What probes with a password wait for.
    held: Option<Latch>,
}

/// The console.
#[derive(Clone)]
pub(crate) struct BasicConsole {
    /// It locks whoever gave so many wrong passwords in a row, for good.
    limit: usize,
    challenge: &'static str,
    state: Arc<Mutex<State>>,
}

impl BasicConsole {
    /// A console with these lines of a challenge, and what it was asked.
    pub(crate) fn start(limit: usize, challenge: &'static str) -> (Self, Recorder) {
        let console = Self { limit, challenge, state: Arc::default() };
        let asked = console.clone();
        (console, Recorder::scripted(move |request| asked.answer(request)))
    }

    /// Somebody has another password from now on.
    pub(crate) fn changes(&self, user: &str, password: &str) {
        lock(&self.state).changed.insert(user.to_owned(), password.to_owned());
    }

    /// Exactly these bytes answer probes without a password.
    pub(crate) fn answers_nobody(&self, bytes: &str) {
        lock(&self.state).answers[0] = Some(bytes.as_bytes().to_vec());
    }

    /// Exactly these bytes answer probes with one.
    pub(crate) fn answers_probes(&self, bytes: &str) {
        lock(&self.state).answers[1] = Some(bytes.as_bytes().to_vec());
    }

    /// Probes with a password wait for this.
    pub(crate) fn holds_probes(&self, latch: &Latch) {
        lock(&self.state).held = Some(latch.clone());
    }

    /// Whether it has locked anybody out.
    pub(crate) fn has_locked(&self) -> bool {
        lock(&self.state).wrong.values().any(|&wrong| wrong >= self.limit)
    }

    fn answer(&self, request: &Recorded) -> Answer {
        let told = told_by(request);
        let mut state = lock(&self.state);
        if is_probe(request) {
            if let Some(bytes) = &state.answers[usize::from(told.is_some())] {
                return Answer::raw_then_close(bytes);
            }
            if let (Some(latch), true) = (&state.held, told.is_some()) {
                return Answer::held(request, latch, "too late");
            }
        }
        let target = request.target();
        if target.starts_with("/public") || target.starts_with("/machines") {
            return Answer::with(request, self.challenge, "OPEN");
        }
        let Some((user, password)) = told else {
            return self.unauthorized(request, "nobody");
        };
        let key = user.to_lowercase();
        let right = state.changed.get(&key).cloned().unwrap_or_else(|| password_of(&key));
        let wrong = state.wrong.entry(key).or_default();
        if *wrong >= self.limit {
            return status(request, "403 Forbidden", "", "locked");
        }
        if password != right {
            *wrong += 1;
            return self.unauthorized(request, "wrong");
        }
        *wrong = 0;
        Answer::with(request, self.challenge, &format!("PAGE of {user} at {target}"))
    }

    fn unauthorized(&self, request: &Recorded, text: &str) -> Answer {
        status(request, "401 Unauthorized", self.challenge, text)
    }
}

fn status(request: &Recorded, line: &str, fields: &str, text: &str) -> Answer {
    let sent = if request.method() == "HEAD" { "" } else { text };
    let length = text.len();
    let head = format!("HTTP/1.1 {line}\r\nContent-Length: {length}\r\n{fields}\r\n{sent}");
    Answer::raw(head.as_bytes())
}

/// Whether the gateway asks whether a password is right.
pub(crate) fn is_probe(request: &Recorded) -> bool {
    request.values("user-agent").iter().any(|agent| agent.ends_with(PROBE))
}

/// User name and password in a request.
pub(crate) fn told_by(request: &Recorded) -> Option<(String, String)> {
    let lines = request.values("authorization");
    let encoded = lines.first()?.strip_prefix("Basic ")?.to_owned();
    let pair = String::from_utf8(BASE64.decode(encoded.as_bytes()).ok()?).ok()?;
    let (user, password) = pair.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
