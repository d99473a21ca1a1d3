//! The messages of a language, read once. The only file that knows how messages are written (Fluent).

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::FluentArgs;
use fluent_bundle::FluentResource;
use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;

use super::Arg;
use super::Language;

/// Both files of a language: for everybody, and for the pages of the administration.
macro_rules! words {
    ($tag:literal) => {
        concat!(
            include_str!(concat!("../../assets/words/", $tag, ".ftl")),
            include_str!(concat!("../../assets/words/admin/", $tag, ".ftl")),
        )
    };
}

/// Everything that is said, with its language.
pub(super) const FILES: [(Language, &str); 5] = [
    (Language::English, words!("en")),
    (Language::German, words!("de")),
    (Language::French, words!("fr")),
    (Language::Spanish, words!("es")),
    (Language::Japanese, words!("ja")),
];

static ALL: LazyLock<Vec<(Language, Catalogue)>> = LazyLock::new(|| {
    FILES.into_iter().map(|(language, text)| (language, Catalogue::read(language, text))).collect()
});

/// The messages of a language.
pub(super) fn of(language: Language) -> Option<&'static Catalogue> {
    ALL.iter().find(|(other, _)| *other == language).map(|(_, words)| words)
}

/// The messages of one language.
pub(super) struct Catalogue {
    /// Messages and attributes that are the same every time.
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads a file. What cannot be read in it is missing, which a test would say.
    fn read(language: Language, text: &str) -> Self {
        let resource = FluentResource::try_new(text.to_owned());
        let resource = resource.unwrap_or_else(|(resource, _)| resource);
        let tag = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Marks around what is put in would go with every name that somebody copies.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        let plain = keys(text).filter_map(|key| Some((key.clone(), filled(&bundle, &key, None)?)));
        Self { plain: plain.collect(), bundle }
    }

    /// A message or attribute that is the same every time.
    pub(super) fn plain(&self, key: &str) -> Option<&str> {
        self.plain.get(key).map(String::as_str)
    }

    /// A message with things put in. None: there is no such message, or it lacks something.
    pub(super) fn filled(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            let value = match arg {
                Arg::Text(text) => FluentValue::from(*text),
                Arg::Number(number) => FluentValue::from(*number),
            };
            values.set((*name).to_owned(), value);
        }
        filled(&self.bundle, key, Some(&values))
    }
}

fn filled(
    bundle: &FluentBundle<FluentResource>,
    key: &str,
    args: Option<&FluentArgs<'_>>,
) -> Option<String> {
    let (name, attribute) = key.split_once('.').map_or((key, None), |(name, at)| (name, Some(at)));
    let message = bundle.get_message(name)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, args, &mut errors);
    errors.is_empty().then(|| text.into_owned())
}

/// The keys of a file, in order: of messages, and of their attributes as `message.attribute`.
pub(super) fn keys(text: &str) -> impl Iterator<Item = String> {
    let mut message = String::new();
    text.lines().filter_map(move |line| {
        let (name, _) = line.split_once('=')?;
        if let Some(attribute) = name.strip_prefix("    .") {
            return Some(format!("{message}.{}", attribute.trim()));
        }
        let is_message = name.starts_with(|c: char| c.is_ascii_lowercase());
        is_message.then(|| name.trim().clone_into(&mut message));
        is_message.then(|| message.clone())
    })
}
