//! Exports: read back, and each way of being wrong.

use super::super::Actor;
use super::super::AuditEvent;
use super::super::AuditKind;
use super::super::signed::HeadKey;
use super::super::signed::Stated;
use super::*;
use crate::clock::Timestamp;

struct Log {
    key: HeadKey,
    records: Vec<AuditRecord>,
}

impl Log {
    fn of(n: u64) -> Self {
        let mut head = AuditHead::default();
        let event = |i| {
            AuditEvent::new(Timestamp::from_secs(i), AuditKind::ProofRefused, Actor::Unknown)
                .with("method", "password")
        };
        let records = (1..=n).map(|i| head.chain(event(i))).collect();
        Self { key: HeadKey::from_seed(&[7; 32]).unwrap(), records }
    }

    fn head(&self, seq: usize, first: Option<u64>) -> SignedHead {
        self.key.sign(self.stated(seq, first))
    }

    fn stated(&self, seq: usize, first: Option<u64>) -> Stated {
        let record = &self.records[seq - 1];
        let head = AuditHead { seq: record.seq, hash: record.hash.clone() };
        Stated { store: "store1".to_owned(), first, head, at: Timestamp::from_secs(99) }
    }

    fn verifier(&self, heads: &[SignedHead]) -> Verifier {
        let mut verifier = Verifier::new(self.key.public());
        heads.iter().try_for_each(|head| verifier.expect(head.clone())).unwrap();
        verifier
    }

    fn verify(&self, range: std::ops::Range<usize>, end: &SignedHead) -> Result<Whole, Tampering> {
        self.verify_with(range, end, &[])
    }

    fn verify_with(
        &self,
        range: std::ops::Range<usize>,
        end: &SignedHead,
        heads: &[SignedHead],
    ) -> Result<Whole, Tampering> {
        let mut verifier = self.verifier(heads);
        self.records[range].iter().try_for_each(|record| verifier.follow(record))?;
        verifier.end(end)?;
        verifier.finish()
    }
}

#[test]
fn a_whole_export_and_a_part_of_one_are_whole() {
    let log = Log::of(9);
    let whole = log.verify(0..9, &log.head(9, Some(1))).unwrap();
    assert_eq!((whole.first, whole.last, whole.heads), (1, 9, 1));
    let heads = [log.head(2, None), log.head(3, None), log.head(6, None)];
    let part = log.verify_with(3..8, &log.head(8, Some(4)), &heads).unwrap();
    assert_eq!((part.first, part.last), (4, 8));
    assert_eq!((part.heads, part.heads_before), (3, 1), "the record before the first is compared");
}

#[test]
fn every_wrong_end_has_its_name_a265() {
    let log = Log::of(9);
    let cut = Tampering::from(BrokenChain::Truncated { expected: 9, found: 8 });
    let beginning = |expected, found| Tampering::Beginning { expected, found };
    for (range, end, fault) in [
        (0..8, log.head(9, Some(1)), cut),
        (0..9, log.head(7, Some(1)), Tampering::Older { head: 7, last: 9 }),
        (0..9, log.head(9, None), Tampering::NotItsOwn(9)),
        (2..9, log.head(9, Some(1)), beginning(1, 3)),
        (0..9, log.head(9, Some(2)), beginning(2, 1)),
        (0..0, log.head(9, Some(1)), Tampering::Empty),
    ] {
        assert_eq!(log.verify(range.clone(), &end), Err(fault), "{range:?}");
    }
    let later = log.verify_with(0..8, &log.head(8, Some(1)), &[log.head(9, None)]);
    let part = Tampering::EndsBefore { last: 8, head: 9 };
    assert_eq!(later, Err(part), "a part, or an older export in the place of a newer one");
}

#[test]
fn a_head_that_is_no_good_is_refused_wherever_it_stands_a264() {
    let log = Log::of(3);
    let other = HeadKey::from_seed(&[8; 32]).unwrap();
    let mut forged = log.head(3, Some(1));
    forged.hash = "0".repeat(64);
    let foreign = other.sign(log.stated(3, Some(1)));
    let mut stated = log.stated(3, Some(1));
    stated.store = "store2".to_owned();
    let elsewhere = log.key.sign(stated);
    for (head, fault) in [
        (forged, Tampering::Forged(3)),
        (foreign, Tampering::OtherKey { seq: 3, key: other.public().to_string() }),
        (
            elsewhere,
            Tampering::OtherStore {
                seq: 3,
                found: "store2".to_owned(),
                expected: "store1".to_owned(),
            },
        ),
    ] {
        let known = [log.head(1, None)];
        assert_eq!(log.verify_with(0..3, &head, &known), Err(fault.clone()));
        assert_eq!(log.verifier(&known).expect(head), Err(fault));
    }
}

#[test]
fn a_chain_written_anew_is_found_between_the_heads_that_are_known_a265() {
    let (mut log, old) = (Log::of(9), Log::of(9));
    let mut chain = AuditHead { seq: 4, hash: log.records[3].hash.clone() };
    for at in 4..9 {
        let event = log.records[at].event.clone().with("reason", "nothing happened");
        log.records[at] = chain.chain(event);
    }
    let new = log.head(9, Some(1));
    assert!(log.verify(0..9, &new).is_ok(), "whoever has the key can sign what they wrote");
    let heads = [old.head(2, None), old.head(4, None), old.head(7, None)];
    let told = log.verify_with(0..9, &new, &heads).unwrap_err();
    let at = Timestamp::from_secs(99).to_string();
    assert_eq!(told, Tampering::Rewritten { seq: 7, from: 5, at: at.clone() });
    let told = log.verify(0..9, &old.head(9, Some(1))).unwrap_err();
    assert_eq!(told, Tampering::Rewritten { seq: 9, from: 1, at: at.clone() });
    let told = log.verify_with(5..9, &log.head(9, Some(6)), &[old.head(5, None)]).unwrap_err();
    assert_eq!(told, Tampering::Rewritten { seq: 5, from: 5, at });
    let forked = log.verifier(&[new]).expect(old.head(9, None));
    assert_eq!(forked, Err(Tampering::Forked(9)));
}

#[test]
fn a_line_is_read_only_as_it_was_written() {
    let log = Log::of(1);
    let record = serde_json::to_string(&log.records[0]).unwrap();
    let head = serde_json::to_string(&HeadLine { head: log.head(1, None) }).unwrap();
    let read = |text: &str| Line::parse(5, text.as_bytes());
    assert!(matches!(read(&record), Ok(Line::Record(_))));
    assert!(matches!(read(&head), Ok(Line::Head(_))));
    for (text, fault) in [
        (record.replacen('{', "{\"note\":\"x\",", 1), Tampering::Added(1)),
        (record.replacen('{', "{\"seq\":2,", 1), Tampering::Unreadable(5)),
        (record.replacen(':', ": ", 1), Tampering::Added(1)),
        (format!("{record}\r"), Tampering::Added(1)),
        (format!("{record}{record}"), Tampering::Unreadable(5)),
        (record.replace("proof_refused", "proof_unheard_of"), Tampering::Unreadable(5)),
        (head.replacen(':', ": ", 1), Tampering::Form(5)),
        (head.replacen("{\"head\":{", "{\"head\":{\"x\":1,", 1), Tampering::Unreadable(5)),
        (String::new(), Tampering::Unreadable(5)),
    ] {
        assert_eq!(read(&text), Err(fault), "{text}");
    }
}
