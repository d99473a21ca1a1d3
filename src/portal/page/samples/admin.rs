//! The pages of the administration.

use super::EVIL;
use super::Samples;
use super::chrome;
use super::evil_chrome;
use super::sample;
use crate::portal::page::admin::OverviewPage;
use crate::portal::page::admin::Section;
use crate::portal::page::admin::Shell;

/// Every one in every state.
pub(super) fn all(samples: &mut Samples) {
    let language = chrome().language;
    let section = |page: &str, label, current| Section {
        href: format!("/.portcullis/admin{page}"),
        label,
        current,
    };
    let shell = Shell {
        sections: vec![section("", language.say("admin-overview"), true)],
        who: "ada.lovelace".to_owned(),
        role: language.say("role-auditor"),
        site: "console.harbour.example".to_owned(),
        until: language.moment(crate::clock::Timestamp::from_secs(1_800_000_000)),
    };
    let page = OverviewPage {
        chrome: chrome(),
        shell: shell.clone(),
        duty: language.with("admin-duty-grace", "date", "31 January 2027, 00:00 UTC"),
        rules: 3,
        sessions: 1204,
    };
    sample(samples, "admin-overview", &page);
    let evil = OverviewPage {
        chrome: evil_chrome(),
        shell: Shell {
            sections: vec![section(EVIL, "admin", false)],
            who: EVIL.to_owned(),
            role: EVIL,
            site: EVIL.to_owned(),
            until: EVIL.to_owned(),
        },
        duty: EVIL.to_owned(),
        ..page
    };
    sample(samples, "admin-overview-evil", &evil);
}
