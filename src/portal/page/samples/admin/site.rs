//! What one site asks for.

use crate::portal::page::admin::AreaTick;
use crate::portal::page::admin::AskedLine;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Shell;
use crate::portal::page::admin::SiteForm;
use crate::portal::page::admin::SitePage;
use crate::portal::page::admin::SiteRehearsalPage;
use crate::portal::page::samples::EVIL;
use crate::portal::page::samples::Samples;
use crate::portal::page::samples::chrome;
use crate::portal::page::samples::errand;
use crate::portal::page::samples::evil_chrome;
use crate::portal::page::samples::sample;

const BACK: &str = "/.portcullis/admin/policy/site?name=grafana";

pub(super) fn all(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    site(samples, shell, evil);
    rehearsal(samples, shell, evil);
}

fn say(key: &str) -> &'static str {
    chrome().language.say(key)
}

fn configuration() -> AskedLine {
    let waived = format!("{} · office", say("site-way-password"));
    AskedLine {
        deny: Some("sanctioned".to_owned()),
        from: None,
        ways: vec![waived, say("site-way-second").to_owned()],
        routes: Some(chrome().language.with("site-routes-count", "routes", 3_usize)),
    }
}

fn in_force() -> AskedLine {
    let age = chrome().language.with("site-age-hours", "count", 8_usize);
    let waived = format!("{} · office · {age}", say("site-way-resistant"));
    AskedLine {
        from: Some("office, vpn, germany".to_owned()),
        ways: vec![waived, format!("{} · {age}", say("site-way-resistant"))],
        ..configuration()
    }
}

fn form() -> SiteForm {
    let area = |field, name: &str, ticked| AreaTick { field, name: name.to_owned(), ticked };
    let choice = |value: &'static str, key| Choice::new(value, say(key), "phishing_resistant");
    SiteForm {
        errand: errand(),
        action: "/.portcullis/admin/policy/site/rehearse".to_owned(),
        areas: vec![
            area("area-0", "office", true),
            area("area-1", "vpn", true),
            area("area-2", "germany", false),
        ],
        more: 2,
        proofs: vec![
            choice("", "policy-unsaid"),
            choice("second_factor", "site-way-second"),
            choice("phishing_resistant", "site-way-resistant"),
        ],
        ages: vec![choice("", "policy-unsaid")],
    }
}

fn site(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let page = SitePage {
        chrome: chrome(),
        shell: shell.clone(),
        name: "grafana".to_owned(),
        done: Some(say("policy-set")),
        configuration: configuration(),
        here: AskedLine {
            from: Some("office, vpn, germany".to_owned()),
            ways: vec![say("site-way-resistant").to_owned()],
            ..AskedLine::default()
        },
        in_force: in_force(),
        unknown: Some(chrome().language.with("site-unknown", "names", "old-office")),
        form: Some(form()),
        problem: None,
        back: "/.portcullis/admin/policy".to_owned(),
    };
    sample(samples, "admin-site", &page);
    let bare = SitePage { done: None, unknown: None, form: None, ..page.clone() };
    sample(samples, "admin-site-read", &bare);
    let nothing = SiteForm { areas: Vec::new(), more: 0, ..form() };
    let problem = Some(say("trouble-text").to_owned());
    let empty = SitePage { form: Some(nothing), problem, done: None, ..page.clone() };
    sample(samples, "admin-site-no-areas", &empty);
    let ticks = vec![AreaTick { field: "area-0", name: EVIL.to_owned(), ticked: true }];
    let hostile = SitePage {
        chrome: evil_chrome(),
        shell: evil.clone(),
        name: EVIL.to_owned(),
        here: AskedLine { from: Some(EVIL.to_owned()), ..in_force() },
        form: Some(SiteForm { areas: ticks, ..form() }),
        ..page
    };
    sample(samples, "admin-site-evil", &hostile);
}

fn rehearsal(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let page = SiteRehearsalPage {
        chrome: chrome(),
        shell: shell.clone(),
        errand: errand(),
        name: "grafana".to_owned(),
        seen: "00ff".repeat(16),
        in_force: in_force(),
        locks_out: false,
        rows: vec![
            (say("site-open"), 214),
            (say("site-would-lose"), 9),
            (say("site-would-prove"), 31),
        ],
        logins: Some("ada.lovelace, charles.babbage, grace.hopper".to_owned()),
        programs: vec![[
            "terraform/1.9 203.0.113.7 (203.0.113.0/24)".to_owned(),
            "/api".to_owned(),
            "10432".to_owned(),
        ]],
        addresses: vec![
            ("198.51.100.4".to_owned(), 41, false),
            ("2001:db8:85a3::8a2e:370:7334".to_owned(), 3, true),
        ],
        set: Some("/.portcullis/admin/policy/site/set".to_owned()),
        fields: vec![("site", "grafana".to_owned()), ("area-0", "office".to_owned())],
        reason: String::new(),
        problem: Some(say("trouble-no-reason").to_owned()),
        back: BACK.to_owned(),
    };
    sample(samples, "admin-site-rehearsal", &page);
    let alone = SiteRehearsalPage {
        locks_out: true,
        set: None,
        logins: None,
        programs: Vec::new(),
        addresses: Vec::new(),
        problem: None,
        ..page.clone()
    };
    sample(samples, "admin-site-locks-out", &alone);
    let admins = SiteRehearsalPage { set: None, problem: None, ..page.clone() };
    sample(samples, "admin-site-owners-only", &admins);
    let hostile = SiteRehearsalPage {
        chrome: evil_chrome(),
        shell: evil.clone(),
        name: EVIL.to_owned(),
        logins: Some(EVIL.to_owned()),
        programs: vec![[EVIL.to_owned(), EVIL.to_owned(), "1".to_owned()]],
        fields: vec![("site", EVIL.to_owned())],
        reason: EVIL.to_owned(),
        ..page
    };
    sample(samples, "admin-site-rehearsal-evil", &hostile);
}
