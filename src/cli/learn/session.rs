//! One session of learning: hears the exchanges, knows when it has enough, asks what it cannot tell.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use super::super::failure::Failure;
use super::exchange::Exchange;
use super::login;
use super::login::Name;
use super::login::Pair;
use super::pages;
use super::proposal::Proposal;
use super::propose;
use super::propose::Recording;
use super::recorder::Heard;
use super::terminal::Terminal;
use super::terminal::say;
use super::trial;
use crate::clock::Clock;

/// What it works with.
pub(super) struct Session {
    pub(super) terminal: Terminal,
    pub(super) ears: UnboundedReceiver<Heard>,
    pub(super) name: Name,
    pub(super) origin: String,
    pub(super) clock: Arc<dyn Clock>,
}

impl Session {
    /// Records until there is enough, or no more time, and proposes.
    pub(super) async fn learn(mut self, limit: Duration) -> Result<Proposal, Failure> {
        let mut exchanges = self.record(limit).await;
        exchanges.sort_by_key(|one| one.number);
        let found = logins(&exchanges, &self.name);
        let Some(pair) = self.pair(&found).await? else {
            return Err(too_few(&exchanges, found.len()));
        };
        let (Some(right), Some(wrong)) = (found.get(pair.right), found.get(pair.wrong)) else {
            return Err(too_few(&exchanges, found.len()));
        };
        let recording = Recording {
            exchanges: &exchanges,
            right,
            wrong,
            name: &self.name,
            origin: &self.origin,
        };
        let mut proposal =
            propose::propose(&recording).map_err(|why| Failure::Failed(why.to_string()))?;
        let mut faults = trial::tried(&proposal, &recording, self.clock.wall());
        proposal.findings.append(&mut faults);
        Ok(proposal)
    }

    async fn record(&mut self, limit: Duration) -> Vec<Exchange> {
        let mut exchanges: Vec<Exchange> = Vec::new();
        let over = tokio::time::sleep(limit);
        tokio::pin!(over);
        let mut listens = true;
        loop {
            tokio::select! {
                biased;
                heard = self.ears.recv() => match heard {
                    Some(Heard::Exchange(exchange)) => {
                        exchanges.push(*exchange);
                        if self.is_enough(&exchanges) {
                            return exchanges;
                        }
                    }
                    Some(Heard::Note(text)) => say(&format!("NOTE: {text}")),
                    None => return exchanges,
                },
                line = self.terminal.line(), if listens => {
                    let count = logins(&exchanges, &self.name).len();
                    match line {
                        None => listens = false,
                        Some(_) if count >= 2 || basic_path(&exchanges).is_some() => return exchanges,
                        Some(_) => say(&format!("{count} of two logins were seen so far. Ctrl-C ends.")),
                    }
                }
                // A system that cannot tell of Ctrl-C ends the program by it.
                Ok(()) = tokio::signal::ctrl_c() => return exchanges,
                () = &mut over => {
                    say("The time is over.");
                    return exchanges;
                }
            }
        }
    }

    /// Tells of a login that was just seen; whether the operator has signed out after both.
    fn is_enough(&self, exchanges: &[Exchange]) -> bool {
        let found = logins(exchanges, &self.name);
        let Some(last) = exchanges.last() else { return false };
        if found.last().is_some_and(|login| login.number == last.number) {
            say(&format!("Login {} was seen: {}.", found.len(), last.title()));
            if found.len() == 2 {
                say("Both are there. Look at a page or two, sign out, and press Enter.");
            }
            return false;
        }
        let Some(pair) = login::told_apart(&found) else { return false };
        let (Some(right), Some(wrong)) = (found.get(pair.right), found.get(pair.wrong)) else {
            return false;
        };
        let is_last = right.number > wrong.number;
        is_last && pages::is_logout(last, &found) && last.number > right.number
    }

    /// Which login was right; the operator is asked where it does not show.
    async fn pair(&mut self, found: &[&Exchange]) -> Result<Option<Pair>, Failure> {
        if found.len() < 2 {
            return Ok(None);
        }
        let pair = if let Some(pair) = login::told_apart(found) {
            pair
        } else {
            for (at, login) in found.iter().enumerate() {
                say(&format!("{}: {}", at.saturating_add(1), login.title()));
            }
            let question =
                "These answers look alike. Which login was with the RIGHT password? Its number:";
            let answer = self.terminal.ask(question).await;
            let number = answer.and_then(|line| line.trim().parse::<usize>().ok());
            let right = number.and_then(|number| number.checked_sub(1));
            let pair = right.and_then(|right| login::with_right(found, right));
            pair.ok_or_else(|| {
                Failure::Failed("it is not known which of the logins was right".to_owned())
            })?
        };
        let (right, wrong) = (pair.right.saturating_add(1), pair.wrong.saturating_add(1));
        say(&format!("Login {right} is taken for the right one, login {wrong} for a wrong one."));
        Ok(Some(pair))
    }
}

fn logins<'a>(exchanges: &'a [Exchange], name: &Name) -> Vec<&'a Exchange> {
    let asked_for = login::password_fields(exchanges);
    let mut found: Vec<_> =
        exchanges.iter().filter(|one| login::is_login(one, &asked_for, name)).collect();
    found.sort_by_key(|one| one.number);
    found
}

/// Where the console took credentials of HTTP Basic.
fn basic_path(exchanges: &[Exchange]) -> Option<&str> {
    let is_taken = |one: &&Exchange| {
        let scheme = one.asked.headers.get(http::header::AUTHORIZATION);
        scheme.is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"basic"))
            && one.asked.method == http::Method::GET
            && (one.said.status.is_success() || one.said.status.is_redirection())
    };
    exchanges.iter().find(is_taken).map(Exchange::path)
}

/// Why nothing can be compared.
fn too_few(exchanges: &[Exchange], count: usize) -> Failure {
    if let Some(path) = basic_path(exchanges).filter(|_| count == 0) {
        return Failure::Failed(format!(
            "this console asks with HTTP Basic and has no form, so there is nothing to compare. What it wants is\n\n    \
             first_factor:\n      console_basic:\n        probe: {{ path: {path:?} }}\n\nSee docs/consoles.md"
        ));
    }
    if count == 0 && !logins(exchanges, &Name::Unsaid).is_empty() {
        let text = "a password was sent, but no field of that request carried the user name that you typed here. If the \
                    console asks for the name on a page before, or for a password only, say `-`";
        return Failure::Failed(text.to_owned());
    }
    Failure::Failed(format!(
        "{count} of two logins were seen: one with the right password and one with a wrong one are needed. Nothing is \
         proposed"
    ))
}
