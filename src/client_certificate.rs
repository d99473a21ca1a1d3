//! Client certificates: which program a TLS client is, by what its certificate says (mutual TLS).
//!
//! The handshake asks for a certificate and goes on without one. One that is shown must be signed by an
//! authority of the operator's, be valid, and not be revoked; what it stands for is decided anew when the
//! configuration, the authorities or the revocations change, and when it ends.

use std::fmt;
use std::sync::Arc;

use ring::digest;
use rustls::server::danger::ClientCertVerifier;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::UnixTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

use crate::clock::Timestamp;
use crate::policy::Machine;

/// A client's certificate with those that lead to its authority, as it showed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain(Arc<[CertificateDer<'static>]>);

impl Chain {
    /// What a client showed; none: nothing.
    #[must_use]
    pub fn new(shown: &[CertificateDer<'static>]) -> Option<Self> {
        (!shown.is_empty()).then(|| Self(shown.into()))
    }
}

/// What tells a certificate apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A DNS name among its alternative names, lower case, exactly.
    Dns(String),
    /// A URI among its alternative names, exactly.
    Uri(String),
    /// Its subject's common name, exactly.
    CommonName(String),
    /// The SHA-256 of the whole certificate.
    Fingerprint([u8; 32]),
}

/// Programs that are known by their certificates.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name in the configuration.
    pub name: Arc<str>,
    /// Any of these in a certificate makes it this one's.
    pub marks: Vec<Mark>,
}

/// The client certificates that a configuration takes.
#[derive(Clone, Default)]
pub struct ClientCertificates {
    verifier: Option<Arc<dyn ClientCertVerifier>>,
    named: Vec<Named>,
}

impl fmt::Debug for ClientCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificates").field("named", &self.named).finish_non_exhaustive()
    }
}

impl ClientCertificates {
    /// Certificates that this verifier accepts, for these programs.
    #[must_use]
    pub const fn new(verifier: Arc<dyn ClientCertVerifier>, named: Vec<Named>) -> Self {
        Self { verifier: Some(verifier), named }
    }

    /// What judges certificates in a handshake; none: none is asked for.
    #[must_use]
    pub const fn verifier(&self) -> Option<&Arc<dyn ClientCertVerifier>> {
        self.verifier.as_ref()
    }

    /// The names of the programs that are known.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|named| &*named.name)
    }

    /// The program that shows a chain; none when it is not valid (any more), or nobody's. One that is two
    /// programs' is nobody's: it could be taken for either.
    #[must_use]
    pub fn identify(&self, chain: &Chain, now: Timestamp) -> Option<Machine> {
        let (leaf, between) = chain.0.split_first()?;
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now.secs()));
        self.verifier.as_ref()?.verify_client_cert(leaf, between, time).ok()?;
        let (_, certificate) = x509_parser::parse_x509_certificate(leaf).ok()?;
        let is_marked = |named: &&Named| named.marks.iter().any(|m| bears(&certificate, leaf, m));
        let mut found = self.named.iter().filter(is_marked);
        match (found.next(), found.next()) {
            (Some(one), None) => Some(Machine::certificate(&one.name)),
            _ => None,
        }
    }
}

fn bears(certificate: &X509Certificate<'_>, leaf: &[u8], mark: &Mark) -> bool {
    let alternative = |good: &dyn Fn(&GeneralName<'_>) -> bool| {
        let names = certificate.subject_alternative_name().ok().flatten();
        names.is_some_and(|names| names.value.general_names.iter().any(good))
    };
    match mark {
        Mark::Dns(name) => alternative(
            &|said| matches!(said, GeneralName::DNSName(said) if said.eq_ignore_ascii_case(name)),
        ),
        Mark::Uri(name) => {
            alternative(&|said| matches!(said, GeneralName::URI(said) if *said == name))
        }
        Mark::CommonName(name) => {
            let mut names = certificate.subject().iter_common_name();
            let first = names.next().and_then(|said| said.as_str().ok());
            first == Some(name.as_str()) && names.next().is_none()
        }
        Mark::Fingerprint(hash) => digest::digest(&digest::SHA256, leaf).as_ref() == hash,
    }
}
