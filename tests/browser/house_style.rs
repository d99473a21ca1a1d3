//! An operator whose house has a logo and colours.

use crate::stand::Stand;
use crate::story::look;
use crate::support::person::Person;
use crate::window::JavaScript;

const BRANDING: &str = "  logo: logo.svg\n  colours: { accent: \"#0b6e4f\", accent_dark: \"#7be0b8\" }\n  \
     languages: [es, en]\n";

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 32\">\
     <circle cx=\"16\" cy=\"16\" r=\"14\" fill=\"#0b6e4f\"/>\
     <circle cx=\"32\" cy=\"16\" r=\"14\" fill=\"#7be0b8\"/></svg>";

#[test]
fn the_operators_logo_colours_and_languages_are_those_of_the_pages_a219() {
    let person = Person::named("alice");
    let stand = Stand::with_logo(&person, BRANDING, ("logo.svg", LOGO));
    let window = stand.window(JavaScript::On);
    window.go("/dashboard");
    let width = "return document.querySelector('.brand img').naturalWidth";
    assert!(window.script(width).as_f64().unwrap() > 0.0, "the logo is drawn");
    let colour = "return getComputedStyle(document.querySelector('main .button')).backgroundColor";
    assert_eq!(window.script(colour), "rgb(11, 110, 79)");
    assert_eq!(window.texts(".languages li"), ["Español", "English"]);
    look(&window, "house-style");
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");

    // Opened by itself it is a picture, whatever is in it.
    let logo = window.find_attribute(".brand img", "src");
    window.go(&logo);
    let policy = window.script("const bad = document.createElementNS('http://www.w3.org/1999/xhtml', 'script'); \
         bad.text = 'document.ran = true'; document.documentElement.append(bad); return document.ran === true");
    assert_eq!(policy, false);
}
