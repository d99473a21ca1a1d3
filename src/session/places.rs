//! From where somebody has signed in: so that they are told when it is from elsewhere, in a browser that is not theirs.
//!
//! Places are marks: they are known again, and what is kept does not say where somebody was.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use ring::digest;
use serde::Deserialize;
use serde::Serialize;

use super::OpenedFrom;
use crate::clock::Timestamp;
use crate::entropy;
use crate::subject::SubjectId;

/// Places that are kept of an account: the last ones.
pub const MOST: usize = 32;

/// A place that nobody signed in from for so long is a new one.
pub const KEPT: Duration = Duration::from_hours(90 * 24);

/// Somebody is told of so many in [`A_DAY`]; the audit log has all.
const MOST_A_DAY: usize = 8;
const A_DAY: Duration = Duration::from_hours(24);

/// What a place is to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// It was seen before, or nothing was: then it is no news.
    None,
    /// It is new, and its owner is told.
    Told,
    /// It is new, and its owner was told of many that day.
    Untold,
}

impl Novelty {
    /// The name in records; none: it is no news.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Told => Some("told"),
            Self::Untold => Some("untold"),
        }
    }
}

/// The places from which somebody signed in, those of the last sign-ins last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    seen: Vec<Seen>,
    /// When its owner was lately told of a new one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    told: Vec<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    mark: String,
    last: Timestamp,
}

impl Places {
    /// The mark of where a session was opened: the place, or, where none is known, the network around the address; and the
    /// kind of browser. Marks of two accounts have nothing in common.
    #[must_use]
    pub fn mark(subject: &SubjectId, from: &OpenedFrom, client: IpAddr) -> String {
        let place = from.place.clone().unwrap_or_else(|| around(client).to_string());
        let browser = from.browser.as_deref().unwrap_or_default();
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [subject.as_str(), &place, browser] {
            context.update(part.as_bytes());
            context.update(&[0]);
        }
        entropy::lower_base32(context.finish().as_ref().get(..16).unwrap_or_default())
    }

    /// Notes a sign-in in a browser that is known to the account, which is no news wherever it is, and costs none.
    pub fn note_known(&mut self, mark: &str, now: Timestamp) {
        self.seen.retain(|one| one.mark != mark && now.since(one.last) < KEPT);
        let excess = self.seen.len().saturating_sub(MOST.saturating_sub(1));
        self.seen.drain(..excess);
        self.seen.push(Seen { mark: mark.to_owned(), last: now });
    }

    /// Notes any other sign-in, and says what its place is to the account; `before` is when its owner last signed in.
    pub fn note(&mut self, mark: &str, now: Timestamp, before: Option<Timestamp>) -> Novelty {
        self.seen.retain(|one| now.since(one.last) < KEPT);
        // Where nothing is known of an account that is in use, this only begins; one that was forgotten has news.
        let is_first = self.seen.is_empty() && before.is_none_or(|at| now.since(at) < KEPT);
        self.told.retain(|at| now.since(*at) < A_DAY);
        let is_known = self.seen.iter().any(|one| one.mark == mark);
        self.note_known(mark, now);
        if is_known || is_first {
            return Novelty::None;
        }
        if self.told.len() >= MOST_A_DAY {
            return Novelty::Untold;
        }
        self.told.push(now);
        Novelty::Told
    }

    /// Whether none of them counts any more.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.seen.iter().all(|one| now.since(one.last) >= KEPT)
    }
}

/// The network around an address that a mobile phone or an office keeps for a while.
fn around(address: IpAddr) -> IpNet {
    let address = address.to_canonical();
    let bits = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new(address, bits).map_or_else(|_| IpNet::from(address), |net| net.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: u64) -> Timestamp {
        Timestamp::from_secs(hours * 3600)
    }

    fn mark(subject: &str, place: Option<&str>, (browser, client): (&str, &str)) -> String {
        let from = OpenedFrom {
            browser: Some(browser.to_owned()),
            place: place.map(str::to_owned),
            known: false,
        };
        let subject = SubjectId::from_stored(subject.to_owned());
        Places::mark(&subject, &from, client.parse().unwrap())
    }

    #[test]
    fn a_place_is_known_again_whatever_the_address_and_without_one_the_network_is() {
        let fox = |client| ("Firefox, Linux", client);
        let home = mark("ann", Some("Munich, DE"), fox("192.0.2.1"));
        assert_eq!(home, mark("ann", Some("Munich, DE"), fox("203.0.113.9")));
        assert_ne!(home, mark("ann", Some("Berlin, DE"), fox("192.0.2.1")));
        assert_ne!(home, mark("ann", Some("Munich, DE"), ("Chrome, Windows", "192.0.2.1")));
        assert_ne!(home, mark("bob", Some("Munich, DE"), fox("192.0.2.1")));
        let network = mark("ann", None, fox("192.0.2.1"));
        assert_eq!(network, mark("ann", None, fox("192.0.2.250")));
        assert_eq!(network, mark("ann", None, fox("::ffff:192.0.2.7")));
        assert_ne!(network, mark("ann", None, fox("192.0.3.1")));
        let network = mark("ann", None, fox("2001:db8:1:2::1"));
        assert_eq!(network, mark("ann", None, fox("2001:db8:1:ffff::1")));
        assert_ne!(network, mark("ann", None, fox("2001:db8:2::1")));
    }

    #[test]
    fn the_first_place_is_no_news_another_is_once_and_after_a_while_again() {
        let mut places = Places::default();
        assert_eq!(places.note("home", at(0), None), Novelty::None);
        assert_eq!(places.note("home", at(1), Some(at(0))), Novelty::None);
        assert_eq!(places.note("away", at(2), Some(at(1))), Novelty::Told);
        assert_eq!(places.note("away", at(3), Some(at(2))), Novelty::None);
        let later = 3 + 90 * 24;
        assert_eq!(places.note("home", at(later - 1), Some(at(3))), Novelty::Told);
        assert_eq!(places.note("away", at(later), Some(at(later - 1))), Novelty::Told);
        assert!(!places.is_over(at(later)) && places.is_over(at(later + 90 * 24)));
    }

    #[test]
    fn a_known_browser_that_travels_takes_no_letter_from_news() {
        let mut places = Places::default();
        for n in 0..100_u64 {
            places.note_known(&n.to_string(), at(0));
        }
        assert_eq!(places.seen.len(), MOST);
        assert_eq!(places.note("99", at(1), Some(at(0))), Novelty::None);
        assert_eq!(places.note("elsewhere", at(1), Some(at(0))), Novelty::Told);
    }

    #[test]
    fn nothing_known_of_an_account_in_use_is_no_news_and_of_one_out_of_use_it_is() {
        let note = |before| Places::default().note("here", at(90 * 24), Some(before));
        assert_eq!(note(at(1)), Novelty::None);
        assert_eq!(note(at(0)), Novelty::Told);
    }

    #[test]
    fn the_last_places_are_kept_and_a_day_has_room_for_so_many_letters() {
        let mut places = Places::default();
        let told = (0..100_u64)
            .map(|n| places.note(&n.to_string(), at(0), Some(at(0))))
            .filter(|novelty| *novelty == Novelty::Told)
            .count();
        assert_eq!((told, places.seen.len()), (MOST_A_DAY, MOST));
        assert_eq!(places.note("99", at(1), Some(at(0))), Novelty::None);
        assert_eq!(places.note("0", at(25), Some(at(1))), Novelty::Told);
    }
}
