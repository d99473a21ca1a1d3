//! `mail` and `sms`, and the codes that are sent through them.

use std::time::Duration;

use ::url::Host;
use http::HeaderName;

use super::Stage;
use super::certificate;
use super::document::Document;
use super::document::messages::EmailCodesSection;
use super::document::messages::MailSection;
use super::document::messages::SmsCodesSection;
use super::document::messages::SmsSection;
use super::document::messages::SmtpSection;
use super::document::messages::TemplateWord;
use super::elements;
use super::error::Problem;
use super::files::Identity;
use super::key_path::KeyPath;
use super::limits::Limit;
use super::secret_source::SecretSource;
use super::url;
use crate::authenticator::out_of_band::FEWEST_DIGITS;
use crate::authenticator::out_of_band::MOST_DIGITS;
use crate::ceremony::out_of_band;
use crate::ceremony::out_of_band::Codes;
use crate::courier;
use crate::courier::Letterhead;
use crate::courier::mail;
use crate::courier::mail::Sender;
use crate::courier::mail::Tls;
use crate::courier::sms;
use crate::courier::sms::Template;
use crate::portal;
use crate::secret::Secret;
use crate::store::SendLimits;

const SECRET_FORMS: &str = "one of: text, {file: path}, {env: NAME}";
const USUAL: Duration = Duration::from_secs(10);

impl Stage<'_> {
    /// How messages are sent.
    pub(super) fn courier(
        &mut self,
        document: &Document,
        pages: &portal::Settings,
    ) -> courier::Settings {
        courier::Settings {
            letterhead: Letterhead { brand: pages.brand.clone(), support: pages.support.clone() },
            mail: document.mail.as_ref().and_then(|section| self.mail(section)),
            sms: document.sms.as_ref().and_then(|section| self.sms(section)),
        }
    }

    /// Codes that are sent, which need something to send them.
    pub(super) fn out_of_band(
        &mut self,
        document: &Document,
        courier: &courier::Settings,
    ) -> out_of_band::Settings {
        let authenticators = document.authenticators.as_ref();
        let top = KeyPath::default().key("authenticators");
        let email = authenticators.and_then(|section| section.email.as_ref());
        let sms = authenticators.and_then(|section| section.sms.as_ref());
        let email = email.and_then(|section| self.email_codes(section, &top.key("email")));
        let prefixes = courier.sms.as_ref().map(|sms| sms.prefixes.clone()).unwrap_or_default();
        let sms = sms.and_then(|section| self.sms_codes(section, &top.key("sms"), prefixes));
        for (key, lacks) in [
            ("mail", email.is_some() && document.mail.is_none()),
            ("sms", sms.is_some() && document.sms.is_none()),
        ] {
            if lacks {
                let name = if key == "mail" { "email" } else { "sms" };
                let problem = Problem::new(format!("there is no `{key}`, which sends these codes"));
                let problem = problem.allowed(format!("false, or true with `{key}`"));
                self.report.refuse(&top.key(name).key("enabled"), problem);
            }
        }
        out_of_band::Settings { email, sms }
    }

    fn mail(&mut self, section: &MailSection) -> Option<mail::Settings> {
        let top = KeyPath::default().key("mail");
        let from = self.sender(section.from.as_deref(), &top.key("from"));
        if section.from.is_none() {
            self.report.missing(&top.key("from"), "an address, or a name and an address");
        }
        let reply_to = self.sender(section.reply_to.as_deref(), &top.key("reply_to"));
        let Some(smtp) = &section.smtp else {
            self.report.missing(&top.key("smtp"), "a mapping with the key `host`");
            return None;
        };
        let path = top.key("smtp");
        let tls = smtp.tls.unwrap_or_default();
        let host = self.smtp_host(smtp, tls, &path);
        let limit = Limit::new(1, 65_535);
        let usual = usize::from(tls.usual_port());
        let port = self.count(smtp.port, &path.key("port"), usual, &limit);
        let credentials = self.credentials(smtp, &path);
        let authorities = self.authorities(smtp.ca_file.as_deref(), &path);
        let limit = Limit::new(Duration::from_secs(1), Duration::from_mins(1));
        let timeout = self.span(smtp.timeout, &path.key("timeout"), USUAL, &limit);
        Some(mail::Settings {
            host: host?,
            port: u16::try_from(port).unwrap_or_default(),
            tls,
            authorities,
            credentials,
            from: from?,
            reply_to,
            timeout,
        })
    }

    fn smtp_host(&mut self, smtp: &SmtpSection, tls: Tls, path: &KeyPath) -> Option<String> {
        const FORM: &str = "the name of a mail server, such as smtp.example.com";
        let key = path.key("host");
        let Some(text) = &smtp.host else {
            self.report.missing(&key, FORM);
            return None;
        };
        let host = Host::parse(text).map_err(|_| Problem::new("not a host").allowed(FORM));
        let host = self.report.take(&key, host)?;
        if tls == Tls::NoneOnLoopback && !url::is_this_machine(&host) {
            let problem = Problem::new("a connection without TLS to another machine")
                .allowed("localhost, 127.0.0.1 or ::1")
                .hint("codes would travel in clear: use `tls: required` or `tls: implicit`");
            self.report.refuse(&key, problem);
            return None;
        }
        Some(match host {
            Host::Domain(name) => name,
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        })
    }

    fn credentials(
        &mut self,
        smtp: &SmtpSection,
        path: &KeyPath,
    ) -> Option<(String, Secret<String>)> {
        let (user, password) = (smtp.username.as_deref(), smtp.password.as_ref());
        match (user, password) {
            (None, None) => None,
            (Some(user), Some(password)) => {
                let secret = self.message_secret(password, &path.key("password"))?;
                Some((user.to_owned(), secret))
            }
            (Some(_), None) => {
                self.report.missing(&path.key("password"), SECRET_FORMS);
                None
            }
            (None, Some(_)) => {
                self.report.missing(&path.key("username"), "the name to sign in with");
                None
            }
        }
    }

    fn sender(&mut self, text: Option<&str>, path: &KeyPath) -> Option<Sender> {
        let parsed = Sender::parse(text?)
            .map_err(|form| Problem::new("not an address of e-mail").allowed(form));
        self.report.take(path, parsed)
    }

    fn sms(&mut self, section: &SmsSection) -> Option<sms::Settings> {
        let top = KeyPath::default().key("sms");
        let url = self.sms_url(section, &top.key("url"));
        let template = self.template(section, &top);
        let needs_sender = !matches!(
            section.template.unwrap_or_default(),
            TemplateWord::Generic | TemplateWord::Bird | TemplateWord::Json | TemplateWord::Form
        );
        if needs_sender && section.from.is_none() {
            self.report.missing(&top.key("from"), "a number or a name that the gateway knows");
        }
        let headers = self.message_headers(section, &top.key("headers"));
        let secret = self.signing_secret(section.secret.as_ref(), &top.key("secret"));
        let prefixes = self.prefixes(section, &top.key("prefixes"));
        let authorities = self.authorities(section.ca_file.as_deref(), &top);
        let limit = Limit::new(Duration::from_secs(1), Duration::from_mins(1));
        let timeout = self.span(section.timeout, &top.key("timeout"), USUAL, &limit);
        Some(sms::Settings {
            url: url?,
            template: template?,
            from: section.from.clone().unwrap_or_default(),
            headers,
            secret,
            authorities,
            prefixes,
            timeout,
        })
    }

    fn sms_url(&mut self, section: &SmsSection, path: &KeyPath) -> Option<String> {
        const FORM: &str = "an https URL such as https://sms.example.com/messages";
        let Some(text) = &section.url else {
            self.report.missing(path, FORM);
            return None;
        };
        let url = url::sheltered(text, FORM, "codes would travel in clear");
        self.report.take(path, url)
    }

    fn template(&mut self, section: &SmsSection, top: &KeyPath) -> Option<Template> {
        const BODY: &str = "a text with the places {to} and {text}";
        let key = top.key("body");
        let word = section.template.unwrap_or_default();
        let of_ones_own = matches!(word, TemplateWord::Json | TemplateWord::Form);
        match (&section.body, of_ones_own) {
            (None, true) => {
                self.report.missing(&key, BODY);
                return None;
            }
            (Some(_), false) => {
                let problem = Problem::new("this template has a body of its own");
                self.report.refuse(&key, problem.allowed("only with `template: json` or `form`"));
                return None;
            }
            _ => {}
        }
        let body = section.body.as_deref().unwrap_or_default();
        let made = match word {
            TemplateWord::Generic => Ok(Template::Generic),
            TemplateWord::Twilio => Ok(Template::Twilio),
            TemplateWord::Vonage => Ok(Template::Vonage),
            TemplateWord::Messagebird => Ok(Template::MessageBird),
            TemplateWord::Bird => Ok(Template::Bird),
            TemplateWord::Json => Template::json(body),
            TemplateWord::Form => Template::form(body),
        };
        let made = made.map_err(|why| {
            Problem::new(format!("not a body for messages: {why}"))
                .allowed("a text with {to} and {text}, and perhaps {from} and {id}")
        });
        self.report.take(&key, made)
    }

    fn message_headers(
        &mut self,
        section: &SmsSection,
        path: &KeyPath,
    ) -> Vec<(HeaderName, Secret<String>)> {
        let list = section.headers.as_deref().unwrap_or_default();
        let mut headers = Vec::new();
        for (path, entry) in elements(list, path) {
            let name = entry
                .name
                .as_deref()
                .and_then(|text| self.report.take(&path.key("name"), message_header_name(text)));
            let value_path = path.key("value");
            let value = entry.value.as_ref().and_then(|source| {
                let secret = self.message_secret(source, &value_path)?;
                let plain = secret.expose().bytes().all(|b| b.is_ascii_graphic() || b == b' ');
                let sound = plain.then_some(secret).ok_or_else(|| {
                    Problem::new("not a value of a header").allowed("visible ASCII in one line")
                });
                self.report.take(&value_path, sound)
            });
            if entry.name.is_none() {
                self.report.missing(&path.key("name"), "a header name such as Authorization");
            }
            if entry.value.is_none() {
                self.report.missing(&value_path, SECRET_FORMS);
            }
            headers.extend(name.zip(value));
        }
        headers
    }

    fn message_secret(&mut self, source: &SecretSource, path: &KeyPath) -> Option<Secret<String>> {
        if source.is_in(self.report.file()) {
            let text = "the secret stands in a file that others than its owner can read";
            self.report.warn(path, text);
        }
        self.report.take(path, source.resolve(self.directory, self.environment))
    }

    /// What requests are signed with.
    pub(super) fn signing_secret(
        &mut self,
        source: Option<&SecretSource>,
        path: &KeyPath,
    ) -> Option<Secret<String>> {
        let secret = self.message_secret(source?, path)?;
        let long = (secret.expose().len() >= 16).then_some(secret).ok_or_else(|| {
            Problem::new("too short to sign with").allowed("at least 16 characters")
        });
        self.report.take(path, long)
    }

    pub(super) fn authorities(
        &mut self,
        file: Option<&str>,
        top: &KeyPath,
    ) -> Option<Vec<Vec<u8>>> {
        let file = self.directory.join(file?);
        // Before it is read: what is put in its place meanwhile is another file.
        self.watched_files.push((file.clone(), Identity::of(&file)));
        self.report.take(&top.key("ca_file"), certificate::roots(&file))
    }

    fn prefixes(&mut self, section: &SmsSection, path: &KeyPath) -> Vec<String> {
        const FORM: &str = "+ and one to seven digits, such as +49";
        let Some(list) = section.prefixes.as_deref() else {
            self.report.missing(path, "a list such as [\"+49\", \"+43\"]");
            return Vec::new();
        };
        if list.is_empty() {
            self.report.warn(path, "no number is listed: no text message is sent to anybody");
        }
        let mut prefixes = Vec::new();
        for (path, text) in elements(list, path) {
            let digits = text.strip_prefix('+').unwrap_or_default();
            let sound = (1..=7).contains(&digits.len())
                && digits.bytes().all(|b| b.is_ascii_digit())
                && !digits.starts_with('0');
            let problem = || {
                let problem = Problem::new("not the beginning of a number").allowed(FORM);
                problem.hint("write it in quotes: YAML takes +49 for a number")
            };
            let prefix = sound.then(|| text.clone()).ok_or_else(problem);
            prefixes.extend(self.report.take(&path, prefix));
        }
        prefixes
    }

    fn email_codes(&mut self, section: &EmailCodesSection, path: &KeyPath) -> Option<Codes> {
        let account = self.daily(section.daily_per_account, &path.key("daily_per_account"), 20);
        let everybody = self.daily(section.daily, &path.key("daily"), 5000);
        let digits = self.digits(section.digits, &path.key("digits"));
        section.enabled.unwrap_or_default().then_some(Codes {
            own_address: section.own_address.unwrap_or_default(),
            digits,
            limits: SendLimits { account, prefix: u32::MAX, everybody },
            prefixes: None,
        })
    }

    fn sms_codes(
        &mut self,
        section: &SmsCodesSection,
        path: &KeyPath,
        prefixes: Vec<String>,
    ) -> Option<Codes> {
        let account = self.daily(section.daily_per_account, &path.key("daily_per_account"), 10);
        let prefix = self.daily(section.daily_per_prefix, &path.key("daily_per_prefix"), 1000);
        let everybody = self.daily(section.daily, &path.key("daily"), 1000);
        let digits = self.digits(section.digits, &path.key("digits"));
        section.enabled.unwrap_or_default().then_some(Codes {
            own_address: section.own_number.unwrap_or_default(),
            digits,
            limits: SendLimits { account, prefix, everybody },
            prefixes: Some(prefixes),
        })
    }

    fn digits(&mut self, written: Option<u64>, path: &KeyPath) -> usize {
        let limit = Limit::new(FEWEST_DIGITS as u64, MOST_DIGITS as u64)
            .because("NIST SP 800-63B-4 asks for six; nobody types more than eight rightly");
        self.count(written, path, FEWEST_DIGITS, &limit)
    }

    fn daily(&mut self, written: Option<u64>, path: &KeyPath, usual: u32) -> u32 {
        let most = if path.last_key() == Some("daily_per_account") { 1000 } else { 1_000_000 };
        let default = usize::try_from(usual).unwrap_or(usize::MAX);
        let count = self.count(written, path, default, &Limit::new(1, most));
        u32::try_from(count).unwrap_or(usual)
    }
}

/// A name that neither HTTP nor our signature uses.
fn message_header_name(text: &str) -> Result<HeaderName, Problem> {
    const FORM: &str = "a header name such as Authorization";
    let ours = [
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        sms::SIGNATURE_HEADER,
        sms::TIMESTAMP_HEADER,
    ];
    match HeaderName::try_from(text) {
        Ok(name) if !ours.contains(&name.as_str()) => Ok(name),
        Ok(_) => Err(Problem::new("this header is set by the gateway itself").allowed(FORM)),
        Err(_) => Err(Problem::new("not a header name").allowed(FORM)),
    }
}
