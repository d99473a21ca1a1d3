//! What one site asks for: from where, with which proof, how lately, on one page (S1.29). A change is tried in thought first:
//! whom it would keep out, which programs would break, who shares an address.

use http::StatusCode;
use zeroize::Zeroizing;

use super::address_of;
use super::command::by;
use super::command::look;
use super::command::reason;
use super::command::told;
use super::door::Principal;
use super::policy::POLICY;
use super::shell;
use super::site_words;
use super::site_words::FIELDS;
use super::site_words::Wanted;
use super::trouble;
use super::yardstick;
use crate::audit::Tag;
use crate::authenticator::AuthenticatorKind;
use crate::authority::Act;
use crate::ceremony::CeremonyError;
use crate::form_body::urlencoded;
use crate::operate::Command;
use crate::operate::OperateError;
use crate::operate::Reply;
use crate::operate::SiteCommand;
use crate::operate::SiteReply;
use crate::operate::view::SiteRehearsal;
use crate::operate::view::SiteView;
use crate::policy::Refusal;
use crate::portal::done::done;
use crate::portal::done::was_done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::SiteForm;
use crate::portal::page::admin::SiteLine;
use crate::portal::page::admin::SitePage;
use crate::portal::page::admin::SiteRehearsalPage;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::End;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// The page.
pub(super) const SITE: &str = "/admin/policy/site";

/// Where a change is tried in thought.
pub(super) const REHEARSE: &str = "/admin/policy/site/rehearse";

/// Where it is made.
pub(super) const SET: &str = "/admin/policy/site/set";

/// What was done, as an address says it, and the message that tells of it.
const DONE: (&str, &str) = ("set", "policy-set");

/// A change that is tried in thought.
struct Thought(Wanted);

impl Form for Thought {
    const FIELDS: &'static [&'static str] = &FIELDS;

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Wanted::take(fields).map(Self)
    }

    fn subject(&self) -> Vec<u8> {
        thought(&self.0.site)
    }
}

/// What the token of such a form is for.
fn thought(site: &str) -> Vec<u8> {
    format!("\0{REHEARSE}\0{site}").into_bytes()
}

/// A change that is made: of what was seen when it was tried.
struct Made {
    wanted: Wanted,
    seen: String,
    reason: Zeroizing<String>,
}

impl Form for Made {
    const FIELDS: &'static [&'static str] = &FIELDS;
    const ALSO: &'static [&'static str] = &["seen", "reason"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let (seen, reason) = (fields.required("seen")?.to_string(), fields.required("reason")?);
        Ok(Self { seen, reason, wanted: Wanted::take(fields)? })
    }

    fn subject(&self) -> Vec<u8> {
        made_of(&self.wanted.site, &self.seen)
    }
}

/// What the token of such a form is for: it is good for what was seen of that site.
fn made_of(site: &str, seen: &str) -> Vec<u8> {
    format!("\0{SET}\0{site}\0{seen}").into_bytes()
}

/// Every site, as the page of the policy has it.
pub(super) async fn lines(turn: &Turn, principal: &Principal) -> Result<Vec<SiteLine>, Refusal> {
    let line = |site: SiteView| SiteLine {
        href: address_of(turn, SITE, [("name", Some(site.name.as_str()))]),
        from: site_words::from(turn, &site.in_force),
        ways: site_words::ways(turn, &site.in_force),
        besides: !site.policy().is_empty(),
        name: site.name,
    };
    Ok(sites(turn, principal).await?.into_iter().map(line).collect())
}

async fn sites(turn: &Turn, principal: &Principal) -> Result<Vec<SiteView>, Refusal> {
    match look(turn, principal, Command::Site(SiteCommand::List)).await? {
        Some(Reply::Site(SiteReply::Sites(sites))) => Ok(sites),
        Some(_) | None => Err(Refusal::Internal),
    }
}

async fn site(turn: &Turn, principal: &Principal, name: &str) -> Result<SiteView, Refusal> {
    let all = sites(turn, principal).await?;
    all.into_iter().find(|site| site.name == name).ok_or(Refusal::Form)
}

/// `GET /admin/policy/site`.
pub(super) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&["name", "done"])?;
    let done = was_done(turn, &[DONE], &mut fields)?;
    let site = site(turn, principal, &fields.required("name")?).await?;
    let wanted = Wanted::of(&site.name, &site.policy());
    shown(turn, principal, (site, done), &wanted, &Said::default())
}

/// The page, and the form with what was typed.
fn shown(
    turn: &Turn,
    principal: &Principal,
    (site, done): (SiteView, Option<&'static str>),
    wanted: &Wanted,
    said: &Said,
) -> Outcome {
    let unknown = (!site.unknown.is_empty())
        .then(|| turn.language.with("site-unknown", "names", site.unknown.join(", ").as_str()));
    let may_change = Act::Rehearse.roles().has(principal.role());
    let page = SitePage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, POLICY),
        done,
        configuration: site_words::asked(turn, &site.configuration),
        here: site_words::besides(turn, &site),
        in_force: site_words::asked(turn, &site.in_force),
        unknown,
        form: may_change.then(|| form(turn, principal, &site, wanted)),
        problem: said.problem.clone(),
        back: turn.core.address(POLICY),
        name: site.name,
    };
    turn.page_saying(said, &page)
}

fn form(turn: &Turn, principal: &Principal, site: &SiteView, wanted: &Wanted) -> SiteForm {
    let areas = wanted.areas(&site.areas);
    SiteForm {
        errand: turn.errand_about(principal.session(), &Going::nowhere(), &thought(&site.name)),
        action: turn.core.address(REHEARSE),
        more: site.areas.len().saturating_sub(areas.len()),
        areas,
        proofs: wanted.proofs(turn, site.strictest),
        ages: wanted.ages(turn),
    }
}

/// `POST /admin/policy/site/rehearse`.
pub(super) async fn rehearse(turn: &Turn, principal: &Principal) -> Outcome {
    let (Thought(wanted), _) = posted::opened::<Thought>(turn, principal.session())?;
    rehearsed(turn, principal, (&wanted, ""), Said::default()).await
}

/// `POST /admin/policy/site/set`.
pub(super) async fn set(turn: &Turn, principal: &Principal) -> Outcome {
    let (made, _) = posted::opened::<Made>(turn, principal.session())?;
    match make(turn, principal, &made).await {
        Ok(()) => {
            let page = format!("{SITE}?name={}", urlencoded::encode(&made.wanted.site));
            Ok(done(turn, &page, DONE.0))
        }
        Err(said) => rehearsed(turn, principal, (&made.wanted, &made.reason), said).await,
    }
}

async fn make(turn: &Turn, principal: &Principal, made: &Made) -> Result<(), Said> {
    let reason = reason(turn, &made.reason)?;
    let switches = turn.core.ceremonies.rulebook().switch.load();
    let found = switches.sites.get(&made.wanted.site).cloned().unwrap_or_default();
    let conflict = || Said::problem(StatusCode::CONFLICT, turn.say("policy-conflict"));
    if Tag::of_shown(&found).as_str() != made.seen {
        return Err(conflict());
    }
    let (site, change) = (made.wanted.site.clone(), made.wanted.change());
    let command = Command::Site(SiteCommand::Set { site, change, expected: Some(found) });
    let outcome = turn.core.operator.execute(by(turn, principal, reason), command).await;
    outcome.map(drop).map_err(|error| {
        if error == OperateError::Conflict { conflict() } else { trouble::said(turn, &error) }
    })
}

/// What would be, and the form that makes it so.
async fn rehearsed(
    turn: &Turn,
    principal: &Principal,
    (wanted, reason): (&Wanted, &str),
    said: Said,
) -> Outcome {
    let site = site(turn, principal, &wanted.site).await?;
    let seen = Tag::of_shown(&site.policy()).as_str().to_owned();
    let command = SiteCommand::Rehearse { site: site.name.clone(), change: wanted.change() };
    let outcome =
        turn.core.operator.execute(by(turn, principal, None), Command::Site(command)).await;
    let found: SiteRehearsal = match outcome {
        Ok(Reply::Site(SiteReply::Rehearsal(found))) => *found,
        Ok(_) => return Err(Refusal::Internal.into()),
        Err(error) => {
            let said = trouble::said(turn, &error);
            return shown(turn, principal, (site, None), wanted, &said);
        }
    };
    let mut rows = vec![
        (turn.language.say("site-open"), found.sessions),
        (turn.language.say("site-would-lose"), found.kept_out),
        (turn.language.say("site-would-prove"), found.asked_again),
    ];
    if wanted.asks_for_passkeys() {
        let without = without_passkeys(turn).await?;
        rows.push((turn.language.say("site-no-passkey"), without));
    }
    let may_set = Act::SetSitePolicy.roles().has(principal.role()) && !found.locks_out;
    let page = SiteRehearsalPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, POLICY),
        errand: turn.errand_about(
            principal.session(),
            &Going::nowhere(),
            &made_of(&site.name, &seen),
        ),
        seen,
        in_force: site_words::asked(turn, &found.site.in_force),
        locks_out: found.locks_out,
        rows,
        logins: (!found.logins.is_empty()).then(|| found.logins.join(", ")),
        programs: found.programs.iter().map(site_words::program).collect(),
        addresses: found
            .addresses
            .iter()
            .map(|it| (it.address.to_string(), it.people, it.kept_out))
            .collect(),
        set: may_set.then(|| turn.core.address(SET)),
        fields: wanted.fields(),
        reason: reason.to_owned(),
        problem: said.problem.clone(),
        back: address_of(turn, SITE, [("name", Some(site.name.as_str()))]),
        name: site.name,
    };
    told(turn, &said, &page)
}

/// How many who may sign in have no passkey.
async fn without_passkeys(turn: &Turn) -> Result<usize, End> {
    let census = turn.core.people.roster.census(yardstick(turn)).await;
    let census = census.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    let kinds = census.kinds.iter();
    let with = kinds.filter(|(kind, _)| *kind == AuthenticatorKind::Passkey).map(|(_, n)| n).sum();
    Ok(census.all.all.saturating_sub(with))
}
