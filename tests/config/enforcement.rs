//! Who must have a second factor, as the file says it, and what it is warned of.

use std::time::Duration;

use portcullis::authenticator::AuthenticatorKind;
use portcullis::authenticator::KindSet;
use portcullis::clock::Timestamp;
use portcullis::enforcement::RecoveryOpens;
use portcullis::subject::terms::Mode;
use portcullis::subject::terms::Unenrolled;

use crate::accepted::load;
use crate::world::World;

#[test]
fn the_written_enforcement_arrives() {
    let world = World::new();
    let configuration = load(&world, include_str!("valid/everything.yaml"));
    let enforcement = &configuration.enforcement;
    let everybody = &enforcement.everybody;
    assert_eq!(everybody.mode, Some(Mode::Enforced));
    assert_eq!(everybody.grace_until, Some(Timestamp::from_secs(4_102_444_800)));
    assert_eq!(everybody.unenrolled, Some(Unenrolled::Deny));
    assert_eq!(everybody.minimum, Some(2));
    let allowed = everybody.allowed.unwrap();
    assert!(allowed.contains(AuthenticatorKind::Totp) && !allowed.contains(AuthenticatorKind::Sms));
    assert_eq!(enforcement.dormant_after, Duration::from_hours(60 * 24));
    assert_eq!(enforcement.remind_before, Duration::from_hours(7 * 24));
    assert_eq!(enforcement.recovery_lifetime, Duration::from_mins(30));
    assert_eq!(enforcement.recovery_opens, RecoveryOpens::Full);
    let [rule] = &enforcement.rules[..] else { panic!("one rule") };
    assert_eq!(rule.demands.mode, Some(Mode::Enforced), "a date asks for a second factor");
    assert_eq!(
        rule.demands.allowed,
        Some(KindSet::PHISHING_RESISTANT.with(AuthenticatorKind::RecoveryCode))
    );
    assert_eq!(rule.scope.groups.as_deref(), Some(&["agents".to_owned()][..]));
    assert!(rule.scope.sites.is_some() && rule.scope.users.is_some());
    assert!(rule.scope.networks.is_some());
}

#[test]
fn enforcement_that_contradicts_itself_is_warned_of() {
    let world = World::new();
    let text = "\
listen: { http: 127.0.0.1:8080 }
sites:
  - { name: console, hosts: [console.example.com], upstream: http://127.0.0.1:3000 }
authenticators: { allowed: [sms] }
enforcement:
  mode: enforced
  grace_until: 2001-01-31
  rules:
    - { groups: [agents], mode: optional }
";
    let warnings = load(&world, text).warnings.join("\n");
    for said in [
        "authenticators.allowed: none of these can be used here",
        "enforcement.grace_until: this date is over",
        "enforcement.rules[0]: everybody is asked for as much already",
    ] {
        assert!(warnings.contains(said), "{said}: {warnings}");
    }
    let text = text.replace("mode: enforced\n", "mode: optional\n");
    let warnings = load(&world, &text).warnings.join("\n");
    assert!(warnings.contains("grace_until: this date means nothing"), "{warnings}");
}
