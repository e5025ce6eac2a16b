//! What the site is called and how it behaves: the `settings` table as one typed value.

pub mod accent;
pub mod admin;
pub mod logo;
pub mod menu;
pub mod settings;

use std::sync::{Arc, PoisonError, RwLock};

use chrono_tz::Tz;
use entity::{redirect, setting};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};

use crate::{
    admin::{Datum, Draft},
    comments::policy::Policy,
    db::Db,
    pages::{queries as pages, reserved::is_reserved},
    posts::queries as posts,
};

/// The most days after which a post takes no more comments.
pub const MAX_COMMENT_DAYS: u32 = 3650;

/// The site's settings, with defaults for what the owner never set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Site {
    /// Shown at the top of each page.
    pub title: String,
    /// The tagline: a sentence for search engines and the home page; may be empty.
    pub description: String,
    /// The address of a picture of the library that stands in the title's place; may be empty.
    pub logo: String,
    /// The colour of links and buttons, `#1f6feb`; empty for the theme's own.
    pub accent: String,
    /// Markdown below every page; may be empty.
    pub footer: String,
    /// The footer, rendered and sanitised when it was saved.
    pub footer_html: String,
    /// What stands between the title and the search field; the usual menu where it was never set.
    pub menu: Option<Vec<menu::Item>>,
    /// A BCP 47 tag for the pages' `lang`.
    pub language: String,
    /// Posts in a list's page, 1 to 100.
    pub posts_per_page: u64,
    /// The zone that times are shown and typed in.
    pub time_zone: Tz,
    /// Who may comment.
    pub comments: Policy,
    /// Whether the first comment of somebody waits until it is approved.
    pub comments_hold: bool,
    /// Days after which a post takes no more comments; 0 for never.
    pub comments_days: u32,
    /// What lists show of a post.
    pub list_text: Extent,
    /// What feeds hold of a post.
    pub feed_text: Extent,
    /// Whether anybody may make an account, where the process allows it (`LECTERN_SIGNUP`).
    pub signup_is_open: bool,
    /// Where holes in the site's security are reported: an e-mail address or a URL; may be empty.
    pub security_contact: String,
    /// Whether views of posts are counted.
    pub counts_visits: bool,
}

/// How much of a post is shown where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    /// Its summary, or else its beginning.
    Summary,
    /// All of it.
    Full,
}

impl Site {
    /// The security contact as RFC 9116 has it: a URI.
    pub fn security_contact_uri(&self) -> Option<String> {
        match self.security_contact.as_str() {
            "" => None,
            address if address.contains("://") => Some(address.to_owned()),
            address => Some(format!("mailto:{address}")),
        }
    }
}

impl Default for Site {
    fn default() -> Self {
        Self {
            title: "Lectern".to_owned(),
            description: String::new(),
            logo: String::new(),
            accent: String::new(),
            footer: String::new(),
            footer_html: String::new(),
            menu: None,
            language: "en".to_owned(),
            posts_per_page: 10,
            time_zone: Tz::UTC,
            comments: Policy::Everyone,
            comments_hold: true,
            comments_days: 0,
            list_text: Extent::Summary,
            feed_text: Extent::Full,
            signup_is_open: true,
            security_contact: String::new(),
            counts_visits: true,
        }
    }
}

/// The settings that were read last, and the content's version that they were read at.
#[derive(Debug, Default)]
pub struct Remembered(RwLock<Option<(u64, Arc<Site>)>>);

impl Remembered {
    /// The settings: as they were read, until somebody changes the site.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn get(&self, db: &Db) -> Result<Arc<Site>, DbErr> {
        // Before they are read: what is written meanwhile makes them old.
        let version = db.known().now();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, site)) = known
            && of == version
        {
            return Ok(site);
        }
        let site = Arc::new(load(db.read()).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((version, site.clone()));
        Ok(site)
    }
}

/// Reads the settings. A value of a wrong kind counts as not set.
///
/// # Errors
/// When the database does not answer.
pub async fn load(db: &impl ConnectionTrait) -> Result<Site, DbErr> {
    let mut site = Site::default();
    for setting::Model { key, value, .. } in setting::Entity::find().all(db).await? {
        let text = value.as_str().map(str::to_owned);
        match (key.as_str(), text) {
            ("title", Some(text)) => site.title = text,
            ("description", Some(text)) => site.description = text,
            ("logo", Some(text)) => site.logo = text,
            ("accent", Some(text)) => site.accent = text,
            ("footer", Some(text)) => site.footer = text,
            ("footer_html", Some(text)) => site.footer_html = text,
            ("language", Some(text)) => site.language = text,
            ("list_text", _) => site.list_text = serde_json::from_value(value).unwrap_or(site.list_text),
            ("feed_text", _) => site.feed_text = serde_json::from_value(value).unwrap_or(site.feed_text),
            ("security_contact", Some(text)) => site.security_contact = text,
            ("signup_is_open", None) => site.signup_is_open = value.as_bool().unwrap_or(site.signup_is_open),
            ("counts_visits", None) => site.counts_visits = value.as_bool().unwrap_or(site.counts_visits),
            ("menu", None) => site.menu = serde_json::from_value(value).unwrap_or_default(),
            ("time_zone", Some(text)) => site.time_zone = text.parse().unwrap_or(site.time_zone),
            ("comments", Some(text)) => site.comments = Policy::parse(&text).unwrap_or(site.comments),
            ("comments_hold", None) => site.comments_hold = value.as_bool().unwrap_or(site.comments_hold),
            ("comments_days", None) => {
                let days = value.as_u64().and_then(|days| u32::try_from(days).ok());
                site.comments_days = days.unwrap_or(site.comments_days).min(MAX_COMMENT_DAYS);
            }
            ("posts_per_page", None) => {
                site.posts_per_page =
                    value.as_u64().map_or(site.posts_per_page, |number| number.clamp(1, 100));
            }
            _ => {}
        }
    }
    Ok(site)
}

/// Stores a setting.
///
/// # Errors
/// When the database does not answer.
pub async fn set(
    db: &impl ConnectionTrait,
    key: &str,
    value: impl Into<serde_json::Value>,
) -> Result<(), DbErr> {
    let row = setting::ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value.into()),
        updated_at: Set(chrono::Utc::now()),
    };
    let again = OnConflict::column(setting::Column::Key)
        .update_columns([setting::Column::Value, setting::Column::UpdatedAt])
        .to_owned();
    setting::Entity::insert(row).on_conflict(again).exec_without_returning(db).await.map(drop)
}

/// Where an old path leads, if anywhere. Both are percent-decoded and without a trailing slash.
///
/// # Errors
/// When the database does not answer.
pub async fn redirect_target(db: &impl ConnectionTrait, old_path: &str) -> Result<Option<String>, DbErr> {
    let row = redirect::Entity::find().filter(redirect::Column::OldPath.eq(old_path)).one(db).await?;
    // Once more: MySQL and MariaDB overlook blanks at the end. And nothing leads to itself.
    let target =
        row.filter(|row| row.old_path == old_path && row.new_path != old_path).map(|row| row.new_path);
    // That a draft exists, and what it will be called, is nobody's business yet.
    let is_hidden = match target.as_deref().and_then(|target| target.strip_prefix('/')) {
        Some(path) => match path.split_once('/') {
            Some(("posts", slug)) => !posts::is_published(db, slug).await?,
            Some(_) => false,
            None if path.is_empty() || is_reserved(path) => false,
            None => pages::is_draft(db, path).await?,
        },
        None => false,
    };
    Ok(target.filter(|_| !is_hidden))
}

/// Makes old paths lead to `target`. One that leads somewhere already is left alone; those that lead elsewhere come
/// back, with where they lead.
///
/// # Errors
/// When the database does not answer.
pub async fn add_redirects(
    db: &impl ConnectionTrait,
    old_paths: &[String],
    target: &str,
) -> Result<Vec<(String, String)>, DbErr> {
    if old_paths.is_empty() {
        return Ok(Vec::new());
    }
    let known = redirect::Entity::find().filter(redirect::Column::OldPath.is_in(old_paths)).all(db).await?;
    let is_known = |path: &String| known.iter().any(|row| row.old_path == *path);
    let now = chrono::Utc::now();
    let rows = old_paths.iter().filter(|path| *path != target && !is_known(path)).map(|path| {
        redirect::ActiveModel {
            old_path: Set(path.clone()),
            new_path: Set(target.to_owned()),
            created_at: Set(now),
            ..Default::default()
        }
    });
    redirect::Entity::insert_many(rows).exec_without_returning(db).await?;
    let elsewhere = known.into_iter().filter(|row| row.new_path != target);
    Ok(elsewhere.map(|row| (row.old_path, row.new_path)).collect())
}

/// Makes the address that a row had lead to the one that it has now, and what led to the old one too. An address that
/// is in use again leads nowhere else any more.
///
/// # Errors
/// When the database does not answer.
pub async fn move_path(db: &impl ConnectionTrait, from: &str, to: &str) -> Result<(), DbErr> {
    redirect::Entity::delete_many().filter(redirect::Column::OldPath.is_in([from, to])).exec(db).await?;
    redirect::Entity::update_many()
        .set(redirect::ActiveModel { new_path: Set(to.to_owned()), ..Default::default() })
        .filter(redirect::Column::NewPath.eq(from))
        .exec(db)
        .await?;
    add_redirects(db, &[from.to_owned()], to).await?;
    Ok(())
}

/// Makes what leads to the first path of each pair lead to the second one. One statement, and one more for each path
/// that something leads to.
///
/// # Errors
/// When the database does not answer.
pub async fn follow(db: &impl ConnectionTrait, moves: &[(String, String)]) -> Result<(), DbErr> {
    let from = moves.iter().map(|(from, _)| from.as_str());
    let known = redirect::Entity::find().filter(redirect::Column::NewPath.is_in(from)).all(db).await?;
    for (from, to) in moves.iter().filter(|(from, _)| known.iter().any(|row| row.new_path == *from)) {
        redirect::Entity::update_many()
            .set(redirect::ActiveModel { new_path: Set(to.clone()), ..Default::default() })
            .filter(redirect::Column::NewPath.eq(from))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Forgets what leads to these paths.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_targets(db: &impl ConnectionTrait, paths: &[String]) -> Result<(), DbErr> {
    let leading = redirect::Column::NewPath.is_in(paths);
    redirect::Entity::delete_many().filter(leading).exec(db).await.map(drop)
}

/// As [`move_path`], for a row whose `slug` is being changed; `folder` is `/posts`.
///
/// # Errors
/// When the database does not answer.
pub async fn move_slug(db: &impl ConnectionTrait, folder: &str, draft: &Draft) -> Result<(), DbErr> {
    if draft.is_new() || !draft.changes("slug") {
        return Ok(());
    }
    let old = draft.before.get("slug").and_then(Datum::as_text).unwrap_or_default();
    move_path(db, &format!("{folder}/{old}"), &format!("{folder}/{}", draft.text("slug"))).await
}
