//! Pages in the language of whoever reads them.

use http::HeaderValue;
use http::StatusCode;

use super::browser::Browser;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::session::cookie::CookieKind;
use crate::words::Language;

fn chosen(language: &str, back: &str) -> Vec<(String, String)> {
    with(Vec::new(), &[("language", language), ("back", back)])
}

#[tokio::test]
async fn pages_come_in_the_language_the_browser_asks_for() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for language in Language::ALL {
        let page = browser.get_in("/sign-in", language.tag()).await;
        assert!(page.text.contains(&format!("<html lang=\"{}\">", language.tag())));
        assert!(page.text.contains(language.say("sign-in-password")), "{language:?}");
    }
    let page = browser.get_in("/sign-in", "sv, nb;q=0.5").await;
    assert!(page.text.contains("<html lang=\"en\">"));
    let nothing = browser.get_in("/nothing", "de").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert!(nothing.text.contains(Language::German.say("not-found-heading")));
}

#[tokio::test]
async fn what_the_person_chose_wins_over_the_browser_and_they_stay_where_they_are() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/sign-in?next=%2Fsettings").await;
    let back = "/.portcullis/sign-in?next=%2Fsettings";
    assert!(page.form("/language").contains(&("back".to_owned(), back.to_owned())));
    let answer = browser.post("/language", &chosen("ja", back)).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, back));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-portcullis-language=ja; HttpOnly; SameSite=Lax; Secure"));
    let page = browser.get_in("/sign-in?next=%2Fsettings", "de").await;
    assert!(page.text.contains("<html lang=\"ja\">"));
    // It is not lost with a wrong password either, nor is where the person was going.
    let page = browser.fill_password(&page, "ada", "wrong").await;
    assert!(page.text.contains(Language::Japanese.say("sign-in-wrong")));
    let again = "/.portcullis/sign-in?next=/settings";
    assert_eq!(page.form("/language"), [("back".to_owned(), again.to_owned())]);
}

#[tokio::test]
async fn a_language_that_there_is_not_changes_nothing() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for unknown in ["sv", "", "DE", "../de", "de; Domain=evil.example"] {
        let answer = browser.post("/language", &chosen(unknown, "/.portcullis/sign-in")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.cookie(CookieKind::Language), None, "{unknown:?}");
    }
    for forged in ["sv", "<script>", "de,fr"] {
        browser.jar.push(("__Host-portcullis-language".to_owned(), forged.to_owned()));
        let page = browser.get_in("/sign-in", "fr").await;
        assert!(page.text.contains("<html lang=\"fr\">"), "{forged:?}");
    }
    // Three of them: none was chosen, and nobody is refused for it.
    assert_eq!(browser.get_in("/sign-in", "fr").await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_other_site_chooses_a_language_or_leads_away_with_it_a213_a216() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let fields = chosen("de", "/.portcullis/sign-in");
    for (header, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let mut request = browser.post_request("/language", &fields);
        request.headers_mut().insert(header, HeaderValue::from_static(value));
        assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN, "{header}");
    }
    assert_eq!(browser.cookie(CookieKind::Language), None);
    assert_eq!(browser.get("/language").await.status, StatusCode::METHOD_NOT_ALLOWED);
    for elsewhere in ["https://evil.example/", "//evil.example", "/.portcullis//evil.example"] {
        let answer = browser.post("/language", &chosen("de", elsewhere)).await;
        assert_eq!(answer.header("location"), "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn the_account_remembers_it_after_both_factors_only() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let page = browser.get("/account").await;
    assert!(!page.form("/language").is_empty());
    browser.post("/language", &chosen("de", "/.portcullis/account")).await;
    browser.post("/language", &chosen("de", "/.portcullis/account")).await;
    let log = world.log().await;
    let told = log.iter().filter(|event| event.kind == AuditKind::LanguageChosen);
    assert_eq!(told.count(), 1, "choosing it again is no act");

    // Elsewhere the account's choice is known once it is signed in, and the browser's wins over it.
    world.next_step();
    let mut other = Browser { key: browser.key.clone(), ..Browser::new(&world) };
    other.password("ada", PASSWORD, "/").await;
    let page = other.get_in("/challenge", "fr").await;
    assert!(page.text.contains("<html lang=\"de\">"));
    other.post("/language", &chosen("es", "/.portcullis/challenge")).await;
    assert!(other.get_in("/challenge", "fr").await.text.contains("<html lang=\"es\">"));
    let log = world.log().await;
    let told = log.iter().filter(|event| event.kind == AuditKind::LanguageChosen);
    assert_eq!(told.count(), 1, "the password alone chooses nothing for the account");
}

#[tokio::test]
async fn what_nobody_named_is_called_in_the_language_of_whoever_looks_at_it() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    for language in Language::ALL {
        let page = browser.get_in("/account", language.tag()).await;
        let name = language.say(AuthenticatorKind::Totp.message());
        assert!(page.text.contains(&format!("<h3>{name}</h3>")), "{language:?}");
    }
}

#[tokio::test]
async fn what_is_shown_once_is_not_left_for_another_language_s1_6() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.password("ada", PASSWORD, "/").await;
    let page = browser.get_in("/enrol", "ja").await;
    assert!(page.text.contains("<html lang=\"ja\">"));
    let codes = browser.confirm(&page).await;
    assert_eq!(codes.texts("class=\"backup-code\"").len(), 10);
    assert!(!codes.text.contains("/.portcullis/language"));
}

#[tokio::test]
async fn programs_are_told_in_english() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.jar.push(("__Host-portcullis-language".to_owned(), "de".to_owned()));
    let answer = browser.script_meets("/api", crate::policy::Demand::SignIn).await;
    assert!(answer.text.contains("Nobody is signed in"), "{}", answer.text);
}
