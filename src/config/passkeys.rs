//! `authenticators.passkeys`: whom keys are made for, and whether browsers will do so at every host.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::Stage;
use super::certificate;
use super::document::Document;
use super::document::passkeys::AttestationWord;
use super::document::passkeys::PasskeysSection;
use super::document::passkeys::RelyingPartySection;
use super::document::passkeys::UserVerificationWord;
use super::elements;
use super::error::Problem;
use super::files::Identity;
use super::key_path::KeyPath;
use crate::canonical::Host;
use crate::site::HostPattern;
use crate::site::Site;
use crate::site::Sites;
use crate::webauthn::BadRoots;
use crate::webauthn::Passwordless;
use crate::webauthn::RelyingParty;
use crate::webauthn::Roots;
use crate::webauthn::UserVerification;

const ID: &str =
    "a host name that every host of every site is equal to or below, such as example.com";
const NAME: &str = "1 to 60 characters in one line";
const ROOTS: &str = "a PEM file with certificates";
const MODELS: &str = "AAGUIDs, such as 2fc0579f-8113-47ea-b116-bb5a8db9202a";

/// Why no browser makes a passkey for a relying party at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unusable {
    /// The id is a name under which strangers have theirs.
    PublicSuffix(String),
    /// One of the hosts is an address.
    Address(String),
    /// One of the hosts is not the relying party's.
    Host(String),
    /// The page does not come over HTTPS.
    Plain(String),
}

impl Unusable {
    fn told(&self, id: &str) -> String {
        match self {
            Self::PublicSuffix(id) => format!("{id} is a public suffix, which belongs to nobody"),
            Self::Address(host) => format!("{host} is an address, and passkeys need a host name"),
            Self::Host(host) => format!("the host {host} is neither {id} nor below it"),
            Self::Plain(origin) => format!("browsers have no passkeys at {origin}, without HTTPS"),
        }
    }
}

impl Stage<'_> {
    /// The relying party of every site whose people may use passkeys.
    pub(super) fn passkeys(
        &mut self,
        document: &Document,
        sites: &Sites,
        brand: &str,
    ) -> BTreeMap<String, RelyingParty> {
        let section = document.authenticators.as_ref().and_then(|all| all.passkeys.as_ref());
        let nothing = PasskeysSection::default();
        let path = KeyPath::default().key("authenticators").key("passkeys");
        let asked = section.unwrap_or(&nothing);
        let roots = self.roots(asked, &path);
        let (id, name) = self.relying_party(asked.relying_party.as_ref(), &path);
        if asked.enabled == Some(false) {
            return BTreeMap::new();
        }
        let mut parties = BTreeMap::new();
        let mut faults = Vec::new();
        for site in sites.iter() {
            let Some(id) = id.clone().or_else(|| own_id(site)) else { continue };
            if let Err(unusable) = usable(site, &id) {
                faults.push(format!("site {}: {}", site.name, unusable.told(&id)));
                continue;
            }
            let party = RelyingParty {
                name: name.clone().unwrap_or_else(|| brand.to_owned()),
                user_verification: verification(asked.user_verification.unwrap_or_default()),
                roots: roots.clone(),
                passwordless: match asked.passwordless {
                    Some(false) => Passwordless::Off,
                    Some(true) | None => Passwordless::On,
                },
                id,
            };
            parties.insert(site.name.to_string(), party);
        }
        if section.is_some() && !faults.is_empty() {
            self.tell_faults(&faults, asked, &path);
        }
        parties
    }

    /// Whoever asks for passkeys is told where there cannot be any, all at once.
    fn tell_faults(&mut self, faults: &[String], section: &PasskeysSection, path: &KeyPath) {
        let written = section.relying_party.as_ref().is_some_and(|party| party.id.is_some());
        let path = if written { path.key("relying_party").key("id") } else { path.clone() };
        let problem = Problem::new(format!("no passkey works here: {}", faults.join("; ")));
        let hint = if written {
            "choose the parent that all hosts share, or `enabled: false`; never change it later"
        } else {
            "write `relying_party.id`, the parent that all hosts share, or `enabled: false`"
        };
        let problem = problem.allowed(ID).hint(hint);
        let problem = if written { problem } else { problem.found("no `relying_party.id`") };
        self.report.refuse(&path, problem);
    }

    /// Id and name, as far as they are written.
    fn relying_party(
        &mut self,
        section: Option<&RelyingPartySection>,
        path: &KeyPath,
    ) -> (Option<String>, Option<String>) {
        let path = path.key("relying_party");
        let Some(section) = section else {
            return (None, None);
        };
        let id = section.id.as_deref().map(|text| self.report.take(&path.key("id"), id(text)));
        let name =
            section.name.as_deref().map(|text| self.report.take(&path.key("name"), name(text)));
        (id.flatten(), name.flatten())
    }

    /// Whose word about a key counts.
    fn roots(&mut self, section: &PasskeysSection, path: &KeyPath) -> Option<Arc<Roots>> {
        let direct = section.attestation == Some(AttestationWord::Direct);
        if !direct {
            for (key, there) in
                [("roots", section.roots.is_some()), ("models", section.models.is_some())]
            {
                if there {
                    let problem = Problem::new("this counts with `attestation: direct` only");
                    let problem = problem.allowed("`attestation: direct` beside it, or nothing");
                    self.report.refuse(&path.key(key), problem);
                }
            }
            return None;
        }
        let path_of_roots = path.key("roots");
        let Some(file) = section.roots.as_deref() else {
            let problem = Problem::new("`attestation: direct` says nothing without roots");
            self.report.refuse(&path_of_roots, problem.found("nothing").allowed(ROOTS));
            return None;
        };
        let file = self.directory.join(file);
        self.watched_files.push((file.clone(), Identity::of(&file)));
        let certificates = self.report.take(&path_of_roots, certificate::roots(&file))?;
        let path_of_models = path.key("models");
        let models = section.models.as_deref().unwrap_or_default();
        let models: Vec<String> =
            elements(models, &path_of_models).map(|(_, model)| model.clone()).collect();
        match Roots::new(&certificates, &models) {
            Ok(roots) => Some(Arc::new(roots)),
            Err(bad @ BadRoots::Model(_)) => {
                let problem = Problem::new(bad.to_string()).allowed(MODELS);
                self.report.refuse(&path_of_models, problem);
                None
            }
            Err(bad) => {
                let problem = Problem::new(bad.to_string()).allowed(ROOTS);
                self.report.refuse(&path_of_roots, problem);
                None
            }
        }
    }
}

fn verification(word: UserVerificationWord) -> UserVerification {
    match word {
        UserVerificationWord::Required => UserVerification::Required,
        UserVerificationWord::Preferred => UserVerification::Preferred,
        UserVerificationWord::Discouraged => UserVerification::Discouraged,
    }
}

/// A relying party's id, lower case.
fn id(text: &str) -> Result<String, Problem> {
    let host = Host::parse(text).filter(|host| host.as_str().len() == text.len());
    let host = host.ok_or_else(|| Problem::new("not a host name").allowed(ID))?;
    if is_address(host.as_str()) {
        return Err(Problem::new("an address is no relying party").allowed(ID));
    }
    if is_public_suffix(host.as_str()) {
        let problem = Problem::new("a public suffix, under which strangers have their hosts");
        return Err(problem.allowed(ID));
    }
    Ok(host.as_str().to_owned())
}

fn name(text: &str) -> Result<String, Problem> {
    let is_good = !text.trim().is_empty()
        && text.chars().count() <= 60
        && !text.chars().any(char::is_control);
    if is_good { Ok(text.to_owned()) } else { Err(Problem::new("not a name").allowed(NAME)) }
}

fn is_address(host: &str) -> bool {
    host.starts_with('[')
        || host.parse::<IpAddr>().is_ok()
        || host.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a name is in the list of suffixes under which anybody can have a name.
fn is_public_suffix(host: &str) -> bool {
    psl::suffix(host.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes() == host.as_bytes())
}

/// The id of a site that has none: its first host.
fn own_id(site: &Site) -> Option<String> {
    let exact = site.hosts.iter().find_map(|pattern| match pattern {
        HostPattern::Exact(host) => Some(host.as_str().to_owned()),
        HostPattern::OneLabelBelow(_) => None,
    });
    let parent = || match site.hosts.first()? {
        HostPattern::OneLabelBelow(host) => Some(host.as_str().to_owned()),
        HostPattern::Exact(_) => None,
    };
    exact.or_else(parent)
}

/// Whether browsers make passkeys of this relying party at every host of a site.
fn usable(site: &Site, id: &str) -> Result<(), Unusable> {
    if is_public_suffix(id) {
        return Err(Unusable::PublicSuffix(id.to_owned()));
    }
    for pattern in &site.hosts {
        let (host, is_equal) = match pattern {
            HostPattern::Exact(host) => (host.as_str(), host.as_str() == id),
            HostPattern::OneLabelBelow(host) => (host.as_str(), false),
        };
        // A name of one label is nobody's parent: browsers take it for a suffix.
        let is_below = id.contains('.')
            && (host == id || host.strip_suffix(id).is_some_and(|rest| rest.ends_with('.')));
        if is_address(host) {
            return Err(Unusable::Address(host.to_owned()));
        }
        if !(is_equal || is_below || is_local(host, id)) {
            return Err(Unusable::Host(pattern.to_string()));
        }
    }
    let host = site.host();
    if site.origin.starts_with("https://") || host == "localhost" || host.ends_with(".localhost") {
        Ok(())
    } else {
        Err(Unusable::Plain(site.origin.clone()))
    }
}

/// Names that lead back to the same machine, below `localhost`.
fn is_local(host: &str, id: &str) -> bool {
    id == "localhost" && host.ends_with(".localhost")
}

#[cfg(test)]
mod tests;
