//! `client_certificates`, and in `tls` who may have signed them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::CertificateRevocationListDer;
use rustls_pki_types::pem::PemObject;

use super::Stage;
use super::certificate;
use super::document::Document;
use super::document::TlsSection;
use super::document::clients::ClientSection;
use super::elements;
use super::error::Problem;
use super::files;
use super::files::Identity;
use super::key_path::KeyPath;
use super::key_path::shown;
use crate::client_certificate::ClientCertificates;
use crate::client_certificate::Mark;
use crate::client_certificate::Named;

const FORMS: &str = "at least one of `dns`, `uri`, `common_name` and `fingerprint`";

impl Stage<'_> {
    /// The client certificates that are taken.
    pub(super) fn client_certificates(&mut self, document: &Document) -> ClientCertificates {
        let verifier = self.client_verifier(document.tls.as_ref());
        let named = self.named_clients(document.client_certificates.as_ref());
        let asked = document.tls.as_ref().and_then(|tls| tls.client_authorities.as_ref());
        let top = KeyPath::default();
        if !named.is_empty() && asked.is_none() {
            let path = top.key("tls").key("client_authorities");
            self.report.missing(&path, "a PEM file of those who may sign client certificates");
        }
        if named.is_empty() && asked.is_some() && document.client_certificates.is_none() {
            let text = "no program is named in `client_certificates`: browsers are asked for a certificate \
                        for nothing";
            self.report.warn(&top.key("tls").key("client_authorities"), text);
        }
        verifier.map_or_else(ClientCertificates::default, |v| ClientCertificates::new(v, named))
    }

    fn client_verifier(
        &mut self,
        section: Option<&TlsSection>,
    ) -> Option<Arc<dyn ClientCertVerifier>> {
        let section = section?;
        let path = KeyPath::default().key("tls");
        let (authorities, revocations) = (&section.client_authorities, &section.client_revocations);
        if revocations.is_some() && authorities.is_none() {
            let problem = Problem::new("this key means nothing without `client_authorities`");
            self.report
                .refuse(&path.key("client_revocations"), problem.allowed("both, or neither"));
        }
        let file = self.directory.join(authorities.as_ref()?);
        self.watched_files.push((file.clone(), Identity::of(&file)));
        let path_of_roots = path.key("client_authorities");
        let roots = self.report.take(&path_of_roots, certificate::roots(&file))?;
        let mut store = RootCertStore::empty();
        // Each was taken as an authority before.
        store.add_parsable_certificates(roots.into_iter().map(CertificateDer::from));
        let provider = Arc::new(default_provider());
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(store), provider);
        let mut builder = builder.allow_unauthenticated();
        if let Some(name) = revocations {
            let file = self.directory.join(name);
            self.watched_files.push((file.clone(), Identity::of(&file)));
            let lists = self.report.take(&path.key("client_revocations"), revoked(&file))?;
            // A list that is out of date says nothing about today.
            builder = builder.with_crls(lists).enforce_revocation_expiration();
        }
        let built = builder.build().map_err(|error| {
            let problem = Problem::new(format!("client certificates cannot be verified: {error}"));
            problem.allowed("authorities and revocation lists that belong together")
        });
        self.report.take(&path_of_roots, built)
    }

    fn named_clients(
        &mut self,
        sections: Option<&BTreeMap<String, Option<ClientSection>>>,
    ) -> Vec<Named> {
        let top = KeyPath::default().key("client_certificates");
        let mut named = Vec::new();
        for (name, section) in sections.into_iter().flatten() {
            let path = top.key(name);
            if !super::network::is_name(name) {
                let problem = Problem::new("not a name for a program").found(shown(name));
                self.report.refuse(&path, problem.allowed("1 to 63 of a-z, 0-9, `-` and `_`"));
            }
            let Some(section) = section else { continue };
            let marks = self.marks(section, &path);
            if marks.is_empty() && !self.report.is_reported_below(&path) {
                let problem = Problem::new("nothing says which certificate this is");
                self.report.refuse(&path, problem.found("nothing").allowed(FORMS));
            }
            named.push(Named { name: name.as_str().into(), marks });
        }
        named
    }

    fn marks(&mut self, section: &ClientSection, path: &KeyPath) -> Vec<Mark> {
        let mut marks = Vec::new();
        let (dns, uri) = (path.key("dns"), path.key("uri"));
        for (path, text) in elements(section.dns.as_deref().unwrap_or_default(), &dns) {
            marks.extend(self.report.take(&path, dns_name(text)));
        }
        for (path, text) in elements(section.uri.as_deref().unwrap_or_default(), &uri) {
            marks.extend(self.report.take(&path, whole("URI", text).map(Mark::Uri)));
        }
        let names = path.key("common_name");
        for (path, text) in elements(section.common_name.as_deref().unwrap_or_default(), &names) {
            marks.extend(self.report.take(&path, whole("name", text).map(Mark::CommonName)));
        }
        let prints = path.key("fingerprint");
        for (path, text) in elements(section.fingerprint.as_deref().unwrap_or_default(), &prints) {
            marks.extend(self.report.take(&path, fingerprint(text)));
        }
        marks
    }
}

fn dns_name(text: &str) -> Result<Mark, Problem> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let good = !text.is_empty() && text.len() <= 253 && text.bytes().all(plain);
    let problem = || Problem::new("not a DNS name").allowed("a name such as billing.internal");
    good.then(|| Mark::Dns(text.to_ascii_lowercase())).ok_or_else(|| {
        if text.contains('*') {
            problem().hint("each program has a name of its own")
        } else {
            problem()
        }
    })
}

fn whole(what: &str, text: &str) -> Result<String, Problem> {
    let good = !text.trim().is_empty() && text.len() <= 512;
    good.then(|| text.to_owned())
        .ok_or_else(|| Problem::new(format!("not a {what}")).allowed("1 to 512 characters"))
}

fn fingerprint(text: &str) -> Result<Mark, Problem> {
    let hex: String = text.chars().filter(|c| *c != ':').collect();
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok();
    let hash = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    hash.map(Mark::Fingerprint).ok_or_else(|| {
        Problem::new("not the SHA-256 of a certificate")
            .allowed("64 hexadecimal digits, with or without colons")
            .hint("openssl x509 -noout -fingerprint -sha256 -in client.pem")
    })
}

/// The revocation lists of a PEM file, at least one.
fn revoked(file: &std::path::Path) -> Result<Vec<CertificateRevocationListDer<'static>>, Problem> {
    let pem = files::read(file)?;
    let lists: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(&pem).collect();
    match lists {
        Ok(lists) if !lists.is_empty() => Ok(lists),
        _ => Err(Problem::new("the file holds no revocation list")
            .allowed("a file in PEM, with -----BEGIN X509 CRL-----")),
    }
}
