//! Every page in every state, with names that try to be markup.

mod account;
mod admin;
mod chosen_password;
mod enrol;
mod first_owner;
mod passkeys;
mod sent;

use std::cell::Cell;

use super::help::HelpPage;
use super::*;
use crate::words::Language;

thread_local! {
    /// The language of the samples.
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
}

/// Every page in every state, in a language.
pub(crate) fn all_in(language: Language) -> Samples {
    LANGUAGE.set(language);
    let samples = all();
    LANGUAGE.set(Language::English);
    samples
}

/// A name, as an attacker would choose it.
pub(crate) const EVIL: &str = "\"><script>alert('x')</script>&<b onclick=y>";

/// A question to a browser.
const OPTIONS: &str = "{\"challenge\":\"AAEC\",\"rpId\":\"console.harbour.example\"}";

fn chrome() -> Chrome {
    Chrome {
        language: LANGUAGE.get(),
        languages: Language::ALL.to_vec(),
        back: Some("/.portcullis/sign-in?next=%2F".to_owned()),
        brand: "Harbour Operations".to_owned(),
        support: Some("Help desk: extension 4711, around the clock.".to_owned()),
        prefix: "/.portcullis".to_owned(),
        css: "assets/portal.css".to_owned(),
        colours: None,
        logo: None,
        js: "assets/portal.js".to_owned(),
        admin_css: "assets/admin.css".to_owned(),
        icon: "assets/icon.svg".to_owned(),
    }
}

fn evil_chrome() -> Chrome {
    Chrome {
        brand: EVIL.to_owned(),
        support: Some(EVIL.to_owned()),
        back: Some(EVIL.to_owned()),
        colours: Some(EVIL.to_owned()),
        logo: Some(EVIL.to_owned()),
        ..chrome()
    }
}

fn errand() -> Errand {
    Errand {
        csrf: "AAABkL1yZ0Cq3J8".to_owned(),
        next: "/settings?tab=2&x=\"'".to_owned(),
        kept: None,
    }
}

fn kept(errand: Errand) -> Errand {
    Errand { kept: Some("c2VhbGVk".to_owned()), ..errand }
}

/// Samples of a page: a name for files and messages, and the page.
pub(crate) type Samples = Vec<(&'static str, String)>;

fn sample(samples: &mut Samples, name: &'static str, page: &impl Page) {
    samples.push((name, page.html().unwrap()));
}

/// Every page in every state.
pub(crate) fn all() -> Samples {
    let mut samples = Samples::new();
    sign_in(&mut samples);
    first_owner::all(&mut samples);
    chosen_password::all(&mut samples);
    challenge(&mut samples);
    passkeys::all(&mut samples);
    enrol::all(&mut samples);
    codes(&mut samples);
    account::all(&mut samples);
    admin::all(&mut samples);
    enforcement(&mut samples);
    endings(&mut samples);
    sent::all(&mut samples);
    samples
}

fn sign_in(samples: &mut Samples) {
    let page = SignInPage {
        chrome: chrome(),
        errand: errand(),
        site: "console.harbour.example".to_owned(),
        passkey: None,
        again: "/.portcullis/sign-in?next=/settings".to_owned(),
        login: String::new(),
        notice: None,
        problem: None,
    };
    sample(samples, "sign-in", &page);
    let with_passkey = SignInPage { passkey: Some(OPTIONS.to_owned()), ..page.clone() };
    sample(samples, "sign-in-passkey", &with_passkey);
    let problem = "That user name and password do not match. Check both and try again.".to_owned();
    let wrong =
        SignInPage { login: "ada.lovelace".to_owned(), problem: Some(problem), ..page.clone() };
    sample(samples, "sign-in-wrong", &wrong);
    let with_form = SignInPage {
        errand: kept(errand()),
        chrome: Chrome { support: None, ..chrome() },
        ..page.clone()
    };
    sample(samples, "sign-in-kept", &with_form);
    let evil = SignInPage {
        chrome: evil_chrome(),
        site: EVIL.to_owned(),
        passkey: Some(EVIL.to_owned()),
        again: EVIL.to_owned(),
        login: EVIL.to_owned(),
        notice: Some(EVIL.to_owned()),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "sign-in-evil", &evil);
}

fn challenge(samples: &mut Samples) {
    let other = |method, label| OtherMethod {
        method,
        label,
        href: "/.portcullis/challenge?method=backup_code&next=/settings".to_owned(),
    };
    let page = ChallengePage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        issuer: "Harbour Operations".to_owned(),
        backup: false,
        occasion: Occasion::SignIn,
        need: NeedFields::default(),
        remember: None,
        others: vec![other("backup_code", "Use backup code")],
        problem: None,
    };
    sample(samples, "challenge", &page);
    sample(samples, "challenge-remember", &ChallengePage { remember: Some(30), ..page.clone() });
    let problem = "This code is not right. Enter the one the app shows now.".to_owned();
    let wrong = ChallengePage { problem: Some(problem), ..page.clone() };
    sample(samples, "challenge-wrong", &wrong);
    let with_form = ChallengePage { errand: kept(errand()), ..page.clone() };
    sample(samples, "challenge-kept", &with_form);
    let again = ChallengePage {
        occasion: Occasion::StepUp,
        need: NeedFields { max_age: Some(900), what: None },
        ..page.clone()
    };
    sample(samples, "challenge-again", &again);
    sample(samples, "backup-code-again", &ChallengePage { backup: true, ..again });
    let backup = ChallengePage {
        backup: true,
        others: vec![other("totp", "Use authenticator app")],
        ..page.clone()
    };
    sample(samples, "backup-code", &backup);
    let problem = "This is none of your unused backup codes. Check it letter by letter.".to_owned();
    let only = ChallengePage { problem: Some(problem), others: Vec::new(), ..backup };
    sample(samples, "backup-code-wrong", &only);
    let evil = ChallengePage {
        chrome: evil_chrome(),
        who: EVIL.to_owned(),
        issuer: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "challenge-evil", &evil);
}

fn codes(samples: &mut Samples) {
    let codes = [
        "k3vq-7hdm-xw2p-rt5n",
        "b6ys-nq4c-ufza-o7le",
        "wd2m-5jxp-gh3r-ikvt",
        "qz7a-ylc4-e6mn-bsuo",
        "h5tf-rw3x-2vkd-pjgq",
        "nm4u-ozb7-isyc-a6el",
        "x2gp-kd5h-vtqw-3rfj",
        "c7le-smy6-anbo-uz4i",
        "t3rj-fq2w-dkhp-x5vg",
        "o6ub-i4na-zcel-7yms",
    ];
    let page = CodesPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        made: "22 November 2026".to_owned(),
        codes: codes.iter().map(|code| Zeroizing::new((*code).to_owned())).collect(),
        sealed: "c2VhbGVk".to_owned(),
        renewed: false,
        problem: None,
    };
    sample(samples, "codes", &page);
    let problem = Some("Store the codes first, then tick the box.".to_owned());
    sample(samples, "codes-renewed", &CodesPage { renewed: true, problem, ..page.clone() });
    let evil = CodesPage { chrome: evil_chrome(), who: EVIL.to_owned(), ..page };
    sample(samples, "codes-evil", &evil);
}

fn enforcement(samples: &mut Samples) {
    let page = RecoveryPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        lead: Language::English.say("recovery-lead").to_owned(),
        back: Some("/.portcullis/challenge".to_owned()),
        problem: None,
    };
    sample(samples, "recovery", &page);
    let problem = Some(Language::English.say("recovery-wrong").to_owned());
    let lead = Language::English.say("recovery-late").to_owned();
    sample(samples, "recovery-late", &RecoveryPage { lead, back: None, problem, ..page.clone() });
    let evil = RecoveryPage {
        chrome: evil_chrome(),
        errand: kept(errand()),
        who: EVIL.to_owned(),
        lead: EVIL.to_owned(),
        back: Some(EVIL.to_owned()),
        problem: Some(EVIL.to_owned()),
    };
    sample(samples, "recovery-evil", &evil);
    let page = SetUpPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        heading: Language::English.say("set-up-title").to_owned(),
        lead: Language::English.say("set-up-lead").to_owned(),
        set_up: "/.portcullis/enrol".to_owned(),
        term: Language::English.say("set-up-optional").to_owned(),
        soon: false,
    };
    sample(samples, "set-up", &page);
    let term = Language::English.with("set-up-until", "date", "31 January 2027, 00:00 UTC");
    sample(samples, "set-up-soon", &SetUpPage { term, soon: true, ..page.clone() });
    let evil = SetUpPage {
        chrome: evil_chrome(),
        who: EVIL.to_owned(),
        heading: EVIL.to_owned(),
        lead: EVIL.to_owned(),
        term: EVIL.to_owned(),
        set_up: EVIL.to_owned(),
        ..page
    };
    sample(samples, "set-up-evil", &evil);
}

fn endings(samples: &mut Samples) {
    for (name, login) in [("sign-out", "alice"), ("sign-out-evil", EVIL)] {
        let page = SignOutPage { chrome: chrome(), errand: errand(), login: login.to_owned() };
        sample(samples, name, &page);
    }
    sample(samples, "help", &HelpPage { chrome: chrome() });
    for (name, everywhere) in [("signed-out", false), ("signed-out-everywhere", true)] {
        sample(samples, name, &SignedOutPage { chrome: chrome(), everywhere });
    }
    let proved = ProvedPage { chrome: chrome(), who: "nq4cufzao7le".to_owned() };
    sample(samples, "proved", &proved);
    let evil = ProvedPage { chrome: evil_chrome(), who: EVIL.to_owned() };
    sample(samples, "proved-evil", &evil);
    let refusal = RefusalPage {
        chrome: chrome(),
        heading: "The console is not available",
        what: "The console behind this page does not answer.",
        next: "Try again in a minute. If it lasts, tell the people who run the console.",
        link: Some(Link { href: String::new(), label: "Try again" }),
        client: None,
        request_id: "k3vq7hdmxw2prt5nb6ysnq4cuf".to_owned(),
    };
    sample(samples, "refusal", &refusal);
    let elsewhere = RefusalPage {
        heading: "Not from here",
        client: Some("2001:db8:4711:8100:a5f0:39ff:fe2c:77d1".to_owned()),
        ..refusal.clone()
    };
    sample(samples, "refusal-elsewhere", &elsewhere);
    let evil = RefusalPage {
        chrome: evil_chrome(),
        client: Some(EVIL.to_owned()),
        what: EVIL,
        next: EVIL,
        request_id: EVIL.to_owned(),
        link: None,
        ..refusal
    };
    sample(samples, "refusal-evil", &evil);
    kept_form(samples);
    for (name, left) in [("few-codes", 2), ("one-code", 1), ("no-codes", 0)] {
        let next = "/settings".to_owned();
        sample(samples, name, &FewCodesPage { chrome: chrome(), left, next });
    }
}

fn kept_form(samples: &mut Samples) {
    let field = |name: &str, value: &str| KeptField {
        name: name.to_owned(),
        value: value.to_owned().into(),
    };
    let page = KeptFormPage {
        chrome: chrome(),
        action: "/berths/12/reserve".to_owned(),
        multipart: false,
        names: vec!["vessel".to_owned(), "arrival".to_owned(), "note".to_owned()],
        fields: vec![
            field("vessel", "Aurora"),
            field("arrival", "2026-11-23"),
            field("note", "a\r\nb"),
        ],
        discard: "/".to_owned(),
    };
    sample(samples, "kept-form", &page);
    let evil = KeptFormPage {
        chrome: evil_chrome(),
        names: vec![EVIL.to_owned()],
        fields: vec![field(EVIL, EVIL)],
        multipart: true,
        ..page
    };
    sample(samples, "kept-form-evil", &evil);
}
