//! Whose word about an authenticator's model counts: roots that the operator supplies, and nobody else's.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use webauthn_rs::prelude::AttestationCaList;
use webauthn_rs::prelude::AttestationCaListBuilder;
use webauthn_rs::prelude::AttestedPasskey;
use webauthn_rs::prelude::Credential;
use webauthn_rs::prelude::Uuid;

use crate::authenticator::passkey::Attestation;
use crate::authenticator::passkey::PasskeyCredential;

/// Roots or models that nothing can be verified by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRoots {
    /// No certificate at all.
    #[error("no certificate is in it")]
    Empty,
    /// Something that is no certificate.
    #[error("certificate {0} cannot be read")]
    Certificate(usize),
    /// Something that is no AAGUID.
    #[error("{0:?} is no AAGUID")]
    Model(String),
}

/// Roots of makers that the operator trusts, and the models among theirs that are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    list: AttestationCaList,
    models: BTreeSet<String>,
}

impl Roots {
    /// Certificates in DER, and AAGUIDs; without any, every model of these makers is allowed.
    ///
    /// # Errors
    /// What cannot be used.
    pub fn new(certificates: &[Vec<u8>], models: &[String]) -> Result<Self, BadRoots> {
        if certificates.is_empty() {
            return Err(BadRoots::Empty);
        }
        let parsed: Result<Vec<Uuid>, BadRoots> = models.iter().map(|text| model(text)).collect();
        let parsed = parsed?;
        let mut list = AttestationCaList::default();
        for (at, der) in certificates.iter().enumerate() {
            list.union(&one(der, &parsed).ok_or(BadRoots::Certificate(at + 1))?);
        }
        Ok(Self { list, models: parsed.iter().map(Uuid::to_string).collect() })
    }

    /// The roots as the library has them.
    pub(super) const fn list(&self) -> &AttestationCaList {
        &self.list
    }

    /// What is known of the maker of a credential that was registered under these roots.
    pub(super) fn verdict(&self, credential: Credential) -> Attestation {
        let root = AttestedPasskey::from(credential)
            .verify_attestation(&self.list)
            .ok()
            .and_then(|root| root.get_kid().ok());
        root.map_or(Attestation::None, |root| Attestation::Verified {
            root: data_encoding::HEXLOWER.encode(root.as_ref()),
        })
    }

    /// Whether these roots still vouch for a passkey: its root is among them, its model allowed.
    #[must_use]
    pub fn vouch_for(&self, passkey: &PasskeyCredential) -> bool {
        let Attestation::Verified { root } = &passkey.attestation else {
            return false;
        };
        let trusted = |print: &[u8]| data_encoding::HEXLOWER.encode(print) == *root;
        self.list.cas().keys().any(|print| trusted(print.as_ref()))
            && (self.models.is_empty() || self.models.contains(&passkey.model))
    }
}

fn model(text: &str) -> Result<Uuid, BadRoots> {
    Uuid::parse_str(text).map_err(|_| BadRoots::Model(text.to_owned()))
}

/// One root, for all models or for these.
fn one(der: &[u8], models: &[Uuid]) -> Option<AttestationCaList> {
    if models.is_empty() {
        let text = data_encoding::BASE64.encode(der);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let lines = lines.join("\n");
        let pem = format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n");
        return AttestationCaList::try_from(pem.as_bytes()).ok();
    }
    let mut builder = AttestationCaListBuilder::new();
    for model in models {
        builder.insert_device_der(der, *model, model.to_string(), BTreeMap::new()).ok()?;
    }
    Some(builder.build())
}
