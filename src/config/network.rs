//! `networks`: named sets of networks, from the file itself and from lists in files.

mod cidr;
mod list;

use std::collections::BTreeMap;
use std::sync::Arc;

use ipnet::IpNet;

use super::Lists;
use super::Stage;
use super::document::network::NetworkSection;
use super::document::scalar::ListOr;
use super::elements;
use super::error::Problem;
use super::files::Identity;
use super::key_path::KeyPath;
use crate::network::NetworkSet;

type Entries = BTreeMap<String, Option<ListOr<NetworkSection>>>;

impl Stage<'_> {
    /// Every named network.
    pub(super) fn networks(
        &mut self,
        entries: Option<&Entries>,
    ) -> BTreeMap<String, Arc<NetworkSet>> {
        let top = KeyPath::default().key("networks");
        let mut networks = BTreeMap::new();
        let names: Vec<&str> = entries.into_iter().flatten().map(|(name, _)| &**name).collect();
        for (name, entry) in entries.into_iter().flatten() {
            let path = top.key(name);
            if !is_name(name) {
                let problem = Problem::new("not a name for a network")
                    .found(super::key_path::shown(name))
                    .allowed("1 to 63 of a-z, 0-9, `-` and `_`");
                self.report.refuse(&path, problem);
            }
            let set = match entry {
                None => continue,
                Some(ListOr::List(list)) => NetworkSet::new(self.cidrs(Some(list), &path, &names)),
                Some(ListOr::Map(section)) => self.network(section, &path, &names),
            };
            self.tell_oddities(&set, &path);
            networks.insert(name.clone(), Arc::new(set));
        }
        networks
    }

    /// A network that is written in full.
    fn network(&mut self, section: &NetworkSection, path: &KeyPath, names: &[&str]) -> NetworkSet {
        if section.include.is_none() && section.files.is_none() {
            let keys = [path.key("include"), path.key("files")];
            if !keys.iter().any(|key| self.report.is_reported(key)) {
                let problem = Problem::new("nothing is in this network").found("neither");
                self.report.refuse(path, problem.allowed("`include`, `files`, or both"));
            }
        }
        let mut networks = self.cidrs(section.include.as_deref(), &path.key("include"), names);
        let files = path.key("files");
        self.not_empty(section.files.as_deref(), &files, "at least one file");
        for (path, name) in elements(section.files.as_deref().unwrap_or_default(), &files) {
            networks.extend(self.list_file(name, &path));
        }
        let except = self.cidrs(section.except.as_deref(), &path.key("except"), names);
        NetworkSet::with_exceptions(networks, except)
    }

    /// The networks of a list in the file itself.
    fn cidrs(
        &mut self,
        list: Option<&[Option<String>]>,
        path: &KeyPath,
        names: &[&str],
    ) -> Vec<IpNet> {
        self.not_empty(list, path, "at least one network");
        let mut networks = Vec::new();
        for (path, text) in elements(list.unwrap_or_default(), path) {
            let network = cidr::network(text).map_err(|problem| {
                if names.contains(&text.as_str()) {
                    return problem.hint("networks are not made of each other: write its networks");
                }
                problem
            });
            networks.extend(self.report.take(&path, network));
        }
        networks
    }

    fn not_empty(&mut self, list: Option<&[Option<String>]>, path: &KeyPath, allowed: &str) {
        if list.is_some_and(<[_]>::is_empty) {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(path, problem.allowed(allowed));
        }
    }

    /// The networks of a list in a file of its own, which is watched from here on.
    fn list_file(&mut self, name: &str, path: &KeyPath) -> Vec<IpNet> {
        if self.lists == Lists::Leave {
            return Vec::new();
        }
        let file = self.directory.join(name);
        // Before it is read: what is put in its place meanwhile is another file.
        self.watched_files.push((file.clone(), Identity::of(&file)));
        let Some(text) = self.report.take(path, list::read(&file)) else {
            return Vec::new();
        };
        let (networks, bad) = list::networks(&text);
        for line in bad {
            self.report.refuse_line(&file, (line.line, line.column), path, line.problem);
        }
        networks
    }

    /// Says what is allowed and probably not meant.
    fn tell_oddities(&mut self, set: &NetworkSet, path: &KeyPath) {
        if self.report.is_reported(path) || self.report.is_reported_below(path) {
            return;
        }
        for family in set.whole_families() {
            let text = format!("it has every {family} address: whatever it allows, anybody may");
            self.report.warn(path, &text);
        }
        if set.prefixes() == 0 {
            self.report.warn(path, "its lists have nothing in them: nobody is in this network");
        } else if set.is_void() {
            let text = "its exceptions leave nothing of it: nobody is in this network";
            self.report.warn(path, text);
        }
        if set.repeated() > 0 {
            let (repeated, all) = (set.repeated(), set.prefixes());
            let text =
                format!("networks that lie in others of it and add nothing: {repeated} of {all}");
            self.report.warn(path, &text);
        }
    }

    /// Warns about networks that nothing in the file names.
    pub(super) fn tell_unused(&mut self, networks: &BTreeMap<String, Arc<NetworkSet>>) {
        let top = KeyPath::default().key("networks");
        let said = self.report.words_outside("networks");
        for name in networks.keys().filter(|name| !said.contains(name.as_str())) {
            self.report.warn(&top.key(name), "nothing uses this network");
        }
    }
}

/// Whether a text is a name for a network or a place.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    !name.is_empty() && name.len() <= 63 && name.bytes().all(allowed)
}
