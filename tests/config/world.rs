//! A directory with what configuration files name: certificates, keys, secrets.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;

use portcullis::clock::Timestamp;
use portcullis::config;
use portcullis::config::ConfigErrors;
use portcullis::config::Configuration;
use rcgen::CertificateParams;
use rcgen::KeyPair;
use rcgen::date_time_ymd;
use tempfile::TempDir;

/// 2026-06-01, when the configurations of these tests are read.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_780_272_000);

/// The token in `secrets/token`.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A directory of its own for a configuration file.
pub(crate) struct World {
    directory: TempDir,
}

struct Pair {
    name: &'static str,
    certificate: String,
    key: String,
}

/// Keys take time to make: once for all tests.
fn pairs() -> &'static [Pair] {
    static PAIRS: OnceLock<Vec<Pair>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let host = ["console.example.com"].as_slice();
        [
            ("good", host, 2026, 2027),
            ("expired", host, 2024, 2025),
            ("future", host, 2030, 2031),
            ("nameless", &[], 2026, 2027),
        ]
        .map(|(name, hosts, from, to)| {
            let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
            let mut params = CertificateParams::new(hosts).unwrap();
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(to, 1, 1);
            let key = KeyPair::generate().unwrap();
            Pair {
                name,
                certificate: params.self_signed(&key).unwrap().pem(),
                key: key.serialize_pem(),
            }
        })
        .into()
    })
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self { directory: TempDir::new().unwrap() };
        for pair in pairs() {
            world.write(&format!("certs/{}.pem", pair.name), &pair.certificate, 0o644);
            world.write(&format!("certs/{}.key", pair.name), &pair.key, 0o600);
        }
        world.write("certs/open.key", &pairs()[0].key, 0o640);
        world.write("secrets/token", &format!("{TOKEN}\n"), 0o600);
        world.write("secrets/open", TOKEN, 0o644);
        world.write("secrets/empty", "\n", 0o600);
        world.write("pictures/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", 0o644);
        world.write("pictures/active.svg", "<svg><script>alert(1)</script></svg>", 0o644);
        world.write("pictures/photo.gif", "GIF89a", 0o644);
        world.write("pictures/large.svg", &" ".repeat(70_000), 0o644);
        let good = "# partners\n198.51.100.0/24\r\n\n198.51.100.7 # again\n2001:db8:8::/48\n";
        world.write("lists/good.txt", good, 0o644);
        world.write("lists/none.txt", "# none\n", 0o644);
        world.write("lists/empty.txt", "", 0o644);
        let bad =
            "198.51.100.0/24\n198.51.100.1/24\n# fine\n  partner.example.net\n::ffff:10.0.0.1\n";
        world.write("lists/bad.txt", bad, 0o644);
        world
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str, mode: u32) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Loads these bytes as `gateway.yaml` of the directory.
    pub(crate) fn load(&self, bytes: &[u8]) -> Result<Configuration, ConfigErrors> {
        let path = self.path().join("gateway.yaml");
        fs::write(&path, bytes).unwrap();
        config::load(&path, &environment, NOW)
    }

    /// A text with the directory taken out, the same wherever tests run.
    pub(crate) fn without_directory(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.path().display()), "")
    }
}

fn environment(name: &str) -> Option<String> {
    (name == "PORTCULLIS_TOKEN").then(|| TOKEN.to_owned())
}

/// The files of a directory of these tests that end in `.yaml`, by name.
pub(crate) fn files(directory: &str) -> Vec<PathBuf> {
    let directory = root().join("tests/config").join(directory);
    let mut files: Vec<PathBuf> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "yaml"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The directory of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
