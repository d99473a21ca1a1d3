//! phpMyAdmin as Debian packages it, before a database of its own: `MariaDB`, PHP and nginx.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::console::process::Process;
use crate::console::web;

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
        let mut accounts = String::new();
        for (name, password) in people {
            writeln!(accounts, "CREATE USER '{name}'@'localhost' IDENTIFIED BY '{password}';")
                .unwrap();
            writeln!(accounts, "GRANT ALL ON *.* TO '{name}'@'localhost';").unwrap();
        }
        let database = web::database(&folder, &accounts);
        copy(folder.path());
        let php = web::php(&folder, "");
        let (nginx, address) = web::nginx(&folder, &folder.path().join("phpmyadmin"), "");
        Self { _nginx: nginx, _php: php, _database: database, _folder: folder, address }
    }
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
