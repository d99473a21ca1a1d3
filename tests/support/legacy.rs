//! A console that keeps users, passwords and sessions of its own, as legacy consoles do.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use super::browser::Browser;
use super::gateway::Gateway;
use super::gateway::Setup;
use super::lock;
use super::recorder::Answer;
use super::recorder::Recorded;
use super::recorder::Recorder;

/// What a right login does to the console's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raises {
    /// It gets another cookie.
    Renewed,
    /// The cookie stays what it was: the session behind it is raised.
    InPlace,
}

#[derive(Default)]
struct State {
    /// Who is signed in, by cookie; nobody yet: an empty name.
    sessions: HashMap<String, String>,
    made: usize,
}

/// The console.
#[derive(Clone)]
pub(crate) struct Legacy {
    raises: Raises,
    state: Arc<Mutex<State>>,
    answer: Arc<Mutex<Option<Vec<u8>>>>,
}

/// That console with the gateway before it.
pub(crate) struct Town {
    /// The console.
    pub(crate) legacy: Legacy,
    /// What it was asked.
    pub(crate) recorder: Recorder,
    /// The gateway.
    pub(crate) gateway: Gateway,
}

impl Town {
    /// The gateway is told of the console in these lines of its site.
    pub(crate) fn with(raises: Raises, lines: &str) -> Self {
        let (legacy, recorder) = Legacy::start(raises);
        let setup = Setup::before(recorder.address()).site_line(lines);
        let gateway = Gateway::start(&setup, &[]);
        Self { legacy, recorder, gateway }
    }

    /// A browser that was never used before.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.gateway)
    }
}

/// The password of everybody there.
pub(crate) fn password_of(user: &str) -> String {
    format!("open-{user}-sesame")
}

impl Legacy {
    /// A console, and what it was asked.
    pub(crate) fn start(raises: Raises) -> (Self, Recorder) {
        let legacy = Self { raises, state: Arc::default(), answer: Arc::default() };
        let console = legacy.clone();
        (legacy, Recorder::scripted(move |request| console.answer(request)))
    }

    /// Exactly these bytes answer every login from now on.
    pub(crate) fn answers_logins(&self, bytes: &str) {
        *lock(&self.answer) = Some(bytes.as_bytes().to_vec());
    }

    /// A session of this user's that the gateway never saw.
    pub(crate) fn session_of(&self, user: &str) -> String {
        let mut state = lock(&self.state);
        let cookie = made(&mut state);
        state.sessions.insert(cookie.clone(), user.to_owned());
        cookie
    }

    /// Every session cookie that was ever made.
    pub(crate) fn cookies(&self) -> Vec<String> {
        lock(&self.state).sessions.keys().cloned().collect()
    }

    fn answer(&self, request: &Recorded) -> Answer {
        let target = request.target();
        let path = target.split('?').next().unwrap_or_default().to_owned();
        let cookie = cookie_of(request);
        if request.method() == "POST" && path.starts_with("/login") {
            if let Some(bytes) = &*lock(&self.answer) {
                return Answer::raw_then_close(bytes);
            }
            return self.login(request, cookie.as_deref());
        }
        if request.method() == "POST" && path == "/auth/token" {
            return self.token(request);
        }
        let bearer = request.values("authorization").pop();
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer ").map(ToOwned::to_owned));
        let cookie = bearer.or(cookie);
        let mut state = lock(&self.state);
        let user = cookie.as_ref().and_then(|cookie| state.sessions.get(cookie)).cloned();
        match (path.as_str(), user.filter(|user| !user.is_empty())) {
            ("/logout", Some(_)) => {
                state.sessions.remove(&cookie.unwrap_or_default());
                redirect(
                    "/login",
                    "Set-Cookie: SID=live; Path=/\r\nSet-Cookie: SID=deleted; Max-Age=0; Path=/\r\n",
                )
            }
            ("/me", Some(user)) => Answer::ok(request, &format!("{{\"login\":\"{user}\"}}")),
            (_, Some(user)) => Answer::ok(request, &format!("PAGE of {user} at {target}")),
            ("/login" | "/style.css", None) => {
                let known = cookie.is_some_and(|cookie| state.sessions.contains_key(&cookie));
                let set = if known {
                    String::new()
                } else {
                    let cookie = made(&mut state);
                    state.sessions.insert(cookie.clone(), String::new());
                    format!("Set-Cookie: SID={cookie}; Path=/; HttpOnly\r\n")
                };
                Answer::with(request, &set, "LOGIN PAGE")
            }
            (_, None) => redirect("/login", ""),
        }
    }

    /// The login of a script, which gets a token in JSON.
    fn token(&self, request: &Recorded) -> Answer {
        let said = serde_json::from_slice::<serde_json::Value>(&request.body).unwrap_or_default();
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        let (user, password) = (text("username"), text("password"));
        if password != password_of(&user) {
            return Answer::raw(
                b"HTTP/1.1 403 Forbidden\r\nContent-Length: 15\r\n\r\n{\"error\":\"no\"}\n",
            );
        }
        let mut state = lock(&self.state);
        let token = made(&mut state);
        state.sessions.insert(token.clone(), user);
        Answer::ok(request, &format!("{{\"access_token\":\"{token}\"}}"))
    }

    fn login(&self, request: &Recorded, cookie: Option<&str>) -> Answer {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let field = |name: &str| {
            let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
            // The last one wins, as in PHP.
            pairs
                .filter(|(n, _)| *n == name)
                .map(|(_, v)| v.to_owned())
                .next_back()
                .unwrap_or_default()
        };
        // People are called by their address as well.
        let user = field("user").to_lowercase().replace("%40alias.example", "");
        let password = field("password");
        let mut state = lock(&self.state);
        if password != password_of(&user) {
            return Answer::with(request, "X-Login: no\r\n", "WRONG PASSWORD");
        }
        let next = request.target();
        let next = next.split_once("next=").map_or("/home", |(_, next)| next).to_owned();
        let known = cookie.filter(|cookie| state.sessions.contains_key(*cookie));
        if let (Raises::InPlace, Some(cookie)) = (self.raises, known) {
            state.sessions.insert(cookie.to_owned(), user);
            return redirect(&next, "");
        }
        let cookie = made(&mut state);
        state.sessions.insert(cookie.clone(), user);
        redirect(&next, &format!("Set-Cookie: SID={cookie}; Path=/; HttpOnly\r\n"))
    }
}

fn made(state: &mut State) -> String {
    state.made += 1;
    format!("console-session-{}-canary", state.made)
}

fn redirect(to: &str, fields: &str) -> Answer {
    let head = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n{fields}\r\n");
    Answer::raw(head.as_bytes())
}

/// The last session cookie of a request.
pub(crate) fn cookie_of(request: &Recorded) -> Option<String> {
    let lines = request.values("cookie");
    let pairs = lines.iter().flat_map(|line| line.split(';')).map(str::trim);
    pairs.filter_map(|pair| pair.strip_prefix("SID=")).next_back().map(ToOwned::to_owned)
}
