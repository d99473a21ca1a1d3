//! People brought in as a table.

use crate::portal::page::admin::FaultLine;
use crate::portal::page::admin::ImportPage;
use crate::portal::page::admin::Ready;
use crate::portal::page::admin::Shell;
use crate::portal::page::samples::EVIL;
use crate::portal::page::samples::Samples;
use crate::portal::page::samples::chrome;
use crate::portal::page::samples::errand;
use crate::portal::page::samples::evil_chrome;
use crate::portal::page::samples::sample;

pub(super) fn all(samples: &mut Samples, shell: &Shell, evil: &Shell) {
    let language = chrome().language;
    let page = ImportPage {
        chrome: chrome(),
        shell: shell.clone(),
        errand: errand(),
        check: "/.portcullis/admin/users/import/check".to_owned(),
        csv: String::new(),
        faults: Vec::new(),
        ready: None,
        problem: None,
        back: "/.portcullis/admin/users".to_owned(),
    };
    sample(samples, "admin-import", &page);
    let line = |line, column, found: &str, key| FaultLine {
        line,
        column,
        found: found.to_owned(),
        allowed: language.say(key),
    };
    let wrong = ImportPage {
        csv: "login,role\nada,boss\n".to_owned(),
        faults: vec![line(2, "role", "boss", "import-role"), line(3, "", "", "import-cells")],
        problem: Some(language.say("users-import-wrong").to_owned()),
        ..page.clone()
    };
    sample(samples, "admin-import-wrong", &wrong);
    let ready = Ready {
        count: language.with("users-import-ready", "count", 12_u64),
        errand: errand(),
        action: "/.portcullis/admin/users/import".to_owned(),
        reason: String::new(),
    };
    let good = ImportPage { ready: Some(ready.clone()), ..page.clone() };
    sample(samples, "admin-import-ready", &good);
    let hostile = ImportPage {
        chrome: evil_chrome(),
        shell: evil.clone(),
        csv: EVIL.to_owned(),
        faults: vec![FaultLine { allowed: EVIL, ..line(1, "login", EVIL, "import-role") }],
        ready: Some(Ready { count: EVIL.to_owned(), reason: EVIL.to_owned(), ..ready }),
        problem: Some(EVIL.to_owned()),
        back: EVIL.to_owned(),
        ..page
    };
    sample(samples, "admin-import-evil", &hostile);
}
