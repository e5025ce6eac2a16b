//! The addresses that programs ask for.

use actix_web::{HttpRequest, HttpResponse, web::Path};
use chrono::{Days, SecondsFormat, Utc};

use super::{
    queries::{self, Kind},
    sitemap::{self, Part},
};
use crate::{
    pages::queries as own_pages,
    web::{AppData, Error, Result, assets, render, xml},
};

const XML: &str = "application/xml; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// The most characters of a search engine's short name (OpenSearch 1.1, draft 6).
const MAX_SHORT_NAME: usize = 16;

/// How long `security.txt` says that it holds. RFC 9116 (2.5.5) wants less than a year.
const HOLDS: Days = Days::new(180);

/// What crawlers have no business with. Pages that say `noindex` by themselves are not among them: who may not look
/// does not see it.
const ROBOTS: &str =
    "User-agent: *\nDisallow: /admin/\nDisallow: /account/\nDisallow: /api/\nDisallow: /reset/\n";

/// `GET /sitemap.xml`
///
/// # Errors
/// When the database does not answer.
pub async fn sitemap(app: AppData, request: HttpRequest) -> Result<HttpResponse> {
    let mut parts = vec![(Part::Pages, None)];
    for kind in Kind::ALL {
        let of_kind = queries::parts(app.db.read(), kind).await?;
        parts.extend(of_kind.into_iter().map(|(number, changed)| (Part::Of(kind, number), changed)));
    }
    Ok(render::document(&request, XML, sitemap::index(&app.public_url, &parts)?))
}

/// `GET /sitemap-{part}.xml`
///
/// # Errors
/// 404 for a part that has nothing in it.
pub async fn sitemap_part(app: AppData, request: HttpRequest, part: Path<String>) -> Result<HttpResponse> {
    let part = Part::parse(&part).ok_or(Error::NotFound)?;
    let Part::Of(kind, number) = part else {
        let own = own_pages::public(app.db.read()).await?;
        return Ok(render::document(&request, XML, sitemap::pages(&app.public_url, &own)?));
    };
    let rows = queries::part(app.db.read(), kind, number).await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    let origin = app.public_url.clone();
    let written = tokio::task::spawn_blocking(move || sitemap::part(&origin, kind, &rows));
    Ok(render::document(&request, XML, written.await.map_err(Error::internal)??))
}

/// `GET /robots.txt`
///
/// # Errors
/// None.
pub async fn robots(app: AppData, request: HttpRequest) -> Result<HttpResponse> {
    let text = format!("{ROBOTS}\nSitemap: {}/sitemap.xml\n", app.public_url);
    Ok(render::document(&request, TEXT, text))
}

/// `GET /opensearch.xml`: how browsers search here.
///
/// # Errors
/// When the database does not answer.
pub async fn opensearch(app: AppData, request: HttpRequest) -> Result<HttpResponse> {
    let site = app.site().await?;
    let origin = &app.public_url;
    let short: String = site.title.chars().take(MAX_SHORT_NAME).collect();
    let root = [("xmlns", "http://a9.com/-/spec/opensearch/1.1/")];
    let body = xml::document("OpenSearchDescription", &root, |out| {
        xml::text(out, "ShortName", &[], short.trim())?;
        xml::text(out, "Description", &[], &format!("Search {}", site.title))?;
        xml::text(out, "InputEncoding", &[], "UTF-8")?;
        let icon = [("width", "32"), ("height", "32"), ("type", "image/x-icon")];
        xml::text(out, "Image", &icon, &format!("{origin}/favicon.ico"))?;
        let template = format!("{origin}/search?q={{searchTerms}}");
        xml::empty(out, "Url", &[("type", "text/html"), ("method", "get"), ("template", &template)])?;
        let itself = format!("{origin}/opensearch.xml");
        let itself =
            [("type", "application/opensearchdescription+xml"), ("rel", "self"), ("template", &*itself)];
        xml::empty(out, "Url", &itself)
    })?;
    Ok(render::document(&request, "application/opensearchdescription+xml; charset=utf-8", body))
}

/// `GET /.well-known/security.txt` (RFC 9116): whom to tell of a hole.
///
/// # Errors
/// 404 while the settings name nobody.
pub async fn security(app: AppData, request: HttpRequest) -> Result<HttpResponse> {
    let site = app.site().await?;
    let contact = site.security_contact_uri().ok_or(Error::NotFound)?;
    // The same all day long, so that it is not another file each time.
    let today = Utc::now().date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let expires = today.checked_add_days(HOLDS).unwrap_or(today);
    let mut text = format!(
        "Contact: {contact}\nExpires: {}\nPreferred-Languages: {}\n",
        expires.to_rfc3339_opts(SecondsFormat::Secs, true),
        site.language
    );
    // 2.5.2 wants addresses by https alone.
    if app.is_https() {
        text.push_str(&format!("Canonical: {}/.well-known/security.txt\n", app.public_url));
    }
    Ok(render::document(&request, TEXT, text))
}

/// `GET /favicon.ico`: for those who ask without having seen a page.
///
/// # Errors
/// None.
pub async fn favicon(app: AppData, request: HttpRequest) -> Result<HttpResponse> {
    assets::icon(&app, &request, "favicon.ico")
}

/// `GET /apple-touch-icon.png`: for home screens.
///
/// # Errors
/// None.
pub async fn touch_icon(app: AppData, request: HttpRequest) -> Result<HttpResponse> {
    assets::icon(&app, &request, "apple-touch-icon.png")
}
