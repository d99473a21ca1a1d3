//! What rules are made of: areas by name, fences, requirements.

use std::sync::Arc;
use std::time::Duration;

use super::Stage;
use super::document::rules::ConnectionsSection;
use super::document::rules::FarewellWord;
use super::document::rules::FenceSection;
use super::document::rules::RequireSection;
use super::document::rules::Requires;
use super::document::rules::SiteConnectionsSection;
use super::elements;
use super::error::Problem;
use super::hint;
use super::key_path::KeyPath;
use super::key_path::shown;
use super::shadow;
use crate::area::Area;
use crate::area::Areas;
use crate::area::Fence;
use crate::area::Ground;
use crate::gate::ConnectionRules;
use crate::gate::Farewell;
use crate::route::Alternative;
use crate::route::DeviceCondition;
use crate::route::MachineIdentity;
use crate::route::Proof;
use crate::route::Requirement;

/// The most alternatives that one requirement may have.
const MOST: usize = 32;

type Names = Option<Vec<Option<String>>>;

/// Which kinds of names a list may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Network,
    Place,
    Either,
}

impl Kind {
    const fn admits(self, area: &Area) -> bool {
        match (self, &area.ground) {
            (Self::Either, _)
            | (Self::Network, Ground::Network(_))
            | (Self::Place, Ground::Place(_)) => true,
            (Self::Network, Ground::Place(_)) | (Self::Place, Ground::Network(_)) => false,
        }
    }

    const fn sources(self) -> &'static str {
        match self {
            Self::Network => "names from `networks`",
            Self::Place => "names from `places`",
            Self::Either => "names from `networks` and `places`",
        }
    }
}

impl Stage<'_> {
    /// Who may connect at all.
    pub(super) fn connections(&mut self, section: Option<&ConnectionsSection>) -> ConnectionRules {
        let path = KeyPath::default().key("connections");
        let Some(section) = section else { return ConnectionRules::default() };
        let fence = self.fence((&section.deny, &section.allow), &path);
        ConnectionRules {
            rehearsed: self.rehearsed(section.report_only.as_ref(), &path, &fence),
            fence,
            farewell: match section.answer.unwrap_or_default() {
                FarewellWord::Drop => Farewell::Drop,
                FarewellWord::Reset => Farewell::Reset,
            },
        }
    }

    /// Who may come near a site, and who might by rules that are only rehearsed.
    pub(super) fn site_connections(
        &mut self,
        section: Option<&SiteConnectionsSection>,
        path: &KeyPath,
    ) -> (Fence, Fence) {
        let Some(section) = section else { return <(Fence, Fence)>::default() };
        let fence = self.fence((&section.deny, &section.allow), path);
        let rehearsed = self.rehearsed(section.report_only.as_ref(), path, &fence);
        (fence, rehearsed)
    }

    fn rehearsed(
        &mut self,
        section: Option<&FenceSection>,
        path: &KeyPath,
        force: &Fence,
    ) -> Fence {
        let path = path.key("report_only");
        let Some(section) = section else { return Fence::default() };
        let fence = self.fence((&section.deny, &section.allow), &path);
        if shadow::is_same_fence(&fence, force) {
            self.report.warn(&path, shadow::SAME);
        }
        fence
    }

    fn fence(&mut self, (deny, allow): (&Names, &Names), path: &KeyPath) -> Fence {
        let fence = Fence {
            deny: self.areas(deny, &path.key("deny"), Kind::Either).unwrap_or_default(),
            allow: self.areas(allow, &path.key("allow"), Kind::Either),
            besides: None,
        };
        let denied = |name: &str| fence.deny.iter().any(|area| *area.name == *name);
        for (path, name) in elements(allow.as_deref().unwrap_or_default(), &path.key("allow")) {
            if denied(name) {
                self.report.warn(&path, "this name is in `deny` too, which wins: it allows nobody");
            }
        }
        fence
    }

    /// A list of areas by name; none without the key.
    pub(super) fn areas(&mut self, names: &Names, path: &KeyPath, kind: Kind) -> Option<Areas> {
        let names = names.as_deref()?;
        if names.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(path, problem.allowed(kind.sources()));
        }
        let mut areas: Vec<Area> = Vec::new();
        for (path, name) in elements(names, path) {
            let Some(area) = self.area(name, &path, kind) else { continue };
            if areas.iter().any(|known| known.name == area.name) {
                let problem = Problem::new("this name is there twice");
                self.report.refuse(&path, problem.allowed("each once"));
            }
            areas.push(area);
        }
        Some(Areas::new(areas))
    }

    fn area(&mut self, name: &str, path: &KeyPath, kind: Kind) -> Option<Area> {
        if let Some(area) = self.areas.get(name).filter(|area| kind.admits(area)) {
            let area = area.clone();
            self.used.insert(name.to_owned());
            return Some(area);
        }
        // What is named there is known to be faulty.
        let known = |section: &str| {
            self.report.is_reported(&KeyPath::default().key(section).key(name))
                || self.report.is_reported_below(&KeyPath::default().key(section).key(name))
        };
        if known("networks") || known("places") {
            return None;
        }
        let fitting: Vec<&str> = self
            .areas
            .iter()
            .filter(|(_, area)| kind.admits(area))
            .map(|(name, _)| name.as_str())
            .collect();
        let other_kind = self.areas.contains_key(name);
        let mut problem = Problem::new(if other_kind {
            "this name is of the other kind"
        } else {
            "no network or place has this name"
        })
        .found(shown(name))
        .allowed(kind.sources());
        if other_kind {
            problem = problem.hint(match kind {
                Kind::Network => "it is a place: put it under `places`",
                Kind::Place | Kind::Either => "it is a network: put it under `networks`",
            });
        } else if let Some(near) = hint::near(name, &fitting) {
            problem = problem.hint(format!("did you mean `{near}`?"));
        } else if name.contains('/') || name.parse::<std::net::IpAddr>().is_ok() {
            problem = problem.hint("give the network a name under `networks`, and use that");
        }
        self.report.refuse(path, problem);
        None
    }

    /// What a route or site asks for.
    pub(super) fn requirement(
        &mut self,
        written: Option<&Requires>,
        path: &KeyPath,
    ) -> Requirement {
        match written {
            None => Requirement::default(),
            Some(Requires::Word(Proof::Network)) => {
                let problem = Problem::new("this proof says nothing without a network")
                    .allowed("a mapping with `proof: network` and `networks`")
                    .hint("for example {proof: network, networks: [ci]}");
                self.report.refuse(path, problem);
                Requirement::any_of(Vec::new())
            }
            Some(Requires::Word(Proof::Password)) => {
                self.report.refuse(path, waiver());
                Requirement::any_of(Vec::new())
            }
            Some(Requires::Word(proof)) => {
                if *proof == Proof::ClientCertificate {
                    self.knows_clients(path);
                }
                Requirement::of(*proof)
            }
            Some(Requires::Map(section)) => self.alternatives(section, path),
        }
    }

    fn alternatives(&mut self, section: &RequireSection, path: &KeyPath) -> Requirement {
        let Some(list) = &section.any_of else {
            return Requirement::any_of(vec![self.alternative(section, path)]);
        };
        let path_of_list = path.key("any_of");
        if has_more(section) {
            let problem = Problem::new("`any_of` stands beside other keys");
            let problem = problem.found("both").allowed("`any_of` alone, or the other keys");
            let hint = "write what must always hold into each entry of `any_of`";
            self.report.refuse(&path_of_list, problem.hint(hint));
        }
        if list.is_empty() || list.len() > MOST {
            let problem = Problem::new("not a number of alternatives that can be")
                .found(list.len().to_string())
                .allowed(format!("1 to {MOST} mappings"));
            self.report.refuse(&path_of_list, problem);
        }
        let (mut alternatives, mut paths) = (Vec::new(), Vec::new());
        for (path, entry) in elements(list, &path_of_list) {
            if entry.any_of.is_some() {
                let problem = Problem::new("`any_of` inside `any_of`").found("another list");
                let problem = problem.allowed("mappings with keys such as `proof`, `networks`");
                self.report.refuse(&path.key("any_of"), problem);
                continue;
            }
            alternatives.push(self.alternative(entry, &path));
            paths.push(path);
        }
        for (path, _) in paths.iter().zip(shadow::idle(&alternatives)).filter(|(_, idle)| *idle) {
            let text = "another alternative holds wherever this one does: it changes nothing";
            self.report.warn(path, text);
        }
        Requirement::any_of(alternatives)
    }

    fn alternative(&mut self, section: &RequireSection, path: &KeyPath) -> Alternative {
        let proof = section.proof.unwrap_or_default();
        self.fitting(section, proof, path);
        let networks = self.areas(&section.networks, &path.key("networks"), Kind::Network);
        let needs_network = matches!(proof, Proof::Open | Proof::Network | Proof::Password);
        if needs_network && networks.is_none() && !self.report.is_reported(&path.key("networks")) {
            let problem = if proof == Proof::Password {
                waiver()
            } else {
                Problem::new("this proof says nothing without a network")
                    .allowed("`networks` beside it")
                    .hint("for a route that is open to everybody write `require: open`")
            };
            self.report.refuse(&path.key("proof"), problem.found(proof.name()));
        }
        if networks.as_ref().is_some_and(|nets| shadow::are_denied(nets, self.fences.iter())) {
            let text = "all of these are denied by `connections`: this can never hold";
            self.report.warn(&path.key("networks"), text);
        }
        Alternative {
            proof,
            factors: self.factors(section, &path.key("factors")),
            device: section.device.unwrap_or_default(),
            networks,
            places: self.areas(&section.places, &path.key("places"), Kind::Place),
            max_age: self.max_age(section, &path.key("max_age")),
            people: self.people(section, path),
            clients: self.clients(section, proof, path),
            identity: section.identity.unwrap_or_default(),
        }
    }

    /// Keys that mean nothing with a proof.
    fn fitting(&mut self, section: &RequireSection, proof: Proof, path: &KeyPath) {
        let personal = proof.is_personal();
        let misplaced = [
            ("max_age", section.max_age.is_some() && !personal),
            ("factors", section.factors.is_some() && (!personal || proof == Proof::Password)),
            ("device", section.device == Some(DeviceCondition::Verified) && !personal),
            ("users", section.users.is_some() && !personal),
            ("groups", section.groups.is_some() && !personal),
            ("roles", section.roles.is_some() && !personal),
            ("clients", section.clients.is_some() && proof != Proof::ClientCertificate),
            ("identity", is_named(section.identity) && proof != Proof::Network),
        ];
        for (key, wrong) in misplaced {
            if wrong {
                let allowed = match key {
                    "clients" => "only beside `proof: client_certificate`",
                    "identity" => "only beside `proof: network`",
                    "factors" => "only beside a proof from `second_factor` on",
                    _ => "only beside a proof that a person gives, from `password` on",
                };
                let problem = Problem::new("this key means nothing with this proof");
                self.report.refuse(&path.key(key), problem.allowed(allowed));
            }
        }
    }

    fn clients(
        &mut self,
        section: &RequireSection,
        proof: Proof,
        path: &KeyPath,
    ) -> Option<Vec<Arc<str>>> {
        if proof == Proof::ClientCertificate {
            self.knows_clients(&path.key("proof"));
        }
        let names = section.clients.as_deref()?;
        if names.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(&path.key("clients"), problem.allowed("at least one"));
        }
        let known: Vec<String> = self.clients.iter().cloned().collect();
        for (path, name) in elements(names, &path.key("clients")) {
            if !self.clients.contains(name) {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let problem = Problem::new("no client certificate has this name")
                    .allowed("names from `client_certificates`");
                let near = hint::near(name, &known);
                self.report.refuse(
                    &path,
                    match near {
                        Some(near) => problem.hint(format!("did you mean `{near}`?")),
                        None => problem,
                    },
                );
            }
        }
        Some(names.iter().flatten().map(|name| name.as_str().into()).collect())
    }

    /// A proof that nobody can give is a mistake.
    fn knows_clients(&mut self, path: &KeyPath) {
        if self.clients.is_empty() {
            let problem = Problem::new("there are no client certificates")
                .found(Proof::ClientCertificate.name())
                .allowed("with `client_certificates` and `tls.client_authorities` only");
            self.report.refuse(path, problem);
        }
    }

    fn max_age(&mut self, section: &RequireSection, path: &KeyPath) -> Option<Duration> {
        let span = section.max_age?.0;
        if !(Duration::from_mins(1)..=Duration::from_hours(24)).contains(&span) {
            let problem = Problem::new("out of range").allowed("1m to 24h");
            self.report.refuse(path, problem);
        }
        Some(span)
    }
}

fn has_more(section: &RequireSection) -> bool {
    let lists =
        [&section.networks, &section.places, &section.users, &section.groups, &section.clients];
    lists.iter().any(|list| list.is_some())
        || section.proof.is_some()
        || section.factors.is_some()
        || section.device.is_some()
        || section.max_age.is_some()
        || section.roles.is_some()
        || section.identity.is_some()
}

const fn is_named(identity: Option<MachineIdentity>) -> bool {
    matches!(identity, Some(MachineIdentity::Network))
}

fn waiver() -> Problem {
    Problem::new("a password alone is enough in named networks only")
        .allowed("a mapping with `proof: password` and `networks`")
        .hint(
            "for example {any_of: [{proof: password, networks: [office]}, {proof: second_factor}]}",
        )
}
