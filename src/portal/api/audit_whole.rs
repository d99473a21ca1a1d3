//! The audit log as a whole: taken out, and verified.

use http::HeaderValue;
use http::header;
use schemars::JsonSchema;
use serde::Serialize;

use crate::operate::Command;
use crate::operate::Extract;
use crate::operate::Reply;
use crate::portal::api::answer;
use crate::portal::api::audit::Position;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Parameter;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::query::Query;
use crate::portal::endpoint::Served;
use crate::portal::taken_out;

const FROM: Parameter =
    Parameter::of::<Position>("from", "The first record; the first there is, unless given.");

const TO: Parameter =
    Parameter::of::<Position>("to", "The last record; the last there is, unless given.");

const EXPORT: Sketch = Sketch::giving::<Lines>(
    200,
    "export_audit_log",
    "At most 5000 records, one a line as `portcullis audit export` writes them, and a signed head of theirs as the last line; \
     `Link` leads to the rest. Recorded; one at a time",
)
.asked(&[FROM, TO])
.in_lines();

const VERIFY: Sketch = Sketch::giving::<Verified>(
    200,
    "verify_audit_log",
    "Follows the whole chain of the store's log; a problem `broken_chain` when it is not whole. One at a time",
);

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/audit/export", ExportAudit => export, EXPORT),
    operation!(Post "/audit/verify", SeeAudit => verify, VERIFY),
];

/// Lines of JSON: records, and a signed head.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it describes what is written elsewhere")]
struct Lines(String);

/// A log that is whole.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Verified {
    /// The first record: what was before was pruned.
    first: u64,
    /// How many there are.
    records: u64,
    /// The hash of the last.
    hash: String,
}

/// `GET /audit/export`.
async fn export(call: &Call<'_>) -> Answer {
    let mut query = Query::of(call)?;
    let position = |text: &str| text.parse().ok().filter(|seq: &u64| *seq > 0);
    let from = query.meaning(FROM.name, position)?;
    let to = query.meaning(TO.name, position)?;
    let by = call.caller.by(call.turn)?;
    let extract: Extract = call.turn.core.operator.extract(by, from, to).await?;
    let lines = taken_out::lines(&extract).ok_or_else(answer::unexpected)?;
    let mut done = answer::text_of(call, lines);
    let name = taken_out::file_name(&extract.head, "jsonl");
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        done.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    if let Some(rest) = extract.rest {
        let to = to.map(|to| format!("&to={to}")).unwrap_or_default();
        let path = call.turn.head.uri.path();
        if let Ok(link) = HeaderValue::from_str(&format!("<{path}?from={rest}{to}>; rel=\"next\""))
        {
            done.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(done)
}

/// `POST /audit/verify`.
async fn verify(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let Reply::AuditVerified { first, records, hash } = call.done(Command::AuditVerify).await?
    else {
        return Err(answer::unexpected());
    };
    answer::of(call, &Verified { first, records, hash })
}
