//! The pages of one's own account.

use super::EVIL;
use super::Samples;
use super::chrome;
use super::errand;
use super::evil_chrome;
use super::sample;
use crate::portal::page::AccountPage;
use crate::portal::page::CodesKept;
use crate::portal::page::CodesOverviewPage;
use crate::portal::page::CodesShownPage;
use crate::portal::page::DeviceRow;
use crate::portal::page::DevicesPage;
use crate::portal::page::FactorPage;
use crate::portal::page::FactorRow;
use crate::portal::page::FactorStays;
use crate::portal::page::Link;
use crate::portal::page::LostPage;
use crate::portal::page::OwnersPage;
use crate::portal::page::OwnersTurn;
use crate::portal::page::PasswordPage;
use crate::portal::page::SessionRow;
use crate::portal::page::SessionsPage;
use crate::portal::page::Stand;
use crate::portal::page::Verification;
use crate::portal::page::devices::Here;

/// Every one in every state.
pub(super) fn all(samples: &mut Samples) {
    overview(samples);
    factor(samples);
    codes(samples);
    sessions(samples);
    password(samples);
    devices(samples);
    owners(samples);
}

fn devices(samples: &mut Samples) {
    let device = |id: &str, here| DeviceRow {
        id: id.to_owned(),
        here,
        browser: "Firefox, Linux".to_owned(),
        site: "console".to_owned(),
        created: "3 March 2026".to_owned(),
        last_used: Some("22 November 2026, 07:58 UTC".to_owned()),
        remembered_until: Some("2 April 2026".to_owned()),
        verification: Verification::Until("3 March 2027".to_owned()),
    };
    let waiting = DeviceRow {
        browser: String::new(),
        last_used: None,
        remembered_until: None,
        verification: Verification::Waiting,
        ..device("k3vq7hdn", Here::No)
    };
    let page = DevicesPage {
        chrome: chrome(),
        errand: errand(),
        done: None,
        devices: vec![device("k3vq7hdm", Here::Yes), waiting],
    };
    sample(samples, "account-devices", &page);
    let done = Some("The browser was removed.");
    sample(
        samples,
        "account-devices-none",
        &DevicesPage { done, devices: Vec::new(), ..page.clone() },
    );
    let evil =
        DeviceRow { browser: EVIL.to_owned(), site: EVIL.to_owned(), ..device(EVIL, Here::No) };
    sample(
        samples,
        "account-devices-evil",
        &DevicesPage { chrome: evil_chrome(), devices: vec![evil], ..page },
    );
}

fn row(label: &str) -> FactorRow {
    FactorRow {
        href: "/.portcullis/account/factor?id=k3vq7hdm".to_owned(),
        lost: "/.portcullis/account/lost?id=k3vq7hdm".to_owned(),
        kind: "Authenticator app",
        label: label.to_owned(),
        created: "3 March 2026, 09:12 UTC".to_owned(),
        last_used: Some("22 November 2026, 07:58 UTC".to_owned()),
    }
}

fn overview(samples: &mut Samples) {
    let key = FactorRow { kind: "Passkey or security key", last_used: None, ..row("Blue key") };
    let link = |label| Link { href: "/.portcullis/enrol?method=totp".to_owned(), label };
    let page = AccountPage {
        chrome: chrome(),
        errand: errand(),
        site: "console.harbour.example".to_owned(),
        login: "ada.lovelace".to_owned(),
        name: "Ada Lovelace".to_owned(),
        done: None,
        password: Some("/.portcullis/account/password".to_owned()),
        admin: Some("/.portcullis/admin".to_owned()),
        owners: Some("/.portcullis/account/owners".to_owned()),
        required: "A second factor is required of you.".to_owned(),
        factors: vec![row("Authenticator app"), key],
        additions: vec![link("Add a passkey or security key"), link("Add an authenticator app")],
        codes_left: Some(9),
        codes_made: Some("3 March 2026".to_owned()),
        unconfirmed: false,
        sessions: 2,
        stand: Stand::Stale,
        problem: None,
    };
    sample(samples, "account", &page);
    let done = AccountPage { done: Some("The name is changed."), ..page.clone() };
    sample(samples, "account-done", &AccountPage { stand: Stand::Fresh, ..done });
    let recovering = AccountPage { stand: Stand::Recovering, ..page.clone() };
    sample(samples, "account-recovering", &recovering);
    let bare = AccountPage {
        factors: Vec::new(),
        codes_left: None,
        password: None,
        admin: None,
        owners: None,
        ..page.clone()
    };
    sample(samples, "account-bare", &AccountPage { additions: Vec::new(), ..bare });
    let evil = AccountPage {
        chrome: evil_chrome(),
        site: EVIL.to_owned(),
        login: EVIL.to_owned(),
        name: EVIL.to_owned(),
        password: Some("/.portcullis/account/password".to_owned()),
        required: EVIL.to_owned(),
        factors: vec![row(EVIL)],
        codes_made: None,
        unconfirmed: true,
        sessions: 1,
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "account-evil", &evil);
}

fn factor(samples: &mut Samples) {
    let page = FactorPage {
        chrome: chrome(),
        errand: errand(),
        id: "k3vq7hdm".to_owned(),
        factor: row("Work phone"),
        stays: FactorStays::No,
        problem: None,
    };
    sample(samples, "account-factor", &page);
    let stays = FactorPage { stays: FactorStays::Yes, ..page.clone() };
    sample(samples, "account-factor-stays", &stays);
    let problem = Some("A name has 1 to 40 characters.".to_owned());
    sample(samples, "account-factor-wrong", &FactorPage { problem, ..page.clone() });
    let evil = FactorPage {
        chrome: evil_chrome(),
        factor: row(EVIL),
        id: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "account-factor-evil", &evil);
    for (name, label, stays) in [
        ("account-lost", "Work phone", FactorStays::Yes),
        ("account-lost-evil", EVIL, FactorStays::No),
    ] {
        let (id, factor) = (label.to_owned(), row(label));
        let page = LostPage { chrome: chrome(), errand: errand(), id, factor, stays };
        sample(samples, name, &page);
    }
}

fn codes(samples: &mut Samples) {
    let page = CodesOverviewPage {
        chrome: chrome(),
        errand: errand(),
        left: 7,
        made: Some("3 March 2026".to_owned()),
        kept: CodesKept::No,
        problem: None,
    };
    sample(samples, "account-codes", &page);
    let kept = CodesOverviewPage { kept: CodesKept::Yes, ..page.clone() };
    sample(samples, "account-codes-kept", &kept);
    let problem = Some(EVIL.to_owned());
    sample(samples, "account-codes-evil", &CodesOverviewPage { problem, made: None, ..page });
    let code = |code: &str| code.to_owned().into();
    let shown = CodesShownPage {
        chrome: chrome(),
        errand: errand(),
        who: "ada.lovelace".to_owned(),
        made: "3 March 2026".to_owned(),
        codes: ["k3vq-7hdm-xw2p-rt5n", "b6ys-nq4c-ufza-o7le"].map(code).to_vec(),
        sealed: "c2VhbGVk".to_owned(),
    };
    sample(samples, "account-codes-shown", &shown);
    let evil = CodesShownPage { who: EVIL.to_owned(), made: EVIL.to_owned(), ..shown };
    sample(samples, "account-codes-shown-evil", &evil);
}

fn sessions(samples: &mut Samples) {
    let here = SessionRow {
        handle: None,
        site: "console".to_owned(),
        browser: Some("Firefox, Linux".to_owned()),
        address: "2001:db8:4711:8100:a5f0:39ff:fe2c:77d1".to_owned(),
        place: Some("Hamburg, DE".to_owned()),
        began: "22 November 2026, 07:58 UTC".to_owned(),
        active: "22 November 2026, 08:14 UTC".to_owned(),
    };
    let other = SessionRow {
        handle: Some("k3vq7hdm".to_owned()),
        browser: None,
        address: "192.0.2.7".to_owned(),
        place: None,
        ..here.clone()
    };
    let page = SessionsPage {
        chrome: chrome(),
        errand: errand(),
        done: None,
        sessions: vec![here.clone(), other.clone()],
        stand: Stand::Fresh,
        prove: "/.portcullis/challenge?next=/.portcullis/account/sessions".to_owned(),
    };
    sample(samples, "account-sessions", &page);
    let done = SessionsPage { done: Some("The session has ended."), ..page.clone() };
    sample(
        samples,
        "account-sessions-done",
        &SessionsPage { sessions: vec![here.clone()], ..done },
    );
    let stale = SessionsPage { stand: Stand::Stale, ..page.clone() };
    sample(samples, "account-sessions-stale", &stale);
    let evil = SessionRow {
        handle: Some(EVIL.to_owned()),
        site: EVIL.to_owned(),
        browser: Some(EVIL.to_owned()),
        address: EVIL.to_owned(),
        place: Some(EVIL.to_owned()),
        ..other
    };
    let evil = SessionsPage { chrome: evil_chrome(), sessions: vec![evil], ..page };
    sample(samples, "account-sessions-evil", &evil);
}

fn owners(samples: &mut Samples) {
    let page = OwnersPage {
        chrome: chrome(),
        errand: errand(),
        done: None,
        configuration: "optional".to_owned(),
        switch: "asks for nothing".to_owned(),
        together: "optional".to_owned(),
        turn: OwnersTurn::On,
        to: "enforced",
        reason: String::new(),
        problem: None,
    };
    sample(samples, "account-owners", &page);
    let on = OwnersPage {
        done: Some("What is asked of owners is changed."),
        switch: "required".to_owned(),
        together: "required".to_owned(),
        turn: OwnersTurn::Off,
        to: "configured",
        ..page.clone()
    };
    sample(samples, "account-owners-on", &on);
    let evil = OwnersPage {
        chrome: evil_chrome(),
        configuration: EVIL.to_owned(),
        switch: EVIL.to_owned(),
        together: EVIL.to_owned(),
        reason: EVIL.to_owned(),
        problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "account-owners-evil", &evil);
}

fn password(samples: &mut Samples) {
    let page = PasswordPage {
        chrome: chrome(),
        errand: errand(),
        login: "ada.lovelace".to_owned(),
        least: 10,
        old_problem: None,
        new_problem: None,
    };
    sample(samples, "account-password", &page);
    let old_problem = Some("This is not your present password.".to_owned());
    sample(samples, "account-password-wrong", &PasswordPage { old_problem, ..page.clone() });
    let evil = PasswordPage {
        chrome: evil_chrome(),
        login: EVIL.to_owned(),
        new_problem: Some(EVIL.to_owned()),
        ..page
    };
    sample(samples, "account-password-evil", &evil);
}
