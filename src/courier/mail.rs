//! E-mail over SMTP (RFC 5321). The one place that knows the mail library.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use lettre::AsyncSmtpTransport;
use lettre::AsyncTransport;
use lettre::Message as Letter;
use lettre::Tokio1Executor;
use lettre::message::Mailbox;
use lettre::message::MultiPart;
use lettre::message::SinglePart;
use lettre::message::header::ContentType;
use lettre::message::header::HeaderName;
use lettre::message::header::HeaderValue;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::Certificate;
use lettre::transport::smtp::client::CertificateStore;
use lettre::transport::smtp::client::Tls as WireTls;
use lettre::transport::smtp::client::TlsParameters;
use serde::Deserialize;
use serde::Serialize;

use super::Carrier;
use super::Message;
use super::NotDelivered;
use crate::secret::Secret;

/// How the connection to the mail server is protected.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// It begins in clear and must rise to TLS before anything else is said (STARTTLS).
    #[default]
    Required,
    /// It is TLS from the first byte on.
    Implicit,
    /// It is not protected: only to this machine.
    NoneOnLoopback,
}

impl Tls {
    /// The port that servers have for it.
    #[must_use]
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Required => 587,
            Self::Implicit => 465,
            Self::NoneOnLoopback => 25,
        }
    }
}

/// A name and an address in a header, which is known to be sound.
#[derive(Clone, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// What `Name <address>` or an address alone stands for.
    ///
    /// # Errors
    /// When it cannot stand in a header.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "an address, or a name and an address: Console <no-reply@example.com>";
        if text.chars().any(char::is_control) {
            return Err(FORM);
        }
        text.parse().map(Self).map_err(|_| FORM)
    }

    fn host(&self) -> &str {
        self.0.email.domain()
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How letters are sent.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The mail server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Authorities that may have signed its certificate, in DER; none: those that browsers know.
    pub authorities: Option<Vec<Vec<u8>>>,
    /// User name and password.
    pub credentials: Option<(String, Secret<String>)>,
    /// Who letters come from.
    pub from: Sender,
    /// Where answers go.
    pub reply_to: Option<Sender>,
    /// For each step of a delivery.
    pub timeout: Duration,
}

impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        let credentials = |settings: &Self| {
            let held = settings.credentials.as_ref();
            held.map(|(user, password)| (user.clone(), password.expose().clone()))
        };
        (&self.host, self.port, self.tls, &self.authorities, self.timeout)
            == (&other.host, other.port, other.tls, &other.authorities, other.timeout)
            && (&self.from, &self.reply_to) == (&other.from, &other.reply_to)
            && credentials(self) == credentials(other)
    }
}

impl Eq for Settings {}

/// Sends letters.
#[derive(Debug)]
pub struct Mailer(Settings);

impl Mailer {
    /// Under these settings.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self(settings)
    }

    /// Connects, and says who the gateway is, as before a letter; none is sent.
    ///
    /// # Errors
    /// Why the server would take none.
    pub async fn greet(&self) -> Result<(), String> {
        let said = |error: Error| error.to_string();
        let greeted = self.transport().map_err(said)?.test_connection().await.map_err(said)?;
        if greeted { Ok(()) } else { Err("it greets, and then is busy".to_owned()) }
    }

    fn letter(&self, message: &Message) -> Result<Letter, NotDelivered> {
        let refused = |why: &dyn fmt::Display| NotDelivered::Refused(why.to_string());
        let address = message.to.as_str().parse().map_err(|_| refused(&"not an address"))?;
        let id = format!("<{}@{}>", message.id, self.0.from.host());
        let mut letter = Letter::builder()
            .from(self.0.from.0.clone())
            .to(Mailbox::new(None, address))
            .subject(one_line(&message.subject))
            .message_id(Some(id))
            .date_now()
            // Nobody is to answer this by machine (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        if let Some(reply_to) = &self.0.reply_to {
            letter = letter.reply_to(reply_to.0.clone());
        }
        let text = message.text.to_string();
        let letter = match &message.html {
            Some(html) => {
                letter.multipart(MultiPart::alternative_plain_html(text, html.to_string()))
            }
            None => {
                letter.singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text))
            }
        };
        letter.map_err(|error| refused(&error))
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
        let settings = &self.0;
        let tls = match settings.tls {
            Tls::Required => WireTls::Required(self.tls_parameters()?),
            Tls::Implicit => WireTls::Wrapper(self.tls_parameters()?),
            Tls::NoneOnLoopback => WireTls::None,
        };
        // One connection for each letter: a kept one would belong to whichever runtime made it.
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
                .port(settings.port)
                .tls(tls)
                .timeout(Some(settings.timeout));
        if let Some((user, password)) = &settings.credentials {
            builder =
                builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        Ok(builder.build())
    }

    fn tls_parameters(&self) -> Result<TlsParameters, Error> {
        let mut builder = TlsParameters::builder(self.0.host.clone());
        if let Some(authorities) = &self.0.authorities {
            builder = builder.certificate_store(CertificateStore::None);
            for der in authorities {
                builder = builder.add_root_certificate(Certificate::from_der(der.clone())?);
            }
        }
        builder.build_rustls()
    }
}

#[async_trait]
impl Carrier for Mailer {
    async fn deliver(&self, message: &Message) -> Result<(), NotDelivered> {
        let letter = self.letter(message)?;
        let transport = self.transport().map_err(|error| told(&error))?;
        let whole = self.0.timeout.saturating_mul(4);
        let sent = tokio::time::timeout(whole, transport.send(letter)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(told(&error)),
            Err(_) => Err(NotDelivered::Later("the mail server takes too long".to_owned())),
        }
    }
}

/// What went wrong, without what the server said: that may repeat the address.
fn told(error: &Error) -> NotDelivered {
    if let Some(code) = error.status() {
        let text = format!("the mail server answers {code}");
        return if error.is_permanent() {
            NotDelivered::Refused(text)
        } else {
            NotDelivered::Later(text)
        };
    }
    let text = if error.is_timeout() {
        "the mail server does not answer in time"
    } else if error.is_tls() {
        "no TLS with the mail server: its certificate or protocol is not good"
    } else if error.is_client() {
        "the mail server does not offer what is needed (STARTTLS, a way to sign in)"
    } else {
        "the mail server cannot be reached"
    };
    NotDelivered::Later(text.to_owned())
}

/// A subject is one line, whatever a name in it holds.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
