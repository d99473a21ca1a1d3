//! The control socket: who may speak, and what a broken conversation does.

use std::io::Read;
use std::io::Write;

use tempfile::TempDir;

use super::*;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::enforcement;
use crate::entropy::Entropy;
use crate::entropy::SeededEntropy;
use crate::key_store::KeyStore;
use crate::key_store::LiveKeys;
use crate::operate;
use crate::operate::Command;
use crate::operate::Reply;
use crate::session;
use crate::site::Sites;
use crate::store::Store;
use crate::store::sealing::DataKey;
use crate::store::sled::SledStore;
use crate::store::sled::StorePaths;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn operator() -> (TempDir, Arc<dyn Store>, Arc<Operator>) {
    let dir = tempfile::tempdir().unwrap();
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(6));
    let keys = KeyStore::create(&dir.path().join("keys"), NOW, entropy.as_ref()).unwrap();
    let key = DataKey::from_bytes(keys.data_key().unwrap().expose()).unwrap();
    let paths =
        StorePaths { dir: dir.path().join("store"), head: dir.path().join("keys/store.head") };
    let created = AuditEvent::new(NOW, AuditKind::StoreCreated, Actor::Gateway);
    let store: Arc<dyn Store> =
        Arc::new(SledStore::create(&paths, &key, &entropy, created).unwrap());
    let parts = operate::Parts {
        store: Arc::clone(&store),
        directory: None,
        keys: Arc::new(LiveKeys::load(keys).unwrap()),
        clock: Arc::new(ManualClock::at(NOW)),
        entropy,
        acts: None,
        gate: None,
        troubles: crate::audit::troubles::Troubles::default(),
    };
    let settings = operate::Settings {
        enrolment_window: Duration::from_hours(1),
        reset_window: Duration::from_hours(1),
        sessions: session::Settings::default(),
        sites: Sites::default(),
        prefix: "/.portcullis".to_owned(),
        enforcement: enforcement::Settings::default(),
        totp_issuer: "Portcullis".to_owned(),
        sinks: Vec::new(),
        admin_sites: None,
        material: operate::site_policy::Material::default(),
    };
    (dir, store, Arc::new(Operator::new(parts, settings)))
}

/// What a peer gets that sends these bytes and then nothing more.
async fn answer_to(bytes: &[u8], peer: Peer, operator: &Arc<Operator>) -> Answer {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let (served, told) = tokio::join!(attend(theirs, peer, operator), async {
        // A refusal may come before everything is sent.
        drop(ours.write_all(bytes).await);
        drop(ours.shutdown().await);
        let mut told = Vec::new();
        ours.read_to_end(&mut told).await.unwrap();
        told
    });
    let () = served;
    serde_json::from_slice(&told).unwrap()
}

fn request(command: &Command) -> Vec<u8> {
    let mut line = serde_json::to_vec(&Request {
        version: wire::PROTOCOL,
        reason: None,
        command: command.clone(),
    })
    .unwrap();
    line.push(b'\n');
    line
}

#[test]
fn only_the_gateways_user_and_root_are_operators() {
    assert_eq!(Peer::judge(Some(1000), 1000), Peer::Operator(1000));
    assert_eq!(Peer::judge(Some(0), 1000), Peer::Operator(0));
    assert_eq!(Peer::judge(Some(1001), 1000), Peer::Stranger(1001));
    assert_eq!(Peer::judge(Some(1001), 0), Peer::Stranger(1001));
    assert_eq!(Peer::judge(None, 1000), Peer::Unknown);
}

#[tokio::test]
async fn a_stranger_is_refused_unheard_and_recorded() {
    let (_dir, store, operator) = operator();
    let told = answer_to(&request(&Command::KeysList), Peer::Stranger(4242), &operator).await;
    assert!(matches!(told, Answer::Rejected(_)), "{told:?}");
    let log = store.audit_records(1, 9).await.unwrap();
    let last = &log.last().unwrap().event;
    assert_eq!(
        (last.kind, &last.actor),
        (AuditKind::OperatorRefused, &Actor::Operator { uid: 4242 })
    );
    let told = answer_to(&request(&Command::KeysList), Peer::Unknown, &operator).await;
    assert!(matches!(told, Answer::Rejected(_)));
}

#[tokio::test]
async fn one_line_is_one_command_and_everything_else_is_rejected() {
    let (_dir, _store, operator) = operator();
    let peer = Peer::Operator(7);
    let told = answer_to(&request(&Command::KeysList), peer, &operator).await;
    assert!(matches!(told, Answer::Done(Reply::Keys { .. })), "{told:?}");
    let refused = Command::UserShow { login: "nobody".to_owned() };
    let told = answer_to(&request(&refused), peer, &operator).await;
    assert!(
        matches!(told, Answer::Refused(operate::OperateError::NoSuchAccount { .. })),
        "{told:?}"
    );
    let unfinished = request(&Command::KeysList);
    for bytes in [
        &b""[..],
        b"\n",
        b"{}\n",
        b"not json\n",
        b"{\"version\":2}\n",
        b"{\"version\":2,\"command\":\"no_such\"}\n",
        b"{\"version\":2,\"command\":\"keys_list\",\"more\":1}\n",
        b"{\"version\":2,\"command\":{\"user_show\":{\"login\":\"a\",\"more\":1}}}\n",
        &unfinished[..unfinished.len() - 1],
    ] {
        let told = answer_to(bytes, peer, &operator).await;
        assert!(
            matches!(told, Answer::Rejected(_)),
            "{:?}: {told:?}",
            String::from_utf8_lossy(bytes)
        );
    }
    let told = answer_to(b"{\"version\":1,\"command\":\"keys_list\"}\n", peer, &operator).await;
    assert!(matches!(&told, Answer::Rejected(why) if why.contains("another version")), "{told:?}");
}

#[tokio::test]
async fn a_request_beyond_the_limit_is_rejected_and_not_kept() {
    let (_dir, _store, operator) = operator();
    let mut bytes = vec![b' '; wire::MAX_REQUEST];
    bytes.extend(request(&Command::KeysList));
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let sending = tokio::spawn(async move {
        drop(ours.write_all(&bytes).await);
        let mut told = Vec::new();
        drop(ours.read_to_end(&mut told).await);
        told
    });
    attend(theirs, Peer::Operator(7), &operator).await;
    let told: Answer = serde_json::from_slice(&sending.await.unwrap()).unwrap();
    assert!(matches!(told, Answer::Rejected(_)), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_nothing_is_not_waited_for() {
    let (_dir, _store, operator) = operator();
    let (mut ours, theirs) = tokio::io::duplex(64);
    attend(theirs, Peer::Operator(7), &operator).await;
    let mut told = Vec::new();
    // The pipe is smaller than the answer; what matters is that the other end let go.
    ours.read_to_end(&mut told).await.unwrap();
}

#[tokio::test]
async fn the_socket_is_served_for_its_owner_alone_and_removed_at_the_end() {
    let (dir, _store, operator) = operator();
    let run = dir.path().join("run");
    let socket = ControlSocket::bind(&run).await.unwrap();
    let path = run.join(wire::SOCKET);
    assert_eq!(fs::metadata(&run).unwrap().permissions().mode() & 0o7777, 0o700);
    let found = fs::metadata(&path).unwrap();
    assert!(found.file_type().is_socket() && found.permissions().mode() & 0o777 == 0o600);
    let shutdown = CancellationToken::new();
    let served = tokio::spawn(socket.serve(operator, shutdown.clone()));
    let asked = path.clone();
    let told = tokio::task::spawn_blocking(move || {
        let mut stream = std::os::unix::net::UnixStream::connect(asked).unwrap();
        stream.write_all(&request(&Command::AuditVerify)).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        told
    });
    let told: Answer = serde_json::from_str(&told.await.unwrap()).unwrap();
    assert!(matches!(told, Answer::Done(Reply::AuditVerified { records: 1, .. })), "{told:?}");
    let second = ControlSocket::bind(&run).await.unwrap_err();
    assert!(matches!(second, ControlError::Answered { .. }), "{second}");
    shutdown.cancel();
    served.await.unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn a_socket_nobody_answers_on_is_replaced_and_any_other_file_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("run");
    make_run_dir(&run).unwrap();
    let path = run.join(wire::SOCKET);
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    drop(ControlSocket::bind(&run).await.unwrap());
    fs::write(&path, "something of the operator's").unwrap();
    assert!(ControlSocket::bind(&run).await.is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "something of the operator's");
}

#[tokio::test]
async fn a_run_directory_that_lets_others_in_is_refused_a308() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("run");
    fs::create_dir(&run).unwrap();
    fs::set_permissions(&run, Permissions::from_mode(0o755)).unwrap();
    let refused = ControlSocket::bind(&run).await.unwrap_err();
    assert!(
        matches!(refused, ControlError::Exposed { .. })
            && refused.to_string().contains("chmod 700")
    );
}
