//! `health`: whether a gateway runs with this configuration, for supervisors without tools of their own
//! (a container's health check).
//!
//! Two questions: does the gateway answer on its control socket, and does every listener accept? The same
//! whatever the admin listener is: absent, behind TLS, or behind a token.

use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::audit::sinks;
use super::context::Context;
use super::control_client;
use super::failure::Failure;
use crate::operate::Command;
use crate::operate::SinkCommand;
use crate::operate::wire;

/// How long a listener of the same machine may take to accept.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks; exit code 0 when all is well, 1 when it is not.
pub(super) fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let configuration = context.configuration_without_lists()?;
    let socket = configuration.store.run.join(wire::SOCKET);
    let Some(stream) = control_client::connect(&socket)? else {
        return Err(Failure::Failed(format!("no gateway answers at {}", socket.display())));
    };
    let reply = control_client::ask(stream, None, Command::AuditSink(SinkCommand::List))?;
    let sinks = sinks::of(reply)?;
    for address in configuration.listen.addresses().filter(|address| address.port() != 0) {
        accepts(address)
            .map_err(|e| Failure::Failed(format!("the listener {address} does not accept: {e}")))?;
    }
    if context.json {
        return context.print_json(&json!({ "healthy": true, "sinks": sinks }));
    }
    writeln!(context.out, "healthy")?;
    // A receiver that is away is nothing that a restart would mend.
    let now = context.clock.wall();
    for sink in &sinks {
        writeln!(context.out, "{}", sinks::line(sink, now))?;
    }
    Ok(())
}

/// Whether somebody accepts at an address of this machine.
pub(super) fn accepts(address: SocketAddr) -> io::Result<()> {
    TcpStream::connect_timeout(&reachable(address), PATIENCE).map(drop)
}

/// "Every address" is not one that can be connected to; this machine's own is.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        named if !named.is_unspecified() => named,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_asked_on_the_loopback_one() {
        for (listens, asked) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("10.0.0.1:80", "10.0.0.1:80"),
        ] {
            assert_eq!(reachable(listens.parse().unwrap()).to_string(), asked);
        }
    }
}
