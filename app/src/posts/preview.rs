//! Preview links: `/preview/{key}` shows a post before it is public to whoever has the link. The key is the whole secret
//! (256 random bits), is kept as it is because its owner must be able to see it again, and is gone once it is revoked.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Path,
};
use chrono::Utc;
use entity::post::{self, PostStatus};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;

use super::{
    queries::{self, Around, Full, Seen},
    views,
};
use crate::{
    admin::{
        Datum, Resource,
        log::{self, Entry},
        save, shell,
        stored::Stored,
        views::{Message, Shell},
    },
    auth::{Viewer, flash, secrets, sessions},
    web::{
        AppData, Error, Result,
        forms::Submitted,
        links,
        render::{self, Page},
        see_other,
    },
};

/// `/preview/{key}`: the post as it would look.
#[derive(Debug, Serialize)]
struct Preview {
    #[serde(flatten)]
    show: views::Show,
    /// Whether it goes out by itself.
    is_scheduled: bool,
}

impl Page for Preview {
    const TEMPLATE: &'static str = "posts/preview.html";

    fn title(&self) -> Option<String> {
        self.show.title()
    }

    fn noindex(&self) -> bool {
        true
    }
}

/// `GET /preview/{key}`
///
/// # Errors
/// 404 for a key that is none, or no more.
pub async fn show(app: AppData, request: HttpRequest, key: Path<String>) -> Result<HttpResponse> {
    // From where it is written: a link that was revoked is dead at once.
    let db = app.db.latest();
    let (post, status) = find(db, &key).await?.ok_or(Error::NotFound)?;
    if status == PostStatus::Published {
        let post = links::post(&post.slug);
        return Ok(HttpResponse::Found().insert_header((header::LOCATION, post)).finish());
    }
    let published_at = post.published_at.unwrap_or_else(Utc::now);
    let Around { tags, older, newer } = queries::around(db, published_at, post.id).await?;
    let post = Full { published_at: Some(published_at), ..post };
    let page = Preview {
        show: views::Show {
            post: views::Post::new(post, tags),
            newer: newer.map(Into::into),
            older: older.map(Into::into),
            related: Vec::new(),
            comments: None,
        },
        is_scheduled: status == PostStatus::Scheduled,
    };
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

/// The post that a preview link leads to, and its state; none for one in the trash.
async fn find(db: &impl ConnectionTrait, key: &str) -> Result<Option<(Full, PostStatus)>, DbErr> {
    use post::Column as P;
    let found: Option<(i64, PostStatus, Option<String>)> = post::Entity::find()
        .select_only()
        .columns([P::Id, P::Status, P::PreviewKey])
        .filter(P::PreviewKey.eq(key))
        .filter(P::Status.ne(PostStatus::Trashed))
        .into_tuple()
        .one(db)
        .await?;
    // Once more: MySQL and MariaDB overlook blanks at the end.
    let Some((id, status, _)) = found.filter(|(_, _, found)| found.as_deref() == Some(key)) else {
        return Ok(None);
    };
    Ok(queries::find_full(db, id, Seen::All).await?.map(|post| (post, status)))
}

/// `/admin/posts/{id}/preview-link`: the link, and the buttons that make and revoke it.
#[derive(Debug, Serialize)]
struct LinkPage {
    shell: Shell,
    title: String,
    action: String,
    /// The link, whole; empty for none.
    link: String,
    /// Where readers see the post, once it is public.
    view_url: Option<String>,
    back_url: String,
}

impl Page for LinkPage {
    const TEMPLATE: &'static str = "posts/preview_link.html";

    fn title(&self) -> Option<String> {
        Some(self.title.clone())
    }
}

/// The post, for somebody who may change it; not one in the trash.
async fn load<'a>(app: &'a AppData, viewer: &Viewer, id: i64) -> Result<(&'a Resource, Stored)> {
    let resource = app.admin.open(viewer, "posts")?;
    viewer.demand(resource.access.change)?;
    let stored = save::load(app, viewer, resource, Some(id)).await?.ok_or(Error::NotFound)?;
    if resource.is_trashed(&stored.values) {
        return Err(Error::NotFound);
    }
    Ok((resource, stored))
}

/// `GET /admin/posts/{id}/preview-link`
///
/// # Errors
/// 404 for a post that is not there, in the trash or not the viewer's.
pub async fn link(app: AppData, request: HttpRequest, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse> {
    let (resource, stored) = load(&app, &viewer, *id).await?;
    let title = stored.title(resource, *id);
    let (list, row) = (shell::list_url(resource), shell::row_url(resource, *id));
    let here = format!("{row}/preview-link");
    let heading = shell::heading(&resource.nouns);
    let crumbs = [(&*heading, &*list), (&*title, &*row), ("Preview link", &*here)];
    let key = stored.values.get("preview_key").and_then(Datum::as_text);
    let page = LinkPage {
        shell: Shell::new(&app.admin, &viewer, &crumbs, sessions::take_messages(&request)),
        title: format!("Preview of {title}"),
        link: key.map(|key| format!("{}/preview/{key}", app.public_url)).unwrap_or_default(),
        view_url: resource.view_url.and_then(|url| url(&stored.values)),
        action: here,
        back_url: row,
    };
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

/// `POST /admin/posts/{id}/preview-link`: makes a link, unless there is one.
///
/// # Errors
/// As [`link`].
pub async fn make(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    id: Path<i64>,
    form: Submitted,
) -> Result<HttpResponse> {
    let text = "Whoever has the preview link can read this post now.";
    change(&app, &request, &viewer, *id, &form, ("share", Some(secrets::random())), text).await
}

/// `POST /admin/posts/{id}/preview-link/revoke`: makes the link lead nowhere.
///
/// # Errors
/// As [`link`].
pub async fn revoke(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    id: Path<i64>,
    form: Submitted,
) -> Result<HttpResponse> {
    let text = "The preview link leads nowhere any more.";
    change(&app, &request, &viewer, *id, &form, ("unshare", None), text).await
}

async fn change(
    app: &AppData,
    request: &HttpRequest,
    viewer: &Viewer,
    id: i64,
    form: &Submitted,
    (action, key): (&str, Option<String>),
    text: &str,
) -> Result<HttpResponse> {
    let (resource, stored) = load(app, viewer, id).await?;
    let transaction = app.db.begin_aside().await?;
    crate::auth::still(&transaction, viewer).await?;
    let column = post::Column::PreviewKey;
    // The time of the last change stays: the text is what it was.
    let changed = post::Entity::update_many()
        .filter(post::Column::Id.eq(id))
        .filter(post::Column::Status.ne(PostStatus::Trashed))
        .filter(if key.is_some() { column.is_null() } else { column.is_not_null() })
        .set(post::ActiveModel { preview_key: Set(key), ..Default::default() })
        .exec(&transaction)
        .await?
        .rows_affected;
    if changed > 0 {
        let title = stored.title(resource, id);
        let entry = Entry { key: id.to_string(), title, changes: Vec::new() };
        log::record(&transaction, viewer, resource.name, action, entry).await?;
    }
    transaction.commit().await?;
    flash(request, Message { text: text.to_owned(), url: String::new(), is_error: false });
    let row = shell::row_url(resource, id);
    let is_of_page = form.has("_page");
    Ok(see_other(&if is_of_page { format!("{row}/preview-link") } else { row }))
}
