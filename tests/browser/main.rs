//! A person at a real browser: Chromium, driven through chromedriver, against the compiled gateway with
//! the demonstration console behind it.
//!
//! Asserted is what a person would see. Pictures of every page are kept in `test-output/screens`.
//! `CHROMIUM` and `CHROMEDRIVER` name other programs than those of Debian.
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

mod accessible;
mod account;
mod admin;
mod browsers;
mod chromedriver;
#[expect(dead_code, reason = "the other consoles use the rest")]
#[path = "../consoles/console.rs"]
mod console;
mod elsewhere;
mod handed;
mod house_style;
mod invited;
mod languages;
mod openers;
mod owners;
mod passkeys;
mod phpmyadmin;
mod qr;
mod screens;
mod sent_codes;
mod single_page;
mod stand;
mod steps;
mod story;
mod window;
mod without_javascript;
