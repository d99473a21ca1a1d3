//! What acts work with: settings and handles.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::in_force::RunningGate;
use super::site_policy::Material;
use crate::audit::troubles::Troubles;
use crate::audit_sink::SinkSettings;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::entropy::Entropy;
use crate::key_store::LiveKeys;
use crate::metrics::Acts;
use crate::site::Sites;
use crate::store::Store;

/// What the configuration decides about operators' acts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long after its creation an account may bind its first authenticator on the password alone.
    pub enrolment_window: Duration,
    /// The same after a reset.
    pub reset_window: Duration,
    /// Limits of sessions, to tell which still live when no gateway runs.
    pub sessions: crate::session::Settings,
    /// The sites that tokens can be for, and where people sign in.
    pub sites: Sites,
    /// Where the built-in pages are on each of them.
    pub prefix: String,
    /// Who must have a second factor.
    pub enforcement: crate::enforcement::Settings,
    /// What authenticator apps call this service.
    pub totp_issuer: String,
    /// Those who follow the audit log.
    pub sinks: Vec<SinkSettings>,
    /// The sites that the administration is at, by name; none: each.
    pub admin_sites: Option<BTreeSet<String>>,
    /// What policies of sites are made of.
    pub material: Material,
}

/// The handles that acts work with.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// The live sessions, in a running gateway.
    pub directory: Option<Arc<Directory>>,
    /// The signing keys.
    pub keys: Arc<LiveKeys>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// What is done, in a running gateway.
    pub acts: Option<Acts>,
    /// What judges requests, in a running gateway.
    pub gate: Option<RunningGate>,
    /// What keeps those who follow the audit log from it, in a running gateway.
    pub troubles: Troubles,
}
