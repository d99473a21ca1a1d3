//! A console that sends people to a provider of identities, and believes whom that one sends back with a code.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use super::legacy::Raises;
use super::legacy::cookie_of;
use super::lock;
use super::recorder::Answer;
use super::recorder::Recorded;
use super::recorder::Recorder;

/// One of its sessions.
#[derive(Clone, Default)]
struct Session {
    user: Option<String>,
    state: String,
}

#[derive(Default)]
struct State {
    sessions: HashMap<String, Session>,
    made: usize,
    /// What answers whoever asks who they are.
    me: Option<String>,
    /// Who is asking, where no session says it.
    guest: Option<String>,
}

/// The console.
#[derive(Clone)]
pub(crate) struct SsoConsole {
    raises: Raises,
    state: Arc<Mutex<State>>,
}

/// The code with which the provider sends somebody back.
pub(crate) fn code_of(user: &str) -> String {
    format!("code-for-{user}-canary")
}

impl SsoConsole {
    /// The console, and what it was asked.
    pub(crate) fn start(raises: Raises) -> (Self, Recorder) {
        let console = Self { raises, state: Arc::default() };
        let asked = console.clone();
        (console, Recorder::scripted(move |request| asked.answer(request)))
    }

    /// Exactly these bytes answer whoever asks who they are.
    pub(crate) fn says_who(&self, bytes: &str) {
        lock(&self.state).me = Some(bytes.to_owned());
    }

    /// It calls strangers this.
    pub(crate) fn calls_strangers(&self, name: &str) {
        lock(&self.state).guest = Some(name.to_owned());
    }

    fn answer(&self, request: &Recorded) -> Answer {
        let target = request.target();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let body = String::from_utf8_lossy(&request.body).into_owned();
        // Ways back are read wherever they are.
        let query = if body.is_empty() { query } else { &body };
        let mut state = lock(&self.state);
        let cookie = cookie_of(request).filter(|cookie| state.sessions.contains_key(cookie));
        let session = cookie.as_ref().and_then(|cookie| state.sessions.get(cookie)).cloned();
        let user = session.as_ref().and_then(|session| session.user.clone());
        match (path, user) {
            ("/sso", _) => begin(&mut state, cookie),
            ("/sso/callback", _) => self.back(&mut state, query, cookie.zip(session)),
            ("/me", user) => {
                let user = remembered(request).or(user).or_else(|| state.guest.clone());
                me(request, state.me.as_deref(), user.as_deref())
            }
            (_, Some(user)) => Answer::ok(request, &format!("PAGE of {user} at {target}")),
            (_, None) => redirect("/sso", ""),
        }
    }

    fn back(&self, state: &mut State, query: &str, session: Option<(String, Session)>) -> Answer {
        let said = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(one, _)| *one == name).map(|(_, value)| value.to_owned()).next_back()
        };
        let vouched = said("code").and_then(|code| {
            Some(code.strip_prefix("code-for-")?.strip_suffix("-canary")?.to_owned())
        });
        let (Some(user), Some((cookie, session))) = (vouched, session) else {
            return redirect("/sso?failed", "");
        };
        if said("state") != Some(session.state) {
            return redirect("/sso?failed", "");
        }
        let signed_in = Session { user: Some(user), state: String::new() };
        if self.raises == Raises::InPlace {
            state.sessions.insert(cookie, signed_in);
            return redirect("/home", "X-Login: ok\r\n");
        }
        let cookie = made(state, signed_in);
        let set = format!("Set-Cookie: SID={cookie}; Path=/; HttpOnly\r\n");
        redirect("/home", &format!("X-Login: ok\r\n{set}"))
    }
}

/// Whom a cookie that is no session names.
fn remembered(request: &Recorded) -> Option<String> {
    let lines = request.values("cookie");
    let pairs = lines.iter().flat_map(|line| line.split(';')).map(str::trim);
    pairs.filter_map(|pair| pair.strip_prefix("REMEMBER=")).next_back().map(ToOwned::to_owned)
}

fn begin(state: &mut State, cookie: Option<String>) -> Answer {
    let number = format!("state-{}", state.made);
    let session = cookie.and_then(|cookie| state.sessions.get_mut(&cookie));
    let fields = if let Some(session) = session {
        number.clone_into(&mut session.state);
        String::new()
    } else {
        let cookie = made(state, Session { user: None, state: number.clone() });
        format!("Set-Cookie: SID={cookie}; Path=/; HttpOnly\r\n")
    };
    redirect(&format!("https://idp.test/authorize?state={number}"), &fields)
}

fn me(request: &Recorded, said: Option<&str>, user: Option<&str>) -> Answer {
    match (said, user) {
        (Some(bytes), _) => Answer::raw_then_close(bytes.as_bytes()),
        (None, Some(user)) => {
            Answer::ok(request, &format!("{{\"id\":7,\"user\":{{\"login\":\"{user}\"}}}}"))
        }
        (None, None) => Answer::raw(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
    }
}

fn made(state: &mut State, session: Session) -> String {
    state.made += 1;
    let cookie = format!("console-session-{}-canary", state.made);
    state.sessions.insert(cookie.clone(), session);
    cookie
}

fn redirect(to: &str, fields: &str) -> Answer {
    let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n";
    Answer::raw(format!("{head}Location: {to}\r\n{fields}\r\n").as_bytes())
}
