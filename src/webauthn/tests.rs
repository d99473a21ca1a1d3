//! Both ceremonies against an authenticator in software, and everything that is wrong with an answer.

#[path = "../../tests/support/soft_authenticator.rs"]
pub(crate) mod soft_authenticator;

mod attested;
mod waiting;

use serde_json::Value;

use self::soft_authenticator::BACKED_UP;
use self::soft_authenticator::ELIGIBLE;
use self::soft_authenticator::PRESENT;
use self::soft_authenticator::Point;
use self::soft_authenticator::SoftKey;
use self::soft_authenticator::VERIFIED;
use self::soft_authenticator::Way;
use super::*;
use crate::authenticator::passkey::Attestation;
use crate::authenticator::passkey::Backup;
use crate::authenticator::passkey::PasskeyCredential;
use crate::authenticator::passkey::PasskeyUse;
use crate::authenticator::passkey::Recognition;

const HERE: &str = "https://console.example.com";

fn relying_party(user_verification: UserVerification) -> RelyingParty {
    RelyingParty {
        id: "example.com".to_owned(),
        name: "Example".to_owned(),
        user_verification,
        roots: None,
        passwordless: Passwordless::On,
    }
}

fn party(user_verification: UserVerification) -> Party {
    relying_party(user_verification).at(HERE).unwrap()
}

fn handle(subject: &str) -> UserHandle {
    UserHandle::of(&SubjectId::from_stored(subject.to_owned()))
}

fn alice() -> Registrant<'static> {
    Registrant { handle: handle("s1"), login: "alice", name: "Alice" }
}

fn parsed(options: &str) -> Value {
    serde_json::from_str(options).unwrap()
}

/// Registers one key of Alice's.
fn registered(party: &Party, way: &Way) -> (SoftKey, PasskeyCredential) {
    let (options, challenge, state) = party.begin_registration(&alice(), &[]).unwrap();
    let (key, answer) = SoftKey::create(&parsed(&options), way, None);
    assert_eq!(registration_challenge(&answer).unwrap(), challenge);
    (key, party.finish_registration(&state, &answer).unwrap())
}

/// Answers one demand for `kept` with `key`.
fn proved(
    party: &Party,
    (key, kept): (&SoftKey, &PasskeyCredential),
    way: &Way,
) -> Result<PasskeyUse, Refused> {
    let (options, _, asked) = party.ask_for(&[kept]).unwrap();
    let assertion = Assertion::read(&key.get(&parsed(&options), way))?;
    party.verify(asked, &assertion, kept, &handle("s1"))
}

#[test]
fn a_discoverable_key_is_preferred_and_the_handle_tells_nothing_about_its_owner() {
    for (wanted, text) in [
        (UserVerification::Required, "required"),
        (UserVerification::Preferred, "preferred"),
        (UserVerification::Discouraged, "discouraged"),
    ] {
        let party = party(wanted);
        let (_, held) = registered(&party, &Way::at(HERE));
        let (options, _, _) = party.begin_registration(&alice(), &[&held]).unwrap();
        let options = parsed(&options);
        let selection = &options["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "preferred");
        assert_eq!(selection["requireResidentKey"], false);
        assert_eq!(selection["userVerification"], text);
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["rp"]["id"], "example.com");
        assert_eq!(options["excludeCredentials"][0]["id"], held.id.as_str());
        assert_eq!(options["timeout"], 300_000);
        assert!(options["challenge"].as_str().unwrap().len() >= 43, "256 bits");
        let user = options["user"]["id"].as_str().unwrap();
        assert_eq!(user.len(), 22);
        assert!(!user.contains("alice") && user != soft_authenticator::encoded(b"alice"));
    }
    assert_eq!(handle("s1"), handle("s1"));
    assert_ne!(handle("s1"), handle("s2"));
}

#[test]
fn what_a_new_key_says_of_itself_is_kept_w_r13() {
    let party = party(UserVerification::Preferred);
    let (key, kept) = registered(&party, &Way::at(HERE).with(|way| way.counter = 5));
    assert_eq!(kept.id, soft_authenticator::encoded(&key.id));
    assert_eq!(kept.relying_party, "example.com");
    assert_eq!(kept.transports, ["internal"], "what no browser knows is left out");
    assert_eq!((kept.counter, kept.recognition), (5, Recognition::Verified));
    assert_eq!((kept.backup, &kept.attestation), (Backup::DeviceBound, &Attestation::None));
    assert_eq!(
        kept.model.replace('-', ""),
        data_encoding::HEXLOWER.encode(&soft_authenticator::MODEL)
    );
    let synced = Way::at(HERE).with(|way| way.flags = PRESENT | ELIGIBLE | BACKED_UP);
    let (_, kept) = registered(&party, &synced);
    assert_eq!((kept.backup, kept.recognition), (Backup::BackedUp, Recognition::Present));
}

#[test]
fn a_registration_that_is_wrong_in_one_thing_is_refused_w_r1_to_w_r12_a193_a195_a196_a198_a200() {
    type Change = fn(&mut Way);
    let cases: &[(Change, Refused)] = &[
        (|way| way.kind = Some("webauthn.get"), Refused::Type),
        (|way| way.challenge = Some("AAAA".to_owned()), Refused::Challenge),
        (
            |way| "https://console.example.com.evil.test".clone_into(&mut way.origin),
            Refused::Origin,
        ),
        (|way| "http://console.example.com".clone_into(&mut way.origin), Refused::Origin),
        (|way| "https://console.example.com:8443".clone_into(&mut way.origin), Refused::Origin),
        (|way| "https://other.example.com".clone_into(&mut way.origin), Refused::Origin),
        (|way| "https://example.com".clone_into(&mut way.origin), Refused::Origin),
        (
            |way| way.extra = ",\"topOrigin\":\"https://console.example.com\"".to_owned(),
            Refused::CrossOrigin,
        ),
        (|way| way.extra = ",\"type\":\"webauthn.create\"".to_owned(), Refused::Malformed),
        (|way| way.rp_id = Some("console.example.com".to_owned()), Refused::RelyingParty),
        (|way| way.flags = VERIFIED, Refused::NoPresence),
        (|way| way.flags = PRESENT, Refused::NoVerification),
        (|way| way.flags |= BACKED_UP, Refused::Backup),
        (|way| way.algorithm = -8, Refused::Algorithm),
        (|way| way.algorithm = -36, Refused::Algorithm),
        (|way| way.behind = vec![0], Refused::Malformed),
    ];
    let party = party(UserVerification::Required);
    for (at, (change, expected)) in cases.iter().enumerate() {
        let (options, _, state) = party.begin_registration(&alice(), &[]).unwrap();
        let way = Way::at(HERE).with(change);
        let (_, answer) = SoftKey::create(&parsed(&options), &way, None);
        let refused = party.finish_registration(&state, &answer).unwrap_err();
        assert_eq!(refused, *expected, "case {at}");
    }
    for length in [0, 1024] {
        let (options, _, state) = party.begin_registration(&alice(), &[]).unwrap();
        let id = vec![7; length];
        let (_, answer) = SoftKey::create_with_id(&parsed(&options), &Way::at(HERE), None, id);
        let refused = party.finish_registration(&state, &answer).unwrap_err();
        assert_eq!(refused, Refused::Malformed, "an id of {length} bytes");
    }
}

#[test]
fn a_key_off_its_curve_proves_nothing_a198() {
    let party = party(UserVerification::Preferred);
    let (options, _, state) = party.begin_registration(&alice(), &[]).unwrap();
    let way = Way::at(HERE).with(|way| way.point = Point::OffTheCurve);
    let (key, answer) = SoftKey::create(&parsed(&options), &way, None);
    if let Ok(kept) = party.finish_registration(&state, &answer) {
        assert!(proved(&party, (&key, &kept), &Way::at(HERE)).is_err());
    }
}

#[test]
fn a_proof_by_the_right_key_says_what_the_key_said() {
    for wanted in [UserVerification::Required, UserVerification::Preferred] {
        let party = party(wanted);
        let (key, kept) = registered(&party, &Way::at(HERE));
        let way = Way::at(HERE).with(|way| way.counter = 9);
        let used = proved(&party, (&key, &kept), &way).unwrap();
        assert_eq!((used.counter, used.recognition), (9, Recognition::Verified));
        assert_eq!(used.backup, Backup::DeviceBound);
    }
    // A key that never recognised its owner is good for a touch, where that is enough.
    let party = party(UserVerification::Preferred);
    let touch = Way::at(HERE).with(|way| way.flags = PRESENT);
    let (key, kept) = registered(&party, &touch);
    let used = proved(&party, (&key, &kept), &touch).unwrap();
    assert_eq!(used.recognition, Recognition::Present);
}

#[test]
fn a_proof_that_is_wrong_in_one_thing_is_refused_w_a1_to_w_a12_a193_to_a197() {
    type Change = fn(&mut Way);
    let cases: &[(Change, Refused)] = &[
        (|way| way.kind = Some("webauthn.create"), Refused::Type),
        (|way| way.challenge = Some("AAAA".to_owned()), Refused::Challenge),
        (|way| "https://console-example.com".clone_into(&mut way.origin), Refused::Origin),
        (|way| "https://sub.console.example.com".clone_into(&mut way.origin), Refused::Origin),
        (|way| "http://console.example.com".clone_into(&mut way.origin), Refused::Origin),
        (|way| "https://console.example.com:444".clone_into(&mut way.origin), Refused::Origin),
        (|way| way.extra = ",\"topOrigin\":\"https://evil.test\"".to_owned(), Refused::CrossOrigin),
        (|way| way.rp_id = Some("evil.test".to_owned()), Refused::RelyingParty),
        (|way| way.flags = VERIFIED, Refused::NoPresence),
        (|way| way.flags = PRESENT, Refused::NoVerification),
        (|way| way.flags |= ELIGIBLE, Refused::Backup),
        (|way| way.flags |= BACKED_UP, Refused::Backup),
        (|way| way.counter = 5, Refused::Counter),
        (|way| way.counter = 4, Refused::Counter),
        (|way| way.counter = 0, Refused::Counter),
        (|way| way.handle = Some(handle("s2").bytes().to_vec()), Refused::UserHandle),
        (|way| way.behind = vec![0xa0], Refused::Malformed),
    ];
    for wanted in [UserVerification::Required, UserVerification::Preferred] {
        let party = party(wanted);
        let (key, kept) = registered(&party, &Way::at(HERE).with(|way| way.counter = 5));
        for (at, (change, expected)) in cases.iter().enumerate() {
            let right = Way::at(HERE).with(|way| way.counter = 6);
            let refused = proved(&party, (&key, &kept), &right.with(change)).unwrap_err();
            assert_eq!(refused, *expected, "{wanted:?} case {at}");
        }
    }
}

#[test]
fn a_framed_proof_is_refused_though_the_library_would_take_it_a193() {
    let party = party(UserVerification::Preferred);
    let (key, kept) = registered(&party, &Way::at(HERE));
    let (options, _, _) = party.ask_for(&[&kept]).unwrap();
    let answer = key.get(&parsed(&options), &Way::at(HERE));
    let mut answer = parsed(&answer);
    let data = format!(
        "{{\"type\":\"webauthn.get\",\"challenge\":{},\"origin\":\"{HERE}\",\"crossOrigin\":true}}",
        parsed(&options)["challenge"]
    );
    answer["response"]["clientDataJSON"] = soft_authenticator::encoded(data.as_bytes()).into();
    assert_eq!(Assertion::read(&answer.to_string()).unwrap_err(), Refused::CrossOrigin);
}

#[test]
fn a_signature_of_another_key_or_of_nothing_is_refused_a194_a198() {
    let party = party(UserVerification::Preferred);
    let (alices, kept) = registered(&party, &Way::at(HERE));
    let (mallory, _) = registered(&party, &Way::at(HERE));
    // Mallory's key, as itself, where Alice's was asked for.
    assert_eq!(
        proved(&party, (&mallory, &kept), &Way::at(HERE)).unwrap_err(),
        Refused::UnknownCredential
    );
    let (options, _, asked) = party.ask_for(&[&kept]).unwrap();
    let good = parsed(&alices.get(&parsed(&options), &Way::at(HERE)));
    let zero = [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00];
    let theirs = parsed(&mallory.get(&parsed(&options), &Way::at(HERE)));
    let theirs = data_encoding::BASE64URL_NOPAD
        .decode(theirs["response"]["signature"].as_str().unwrap().as_bytes())
        .unwrap();
    for signature in [zero.as_slice(), &theirs, b"", &[0x30, 0x80, 0, 0], &[0xff; 200]] {
        let mut forged = good.clone();
        forged["response"]["signature"] = soft_authenticator::encoded(signature).into();
        let assertion = Assertion::read(&forged.to_string()).unwrap();
        let refused = party.verify(asked.clone(), &assertion, &kept, &handle("s1")).unwrap_err();
        assert!(matches!(refused, Refused::Signature | Refused::Malformed), "{refused:?}");
    }
}

#[test]
fn without_a_name_the_key_must_name_its_owner_and_recognise_them_a194_a195() {
    let party = party(UserVerification::Discouraged);
    let (key, kept) = registered(&party, &Way::at(HERE));
    let answer = |way: &Way| {
        let (options, challenge, asked) = party.ask_anybody().unwrap();
        let options = parsed(&options);
        assert_eq!(options["userVerification"], "required");
        assert_eq!(options["allowCredentials"], serde_json::json!([]));
        let assertion = Assertion::read(&key.get(&options, way))?;
        assert_eq!(assertion.challenge(), challenge);
        assert_eq!(assertion.origin(), Some(HERE));
        party.verify(asked, &assertion, &kept, &handle("s1"))
    };
    let right = Way::at(HERE);
    assert_eq!(answer(&right).unwrap().recognition, Recognition::Verified);
    let unnamed = right.with(|way| way.handle = Some(Vec::new()));
    assert_eq!(answer(&unnamed).unwrap_err(), Refused::UserHandle);
    let other = right.with(|way| way.handle = Some(handle("s2").bytes().to_vec()));
    assert_eq!(answer(&other).unwrap_err(), Refused::UserHandle);
    let touch = right.with(|way| way.flags = PRESENT);
    assert_eq!(answer(&touch).unwrap_err(), Refused::NoVerification);
}

#[test]
fn an_answer_with_two_meanings_is_read_as_none_a201() {
    let party = party(UserVerification::Preferred);
    let (key, kept) = registered(&party, &Way::at(HERE));
    let (options, _, _) = party.ask_for(&[&kept]).unwrap();
    let good = key.get(&parsed(&options), &Way::at(HERE));
    assert!(Assertion::read(&good).is_ok());
    let twice = good.replacen('{', "{\"type\":\"public-key\",", 1);
    for bad in [
        format!("\u{feff}{good}"),
        twice,
        format!("{good} {good}"),
        good.replace("public-key", "password"),
        format!("{good}{}", " ".repeat(LONGEST_ANSWER)),
        String::new(),
        "null".to_owned(),
    ] {
        assert_eq!(Assertion::read(&bad).unwrap_err(), Refused::Malformed, "{bad:.40}");
    }
}

#[test]
fn a_relying_party_works_at_its_own_hosts_only_a202() {
    let example = relying_party(UserVerification::Preferred);
    for (origin, works) in [
        ("https://example.com", true),
        ("https://a.b.example.com:8443", true),
        ("https://notexample.com", false),
        ("https://example.com.evil.test", false),
        ("https://10.0.0.1", false),
        ("nothing", false),
    ] {
        assert_eq!(example.at(origin).is_ok(), works, "{origin}");
    }
}
