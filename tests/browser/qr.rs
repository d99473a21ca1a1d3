//! What a phone's camera sees: the QR code in the picture of a page.

use url::Url;

/// What an authenticator app learns from a QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// The key in base 32.
    pub(crate) key: String,
    /// The name shown above the code.
    pub(crate) issuer: String,
    /// Whose code it is.
    pub(crate) account: String,
    /// The address itself.
    pub(crate) uri: String,
}

/// Reads the one QR code in a PNG.
pub(crate) fn scan(png: &[u8]) -> Scanned {
    let picture = image::load_from_memory(png).unwrap().to_luma8();
    let mut picture = rqrr::PreparedImage::prepare(picture);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code in the picture");
    let (_, text) = grids[0].decode().expect("a readable QR code");
    let uri = Url::parse(&text).unwrap();
    assert_eq!((uri.scheme(), uri.host_str()), ("otpauth", Some("totp")), "{text}");
    let only = |name: &str| {
        let values: Vec<_> = uri.query_pairs().filter(|(key, _)| key == name).collect();
        assert!(values.len() <= 1, "{name} twice in {text}");
        values.first().map(|(_, value)| value.to_string())
    };
    // What is left out has these very defaults in every app.
    for (name, value) in [("algorithm", "SHA1"), ("digits", "6"), ("period", "30")] {
        assert!(only(name).is_none_or(|found| found == value), "{name} in {text}");
    }
    let issuer = only("issuer").expect("an issuer");
    let label = uri.path().trim_start_matches('/').to_owned();
    let label = percent_decoded(&label);
    let (prefix, account) = label.split_once(':').expect("issuer:account");
    assert_eq!(prefix, issuer, "both issuers agree");
    Scanned {
        key: only("secret").expect("a key"),
        account: account.trim_start().to_owned(),
        issuer,
        uri: text,
    }
}

fn percent_decoded(text: &str) -> String {
    let query = format!("x={}", text.replace('+', "%2B"));
    let (_, value) = url::form_urlencoded::parse(query.as_bytes()).next().unwrap();
    value.into_owned()
}
