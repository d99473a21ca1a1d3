//! What must be proved, how, and how long ago.

use super::*;

#[test]
fn only_two_factors_reach_a_protected_route_a206() {
    for proof in [Proof::SecondFactor, Proof::Aal2] {
        let requirement = Requirement::of(proof);
        let request = Request::from("192.0.2.1");
        assert_eq!(request.decide(&requirement), "challenge sign_in");
        for too_little in [&[][..], &[Password], &[Totp, BackupCode]] {
            let request = request.clone().proved(too_little);
            assert_eq!(request.decide(&requirement), "challenge second_factor", "{too_little:?}");
        }
        let both = request.proved(&[Password, Totp]);
        assert_eq!(both.decide(&requirement), "forward alice");
    }
}

#[test]
fn an_old_proof_is_asked_for_again_and_only_the_second_factor_counts() {
    let most = Duration::from_mins(15);
    let alternative = Alternative { max_age: Some(most), ..Alternative::default() };
    let requirement = Requirement::any_of(vec![alternative]);
    let at = |minutes| Request { minutes, ..Request::from("192.0.2.1").proved(&[Password, Totp]) };
    assert_eq!(at(1).decide(&requirement), "forward alice");
    assert_eq!(at(16).decide(&requirement), "forward alice");
    assert_eq!(at(17).decide(&requirement), "challenge fresh_proof");
    let again =
        Request { minutes: 17, ..Request::from("192.0.2.1").proved(&[Totp, Password, Password]) };
    assert_eq!(
        again.decide(&requirement),
        "challenge fresh_proof",
        "a password is not fresh proof"
    );
}

fn key(strength: Strength, minute: u64) -> AuthnEvent {
    let at = START.plus(Duration::from_mins(minute));
    AuthnEvent { strength, ..AuthnEvent::of(Passkey, None, at) }
}

fn with_key(kinds: &[AuthenticatorKind], key: AuthnEvent) -> Request {
    let mut request = Request::from("192.0.2.1").proved(kinds);
    if let Some(identity) = &mut request.identity {
        Arc::make_mut(&mut identity.session).events.push(key);
    }
    request
}

#[test]
fn a_route_that_needs_a_passkey_takes_nothing_else_a231() {
    for proof in [Proof::Passkey, Proof::PhishingResistant] {
        let requirement = Requirement::of(proof);
        for second in [Totp, Sms, BackupCode] {
            let request = Request::from("192.0.2.1").proved(&[Password, second]);
            assert_eq!(request.decide(&requirement), "challenge passkey", "{second:?}");
        }
        let touched = with_key(&[Password], key(Strength::UserPresent, 1));
        assert_eq!(touched.decide(&requirement), "forward alice");
        let alone = with_key(&[], key(Strength::UserPresent, 1));
        assert_eq!(alone.decide(&requirement), "challenge second_factor", "one factor is not two");
        let verified = with_key(&[], key(Strength::UserVerified, 1));
        assert_eq!(verified.decide(&requirement), "forward alice", "without a password");
    }
}

#[test]
fn aal3_takes_a_key_that_its_maker_vouches_for_and_no_other_ruling_17() {
    let requirement = Requirement::of(Proof::Aal3);
    for (strength, decided) in [
        (Strength::UserPresent, "challenge aal3"),
        (Strength::UserVerified, "challenge aal3"),
        (Strength::DeviceBoundVerified, "challenge aal3"),
        (Strength::AttestedVerified, "forward alice"),
    ] {
        let request = with_key(&[Password], key(strength, 1));
        assert_eq!(request.decide(&requirement), decided, "{strength:?}");
    }
    let old = Alternative { max_age: Some(Duration::from_mins(5)), ..Alternative::of(Proof::Aal3) };
    let mut request = with_key(&[Password, Totp], key(Strength::AttestedVerified, 1));
    request.minutes = 7;
    assert_eq!(request.decide(&Requirement::any_of(vec![old])), "challenge aal3");
}

#[test]
fn several_factors_together_are_all_asked_for_each_in_its_time_a241() {
    let alternative = Alternative {
        factors: KindSet::of(&[Totp, Passkey]),
        networks: Some(office()),
        max_age: Some(Duration::from_mins(10)),
        ..Alternative::default()
    };
    let requirement = Requirement::any_of(vec![alternative]);
    let inside = |mut request: Request, minutes| {
        (request.address, request.minutes) = ("10.1.1.1", minutes);
        request.decide(&requirement)
    };
    let app = Request::from("10.1.1.1").proved(&[Password, Totp]);
    assert_eq!(inside(app.clone(), 1), "challenge passkey");
    let both = with_key(&[Password, Totp], key(Strength::UserPresent, 5));
    assert_eq!(inside(both.clone(), 5), "forward alice");
    assert_eq!(inside(both.clone(), 12), "challenge totp", "the older of the two");
    assert_eq!(both.decide(&requirement), "refuse network_not_allowed");
    let only_key = with_key(&[Password], key(Strength::UserVerified, 5));
    assert_eq!(inside(only_key, 5), "challenge totp");
}

#[test]
fn a_verified_device_is_a_condition_more_and_never_a_factor_less_s2_11() {
    let alternative = Alternative { device: DeviceCondition::Verified, ..Alternative::default() };
    let requirement = Requirement::any_of(vec![alternative]);
    let on_device = |kinds: &[AuthenticatorKind]| {
        let mut request = Request::from("192.0.2.1").proved(kinds);
        if let Some(identity) = &mut request.identity {
            let until = START.plus(Duration::from_mins(30));
            let session = Arc::make_mut(&mut identity.session);
            session.device = Some(DeviceBinding { id: "d".to_owned(), until });
        }
        request
    };
    assert_eq!(Request::from("192.0.2.1").decide(&requirement), "challenge sign_in");
    assert_eq!(on_device(&[Password]).decide(&requirement), "challenge second_factor");
    assert_eq!(on_device(&[Password, Totp]).decide(&requirement), "forward alice");
    let other = Request::from("192.0.2.1").proved(&[Password, Totp]);
    assert_eq!(other.decide(&requirement), "refuse device_not_verified");
    let mut late = on_device(&[Password, Totp]);
    late.minutes = 30;
    assert_eq!(late.decide(&requirement), "refuse device_not_verified", "its time is over");
    let mut certified = Request::from("192.0.2.1").proved(&[Password, Totp]);
    certified.certificate = Some(Machine::certificate("laptop"));
    assert_eq!(certified.decide(&requirement), "forward alice");
    certified.identity = None;
    assert_eq!(certified.decide(&requirement), "challenge sign_in", "it is no proof of a person");
    // Where the password is enough, the device is asked for all the same.
    let waived = Alternative {
        device: DeviceCondition::Verified,
        networks: Some(office()),
        ..Alternative::of(Proof::Password)
    };
    let waived = Requirement::any_of(vec![waived]);
    let inside = |mut request: Request| {
        request.address = "10.1.1.1";
        request.decide(&waived)
    };
    assert_eq!(inside(Request::from("").proved(&[Password])), "refuse device_not_verified");
    assert_eq!(inside(on_device(&[Password])), "forward alice");
}

#[test]
fn weak_factors_complete_a_sign_in_and_no_more_a230_a238() {
    let step_up = Alternative { max_age: Some(Duration::from_hours(1)), ..Alternative::default() };
    let step_up = Requirement::any_of(vec![step_up]);
    for kind in [Email, RememberedDevice] {
        let request = Request::from("192.0.2.1").proved(&[Password, kind]);
        assert_eq!(request.decide(&Requirement::of(Proof::SecondFactor)), "forward alice");
        assert_eq!(request.decide(&Requirement::of(Proof::Aal2)), "challenge aal2");
        assert_eq!(request.decide(&step_up), "challenge fresh_proof");
    }
    let recovered = Request::from("192.0.2.1").proved(&[Password, RecoveryCode]);
    assert_eq!(recovered.decide(&Requirement::of(Proof::SecondFactor)), "challenge second_factor");
    // A code for emergencies signs in at AAL2, but is no fresh proof of anything (S0.8).
    let backup = Request::from("192.0.2.1").proved(&[Password, BackupCode]);
    assert_eq!(backup.decide(&Requirement::of(Proof::Aal2)), "forward alice");
    assert_eq!(backup.decide(&step_up), "challenge fresh_proof");
}
