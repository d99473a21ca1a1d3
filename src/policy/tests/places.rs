//! From where, and who: networks, places and people.

use super::*;

#[test]
fn network_place_and_proof_must_all_hold_s0_32() {
    let of = |networks, places| {
        let alternative = Alternative { networks, places, ..Alternative::default() };
        Requirement::any_of(vec![alternative])
    };
    let inside = Request::from("10.1.1.1");
    let outside = Request::from("192.0.2.1");
    let by_network = of(Some(office()), None);
    assert_eq!(inside.decide(&by_network), "challenge sign_in");
    assert_eq!(inside.clone().proved(&[Password, Totp]).decide(&by_network), "forward alice");
    assert_eq!(
        outside.clone().proved(&[Password, Totp]).decide(&by_network),
        "refuse network_not_allowed"
    );
    // From outside nobody is even asked who they are.
    assert_eq!(outside.decide(&by_network), "refuse network_not_allowed");
    let by_both = of(Some(office()), Some(places()));
    assert_eq!(inside.proved(&[Password, Totp]).decide(&by_both), "refuse place_unknown");
}

#[test]
fn embedded_addresses_are_no_address_of_an_allowed_network_a106() {
    let alternative = Alternative { networks: Some(office()), ..Alternative::of(Proof::Open) };
    let requirement = Requirement::any_of(vec![alternative]);
    for address in ["10.0.0.1", "::ffff:10.0.0.1", "::ffff:a00:1"] {
        assert_eq!(Request::from(address).decide(&requirement), "forward nobody", "{address}");
    }
    for address in ["64:ff9b::a00:1", "2002:a00:1::", "::10.0.0.1", "fec0::a00:1"] {
        let decided = Request::from(address).decide(&requirement);
        assert_eq!(decided, "refuse network_not_allowed", "{address}");
    }
}

#[test]
fn people_have_rules_of_their_own_and_one_that_holds_is_enough() {
    let for_people =
        |people, networks| Alternative { people: Some(people), networks, ..Alternative::default() };
    let agents = People { groups: vec!["agents".to_owned()], ..People::default() };
    let admins = People { roles: vec![Role::Admin], ..People::default() };
    let vpn = networks(&[("office", "10.0.0.0/8"), ("vpn", "172.16.0.0/12")]);
    let requirement = Requirement::any_of(vec![
        for_people(agents, Some(office())),
        for_people(admins, Some(vpn)),
    ]);
    let proved = |address| Request::from(address).proved(&[Password, Totp]);
    assert_eq!(proved("10.1.1.1").decide(&requirement), "forward alice");
    assert_eq!(proved("172.16.1.1").decide(&requirement), "refuse network_not_allowed");
    let mut admin = proved("172.16.1.1");
    if let Some(identity) = &mut admin.identity {
        let profile =
            Profile { role: Role::Admin, groups: Vec::new(), ..(*identity.profile).clone() };
        identity.profile = Arc::new(profile);
    }
    assert_eq!(admin.decide(&requirement), "forward alice");
    let mut nobody = admin;
    nobody.address = "10.1.1.1";
    if let Some(identity) = &mut nobody.identity {
        let profile = Profile { role: Role::User, ..(*identity.profile).clone() };
        identity.profile = Arc::new(profile);
    }
    assert_eq!(nobody.decide(&requirement), "refuse person_not_allowed");
    // Who it is cannot be known yet.
    assert_eq!(Request::from("172.16.1.1").decide(&requirement), "challenge sign_in");
    assert_eq!(Request::from("192.0.2.1").decide(&requirement), "refuse network_not_allowed");
}

#[test]
fn a_network_waives_the_prompt_and_never_the_enrolment_s1_28() {
    let waived = Alternative { networks: Some(office()), ..Alternative::of(Proof::Password) };
    let requirement = Requirement::any_of(vec![waived, Alternative::of(Proof::SecondFactor)]);
    let inside = Request::from("10.1.1.1");
    assert_eq!(inside.decide(&requirement), "challenge sign_in");
    assert_eq!(inside.clone().proved(&[Password]).decide(&requirement), "forward alice");
    let outside = Request::from("192.0.2.1").proved(&[Password]);
    assert_eq!(outside.decide(&requirement), "challenge second_factor");
    let mut unenrolled = inside.proved(&[Password]);
    if let Some(identity) = &mut unenrolled.identity {
        Arc::make_mut(&mut identity.session).enrolled = false;
    }
    assert_eq!(unenrolled.decide(&requirement), "challenge second_factor");
}

#[test]
fn a_network_is_proof_for_machines_and_no_page_can_borrow_it_a116() {
    let alternative = Alternative { networks: Some(office()), ..Alternative::of(Proof::Network) };
    let unnamed = Requirement::any_of(vec![alternative.clone()]);
    let named = Alternative { identity: MachineIdentity::Network, ..alternative };
    let named = Requirement::any_of(vec![named]);
    let inside = Request::from("10.1.1.1");
    assert_eq!(inside.decide(&unnamed), "forward unnamed network:office");
    assert_eq!(inside.decide(&named), "forward network:office");
    let lured = Request { initiator: Initiator::Elsewhere, ..inside };
    assert_eq!(lured.decide(&unnamed), "refuse machine_only");
    // A signed-in person outside gains nothing from the session.
    let outside = Request::from("192.0.2.1").proved(&[Password, Totp]);
    assert_eq!(outside.decide(&unnamed), "refuse network_not_allowed");
}
