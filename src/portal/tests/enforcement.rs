//! Who must set up a second factor, who may put it off, and what a recovery code is good for.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::browser::Browser;
use super::browser::Page;
use super::browser::with;
use super::world::PASSWORD;
use super::world::World;
use crate::area::Whereabouts;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::recovery_code;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::enforcement::Demands;
use crate::enforcement::RecoveryOpens;
use crate::enforcement::Settings;
use crate::enforcement::Whom;
use crate::entropy::SystemEntropy;
use crate::policy;
use crate::policy::Credentials;
use crate::policy::Decision;
use crate::policy::Facts;
use crate::policy::Identity;
use crate::policy::Initiator;
use crate::policy::Threshold;
use crate::route::Alternative;
use crate::route::Demanded;
use crate::route::Proof;
use crate::route::Requirement;
use crate::store::Acceptance;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Role;
use crate::subject::terms::Mode;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

/// When worlds begin.
const START: u64 = 1_795_378_080;
const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);

fn asking(mode: Mode, grace: Option<Duration>) -> Settings {
    let grace_until = grace.map(|span| Timestamp::from_secs(START).plus(span));
    Settings {
        everybody: Demands { mode: Some(mode), grace_until, ..Demands::default() },
        ..Settings::default()
    }
}

fn enforced(unenrolled: Unenrolled) -> Settings {
    let mut settings = asking(Mode::Enforced, None);
    settings.everybody.unenrolled = Some(unenrolled);
    settings
}

async fn world(settings: Settings) -> World {
    World::demanding(settings).await
}

impl World {
    async fn account(&self, login: &str) -> Account {
        let login = LoginName::parse(login).unwrap();
        self.store.account_by_login(&login).await.unwrap().unwrap()
    }

    fn act(&self, kind: AuditKind) -> AuditEvent {
        AuditEvent::new(self.clock.wall(), kind, Actor::Gateway)
    }

    /// Closes the window of an account, as time does.
    async fn close_window(&self, login: &str) {
        let id = self.account(login).await.id;
        let now = self.clock.now();
        let act = self.act(AuditKind::MfaReset);
        self.store.reset_authenticators(&id, now, act).await.unwrap();
        self.directory.drop_all_of(&id);
    }

    /// Issues a recovery code.
    async fn issue(&self, login: &str) -> String {
        let (id, now) = (self.account(login).await.id, self.clock.now());
        let (kept, shown) =
            recovery_code::generate(&SystemEntropy::new(), now, now.plus(HOUR)).unwrap();
        let act = self.act(AuditKind::RecoveryCodeIssued);
        self.store.issue_recovery_code(&id, kept, act).await.unwrap();
        shown.to_string()
    }

    async fn told(&self, kind: AuditKind) -> usize {
        self.log().await.iter().filter(|event| event.kind == kind).count()
    }

    /// Whether a request of this session would be forwarded where this is asked for.
    fn forwards(&self, session: &LiveSession, requirement: &Requirement) -> bool {
        let client = Whereabouts::of([192, 0, 2, 1].into());
        let rulebook = self.portal.core.ceremonies.rulebook();
        let facts = Facts {
            site: &self.site,
            demanded: Demanded::of(requirement),
            client: &client,
            identity: Some(Identity {
                session: Arc::clone(&session.record),
                profile: Arc::clone(&session.profile),
                excuse: session.excuse(rulebook, client.address, self.clock.now()),
                factors: session.shortfall(rulebook, client.address, self.clock.now()).into(),
            }),
            credentials: Credentials::default(),
            initiator: Initiator::Here,
            threshold: Threshold::Inside,
            now: self.clock.now(),
        };
        matches!(policy::evaluate(&facts), Decision::Forward(_))
    }
}

impl Browser<'_> {
    pub(super) fn passes(&self, proof: Proof) -> bool {
        let session = self.session();
        session.is_some_and(|live| self.world.forwards(&live, &Requirement::of(proof)))
    }

    fn passes_fresh(&self) -> bool {
        let fresh = Alternative { max_age: Some(HOUR), ..Alternative::of(Proof::SecondFactor) };
        let requirement = Requirement::any_of(vec![fresh]);
        self.session().is_some_and(|live| self.world.forwards(&live, &requirement))
    }

    async fn signs_in(&mut self, login: &str) -> String {
        let answer = self.password(login, PASSWORD, "/berths").await;
        answer.header("location").to_owned()
    }

    async fn not_now(&mut self) -> Page {
        let page = self.get("/set-up?next=/berths").await;
        let form = page.form("/set-up");
        self.post("/set-up", &form).await
    }

    async fn recovers(&mut self, code: &str) -> Page {
        let page = self.get("/recovery?next=/berths").await;
        let form = with(page.form("/recovery"), &[("code", code)]);
        self.post("/recovery", &form).await
    }
}

#[tokio::test]
async fn where_it_is_optional_set_up_is_offered_once_and_not_now_is_remembered_s0_11_s0_16() {
    let world = world(asking(Mode::Optional, None)).await;
    let mut browser = Browser::new(&world);
    assert_eq!(browser.signs_in("ada").await, "/.portcullis/set-up?next=/berths");
    assert_eq!(browser.not_now().await.header("location"), "/berths");
    assert!(browser.passes(Proof::SecondFactor));
    for more in [Proof::Aal2, Proof::Passkey, Proof::PhishingResistant, Proof::Aal3] {
        assert!(!browser.passes(more), "{more:?} is never waived");
    }
    assert!(!browser.passes_fresh(), "nor is the age of a proof");
    assert_eq!(browser.signs_in("ada").await, "/berths", "asked once");
    assert_eq!(world.told(AuditKind::SetUpDeclined).await, 1);
    // From the account page they set one up whenever they like.
    let account = browser.get("/account").await;
    assert!(account.text.contains("href=\"/.portcullis/enrol\""), "{}", account.text);
    let mut other = Browser::new(&world);
    assert_eq!(other.signs_in("ada").await, "/berths");
    let page = browser.get("/enrol").await;
    browser.confirm(&page).await;
    assert!(browser.passes(Proof::Aal2));
    assert!(!other.passes(Proof::SecondFactor), "whoever has one gives it, everywhere at once");
    assert_eq!(other.signs_in("ada").await, "/.portcullis/challenge?next=/berths");
}

#[tokio::test]
async fn a_grace_is_put_off_until_its_date_and_not_a_second_longer_a188_a189_s3_12_s3_13() {
    let world = world(asking(Mode::Enforced, Some(2 * DAY))).await;
    world.close_window("ada").await;
    for _ in 0..2 {
        let mut browser = Browser::new(&world);
        assert_eq!(browser.signs_in("ada").await, "/.portcullis/set-up?next=/berths");
        let page = browser.get("/set-up").await;
        assert!(page.texts("id=\"term\"")[0].contains("24 November 2026"), "the date is seen");
        assert_eq!(browser.not_now().await.header("location"), "/berths");
        assert!(browser.passes(Proof::SecondFactor));
        world.clock.advance(Duration::from_mins(1));
    }
    world.clock.advance((2 * DAY).saturating_sub(Duration::from_mins(3)));
    let mut browser = Browser::new(&world);
    browser.signs_in("ada").await;
    let page = browser.get("/set-up").await;
    world.clock.advance(Duration::from_secs(59));
    assert!(browser.passes(Proof::SecondFactor), "a second before the date");
    world.clock.advance(Duration::from_secs(1));
    assert!(!browser.passes(Proof::SecondFactor), "at the date");
    let late = browser.post("/set-up", &page.form("/set-up")).await;
    assert_eq!(late.header("location"), "/.portcullis/enrol", "it cannot be skipped any more");
    // A clock set back, a reset or a new sign-in gives no time back; the set-up needs no window.
    world.clock.set_wall_back(DAY);
    world.close_window("ada").await;
    assert_eq!(browser.signs_in("ada").await, "/.portcullis/enrol?next=/berths");
    assert!(!browser.passes(Proof::SecondFactor));
    let page = browser.get("/enrol").await;
    browser.confirm(&page).await;
    assert!(browser.passes(Proof::Aal2));
}

#[tokio::test]
async fn without_a_grace_the_window_then_a_recovery_code_or_a_refusal_a184_ruling_14() {
    let late = "/.portcullis/challenge?next=/berths";
    let world = world(enforced(Unenrolled::Enrol)).await;
    let mut browser = Browser::new(&world);
    assert_eq!(browser.signs_in("ada").await, "/.portcullis/enrol?next=/berths");
    world.close_window("ada").await;
    assert_eq!(browser.signs_in("ada").await, late);
    assert!(!browser.passes(Proof::SecondFactor) && !browser.passes(Proof::Password));
    let asked = browser.get("/challenge?next=/berths").await;
    assert_eq!(asked.header("location"), "/.portcullis/recovery?next=/berths");
    assert!(browser.get("/enrol").await.text.contains("/.portcullis/recovery"));
    let code_only = self::world(enforced(Unenrolled::RecoveryCode)).await;
    for _ in 0..2 {
        let mut browser = Browser::new(&code_only);
        assert_eq!(browser.signs_in("ada").await, late, "thief and victim alike");
    }
    let denied = self::world(enforced(Unenrolled::Deny)).await;
    let mut browser = Browser::new(&denied);
    let answer = browser.password("ada", PASSWORD, "/").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(browser.session().is_none());
}

#[tokio::test]
async fn a_dormant_account_sets_nothing_up_on_its_password_finding_10() {
    let world = world(asking(Mode::Enforced, Some(DAY))).await;
    world.close_window("ada").await;
    let mut browser = Browser::new(&world);
    browser.signs_in("ada").await;
    world.clock.advance(91 * DAY);
    assert_eq!(browser.signs_in("ada").await, "/.portcullis/challenge?next=/berths");
    assert_eq!(browser.get("/challenge").await.header("location"), "/.portcullis/recovery");
}

#[tokio::test]
async fn a_dormant_account_goes_on_where_it_may_and_its_password_still_binds_nothing_finding_10() {
    for grace in [None, Some(200 * DAY)] {
        let mode = if grace.is_some() { Mode::Enforced } else { Mode::Optional };
        let world = world(asking(mode, grace)).await;
        world.close_window("ada").await;
        world.clock.advance(91 * DAY);
        let mut browser = Browser::new(&world);
        for _ in 0..2 {
            assert_eq!(browser.signs_in("ada").await, "/berths", "and it stays dormant");
        }
        assert!(browser.passes(Proof::SecondFactor) && !browser.passes(Proof::Aal2));
        for page in ["/enrol?next=/berths", "/enrol?method=totp&next=/berths"] {
            let answer = browser.get(page).await;
            assert!(!answer.text.contains("id=\"totp-key\""), "{}", answer.text);
            assert!(answer.text.contains("/.portcullis/recovery"), "{}", answer.text);
        }
        let code = world.issue("ada").await;
        let right = browser.recovers(&code).await;
        assert_eq!(right.header("location"), "/.portcullis/enrol?next=/berths", "{}", right.text);
        let page = browser.get("/enrol").await;
        browser.confirm(&page).await;
        assert!(browser.passes(Proof::Aal2));
    }
}

#[tokio::test]
async fn a_recovery_code_lets_set_up_and_nothing_else_and_works_once_a177_a178_s1_11_s1_15_s1_18() {
    let world = world(enforced(Unenrolled::RecoveryCode)).await;
    let code = world.issue("ada").await;
    let mut browser = Browser::new(&world);
    let stranger = browser.get("/recovery").await;
    assert_eq!(stranger.header("location"), "/.portcullis/sign-in", "never without the password");
    browser.signs_in("ada").await;
    let wrong = browser.recovers("aaaa-bbbb-cccc-dddd").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let right = browser.recovers(&code.to_uppercase().replace('-', " ")).await;
    assert_eq!(right.header("location"), "/.portcullis/enrol?next=/berths");
    for proof in [Proof::Password, Proof::SecondFactor, Proof::Aal2] {
        assert!(!browser.passes(proof), "{proof:?}");
    }
    for page in ["/account", "/challenge", "/recovery"] {
        assert_ne!(browser.get(page).await.status, StatusCode::OK, "{page}");
    }
    assert_eq!(browser.get("/sign-out").await.status, StatusCode::OK);
    let mut other = Browser::new(&world);
    other.signs_in("ada").await;
    assert_eq!(other.recovers(&code).await.status, StatusCode::UNAUTHORIZED, "it is spent");
    let page = browser.get("/enrol").await;
    browser.confirm(&page).await;
    assert!(browser.passes(Proof::Aal2));
    assert_eq!(world.told(AuditKind::RecoveryCodeUsed).await, 1);
}

#[tokio::test]
async fn whoever_lost_everything_binds_another_factor_with_a_recovery_code_s1_12_s1_27() {
    let world = world(Settings::default()).await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let code = world.issue("ada").await;
    let mut browser = Browser::new(&world);
    browser.signs_in("ada").await;
    let prompt = browser.get("/challenge?method=backup_code").await;
    assert!(prompt.text.contains("/.portcullis/recovery"), "{}", prompt.text);
    assert_eq!(browser.recovers(&code).await.header("location"), "/.portcullis/enrol?next=/berths");
    assert!(!browser.passes(Proof::SecondFactor));
    let page = browser.get("/enrol").await;
    browser.confirm(&page).await;
    assert!(browser.passes(Proof::Aal2));
}

#[tokio::test]
async fn a_recovery_code_ends_after_its_hour_whatever_clocks_say_a174_s1_10() {
    let world = world(enforced(Unenrolled::RecoveryCode)).await;
    let code = world.issue("ada").await;
    let mut browser = Browser::new(&world);
    world.clock.advance(HOUR + Duration::from_secs(1));
    browser.signs_in("ada").await;
    assert_eq!(browser.recovers(&code).await.status, StatusCode::UNAUTHORIZED);
    world.clock.set_wall_back(2 * HOUR);
    assert_eq!(browser.recovers(&code).await.status, StatusCode::UNAUTHORIZED);
    let id = world.account("ada").await.id;
    assert!(world.store.recovery_code(&id).await.unwrap().is_none(), "it is void");
}

#[tokio::test]
async fn a_session_that_is_full_by_configuration_is_still_below_aal2_a178() {
    let mut settings = enforced(Unenrolled::RecoveryCode);
    settings.recovery_opens = RecoveryOpens::Full;
    let world = world(settings).await;
    let code = world.issue("ada").await;
    let mut browser = Browser::new(&world);
    browser.signs_in("ada").await;
    assert_eq!(
        browser.recovers(&code).await.header("location"),
        "/.portcullis/set-up?next=/berths"
    );
    assert!(browser.passes(Proof::SecondFactor));
    assert!(!browser.passes(Proof::Aal2) && !browser.passes_fresh());
    assert_eq!(browser.session().unwrap().record.aal().acr(), "aal1");
    assert_ne!(browser.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_many_that_use_one_recovery_code_one_wins_a175() {
    let world = world(Settings::default()).await;
    let id = world.account("ada").await.id;
    for round in 0..20 {
        world.issue("ada").await;
        let kept = world.store.recovery_code(&id).await.unwrap().unwrap();
        let now = world.clock.now();
        let tries: Vec<_> = (0..50)
            .map(|_| {
                let (store, id, code) = (Arc::clone(&world.store), id.clone(), kept.id.clone());
                let act = world.act(AuditKind::RecoveryCodeUsed);
                tokio::spawn(async move { store.spend_recovery_code(&id, &code, now, act).await })
            })
            .collect();
        let mut winners = 0;
        for one in tries {
            winners += usize::from(one.await.unwrap().unwrap() == Acceptance::Accepted);
        }
        assert_eq!(winners, 1, "round {round}");
    }
    assert_eq!(world.told(AuditKind::RecoveryCodeUsed).await, 20);
}

#[tokio::test]
async fn whatever_changes_an_account_voids_its_recovery_code_a179() {
    let world = world(Settings::default()).await;
    let id = world.account("ada").await.id;
    let first = world.issue("ada").await;
    let second = world.issue("ada").await;
    assert_ne!(first, second);
    assert_eq!(world.told(AuditKind::RecoveryCodeRevoked).await, 1, "a new one voids the old");
    for what in ["role", "password", "reset", "disabled"] {
        world.issue("ada").await;
        let (store, act) = (&world.store, world.act(AuditKind::RoleChanged));
        match what {
            "role" => store.set_role(&id, Role::Admin, act).await,
            "password" => store.set_password(&id, "hash".to_owned().into(), act).await,
            "reset" => store.reset_authenticators(&id, world.clock.now(), act).await,
            _ => store.set_state(&id, AccountState::Disabled, act).await,
        }
        .unwrap();
        assert!(store.recovery_code(&id).await.unwrap().is_none(), "{what}");
    }
    let eve = world.account("eve").await.id;
    world.issue("eve").await;
    Browser::new(&world).enrolled("eve").await;
    assert!(world.store.recovery_code(&eve).await.unwrap().is_none(), "a full sign-in");
}

#[tokio::test]
async fn the_switch_is_felt_by_the_next_request_of_everybody_a189_s0_17_s0_22() {
    let world = world(asking(Mode::Optional, None)).await;
    let mut browser = Browser::new(&world);
    browser.signs_in("ada").await;
    let before = browser.session().unwrap();
    assert!(browser.passes(Proof::SecondFactor));
    let terms = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    let act = world.act(AuditKind::EnforcementChanged);
    world.store.set_switch(Whom::Everybody, terms, act).await.unwrap();
    world.directory.follow_switches().await.unwrap();
    assert!(before.ended.is_cancelled(), "its streams end");
    assert!(browser.session().is_some() && !browser.passes(Proof::SecondFactor));
    assert_eq!(browser.get("/challenge").await.header("location"), "/.portcullis/enrol");
    let page = browser.get("/enrol").await;
    browser.confirm(&page).await;
    assert!(browser.passes(Proof::Aal2) && !browser.session().unwrap().ended.is_cancelled());
}

#[tokio::test]
async fn terms_of_an_account_end_its_sessions_where_they_tighten_s3_10() {
    let world = world(asking(Mode::Optional, None)).await;
    let id = world.account("ada").await.id;
    Browser::new(&world).signs_in("ada").await;
    let terms = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    let act = || world.act(AuditKind::EnforcementChanged);
    assert_eq!(world.store.set_terms(&id, terms, act()).await.unwrap(), Some(1));
    world.directory.drop_all_of(&id);
    let mut browser = Browser::new(&world);
    assert_eq!(browser.signs_in("ada").await, "/.portcullis/enrol?next=/berths");
    assert_eq!(browser.signs_in("eve").await, "/.portcullis/set-up?next=/berths");
    assert_eq!(world.store.set_terms(&id, Terms::default(), act()).await.unwrap(), Some(0));
}

#[tokio::test]
async fn a_kind_that_is_not_allowed_is_neither_offered_nor_taken_a234_a235() {
    let world = world(Settings::default()).await;
    let mut browser = Browser::new(&world);
    browser.enrolled("ada").await;
    let id = world.account("ada").await.id;
    let allowed = [AuthenticatorKind::Passkey.name().to_owned()].into_iter().collect();
    let terms = Terms { allowed: Some(allowed), ..Terms::default() };
    let act = world.act(AuditKind::EnforcementChanged);
    world.store.set_terms(&id, terms, act).await.unwrap();
    world.directory.drop_all_of(&id);
    world.next_step();
    let answer = browser.signs_in("ada").await;
    assert_eq!(answer, "/.portcullis/challenge?next=/berths");
    let page = browser.get("/challenge").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
}
