//! Acts on what one site asks for besides the configuration: from where, with which proof, how lately. Tried in thought
//! first: who would be kept out, which programs would break, who shares an address (S1.29, A-261).

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::Change;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::site_view::SiteRehearsal;
use super::site_view::SiteView;
use crate::area::Area;
use crate::area::Fence;
use crate::area::Whereabouts;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authority::Act;
use crate::enforcement::LeastProof;
use crate::enforcement::SitePolicies;
use crate::enforcement::SitePolicy;
use crate::geo::Databases;
use crate::site;
use crate::site::Site;
use crate::store::StoreError;

/// How often a change is tried again when somebody else changed the same in that moment.
const RIVALS: usize = 16;

/// What policies of sites are made of: names and limits that the configuration gives.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// The networks and places that have names.
    pub areas: Vec<Area>,
    /// Where addresses are; none: nobody looks.
    pub geography: Option<Databases>,
    /// The strictest proof that people can give at each site, by its name.
    pub strictest: BTreeMap<String, LeastProof>,
}

impl Material {
    /// Where an address is.
    pub(super) fn locate(&self, address: IpAddr) -> Whereabouts {
        let mut found = Whereabouts::of(address);
        if let Some(geography) = &self.geography {
            found.location = Arc::new(geography.locate(found.address));
        }
        found
    }
}

/// What becomes of what a site asks for besides the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitePolicyChange {
    /// The networks and places that one may come from, by name.
    #[serde(default)]
    pub only_from: Change<BTreeSet<String>>,
    /// What people prove at least.
    #[serde(default)]
    pub proof: Change<LeastProof>,
    /// How old that may be, in seconds.
    #[serde(default)]
    pub max_age: Change<u64>,
}

/// What is asked for about the policies of sites.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SiteCommand {
    /// What each site asks for.
    List,
    /// Tries in thought what a change would do.
    Rehearse {
        /// The site's name.
        site: String,
        /// What changes.
        change: SitePolicyChange,
    },
    /// Changes what a site asks for besides the configuration.
    Set {
        /// The site's name.
        site: String,
        /// What changes.
        change: SitePolicyChange,
        /// What it asked for when that was decided; none: it is changed whatever it asks for.
        #[serde(default)]
        expected: Option<SitePolicy>,
    },
}

/// An answer about the policies of sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteReply {
    /// What sites ask for.
    Sites(Vec<SiteView>),
    /// What a change would do.
    Rehearsal(Box<SiteRehearsal>),
}

impl SiteCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::List => Act::SeePolicy,
            Self::Rehearse { .. } => Act::Rehearse,
            Self::Set { .. } => Act::SetSitePolicy,
        }
    }
}

impl Operator {
    pub(super) async fn site_policy(
        &self,
        by: &By,
        command: SiteCommand,
    ) -> Result<Reply, OperateError> {
        let reply = match command {
            SiteCommand::List => SiteReply::Sites(self.site_views(None).await?),
            SiteCommand::Rehearse { site, change } => {
                SiteReply::Rehearsal(Box::new(self.rehearse_site(by, &site, change).await?))
            }
            SiteCommand::Set { site, change, expected } => {
                self.set_site_policy(by, &site, (change, expected)).await?;
                let views = self.site_views(Some(&site)).await;
                SiteReply::Sites(views.map_err(OperateError::after_the_act)?)
            }
        };
        Ok(Reply::Site(reply))
    }

    async fn site_views(&self, only: Option<&str>) -> Result<Vec<SiteView>, OperateError> {
        let policies = self.parts.store.switches().await?.sites;
        let settings = self.settings.load();
        let asked = |site: &Arc<Site>| {
            let policy = policies.get(site.name.as_str()).cloned().unwrap_or_default();
            let material = &settings.material;
            let strictest = material.strictest.get(site.name.as_str()).copied();
            SiteView::new(site, &policy, (&material.areas, strictest))
        };
        let meant = |site: &&Arc<Site>| only.is_none_or(|name| site.name.as_str() == name);
        Ok(settings.sites.iter().filter(meant).map(asked).collect())
    }

    async fn set_site_policy(
        &self,
        by: &By,
        name: &str,
        (change, expected): (SitePolicyChange, Option<SitePolicy>),
    ) -> Result<(), OperateError> {
        let site = self.site_named(name)?;
        // What was decided on what was seen is not done to what nobody has seen.
        let mut tries = if expected.is_some() { 0 } else { RIVALS };
        loop {
            let before = match &expected {
                Some(seen) => seen.clone(),
                None => self.policy_of(name).await?,
            };
            let policy = self.policy_after(name, change.clone(), before.clone())?;
            if self.locks_out(by, &site, &policy) {
                return Err(OperateError::LocksOut);
            }
            let audit = self.event(AuditKind::EnforcementChanged, by);
            let audit = told(audit.with("of", "site").with("of_site", name), &before, &policy);
            match self.parts.store.replace_site_policy(name, [before, policy], audit).await {
                Err(StoreError::Conflict) if tries > 0 => tries = tries.saturating_sub(1),
                Err(error) => return Err(error.into()),
                Ok(()) => break,
            }
        }
        self.put_in_force().await.map_err(OperateError::after_the_act)
    }

    /// Has the running gateway judge by what the store says now.
    async fn put_in_force(&self) -> Result<(), OperateError> {
        let Some(directory) = &self.parts.directory else { return Ok(()) };
        directory.follow_switches().await?;
        match &self.parts.gate {
            Some(gate) => gate.follow.now().await,
            None => Ok(()),
        }
    }

    pub(super) async fn policy_of(&self, site: &str) -> Result<SitePolicy, OperateError> {
        let mut sites: SitePolicies = self.parts.store.switches().await?.sites;
        Ok(sites.remove(site).unwrap_or_default())
    }

    pub(super) fn site_named(&self, name: &str) -> Result<Arc<Site>, OperateError> {
        let settings = self.settings.load();
        settings.sites.named(name).map(Arc::clone).ok_or_else(|| {
            let known = settings.sites.iter().map(|site| site.name.to_string());
            OperateError::NoSuchSite {
                given: name.escape_debug().to_string(),
                known: known.collect::<Vec<_>>().join(", "),
            }
        })
    }

    /// The policy after a change: with names that there are, and a proof that people can give there.
    pub(super) fn policy_after(
        &self,
        site: &str,
        change: SitePolicyChange,
        before: SitePolicy,
    ) -> Result<SitePolicy, OperateError> {
        let settings = self.settings.load();
        let material = &settings.material;
        let mut policy = before;
        match change.only_from {
            Change::Keep => {}
            Change::Clear => policy.only_from.clear(),
            Change::Set(names) => {
                policy.only_from = known(names, &material.areas, &policy.only_from)?;
            }
        }
        change.proof.apply(&mut policy.proof);
        change.max_age.apply(&mut policy.max_age);
        let strictest = material.strictest.get(site).copied();
        let proof = policy.proof;
        if let (Some(least), Some(most)) = (proof, strictest)
            && least > most
        {
            let why = format!(
                "nobody can give `{}` at this site. The strictest proof there is `{}`; passkeys, and for \
                 `aal3` roots of their makers, are set up in the configuration",
                least.name(),
                most.name()
            );
            return Err(bad("proof", why));
        }
        let ages = SitePolicy::LEAST_AGE..=SitePolicy::MOST_AGE;
        if policy.max_age.is_some_and(|age| !ages.contains(&age)) {
            return Err(bad("age of a proof", "a minute to 30 days are allowed".to_owned()));
        }
        Ok(policy)
    }

    /// Whether somebody would keep themselves out of the site that they change it on.
    pub(super) fn locks_out(&self, by: &By, site: &Site, policy: &SitePolicy) -> bool {
        if by.site() != Some(site.name.as_str()) {
            return false;
        }
        let settings = self.settings.load();
        let fence = fence_of(policy, &settings.material.areas);
        // Of whom it is not known where they are, it is not known that they stay.
        let stays = |address| fence.keeps_out(&settings.material.locate(address)).is_none();
        !fence.is_open() && !by.address().is_some_and(stays)
    }
}

/// What of a policy is about addresses.
fn fence_of(policy: &SitePolicy, areas: &[Area]) -> Fence {
    Fence { besides: site::only_from(policy, areas), ..Fence::default() }
}

fn bad(what: &str, why: String) -> OperateError {
    OperateError::BadText { what: what.to_owned(), why }
}

/// The names, if each is one of a network or place. What was named before may stay: taking it away could let more in.
fn known(
    names: BTreeSet<String>,
    areas: &[Area],
    before: &BTreeSet<String>,
) -> Result<BTreeSet<String>, OperateError> {
    let is_known =
        |name: &String| before.contains(name) || areas.iter().any(|area| *area.name == **name);
    if let Some(strange) = names.iter().find(|name| !is_known(name)) {
        let there: Vec<&str> = areas.iter().map(|area| &*area.name).collect();
        let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
        let why = format!(
            "`{}` is no network or place of the configuration. There are: {there}",
            strange.escape_debug()
        );
        return Err(bad("list of networks and places", why));
    }
    if names.is_empty() {
        let why = "it is empty, and nobody could come from anywhere; leave it out, or take it back"
            .to_owned();
        return Err(bad("list of networks and places", why));
    }
    if names.len() > SitePolicy::MOST_AREAS {
        let why = format!("at most {} are named", SitePolicy::MOST_AREAS);
        return Err(bad("list of networks and places", why));
    }
    Ok(names)
}

/// What changes, for the audit log.
fn told(mut audit: AuditEvent, before: &SitePolicy, after: &SitePolicy) -> AuditEvent {
    let facts = |policy: &SitePolicy| {
        let names: Vec<&str> = policy.only_from.iter().map(String::as_str).collect();
        let said = |text: String| if text.is_empty() { "-".to_owned() } else { text };
        [
            ("only_from", said(names.join(","))),
            ("proof", policy.proof.map_or("-", LeastProof::name).to_owned()),
            ("max_age", policy.max_age.map_or_else(|| "-".to_owned(), |age| age.to_string())),
        ]
    };
    for ((name, was), (_, is)) in facts(before).into_iter().zip(facts(after)) {
        if was != is {
            audit = audit.with(name, is).with(&format!("{name}_before"), was);
        }
    }
    audit
}
