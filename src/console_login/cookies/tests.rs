//! Sealed cookies open for whom they were sealed, and nothing else opens.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::clock::ManualClock;
use crate::entropy::SeededEntropy;

const SITE: &str = "desk";

fn sealer(seed: u64) -> (CookieSealer, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_secs(1_800_000_000)));
    let entropy = Arc::new(SeededEntropy::new(seed));
    (CookieSealer::new(&Secret::new([7; 32]), clock.clone(), entropy).unwrap(), clock)
}

fn cookie(line: &str) -> SetCookie {
    SetCookie::parse(line).unwrap()
}

#[test]
fn a_cookie_opens_in_its_session_on_its_site_under_its_name_alone_a135() {
    let (sealer, _) = sealer(1);
    let set = cookie("sid=secret; Path=/app; HttpOnly");
    let closed = sealer.seal(SITE, Holder::Session("one"), &set).unwrap();
    assert_eq!(closed.attributes, "; Path=/app; HttpOnly");
    assert!(!closed.value.contains("secret"));
    let open = |site, binding, name| sealer.open(site, binding, name, &closed.value);
    assert_eq!(open(SITE, "one", "sid").as_deref(), Some("secret"));
    assert_eq!(open(SITE, "two", "sid"), None);
    assert_eq!(open("other", "one", "sid"), None);
    assert_eq!(open(SITE, "one", "sid2"), None);
    assert_eq!(sealer.open(SITE, "one", "sid", "secret"), None, "as the console issued it");
    assert_eq!(sealer.open_before(SITE, "sid", &closed.value), None);
    for at in 0..closed.value.len() {
        let mut changed = closed.value.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(sealer.open(SITE, "one", "sid", &changed), None, "at {at}");
    }
}

#[test]
fn a_session_s_cookies_outlive_a_restart_and_those_of_nobody_do_not() {
    let (first, _) = sealer(1);
    let (second, _) = sealer(2);
    let set = cookie("sid=secret; Path=/");
    let own = first.seal(SITE, Holder::Session("one"), &set).unwrap();
    assert_eq!(second.open(SITE, "one", "sid", &own.value).as_deref(), Some("secret"));
    let before = first.seal(SITE, Holder::Nobody, &set).unwrap();
    assert_eq!(first.open_before(SITE, "sid", &before.value).unwrap().cookie, set);
    assert_eq!(second.open_before(SITE, "sid", &before.value), None);
    assert_eq!(first.open(SITE, "", "sid", &before.value), None, "it is nobody's session");
}

#[test]
fn a_cookie_from_before_sign_in_waits_an_hour_and_its_value_has_one_number() {
    let (sealer, clock) = sealer(1);
    let set = cookie("sid=v");
    let [a, b] = [(); 2].map(|()| sealer.seal(SITE, Holder::Nobody, &set).unwrap());
    let open = |closed: &SetCookie| sealer.open_before(SITE, "sid", &closed.value);
    assert_ne!(a.value, b.value);
    assert_eq!(open(&a).unwrap().number, open(&b).unwrap().number, "set again, it is the same");
    let other = sealer.seal(SITE, Holder::Nobody, &cookie("sid=w")).unwrap();
    assert_ne!(open(&a).unwrap().number, open(&other).unwrap().number);
    clock.advance(BEFORE_SIGN_IN.saturating_sub(Duration::from_millis(1)));
    assert!(open(&a).is_some());
    clock.advance(Duration::from_millis(1));
    assert!(open(&a).is_none());
}

#[test]
fn what_is_deleted_is_passed_on_without_a_value() {
    let (sealer, _) = sealer(1);
    let wall = Timestamp::from_secs(1_800_000_000);
    for line in [
        "sid=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/",
        "sid=x; Max-Age=0",
        "sid=x; Max-Age=-1",
        "sid=x; Expires=Thu, 01 Jan 1970 00:00:01 GMT",
        "sid=",
        "sid=deleted",
    ] {
        assert!(cookie(line).is_deleted(wall), "{line}");
        let closed = sealer.seal(SITE, Holder::Session("one"), &cookie(line)).unwrap();
        assert_eq!(closed.value, "", "{line}");
    }
    for line in ["sid=x", "sid=x; Max-Age=60", "sid=x; Expires=Thu, 01 Jan 2099 00:00:01 GMT"] {
        assert!(!cookie(line).is_deleted(wall), "{line}");
    }
}

#[test]
fn the_last_cookie_of_a_name_counts() {
    let mut headers = HeaderMap::new();
    for line in ["sid=live; Path=/", "other=1", "sid=deleted; Max-Age=0"] {
        headers.append(header::SET_COOKIE, line.parse().unwrap());
    }
    let all = SetCookie::all(&headers);
    let values: Vec<_> = all.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
    assert_eq!(values, [("other", "1"), ("sid", "deleted")]);
}

#[test]
fn nothing_that_a_console_could_take_for_its_session_travels_in_clear_a135() {
    let names = ["PHP_SESS".to_owned(), "pmaAuth-*".to_owned()];
    let patterns = CookiePatterns::new(&names);
    let told = |line: &str| {
        let open = |name: &str, value: &str| {
            (name == "PHP_SESS" && value == "sealed").then(|| "plain".to_owned())
        };
        let told = patterns.opened([line.as_bytes()].into_iter(), open);
        told.map(|line| String::from_utf8(line).unwrap()).unwrap_or_default()
    };
    assert_eq!(told("a=1; PHP_SESS=sealed; theme=dark"), "a=1; PHP_SESS=plain; theme=dark");
    for stolen in [
        "PHP_SESS=stolen",
        "PHP.SESS=stolen",
        "PHP SESS=stolen",
        "php_sess=stolen",
        "PHP%5fSESS=stolen",
        "PHP[SESS=stolen",
        " PHP_SESS =stolen",
        "pmaAuth-1=stolen",
        "x=\"a, PHP_SESS=stolen\"",
        "x=1, PHP_SESS=stolen",
        "x=1 PHP_SESS=stolen",
        "PHP_SESS",
    ] {
        assert_eq!(told(stolen), "", "{stolen}");
    }
    assert_eq!(told("a=1, b=2; c=\"PHP\""), "a=1, b=2; c=\"PHP\"", "others stay as they are");
}
