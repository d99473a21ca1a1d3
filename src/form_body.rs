//! The bodies of forms, strictly: one reading or none.

pub mod multipart;
pub mod urlencoded;
