//! Ports for the demo: loopback only.

use std::io;
use std::io::Write;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::TcpListener;

use super::Failure;

/// Where the demo listens when nothing else is asked for.
const USUAL_PORT: u16 = 8080;

/// The gateway's port; 0: the system chooses. A port that was asked for must be free; instead of the usual
/// one any other will do, and that is said.
pub(super) fn choose_port(asked: Option<u16>, out: &mut dyn Write) -> Result<u16, Failure> {
    let wanted = asked.unwrap_or(USUAL_PORT);
    if wanted == 0 || is_free(wanted) {
        return Ok(wanted);
    }
    if asked.is_some() {
        return Err(Failure::Failed(format!(
            "port {wanted} is taken; choose another with --port, or 0 for any"
        )));
    }
    writeln!(out, "Port {wanted} is taken; the demo takes a free one.")?;
    Ok(0)
}

/// A socket on a port that the system chooses.
pub(super) fn any() -> io::Result<TcpListener> {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// `localhost` is both addresses: whoever has the port on either of them would be met by some browsers.
fn is_free(port: u16) -> bool {
    let taken = |address: IpAddr| {
        TcpListener::bind((address, port))
            .is_err_and(|e| e.kind() != io::ErrorKind::AddrNotAvailable)
    };
    !taken(Ipv4Addr::LOCALHOST.into()) && !taken(Ipv6Addr::LOCALHOST.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_was_asked_for_must_be_free() {
        let taken = any().unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(choose_port(Some(port), &mut io::sink()).is_err());
        drop(taken);
        assert_eq!(choose_port(Some(port), &mut io::sink()).unwrap(), port);
        assert_eq!(choose_port(Some(0), &mut io::sink()).unwrap(), 0);
    }
}
