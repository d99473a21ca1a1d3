//! Certificate files that somebody replaces while the gateway runs: ACME clients, Kubernetes, a person.
//!
//! They rename a file over the old one, write one file after the other, or swap a symbolic link. So the
//! files are looked at again and again, through links; what changed is read and judged as at the start,
//! and taken up when certificate and key fit. Until then the old pair serves.

use std::path::PathBuf;

use crate::clock::Timestamp;
use crate::config::Certificate;
use crate::config::Identity;

/// The identities of certificate and key.
type Pair = (Option<Identity>, Option<Identity>);

/// One certificate in use, with its files.
#[derive(Debug)]
struct Watched {
    certificate: Certificate,
    /// The files as they were when they were last read.
    seen: Option<Pair>,
    /// They were read twice in this state, and serve: they need not be read again.
    settled: bool,
    /// What was last complained of; not said again.
    told: Option<String>,
}

impl Watched {
    const fn new(certificate: Certificate) -> Self {
        Self { certificate, seen: None, settled: false, told: None }
    }

    fn look(&mut self, now: Timestamp) -> Option<Finding> {
        let files = &self.certificate;
        let pair = (Identity::of(&files.file), Identity::of(&files.key_file));
        let same = self.seen == Some(pair);
        if same && self.settled {
            return None;
        }
        self.seen = Some(pair);
        match self.certificate.read_again(now) {
            Ok(read) => {
                self.settled = same;
                self.told = None;
                let changed = read.key.cert != self.certificate.key.cert;
                let old = std::mem::replace(&mut self.certificate, read);
                changed.then(|| Finding::Loaded {
                    file: self.certificate.file.display().to_string(),
                    lost: lost(&old, &self.certificate),
                })
            }
            Err(why) => {
                self.settled = false;
                // Seen like this for the first time, somebody may be in the middle of writing.
                let news = same && self.told.as_ref() != Some(&why);
                news.then(|| {
                    self.told = Some(why.clone());
                    Finding::Refused { why }
                })
            }
        }
    }
}

/// Names the old certificate was made out to, and the new one is not.
fn lost(old: &Certificate, new: &Certificate) -> Vec<String> {
    old.names.iter().filter(|name| !new.names.contains(name)).cloned().collect()
}

/// What looking at the files came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// A pair is new, and good.
    Loaded {
        /// The certificate's file.
        file: String,
        /// Host names that it no longer covers.
        lost: Vec<String>,
    },
    /// A pair cannot be used, and the old one stays.
    Refused {
        /// Which file, and why.
        why: String,
    },
}

/// Every certificate of the configuration in force.
#[derive(Debug, Default)]
pub(crate) struct Watch(Vec<Watched>);

impl Watch {
    /// Over these certificates.
    pub(crate) fn over(certificates: &[Certificate]) -> Self {
        Self(certificates.iter().cloned().map(Watched::new).collect())
    }

    /// Looks at every file; what there is to say.
    pub(crate) fn look(&mut self, now: Timestamp) -> Vec<Finding> {
        self.0.iter_mut().filter_map(|watched| watched.look(now)).collect()
    }

    /// The certificates to serve with.
    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        self.0.iter().map(|watched| watched.certificate.clone()).collect()
    }

    /// Whether the files that are there now are the ones served with.
    pub(crate) fn is_current(&self) -> bool {
        self.0.iter().all(|watched| watched.told.is_none())
    }
}

/// Files that are only known to be the same or not: lists of networks, and those that say how to speak to
/// consoles.
#[derive(Debug)]
pub(crate) struct Files {
    files: Vec<(PathBuf, Option<Identity>)>,
    /// Something changed at the last look, and may be changing still.
    moving: bool,
}

impl Files {
    /// These, as they were before they were read.
    pub(crate) const fn over(files: Vec<(PathBuf, Option<Identity>)>) -> Self {
        Self { files, moving: false }
    }

    /// Whether any is another than at the last time this was so, and nothing moved since the last look.
    pub(crate) fn changed(&mut self) -> bool {
        let mut moved = false;
        for (path, seen) in &mut self.files {
            let now = Identity::of(path);
            moved |= *seen != now;
            *seen = now;
        }
        let settled = self.moving && !moved;
        self.moving = moved;
        settled
    }
}
