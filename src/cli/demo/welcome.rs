//! What the demo says when it is ready.

use std::io;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::sample::Sample;
use crate::server::Listening;

/// What stands behind the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    /// The console that comes along.
    Console,
    /// Somebody's own.
    Own,
}

/// What is to be said.
#[derive(Debug)]
pub(super) struct Welcome {
    pub(super) samples: Vec<Sample>,
    pub(super) upstream: String,
    pub(super) kind: Behind,
    pub(super) log: PathBuf,
    pub(super) is_kept: bool,
}

/// What a browser's address bar shows.
pub(super) fn origin(http: SocketAddr) -> String {
    format!("http://localhost:{}", http.port())
}

impl Welcome {
    /// The login names.
    pub(super) fn logins(&self) -> Vec<&'static str> {
        self.samples.iter().map(|sample| sample.login).collect()
    }

    /// Says it, on standard output.
    pub(super) fn say(&self, listening: &Listening) -> io::Result<()> {
        let mut out = io::stdout().lock();
        self.write(listening, &mut out)?;
        out.flush()
    }

    fn write(&self, listening: &Listening, out: &mut dyn Write) -> io::Result<()> {
        let what = match self.kind {
            Behind::Console => "Harbour Control, an old console, now behind a second factor",
            Behind::Own => "your console, now behind a second factor",
        };
        writeln!(out, "\n  Portcullis demo: {what}\n")?;
        if let Some(http) = listening.http.first() {
            writeln!(out, "  Open       {}", origin(*http))?;
        }
        for (at, sample) in self.samples.iter().enumerate() {
            let label = if at == 0 { "Sign in" } else { "" };
            let (login, password) = (sample.login, sample.password.expose());
            writeln!(out, "  {label:<10} {login:<6} {password}   {}", sample.rank.name())?;
        }
        if self.kind == Behind::Own {
            writeln!(out, "             (accounts of the gateway; your console keeps its own)")?;
        }
        writeln!(
            out,
            "\n  The first sign-in shows a QR code for an authenticator app. No phone at hand? This terminal\n  \
             plays the app for both accounts: when a code is asked for, it stands below.\n  \
             DEMO ONLY: a real gateway never tells anybody a code.\n"
        )?;
        match self.kind {
            Behind::Console => writeln!(
                out,
                "  Direct     {}   the console without the gateway: its own form, same accounts",
                self.upstream
            )?,
            Behind::Own => writeln!(out, "  Console    {}", self.upstream)?,
        }
        if let Some(admin) = listening.admin {
            writeln!(out, "  Metrics    http://{admin}/metrics")?;
        }
        writeln!(out, "  Log        {}", self.log.display())?;
        let end = if self.is_kept { "ends it" } else { "ends it and removes all of it" };
        writeln!(out, "  Ctrl-C     {end}\n")
    }
}
