//! What the gateway is measured against: pingora passing everything through to one upstream, and nothing
//! else. Built with the same profile, from the same dependencies, on the same kind of listener.
//!
//!     bare --listen 127.0.0.1:0 --upstream 127.0.0.1:9000 --threads 1
//!
//! prints `bare ready http=ADDRESS` and serves until it is killed. Without `--upstream` it only says how
//! it is called, so that `cargo bench` passes over it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for measurements says what is wrong and stops"
)]

use std::net::SocketAddr;

use async_trait::async_trait;
use pingora::proxy::ProxyHttp;
use pingora::proxy::Session;
use pingora::server::RunArgs;
use pingora::server::Server;
use pingora::server::configuration::Opt;
use pingora::server::configuration::ServerConf;
use pingora::upstreams::peer::HttpPeer;
use portcullis::server::listener::Bound;
use portcullis::server::listener::Prebound;

/// Passes everything on.
struct Bare {
    upstream: SocketAddr,
}

#[async_trait]
impl ProxyHttp for Bare {
    type CTX = ();

    fn new_ctx(&self) {}

    async fn upstream_peer(
        &self,
        _session: &mut Session,
        _context: &mut (),
    ) -> pingora::Result<Box<HttpPeer>> {
        Ok(Box::new(HttpPeer::new(self.upstream, false, String::new())))
    }
}

/// The value after `--name`.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn main() {
    let Some(upstream) = option("--upstream") else {
        println!("bare --listen ADDRESS --upstream ADDRESS --threads N");
        return;
    };
    let listen = option("--listen").unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let conf = ServerConf {
        threads: option("--threads").map_or(1, |threads| threads.parse().unwrap()),
        upstream_keepalive_pool_size: 512,
        grace_period_seconds: Some(0),
        graceful_shutdown_timeout_seconds: Some(0),
        ..ServerConf::default()
    };
    let bound = Bound::new(listen.parse().unwrap()).unwrap();
    let address = bound.address;
    let mut server = Server::new_with_opt_and_conf(Opt::default(), conf);
    server.bootstrap();
    let bare = Bare { upstream: upstream.parse().unwrap() };
    let proxy = pingora::proxy::http_proxy(&server.configuration, bare);
    server.add_service(Prebound::new("bare", proxy, vec![bound], None));
    // The socket listens already: whoever connects now is answered in a moment.
    println!("bare ready http={address}");
    server.run(RunArgs::default());
}
