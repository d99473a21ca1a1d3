//! Where the administration can be reached.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Stage;
use super::document::AdministrationSection;
use super::elements;
use super::error::Problem;
use super::hint;
use super::key_path::KeyPath;
use crate::network::NetworkSet;
use crate::portal;
use crate::portal::Admin;
use crate::site::Sites;

impl Stage<'_> {
    /// The pages with where their administration is: from which networks, and at which sites.
    pub(super) fn administration(
        &mut self,
        pages: portal::Settings,
        section: Option<&AdministrationSection>,
        (networks, sites): (&BTreeMap<String, Arc<NetworkSet>>, &Sites),
    ) -> portal::Settings {
        let Some(section) = section else {
            return pages;
        };
        let path = KeyPath::default().key("admin");
        let names = section.networks.as_deref();
        let networks =
            names.map(|names| self.named_networks(names, &path.key("networks"), networks));
        let names = section.sites.as_deref();
        let sites = names.map(|names| self.named_sites(names, &path.key("sites"), sites));
        portal::Settings { admin: Admin { networks, sites }, ..pages }
    }

    fn named_sites(
        &mut self,
        names: &[Option<String>],
        path: &KeyPath,
        sites: &Sites,
    ) -> BTreeSet<String> {
        let known: Vec<&str> = sites.iter().map(|site| site.name.as_str()).collect();
        if names.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(path, problem.allowed("names of `sites`"));
        }
        let mut chosen = BTreeSet::new();
        for (path, name) in elements(names, path) {
            if known.contains(&name.as_str()) {
                chosen.insert(name.clone());
            } else if !self.report.is_reported_below(&KeyPath::default().key("sites")) {
                let problem = Problem::new("no site of this name").allowed(known.join(", "));
                let near = hint::near(name, &known);
                let problem = match near {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint("a site's name is what stands at its `name`"),
                };
                self.report.refuse(&path, problem);
            }
        }
        chosen
    }
}
