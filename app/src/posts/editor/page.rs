//! The editor's page: what stands beside the form, and going on with what was typed before.

use entity::post_revision::Model;
use futures_util::future::BoxFuture;

use super::{
    Loaded, RESOURCE, TAB, UNSAVED,
    autosave::is_stored,
    queries,
    unsaved::{self, typed_in},
    views::Editor,
};
use crate::{
    admin::{
        Datum, FormPage,
        form_page::Opened,
        save,
        sent::{Reader, Sent},
        views::Message,
    },
    auth::Viewer,
    content,
    web::{App, Error, Result, forms::Submitted},
};

/// The template of the page.
pub const TEMPLATE: &str = "posts/editor.html";
/// Unsaved texts that are shown with their differences.
const SHOWN: usize = 3;
/// Other texts of the same post that are looked at when it is saved: those that say the same go.
const ALIKE: u64 = 10;

/// The editor as the admin's form for posts.
#[derive(Debug)]
pub struct EditorPage;

impl FormPage for EditorPage {
    fn kept(&self) -> &'static [&'static str] {
        &[TAB, UNSAVED]
    }

    fn more<'a>(&'a self, opened: Opened<'a>) -> BoxFuture<'a, Result<serde_json::Value>> {
        Box::pin(async move { serde_json::to_value(more(opened).await?).map_err(Error::internal) })
    }

    fn typed<'a>(
        &'a self,
        opened: Opened<'a>,
        address: &'a Submitted,
    ) -> BoxFuture<'a, Result<Option<Submitted>>> {
        Box::pin(async move {
            let Some(id) = address.get("unsaved") else { return Ok(None) };
            let id = id.parse().map_err(|_| Error::NotFound)?;
            let row = queries::find(opened.app.db.latest(), opened.viewer.id, id).await?;
            // What was typed for a post that is somebody else's by now can still become a new one.
            let fits = |row: &Model| opened.key.is_none() || row.post_id == opened.key;
            let row = row.filter(fits).ok_or(Error::NotFound)?;
            Ok(Some(typed_in(row)))
        })
    }

    fn saved<'a>(
        &'a self,
        app: &'a App,
        viewer: &'a Viewer,
        sent: &'a Submitted,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(saved(app, viewer, sent))
    }

    fn script(&self) -> Option<&'static str> {
        Some("js/editor/return.js")
    }

    fn notice<'a>(&'a self, app: &'a App, viewer: &'a Viewer) -> BoxFuture<'a, Result<Option<Message>>> {
        Box::pin(async move {
            let count = queries::count(app.db.latest(), viewer.id).await?;
            let text = match count {
                0 => return Ok(None),
                1 => "Something that you typed was not saved.".to_owned(),
                count => format!("{count} texts that you typed were not saved."),
            };
            Ok(Some(Message { text, url: unsaved::URL.to_owned(), is_error: false }))
        })
    }
}

async fn more(opened: Opened<'_>) -> Result<Editor> {
    let kept =
        |name: &str| opened.kept.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let going_on_with: Option<i64> = kept(UNSAVED).and_then(Loaded::parse).map(|loaded| loaded.id);
    let rows = queries::of_post(opened.app.db.latest(), opened.viewer.id, opened.key, SHOWN as u64 + 2);
    let is_shown = |row: &Model| {
        let is_this = Some(row.id) == going_on_with;
        is_this || (row.tab.as_deref() != kept(TAB) && !is_saved(opened, row))
    };
    let mut shown: Vec<Model> = rows.await?.into_iter().filter(is_shown).collect();
    // The one that the form shows comes first, so that it is among those that are compared.
    shown.sort_by_key(|row| Some(row.id) != going_on_with);
    let has_more = shown.len() > SHOWN;
    shown.truncate(SHOWN);
    let texts = unsaved::with_differences(opened, shown).await?;
    let (mut going_on, texts): (Vec<_>, Vec<_>) =
        texts.into_iter().partition(|text| Some(text.id) == going_on_with);
    let value = |name: &str| opened.stored.and_then(|stored| stored.values.get(name));
    let text = |name: &str| value(name).and_then(Datum::as_text).unwrap_or_default();
    let words = value("word_count").and_then(Datum::as_integer).unwrap_or_default();
    let minutes = content::reading_minutes(words.try_into().unwrap_or(i32::MAX));
    let was_public = matches!(value("published_at"), Some(Datum::DateTime(_)));
    let follows = content::slugify(text("title")).is_none_or(|slug| slug == text("slug"));
    Ok(Editor {
        user: opened.viewer.id,
        post: opened.key,
        unsaved: texts,
        has_more,
        going_on: going_on.pop(),
        words,
        minutes: minutes.into(),
        status: text("status").to_owned(),
        slug_follows: opened.key.is_none() || (!was_public && follows),
        preview_url: Some(text("preview_key"))
            .filter(|key| !key.is_empty())
            .map(|key| format!("{}/preview/{key}", opened.app.public_url)),
    })
}

/// Whether a text says nothing that is not stored by now.
fn is_saved(opened: Opened<'_>, row: &Model) -> bool {
    let Opened { viewer, resource, zone, stored, .. } = opened;
    let typed = typed_in(row.clone());
    stored.is_some() && is_stored(&Reader { viewer, resource, zone }, &Sent::new(&typed), stored)
}

/// What was typed in the page that was saved is saved: its row goes, and so do others that say the same.
async fn saved(app: &App, viewer: &Viewer, sent: &Submitted) -> Result<()> {
    let db = app.db.write();
    let mut post_id = None;
    let mut ids = Vec::new();
    if let Some(loaded) = sent.get(UNSAVED).and_then(Loaded::parse)
        && let Some(row) = queries::find(db, viewer.id, loaded.id).await?
        && loaded == Loaded::of(&row)
    {
        ids.push(row.id);
    }
    if let Some(tab) = sent.get(TAB)
        && let Some((id, post)) = queries::find_of_page(db, viewer.id, tab).await?
    {
        ids.push(id);
        post_id = post;
    }
    for id in ids {
        queries::discard(db, viewer.id, id).await?;
    }
    let (Some(post_id), Some(resource)) = (post_id, app.admin.find(RESOURCE)) else { return Ok(()) };
    let rows = queries::of_post(db, viewer.id, Some(post_id), ALIKE).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let stored = save::load(app, viewer, resource, Some(post_id)).await?;
    let reader = Reader { viewer, resource, zone: app.site().await?.time_zone };
    for row in rows {
        let (id, typed) = (row.id, typed_in(row));
        if is_stored(&reader, &Sent::new(&typed), stored.as_ref()) {
            queries::discard(db, viewer.id, id).await?;
        }
    }
    Ok(())
}
