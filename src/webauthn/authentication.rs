//! Proving oneself with a passkey: the options for `navigator.credentials.get`, and what it answers.

use serde_json::Value;
use serde_json::json;
use webauthn_rs::prelude::AuthenticationResult;
use webauthn_rs::prelude::Credential;
use webauthn_rs::prelude::DiscoverableAuthentication;
use webauthn_rs::prelude::Passkey;
use webauthn_rs::prelude::PasskeyAuthentication;
use webauthn_rs::prelude::PublicKeyCredential;
use webauthn_rs::prelude::SecurityKey;
use webauthn_rs::prelude::SecurityKeyAuthentication;

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
use super::registration;
use super::text_of;
use crate::authenticator::passkey::PasskeyCredential;
use crate::authenticator::passkey::PasskeyUse;
use crate::authenticator::passkey::Recognition;

/// A proof that was asked for and waits for its answer.
#[derive(Clone, Debug)]
pub struct Asked(State);

#[derive(Clone, Debug)]
enum State {
    Passkey(PasskeyAuthentication),
    SecurityKey(SecurityKeyAuthentication),
    Discoverable(DiscoverableAuthentication),
}

/// An answer, read but not verified: whose it claims to be, and what it is about.
#[derive(Clone, Debug)]
pub struct Assertion {
    answer: PublicKeyCredential,
    challenge: Vec<u8>,
    origin: Option<String>,
}

impl Assertion {
    /// Reads an answer.
    ///
    /// # Errors
    /// When it cannot be read, was made in a frame, or is for the other ceremony.
    pub fn read(answer: &str) -> Result<Self, Refused> {
        let value = json::read(answer.as_bytes(), LONGEST_ANSWER)?;
        if json::text(&value, "type") != Some("public-key") {
            return Err(Refused::Malformed);
        }
        let answer: PublicKeyCredential =
            serde_json::from_value(value).map_err(|_| Refused::Malformed)?;
        // An assertion brings no new credential.
        let data = cbor::authenticator_data(&answer.response.authenticator_data)?;
        if data.is_some() || answer.id != text_of(&answer.raw_id) {
            return Err(Refused::Malformed);
        }
        let client_data = &answer.response.client_data_json;
        let challenge = client_data::challenge(client_data, Ceremony::Get)?;
        let origin = client_data::origin(client_data);
        Ok(Self { answer, challenge, origin })
    }

    /// The challenge it is about.
    #[must_use]
    pub fn challenge(&self) -> &[u8] {
        &self.challenge
    }

    /// The id of the credential that made it, in base64url.
    #[must_use]
    pub fn credential_id(&self) -> &str {
        &self.answer.id
    }

    /// The page it was made for, as it says.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Whether it names this person; none: it names nobody.
    #[must_use]
    pub fn names(&self, handle: &UserHandle) -> Option<bool> {
        let named = self.answer.response.user_handle.as_deref()?;
        Some(named == handle.bytes())
    }
}

impl Party {
    /// Options for a browser, as JSON, that ask for one of these passkeys, their challenge, and what verifying
    /// the answer needs.
    ///
    /// # Errors
    /// When none of them works here, or one cannot be read.
    pub fn ask_for(&self, held: &[&PasskeyCredential]) -> Result<(String, Vec<u8>, Asked), Failed> {
        let credentials: Result<Vec<Credential>, Failed> =
            held.iter().map(|key| stored(key)).collect();
        let credentials = credentials?;
        let made = if self.settings.user_verification == UserVerification::Required {
            let keys: Vec<Passkey> = credentials.into_iter().map(Passkey::from).collect();
            let made = self.library.start_passkey_authentication(&keys);
            made.map(|(options, state)| (options, State::Passkey(state)))
        } else {
            let keys: Vec<SecurityKey> = credentials.into_iter().map(SecurityKey::from).collect();
            let made = self.library.start_securitykey_authentication(&keys);
            made.map(|(options, state)| (options, State::SecurityKey(state)))
        };
        let (options, state) = made.map_err(|error| Failed::Options(error.to_string()))?;
        let allowed: Vec<Value> = held.iter().map(|key| registration::descriptor(key)).collect();
        let options = json!({
            "challenge": text_of(&options.public_key.challenge),
            "rpId": options.public_key.rp_id,
            "timeout": options.public_key.timeout,
            "userVerification": self.verification_of(held).name(),
            "allowCredentials": allowed,
        });
        let challenge = json::bytes(&options, "challenge").unwrap_or_default();
        Ok((options.to_string(), challenge, Asked(state)))
    }

    /// A key that recognised its owner once is held to it, whatever is configured.
    fn verification_of(&self, held: &[&PasskeyCredential]) -> UserVerification {
        let recognises = held.iter().any(|key| key.recognition == Recognition::Verified);
        match self.settings.user_verification {
            UserVerification::Discouraged if recognises => UserVerification::Preferred,
            UserVerification::Required => UserVerification::Required,
            UserVerification::Preferred => UserVerification::Preferred,
            UserVerification::Discouraged => UserVerification::Discouraged,
        }
    }

    /// Options that ask whoever is there for a passkey that can be found without a name. It must recognise its
    /// owner: alone it would be a single factor otherwise.
    ///
    /// # Errors
    /// When the library makes none.
    pub fn ask_anybody(&self) -> Result<(String, Vec<u8>, Asked), Failed> {
        let made = self.library.start_discoverable_authentication();
        let (options, state) = made.map_err(|error| Failed::Options(error.to_string()))?;
        let challenge = options.public_key.challenge.clone();
        let options = json!({
            "challenge": text_of(&challenge),
            "rpId": options.public_key.rp_id,
            "timeout": options.public_key.timeout,
            "userVerification": UserVerification::Required.name(),
            "allowCredentials": [],
        });
        Ok((options.to_string(), challenge, Asked(State::Discoverable(state))))
    }

    /// Verifies an answer against the passkey that it names, which the caller found and which must be that of
    /// `handle`.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn verify(
        &self,
        asked: Asked,
        assertion: &Assertion,
        key: &PasskeyCredential,
        handle: &UserHandle,
    ) -> Result<PasskeyUse, Refused> {
        let named = assertion.names(handle);
        let anonymous = matches!(asked.0, State::Discoverable(_));
        if named == Some(false) || (anonymous && named.is_none()) {
            return Err(Refused::UserHandle);
        }
        if key.id != assertion.credential_id() || key.relying_party != self.settings.id {
            return Err(Refused::UnknownCredential);
        }
        let (answer, library) = (&assertion.answer, &self.library);
        let result: AuthenticationResult = match asked.0 {
            State::Passkey(state) => library.finish_passkey_authentication(answer, &state),
            State::SecurityKey(state) => library.finish_securitykey_authentication(answer, &state),
            State::Discoverable(state) => {
                let credential = stored(key).map_err(|_| Refused::UnknownCredential)?;
                library.finish_discoverable_authentication_v2(answer, state, credential)
            }
        }?;
        let used = PasskeyUse {
            counter: result.counter(),
            backup: registration::backup(result.backup_eligible(), result.backup_state())?,
            recognition: registration::recognition(result.user_verified()),
        };
        if used.backup.is_eligible() != key.backup.is_eligible() {
            return Err(Refused::Backup);
        }
        Ok(used)
    }
}

/// A stored passkey as the library has it, with what has changed since it was registered.
fn stored(key: &PasskeyCredential) -> Result<Credential, Failed> {
    let credential: Result<Credential, _> = serde_json::from_str(&key.key);
    let mut credential = credential.map_err(|_| Failed::Stored)?;
    credential.counter = key.counter;
    credential.backup_eligible = key.backup.is_eligible();
    credential.backup_state = key.backup == crate::authenticator::passkey::Backup::BackedUp;
    Ok(credential)
}
