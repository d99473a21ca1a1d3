//! Says in the log whose passkeys prove nothing, because the relying party was changed.

use crate::ceremony::Settings;
use crate::store::Store;

/// Looks at every account.
pub(super) async fn tell_foreign(store: &dyn Store, settings: &Settings) {
    if settings.relying_parties.is_empty() {
        return;
    }
    match store.passkeys_held().await {
        Ok(held) => {
            for warning in settings.foreign_passkeys(&held) {
                tracing::warn!(%warning, "passkeys");
            }
        }
        Err(error) => tracing::error!(%error, "passkeys could not be looked at"),
    }
}
