//! Attestation: only makers that the operator trusts, only models that are allowed (ruling 17).

use std::slice::from_ref;

use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::CustomExtension;
use rcgen::DnType;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;

use super::soft_authenticator::MODEL;
use super::soft_authenticator::Maker;
use super::*;

/// A maker with its own root, whose statements end in this year.
fn maker(name: &str, ends: i32) -> (Vec<u8>, Maker) {
    let root_key = KeyPair::generate().unwrap();
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.distinguished_name.push(DnType::CommonName, name);
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let root_der = root.clone().self_signed(&root_key).unwrap().der().to_vec();
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(Vec::new()).unwrap();
    for (kind, value) in [
        (DnType::CountryName, "DE"),
        (DnType::OrganizationName, name),
        (DnType::OrganizationalUnitName, "Authenticator Attestation"),
        (DnType::CommonName, "soft key"),
    ] {
        leaf.distinguished_name.push(kind, value);
    }
    leaf.is_ca = IsCa::ExplicitNoCa;
    leaf.not_after = rcgen::date_time_ymd(ends, 1, 1);
    let model = [&[0x04, 0x10][..], &MODEL].concat();
    let model = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4], model);
    leaf.custom_extensions.push(model);
    let issuer = Issuer::new(root, root_key);
    let chain = vec![leaf.signed_by(&key, &issuer).unwrap().der().to_vec()];
    (root_der, Maker { chain, key: key.serialize_der() })
}

fn under(wanted: UserVerification, roots: Roots) -> Party {
    let party = RelyingParty { roots: Some(Arc::new(roots)), ..relying_party(wanted) };
    party.at(HERE).unwrap()
}

fn model() -> String {
    webauthn_rs::prelude::Uuid::from_bytes(MODEL).to_string()
}

fn register(party: &Party, maker: Option<&Maker>) -> Result<PasskeyCredential, Refused> {
    let (options, _, state) = party.begin_registration(&alice(), &[]).unwrap();
    assert_eq!(parsed(&options)["attestation"], "direct");
    let (_, answer) = SoftKey::create(&parsed(&options), &Way::at(HERE), maker);
    party.finish_registration(&state, &answer)
}

#[test]
fn a_trusted_maker_of_an_allowed_model_is_taken_and_nobody_else_a199() {
    let (root, good) = maker("Good Keys", 2999);
    let (_, other) = maker("Other Keys", 2999);
    for wanted in [UserVerification::Required, UserVerification::Preferred] {
        for models in [Vec::new(), vec![model()]] {
            let party = under(wanted, Roots::new(from_ref(&root), &models).unwrap());
            let kept = register(&party, Some(&good)).unwrap();
            assert!(matches!(kept.attestation, Attestation::Verified { .. }));
            assert!(kept.key.len() < 1024, "the chain is not kept");
            let roots = party.settings().roots.clone().unwrap();
            assert!(roots.vouch_for(&kept));
            assert_eq!(register(&party, Some(&other)).unwrap_err(), Refused::Attestation);
            assert_eq!(register(&party, None).unwrap_err(), Refused::Attestation);
        }
        let elsewhere = vec!["00000000-0000-0000-0000-00000000beef".to_owned()];
        let party = under(wanted, Roots::new(from_ref(&root), &elsewhere).unwrap());
        assert_eq!(register(&party, Some(&good)).unwrap_err(), Refused::Model);
    }
}

#[test]
fn a_statement_whose_chain_has_ended_is_refused_a199() {
    let (root, ended) = maker("Ended Keys", 2020);
    let party = under(UserVerification::Required, Roots::new(&[root], &[]).unwrap());
    assert_eq!(register(&party, Some(&ended)).unwrap_err(), Refused::Attestation);
}

#[test]
fn a_root_or_model_taken_back_vouches_no_more_ruling_17() {
    let (root, good) = maker("Good Keys", 2999);
    let (other, _) = maker("Other Keys", 2999);
    let party = under(UserVerification::Required, Roots::new(from_ref(&root), &[]).unwrap());
    let kept = register(&party, Some(&good)).unwrap();
    let both = Roots::new(&[other.clone(), root.clone()], &[model()]).unwrap();
    assert!(both.vouch_for(&kept));
    assert!(!Roots::new(&[other], &[]).unwrap().vouch_for(&kept));
    let elsewhere = ["00000000-0000-0000-0000-00000000beef".to_owned()];
    assert!(!Roots::new(&[root], &elsewhere).unwrap().vouch_for(&kept));
    let mut unattested = kept;
    unattested.attestation = Attestation::None;
    assert!(!both.vouch_for(&unattested));
}

#[test]
fn roots_that_cannot_be_read_are_no_roots() {
    let (root, _) = maker("Good Keys", 2999);
    assert_eq!(Roots::new(&[], &[]).unwrap_err(), BadRoots::Empty);
    let broken = Roots::new(&[root.clone(), b"nothing".to_vec()], &[]).unwrap_err();
    assert_eq!(broken, BadRoots::Certificate(2));
    let model = Roots::new(&[root], &["yubikey".to_owned()]).unwrap_err();
    assert_eq!(model, BadRoots::Model("yubikey".to_owned()));
}
