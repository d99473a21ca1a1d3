//! What every page of the gateway must be for people with a keyboard, a screen reader, or poor sight.

use serde_json::Value;
use thirtyfour::Key;

use crate::screens::SCHEMES;
use crate::screens::SCREENS;
use crate::screens::show;
use crate::screens::usual;
use crate::window::Window;

/// What has the focus, and how thick the ring around it is.
const FOCUS: &str = "const at = document.activeElement, style = getComputedStyle(at); \
    return [at.id || at.innerText.trim(), style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth)];";

/// Labels, headings, titles, targets and contrast, on every screen.
pub(crate) fn check(window: &Window) {
    for screen in SCREENS {
        for scheme in SCHEMES {
            show(window, screen, scheme);
            let faults = window.script(include_str!("accessible.js"));
            let title = window.title();
            assert_eq!(faults, Value::Array(Vec::new()), "{title}, {screen:?}, {scheme}");
        }
    }
    usual(window);
}

/// The Tab key visits these, by id or text, in this order, from what has the focus now, and each is
/// visibly the one (WCAG 2.2, 2.4.3 and 2.4.7).
pub(crate) fn check_tab_order(window: &Window, expected: &[&str]) {
    let mut visited = Vec::new();
    for step in 0..expected.len() {
        if step > 0 {
            window.press_key(Key::Tab);
        }
        let focus = window.script(FOCUS);
        let at = focus[0].as_str().unwrap().to_owned();
        assert!(focus[1].as_f64().unwrap() >= 2.0, "no ring around {at}");
        visited.push(at);
    }
    assert_eq!(visited, expected);
}
