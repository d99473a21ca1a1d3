//! Colours that can be read, pictures that are pictures.

use super::*;

fn colour(text: &str) -> Colour {
    Colour::parse(text).unwrap()
}

#[test]
fn contrast_is_that_of_wcag() {
    for (one, other, hundredths) in [
        ("#000000", "#ffffff", 2100),
        ("#ffffff", "#ffffff", 100),
        ("#767676", "#ffffff", 454),
        ("#777777", "#ffffff", 447),
        ("#ff0000", "#ffffff", 399),
        ("#0000ff", "#ffffff", 859),
    ] {
        assert_eq!(colour(one).contrast(colour(other)), hundredths, "{one} {other}");
        assert_eq!(colour(other).contrast(colour(one)), hundredths, "{other} {one}");
    }
}

#[test]
fn a_colour_in_which_nothing_can_be_read_is_refused_with_its_contrast() {
    let told = Accent::new(Scheme::Light, colour("#ffcc00")).unwrap_err().to_string();
    assert_eq!(
        told,
        "text of this colour is hard to read: its contrast to #ffffff behind it is 1.51:1"
    );
    assert!(Accent::new(Scheme::Dark, colour("#ffcc00")).is_ok());
    assert!(Accent::new(Scheme::Light, colour("#24409a")).is_ok());
    let told = Accent::new(Scheme::Dark, colour("#24409a")).unwrap_err().to_string();
    assert!(told.contains("#171b22"), "{told}");
    assert!(Accent::needed().contains("4.50:1"));
}

#[test]
fn whatever_colour_is_accepted_everything_made_of_it_can_be_read() {
    let steps = [0, 51, 102, 153, 204, 255];
    let mut accepted = 0;
    for (red, green, blue) in steps
        .iter()
        .flat_map(|red| steps.iter().map(move |green| (red, green)))
        .flat_map(|(red, green)| steps.iter().map(move |blue| (red, green, blue)))
    {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let Ok(accent) = Accent::new(scheme, Colour([*red, *green, *blue])) else {
                continue;
            };
            accepted += 1;
            let (end, percent) = scheme.emphasis();
            let strong = accent.colour.mixed(end, percent);
            let [card, page] = scheme.grounds();
            for ground in [card, page, scheme.on_accent()] {
                assert!(strong.contrast(ground) >= READABLE, "{scheme:?} {strong} on {ground}");
            }
        }
    }
    assert!(accepted > 100);
}

#[test]
fn the_grounds_are_those_of_the_style_sheet() {
    let sheet = include_str!("../../../assets/static/portal.css");
    let (light, dark) = sheet.split_once("prefers-color-scheme: dark").unwrap();
    for (sheet, scheme) in [(light, Scheme::Light), (dark, Scheme::Dark)] {
        let [card, page] = scheme.grounds();
        assert!(sheet.contains(&format!("--card: {card};")), "{scheme:?}");
        assert!(sheet.contains(&format!("--page: {page};")), "{scheme:?}");
        let accent = sheet.split_once("--accent: ").unwrap().1.get(..7).unwrap();
        assert!(Accent::new(scheme, colour(accent)).is_ok(), "our own colour, {scheme:?}");
    }
}

#[test]
fn only_six_digits_after_a_hash_are_a_colour_a219() {
    for bad in [
        "",
        "#",
        "#fff",
        "2450c4",
        "#2450c4ff",
        "#2450cg",
        "red",
        "#2450c4;}body{display:none",
        "url(//evil.example)",
        "#２450c4",
    ] {
        assert_eq!(Colour::parse(bad), Err(NotAColour), "{bad:?}");
    }
    assert_eq!(colour("#2450C4").to_string(), "#2450c4");
}

#[test]
fn the_style_sheet_has_only_what_was_configured() {
    let accent = |scheme, text| Some(Accent::new(scheme, colour(text)).unwrap());
    assert_eq!(style_sheet(None, None), None);
    let sheet = style_sheet(accent(Scheme::Light, "#0b6e4f"), None).unwrap();
    assert!(sheet.starts_with(":root { --accent: #0b6e4f;") && !sheet.contains("@media"));
    let sheet = style_sheet(None, accent(Scheme::Dark, "#7be0b8")).unwrap();
    assert!(sheet.starts_with("@media screen and (prefers-color-scheme: dark) { :root {"));
}

#[test]
fn a_logo_is_what_its_bytes_are() {
    let kind = |content: &[u8]| Logo::read(content.to_vec()).map(|logo| logo.media_type());
    assert_eq!(kind(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR..."), Ok("image/png"));
    assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Ok("image/webp"));
    assert_eq!(kind(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Ok("image/svg+xml"));
    let declared =
        "\u{feff}<?xml version=\"1.0\"?>\n<!-- ours -->\n<SVG viewBox=\"0 0 1 1\"></SVG>";
    assert_eq!(kind(declared.as_bytes()), Ok("image/svg+xml"));
    for bad in [
        b"".as_slice(),
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
        b"<html><svg></svg></html>",
        b"<svg-evil/>",
        b"\x89PNG",
        b"RIFF\0\0\0\0WAVE",
        b"<?xml ",
        b"\xff<svg/>",
    ] {
        assert_eq!(kind(bad), Err(NotALogo::Kind), "{bad:?}");
    }
    assert_eq!(kind(&vec![b' '; MOST_LOGO_BYTES + 1]), Err(NotALogo::TooLarge));
}

#[test]
fn an_svg_that_is_more_than_a_drawing_is_no_logo_a219() {
    for (bad, what) in [
        ("<svg><script>alert(1)</script></svg>", "<script"),
        ("<svg><SCRIPT href=x /></svg>", "<script"),
        ("<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>", "<!doctype"),
        ("<svg><foreignObject/></svg>", "<foreignobject"),
        ("<svg><a href=\"javascript:alert(1)\"/></svg>", "javascript:"),
        ("<svg><image href=\"https://evil.example/\"/></svg>", "href=\"http"),
        ("<?xml-stylesheet href='x'?><svg/>", "<?xml-stylesheet"),
    ] {
        assert_eq!(Logo::read(bad.into()), Err(NotALogo::Active(what)), "{bad}");
    }
}
