//! TLS of the listeners: 1.2 and 1.3, certificates chosen by the name a client asks for.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::ClientHello;
use rustls::server::ResolvesServerCert;
use rustls::sign::CertifiedKey;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

use super::ServerError;
use crate::client_certificate::ClientCertificates;
use crate::clock::Timestamp;
use crate::config::Certificate;
use crate::key_store::KeyStore;

/// Picks a certificate by name. A client that names nothing gets the first; one that names a host no
/// certificate is made out to gets none, and the handshake ends.
pub struct ByName {
    names: HashMap<String, Arc<CertifiedKey>>,
    first: Option<Arc<CertifiedKey>>,
    stand_in: StandIn,
}

/// Whether the first certificate serves names that none is made out to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandIn {
    /// No: an unknown name is refused.
    Refuse,
    /// Yes: there is only the development certificate.
    Development,
}

impl ByName {
    fn pick(&self, name: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let Some(name) = name.map(str::to_ascii_lowercase) else {
            return self.first.clone();
        };
        let below = || {
            let (_, parent) = name.split_once('.')?;
            self.names.get(&format!("*.{parent}"))
        };
        match self.names.get(&name).or_else(below) {
            Some(key) => Some(Arc::clone(key)),
            None if self.stand_in == StandIn::Development => self.first.clone(),
            None => None,
        }
    }
}

impl fmt::Debug for ByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByName").field("names", &self.names.keys()).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.pick(hello.server_name())
    }
}

/// The self-signed certificate that `init` made.
///
/// # Errors
/// When it is missing or unreadable: `init` makes it when an HTTPS listener has no certificate.
pub fn development_certificate(keys: &KeyStore) -> Result<Certificate, ServerError> {
    let unusable = |cause: String| ServerError::Setup {
        what: "the development certificate",
        cause: format!("{cause}; set tls.certificates in gateway.yaml"),
    };
    let (chain, key) = keys.development_certificate()?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain.expose()).collect();
    let chain = chain.map_err(|e| unusable(e.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(key.expose()).map_err(|e| unusable(e.to_string()))?;
    let not_after = expiry(chain.first()).ok_or_else(|| unusable("no certificate".to_owned()))?;
    let provider = rustls::crypto::ring::default_provider();
    let key = CertifiedKey::from_der(chain, key, &provider).map_err(|e| unusable(e.to_string()))?;
    let file = keys.dir().join("dev-cert.pem");
    let key_file = keys.dir().join("dev-key.pem");
    Ok(Certificate { file, key_file, names: Vec::new(), not_after, key: Arc::new(key) })
}

fn expiry(leaf: Option<&CertificateDer<'static>>) -> Option<Timestamp> {
    let (_, certificate) = x509_parser::parse_x509_certificate(leaf?).ok()?;
    let seconds = u64::try_from(certificate.validity().not_after.timestamp()).ok()?;
    Some(Timestamp::from_secs(seconds))
}

/// The TLS settings of a listener; with a verifier clients are asked for a certificate.
#[must_use]
pub fn server_config(
    certificates: &[Certificate],
    stand_in: StandIn,
    clients: &ClientCertificates,
) -> ServerConfig {
    let mut names = HashMap::new();
    for certificate in certificates {
        for name in &certificate.names {
            names.entry(name.clone()).or_insert_with(|| Arc::clone(&certificate.key));
        }
    }
    let first = certificates.first().map(|certificate| Arc::clone(&certificate.key));
    let resolver = ByName { names, first, stand_in };
    let builder = ServerConfig::builder_with_protocol_versions(&[
        &rustls::version::TLS13,
        &rustls::version::TLS12,
    ]);
    let builder = match clients.verifier() {
        Some(verifier) => builder.with_client_cert_verifier(Arc::clone(verifier)),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_early_data_is_taken_a098() {
        drop(rustls::crypto::ring::default_provider().install_default());
        for stand_in in [StandIn::Refuse, StandIn::Development] {
            let config = server_config(&[], stand_in, &ClientCertificates::default());
            assert_eq!(config.max_early_data_size, 0, "a request could be replayed");
            assert!(!config.send_half_rtt_data);
        }
    }
}
