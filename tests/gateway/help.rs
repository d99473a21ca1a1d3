//! The guide for people who sign in.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::recorder::Recorder;

#[test]
fn anybody_reads_the_guide_in_their_language_s1_31_s2_12_s4_11() {
    let recorder = Recorder::start();
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[]);
    for (tag, words, button) in [
        ("en", "My phone is lost or broken", "Use backup code"),
        ("de", "Mein Telefon ist verloren oder kaputt", "Backup-Code verwenden"),
        ("fr", "Mon téléphone est perdu ou cassé", "Utiliser un code de secours"),
        ("es", "He perdido el teléfono o está roto", "Usar un código de respaldo"),
        ("ja", "スマートフォンをなくした、壊れた", "バックアップコードを使う"),
    ] {
        let mut browser = Browser::new(&gateway);
        let headers =
            format!("Accept: text/html\r\nAccept-Language: {tag}\r\nSec-Fetch-Dest: document\r\n");
        let help = browser.request("GET", &format!("{PAGES}/help"), &headers, "");
        assert_eq!(help.status, 200);
        let page = help.text();
        assert!(page.contains(&format!("<html lang=\"{tag}\">")) && page.contains(words), "{tag}");
        // It names buttons as they are called.
        assert!(page.contains(button), "{tag}: {button}");
        assert!(!page.contains('{'), "{tag}: a name that was not put in");
        let sign_in = browser.request("GET", &format!("{PAGES}/sign-in"), &headers, "");
        assert!(sign_in.text().contains(&format!("href=\"{PAGES}/help\"")), "{tag}");
    }
    assert_eq!(recorder.count(), 0, "it is the gateway's own");
}
