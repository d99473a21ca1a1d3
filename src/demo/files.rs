//! Uploads and downloads: of any size, in little memory.

use std::collections::VecDeque;

use axum::body::Body;
use axum::extract::Multipart;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::extract::multipart::Field;
use axum::extract::multipart::MultipartError;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Json;
use axum::response::Response;
use bytes::Bytes;
use parking_lot::Mutex;
use ring::digest;
use serde::Deserialize;
use serde::Serialize;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use crate::demo::Here;
use crate::demo::page;
use crate::demo::pages;
use crate::demo::person::Person;
use crate::demo::port;

/// Larger files are counted and hashed, but not kept.
const KEPT_BYTES: usize = 1024 * 1024;
/// Files remembered.
const KEPT_FILES: usize = 5;
/// Bytes handed on at a time when a large file is made.
const PIECE: usize = 64 * 1024;

/// An uploaded file as the list shows it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) kept: bool,
}

/// The last files uploaded.
#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<Stack>);

#[derive(Debug, Default)]
struct Stack {
    number: u64,
    files: VecDeque<(Item, Option<Bytes>)>,
}

impl Shelf {
    /// Puts a file on the shelf under a name of its own.
    fn put(&self, mut item: Item, content: Option<Bytes>) -> Item {
        let mut stack = self.0.lock();
        stack.number += 1;
        item.name = format!("{}-{}", stack.number, item.name);
        stack.files.push_front((item.clone(), content));
        stack.files.truncate(KEPT_FILES);
        item
    }

    fn items(&self) -> Vec<Item> {
        let stack = self.0.lock();
        stack.files.iter().map(|(item, _)| item.clone()).collect()
    }

    fn content(&self, name: &str) -> Option<Bytes> {
        let stack = self.0.lock();
        let file = stack.files.iter().find(|(item, _)| item.name == name)?;
        file.1.clone()
    }
}

/// `GET /files`
pub(super) async fn list(State(shared): Here, person: Person) -> Response {
    page::html(&page::Files {
        frame: page::Frame::new("Files", "files", Some(&person)),
        items: shared.shelf.items(),
    })
}

/// `POST /files`: every file of the form; programs that accept JSON get what was counted.
pub(super) async fn upload(
    State(shared): Here,
    person: Person,
    headers: HeaderMap,
    mut form: Multipart,
) -> Response {
    let mut put = Vec::new();
    loop {
        let received = match form.next_field().await {
            Ok(Some(field)) if field.file_name().is_some_and(|name| !name.is_empty()) => {
                receive(field).await
            }
            Ok(Some(_)) => continue,
            Ok(None) => break,
            Err(error) => Err(error),
        };
        let (mut item, content) = match received {
            Ok(received) => received,
            Err(error) => return (error.status(), error.body_text()).into_response(),
        };
        item.by.clone_from(&person.login);
        item.at = port::stamp(shared.settings.clock.wall());
        put.push(shared.shelf.put(item, content));
    }
    let accepts = headers.get(header::ACCEPT).map(HeaderValue::as_bytes);
    if accepts == Some(b"application/json") {
        return (StatusCode::CREATED, Json(put)).into_response();
    }
    pages::found("/files")
}

/// Reads a file to its end: its size and hash, and its content when that is small.
async fn receive(mut field: Field<'_>) -> Result<(Item, Option<Bytes>), MultipartError> {
    let name = clean(field.file_name().unwrap_or_default());
    let mut hash = digest::Context::new(&digest::SHA256);
    let mut content = Some(Vec::new());
    let mut bytes = 0_u64;
    while let Some(chunk) = field.chunk().await? {
        hash.update(&chunk);
        bytes += chunk.len() as u64;
        content =
            content.filter(|so_far| so_far.len() + chunk.len() <= KEPT_BYTES).map(|mut so_far| {
                so_far.extend_from_slice(&chunk);
                so_far
            });
    }
    let item = Item {
        name,
        bytes,
        sha256: data_encoding::HEXLOWER.encode(hash.finish().as_ref()),
        by: String::new(),
        at: String::new(),
        kept: content.is_some(),
    };
    Ok((item, content.map(Bytes::from)))
}

/// A name that is safe in a path and a header; everything else becomes an underscore.
fn clean(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name = name.chars().take(80);
    name.map(|c| if safe(c) { c } else { '_' }).collect()
}

/// `GET /files/{name}`
pub(super) async fn download(
    State(shared): Here,
    person: Person,
    Path(name): Path<String>,
) -> Response {
    match shared.shelf.content(&name) {
        Some(content) => attachment(&name, content.len() as u64, content.into()),
        None => pages::not_found(Some(person)).await,
    }
}

/// How large a file to make.
#[derive(Deserialize)]
pub(super) struct Size {
    bytes: u64,
}

/// `GET /files/large?bytes=N`: N bytes, none of them kept.
pub(super) async fn large(_: Person, Query(size): Query<Size>) -> Response {
    let source = tokio::io::repeat(b'~').take(size.bytes);
    let body = Body::from_stream(ReaderStream::with_capacity(source, PIECE));
    attachment("large.bin", size.bytes, body)
}

fn attachment(name: &str, bytes: u64, body: Body) -> Response {
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (head, body).into_response()
}
