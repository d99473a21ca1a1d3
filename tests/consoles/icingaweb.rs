//! Icinga Web 2 as Debian packages it: a form with a token, and a check whether the browser keeps cookies.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::console::hall;
use crate::console::hall::Hall;
use crate::console::process::Process;
use crate::console::web;
use crate::screens;
use crate::support::browser::Browser;
use crate::support::person::Person;
use crate::window::Window;

const INSTALLED: &str = "/usr/share/icingaweb2";
const PASSWORD: &str = "harbour-Lantern-1";

/// It, and what it needs. Fields are dropped in order: what asks before what is asked.
struct IcingaWeb {
    _nginx: Process,
    _php: Process,
    _database: Process,
    _folder: TempDir,
    address: SocketAddr,
}

impl IcingaWeb {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let database = web::database(&folder, &statements());
        let place = folder.path().display();
        configure(folder.path());
        let lines = format!(
            "env[ICINGAWEB_CONFIGDIR] = {place}/icingaweb2\n\
             php_value[date.timezone] = UTC\n"
        );
        let php = web::php(&folder, &lines);
        let root = Path::new(INSTALLED).join("public");
        let lines = "location / { try_files $uri $uri/ /index.php$is_args$args; }";
        let (nginx, address) = web::nginx(&folder, &root, lines);
        Self { _nginx: nginx, _php: php, _database: database, _folder: folder, address }
    }
}

/// Its tables and one person, a statement a line.
fn statements() -> String {
    let schema = Path::new(INSTALLED).join("schema/mysql.schema.sql");
    let schema = fs::read_to_string(schema).expect("`make consoles` installs it");
    let mut lines = "CREATE DATABASE icingaweb CHARACTER SET utf8mb4;\nUSE icingaweb;\n".to_owned();
    let plain = schema.lines().map(str::trim);
    let plain = plain.filter(|line| !line.starts_with('#'));
    for statement in plain.collect::<Vec<_>>().join(" ").split(';') {
        if !statement.trim().is_empty() {
            writeln!(lines, "{};", statement.trim()).unwrap();
        }
    }
    let hash = Command::new("php")
        .args(["-r", "echo password_hash($argv[1], PASSWORD_DEFAULT);", PASSWORD])
        .output()
        .unwrap();
    let hash = String::from_utf8(hash.stdout).unwrap();
    writeln!(
        lines,
        "INSERT INTO icingaweb_user (name, active, password_hash) VALUES ('alice', 1, '{hash}');\n\
         CREATE USER 'icinga'@'localhost' IDENTIFIED BY 'of-the-database';\n\
         GRANT ALL ON icingaweb.* TO 'icinga'@'localhost';"
    )
    .unwrap();
    lines
}

fn configure(folder: &Path) {
    let own = folder.join("icingaweb2");
    fs::create_dir(&own).unwrap();
    let write = |name: &str, text: &str| fs::write(own.join(name), text).unwrap();
    write(
        "config.ini",
        "[global]\nconfig_backend = \"db\"\nconfig_resource = \"web\"\n[logging]\nlog = \"php\"\n",
    );
    write("authentication.ini", "[web]\nbackend = \"db\"\nresource = \"web\"\n");
    write("roles.ini", "[Administrators]\nusers = \"alice\"\npermissions = \"*\"\n");
    write(
        "resources.ini",
        "[web]\ntype = \"db\"\ndb = \"mysql\"\nhost = \"localhost\"\ndbname = \"icingaweb\"\n\
         username = \"icinga\"\npassword = \"of-the-database\"\ncharset = \"utf8mb4\"\n",
    );
}

#[test]
fn a_person_works_in_icinga_web_with_a_second_factor() {
    let console = IcingaWeb::start();
    let hall = Hall::before(console.address, "icingaweb");
    let mut person = Person::named("alice");
    let window = hall.window();
    window.go("/account");
    window.find("#login input[name=username]");
    screens::keep_console(&window, "icingaweb-sign-in");
    signs_in(&window, "wrong");
    screens::keep_console(&window, "icingaweb-wrong");
    let said = window.text("body");
    assert!(said.contains("Incorrect username or password"), "not its own words: {said}");
    signs_in(&window, PASSWORD);
    hall::enrols(&window, &mut person);
    works(&window);
    let stolen = hall::sealed_cookies(&window, &["Icingaweb2"]);
    let mut thief = Browser::plain(console.address, "localhost");
    thief.jar = stolen;
    assert!(!thief.get("/account").text().contains("My Account"));

    window.go("/authentication/logout");
    window.go("/account");
    window.find("#login input[name=username]");
    signs_in(&window, PASSWORD);
    hall::proves(&window, &mut person);
    works(&window);
    hall::signs_out(&window);
    assert!(!hall::cookies(&window).iter().any(|(name, _)| name == "Icingaweb2"));
    window.go("/account");
    window.find("#login input[name=username]");
}

fn signs_in(window: &Window, password: &str) {
    window.type_in("#login input[name=username]", "alice");
    window.type_in("#login input[name=password]", password);
    window.press("#login input[type=submit]");
}

/// Goes somewhere by its scripts.
fn works(window: &Window) {
    hall::shows(window, "body", "alice");
    window.go("/account");
    hall::shows(window, "body", "My Account");
    screens::keep_console(window, "icingaweb-work");
    window.click("#col1 .tabs a[href*='navigation']");
    hall::shows(window, "#col1", "Create a New Navigation Item");
}
