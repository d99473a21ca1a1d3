//! `first_factor.trusted_header`: a sign-on in front of the gateway.

use std::net::IpAddr;

use ::url::Url;
use http::HeaderName;

use super::Stage;
use super::document::console::UnknownUsersWord;
use super::document::trusted_header::JwtSection;
use super::document::trusted_header::SecondFactorWord;
use super::document::trusted_header::TrustedHeaderSection;
use super::elements;
use super::error::Problem;
use super::files;
use super::key_path::KeyPath;
use super::key_path::shown;
use super::rules::Kind;
use super::site;
use super::url;
use crate::area::Areas;
use crate::area::Whereabouts;
use crate::place::Whether;
use crate::subject::UnknownUsers;
use crate::trusted_header::Form;
use crate::trusted_header::KeySet;
use crate::trusted_header::KeySource;
use crate::trusted_header::PlainHeaders;
use crate::trusted_header::SecondFactor;
use crate::trusted_header::SignedHeader;
use crate::trusted_header::TrustedHeader;
use crate::trusted_header::jwt::Algorithm;

/// Headers that the gateway sets for consoles, and that others in front of it set for it.
const USUAL: [&str; 4] = [
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-groups",
    "x-forwarded-preferred-username",
];

impl Stage<'_> {
    /// A sign-on in front of the gateway.
    pub(super) fn trusted_header(
        &mut self,
        section: &TrustedHeaderSection,
        site: &str,
        path: &KeyPath,
    ) -> Option<TrustedHeader> {
        let source = self.source(section.source.as_deref(), site, path);
        let from = self.sign_on_networks(section, &path.key("from"));
        let form = self.form_of(section, path);
        let second_factor = self.elsewhere(section, path);
        let place = path.key("sign_out_url");
        let sign_out_url = section.sign_out_url.as_deref();
        let sign_out_url = sign_out_url.and_then(|text| self.report.take(&place, way_out(text)));
        Some(TrustedHeader {
            source,
            from: from?,
            form: form?,
            second_factor: second_factor?,
            unknown: match section.unknown_users.unwrap_or_default() {
                UnknownUsersWord::Create => UnknownUsers::Create,
                UnknownUsersWord::Refuse => UnknownUsers::Refuse,
            },
            sign_out_url,
        })
    }

    fn sign_on_networks(
        &mut self,
        section: &TrustedHeaderSection,
        path: &KeyPath,
    ) -> Option<Areas> {
        let Some(from) = self.areas(&section.from, path, Kind::Network) else {
            self.report.missing(path, "names of `networks`");
            return None;
        };
        // No proxy has one of these addresses: a network with them is half the world, or all of it.
        let ends = [[0; 4], [255; 4]].map(IpAddr::from).into_iter();
        let mut ends = ends.chain([[0; 16], [255; 16]].map(IpAddr::from));
        if ends.any(|end| from.holds(&Whereabouts::of(end)) == Whether::Yes) {
            let problem = Problem::new("everybody would be believed about who they are")
                .allowed("the addresses of the sign-on")
                .hint("name exactly the addresses from which it connects");
            self.report.refuse(path, problem);
        }
        Some(from)
    }

    fn form_of(&mut self, section: &TrustedHeaderSection, path: &KeyPath) -> Option<Form> {
        let besides = [
            ("name_header", &section.name_header),
            ("email_header", &section.email_header),
            ("groups_header", &section.groups_header),
        ];
        match (&section.user_header, &section.jwt) {
            (Some(user), None) => {
                let user = self.sign_on_header(user, &path.key("user_header"));
                let [name, email, groups] = besides.map(|(key, written)| {
                    written.as_ref().and_then(|text| self.sign_on_header(text, &path.key(key)))
                });
                Some(Form::Plain(PlainHeaders { user: user?, name, email, groups }))
            }
            (None, Some(jwt)) => {
                for (key, _) in besides.iter().filter(|(_, written)| written.is_some()) {
                    let problem = Problem::new("beside a signed token nothing else is believed");
                    let problem = problem.allowed("claims of the token, such as `groups_claim`");
                    self.report.refuse(&path.key(key), problem);
                }
                self.signed(jwt, &path.key("jwt")).map(|signed| Form::Signed(Box::new(signed)))
            }
            _ => {
                let problem = Problem::new("how it says who somebody is, is not said once");
                self.report.refuse(path, problem.allowed("either `user_header` or `jwt`"));
                None
            }
        }
    }

    fn sign_on_header(&mut self, text: &str, path: &KeyPath) -> Option<HeaderName> {
        let usual = USUAL.iter().find(|name| text.eq_ignore_ascii_case(name));
        match usual {
            Some(name) => Some(HeaderName::from_static(name)),
            None => self.report.take(path, site::header_name(text)),
        }
    }

    fn signed(&mut self, jwt: &JwtSection, path: &KeyPath) -> Option<SignedHeader> {
        const NAME: &str = "a header such as X-Auth-Request-Jwt";
        let header = self.needed(jwt.header.as_ref(), &path.key("header"), NAME);
        let header = header.and_then(|text| self.sign_on_header(&text, &path.key("header")));
        let keys = self.key_source(jwt, path);
        let issuer = self.needed(jwt.issuer.as_ref(), &path.key("issuer"), "what `iss` is");
        let place = path.key("audience");
        let audience = jwt.audience.as_deref().unwrap_or_default();
        let audience: Vec<String> =
            elements(audience, &place).map(|(_, text)| text.to_owned()).collect();
        if audience.is_empty() || audience.iter().any(String::is_empty) {
            self.report.missing(&place, "a list of what `aud` may name");
        }
        let algorithms = self.algorithms(jwt, &path.key("algorithms"));
        let place = path.key("user_claim");
        let user_claim =
            self.needed(jwt.user_claim.as_ref(), &place, "a claim such as preferred_username");
        Some(SignedHeader {
            header: header?,
            keys: keys?,
            issuer: issuer?,
            audience,
            algorithms,
            user_claim: user_claim?,
            name_claim: jwt.name_claim.clone(),
            email_claim: jwt.email_claim.clone(),
            groups_claim: jwt.groups_claim.clone(),
        })
    }

    fn needed(&mut self, written: Option<&String>, path: &KeyPath, what: &str) -> Option<String> {
        let found = written.filter(|text| !text.is_empty()).cloned();
        if found.is_none() {
            self.report.missing(path, what);
        }
        found
    }

    fn key_source(&mut self, jwt: &JwtSection, path: &KeyPath) -> Option<KeySource> {
        const FORM: &str = "a file, or an https URL such as https://sso.example.com/jwks.json";
        let authorities = self.authorities(jwt.ca_file.as_deref(), path);
        let path = path.key("jwks");
        let text = self.needed(jwt.jwks.as_ref(), &path, FORM)?;
        if text.contains("://") {
            let url = self
                .report
                .take(&path, url::sheltered(&text, FORM, "anybody on the way could give keys"))?;
            return Some(KeySource::Url(url, authorities));
        }
        let file = self.directory.join(&text);
        let read = files::read(&file).and_then(|bytes| {
            KeySet::parse(&bytes).map_err(|error| Problem::new(error.to_string()).allowed(FORM))
        });
        self.report.take(&path, read).map(|_| KeySource::File(file))
    }

    fn algorithms(&mut self, jwt: &JwtSection, path: &KeyPath) -> Vec<Algorithm> {
        let Some(list) = jwt.algorithms.as_deref() else { return Algorithm::USUAL.to_vec() };
        let known = Algorithm::ALL.map(Algorithm::name).join(", ");
        if list.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(path, problem.allowed(known.as_str()));
        }
        let mut algorithms = Vec::new();
        for (path, name) in elements(list, path) {
            let found = Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name);
            let found = found.ok_or_else(|| {
                let problem = Problem::new("no algorithm that tokens are taken with");
                let problem = problem.found(shown(name)).allowed(known.as_str());
                let unsafe_one = name.starts_with("HS") || name.eq_ignore_ascii_case("none");
                let hint = "whoever can verify such a token can make one, or anybody can";
                if unsafe_one { problem.hint(hint) } else { problem }
            });
            algorithms.extend(self.report.take(&path, found));
        }
        algorithms
    }

    /// What becomes of the second factor.
    fn elsewhere(
        &mut self,
        section: &TrustedHeaderSection,
        path: &KeyPath,
    ) -> Option<SecondFactor> {
        let word = section.second_factor.unwrap_or_default();
        let place = path.key("mfa_values");
        if section.mfa_values.is_some() && word != SecondFactorWord::TrustAmr {
            let problem = Problem::new("this key means nothing without `second_factor: trust_amr`");
            self.report.refuse(&place, problem.allowed("both, or neither"));
        }
        let place_of_word = path.key("second_factor");
        match word {
            SecondFactorWord::Ask => Some(SecondFactor::Ask),
            SecondFactorWord::NotAsked => {
                let text = "whoever is signed in there needs no second factor here, whatever they gave there: a stolen \
                            password, or a mistake in front of the gateway, is enough";
                self.report.warn(&place_of_word, text);
                Some(SecondFactor::NotAsked)
            }
            SecondFactorWord::TrustAmr if section.jwt.is_none() => {
                let problem = Problem::new("plain headers do not say what was proved");
                self.report
                    .refuse(&place_of_word, problem.allowed("`ask`, or `trust_amr` with `jwt`"));
                None
            }
            SecondFactorWord::TrustAmr => {
                let list = section.mfa_values.as_deref();
                let values = list.map_or_else(
                    || vec!["mfa".to_owned()],
                    |list| elements(list, &place).map(|(_, text)| text.to_owned()).collect(),
                );
                if values.is_empty() || values.iter().any(String::is_empty) {
                    let problem = Problem::new("a value that says nothing");
                    self.report.refuse(&place, problem.allowed("values of `amr` or `acr`"));
                }
                Some(SecondFactor::TrustAmr(values))
            }
        }
    }
}

/// The address that people go on to, which may have a query.
fn way_out(text: &str) -> Result<String, Problem> {
    const FORM: &str = "an address such as https://sso.example.com/sign-out";
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\<>".contains(&b));
    let url = Url::parse(text).ok().filter(|url| plain && matches!(url.scheme(), "https" | "http"));
    url.filter(Url::has_host)
        .map(|url| url.to_string())
        .ok_or_else(|| Problem::new("not an address to go on to").allowed(FORM))
}
