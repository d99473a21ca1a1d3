//! Pictures of every page: large and small, light and dark.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use data_encoding::BASE64;
use serde_json::Value;
use serde_json::json;

use crate::window::Window;

/// A kind of screen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    name: &'static str,
    width: u32,
    height: u32,
    scale: u32,
}

/// The screens of the pictures.
pub(crate) const SCREENS: [Screen; 2] = [
    Screen { name: "desktop", width: 1280, height: 900, scale: 1 },
    Screen { name: "phone", width: 390, height: 844, scale: 2 },
];

/// The screen of the pictures in the documents.
const DOCUMENTS: Screen = Screen { name: "documents", width: 1280, height: 800, scale: 1 };

/// Light and dark.
pub(crate) const SCHEMES: [&str; 2] = ["light", "dark"];

/// Where the pictures are kept.
fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test-output/screens")
}

/// Keeps pictures of the page in front; the pictures as PNG.
pub(crate) fn keep(window: &Window, page: &str) -> Vec<Vec<u8>> {
    fs::create_dir_all(directory()).unwrap();
    let mut pictures = Vec::new();
    for screen in SCREENS {
        for scheme in SCHEMES {
            show(window, screen, scheme);
            let picture = picture(window);
            let name = format!("{page}-{}-{scheme}.png", screen.name);
            fs::write(directory().join(name), &picture).unwrap();
            pictures.push(picture);
        }
    }
    usual(window);
    pictures
}

/// Keeps pictures of a page of the console, which is light only.
pub(crate) fn keep_console(window: &Window, page: &str) {
    fs::create_dir_all(directory()).unwrap();
    for screen in SCREENS {
        show(window, screen, "light");
        let name = format!("console-{page}-{}.png", screen.name);
        fs::write(directory().join(name), picture(window)).unwrap();
    }
    usual(window);
}

/// Keeps a picture as the documents show it; it is copied to `docs/images` when the page has changed.
pub(crate) fn keep_for_documents(window: &Window, page: &str) {
    show(window, DOCUMENTS, "light");
    fs::write(directory().join(format!("documents-{page}.png")), picture(window)).unwrap();
    usual(window);
}

/// Keeps a picture of what would be printed.
pub(crate) fn keep_print(window: &Window, page: &str) {
    window.cdp("Emulation.setEmulatedMedia", media("print", "light"));
    let picture = picture(window);
    fs::write(directory().join(format!("{page}-print.png")), picture).unwrap();
    usual(window);
}

/// Makes the window look like this screen.
pub(crate) fn show(window: &Window, screen: Screen, scheme: &str) {
    let metrics = json!({
        "width": screen.width,
        "height": screen.height,
        "deviceScaleFactor": screen.scale,
        "mobile": screen.scale > 1,
    });
    window.cdp("Emulation.setDeviceMetricsOverride", metrics);
    window.cdp("Emulation.setEmulatedMedia", media("", scheme));
}

/// Nothing moves, so that no picture shows something half-way.
fn media(kind: &str, scheme: &str) -> Value {
    let features = json!([
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]);
    json!({"media": kind, "features": features})
}

/// Back to the window as it was, light.
pub(crate) fn usual(window: &Window) {
    window.cdp("Emulation.clearDeviceMetricsOverride", json!({}));
    window.cdp("Emulation.setEmulatedMedia", media("", "light"));
}

/// The whole page, also what is below the fold.
fn picture(window: &Window) -> Vec<u8> {
    let metrics = window.cdp("Page.getLayoutMetrics", json!({}));
    let side = |area: &str, name: &str| metrics[area][name].as_f64().unwrap();
    let clip = json!({
        "x": 0,
        "y": 0,
        "width": side("cssVisualViewport", "clientWidth"),
        "height": side("cssContentSize", "height").max(side("cssVisualViewport", "clientHeight")),
        "scale": 1,
    });
    let answer = window.cdp(
        "Page.captureScreenshot",
        json!({"format": "png", "captureBeyondViewport": true, "clip": clip}),
    );
    BASE64.decode(answer["data"].as_str().unwrap().as_bytes()).unwrap()
}
