//! The page that makes the first owner.

use super::EVIL;
use super::Samples;
use super::chrome;
use super::evil_chrome;
use super::sample;
use crate::portal::page::FirstOwnerPage;

/// In every state.
pub(super) fn all(samples: &mut Samples) {
    let page = FirstOwnerPage {
        chrome: chrome(),
        csrf: "token".to_owned(),
        site: "console.harbour.example".to_owned(),
        login: String::new(),
        name: String::new(),
        least: 10,
        problem: None,
    };
    sample(samples, "first-owner", &page);
    let wrong = FirstOwnerPage {
        login: "ada.lovelace".to_owned(),
        name: "Ada Lovelace".to_owned(),
        problem: Some(
            "This token is not right, or its hour is over. The gateway’s log names the file that has it; a restart \
             writes another."
                .to_owned(),
        ),
        ..page.clone()
    };
    sample(samples, "first-owner-wrong", &wrong);
    let evil = FirstOwnerPage {
        chrome: evil_chrome(),
        csrf: EVIL.to_owned(),
        site: EVIL.to_owned(),
        login: EVIL.to_owned(),
        name: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "first-owner-evil", &evil);
}
