//! The gateway from outside: the compiled program between raw clients and a raw upstream.
//!
//! One file per story or group of the attack catalogue; a row carries the id of the attack it repeats.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

#[path = "../support/mod.rs"]
mod support;

mod account_path;
mod admin_accounts;
mod admin_audit;
mod admin_door;
mod admin_lists;
mod admin_policy;
mod admin_user;
mod admin_users;
mod adoption;
mod api;
mod api_acts;
mod api_clients;
mod api_generated;
mod audit_api;
mod audit_log;
mod audit_sinks;
mod bare_pingora;
mod certificates;
mod console_basic;
mod console_cookies;
mod console_form;
mod console_sso;
mod demo;
mod differential;
mod doctor;
mod drain;
mod first_owner;
mod foresight;
mod g10_sessions;
mod g11_methods;
mod g11_step_up;
mod g1_headers;
mod g2_paths;
mod g2_variants;
mod g3_connections;
mod g3_framing;
mod g3_http2;
mod g4_http2;
mod g4_slow;
mod g4_streams;
mod g4_websocket;
mod g5_addresses;
mod g5_connections;
mod g6_passwords;
mod g7_codes;
mod g8_enforcement;
mod g8_owners;
mod g8_recovery;
mod g9_account;
mod g9_enrolment;
mod g9_passkeys;
mod geography;
mod grpc;
mod handed;
mod harness;
mod help;
mod hostile_console;
mod identity;
mod languages;
mod learn;
mod loud;
mod machines;
mod matrix;
mod messages;
mod monitoring;
mod mutual_tls;
mod network_lists;
mod new_place;
mod operation;
mod passwords;
mod people_table;
mod protocols;
mod reliability;
mod requirements;
mod second_factor_first;
mod self_service;
mod sign_on;
mod single_pages;
mod site_policy;
mod tls;
mod transfers;
mod trusted_header;
mod upgrade;
mod upstreams;
mod verifiers;
mod websocket;
