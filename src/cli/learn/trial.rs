//! A proposal on trial: read by the configuration's own code, and used on both recordings as the gateway would.

use std::path::Path;

use http::Method;

use super::finding::Finding;
use super::finding::Sure;
use super::login::Name;
use super::pages;
use super::proposal::HOST;
use super::proposal::Proposal;
use super::propose::Recording;
use crate::canonical;
use crate::canonical::CanonicalRequest;
use crate::clock::Timestamp;
use crate::config;
use crate::config::Configuration;
use crate::console_login::ConsoleForm;
use crate::secret::Secret;
use crate::site::Site;

use super::exchange::Exchange;

/// Tries it; every fault is a finding.
pub(super) fn tried(
    proposal: &Proposal,
    recording: &Recording<'_>,
    wall: Timestamp,
) -> Vec<Finding> {
    let configuration = match read(proposal, wall) {
        Ok(configuration) => configuration,
        Err(finding) => return vec![finding],
    };
    let mut faults = Vec::new();
    let site = configuration.sites.iter().next();
    let Some((site, form)) = site.and_then(|site| Some((site, site.console_form()?))) else {
        return vec![fault("all", "the proposal names no login form")];
    };
    for login in [recording.right, recording.wrong] {
        let request = request(&login.asked.method, &login.asked.target);
        if !request.is_some_and(|request| site.is_login(&request, &login.asked.headers)) {
            faults.push(fault("login", "the request of a recorded login is not taken for one"));
        }
        faults.extend(named(form, login, recording.name));
    }
    let (right, wrong) = (recording.right.answer(), recording.wrong.answer());
    if !form.success.are_shown(&right) || form.success.are_shown(&wrong) {
        faults.push(fault("success", "the signs do not tell the recorded answers apart"));
    }
    let tells =
        |signs: &crate::console_login::Signs| signs.are_shown(&wrong) && !signs.are_shown(&right);
    if form.failure.as_ref().is_some_and(|signs| !tells(signs)) {
        faults.push(fault("failure", "the signs do not tell the recorded answers apart"));
    }
    faults.extend(page(site, proposal, recording));
    faults
}

fn fault(part: &'static str, text: impl Into<String>) -> Finding {
    Finding::new(part, Sure::Unusable, text)
}

fn read(proposal: &Proposal, wall: Timestamp) -> Result<Configuration, Finding> {
    let text = Secret::new(proposal.yaml().into_bytes());
    let read = config::compile(Path::new("learned.yaml"), &text, &|_| None, wall);
    read.map_err(|errors| fault("all", errors.to_string().replace('\n', " ")))
}

fn request(method: &Method, target: &str) -> Option<CanonicalRequest> {
    canonical::parse(method, HOST, target).ok()
}

/// Whether the gateway reads the name that was typed.
fn named(form: &ConsoleForm, login: &Exchange, name: &Name) -> Option<Finding> {
    let read = form.user_named(login.query(), &login.asked.headers, &login.asked.body);
    let read = match read {
        Ok(read) => read,
        Err(why) => {
            let text = format!("the gateway would refuse a recorded login: {why}");
            return Some(fault("user_field", text));
        }
    };
    if matches!(name, Name::Said(said) if *said != read) {
        return Some(fault("user_field", "it carried another name in one of the logins"));
    }
    let Ok(name) = form.account_name(&read) else {
        let text = "no account can have that name: ASCII letters, digits and `. _ - + @` only";
        return Some(fault("user_field", text));
    };
    let text = "the gateway would refuse the name in one of the logins: it looks otherwise";
    (!form.may_be_called(&name)).then(|| fault("names", text))
}

fn page(site: &Site, proposal: &Proposal, recording: &Recording<'_>) -> Vec<Finding> {
    let is_served = |target: &str| {
        request(&Method::GET, target).is_some_and(|request| site.is_before_sign_in(&request))
    };
    let mut faults = Vec::new();
    if !is_served(&proposal.page) {
        faults.push(fault("page", "it would not be served before sign-in"));
    }
    let needed =
        pages::needed(recording.exchanges, recording.right, &proposal.page, &site.session_cookies);
    for one in needed.filter(|one| one.asked.method.is_safe() && !is_served(&one.asked.target)) {
        let text =
            format!("the page loaded {}, which would not be served before sign-in", one.path());
        faults.push(Finding::new("public", Sure::Unsure, text));
    }
    faults
}
