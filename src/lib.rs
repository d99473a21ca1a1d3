//! Portcullis: a reverse-proxy authentication gateway.
//!
//! The way of a request is the order of the modules: a connection is judged, the request is read once
//! ([`canonical`]), its site and route are found ([`site`], [`route`]), its session is looked up
//! ([`session`]), [`policy`] decides, and only a permit opens the way to an upstream. `ARCHITECTURE.md`
//! tells the rest; `tests/tidy.rs` holds the layers.

pub mod clock;
pub mod entropy;
pub mod secret;

pub mod network;
pub mod place;
pub mod words;

pub mod canonical;
pub mod csv;
pub mod form_body;
pub mod geo;
pub mod password;
pub mod subject;
pub mod throttle;

pub mod area;
pub mod authenticator;
pub mod authority;

pub mod console_login;
pub mod enforcement;
pub mod roster;
pub mod route;
pub mod trusted_header;
pub mod webauthn;

pub mod service_token;
pub mod site;

pub mod session;

pub mod policy;

pub mod assertion;
pub mod audit;
pub mod client_certificate;
pub mod upstream;

pub mod key_store;
pub mod metrics;
pub mod outbound;
pub mod store;

pub mod audit_sink;
pub mod console_desk;
pub mod courier;
pub mod directory;
pub mod federation;
pub mod refusal_log;
pub mod sightings;

pub mod ceremony;
pub mod gate;
pub mod operate;

pub mod portal;

pub mod proxy;

pub mod config;

pub mod telemetry;

pub mod server;

pub mod demo;

pub mod cli;
