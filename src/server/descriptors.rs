//! The limit on open files: every client takes one descriptor, and often a second one to its console.

use rustix::process::Resource;
use rustix::process::Rlimit;

/// Raises the soft limit to the hard one, and says what it is now.
pub(crate) fn raise() -> u64 {
    let present = rustix::process::getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: present.maximum, maximum: present.maximum };
    let now = match rustix::process::setrlimit(Resource::Nofile, wanted) {
        Ok(()) => present.maximum,
        Err(error) => {
            tracing::warn!(%error, "the limit on open files stays as low as it is");
            present.current
        }
    };
    now.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_becomes_the_hard_one_a095() {
        let limit = raise();
        let now = rustix::process::getrlimit(Resource::Nofile);
        assert_eq!(now.current, now.maximum);
        assert_eq!(now.current.unwrap_or(u64::MAX), limit);
    }
}
