//! What plain headers say, and what they do not.

use super::*;

fn plain() -> PlainHeaders {
    let name = |name| Some(HeaderName::from_static(name));
    PlainHeaders {
        user: HeaderName::from_static("x-sso-user"),
        name: name("x-sso-name"),
        email: name("x-sso-email"),
        groups: name("x-sso-groups"),
    }
}

fn read(fields: &[(&'static str, &str)]) -> Result<Option<Statement>, Unclear> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    plain().read("corp", &headers)
}

#[test]
fn one_line_with_one_name_says_who_it_is_and_anything_else_nobody() {
    let alice = read(&[("x-sso-user", "Alice")]).unwrap().unwrap();
    assert_eq!(alice.login.as_str(), "corp/alice");
    assert_eq!(read(&[]), Ok(None));
    assert_eq!(read(&[("x_sso_user", "root")]), Ok(None), "another spelling is another header");
    for two in [["alice", "alice"], ["alice", "root"], ["alice", ""]] {
        let lines = [("x-sso-user", two[0]), ("x-sso-user", two[1])];
        assert_eq!(read(&lines), Err(Unclear), "{two:?}");
    }
    for unclear in [
        "",
        " ",
        "alice,root",
        "alice root",
        "alice;x",
        "corp/alice",
        "аlice",
        "a\tb",
        " alice",
        "alice ",
        "ａｌｉｃｅ",
    ] {
        assert_eq!(read(&[("x-sso-user", unclear)]), Err(Unclear), "{unclear:?}");
    }
}

#[test]
fn what_is_said_besides_is_bounded_and_what_is_missing_is_nothing() {
    let said = |fields: &[(&'static str, &str)]| {
        let all: Vec<_> =
            [("x-sso-user", "alice")].into_iter().chain(fields.iter().copied()).collect();
        read(&all).map(|it| it.unwrap().profile)
    };
    let full = said(&[
        ("x-sso-name", "Alice Élan"),
        ("x-sso-email", "alice@example.com"),
        ("x-sso-groups", "ops, night,ops,"),
    ]);
    let full = full.unwrap();
    assert_eq!(full.name.as_deref(), Some("Alice Élan"));
    assert_eq!(full.email.as_deref(), Some("alice@example.com"));
    assert_eq!(full.groups.unwrap(), ["ops", "night"]);
    let nothing = said(&[]).unwrap();
    assert_eq!(nothing.groups, Some(Vec::new()), "nobody is left in a group by silence");
    for email in ["alice", "@x", "a b@c", "a@", "ä@example.com"] {
        assert_eq!(said(&[("x-sso-email", email)]).unwrap().email.as_deref(), Some(""), "{email}");
    }
    assert_eq!(said(&[("x-sso-groups", "ops"), ("x-sso-groups", "admins")]), Err(Unclear));
    let many: Vec<String> = (0..=MOST_GROUPS).map(|n| format!("g{n}")).collect();
    assert_eq!(said(&[("x-sso-groups", &many.join(","))]), Err(Unclear));
}

#[test]
fn only_what_is_new_is_another_profile() {
    let mut known = Profile::named(&LoginName::of_source("corp", "alice").unwrap());
    let groups = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let said = Said {
        name: Some("Alice".to_owned()),
        email: Some("a@x".to_owned()),
        groups: groups(&["ops", "night"]),
    };
    assert!(Said::default().agrees_with(&known), "nothing is said");
    assert!(!said.agrees_with(&known));
    known = said.about(&known);
    assert_eq!((known.name.as_str(), known.email.as_deref()), ("Alice", Some("a@x")));
    let turned = Said { groups: groups(&["night", "ops"]), ..said.clone() };
    let nameless = Said { name: Some(String::new()), ..said.clone() };
    for same in [&said, &turned, &nameless, &Said::default()] {
        assert!(same.agrees_with(&known), "{same:?}");
        assert_eq!(same.about(&known), known);
    }
    for other in [
        Said { name: Some("Alice E".to_owned()), ..said.clone() },
        Said { email: Some(String::new()), ..said.clone() },
        Said { groups: groups(&[]), ..said.clone() },
        Said { groups: groups(&["ops", "day"]), ..said.clone() },
        Said { groups: groups(&["ops"]), ..said.clone() },
    ] {
        assert!(!other.agrees_with(&known), "{other:?}");
        assert!(other.agrees_with(&other.about(&known)));
    }
}
