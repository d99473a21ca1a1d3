//! Records of the audit log in the forms in which they are taken out.

use crate::audit::export::HeadLine;
use crate::audit::line;
use crate::audit::line::Digits;
use crate::audit::signed::SignedHead;
use crate::operate::Extract;

/// A line each, as `portcullis audit export` writes them, and the signed head as the last one.
pub(crate) fn lines(extract: &Extract) -> Option<String> {
    let mut text = String::new();
    for record in &extract.records {
        text.push_str(&line::of(record, Digits::ForWhatActs)?);
        text.push('\n');
    }
    let head = HeadLine { head: extract.head.clone() };
    text.push_str(&line::of(&head, Digits::ForWhatActs)?);
    text.push('\n');
    Some(text)
}

/// What a file of these records is called.
pub(crate) fn file_name(head: &SignedHead, extension: &str) -> String {
    format!("audit-{}-{}.{extension}", head.first.unwrap_or(1), head.seq)
}
