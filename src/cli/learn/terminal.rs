//! The terminal: what is said goes to standard error, so that standard output has the proposal alone.

use std::io;
use std::io::BufRead;
use std::io::Write;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::mpsc::unbounded_channel;

use super::proposal::plain;

/// Lines that the operator types.
pub(super) struct Terminal {
    lines: UnboundedReceiver<String>,
}

impl Terminal {
    /// Listens to standard input from now on.
    pub(super) fn open() -> Self {
        let (told, lines) = unbounded_channel();
        // A thread that nobody waits for: it sits in a read until the program ends.
        std::thread::spawn(move || {
            for line in io::stdin().lock().lines().map_while(Result::ok) {
                if told.send(line).is_err() {
                    return;
                }
            }
        });
        Self { lines }
    }

    /// The next line; none: there will be no more.
    pub(super) async fn line(&mut self) -> Option<String> {
        self.lines.recv().await
    }

    /// Asks for a line.
    pub(super) async fn ask(&mut self, question: &str) -> Option<String> {
        say(question);
        self.line().await
    }
}

/// Says something; what came from the console cannot steer the terminal.
pub(super) fn say(text: &str) {
    let lines: Vec<String> = text.lines().map(plain).collect();
    // Nobody is left to tell when this cannot be printed.
    drop(writeln!(io::stderr().lock(), "{}", lines.join("\n")));
}
