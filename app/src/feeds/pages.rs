//! The feeds' addresses.

use std::time::SystemTime;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, EntityTag, HttpDate},
    web::Path,
};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{
    Format, atom,
    feed::{Feed, Of},
    has_full_texts, json, queries, rss,
};
use crate::{
    courses::queries as courses,
    posts::queries as posts,
    tags::queries as tags,
    users::queries as users,
    web::{AppData, Error, Result, cache, render},
};

/// How long after a change its time may be used to ask for a newer state: it tells whole seconds, and there may be
/// two changes in one.
const SETTLED: TimeDelta = TimeDelta::seconds(2);

/// `GET /feed.xml`, `/rss.xml`, `/feed.json`
///
/// # Errors
/// When the database does not answer.
pub async fn of_site(app: AppData, request: HttpRequest) -> Result<HttpResponse> {
    answer(&app, &request, Of::Site).await
}

/// `GET /authors/{username}/feed.xml`, …
///
/// # Errors
/// 404 where there is no such page.
pub async fn of_author(app: AppData, request: HttpRequest, username: Path<String>) -> Result<HttpResponse> {
    let user = users::find_by_username(app.db.read(), &username).await?.ok_or(Error::NotFound)?;
    answer(&app, &request, Of::Author(user)).await
}

/// `GET /tags/{slug}/feed.xml`, …
///
/// # Errors
/// 404 where there is no such page.
pub async fn of_tag(app: AppData, request: HttpRequest, slug: Path<String>) -> Result<HttpResponse> {
    let tag = tags::find_by_slug(app.db.read(), &slug).await?.ok_or(Error::NotFound)?;
    answer(&app, &request, Of::Tag(tag)).await
}

/// `GET /courses/{slug}/feed.xml`, …
///
/// # Errors
/// 404 where there is no such page.
pub async fn of_course(app: AppData, request: HttpRequest, slug: Path<String>) -> Result<HttpResponse> {
    let course = courses::find_by_slug(app.db.read(), &slug).await?.ok_or(Error::NotFound)?;
    answer(&app, &request, Of::Course(course)).await
}

async fn answer(app: &AppData, request: &HttpRequest, of: Of) -> Result<HttpResponse> {
    let format = Format::of(request.path()).ok_or(Error::NotFound)?;
    let db = app.db.read();
    let site = app.site().await?;
    let rows = queries::newest(db, of.list()).await?;
    // As their pages: what only drafts are about, and who left and never published, is nobody's business.
    let is_there = match &of {
        Of::Site | Of::Course(_) => true,
        Of::Author(user) => user.is_active || !rows.is_empty(),
        Of::Tag(_) => !rows.is_empty(),
    };
    if !is_there {
        return Err(Error::NotFound);
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let tags = posts::tags_of(db, &ids).await?;
    let mut feed = Feed::new(app, &site, &of, format, rows, tags);
    let full = has_full_texts(&site);
    let etag = tag(&feed, full)?;
    let modified = (Utc::now() - feed.updated >= SETTLED).then(|| http_date(feed.updated));
    let is_known = render::is_known(request, &etag)
        || modified.is_some_and(|modified| is_known_by_date(request, modified));
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::CACHE_CONTROL, "no-cache")).insert_header(header::ETag(etag));
    if let Some(modified) = modified {
        response.insert_header(header::LastModified(modified));
    }
    if is_known {
        return Ok(response.finish());
    }
    let texts = if full { queries::texts(db, &ids).await? } else { Default::default() };
    let written = tokio::task::spawn_blocking(move || {
        feed.fill(texts);
        match format {
            Format::Atom => atom::write(&feed),
            Format::Rss => rss::write(&feed),
            Format::Json => json::write(&feed).map_err(std::io::Error::from),
        }
    });
    let body = written.await.map_err(Error::internal)??;
    cache::keep(request, None);
    Ok(render::finish_with(response, &format!("{}; charset=utf-8", format.media_type()), body))
}

/// What a feed is like, in a word: of its texts it knows when they changed.
fn tag(feed: &Feed, full: bool) -> Result<EntityTag> {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update([u8::from(full)]);
    hash.update(serde_json::to_vec(feed).map_err(Error::internal)?);
    // Weak: compression further out changes the bytes, not the feed.
    Ok(EntityTag::new_weak(data_encoding::HEXLOWER.encode(&hash.finalize()[..12])))
}

fn http_date(time: DateTime<Utc>) -> HttpDate {
    // It has whole seconds: what is compared with one must have them too.
    SystemTime::from(time.trunc_subsecs(0)).into()
}

/// Whether somebody who knows no tag has this very state. Not a newer one: what was published last may have been
/// unpublished, and then the feed is older than it was.
fn is_known_by_date(request: &HttpRequest, modified: HttpDate) -> bool {
    use header::Header;
    !request.headers().contains_key(header::IF_NONE_MATCH)
        && header::IfModifiedSince::parse(request).is_ok_and(|since| since.0 == modified)
}
