//! The invented port behind the console: its vessels, what people noted, and what they pressed.

use std::collections::VecDeque;

use parking_lot::Mutex;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::demo::person::Person;

/// Notes and acts kept; older ones are forgotten.
const KEPT: usize = 50;
/// Characters of a note or a reason.
const TEXT: usize = 500;

/// A ship and where it stands. The fleet never changes: this is a demonstration.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Vessel {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) flag: &'static str,
    pub(super) kind: &'static str,
    pub(super) berth: &'static str,
    pub(super) state: &'static str,
    /// What comes next, and in how many minutes from the last full hour; 0 when nobody knows.
    #[serde(skip)]
    event: &'static str,
    #[serde(skip)]
    after: u32,
    /// Containers, pallets or vehicles moved, in per cent of what is to be moved.
    pub(super) done: u8,
}

/// A ship at a moment.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Seen {
    #[serde(flatten)]
    pub(super) ship: &'static Vessel,
    /// What comes next and when: `ETD 16:40`.
    pub(super) next: String,
}

impl Vessel {
    /// The state as a style class.
    pub(super) fn class(&self) -> &'static str {
        match self.state {
            "Working" => "good",
            "Delayed" => "bad",
            "At anchor" => "wait",
            _ => "move",
        }
    }

    /// Whether the ship occupies its berth.
    pub(super) fn berthed(&self) -> bool {
        matches!(self.state, "Working" | "Delayed" | "Departing")
    }

    /// The ship as it looks at `at`.
    pub(super) fn seen(&'static self, at: Timestamp) -> Seen {
        let minute = (at.secs() / 3600 * 60).saturating_add(u64::from(self.after)) % (24 * 60);
        let next = if self.after == 0 {
            self.event.to_owned()
        } else {
            format!("{} {:02}:{:02}", self.event, minute / 60, minute % 60)
        };
        Seen { ship: self, next }
    }
}

const fn vessel(
    names: [&'static str; 4],
    place: [&'static str; 2],
    next: (&'static str, u32),
    done: u8,
) -> Vessel {
    let [id, name, flag, kind] = names;
    let [berth, state] = place;
    let (event, after) = next;
    Vessel { id, name, flag, kind, berth, state, event, after, done }
}

/// Berths of the port.
pub(super) const BERTHS: usize = 9;

/// The ships in port and on their way.
#[rustfmt::skip]
pub(super) static FLEET: [Vessel; 9] = [
    vessel(["HC-2041", "Astrid Nordhavn", "DK", "Container"], ["A1", "Working"], ("ETD", 160), 72),
    vessel(["HC-2044", "Meridian Sky", "SG", "Container"], ["A2", "Working"], ("ETD", 435), 38),
    vessel(["HC-2038", "Corrie Lass", "GB", "Ro-ro"], ["B1", "Delayed"], ("ETD", 130), 91),
    vessel(["HC-2047", "Porto Belo", "BR", "Bulk, grain"], ["B2", "Working"], ("ETD", 1110), 14),
    vessel(["HC-2050", "Hai Long 8", "CN", "Container"], ["A3", "At anchor"], ("Berths", 240), 0),
    vessel(["HC-2051", "Saint Malo Express", "FR", "Ferry"], ["C1", "Arriving"], ("ETA", 65), 0),
    vessel(["HC-2052", "Bergen Trader", "NO", "Tanker"], ["D1", "Arriving"], ("ETA", 200), 0),
    vessel(["HC-2036", "Anna Lucia", "PT", "General"], ["B3", "Departing"], ("Pilot", 70), 100),
    vessel(["HC-2053", "Kestrel", "NL", "Dredger"], ["–", "At anchor"], ("No slot yet", 0), 0),
];

/// The ship of that number.
pub(super) fn find(id: &str) -> Option<&'static Vessel> {
    FLEET.iter().find(|vessel| vessel.id == id)
}

/// A button that looks as if it could do harm; it only says what it would have done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    pub(super) warning: &'static str,
    pub(super) would: &'static str,
    pub(super) administrators_only: bool,
}

/// The dangerous buttons.
pub(super) const ACTS: [Act; 3] = [
    Act {
        id: "open-gates",
        label: "Open all lock gates",
        warning: "Overrides the tide interlock. Vessels in the chamber must be moored.",
        would: "would have opened the lock gates 1 to 4 against the tide interlock",
        administrators_only: false,
    },
    Act {
        id: "restart-planner",
        label: "Restart berth planner",
        warning: "Unsaved berth assignments of all operators are lost.",
        would: "would have restarted the berth planner and dropped 3 unsaved assignments",
        administrators_only: false,
    },
    Act {
        id: "purge-journal",
        label: "Purge port journal",
        warning: "Deletes the journal of the last 90 days. This cannot be undone.",
        would: "would have deleted 18 204 entries of the port journal",
        administrators_only: true,
    },
];

/// What somebody wrote about a ship.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Note {
    pub(super) vessel: &'static str,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) text: String,
}

/// What somebody pressed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Done {
    pub(super) act: &'static str,
    pub(super) would: &'static str,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) reason: String,
}

/// What people did since the console started.
#[derive(Debug, Default)]
pub(super) struct Harbour(Mutex<Changes>);

#[derive(Debug, Default)]
struct Changes {
    notes: VecDeque<Note>,
    done: VecDeque<Done>,
    times: [u64; ACTS.len()],
}

impl Harbour {
    /// Adds a note; over-long text is cut.
    pub(super) fn note(&self, vessel: &Vessel, by: &Person, at: Timestamp, text: &str) -> Note {
        let note = Note {
            vessel: vessel.id,
            by: by.login.clone(),
            at: stamp(at),
            text: text.chars().take(TEXT).collect(),
        };
        push(&mut self.0.lock().notes, note.clone());
        note
    }

    /// Notes about one ship, newest first.
    pub(super) fn notes(&self, vessel: &str) -> Vec<Note> {
        let changes = self.0.lock();
        let ours = changes.notes.iter().filter(|note| note.vessel == vessel);
        ours.cloned().collect()
    }

    /// Counts an act and keeps who did it.
    pub(super) fn act(&self, act: &Act, by: &Person, at: Timestamp, reason: &str) {
        let mut changes = self.0.lock();
        let pairs = ACTS.iter().zip(changes.times.iter_mut());
        for (_, times) in pairs.filter(|(known, _)| known.id == act.id) {
            *times += 1;
        }
        let done = Done {
            act: act.label,
            would: act.would,
            by: by.login.clone(),
            at: stamp(at),
            reason: reason.chars().take(TEXT).collect(),
        };
        push(&mut changes.done, done);
    }

    /// How often each act was done, in the order of [`ACTS`].
    pub(super) fn times(&self) -> [u64; ACTS.len()] {
        self.0.lock().times
    }

    /// The acts done, newest first.
    pub(super) fn done(&self) -> Vec<Done> {
        self.0.lock().done.iter().cloned().collect()
    }
}

fn push<T>(list: &mut VecDeque<T>, item: T) {
    list.push_front(item);
    list.truncate(KEPT);
}

/// A moment as people write it: `2012-05-14 09:26:53`, UTC.
pub(super) fn stamp(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..19).unwrap_or(&text).replace('T', " ")
}
