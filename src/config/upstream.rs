//! `sites[].upstream`: the console's address and how its certificate is judged.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;

use ::url::Host;
use rustls_pki_types::DnsName;

use super::Stage;
use super::certificate;
use super::document::scalar::TextOr;
use super::document::site::UpstreamSection;
use super::document::site::Verify;
use super::error::Problem;
use super::key_path::KeyPath;
use super::limits::Limit;
use super::listen::Listen;
use super::url;
use super::url::Origin;
use crate::upstream::Upstream;
use crate::upstream::UpstreamTls;
use crate::upstream::Verification;

const FORM: &str = "a URL of scheme, host and port, such as http://127.0.0.1:3000";
const DAY: Duration = Duration::from_hours(24);

impl Stage<'_> {
    /// The console of a site.
    pub(super) fn upstream(
        &mut self,
        upstream: Option<&TextOr<UpstreamSection>>,
        path: &KeyPath,
        listen: &Listen,
    ) -> Option<Upstream> {
        match upstream {
            None => {
                self.report.missing(path, FORM);
                None
            }
            Some(TextOr::Text(text)) => {
                let long =
                    UpstreamSection { url: Some(text.clone()), ..UpstreamSection::default() };
                self.console(&long, path, path, listen)
            }
            Some(TextOr::Map(long)) => self.console(long, path, &path.key("url"), listen),
        }
    }

    fn console(
        &mut self,
        section: &UpstreamSection,
        path: &KeyPath,
        url_path: &KeyPath,
        listen: &Listen,
    ) -> Option<Upstream> {
        let limit = Limit::new(Duration::from_secs(1), Duration::from_mins(1));
        let seconds = Duration::from_secs(5);
        let key = path.key("connect_timeout");
        let connect_timeout = self.span(section.connect_timeout, &key, seconds, &limit);
        let limit = Limit::new(Duration::from_secs(1), DAY);
        let minute = Duration::from_mins(1);
        let key = path.key("read_timeout");
        let read_timeout = self.span(section.read_timeout, &key, minute, &limit);
        let key = path.key("write_timeout");
        let write_timeout = self.span(section.write_timeout, &key, minute, &limit);
        let Some(text) = &section.url else {
            self.report.missing(url_path, FORM);
            return None;
        };
        let origin = self.report.take(url_path, url::origin(text, FORM))?;
        self.not_ourselves(&origin, url_path, listen);
        let tls = if origin.secure {
            Some(self.upstream_tls(section, path, &origin)?)
        } else {
            self.plain(section, path, url_path, &origin);
            None
        };
        Some(Upstream {
            host: host_text(&origin.host),
            port: origin.port,
            tls,
            connect_timeout,
            read_timeout,
            write_timeout,
        })
    }

    /// A console over plain HTTP: on this machine, or with a warning.
    fn plain(
        &mut self,
        section: &UpstreamSection,
        path: &KeyPath,
        url_path: &KeyPath,
        origin: &Origin,
    ) {
        let keys = [
            ("server_name", section.server_name.is_some()),
            ("ca_file", section.ca_file.is_some()),
            ("verify", section.verify.is_some()),
        ];
        for (key, _) in keys.iter().filter(|(_, present)| *present) {
            let problem = Problem::new("only for a console that is reached over https")
                .allowed("nothing, with an http URL")
                .hint("begin the URL with https://, or remove this key");
            self.report.refuse(&path.key(key), problem);
        }
        let here = addresses(&origin.host).is_some_and(|all| all.iter().all(IpAddr::is_loopback));
        if !here {
            self.report.warn(
                url_path,
                "the console is reached over plain HTTP: anybody between it and the gateway can read \
                 and change everything",
            );
        }
    }

    fn upstream_tls(
        &mut self,
        section: &UpstreamSection,
        path: &KeyPath,
        origin: &Origin,
    ) -> Option<UpstreamTls> {
        let verification = match section.verify.unwrap_or_default() {
            Verify::Full => Verification::Full,
            Verify::InsecureSkipVerify => {
                self.report.warn(
                    &path.key("verify"),
                    "the console's certificate is not verified: anybody between it and the gateway \
                     can read and change everything",
                );
                Verification::InsecureSkipVerify
            }
        };
        let ca_file = section.ca_file.as_ref().map(|name| {
            let file = self.directory.join(name);
            self.report.take(&path.key("ca_file"), certificate::chain(&file));
            file
        });
        let name_path = path.key("server_name");
        let server_name = match (&section.server_name, &origin.host) {
            (Some(name), _) => self.report.take(&name_path, dns_name(name))?,
            (None, Host::Domain(domain)) => {
                let name = dns_name(domain);
                self.report.take(&path.key("url"), name)?
            }
            (None, Host::Ipv4(_) | Host::Ipv6(_)) => {
                let problem = Problem::new("the name in the console's certificate is missing")
                    .found("nothing")
                    .allowed("a host name")
                    .hint("write `upstream: { url: …, server_name: … }`; an address is no name");
                if !self.report.is_reported(&name_path) {
                    self.report.refuse(&name_path, problem);
                }
                return None;
            }
        };
        Some(UpstreamTls { server_name, ca_file, verification })
    }

    /// A gateway that forwards to itself would do so for ever.
    fn not_ourselves(&mut self, origin: &Origin, path: &KeyPath, listen: &Listen) {
        let Some(targets) = addresses(&origin.host) else {
            return;
        };
        let meets = |listener: SocketAddr| {
            let any = listener.ip().is_unspecified();
            listener.port() == origin.port
                && targets.iter().any(|target| {
                    *target == listener.ip().to_canonical()
                        || target.is_unspecified()
                        || (any && target.is_loopback())
                })
        };
        if let Some(own) = listen.addresses().find(|listener| meets(*listener)) {
            let problem =
                Problem::new(format!("this is the gateway itself, which listens on {own}"))
                    .allowed("the address of the console");
            self.report.refuse(path, problem);
        }
    }
}

/// The addresses a host has without asking anybody; none for a name.
fn addresses(host: &Host<String>) -> Option<Vec<IpAddr>> {
    match host {
        Host::Ipv4(address) => Some(vec![IpAddr::V4(*address)]),
        Host::Ipv6(address) => Some(vec![IpAddr::V6(*address).to_canonical()]),
        Host::Domain(name) if name == "localhost" || name.ends_with(".localhost") => {
            Some(vec![IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1u16])])
        }
        Host::Domain(_) => None,
    }
}

fn host_text(host: &Host<String>) -> String {
    match host {
        Host::Domain(name) => name.clone(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}

fn dns_name(name: &str) -> Result<String, Problem> {
    let lower = name.to_ascii_lowercase();
    if DnsName::try_from(lower.as_str()).is_ok() && name.parse::<IpAddr>().is_err() {
        return Ok(lower);
    }
    Err(Problem::new("not a host name").allowed("the host name in the console's certificate"))
}
