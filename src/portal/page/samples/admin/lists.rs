//! Sessions and service tokens.

use crate::portal::page::Link;
use crate::portal::page::admin::AuditLine;
use crate::portal::page::admin::AuditPage;
use crate::portal::page::admin::MethodLine;
use crate::portal::page::admin::Own;
use crate::portal::page::admin::Party;
use crate::portal::page::admin::PolicyPage;
use crate::portal::page::admin::RehearsalPage;
use crate::portal::page::admin::SecretPage;
use crate::portal::page::admin::SessionLine;
use crate::portal::page::admin::SessionsPage;
use crate::portal::page::admin::Shell;
use crate::portal::page::admin::SiteLine;
use crate::portal::page::admin::TokenLine;
use crate::portal::page::admin::TokensPage;
use crate::portal::page::samples::EVIL;
use crate::portal::page::samples::Samples;
use crate::portal::page::samples::chrome;
use crate::portal::page::samples::errand;
use crate::portal::page::samples::evil_chrome;
use crate::portal::page::samples::sample;

const USER: &str = "/.portcullis/admin/user?id=x1J2";

pub(super) fn all(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    super::import::all(samples, shell, evil);
    sessions(samples, shell, evil);
    tokens(samples, shell, evil);
    secret(samples, shell, evil);
    audit(samples, shell, evil);
    policy(samples, shell, evil);
    super::site::all(samples, shell, evil);
}

fn policy(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let say = |key| chrome().language.say(key);
    let switch = Own {
        mode: say("asked-mode-enforced"),
        grace: Some(moment()),
        unenrolled: Some(say("asked-enrol")),
        allowed: Some(say("factor-passkey").to_owned()),
    };
    let method = |key, on| MethodLine { label: say(key), on };
    let page = PolicyPage {
        chrome: chrome(),
        shell: shell.clone(),
        done: Some(say("policy-set")),
        file: say("asked-optional").to_owned(),
        rules: 2,
        switch: switch.clone(),
        together: chrome().language.with("asked-from", "date", &moment()),
        owners: say("asked-always").to_owned(),
        methods: vec![method("factor-passkey", true), method("factor-sms", false)],
        change: Some("/.portcullis/admin/policy/change".to_owned()),
        sites: sites(),
    };
    sample(samples, "admin-policy", &page);
    let bare = PolicyPage { done: None, change: None, ..page.clone() };
    sample(samples, "admin-policy-bare", &bare);
    let hostile =
        PolicyPage { chrome: evil_chrome(), shell: evil.clone(), file: EVIL.into(), ..page };
    sample(samples, "admin-policy-evil", &hostile);
    let page = RehearsalPage {
        chrome: chrome(),
        shell: shell.clone(),
        errand: errand(),
        again: errand(),
        seen: "00ff".repeat(16),
        asked: switch,
        rows: vec![(say("standing-enrolled"), 761, 761), (say("standing-overdue"), 12, 69)],
        locks_out: true,
        set: "/.portcullis/admin/policy/set".to_owned(),
        change: "/.portcullis/admin/policy/change".to_owned(),
        fields: vec![("mode", "enforced".to_owned()), ("grace", String::new())],
        reason: String::new(),
        problem: Some(say("trouble-no-reason").to_owned()),
        back: "/.portcullis/admin/policy".to_owned(),
    };
    sample(samples, "admin-rehearsal", &page);
    let fields = vec![("grace", EVIL.to_owned())];
    let hostile = RehearsalPage { fields, locks_out: false, reason: EVIL.to_owned(), ..page };
    sample(samples, "admin-rehearsal-evil", &hostile);
}

fn sites() -> Vec<SiteLine> {
    let say = |key| chrome().language.say(key).to_owned();
    let line = |name: &str, from: Option<&str>, ways: Vec<String>| SiteLine {
        href: format!("/.portcullis/admin/policy/site?name={name}"),
        name: name.to_owned(),
        from: from.map(str::to_owned),
        besides: from.is_some(),
        ways,
    };
    let both = vec![format!("{} · office", say("site-way-password")), say("site-way-second")];
    vec![
        line("grafana", Some("office, vpn, germany"), vec![say("site-way-resistant")]),
        line("wiki", None, both),
    ]
}

fn audit_line() -> AuditLine {
    let party = |name: &str| Party { href: Some(USER.to_owned()), name: name.to_owned() };
    AuditLine {
        number: "10432".to_owned(),
        at: moment(),
        kind: "recovery_code_issued".to_owned(),
        actor: party("ada.lovelace"),
        target: Some(party("charles.babbage")),
        site: Some("desk".to_owned()),
        client: Some("2001:db8:85a3::8a2e:370:7334".to_owned()),
        request: Some("01JDX3M5T7E9K2Q4".to_owned()),
        detail: vec![
            ("code".to_owned(), "x1J2".to_owned()),
            ("reason".to_owned(), "phone lost, seen in person".to_owned()),
        ],
    }
}

fn audit(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let row = audit_line();
    let by_itself = AuditLine {
        kind: "gateway_started".to_owned(),
        actor: Party { href: None, name: chrome().language.say("audit-gateway").to_owned() },
        target: None,
        site: None,
        client: None,
        request: None,
        detail: Vec::new(),
        ..row.clone()
    };
    let page = AuditPage {
        chrome: chrome(),
        shell: shell.clone(),
        kind: "code".to_owned(),
        user: String::new(),
        text: String::new(),
        rows: vec![row.clone(), by_itself],
        is_nobody: false,
        export: Some(link("audit/export", "audit-export")),
        first: Some("/.portcullis/admin/audit?".to_owned()),
        next: Some("/.portcullis/admin/audit?before=17".to_owned()),
    };
    sample(samples, "admin-audit", &page);
    let none = AuditPage { rows: Vec::new(), first: None, next: None, ..page.clone() };
    sample(samples, "admin-audit-none", &none);
    let next = Some("/.portcullis/admin/audit?before=17".to_owned());
    sample(samples, "admin-audit-earlier", &AuditPage { next, ..none.clone() });
    sample(samples, "admin-audit-nobody", &AuditPage { is_nobody: true, ..none });
    let hostile = AuditLine {
        kind: EVIL.to_owned(),
        actor: Party { href: Some(EVIL.to_owned()), name: EVIL.to_owned() },
        site: Some(EVIL.to_owned()),
        request: Some(EVIL.to_owned()),
        detail: vec![(EVIL.to_owned(), EVIL.to_owned())],
        ..row
    };
    let hostile = AuditPage {
        chrome: evil_chrome(),
        shell: evil.clone(),
        kind: EVIL.to_owned(),
        user: EVIL.to_owned(),
        text: EVIL.to_owned(),
        rows: vec![hostile],
        ..page
    };
    sample(samples, "admin-audit-evil", &hostile);
}

fn link(page: &str, key: &str) -> Link {
    Link { href: format!("/.portcullis/admin/{page}"), label: chrome().language.say(key) }
}

fn moment() -> String {
    chrome().language.moment(crate::clock::Timestamp::from_secs(1_800_000_000))
}

fn sessions(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let row = SessionLine {
        login: "ada.lovelace".to_owned(),
        href: USER.to_owned(),
        here: false,
        site: "desk".to_owned(),
        aal: "AAL2".to_owned(),
        browser: Some("Firefox, Linux".to_owned()),
        client: "2001:db8:85a3::8a2e:370:7334".to_owned(),
        place: Some("Munich, DE".to_owned()),
        created: moment(),
        active: moment(),
        end: Some("/.portcullis/admin/user/session?id=x1J2&session=s1".to_owned()),
    };
    let own = SessionLine { here: true, browser: None, place: None, end: None, ..row.clone() };
    let page = SessionsPage {
        chrome: chrome(),
        shell: shell.clone(),
        done: Some(chrome().language.say("sessions-all-ended")),
        of: None,
        rows: vec![row.clone(), own],
        end_all: Some(link("sessions/end-all", "task-end-all")),
        first: Some("/.portcullis/admin/sessions?".to_owned()),
        next: Some("/.portcullis/admin/sessions?after=1-x".to_owned()),
    };
    sample(samples, "admin-sessions", &page);
    let of = Some((USER.to_owned(), "ada.lovelace".to_owned()));
    let (first, next) = (None, None);
    let rows = Vec::new();
    let none = SessionsPage { done: None, of, rows, end_all: None, first, next, ..page.clone() };
    sample(samples, "admin-sessions-none", &none);
    let hostile = SessionLine {
        login: EVIL.to_owned(),
        href: EVIL.to_owned(),
        site: EVIL.to_owned(),
        browser: Some(EVIL.to_owned()),
        place: Some(EVIL.to_owned()),
        end: Some(EVIL.to_owned()),
        ..row
    };
    let hostile = SessionsPage {
        chrome: evil_chrome(),
        shell: evil.clone(),
        of: Some((EVIL.to_owned(), EVIL.to_owned())),
        rows: vec![hostile],
        first: Some(EVIL.to_owned()),
        next: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "admin-sessions-evil", &hostile);
}

fn tokens(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let say = |key| chrome().language.say(key);
    let row = TokenLine {
        name: "backup".to_owned(),
        standing: say("token-active"),
        good: true,
        role: None,
        site: "desk".to_owned(),
        scope: "GET · /export · 192.0.2.0/24".to_owned(),
        expires: moment(),
        last_used: Some(moment()),
        acts: vec![
            link("tokens/rotate?token=backup", "token-rotate"),
            link("tokens/disable?token=backup", "token-disable"),
            link("tokens/revoke?token=backup", "token-revoke"),
        ],
    };
    let other = TokenLine {
        name: "watch".to_owned(),
        standing: say("token-expires-soon"),
        good: false,
        role: Some(say("role-auditor")),
        scope: String::new(),
        last_used: None,
        acts: Vec::new(),
        ..row.clone()
    };
    let page = TokensPage {
        chrome: chrome(),
        shell: shell.clone(),
        done: Some(say("token-revoked")),
        rows: vec![row.clone(), other],
        add: Some(link("tokens/add", "token-add")),
    };
    sample(samples, "admin-tokens", &page);
    let none = TokensPage { done: None, rows: Vec::new(), add: None, ..page.clone() };
    sample(samples, "admin-tokens-none", &none);
    let hostile =
        TokenLine { name: EVIL.to_owned(), site: EVIL.to_owned(), scope: EVIL.to_owned(), ..row };
    let (chrome, shell) = (evil_chrome(), evil.clone());
    let hostile = TokensPage { chrome, shell, rows: vec![hostile], ..page };
    sample(samples, "admin-tokens-evil", &hostile);
}

fn secret(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let page = SecretPage {
        chrome: chrome(),
        shell: shell.clone(),
        name: "backup".to_owned(),
        role: Some(chrome().language.say("role-auditor")),
        old_until: Some(moment()),
        secret: "pct_x1J2k3L4m5N6_hb2FrwzkS4cmPNdTtGZ1dQhb2FrwzkS4cmPNdTtGZ1dQ".to_owned().into(),
        origin: "https://console.harbour.example".to_owned(),
        expires: moment(),
        accepted: false,
        back: "/.portcullis/admin/tokens".to_owned(),
    };
    sample(samples, "admin-secret", &page);
    let hostile = SecretPage {
        chrome: evil_chrome(),
        shell: evil.clone(),
        name: EVIL.to_owned(),
        secret: EVIL.to_owned().into(),
        origin: EVIL.to_owned(),
        accepted: true,
        ..page
    };
    sample(samples, "admin-secret-evil", &hostile);
}
