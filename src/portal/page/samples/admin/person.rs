//! The pages of one account.

use crate::authority::Act;
use crate::portal::page::Link;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::CodePage;
use crate::portal::page::admin::DeedPage;
use crate::portal::page::admin::DeviceLine;
use crate::portal::page::admin::FactorLine;
use crate::portal::page::admin::Facts;
use crate::portal::page::admin::HandedPage;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::LinkPage;
use crate::portal::page::admin::Own;
use crate::portal::page::admin::Shell;
use crate::portal::page::admin::Tick;
use crate::portal::page::admin::UserPage;
use crate::portal::page::admin::Whom;
use crate::portal::page::samples::EVIL;
use crate::portal::page::samples::Samples;
use crate::portal::page::samples::chrome;
use crate::portal::page::samples::errand;
use crate::portal::page::samples::evil_chrome;
use crate::portal::page::samples::sample;
use crate::portal::qr;

const USER: &str = "/.portcullis/admin/user?id=x1J2";

fn link(page: &str, key: &str) -> Link {
    let label = chrome().language.say(key);
    Link { href: format!("/.portcullis/admin/user/{page}?id=x1J2"), label }
}

pub(super) fn all(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    user(samples, shell, evil);
    deeds(samples, shell, evil);
    code(samples, shell);
    password_link(samples, shell);
}

fn moment() -> String {
    chrome().language.moment(crate::clock::Timestamp::from_secs(1_800_000_000))
}

fn factor(kind: &str, label: &str) -> FactorLine {
    FactorLine {
        kind: chrome().language.say(kind),
        label: label.to_owned(),
        created: moment(),
        last_used: (!label.is_empty()).then(moment),
    }
}

fn user_page(shell: &Shell) -> UserPage {
    let (language, moment) = (chrome().language, moment());
    UserPage {
        chrome: chrome(),
        shell: shell.clone(),
        name: "Ada Lovelace".to_owned(),
        login: "ada.lovelace".to_owned(),
        disabled: false,
        done: Some(language.say("deed-terms-set")),
        facts: Facts {
            email: Some("ada.lovelace@harbour.example".to_owned()),
            groups: "crane operators, night shift".to_owned(),
            role: language.say("role-user"),
            state: language.say("state-active"),
            created: moment.clone(),
            last_sign_in: Some(moment.clone()),
            id: "hb2FrwzkS4cmPNdTtGZ1dQ".to_owned(),
        },
        standing: language.say("standing-enrolled"),
        required: language.with("asked-from", "date", &moment),
        own: Own {
            mode: language.say("asked-mode-enforced"),
            grace: Some(moment.clone()),
            unenrolled: Some(language.say("asked-enrol")),
            allowed: Some(language.say("factor-passkey").to_owned()),
        },
        factors: vec![factor("factor-passkey", "Key on my desk"), factor("factor-totp", "")],
        codes_left: 8,
        window: Some(moment.clone()),
        password: language.say("password-must-change"),
        link: Some(moment.clone()),
        recovery: Some(moment.clone()),
        handed: Some(moment.clone()),
        devices: vec![DeviceLine {
            label: "Firefox, Linux".to_owned(),
            site: "desk".to_owned(),
            created: moment.clone(),
            waits: true,
            approve: Some(format!("{USER}&device=d1")),
            remove: Some(format!("{USER}&device=d1")),
        }],
        sessions: 3,
        sessions_page: "/.portcullis/admin/sessions?user=x1J2".to_owned(),
        acts: vec![
            link("terms", "deed-set-terms"),
            link("sessions", "deed-end-sessions"),
            link("reset", "deed-reset"),
            link("contact", "deed-set-contact"),
            link("role", "deed-set-role"),
            link("disable", "deed-disable"),
        ],
        more: vec![link("recovery-code", "deed-issue-code")],
        records: Some("/.portcullis/admin/audit?user=ada.lovelace".to_owned()),
        back: "/.portcullis/admin/users".to_owned(),
    }
}

fn user(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let page = user_page(shell);
    sample(samples, "admin-user", &page);
    let bare = UserPage {
        disabled: true,
        done: None,
        factors: Vec::new(),
        window: None,
        password: say("password-none"),
        link: None,
        recovery: None,
        handed: None,
        devices: Vec::new(),
        acts: Vec::new(),
        more: Vec::new(),
        records: None,
        own: Own { grace: None, unenrolled: None, allowed: None, ..page.own.clone() },
        ..page.clone()
    };
    sample(samples, "admin-user-bare", &bare);
    let hostile = UserPage {
        chrome: evil_chrome(),
        shell: evil.clone(),
        name: EVIL.to_owned(),
        login: EVIL.to_owned(),
        facts: Facts {
            email: Some(EVIL.to_owned()),
            groups: EVIL.to_owned(),
            id: EVIL.to_owned(),
            ..page.facts.clone()
        },
        factors: vec![factor("factor-totp", EVIL)],
        devices: vec![DeviceLine {
            label: EVIL.to_owned(),
            site: EVIL.to_owned(),
            ..page.devices[0].clone()
        }],
        back: EVIL.to_owned(),
        ..page
    };
    sample(samples, "admin-user-evil", &hostile);
}

fn say(key: &str) -> &'static str {
    chrome().language.say(key)
}

fn deed_page(shell: &Shell) -> DeedPage {
    let language = chrome().language;
    DeedPage {
        chrome: chrome(),
        shell: shell.clone(),
        errand: errand(),
        title: say("deed-reset"),
        whom: Some(Whom {
            name: "Ada Lovelace".to_owned(),
            login: "ada.lovelace".to_owned(),
            id: "x1J2".to_owned(),
            seen: "00112233445566778899aabbccddeeff".to_owned(),
        }),
        does: language.with("deed-reset-does", "sessions", 3_u64),
        action: "/.portcullis/admin/user/reset".to_owned(),
        inputs: Vec::new(),
        reason: String::new(),
        act: Some(Act::ResetMfa),
        problem: None,
        again: false,
        back: USER.to_owned(),
    }
}

/// What is done to nobody in particular, and answered with a file.
fn export_page(page: &DeedPage) -> DeedPage {
    let choice = |value, key| Choice::new(value, say(key), "csv");
    let forms = vec![choice("jsonl", "audit-export-lines"), choice("csv", "audit-export-table")];
    DeedPage {
        whom: None,
        title: say("audit-export"),
        does: say("audit-export-does").to_owned(),
        action: "/.portcullis/admin/audit/export".to_owned(),
        inputs: vec![
            Input::select("form", say("audit-export-form"), forms),
            Input::text("from", say("audit-export-from"), "").hinted(say("audit-export-from-hint")),
            Input::text("to", say("audit-export-to"), "10432").hinted(say("audit-export-to-hint")),
        ],
        problem: Some(say("trouble-no-records").to_owned()),
        again: true,
        back: "/.portcullis/admin/audit".to_owned(),
        act: Some(Act::ExportAudit),
        ..page.clone()
    }
}

fn terms_page(page: &DeedPage) -> DeedPage {
    let language = chrome().language;
    let choice = |value, key| Choice::new(value, say(key), "enforced");
    let tick = |name, key, ticked| Tick { name, label: say(key), ticked };
    let modes = vec![
        choice("", "asked-as-everybody"),
        choice("optional", "asked-mode-optional"),
        choice("enforced", "asked-mode-enforced"),
    ];
    let ticks = vec![
        tick("allow_passkey", "factor-passkey", true),
        tick("allow_totp", "factor-totp", true),
        tick("allow_sms", "factor-sms", false),
    ];
    DeedPage {
        title: say("deed-set-terms"),
        does: language.with("deed-set-terms-does", "sessions", 3_u64),
        action: "/.portcullis/admin/user/terms".to_owned(),
        inputs: vec![
            Input::select("mode", say("admin-duty"), modes),
            Input::text("grace", say("deed-grace"), "soon").hinted(say("deed-grace-hint")),
            Input::ticks("allowed", say("deed-allowed"), ticks).hinted(say("deed-allowed-hint")),
        ],
        reason: "asked for by the team".to_owned(),
        problem: Some(language.say("deed-grace-wrong").to_owned()),
        ..page.clone()
    }
}

fn deeds(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let page = deed_page(shell);
    sample(samples, "admin-deed", &page);
    sample(samples, "admin-deed-terms", &terms_page(&page));
    sample(samples, "admin-deed-export", &export_page(&page));
    let device = Input::fixed("device", say("deed-device"), "d1", "Firefox, Linux · desk".into());
    let device = DeedPage {
        title: say("deed-remove-device"),
        does: say("deed-remove-device-does").to_owned(),
        inputs: vec![device],
        act: Some(Act::RemoveDevice),
        ..page.clone()
    };
    sample(samples, "admin-deed-device", &device);
    profiles(samples, &page);
    let problem = Some(say("denied-not-below").to_owned());
    let closed = DeedPage { act: None, problem, ..page.clone() };
    sample(samples, "admin-deed-closed", &closed);
    let hostile = DeedPage {
        chrome: evil_chrome(),
        shell: evil.clone(),
        whom: Some(Whom {
            name: EVIL.to_owned(),
            login: EVIL.to_owned(),
            id: EVIL.to_owned(),
            seen: EVIL.to_owned(),
        }),
        inputs: vec![
            Input::text("grace", EVIL, EVIL).hinted(EVIL),
            Input::fixed("device", EVIL, EVIL, EVIL.to_owned()),
        ],
        reason: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        back: EVIL.to_owned(),
        ..page
    };
    sample(samples, "admin-deed-evil", &hostile);
}

/// Who somebody is: of one who is there, and of one who is not yet.
fn profiles(samples: &mut Samples, page: &DeedPage) {
    let profile = DeedPage {
        title: say("deed-edit"),
        does: chrome().language.with("deed-edit-does", "sessions", 3_u64),
        inputs: vec![
            Input::text("name", say("users-name"), "Ada Lovelace").required(),
            Input::text("email", say("user-email"), "ada@harbour.example")
                .hinted(say("profile-email-hint")),
            Input::text("groups", say("user-groups"), "crane operators, night shift")
                .hinted(say("profile-groups-hint")),
        ],
        act: Some(Act::EditProfile),
        ..page.clone()
    };
    sample(samples, "admin-deed-profile", &profile);
    let roles = vec![Choice::new("user", say("role-user"), "user")];
    let add = DeedPage {
        whom: None,
        title: say("user-add"),
        does: say("user-add-does").to_owned(),
        inputs: vec![
            Input::text("login", say("sign-in-login"), "ada").required(),
            Input::text("name", say("users-name"), "").hinted(say("user-add-name-hint")),
            Input::select("role", say("admin-role"), roles),
        ],
        problem: Some(say("trouble-login-taken").to_owned()),
        ..profile
    };
    sample(samples, "admin-user-add", &add);
}

fn code(samples: &mut Samples, shell: &Shell) {
    let code = CodePage {
        chrome: chrome(),
        shell: shell.clone(),
        who: "Ada Lovelace".to_owned(),
        login: "ada.lovelace".to_owned(),
        code: "K7QM-2XHD-9PVT-4RWN".to_owned().into(),
        expires: moment(),
        back: USER.to_owned(),
    };
    sample(samples, "admin-code", &code);
    let hostile =
        CodePage { who: EVIL.to_owned(), code: EVIL.to_owned().into(), back: EVIL.into(), ..code };
    sample(samples, "admin-code-evil", &hostile);
    let handed = HandedPage {
        chrome: chrome(),
        shell: shell.clone(),
        who: "Ada Lovelace".to_owned(),
        login: "ada.lovelace".to_owned(),
        qr: qr::draw("otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP").unwrap(),
        key_text: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".to_owned().into(),
        expires: moment(),
        back: USER.to_owned(),
    };
    sample(samples, "admin-handed", &handed);
    let hostile = HandedPage {
        who: EVIL.to_owned(),
        login: EVIL.to_owned(),
        key_text: EVIL.to_owned().into(),
        expires: EVIL.to_owned(),
        back: EVIL.into(),
        ..handed
    };
    sample(samples, "admin-handed-evil", &hostile);
}

fn password_link(samples: &mut Samples, shell: &Shell) {
    let token = "k7qm2xhd9pvt4rwnb6sj".repeat(3);
    let link = LinkPage {
        chrome: chrome(),
        shell: shell.clone(),
        who: "Ada Lovelace".to_owned(),
        login: "ada.lovelace".to_owned(),
        link: format!("https://console.harbour.example/.portcullis/welcome?t={token}").into(),
        expires: moment(),
        back: USER.to_owned(),
    };
    sample(samples, "admin-link", &link);
    let hostile =
        LinkPage { who: EVIL.to_owned(), link: EVIL.to_owned().into(), back: EVIL.into(), ..link };
    sample(samples, "admin-link-evil", &hostile);
}
