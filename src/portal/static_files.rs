//! Style sheet, script and icon, inside the binary, and the operator's colours and logo: named by their content,
//! cached for ever.

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;
use ring::digest;

use super::Settings;
use crate::portal::branding;

/// Every file: name, extension, media type, content.
const FILES: [(&str, &str, &str, &[u8]); 5] = [
    ("portal", "css", "text/css; charset=utf-8", include_bytes!("../../assets/static/portal.css")),
    ("admin", "css", "text/css; charset=utf-8", include_bytes!("../../assets/static/admin.css")),
    (
        "portal",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/static/portal.js"),
    ),
    (
        "retry",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/static/retry.js"),
    ),
    ("icon", "svg", "image/svg+xml", include_bytes!("../../assets/static/icon.svg")),
];

/// A logo is a picture even where somebody opens it by itself.
const PICTURE_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

/// One file under its final name.
#[derive(Debug)]
struct StaticFile {
    name: String,
    kind: &'static str,
    content: Bytes,
    policy: Option<HeaderValue>,
}

impl StaticFile {
    /// Names a file by its content.
    fn new((stem, extension): (&str, &str), kind: &'static str, content: Bytes) -> Self {
        let hash = digest::digest(&digest::SHA256, &content);
        let hash = data_encoding::HEXLOWER.encode(hash.as_ref().get(..8).unwrap_or_default());
        Self { name: format!("{stem}-{hash}.{extension}"), kind, content, policy: None }
    }
}

/// The embedded files, and those that the operator's settings make.
#[derive(Debug)]
pub(crate) struct StaticFiles(Vec<StaticFile>);

impl StaticFiles {
    /// Names every file.
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut files: Vec<StaticFile> = FILES
            .iter()
            .map(|(stem, extension, kind, content)| {
                StaticFile::new((stem, extension), kind, Bytes::from_static(content))
            })
            .collect();
        if let Some(sheet) = branding::style_sheet(settings.accent, settings.accent_dark) {
            let kind = "text/css; charset=utf-8";
            files.push(StaticFile::new(("colours", "css"), kind, sheet.into()));
        }
        if let Some(logo) = &settings.logo {
            let name = ("logo", logo.extension());
            let file = StaticFile::new(name, logo.media_type(), logo.content());
            files.push(StaticFile { policy: Some(PICTURE_POLICY), ..file });
        }
        Self(files)
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
        let mut response = Response::new(file.content.clone());
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        );
        if let Some(policy) = &file.policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        Some(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::Logo;

    #[test]
    fn a_logo_is_served_as_a_picture_that_can_do_nothing_a219() {
        let logo = Logo::read(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()).unwrap();
        let settings = Settings { logo: Some(logo), ..Settings::default() };
        let files = StaticFiles::new(&settings);
        let answer = files.answer(files.name("logo", "svg")).unwrap();
        assert_eq!(answer.headers()["content-type"], "image/svg+xml");
        assert_eq!(answer.headers()["content-security-policy"], "default-src 'none'; sandbox");
    }

    #[test]
    fn a_file_is_found_by_its_whole_name_only() {
        let files = StaticFiles::new(&Settings::default());
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
