//! What messages say. The one place besides the pages that knows the template engine: names and addresses in
//! a letter are escaped by it.

use askama::Template;
use zeroize::Zeroizing;

use super::Message;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::authenticator::out_of_band::Purpose;
use crate::words::Language;

/// What stands in every message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letterhead {
    /// The name that people know the gateway by.
    pub brand: String,
    /// Whom to ask for help, in a sentence.
    pub support: Option<String>,
}

impl Default for Letterhead {
    fn default() -> Self {
        Self { brand: "Portcullis".to_owned(), support: None }
    }
}

/// A letter before it has a form.
#[derive(Debug)]
pub(super) struct Letter {
    /// One line.
    pub(super) subject: String,
    /// What stands out, if anything does.
    pub(super) mark: Option<Zeroizing<String>>,
    /// What is said, paragraph by paragraph.
    pub(super) paragraphs: Vec<String>,
    /// Facts, with their names.
    pub(super) facts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Page<'a> {
    language: Language,
    brand: &'a str,
    support: Option<&'a str>,
    subject: &'a str,
    mark: Option<&'a str>,
    paragraphs: &'a [String],
    facts: &'a [(String, String)],
}

/// A code on its way.
#[derive(Clone, Copy, Debug)]
pub struct CodeLetter<'a> {
    /// Where to.
    pub to: &'a Address,
    /// Tells the message from every other.
    pub id: &'a str,
    /// The digits.
    pub code: &'a str,
    /// What they are for.
    pub purpose: Purpose,
    /// The configured host of the site they are for, whatever a request says.
    pub host: &'a str,
    /// What the person reads.
    pub language: Language,
}

impl Letterhead {
    /// The message that takes a code to a person.
    #[must_use]
    pub fn code(&self, letter: &CodeLetter<'_>) -> Message {
        let CodeLetter { to, id, code, host, language, .. } = *letter;
        match to.channel() {
            Channel::Email => self.message((to, id), language, &self.code_letter(letter)),
            Channel::Sms => {
                let said =
                    language.with_all("text-code", &[("code", code.into()), ("host", host.into())]);
                Message {
                    to: to.clone(),
                    id: id.to_owned(),
                    subject: String::new(),
                    // The last line lets a phone offer the code on that site alone.
                    text: Zeroizing::new(format!("{said}\n\n@{host} #{code}")),
                    html: None,
                }
            }
        }
    }

    fn code_letter(&self, letter: &CodeLetter<'_>) -> Letter {
        let CodeLetter { code, purpose, host, language, .. } = *letter;
        let (what, otherwise) = match purpose {
            Purpose::Prove => ("letter-code-prove", "letter-code-prove-not-you"),
            Purpose::Bind => ("letter-code-bind", "letter-code-bind-not-you"),
        };
        let nobody = language.with("letter-code-nobody", "brand", &self.brand);
        Letter {
            subject: language.with("letter-code-subject", "host", host),
            mark: Some(Zeroizing::new(code.to_owned())),
            paragraphs: vec![
                format!(
                    "{} {}",
                    language.with(what, "host", host),
                    language.say("letter-code-use")
                ),
                format!("{} {nobody}", language.say(otherwise)),
            ],
            facts: Vec::new(),
        }
    }

    /// A letter in both its forms.
    pub(super) fn message(
        &self,
        (to, id): (&Address, &str),
        language: Language,
        letter: &Letter,
    ) -> Message {
        let page = Page {
            language,
            brand: &self.brand,
            support: self.support.as_deref(),
            subject: &letter.subject,
            mark: letter.mark.as_ref().map(|mark| mark.as_str()),
            paragraphs: &letter.paragraphs,
            facts: &letter.facts,
        };
        Message {
            to: to.clone(),
            id: id.to_owned(),
            subject: letter.subject.clone(),
            text: self.plain(letter),
            html: page.render().ok().map(Zeroizing::new),
        }
    }

    fn plain(&self, letter: &Letter) -> Zeroizing<String> {
        let mut parts: Vec<Zeroizing<String>> = Vec::new();
        if let Some(mark) = &letter.mark {
            parts.push(mark.clone());
        }
        parts.extend(letter.paragraphs.iter().cloned().map(Zeroizing::new));
        let facts: Vec<String> =
            letter.facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        if !facts.is_empty() {
            parts.push(Zeroizing::new(facts.join("\n")));
        }
        if let Some(support) = &self.support {
            parts.push(Zeroizing::new(support.clone()));
        }
        parts.push(Zeroizing::new(format!("-- \n{}", self.brand)));
        let mut text = Zeroizing::new(String::new());
        for part in &parts {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(part);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(channel: Channel, to: &str, purpose: Purpose) -> Message {
        let head = Letterhead {
            brand: "Ann & <b>Co</b>".to_owned(),
            support: Some("Call <i>1234</i>.".to_owned()),
        };
        let to = Address::parse(channel, to).unwrap();
        let (id, code, host) = ("id", "123456", "c.example");
        head.code(&CodeLetter { to: &to, id, code, purpose, host, language: Language::English })
    }

    #[test]
    fn a_letter_says_the_code_and_escapes_names_a161() {
        for purpose in Purpose::ALL {
            let letter = sent(Channel::Email, "ann@example.org", purpose);
            let html = letter.html.unwrap();
            assert!(html.contains("123456") && letter.text.starts_with("123456\n\n"));
            assert!(!html.contains("<b>Co") && !html.contains("<i>1234"), "{html:?}");
            assert!(html.contains("Ann &#38; &#60;b&#62;Co"), "{html:?}");
            assert!(!letter.subject.contains("123456"), "a locked screen shows subjects");
            assert!(!html.contains("href") && !html.contains("src="), "nothing to press (A-163)");
        }
    }

    #[test]
    fn a_text_message_is_short_and_bound_to_its_site() {
        let text = sent(Channel::Sms, "+4915123456742", Purpose::Prove).text;
        assert!(text.len() <= 160 && text.is_ascii(), "one message: {text:?}");
        assert!(text.ends_with("@c.example #123456"));
    }
}
