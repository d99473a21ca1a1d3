//! What a balancer chooses, by a clock of the tests.

use std::collections::BTreeSet;

use super::*;
use crate::upstream::Endpoint;

const START: Duration = Duration::from_hours(1);
const TEN: Duration = Duration::from_secs(10);

fn upstream(balance: Balance) -> Upstream {
    let ejection = Ejection { after: 3, first: TEN, longest: Duration::from_mins(1) };
    let place = Endpoint { host: "a".to_owned(), port: 1, server_name: String::new() };
    Upstream { balance, ejection, ..Upstream::at(vec![place]) }
}

fn places(ports: &[u16]) -> Vec<(usize, SocketAddr)> {
    ports.iter().map(|port| (0, SocketAddr::from(([127, 0, 0, 1], *port)))).collect()
}

fn balancer(balance: Balance, ports: &[u16]) -> Balancer {
    let balancer = Balancer::new(&upstream(balance));
    assert!(balancer.adopt(&places(ports)));
    balancer
}

fn port(lease: &Lease) -> u16 {
    lease.member().address.port()
}

fn chosen(balancer: &Balancer, now: Duration) -> u16 {
    port(&balancer.choose(now, &[]).unwrap().0)
}

fn member(balancer: &Balancer, port: u16) -> Arc<Member> {
    let members = balancer.members();
    Arc::clone(members.iter().find(|member| member.address.port() == port).unwrap())
}

fn fail(balancer: &Balancer, port: u16, times: usize, now: Duration) -> Option<Change> {
    let member = member(balancer, port);
    (0..times).map(|_| balancer.failed(&member, now)).last().unwrap()
}

#[test]
fn each_address_has_its_turn() {
    let balancer = balancer(Balance::RoundRobin, &[1, 2, 3]);
    let turns: Vec<u16> = (0..6).map(|_| chosen(&balancer, START)).collect();
    assert_eq!(turns, [1, 2, 3, 1, 2, 3]);
}

#[test]
fn without_an_address_there_is_none_to_choose() {
    assert!(balancer(Balance::RoundRobin, &[1]).choose(START, &[]).is_some());
    assert!(Balancer::new(&upstream(Balance::RoundRobin)).choose(START, &[]).is_none());
}

#[test]
fn the_address_with_the_fewest_requests_is_next_and_a_dropped_request_counts_no_more() {
    let balancer = balancer(Balance::LeastConnections, &[1, 2, 3]);
    let mut leases: Vec<Lease> = (0..9).map(|_| balancer.choose(START, &[]).unwrap().0).collect();
    let count = |port| member(&balancer, port).active();
    assert_eq!([count(1), count(2), count(3)], [3, 3, 3]);
    leases.retain(|lease| port(lease) != 2);
    assert_eq!([count(1), count(2), count(3)], [3, 0, 3]);
    for _ in 0..3 {
        let (lease, _) = balancer.choose(START, &[]).unwrap();
        assert_eq!(port(&lease), 2);
        leases.push(lease);
    }
    drop(leases);
    assert_eq!([count(1), count(2), count(3)], [0, 0, 0]);
}

#[test]
fn failures_in_a_row_eject_for_a_growing_and_bounded_time() {
    let balancer = balancer(Balance::RoundRobin, &[1, 2]);
    assert_eq!(fail(&balancer, 1, 2, START), None);
    balancer.succeeded(&member(&balancer, 1), START);
    assert_eq!(fail(&balancer, 1, 2, START), None, "a success ends the row");
    assert_eq!(fail(&balancer, 1, 1, START), Some(Change::Ejected(TEN)));
    let mut now = START;
    for seconds in [20, 40, 60, 60] {
        assert_eq!(member(&balancer, 1).state(now), State::Ejected);
        let turns: BTreeSet<u16> = (0..4).map(|_| chosen(&balancer, now)).collect();
        assert_eq!(turns, BTreeSet::from([2]));
        now += Duration::from_mins(1);
        assert_eq!(member(&balancer, 1).state(now), State::InUse, "its time is over");
        let again = fail(&balancer, 1, 1, now);
        assert_eq!(again, Some(Change::Ejected(Duration::from_secs(seconds))), "one is enough");
    }
    now += Duration::from_mins(2);
    balancer.succeeded(&member(&balancer, 1), now);
    assert_eq!(fail(&balancer, 1, 3, now), Some(Change::Ejected(TEN)), "good for long: forgotten");
}

#[test]
fn the_last_address_in_use_is_never_ejected() {
    let balancer = balancer(Balance::RoundRobin, &[1, 2]);
    assert!(fail(&balancer, 1, 3, START).is_some());
    assert_eq!(fail(&balancer, 2, 30, START), None);
    assert_eq!(chosen(&balancer, START), 2);
}

#[test]
fn a_console_with_one_address_keeps_it() {
    let balancer = balancer(Balance::RoundRobin, &[7]);
    assert_eq!(fail(&balancer, 7, 30, START), None);
    assert_eq!(chosen(&balancer, START), 7);
}

#[test]
fn checks_in_a_row_take_an_address_out_and_bring_it_back() {
    let balancer = balancer(Balance::RoundRobin, &[1, 2]);
    let one = member(&balancer, 1);
    let check = |passed: Result<(), ()>| one.checked(passed, (2, 3));
    assert_eq!([check(Err(())), check(Err(())), check(Ok(()))], [None, None, None]);
    assert_eq!([check(Err(())), check(Err(()))], [None, None]);
    assert_eq!(check(Err(())), Some(Change::Unhealthy));
    assert_eq!(one.state(START), State::Unhealthy);
    assert_eq!(chosen(&balancer, START), 2);
    assert_eq!(chosen(&balancer, START), 2);
    assert_eq!([check(Ok(())), check(Err(())), check(Ok(()))], [None, None, None]);
    assert_eq!(check(Ok(())), Some(Change::Healthy));
    assert_eq!(one.state(START), State::InUse);
}

#[test]
fn when_all_are_out_all_are_tried_and_it_is_said() {
    let balancer = balancer(Balance::RoundRobin, &[1, 2]);
    assert_eq!(balancer.choose(START, &[]).unwrap().1, Footing::Sound);
    for port in [1, 2] {
        assert_eq!(member(&balancer, port).checked(Err(()), (1, 1)), Some(Change::Unhealthy));
    }
    let turns: BTreeSet<u16> = (0..4)
        .map(|_| {
            let (lease, footing) = balancer.choose(START, &[]).unwrap();
            assert_eq!(footing, Footing::LastResort);
            port(&lease)
        })
        .collect();
    assert_eq!(turns, BTreeSet::from([1, 2]));
}

#[test]
fn a_second_attempt_goes_elsewhere_if_there_is_elsewhere() {
    let balancer = balancer(Balance::RoundRobin, &[1, 2]);
    let tried = [member(&balancer, 1).key];
    for _ in 0..3 {
        assert_eq!(port(&balancer.choose(START, &tried).unwrap().0), 2);
    }
    assert!(balancer.has_another(START, &tried));
    let both = [tried[0], member(&balancer, 2).key];
    assert!(!balancer.has_another(START, &both));
    assert!(balancer.choose(START, &both).is_some());
    // One that is out is no elsewhere while another is in use.
    fail(&balancer, 2, 3, START);
    assert_eq!(port(&balancer.choose(START, &tried).unwrap().0), 1);
    assert!(!balancer.has_another(START, &tried));
}

#[test]
fn an_address_that_is_gone_gets_nothing_and_comes_back_as_a_new_one() {
    let balancer = balancer(Balance::RoundRobin, &[1, 2]);
    let (one, two) = (member(&balancer, 1), member(&balancer, 2));
    assert!(!balancer.adopt(&places(&[2, 1])), "the same, in another order");
    assert!(balancer.adopt(&places(&[2, 3])));
    let turns: BTreeSet<u16> = (0..4).map(|_| chosen(&balancer, START)).collect();
    assert_eq!(turns, BTreeSet::from([2, 3]));
    assert_eq!(member(&balancer, 2).key, two.key, "one that stays keeps its connections");
    assert!(balancer.adopt(&places(&[1, 2])));
    assert_ne!(member(&balancer, 1).key, one.key);
}

#[test]
fn a_new_configuration_inherits_what_is_known() {
    let old = balancer(Balance::RoundRobin, &[1, 2, 3]);
    fail(&old, 1, 3, START);
    let (lease, _) = old.choose(START, &[]).unwrap();
    let new = Balancer::new(&upstream(Balance::LeastConnections));
    new.inherit(&old, |member| member.address.port() != 3);
    new.adopt(&places(&[1, 2, 3]));
    assert_eq!(member(&new, 1).state(START), State::Ejected);
    assert_eq!(member(&new, port(&lease)).key == lease.member().key, port(&lease) != 3);
    assert_ne!(member(&new, 3).key, member(&old, 3).key);
}

#[test]
fn an_address_that_is_checked_no_more_is_used_again() {
    let balancer = balancer(Balance::RoundRobin, &[1, 2]);
    let first = member(&balancer, 1);
    assert_eq!(first.checked(Err(()), (1, 1)), Some(Change::Unhealthy));
    assert_eq!((chosen(&balancer, START), chosen(&balancer, START)), (2, 2));
    first.goes_unchecked();
    let turns = BTreeSet::from([chosen(&balancer, START), chosen(&balancer, START)]);
    assert_eq!(turns, BTreeSet::from([1, 2]));
}
