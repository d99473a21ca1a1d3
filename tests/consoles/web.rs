//! What consoles in PHP need: a database, PHP, and a web server, each at a place of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::console::process::Place;
use crate::console::process::Process;
use crate::console::process::command;
use crate::console::process::free_address;

/// Root must be named to servers that otherwise insist on another account.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A database in which these statements, one a line, were run.
pub(crate) fn database(folder: &TempDir, statements: &str) -> Process {
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
    fs::write(at("first.sql"), statements).unwrap();
    let mut command = command("mariadbd");
    command
        .arg("--no-defaults")
        .args([format!("--datadir={}", at("data")), format!("--tmpdir={}", at(""))])
        .args([format!("--socket={}", at("database")), format!("--pid-file={}", at("pid"))])
        .arg(format!("--init-file={}", at("first.sql")))
        .args(["--skip-networking", "--skip-log-bin", "--performance-schema=OFF"])
        .args(["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M"])
        .arg("--innodb-flush-log-at-trx-commit=0")
        .args(user);
    let mut process = Process::start("mariadbd", folder, &mut command);
    process.listens(&Place::Socket(folder.path().join("database")));
    process
}

/// PHP at a socket; `lines` are further ones of its configuration.
pub(crate) fn php(folder: &TempDir, lines: &str) -> Process {
    let place = folder.path().display();
    let user = if is_root() { "user = root\ngroup = root\n" } else { "" };
    let file = folder.path().join("php-fpm.conf");
    fs::create_dir(folder.path().join("sessions")).unwrap();
    fs::write(
        &file,
        format!(
            "[global]\nerror_log = {place}/php-fpm.out\ndaemonize = no\n[www]\n{user}listen = {place}/php\n\
             pm = static\npm.max_children = 2\ncatch_workers_output = yes\nphp_value[session.save_path] = {place}/sessions\n\
             php_value[upload_tmp_dir] = {place}/tmp\n{lines}"
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
    command.arg("-d").arg(format!("pdo_mysql.default_socket={place}/database"));
    if is_root() {
        command.arg("--allow-to-run-as-root");
    }
    let mut process = Process::start("php-fpm", folder, &mut command);
    process.listens(&Place::Socket(folder.path().join("php")));
    process
}

/// nginx, which gives scripts below `root` to PHP; `lines` are further ones of its site.
pub(crate) fn nginx(folder: &TempDir, root: &Path, lines: &str) -> (Process, SocketAddr) {
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
             server {{ listen {address}; root {}; index index.php; client_max_body_size 8m;\n\
             absolute_redirect off;\n\
             location ~ \\.php$ {{ include /etc/nginx/fastcgi.conf; fastcgi_pass unix:{place}/php; }}\n{lines} }} }}\n",
            root.display()
        ),
    )
    .unwrap();
    let mut command = command("nginx");
    command.arg("-e").arg(folder.path().join("nginx.log")).arg("-c").arg(&file);
    let mut process = Process::start("nginx", folder, &mut command);
    process.listens(&Place::Tcp(address));
    (process, address)
}
