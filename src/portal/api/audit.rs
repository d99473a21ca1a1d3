//! The audit log, as it is kept: what was exported elsewhere can be compared with it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::AuditRecord;
use crate::audit::signed::SignedHead;
use crate::operate::Command;
use crate::operate::Reply;
use crate::portal::api::answer;
use crate::portal::api::cursor::List;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Parameter;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::api::query::AFTER;
use crate::portal::api::query::LIMIT;
use crate::portal::api::query::Query;
use crate::portal::endpoint::Served;

const FROM: Parameter = Parameter::of::<Position>(
    "from",
    "From this record on; the last ones, unless given. Not together with `after`.",
);

const LIST: Sketch = Sketch::giving::<Records>(
    200,
    "list_audit_records",
    "Records of the audit log in order; `next` leads to those that come later, also to those that are not there yet",
)
.asked(&[FROM, LIMIT, AFTER]);

const HEAD: Sketch = Sketch::giving::<Head>(
    200,
    "get_audit_head",
    "How far the audit log has come, signed; to be kept elsewhere",
);

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/audit", SeeAudit => list, LIST),
    operation!(Get "/audit/head", SeeAudit => head, HEAD),
];

/// The position of a record.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it describes what is read elsewhere")]
pub(super) struct Position(#[schemars(range(min = 1))] u64);

/// Records of the audit log.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Records {
    #[schemars(with = "Vec<Record>")]
    records: Vec<AuditRecord>,
    /// The cursor behind the last of them.
    next: String,
}

/// A record of the audit log, as `portcullis audit export` writes it. Later versions may say more.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what is written elsewhere")]
struct Record {
    /// Version of this form.
    schema: u32,
    /// Position, from 1, without gaps.
    seq: u64,
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    at: u64,
    /// What happened.
    kind: String,
    /// By whom.
    actor: Actor,
    /// The account that it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    /// Further facts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    detail: BTreeMap<String, String>,
    /// The hash of the record before.
    prev: String,
    /// SHA-256 over this record without this field.
    hash: String,
}

/// Who did it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what is written elsewhere")]
struct Actor {
    /// `gateway`, `subject`, `unknown`, `operator` or `token`.
    kind: String,
    /// The id of the account or token.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The system's user id of an operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<u32>,
}

/// A signed head.
#[derive(Serialize, JsonSchema)]
#[schemars(transparent)]
#[serde(transparent)]
struct Head(#[schemars(with = "SignedForm")] SignedHead);

/// How far the audit log had come, as `portcullis audit head` writes it. Later versions may say more.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what is written elsewhere")]
struct SignedForm {
    /// Version of this form.
    schema: u32,
    /// The id of the store.
    store: String,
    /// The first record of the export that it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    /// Position of the last record.
    seq: u64,
    /// Its hash.
    hash: String,
    /// When it was signed, in milliseconds since 1970-01-01T00:00:00Z.
    at: u64,
    /// The public key.
    key: String,
    /// Ed25519.
    signature: String,
}

/// `GET /audit`.
async fn list(call: &Call<'_>) -> Answer {
    let mut query = Query::of(call)?;
    let limit = query.limit()?;
    let list = List::of(call, &[]);
    let position = |text: &str| text.parse().ok().filter(|from: &u64| *from > 0);
    let from = query.meaning(FROM.name, position)?;
    let from = match (query.text(AFTER.name), from) {
        (Some(_), Some(_)) => return Err(Problem::of(kind::BAD_QUERY).at(FROM.name)),
        (Some(cursor), None) => position(&list.place(&cursor)?),
        (None, from) => from,
    };
    let reply = call.done(Command::AuditTail { from, limit }).await?;
    let Reply::AuditRecords { records, next } = reply else { return Err(answer::unexpected()) };
    let body = Records { records, next: list.after(&next.to_string()) };
    answer::page(call, &body, Some(&body.next))
}

/// `GET /audit/head`.
async fn head(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let Reply::AuditHead(head) = call.done(Command::AuditHead).await? else {
        return Err(answer::unexpected());
    };
    answer::of(call, &Head(*head))
}
