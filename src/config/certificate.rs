//! `tls`: certificates and their keys, read and judged.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::sign::CertifiedKey;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

use super::Stage;
use super::document::CertificateEntry;
use super::document::Document;
use super::document::TlsSection;
use super::elements;
use super::error::Problem;
use super::files;
use super::key_path::KeyPath;
use super::limits::Limit;
use crate::clock::Timestamp;
use crate::secret::Secret;
use crate::site::HostPattern;
use crate::site::Sites;
use crate::upstream::ClientCertificate;

/// How long before its end a certificate is warned about.
const SOON: Duration = Duration::from_hours(14 * 24);

/// How often files are looked at, unless the operator says otherwise.
const WATCH: Duration = Duration::from_secs(5);

/// A certificate chain with its private key, which fits.
#[derive(Clone)]
pub struct Certificate {
    /// The file of the chain.
    pub file: PathBuf,
    /// The file of the private key.
    pub key_file: PathBuf,
    /// Host names and addresses it is made out to, lower case, `*.` in front of some.
    pub names: Vec<String>,
    /// When it ends.
    pub not_after: Timestamp,
    /// Chain and key, for TLS.
    pub key: Arc<CertifiedKey>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("file", &self.file)
            .field("names", &self.names)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

/// The file of a chain, the chain, and the key.
type Pair = (Option<PathBuf>, Option<Vec<CertificateDer<'static>>>, Option<PrivateKeyDer<'static>>);

impl Certificate {
    /// Reads both files again and judges them as at the start.
    ///
    /// # Errors
    /// Which file cannot be used, and why.
    pub fn read_again(&self, now: Timestamp) -> Result<Self, String> {
        let of = |file: &Path| {
            let file = file.display().to_string();
            move |problem: Problem| format!("{file}: {}", problem.message)
        };
        let chain = chain(&self.file).map_err(of(&self.file))?;
        let pem = files::read_private(&self.key_file).map_err(of(&self.key_file))?;
        let key = private_key(pem.as_bytes()).map_err(of(&self.key_file))?;
        let Facts { names, not_after, .. } = facts(&chain)
            .and_then(|facts| facts.valid_at(now).map(|()| facts))
            .map_err(of(&self.file))?;
        let key = Arc::new(fitting(chain, key).map_err(of(&self.key_file))?);
        let (file, key_file) = (self.file.clone(), self.key_file.clone());
        Ok(Self { file, key_file, names, not_after, key })
    }
}

/// What a certificate says about itself.
struct Facts {
    names: Vec<String>,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Facts {
    /// Refuses a certificate that is not valid at `now`.
    fn valid_at(&self, now: Timestamp) -> Result<(), Problem> {
        let valid = "a certificate that is valid now";
        if now >= self.not_after {
            let text = format!("the certificate expired on {}", day(self.not_after));
            Err(Problem::new(text).allowed(valid))
        } else if now < self.not_before {
            let text = format!("the certificate is not valid before {}", day(self.not_before));
            let problem = Problem::new(text).hint("is the clock of this machine right?");
            Err(problem.allowed(valid))
        } else {
            Ok(())
        }
    }
}

fn day(moment: Timestamp) -> String {
    moment.to_string().chars().take(10).collect()
}

impl Stage<'_> {
    /// How often files are looked at; zero: never. The key once stood with the certificates.
    pub(super) fn watch(&mut self, document: &Document) -> Duration {
        let top = KeyPath::default();
        let (new, old) = (top.key("watch_files"), top.key("tls").key("watch"));
        let former = document.tls.as_ref().and_then(|section| section.watch);
        if former.is_some() && document.watch_files.is_some() {
            let line = self.report.line(&new);
            let problem = Problem::new(format!("the same as watch_files on line {line}"));
            self.report.refuse(&old, problem.allowed("one of the two").hint("remove this one"));
        }
        let path = if document.watch_files.is_some() { new } else { old };
        let written = document.watch_files.or(former);
        let limit = Limit::new(Duration::ZERO, Duration::from_hours(1));
        self.span(written, &path, WATCH, &limit)
    }

    /// Every certificate that is sound.
    pub(super) fn certificates(&mut self, section: Option<&TlsSection>) -> Vec<Certificate> {
        let Some(section) = section else {
            return Vec::new();
        };
        let path = KeyPath::default().key("tls").key("certificates");
        let list = section.certificates.as_deref().unwrap_or_default();
        if list.is_empty() {
            let problem = Problem::new("no certificate")
                .found("nothing")
                .allowed("at least one `certificate` with its `private_key`")
                .hint("without `tls` the development certificate made by init is used");
            self.report.refuse(&path, problem);
        }
        elements(list, &path).filter_map(|(path, entry)| self.certificate(entry, &path)).collect()
    }

    fn certificate(&mut self, entry: &CertificateEntry, path: &KeyPath) -> Option<Certificate> {
        let (certificate_path, key_path) = (path.key("certificate"), path.key("private_key"));
        let (file, chain, key) = self.pair(entry, path);
        let (file, chain) = file.zip(chain)?;
        let facts = self.report.take(&certificate_path, facts(&chain))?;
        self.judge(&facts, &certificate_path)?;
        let key = self.report.take(&key_path, fitting(chain, key?))?;
        let Facts { names, not_after, .. } = facts;
        let key_file = self.directory.join(entry.private_key.as_ref()?);
        Some(Certificate { file, key_file, names, not_after, key: Arc::new(key) })
    }

    /// The gateway's own certificate towards a console.
    pub(super) fn client_certificate(
        &mut self,
        entry: &CertificateEntry,
        path: &KeyPath,
    ) -> Option<ClientCertificate> {
        let (certificate_path, key_path) = (path.key("certificate"), path.key("private_key"));
        let (_, chain, key) = self.pair(entry, path);
        let chain = chain?;
        let facts = self.report.take(&certificate_path, client_facts(&chain))?;
        self.judge(&facts, &certificate_path)?;
        let key = key?;
        let der = Secret::new(key.secret_der().to_vec());
        self.report.take(&key_path, fitting(chain.clone(), key))?;
        Some(ClientCertificate { chain: chain.iter().map(|der| der.to_vec()).collect(), key: der })
    }

    /// What the two files of a pair hold, each as far as it can be read.
    fn pair(&mut self, entry: &CertificateEntry, path: &KeyPath) -> Pair {
        let (certificate_path, key_path) = (path.key("certificate"), path.key("private_key"));
        let file = entry.certificate.as_ref().map(|name| self.directory.join(name));
        let chain = if let Some(file) = &file {
            self.report.take(&certificate_path, chain(file))
        } else {
            self.report.missing(&certificate_path, "the path of a PEM file");
            None
        };
        let key = if let Some(name) = &entry.private_key {
            let file = self.directory.join(name);
            let key = files::read_private(&file).and_then(|pem| private_key(pem.as_bytes()));
            self.report.take(&key_path, key)
        } else {
            self.report.missing(&key_path, "the path of a PEM file");
            None
        };
        (file, chain, key)
    }

    /// Whether the certificate is valid now, and for how long.
    fn judge(&mut self, facts: &Facts, path: &KeyPath) -> Option<()> {
        self.report.take(path, facts.valid_at(self.now))?;
        if self.now.plus(SOON) >= facts.not_after {
            let text = format!("the certificate ends on {}", day(facts.not_after));
            self.report.warn(path, &text);
        }
        Some(())
    }

    /// Warns about hosts that no certificate is made out to.
    pub(super) fn names_of_certificates(&mut self, certificates: &[Certificate], sites: &Sites) {
        let path = KeyPath::default().key("tls").key("certificates");
        if certificates.is_empty() {
            return;
        }
        for pattern in sites.iter().flat_map(|site| &site.hosts) {
            let mut names = certificates.iter().flat_map(|c| &c.names);
            if !names.any(|name| names_host(name, pattern)) {
                let host = match pattern {
                    HostPattern::Exact(host) => host.to_string(),
                    HostPattern::OneLabelBelow(host) => format!("*.{host}"),
                };
                let text = format!("no certificate is made out to the host {host}");
                self.report.warn(&path, &text);
            }
        }
    }
}

/// Chain and key together, if they belong together.
fn fitting(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, Problem> {
    CertifiedKey::from_der(chain, key, &default_provider()).map_err(|_| {
        Problem::new("the private key does not belong to the certificate, or is not supported")
            .allowed("the key the certificate was made for: RSA, ECDSA P-256/P-384, Ed25519")
    })
}

fn names_host(name: &str, pattern: &HostPattern) -> bool {
    match pattern {
        HostPattern::Exact(host) => {
            let host = host.as_str().trim_matches(['[', ']']);
            let below = |parent: &str| host.split_once('.').is_some_and(|(_, rest)| rest == parent);
            name == host || name.strip_prefix("*.").is_some_and(below)
        }
        HostPattern::OneLabelBelow(host) => name.strip_prefix("*.") == Some(host.as_str()),
    }
}

/// What the gateway's own certificate towards a console says; it need not name a host.
fn client_facts(chain: &[CertificateDer<'static>]) -> Result<Facts, Problem> {
    let unreadable =
        || Problem::new("the certificate is malformed").allowed("an X.509 certificate");
    let first = chain.first().ok_or_else(unreadable)?;
    let (_, certificate) = x509_parser::parse_x509_certificate(first).map_err(|_| unreadable())?;
    let (not_before, not_after) = validity(&certificate);
    Ok(Facts { names: Vec::new(), not_before, not_after })
}

/// From when to when.
fn validity(certificate: &X509Certificate<'_>) -> (Timestamp, Timestamp) {
    let moment = |time: x509_parser::time::ASN1Time| {
        Timestamp::from_secs(u64::try_from(time.timestamp()).unwrap_or(0))
    };
    let validity = certificate.validity();
    (moment(validity.not_before), moment(validity.not_after))
}

/// The certificates of a PEM file, at least one.
pub(super) fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let pem = files::read(file)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(Problem::new("the file holds no certificate")
            .allowed("a file in PEM, with -----BEGIN CERTIFICATE-----")),
    }
}

/// The authorities of a PEM file, in DER.
pub(super) fn roots(file: &Path) -> Result<Vec<Vec<u8>>, Problem> {
    let chain = chain(file)?;
    let mut store = RootCertStore::empty();
    for der in &chain {
        store.add(der.clone()).map_err(|_| {
            Problem::new("the file holds something that is no certificate of an authority")
                .allowed("X.509 certificates in PEM")
        })?;
    }
    Ok(chain.iter().map(|der| der.to_vec()).collect())
}

fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, Problem> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
        Problem::new("the file holds no private key")
            .allowed("a file in PEM, with -----BEGIN PRIVATE KEY-----, without a password")
    })
}

fn facts(chain: &[CertificateDer<'static>]) -> Result<Facts, Problem> {
    let unreadable =
        || Problem::new("the certificate is malformed").allowed("an X.509 certificate");
    let first = chain.first().ok_or_else(unreadable)?;
    let (_, certificate) = x509_parser::parse_x509_certificate(first).map_err(|_| unreadable())?;
    let alternative = certificate.subject_alternative_name().map_err(|_| unreadable())?;
    let names: Vec<String> = alternative
        .iter()
        .flat_map(|extension| &extension.value.general_names)
        .filter_map(name)
        .collect();
    if names.is_empty() {
        return Err(Problem::new("the certificate names no host")
            .allowed("a certificate with subject alternative names")
            .hint("browsers no longer read the common name"));
    }
    let (not_before, not_after) = validity(&certificate);
    Ok(Facts { names, not_before, not_after })
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    if let GeneralName::DNSName(name) = name {
        return Some(name.to_ascii_lowercase());
    }
    let GeneralName::IPAddress(bytes) = name else {
        return None;
    };
    if let Ok(v4) = <[u8; 4]>::try_from(*bytes) {
        return Some(IpAddr::from(v4).to_string());
    }
    <[u8; 16]>::try_from(*bytes).ok().map(|v6| IpAddr::from(v6).to_string())
}
