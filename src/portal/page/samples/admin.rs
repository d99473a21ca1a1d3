//! The pages of the administration.

mod lists;
mod person;

use super::EVIL;
use super::Samples;
use super::chrome;
use super::errand;
use super::evil_chrome;
use super::sample;
use crate::portal::page::admin::Adoption;
use crate::portal::page::admin::AdoptionTable;
use crate::portal::page::admin::Announced;
use crate::portal::page::admin::ApiPage;
use crate::portal::page::admin::Bars;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Curve;
use crate::portal::page::admin::HealthLine;
use crate::portal::page::admin::OverviewPage;
use crate::portal::page::admin::Party;
use crate::portal::page::admin::Point;
use crate::portal::page::admin::Section;
use crate::portal::page::admin::Shell;
use crate::portal::page::admin::UserRow;
use crate::portal::page::admin::UsersPage;

/// Every one in every state.
pub(super) fn all(samples: &mut Samples) {
    let language = chrome().language;
    let section = |page: &str, label, current| Section {
        href: format!("/.portcullis/admin{page}"),
        label,
        current,
    };
    let shell = Shell {
        sections: vec![
            section("", language.say("admin-overview"), true),
            section("/users", language.say("admin-users"), false),
        ],
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
        sessions_page: Some("/.portcullis/admin/sessions".to_owned()),
        adoption: adoption(),
        curve: curve(),
        bars: bars(),
        health: health(),
        announced: Some(announced()),
    };
    sample(samples, "admin-overview", &page);
    let quiet = OverviewPage { announced: None, ..page.clone() };
    sample(samples, "admin-overview-quiet", &quiet);
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
        adoption: Adoption { tables: vec![table("groups", [(EVIL, 1, 2)])], ..adoption() },
        announced: Some(hostile_announced()),
        ..page.clone()
    };
    sample(samples, "admin-overview-evil", &evil);
    let new = OverviewPage { curve: None, bars: Vec::new(), ..page };
    sample(samples, "admin-overview-new", &new);
    let mut listing = shell.clone();
    for section in &mut listing.sections {
        section.current = !section.current;
    }
    users(samples, &listing, &evil.shell);
    person::all(samples, &shell, &evil.shell);
    lists::all(samples, &shell, &evil.shell);
    let page = ApiPage { chrome: chrome(), shell, csrf: "AAABnM0_v3Qk".repeat(4) };
    sample(samples, "admin-api", &page);
    let evil = ApiPage { chrome: evil_chrome(), shell: evil.shell.clone(), csrf: EVIL.to_owned() };
    sample(samples, "admin-api-evil", &evil);
}

fn of(enrolled: u64, all: u64) -> String {
    let args = [("enrolled", enrolled.into()), ("all", all.into())];
    chrome().language.with_all("admin-coverage-of", &args)
}

fn table<const N: usize>(id: &'static str, rows: [(&str, u64, u64); N]) -> AdoptionTable {
    let rows = rows.map(|(name, enrolled, all)| (name.to_owned(), of(enrolled, all)));
    let label = chrome().language.say("overview-groups");
    AdoptionTable { id, label, rows: rows.to_vec(), more: N.saturating_sub(1) }
}

fn curve() -> Option<Curve> {
    let day = |day: u32| Point {
        day,
        percent: usize::try_from(day).unwrap_or_default() * 3,
        written: format!("day {day}"),
        of: of(3, 100),
    };
    Curve::through(&(0..30).map(day).collect::<Vec<_>>())
}

fn bars() -> Vec<Bars> {
    let hours: Vec<_> = (0..24).map(|hour| (format!("{hour}:00"), hour * hour)).collect();
    let label = chrome().language.say("overview-refused");
    Bars::of(("refused", label), &hours).into_iter().collect()
}

fn health() -> Vec<HealthLine> {
    let language = chrome().language;
    let behind = [("count", 1200_u64.into()), ("since", "1 December 2026, 09:14".into())];
    let sink = language.with_all("health-sink-behind", &behind);
    let line = |label, text: &str, bad| HealthLine {
        label: language.say(label),
        name: if bad { "country".to_owned() } else { String::new() },
        text: text.to_owned(),
        bad,
    };
    vec![
        line("health-store", language.say("health-store-fine"), false),
        line("health-places", language.say("health-places-bad"), true),
        line("health-sink", &sink, true),
        line("health-notices", &language.with("health-waiting", "count", 3_u64), false),
    ]
}

fn adoption() -> Adoption {
    let language = chrome().language;
    Adoption {
        people: 830,
        coverage: 91,
        standings: vec![
            (
                language.say("standing-enrolled"),
                761,
                "/.portcullis/admin/users?standing=enrolled".to_owned(),
            ),
            (language.say("standing-free"), 0, "/.portcullis/admin/users?standing=free".to_owned()),
            (
                language.say("standing-pending"),
                57,
                "/.portcullis/admin/users?standing=pending".to_owned(),
            ),
            (
                language.say("standing-overdue"),
                12,
                "/.portcullis/admin/users?standing=overdue".to_owned(),
            ),
        ],
        sent_only: 44,
        tables: vec![
            table("sites", [("desk", 700, 712), ("warehouse", 61, 118)]),
            table("groups", [("operators", 3, 4)]),
        ],
    }
}

fn announced() -> Announced {
    let language = chrome().language;
    let at = language.moment(crate::clock::Timestamp::from_secs(1_799_990_000));
    let by = language.with("audit-operator", "uid", "998");
    let bob = Party {
        href: Some("/.portcullis/admin/user?id=01J".to_owned()),
        name: "desk/charlotte.of.the.night.shift@harbour.example".to_owned(),
    };
    Announced {
        errand: errand(),
        action: "/.portcullis/admin/seen".to_owned(),
        count: language.with("loud-count", "acts", 23_u64),
        acts: 1041,
        last: vec![
            (at.clone(), "recovery_code_issued".to_owned(), by.clone(), Some(bob)),
            (at, "signing_key_created".to_owned(), by, None),
        ],
        log: "/.portcullis/admin/audit".to_owned(),
    }
}

fn hostile_announced() -> Announced {
    let evil = || EVIL.to_owned();
    let party = Party { href: Some(evil()), name: evil() };
    Announced { last: vec![(evil(), evil(), evil(), Some(party))], log: evil(), ..announced() }
}

fn row(login: &str, standing: &str, kinds: &str) -> UserRow {
    let language = chrome().language;
    UserRow {
        href: "/.portcullis/admin/user?id=01J".to_owned(),
        login: login.to_owned(),
        name: format!("Name of {login}"),
        email: if login == "bob" { String::new() } else { format!("{login}@mail.harbour.example") },
        role: language.say("role-user"),
        disabled: login.starts_with('b'),
        standing: language.say(standing),
        kinds: kinds.to_owned(),
    }
}

fn users(samples: &mut Samples, shell: &Shell, evil_shell: &Shell) {
    let language = chrome().language;
    let choice = |value, key| Choice::new(value, language.say(key), "admin");
    let rows = vec![
        row("ada.lovelace", "standing-enrolled", "Passkey or security key, Authenticator app"),
        row("bob", "standing-overdue", ""),
        row("desk/charlotte.of.the.night.shift@harbour.example", "standing-pending", ""),
    ];
    let page = UsersPage {
        chrome: chrome(),
        shell: shell.clone(),
        done: None,
        add: Some("/.portcullis/admin/users/add".to_owned()),
        text: "a".to_owned(),
        roles: vec![choice("user", "role-user"), choice("admin", "role-admin")],
        states: vec![choice("active", "state-active"), choice("disabled", "state-disabled")],
        standings: vec![choice("enrolled", "standing-enrolled"), choice("free", "standing-free")],
        total: 100_000,
        rows,
        first: Some("/.portcullis/admin/users?text=a".to_owned()),
        next: Some("/.portcullis/admin/users?text=a&after=bob".to_owned()),
    };
    sample(samples, "admin-users", &page);
    let done = Some(language.say("deed-removed"));
    let none = UsersPage {
        done,
        add: None,
        total: 0,
        rows: Vec::new(),
        first: None,
        next: None,
        ..page.clone()
    };
    sample(samples, "admin-users-none", &none);
    let evil = UsersPage {
        chrome: evil_chrome(),
        shell: evil_shell.clone(),
        text: EVIL.to_owned(),
        roles: vec![Choice::new(EVIL, EVIL, "")],
        rows: vec![UserRow {
            href: EVIL.to_owned(),
            login: EVIL.to_owned(),
            name: EVIL.to_owned(),
            email: EVIL.to_owned(),
            kinds: EVIL.to_owned(),
            ..row("", "standing-free", "")
        }],
        first: Some(EVIL.to_owned()),
        next: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "admin-users-evil", &evil);
}
