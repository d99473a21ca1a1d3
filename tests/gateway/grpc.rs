//! gRPC from end to end: HTTP/2 on both sides, trailers, streams in both directions. Server and client are
//! the ones people use.

use std::fs;
use std::io::BufRead as _;
use std::io::BufReader;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use crate::support::gateway::HOST;
use crate::support::recorder::Recorder;
use crate::support::world::World;

/// The script with both ends, run by the Python of the tests.
fn script(arguments: &[&str]) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.exists(), "{} is missing: run make test", python.display());
    let mut command = Command::new(python);
    command.arg(root.join("tests/python/grpc_through.py")).args(arguments);
    command
}

/// A gRPC server; it ends with its input.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = script(&[&["serve"], arguments].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the server's port: run make test");
        Self { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

/// A gateway with a TLS listener before such a console.
fn world(upstream: &str) -> World {
    World::with(Recorder::start(), |setup| setup.tls().upstream(upstream))
}

fn called(world: &World, cookie: Option<&str>) -> String {
    let address = world.gateway.listener("https").to_string();
    let authorities = world.gateway.path("console.pem");
    let mut arguments = vec!["call", &address, authorities.to_str().unwrap(), HOST];
    arguments.extend(cookie);
    let output = script(&arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{}", world.gateway.stderr());
    String::from_utf8(output.stdout).unwrap()
}

fn check_all_shapes(world: &World) {
    let said = called(world, Some(&world.session_pair()));
    for line in [
        "unary hello|alice|signed|clean",
        "stream piece 0, piece 1, piece 2",
        "collect a,b,c",
        "echo x, y",
        "big 2000000",
        "Refuse FAILED_PRECONDITION not today",
        "Nothing UNIMPLEMENTED Method not found!",
    ] {
        assert!(said.lines().any(|said| said == line), "{line} in\n{said}");
    }
    let trailers = said.lines().find(|line| line.starts_with("trailers")).unwrap();
    assert!(trailers.contains("'x-cost'") && trailers.contains("'7'"), "{trailers}");
    assert!(!trailers.contains("forged"), "H-10: {trailers}");
}

#[test]
fn grpc_passes_from_end_to_end_with_trailers_over_plain_http2_h10() {
    let server = Server::start(&[]);
    let port = server.port;
    let world = world(&format!("{{ url: \"http://127.0.0.1:{port}\", protocol: http2 }}"));
    check_all_shapes(&world);
    assert_eq!(called(&world, None).trim(), "UNAUTHENTICATED", "without a session");
    drop(world);
}

#[test]
fn grpc_passes_where_tls_agrees_on_http2_h10() {
    let directory = TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["grpc.internal".to_owned()]).unwrap();
    let file = |name: &str, text: String| -> PathBuf {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let certificate = file("grpc.pem", made.cert.pem());
    let key = file("grpc.key", made.signing_key.serialize_pem());
    let server = Server::start(&[certificate.to_str().unwrap(), key.to_str().unwrap()]);
    let world = world(&format!(
        "{{ url: \"https://127.0.0.1:{}\", protocol: auto, server_name: grpc.internal, ca_file: {} }}",
        server.port,
        certificate.display()
    ));
    check_all_shapes(&world);
    drop(world);
}
