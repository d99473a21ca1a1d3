//! What would change, gathered in groups. However long the log, there are only so many of them.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;

use crate::clock::Timestamp;

/// How many groups are kept apart.
const MOST_GROUPS: usize = 4096;

/// How many people, and how many clients, are named in one group, and how many accounts that are gone.
const MOST_NAMES: usize = 64;

/// How many segments of a path are told.
const MOST_SEGMENTS: usize = 6;

/// Requests that are alike, and would be decided otherwise alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(super) struct Kind {
    /// As logged: `forward`, `challenge`, `portal` or `refuse: ` and why.
    pub(super) from: String,
    /// As it would be; a challenge says what for.
    pub(super) to: String,
    pub(super) site: String,
    /// The route that would decide.
    pub(super) route: String,
    pub(super) method: String,
    /// The path; `*` for what looks like an id.
    pub(super) path: String,
}

/// A group of them.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    #[serde(flatten)]
    pub(super) kind: Kind,
    pub(super) count: u64,
    #[serde(serialize_with = "rfc_3339")]
    pub(super) first: Timestamp,
    #[serde(serialize_with = "rfc_3339")]
    pub(super) last: Timestamp,
    /// Login names, with how often.
    pub(super) users: BTreeMap<String, u64>,
    /// Of requests without a session: the machine, the named network or the address, with how often.
    pub(super) clients: BTreeMap<String, u64>,
    /// Requests of people and clients that are not named here any more.
    pub(super) others: u64,
    /// What the first client without a session called itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user_agent: Option<String>,
}

/// Who a request came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    User(String),
    Client(String),
}

/// Everything that was found.
#[derive(Debug, Default, Serialize)]
pub(super) struct Changes {
    /// Lines that were read.
    pub(super) lines: u64,
    /// Lines that are no line of an access log.
    pub(super) bad: u64,
    /// Requests that rules alone did not decide, or of which the log does not say enough.
    pub(super) not_comparable: u64,
    /// Requests of accounts that are gone.
    pub(super) of_gone_accounts: u64,
    /// The ids of the first of these accounts.
    pub(super) gone_accounts: BTreeMap<String, u64>,
    /// Requests that would be decided as they were.
    pub(super) same: u64,
    /// Requests that would not.
    pub(super) changed: u64,
    /// Of these, those for which there were too many groups.
    pub(super) ungrouped: u64,
    #[serde(skip)]
    groups: HashMap<Kind, Group>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn rfc_3339<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

impl Changes {
    /// Notes a request of an account that is gone.
    pub(super) fn gone(&mut self, subject: String) {
        self.of_gone_accounts = self.of_gone_accounts.saturating_add(1);
        count(&mut self.gone_accounts, subject);
    }

    /// Notes a request that would be decided otherwise.
    pub(super) fn add(&mut self, kind: Kind, who: Who, (at, agent): (Timestamp, Option<&str>)) {
        self.changed = self.changed.saturating_add(1);
        let room = self.groups.len() < MOST_GROUPS;
        let group = match self.groups.entry(kind) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) if room => {
                let kind = entry.key().clone();
                entry.insert(Group {
                    kind,
                    count: 0,
                    first: at,
                    last: at,
                    users: BTreeMap::new(),
                    clients: BTreeMap::new(),
                    others: 0,
                    user_agent: None,
                })
            }
            Entry::Vacant(_) => {
                self.ungrouped = self.ungrouped.saturating_add(1);
                return;
            }
        };
        group.count = group.count.saturating_add(1);
        // Lines stand in the order of answers, and files may be read in any.
        group.first = group.first.min(at);
        group.last = group.last.max(at);
        let is_named = match who {
            Who::User(name) => count(&mut group.users, name),
            Who::Client(name) => {
                if group.user_agent.is_none() {
                    group.user_agent = agent.map(str::to_owned);
                }
                count(&mut group.clients, name)
            }
        };
        if !is_named {
            group.others = group.others.saturating_add(1);
        }
    }

    /// The groups, the most frequent first.
    pub(super) fn groups(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.values().collect();
        groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.kind.cmp(&b.kind)));
        groups
    }
}

/// Counts a name; false when there are too many.
fn count(names: &mut BTreeMap<String, u64>, name: String) -> bool {
    let room = names.len() < MOST_NAMES;
    if let Some(known) = names.get_mut(&name) {
        *known = known.saturating_add(1);
        return true;
    }
    if room {
        names.insert(name, 1);
    }
    room
}

/// A path with `*` for each segment that looks like an id.
pub(super) fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    let mut segments = path.split('/').skip(1);
    for segment in segments.by_ref().take(MOST_SEGMENTS) {
        pattern.push('/');
        pattern.push_str(if is_id(segment) { "*" } else { segment });
    }
    if segments.next().is_some() {
        pattern.push_str("/...");
    }
    pattern
}

fn is_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let hex = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    !segment.is_empty()
        && (digits == segment.len()
            || (segment.len() >= 16 && digits > 0 && segment.bytes().all(hex))
            || (segment.len() >= 20 && digits >= 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_id_is_one_place_of_a_pattern() {
        assert_eq!(pattern("/"), "/");
        assert_eq!(pattern("/api/items/123/raw"), "/api/items/*/raw");
        assert_eq!(pattern("/o/6f1d2a9c-2f0e-4d57-9a53-0d5d8c7e1b2a"), "/o/*");
        assert_eq!(pattern("/reports/2024-summary"), "/reports/2024-summary");
        assert_eq!(pattern("/a/b/c/d/e/f/g/h"), "/a/b/c/d/e/f/...");
    }

    #[test]
    fn groups_and_names_are_bounded_and_what_has_no_room_is_counted() {
        let kind = |n: usize| Kind {
            from: "forward".to_owned(),
            to: "challenge: sign_in".to_owned(),
            site: "console".to_owned(),
            route: "default".to_owned(),
            method: "GET".to_owned(),
            path: format!("/p{n}"),
        };
        let mut changes = Changes::default();
        let at = Timestamp::from_secs(7);
        for n in 0..=MOST_GROUPS {
            changes.add(kind(n), Who::Client("a".to_owned()), (at, None));
        }
        assert_eq!((changes.groups().len(), changes.ungrouped), (MOST_GROUPS, 1));
        for n in 0..=MOST_NAMES {
            changes.add(kind(0), Who::User(format!("u{n}")), (at, None));
        }
        let groups = changes.groups();
        assert_eq!((groups[0].users.len(), groups[0].others), (MOST_NAMES, 1));
        assert_eq!(groups[0].count, MOST_NAMES as u64 + 2);
    }
}
