//! Challenges that wait.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use super::*;
use crate::clock::Timestamp;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn purpose() -> Taken {
    let (_, _, asked) = party(UserVerification::Preferred).ask_anybody().unwrap();
    Taken::Asked(Box::new(asked))
}

fn session(name: &[u8]) -> Bearer {
    Bearer::Session(name.to_vec())
}

fn visitor(id: &str, network: &str) -> Bearer {
    Bearer::Visitor { id: id.to_owned(), network: network.parse().unwrap() }
}

#[test]
fn a_challenge_is_taken_once_by_whom_it_was_made_for_a191_a192() {
    let challenges = Challenges::default();
    challenges.put(b"one".to_vec(), session(b"a"), purpose(), NOW);
    assert!(challenges.take(b"one", &session(b"b"), NOW).is_none(), "another session");
    assert!(challenges.take(b"one", &visitor("a", "192.0.2.1"), NOW).is_none());
    assert!(challenges.take(b"two", &session(b"a"), NOW).is_none());
    assert!(challenges.take(b"one", &session(b"a"), NOW).is_some());
    assert!(challenges.take(b"one", &session(b"a"), NOW).is_none(), "a second time");
    challenges.put(b"two".to_vec(), visitor("v", "192.0.2.1"), purpose(), NOW);
    let moved = visitor("v", "198.51.100.1");
    assert!(challenges.take(b"two", &moved, NOW).is_some(), "a phone changes its address");
    assert_eq!(challenges.count(), 0);
}

#[test]
fn a_challenge_waits_five_minutes_and_a_clock_set_back_revives_none_a192() {
    let challenges = Challenges::default();
    for name in [b"1", b"2"] {
        challenges.put(name.to_vec(), session(b"a"), purpose(), NOW);
    }
    let late = NOW.plus(LIFETIME);
    assert!(challenges.take(b"1", &session(b"a"), late).is_none());
    assert!(challenges.take(b"1", &session(b"a"), NOW).is_none(), "it was taken out");
    assert!(challenges.take(b"2", &session(b"a"), NOW.plus(LIFETIME / 2)).is_some());
}

#[test]
fn a_flood_pushes_out_its_own_and_nobody_elses_a275() {
    let challenges = Challenges::default();
    let (mine, purpose) = (visitor("me", "203.0.113.9"), purpose());
    challenges.put(b"mine".to_vec(), mine.clone(), purpose.clone(), NOW);
    challenges.put(b"session".to_vec(), session(b"s"), purpose.clone(), NOW);
    for number in 0..20_000_u32 {
        let flood = visitor(&number.to_string(), "198.51.100.7");
        challenges.put(number.to_be_bytes().to_vec(), flood, purpose.clone(), NOW);
    }
    assert_eq!(challenges.count(), 2 + 256);
    for number in 0..20_u32 {
        let key = session(b"busy");
        challenges.put([&b"t"[..], &number.to_be_bytes()].concat(), key, purpose.clone(), NOW);
    }
    assert_eq!(challenges.count(), 2 + 256 + 8);
    assert!(challenges.take(b"mine", &mine, NOW).is_some());
    assert!(challenges.take(b"session", &session(b"s"), NOW).is_some());
}

#[test]
fn from_many_networks_too_the_number_is_bounded_a275() {
    let (challenges, purpose) = (Challenges::default(), purpose());
    for number in 0..20_000_u32 {
        let address = std::net::Ipv4Addr::from(0x0a00_0000 | number).to_string();
        let put = visitor("x", &address);
        challenges.put(number.to_be_bytes().to_vec(), put, purpose.clone(), NOW);
    }
    assert_eq!(challenges.count(), 16_384);
    let last = visitor("x", "10.0.78.31");
    assert!(challenges.take(&19_999_u32.to_be_bytes(), &last, NOW).is_some());
    challenges.put(b"later".to_vec(), last, purpose, NOW.plus(LIFETIME));
    assert_eq!(challenges.count(), 1, "the old are forgotten");
}

#[test]
fn of_hundreds_who_answer_one_challenge_one_gets_it_a191() {
    for round in 0..20_u8 {
        let challenges = Challenges::default();
        challenges.put(vec![round], session(b"a"), purpose(), NOW);
        let won = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        if challenges.take(&[round], &session(b"a"), NOW).is_some() {
                            won.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!(won.load(Ordering::Relaxed), 1);
    }
}
