//! The bodies of requests: bounded in size and in time.

use std::{pin::Pin, time::Duration};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Bytes};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::{AppData, Error, Result, forms::Submitted};
use crate::{
    auth::{Permission, Viewer, tickets},
    content,
};

/// The most bytes of a body that may hold long texts.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of such a body of nobody who is signed in and no form of ours: a comment, or a short form that outlived
/// its session. What comes back in a page is larger than what came in.
pub const MAX_STRANGERS_BYTES: usize = 256 * 1024;
/// The most bytes of any other form.
pub const MAX_FORM_BYTES: usize = 64 * 1024;
/// The most bytes of the long body of somebody who writes posts. A form sends each byte of a letter beyond ASCII as three:
/// this is [`content::MAX_MARKDOWN`] of them, with room for the rest of the form.
pub const MAX_WRITERS_BYTES: usize = 3 * content::MAX_MARKDOWN + 4 * 1024 * 1024;
/// How long a body may take to arrive, to the last byte.
pub const MAX_TIME: Duration = Duration::from_secs(30);
/// How long it may take of somebody who writes posts: a book over a slow line.
pub const MAX_WRITERS_TIME: Duration = Duration::from_secs(180);

/// How much may come in, and for how long.
#[derive(Clone, Copy)]
struct Bounds {
    bytes: usize,
    time: Duration,
}

const SHORT: Bounds = Bounds { bytes: MAX_FORM_BYTES, time: MAX_TIME };
const LONG: Bounds = Bounds { bytes: MAX_BYTES, time: MAX_TIME };
const STRANGERS: Bounds = Bounds { bytes: MAX_STRANGERS_BYTES, time: MAX_TIME };
const WRITERS: Bounds = Bounds { bytes: MAX_WRITERS_BYTES, time: MAX_WRITERS_TIME };

impl Bounds {
    /// Of who is asking.
    fn of(request: &HttpRequest) -> Self {
        match Viewer::of(request) {
            Some(viewer) if viewer.may(Permission::WritePosts) => WRITERS,
            Some(_) => LONG,
            None => STRANGERS,
        }
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A body on its way in.
struct Incoming {
    request: HttpRequest,
    payload: Payload,
    bounds: Bounds,
    /// Whether it may be longer where it begins with a writer's ticket.
    takes_ticket: bool,
}

impl Incoming {
    async fn read(mut self, media_type: &str) -> Result<Bytes> {
        let headers = self.request.headers();
        let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let declared = declared.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        let is_this = declared.eq_ignore_ascii_case(media_type);
        let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or_default();
        let begun = Instant::now();
        let mut body = Vec::new();
        loop {
            let is_over = length.max(body.len()) > self.bounds.bytes;
            // A ticket may be on its way still.
            let is_open = self.takes_ticket
                && length <= MAX_WRITERS_BYTES
                && body.len() < FIRST_PAIR
                && !body.contains(&b'&');
            if is_over && !is_open && !self.widen(&body).await? {
                return Err(Error::TooLarge);
            }
            match timeout_at(begun + self.bounds.time, self.payload.next()).await {
                Ok(Some(Ok(chunk))) => body.extend_from_slice(&chunk),
                Ok(Some(Err(_))) => return Err(Error::BadRequest("The request broke off.".to_owned())),
                Ok(None) => break,
                Err(_) => {
                    if !self.widen(&body).await? {
                        return Err(Error::TooSlow);
                    }
                }
            }
        }
        if !body.is_empty() && !is_this {
            return Err(Error::UnsupportedMediaType(format!("Send {media_type}.")));
        }
        Ok(body.into())
    }

    /// Gives a body that begins with a writer's ticket their bounds, once; whether it did.
    async fn widen(&mut self, body: &[u8]) -> Result<bool> {
        if !std::mem::take(&mut self.takes_ticket) {
            return Ok(false);
        }
        let first = body.iter().take(FIRST_PAIR).take_while(|byte| **byte != b'&').copied();
        let first: Vec<u8> = first.collect();
        let is_writers = match Submitted::parse(&first) {
            Ok(first) => is_of_writer(&self.request, &first).await?,
            Err(_) => false,
        };
        if is_writers {
            self.bounds = WRITERS;
        }
        Ok(is_writers)
    }
}

/// The most bytes of a ticket's pair, each letter as three.
const FIRST_PAIR: usize = 3 * tickets::MAX_LENGTH + tickets::FIELD.len() + 2;

/// Whether a form was made for somebody who writes posts here, be they signed in or not.
///
/// # Errors
/// When the database does not answer.
pub async fn is_of_writer(request: &HttpRequest, form: &Submitted) -> Result<bool> {
    match (request.app_data::<AppData>(), form.get(tickets::FIELD)) {
        (Some(app), Some(ticket)) => app.tickets.is_writers(app, ticket).await,
        _ => Ok(false),
    }
}

impl FromRequest for Submitted {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        let body = Incoming { request, payload, bounds: SHORT, takes_ticket: false };
        Box::pin(async move { Self::parse(&body.read(FORM).await?) })
    }
}

/// A form that may hold long texts.
#[derive(Clone, Debug)]
pub struct LongForm(pub Submitted);

impl FromRequest for LongForm {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bounds = Bounds::of(request);
        let (request, payload) = (request.clone(), payload.take());
        let body = Incoming { request, payload, bounds, takes_ticket: bounds.bytes < MAX_WRITERS_BYTES };
        Box::pin(async move { Ok(Self(Submitted::parse(&body.read(FORM).await?)?)) })
    }
}

/// A body of JSON.
#[derive(Clone, Debug)]
pub struct JsonBody(pub Bytes);

impl JsonBody {
    /// Reads it as a value of this type.
    ///
    /// # Errors
    /// 400 for what is no JSON; 422, by field, for a value of a wrong kind or a field that is not known.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        use super::forms::FieldErrors;
        let value: serde_json::Value = serde_json::from_slice(&self.0)
            .map_err(|error| Error::BadRequest(format!("The body is no JSON: {error}.")))?;
        // What serde_json calls a value has escapes resolved: a NUL is visible now.
        if holds_nul(&value) {
            return Err(Error::BadRequest("A text may not hold the character U+0000.".to_owned()));
        }
        serde_path_to_error::deserialize(value).map_err(|error| {
            let field = error.path().to_string();
            let message = error.inner().to_string();
            let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
            let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
            Error::Invalid(match (unknown, missing) {
                (Some(field), _) => FieldErrors::of(field, "There is no such field."),
                (_, Some(field)) => FieldErrors::of(field, "This is needed."),
                _ if field == "." => FieldErrors::of("", message),
                _ => FieldErrors::of(&field, message),
            })
        })
    }
}

fn holds_nul(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(values) => values.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

impl FromRequest for JsonBody {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bounds = Bounds::of(request);
        let (request, payload) = (request.clone(), payload.take());
        let body = Incoming { request, payload, bounds, takes_ticket: false };
        Box::pin(async move { Ok(Self(body.read("application/json").await?)) })
    }
}
