//! Where a console says who has signed in there: in its answer to the login, or to a request with the session that the
//! login opened. It is believed where the login itself names nobody, as after a provider's vouching, and where a console
//! takes several names for one person.

use http::HeaderName;

use super::Answer;
use super::Unclear;
use super::user_name;

/// Where a console says who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Path and query of what is asked for with the new session; none: the answer to the login says it.
    pub target: Option<String>,
    /// Where in the answer.
    pub place: Place,
}

/// Where in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At this path of keys in its JSON body, joined by `/`.
    Json(String),
    /// In this field of its head.
    Header(HeaderName),
}

impl Told {
    /// The name in an answer, as the console writes it.
    ///
    /// # Errors
    /// When it says none, or more than one.
    pub fn name(&self, answer: &Answer<'_>) -> Result<String, Unclear> {
        match &self.place {
            Place::Json(keys) => user_name::in_json(answer.body, keys),
            Place::Header(name) => {
                let mut values = answer.headers.get_all(name).iter();
                let value = values.next().ok_or(Unclear::Missing)?;
                if values.next().is_some() {
                    return Err(Unclear::Ambiguous);
                }
                value.to_str().map(str::to_owned).map_err(|_| Unclear::Body)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::StatusCode;

    use super::*;
    use crate::clock::Timestamp;

    fn told(place: Place, headers: &HeaderMap, body: &[u8]) -> Result<String, Unclear> {
        let wall = Timestamp::from_secs(1);
        Told { target: None, place }.name(&Answer { status: StatusCode::OK, headers, body, wall })
    }

    #[test]
    fn a_console_names_one_person_or_nobody_a134() {
        let none = HeaderMap::new();
        let json = |body: &str| told(Place::Json("user/login".to_owned()), &none, body.as_bytes());
        assert_eq!(json("{\"user\":{\"login\":\"alice\",\"id\":7}}").unwrap(), "alice");
        for body in [
            "",
            "alice",
            "{}",
            "{\"user\":\"alice\"}",
            "{\"user\":{\"login\":null}}",
            "{\"user\":{\"login\":[\"alice\"]}}",
            "{\"user\":{\"login\":\"alice\",\"login\":\"bob\"}}",
            "{\"user\":{\"login\":\"alice\",\"Login\":\"bob\"}}",
            "{\"user\":{\"login\":\"alice\"}} {}",
        ] {
            assert!(json(body).is_err(), "{body}");
        }
        let header = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-user", value.parse().unwrap());
            }
            told(Place::Header(HeaderName::from_static("x-user")), &headers, b"")
        };
        assert_eq!(header(&["alice"]).unwrap(), "alice");
        assert!(header(&[]).is_err() && header(&["alice", "alice"]).is_err());
    }
}
