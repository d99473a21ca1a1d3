//! What an operator writes of a token, read.

use std::time::Duration;

use ipnet::IpNet;

use super::super::OperateError;
use crate::service_token::ServiceToken;
use crate::subject::Role;

/// A CIDR, or one address.
pub(super) fn network(text: &str) -> Result<IpNet, OperateError> {
    let no = |why: &str| bad("network", text, why);
    if let Ok(address) = text.parse() {
        return Ok(IpNet::from(std::net::IpAddr::to_canonical(&address)));
    }
    let network: IpNet =
        text.parse().map_err(|_| no("write it as in 192.0.2.0/24, 2001:db8::/32 or 192.0.2.7"))?;
    if network.trunc() != network {
        let hint = format!("the address is inside the network, which is {}", network.trunc());
        return Err(no(&hint));
    }
    Ok(network)
}

/// What a program can be: an owner it never is, and users have nothing to do in the gateway.
pub(super) fn role_of_a_program(role: Role) -> Result<Role, OperateError> {
    match role {
        Role::Auditor | Role::HelpDesk | Role::Admin => Ok(role),
        Role::User | Role::Owner => {
            Err(bad("role for a token", role.name(), "use auditor, help_desk or admin"))
        }
    }
}

pub(super) fn lifetime(given: Option<u64>) -> Result<Duration, OperateError> {
    let longest = ServiceToken::LONGEST_LIFE;
    span("lifetime", given, ServiceToken::LIFETIME, Duration::from_secs(1)..=longest)
}

pub(super) fn span(
    what: &str,
    given: Option<u64>,
    usual: Duration,
    allowed: std::ops::RangeInclusive<Duration>,
) -> Result<Duration, OperateError> {
    let span = given.map_or(usual, Duration::from_secs);
    if allowed.contains(&span) {
        return Ok(span);
    }
    let days = allowed.end().as_secs() / 86_400;
    let why = format!("it is at least {}s and at most {days}d", allowed.start().as_secs());
    Err(bad(what, &format!("{}s", span.as_secs()), &why))
}

pub(super) fn bad(what: &str, given: &str, why: &str) -> OperateError {
    OperateError::BadToken { what: what.to_owned(), given: given.to_owned(), why: why.to_owned() }
}
