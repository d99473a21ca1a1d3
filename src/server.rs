//! The running gateway: what listens, and what holds it together.

pub mod control;
pub mod state;
