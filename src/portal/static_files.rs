//! Style sheet, script and icon: inside the binary, named by their content, cached for ever.

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;
use ring::digest;

/// Every file: name, extension, media type, content.
const FILES: [(&str, &str, &str, &[u8]); 3] = [
    ("portal", "css", "text/css; charset=utf-8", include_bytes!("../../assets/static/portal.css")),
    (
        "portal",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/static/portal.js"),
    ),
    ("icon", "svg", "image/svg+xml", include_bytes!("../../assets/static/icon.svg")),
];

/// One file under its final name.
#[derive(Debug)]
struct StaticFile {
    name: String,
    kind: &'static str,
    content: &'static [u8],
}

/// The embedded files.
#[derive(Debug)]
pub(crate) struct StaticFiles(Vec<StaticFile>);

impl StaticFiles {
    /// Names every file by its content.
    pub(crate) fn new() -> Self {
        let named = FILES.iter().map(|(name, extension, kind, content)| {
            let hash = digest::digest(&digest::SHA256, content);
            let hash = data_encoding::HEXLOWER.encode(hash.as_ref().get(..8).unwrap_or_default());
            StaticFile { name: format!("{name}-{hash}.{extension}"), kind, content }
        });
        Self(named.collect())
    }

    /// The final name of `portal.css` and its like; empty for a file that is not there.
    pub(crate) fn name(&self, stem: &str, extension: &str) -> &str {
        let fits = |file: &&StaticFile| {
            file.name.starts_with(&format!("{stem}-"))
                && file.name.ends_with(&format!(".{extension}"))
        };
        self.0.iter().find(fits).map_or("", |file| &file.name)
    }

    /// The answer for a final name; none: no such file.
    pub(crate) fn answer(&self, name: &str) -> Option<Response<Bytes>> {
        let file = self.0.iter().find(|file| file.name == name)?;
        let mut response = Response::new(Bytes::from_static(file.content));
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        );
        Some(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_whole_name_only() {
        let files = StaticFiles::new();
        let name = files.name("portal", "css");
        assert!(name.starts_with("portal-") && name.len() == "portal-.css".len() + 16);
        let response = files.answer(name).unwrap();
        assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        for other in ["portal.css", "", "../portal.css", "portal-0000000000000000.css"] {
            assert!(files.answer(other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn no_file_names_a_foreign_address() {
        for (name, extension, _, content) in FILES {
            let text = std::str::from_utf8(content).unwrap();
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("//") || extension == "js", "{name}.{extension}");
            assert!(!text.contains("http"), "{name}.{extension}");
        }
    }
}
