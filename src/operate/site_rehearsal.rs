//! What another policy of a site would do, tried in thought by the code that decides: who would be kept out, who would be
//! asked for another proof, which programs would break, who shares an address.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::By;
use super::OperateError;
use super::Operator;
use super::SitePolicyChange;
use super::site_policy::Material;
use super::site_view::AddressView;
use super::site_view::ProgramView;
use super::site_view::SiteRehearsal;
use super::site_view::SiteView;
use crate::area::Whereabouts;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::enforcement::Rulebook;
use crate::policy;
use crate::policy::Credentials;
use crate::policy::Excuse;
use crate::policy::Factors;
use crate::policy::Facts;
use crate::policy::Identity;
use crate::policy::Initiator;
use crate::policy::Standing;
use crate::policy::Threshold;
use crate::route::Demanded;
use crate::sightings::Sighting;
use crate::site::Site;
use crate::subject::SubjectId;

/// How many examples of whom it concerns are named.
const EXAMPLES: usize = 20;

/// What becomes of somebody who is signed in, on a path without a route of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    LetIn,
    Asked,
    KeptOut,
}

/// Somebody who is signed in, or a program, and what it is tried on.
struct Trial {
    before: Arc<Site>,
    after: Arc<Site>,
    people: Vec<Identity>,
    programs: Vec<Sighting>,
    material: Material,
    now: Timestamp,
}

/// What came of it.
struct Tried {
    sessions: usize,
    kept_out: usize,
    logins: Vec<String>,
    asked_again: usize,
    programs: Vec<ProgramView>,
    addresses: Vec<AddressView>,
}

impl Operator {
    /// What a change would do to whoever is signed in there now, and to programs that were seen there.
    pub(super) async fn rehearse_site(
        &self,
        by: &By,
        name: &str,
        change: SitePolicyChange,
    ) -> Result<SiteRehearsal, OperateError> {
        let site = self.site_named(name)?;
        let now = self.policy_of(name).await?;
        let policy = self.policy_after(name, change, now.clone())?;
        let material = self.settings.load().material.clone();
        let seen = self.parts.gate.as_ref().map(|gate| gate.sightings.all()).unwrap_or_default();
        let is_there = |it: &Sighting| it.site == name && it.forwarded > 0;
        let trial = Trial {
            before: Arc::new(site.under(&now, &material.areas)),
            after: Arc::new(site.under(&policy, &material.areas)),
            people: self.signed_in_at(name).await?,
            programs: seen.into_iter().filter(is_there).collect(),
            now: self.parts.clock.now(),
            material: material.clone(),
        };
        // Everybody is looked at: no request waits for it.
        let tried = tokio::task::spawn_blocking(move || trial.run()).await;
        let tried = tried.map_err(|error| OperateError::failed(&error))?;
        let strictest = material.strictest.get(name).copied();
        Ok(SiteRehearsal {
            locks_out: self.locks_out(by, &site, &policy),
            site: SiteView::new(&site, &policy, (&material.areas, strictest)),
            sessions: tried.sessions,
            kept_out: tried.kept_out,
            logins: tried.logins,
            asked_again: tried.asked_again,
            programs: tried.programs,
            addresses: tried.addresses,
        })
    }

    /// Everybody who is signed in at a site, as the gate would see them. Without a gateway that runs nobody has an excuse.
    async fn signed_in_at(&self, site: &str) -> Result<Vec<Identity>, OperateError> {
        if let Some(directory) = &self.parts.directory {
            let settings = self.settings.load().enforcement.clone();
            let rulebook = Rulebook::new(settings, Arc::clone(directory.switch()));
            let now = self.parts.clock.now();
            let all = directory.live_sessions().into_iter();
            let here = all.filter(|live| live.record.site == site);
            return Ok(here.map(|live| identity(&live, &rulebook, now)).collect());
        }
        let mut people = Vec::new();
        for (_, session) in self.open_sessions().await? {
            if session.site != site {
                continue;
            }
            let Some(account) = self.parts.store.account(&session.subject).await? else { continue };
            people.push(Identity {
                session: Arc::new(session),
                profile: Arc::new(account.profile),
                excuse: Excuse::None,
                factors: Factors::Enough,
            });
        }
        Ok(people)
    }
}

fn identity(live: &LiveSession, rulebook: &Rulebook, now: Timestamp) -> Identity {
    let client = live.record.client;
    Identity {
        session: Arc::clone(&live.record),
        profile: Arc::clone(&live.profile),
        excuse: live.excuse(rulebook, client, now),
        factors: live.shortfall(rulebook, client, now).into(),
    }
}

impl Trial {
    fn run(self) -> Tried {
        let mut places: HashMap<IpAddr, Whereabouts> = HashMap::new();
        let (mut kept_out, mut asked_again) = (0_usize, 0_usize);
        let mut logins = BTreeSet::new();
        let mut crowds: BTreeMap<IpAddr, BTreeSet<&SubjectId>> = BTreeMap::new();
        for person in &self.people {
            let address = person.session.client;
            let client = places.entry(address).or_insert_with(|| self.material.locate(address));
            crowds.entry(address).or_default().insert(&person.session.subject);
            match (self.fate(&self.before, person, client), self.fate(&self.after, person, client))
            {
                (Fate::LetIn | Fate::Asked, Fate::KeptOut) => {
                    kept_out = kept_out.saturating_add(1);
                    if logins.len() < EXAMPLES {
                        logins.insert(person.profile.login.to_string());
                    }
                }
                (Fate::LetIn, Fate::Asked) => asked_again = asked_again.saturating_add(1),
                (_, Fate::LetIn | Fate::Asked) | (Fate::KeptOut, Fate::KeptOut) => {}
            }
        }
        Tried {
            sessions: self.people.len(),
            kept_out,
            logins: logins.into_iter().collect(),
            asked_again,
            programs: self.programs(),
            addresses: self.shared(crowds),
        }
    }

    /// What the gate would do with somebody.
    fn fate(&self, site: &Arc<Site>, person: &Identity, client: &Whereabouts) -> Fate {
        if site.fence.keeps_out(client).is_some() {
            return Fate::KeptOut;
        }
        let requirement = &site.routes.default_rules().requirement;
        let excuse = person.excuse.or_of_site(Some(site), &person.session);
        let facts = Facts {
            site,
            demanded: Demanded::of(requirement),
            client,
            identity: Some(Identity { excuse, ..person.clone() }),
            credentials: Credentials::default(),
            initiator: Initiator::Here,
            threshold: Threshold::Inside,
            now: self.now,
        };
        match policy::examine(requirement, &facts, &mut |_| {}) {
            Standing::Holds(_) => Fate::LetIn,
            Standing::Needs(_) => Fate::Asked,
            Standing::Fails(_) => Fate::KeptOut,
        }
    }

    fn is_kept_out(&self, address: IpAddr) -> bool {
        self.after.fence.keeps_out(&self.material.locate(address)).is_some()
    }

    /// The programs that were let in there lately and would be kept out, the busiest first.
    fn programs(&self) -> Vec<ProgramView> {
        let broken = self.programs.iter().filter(|it| self.is_kept_out(it.example.client));
        let mut programs: Vec<ProgramView> = broken.cloned().map(ProgramView::from).collect();
        programs.sort_by(|a, b| b.requests.cmp(&a.requests).then_with(|| a.route.cmp(&b.route)));
        programs.truncate(EXAMPLES);
        programs
    }

    /// The addresses from which several people are signed in, the most crowded first.
    fn shared(&self, mut crowds: BTreeMap<IpAddr, BTreeSet<&SubjectId>>) -> Vec<AddressView> {
        crowds.retain(|_, people| people.len() > 1);
        let mut crowds: Vec<_> =
            crowds.into_iter().map(|(address, people)| (people.len(), address)).collect();
        crowds.sort_by_key(|(people, address)| (Reverse(*people), *address));
        crowds.truncate(EXAMPLES);
        let view = |(people, address)| AddressView {
            address,
            people,
            kept_out: self.is_kept_out(address),
        };
        crowds.into_iter().map(view).collect()
    }
}
