//! Static files: part of the binary, served under names that carry a hash of their content.

use std::{collections::HashMap, convert::Infallible};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use rust_embed::RustEmbed;

use super::{AppData, Error, Result, fresh::Fresh};

/// `static/`; read from disk in debug builds.
#[derive(RustEmbed)]
#[folder = "../static/"]
struct Files;

/// Name in `static/` → the hash that its address carries.
type Hashes = HashMap<String, String>;

/// The static files' fingerprinted names.
#[derive(Debug)]
pub struct Assets {
    hashes: Fresh<Hashes>,
}

impl Default for Assets {
    fn default() -> Self {
        Self { hashes: Fresh::new(hashes()) }
    }
}

fn hashes() -> Hashes {
    let hash = |name: &str| {
        let file = Files::get(name)?;
        Some(file.metadata.sha256_hash()[..5].iter().map(|byte| format!("{byte:02x}")).collect())
    };
    Files::iter().filter_map(|name| Some((name.to_string(), hash(&name)?))).collect()
}

impl Assets {
    /// The address of a static file: `css/base.css` → `/static/css/base.1f2e3d4c5b.css`.
    pub fn url(&self, name: &str) -> Option<String> {
        let Ok(hashes) = self.hashes.get(|| Ok::<_, Infallible>(hashes()));
        let hash = hashes.get(name)?;
        Some(match name.rsplit_once('.') {
            Some((stem, extension)) => format!("/static/{stem}.{hash}.{extension}"),
            None => format!("/static/{name}.{hash}"),
        })
    }
}

/// `GET /static/…`: with the right hash kept for a year, without one asked for anew each time.
///
/// # Errors
/// 404 for a name, or a hash, that is not there.
pub async fn show(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse> {
    let path = path.into_inner();
    let (name, cache) = match without_hash(&path) {
        Some(name) if app.templates.assets().url(&name).as_deref() == Some(request.path()) => {
            (name, "public, max-age=31536000, immutable")
        }
        _ => (path, "no-cache"),
    };
    serve(&request, &name, cache)
}

/// An icon at an address of its own, which cannot carry a hash: kept for a day.
///
/// # Errors
/// 404 for a name that is not there.
pub fn icon(request: &HttpRequest, name: &str) -> Result<HttpResponse> {
    serve(request, name, "public, max-age=86400")
}

fn serve(request: &HttpRequest, name: &str, cache: &'static str) -> Result<HttpResponse> {
    let file = Files::get(name).ok_or(Error::NotFound)?;
    let etag = header::EntityTag::new_weak(
        file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect(),
    );
    let mut response = super::render::revalidated(request, &etag);
    response.insert_header((header::CACHE_CONTROL, cache)).insert_header(header::ETag(etag));
    Ok(super::render::finish_with(response, file.metadata.mimetype(), file.data.into_owned()))
}

/// `css/base.1f2e3d4c5b.css` → `css/base.css`
fn without_hash(path: &str) -> Option<String> {
    let (rest, extension) = path.rsplit_once('.')?;
    let (stem, hash) = rest.rsplit_once('.')?;
    let is_hash = hash.len() == 10 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| format!("{stem}.{extension}"))
}
