//! What the service manager is told (`sd_notify(3)`): ready, reloading, stopping, alive.
//!
//! A datagram to the socket it names. Nobody listens where there is no such manager, and nothing that is
//! said here changes what the gateway does.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::SocketAddr;
use std::os::unix::net::UnixDatagram;
use std::sync::Arc;
use std::time::Duration;

use rustix::time::ClockId;

/// A line to the service manager; clones are the same line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manager(Option<Arc<Line>>);

#[derive(Debug)]
struct Line {
    socket: UnixDatagram,
    address: SocketAddr,
    watchdog: Option<Duration>,
}

impl Manager {
    /// Whoever started this process and wants to hear from it.
    pub(crate) fn of(environment: fn(&str) -> Option<String>) -> Self {
        let Some(name) = environment("NOTIFY_SOCKET") else { return Self::default() };
        let address = match name.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name),
            None => SocketAddr::from_pathname(&name),
        };
        let line = address.and_then(|address| {
            let socket = UnixDatagram::unbound()?;
            let watchdog = watchdog(environment);
            Ok(Arc::new(Line { socket, address, watchdog }))
        });
        match line {
            Ok(line) => Self(Some(line)),
            Err(error) => {
                tracing::warn!(%error, "the service manager cannot be told anything");
                Self::default()
            }
        }
    }

    /// This process serves, and is the one to be watched from here on.
    pub(crate) fn ready(&self) {
        self.say(&format!("MAINPID={}\nREADY=1\nSTATUS=serving", std::process::id()));
    }

    /// A reload began; [`Manager::ready`] ends it.
    pub(crate) fn reloading(&self) {
        let now = rustix::time::clock_gettime(ClockId::Monotonic);
        let micros = now.tv_sec.saturating_mul(1_000_000).saturating_add(now.tv_nsec / 1000);
        self.say(&format!("RELOADING=1\nMONOTONIC_USEC={micros}\nSTATUS=reloading"));
    }

    /// The stop began.
    pub(crate) fn stopping(&self) {
        self.say("STOPPING=1\nSTATUS=finishing requests");
    }

    /// Another process takes over.
    pub(crate) fn handing_over(&self) {
        self.say("STATUS=handing over to the next process");
    }

    /// Shows the watchdog that the process lives, as often as it asks for; never ends.
    pub(crate) async fn keep_alive(self) {
        let Some(every) = self.0.as_ref().and_then(|line| line.watchdog) else {
            return std::future::pending().await;
        };
        let mut tick = tokio::time::interval(every / 2);
        loop {
            tick.tick().await;
            self.say("WATCHDOG=1");
        }
    }

    fn say(&self, text: &str) {
        if let Some(line) = &self.0
            && let Err(error) = line.socket.send_to_addr(text.as_bytes(), &line.address)
        {
            tracing::debug!(%error, "the service manager did not hear");
        }
    }
}

/// How often the watchdog wants a sign of life from this process.
fn watchdog(environment: fn(&str) -> Option<String>) -> Option<Duration> {
    let meant_for: Option<u32> = environment("WATCHDOG_PID").and_then(|pid| pid.parse().ok());
    if meant_for.is_some_and(|pid| pid != std::process::id()) {
        return None;
    }
    let micros: u64 = environment("WATCHDOG_USEC")?.parse().ok()?;
    (micros > 0).then(|| Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_manager_nothing_is_said() {
        let manager = Manager::of(|_| None);
        manager.ready();
        manager.stopping();
        assert!(manager.0.is_none());
    }

    #[test]
    fn the_watchdog_of_another_process_is_not_answered() {
        let other = |name: &str| match name {
            "WATCHDOG_PID" => Some("1".to_owned()),
            "WATCHDOG_USEC" => Some("20000000".to_owned()),
            _ => None,
        };
        assert_eq!(watchdog(other), None);
        let own = |name: &str| (name == "WATCHDOG_USEC").then(|| "20000000".to_owned());
        assert_eq!(watchdog(own), Some(Duration::from_secs(20)));
        assert_eq!(watchdog(|_| None), None);
    }
}
