//! Passkeys that a configuration makes worthless: they work for the relying party alone that they were made for
//!

use std::collections::BTreeMap;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use crate::config::Configuration;
use crate::operate::Command;
use crate::operate::Reply;
use crate::store::Held;

/// What people would lose by this configuration. The running gateway says what they have, or the store does; where
/// there is none, nobody has anything.
pub(super) fn warnings(configuration: &Configuration, context: &Context<'_>) -> Vec<String> {
    if configuration.ceremony.relying_parties.is_empty() || !configuration.store.path.exists() {
        return Vec::new();
    }
    match held(context) {
        Ok(held) => configuration.ceremony.foreign_passkeys(&held),
        // Before `init`.
        Err(Failure::Usage(_)) => Vec::new(),
        Err(why) => {
            let why = why.to_string();
            let why = why.strip_prefix("portcullis: ").unwrap_or(&why);
            vec![format!(
                "whether people have passkeys that prove nothing was not looked at: {why}"
            )]
        }
    }
}

fn held(context: &Context<'_>) -> Result<BTreeMap<String, Held>, Failure> {
    let Reply::PasskeysHeld(held) = reach::ask(context, Command::PasskeysHeld)? else {
        return Err(reach::unexpected());
    };
    Ok(held)
}
