//! The pages on which a second factor is set up, in every state.

use super::EVIL;
use super::Samples;
use super::chrome;
use super::errand;
use super::evil_chrome;
use super::kept;
use super::sample;
use crate::portal::page::APPS;
use crate::portal::page::EnrolChoicePage;
use crate::portal::page::EnrolHandedPage;
use crate::portal::page::EnrolPage;
use crate::portal::page::SetUpChoice;
use crate::portal::qr;
use crate::words::Language;

pub(super) fn all(samples: &mut Samples) {
    let uri = "otpauth://totp/Harbour%20Operations:ada.lovelace?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Harbour%20Operations";
    let page = EnrolPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        apps: APPS,
        qr: qr::draw(uri).unwrap(),
        key_text: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".to_owned().into(),
        uri: uri.to_owned().into(),
        account: "ada.lovelace".to_owned(),
        why: None,
        problem: None,
    };
    sample(samples, "enrol", &page);
    let problem = "This code is not right. Enter the one the app shows now for this account.";
    let wrong =
        EnrolPage { problem: Some(problem.to_owned()), errand: kept(errand()), ..page.clone() };
    sample(samples, "enrol-wrong", &wrong);
    let evil = EnrolPage {
        chrome: evil_chrome(),
        who: EVIL.to_owned(),
        account: EVIL.to_owned(),
        key_text: EVIL.to_owned().into(),
        uri: EVIL.to_owned().into(),
        why: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "enrol-evil", &evil);
    enrol_choice(samples);
}

fn enrol_choice(samples: &mut Samples) {
    let say = |key| Language::English.say(key);
    let choice =
        |name, about| SetUpChoice { href: "/".to_owned(), name: say(name), about: say(about) };
    let page = EnrolChoicePage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        choices: vec![
            choice("factor-passkey", "set-up-passkey"),
            choice("factor-totp", "set-up-totp"),
        ],
        further: false,
        why: None,
        problem: None,
    };
    sample(samples, "enrol-choice", &page);
    let problem = Some("The app that you were given cannot be used any more.".to_owned());
    sample(samples, "enrol-choice-wrong", &EnrolChoicePage { problem, ..page.clone() });
    enrol_handed(samples, &page);
    let numbers = [("asked", 2_u64.into()), ("held", 1_u64.into())];
    let why = Language::English.with_all("add-another-why", &numbers);
    let another = EnrolChoicePage { further: true, why: Some(why.clone()), ..page.clone() };
    sample(samples, "enrol-another", &another);
    let evil = EnrolChoicePage {
        chrome: evil_chrome(),
        who: EVIL.to_owned(),
        why: Some(EVIL.to_owned()),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "enrol-another-evil", &evil);
}

fn enrol_handed(samples: &mut Samples, choice: &EnrolChoicePage) {
    let page = EnrolHandedPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        choices: choice.choices.clone(),
        problem: None,
    };
    sample(samples, "enrol-handed", &page);
    let problem = "This code is not right. Enter the one the app shows now for this account.";
    let wrong = EnrolHandedPage {
        problem: Some(problem.to_owned()),
        errand: kept(errand()),
        ..page.clone()
    };
    sample(samples, "enrol-handed-wrong", &wrong);
    let evil = EnrolHandedPage {
        chrome: evil_chrome(),
        who: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "enrol-handed-evil", &evil);
}
