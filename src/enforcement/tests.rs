//! The strictest of all sources, whatever their order, and what it means before, at and after a date.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::prop_oneof;
use proptest::proptest;

use super::*;
use crate::area::Area;
use crate::area::Areas;
use crate::area::Ground;
use crate::network::NetworkSet;
use crate::subject::LoginName;
use crate::subject::Role;

const DATE: u64 = 2_000_000;

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn profile(groups: &[&str]) -> Profile {
    Profile {
        login: LoginName::parse("alice").unwrap(),
        name: "Alice".to_owned(),
        email: None,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        role: Role::User,
        language: None,
    }
}

fn mode(mode: Mode, grace: Option<u64>) -> Demands {
    Demands { mode: Some(mode), grace_until: grace.map(at), ..Demands::default() }
}

fn rulebook(everybody: Demands, rules: Vec<Rule>, switch: Terms) -> Rulebook {
    under(everybody, rules, Switches { everybody: switch, ..Switches::default() })
}

fn under(everybody: Demands, rules: Vec<Rule>, switches: Switches) -> Rulebook {
    let settings = Settings { everybody, rules, ..Settings::default() };
    Rulebook::new(settings, Arc::new(ArcSwap::from_pointee(switches)))
}

fn asked(rulebook: &Rulebook, terms: &Terms, client: Option<&str>) -> Asked {
    rulebook.asked(&Person {
        site: "console",
        profile: &profile(&["agents"]),
        terms,
        client: client.map(|address| address.parse().unwrap()),
    })
}

#[test]
fn a_grace_ends_at_its_date_to_the_second_a188_s3_12_s3_13() {
    let rulebook = rulebook(mode(Mode::Enforced, Some(DATE)), Vec::new(), Terms::default());
    let asked = asked(&rulebook, &Terms::default(), None);
    assert_eq!(asked.duty(at(DATE - 1)), Duty::Grace { until: at(DATE) });
    assert_eq!(asked.duty(at(DATE)), Duty::Enforced { since: Some(at(DATE)) });
    assert_eq!(asked.duty(at(DATE + 1)), Duty::Enforced { since: Some(at(DATE)) });
}

#[test]
fn without_any_setting_everybody_must_from_the_first_ruling_14() {
    let asked = asked(&Rulebook::default(), &Terms::default(), None);
    assert_eq!(asked.duty(at(1)), Duty::Enforced { since: None });
    assert_eq!((asked.unenrolled, asked.minimum), (Unenrolled::Enrol, 1));
}

#[test]
fn the_stricter_of_file_switch_and_account_wins_a188_s0_17_s0_23_s3_10() {
    let optional = mode(Mode::Optional, None);
    let on = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    let off = Terms { mode: Some(Mode::Optional), ..Terms::default() };
    let soon = Terms { grace_until: Some(at(DATE)), ..on.clone() };
    for (file, switch, account, duty) in [
        (&optional, &Terms::default(), &Terms::default(), Duty::Optional),
        (&optional, &off, &off, Duty::Optional),
        (&optional, &on, &off, Duty::Enforced { since: None }),
        (&optional, &off, &on, Duty::Enforced { since: None }),
        (&optional, &soon, &Terms::default(), Duty::Grace { until: at(DATE) }),
        (&optional, &soon, &on, Duty::Enforced { since: None }),
        (&mode(Mode::Enforced, None), &soon, &off, Duty::Enforced { since: None }),
        (&mode(Mode::Enforced, Some(DATE - 9)), &soon, &off, Duty::Grace { until: at(DATE - 9) }),
    ] {
        let rulebook = rulebook(file.clone(), Vec::new(), switch.clone());
        let asked = asked(&rulebook, account, None);
        assert_eq!(asked.duty(at(1000)), duty, "{file:?} {switch:?} {account:?}");
    }
}

#[test]
fn owners_are_under_their_own_switch_and_under_the_file_like_everybody_s0_24_a188() {
    let on = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    let switches = |everybody: &Terms, owners: &Terms| Switches {
        everybody: everybody.clone(),
        owners: owners.clone(),
        ..Switches::default()
    };
    let duty = |rulebook: &Rulebook, role| {
        let profile = Profile { role, ..profile(&[]) };
        let (site, terms) = ("console", &Terms::default());
        let person = Person { site, profile: &profile, terms, client: None };
        rulebook.asked(&person).duty(at(1))
    };
    let (off, must) = (Terms::default(), Duty::Enforced { since: None });
    for (file, everybody, owners, of_others, of_owners) in [
        (Mode::Optional, &off, &off, Duty::Optional, Duty::Optional),
        (Mode::Optional, &on, &off, must, Duty::Optional),
        (Mode::Optional, &off, &on, Duty::Optional, must),
        (Mode::Enforced, &off, &off, must, must),
    ] {
        let rulebook = under(mode(file, None), Vec::new(), switches(everybody, owners));
        for role in Role::ALL {
            let expected = if role == Role::Owner { of_owners } else { of_others };
            assert_eq!(duty(&rulebook, role), expected, "{file:?} {everybody:?} {role:?}");
        }
        assert_eq!(rulebook.of_everybody().duty(at(1)), of_others);
    }
}

#[test]
fn rules_are_about_sites_groups_people_and_networks_s1_28() {
    let office = NetworkSet::new(vec!["192.0.2.0/24".parse().unwrap()]);
    let office = Area { name: "office".into(), ground: Ground::Network(Arc::new(office)) };
    let rule = |scope| Rule { scope, demands: mode(Mode::Enforced, None) };
    let site = |name: &str| Scope { sites: Some(vec![name.to_owned()]), ..Scope::default() };
    let group = |name: &str| Scope { groups: Some(vec![name.to_owned()]), ..Scope::default() };
    let user =
        |name| Scope { users: Some(vec![LoginName::parse(name).unwrap()]), ..Scope::default() };
    let there = Scope { networks: Some(Areas::new(vec![office])), ..Scope::default() };
    let both = Scope { groups: Some(vec!["agents".to_owned()]), ..site("other") };
    for (scope, client, meant) in [
        (site("console"), None, true),
        (site("other"), None, false),
        (group("agents"), None, true),
        (group("admins"), None, false),
        (user("alice"), None, true),
        (user("bob"), None, false),
        (both, None, false),
        (there.clone(), Some("192.0.2.7"), true),
        (there.clone(), Some("198.51.100.7"), false),
        (there, None, true),
    ] {
        let rulebook =
            rulebook(mode(Mode::Optional, None), vec![rule(scope.clone())], Terms::default());
        let asked = asked(&rulebook, &Terms::default(), client);
        let enforced = asked.duty(at(1)) == Duty::Enforced { since: None };
        assert_eq!(enforced, meant, "{scope:?} {client:?}");
    }
}

#[test]
fn a_kind_must_be_allowed_by_every_source_and_an_unknown_name_allows_nothing() {
    let only = |kinds: &[&str]| Some(kinds_of(kinds.iter().copied()));
    let everybody = Demands { allowed: only(&["passkey", "totp"]), ..Demands::default() };
    let terms = |names: &[&str]| Terms {
        allowed: Some(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>()),
        ..Terms::default()
    };
    let rulebook = rulebook(everybody, Vec::new(), Terms::default());
    let kinds = |names: &[&str]| asked(&rulebook, &terms(names), None).allowed;
    assert_eq!(Some(kinds(&["totp", "sms"])), only(&["totp"]));
    assert_eq!(Some(kinds(&["telepathy"])), only(&[]));
    assert!(kinds(&[]).contains(AuthenticatorKind::Password));
}

fn demands() -> impl Strategy<Value = Demands> {
    let mode = prop_oneof![Just(None), Just(Some(Mode::Optional)), Just(Some(Mode::Enforced))];
    let grace = proptest::option::of((0..4_u64).prop_map(|n| at(DATE + n)));
    let unenrolled = proptest::option::of((0..3_usize).prop_map(|n| Unenrolled::ALL[n]));
    let allowed = proptest::option::of(any::<[bool; 8]>().prop_map(|chosen| {
        let kinds = AuthenticatorKind::ALL.into_iter().zip(chosen);
        kinds.filter(|(_, chosen)| *chosen).map(|(kind, _)| kind).collect::<KindSet>()
    }));
    let minimum = proptest::option::of(1..4_usize);
    (mode, grace, unenrolled, allowed, minimum).prop_map(
        |(mode, grace_until, unenrolled, allowed, minimum)| Demands {
            mode,
            grace_until,
            unenrolled,
            allowed,
            minimum,
        },
    )
}

proptest! {
    #[test]
    fn the_strictest_wins_in_whatever_order_it_is_asked_a188(
        mut sources in proptest::collection::vec(demands(), 0..6),
        turn in 0..6_usize,
    ) {
        let all = |sources: &[Demands]| sources.iter().fold(NOTHING, Asked::and);
        let asked = all(&sources);
        for source in &sources {
            prop_assert!(asked.obligation >= source.obligation());
            prop_assert!(asked.unenrolled >= source.unenrolled.unwrap_or_default());
            prop_assert!(asked.minimum >= source.minimum.unwrap_or(0));
            let allowed = source.allowed.unwrap_or(KindSet::ALL);
            prop_assert_eq!(asked.allowed.and(allowed), asked.allowed);
            prop_assert_eq!(asked.and(source), asked, "asked twice it asks for no more");
        }
        let asks = |source: &Demands| source.obligation() == asked.obligation;
        prop_assert!(asked.obligation == Obligation::Optional || sources.iter().any(asks));
        let turn = turn.min(sources.len());
        sources.rotate_left(turn);
        prop_assert_eq!(all(&sources), asked);
        sources.reverse();
        prop_assert_eq!(all(&sources), asked);
    }

    #[test]
    fn time_only_ever_makes_a_duty_stricter_a188(
        source in demands(), earlier in 0..9_u64, later in 0..9_u64,
    ) {
        let asked = NOTHING.and(&source);
        let strictness = |secs: u64| match asked.duty(at(DATE - 4 + secs)) {
            Duty::Optional => (0, Reverse(at(0))),
            Duty::Grace { until } => (1, Reverse(until)),
            Duty::Enforced { since } => (2, Reverse(since.unwrap_or_default())),
        };
        prop_assert!(strictness(earlier.min(later)) <= strictness(earlier.max(later)));
    }
}
