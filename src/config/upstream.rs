//! `sites[].upstream`: the console's addresses and how its certificate is judged.

mod settings;

use std::net::IpAddr;
use std::net::SocketAddr;

use ::url::Host;
use rustls_pki_types::DnsName;

use super::Stage;
use super::certificate;
use super::document::scalar::TextOr;
use super::document::upstream::ProtocolWord;
use super::document::upstream::UpstreamSection;
use super::document::upstream::Verify;
use super::elements;
use super::error::Problem;
use super::files::Identity;
use super::key_path::KeyPath;
use super::listen::Listen;
use super::url;
use super::url::Origin;
use crate::site::IdentityHeaders;
use crate::upstream::Endpoint;
use crate::upstream::Upstream;
use crate::upstream::UpstreamTls;
use crate::upstream::Verification;

const FORM: &str = "a URL of scheme, host and port, such as http://127.0.0.1:3000";

/// Places of one console.
const MOST: usize = 64;

/// What a console is held against.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// Where the gateway itself listens.
    pub(super) listen: &'a Listen,
    /// Headers that carry identities to this console.
    pub(super) identity: &'a IdentityHeaders,
}

/// Where a console is, by one URL.
struct Place {
    origin: Origin,
    path: KeyPath,
}

impl Stage<'_> {
    /// The console of a site.
    pub(super) fn upstream(
        &mut self,
        upstream: Option<&TextOr<UpstreamSection>>,
        path: &KeyPath,
        around: Around<'_>,
    ) -> Option<Upstream> {
        match upstream {
            None => {
                self.report.missing(path, FORM);
                None
            }
            Some(TextOr::Text(text)) => {
                let long =
                    UpstreamSection { url: Some(text.clone()), ..UpstreamSection::default() };
                let places: Vec<Place> =
                    self.place(text, path, around.listen).into_iter().collect();
                self.console(&long, path, &places, around)
            }
            Some(TextOr::Map(long)) => {
                let places = self.places(long, path, around.listen);
                self.console(long, path, &places, around)
            }
        }
    }

    fn place(&mut self, text: &str, path: &KeyPath, listen: &Listen) -> Option<Place> {
        let origin = self.report.take(path, url::origin(text, FORM))?;
        self.not_ourselves(&origin, path, listen);
        Some(Place { origin, path: path.clone() })
    }

    /// Every place that is sound.
    fn places(&mut self, long: &UpstreamSection, path: &KeyPath, listen: &Listen) -> Vec<Place> {
        let (one, many) = (path.key("url"), path.key("urls"));
        match (&long.url, &long.urls) {
            (None, None) => {
                self.report.missing(&one, FORM);
                Vec::new()
            }
            (Some(_), Some(_)) => {
                let problem = Problem::new("`url` stands beside `urls`")
                    .found("both")
                    .allowed("one of them")
                    .hint("put the address of `url` into the list `urls`");
                self.report.refuse(&many, problem);
                Vec::new()
            }
            (Some(text), None) => self.place(text, &one, listen).into_iter().collect(),
            (None, Some(list)) => {
                if list.is_empty() || list.len() > MOST {
                    let problem = Problem::new("not a list of URLs for one console")
                        .found(format!("{} of them", list.len()))
                        .allowed(format!("1 to {MOST} URLs"));
                    self.report.refuse(&many, problem);
                }
                let mut places = Vec::new();
                for (path, text) in elements(list, &many) {
                    places.extend(self.place(text, &path, listen));
                }
                self.alike(&places);
                places
            }
        }
    }

    /// The places of one console have one scheme, and each is named once.
    fn alike(&mut self, places: &[Place]) {
        let Some((first, rest)) = places.split_first() else {
            return;
        };
        for (index, place) in rest.iter().enumerate() {
            let before = places.iter().take(index + 1);
            if place.origin.secure != first.origin.secure {
                let problem = Problem::new("another scheme than the first URL has")
                    .allowed("http for all, or https for all");
                self.report.refuse(&place.path, problem);
            } else if let Some(twin) =
                before.into_iter().find(|p| p.origin.text == place.origin.text)
            {
                let problem = Problem::new(format!("the same as {}", twin.path));
                self.report.refuse(&place.path, problem.allowed("each address once"));
            }
        }
    }

    fn console(
        &mut self,
        section: &UpstreamSection,
        path: &KeyPath,
        places: &[Place],
        around: Around<'_>,
    ) -> Option<Upstream> {
        let secure = places.first().map(|place| place.origin.secure);
        let tls = match secure {
            Some(true) => Some(self.upstream_tls(section, path)),
            Some(false) => {
                self.plain(section, path, places);
                None
            }
            None => None,
        };
        let mut endpoints = Vec::new();
        for place in places {
            let server_name = match secure {
                Some(true) => self.server_name(section, path, place),
                Some(false) | None => Some(String::new()),
            };
            endpoints.extend(server_name.map(|server_name| Endpoint {
                host: host_text(&place.origin.host),
                port: place.origin.port,
                server_name,
            }));
        }
        let upstream = self.upstream_settings(section, path, around.identity, endpoints);
        // Nothing half read is used: each fault was noted.
        (secure.is_some() && upstream.endpoints.len() == places.len())
            .then_some(Upstream { tls, ..upstream })
    }

    /// A console over plain HTTP: on this machine, or with a warning.
    fn plain(&mut self, section: &UpstreamSection, path: &KeyPath, places: &[Place]) {
        let keys = [
            ("server_name", section.server_name.is_some()),
            ("ca_file", section.ca_file.is_some()),
            ("verify", section.verify.is_some()),
            ("client_certificate", section.client_certificate.is_some()),
            ("protocol", section.protocol == Some(ProtocolWord::Auto)),
        ];
        for (key, _) in keys.iter().filter(|(_, present)| *present) {
            let problem = Problem::new("only for a console that is reached over https")
                .allowed("nothing, with an http URL")
                .hint("begin the URL with https://, or remove this key");
            self.report.refuse(&path.key(key), problem);
        }
        for place in places {
            let here = addresses(&place.origin.host);
            if !here.is_some_and(|all| all.iter().all(IpAddr::is_loopback)) {
                self.report.warn(
                    &place.path,
                    "the console is reached over plain HTTP: anybody between it and the gateway can \
                     read and change everything",
                );
            }
        }
    }

    fn upstream_tls(&mut self, section: &UpstreamSection, path: &KeyPath) -> UpstreamTls {
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
        let own = section.client_certificate.as_ref();
        let pair = own.map(|entry| [entry.certificate.as_ref(), entry.private_key.as_ref()]);
        let named = section.ca_file.iter().chain(pair.into_iter().flatten().flatten());
        // Before they are read: what is put in their place meanwhile is another file.
        let named = named.map(|name| self.directory.join(name));
        self.watched_files.extend(named.map(|file| (file.clone(), Identity::of(&file))));
        let roots = section.ca_file.as_ref().and_then(|name| {
            let roots = certificate::roots(&self.directory.join(name));
            self.report.take(&path.key("ca_file"), roots)
        });
        let own = own.and_then(|e| self.client_certificate(e, &path.key("client_certificate")));
        UpstreamTls {
            roots: roots.map(Into::into),
            verification,
            client_certificate: own.map(Into::into),
        }
    }

    /// The name in the certificate of one place.
    fn server_name(
        &mut self,
        section: &UpstreamSection,
        path: &KeyPath,
        place: &Place,
    ) -> Option<String> {
        let name_path = path.key("server_name");
        match (&section.server_name, &place.origin.host) {
            (Some(name), _) => self.report.take(&name_path, dns_name(name)),
            (None, Host::Domain(domain)) => self.report.take(&place.path, dns_name(domain)),
            (None, Host::Ipv4(_) | Host::Ipv6(_)) => {
                let problem = Problem::new("the name in the console's certificate is missing")
                    .found("nothing")
                    .allowed("a host name")
                    .hint("write `upstream: { url: …, server_name: … }`; an address is no name");
                self.report.refuse(&name_path, problem);
                None
            }
        }
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
