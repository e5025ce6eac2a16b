//! Static files: part of the binary, served under names that carry a hash of their content.

use std::{collections::HashMap, convert::Infallible};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Bytes},
};
use rust_embed::RustEmbed;

use super::{App, AppData, Error, Result, fresh::Fresh, links, theme::Theme};

/// `static/`; read from disk in debug builds.
#[derive(RustEmbed)]
#[folder = "../static/"]
struct Files;

/// Name in `static/` → the hash that its address carries.
type Hashes = HashMap<String, String>;

/// The static files: a theme's, and the built-in ones.
#[derive(Debug)]
pub struct Assets {
    hashes: Fresh<Hashes>,
    theme: Theme,
}

/// A file to be served.
struct Found {
    content: Bytes,
    sha256: [u8; 32],
    content_type: String,
}

fn hashes(theme: &Theme) -> Hashes {
    let hash = |name: &str| Some(short(Files::get(name)?.metadata.sha256_hash()));
    let built_in = Files::iter().filter_map(|name| Some((name.to_string(), hash(&name)?)));
    built_in.chain(theme.files.iter().map(|(name, file)| (name.clone(), short(file.sha256)))).collect()
}

impl Assets {
    /// The built-in files, and those of a theme in the place of the ones of the same names.
    pub fn new(theme: Theme) -> Self {
        Self { hashes: Fresh::new(hashes(&theme)), theme }
    }

    /// The theme.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// The address of a static file: `css/base.css` → `/static/css/base.1f2e3d4c5b.css`.
    pub fn url(&self, name: &str) -> Option<String> {
        let Ok(hashes) = self.hashes.get(|| Ok::<_, Infallible>(hashes(&self.theme)));
        let hash = hashes.get(name)?;
        Some(links::encode_path(&match name.rsplit_once('.') {
            Some((stem, extension)) => format!("/static/{stem}.{hash}.{extension}"),
            None => format!("/static/{name}.{hash}"),
        }))
    }

    /// The address of the stylesheet that a theme adds to the built-in ones; none without a theme.
    pub fn theme_url(&self) -> Option<String> {
        if self.theme.files.is_empty() { None } else { self.url("css/theme.css") }
    }

    /// The file with this name. A theme's are held by their names: no path leads out of it.
    fn get(&self, name: &str) -> Option<Found> {
        if let Some(file) = self.theme.files.get(name) {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            let content_type = actix_files::file_extension_to_mime(extension).to_string();
            return Some(Found { content: file.content.clone(), sha256: file.sha256, content_type });
        }
        let file = Files::get(name)?;
        Some(Found {
            content_type: file.metadata.mimetype().to_owned(),
            sha256: file.metadata.sha256_hash(),
            content: file.data.into_owned().into(),
        })
    }
}

/// What an address carries of a hash.
fn short(sha256: [u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(&sha256[..5])
}

/// `GET /static/…`: with the right hash kept for a year, without one asked for anew each time.
///
/// # Errors
/// 404 for a name, or a hash, that is not there.
pub async fn show(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse> {
    let path = path.into_inner();
    let assets = app.templates.assets();
    let asked = links::reencode(request.path());
    let (name, cache) = match without_hash(&path) {
        Some(name) if assets.url(&name).as_deref() == Some(asked.as_str()) => {
            (name, "public, max-age=31536000, immutable")
        }
        _ => (path, "no-cache"),
    };
    serve(&app, &request, &name, cache)
}

/// An icon at an address of its own, which cannot carry a hash: kept for a day.
///
/// # Errors
/// 404 for a name that is not there.
pub fn icon(app: &App, request: &HttpRequest, name: &str) -> Result<HttpResponse> {
    serve(app, request, name, "public, max-age=86400")
}

fn serve(app: &App, request: &HttpRequest, name: &str, cache: &'static str) -> Result<HttpResponse> {
    let file = app.templates.assets().get(name).ok_or(Error::NotFound)?;
    let etag = header::EntityTag::new_weak(data_encoding::HEXLOWER.encode(&file.sha256[..8]));
    let mut response = super::render::revalidated(request, &etag);
    response.insert_header((header::CACHE_CONTROL, cache)).insert_header(header::ETag(etag));
    Ok(super::render::finish_with(response, &file.content_type, file.content))
}

/// `css/base.1f2e3d4c5b.css` → `css/base.css`
fn without_hash(path: &str) -> Option<String> {
    let (rest, extension) = path.rsplit_once('.')?;
    let (stem, hash) = rest.rsplit_once('.')?;
    let is_hash = hash.len() == 10 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| format!("{stem}.{extension}"))
}
