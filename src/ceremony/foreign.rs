//! Passkeys of relying parties that no site has: they were made before the id was changed, and prove nothing.

use std::collections::BTreeMap;

use super::Settings;
use crate::store::Held;

impl Settings {
    /// What is wrong with the passkeys that are kept, in words for an operator. Where nobody may use passkeys,
    /// nothing is.
    #[must_use]
    pub fn foreign_passkeys(&self, held: &BTreeMap<String, Held>) -> Vec<String> {
        let parties = &self.relying_parties;
        let foreign = held.iter().filter(|(id, _)| {
            !parties.is_empty() && parties.values().all(|party| party.id != **id)
        });
        let told = foreign.map(|(id, held)| {
            let Held { passkeys, accounts } = held;
            format!(
                "{passkeys} passkey(s) of {accounts} account(s) were made for the relying party {id}, which no site \
                 has: they prove nothing. Write `authenticators.passkeys.relying_party.id: {id}`, or have their \
                 owners set up others"
            )
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webauthn::Passwordless;
    use crate::webauthn::RelyingParty;
    use crate::webauthn::UserVerification;

    #[test]
    fn passkeys_of_a_relying_party_that_no_site_has_are_told_a202() {
        let some = |passkeys, accounts| Held { passkeys, accounts };
        let held = BTreeMap::from([
            ("a.example".to_owned(), some(3, 2)),
            ("b.example".to_owned(), some(1, 1)),
        ]);
        let mut settings = Settings::default();
        assert!(settings.foreign_passkeys(&held).is_empty(), "nobody may use passkeys");
        let party = |id: &str| RelyingParty {
            id: id.to_owned(),
            name: String::new(),
            user_verification: UserVerification::Required,
            roots: None,
            passwordless: Passwordless::Off,
        };
        settings.relying_parties.insert("x".to_owned(), party("b.example"));
        settings.relying_parties.insert("y".to_owned(), party("c.example"));
        let told = settings.foreign_passkeys(&held);
        let [told] = &told[..] else { panic!("{told:?}") };
        assert!(told.starts_with(
            "3 passkey(s) of 2 account(s) were made for the relying party a.example,"
        ));
    }
}
