//! How the gateway's own pages present themselves.

use super::Stage;
use super::document::settings::BrandingSection;
use super::document::settings::ColoursSection;
use super::error::Problem;
use super::files;
use super::files::Length;
use super::key_path::KeyPath;
use super::settings::line;
use crate::canonical::CanonicalPath;
use crate::portal;
use crate::portal::Accent;
use crate::portal::Colour;
use crate::portal::Logo;
use crate::portal::NotALogo;
use crate::portal::Scheme;
use crate::words::Language;

/// What is told of the length of a logo, and of its kind.
const LOGO: Length = Length { bytes: portal::MOST_LOGO_BYTES as u64, words: LOGO_WORDS };

const LOGO_WORDS: &str = "a PNG, SVG or WebP of at most 64 KiB";

impl Stage<'_> {
    /// The gateway's own pages.
    pub(super) fn portal(&mut self, section: Option<&BrandingSection>) -> portal::Settings {
        let default = portal::Settings::default();
        let Some(section) = section else {
            return default;
        };
        let top = KeyPath::default().key("branding");
        let name = section.name.as_deref();
        let brand = name.and_then(|text| self.report.take(&top.key("name"), line(text, 60)));
        let support = section.support.as_deref();
        let support =
            support.and_then(|text| self.report.take(&top.key("support"), line(text, 200)));
        let prefix = section.path_prefix.as_deref();
        let prefix =
            prefix.and_then(|text| self.report.take(&top.key("path_prefix"), path_prefix(text)));
        let logo = section.logo.as_deref().and_then(|file| {
            let read = files::read_at_rest(&self.directory.join(file), LOGO);
            self.report.take(&top.key("logo"), read.and_then(logo))
        });
        let nothing = ColoursSection::default();
        let colours = section.colours.as_ref().unwrap_or(&nothing);
        let mut accent = |key: &str, text: Option<&str>, scheme| {
            let place = top.key("colours").key(key);
            text.and_then(|text| self.report.take(&place, accent(scheme, text)))
        };
        let light = accent("accent", colours.accent.as_deref(), Scheme::Light);
        let dark = accent("accent_dark", colours.accent_dark.as_deref(), Scheme::Dark);
        let languages = section.languages.as_deref();
        let languages = languages.map(|tags| self.languages(tags, &top.key("languages")));
        portal::Settings {
            brand: brand.unwrap_or(default.brand),
            support,
            prefix: prefix.unwrap_or(default.prefix),
            languages: languages.unwrap_or(default.languages),
            logo,
            accent: light,
            accent_dark: dark,
            admin: default.admin,
        }
    }

    fn languages(&mut self, tags: &[String], path: &KeyPath) -> Vec<Language> {
        let all: Vec<&str> = Language::ALL.into_iter().map(Language::tag).collect();
        let allowed = format!("each of {} once, the default first", all.join(", "));
        let mut languages = Vec::new();
        for (at, tag) in tags.iter().enumerate() {
            let place = path.index(at);
            match Language::tagged(tag) {
                None => {
                    let problem = Problem::new("the pages are not written in this language");
                    self.report.refuse(&place, problem.allowed(allowed.clone()));
                }
                Some(language) if languages.contains(&language) => {
                    let problem = Problem::new("this language stands twice");
                    self.report.refuse(&place, problem.allowed(allowed.clone()));
                }
                Some(language) => languages.push(language),
            }
        }
        if tags.is_empty() {
            self.report.refuse(path, Problem::new("no language").allowed(allowed));
        }
        languages
    }
}

fn logo(content: Vec<u8>) -> Result<Logo, Problem> {
    Logo::read(content).map_err(|why| {
        let allowed = match why {
            NotALogo::TooLarge | NotALogo::Kind => LOGO_WORDS,
            NotALogo::Active(_) => "a drawing without scripts, entities and foreign addresses",
        };
        Problem::new(why.to_string()).allowed(allowed)
    })
}

fn accent(scheme: Scheme, text: &str) -> Result<Accent, Problem> {
    let colour = Colour::parse(text).map_err(|why| {
        Problem::new(why.to_string())
            .allowed("six hexadecimal digits after a #, such as \"#2450c4\"")
    })?;
    Accent::new(scheme, colour)
        .map_err(|why| Problem::new(why.to_string()).allowed(Accent::needed()))
}

fn path_prefix(text: &str) -> Result<String, Problem> {
    let allowed = "one or two segments, such as /.portcullis or /auth/gateway";
    let problem = |message: &str| Problem::new(message).allowed(allowed);
    let path = CanonicalPath::parse(text)
        .map_err(|why| problem(&format!("not a path for the gateway's pages: {why}")))?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/.-_".contains(&b);
    if text.ends_with('/') && text != "/" {
        return Err(problem("a path prefix does not end with a slash"));
    }
    if !(1..=2).contains(&path.segments().len())
        || !text.bytes().all(plain)
        || !path.other_readings().is_empty()
    {
        return Err(problem("not a path for the gateway's pages"));
    }
    Ok(text.to_owned())
}
