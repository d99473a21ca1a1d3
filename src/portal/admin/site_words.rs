//! What a site asks for, as forms have it and as pages say it.

use std::collections::BTreeSet;

use crate::enforcement::LeastProof;
use crate::enforcement::SitePolicy;
use crate::operate::Change;
use crate::operate::SitePolicyChange;
use crate::operate::view::AskedView;
use crate::operate::view::ProgramView;
use crate::operate::view::SiteView;
use crate::operate::view::WayView;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::page::admin::AreaTick;
use crate::portal::page::admin::AskedLine;
use crate::portal::page::admin::Choice;
use crate::portal::turn::Turn;

/// How many networks and places can be ticked.
const MOST: usize = 64;

macro_rules! numbered {
    ($($number:literal)*) => {
        /// The fields of a form about a site: `site`, `proof`, `age`, and one for each network and place, whose value is its
        /// name.
        pub(super) const FIELDS: [&str; MOST + 3] =
            ["site", "proof", "age", $(concat!("area-", $number)),*];

        /// The fields of networks and places.
        const AREAS: [&str; MOST] = [$(concat!("area-", $number)),*];
    };
}

numbered!(
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38
    39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
);

/// How old a proof may be, in seconds, as can be chosen.
const AGES: [u64; 7] = [900, 3600, 4 * 3600, 8 * 3600, 12 * 3600, 24 * 3600, 7 * 24 * 3600];

/// What is asked of a site, as it was typed.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) site: String,
    only_from: BTreeSet<String>,
    proof: Option<LeastProof>,
    age: Option<u64>,
}

impl Wanted {
    /// As a policy has it.
    pub(super) fn of(site: &str, policy: &SitePolicy) -> Self {
        let SitePolicy { only_from, proof, max_age } = policy.clone();
        Self { site: site.to_owned(), only_from, proof, age: max_age }
    }

    /// Reads the fields.
    ///
    /// # Errors
    /// When one is missing or has no meaning.
    pub(super) fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let site = fields.required("site")?.to_string();
        let (proof, age) = (fields.required("proof")?, fields.required("age")?);
        let proof = match proof.as_str() {
            "" => None,
            name => Some(LeastProof::from_name(name).ok_or(Refusal::Form)?),
        };
        let age = match age.as_str() {
            "" => None,
            seconds => Some(seconds.parse().map_err(|_| Refusal::Form)?),
        };
        let only_from =
            AREAS.iter().filter_map(|field| fields.optional(field)).map(|it| it.to_string());
        Ok(Self { only_from: only_from.collect(), site, proof, age })
    }

    /// Whether people need a passkey or security key.
    pub(super) fn asks_for_passkeys(&self) -> bool {
        self.proof >= Some(LeastProof::PhishingResistant)
    }

    /// What is to change: everything that is said, and what is not said is asked no more.
    pub(super) fn change(&self) -> SitePolicyChange {
        let names = self.only_from.clone();
        SitePolicyChange {
            only_from: if names.is_empty() { Change::Clear } else { Change::Set(names) },
            proof: self.proof.map_or(Change::Clear, Change::Set),
            max_age: self.age.map_or(Change::Clear, Change::Set),
        }
    }

    /// The same fields as they are sent on, unseen.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let said = [
            ("site", self.site.clone()),
            ("proof", self.proof.map_or("", LeastProof::name).to_owned()),
            ("age", self.age.map_or_else(String::new, |age| age.to_string())),
        ];
        let areas = AREAS.into_iter().zip(self.only_from.iter().cloned());
        said.into_iter().chain(areas).collect()
    }

    /// The networks and places that can be ticked; first what is ticked, for there are only so many.
    pub(super) fn areas(&self, known: &[String]) -> Vec<AreaTick> {
        let gone = self.only_from.iter().filter(|name| !known.contains(name));
        let (ticked, others): (Vec<_>, Vec<_>) =
            known.iter().partition(|name| self.only_from.contains(*name));
        let names = gone.chain(ticked).chain(others);
        let tick = |(field, name): (&'static str, &String)| AreaTick {
            field,
            name: name.clone(),
            ticked: self.only_from.contains(name),
        };
        AREAS.into_iter().zip(names).map(tick).collect()
    }

    /// The proofs that can be asked for: what people can give there.
    pub(super) fn proofs(&self, turn: &Turn, strictest: Option<LeastProof>) -> Vec<Choice> {
        let chosen = self.proof.map_or("", LeastProof::name);
        let can = |proof: &LeastProof| strictest.is_none_or(|most| *proof <= most);
        let choice = |proof: LeastProof| {
            Choice::new(proof.name(), turn.language.say(proof_key(proof)), chosen)
        };
        let unsaid = Choice::new("", turn.language.say("policy-unsaid"), chosen);
        std::iter::once(unsaid).chain(LeastProof::ALL.into_iter().filter(can).map(choice)).collect()
    }

    /// The ages that can be asked for, with the one that is.
    pub(super) fn ages(&self, turn: &Turn) -> Vec<Choice> {
        let chosen = self.age.map_or_else(String::new, |age| age.to_string());
        let ages: BTreeSet<u64> = AGES.into_iter().chain(self.age).collect();
        let choice = |seconds: u64| Choice::new(seconds.to_string(), age(turn, seconds), &chosen);
        let unsaid = Choice::new("", turn.language.say("policy-unsaid"), &chosen);
        std::iter::once(unsaid).chain(ages.into_iter().map(choice)).collect()
    }
}

/// What is asked, in words.
pub(super) fn asked(turn: &Turn, asked: &AskedView) -> AskedLine {
    AskedLine {
        deny: (!asked.deny.is_empty()).then(|| asked.deny.join(", ")),
        from: from(turn, asked),
        ways: ways(turn, asked),
        routes: (asked.routes > 0)
            .then(|| turn.language.with("site-routes-count", "routes", asked.routes)),
    }
}

/// What is asked besides the configuration, in words.
pub(super) fn besides(turn: &Turn, site: &SiteView) -> AskedLine {
    let proof = site.proof.map(|proof| turn.language.say(proof_key(proof)).to_owned());
    let ways = [proof, site.max_age.map(|seconds| age(turn, seconds))];
    let said = ways.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let unsaid = || turn.language.say("policy-unsaid").to_owned();
    let from = if site.only_from.is_empty() { unsaid() } else { site.only_from.join(", ") };
    AskedLine {
        from: Some(from),
        ways: vec![if said.is_empty() { unsaid() } else { said }],
        ..AskedLine::default()
    }
}

/// From where one comes; none: from anywhere.
pub(super) fn from(turn: &Turn, asked: &AskedView) -> Option<String> {
    let allow = asked.allow.as_ref()?;
    let nowhere = || turn.language.say("site-nowhere").to_owned();
    Some(if allow.is_empty() { nowhere() } else { allow.join(", ") })
}

/// One of which must be.
pub(super) fn ways(turn: &Turn, asked: &AskedView) -> Vec<String> {
    asked.ways.iter().map(|it| way(turn, it)).collect()
}

fn way(turn: &Turn, way: &WayView) -> String {
    let key = match way.proof.as_str() {
        "open" => "site-way-open",
        "network" => "site-way-network",
        "service_token" => "site-way-token",
        "client_certificate" => "site-way-certificate",
        "password" => "site-way-password",
        "aal2" => "site-way-aal2",
        "phishing_resistant" | "passkey" => "site-way-resistant",
        "aal3" => "site-way-aal3",
        _ => "site-way-second",
    };
    let areas = [&way.networks, &way.places].into_iter().flatten().map(|names| names.join(", "));
    let parts = std::iter::once(turn.language.say(key).to_owned())
        .chain(areas)
        .chain(way.max_age.map(|seconds| age(turn, seconds)));
    parts.collect::<Vec<_>>().join(" · ")
}

const fn proof_key(proof: LeastProof) -> &'static str {
    match proof {
        LeastProof::SecondFactor => "site-way-second",
        LeastProof::Aal2 => "site-way-aal2",
        LeastProof::PhishingResistant => "site-way-resistant",
        LeastProof::Aal3 => "site-way-aal3",
    }
}

/// How old a proof may be, in words.
fn age(turn: &Turn, seconds: u64) -> String {
    let (minutes, hours) = (seconds.div_ceil(60), seconds.div_ceil(3600));
    if seconds >= 48 * 3600 && seconds.is_multiple_of(24 * 3600) {
        turn.language.with("site-age-days", "count", hours.div_euclid(24))
    } else if seconds >= 3600 && seconds.is_multiple_of(3600) {
        turn.language.with("site-age-hours", "count", hours)
    } else {
        turn.language.with("site-age-minutes", "count", minutes)
    }
}

/// A program that would break: what it is, where, how often.
pub(super) fn program(it: &ProgramView) -> [String; 3] {
    let agent = it.user_agent.clone().unwrap_or_default();
    let what = format!("{agent} {} ({})", it.client, it.network);
    [what.trim().to_owned(), it.route.clone(), it.requests.to_string()]
}
