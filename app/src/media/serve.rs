//! Serving stored files, from whatever store, in constant memory.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            self, EntityTag, Header, HeaderValue, HttpDate, IfModifiedSince, IfNoneMatch, IfRange, Range,
        },
    },
    web,
};
use futures_util::{StreamExt, stream};
use object_store::ObjectMeta;

use super::{kind, name::Version, versions};
use crate::web::{AppData, Error, Result};

/// `GET /media/{name}`: with ranges and strong validators, for a year: a name's content never changes.
///
/// Pictures are shown in place; all else, SVG among it, is a download when it is opened by itself. (An SVG still
/// shows inside a page's `img`, where it cannot run anything.) A smaller version that is not there yet is made; where
/// that cannot be done, the original stands in.
///
/// # Errors
/// 404 for a name that is not there.
pub async fn show(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse> {
    let version = Version::parse(&path).ok_or(Error::NotFound)?;
    let mut meta = app.media.head(&version).await?;
    if meta.is_none() && version.width.is_some() {
        if !versions::make(&app.media, &version).await? {
            return Ok(HttpResponse::TemporaryRedirect()
                .insert_header((header::LOCATION, version.original.url()))
                .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
                .finish());
        }
        meta = app.media.head(&version).await?;
    }
    let meta = meta.ok_or(Error::NotFound)?;
    let etag = tag(&version, meta.size);
    let modified = HttpDate::from(std::time::SystemTime::from(meta.last_modified));
    if is_known(&request, &etag, modified) {
        return Ok(described(HttpResponse::NotModified(), &version, etag, modified).finish());
    }
    let size = meta.size;
    match wanted(&request, &meta, &etag, modified) {
        Wanted::Nothing => Ok(HttpResponse::RangeNotSatisfiable()
            .insert_header((header::CONTENT_RANGE, format!("bytes */{size}")))
            .finish()),
        Wanted::Whole => {
            let answer = described(HttpResponse::Ok(), &version, etag, modified);
            body(&app, &request, &version, answer, 0..size).await
        }
        Wanted::Part(first, last) => {
            let mut answer =
                described(HttpResponse::build(StatusCode::PARTIAL_CONTENT), &version, etag, modified);
            answer.insert_header((header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}")));
            body(&app, &request, &version, answer, first..last + 1).await
        }
    }
}

/// Strong: the name changes with the content. A smaller version may be written anew by a later version of this
/// program, with another size.
fn tag(version: &Version, size: u64) -> EntityTag {
    let stem = version.original.stem();
    EntityTag::new_strong(match version.width {
        Some(width) => format!("{stem}-w{width}-{size:x}"),
        None => stem.to_owned(),
    })
}

fn is_known(request: &HttpRequest, etag: &EntityTag, modified: HttpDate) -> bool {
    if request.headers().contains_key(header::IF_NONE_MATCH) {
        return match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(etag)),
            Err(_) => false,
        };
    }
    IfModifiedSince::parse(request).is_ok_and(|since| modified <= since.0)
}

enum Wanted {
    Whole,
    /// The first and the last byte.
    Part(u64, u64),
    Nothing,
}

/// One range is answered; several at once, which nobody needs for files like these, get the whole.
fn wanted(request: &HttpRequest, meta: &ObjectMeta, etag: &EntityTag, modified: HttpDate) -> Wanted {
    let is_current = match request.headers().contains_key(header::IF_RANGE).then(|| IfRange::parse(request)) {
        None => true,
        Some(Ok(IfRange::EntityTag(known))) => known.strong_eq(etag),
        Some(Ok(IfRange::Date(date))) => date == modified,
        Some(Err(_)) => false,
    };
    let range = request.headers().contains_key(header::RANGE).then(|| Range::parse(request));
    let Some(Ok(Range::Bytes(ranges))) = range.filter(|_| is_current) else { return Wanted::Whole };
    match ranges.as_slice() {
        [one] => one
            .to_satisfiable_range(meta.size)
            .map_or(Wanted::Nothing, |(first, last)| Wanted::Part(first, last)),
        _ => Wanted::Whole,
    }
}

fn described(
    mut answer: HttpResponseBuilder,
    version: &Version,
    etag: EntityTag,
    modified: HttpDate,
) -> HttpResponseBuilder {
    let disposition = if version.original.is_picture() { "inline" } else { "attachment" };
    answer
        .content_type(kind::content_type_of(version.original.extension()))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header(header::LastModified(modified))
        .insert_header(header::ETag(etag))
        // Nothing compresses these further out: a part of a file is a part of these bytes.
        .insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("identity")));
    answer
}

async fn body(
    app: &AppData,
    request: &HttpRequest,
    version: &Version,
    mut answer: HttpResponseBuilder,
    range: std::ops::Range<u64>,
) -> Result<HttpResponse> {
    let length = range.end - range.start;
    if request.method() == Method::HEAD || length == 0 {
        let nothing = stream::empty::<std::io::Result<web::Bytes>>();
        return Ok(answer.body(SizedStream::new(length, nothing)));
    }
    let content = app.media.stream(version, range).await?.ok_or(Error::NotFound)?;
    let name = version.key();
    let content = content.map(move |chunk| {
        chunk.map_err(|error| {
            log::error!("sending {name} broke off: {error}");
            std::io::Error::other("the store broke off")
        })
    });
    Ok(answer.body(SizedStream::new(length, content)))
}
