//! What the editor sends by itself while somebody types. It never touches the post.

use actix_web::{HttpRequest, HttpResponse};
use chrono::Utc;
use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value, json};

use super::{
    Loaded, RESOURCE, TAB, UNSAVED, device,
    queries::{self, Typed},
};
use crate::{
    admin::{
        Resource,
        filled::Filled,
        save,
        sent::{Reader, Sent},
        stored::Stored,
    },
    auth::{self, Viewer},
    db::{self, Failure},
    web::{
        App, AppData, Error, Result,
        body::LongForm,
        forms::{FieldErrors, Submitted},
    },
};

/// The most characters of a tab's name.
const MAX_TAB: usize = 64;
/// The most characters of a title while it is being typed; what is too long for a title is told at saving.
const MAX_TITLE: usize = 10_000;
/// What is said to whoever left too much unsaved.
const TOO_MANY: &str = "Too many texts were left unsaved: save some, or throw them away.";
/// The name under which the fields keep where they were typed.
pub const WHERE: &str = "_where";

/// `POST /admin/posts/autosave`: the whole form, with `_post` (empty for a new one), `_tab`, `_version`, and `_user`,
/// whose page it is.
///
/// Answers with JSON: `id` of the unsaved text (null where nothing differs from what is stored), `at` for people.
///
/// # Errors
/// 404 for a post that is not there or not the viewer's, 409 when somebody else is signed in now, or too much was left
/// unsaved, 422 without a tab.
pub async fn autosave(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    LongForm(submitted): LongForm,
) -> Result<HttpResponse> {
    let resource = app.admin.open(&viewer, RESOURCE)?;
    if submitted.get("_user").is_some_and(|user| user != viewer.id.to_string()) {
        return Err(Error::Conflict("Somebody else is signed in now.".to_owned()));
    }
    let (key, tab) = (key(&submitted)?, tab(&submitted)?);
    resource.access.demand_write(&viewer, key)?;
    let stored = save::load(&app, &viewer, resource, key).await?;
    let zone = app.site().await?.time_zone;
    let reader = Reader { viewer: &viewer, resource, zone };
    let unsaved = submitted.get(UNSAVED).and_then(Loaded::parse);
    let sent = Sent::new(&submitted);
    let now = Utc::now();
    let typed = (!is_stored(&reader, &sent, stored.as_ref()))
        .then(|| typed(resource, &submitted, key, tab, &device::of(&request)));
    let id = keep(&app, &viewer, tab, unsaved, typed).await?;
    let at = now.with_timezone(&zone);
    Ok(HttpResponse::Ok().json(json!({ "id": id, "at": at.format("%H:%M").to_string() })))
}

fn key(submitted: &Submitted) -> Result<Option<i64>> {
    match submitted.text("_post") {
        "" => Ok(None),
        key => key.parse().map(Some).map_err(|_| Error::NotFound),
    }
}

fn tab(submitted: &Submitted) -> Result<&str> {
    let tab = submitted.text(TAB);
    let is_name = (1..=MAX_TAB).contains(&tab.len())
        && tab.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_name { Ok(tab) } else { Err(Error::Invalid(FieldErrors::of(TAB, "The page must have a name."))) }
}

/// Whether a form says nothing that is not stored. Of a new post: whether nothing was typed at all.
pub(super) fn is_stored(reader: &Reader<'_>, sent: &Sent<'_>, stored: Option<&Stored>) -> bool {
    let Some(stored) = stored else {
        let blank = |filled: Filled, empty: &Filled| {
            let is_default = |(name, text): (&String, &String)| {
                text.trim().is_empty() || empty.texts.get(name).is_some_and(|default| default == text)
            };
            // What follows from the title is nothing that somebody typed.
            filled.texts.iter().filter(|(name, _)| *name != "slug").all(is_default)
        };
        let empty = Submitted::default();
        return blank(reader.of_sent(sent, None), &reader.of_new(&Sent::new(&empty)));
    };
    let (input, errors) = reader.input(sent, Some(stored));
    let links_stay = input.links.iter().all(|(name, wanted)| {
        let linked = stored.links.get(name).map_or(&[][..], Vec::as_slice);
        wanted.of(linked) == linked
    });
    errors.is_empty() && input.values.is_empty() && links_stay && input.inlines.is_empty()
}

/// A form as a row keeps it: the fields of the form, and nothing else that was sent.
fn typed(resource: &Resource, submitted: &Submitted, post_id: Option<i64>, tab: &str, place: &str) -> Typed {
    let mut fields = Map::new();
    for (name, value) in submitted.pairs() {
        let field = name.strip_suffix("__sent").or_else(|| name.strip_suffix("__q")).unwrap_or(name);
        if resource.field(field).is_some() && !matches!(name, "title" | "content") {
            fields.insert(name.to_owned(), Value::String(value.to_owned()));
        }
    }
    fields.insert(WHERE.to_owned(), Value::String(place.to_owned()));
    let text = |name: &str| submitted.get(name).unwrap_or_default();
    Typed {
        post_id,
        tab: tab.to_owned(),
        base: text("_version").chars().take(64).collect(),
        title: text("title").chars().take(MAX_TITLE).collect(),
        content: text("content").to_owned(),
        fields: Value::Object(fields),
    }
}

/// Keeps what was typed, or drops the page's row where it is stored already.
async fn keep(
    app: &App,
    viewer: &Viewer,
    tab: &str,
    unsaved: Option<Loaded>,
    typed: Option<Typed>,
) -> Result<Option<i64>> {
    let mut tries = 0;
    loop {
        match attempt(app, viewer, tab, unsaved, typed.clone()).await {
            // The page sent twice at once, and the other one was first.
            Err(Error::Internal(error))
                if tries < 2 && error.downcast_ref().map(db::classify) == Some(Failure::Duplicate) =>
            {
                tries += 1;
            }
            Err(Error::Unavailable(error)) if tries < 2 && db::is_deadlock(&error) => tries += 1,
            result => return result,
        }
    }
}

async fn attempt(
    app: &App,
    viewer: &Viewer,
    tab: &str,
    unsaved: Option<Loaded>,
    typed: Option<Typed>,
) -> Result<Option<i64>> {
    let transaction = app.db.begin_aside().await?;
    auth::still(&transaction, viewer).await?;
    let row = row(&transaction, viewer.id, tab, unsaved, typed.as_ref()).await?;
    let id = match (row, typed) {
        (Some(id), None) => {
            queries::discard(&transaction, viewer.id, id).await?;
            None
        }
        (None, None) => None,
        (row, Some(typed)) => {
            if row.is_none() && queries::count(&transaction, viewer.id).await? >= queries::MOST {
                return Err(Error::Conflict(TOO_MANY.to_owned()));
            }
            Some(queries::store(&transaction, viewer.id, row, typed, Utc::now()).await?)
        }
    };
    transaction.commit().await?;
    Ok(id)
}

/// The row that a page's text is kept in: its own, or that of the text that it went on with.
async fn row(
    transaction: &DatabaseTransaction,
    user_id: i64,
    tab: &str,
    unsaved: Option<Loaded>,
    typed: Option<&Typed>,
) -> Result<Option<i64>> {
    if let Some((id, post_id)) = queries::find_of_page(transaction, user_id, tab).await? {
        // Nobody but a program names two pages alike; the text of the other one is not to be lost.
        return match typed {
            // What was typed in a post that went, or went to somebody else, becomes a text of its own.
            Some(typed) if typed.post_id.is_some() && typed.post_id != post_id => {
                Err(Error::Invalid(FieldErrors::of(TAB, "This is the name of a page about another post.")))
            }
            _ => Ok(Some(id)),
        };
    }
    let Some(loaded) = unsaved else { return Ok(None) };
    // The page that it was typed in may be open still, on another device, and have sent more since.
    let found = queries::find(transaction, user_id, loaded.id).await?.filter(|row| loaded == Loaded::of(row));
    Ok(found.filter(|row| typed.is_none_or(|typed| typed.post_id == row.post_id)).map(|row| row.id))
}
