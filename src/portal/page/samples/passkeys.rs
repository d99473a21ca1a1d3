//! The pages about passkeys, in every state.

use super::EVIL;
use super::OPTIONS;
use super::Samples;
use super::chrome;
use super::errand;
use super::evil_chrome;
use super::kept;
use super::sample;
use crate::portal::page::NeedFields;
use crate::portal::page::Occasion;
use crate::portal::page::OtherMethod;
use crate::portal::page::passkeys::ChallengePasskeyPage;
use crate::portal::page::passkeys::EnrolPasskeyPage;

pub(super) fn all(samples: &mut Samples) {
    let other = OtherMethod {
        method: "totp",
        label: "Use authenticator app",
        href: "/.portcullis/challenge?method=totp&next=/settings".to_owned(),
    };
    let page = ChallengePasskeyPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        options: OPTIONS.to_owned(),
        again: "/.portcullis/challenge?method=passkey".to_owned(),
        occasion: Occasion::SignIn,
        need: NeedFields::default(),
        others: vec![other],
        problem: None,
    };
    sample(samples, "challenge-passkey", &page);
    let problem = "That passkey was not accepted. Try again, or use another way.".to_owned();
    let wrong = ChallengePasskeyPage { problem: Some(problem), ..page.clone() };
    sample(samples, "challenge-passkey-wrong", &wrong);
    let with_form = ChallengePasskeyPage { errand: kept(errand()), ..page.clone() };
    sample(samples, "challenge-passkey-kept", &with_form);
    let (occasion, need) = (Occasion::StepUp, NeedFields { max_age: Some(900), what: None });
    let again = ChallengePasskeyPage { occasion, need, others: Vec::new(), ..page.clone() };
    sample(samples, "challenge-passkey-again", &again);
    let evil = ChallengePasskeyPage {
        chrome: evil_chrome(),
        who: EVIL.to_owned(),
        options: EVIL.to_owned(),
        again: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "challenge-passkey-evil", &evil);
    let page = EnrolPasskeyPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        options: OPTIONS.to_owned(),
        again: "/.portcullis/enrol?method=passkey".to_owned(),
        further: false,
        problem: None,
    };
    sample(samples, "enrol-passkey", &page);
    let further = EnrolPasskeyPage { further: true, ..page.clone() };
    sample(samples, "enrol-passkey-further", &further);
    let (options, again, problem) = (EVIL.to_owned(), EVIL.to_owned(), Some(EVIL.to_owned()));
    let evil = EnrolPasskeyPage { chrome: evil_chrome(), options, again, problem, ..page };
    sample(samples, "enrol-passkey-evil", &evil);
}
