//! What posts were: a revision for each save that changed the title, the text, the summary, the tags or the cover, stored in the
//! save's transaction, whichever way it came. They are never changed and never pruned; they go with their post.
//!
//! A post from before revisions were kept has none until it is changed: then what it was is stored first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    post,
    post_revision::{self, RevisionKind},
    user,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select, prelude::Json,
};

use super::queries;
use crate::{
    admin::{Datum, Draft},
    media::uses::{self, Owner},
    web::{
        Result,
        pagination::{PageNumber, PageOf},
    },
};

/// Revisions in a page.
pub const PER_PAGE: u64 = 50;
/// Autosaves that are listed, the latest ones.
const MAX_AUTOSAVES: u64 = 50;
/// Posts whose texts are held at once.
const STEP: usize = 20;

/// A post at some time.
#[derive(Clone, Debug)]
pub struct State {
    /// The post.
    pub post_id: i64,
    /// Who saved it so; none where that is not known.
    pub by: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
    /// The title.
    pub title: String,
    /// Markdown.
    pub content: String,
    /// The summary.
    pub summary: String,
    /// The names of the tags, as forms have them: separated by commas.
    pub tags: String,
    /// The address of the cover; may be empty.
    pub cover: String,
    /// What to say instead of the cover; may be empty.
    pub cover_alt: String,
}

/// Names of tags as forms have them.
pub fn joined(tags: Option<&Vec<entity::tag::Model>>) -> String {
    let names = tags.into_iter().flatten().map(|tag| tag.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// Stores revisions, one for each of these states.
///
/// # Errors
/// When the database does not answer.
pub async fn store(db: &impl ConnectionTrait, states: Vec<State>) -> Result<(), DbErr> {
    if states.is_empty() {
        return Ok(());
    }
    let row = |state: State| post_revision::ActiveModel {
        post_id: Set(Some(state.post_id)),
        user_id: Set(state.by),
        kind: Set(RevisionKind::Saved),
        tab: Set(None),
        base: Set(String::new()),
        title: Set(state.title),
        content: Set(state.content),
        fields: Set(serde_json::json!({
            "summary": state.summary,
            "tags": state.tags,
            "cover": state.cover,
            "cover_alt": state.cover_alt,
        })),
        created_at: Set(state.at),
        updated_at: Set(state.at),
        ..Default::default()
    };
    // The ids of rows that are stored together are not told on every database.
    let (with_files, rest): (Vec<State>, Vec<State>) = states
        .into_iter()
        .partition(|state| uses::has_files(&state.content) || uses::has_files(&state.cover));
    for state in with_files {
        let text = format!("{}\n{}", state.cover, state.content);
        let id = post_revision::Entity::insert(row(state)).exec(db).await?.last_insert_id;
        uses::record_new(db, Owner::Revision(id), &text).await?;
    }
    if rest.is_empty() {
        return Ok(());
    }
    let rows = rest.into_iter().map(row);
    post_revision::Entity::insert_many(rows).exec_without_returning(db).await.map(drop)
}

fn saved_of(post: i64) -> Select<post_revision::Entity> {
    post_revision::Entity::find()
        .filter(post_revision::Column::PostId.eq(post))
        .filter(post_revision::Column::Kind.eq(RevisionKind::Saved))
}

/// Which of these posts have a revision.
async fn kept(db: &impl ConnectionTrait, posts: &[i64]) -> Result<Vec<i64>, DbErr> {
    post_revision::Entity::find()
        .select_only()
        .column(post_revision::Column::PostId)
        .distinct()
        .filter(post_revision::Column::PostId.is_in(posts.iter().copied()))
        .filter(post_revision::Column::Kind.eq(RevisionKind::Saved))
        .into_tuple()
        .all(db)
        .await
}

/// Stores what a save through the admin or the API made of a post, if it changed any of it. `before` are the tags that
/// the post had, where they are given anew. To be called once the row and its tags are stored.
///
/// # Errors
/// When the database does not answer.
pub async fn of_save(
    transaction: &DatabaseTransaction,
    key: i64,
    draft: &Draft,
    before: Option<String>,
) -> Result<(), DbErr> {
    let kept_fields = ["title", "content", "summary", "cover", "cover_alt"];
    let is_changed = kept_fields.iter().any(|name| draft.changes(name));
    if !draft.is_new() && !is_changed && before.is_none() {
        return Ok(());
    }
    let tags = joined(queries::tags_of(transaction, &[key]).await?.get(&key));
    let before = before.unwrap_or_else(|| tags.clone());
    if !draft.is_new() && !is_changed && before == tags {
        return Ok(());
    }
    let mut states = Vec::new();
    if !draft.is_new() && kept(transaction, &[key]).await?.is_empty() {
        let was = |name| draft.before.get(name).and_then(Datum::as_text).unwrap_or_default().to_owned();
        states.push(State {
            post_id: key,
            by: None,
            at: match draft.before.get("updated_at") {
                Some(Datum::DateTime(at)) => *at,
                _ => Utc::now(),
            },
            title: was("title"),
            content: was("content"),
            summary: was("summary"),
            tags: before,
            cover: was("cover"),
            cover_alt: was("cover_alt"),
        });
    }
    states.push(State {
        post_id: key,
        by: Some(draft.viewer.id),
        at: Utc::now(),
        title: draft.text("title").to_owned(),
        content: draft.text("content").to_owned(),
        summary: draft.text("summary").to_owned(),
        tags,
        cover: draft.text("cover").to_owned(),
        cover_alt: draft.text("cover_alt").to_owned(),
    });
    store(transaction, states).await
}

/// Stores what posts are now that tags were put on, for those whose tags are others than `before`.
///
/// # Errors
/// When the database does not answer.
pub async fn of_tags(
    db: &impl ConnectionTrait,
    by: i64,
    posts: &[i64],
    before: &HashMap<i64, Vec<entity::tag::Model>>,
) -> Result<(), DbErr> {
    let now = queries::tags_of(db, posts).await?;
    let changed: Vec<i64> = posts.iter().copied().filter(|id| before.get(id) != now.get(id)).collect();
    let kept = kept(db, &changed).await?;
    for ids in changed.chunks(STEP) {
        let mut states = Vec::new();
        for text in texts(db, ids).await? {
            let id = text.id;
            if !kept.contains(&id) {
                states.push(text.clone().state(None, text.updated_at, joined(before.get(&id))));
            }
            states.push(text.state(Some(by), Utc::now(), joined(now.get(&id))));
        }
        store(db, states).await?;
    }
    Ok(())
}

/// What a post is, of what revisions keep.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Text {
    id: i64,
    title: String,
    content: String,
    summary: String,
    cover: String,
    cover_alt: String,
    updated_at: DateTime<Utc>,
}

impl Text {
    /// As a revision.
    pub fn state(self, by: Option<i64>, at: DateTime<Utc>, tags: String) -> State {
        let Self { id: post_id, title, content, summary, cover, cover_alt, .. } = self;
        State { post_id, by, at, title, content, summary, tags, cover, cover_alt }
    }

    /// Whether a revision of it would say the same.
    pub fn is_like(&self, tags: &str, state: &State) -> bool {
        (&self.title, &self.content, &self.summary, &self.cover, &self.cover_alt, tags)
            == (&state.title, &state.content, &state.summary, &state.cover, &state.cover_alt, &*state.tags)
    }

    /// When it was changed last.
    pub fn updated_at(&self) -> DateTime<Utc> {
        self.updated_at
    }
}

/// What posts are: a few of them, for their texts are whole.
///
/// # Errors
/// When the database does not answer.
pub async fn texts(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Text>, DbErr> {
    use post::Column as P;
    post::Entity::find()
        .select_only()
        .columns([P::Id, P::Title, P::Content, P::Summary, P::Cover, P::CoverAlt, P::UpdatedAt])
        .filter(P::Id.is_in(ids.iter().copied()))
        .order_by_asc(P::Id)
        .into_model()
        .all(db)
        .await
}

/// Whether a post has no revision yet.
///
/// # Errors
/// When the database does not answer.
pub async fn has_none(db: &impl ConnectionTrait, post: i64) -> Result<bool, DbErr> {
    Ok(kept(db, &[post]).await?.is_empty())
}

/// A revision in a list, without its text.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Listed {
    /// Its id.
    pub id: i64,
    /// The title then.
    pub title: String,
    /// When it was saved or typed.
    pub updated_at: DateTime<Utc>,
    /// Who, by the name for readers.
    pub display_name: Option<String>,
}

fn listed(select: Select<post_revision::Entity>) -> Select<post_revision::Entity> {
    use post_revision::Column as R;
    select
        .select_only()
        .columns([R::Id, R::Title, R::UpdatedAt])
        .column(user::Column::DisplayName)
        .join(JoinType::LeftJoin, post_revision::Relation::User.def())
}

/// A page of a post's revisions, the latest first.
///
/// # Errors
/// 404 beyond the last page.
pub async fn list(db: &impl ConnectionTrait, post: i64, number: PageNumber) -> Result<PageOf<Listed>> {
    let count: Option<i64> = saved_of(post)
        .select_only()
        .column_as(post_revision::Column::Id.count(), "n")
        .into_tuple()
        .one(db)
        .await?;
    let rows = listed(saved_of(post))
        .order_by_desc(post_revision::Column::Id)
        .limit(PER_PAGE)
        .offset(number.offset(PER_PAGE))
        .into_model()
        .all(db)
        .await?;
    PageOf::new(rows, count.unwrap_or_default().unsigned_abs(), number, PER_PAGE)
}

/// What somebody's editors sent by themselves of a post, the latest first. What is not saved is its writer's alone.
///
/// # Errors
/// When the database does not answer.
pub async fn autosaves(db: &impl ConnectionTrait, post: i64, user_id: i64) -> Result<Vec<Listed>, DbErr> {
    let autosaves = post_revision::Entity::find()
        .filter(post_revision::Column::PostId.eq(post))
        .filter(post_revision::Column::UserId.eq(user_id))
        .filter(post_revision::Column::Kind.eq(RevisionKind::Autosave));
    listed(autosaves)
        .order_by_desc(post_revision::Column::UpdatedAt)
        .limit(MAX_AUTOSAVES)
        .into_model()
        .all(db)
        .await
}

/// Makes texts of their own of what was typed in posts that are about to go.
///
/// # Errors
/// When the database does not answer.
pub async fn free_autosaves(db: &impl ConnectionTrait, posts: &[i64]) -> Result<(), DbErr> {
    post_revision::Entity::update_many()
        .set(post_revision::ActiveModel { post_id: Set(None), ..Default::default() })
        .filter(post_revision::Column::PostId.is_in(posts.iter().copied()))
        .filter(post_revision::Column::Kind.eq(RevisionKind::Autosave))
        .exec(db)
        .await
        .map(drop)
}

/// A revision with its text.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Revision {
    /// Its id.
    pub id: i64,
    /// How it came to be.
    pub kind: RevisionKind,
    /// The title.
    pub title: String,
    /// Markdown.
    pub content: String,
    /// The other fields, as texts.
    pub fields: Json,
    /// When it was saved or typed.
    pub updated_at: DateTime<Utc>,
    /// Who, by the name for readers.
    pub display_name: Option<String>,
}

impl Revision {
    /// One of the other fields; empty where it was not kept.
    pub fn field(&self, name: &str) -> &str {
        self.kept(name).unwrap_or_default()
    }

    /// One of the other fields, if it was kept: those from before covers were kept have none.
    pub fn kept(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Json::as_str)
    }
}

fn whole(select: Select<post_revision::Entity>) -> Select<post_revision::Entity> {
    use post_revision::Column as R;
    listed(select).columns([R::Kind, R::Content, R::Fields])
}

/// A post's revision that somebody may see: saved, or typed by themselves.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    db: &impl ConnectionTrait,
    post: i64,
    id: i64,
    user_id: i64,
) -> Result<Option<Revision>, DbErr> {
    use post_revision::Column as R;
    let is_theirs = Condition::any().add(R::Kind.eq(RevisionKind::Saved)).add(R::UserId.eq(user_id));
    let one = post_revision::Entity::find_by_id(id).filter(R::PostId.eq(post)).filter(is_theirs);
    whole(one).into_model().one(db).await
}

/// The saved revision before one.
///
/// # Errors
/// When the database does not answer.
pub async fn before(db: &impl ConnectionTrait, post: i64, id: i64) -> Result<Option<Revision>, DbErr> {
    let earlier = saved_of(post).filter(post_revision::Column::Id.lt(id));
    whole(earlier).order_by_desc(post_revision::Column::Id).limit(1).into_model().one(db).await
}

/// The post whose revisions are asked for, by its title; of this user's posts alone, if one is named.
///
/// # Errors
/// When the database does not answer.
pub async fn post(
    db: &impl ConnectionTrait,
    id: i64,
    owner: Option<i64>,
) -> Result<Option<queries::Titled>, DbErr> {
    let mut select = post::Entity::find_by_id(id);
    if let Some(owner) = owner {
        select = select.filter(post::Column::UserId.eq(owner));
    }
    select
        .select_only()
        .columns([post::Column::Id, post::Column::Title, post::Column::Slug])
        .into_model()
        .one(db)
        .await
}
