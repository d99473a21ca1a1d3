//! Asking a console whether a password is right: what the pages need, and what the proxy does.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::area::Whereabouts;
use crate::console_login::basic::BasicCredentials;
use crate::policy::Refusal;
use crate::site::Site;

/// What a console is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Whose console.
    pub site: &'a Arc<Site>,
    /// Where whoever signs in is.
    pub client: &'a Whereabouts,
    /// The number of their request.
    pub request_id: &'a str,
    /// What they typed.
    pub credentials: &'a BasicCredentials,
}

/// What it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right,
    /// It is not.
    Wrong,
    /// Neither clearly: whoever asks is not let in.
    Unclear,
    /// Nothing, or nothing that could be understood, for this reason.
    Unanswered(Refusal),
}

/// Somebody who has a session at a console.
#[derive(Clone, Debug)]
pub struct Holding<'a> {
    /// Whose console.
    pub site: &'a Arc<Site>,
    /// Where they are.
    pub client: &'a Whereabouts,
    /// The number of their request.
    pub request_id: &'a str,
    /// Names and values of the session cookies that they have there.
    pub cookies: Vec<(String, String)>,
}

/// Asks consoles on the gateway's own behalf.
#[async_trait]
pub trait Probe: fmt::Debug + Send + Sync {
    /// Asks one about a password, once.
    async fn ask(&self, question: Question<'_>) -> Verdict;

    /// Signs somebody out there, once.
    ///
    /// # Errors
    /// Why it did not do so.
    async fn sign_out(&self, leaving: Holding<'_>) -> Result<(), Refusal>;
}

/// Where there is no console to ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProbe;

#[async_trait]
impl Probe for NoProbe {
    async fn ask(&self, _question: Question<'_>) -> Verdict {
        Verdict::Unanswered(Refusal::Internal)
    }

    async fn sign_out(&self, _leaving: Holding<'_>) -> Result<(), Refusal> {
        Err(Refusal::Internal)
    }
}
