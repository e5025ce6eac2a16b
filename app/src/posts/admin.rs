//! Posts in the admin: the declaration, and what saving one does.

use std::collections::BTreeMap;

use chrono::Utc;
use chrono_tz::Tz;
use entity::{
    post::{self, Column as C, PostStatus},
    post_tag,
};
use futures_util::future::BoxFuture;
use sea_orm::{ActiveEnum, DatabaseExecutor, DatabaseTransaction, TransactionTrait};

use super::{editor, queries, revisions, save, trash};
use crate::{
    admin::{
        Access, Action, Datum, Draft, Hooks, Resource, Values,
        action::Run,
        column::Kind,
        field, hooked,
        hooks::Drawn,
        store,
        views::{Chart, Panel},
    },
    auth::{Permission, Viewer},
    content,
    db::{self, Failure},
    media, search, site,
    visits::charts,
    web::{
        App, Error, Result,
        forms::{Field, FieldErrors, Widget},
        links,
    },
};

/// Tries to find a slug that nobody else takes in the same moment.
const SLUG_TRIES: usize = 60;

/// Under what name a draft carries what the search index will hold; no column has it.
const INDEX_ENTRY: &str = "search_entry";

/// The most tags that are given at once.
const MAX_TAGS: usize = 50;

/// How the admin shows posts.
pub fn resource() -> Resource {
    let is_draft = |_: &Viewer| Datum::Text(PostStatus::Draft.to_value());
    Resource::of::<post::Entity>("posts", "post", "What readers come for. A post starts as a draft.")
        .access(Access::all(Permission::WritePosts).own(C::UserId, Permission::EditAllPosts))
        .title(C::Title)
        .column(C::Title)
        .related(C::UserId, "Author", "users")
        .column(C::Status)
        .column_as(C::PublishedAt, "Published")
        .column_as(C::WordCount, "Words")
        .column_as(C::UpdatedAt, "Changed")
        .drawn("Views, 30 days")
        .search([C::Title, C::Slug])
        .filter(C::Status)
        .filter_related(C::UserId, "users")
        .filter_through("tags", "tags", post_tag::Column::PostId, post_tag::Column::TagId)
        .filter(C::Pinned)
        .filter(C::PublishedAt)
        .dates(C::PublishedAt)
        .descending(C::UpdatedAt)
        .group(
            "",
            [
                field(C::Title),
                field(C::Content).widget(Widget::Markdown).optional(),
                field(C::Summary).optional().help("Lists show this; without it, the text's beginning."),
                hooked("tags", Kind::LongText, Widget::Tags)
                    .refers_to("tags")
                    .help("Words that group posts, separated by commas."),
            ],
        )
        .group(
            "Cover",
            [
                field(C::Cover)
                    .label("Picture")
                    .widget(Widget::Image)
                    .optional()
                    .help("Stands above the text: the address of a picture on this site."),
                field(C::CoverAlt)
                    .label("What it shows")
                    .optional()
                    .help("For whoever cannot see it; empty where it says nothing that the title does not."),
            ],
        )
        .group(
            "Publishing",
            [
                field(C::Status).choose::<PostStatus>().reserve(PostStatus::Trashed).starts_as(is_draft),
                field(C::PublishedAt).label("Published at").help("Left empty, the moment of publishing."),
                field(C::Pinned).help("Holds it at the top of the home page."),
                field(C::CommentsOpen)
                    .label("Takes comments")
                    .starts_as(|_| Datum::Boolean(true))
                    .help("As far as the site does. What was said stays to be read."),
                field(C::Slug)
                    .optional()
                    .help("The last part of its address; left empty, made of the title."),
                field(C::UserId)
                    .label("Author")
                    .refers_to("users")
                    .only(Permission::EditAllPosts)
                    .starts_as(|viewer| Datum::Integer(viewer.id)),
            ],
        )
        .action(
            Action::new("publish", "Publish", "Published", Move(PostStatus::Published)).decides(C::UpdatedAt),
        )
        .action(Action::new("unpublish", "Turn into drafts", "Turned into drafts", Move(PostStatus::Draft)))
        .action(
            Action::new("tag", "Add a tag", "Tagged", AddTag).asks(
                Field::new("tag", "Tag", Widget::Text).max_length((MAX_TAGS * (save::MAX_TAG + 2)) as u32),
            ),
        )
        .trash(C::Status, PostStatus::Trashed, C::TrashedAt, trash::DAYS)
        .row_page("Revisions", "revisions", true)
        .row_page("Preview link", "preview-link", false)
        .hooks(Posts)
        .form_page(editor::page::TEMPLATE, editor::page::EditorPage)
        .view_url(|row| {
            let is_public = row.get("status")?.as_text() == Some("published");
            is_public.then(|| row.get("slug")?.as_text().map(links::post))?
        })
        .first_step("Write the first post")
        .panel("Drafts", "status=draft", "Nothing is being written.")
        .panel("Scheduled", "status=scheduled&sort=published_at", "Nothing waits for its time.")
        .chart("Posts published", C::PublishedAt, "status=published")
}

struct Posts;

impl Hooks for Posts {
    fn read<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<BTreeMap<i64, Values>>> {
        Box::pin(async move {
            let mut tags = queries::tags_of(&db, keys).await?;
            let of_post = |key: &i64| {
                let tags = tags.remove(key).unwrap_or_default();
                let names: Vec<String> = tags.into_iter().map(|tag| tag.name).collect();
                (*key, Values::from([("tags", Datum::Text(names.join(", ")))]))
            };
            Ok(keys.iter().map(of_post).collect())
        })
    }

    fn prepare<'a>(&'a self, app: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(prepare(app, draft))
    }

    fn store<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        resource: &'a Resource,
        draft: &'a Draft,
    ) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move {
            let goes_out = matches!(draft.get("published_at"), Datum::DateTime(at) if *at > Utc::now());
            if goes_out && draft.changes("published_at") && draft.text("status") == "published" {
                // Its time came between the reading of the form and now.
                let message = "It went out meanwhile, so its time cannot be moved any more.";
                return Err(Error::Invalid(FieldErrors::of("published_at", message)));
            }
            // Typed by a person, or kept: as it is.
            if !draft.text("slug").is_empty() {
                return store::row(transaction, &resource.table, draft).await;
            }
            let wanted = content::slugify(draft.text("title")).unwrap_or_else(|| "post".to_owned());
            let wanted: String = wanted.chars().take(save::MAX_TITLE).collect();
            let mut draft = draft.clone();
            let mut tried: Vec<String> = Vec::new();
            loop {
                let slug =
                    save::free_slug(transaction, &wanted, |slug| tried.iter().any(|known| known == slug))
                        .await?;
                draft.values.insert("slug", Datum::Text(slug.clone()));
                // Of its own, so that a slug that somebody else takes in this very moment costs no more than a try.
                let attempt = transaction.begin().await?;
                match store::row(&attempt, &resource.table, &draft).await {
                    Ok(key) => {
                        attempt.commit().await?;
                        return Ok(key);
                    }
                    Err(Error::Internal(error))
                        if tried.len() < SLUG_TRIES
                            && error.downcast_ref().map(db::classify) == Some(Failure::Duplicate) =>
                    {
                        attempt.rollback().await?;
                        tried.push(slug);
                    }
                    Err(error) => return Err(error),
                }
            }
        })
    }

    fn stored<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        key: i64,
        draft: &'a Draft,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut tags_before = None;
            if draft.changes("tags") {
                tags_before = Some(revisions::joined(queries::tags_of(transaction, &[key]).await?.get(&key)));
                save::set_tags(transaction, key, &tag_names(draft.text("tags"))).await?;
            }
            save::relist(transaction, &[key]).await?;
            revisions::of_save(transaction, key, draft, tags_before).await?;
            media::uses::record(transaction, key, draft.text("html"), draft.text("cover")).await?;
            let is_public = draft.text("status") == PostStatus::Published.to_value();
            let (title, summary) = (draft.text("title"), draft.text("summary"));
            let texts = (title, summary, draft.text("html"));
            save::index_prepared(transaction, key, is_public, texts, draft.text(INDEX_ENTRY)).await?;
            Ok(site::move_slug(transaction, "/posts", draft).await?)
        })
    }

    fn trash<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { Ok(trash::put(transaction, keys, Utc::now()).await?) })
    }

    fn restore<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(trash::bring_back(transaction, keys, Utc::now()))
    }

    fn drawn<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        keys: &'a [i64],
        zone: Tz,
    ) -> BoxFuture<'a, Result<Option<Drawn>>> {
        Box::pin(charts::of_list(db, keys, zone))
    }

    fn dashboard<'a>(
        &'a self,
        app: &'a App,
        viewer: &'a Viewer,
        zone: Tz,
    ) -> BoxFuture<'a, Result<(Vec<Panel>, Vec<Chart>)>> {
        Box::pin(charts::of_dashboard(app, viewer, zone))
    }

    fn deleting<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { Ok(trash::forget(transaction, keys).await?) })
    }
}

/// Checks what the schema cannot, and completes what follows from the rest.
async fn prepare(app: &App, draft: &mut Draft) -> Result<()> {
    let mut errors = FieldErrors::default();
    let slug = draft.text("slug");
    if draft.values.contains_key("slug") && !slug.is_empty() {
        match content::slugify(slug) {
            Some(slug) => {
                draft.values.insert("slug", Datum::Text(slug.chars().take(save::MAX_TITLE).collect()));
            }
            None => errors.add("slug", "This needs a letter or a digit."),
        }
    }
    if draft.changes("cover") && !is_local(draft.text("cover")) {
        errors.add("cover", "This must be a picture on this site: an address that begins with one “/”.");
    }
    let tags = tag_names(draft.text("tags"));
    if tags.len() > MAX_TAGS {
        errors.add("tags", format!("A post has at most {MAX_TAGS} tags."));
    }
    for name in tags.into_iter().take(MAX_TAGS) {
        if name.chars().count() > save::MAX_TAG {
            errors.add("tags", format!("A tag has at most {} characters.", save::MAX_TAG));
        } else if save::tag_slug(&name).is_none() {
            errors.add("tags", format!("“{name}” is no tag: it needs a letter or a digit."));
        }
    }
    let now = Utc::now();
    let when = match draft.get("published_at") {
        Datum::DateTime(time) => Some(*time),
        _ => None,
    };
    // What waited for its time and is published now did not go public yet.
    let is_early = when > Some(now) && draft.changes("status") && !draft.changes("published_at");
    match draft.text("status") {
        "published" if when.is_none() || is_early => {
            draft.values.insert("published_at", Datum::DateTime(now));
        }
        "published" if when > Some(now) && draft.values.contains_key("published_at") => {
            errors.add("published_at", "This is yet to come: choose Scheduled, or leave it empty.");
        }
        "scheduled" if when.is_none() => errors.add("published_at", "Say when it goes out."),
        "scheduled" if when <= Some(now) && (draft.changes("published_at") || draft.changes("status")) => {
            errors.add("published_at", "This is past: choose a later time, or Published.");
        }
        _ => {}
    }
    errors.or(())?;
    let is_written = ["title", "summary", "content"].iter().any(|name| draft.changes(name));
    if draft.is_new() || is_written { render(app, draft).await } else { Ok(()) }
}

/// Makes what is stored beside the words, in a place for it.
async fn render(app: &App, draft: &mut Draft) -> Result<()> {
    let place = app.renderings.for_save(draft.viewer.id).await?;
    if draft.is_new() || draft.changes("content") {
        let markdown = draft.text("content").to_owned();
        let rendered = place.run(move || content::render(&markdown)).await?;
        if rendered.is_too_large() {
            return Err(Error::Invalid(FieldErrors::of("content", content::TOO_LARGE)));
        }
        draft.values.insert("toc", Datum::Json(serde_json::json!(rendered.toc)));
        draft.values.insert("word_count", Datum::Integer(rendered.word_count.into()));
        draft.values.insert("html", Datum::Text(rendered.html));
    }
    if draft.is_new() || draft.changes("content") || draft.changes("summary") {
        let texts = [draft.text("summary"), draft.text("html")].map(str::to_owned);
        let excerpt = place.run(move || save::excerpt(&texts[0], None, &texts[1])).await?;
        draft.values.insert("excerpt", Datum::Text(excerpt));
    }
    // Where many are published at once this is made for each in its turn: all of them are not held.
    let is_public = draft.text("status") == PostStatus::Published.to_value();
    if is_public && draft.text("html").len() >= search::LONG {
        let texts = [draft.text("title"), draft.text("summary"), draft.text("html")].map(str::to_owned);
        let entry = place.run(move || save::index_entry(&texts[0], &texts[1], &texts[2])).await?;
        draft.values.insert(INDEX_ENTRY, Datum::Text(entry));
    }
    Ok(())
}

/// Whether a cover is nothing, or an address on this site: what a browser takes for another site's begins with two
/// slashes, of either kind, once it has dropped tabs and line ends.
fn is_local(address: &str) -> bool {
    let is_plain = |letter: char| !letter.is_control() && !letter.is_whitespace() && letter != '\\';
    address.is_empty()
        || address.starts_with('/') && !address.starts_with("//") && address.chars().all(is_plain)
}

/// The names in a list separated by commas.
fn tag_names(text: &str) -> Vec<String> {
    text.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Moves posts to another state.
struct Move(PostStatus);

impl Run for Move {
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: &'a Viewer,
        keys: &'a [i64],
        _: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>>> {
        Box::pin(async move { Ok(save::set_status(transaction, keys, self.0, Utc::now()).await?) })
    }
}

/// Puts a tag on posts.
struct AddTag;

impl Run for AddTag {
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        viewer: &'a Viewer,
        keys: &'a [i64],
        argument: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>>> {
        Box::pin(async move {
            let names = tag_names(argument);
            if names.len() > MAX_TAGS {
                let message = format!("At most {MAX_TAGS} tags at once.");
                return Err(Error::Invalid(FieldErrors::of("tag", message)));
            }
            if names.iter().any(|name| name.chars().count() > save::MAX_TAG) {
                let message = format!("A tag has at most {} characters.", save::MAX_TAG);
                return Err(Error::Invalid(FieldErrors::of("tag", message)));
            }
            if names.is_empty() || names.iter().any(|name| save::tag_slug(name).is_none()) {
                let message = "This is no tag: it needs a letter or a digit.";
                return Err(Error::Invalid(FieldErrors::of("tag", message)));
            }
            let before = queries::tags_of(transaction, keys).await?;
            let tagged = save::add_missing_tags(transaction, keys, &names).await?;
            revisions::of_tags(transaction, viewer.id, keys, &before).await?;
            Ok(tagged)
        })
    }
}
