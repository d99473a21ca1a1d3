//! What people are told of acts on their accounts.

use zeroize::Zeroizing;

use super::Message;
use super::letter::Letter;
use super::letter::Letterhead;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::clock::Timestamp;
use crate::store::Notice;
use crate::store::NoticeReader;
use crate::subject::SubjectId;

impl Letterhead {
    /// The message of a notice; none when its address has no canonical form any more.
    #[must_use]
    pub fn notice(&self, notice: &Notice) -> Option<Message> {
        let to = Address::parse(notice.channel, &notice.address).ok()?;
        let language = notice.language;
        let what = language.say(match notice.reader {
            NoticeReader::Holder => what(&notice.event),
            NoticeReader::Owner => what_to_owners(&notice.event),
        });
        Some(match notice.channel {
            Channel::Email => {
                let letter = self.notice_letter(notice, what);
                self.message((&to, &notice.id), language, &letter)
            }
            Channel::Sms => Message {
                to,
                id: notice.id.clone(),
                subject: String::new(),
                text: Zeroizing::new(language.with_all(
                    if is_of_all(notice) { "text-notice-of-all" } else { "text-notice" },
                    &[
                        ("brand", (&self.brand).into()),
                        ("what", what.into()),
                        ("login", (&notice.login).into()),
                    ],
                )),
                html: None,
            },
        })
    }

    /// The letter that reminds of a date; none: the notice tells of an act.
    fn reminder(&self, notice: &Notice, what: &str) -> Option<Letter> {
        let (event, language) = (&notice.event, notice.language);
        let seconds = event.detail.get("until_seconds").and_then(|text| text.parse().ok());
        let date = seconds.filter(|_| event.kind == AuditKind::SetUpReminded)?;
        let date = language.moment(Timestamp::from_secs(date));
        let names = [
            ("login", (&notice.login).into()),
            ("brand", (&self.brand).into()),
            ("date", (&date).into()),
        ];
        let about = language.with_all("notice-reminder-about", &names);
        Some(Letter {
            subject: what.to_owned(),
            mark: None,
            paragraphs: vec![about],
            facts: Vec::new(),
        })
    }

    fn notice_letter(&self, notice: &Notice, what: &str) -> Letter {
        let language = notice.language;
        if let Some(letter) = self.reminder(notice, what) {
            return letter;
        }
        let names = [("login", (&notice.login).into()), ("brand", (&self.brand).into())];
        let about = if is_of_all(notice) { "notice-about-all" } else { "notice-about" };
        let advice = match (notice.reader, notice.event.kind) {
            (NoticeReader::Holder, _) => "notice-not-you",
            (NoticeReader::Owner, AuditKind::RecoveryCodeIssued) => "notice-not-yours",
            (NoticeReader::Owner, _) => "notice-not-known",
        };
        Letter {
            subject: what.to_owned(),
            mark: None,
            paragraphs: vec![language.with_all(about, &names), language.say(advice).to_owned()],
            facts: facts(notice),
        }
    }
}

/// Whether it is about nobody's account.
fn is_of_all(notice: &Notice) -> bool {
    notice.reader == NoticeReader::Owner && notice.event.target.is_none()
}

/// The facts of an act that its owner can judge it by. They are names and addresses, never secrets.
fn facts(notice: &Notice) -> Vec<(String, String)> {
    let (event, language) = (&notice.event, notice.language);
    let mut facts = vec![(language.say("notice-when").to_owned(), language.moment(event.at))];
    let of_another = |id: &SubjectId| event.target.as_ref().is_some_and(|target| target != id);
    let by_another = match &event.actor {
        Actor::Operator { .. } | Actor::Token { .. } => true,
        Actor::Subject { id } => is_of_all(notice) || of_another(id),
        Actor::Gateway | Actor::Unknown => false,
    };
    // Where an administrator was is nothing for the person concerned.
    if let Some(client) = event.client.filter(|_| !by_another) {
        facts.push((language.say("notice-from").to_owned(), client.to_string()));
    }
    for (name, key) in [("place", "notice-place"), ("browser", "notice-browser")] {
        if let Some(fact) = event.detail.get(name) {
            facts.push((language.say(key).to_owned(), fact.clone()));
        }
    }
    if let Some(site) = &event.site {
        facts.push((language.say("notice-site").to_owned(), site.clone()));
    }
    if let Some(method) = event.detail.get("method") {
        let kind = AuthenticatorKind::from_name(method).unwrap_or(AuthenticatorKind::Password);
        let name = language.say(kind.message());
        facts.push((language.say("notice-factor").to_owned(), name.to_owned()));
    }
    let by = if by_another { "notice-by-administrator" } else { "notice-by-account" };
    facts.push((language.say("notice-by").to_owned(), language.say(by).to_owned()));
    if let (NoticeReader::Owner, Some(kind)) = (notice.reader, event.kind.name()) {
        facts.push((language.say("notice-record").to_owned(), kind));
    }
    facts
}

/// The words for an act, to those who watch over what is done.
fn what_to_owners(event: &AuditEvent) -> &'static str {
    match (event.kind, &event.actor) {
        (AuditKind::RecoveryCodeIssued, _) => "notice-recovery-issued-owner",
        (AuditKind::EnforcementChanged, _) if event.detail.contains_key("of_site") => {
            "notice-site-policy-owner"
        }
        (AuditKind::EnforcementChanged, _) if event.is_told_to_owners() => "notice-policy-owner",
        _ => "notice-command-line-owner",
    }
}

/// The words for an act.
fn what(event: &AuditEvent) -> &'static str {
    let known = [
        (AuditKind::AuthenticatorBound, "notice-bound"),
        (AuditKind::AuthenticatorRemoved, "notice-removed"),
        (AuditKind::AuthenticatorDisabled, "notice-disabled"),
        (AuditKind::MfaReset, "notice-reset"),
        (AuditKind::BackupCodesReplaced, "notice-codes"),
        (AuditKind::BackupCodesShown, "notice-codes-shown"),
        (AuditKind::RecoveryCodeIssued, "notice-recovery-issued"),
        (AuditKind::RecoveryCodeUsed, "notice-recovery-used"),
        (AuditKind::AppHandedOver, "notice-handed"),
        (AuditKind::ProofAccepted, "notice-code-used"),
        (AuditKind::ProofRefused, "notice-refused"),
        (AuditKind::PasswordSet, "notice-password"),
        (AuditKind::PasswordLinkIssued, "notice-password-link"),
        (AuditKind::ProfileChanged, "notice-email"),
        (AuditKind::RoleChanged, "notice-role"),
        (AuditKind::SetUpReminded, "notice-reminder"),
        (AuditKind::SessionOpened, "notice-new-place"),
        (AuditKind::SessionRaised, "notice-new-place"),
    ];
    known
        .into_iter()
        .find(|(kind, _)| *kind == event.kind)
        .map_or("notice-changed", |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn every_kind_that_is_told_has_its_words_in_every_language_a204() {
        let id = SubjectId::from_stored("s".to_owned());
        for kind in AuditKind::TOLD {
            let event = AuditEvent::new(Timestamp::from_secs(1), kind, Actor::Gateway).on(&id);
            assert!(event.is_told(), "{kind:?}");
            assert_ne!(what(&event), "notice-changed", "{kind:?}");
            for language in Language::ALL {
                assert!(!language.say(what(&event)).is_empty());
            }
        }
    }

    #[test]
    fn whose_address_is_another_is_told_of_that_and_of_no_other_part_of_a_profile() {
        let id = SubjectId::from_stored("s".to_owned());
        let kind = AuditKind::ProfileChanged;
        let event = AuditEvent::new(Timestamp::from_secs(1), kind, Actor::Gateway).on(&id);
        assert!(!event.clone().with("name", "changed").is_told());
        let event = event.with(AuditEvent::EMAIL, "changed");
        assert!(event.is_told());
        assert_eq!(what(&event), "notice-email");
    }

    #[test]
    fn a_sign_in_is_told_from_a_new_place_alone_with_what_is_known_of_it() {
        let ann = SubjectId::from_stored("ann".to_owned());
        for kind in [AuditKind::SessionOpened, AuditKind::SessionRaised] {
            let actor = Actor::Subject { id: ann.clone() };
            let mut event = AuditEvent::new(Timestamp::from_secs(1), kind, actor);
            event.client = "192.0.2.7".parse().ok();
            assert!(!event.is_told());
            assert!(!event.clone().with(AuditEvent::NEW_PLACE, "untold").is_told());
            let event = event.with(AuditEvent::NEW_PLACE, "told").with("method", "totp");
            let event = event.with("place", "Lyon, FR").with("browser", "Firefox, Linux");
            assert!(event.is_told() && !event.is_told_to_owners());
            let letter = notice(event.clone(), Channel::Email, "ann@example.org");
            assert_eq!(letter.subject, "Somebody signed in from a new place");
            for fact in ["Lyon, FR", "Firefox, Linux", "192.0.2.7"] {
                assert!(letter.text.contains(fact), "{fact}: {:?}", letter.text);
            }
        }
    }

    fn notice(event: AuditEvent, channel: Channel, address: &str) -> Message {
        notice_to(NoticeReader::Holder, event, (channel, address))
    }

    fn notice_to(
        reader: NoticeReader,
        event: AuditEvent,
        (channel, address): (Channel, &str),
    ) -> Message {
        let notice = Notice {
            id: "1".to_owned(),
            event,
            login: "<b>ann".to_owned(),
            reader,
            language: Language::English,
            channel,
            address: address.to_owned(),
            attempts: 0,
            due: Timestamp::default(),
        };
        Letterhead::default().notice(&notice).unwrap()
    }

    #[test]
    fn a_notice_says_what_when_whence_and_by_whom_and_holds_no_link_a204() {
        let at = Timestamp::from_secs(1_795_378_084);
        let ann = SubjectId::from_stored("ann".to_owned());
        let actor = Actor::Subject { id: ann };
        let mut event = AuditEvent::new(at, AuditKind::MfaReset, actor);
        event.client = "192.0.2.7".parse().ok();
        for channel in Channel::ALL {
            let address = match channel {
                Channel::Email => "ann@example.org",
                Channel::Sms => "+4915123456742",
            };
            let message = notice(event.clone(), channel, address);
            assert!(message.text.contains("<b>ann"));
            if let Some(html) = &message.html {
                assert!(html.contains("192.0.2.7") && html.contains("20:08 UTC"), "{html:?}");
                assert!(!html.contains("<b>ann") && !html.contains("href"), "{html:?}");
                assert!(!message.text.contains("an administrator"));
            }
        }
    }

    #[test]
    fn owners_are_told_what_was_done_to_all_and_on_the_command_line_and_by_whom_not_where_a273() {
        let at = Timestamp::from_secs(1);
        let bob = SubjectId::from_stored("bob".to_owned());
        let changed = AuditKind::EnforcementChanged;
        let mut policy = AuditEvent::new(at, changed, Actor::Subject { id: bob.clone() });
        policy = policy.with("of", "everybody");
        policy.client = "192.0.2.7".parse().ok();
        let operator = Actor::Operator { uid: 0 };
        let disabled = AuditEvent::new(at, AuditKind::AccountDisabled, operator.clone()).on(&bob);
        let rotated = AuditEvent::new(at, AuditKind::SigningKeyCreated, operator);
        for (event, kind, of_all) in [
            (policy, "enforcement_changed", true),
            (disabled, "account_disabled", false),
            (rotated, "signing_key_created", true),
        ] {
            for (channel, address) in
                [(Channel::Email, "ann@example.org"), (Channel::Sms, "+4915123456742")]
            {
                let event = event.clone();
                let told = notice_to(NoticeReader::Owner, event, (channel, address)).text;
                assert_eq!(!told.contains("<b>ann"), of_all, "{kind}: {told:?}");
                assert!(!told.contains("192.0.2.7"), "{told:?}");
                if channel == Channel::Email {
                    assert!(told.contains(kind) && told.contains("an administrator"), "{told:?}");
                }
            }
        }
    }

    #[test]
    fn whoever_acts_on_anothers_account_is_an_administrator_and_their_address_is_not_told_a273() {
        let id = |id: &str| SubjectId::from_stored(id.to_owned());
        for actor in [Actor::Subject { id: id("bob") }, Actor::Operator { uid: 0 }] {
            let at = Timestamp::from_secs(1);
            let mut event = AuditEvent::new(at, AuditKind::MfaReset, actor).on(&id("ann"));
            event.client = "192.0.2.7".parse().ok();
            let text = notice(event, Channel::Email, "ann@example.org").text;
            assert!(text.contains("an administrator") && !text.contains("192.0.2.7"), "{text:?}");
        }
    }
}
