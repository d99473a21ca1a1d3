//! The section that a document in `docs/consoles` recommends: the tests load what people copy.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// A section for `sites`, as it stands in the document.
pub(crate) struct Recipe(String);

impl Recipe {
    /// The one YAML block of `docs/consoles/NAME.md` that begins with `sites:`.
    pub(crate) fn of(name: &str) -> Self {
        let file = Path::new("docs/consoles").join(format!("{name}.md"));
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
        let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
        let mut sites = blocks.filter(|block| block.starts_with("sites:\n"));
        let block = sites.next().unwrap_or_else(|| panic!("{}: no section", file.display()));
        assert!(sites.next().is_none(), "{}: more than one section", file.display());
        Self(block.to_owned())
    }

    /// A whole file for one site of this machine: the section with the console's address and the site's name put
    /// in, and nothing else changed.
    pub(crate) fn file(&self, console: SocketAddr) -> String {
        let put_in = |line: &str| {
            let plain = line.trim_start();
            let indent = &line[..line.len() - plain.len()];
            match plain.split_once(':') {
                Some(("hosts", _)) => format!("{indent}hosts: [localhost]"),
                Some(("upstream", _)) => format!("{indent}upstream: http://{console}"),
                _ => line.to_owned(),
            }
        };
        let lines: Vec<_> = self.0.lines().map(put_in).collect();
        format!(
            "listen:\n  http: 127.0.0.1:0\n  admin: 127.0.0.1:0\n{}\n\
             authenticators: {{ passkeys: {{ enabled: false }} }}\n\
             log: {{ level: info, access: access.log }}\n",
            lines.join("\n")
        )
    }
}
