//! The authenticator apps of the sample accounts, played in the terminal. DEMO ONLY: it reads the keys
//! from the store of its own process, which nothing else ever does for anybody.

use std::io;
use std::io::IsTerminal;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::authenticator::Credential;
use crate::authenticator::totp;
use crate::authenticator::totp::PENDING_LIFETIME;
use crate::authenticator::totp::STEP_SECONDS;
use crate::clock::Clock;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::StoreError;
use crate::subject::LoginName;
use crate::subject::SubjectId;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);

/// Both people's phones.
#[derive(Debug)]
pub(super) struct Phone {
    logins: Vec<&'static str>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

/// What one app shows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    login: &'static str,
    code: String,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The app is being set up: the code confirms it.
    New,
    /// The code is good.
    Good,
    /// The code was used; the next one is good.
    Used,
}

impl Phone {
    /// The apps of these accounts.
    pub(super) fn new(
        logins: Vec<&'static str>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { logins, store, clock }
    }

    /// Shows the codes until the store closes or nobody can read them any more.
    pub(super) async fn show(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(EVERY);
        let mut display = Display::new(io::stdout().is_terminal());
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            let wall = self.clock.wall().secs();
            let left = STEP_SECONDS.saturating_sub(wall % STEP_SECONDS);
            let Ok(shown) = self.look().await else { return };
            if display.show(&shown, left, &mut io::stdout()).is_err() {
                return stop.cancel();
            }
        }
    }

    async fn look(&self) -> Result<Vec<Shown>, StoreError> {
        let mut all = Vec::new();
        for &login in &self.logins {
            let Ok(name) = LoginName::parse(login) else { continue };
            let Some(account) = self.store.account_by_login(&name).await? else { continue };
            if let Some((code, state)) = self.code_of(&account.id).await? {
                all.push(Shown { login, code, state });
            }
        }
        Ok(all)
    }

    async fn code_of(&self, id: &SubjectId) -> Result<Option<(String, State)>, StoreError> {
        let wall = self.clock.wall();
        let code = |key: &Secret<Vec<u8>>| totp::code_at(key, wall).ok();
        for authenticator in self.store.authenticators(id).await? {
            if let Credential::Totp(app) = authenticator.credential {
                let used = app.last_step >= wall.secs() / STEP_SECONDS;
                let state = if used { State::Used } else { State::Good };
                return Ok(code(&app.key).map(|code| (code, state)));
            }
        }
        let now = self.clock.now();
        let sessions = self.store.sessions().await?;
        let pending = sessions.into_iter().filter(|(_, session)| session.subject == *id);
        let latest = pending
            .filter_map(|(_, session)| session.pending_totp)
            .filter(|pending| now.since(pending.created) < PENDING_LIFETIME)
            .max_by_key(|pending| pending.created);
        Ok(latest.and_then(|pending| code(&pending.key)).map(|code| (code, State::New)))
    }
}

/// In a terminal one line that is written anew; elsewhere a line for every change.
#[derive(Debug)]
struct Display {
    is_terminal: bool,
    last: Vec<Shown>,
}

impl Display {
    const fn new(is_terminal: bool) -> Self {
        Self { is_terminal, last: Vec::new() }
    }

    fn show(&mut self, shown: &[Shown], left: u64, out: &mut dyn Write) -> io::Result<()> {
        if self.is_terminal {
            write!(out, "\r\x1b[2K{}", line(shown, left))?;
            return out.flush();
        }
        if self.last == shown {
            return Ok(());
        }
        self.last = shown.to_vec();
        writeln!(out, "{}", line(shown, left))?;
        out.flush()
    }
}

fn line(shown: &[Shown], left: u64) -> String {
    let mut line = String::from("  DEMO ONLY");
    for Shown { login, code, state } in shown {
        let (first, second) = code.split_at_checked(3).unwrap_or((code, ""));
        let note = match state {
            State::New => " (confirms the app)",
            State::Good => "",
            State::Used => " (used, wait for the next)",
        };
        line.push_str(&format!("   {login} {first} {second}{note}"));
    }
    if shown.is_empty() {
        line.push_str("   no app is set up yet");
    } else {
        line.push_str(&format!("   {left} s left"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(state: State) -> Shown {
        Shown { login: "bob", code: "012345".to_owned(), state }
    }

    #[test]
    fn outside_a_terminal_a_line_is_written_for_every_change_and_no_other() {
        let (mut display, mut out) = (Display::new(false), Vec::new());
        for (list, left) in [
            (vec![], 9),
            (vec![shown(State::New)], 8),
            (vec![shown(State::New)], 7),
            (vec![shown(State::Used)], 6),
        ] {
            display.show(&list, left, &mut out).unwrap();
        }
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "  DEMO ONLY   bob 012 345 (confirms the app)   8 s left\n  \
               DEMO ONLY   bob 012 345 (used, wait for the next)   6 s left\n"
        );
    }
}
