//! What faces people: listeners, certificates, names, passkeys, proxies in front.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::ToSocketAddrs as _;

use super::super::health;
use super::errands::Errand;
use super::finding::Finding;
use super::state::Gateway;
use crate::clock::Timestamp;
use crate::config::Configuration;
use crate::geo::Kind;
use crate::site::HostPattern;

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// From how many days before its end on a certificate is spoken of, and how many are left when it is urgent.
const SOON: u64 = 14;
const URGENT: u64 = 2;

/// Addresses that nobody has (RFC 5737, RFC 3849): whoever believes them believes everybody.
const NOBODYS: [&str; 3] = ["192.0.2.1", "203.0.113.1", "2001:db8::1"];

/// What can be said without waiting.
pub(super) fn look(configuration: &Configuration, now: Timestamp) -> Vec<Finding> {
    let mut found: Vec<Finding> = certificates(configuration, now);
    found.extend(passkeys(configuration));
    found.extend(proxies(configuration));
    let databases = Kind::ALL.into_iter().filter_map(|kind| configuration.geo.file(kind));
    found.extend(databases.map(|file| match age_in_days(file, now) {
        Some(days) => Finding::ok("places", format!("{} was put there {days} days ago", file.display())),
        None => Finding::fail(
            "places",
            format!("{} cannot be looked at", file.display()),
            "Put a database there: until then every place is unknown, and rules about places refuse",
        ),
    }));
    found
}

/// How long ago a file was written.
fn age_in_days(file: &std::path::Path, now: Timestamp) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    let written = std::fs::metadata(file).ok()?.mtime();
    Some(now.secs().saturating_sub(u64::try_from(written).ok()?) / DAY)
}

fn certificates(configuration: &Configuration, now: Timestamp) -> Vec<Finding> {
    let each = configuration.certificates.iter().map(|certificate| {
        let about = format!("certificate {}", certificate.file.display());
        let what = format!("it ends {}", certificate.not_after);
        let remedy = "Renew it; a file that is replaced is taken up by itself";
        let days = certificate.not_after.since(now).as_secs() / DAY;
        if days < URGENT {
            Finding::fail(&about, what, remedy)
        } else if days < SOON {
            Finding::warn(&about, what, remedy)
        } else {
            Finding::ok(&about, what)
        }
    });
    each.collect()
}

/// A passkey is good for the host that its relying party's id names, and what is below it.
fn passkeys(configuration: &Configuration) -> Vec<Finding> {
    let parties = &configuration.ceremony.relying_parties;
    if parties.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for site in configuration.sites.iter() {
        let about = format!("passkeys of {}", site.name);
        let Some(party) = parties.get(site.name.as_str()) else {
            let remedy = "People need another second factor there: see `authenticators.passkeys` in docs/configuration.md";
            found.push(Finding::warn(&about, "they cannot be used there", remedy));
            continue;
        };
        let hosts = site.hosts.iter().map(ToString::to_string);
        let id = &party.id;
        let foreign: Vec<String> =
            hosts.filter(|host| host != id && !host.ends_with(&format!(".{id}"))).collect();
        found.push(if foreign.is_empty() {
            Finding::ok(&about, format!("they are made for {id}"))
        } else {
            Finding::fail(
                &about,
                format!("they are made for {id}, to which {} does not belong", foreign.join(", ")),
                "Browsers refuse them there: give that host a site of its own, or another id",
            )
        });
    }
    found
}

/// Whose word about others counts.
fn proxies(configuration: &Configuration) -> Vec<Finding> {
    let believed = |text: &&str| {
        let address = text.parse::<IpAddr>();
        address.is_ok_and(|address| configuration.proxies.speaks_for_others(address))
    };
    if NOBODYS.iter().any(believed) {
        return vec![Finding::fail(
            "proxies",
            "everybody is believed about where they come from",
            "List the addresses of your own proxies alone in `proxies.networks`",
        )];
    }
    match configuration.proxies.networks.prefixes() {
        0 => Vec::new(),
        some => vec![Finding::ok(
            "proxies",
            format!("{some} network(s) are believed, and strangers are not"),
        )],
    }
}

/// Names and listeners; whether a gateway runs decides what listeners should do.
pub(super) fn errands(configuration: &Configuration, gateway: Gateway) -> Vec<Errand> {
    let mut errands = Vec::new();
    let known = configuration.listen.addresses().filter(|address| address.port() != 0);
    for address in known.filter(|_| gateway != Gateway::Unknown) {
        let about = format!("listener {address}");
        errands.push(Errand::new(about.clone(), move || vec![listener(&about, address, gateway)]));
    }
    for site in configuration.sites.iter() {
        for pattern in &site.hosts {
            let HostPattern::Exact(host) = pattern else { continue };
            let (name, about) = (host.to_string(), format!("name {host}"));
            let is_name = name.parse::<IpAddr>().is_err() && !name.starts_with('[');
            if is_name {
                errands.push(Errand::new(about.clone(), move || vec![resolved(&about, &name)]));
            }
        }
    }
    errands
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the others have no remedy of their own")]
fn listener(about: &str, address: SocketAddr, gateway: Gateway) -> Finding {
    if gateway == Gateway::Runs {
        return match health::accepts(address) {
            Ok(()) => Finding::ok(about, "it accepts"),
            Err(error) => Finding::fail(
                about,
                format!("a gateway runs, and this does not accept: {error}"),
                "A reload opens no listeners: restart the gateway",
            ),
        };
    }
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok(about, "it is free"),
        Err(error) => {
            let remedy = match error.kind() {
                io::ErrorKind::AddrInUse => "Somebody else listens there: `ss -ltnp` says who",
                io::ErrorKind::PermissionDenied => {
                    "Ports below 1024 need a right: `AmbientCapabilities=CAP_NET_BIND_SERVICE` in the unit"
                }
                io::ErrorKind::AddrNotAvailable => {
                    "This machine does not have the address: look at `listen`"
                }
                _ => "Look at `listen`",
            };
            Finding::fail(about, format!("it cannot be had: {error}"), remedy)
        }
    }
}

fn resolved(about: &str, name: &str) -> Finding {
    match (name, 0).to_socket_addrs() {
        Ok(found) => {
            let mut addresses: Vec<String> = found.map(|it| it.ip().to_string()).collect();
            addresses.dedup();
            Finding::ok(about, format!("it leads to {}", addresses.join(", ")))
        }
        Err(error) => Finding::warn(
            about,
            format!("from here it leads nowhere: {error}"),
            "People find the gateway by it: look at DNS",
        ),
    }
}
