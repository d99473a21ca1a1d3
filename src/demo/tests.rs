//! The console as its users meet it.
