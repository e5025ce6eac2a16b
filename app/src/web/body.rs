//! The bodies of requests: bounded in size and in time.

use std::{pin::Pin, time::Duration};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Bytes};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::{Error, Result, forms::Submitted};
use crate::{
    auth::{Permission, Viewer},
    content,
};

/// The most bytes of a body that may hold long texts.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of any other form.
pub const MAX_FORM_BYTES: usize = 64 * 1024;
/// The most bytes of the long body of somebody who writes posts. A form sends each byte of a letter beyond ASCII as three:
/// this is [`content::MAX_MARKDOWN`] of them, with room for the rest of the form.
pub const MAX_WRITERS_BYTES: usize = 3 * content::MAX_MARKDOWN + 4 * 1024 * 1024;
/// How long a body may take to arrive, to the last byte.
pub const MAX_TIME: Duration = Duration::from_secs(30);
/// How long it may take of somebody who writes posts: a book over a slow line.
pub const MAX_WRITERS_TIME: Duration = Duration::from_secs(180);

/// How much may come in, and for how long, of who is asking.
fn bounds(request: &HttpRequest) -> (usize, Duration) {
    match Viewer::of(request) {
        Some(viewer) if viewer.may(Permission::WritePosts) => (MAX_WRITERS_BYTES, MAX_WRITERS_TIME),
        _ => (MAX_BYTES, MAX_TIME),
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

async fn read(
    request: HttpRequest,
    mut payload: Payload,
    media_type: &str,
    (max_bytes, max_time): (usize, Duration),
) -> Result<Bytes> {
    let declared = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let declared = declared.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > max_bytes) {
        return Err(Error::TooLarge);
    }
    let mut body = Vec::new();
    let whole = async {
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Error::BadRequest("The request broke off.".to_owned()))?;
            if body.len() + chunk.len() > max_bytes {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(())
    };
    tokio::time::timeout(max_time, whole).await.map_err(|_| Error::TooSlow)??;
    if !body.is_empty() && !declared.eq_ignore_ascii_case(media_type) {
        return Err(Error::UnsupportedMediaType(format!("Send {media_type}.")));
    }
    Ok(body.into())
}

impl FromRequest for Submitted {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read(request.clone(), payload.take(), FORM, (MAX_FORM_BYTES, MAX_TIME));
        Box::pin(async move { Self::parse(&body.await?) })
    }
}

/// A form that may hold long texts.
#[derive(Clone, Debug)]
pub struct LongForm(pub Submitted);

impl FromRequest for LongForm {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read(request.clone(), payload.take(), FORM, bounds(request));
        Box::pin(async move { Ok(Self(Submitted::parse(&body.await?)?)) })
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
        let body = read(request.clone(), payload.take(), "application/json", bounds(request));
        Box::pin(async move { Ok(Self(body.await?)) })
    }
}
