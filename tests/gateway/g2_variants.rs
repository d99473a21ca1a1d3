//! G2: what is sent, by attack, and what becomes of it where all but `/public` asks for a second factor.
//!
//! One table for every rule that a path, a method or a host could be read around.

use crate::support::gateway::HOST;
use crate::support::h2::Ended;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::raw_client::RawClient;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::row::get_bytes;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::World;

/// A page navigation of a browser.
const NAVIGATION: &str = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n\
                          Sec-Fetch-Dest: document\r\n";

/// Spellings that a browser is sent away from, and to which.
pub(crate) const SPELLINGS: [(&str, &str, &str); 7] = [
    ("A-025", "/public/../admin", "/admin"),
    ("A-025", "/public/./../admin?q=1", "/admin?q=1"),
    ("A-026", "/public/%2e%2e/admin", "/admin"),
    ("A-026", "/%61dmin", "/admin"),
    ("A-029", "//admin", "/admin"),
    ("A-029", "//evil.example/admin", "/evil.example/admin"),
    ("A-025", "/../../..//", "/"),
];

/// Spellings of the host that may mean ours.
pub(crate) const OUR_HOSTS: [&str; 4] =
    ["CONSOLE.Test", "console.test:443", "console.test:8080", "console.test."];

/// Authorities over HTTP/2 that contradict themselves, or name nobody.
pub(crate) const AUTHORITIES: [&[(&str, &str)]; 5] = [
    &[(":authority", HOST), ("host", "other.test")],
    &[(":authority", "other.test"), ("host", HOST)],
    &[(":authority", HOST), ("host", "console.test:1")],
    &[("host", HOST), ("host", HOST)],
    &[],
];

/// All of it, for a console that tells upper case from lower.
pub(crate) fn all() -> Vec<Row> {
    [
        dots(),
        SPELLINGS.iter().flat_map(|(id, target, _)| navigated(id, target)).collect(),
        encoded(),
        suffixes(),
        combined(),
        copies(),
        fragments(),
        queries(),
        absolute(),
        whole_server(),
        raw_bytes(),
        broken_escapes(),
        segments(),
        unchanged(),
        methods(),
        preflights(),
        own_prefix(),
        file_names(),
        too_long(),
        other_hosts(),
    ]
    .concat()
}

/// Refused to whoever asks, with a session and without.
fn refused(id: &'static str, targets: &[&str]) -> Vec<Row> {
    let asked = targets.iter().flat_map(|target| [get(target, FULL), get(target, "")]);
    asked.map(|sent| Row::refused(id, &[400], sent)).collect()
}

pub(crate) fn dots() -> Vec<Row> {
    [
        refused(
            "A-025",
            &["/public/../admin", "/public/./../admin", "/./admin", "/public/..", "/.", "/.."],
        ),
        refused(
            "A-026",
            &["/public/%2e%2e/admin", "/public/.%2e/admin", "/public/%2E./admin", "/%2e/admin"],
        ),
        refused(
            "A-029",
            &["//admin", "///admin", "/x//../admin", "//evil/admin", "/public//admin"],
        ),
    ]
    .concat()
}

/// By a browser, which is sent away, and by its form.
pub(crate) fn navigated(id: &'static str, target: &str) -> Vec<Row> {
    let sent = get(target, &format!("{FULL}{NAVIGATION}"));
    let post = request("POST", target, &format!("{FULL}{NAVIGATION}Content-Length: 0\r\n"));
    vec![Row::refused(id, &[308], sent), Row::refused(id, &[400], post)]
}

pub(crate) fn encoded() -> Vec<Row> {
    let mut rows = [
        refused(
            "A-027",
            &["/public/%252e%252e/admin", "/public/%25%32%65/admin", "/a%252fb", "/a%255cb"],
        ),
        refused(
            "A-028",
            &["/public%2fadmin", "/public%2Fadmin", "/a%5cb", "/a%5Cb", "/public\\..\\admin"],
        ),
    ]
    .concat();
    // Not even a browser is sent anywhere: there is no canonical form.
    let sent = get("/public/..%2fadmin", &format!("{FULL}{NAVIGATION}"));
    rows.push(Row::refused("A-028", &[400], sent));
    rows
}

pub(crate) fn suffixes() -> Vec<Row> {
    let mut rows = [
        refused(
            "A-030",
            &["/admin;x=1", "/public/..;/admin", "/public;/../admin", "/admin;/x", "/public;x/y"],
        ),
        refused(
            "A-032",
            &["/admin.", "/admin%20", "/admin%00", "/admin%0a", "/admin::$DATA", "/admin%7f"],
        ),
    ]
    .concat();
    rows.extend([
        Row::forwarded("A-032", get("/admin/", FULL)),
        Row::refused("A-032", &[401], get("/admin/", "")),
        Row::forwarded("A-030", get("/matrix;x=1/y", FULL)),
    ]);
    rows
}

pub(crate) fn combined() -> Vec<Row> {
    refused(
        "A-030",
        &[
            "/admin.;x",
            "/admin%20;x",
            "/public/..%20/secret",
            "/public/..%20;x/secret",
            "/public/..::$DATA/secret",
            "/public/..:x/secret",
            "/public/.%20./secret",
            "/public/.../secret",
        ],
    )
}

pub(crate) fn copies() -> Vec<Row> {
    let mut rows = Vec::new();
    for method in ["COPY", "MOVE"] {
        let ask = |from: &str, fields: &str| request(method, from, fields);
        for (fields, status) in [
            (String::new(), 400),
            ("Destination: elsewhere\r\n".to_owned(), 400),
            ("Destination: /public/../admin/x\r\n".to_owned(), 400),
            ("Destination: /public/a\r\nDestination: /admin/x\r\n".to_owned(), 400),
            ("Destination: /admin/x\r\n".to_owned(), 403),
            (format!("Destination: http://{HOST}/admin/x\r\n"), 403),
            ("Destination: http://other.test/public/x\r\n".to_owned(), 403),
        ] {
            rows.push(Row::refused("A-047", &[status], ask("/public/a", &fields)));
        }
        let full = format!("{FULL}Destination: http://{HOST}/admin/x\r\n");
        rows.push(Row::forwarded("A-047", ask("/a", &full)));
    }
    rows
}

pub(crate) fn fragments() -> Vec<Row> {
    let mut rows = refused("A-033", &["/public#/../admin", "/x#", "#x", "/x?y#z", "/public#"]);
    rows.extend([
        Row::forwarded("A-033", get("/foo/secret%23/bar", FULL)),
        Row::refused("A-033", &[401], get("/public%23/admin", "")),
        Row::refused("A-033", &[401], get("/admin%23/public", "")),
    ]);
    rows
}

pub(crate) fn queries() -> Vec<Row> {
    let targets = ["/admin?x=/public/", "/api/private?path=/status", "/?/public", "/x?/public/.."];
    let both = |target| {
        [Row::refused("A-034", &[401], get(target, "")), Row::forwarded("A-034", get(target, FULL))]
    };
    targets.into_iter().flat_map(both).collect()
}

pub(crate) fn absolute() -> Vec<Row> {
    vec![
        Row::refused("A-035", &[400], get("http://other.example/admin", FULL)),
        Row::refused("A-035", &[400], get(&format!("http://user@{HOST}/admin"), FULL)),
        Row::refused("A-035", &[400], get(&format!("ftp://{HOST}/admin"), FULL)),
        Row::refused("A-035", &[400], get(&format!("http://{HOST}/public/../admin"), FULL)),
        Row::refused("A-035", &[401], get(&format!("http://{HOST}/admin"), "")),
        Row::refused("A-035", &[400], format!("GET http://{HOST}/x HTTP/1.1\r\n{FULL}\r\n")),
        Row::forwarded("A-035", get(&format!("http://{HOST}/x?y=1"), FULL)).seen_as("/x?y=1"),
    ]
}

pub(crate) fn whole_server() -> Vec<Row> {
    vec![
        Row::refused("A-036", &[400, 405], get("*", FULL)),
        Row::refused("A-036", &[400], get("admin", FULL)),
        Row::refused("A-036", &[400], get("?x=1", FULL)),
        Row::refused("A-036", &[400], get("", FULL)),
        Row::refused("A-036", &[400], get("a:443", FULL)),
        Row::refused("A-036", &[200, 204], request("OPTIONS", "*", FULL)),
        Row::refused("A-036", &[200, 204], request("OPTIONS", "*", "")),
    ]
}

pub(crate) fn raw_bytes() -> Vec<Row> {
    let refused = |target: &[u8]| Row::refused("A-037", &[400], get_bytes(target, FULL));
    let bytes = [0x00, 0x01, b' ', b'\t', 0x0b, 0x7f, 0x80, 0xa0, 0xc3, 0xff];
    let spread = |byte| [refused(&[b'/', b'a', byte, b'b']), refused(&[b'/', b'?', byte, b'b'])];
    bytes.into_iter().flat_map(spread).chain([refused("/käse".as_bytes())]).collect()
}

pub(crate) fn broken_escapes() -> Vec<Row> {
    let mut rows = refused(
        "A-038",
        &[
            "/%",
            "/%z",
            "/%zz",
            "/a%2",
            "/%u002f",
            "/%c0%af",
            "/%c1%9c",
            "/%e0%80%af",
            "/%ed%a0%80",
            "/%f8%80%80%80%af",
            "/%ff",
            "/%80",
        ],
    );
    let wide = get("/public%ef%bc%8f..%ef%bc%8fadmin", "");
    rows.push(Row::refused("A-038", &[400, 401], wide));
    rows
}

pub(crate) fn segments() -> Vec<Row> {
    let near = ["/publicx", "/public-admin", "/public.", "/Public", "/PUBLIC/x", "/publi"];
    let anonymous = near.iter().map(|target| get(target, ""));
    let anonymous = anonymous.map(|sent| Row::refused("A-040", &[400, 401], sent));
    anonymous.chain(refused("A-040", &["/api%2fadmin", "/public%2fx"])).collect()
}

pub(crate) fn unchanged() -> Vec<Row> {
    let targets = [
        "/",
        "/x",
        "/x/",
        "/a%20b",
        "/a%C3%A4?q=%2e%2e",
        "/a+b,c@d!$&'()*=:",
        "/x?",
        "/x?a=b&c=d?e/f",
        "/x??",
        "/~u/_-./z",
        "/%E2%82%AC",
        "/x?%2f%5c",
        "/a...b/..c",
        "/x?q=//..//",
        "/0%2Ca",
    ];
    targets.map(|target| Row::forwarded("A-041", get(target, FULL))).to_vec()
}

pub(crate) fn other_hosts() -> Vec<Row> {
    let hosts = ["other.test", "localhost", "127.0.0.1", "[::1]", "test", "x.console.test"];
    hosts.map(|host| Row::refused("A-043", &[421], at(host, FULL))).to_vec()
}

/// A request that names this host.
pub(crate) fn at(host: &str, headers: &str) -> String {
    format!("GET /x HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n")
}

/// Asks over HTTP/2 with a session and these fields for the host.
pub(crate) fn by_authority(world: &World, path: &str, authority: &[(&str, &str)]) -> Ended {
    let pair = world.session_pair();
    let trust = world.gateway.trust(&["h2"]).unwrap();
    let mut h2 = H2Client::over(RawClient::tls(world.gateway.listener("https"), &trust));
    let mut fields = vec![(":method", "GET"), (":scheme", "https"), (":path", path)];
    fields.extend(authority.iter().filter(|(name, _)| name.starts_with(':')));
    fields.extend(authority.iter().filter(|(name, _)| !name.starts_with(':')));
    fields.push(("cookie", &pair));
    let stream = h2.open(&fields, Last::Yes);
    h2.ended(stream)
}

pub(crate) fn methods() -> Vec<Row> {
    let mut rows = Vec::new();
    for method in [
        "HEAD", "OPTIONS", "PROPFIND", "MKCOL", "LOCK", "REPORT", "SEARCH", "DELETE", "PUT",
        "PATCH", "POST",
    ] {
        let length = "Content-Length: 0\r\n";
        for target in ["/x", "/admin"] {
            let anonymous = request(method, target, length);
            rows.push(Row::refused("A-048", &[401], anonymous));
            let full = request(method, target, &format!("{FULL}{length}"));
            rows.push(Row::forwarded("A-047", full));
        }
    }
    for method in ["get", "Get", "JEFF", "TRACE", "TRACK", "M-SEARCH", "PURGE", "post"] {
        rows.push(Row::refused("A-047", &[405], request(method, "/x", FULL)));
        rows.push(Row::refused("A-047", &[405], request(method, "/public", "")));
    }
    rows
}

pub(crate) fn preflights() -> Vec<Row> {
    let preflight = "Origin: https://other.test\r\nAccess-Control-Request-Method: DELETE\r\n";
    vec![
        Row::refused("A-049", &[401], request("OPTIONS", "/x", preflight)),
        Row::refused("A-049", &[401], request("OPTIONS", "/api/x", preflight)),
        Row::forwarded("A-049", request("OPTIONS", "/x", &format!("{FULL}{preflight}"))),
    ]
}

pub(crate) fn own_prefix() -> Vec<Row> {
    vec![
        Row::refused("A-051", &[404], get("/.portcullis/nope", FULL)),
        Row::refused("A-051", &[404], get("/.portcullis/nope/x", FULL)),
        Row::refused("A-051", &[400], get("/.portcullis/../x", FULL)),
        Row::refused("A-051", &[400], get("/%2eportcullis/sign-in", FULL)),
        Row::refused("A-051", &[400], get("/.portcullis;/sign-in", FULL)),
        Row::refused("A-051", &[400], get("/.portcullis%2fsign-in", FULL)),
        Row::refused("A-051", &[400], get("//.portcullis/sign-in", FULL)),
        Row::refused("A-051", &[400, 401, 404], get("/.PORTCULLIS/sign-in", "")),
        Row::refused("A-051", &[401], get("/.portcullisx", "")),
    ]
}

/// For a console that ignores case.
pub(crate) fn other_case() -> Vec<Row> {
    let mut rows = vec![
        Row::forwarded("A-031", get("/PUBLIC/x", "")).names_nobody(),
        Row::forwarded("A-031", get("/Public", "")).names_nobody(),
        Row::refused("A-031", &[401], get("/ADMIN", "")),
        Row::refused("A-031", &[401], get("/Publicx", "")),
        // As it was sent, byte for byte.
        Row::forwarded("A-031", get("/ADMIN/Users?Q=r", FULL)),
        Row::forwarded("A-031", get("/admin/%C3%A4%C3%84", FULL)),
        Row::refused("A-031", &[400], get("/PUBLIC/../Admin", "")),
        Row::refused("A-031", &[400], get("/PUBLIC;x", "")),
        Row::refused("A-031", &[200, 303, 404], get("/.PORTCULLIS/nope", FULL)),
    ];
    let open = ["/public", "/PUBLIC", "/PubliC"];
    rows.extend(open.map(|path| Row::forwarded("A-031", get(path, FULL)).names_nobody()));
    rows
}

pub(crate) fn file_names() -> Vec<Row> {
    vec![
        Row::refused("A-052", &[401], get("/admin/x.css", "")),
        Row::refused("A-052", &[401], get("/favicon.ico", "")),
        Row::refused("A-052", &[400], get("/admin%0a.js", "")),
        Row::refused("A-052", &[400], get("/admin/..%2fx.png", "")),
    ]
}

pub(crate) fn too_long() -> Vec<Row> {
    let long = format!("/{}", "a".repeat(9 * 1024));
    vec![Row::refused("A-054", &[414], get(&long, FULL)).closes()]
}
