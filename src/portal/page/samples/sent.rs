//! The pages about codes that are sent, in every state.

use super::EVIL;
use super::Samples;
use super::chrome;
use super::errand;
use super::evil_chrome;
use super::kept;
use super::sample;
use crate::authenticator::contact::Channel;
use crate::portal::page::NeedFields;
use crate::portal::page::Occasion;
use crate::portal::page::OtherMethod;
use crate::portal::page::sent::EnrolContactPage;
use crate::portal::page::sent::NoContactPage;
use crate::portal::page::sent::SentCodePage;

pub(super) fn all(samples: &mut Samples) {
    let other = OtherMethod {
        method: "backup_code",
        label: "Use backup code",
        href: "/.portcullis/challenge?method=backup_code".to_owned(),
    };
    let page = SentCodePage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        channel: Channel::Email,
        to: "a…e@harbour.example".to_owned(),
        underway: false,
        occasion: Occasion::SignIn,
        need: NeedFields::default(),
        others: vec![other],
        problem: None,
    };
    sample(samples, "sent-email", &page);
    let sms =
        SentCodePage { channel: Channel::Sms, to: "•••• 42".to_owned(), ..page.clone() };
    sample(samples, "sent-sms", &sms);
    let problem = Some("This code is not right, or too old.".to_owned());
    let wrong = SentCodePage { underway: true, problem, ..sms };
    sample(samples, "sent-sms-wrong", &wrong);
    let again = SentCodePage {
        underway: true,
        occasion: Occasion::StepUp,
        need: NeedFields { max_age: Some(900), what: None },
        errand: kept(errand()),
        ..page.clone()
    };
    sample(samples, "sent-email-underway", &again);
    let evil = SentCodePage {
        chrome: evil_chrome(),
        who: EVIL.to_owned(),
        to: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "sent-evil", &evil);
    contact(samples);
}

fn contact(samples: &mut Samples) {
    let page = EnrolContactPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        channel: Channel::Sms,
        underway: None,
        typed: String::new(),
        problem: None,
    };
    sample(samples, "enrol-sms", &page);
    let problem = Some("This is no mobile number with its country code.".to_owned());
    let wrong = EnrolContactPage { typed: "0151 23".to_owned(), problem, ..page.clone() };
    sample(samples, "enrol-sms-wrong", &wrong);
    let email = EnrolContactPage {
        channel: Channel::Email,
        underway: Some("a…e@harbour.example".to_owned()),
        ..page.clone()
    };
    sample(samples, "enrol-email-underway", &email);
    let evil = EnrolContactPage {
        chrome: evil_chrome(),
        who: EVIL.to_owned(),
        typed: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "enrol-sms-evil", &evil);
    let back = "/.portcullis/challenge".to_owned();
    sample(
        samples,
        "no-contact",
        &NoContactPage { chrome: evil_chrome(), channel: Channel::Sms, back },
    );
}
