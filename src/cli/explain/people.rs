//! Accounts as the gate sees them when they are signed in.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::enforcement::Switch;
use crate::enforcement::Switches;
use crate::gate::Claim;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::Reply;
use crate::operate::SiteCommand;
use crate::operate::SiteReply;
use crate::operate::view::AccountView;
use crate::session::AuthnEvent;
use crate::session::OpenedFrom;
use crate::session::SessionRecord;
use crate::session::Strength;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::SubjectId;

/// How far somebody has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proved {
    /// The password.
    Password,
    /// That, and a second factor.
    Both,
}

/// The account of a login name.
pub(super) fn account(login: &str, context: &Context<'_>) -> Result<AccountView, Failure> {
    let command = Command::UserShow { login: login.to_owned() };
    let Reply::Account(account) = reach::ask(context, command)? else {
        return Err(reach::unexpected());
    };
    Ok(*account)
}

/// What is asked of everybody and of owners, and at each site, besides the configuration.
pub(super) fn switch(context: &Context<'_>) -> Result<Switch, Failure> {
    let command = Command::Enforcement(EnforcementCommand::Show);
    let Reply::Enforcement(view) = reach::ask(context, command)? else {
        return Err(reach::unexpected());
    };
    let Reply::Site(SiteReply::Sites(sites)) =
        reach::ask(context, Command::Site(SiteCommand::List))?
    else {
        return Err(reach::unexpected());
    };
    let sites = sites.into_iter().map(|site| (site.name.clone(), site.policy())).collect();
    let switches = Switches { everybody: view.switch, owners: view.owners_switch, sites };
    Ok(Arc::new(ArcSwap::from_pointee(switches)))
}

/// What the gate would see of a session of this account; none: its login name cannot be one.
pub(super) fn claim(account: &AccountView, proved: Proved, at: Timestamp) -> Option<Claim> {
    let event = |kind| AuthnEvent::of(kind, None, at);
    let mut events = vec![event(AuthenticatorKind::Password)];
    if proved == Proved::Both {
        let second = account.factors.first().map_or(AuthenticatorKind::Totp, |factor| factor.kind);
        // What `--as` stands for is the sign-in that the account's first factor can give.
        let strength = if second == AuthenticatorKind::Passkey {
            Strength::UserVerified
        } else {
            Strength::None
        };
        events.push(AuthnEvent { strength, ..event(second) });
    }
    Some(Claim {
        session: SessionRecord {
            handle: "(made for each session)".to_owned(),
            site: String::new(),
            subject: SubjectId::from_stored(account.id.clone()),
            events,
            binding: String::new(),
            created: at,
            last_active: at,
            client: std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
            opened_from: OpenedFrom::default(),
            lost: None,
            pending_totp: None,
            enrolled: !account.factors.is_empty(),
            device: None,
        },
        profile: Profile {
            login: LoginName::parse_any(&account.login).ok()?,
            name: account.name.clone(),
            email: account.email.clone(),
            groups: account.groups.clone(),
            role: account.role,
            language: None,
        },
        terms: account.terms.clone(),
        held: account.factors.iter().map(|factor| factor.kind).collect(),
    })
}
