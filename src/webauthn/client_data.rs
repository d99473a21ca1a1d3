//! What the browser signed: `CollectedClientData`, read strictly (W-R1 to W-R4, W-A3 to W-A6).

use super::Refused;
use super::json;

/// The longest that is read; browsers write some 200 bytes.
const LONGEST: usize = 4096;

/// Which ceremony an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ceremony {
    Create,
    Get,
}

/// The challenge that an answer is about. The library compares origin and challenge once more; that the page
/// was nobody's frame is only found out here.
///
/// # Errors
/// The reason.
pub(super) fn challenge(client_data: &[u8], ceremony: Ceremony) -> Result<Vec<u8>, Refused> {
    let value = json::read(client_data, LONGEST)?;
    let expected = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if json::text(&value, "type").ok_or(Refused::Malformed)? != expected {
        return Err(Refused::Type);
    }
    let is_framed = value.get("crossOrigin").is_some_and(|framed| framed != false);
    if is_framed || value.get("topOrigin").is_some() {
        return Err(Refused::CrossOrigin);
    }
    json::bytes(&value, "challenge").ok_or(Refused::Malformed)
}

/// The origin that an answer names, for the audit log.
pub(super) fn origin(client_data: &[u8]) -> Option<String> {
    let value = json::read(client_data, LONGEST).ok()?;
    let origin = json::text(&value, "origin")?;
    Some(origin.chars().filter(char::is_ascii_graphic).take(120).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_in_a_frame_or_for_the_other_ceremony_is_refused_a193() {
        let read = |text: &str| challenge(text.as_bytes(), Ceremony::Get);
        let plain = r#"{"type":"webauthn.get","challenge":"AAEC","origin":"https://a.example""#;
        assert_eq!(read(&format!("{plain}}}")).unwrap(), [0, 1, 2]);
        assert_eq!(read(&format!("{plain},\"crossOrigin\":false}}")).unwrap(), [0, 1, 2]);
        for framed in
            ["\"crossOrigin\":true", "\"crossOrigin\":0", "\"topOrigin\":\"https://a.example\""]
        {
            let text = format!("{plain},{framed}}}");
            assert_eq!(read(&text).unwrap_err(), Refused::CrossOrigin, "{framed}");
        }
        let other = challenge(format!("{plain}}}").as_bytes(), Ceremony::Create);
        assert_eq!(other.unwrap_err(), Refused::Type);
        for bad in [
            r#"{"challenge":"AAEC"}"#,
            r#"{"type":"webauthn.get"}"#,
            r#"{"type":"webauthn.get","challenge":"A=="}"#,
            r#"{"type":"webauthn.get","type":"webauthn.get","challenge":"AAEC"}"#,
            "\u{feff}{\"type\":\"webauthn.get\",\"challenge\":\"AAEC\"}",
        ] {
            assert_eq!(read(bad).unwrap_err(), Refused::Malformed, "{bad}");
        }
    }
}
