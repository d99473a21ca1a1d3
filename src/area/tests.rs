//! Which clients areas hold, and what fences say of them.

use proptest::prelude::*;

use super::*;

fn network(name: &str, cidr: &str) -> Area {
    let set = NetworkSet::new(vec![cidr.parse().unwrap()]);
    Area { name: name.into(), ground: Ground::Network(Arc::new(set)) }
}

/// A place of which nothing is known where nothing is known of the client.
fn somewhere() -> Area {
    let place = Place { countries: vec![CountryCode::parse("DE").unwrap()], ..Place::default() };
    Area { name: "germany".into(), ground: Ground::Place(Arc::new(place)) }
}

fn client(address: &str) -> Whereabouts {
    Whereabouts::of(address.parse().unwrap())
}

fn rule(fence: &Fence, address: &str) -> Option<String> {
    fence.keeps_out(&client(address)).map(|kept| kept.rule().to_owned())
}

#[test]
fn denying_wins_and_who_is_in_no_allowed_area_is_kept_out_a109() {
    let fence = Fence {
        deny: Areas::new(vec![network("bad", "10.6.0.0/16")]),
        allow: Some(Areas::new(vec![network("office", "10.0.0.0/8")])),
        besides: None,
    };
    assert_eq!(rule(&fence, "10.1.2.3"), None);
    assert_eq!(rule(&fence, "::ffff:10.1.2.3"), None);
    assert_eq!(rule(&fence, "10.6.2.3").as_deref(), Some("bad"));
    assert_eq!(rule(&fence, "::ffff:10.6.2.3").as_deref(), Some("bad"));
    assert_eq!(rule(&fence, "192.0.2.1").as_deref(), Some("allow"));
    let empty = Fence { deny: Areas::default(), allow: Some(Areas::default()), besides: None };
    assert_eq!(rule(&empty, "10.1.2.3").as_deref(), Some("allow"), "an empty list allows nobody");
    assert_eq!(rule(&Fence::default(), "10.1.2.3"), None);
}

#[test]
fn what_cannot_be_decided_is_kept_out_by_either_list_a111() {
    let denying = Fence { deny: Areas::new(vec![somewhere()]), allow: None, besides: None };
    assert_eq!(rule(&denying, "192.0.2.1").as_deref(), Some("germany"));
    let allowing = Fence {
        deny: Areas::default(),
        allow: Some(Areas::new(vec![somewhere(), network("office", "10.0.0.0/8")])),
        besides: None,
    };
    assert_eq!(rule(&allowing, "192.0.2.1").as_deref(), Some("allow"));
    assert_eq!(rule(&allowing, "10.1.2.3"), None, "the network alone decides");
}

fn areas() -> impl Strategy<Value = Vec<Area>> {
    let one = prop_oneof![
        (any::<[u8; 2]>(), 0_u8..=16).prop_map(|([a, b], bits)| {
            let net = ipnet::IpNet::new(IpAddr::from([a, b, 0, 0]), bits).unwrap().trunc();
            network("some", &net.to_string())
        }),
        Just(somewhere()),
    ];
    proptest::collection::vec(one, 0..5)
}

proptest! {
    #[test]
    fn adding_a_deny_rule_never_allows_more_a109(
        deny in areas(),
        more in areas(),
        allow in proptest::option::of(areas()),
        address in any::<[u8; 4]>(),
    ) {
        let client = Whereabouts::of(IpAddr::from(address));
        let allow = allow.map(Areas::new);
        let before = Fence { deny: Areas::new(deny.clone()), allow: allow.clone(), besides: None };
        let deny = [deny, more].concat();
        let after = Fence { deny: Areas::new(deny), allow, besides: None };
        prop_assert!(before.keeps_out(&client).is_none() || after.keeps_out(&client).is_some());
    }

    #[test]
    fn a_longer_allow_list_never_keeps_more_out(
        deny in areas(),
        allow in areas(),
        more in areas(),
        address in any::<[u8; 4]>(),
    ) {
        let client = Whereabouts::of(IpAddr::from(address));
        let long = Areas::new([allow.clone(), more].concat());
        let before = Fence { deny: Areas::new(deny.clone()), allow: Some(Areas::new(allow)), besides: None };
        let after = Fence { deny: Areas::new(deny), allow: Some(long), besides: None };
        prop_assert!(before.keeps_out(&client).is_some() || after.keeps_out(&client).is_none());
    }
}
