//! A record as one message: what is asked for most as structured data, and the whole record as JSON. ASCII, one line, and of
//! bounded length, whatever stands in the record.

use serde_json::Value;

use crate::audit::Actor;
use crate::audit::AuditKind;
use crate::audit::AuditRecord;
use crate::audit::line;
use crate::audit::line::Digits;

/// `log audit` (RFC 5424 §6.2.1).
const FACILITY: u8 = 13;

/// The id of the structured data: a number of an enterprise must stand in it, and this is the one for examples (RFC 5612).
const STRUCTURE: &str = "portcullis@32473";

/// Characters of a value of structured data.
const LONGEST_VALUE: usize = 128;

/// Characters of a host's name.
const LONGEST_HOST: usize = 255;

/// The name of this machine, as Linux tells it.
const HOST_NAME: &str = "/proc/sys/kernel/hostname";

/// Who sends messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    host: String,
    process: u32,
}

impl Sender {
    /// This process.
    #[must_use]
    pub fn of_this_process() -> Self {
        let host = std::fs::read_to_string(HOST_NAME).unwrap_or_default();
        Self::new(&host, std::process::id())
    }

    /// One of that name.
    #[must_use]
    pub fn new(host: &str, process: u32) -> Self {
        let graphic = host.trim().chars().filter(char::is_ascii_graphic).take(LONGEST_HOST);
        let host: String = graphic.collect();
        Self { host: if host.is_empty() { "-".to_owned() } else { host }, process }
    }

    /// A record as a message of at most so many bytes: one that is longer goes without what makes it long, and says so.
    #[must_use]
    pub fn message(&self, record: &AuditRecord, longest: usize) -> String {
        let mut message = self.head(record);
        let json = line::of(record, Digits::ForAllButAscii).unwrap_or_default();
        if message.len().saturating_add(json.len()) <= longest {
            message.push_str(&json);
        } else {
            message.push_str(&shortened(record));
            message.truncate(longest);
        }
        message
    }

    /// All but the text.
    fn head(&self, record: &AuditRecord) -> String {
        let event = &record.event;
        let priority = FACILITY.saturating_mul(8).saturating_add(severity(event.kind));
        let (at, host, process, kind) =
            (event.at, &self.host, self.process, event.kind.name().unwrap_or_default());
        let mut head = format!(
            "<{priority}>1 {at} {host} portcullis {process} {kind} [{STRUCTURE} seq=\"{}\"",
            record.seq
        );
        let client = event.client.map(|client| client.to_string());
        let values = [
            ("actor", Some(actor(&event.actor))),
            ("target", event.target.as_ref().map(ToString::to_string)),
            ("site", event.site.clone()),
            ("client", client),
            ("request", event.request_id.clone()),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                head.extend([" ", name, "=\"", &escaped(&value), "\""]);
            }
        }
        head.push_str("] ");
        head
    }
}

/// A value of structured data (RFC 5424 §6.3.3); what is not ASCII, or may do something, is a question mark.
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for c in value.chars().take(LONGEST_VALUE) {
        if matches!(c, '"' | '\\' | ']') {
            text.push('\\');
        }
        text.push(if c.is_ascii_graphic() || c == ' ' { c } else { '?' });
    }
    text
}

/// A record without its details, and without what the structured data has, which would make it too long. It cannot be verified by its hash; its place in the chain can.
fn shortened(record: &AuditRecord) -> String {
    let mut short = record.clone();
    short.event.detail.clear();
    (short.event.site, short.event.request_id) = (None, None);
    let Ok(Value::Object(mut fields)) = serde_json::to_value(short) else { return String::new() };
    fields.insert("shortened".to_owned(), Value::Bool(true));
    line::of(&fields, Digits::ForAllButAscii).unwrap_or_default()
}

fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Gateway => "gateway".to_owned(),
        Actor::Unknown => "unknown".to_owned(),
        Actor::Subject { id } => format!("subject:{id}"),
        Actor::Operator { uid } => format!("operator:{uid}"),
        Actor::Token { id } => format!("token:{id}"),
    }
}

/// Warning: something was refused or failed. Notice: rights were changed. Informational: the rest.
#[expect(clippy::too_many_lines, reason = "a line for each kind")]
const fn severity(kind: AuditKind) -> u8 {
    use AuditKind as K;
    match kind {
        K::ConfigurationRefused
        | K::CertificateRefused
        | K::GeographyRefused
        | K::GeographyExpired
        | K::UpgradeFailed
        | K::AuthenticatorLost
        | K::AuthenticatorDisabled
        | K::CodesWithheld
        | K::NoticeUndelivered
        | K::AuditSkipped
        | K::ProofRefused
        | K::RequestRefused
        | K::OperatorRefused
        | K::RecoveryCodeUsed => 4,
        K::SessionOpened
        | K::SessionRaised
        | K::SessionEnded
        | K::ProofAccepted
        | K::CodeSent
        | K::SetUpDeclined
        | K::SetUpReminded
        | K::LanguageChosen
        | K::ProfileUpdated
        | K::BackupCodesAcknowledged
        | K::AuditRead => 6,
        K::StoreCreated
        | K::GatewayStarted
        | K::ConfigurationLoaded
        | K::CertificateLoaded
        | K::GeographyLoaded
        | K::UpgradeBegun
        | K::UpgradeFinished
        | K::FirstOwnerOffered
        | K::AccountCreated
        | K::PasswordSet
        | K::RoleChanged
        | K::AccountDisabled
        | K::AccountEnabled
        | K::AccountRemoved
        | K::ProfileChanged
        | K::PasswordLinkIssued
        | K::PasswordLinkRevoked
        | K::PasswordChangeRequired
        | K::MfaReset
        | K::AuthenticatorBound
        | K::AuthenticatorRemoved
        | K::AuthenticatorRenamed
        | K::BackupCodesReplaced
        | K::BackupCodesShown
        | K::RecoveryCodeIssued
        | K::RecoveryCodeRevoked
        | K::AppHandedOver
        | K::HandedAppVoid
        | K::EnforcementChanged
        | K::DeviceRegistered
        | K::DeviceApproved
        | K::DeviceRemoved
        | K::AuditExported
        | K::AuditPruned
        | K::ServiceTokenIssued
        | K::ServiceTokenRotated
        | K::ServiceTokenDisabled
        | K::ServiceTokenEnabled
        | K::ServiceTokenRevoked
        | K::SigningKeyCreated
        | K::SigningKeyActivated
        | K::SigningKeyRetired => 5,
    }
}
