//! The signing keys.

use crate::operate::Command;
use crate::operate::Reply;
use crate::portal::api::answer;
use crate::portal::api::done::Key;
use crate::portal::api::done::KeyList;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::query::Query;
use crate::portal::api::wanted::RotateKeys;
use crate::portal::endpoint::Served;

const LIST: Sketch = Sketch::giving::<KeyList>(200, "list_keys", "The signing keys, oldest first");

const ROTATE: Sketch =
    Sketch::giving::<KeyList>(200, "rotate_keys", "Makes a signing key").taking::<RotateKeys>();

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/keys", SeeKeys => list, LIST),
    operation!(Post "/keys/rotate", RotateKeys => rotate, ROTATE),
];

/// `GET /keys`.
async fn list(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let Reply::Keys { keys } = call.done(Command::KeysList).await? else {
        return Err(answer::unexpected());
    };
    answer::of(call, &KeyList { keys: keys.into_iter().map(Key::from).collect() })
}

/// `POST /keys/rotate`.
async fn rotate(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let RotateKeys { mode } = call.body()?;
    let Reply::Rotated { keys, .. } = call.done(Command::KeysRotate { mode }).await? else {
        return Err(answer::unexpected());
    };
    answer::of(call, &KeyList { keys: keys.into_iter().map(Key::from).collect() })
}
