//! Real consoles, unchanged, with the gateway before them and people at real browsers: `make consoles`. What happens at
//! each stands in `docs/consoles/README.md`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "../support/mod.rs"]
mod support;

#[path = "../browser/browsers.rs"]
mod browsers;
#[path = "../browser/chromedriver.rs"]
mod chromedriver;
#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "console.rs"]
mod console;
#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "../browser/screens.rs"]
mod screens;
#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "../browser/window.rs"]
mod window;

mod icingaweb;
mod jupyterlab;
mod nodered;
mod pgadmin;
mod transmission;
