//! When a database's file is read, and what is kept meanwhile.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::file::Eagerness;
use super::file::Watched;
use super::*;
use crate::geo::mmdb::Mmdb;
use crate::geo::mmdb::Record;
use crate::metrics::geography::OnDisk;

const NOW: u64 = 1_800_000_000;
const DAY: u64 = 86_400;

/// A database file that is looked at.
struct World {
    directory: TempDir,
    settings: Settings,
    shelf: Shelf,
    file: Watched,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let settings = Settings {
            database: Some(directory.path().join("City.mmdb")),
            max_age: Duration::from_secs(90 * DAY),
            ..Settings::default()
        };
        let (shelf, file) = (Shelf::default(), Watched::new(Kind::Places));
        Self { directory, settings, shelf, file, now: Timestamp::from_secs(NOW) }
    }

    fn path(&self) -> &Path {
        self.settings.database.as_deref().unwrap()
    }

    fn look(&mut self, eagerness: Eagerness) -> Option<News> {
        self.file.look(&self.settings, eagerness, &self.shelf, self.now)
    }

    /// Two looks, as they are needed for something new.
    fn settle(&mut self) -> Option<News> {
        assert_eq!(self.look(Eagerness::Settled), None, "it may be changing still");
        self.look(Eagerness::Settled)
    }

    fn state(&self) -> DatabaseState {
        self.file.state(&self.settings, &self.shelf, self.now).unwrap()
    }

    fn built(&self) -> Option<u64> {
        self.shelf.get(Kind::Places).map(|database| database.built().secs())
    }
}

fn city(built: u64) -> Mmdb {
    Mmdb::city().built(built).put("81.2.69.0/24", Record::country("DE"))
}

fn is_loaded(news: Option<&News>) -> bool {
    matches!(news, Some(News::Loaded { .. }))
}

#[test]
fn a_new_file_is_taken_up_when_it_has_come_to_rest_a112() {
    let mut world = World::new();
    city(NOW - 9).write(world.path());
    assert!(is_loaded(world.look(Eagerness::Now).as_ref()));
    assert_eq!(world.look(Eagerness::Settled), None);
    city(NOW - 8).write(world.path());
    assert!(is_loaded(world.settle().as_ref()));
    assert_eq!(world.built(), Some(NOW - 8));
    // One that changes at every look is left alone.
    for built in 1..4 {
        city(NOW - built).write(world.path());
        assert_eq!(world.look(Eagerness::Settled), None);
        assert_eq!(world.built(), Some(NOW - 8));
        assert_eq!(world.state().file, OnDisk::Another);
    }
    assert!(is_loaded(world.look(Eagerness::Settled).as_ref()));
    assert_eq!((world.built(), world.state().file), (Some(NOW - 3), OnDisk::InUse));
}

#[test]
fn whatever_happens_to_the_file_the_good_database_stays_and_it_is_said_once_a112() {
    let mut world = World::new();
    city(NOW - 9).write(world.path());
    assert!(is_loaded(world.look(Eagerness::Now).as_ref()));
    let whole = city(NOW - 8).bytes();
    let damages: [&dyn Fn(&Path); 5] = [
        &|path| fs::write(path, &whole[..whole.len() / 2]).unwrap(),
        &|path| fs::write(path, b"").unwrap(),
        &|path| fs::remove_file(path).unwrap(),
        &|path| fs::create_dir(path).unwrap(),
        &|path| {
            fs::remove_dir(path).unwrap();
            Mmdb::asn().put("81.2.69.0/24", Record::asn(1)).write(path);
        },
    ];
    for damage in damages {
        damage(world.path());
        let news = world.settle();
        assert!(matches!(news, Some(News::Refused { another: true, .. })), "{news:?}");
        assert_eq!(world.built(), Some(NOW - 9));
        let state = world.state();
        assert_eq!((state.decides, state.file), (true, OnDisk::Another));
        assert_eq!(world.look(Eagerness::Settled), None, "said again");
    }
    city(NOW - 7).write(world.path());
    assert!(is_loaded(world.settle().as_ref()));
    assert_eq!(world.built(), Some(NOW - 7));
}

#[test]
fn a_database_gets_too_old_while_it_is_in_use_and_everybody_is_judged_again_a111() {
    let mut world = World::new();
    city(NOW - 89 * DAY).write(world.path());
    assert!(is_loaded(world.look(Eagerness::Now).as_ref()));
    let generation = world.shelf.generation();
    world.now = Timestamp::from_secs(NOW + 2 * DAY);
    for eagerness in [Eagerness::Never, Eagerness::Settled] {
        let news = world.look(eagerness);
        let is_first = eagerness == Eagerness::Never;
        assert_eq!(news == Some(News::Expired { kind: Kind::Places }), is_first, "{news:?}");
    }
    assert_ne!(world.shelf.generation(), generation);
    let state = world.state();
    assert!(!state.decides);
    assert_eq!(state.age, Some(Duration::from_secs(91 * DAY)));
    // A file that is too old as well changes nothing; a new one does.
    city(NOW - 100 * DAY).write(world.path());
    let news = world.settle();
    assert!(matches!(news, Some(News::Refused { another: false, .. })), "{news:?}");
    city(NOW).write(world.path());
    assert!(is_loaded(world.settle().as_ref()));
    assert!(world.state().decides);
}

#[test]
fn another_path_is_read_at_once_and_no_path_leaves_no_database_a112() {
    let mut world = World::new();
    city(NOW - 9).write(world.path());
    assert!(is_loaded(world.look(Eagerness::Now).as_ref()));
    assert_eq!(world.look(Eagerness::Now), None, "the same once more");
    // The new name leads nowhere: the data that are there are better than none.
    world.settings.database = Some(world.directory.path().join("Other.mmdb"));
    let news = world.look(Eagerness::Now);
    assert!(matches!(news, Some(News::Refused { another: true, .. })), "{news:?}");
    city(NOW - 5).write(world.path());
    assert!(is_loaded(world.look(Eagerness::Now).as_ref()));
    world.settings.database = None;
    assert_eq!(world.look(Eagerness::Now), None);
    assert_eq!(world.built(), None);
    assert_eq!(world.file.state(&world.settings, &world.shelf, world.now), None);
}
