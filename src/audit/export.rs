//! An exported log, and what shows that nobody has changed it: records line by line, a signed head at the end, and heads
//! that were taken out before.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::AuditHead;
use super::AuditRecord;
use super::BrokenChain;
use super::line;
use super::line::Digits;
use super::signed::PublicKey;
use super::signed::SignedHead;

/// A line of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A record.
    Record(Box<AuditRecord>),
    /// A signed head.
    Head(Box<SignedHead>),
}

/// How a head stands on a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadLine {
    /// The head.
    pub head: SignedHead,
}

impl Line {
    /// Reads the line of that number. It must be written exactly as the gateway writes it: a hash covers what a record
    /// means to us, and a line could say something else to other readers.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(number: u64, text: &[u8]) -> Result<Self, Tampering> {
        if let Ok(line) = serde_json::from_slice::<HeadLine>(text) {
            let is_ours = serde_json::to_vec(&line).is_ok_and(|written| written == text);
            let head = Box::new(line.head);
            return if is_ours { Ok(Self::Head(head)) } else { Err(Tampering::Form(number)) };
        }
        let record: AuditRecord =
            serde_json::from_slice(text).map_err(|_| Tampering::Unreadable(number))?;
        // Versions before wrote it as it is hashed.
        let hashed = || serde_json::to_vec(&record).is_ok_and(|written| written == text);
        let ours = line::of(&record, Digits::ForWhatActs).is_some_and(|it| it.as_bytes() == text);
        if ours || hashed() {
            Ok(Self::Record(Box::new(record)))
        } else {
            Err(Tampering::Added(record.seq))
        }
    }
}

/// What is wrong with a log, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Tampering {
    /// A line that cannot be read.
    #[error("line {0} is neither a record nor a signed head, or is of a later version")]
    Unreadable(u64),
    /// A head's line that says more than the head.
    #[error("line {0} is a head that is not written as the gateway writes it: somebody changed it")]
    Form(u64),
    /// A record's line that says more than the record.
    #[error(
        "record {0} is not written as the gateway writes it: somebody added to it or changed its form"
    )]
    Added(u64),
    /// The chain is broken.
    #[error(transparent)]
    Chain(#[from] BrokenChain),
    /// There is nothing.
    #[error("there is no record")]
    Empty,
    /// There is no head at the end.
    #[error("the log does not end with a signed head: its end was cut off after record {0}")]
    Unsigned(u64),
    /// Something stands after the head.
    #[error("line {0} stands after the signed head, which is the last line of an export")]
    Continued(u64),
    /// The beginning is another than the signed one.
    #[error(
        "the log begins with record {found}, but what was exported began with record {expected}: its beginning was changed"
    )]
    Beginning {
        /// The signed beginning.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// The head ends no export.
    #[error(
        "the head at record {0} was signed for no export, and was put in place of the log's own"
    )]
    NotItsOwn(u64),
    /// The log goes on behind it, by a head that was signed elsewhere.
    #[error(
        "it was exported up to record {last}, but record {head} was written: it is a part of the log, or an older export \
         was put in place of a later one"
    )]
    EndsBefore {
        /// Its last record.
        last: u64,
        /// The record of that head.
        head: u64,
    },
    /// The head is an older one.
    #[error(
        "the head at the end was signed for record {head}, but the log goes on to record {last}: an older head was put in \
         its place, or records were added"
    )]
    Older {
        /// Its record.
        head: u64,
        /// The last there is.
        last: u64,
    },
    /// The record is not the one that was signed.
    #[error(
        "record {seq} is not the one that was signed at {at}: the chain was written anew, beginning somewhere in records \
         {from} to {seq}"
    )]
    Rewritten {
        /// Which record.
        seq: u64,
        /// The first record that could be another than it was.
        from: u64,
        /// When it was signed.
        at: String,
    },
    /// A head that nobody signed like this.
    #[error("the signature of the head at record {0} is forged, or the head was changed")]
    Forged(u64),
    /// A head of another key.
    #[error("the head at record {seq} is signed with another key: {key}")]
    OtherKey {
        /// Its record.
        seq: u64,
        /// Its key.
        key: String,
    },
    /// Heads of two stores.
    #[error("the head at record {seq} is of another store, {found}, and not of {expected}")]
    OtherStore {
        /// Its record.
        seq: u64,
        /// Its store.
        found: String,
        /// The store of the others.
        expected: String,
    },
    /// Two heads that cannot both be of one chain.
    #[error(
        "two signed heads state different records {0}: the store was set back or written anew between them"
    )]
    Forked(u64),
}

/// What was found to be whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Whole {
    /// The first record.
    pub first: u64,
    /// The last record.
    pub last: u64,
    /// Its hash.
    pub hash: String,
    /// How many signed heads it was compared with.
    pub heads: u64,
    /// How many heads state records before the first one, and say nothing of these.
    pub heads_before: u64,
}

/// Follows a log and compares it with signed heads.
#[derive(Debug)]
pub struct Verifier {
    key: PublicKey,
    store: Option<String>,
    heads: BTreeMap<u64, SignedHead>,
    beginning: Option<u64>,
    /// Whether it is an export, and ends where its own head says.
    is_ended: bool,
    chain: AuditHead,
    /// The last record that was the signed one.
    sure: u64,
    compared: u64,
}

impl Verifier {
    /// With the key that heads must be signed with.
    #[must_use]
    pub fn new(key: PublicKey) -> Self {
        Self {
            key,
            store: None,
            heads: BTreeMap::new(),
            beginning: None,
            is_ended: false,
            chain: AuditHead::default(),
            sure: 0,
            compared: 0,
        }
    }

    /// The log must contain what this head states; heads come before records.
    ///
    /// # Errors
    /// When the head itself is no good.
    pub fn expect(&mut self, head: SignedHead) -> Result<(), Tampering> {
        self.check(&head)?;
        let other = self.heads.get(&head.seq).is_some_and(|other| other.hash != head.hash);
        if other {
            return Err(Tampering::Forked(head.seq));
        }
        self.heads.insert(head.seq, head);
        Ok(())
    }

    /// The next record.
    ///
    /// # Errors
    /// When it cannot be that.
    pub fn follow(&mut self, record: &AuditRecord) -> Result<(), Tampering> {
        if self.beginning.is_none() {
            self.beginning = Some(record.seq);
            if let Some(before) = record.seq.checked_sub(1).filter(|&before| before > 0) {
                self.chain = AuditHead { seq: before, hash: record.prev.clone() };
                self.compare()?;
            }
        }
        self.chain.follow(record)?;
        self.compare()
    }

    /// The head at the end of an export; nothing comes after it.
    ///
    /// # Errors
    /// When it is not this export's, or not good.
    pub fn end(&mut self, head: &SignedHead) -> Result<(), Tampering> {
        self.check(head)?;
        let found = self.beginning.ok_or(Tampering::Empty)?;
        let last = self.chain.seq;
        let expected = head.first.ok_or(Tampering::NotItsOwn(head.seq))?;
        if head.seq < last {
            return Err(Tampering::Older { head: head.seq, last });
        }
        if expected != found {
            return Err(Tampering::Beginning { expected, found });
        }
        if head.seq > last {
            return Err(BrokenChain::Truncated { expected: head.seq, found: last }.into());
        }
        if head.hash != self.chain.hash {
            return Err(self.rewritten(head));
        }
        self.compared = self.compared.saturating_add(1);
        self.is_ended = true;
        Ok(())
    }

    /// That was the whole log.
    ///
    /// # Errors
    /// When a head states a record after the last.
    pub fn finish(self) -> Result<Whole, Tampering> {
        let first = self.beginning.ok_or(Tampering::Empty)?;
        let found = self.chain.seq;
        if let Some((&expected, _)) = self.heads.last_key_value().filter(|(seq, _)| **seq > found) {
            return Err(if self.is_ended {
                Tampering::EndsBefore { last: found, head: expected }
            } else {
                BrokenChain::Truncated { expected, found }.into()
            });
        }
        let before = self.heads.range(..first.saturating_sub(1)).count();
        Ok(Whole {
            first,
            last: found,
            hash: self.chain.hash,
            heads: self.compared,
            heads_before: u64::try_from(before).unwrap_or(u64::MAX),
        })
    }

    fn check(&mut self, head: &SignedHead) -> Result<(), Tampering> {
        let seq = head.seq;
        if head.public_key() != Some(self.key) {
            // What others wrote reaches a terminal only as far as it is plain.
            let key = head.key.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
            return Err(Tampering::OtherKey { seq, key });
        }
        if !head.is_signed_with(&self.key) {
            return Err(Tampering::Forged(seq));
        }
        match &self.store {
            Some(expected) if *expected != head.store => Err(Tampering::OtherStore {
                seq,
                found: head.store.clone(),
                expected: expected.clone(),
            }),
            Some(_) => Ok(()),
            None => {
                self.store = Some(head.store.clone());
                Ok(())
            }
        }
    }

    /// Whether the record that the chain has come to is the one that a head states.
    fn compare(&mut self) -> Result<(), Tampering> {
        let Some(head) = self.heads.get(&self.chain.seq) else { return Ok(()) };
        if head.hash != self.chain.hash {
            return Err(self.rewritten(head));
        }
        self.sure = self.chain.seq;
        self.compared = self.compared.saturating_add(1);
        Ok(())
    }

    fn rewritten(&self, head: &SignedHead) -> Tampering {
        let from = self.sure.saturating_add(1).max(self.beginning.unwrap_or(1)).min(head.seq);
        Tampering::Rewritten { seq: head.seq, from, at: head.at.to_string() }
    }
}

#[cfg(test)]
mod tests;
