//! The audit log taken out and verified: every way of tampering with it is found, and said what it is.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use portcullis::audit::AuditHead;
use portcullis::audit::AuditRecord;
use portcullis::audit::export::HeadLine;
use portcullis::audit::signed::HeadKey;
use portcullis::audit::signed::SignedHead;
use portcullis::audit::signed::Stated;

use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;

fn installed() -> Gateway {
    let gateway = Gateway::prepare(&Setup::before(([127, 0, 0, 1], 9).into()));
    for login in ["alice", "bob", "carol", "dave"] {
        gateway.add(&Person::named(login));
    }
    gateway
}

/// An export, or what somebody made of it.
#[derive(Clone)]
struct Export(Vec<String>);

impl Export {
    fn of(gateway: &Gateway, arguments: &[&str]) -> Self {
        let printed = gateway.cli_ok(&[&["audit", "export"], arguments].concat(), "");
        Self(printed.lines().map(str::to_owned).collect())
    }

    fn record(&self, seq: usize) -> AuditRecord {
        serde_json::from_str(&self.0[seq - 1]).unwrap()
    }

    fn head(&self) -> SignedHead {
        serde_json::from_str::<HeadLine>(self.0.last().unwrap()).unwrap().head
    }

    /// With another last line.
    fn ending(mut self, head: SignedHead) -> Self {
        *self.0.last_mut().unwrap() = serde_json::to_string(&HeadLine { head }).unwrap();
        self
    }

    /// Puts records of its own from that one on, chained as they must be.
    fn rewritten(mut self, seq: usize) -> Self {
        let before = self.record(seq - 1);
        let mut chain = AuditHead { seq: before.seq, hash: before.hash };
        for at in seq..self.0.len() {
            let event = self.record(at).event.with("reason", "nothing happened");
            self.0[at - 1] = serde_json::to_string(&chain.chain(event)).unwrap();
        }
        self
    }

    fn edited(mut self, seq: usize, from: &str, to: &str) -> Self {
        let edited = self.0[seq - 1].replacen(from, to, 1);
        assert_ne!(edited, self.0[seq - 1], "{from} in {}", self.0[seq - 1]);
        self.0[seq - 1] = edited;
        self
    }

    fn write(&self, path: &Path) {
        let end = if self.0.is_empty() { "" } else { "\n" };
        fs::write(path, self.0.join("\n") + end).unwrap();
    }
}

/// What `audit verify` says; none: that all is whole.
fn fault(gateway: &Gateway, arguments: &[&str]) -> Option<String> {
    let output = gateway.cli(&[&["audit", "verify"], arguments].concat(), "");
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.success(), told.is_empty(), "{told}");
    if !output.status.success() {
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    (!output.status.success()).then_some(told)
}

/// Every kind of tampering with this export, and what must be said of it.
fn tamperings(good: &Export, older: &Export, foreign: &Export) -> Vec<(Export, String)> {
    let n = good.0.len() - 1;
    let but = |change: &dyn Fn(&mut Vec<String>)| {
        let mut changed = good.clone();
        change(&mut changed.0);
        changed
    };
    let thief = HeadKey::from_seed(&[3; 32]).unwrap();
    let own_head = |export: &Export| {
        let last = export.record(n);
        let head = AuditHead { seq: last.seq, hash: last.hash };
        let SignedHead { store, first, at, .. } = good.head();
        thief.sign(Stated { store, first, head, at })
    };
    let anew = good.clone().rewritten(3);
    let mut forged = good.head();
    forged.hash = anew.record(n).hash;
    let cut = format!("the log ends at record {}, but record {n} was written", n - 1);
    let mut rows = vec![
        (good.clone().edited(3, "role\":\"owner", "role\":\"admin"), "record 3 was changed"),
        (good.clone().edited(3, "\"at\":1", "\"at\":2"), "record 3 was changed"),
        (good.clone().edited(3, "{", "{\"note\":\"x\","), "record 3 is not written as"),
        (good.clone().edited(3, ":", ": "), "record 3 is not written as"),
        (good.clone().edited(3, "\"kind\":", "\"kin\":"), "line 3 is neither a record nor"),
        (but(&|lines| drop(lines.remove(2))), "record 3 is missing: found 4 in its place"),
        (
            but(&|lines| drop(lines.remove(0))),
            "the log begins with record 2, but what was exported",
        ),
        (but(&|lines| lines.swap(1, 2)), "record 2 is missing: found 3 in its place"),
        (but(&|lines| lines.insert(2, lines[1].clone())), "record 3 is missing: found 2"),
        (but(&|lines| drop(lines.remove(n - 1))), &cut),
        (but(&|lines| drop(lines.pop())), "does not end with a signed head"),
        (but(&|lines| lines.truncate(2)), "its end was cut off after record 2"),
        (but(&|lines| lines.push(lines[0].clone())), "stands after the signed head"),
        (but(&Vec::clear), "there is no record"),
        (but(&|lines| *lines = vec![String::new()]), "line 1 is neither"),
        (but(&|lines| drop(lines.drain(..n))), "there is no record"),
        (anew.clone(), "is not the one that was signed at"),
        (anew.clone().ending(forged), "the signature of the head at record"),
        (anew.clone().ending(own_head(&anew)), "is signed with another key: "),
        (good.clone().ending(own_head(good)), "is signed with another key: "),
        (good.clone().ending(older.head()), "an older head was put in its place"),
        (foreign.clone(), "is signed with another key: "),
        (good.clone().ending(foreign.head()), "is signed with another key: "),
        (
            but(&|lines| lines.splice(2.., foreign.0[2..].to_vec()).for_each(drop)),
            "record 3 does not continue the one before it",
        ),
    ]
    .into_iter()
    .map(|(export, told)| (export, told.to_owned()))
    .collect::<Vec<_>>();
    let rehashed = {
        let mut chain = AuditHead { seq: 2, hash: good.record(2).hash };
        let event = good.record(3).event.with("reason", "nothing happened");
        let line = serde_json::to_string(&chain.chain(event)).unwrap();
        but(&|lines| line.clone_into(&mut lines[2]))
    };
    rows.push((rehashed, "record 4 does not continue the one before it".to_owned()));
    rows
}

#[test]
fn every_kind_of_tampering_with_an_exported_log_is_found_and_named_a264_a265() {
    let mut gateway = installed();
    let older = Export::of(&gateway, &[]);
    gateway.run();
    let good = Export::of(&gateway, &[]);
    let foreign = Export::of(&installed(), &[]);
    let key = gateway.cli_ok(&["audit", "key"], "").trim().to_owned();
    assert_eq!(good.head().key, key);
    let path = gateway.path("audit.jsonl");
    let name = path.to_str().unwrap();
    let offline = ["--file", name, "--key", &key];
    let heads = gateway.path("heads.jsonl");
    good.write(&heads);

    good.write(&path);
    assert_eq!(fault(&gateway, &offline), None);
    assert_eq!(fault(&gateway, &["--file", name]), None);
    for (at, (export, told)) in tamperings(&good, &older, &foreign).into_iter().enumerate() {
        export.write(&path);
        let offline = fault(&gateway, &offline).unwrap_or_else(|| panic!("row {at}: {told}"));
        assert!(offline.contains(&told), "row {at}: {offline} instead of {told}");
        let beside = fault(&gateway, &["--file", name]).unwrap();
        assert!(beside.contains(&told), "row {at}: {beside} instead of {told}");
    }

    older.write(&path);
    assert_eq!(fault(&gateway, &offline), None, "by itself it is a whole log");
    let with_heads = [&offline[..], &["--heads", heads.to_str().unwrap()]].concat();
    let told = fault(&gateway, &with_heads).unwrap();
    assert!(told.contains(&format!("but record {} was written", good.head().seq)), "{told}");
}

#[test]
fn a_copy_written_anew_is_compared_with_the_store_record_by_record() {
    let gateway = installed();
    let good = Export::of(&gateway, &[]);
    let path = gateway.path("audit.jsonl");
    good.clone().rewritten(4).write(&path);
    let told = fault(&gateway, &["--file", path.to_str().unwrap()]).unwrap();
    assert!(told.contains("the chain was written anew"), "{told}");
    assert!(told.contains("record 4 of ") && told.contains("is not the one that the store has"));
}

#[test]
fn an_offline_verifier_needs_neither_store_nor_configuration() {
    let gateway = installed();
    let path = gateway.path("audit.jsonl");
    Export::of(&gateway, &[]).write(&path);
    let key = gateway.cli_ok(&["audit", "key"], "").trim().to_owned();
    gateway.configure("nonsense");
    fs::remove_dir_all(gateway.path("data")).unwrap();
    let arguments = ["audit", "verify", "--file", path.to_str().unwrap(), "--key", &key];
    let told = gateway.cli_ok(&arguments, "");
    assert!(told.starts_with("Whole: ") && told.contains(" 1 signed head(s)"), "{told}");
    let json = gateway.cli_ok(&[&["--json"], &arguments[..]].concat(), "");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["valid"], &json["first"]), (&true.into(), &1.into()));
    let foreign = "00".repeat(32);
    let told = fault(&gateway, &["--file", path.to_str().unwrap(), "--key", &foreign]).unwrap();
    assert!(told.contains("is signed with another key: "), "{told}");
    assert_eq!(gateway.cli(&["audit", "verify", "--key", "short"], "").status.code(), Some(64));
}

#[test]
fn an_export_has_what_was_asked_for_and_is_recorded_with_and_without_a_gateway() {
    let mut gateway = installed();
    for running in [false, true] {
        if running {
            gateway.run();
        }
        let all = Export::of(&gateway, &[]);
        let last = all.head().seq;
        assert_eq!(u64::try_from(all.0.len()).unwrap(), last + 1);
        let log = gateway.cli_ok(&["audit", "tail", "--limit", "1"], "");
        assert!(log.contains("audit_exported by operator:"), "{log}");
        assert!(log.contains(&format!("from=1 to={last}")), "{log}");

        let path = gateway.path("part.jsonl");
        let part = Export::of(&gateway, &["--from", "3", "--to", "4"]);
        assert_eq!((part.0.len(), part.head().first, part.head().seq), (3, Some(3), 4));
        assert_eq!(part.0[..2], all.0[2..4]);
        part.write(&path);
        assert_eq!(fault(&gateway, &["--file", path.to_str().unwrap()]), None);
        for bad in [&["--from", "0"][..], &["--from", "4", "--to", "3"], &["--to", "9999"]] {
            let output = gateway.cli(&[&["audit", "export"], bad].concat(), "");
            assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{bad:?}");
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(told.contains("Nothing was exported"), "{told}");
        }
    }
}

#[test]
fn an_honest_part_of_the_log_is_called_a_part_and_nothing_worse() {
    let gateway = installed();
    let (path, heads) = (gateway.path("part.jsonl"), gateway.path("later.jsonl"));
    Export::of(&gateway, &["--from", "3", "--to", "4"]).write(&path);
    let verify = ["audit", "verify", "--file", path.to_str().unwrap()];
    let key = gateway.cli_ok(&["audit", "key"], "").trim().to_owned();
    for arguments in [&verify[..], &[&verify[..], &["--key", &key]].concat()] {
        let told = gateway.cli_ok(arguments, "");
        assert!(told.starts_with("Unchanged: "), "{told}");
        assert!(told.contains(", 2 record(s), 3 to 4, ending in "), "{told}");
        assert!(told.contains("written before record 3, or after record 4."), "{told}");
    }
    let all = Export::of(&gateway, &[]);
    all.write(&heads);
    let told = fault(&gateway, &[&verify[2..], &["--heads", heads.to_str().unwrap()]].concat());
    let last = all.head().seq;
    let expected =
        format!("it was exported up to record 4, but record {last} was written: it is a part");
    assert!(told.as_ref().is_some_and(|told| told.contains(&expected)), "{told:?}");
    all.write(&path);
    let told = gateway.cli_ok(&verify, "");
    assert!(told.starts_with("Whole: "), "{told}");
    assert!(
        told.contains(&format!("What was written after record {last} is not in it.")),
        "{told}"
    );
}

fn copy_of(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_of(&entry.path(), &to);
        } else if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn a_store_that_was_set_back_or_went_another_way_does_not_have_what_was_signed_a265() {
    let gateway = installed();
    let heads = gateway.path("heads.jsonl");
    let mut kept = gateway.cli_ok(&["audit", "head"], "");
    let (data, before): (PathBuf, PathBuf) = (gateway.path("data"), gateway.path("before"));
    copy_of(&data, &before);
    gateway.cli_ok(&["user", "disable", "bob"], "");
    gateway.cli_ok(&["user", "disable", "carol"], "");
    kept.push_str(&gateway.cli_ok(&["audit", "head"], ""));
    fs::write(&heads, &kept).unwrap();
    let export = gateway.path("audit.jsonl");
    Export::of(&gateway, &[]).write(&export);
    let by_heads = ["--heads", heads.to_str().unwrap()];
    let by_file = ["--file", export.to_str().unwrap()];
    assert_eq!(fault(&gateway, &by_heads), None);
    assert_eq!(fault(&gateway, &by_file), None);

    // Store, keys and head file together: nothing that is in them can tell.
    fs::remove_dir_all(&data).unwrap();
    copy_of(&before, &data);
    assert_eq!(fault(&gateway, &[]), None);
    let told = fault(&gateway, &by_heads).unwrap();
    assert!(told.contains("the log ends at record"), "{told}");

    gateway.cli_ok(&["user", "disable", "alice"], "");
    gateway.cli_ok(&["user", "disable", "carol"], "");
    gateway.cli_ok(&["user", "enable", "carol"], "");
    assert_eq!(fault(&gateway, &[]), None);
    let told = fault(&gateway, &by_heads).unwrap();
    assert!(told.contains("beginning somewhere in records"), "{told}");
    let told = fault(&gateway, &by_file).unwrap();
    assert!(told.contains("is not the one that the store has. The export is signed"), "{told}");

    let told = fault(&gateway, &["--heads", heads.to_str().unwrap(), "--key", &"11".repeat(32)]);
    assert!(told.unwrap().contains("is signed with another key"));
    fs::write(&heads, kept.replacen("\"hash\":\"", "\"hash\":\"0", 1)).unwrap();
    let told = fault(&gateway, &by_heads).unwrap();
    assert!(told.contains("heads.jsonl: the signature of the head at record"), "{told}");
}
