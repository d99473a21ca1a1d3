//! Why a store is not opened or made: what was found, why that refuses, what to do next.

use std::path::PathBuf;

/// Why a store is not opened or made. Each says what to do; none is ever answered with a new store.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing was ever made here.
    #[error(
        "there is no store at {dir} and no head file at {head}. Make one with `portcullis init`."
    )]
    Nothing {
        /// The store's directory.
        dir: PathBuf,
        /// The head file.
        head: PathBuf,
    },
    /// The head file knows of a store that is not there.
    #[error(
        "the head file {head} belongs to a store, but there is none at {dir}. With an empty store everybody could \
         enrol anew, so none is made. Check that the volume is mounted and `store` points to it, or {restore}",
        restore = RESTORE
    )]
    StoreMissing {
        /// The store's directory.
        dir: PathBuf,
        /// The head file.
        head: PathBuf,
    },
    /// A store without its head file cannot be told from an old copy.
    #[error(
        "there is a store at {dir}, but its head file {head} is missing. Without it an old copy of the store \
         cannot be told from the present one. Put the head file back, or {restore}",
        restore = RESTORE
    )]
    HeadMissing {
        /// The store's directory.
        dir: PathBuf,
        /// The head file.
        head: PathBuf,
    },
    /// Neither slot of the head file is whole.
    #[error(
        "the head file {head} is damaged. Without it an old copy of the store cannot be told from the present one. {restore}",
        restore = RESTORE_CAPITAL
    )]
    HeadDamaged {
        /// The head file.
        head: PathBuf,
    },
    /// The data key is not the one the store was made with.
    #[error(
        "the data key is not the one the store at {dir} was made with (key {found}, needed {needed}). Put the \
         right key back; without it nothing in the store can be read. {restore}",
        restore = RESTORE_CAPITAL
    )]
    WrongKey {
        /// The store's directory.
        dir: PathBuf,
        /// Fingerprint of the key given.
        found: String,
        /// Fingerprint of the key the store was made with.
        needed: String,
    },
    /// The store is open elsewhere.
    #[error(
        "the store at {dir} is open in another process. One process uses it at a time: stop the gateway that \
         runs, or speak to it through its control socket."
    )]
    Locked {
        /// The store's directory.
        dir: PathBuf,
    },
    /// sled cannot read its own files.
    #[error("the store at {dir} is damaged and cannot be read ({cause}). {restore}",
        restore = RESTORE_CAPITAL
    )]
    Unreadable {
        /// The store's directory.
        dir: PathBuf,
        /// What sled said.
        cause: String,
    },
    /// The store opens, but its own account of itself is missing: it was cut or replaced.
    #[error(
        "the store at {dir} opens, but is empty where {commits} commits were written: it was cut or replaced. {restore}",
        restore = RESTORE_CAPITAL
    )]
    Emptied {
        /// The store's directory.
        dir: PathBuf,
        /// How many commits the head file knows of.
        commits: u64,
    },
    /// The record that describes the store does not open under its key.
    #[error(
        "the store at {dir} does not open with its data key: it is damaged, or belongs to another \
         installation. {restore}",
        restore = RESTORE_CAPITAL
    )]
    MetaSealed {
        /// The store's directory.
        dir: PathBuf,
    },
    /// The store was written by a later version.
    #[error(
        "the store at {dir} has form {found}, and this program reads form {known}. Run the version of \
         portcullis that wrote it, or a later one."
    )]
    Newer {
        /// The store's directory.
        dir: PathBuf,
        /// The form found.
        found: u32,
        /// The form this program reads.
        known: u32,
    },
    /// Another store lies where this one was.
    #[error(
        "the store at {dir} is another one ({found}) than the head file {head} belongs to ({needed}). Put the \
         right store or the right head file back, or {restore}",
        restore = RESTORE
    )]
    OtherStore {
        /// The store's directory.
        dir: PathBuf,
        /// The head file.
        head: PathBuf,
        /// The store found.
        found: String,
        /// The store the head file belongs to.
        needed: String,
    },
    /// The store has come less far than it had.
    #[error(
        "the store at {dir} ends at commit {found}, but commit {needed} was acknowledged: it was cut, or replaced by \
         an older copy. Codes that were spent could work again, so it is refused. {restore}",
        restore = RESTORE_CAPITAL
    )]
    RolledBack {
        /// The store's directory.
        dir: PathBuf,
        /// Its last commit.
        found: u64,
        /// The last commit that was acknowledged.
        needed: u64,
    },
    /// The store went on from an older copy of itself.
    #[error(
        "the audit log in the store at {dir} does not continue the one the head file knows at record {record}: \
         the store went on from an older copy of itself. {restore}",
        restore = RESTORE_CAPITAL
    )]
    OtherHistory {
        /// The store's directory.
        dir: PathBuf,
        /// The audit record that differs.
        record: u64,
    },
    /// Records are missing, added or old.
    #[error("the store at {dir} has lost or changed records ({difference}). {restore}",
        restore = RESTORE_CAPITAL
    )]
    Lost {
        /// The store's directory.
        dir: PathBuf,
        /// Which kind, how many there are, how many there must be.
        difference: String,
    },
    /// There is something already where a store was to be made.
    #[error(
        "{path} exists already, and a store is never made over another. If an earlier `portcullis init` was \
         interrupted before it finished, remove it and run `portcullis init` again."
    )]
    Exists {
        /// What exists.
        path: PathBuf,
    },
    /// The head file would lie inside the store's directory.
    #[error(
        "the head file {head} must lie outside the store's directory {dir}, or it is lost with it. Configure another key directory."
    )]
    HeadInside {
        /// The store's directory.
        dir: PathBuf,
        /// The head file.
        head: PathBuf,
    },
    /// The system refused.
    #[error("cannot {doing} at {path}: {cause}")]
    System {
        /// What was being done.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
}

macro_rules! restore {
    ($first:literal) => {
        concat!(
            $first,
            "estore store directory, head file and data key together from a backup. To begin anew instead, move all three \
             away and run `portcullis init`: every account must then be made again."
        )
    };
}

/// The way out, inside a sentence.
const RESTORE: &str = restore!("r");

/// The way out, as a sentence.
const RESTORE_CAPITAL: &str = restore!("R");
