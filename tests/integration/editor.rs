//! The editor: what it keeps, and what it never touches.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail their test, as assertions do")]

mod autosave;
mod conflicts;
mod lost;
mod other_forms;
mod preview;
mod recovery;
mod resume;
mod twice;

use entity::{
    post,
    post_revision::{self, RevisionKind},
};
use harness::{Answer, TestSite, visitor::Visitor};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// The version of the post that a form shows.
fn version(page: &Answer) -> String {
    page.attributes("#form input[name=_version]", "value").remove(0)
}

/// What a page of the editor would send by itself.
async fn autosave(
    who: &Visitor<'_>,
    post: Option<i64>,
    tab: &str,
    base: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let post = post.map(|id| id.to_string()).unwrap_or_default();
    let mut all = vec![("_post", post.as_str()), ("_tab", tab), ("_version", base)];
    all.extend_from_slice(fields);
    who.post_with("/admin/posts/autosave", &all, &[("accept", "application/json")]).await
}

/// What is kept of unsaved texts, oldest first.
async fn kept(site: &TestSite) -> Vec<post_revision::Model> {
    post_revision::Entity::find()
        .filter(post_revision::Column::Kind.eq(RevisionKind::Autosave))
        .order_by_asc(post_revision::Column::Id)
        .all(site.db.write())
        .await
        .unwrap()
}

/// What a page says that goes on with a kept text.
fn loaded(row: &post_revision::Model) -> String {
    format!("{}-{}", row.id, row.updated_at.timestamp_micros())
}

async fn stored(site: &TestSite, id: i64) -> post::Model {
    post::Entity::find_by_id(id).one(site.db.write()).await.unwrap().unwrap()
}
