//! Comments: said, held, approved, answered, changed, deleted; and what nobody should read.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

mod closing;
mod desk;
mod guests;
mod links;
mod members;
mod paging;
mod spam;

use chrono::{TimeDelta, Utc};
use entity::comment::{self, CommentStatus};
use harness::{Answer, TestSite, Visitor};
use lectern::comments::stamp;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};

/// A form that was made a minute ago.
fn stamp_of(site: &TestSite, post: i64) -> String {
    stamp::form(&site.app.signer, post, Utc::now() - TimeDelta::minutes(1))
}

/// Sends a guest's comment as a browser does.
async fn say(
    visitor: &Visitor<'_>,
    site: &TestSite,
    post: i64,
    slug: &str,
    name: &str,
    text: &str,
) -> Answer {
    say_with(visitor, site, post, slug, name, text, &[]).await
}

/// As [`say`], with more fields.
async fn say_with(
    visitor: &Visitor<'_>,
    site: &TestSite,
    post: i64,
    slug: &str,
    name: &str,
    text: &str,
    more: &[(&str, &str)],
) -> Answer {
    let email = format!("{}@guests.example", name.to_lowercase().replace(' ', "."));
    let stamp = stamp_of(site, post);
    let mut fields =
        vec![("stamp", &*stamp), ("name", name), ("email", &*email), ("comment", text), ("website", "")];
    fields.extend(more);
    visitor.post(&format!("/posts/{slug}/comments"), &fields).await
}

async fn row(site: &TestSite, id: i64) -> comment::Model {
    comment::Entity::find_by_id(id).one(site.db.write()).await.unwrap().unwrap()
}

async fn rows(site: &TestSite) -> Vec<comment::Model> {
    let mut rows = comment::Entity::find().all(site.db.write()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn count(site: &TestSite) -> u64 {
    comment::Entity::find().count(site.db.write()).await.unwrap()
}

async fn set_status(site: &TestSite, id: i64, status: CommentStatus) {
    let change = comment::ActiveModel { id: Set(id), status: Set(status), ..Default::default() };
    change.update(site.db.write()).await.unwrap();
}

/// What a reader sees of the comments below a post.
async fn read(visitor: &Visitor<'_>, slug: &str) -> Vec<String> {
    visitor.get(&format!("/posts/{slug}")).await.expect(200).texts("#comments .comment .comment-body")
}
