//! Large bodies: every byte arrives, both ways, and the gateway's memory does not grow with them.
//!
//! `PORTCULLIS_TRANSFER_GIB=10 cargo test --locked --test gateway transfers -- --nocapture` moves 10 GiB each
//! way over every wire and says what it measured; `make torture` does that.

use std::io::Write as _;
use std::time::Instant;

use crate::support::bulk::Bulk;
use crate::support::bulk::Comparison;
use crate::support::bulk::pieces;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::h2::Last;
use crate::support::raw_client::RawClient;
use crate::support::world::http2_to;
use crate::support::world::signed_in;

/// How much the gateway may grow, whatever passes through it: buffers and windows of one connection.
const GROWTH: u64 = 24 * 1024 * 1024;

fn size() -> u64 {
    let gib = std::env::var_os("PORTCULLIS_TRANSFER_GIB").and_then(|gib| gib.into_string().ok());
    gib.map_or(64 * 1024 * 1024, |gib| gib.parse::<u64>().unwrap() * 1024 * 1024 * 1024)
}

struct Place {
    gateway: Gateway,
    session: String,
    _console: Bulk,
}

fn place(change: impl FnOnce(Setup) -> Setup) -> Place {
    let console = Bulk::start();
    let (gateway, browser, _) = signed_in(&change(Setup::before(console.address())));
    let session = format!("{}={}", gateway.session_cookie(), browser.session().unwrap());
    Place { gateway, session, _console: console }
}

impl Place {
    /// Runs a transfer; the memory at its peak must be about what it was before.
    fn measured(&self, what: &str, transfer: impl FnOnce(&Self)) {
        let before = self.gateway.forget_peak();
        #[expect(clippy::disallowed_methods, reason = "said beside the figure, never asserted")]
        let start = Instant::now();
        transfer(self);
        let after = self.gateway.peak();
        let line = format!(
            "{what}: {} MiB in {:.1} s, resident {} KiB before, {} KiB at the peak\n",
            size() / 1024 / 1024,
            start.elapsed().as_secs_f64(),
            before / 1024,
            after / 1024
        );
        // Shown with --nocapture.
        drop(std::io::stdout().write_all(line.as_bytes()));
        assert!(after < before + GROWTH, "A-278: {line}");
    }

    fn head(&self, method: &str, target: &str, fields: &str) -> String {
        let session = &self.session;
        format!("{method} {target} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {session}\r\n{fields}\r\n")
    }

    fn download_http1(&self) {
        let mut client = self.gateway.connect();
        client.send(self.head("GET", &format!("/down/{}", size()), "").as_bytes());
        let head = client.head().unwrap();
        assert_eq!(head.status, 200);
        assert_eq!(head.header("content-length"), Some(size().to_string().as_str()));
        let mut body = Comparison::new();
        client.pass(size(), |piece| body.take(piece));
        assert!(body.right, "other bytes than sent");
        self.still_good(&mut client);
    }

    fn upload_http1(&self) {
        let mut client = self.gateway.connect();
        let length = format!("Content-Length: {}\r\n", size());
        client.send(self.head("POST", "/up", &length).as_bytes());
        pieces(size(), |piece| {
            client.send(piece);
            true
        });
        assert_eq!(client.response().text(), format!("{} right", size()));
        self.still_good(&mut client);
    }

    fn upload_chunked(&self) {
        let mut client = self.gateway.connect();
        client.send(self.head("POST", "/up", "Transfer-Encoding: chunked\r\n").as_bytes());
        pieces(size(), |piece| {
            client.send(format!("{:x}\r\n", piece.len()).as_bytes());
            client.send(piece);
            client.send(b"\r\n");
            true
        });
        client.send(b"0\r\n\r\n");
        assert_eq!(client.response().text(), format!("{} right", size()));
        self.still_good(&mut client);
    }

    fn still_good(&self, client: &mut RawClient) {
        client.send(self.head("GET", "/down/3", "").as_bytes());
        assert_eq!(client.response().body.len(), 3);
    }

    fn fields<'a>(&'a self, method: &'a str, target: &'a str) -> [(&'a str, &'a str); 5] {
        [
            (":method", method),
            (":scheme", "https"),
            (":authority", HOST),
            (":path", target),
            ("cookie", &self.session),
        ]
    }

    fn download_http2(&self) {
        let mut h2 = http2_to(&self.gateway);
        let stream = h2.open(&self.fields("GET", &format!("/down/{}", size())), Last::Yes);
        let mut body = Comparison::new();
        let ended = h2.ended_with(stream, |_, piece| body.take(piece));
        assert_eq!(ended.status(), Some(200));
        assert_eq!((body.length, body.right), (size(), true));
    }

    fn upload_http2(&self) {
        let mut h2 = http2_to(&self.gateway);
        let stream = h2.open(&self.fields("POST", "/up"), Last::No);
        let mut upload = h2.upload(stream);
        pieces(size(), |piece| {
            let refused = h2.send_piece(&mut upload, piece);
            assert!(refused.is_none(), "{refused:?}");
            true
        });
        h2.data(stream, b"", Last::Yes);
        let ended = h2.ended(stream);
        assert_eq!(ended.answer().unwrap().text(), format!("{} right", size()));
    }
}

#[test]
fn large_bodies_pass_over_http1_without_being_kept_a278() {
    let place = place(|setup| setup);
    place.measured("HTTP/1.1 download", Place::download_http1);
    place.measured("HTTP/1.1 upload", Place::upload_http1);
    place.measured("HTTP/1.1 upload in chunks", Place::upload_chunked);
}

#[test]
fn large_bodies_pass_over_tls_and_http2_without_being_kept_a278() {
    let place = place(Setup::tls);
    place.measured("HTTP/1.1 over TLS download", Place::download_http1);
    place.measured("HTTP/1.1 over TLS upload", Place::upload_http1);
    place.measured("HTTP/2 download", Place::download_http2);
    place.measured("HTTP/2 upload", Place::upload_http2);
}
