//! Real consoles, and the sections of `docs/consoles` for them.

pub(crate) mod hall;
pub(crate) mod phpmyadmin;
pub(crate) mod process;
pub(crate) mod recipe;
pub(crate) mod web;
