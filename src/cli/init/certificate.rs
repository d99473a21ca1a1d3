//! The self-signed development certificate.

use std::time::Duration;

use rcgen::CertificateParams;
use rcgen::DnType;
use rcgen::KeyPair;
use ring::digest;
use time::OffsetDateTime;

use crate::clock::Timestamp;
use crate::secret::Secret;

/// How long it is valid.
const LIFETIME: Duration = Duration::from_hours(90 * 24);

/// Clocks of browsers may be behind.
const BACKDATED: Duration = Duration::from_hours(24);

/// A certificate with its key.
pub(super) struct Development {
    /// PEM.
    pub(super) certificate: String,
    /// PEM.
    pub(super) key: Secret<String>,
    /// SHA-256 of the certificate, as browsers show it.
    pub(super) fingerprint: String,
    /// What it is made out to.
    pub(super) names: Vec<String>,
}

/// Makes one for these hosts and this machine.
pub(super) fn make(
    hosts: impl Iterator<Item = String>,
    wall: Timestamp,
) -> Result<Development, rcgen::Error> {
    let mut names: Vec<String> = hosts.collect();
    names.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
    let mut seen = Vec::new();
    names.retain(|name| {
        let new = !seen.contains(name);
        seen.push(name.clone());
        new
    });
    let mut params = CertificateParams::new(names.clone())?;
    params.distinguished_name.push(DnType::CommonName, "Portcullis development certificate");
    let start = Duration::from_millis(wall.millis()).saturating_sub(BACKDATED);
    params.not_before = moment(start);
    params.not_after = moment(Duration::from_millis(wall.millis()).saturating_add(LIFETIME));
    let pair = KeyPair::generate()?;
    let certificate = params.self_signed(&pair)?;
    let hash = digest::digest(&digest::SHA256, certificate.der());
    let bytes: Vec<String> = hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    Ok(Development {
        certificate: certificate.pem(),
        key: Secret::new(pair.serialize_pem()),
        fingerprint: bytes.join(":"),
        names,
    })
}

fn moment(since_epoch: Duration) -> OffsetDateTime {
    let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::PrivateKeyDer;
    use rustls_pki_types::pem::PemObject;
    use x509_parser::prelude::FromDer;
    use x509_parser::prelude::X509Certificate;

    use super::*;

    #[test]
    fn it_names_the_hosts_and_this_machine_for_ninety_days() {
        let now = Timestamp::from_secs(1_800_000_000);
        let hosts = ["a.example", "*.b.example", "localhost"].map(str::to_owned);
        let made = make(hosts.into_iter(), now).unwrap();
        assert_eq!(made.names, ["a.example", "*.b.example", "localhost", "127.0.0.1", "::1"]);
        let der = CertificateDer::from_pem_slice(made.certificate.as_bytes()).unwrap();
        let (_, parsed) = X509Certificate::from_der(&der).unwrap();
        let names = parsed.subject_alternative_name().unwrap().unwrap();
        assert_eq!(names.value.general_names.len(), 5);
        assert_eq!(parsed.validity().not_after.timestamp(), 1_800_000_000 + 90 * 86_400);
        assert!(PrivateKeyDer::from_pem_slice(made.key.expose().as_bytes()).is_ok());
        assert_eq!(made.fingerprint.len(), 32 * 3 - 1);
    }
}
