//! A console's answer that is given at another address than the one it answered at: what it means relative to its own
//! address is made to mean the same there.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;
use url::Url;

use super::cookies::SetCookie;

/// Stands for whatever host it is.
const ANY_HOST: &str = "http://console.invalid";

/// Addresses in a header and cookies without a path, as `target` answered with them: path and query of the request.
pub fn settle(headers: &mut HeaderMap, target: &str) {
    let Ok(base) = Url::parse(&format!("{ANY_HOST}{target}")) else {
        return;
    };
    for name in [header::LOCATION, header::CONTENT_LOCATION] {
        rewrite(headers, &name, |value| absolute(&base, value));
    }
    rewrite(headers, &header::REFRESH, |value| refreshed(&base, value));
    let folder = folder(base.path());
    rewrite(headers, &header::SET_COOKIE, |value| with_path(value, folder));
}

/// Has `change` rewrite each value of a field; none: it stays as it is.
fn rewrite(headers: &mut HeaderMap, name: &HeaderName, change: impl Fn(&str) -> Option<String>) {
    let changed = |value: &HeaderValue| {
        let text = value.to_str().ok().and_then(&change)?;
        HeaderValue::from_str(&text).ok()
    };
    let values: Vec<HeaderValue> = headers
        .get_all(name)
        .iter()
        .map(|value| changed(value).unwrap_or_else(|| value.clone()))
        .collect();
    headers.remove(name);
    for value in values {
        headers.append(name.clone(), value);
    }
}

/// A relative address as path, query and fragment.
fn absolute(base: &Url, value: &str) -> Option<String> {
    if value.starts_with('/') || Url::parse(value).is_ok() {
        return None;
    }
    let target = base.join(value).ok().filter(|target| target.origin() == base.origin())?;
    let text = target.as_str().strip_prefix(ANY_HOST)?;
    (!text.starts_with("//")).then(|| text.to_owned())
}

/// `Refresh: 0; url=home.php`, as browsers read it.
fn refreshed(base: &Url, value: &str) -> Option<String> {
    let (delay, rest) = value.split_once([';', ','])?;
    let rest = rest.trim();
    let named = rest.get(..3).filter(|word| word.eq_ignore_ascii_case("url"));
    let address = named
        .and_then(|_| rest.get(3..)?.trim_start().strip_prefix('='))
        .unwrap_or(rest)
        .trim_matches([' ', '\t', '"', '\'']);
    Some(format!("{delay}; url={}", absolute(base, address)?))
}

/// Where a cookie without a path belongs (RFC 6265 §5.1.4).
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(at) => path.get(..at).unwrap_or("/"),
    }
}

/// A cookie that says no path with the one that it would have.
fn with_path(line: &str, folder: &str) -> Option<String> {
    let cookie = SetCookie::parse(line)?;
    let mut pairs = cookie.attributes.split(';').filter_map(|one| one.split_once('='));
    let last = pairs.rfind(|(name, _)| name.trim().eq_ignore_ascii_case("path"));
    if last.is_some_and(|(_, path)| path.trim().starts_with('/')) || folder.contains(';') {
        return None;
    }
    Some(format!("{line}; Path={folder}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(name: HeaderName, value: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(name.clone(), HeaderValue::from_str(value).unwrap());
        settle(&mut headers, "/app/login.php?next=x");
        headers[name].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_relative_address_means_what_it_meant_where_it_was_said() {
        for (said, meant) in [
            ("home.php?a=b#c", "/app/home.php?a=b#c"),
            ("./", "/app/"),
            ("../x", "/x"),
            ("../../../x", "/x"),
            ("?done", "/app/login.php?done"),
            ("", "/app/login.php?next=x"),
            ("/app/x", "/app/x"),
            ("//other.example/x", "//other.example/x"),
            ("https://other.example/x", "https://other.example/x"),
            ("\\\\other.example/x", "\\\\other.example/x"),
            (".//other.example", "/app//other.example"),
            ("..//other.example", "..//other.example"),
        ] {
            assert_eq!(settled(header::LOCATION, said), meant, "{said}");
            assert_eq!(settled(header::CONTENT_LOCATION, said), meant, "{said}");
        }
    }

    #[test]
    fn a_page_that_leads_on_by_itself_leads_to_the_same_place() {
        for (said, meant) in [
            ("0; url=home.php", "0; url=/app/home.php"),
            ("0;URL='home.php'", "0; url=/app/home.php"),
            ("5, home.php", "5; url=/app/home.php"),
            ("0; url=/x", "0; url=/x"),
            ("90", "90"),
        ] {
            assert_eq!(settled(header::REFRESH, said), meant, "{said}");
        }
    }

    #[test]
    fn a_cookie_without_a_path_keeps_the_one_it_would_have_had() {
        for (said, meant) in [
            ("a=b", "a=b; Path=/app"),
            ("a=b; HttpOnly; Path=", "a=b; HttpOnly; Path=; Path=/app"),
            ("a=b; path=/; Path=x", "a=b; path=/; Path=x; Path=/app"),
            ("a=b; path=/", "a=b; path=/"),
        ] {
            assert_eq!(settled(header::SET_COOKIE, said), meant, "{said}");
        }
        assert_eq!(folder("/login"), "/");
        assert_eq!(folder("/a/b/"), "/a/b");
    }
}
