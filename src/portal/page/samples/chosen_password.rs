//! The pages on which people choose a password that somebody else began.

use super::EVIL;
use super::Samples;
use super::chrome;
use super::errand;
use super::evil_chrome;
use super::kept;
use super::sample;
use crate::portal::page::NewPasswordPage;
use crate::portal::page::WelcomePage;
use crate::portal::page::WelcomeVoidPage;

/// In every state.
pub(super) fn all(samples: &mut Samples) {
    welcome(samples);
    at_sign_in(samples);
}

fn welcome(samples: &mut Samples) {
    let page = WelcomePage {
        chrome: chrome(),
        csrf: "token".to_owned(),
        site: "console.harbour.example".to_owned(),
        link: "abc.def".to_owned(),
        login: "ada.lovelace".to_owned(),
        least: 10,
        problem: None,
    };
    sample(samples, "welcome", &page);
    let wrong = WelcomePage {
        problem: Some("The two new passwords are not the same.".to_owned()),
        ..page.clone()
    };
    sample(samples, "welcome-wrong", &wrong);
    let evil = WelcomePage {
        chrome: evil_chrome(),
        csrf: EVIL.to_owned(),
        site: EVIL.to_owned(),
        link: EVIL.to_owned(),
        login: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "welcome-evil", &evil);
    let chrome = chrome();
    let problem = chrome.language.say("welcome-void").to_owned();
    sample(samples, "welcome-void", &WelcomeVoidPage { chrome, problem });
}

fn at_sign_in(samples: &mut Samples) {
    let page = NewPasswordPage {
        chrome: chrome(),
        errand: errand(),
        login: "ada.lovelace".to_owned(),
        proof: "c2VhbGVk".to_owned(),
        least: 10,
        problem: None,
    };
    sample(samples, "new-password", &page);
    let wrong = NewPasswordPage {
        errand: kept(errand()),
        problem: Some("This is the password that is to be changed. Choose another one.".to_owned()),
        ..page.clone()
    };
    sample(samples, "new-password-wrong", &wrong);
    let evil = NewPasswordPage {
        chrome: evil_chrome(),
        login: EVIL.to_owned(),
        proof: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "new-password-evil", &evil);
}
