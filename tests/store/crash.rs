//! Killed at any moment, the store loses nothing it acknowledged and revives nothing that was spent.
//!
//! The parent starts this test binary again as a child that works on a store and tells on its standard
//! output what was acknowledged; kills it; opens the store; compares. `PORTCULLIS_TORTURE_ROUNDS` says
//! how often.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Cursor;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use portcullis::audit::AuditHead;
use portcullis::authenticator::Authenticator;
use portcullis::authenticator::Credential;
use portcullis::entropy;
use portcullis::entropy::SystemEntropy;
use portcullis::session::SessionKey;
use portcullis::store::Acceptance;
use portcullis::store::AuthenticatorStore;
use portcullis::store::BudgetKey;
use portcullis::store::Store;
use portcullis::store::sealing::DataKey;
use portcullis::store::sled::SledStore;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;
use portcullis::throttle::Charge;
use portcullis::throttle::PASSWORD;
use portcullis::throttle::Rule;

use crate::support;
use crate::support::Place;
use crate::support::any;
use crate::support::at;
use crate::support::codes;
use crate::support::enrol;
use crate::support::session;
use crate::support::subject;

/// Set for a child: where its store lies.
pub(crate) const ROOT: &str = "PORTCULLIS_STORE_TEST_ROOT";

/// Set for a child: which round it is.
pub(crate) const ROUND: &str = "PORTCULLIS_STORE_TEST_ROUND";

/// How often to kill or damage; a few times when it is not set.
pub(crate) const ROUNDS: &str = "PORTCULLIS_TORTURE_ROUNDS";

/// People who work at the same time.
const WORKERS: usize = 8;

/// A restart after a kill takes less.
const RESTART: Duration = Duration::from_secs(5);

/// Counts attempts without ever making anybody wait.
const COUNT: Rule = Rule { burst: u32::MAX, slow_after: u32::MAX, ..PASSWORD };

/// A variable that the parent set for this process.
pub(crate) fn told(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// This test binary, to run one of its tests in another process.
pub(crate) fn rerun(test: &str, root: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(ROOT, root);
    command
}

/// Keeps the key where a child finds it.
pub(crate) fn save_key(place: &Place) {
    std::fs::write(place.dir.path().join("keys/data.key"), place.key.expose()).unwrap();
}

/// The store a child works on.
pub(crate) fn open_in_child(root: &Path) -> SledStore {
    let key = std::fs::read(root.join("keys/data.key")).unwrap();
    let key = DataKey::from_bytes(&key).unwrap();
    SledStore::open(&support::paths(root), &key, support::entropy()).unwrap().store
}

/// One line to the parent, at once and whole.
pub(crate) fn say(line: &str) {
    let line = format!("\n{line}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

#[test]
fn a_kill_at_any_moment_loses_nothing_and_revives_nothing_a167_a283() {
    let rounds = told(ROUNDS).map_or(15, |n| n.to_str().unwrap().parse().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let place = Place::new();
    save_key(&place);
    let mut known = Known::default();
    runtime.block_on(async {
        let store = place.create();
        for worker in 0..WORKERS {
            let name = format!("w{worker}");
            let (id, _) = enrol(&store, &name, Role::User).await;
            store.acknowledge_backup_codes(&id, &format!("{name}-codes"), any()).await.unwrap();
        }
        store.close().await.unwrap();
    });
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        work_and_kill(&place, round, &mut known);
        #[expect(clippy::disallowed_methods, reason = "the restart is what is measured")]
        let begun = Instant::now();
        let store = place.open();
        slowest = slowest.max(begun.elapsed());
        runtime.block_on(async {
            known.holds_in(&store).await;
            store.close().await.unwrap();
        });
    }
    assert!(slowest < RESTART, "a restart took {slowest:?}");
    assert!(known.acknowledged > rounds, "the children worked");
    let store = place.open();
    let records = runtime.block_on(support::verified_log(&store));
    let size = std::fs::metadata(place.db()).unwrap().len();
    say(&format!(
        "{rounds} kills, {} acknowledged acts, {} audit records, slowest restart {slowest:?}, {size} bytes",
        known.acknowledged,
        records.len(),
    ));
}

/// Lets a child work, and kills it in the midst of it: after a random number of bytes of what it tells.
fn work_and_kill(place: &Place, round: usize, known: &mut Known) {
    let mut child = rerun("crash::child", place.dir.path())
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let [a, b, c] = entropy::bytes::<3>(&SystemEntropy::new()).unwrap();
    let drawn = u16::from_be_bytes([b, c]);
    // One in eight is killed while it opens the store, of which it tells nothing: somewhere in that work of its.
    let (bytes, turns) = if a < 32 { (1, drawn) } else { (drawn % 8192, 0) };
    let mut told = vec![0; usize::from(bytes)];
    output.read_exact(&mut told).unwrap();
    (0..turns).for_each(|_| std::thread::yield_now());
    child.kill().unwrap();
    for line in Cursor::new(told).chain(output).lines() {
        known.learn(&line.unwrap());
    }
    child.wait().unwrap();
}

/// What was acknowledged, by all children so far.
#[derive(Default)]
struct Known {
    acknowledged: usize,
    workers: BTreeMap<String, Worker>,
    logged: BTreeSet<String>,
    head: AuditHead,
}

#[derive(Default)]
struct Worker {
    step: u64,
    set: String,
    spent: BTreeSet<usize>,
    charged: u32,
    open: BTreeSet<String>,
    ended: BTreeSet<String>,
    /// Sessions whose end was begun, but not acknowledged.
    ending: BTreeSet<String>,
    /// The set whose replacement was begun.
    replacing: bool,
    /// Service tokens, by name.
    tokens: BTreeSet<String>,
    revoked: BTreeSet<String>,
    revoking: BTreeSet<String>,
}

impl Known {
    fn learn(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let [said @ ("ack" | "try"), what, worker, value] = words[..] else {
            return;
        };
        self.acknowledged += usize::from(said == "ack");
        let worker = self.workers.entry(worker.to_owned()).or_default();
        match (said, what) {
            ("ack", "step") => worker.step = value.parse().unwrap(),
            ("ack", "code") => drop(worker.spent.insert(value.parse().unwrap())),
            ("try", "set") => worker.replacing = true,
            ("ack", "set") => {
                value.clone_into(&mut worker.set);
                worker.spent.clear();
                worker.replacing = false;
            }
            ("ack", "charge") => worker.charged += 1,
            ("ack", "open") => drop(worker.open.insert(value.to_owned())),
            ("try", "end") => drop(worker.ending.insert(value.to_owned())),
            ("try", "end-all") => worker.ending.extend(worker.open.iter().cloned()),
            ("ack", "end") => {
                worker.open.remove(value);
                worker.ended.insert(value.to_owned());
            }
            ("ack", "end-all") => worker.ended.append(&mut worker.open),
            ("ack", "token") => drop(worker.tokens.insert(value.to_owned())),
            ("try", "revoke") => drop(worker.revoking.insert(value.to_owned())),
            ("ack", "revoke") => {
                worker.tokens.remove(value);
                worker.revoked.insert(value.to_owned());
            }
            ("ack", "log") => drop(self.logged.insert(value.to_owned())),
            _ => panic!("{line}"),
        }
    }

    async fn holds_in(&mut self, store: &dyn Store) {
        let sessions = support::session_keys(store).await;
        let is_open = |token: &String| sessions.binary_search(&SessionKey::of(token)).is_ok();
        for (name, worker) in &mut self.workers {
            let id = subject(name);
            worker.proofs_hold(store, &id, name).await;
            worker.open.retain(|token| {
                let there = is_open(token);
                let may_be_gone = worker.ending.contains(token);
                assert!(there || may_be_gone, "an acknowledged session is lost");
                there
            });
            for token in &worker.ended {
                assert!(!is_open(token), "an ended session is alive");
            }
            worker.ending.clear();
            worker.tokens_hold(store).await;
        }
        self.log_holds(store).await;
    }

    async fn log_holds(&mut self, store: &dyn Store) {
        let new = store.audit_records(self.head.seq + 1, usize::MAX).await;
        for record in new.unwrap() {
            self.head.follow(&record).unwrap();
            if let Some(said) = record.event.detail.get("said") {
                self.logged.remove(said);
            }
        }
        assert_eq!(self.head, store.audit_head().await.unwrap());
        assert!(self.logged.is_empty(), "lost records: {:?}", self.logged);
    }
}

impl Worker {
    async fn tokens_hold(&mut self, store: &dyn Store) {
        let kept = store.service_tokens().await.unwrap();
        let is_kept = |name: &String| kept.iter().any(|token| token.name.as_str() == name);
        let revoking = std::mem::take(&mut self.revoking);
        self.tokens.retain(|name| {
            assert!(is_kept(name) || revoking.contains(name), "an acknowledged token is lost");
            is_kept(name)
        });
        for name in &self.revoked {
            assert!(!is_kept(name), "a revoked token is alive");
        }
    }

    async fn proofs_hold(&mut self, store: &dyn Store, id: &SubjectId, name: &str) {
        let app = format!("{name}-app");
        for step in [self.step, self.step.saturating_sub(1), 1] {
            let replay = store.accept_totp_step(id, &app, step, any()).await;
            assert_eq!(replay.unwrap(), Acceptance::Spent, "step {step} of {name}");
        }
        let held = counting(store, id).await;
        assert_eq!(held.len(), 2, "{name} has an app and one set of codes");
        if self.set.is_empty() {
            self.set = format!("{name}-codes");
        }
        let replaced = held.iter().all(|a| a.id != self.set);
        assert!(!replaced || self.replacing, "an acknowledged set is lost");
        if replaced {
            self.spent.clear();
            self.set = held.into_iter().find(|a| a.id != app).unwrap().id;
        }
        for &index in &self.spent {
            let replay = store.spend_backup_code(id, &self.set, index, any()).await;
            assert_eq!(replay.unwrap(), Acceptance::Spent, "code {index} of {name}");
        }
        self.replacing = false;
        let rule = Rule { disable_after: Some(self.charged), ..COUNT };
        let key = BudgetKey::Password(id.clone());
        let charge = store.charge(&key, &rule, at(9), None).await.unwrap();
        assert_eq!(charge, Charge::Disabled, "attempts of {name} were refunded");
    }
}

/// What counts: the app, and the set of codes that was taken up (a set that was only offered when the
/// process died does not).
async fn counting(store: &dyn Store, id: &SubjectId) -> Vec<Authenticator> {
    let mut held = store.authenticators(id).await.unwrap();
    held.retain(|a| a.credential.backup_codes().is_none_or(|set| set.acknowledged.is_some()));
    held
}

/// Not a test by itself: what the parent starts and kills.
#[test]
fn child() {
    let (Some(root), Some(round)) = (told(ROOT), told(ROUND)) else {
        return;
    };
    let round = round.into_string().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store: Arc<dyn Store> = Arc::new(open_in_child(&PathBuf::from(root)));
    runtime.block_on(async {
        let workers: Vec<_> = (0..WORKERS)
            .map(|n| tokio::spawn(work(store.clone(), format!("w{n}"), round.clone())))
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
    });
}

/// One person's acts, one after the other, until the end of the process.
async fn work(store: Arc<dyn Store>, name: String, round: String) {
    let id = subject(&name);
    let ack = |what: &str, value: &str| say(&format!("ack {what} {name} {value}"));
    for n in 0_usize.. {
        let unique = format!("{name}-{round}-{n}");
        next_proofs(&store, &id, &name, &unique).await;
        let key = BudgetKey::Password(id.clone());
        store.charge(&key, &COUNT, at(9), None).await.unwrap();
        ack("charge", "1");
        let token = SessionKey::of(&unique);
        let verified = support::verified(store.as_ref(), &id).await;
        assert!(store.open_session(&token, session(&id), verified, any()).await.unwrap().is_some());
        ack("open", &unique);
        if n % 2 == 0 {
            say(&format!("try end {name} {unique}"));
            assert!(store.end_session(&token, any()).await.unwrap());
            ack("end", &unique);
        }
        if n % 16 == 15 {
            say(&format!("try end-all {name} all"));
            store.end_sessions_of(&id, any()).await.unwrap();
            ack("end-all", "all");
        }
        store.record(any().with("said", &unique)).await.unwrap();
        ack("log", &unique);
        if n % 16 == 3 {
            store.add_service_token(support::token(&unique), usize::MAX, any()).await.unwrap();
            ack("token", &unique);
        }
        if n % 32 == 3 {
            say(&format!("try revoke {name} {unique}"));
            store.revoke_service_token(&support::token(&unique).id, any()).await.unwrap();
            ack("revoke", &unique);
        }
    }
}

/// The next step of the app and the next code of the set, or a new set.
async fn next_proofs(store: &Arc<dyn Store>, id: &SubjectId, name: &str, unique: &str) {
    for held in counting(store.as_ref(), id).await {
        match held.credential {
            Credential::Totp(totp) => {
                let step = totp.last_step + 1;
                let accepted = store.accept_totp_step(id, &held.id, step, any()).await;
                assert_eq!(accepted.unwrap(), Acceptance::Accepted);
                say(&format!("ack step {name} {step}"));
            }
            Credential::BackupCodes(set) => {
                if let Some(index) = set.codes.iter().position(|code| code.spent.is_none()) {
                    let spent = store.spend_backup_code(id, &held.id, index, any()).await;
                    assert_eq!(spent.unwrap(), Acceptance::Accepted);
                    say(&format!("ack code {name} {index}"));
                } else {
                    let new = format!("set-{unique}");
                    say(&format!("try set {name} {new}"));
                    let offered = store.offer_backup_codes(id, codes(&new), any()).await;
                    assert_eq!(offered.unwrap(), Acceptance::Accepted);
                    let taken = store.acknowledge_backup_codes(id, &new, any()).await;
                    assert_eq!(taken.unwrap(), Acceptance::Accepted);
                    say(&format!("ack set {name} {new}"));
                }
            }
            Credential::Passkey(_) | Credential::Email(_) | Credential::Sms(_) => {}
        }
    }
}
