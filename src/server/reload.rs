//! Changing the configuration without a gap: read, check, compile, swap. A bad file changes nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Listening;
use super::Running;
use super::ServerError;
use super::certificates::Files;
use super::certificates::Finding;
use super::certificates::Watch;
use super::geography;
use super::live::around;
use super::live::databases;
use super::live::live;
use super::live::operator_settings;
use super::live::snapshot;
use super::notify::Manager;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Timestamp;
use crate::config;
use crate::config::Configuration;
use crate::operate::in_force::Answerable;
use crate::operate::in_force::Followed;
use crate::telemetry::AccessLog;

/// How often it is looked whether the gate has followed every act.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Where a configuration comes from, and what of it cannot change any more.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) environment: fn(&str) -> Option<String>,
    pub(crate) listening: Listening,
    pub(crate) manager: Manager,
}

/// What may be taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Changes {
    /// All there is.
    Any,
    /// Files that `gateway.yaml` names, but no other `gateway.yaml`: nobody has asked for that. They are read
    /// under the one in force.
    FilesAlone,
}

/// Reloads on demand.
pub(crate) struct Reloader {
    source: Source,
    running: Arc<Running>,
    access_log: Arc<AccessLog>,
    /// What only a restart or an upgrade changes, as it is in force.
    fixed: String,
    /// Where it listens, as the file in force says.
    listen: String,
    certificates: Watch,
    watched_files: Files,
    /// What is in force.
    configuration: Configuration,
}

impl Reloader {
    pub(crate) fn new(
        source: Source,
        running: Arc<Running>,
        access_log: Arc<AccessLog>,
        configuration: Configuration,
    ) -> Self {
        running.metrics.certificates_current.set(1);
        Self {
            source,
            running,
            access_log,
            fixed: fixed(&configuration),
            listen: listening(&configuration),
            certificates: Watch::over(&configuration.certificates),
            watched_files: Files::over(configuration.watched_files.clone()),
            configuration,
        }
    }

    /// When the watched files are to be looked at next; never when the operator says so.
    pub(crate) async fn files_due(&self) {
        if self.configuration.watch.is_zero() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(self.configuration.watch).await;
    }

    /// Looks at every watched file, and takes up what was replaced.
    pub(crate) async fn look_at_files(&mut self) {
        self.look_at_certificates().await;
        if self.watched_files.changed() {
            tracing::info!("files that the configuration names were replaced");
            self.load(Changes::FilesAlone).await;
        }
    }

    async fn look_at_certificates(&mut self) {
        let wall = self.running.clock.wall();
        let mut watch = std::mem::take(&mut self.certificates);
        let looked = tokio::task::spawn_blocking(move || {
            let findings = watch.look(wall);
            (watch, findings)
        });
        let Ok((watch, findings)) = looked.await else {
            tracing::error!(
                "the certificate files are not watched any more; a reload (SIGHUP) begins anew"
            );
            self.running.metrics.certificates_current.set(0);
            return;
        };
        self.certificates = watch;
        if findings.iter().any(|finding| matches!(finding, Finding::Loaded { .. })) {
            let certificates = self.certificates.certificates();
            let live = self.running.live.load();
            let clients = &live.snapshot.clients;
            let tls =
                super::tls::server_config(&certificates, super::tls::StandIn::Refuse, clients);
            self.running.tls.store(Arc::new(tls));
            super::assembly::tell_expiry(&self.running.metrics, &certificates);
        }
        self.running.metrics.certificates_current.set(i64::from(self.certificates.is_current()));
        for finding in findings {
            self.tell(finding).await;
        }
    }

    async fn tell(&self, finding: Finding) {
        let metrics = &self.running.metrics;
        match finding {
            Finding::Loaded { file, lost } => {
                metrics.certificate_loaded(&Ok(()));
                tracing::info!(%file, "a new certificate is in use");
                if !lost.is_empty() {
                    tracing::warn!(%file, ?lost, "the new certificate does not cover these names any more");
                }
                self.record(AuditKind::CertificateLoaded, ("file", file)).await;
            }
            Finding::Refused { why } => {
                metrics.certificate_loaded(&Err(()));
                tracing::error!(%why, "a new certificate cannot be used; the old one stays in use");
                self.record(AuditKind::CertificateRefused, ("reason", why)).await;
            }
        }
    }

    async fn record(&self, kind: AuditKind, (name, value): (&str, String)) {
        let event = AuditEvent::new(self.running.clock.wall(), kind, Actor::Gateway);
        if let Err(error) = self.running.store.record(event.with(name, value)).await {
            tracing::error!(%error, "the change could not be recorded in the audit log");
        }
    }

    /// The file was read long before this process served, if it took over from another: what was changed
    /// since counts.
    pub(crate) async fn catch_up(&mut self) {
        if !self.is_on_disk().await {
            self.reload().await;
        }
    }

    /// Whether the file is still the one that is in force.
    async fn is_on_disk(&self) -> bool {
        let path = self.source.path.clone();
        let read = tokio::task::spawn_blocking(move || config::fingerprint_of(&path)).await;
        matches!(read, Ok(Ok(fingerprint)) if fingerprint == self.configuration.fingerprint)
    }

    /// Reads the file again and puts it in force, or says why not and leaves everything as it is.
    pub(crate) async fn reload(&mut self) {
        self.load(Changes::Any).await;
    }

    async fn load(&mut self, changes: Changes) {
        self.source.manager.reloading();
        self.access_log.reopen();
        let outcome = self.try_reload(changes).await;
        self.running.metrics.configuration_loaded(&outcome.as_ref().map(|_| ()).map_err(|_| ()));
        if changes == Changes::FilesAlone && !self.is_on_disk().await {
            tracing::warn!("gateway.yaml was changed as well; SIGHUP loads it");
            self.running.metrics.configuration_current.set(0);
        }
        let (kind, detail) = match outcome {
            Ok(fingerprint) => {
                tracing::info!(%fingerprint, "the configuration was loaded anew");
                (AuditKind::ConfigurationLoaded, ("configuration", fingerprint))
            }
            Err(why) => {
                tracing::error!(%why, "the new configuration was refused; the old one stays in force");
                let first = why.lines().next().unwrap_or_default().to_owned();
                (AuditKind::ConfigurationRefused, ("reason", first))
            }
        };
        self.record(kind, detail).await;
        self.source.manager.ready();
    }

    /// What was completed by a kind of proof that may not be used any more, ends.
    async fn end_disallowed(&self, configuration: &Configuration, wall: Timestamp) {
        let (running, kinds) = (&self.running, configuration.ceremony.kinds());
        let rulebook = running.live.load().snapshot.rulebook.clone();
        let ended = AuditEvent::new(wall, AuditKind::SessionEnded, Actor::Gateway);
        match running.directory.end_disallowed(&rulebook, kinds, ended).await {
            Ok(0) => {}
            Ok(ended) => {
                tracing::info!(ended, "sessions ended whose proof is not allowed any more");
            }
            Err(error) => {
                tracing::error!(
                    %error,
                    "sessions ended here whose proof is not allowed; in the store the next start ends them"
                );
            }
        }
    }

    async fn try_reload(&mut self, changes: Changes) -> Result<String, String> {
        let running = &self.running;
        let (path, environment) = (self.source.path.clone(), self.source.environment);
        let wall = running.clock.wall();
        let in_force = (changes == Changes::FilesAlone).then(|| self.configuration.text.clone());
        let loaded = tokio::task::spawn_blocking(move || match in_force {
            Some(text) => config::compile(&path, &text, &environment, wall),
            None => config::load(&path, &environment, wall),
        });
        let loaded = loaded.await;
        let mut configuration =
            loaded.map_err(|e| e.to_string())?.map_err(|errors| errors.to_string())?;
        // What is served in clear, and what sites are called, follows from where the gateway listens.
        if listening(&configuration) != self.listen {
            return Err("`listen` was changed, which takes a restart or `portcullis upgrade`; nothing of the file \
                        was loaded"
                .to_owned());
        }
        let listening = &self.source.listening;
        let main = listening.https.first().or_else(|| listening.http.first());
        if let Some(address) = main {
            configuration.set_bound_port(address.port());
        }
        let earlier = Arc::clone(&running.live.load().peers);
        let live = live(&configuration, &running.metrics, &running.pages, Some(&earlier)).await;
        let live = live.map_err(|e| e.to_string())?;
        let tls = super::assembly::tls_of(&configuration).map_err(|e| e.to_string())?;
        geography::configure(running, &configuration).await;
        // From here on nothing fails. Requests see one swap: sites, routes, sessions' limits, pages.
        self.certificates = Watch::over(&configuration.certificates);
        self.watched_files = Files::over(configuration.watched_files.clone());
        running.metrics.certificates_current.set(1);
        running.tls.store(Arc::new(tls));
        running.admin_networks.store(Arc::new(super::assembly::admin_networks(&configuration)));
        running.live.store(Arc::new(live));
        running.live.load().peers.replace(&earlier);
        running.directory.configure(configuration.sessions);
        running.dispatch.configure(&configuration.courier);
        running.store.keep_notices(&configuration.courier.channels());
        let databases = databases(&configuration, (running.geography.shelf(), &running.clock));
        running.operator.configure(operator_settings(&configuration, Some(databases)));
        follow_log(running, &configuration).await;
        super::assembly::tell_files(&running.metrics, &configuration, wall);
        self.end_disallowed(&configuration, wall).await;
        let ended = running.traffic.judge_streams(&running.live.load(), running.clock.now());
        if ended > 0 {
            tracing::info!(ended, "streams that the configuration does not permit any more ended");
        }
        if self.fixed != fixed(&configuration) {
            tracing::warn!(
                "`store`, `log` and thread settings change only with a restart or an upgrade"
            );
        }
        for warning in &configuration.warnings {
            tracing::warn!(%warning, "configuration");
        }
        let fingerprint = data_encoding::HEXLOWER.encode(&configuration.fingerprint);
        self.configuration = configuration;
        Ok(fingerprint)
    }

    /// Where acts ask the gate to follow.
    pub(crate) fn followed(&self) -> Followed {
        self.running.followed.lock().take().unwrap_or_default()
    }

    /// Compiles the configuration in force anew, under what the store says by now: nothing is read but that, and consoles
    /// stay as they are.
    pub(crate) fn follow(&self, waiting: Answerable) {
        waiting.tell(self.recompile().map_err(|error| error.to_string()));
    }

    /// When the gate judges by other policies of sites than the store has: where it did not follow an act.
    pub(crate) async fn is_behind(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let live = self.running.live.load_full();
            if live.snapshot.policies != self.running.directory.switch().load().sites {
                return;
            }
        }
    }

    /// Has it follow.
    pub(crate) fn make_up(&self) {
        match self.recompile() {
            Ok(()) => tracing::warn!("the gate follows policies of sites that it had missed"),
            Err(error) => {
                tracing::error!(%error, "the gate does not follow the policies of sites");
            }
        }
    }

    fn recompile(&self) -> Result<(), ServerError> {
        let running = &self.running;
        let snapshot = snapshot(&self.configuration, &running.metrics, &running.pages);
        let peers = Arc::clone(&running.live.load().peers);
        let live = around(&self.configuration, &running.pages, (snapshot, peers))?;
        running.live.store(Arc::new(live));
        let ended = running.traffic.judge_streams(&running.live.load(), running.clock.now());
        if ended > 0 {
            tracing::info!(ended, "streams that a site's policy does not permit any more ended");
        }
        Ok(())
    }
}

/// Has the sinks of a configuration follow the audit log from now on.
async fn follow_log(running: &Running, configuration: &Configuration) {
    if let Err(error) = running.store.follow_log(&configuration.audit.followers()).await {
        tracing::error!(%error, "the sinks of the audit log stay as they were");
        return;
    }
    running.sinks.configure(configuration.audit.clone());
}

/// All of `listen` but the networks in it, which change with every list. The token is in it as a hash: as a
/// secret it looks like any other.
fn listening(configuration: &Configuration) -> String {
    let admin = configuration.listen.admin.as_ref();
    let token = admin.and_then(|admin| admin.bearer_token.as_ref()).map(|token| {
        let hash = ring::digest::digest(&ring::digest::SHA256, token.expose().as_bytes());
        data_encoding::HEXLOWER.encode(hash.as_ref())
    });
    let listen = &configuration.listen;
    let admin = admin.map(|admin| (admin.address, admin.tls));
    format!("{:?} {:?} {admin:?} {token:?}", listen.http, listen.https)
}

fn fixed(configuration: &Configuration) -> String {
    format!("{:?} {:?} {}", configuration.store, configuration.log, configuration.threads)
}
