//! Serving stored files.

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ContentDisposition, DispositionType},
    web,
};

use super::store::StoredName;
use crate::web::{AppData, Error, Result};

/// `GET /media/{name}`: with ranges and validators, for a year: a name's content never changes.
///
/// Pictures are shown in place; all else, SVG among it, is a download when it is opened by itself. (An SVG still
/// shows inside a page's `img`, where it cannot run anything.)
///
/// # Errors
/// 404 for a name that is not there.
pub async fn show(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse> {
    let name = StoredName::parse(&path).ok_or(Error::NotFound)?;
    let file = app.media.path(&name);
    let opened = tokio::task::spawn_blocking(move || NamedFile::open(file)).await;
    let file =
        opened.map_err(|error| Error::Internal(error.into()))?.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::NotFound,
            _ => error.into(),
        })?;
    let inline = matches!(name.extension(), "png" | "jpg" | "gif" | "webp" | "avif");
    let disposition = if inline { DispositionType::Inline } else { DispositionType::Attachment };
    let file = file
        .set_content_disposition(ContentDisposition { disposition, parameters: vec![] })
        .prefer_utf8(true);
    let mut response = file.into_response(&request);
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    Ok(response)
}
