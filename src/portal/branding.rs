//! How the operator's own house looks on the pages: a logo, and a colour in which text stays readable.

use std::fmt;

use bytes::Bytes;

/// Contrast of text to what is behind it, in hundredths (WCAG 2.2, 1.4.3).
const READABLE: u32 = 450;

/// Bytes of a logo.
pub const MOST_LOGO_BYTES: usize = 64 * 1024;

/// What may stand in front of an SVG's root: nothing that defines anything.
const DECLARATIONS: [(&str, &str); 2] = [("<?xml", "?>"), ("<!--", "-->")];

/// What an SVG must not have: what acts, and what is fetched.
const ACTIVE: [&str; 9] = [
    "<script",
    "<foreignobject",
    "<iframe",
    "<!doctype",
    "<!entity",
    "<?xml-stylesheet",
    "javascript:",
    "@import",
    "href=\"http",
];

/// A colour of the screen, without transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// A text that is not `#` and six hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a colour")]
pub struct NotAColour;

/// Text of this colour cannot be read on one of the pages' grounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("text of this colour is hard to read: its contrast to {ground} behind it is {}", Ratio(*.found))]
pub struct Unreadable {
    /// What is behind it.
    ground: Colour,
    /// The contrast, in hundredths.
    found: u32,
}

/// Light or dark, as the browser asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
}

/// The colour of links, buttons and marks, readable in its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    scheme: Scheme,
    colour: Colour,
}

/// A picture of the operator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    kind: LogoKind,
    content: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LogoKind {
    Png,
    Svg,
    WebP,
}

/// Why a file is no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotALogo {
    /// Too many bytes.
    #[error("the logo is too large")]
    TooLarge,
    /// Neither PNG nor SVG nor WebP, whatever its name says.
    #[error("the file is none of the pictures that can be shown")]
    Kind,
    /// An SVG that is more than a drawing.
    #[error("the SVG has what no drawing needs: {0}")]
    Active(&'static str),
}

/// A contrast in hundredths, as people write it.
struct Ratio(u32);

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}:1", self.0 / 100, self.0 % 100)
    }
}

impl Colour {
    /// Reads `#2450c4`.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').ok_or(NotAColour)?.to_ascii_uppercase();
        let bytes = data_encoding::HEXUPPER.decode(digits.as_bytes()).map_err(|_| NotAColour)?;
        bytes.try_into().map(Self).map_err(|_| NotAColour)
    }

    /// So many per cent of another colour mixed in.
    fn mixed(self, other: Self, percent: u16) -> Self {
        let Self([r, g, b]) = self;
        let Self([other_r, other_g, other_b]) = other;
        let mix = |one: u8, other: u8| {
            let sum =
                u16::from(one) * (100 - percent.min(100)) + u16::from(other) * percent.min(100);
            u8::try_from(sum / 100).unwrap_or(u8::MAX)
        };
        Self([mix(r, other_r), mix(g, other_g), mix(b, other_b)])
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let Self([r, g, b]) = self;
        0.2126f64.mul_add(linear(r), 0.7152f64.mul_add(linear(g), 0.0722 * linear(b)))
    }

    /// Contrast to another colour in hundredths, 100 to 2100, rounded down.
    fn contrast(self, other: Self) -> u32 {
        let (one, other) = (self.luminance(), other.luminance());
        let ratio = (one.max(other) + 0.05) / (one.min(other) + 0.05) * 100.0;
        (100..=2100).rev().find(|hundredths| f64::from(*hundredths) <= ratio).unwrap_or(100)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl Scheme {
    /// What is behind text, as the style sheet has it: the card, and the page around it.
    const fn grounds(self) -> [Colour; 2] {
        match self {
            Self::Light => [Colour([0xff, 0xff, 0xff]), Colour([0xf3, 0xf5, 0xf8])],
            Self::Dark => [Colour([0x17, 0x1b, 0x22]), Colour([0x0e, 0x11, 0x16])],
        }
    }

    /// The end of the scale that a colour under the pointer moves to, and how far.
    const fn emphasis(self) -> (Colour, u16) {
        match self {
            Self::Light => (Colour([0, 0, 0]), 20),
            Self::Dark => (Colour([0xff, 0xff, 0xff]), 30),
        }
    }

    /// Text on the colour itself.
    const fn on_accent(self) -> Colour {
        match self {
            Self::Light => Colour([0xff, 0xff, 0xff]),
            Self::Dark => Colour([0x0b, 0x0d, 0x12]),
        }
    }
}

impl Accent {
    /// A colour, if text of it can be read on every ground of the scheme, and text on it as well.
    ///
    /// # Errors
    /// The ground, and the contrast that there would be.
    pub fn new(scheme: Scheme, colour: Colour) -> Result<Self, Unreadable> {
        let accent = Self { scheme, colour };
        let [card, page] = scheme.grounds();
        for ground in [card, page, accent.note_back(), scheme.on_accent()] {
            let found = colour.contrast(ground);
            if found < READABLE {
                return Err(Unreadable { ground, found });
            }
        }
        Ok(accent)
    }

    /// What a colour must be.
    #[must_use]
    pub fn needed() -> String {
        format!("a colour with a contrast of at least {} (WCAG 2.2, 1.4.3)", Ratio(READABLE))
    }

    /// The ground of notes and of the numbers of steps.
    fn note_back(self) -> Colour {
        let [card, _] = self.scheme.grounds();
        card.mixed(self.colour, 6)
    }

    /// The variables of the style sheet that follow from it.
    fn variables(self) -> String {
        let [card, _] = self.scheme.grounds();
        let (end, percent) = self.scheme.emphasis();
        format!(
            "--accent: {}; --accent-strong: {}; --on-accent: {}; --note-back: {}; --note-line: {};",
            self.colour,
            self.colour.mixed(end, percent),
            self.scheme.on_accent(),
            self.note_back(),
            card.mixed(self.colour, 35),
        )
    }
}

/// The style sheet that puts the operator's colours over ours; none: there are none.
pub(crate) fn style_sheet(light: Option<Accent>, dark: Option<Accent>) -> Option<String> {
    let light = light.map(|accent| format!(":root {{ {} }}\n", accent.variables()));
    let dark = dark.map(|accent| {
        let variables = accent.variables();
        format!("@media screen and (prefers-color-scheme: dark) {{ :root {{ {variables} }} }}\n")
    });
    let sheet: String = light.into_iter().chain(dark).collect();
    (!sheet.is_empty()).then_some(sheet)
}

impl Logo {
    /// Reads a picture: what it is, is decided by its content.
    ///
    /// # Errors
    /// When it is none, or more than a picture.
    pub fn read(content: Vec<u8>) -> Result<Self, NotALogo> {
        if content.len() > MOST_LOGO_BYTES {
            return Err(NotALogo::TooLarge);
        }
        let kind = if content.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR") {
            LogoKind::Png
        } else if content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP") {
            LogoKind::WebP
        } else {
            let text = std::str::from_utf8(&content).map_err(|_| NotALogo::Kind)?;
            check_svg(text)?;
            LogoKind::Svg
        };
        Ok(Self { kind, content: content.into() })
    }

    /// Extension of its name.
    pub(crate) const fn extension(&self) -> &'static str {
        match self.kind {
            LogoKind::Png => "png",
            LogoKind::Svg => "svg",
            LogoKind::WebP => "webp",
        }
    }

    /// Its media type.
    pub(crate) const fn media_type(&self) -> &'static str {
        match self.kind {
            LogoKind::Png => "image/png",
            LogoKind::Svg => "image/svg+xml",
            LogoKind::WebP => "image/webp",
        }
    }

    /// Its bytes.
    pub(crate) fn content(&self) -> Bytes {
        self.content.clone()
    }
}

/// A drawing and nothing more. Browsers run nothing in an `img`, and the answer's policy forbids it: this only
/// tells the operator early that the file is not what they think.
fn check_svg(text: &str) -> Result<(), NotALogo> {
    let small = text.to_ascii_lowercase();
    let mut rest = small.trim_start_matches('\u{feff}').trim_start();
    while let Some((_, end)) = DECLARATIONS.iter().find(|(start, _)| rest.starts_with(start)) {
        rest = rest.split_once(end).map_or("", |(_, after)| after).trim_start();
    }
    if let Some(what) = ACTIVE.into_iter().find(|what| small.contains(what)) {
        return Err(NotALogo::Active(what));
    }
    let is_root = rest.strip_prefix("<svg").is_some_and(|after| !after.starts_with('-'));
    if is_root { Ok(()) } else { Err(NotALogo::Kind) }
}

#[cfg(test)]
mod tests;
