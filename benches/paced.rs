//! A client that sends at a fixed rate and tells how long answers take: for the load that `wrk` cannot
//! make, the one below saturation.
//!
//!     paced --target 127.0.0.1:8080 --rate 5000 --seconds 5 --connections 16 --header 'Host: a' ...
//!
//! prints `{"sent":…,"failed":…,"p50_us":…,"p99_us":…,"max_us":…}`. A time begins when a request is
//! written: a client that woke late does not count against the server.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for measurements reads the clock, says what is wrong and stops"
)]

use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::time::Duration;
use std::time::Instant;

/// What one connection saw.
#[derive(Default)]
struct Seen {
    micros: Vec<u64>,
    failed: usize,
}

/// The values after every `--name`.
fn options(name: &str) -> Vec<String> {
    let arguments: Vec<String> = std::env::args().collect();
    let pairs = arguments.iter().zip(arguments.iter().skip(1));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.clone()).collect()
}

fn number(name: &str, default: u32) -> u32 {
    options(name).first().map_or(default, |text| text.parse().unwrap())
}

/// Sends one request and reads its answer; whether it was 200.
fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> bool {
    buffer.clear();
    stream.write_all(request).unwrap();
    let mut piece = [0_u8; 8192];
    loop {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "the server closed the connection");
        buffer.extend(piece.iter().take(read));
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(buffer.get(..end).unwrap()).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .map_or(0, |text| text.trim().parse::<usize>().unwrap());
            if buffer.len() >= end + 4 + length {
                return head.starts_with("http/1.1 200");
            }
        }
    }
}

fn run(
    target: SocketAddr,
    request: &[u8],
    every: Duration,
    offset: Duration,
    end: Instant,
) -> Seen {
    let mut stream = TcpStream::connect(target).unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut seen, mut buffer) = (Seen::default(), Vec::new());
    let mut due = Instant::now() + offset;
    while due < end {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let sent = Instant::now();
        let good = exchange(&mut stream, request, &mut buffer);
        seen.micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap());
        seen.failed += usize::from(!good);
        // A late client goes on from now: it does not make up for lost time with a burst.
        due = (due + every).max(Instant::now());
    }
    seen
}

fn main() {
    let Some(target) = options("--target").first().map(|text| text.parse().unwrap()) else {
        println!("paced --target ADDRESS --rate N --seconds N --connections N --path P --header H");
        return;
    };
    let connections = number("--connections", 16);
    let every = Duration::from_secs(1) * connections / number("--rate", 1000);
    let end = Instant::now() + Duration::from_secs(number("--seconds", 5).into());
    let path = options("--path").first().cloned().unwrap_or_else(|| "/".to_owned());
    let headers: String =
        options("--header").into_iter().flat_map(|line| [line, "\r\n".into()]).collect();
    let request = format!("GET {path} HTTP/1.1\r\n{headers}\r\n");
    let mut all = Seen::default();
    std::thread::scope(|scope| {
        let request = request.as_bytes();
        let threads: Vec<_> = (0..connections)
            .map(|n| scope.spawn(move || run(target, request, every, every * n / connections, end)))
            .collect();
        for thread in threads {
            let seen = thread.join().unwrap();
            all.micros.extend(seen.micros);
            all.failed += seen.failed;
        }
    });
    all.micros.sort_unstable();
    let at =
        |share: usize| all.micros.get((all.micros.len() * share / 100).saturating_sub(1)).copied();
    println!(
        "{{\"sent\":{},\"failed\":{},\"p50_us\":{},\"p99_us\":{},\"max_us\":{}}}",
        all.micros.len(),
        all.failed,
        at(50).unwrap_or_default(),
        at(99).unwrap_or_default(),
        at(100).unwrap_or_default(),
    );
}
