//! Files and directories: who can read and change them, and whether there is room.

use std::fs;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;

use super::finding::Finding;
use crate::audit_sink::Way;
use crate::config::AccessLog;
use crate::config::Configuration;

/// Permissions of others than owner and group, and of both.
const WRITABLE_BY_OTHERS: u32 = 0o002;
const WRITABLE: u32 = 0o022;
const ANY: u32 = 0o077;
/// Who makes a file in such a directory is the only one to remove it.
const STICKY: u32 = 0o1000;

/// Room below which nothing goes well any more, and below which somebody should know.
const NO_ROOM: u64 = 64 << 20;
const LITTLE_ROOM: u64 = 1 << 30;

/// Files in the key directory that are looked at.
const MOST: usize = 1000;

/// Everything that the configuration is made of and works with.
pub(super) fn look(configuration: &Configuration, file: &Path) -> Vec<Finding> {
    let store = &configuration.store;
    let mut found = vec![user(&store.path)];
    found.extend(unchangeable("gateway.yaml", file));
    found.extend(directory("the store", &store.path));
    found.extend(directory("the keys", &store.keys));
    found.extend(private_below(&store.keys));
    if store.run.exists() {
        found.extend(unchangeable("the directory of the control socket", &store.run));
    }
    for certificate in &configuration.certificates {
        found.extend(unchangeable("a certificate", &certificate.file));
        found.extend(unchangeable("the key of a certificate", &certificate.key_file));
    }
    for (watched, _) in &configuration.watched_files {
        found.extend(unchangeable("a file of the configuration", watched));
    }
    if let AccessLog::File(log) = &configuration.log.access {
        found.extend(appended_to("the access log", log));
    }
    for sink in &configuration.audit.sinks {
        if let Way::File(copy) = &sink.way {
            found.extend(appended_to(&format!("the sink {}", sink.name), copy));
        }
    }
    found.extend(room(&store.path));
    if found.iter().all(|it| it.level == super::finding::Level::Ok) {
        found.push(Finding::ok("files", "nobody but their owner and root can change them"));
    }
    found
}

/// As whom this looks.
fn user(store: &Path) -> Finding {
    let own = rustix::process::geteuid().as_raw();
    match fs::metadata(store).map(|it| it.uid()) {
        Ok(owner) if owner != own => Finding::warn(
            "user",
            format!("the store belongs to the user with id {owner}, and this looks as {own}"),
            format!(
                "What that user can read is told when it looks: `sudo -u '#{owner}' portcullis doctor`"
            ),
        ),
        _ => Finding::ok("user", format!("this looks as the user with id {own}")),
    }
}

/// A directory that is nobody else's.
fn directory(what: &str, path: &Path) -> Vec<Finding> {
    let about = format!("{what}, {}", path.display());
    let found = match fs::metadata(path) {
        Ok(found) if found.is_dir() => found,
        Ok(_) => {
            return vec![Finding::fail(
                &about,
                "it is no directory",
                "Move it away, or change `store`",
            )];
        }
        Err(error) => {
            return vec![Finding::fail(
                &about,
                format!("it cannot be looked at: {error}"),
                "On a new machine: `portcullis init`. Otherwise restore it from its backup",
            )];
        }
    };
    let mut all = unchangeable(what, path);
    if found.mode() & ANY & !WRITABLE != 0 {
        let mode = found.mode() & 0o7777;
        all.push(Finding::warn(
            &about,
            format!("others can look into it (mode {mode:04o})"),
            format!("`chmod go= {}`", path.display()),
        ));
    }
    if let Err(error) = rustix::fs::access(path, rustix::fs::Access::WRITE_OK) {
        all.push(Finding::fail(
            &about,
            format!("this user cannot write there: {error}"),
            "Look at its owner, and at how its disk is mounted",
        ));
    }
    all
}

/// Nobody but the owner and root can put something else in its place. Nothing is said of what is not there: `check` does.
fn unchangeable(what: &str, path: &Path) -> Vec<Finding> {
    let mut all = Vec::new();
    let Ok(path) = path.canonicalize() else { return all };
    let about = format!("{what}, {}", path.display());
    if let Ok(found) = fs::metadata(&path) {
        let mode = found.mode() & 0o7777;
        if mode & WRITABLE != 0 {
            all.push(Finding::fail(
                &about,
                format!("others than its owner can change it (mode {mode:04o})"),
                format!("`chmod go-w {}`", path.display()),
            ));
        }
        all.extend(stranger(&about, &found));
    }
    // Whoever can rename a directory puts another one there.
    let open = path.ancestors().skip(1).find(|above| is_open(above));
    if let Some(open) = open {
        all.push(Finding::fail(
            &about,
            format!("everybody can change what is in {}", open.display()),
            format!("`chmod o-w {}`", open.display()),
        ));
    }
    all
}

fn is_open(directory: &Path) -> bool {
    let mode = fs::metadata(directory).map_or(0, |it| it.mode());
    mode & WRITABLE_BY_OTHERS != 0 && mode & STICKY == 0
}

/// What belongs to neither root nor whoever looks, can be changed by somebody else.
fn stranger(about: &str, found: &Metadata) -> Option<Finding> {
    let (owner, own) = (found.uid(), rustix::process::geteuid().as_raw());
    let is_known = owner == 0 || owner == own || own == 0;
    (!is_known).then(|| {
        let what = format!("it belongs to the user with id {owner}, who can change it");
        Finding::fail(about, what, "Give it to root, or to the gateway's user")
    })
}

/// Keys are nobody else's to read.
fn private_below(keys: &Path) -> Vec<Finding> {
    let mut waiting = vec![keys.to_owned()];
    let (mut seen, mut all) = (0, Vec::new());
    while let Some(directory) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&directory) else { continue };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            seen += 1;
            if seen > MOST {
                return all;
            }
            let Ok(found) = fs::symlink_metadata(&path) else { continue };
            if found.is_dir() {
                waiting.push(path.clone());
            }
            let mode = found.mode() & 0o7777;
            if !found.is_symlink() && mode & ANY != 0 {
                all.push(Finding::fail(
                    &format!("a key, {}", path.display()),
                    format!("others can read or change it (mode {mode:04o})"),
                    format!(
                        "`chmod go= {}`, and consider `portcullis keys rotate --now`",
                        path.display()
                    ),
                ));
            }
        }
    }
    all
}

/// A file that lines are put at the end of, there or to be made.
fn appended_to(what: &str, path: &Path) -> Vec<Finding> {
    let about = format!("{what}, {}", path.display());
    let place: PathBuf = match path.parent() {
        _ if path.exists() => path.to_owned(),
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    match rustix::fs::access(&place, rustix::fs::Access::WRITE_OK) {
        Ok(()) => unchangeable(what, path),
        Err(error) => vec![Finding::fail(
            &about,
            format!("this user cannot write {}: {error}", place.display()),
            "Look at its owner, and whether the directory is there",
        )],
    }
}

/// Whether the store can grow.
fn room(store: &Path) -> Option<Finding> {
    let disk = rustix::fs::statvfs(store).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let about = "room";
    let what = format!("{} MiB are free where the store is", free >> 20);
    let remedy = "Make room: when none is left, nobody can sign in";
    Some(if free < NO_ROOM {
        Finding::fail(about, what, remedy)
    } else if free < LITTLE_ROOM {
        Finding::warn(about, what, remedy)
    } else {
        Finding::ok(about, what)
    })
}
