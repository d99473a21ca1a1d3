//! Finding and counting people.

use super::*;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::enforcement::Demands;
use crate::enforcement::Rulebook;
use crate::enforcement::Settings;
use crate::enforcement::Switch;
use crate::subject::Role;
use crate::subject::terms::Mode;

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + secs)
}

fn row(login: &str, kinds: &[AuthenticatorKind]) -> Row {
    let login = LoginName::parse_any(login).unwrap();
    let account = Account::new(
        SubjectId::from_stored(format!("id-{login}")),
        Profile::named(&login),
        at(0),
        std::time::Duration::ZERO,
    );
    Row::of(account, kinds.iter().copied().collect())
}

fn shared(rows: Vec<Row>) -> Vec<Arc<Row>> {
    rows.into_iter().map(Arc::new).collect()
}

fn book(mode: Mode, grace_until: Option<Timestamp>) -> Rulebook {
    let everybody = Demands { mode: Some(mode), grace_until, ..Demands::default() };
    Rulebook::new(Settings { everybody, ..Settings::default() }, Switch::default())
}

fn with<T>(
    rulebook: &Rulebook,
    sites: &[(&str, Option<&str>)],
    ask: impl Fn(&Yardstick) -> T,
) -> T {
    let own =
        |(site, source): &(&str, Option<&str>)| ((*site).to_owned(), source.map(ToOwned::to_owned));
    let (rulebook, sites) = (rulebook.clone(), sites.iter().map(own).collect());
    ask(&Yardstick { rulebook, sites, now: at(100) })
}

const ONE: &[(&str, Option<&str>)] = &[("main", None)];

#[test]
fn everybody_is_on_one_page_whatever_the_order_s0_25() {
    let mut rows: Vec<Row> = (0..57).map(|n| row(&format!("user-{n:02}"), &[])).collect();
    for (n, row) in (0_u64..).zip(&mut rows) {
        row.created = at(n % 5);
        row.last_sign_in = (n % 3 > 0).then(|| at(n % 7));
        if n % 4 == 0 {
            row.held = [AuthenticatorKind::Totp].into_iter().collect();
        }
    }
    let rows = shared(rows);
    for sort in Sort::ALL {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let query = Query { sort, after: after.clone(), limit: 10, ..Query::default() };
            let found = with(&book(Mode::Enforced, None), ONE, |yardstick| {
                query.find(rows.iter(), yardstick)
            });
            assert_eq!(found.total, 57);
            seen.extend(found.rows.iter().map(|(row, _)| row.profile.login.clone()));
            after = seen.last().cloned();
            if !found.more {
                break;
            }
        }
        let mut names = seen.clone();
        names.sort();
        names.dedup();
        assert_eq!((seen.len(), names.len()), (57, 57), "{sort:?}");
        let first = rows.iter().find(|row| row.profile.login == seen[0]).unwrap();
        match sort {
            Sort::Login => assert_eq!(seen[0].as_str(), "user-00"),
            Sort::Created => assert_eq!(first.created, at(4)),
            Sort::LastSignIn => assert_eq!(first.last_sign_in, Some(at(6))),
            Sort::Standing => assert_eq!(first.held, Held::default(), "who lacks most comes first"),
        }
    }
}

#[test]
fn people_are_found_by_what_they_are_called_and_by_what_they_have() {
    let mut alice = row("alice", &[AuthenticatorKind::Totp]);
    alice.profile.name = "Alice Ångström".to_owned();
    alice.profile.email = Some("A.Angstrom@example.org".to_owned());
    alice.profile.groups = vec!["ops".to_owned()];
    alice.profile.role = Role::Admin;
    let mut bob = row("desk/bob", &[AuthenticatorKind::Email]);
    bob.state = AccountState::Disabled;
    let rows = shared(vec![alice, bob, row("carol", &[])]);
    let find = |query: Query| {
        let query = Query { limit: 10, ..query };
        let rulebook = book(Mode::Optional, None);
        let found = with(&rulebook, ONE, |yardstick| query.find(rows.iter(), yardstick));
        let names = found.rows.iter().map(|(row, _)| row.profile.login.to_string());
        names.collect::<Vec<_>>().join(" ")
    };
    let text = |text: &str| find(Query { text: Some(text.to_owned()), ..Query::default() });
    assert_eq!(text("ALI"), "alice");
    assert_eq!(text("ångs"), "alice");
    assert_eq!(text("angstrom@"), "alice");
    assert_eq!(text("desk/"), "desk/bob");
    assert_eq!(text("o"), "alice carol desk/bob");
    assert_eq!(text("*"), "");
    let none = Query::default;
    assert_eq!(find(Query { role: Some(Role::Admin), ..none() }), "alice");
    assert_eq!(find(Query { state: Some(AccountState::Disabled), ..none() }), "desk/bob");
    assert_eq!(find(Query { method: Some(AuthenticatorKind::Email), ..none() }), "desk/bob");
    assert_eq!(find(Query { group: Some("ops".to_owned()), ..none() }), "alice");
    assert_eq!(find(Query { group: Some("op".to_owned()), ..none() }), "");
    assert_eq!(find(Query { standing: Some(Standing::Free), ..none() }), "carol");
    let both = Query { role: Some(Role::Admin), method: Some(AuthenticatorKind::Email), ..none() };
    assert_eq!(find(both), "");
}

/// S0.25: what the gate takes for a second factor is one here, and nothing else.
#[test]
fn people_are_counted_as_the_gate_counts_them_s0_25() {
    use AuthenticatorKind::BackupCode;
    use AuthenticatorKind::Email;
    use AuthenticatorKind::Totp;
    let mut off = row("off", &[Totp]);
    off.state = AccountState::Disabled;
    let mut grouped = row("grouped", &[Email]);
    grouped.profile.groups = vec!["ops".to_owned()];
    let rows = shared(vec![
        row("app", &[Totp, Email]),
        grouped,
        row("codes", &[BackupCode]),
        row("none", &[]),
        row("desk/none", &[]),
        off,
    ]);
    let sites: &[(&str, Option<&str>)] = &[("main", None), ("desk", Some("desk"))];
    let census =
        |rulebook: &Rulebook| with(rulebook, sites, |yardstick| Census::of(rows.iter(), yardstick));
    let enforced = census(&book(Mode::Enforced, None));
    let all = enforced.all;
    assert_eq!((all.all, all.enrolled, all.overdue, enforced.disabled), (5, 2, 3, 1));
    assert_eq!((all.coverage(), enforced.sent_only), (40, 1));
    assert_eq!(
        enforced.sites[0].1,
        Counts { all: 4, enrolled: 2, overdue: 2, ..Counts::default() }
    );
    assert_eq!(enforced.sites[1].1, Counts { all: 1, overdue: 1, ..Counts::default() });
    assert_eq!(enforced.groups["ops"].coverage(), 100);
    let of = |kind| enforced.kinds.iter().find(|(one, _)| *one == kind).unwrap().1;
    assert_eq!((of(Totp), of(Email)), (1, 2));
    let graced = census(&book(Mode::Enforced, Some(at(200))));
    assert_eq!((graced.all.pending, graced.all.overdue), (3, 0));
    let late = census(&book(Mode::Enforced, Some(at(100))));
    assert_eq!(late.all.overdue, 3);
    assert_eq!(census(&book(Mode::Optional, None)).all.free, 3);
    // Whoever has fewer than are asked for has not enough, as at the gate.
    let mut two = (*book(Mode::Enforced, None).settings).clone();
    two.everybody.minimum = Some(2);
    let two = census(&Rulebook::new(two, Switch::default()));
    assert_eq!((two.all.enrolled, two.all.overdue), (1, 4));
    // A kind that is switched off counts for nobody.
    let mut settings = (*book(Mode::Enforced, None).settings).clone();
    settings.enabled = KindSet::ALL.without(Email);
    assert_eq!(census(&Rulebook::new(settings, Switch::default())).all.enrolled, 1);
}

#[test]
fn nobody_reads_that_all_have_one_while_somebody_has_none() {
    let counts = Counts { all: 100_000, enrolled: 99_999, overdue: 1, ..Counts::default() };
    assert_eq!(counts.coverage(), 99);
    assert_eq!(Counts::default().coverage(), 0);
}
