//! What is asked: one request, and whom it comes from.

use std::net::IpAddr;
use std::time::Duration;

use http::Method;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use super::ExplainArguments;
use super::people;
use super::people::Proved;
use crate::canonical;
use crate::clock::Timestamp;
use crate::config::Configuration;
use crate::gate::Claim;
use crate::operate;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::operate::view::TokenReply;
use crate::operate::view::TokenView;
use crate::policy::Machine;
use crate::site::HostPattern;
use crate::subject::AccountState;

/// One request.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) method: Method,
    pub(super) authority: String,
    pub(super) target: String,
    pub(super) address: IpAddr,
    pub(super) now: Timestamp,
    pub(super) person: Option<Person>,
    pub(super) token: Option<TokenView>,
    pub(super) certificate: Option<Machine>,
    /// What was assumed and should be known.
    pub(super) notes: Vec<String>,
}

/// Who is said to be signed in.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) account: AccountView,
    pub(super) proved: Proved,
    pub(super) ago: Duration,
    /// None: it can have no session.
    pub(super) claim: Option<Claim>,
}

impl Question {
    /// Reads the arguments, and looks accounts and tokens up.
    pub(super) fn read(
        arguments: ExplainArguments,
        configuration: &Configuration,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        let address = arguments.address.ok_or_else(|| usage("--address is missing"))?;
        let method = Method::from_bytes(arguments.method.as_bytes())
            .map_err(|_| usage("--method is no method"))?;
        let (authority, target) = if let Some(url) = &arguments.url {
            split(url)?
        } else {
            let host = arguments.host.clone().map_or_else(|| only_host(configuration), Ok)?;
            (host, arguments.path.clone().unwrap_or_else(|| "/".to_owned()))
        };
        if canonical::Host::parse(&authority).is_none() {
            return Err(usage("the host is no host name; a port may follow it"));
        }
        if !target.starts_with('/') {
            return Err(usage("a path begins with `/`"));
        }
        let certificate = arguments.certificate.as_deref();
        let clients = &configuration.client_certificates;
        if certificate.is_some_and(|name| clients.names().all(|known| known != name)) {
            return Err(usage("no client certificate of the configuration has this name"));
        }
        let mut notes = Vec::new();
        let now = context.clock.wall();
        let proved = if arguments.password_only { Proved::Password } else { Proved::Both };
        let person = match &arguments.user {
            None => None,
            Some(login) => {
                let account = people::account(login, context)?;
                let ago = arguments.proved_ago.unwrap_or_default();
                Some(person(account, (proved, ago), now, &mut notes))
            }
        };
        Ok(Self {
            method,
            authority,
            target,
            address,
            now,
            person,
            token: arguments.token.map(|token| shown(token, context)).transpose()?,
            certificate: certificate.map(Machine::certificate),
            notes,
        })
    }
}

fn person(
    account: AccountView,
    (proved, ago): (Proved, Duration),
    now: Timestamp,
    notes: &mut Vec<String>,
) -> Person {
    let login = &account.login;
    let mut proved = proved;
    if proved == Proved::Both && account.factors.is_empty() {
        proved = Proved::Password;
        notes.push(format!("{login} has no second factor yet: judged with the password alone"));
    }
    let at = Timestamp::from_millis(
        now.millis().saturating_sub(u64::try_from(ago.as_millis()).unwrap_or(u64::MAX)),
    );
    let claim = match account.state {
        AccountState::Active => people::claim(&account, proved, at),
        AccountState::Disabled => {
            notes.push(format!("{login} is disabled and has no session: judged as nobody"));
            None
        }
    };
    Person { account, proved, ago, claim }
}

fn shown(token: String, context: &Context<'_>) -> Result<TokenView, Failure> {
    let command = Command::Token(operate::TokenCommand::Show { token });
    let Reply::Token(TokenReply::One(token)) = reach::ask(context, command)? else {
        return Err(reach::unexpected());
    };
    Ok(*token)
}

/// Host and target of what stands in an address bar, as they are: nothing is made canonical here.
fn split(url: &str) -> Result<(String, String), Failure> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let rest = rest.ok_or_else(|| usage("a URL begins with https:// or http://"))?;
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let slash = if target.starts_with('/') { "" } else { "/" };
    Ok((authority.to_owned(), format!("{slash}{target}")))
}

fn only_host(configuration: &Configuration) -> Result<String, Failure> {
    let mut hosts = configuration.sites.iter().flat_map(|site| &site.hosts);
    match (hosts.next(), hosts.next()) {
        (Some(HostPattern::Exact(host)), None) => Ok(host.as_str().to_owned()),
        _ => Err(usage("there are several hosts: say which one with --host or a URL")),
    }
}

fn usage(what: &str) -> Failure {
    Failure::Usage(what.to_owned())
}
