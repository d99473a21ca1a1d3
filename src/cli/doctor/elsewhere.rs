//! Those who receive what the gateway sends: mail, text messages, copies of the audit log. They are found, and sent nothing.

use std::net::SocketAddr;
use std::net::TcpStream;
use std::net::ToSocketAddrs as _;
use std::os::unix::fs::FileTypeExt as _;
use std::time::Duration;

use http::Uri;
use tokio::runtime;

use super::errands::Errand;
use super::finding::Finding;
use crate::audit_sink::Way;
use crate::audit_sink::syslog::Address;
use crate::config::Configuration;
use crate::courier::mail;
use crate::courier::mail::Mailer;
use crate::outbound;

/// How long a receiver may take to accept.
const PATIENCE: Duration = Duration::from_secs(5);

/// An errand for each of them.
pub(super) fn errands(configuration: &Configuration) -> Vec<Errand> {
    let mut errands = Vec::new();
    if let Some(settings) = configuration.courier.mail.clone() {
        let about = format!("mail server {}:{}", settings.host, settings.port);
        errands.push(Errand::new(about.clone(), move || vec![mail_server(&about, settings)]));
    }
    if let Some(settings) = &configuration.courier.sms {
        errands.extend(web("the SMS gateway", &settings.url, "codes and notices by text message"));
    }
    for sink in &configuration.audit.sinks {
        let about = format!("receiver of the sink {}", sink.name);
        let lost = "the audit log's copy";
        match &sink.way {
            // Its file is looked at with the others.
            Way::File(_) => {}
            Way::Webhook(settings) => errands.extend(web(&about, &settings.url, lost)),
            Way::Syslog(settings) => match settings.address.clone() {
                Address::Tcp(host) | Address::Tls(host, _) => {
                    errands.push(connection(&about, (host.name, host.port), lost));
                }
                Address::Udp(host) => errands.push(Errand::new(about.clone(), move || {
                    let found = places(&host.name, host.port);
                    vec![told(&about, found.map(|_| "its name is known; UDP says no more"), lost)]
                })),
                Address::Unix(path) => errands.push(Errand::new(about.clone(), move || {
                    let is_there = std::fs::metadata(&path)
                        .map_err(|error| error.to_string())
                        .and_then(|found| {
                            let is_socket = found.file_type().is_socket();
                            is_socket
                                .then_some("it is there")
                                .ok_or_else(|| "it is no socket".to_owned())
                        });
                    vec![told(&about, is_there, lost)]
                })),
            },
        }
    }
    errands
}

fn told(about: &str, found: Result<&str, String>, lost: &str) -> Finding {
    match found {
        Ok(how) => Finding::ok(about, how),
        Err(why) => {
            let remedy = format!("Until it is mended, {lost} does not get there");
            Finding::fail(about, why, remedy)
        }
    }
}

/// A server behind an address of the web: only whether it accepts.
fn web(about: &str, url: &str, lost: &'static str) -> Option<Errand> {
    let url: Uri = url.parse().ok()?;
    let port = url.port_u16().unwrap_or(if url.scheme_str() == Some("http") { 80 } else { 443 });
    let host = url.host()?.trim_start_matches('[').trim_end_matches(']').to_owned();
    Some(connection(about, (host, port), lost))
}

fn connection(about: &str, (host, port): (String, u16), lost: &'static str) -> Errand {
    let about = format!("{about}, {host}:{port}");
    Errand::new(about.clone(), move || {
        let accepted = places(&host, port).and_then(|places| {
            let accepts = |place: &SocketAddr| TcpStream::connect_timeout(place, PATIENCE).is_ok();
            let accepted = places.iter().any(accepts);
            accepted.then_some("it accepts").ok_or_else(|| "it does not accept".to_owned())
        });
        vec![told(&about, accepted, lost)]
    })
}

/// Where a name leads to that may be asked.
fn places(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    let found = (host, port).to_socket_addrs();
    let found = found.map_err(|error| format!("its name leads nowhere: {error}"))?;
    let allowed: Vec<_> = found.filter(|it| !outbound::is_link_local(it.ip())).collect();
    if allowed.is_empty() {
        Err("its name leads nowhere that may be asked".to_owned())
    } else {
        Ok(allowed)
    }
}

/// The whole way to a letter, which is not sent: connection, TLS, name and password.
fn mail_server(about: &str, settings: mail::Settings) -> Finding {
    let lost = "mail with codes and notices";
    let greeted = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
        .and_then(|runtime| runtime.block_on(Mailer::new(settings).greet()));
    told(about, greeted.map(|()| "it would take letters"), lost)
}
