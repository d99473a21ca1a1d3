//! Reads the few things a test needs from a page: forms, elements by id and class.

/// An opening tag.
struct Tag<'a> {
    name: String,
    attributes: Vec<(String, String)>,
    /// The page after the tag.
    rest: &'a str,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(attribute, _)| attribute == name)
            .map(|(_, value)| value.as_str())
    }

    /// What stands between this tag and its end tag, without tags.
    fn text(&self) -> String {
        let end = self.rest.find(&format!("</{}", self.name));
        let inner = &self.rest[..end.unwrap_or(self.rest.len())];
        let mut text = String::new();
        let mut inside_tag = false;
        for c in inner.chars() {
            match c {
                '<' => inside_tag = true,
                '>' => inside_tag = false,
                _ if !inside_tag => text.push(c),
                _ => {}
            }
        }
        decode(text.trim())
    }
}

/// A form as the browser would send it untouched.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Where it goes.
    pub(crate) action: String,
    /// Its hidden fields.
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The same form with a field set.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same form without a field.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    /// As `application/x-www-form-urlencoded`.
    pub(crate) fn encoded(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

/// The form on a page that posts to `action` (compared without its query).
pub(crate) fn form(page: &str, action: &str) -> Option<Form> {
    let tag = tags(page).into_iter().find(|tag| {
        let target = tag.attribute("action").unwrap_or_default();
        tag.name == "form" && target.split('?').next() == Some(action)
    })?;
    let inner = &tag.rest[..tag.rest.find("</form").unwrap_or(tag.rest.len())];
    let fields = tags(inner)
        .into_iter()
        .filter(|input| input.attribute("type") == Some("hidden"))
        .filter_map(|input| {
            let name = input.attribute("name")?.to_owned();
            Some((name, input.attribute("value").unwrap_or_default().to_owned()))
        })
        .collect();
    Some(Form { action: tag.attribute("action").unwrap_or_default().to_owned(), fields })
}

/// An attribute of the form on a page that posts to `action`.
pub(crate) fn attribute(page: &str, action: &str, name: &str) -> Option<String> {
    tags(page)
        .into_iter()
        .find(|tag| tag.name == "form" && tag.attribute("action") == Some(action))?
        .attribute(name)
        .map(ToOwned::to_owned)
}

/// The text of the element with an id.
pub(crate) fn by_id(page: &str, id: &str) -> Option<String> {
    tags(page).into_iter().find(|tag| tag.attribute("id") == Some(id)).map(|tag| tag.text())
}

/// The texts of all elements with a class.
pub(crate) fn by_class(page: &str, class: &str) -> Vec<String> {
    tags(page)
        .into_iter()
        .filter(|tag| {
            tag.attribute("class")
                .is_some_and(|classes| classes.split_ascii_whitespace().any(|c| c == class))
        })
        .map(|tag| tag.text())
        .collect()
}

/// The address of the first link that has this in it.
pub(crate) fn link(page: &str, part: &str) -> Option<String> {
    let links = tags(page).into_iter().filter(|tag| tag.name == "a");
    let mut addresses = links.filter_map(|tag| tag.attribute("href").map(ToOwned::to_owned));
    addresses.find(|address| address.contains(part))
}

fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = tag_end(rest);
        let inside = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        let name: String = inside.chars().take_while(char::is_ascii_alphanumeric).collect();
        found.push(Tag {
            attributes: attributes(&inside[name.len()..]),
            name: name.to_ascii_lowercase(),
            rest,
        });
    }
    found
}

/// Where the tag ends: the first `>` outside quotes.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if text.is_empty() {
            return found;
        }
        let end = text.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(text.len());
        let name = text[..end].to_ascii_lowercase();
        text = text[end..].trim_start();
        let mut value = String::new();
        if let Some(after) = text.strip_prefix('=') {
            let after = after.trim_start();
            let (raw, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    after[1..].split_once(quote).unwrap_or((&after[1..], ""))
                }
                _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
            };
            value = decode(raw);
            text = rest;
        }
        found.push((name, value));
    }
}

/// Character references that templates write (numeric ones and the five of XML).
fn decode(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some((name, after)) = rest.split_once(';') else {
            out.push('&');
            continue;
        };
        let number =
            name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => digits.parse().ok(),
            });
        let c = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            _ => number.and_then(char::from_u32),
        };
        match c {
            Some(c) => {
                out.push(c);
                rest = after;
            }
            None => out.push('&'),
        }
    }
    out + rest
}

#[test]
fn forms_and_elements_are_read_as_a_browser_would() {
    let page = r#"<p id="x">a <b>&lt;bold&gt;</b></p><form method='post' action="/f?n=1">
        <input type="hidden" name="csrf" value="a&amp;b&#x2f;"><input name=login>
        <button>Go</button></form><li class="one code">k-1</li><li class=code>k-2</li>
        <link href="/f?n=2"><a href='/g'>n=2</a><a id=y href="/f?n=2&#38;m=&amp;">on</a>"#;
    let form = form(page, "/f").unwrap();
    assert_eq!(form.field("csrf"), Some("a&b/"));
    assert_eq!(form.fields.len(), 1);
    assert_eq!(by_id(page, "x").unwrap(), "a <bold>");
    assert_eq!(by_class(page, "code"), ["k-1", "k-2"]);
    assert_eq!(link(page, "n=2").as_deref(), Some("/f?n=2&m=&"));
    assert_eq!(link(page, "n=1"), None, "that is a form");
}
