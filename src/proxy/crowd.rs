//! How many client connections may be open at once: as many as the process has descriptors for, and of
//! those only a part for one neighbourhood, so that nobody keeps the others out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use parking_lot::Mutex;

use crate::metrics::NoRoom;
use crate::network;

/// Descriptors that are kept for listeners, files, the store and the rest, at least.
const RESERVE: u64 = 64;

/// Fewest connections that one neighbourhood may have.
const EACH: usize = 64;

/// How many connections there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// In all.
    pub whole: usize,
    /// From one neighbourhood.
    pub each: usize,
}

impl Room {
    /// What a limit on open files leaves: an eighth of it, and at least 64, is kept back; every client
    /// may hold a connection to a console as well; a neighbourhood gets a quarter, and at least 64.
    #[must_use]
    pub fn of_descriptors(descriptors: u64) -> Self {
        let reserve = RESERVE.max(descriptors / 8);
        let whole = descriptors.saturating_sub(reserve) / 2;
        let whole = usize::try_from(whole).unwrap_or(usize::MAX).max(1);
        Self { whole, each: EACH.max(whole / 4).min(whole) }
    }
}

/// The open client connections.
#[derive(Debug)]
pub struct Crowd {
    room: Room,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    whole: usize,
    each: HashMap<IpNet, usize>,
}

impl Crowd {
    /// Nobody yet, with this much room.
    #[must_use]
    pub fn new(room: Room) -> Arc<Self> {
        Arc::new(Self { room, open: Mutex::default() })
    }

    /// A place for a connection, until it is dropped: among all, and not yet among its neighbours.
    ///
    /// # Errors
    /// When there is no room.
    pub fn enter(self: &Arc<Self>) -> Result<Place, NoRoom> {
        let mut open = self.open.lock();
        if open.whole >= self.room.whole {
            return Err(NoRoom::Whole);
        }
        open.whole = open.whole.saturating_add(1);
        Ok(Place { crowd: Arc::clone(self), counted: None })
    }
}

/// One connection's place.
#[derive(Debug)]
pub struct Place {
    crowd: Arc<Crowd>,
    counted: Option<IpNet>,
}

impl Place {
    /// The connection is this client's: from now on it is one of its neighbourhood as well. Not for
    /// proxies, which speak for everybody.
    ///
    /// Clients on this machine share one neighbourhood, and a TLS terminator here speaks for everybody:
    /// they are limited by the whole only.
    ///
    /// # Errors
    /// When the neighbourhood has as many as it may.
    pub fn belongs_to(&mut self, client: IpAddr) -> Result<(), NoRoom> {
        if client.to_canonical().is_loopback() || self.counted.is_some() {
            return Ok(());
        }
        let neighbourhood = network::neighbourhood(client);
        let mut open = self.crowd.open.lock();
        // An entry is made only for one that is let in: what is refused leaves nothing behind.
        let here = open.each.get(&neighbourhood).copied().unwrap_or_default();
        if here >= self.crowd.room.each {
            return Err(NoRoom::Neighbourhood);
        }
        open.each.insert(neighbourhood, here.saturating_add(1));
        self.counted = Some(neighbourhood);
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.open.lock();
        open.whole = open.whole.saturating_sub(1);
        if let Some(neighbourhood) = self.counted
            && let Some(here) = open.each.get_mut(&neighbourhood)
        {
            *here = here.saturating_sub(1);
            if *here == 0 {
                open.each.remove(&neighbourhood);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_leaves_descriptors_for_consoles_and_for_the_gateway_itself() {
        assert_eq!(Room::of_descriptors(65_536), Room { whole: 28_672, each: 7_168 });
        assert_eq!(Room::of_descriptors(1024), Room { whole: 448, each: 112 });
        assert_eq!(Room::of_descriptors(256), Room { whole: 96, each: 64 });
        assert_eq!(Room::of_descriptors(10), Room { whole: 1, each: 1 });
    }

    #[test]
    fn one_neighbourhood_cannot_keep_the_others_out_a095() {
        let crowd = Crowd::new(Room { whole: 4, each: 2 });
        let enter = |address: &str| {
            let mut place = crowd.enter()?;
            place.belongs_to(address.parse().unwrap())?;
            Ok::<_, NoRoom>(place)
        };
        let first = enter("2001:db8::1").unwrap();
        let _second = enter("2001:db8::2").unwrap();
        assert_eq!(enter("2001:db8::3").unwrap_err(), NoRoom::Neighbourhood);
        let _third = enter("192.0.2.1").unwrap();
        let _fourth = enter("::ffff:192.0.2.1").unwrap();
        assert_eq!(enter("198.51.100.1").unwrap_err(), NoRoom::Whole);
        drop(first);
        assert_eq!(enter("192.0.2.1").unwrap_err(), NoRoom::Neighbourhood);
        let _fifth = enter("198.51.100.1").unwrap();
        assert_eq!(enter("127.0.0.1").unwrap_err(), NoRoom::Whole);
    }

    #[test]
    fn a_terminator_on_this_machine_may_use_the_whole_and_nothing_is_kept_of_who_left() {
        let crowd = Crowd::new(Room { whole: 4, each: 2 });
        let enter = |address: &str| {
            let mut place = crowd.enter().unwrap();
            place.belongs_to(address.parse().unwrap()).unwrap();
            place
        };
        let places: Vec<_> = (0..4).map(|_| enter("::1")).collect();
        drop(places);
        drop(enter("192.0.2.1"));
        let open = crowd.open.lock();
        assert_eq!((open.whole, open.each.len()), (0, 0));
    }
}
