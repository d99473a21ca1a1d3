//! `gateway.yaml`: read, checked as a whole, compiled into what the other parts work with.
//!
//! Two stages: the text becomes a document with the right keys and kinds of values, the document
//! becomes a [`Configuration`]. Both note every fault and go on, so that one run of `check` names all.
//! A configuration with a fault is none (ruling 7; unknown means refuse).

mod account_path;
mod admin;
mod area;
mod audit;
mod branding;
mod certificate;
mod characters;
mod clients;
mod console;
mod console_basic;
mod console_sso;
mod devices;
mod document;
mod duties;
mod error;
mod factors;
mod files;
mod hint;
mod key_path;
mod limits;
mod listen;
mod messages;
mod network;
mod node;
mod passkeys;
mod people;
mod place;
mod report;
mod retry_script;
mod routes;
mod rules;
mod schema;
mod secret_source;
mod settings;
mod shadow;
mod signs;
mod site;
mod structure;
mod text;
mod tree;
mod trusted_header;
mod upstream;
mod url;
mod whole_file;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use self::certificate::Certificate;
pub(crate) use self::document::scalar::span;
pub use self::document::settings::LogLevel;
pub use self::error::ConfigError;
pub use self::error::ConfigErrors;
pub use self::files::Identity;
pub use self::files::fingerprint_of;
pub use self::listen::AdminListen;
pub use self::listen::Listen;
pub use self::schema::schema;
pub use self::settings::AccessLog;
pub use self::settings::Log;
pub use self::settings::StorePaths;

use self::document::Document;
use self::error::Problem;
use self::files::fingerprint;
use self::key_path::KeyPath;
use self::report::Report;
use self::tree::Node;
use self::tree::Position;
use self::whole_file::utf8;
use self::whole_file::whole_file;
use crate::area::Area;
use crate::area::Fence;
use crate::assertion;
use crate::audit_sink;
use crate::ceremony;
use crate::client_certificate::ClientCertificates;
use crate::clock::Timestamp;
use crate::courier;
use crate::enforcement;
use crate::gate::ConnectionRules;
use crate::geo;
use crate::network::NetworkSet;
use crate::place::Place;
use crate::portal;
use crate::proxy;
use crate::proxy::proxies::Proxies;
use crate::secret::Secret;
use crate::session;
use crate::site::Sites;
use crate::upstream::Upstreams;

/// Everything an operator decides, checked.
#[derive(Debug)]
pub struct Configuration {
    /// Where the gateway listens.
    pub listen: Listen,
    /// Certificates of its TLS listeners; the first serves clients that name no host.
    pub certificates: Vec<Certificate>,
    /// How often their files, and all other watched ones, are looked at; zero: never.
    pub watch: Duration,
    /// A TLS listener has no certificate: the one made by `init` serves it, said loudly.
    pub development_certificate: bool,
    /// The protected sites with their routes.
    pub sites: Sites,
    /// The consoles behind them.
    pub upstreams: Upstreams,
    /// Other files that are taken up by themselves when they are replaced, as they were before they were read.
    pub watched_files: Vec<(PathBuf, Option<Identity>)>,
    /// Named networks.
    pub networks: BTreeMap<String, Arc<NetworkSet>>,
    /// Who is believed about where others come from.
    pub proxies: Proxies,
    /// The client certificates that are taken.
    pub client_certificates: ClientCertificates,
    /// Who may connect at all.
    pub connections: ConnectionRules,
    /// Databases of where addresses are.
    pub geo: geo::Settings,
    /// Named places; no network has the name of one.
    pub places: BTreeMap<String, Arc<Place>>,
    /// Proving and enrolling.
    pub ceremony: ceremony::Settings,
    /// Messages to people.
    pub courier: courier::Settings,
    /// Who must have a second factor.
    pub enforcement: enforcement::Settings,
    /// Limits of sessions.
    pub sessions: session::Settings,
    /// Identity assertions.
    pub assertion: assertion::Settings,
    /// The gateway's own pages.
    pub portal: portal::Settings,
    /// Limits on connections.
    pub proxy: proxy::Settings,
    /// Directories of the store.
    pub store: StorePaths,
    /// Logging.
    pub log: Log,
    /// What becomes of the audit log.
    pub audit: audit_sink::Settings,
    /// Threads that serve requests.
    pub threads: usize,
    /// How long requests may take to finish when the gateway stops.
    pub drain: Duration,
    /// What works and should be known, one sentence each with file and line; said at every start.
    pub warnings: Vec<String>,
    /// The file's text, which may hold secrets: files that it names are read again under it.
    pub text: Secret<Vec<u8>>,
    /// SHA-256 of the text: whether a reload would change anything.
    pub fingerprint: [u8; 32],
}

/// What becomes of lists in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lists {
    Read,
    Leave,
}

/// What compiling needs besides the document.
pub(crate) struct Stage<'a> {
    report: Report<'a>,
    directory: &'a Path,
    environment: &'a dyn Fn(&str) -> Option<String>,
    now: Timestamp,
    lists: Lists,
    watched_files: Vec<(PathBuf, Option<Identity>)>,
    /// What rules can name.
    areas: BTreeMap<String, Area>,
    /// What rules do name.
    used: BTreeSet<String>,
    /// The programs that are known by their certificates.
    clients: BTreeSet<String>,
    /// Who is kept out of everything, and of the site that is being read.
    fences: Vec<Fence>,
}

/// Reads and checks a configuration file. `environment` looks variables up; `now` is the wall-clock
/// time that certificates are judged by.
///
/// # Errors
/// Every fault of the file, in its order; also when it cannot be read, exceeds 1 MiB, or is not UTF-8.
pub fn load(
    path: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
    now: Timestamp,
) -> Result<Configuration, ConfigErrors> {
    let text = files::read(path).map_err(|problem| whole_file(path, 1, 1, problem))?;
    compile(path, &Secret::new(text), environment, now)
}

/// The same for a command that serves nobody: lists of networks are not read, and their networks are empty.
/// Commands are needed most when something is broken, and a list may be.
///
/// # Errors
/// As for [`load`], but for those of lists.
pub fn load_without_lists(
    path: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
    now: Timestamp,
) -> Result<Configuration, ConfigErrors> {
    let text = files::read(path).map_err(|problem| whole_file(path, 1, 1, problem))?;
    check(path, &Secret::new(text), environment, now, Lists::Leave)
}

/// Checks a configuration whose text has been read, with all files that it names.
///
/// # Errors
/// Every fault of the text, in its order.
pub fn compile(
    path: &Path,
    bytes: &Secret<Vec<u8>>,
    environment: &dyn Fn(&str) -> Option<String>,
    now: Timestamp,
) -> Result<Configuration, ConfigErrors> {
    check(path, bytes, environment, now, Lists::Read)
}

fn check(
    path: &Path,
    bytes: &Secret<Vec<u8>>,
    environment: &dyn Fn(&str) -> Option<String>,
    now: Timestamp,
    lists: Lists,
) -> Result<Configuration, ConfigErrors> {
    let text = utf8(path, bytes.expose())?;
    // The mark some editors put in front says nothing in UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (tree, faults) = text::read(text);
    let nothing = Node::nothing(Position::START);
    let mut report = Report::new(path, tree.as_ref().unwrap_or(&nothing));
    let readable = faults.is_empty();
    for fault in faults {
        report.text(fault);
    }
    let Some(tree) = &tree else {
        if readable {
            report.refuse(&KeyPath::default(), empty_file());
        }
        return Err(failed(report));
    };
    if readable && serde_yaml::from_str(text).ok() != Some(tree.to_value()) {
        // Two readers that disagree mean a file that means two things.
        let problem = Problem::new("this YAML can be read in more than one way")
            .allowed("plain words and numbers, and text in quotes")
            .hint("put values that are not plain words or numbers in quotes");
        report.refuse(&KeyPath::default(), problem);
        return Err(failed(report));
    }
    if tree.to_value().is_null() {
        report.refuse(&KeyPath::default(), empty_file());
        return Err(failed(report));
    }
    let Some(document) = structure::document(tree.to_value(), &mut report) else {
        return Err(failed(report));
    };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let stage = Stage {
        report,
        directory: absolute.parent().unwrap_or(Path::new("/")),
        environment,
        now,
        lists,
        watched_files: Vec::new(),
        areas: BTreeMap::new(),
        used: BTreeSet::new(),
        clients: BTreeSet::new(),
        fences: Vec::new(),
    };
    stage.compile(&document, bytes.clone())
}

fn empty_file() -> Problem {
    Problem::new("the file is empty")
        .allowed("a mapping with keys such as `listen` and `sites`")
        .hint("start from the gateway.yaml that comes with Portcullis")
}

fn failed(report: Report<'_>) -> ConfigErrors {
    report.finish().err().unwrap_or_else(|| ConfigErrors::new(Vec::new()))
}

impl Stage<'_> {
    fn compile(
        mut self,
        document: &Document,
        text: Secret<Vec<u8>>,
    ) -> Result<Configuration, ConfigErrors> {
        let networks = self.networks(document.networks.as_ref());
        let geo = self.geo(document.geo.as_ref());
        let places = self.named_places(document.places.as_ref(), &networks, &geo);
        self.name_areas(&networks, &places);
        let client_certificates = self.client_certificates(document);
        self.clients = client_certificates.names().map(str::to_owned).collect();
        let connections = self.connections(document.connections.as_ref());
        self.fences.push(connections.fence.clone());
        let (listen, admin_tls) = self.listen(document, &networks);
        let proxies = self.proxies(document.proxies.as_ref(), &networks);
        let certificates = self.certificates(document.tls.as_ref());
        let watch = self.watch(document);
        let needs_certificate = !listen.https.is_empty() || admin_tls;
        let development_certificate = needs_certificate && document.tls.is_none();
        self.tell_development(development_certificate.then_some("listen"));
        let portal = self.portal(document.branding.as_ref());
        let (sites, upstreams) = self.sites(document, &listen, &portal);
        let portal = self.administration(portal, document.admin.as_ref(), (&networks, &sites));
        self.names_of_certificates(&certificates, &sites);
        let courier = self.courier(document, &portal);
        let ceremony = self.ceremony(document, &sites, (&portal, &courier));
        let enforcement = self.enforcement(document, &sites, &ceremony);
        let sessions = self.sessions(document.sessions.as_ref());
        let assertion = self.assertion(document.assertion.as_ref());
        let (proxy, threads, drain) = self.limits(document.limits.as_ref());
        let store = self.store(document.store.as_ref());
        let log = self.log(document.log.as_ref());
        let audit = self.audit(document.audit.as_ref());
        self.tell_unused(&networks);
        let warnings = self.report.finish()?;
        Ok(Configuration {
            listen,
            certificates,
            watch,
            development_certificate,
            sites,
            upstreams,
            watched_files: self.watched_files,
            networks,
            proxies,
            client_certificates,
            connections,
            geo,
            places,
            ceremony,
            courier,
            enforcement,
            sessions,
            assertion,
            portal,
            proxy,
            store,
            log,
            audit,
            threads,
            drain,
            warnings,
            fingerprint: fingerprint(text.expose()),
            text,
        })
    }

    /// Says that the certificate for development serves the listeners under this key.
    fn tell_development(&mut self, key: Option<&str>) {
        let text =
            "no certificate is configured: the self-signed development certificate serves TLS";
        if let Some(key) = key {
            self.report.warn(&KeyPath::default().key(key), text);
        }
    }
}

/// The elements of a list that are there, with their paths.
fn elements<'l, T>(
    list: &'l [Option<T>],
    path: &'l KeyPath,
) -> impl Iterator<Item = (KeyPath, &'l T)> {
    list.iter().enumerate().filter_map(|(index, item)| Some((path.index(index), item.as_ref()?)))
}
