//! phpMyAdmin as Debian packages it, before a database of its own: `MariaDB`, PHP and nginx.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use crate::console::process::Place;
use crate::console::process::Process;
use crate::console::process::command;
use crate::console::process::free_address;

/// Where Debian puts it.
const INSTALLED: &str = "/usr/share/phpmyadmin";

/// It, and what it needs. Fields are dropped in order: what asks before what is asked.
pub(crate) struct PhpMyAdmin {
    _nginx: Process,
    _php: Process,
    _database: Process,
    _folder: TempDir,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl PhpMyAdmin {
    /// Starts it with these people, who may do everything.
    pub(crate) fn start(people: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let database = database(&folder, people);
        copy(folder.path());
        let php = php(&folder);
        let (nginx, address) = nginx(&folder);
        Self { _nginx: nginx, _php: php, _database: database, _folder: folder, address }
    }
}

/// Root must be named to servers that otherwise insist on another account.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn database(folder: &TempDir, people: &[(&str, &str)]) -> Process {
    let at = |name: &str| folder.path().join(name).display().to_string();
    let user: &[&str] = if is_root() { &["--user=root"] } else { &[] };
    let made = command("mariadb-install-db")
        .arg("--no-defaults")
        .args([format!("--datadir={}", at("data")), format!("--tmpdir={}", at(""))])
        .args(["--skip-test-db", "--auth-root-authentication-method=normal"])
        .args(["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M"])
        .args(user)
        .stdout(Stdio::null())
        .stderr(fs::File::create(at("install.out")).unwrap())
        .status()
        .unwrap_or_else(|error| panic!("mariadb-install-db: {error}; `make test` installs it"));
    assert!(made.success(), "{}", fs::read_to_string(at("install.out")).unwrap());
    let mut accounts = String::new();
    for (name, password) in people {
        writeln!(accounts, "CREATE USER '{name}'@'localhost' IDENTIFIED BY '{password}';").unwrap();
        writeln!(accounts, "GRANT ALL ON *.* TO '{name}'@'localhost';").unwrap();
    }
    fs::write(at("accounts.sql"), accounts).unwrap();
    let mut command = command("mariadbd");
    command
        .arg("--no-defaults")
        .args([format!("--datadir={}", at("data")), format!("--tmpdir={}", at(""))])
        .args([format!("--socket={}", at("database")), format!("--pid-file={}", at("pid"))])
        .arg(format!("--init-file={}", at("accounts.sql")))
        .args(["--skip-networking", "--skip-log-bin", "--performance-schema=OFF"])
        .args(["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M"])
        .arg("--innodb-flush-log-at-trx-commit=0")
        .args(user);
    let mut process = Process::start("mariadbd", folder, &mut command);
    process.listens(&Place::Socket(folder.path().join("database")));
    process
}

/// A copy of it with a configuration of its own: the installed one is the machine's.
fn copy(folder: &Path) {
    let installed = Path::new(INSTALLED);
    assert!(installed.exists(), "{INSTALLED} is missing: run make test");
    let own = folder.join("phpmyadmin");
    fs::create_dir(&own).unwrap();
    // PHP finds what belongs together by where a file really is.
    let real = ["index.php", "url.php", "autoload.php", "libraries", "js"];
    let copied = Command::new("cp")
        .arg("-rL")
        .args(real.map(|name| installed.join(name)))
        .arg(&own)
        .status()
        .unwrap();
    assert!(copied.success());
    for name in ["favicon.ico", "locale", "sql", "templates", "themes"] {
        symlink(installed.join(name), own.join(name)).unwrap();
    }
    let vendor = own.join("libraries/vendor_config.php");
    let text = fs::read_to_string(&vendor).unwrap();
    let place = folder.display();
    let text = text
        .replace("/etc/phpmyadmin/", &format!("{place}/"))
        .replace("/var/lib/phpmyadmin/", &format!("{place}/"));
    fs::write(&vendor, text).unwrap();
    fs::create_dir_all(folder.join("tmp")).unwrap();
    fs::write(
        folder.join("config.inc.php"),
        format!(
            "<?php\n$cfg['blowfish_secret'] = '{}';\n\
             $cfg['Servers'][1] = ['auth_type' => 'cookie', 'host' => 'localhost', 'socket' => '{place}/database'];\n\
             $cfg['TempDir'] = '{place}/tmp';\n",
            "x".repeat(32)
        ),
    )
    .unwrap();
}

fn php(folder: &TempDir) -> Process {
    let place = folder.path().display();
    let user = if is_root() { "user = root\ngroup = root\n" } else { "" };
    let file = folder.path().join("php-fpm.conf");
    fs::create_dir(folder.path().join("sessions")).unwrap();
    fs::write(
        &file,
        format!(
            "[global]\nerror_log = {place}/php.log\ndaemonize = no\n[www]\n{user}listen = {place}/php\n\
             pm = static\npm.max_children = 2\nphp_value[session.save_path] = {place}/sessions\n\
             php_value[upload_tmp_dir] = {place}/tmp\n"
        ),
    )
    .unwrap();
    let mut versions: Vec<_> = fs::read_dir("/usr/sbin")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("php-fpm"))
        .collect();
    versions.sort();
    let program = versions.pop().expect("php-fpm is missing: run make test");
    let mut command = command(&program);
    command.arg("--nodaemonize").arg("--fpm-config").arg(&file);
    if is_root() {
        command.arg("--allow-to-run-as-root");
    }
    let mut process = Process::start("php-fpm", folder, &mut command);
    process.listens(&Place::Socket(folder.path().join("php")));
    process
}

fn nginx(folder: &TempDir) -> (Process, SocketAddr) {
    let place = folder.path().display();
    let address = free_address();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = kinds.map(|kind| format!("{kind}_temp_path {place}/{kind};\n")).concat();
    let user = if is_root() { "user root;\n" } else { "" };
    let file = folder.path().join("nginx.conf");
    fs::write(
        &file,
        format!(
            "{user}daemon off; master_process off; pid {place}/nginx.pid;\nevents {{}}\n\
             http {{ access_log off; include /etc/nginx/mime.types; gzip on; gzip_types *;\n{temporary}\
             server {{ listen {address}; root {place}/phpmyadmin; index index.php; client_max_body_size 8m;\n\
             absolute_redirect off;\n\
             location ~ \\.php$ {{ include /etc/nginx/fastcgi.conf; fastcgi_pass unix:{place}/php; }} }} }}\n"
        ),
    )
    .unwrap();
    let mut command = command("nginx");
    command.arg("-e").arg(folder.path().join("nginx.log")).arg("-c").arg(&file);
    let mut process = Process::start("nginx", folder, &mut command);
    process.listens(&Place::Tcp(address));
    (process, address)
}
