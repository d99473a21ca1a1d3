//! Where there is no owner, the token by which one is made: in a file in the run directory, which nobody else may enter,
//! for an hour at most. The log names the file, and never the token.

use std::fs;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Running;
use super::ServerError;
use super::control;
use crate::ceremony::Ceremonies;
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::subject::one_time::OneTimeHash;
use crate::subject::one_time::OneTimeToken;

/// The file's name in the run directory.
const FILE: &str = "first-owner-token";

/// How often it is looked after.
const EVERY: Duration = Duration::from_secs(1);

/// A token that was written to its file.
#[derive(Debug)]
pub(crate) struct Offered {
    file: PathBuf,
    token: OneTimeHash,
    expires: Timestamp,
}

/// Writes a new token, where there is no owner. A file from before is void, and goes in any case.
///
/// # Errors
/// When the file cannot be written, or the store does not answer.
pub(crate) async fn offer(
    run: &Path,
    ceremonies: &Ceremonies,
    entropy: &dyn Entropy,
) -> Result<Option<Offered>, ServerError> {
    control::make_run_dir(run)?;
    let file = run.join(FILE);
    let failed = ServerError::setup("the first owner's token");
    remove(&file).map_err(&failed)?;
    let token = OneTimeToken::generate(entropy)?;
    // Nobody knows a token that is not in its file.
    let offered = ceremonies.offer_first_owner(&token).await;
    let Some(expires) = offered.map_err(|error| failed(io::Error::other(error)))? else {
        return Ok(None);
    };
    write(&file, token.expose()).map_err(&failed)?;
    tracing::warn!(
        file = %file.display(), until = %expires,
        "there is no owner: the page first-owner makes one with the token in this file, as `portcullis user add --role \
         owner` does without"
    );
    Ok(Some(Offered { file, token: token.hash(), expires }))
}

/// Until there is an owner, or the token's time is over, or `shutdown`: then the file goes.
pub(crate) async fn keep_watching(running: Arc<Running>, shutdown: CancellationToken) {
    let Some(offered) = &running.first_owner else { return };
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            _ = tick.tick() => {
                if is_over(&running, offered).await {
                    break;
                }
            }
        }
    }
    if let Err(error) = offered.withdraw() {
        tracing::error!(%error, file = %offered.file.display(), "the file of a void token stays");
    }
}

async fn is_over(running: &Running, offered: &Offered) -> bool {
    if running.clock.now() >= offered.expires {
        tracing::warn!("the first owner's token is over; a new start writes another");
        return true;
    }
    // A store that does not answer says nothing.
    !running.pages.ceremonies.awaits_first_owner().await.unwrap_or(true)
}

impl Offered {
    /// Removes the file, unless it has the token of another process, which goes on.
    fn withdraw(&self) -> io::Result<()> {
        match fs::read_to_string(&self.file) {
            Ok(text) if OneTimeToken::typed(&text).hash() == self.token => remove(&self.file),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Only for the gateway's own user, from the first byte on.
fn write(file: &Path, token: &str) -> io::Result<()> {
    let mut made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    made.write_all(format!("{token}\n").as_bytes())?;
    made.sync_all()
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_token_is_in_a_file_for_its_user_alone_and_another_process_s_stays_a263() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        let entropy = SeededEntropy::new(1);
        let [own, other] = [(); 2].map(|()| OneTimeToken::generate(&entropy).unwrap());
        let expires = Timestamp::default();
        let offered = Offered { file: file.clone(), token: own.hash(), expires };
        offered.withdraw().unwrap();
        write(&file, own.expose()).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(write(&file, other.expose()).is_err(), "no file is written into");
        offered.withdraw().unwrap();
        assert!(!file.exists());
        write(&file, other.expose()).unwrap();
        offered.withdraw().unwrap();
        assert!(file.exists());
    }
}
