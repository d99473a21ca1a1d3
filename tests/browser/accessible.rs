//! What every page of the gateway must be for people with a keyboard, a screen reader, or poor sight.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;
use thirtyfour::Key;

use crate::screens::SCHEMES;
use crate::screens::SCREENS;
use crate::screens::show;
use crate::screens::usual;
use crate::window::JavaScript;
use crate::window::Window;

/// What has the focus, and how thick the ring around it is.
const FOCUS: &str = "const at = document.activeElement, style = getComputedStyle(at); \
    return [at.id || at.innerText.trim(), style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth)];";

/// What axe-core finds wrong: every rule it has, for WCAG 2.2 AA and beyond. It fetches nothing.
const AXE: &str = "axe.run(document, { preload: false, resultTypes: ['violations'] }).then((found) => \
    found.passes.length < 10 ? ['nothing was tried'] : found.violations.map((fault) => `${fault.id}: ${fault.help}: ` + \
    fault.nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')))";

/// Labels, headings, titles, targets and contrast, on every screen; and what axe-core knows.
pub(crate) fn check(window: &Window) {
    for screen in SCREENS {
        for scheme in SCHEMES {
            show(window, screen, scheme);
            let faults = window.script(include_str!("accessible.js"));
            let title = window.title();
            assert_eq!(faults, Value::Array(Vec::new()), "{title}, {screen:?}, {scheme}");
            let violations = axe(window);
            assert_eq!(violations, Value::Array(Vec::new()), "{title}, {screen:?}, {scheme}");
        }
    }
    usual(window);
}

/// The violations, in words. The page must be able to run scripts: axe-core is one, and would wait for ever.
pub(crate) fn axe(window: &Window) -> Value {
    assert_eq!(window.scripts, JavaScript::On, "look at it in another window");
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}: run make test", file.display()));
    window.cdp("Runtime.evaluate", json!({ "expression": axe, "silent": true }));
    let run = json!({ "expression": AXE, "awaitPromise": true, "returnByValue": true });
    let answer = window.cdp("Runtime.evaluate", run);
    assert!(answer.get("exceptionDetails").is_none(), "{answer}");
    answer["result"]["value"].clone()
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
