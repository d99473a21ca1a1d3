//! What user names look like: addresses are proposed, for the gateway refuses them otherwise.

use super::RIGHT;
use super::WRONG;
use super::learned;
use super::named;
use super::says;
use super::shape;
use super::sure_of;
use super::works;
use crate::cli::learn::finding::Sure;
use crate::cli::learn::login::Name;
use crate::cli::learn::proposal::Proposal;

/// A console at which these two are typed, the right one last.
fn typed(name: &Name, wrong: &str, right: &str) -> Proposal {
    let page = "<form><input name=user><input type=password name=pw></form>";
    let (no, yes) = (format!("user={wrong}&pw={WRONG}"), format!("user={right}&pw={RIGHT}"));
    let shapes = [
        shape(("GET", "/login", "", ""), (200, "", page)),
        shape(("POST", "/login", "", &no), (200, "", page)),
        shape(("POST", "/login", "", &yes), (302, "Location: /home", "")),
    ];
    learned("http://console", name, &shapes).unwrap()
}

#[test]
fn where_people_sign_in_with_an_address_it_is_proposed_and_explained() {
    for (name, sent) in [
        (named("a@corp.example"), "a%40corp.example"),
        (Name::Unsaid, "A@corp.example"),
        (Name::Unsaid, "a%EF%BC%A0corp.example"),
    ] {
        let proposal = typed(&name, sent, sent);
        works(&proposal);
        let yaml = proposal.yaml();
        let (before, _) = yaml.split_once("\n        names: [\"*@*\"]\n").expect(&yaml);
        let comment = before.lines().next_back().unwrap();
        assert!(comment.starts_with("        # UNSURE: people sign in with an address"), "{yaml}");
    }
    let plain = typed(&named("alice"), "alice", "alice");
    works(&plain);
    assert!(sure_of(&plain, "names").is_empty() && !plain.yaml().contains("names:"));
}

#[test]
fn a_name_that_the_gateway_would_refuse_is_found_by_the_trial() {
    let proposal = typed(&Name::Unsaid, "alice", "a%40corp.example");
    assert_eq!(sure_of(&proposal, "names"), [Sure::Unsure, Sure::Unusable]);
    assert!(!proposal.is_usable() && says(&proposal, "would refuse the name"));
}
