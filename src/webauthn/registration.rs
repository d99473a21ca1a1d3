//! Registering a passkey: the options for `navigator.credentials.create`, and what it answers.

use serde_json::Value;
use serde_json::json;
use webauthn_rs::prelude::AttestedPasskeyRegistration;
use webauthn_rs::prelude::Credential;
use webauthn_rs::prelude::CredentialID;
use webauthn_rs::prelude::ParsedAttestationData;
use webauthn_rs::prelude::PasskeyRegistration;
use webauthn_rs::prelude::RegisterPublicKeyCredential;
use webauthn_rs::prelude::SecurityKeyRegistration;
use webauthn_rs::prelude::Uuid;
use webauthn_rs::prelude::WebauthnError;

use super::Failed;
use super::LONGEST_ANSWER;
use super::Party;
use super::Refused;
use super::UserHandle;
use super::UserVerification;
use super::cbor;
use super::client_data;
use super::client_data::Ceremony;
use super::json;
use super::text_of;
use crate::authenticator::passkey::Attestation;
use crate::authenticator::passkey::Backup;
use crate::authenticator::passkey::LONGEST_ID;
use crate::authenticator::passkey::PasskeyCredential;
use crate::authenticator::passkey::Recognition;

/// The longest key that is kept, as text.
const LONGEST_KEY: usize = 4096;

/// How a browser may say that it reaches an authenticator.
const TRANSPORTS: [&str; 5] = ["usb", "nfc", "ble", "internal", "hybrid"];

/// Who registers a passkey.
#[derive(Clone, Copy, Debug)]
pub struct Registrant<'a> {
    /// By which the authenticator knows them.
    pub handle: UserHandle,
    /// By which they know themselves, shown when they choose among passkeys.
    pub login: &'a str,
    /// Their name.
    pub name: &'a str,
}

/// A registration that waits for its answer.
#[derive(Clone, Debug)]
pub struct Registration(State);

#[derive(Clone, Debug)]
enum State {
    Passkey(PasskeyRegistration),
    Attested(AttestedPasskeyRegistration),
    SecurityKey(SecurityKeyRegistration),
}

impl Party {
    /// Options for a browser, as JSON, their challenge, and what verifying the answer needs. Authenticators
    /// that hold one of `held` are left out.
    ///
    /// # Errors
    /// When the library makes none.
    pub fn begin_registration(
        &self,
        who: &Registrant<'_>,
        held: &[&PasskeyCredential],
    ) -> Result<(String, Vec<u8>, Registration), Failed> {
        let ids: Vec<CredentialID> = held.iter().filter_map(|key| id_of(key)).collect();
        let exclude = (!ids.is_empty()).then_some(ids);
        let (user, login) = (Uuid::from_bytes(*who.handle.bytes()), who.login);
        let name = if who.name.is_empty() { login } else { who.name };
        let roots = self.settings.roots.as_ref().map(|roots| roots.list().clone());
        let (library, required) = (&self.library, UserVerification::Required);
        let made = match roots {
            None if self.settings.user_verification == required => library
                .start_passkey_registration(user, login, name, exclude)
                .map(|(options, state)| (options, State::Passkey(state))),
            Some(roots) if self.settings.user_verification == required => library
                .start_attested_passkey_registration(user, login, name, exclude, roots, None)
                .map(|(options, state)| (options, State::Attested(state))),
            roots => library
                .start_securitykey_registration(user, login, name, exclude, roots, None)
                .map(|(options, state)| (options, State::SecurityKey(state))),
        };
        let (options, state) = made.map_err(|error| Failed::Options(error.to_string()))?;
        let challenge = options.public_key.challenge.clone();
        let options = serde_json::to_value(&options.public_key);
        let mut options = options.map_err(|error| Failed::Options(error.to_string()))?;
        self.adapt(&mut options, held);
        Ok((options.to_string(), challenge, Registration(state)))
    }

    /// What the library writes differently: a key that can be found without a name is asked for (ruling 17),
    /// any authenticator may answer, and no extension is used but the one that guards a verified key.
    fn adapt(&self, options: &mut Value, held: &[&PasskeyCredential]) {
        let verification = self.settings.user_verification;
        options["authenticatorSelection"] = json!({
            "residentKey": "preferred",
            "requireResidentKey": false,
            "userVerification": verification.name(),
        });
        let excluded: Vec<Value> = held.iter().map(|key| descriptor(key)).collect();
        options["excludeCredentials"] = Value::from(excluded);
        if let Some(options) = options.as_object_mut() {
            options.remove("hints");
            options.remove("extensions");
            if verification == UserVerification::Required {
                let guarded = json!({ "credentialProtectionPolicy": "userVerificationRequired" });
                options.insert("extensions".to_owned(), guarded);
            }
        }
    }

    /// Verifies the answer: the passkey to keep.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn finish_registration(
        &self,
        registration: &Registration,
        answer: &str,
    ) -> Result<PasskeyCredential, Refused> {
        let value = json::read(answer.as_bytes(), LONGEST_ANSWER)?;
        let response = value.get("response").ok_or(Refused::Malformed)?;
        let object = json::bytes(response, "attestationObject").ok_or(Refused::Malformed)?;
        let new = cbor::attestation_object(&object)?;
        let is_named = json::bytes(&value, "rawId").is_some_and(|id| id == new.id);
        if json::text(&value, "type") != Some("public-key") || !is_named {
            return Err(Refused::Malformed);
        }
        if new.id.is_empty() || new.id.len() > LONGEST_ID {
            return Err(Refused::Malformed);
        }
        let credential = registration.verify(self, &value)?;
        self.keep(credential, &new, transports(response))
    }

    fn keep(
        &self,
        mut credential: Credential,
        new: &cbor::NewCredential,
        transports: Vec<String>,
    ) -> Result<PasskeyCredential, Refused> {
        let verification = self.settings.user_verification;
        if verification == UserVerification::Required && !credential.user_verified {
            return Err(Refused::NoVerification);
        }
        let attestation = match &self.settings.roots {
            None => Attestation::None,
            Some(roots) => match roots.verdict(credential.clone()) {
                Attestation::None => return Err(Refused::Attestation),
                verified @ Attestation::Verified { .. } => verified,
            },
        };
        // The chain was verified; keeping it would only make the record large.
        credential.attestation.data = ParsedAttestationData::None;
        let key = serde_json::to_string(&credential).map_err(|_| Refused::Malformed)?;
        if key.len() > LONGEST_KEY {
            return Err(Refused::Malformed);
        }
        Ok(PasskeyCredential {
            key,
            id: text_of(&new.id),
            relying_party: self.settings.id.clone(),
            model: Uuid::from_bytes(new.model).to_string(),
            transports,
            recognition: recognition(credential.user_verified),
            backup: backup(credential.backup_eligible, credential.backup_state)?,
            counter: credential.counter,
            attestation,
        })
    }
}

impl Registration {
    fn verify(&self, party: &Party, answer: &Value) -> Result<Credential, Refused> {
        let answer: RegisterPublicKeyCredential =
            serde_json::from_value(answer.clone()).map_err(|_| Refused::Malformed)?;
        // What the library does not look at.
        client_data::challenge(&answer.response.client_data_json, Ceremony::Create)?;
        let library = &party.library;
        let verified: Result<Credential, WebauthnError> = match &self.0 {
            State::Passkey(state) => {
                library.finish_passkey_registration(&answer, state).map(Credential::from)
            }
            State::Attested(state) => {
                library.finish_attested_passkey_registration(&answer, state).map(Credential::from)
            }
            State::SecurityKey(state) => {
                library.finish_securitykey_registration(&answer, state).map(Credential::from)
            }
        };
        Ok(verified?)
    }
}

/// The challenge that an answer to a registration is about.
///
/// # Errors
/// When it is none.
pub fn registration_challenge(answer: &str) -> Result<Vec<u8>, Refused> {
    let value = json::read(answer.as_bytes(), LONGEST_ANSWER)?;
    let response = value.get("response").ok_or(Refused::Malformed)?;
    let data = json::bytes(response, "clientDataJSON").ok_or(Refused::Malformed)?;
    client_data::challenge(&data, Ceremony::Create)
}

/// How a browser finds a passkey.
pub(super) fn descriptor(key: &PasskeyCredential) -> Value {
    let (id, transports) = (&key.id, &key.transports);
    if transports.is_empty() {
        return json!({ "type": "public-key", "id": id });
    }
    json!({ "type": "public-key", "id": id, "transports": transports })
}

/// The id of a stored passkey.
pub(super) fn id_of(key: &PasskeyCredential) -> Option<CredentialID> {
    data_encoding::BASE64URL_NOPAD.decode(key.id.as_bytes()).ok()
}

pub(super) fn recognition(verified: impl Into<bool>) -> Recognition {
    if verified.into() { Recognition::Verified } else { Recognition::Present }
}

/// The two flags as one value; a copy of what cannot be copied is a contradiction (W-R8).
pub(super) fn backup(eligible: impl Into<bool>, held: impl Into<bool>) -> Result<Backup, Refused> {
    match (eligible.into(), held.into()) {
        (false, false) => Ok(Backup::DeviceBound),
        (true, false) => Ok(Backup::Eligible),
        (true, true) => Ok(Backup::BackedUp),
        (false, true) => Err(Refused::Backup),
    }
}

fn transports(response: &Value) -> Vec<String> {
    let told = response.get("transports").and_then(Value::as_array);
    let told: Vec<&str> = told.into_iter().flatten().filter_map(Value::as_str).collect();
    TRANSPORTS.iter().filter(|known| told.contains(known)).map(|&known| known.to_owned()).collect()
}
