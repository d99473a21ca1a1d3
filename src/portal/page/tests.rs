//! What holds for every page in every state.

use std::fs;
use std::path::Path;

use super::samples;
use super::samples::EVIL;
use crate::portal::endpoint::Endpoint;
use crate::portal::endpoint::Verb;
use crate::portal::endpoint::endpoints;
use crate::words::Language;

/// One tag of a document: name, raw attributes, and whether it closes.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    closes: bool,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }
}

const VOID: [&str; 5] = ["meta", "link", "input", "img", "!DOCTYPE"];

/// Reads the tags of a document that quotes every attribute value with `"` and escapes `<`, `>` and `"`
/// everywhere else; panics on anything else.
fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("every tag ends");
        assert!(!text.contains('>'), "an unescaped > in text: {text}");
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let tag = tag.strip_suffix('/').map_or(tag, |tag| tag);
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while !rest.trim().is_empty() {
            rest = rest.trim_start();
            let end = rest.find(['=', ' ']).unwrap_or(rest.len());
            let attribute = &rest[..end];
            rest = &rest[end..];
            let mut value = "";
            if let Some(quoted) = rest.strip_prefix("=\"") {
                (value, rest) = quoted.split_once('"').expect("every value ends");
            }
            assert!(!attribute.contains(['"', '\'']), "a stray quote: {tag}");
            attributes.push((attribute, value));
        }
        tags.push(Tag { name, attributes, closes });
    }
    tags
}

#[test]
fn every_page_is_well_formed_and_escapes_every_value_a219() {
    for (name, html) in samples::all() {
        let mut open = Vec::new();
        for tag in tags(&html) {
            if tag.closes {
                assert_eq!(open.pop(), Some(tag.name), "{name}");
            } else if !VOID.contains(&tag.name) && !matches!(tag.name, "path" | "rect" | "circle") {
                open.push(tag.name);
            }
        }
        assert_eq!(open, Vec::<&str>::new(), "{name}");
        assert!(!html.contains(EVIL) && !html.contains("<script>"), "{name}");
        assert!(!html.contains("<b onclick"), "{name}");
    }
}

#[test]
fn no_page_holds_inline_script_style_or_handlers_a215() {
    for (name, html) in samples::all() {
        for tag in tags(&html) {
            assert!(tag.name != "style" && tag.get("style").is_none(), "{name}");
            let handler = tag.attributes.iter().any(|(attribute, _)| attribute.starts_with("on"));
            assert!(!handler, "{name}: {}", tag.name);
            if tag.name == "script" && !tag.closes {
                assert!(tag.get("src").is_some(), "{name}");
            }
        }
        assert!(html.matches("<script").count() == 1 && !html.contains("javascript:"), "{name}");
    }
}

/// A field that a person sees and fills in.
fn is_visible_field(tag: &Tag<'_>) -> bool {
    let is_field = matches!(tag.name, "input" | "select" | "textarea") && !tag.closes;
    is_field && tag.get("type") != Some("hidden")
}

/// Whether every field that is seen has a label.
fn has_all_labels(html: &str) -> bool {
    let tags = tags(html);
    let labels: Vec<&str> = tags.iter().filter_map(|tag| tag.get("for")).collect();
    let mut fields = tags.iter().filter(|tag| is_visible_field(tag));
    fields.all(|field| field.get("id").is_some_and(|id| labels.contains(&id)))
}

/// Whether a form, from its first attribute to its end, is as ours are: what does something posts, with a token; what
/// only looks for something asks a page of the administration with GET, whose address then says what is looked for,
/// and so holds no token and no secret.
fn is_form_of_ours(form: &str) -> bool {
    let holds_token = form.contains("name=\"csrf\"");
    if let Some(rest) = form.strip_prefix("method=\"get\" action=\"/.portcullis") {
        let page = rest.split('"').next().unwrap_or_default();
        let shows = |it: &Endpoint| it.method == Verb::Get && it.path == page;
        let is_search = page.starts_with("/admin") && endpoints().iter().any(shows);
        return is_search && !holds_token && !form.contains("type=\"password\"");
    }
    let ours = form.contains("action=\"/.portcullis/");
    // Nothing is at stake where a language is chosen.
    let is_choice = form.contains("action=\"/.portcullis/language\"");
    form.starts_with("method=\"post\" action=\"/") && holds_token == (ours && !is_choice)
}

#[test]
fn a_field_without_label_and_a_form_that_gives_a_token_away_are_found_a213() {
    for (labelled, html) in [
        (true, "<label for=\"a\">A</label><select id=\"a\"><option>x</option></select>"),
        (true, "<label for=\"a\">A</label><textarea id=\"a\"></textarea>"),
        (true, "<input type=\"hidden\" name=\"a\">"),
        (false, "<select id=\"a\"><option>x</option></select>"),
        (false, "<label for=\"b\">A</label><textarea id=\"a\"></textarea>"),
        (false, "<input type=\"search\" name=\"a\">"),
    ] {
        assert_eq!(has_all_labels(html), labelled, "{html}");
    }
    for (ours, form) in [
        (true, "method=\"post\" action=\"/.portcullis/codes\"><input name=\"csrf\">"),
        (false, "method=\"post\" action=\"/.portcullis/codes\">"),
        (false, "method=\"post\" action=\"https://evil.example/\">"),
        (
            true,
            "method=\"get\" action=\"/.portcullis/admin\"><input type=\"search\" name=\"text\">",
        ),
        (false, "method=\"get\" action=\"/.portcullis/admin\"><input name=\"csrf\">"),
        (false, "method=\"get\" action=\"/.portcullis/account\">"),
        (false, "method=\"get\" action=\"/.portcullis/admin/nothing\">"),
        (false, "method=\"get\" action=\"/search\">"),
        (false, "action=\"/.portcullis/codes\" method=\"post\"><input name=\"csrf\">"),
    ] {
        assert_eq!(is_form_of_ours(form), ours, "{form}");
    }
}

#[test]
fn every_visible_field_has_a_label_and_every_description_exists() {
    for (name, html) in samples::all() {
        assert!(has_all_labels(&html), "{name}");
        let tags = tags(&html);
        let ids: Vec<&str> = tags.iter().filter_map(|tag| tag.get("id")).collect();
        for (at, id) in ids.iter().enumerate() {
            assert!(!ids[..at].contains(id), "{name}: {id} stands twice");
        }
        for tag in &tags {
            let described = ["aria-describedby", "aria-controls", "aria-labelledby", "for"];
            for reference in described.iter().filter_map(|attribute| tag.get(attribute)) {
                for id in reference.split(' ') {
                    assert!(ids.contains(&id), "{name}: {id} is not there");
                }
            }
        }
    }
}

#[test]
fn every_form_that_does_something_posts_with_a_token_a213() {
    for (name, html) in samples::all() {
        for form in html.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(is_form_of_ours(form), "{name}: {form}");
        }
    }
}

#[test]
fn every_page_has_language_title_landmarks_and_one_first_heading() {
    for (name, html) in samples::all() {
        assert!(html.contains("<html lang=\"en\">"), "{name}");
        assert_eq!(html.matches("<title>").count(), 1, "{name}");
        assert_eq!(html.matches("<main ").count(), 1, "{name}");
        assert_eq!(html.matches("<h1>").count(), 1, "{name}");
        let has_problem = html.contains("role=\"alert\"");
        assert_eq!(html.contains("<title>Error: "), has_problem, "{name}");
    }
}

#[test]
fn every_page_leads_to_the_guide_s1_31_s2_12() {
    for (name, html) in samples::all() {
        let mut tags = tags(&html).into_iter();
        assert!(tags.any(|tag| tag.get("href") == Some("/.portcullis/help")), "{name}");
    }
}

#[test]
fn every_page_can_be_written_in_every_language() {
    for language in Language::ALL {
        for (name, html) in samples::all_in(language) {
            assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{name}");
            assert_eq!(html.matches("<h1>").count(), 1, "{name}");
            assert!(!html.contains("{ $"), "{name}");
        }
    }
}

#[test]
fn a_code_field_takes_a_paste_with_spaces_and_is_known_to_the_phone_s2_4() {
    for (name, html) in samples::all() {
        for field in tags(&html).iter().filter(|tag| tag.get("id") == Some("code")) {
            assert_eq!(field.get("maxlength"), None, "{name}");
            assert_eq!(field.get("pattern"), None, "{name}");
            let one_time = field.get("autocomplete") == Some("one-time-code");
            let kept = name.starts_with("backup") || name.starts_with("recovery");
            assert_eq!(one_time, !kept, "{name}");
        }
    }
}

#[test]
fn the_enrolment_page_names_apps_before_the_qr_code_and_asks_below_it_s1_20_s2_4_s3_4_s3_5() {
    let samples = samples::all();
    let (_, html) = samples.iter().find(|(name, _)| *name == "enrol").unwrap();
    let at = |needle: &str| html.find(needle).unwrap_or_else(|| panic!("no {needle}"));
    assert!(at("Google Authenticator") < at("id=\"totp-qr\""));
    assert!(at("id=\"totp-qr\"") < at("id=\"totp-link\""));
    assert!(at("id=\"totp-key\"") < at("id=\"code\""));
    assert!(at("id=\"code\"") < at(">Confirm<"));
    for link in tags(html).iter().filter(|tag| tag.get("target").is_some()) {
        assert_eq!(link.get("rel"), Some("noopener noreferrer"));
    }
}

#[test]
fn the_codes_page_has_ten_codes_and_the_advice_s1_6_s1_9() {
    let samples = samples::all();
    let (_, html) = samples.iter().find(|(name, _)| *name == "codes").unwrap();
    assert_eq!(html.matches("class=\"backup-code\"").count(), 10);
    for advice in ["Keep them secure", "Do not share them", "like a password"] {
        assert!(html.contains(advice), "{advice}");
    }
}

/// Leaves the pages as files for whoever wants to look at them.
#[test]
fn every_page_can_be_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-output/pages");
    let files = folder.join("assets");
    fs::create_dir_all(&files).unwrap();
    for file in ["portal.css", "admin.css", "portal.js", "icon.svg"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/static").join(file);
        fs::copy(from, files.join(file)).unwrap();
    }
    for (name, html) in samples::all() {
        fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}
