//! How a file comes into the library, from a form or from an import.

use actix_web::web::Bytes;
use entity::media;

use super::{
    kind::{self, Kind},
    leftovers,
    name::{StoredName, Version, sha256},
    picture::{self, Picture},
    queries::{self, Made, NewMedia},
    store::MediaStore,
};
use crate::{
    admin::log as history,
    auth::{self, Viewer},
    db::Db,
    web::{App, Error, Result},
};

/// The largest file that is taken, in bytes.
pub const MAX_FILE: u64 = 20 * 1024 * 1024;
/// How often somebody may delete the file that is just being stored.
const TRIES: usize = 3;

/// A file that may be kept.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// What it is.
    pub content_type: &'static str,
    /// Its extension in the store.
    pub extension: &'static str,
    /// As it is stored.
    pub content: Bytes,
    /// SHA-256 of that.
    pub sha256: String,
    /// Pixels.
    pub dimensions: Option<(u32, u32)>,
    /// Smaller versions: their widths and files.
    pub smaller: Vec<(u32, Bytes)>,
}

/// Makes a file safe to keep: a picture is written anew, with its smaller versions; a PDF stays as it is, and is only
/// ever a download. Blocks, and keeps a core busy.
///
/// # Errors
/// A sentence for whoever sent it.
pub fn accept(content: &Bytes) -> Result<Accepted, String> {
    let kind = Kind::of(content)?;
    if !kind.is_picture() {
        return Ok(accepted(kind, content.clone(), None, Vec::new()));
    }
    let Picture { kind, content, size, pixels } = picture::renew(kind, content)?;
    let name = StoredName::new(&sha256(&content), Some(size), kind.extension());
    let widths: Vec<u32> = name.versions().filter_map(|version| version.width).collect();
    let files = match &pixels {
        Some(pixels) => picture::smaller(kind, pixels, &widths)?,
        None => Vec::new(),
    };
    // Fewer pixels need not be fewer bytes: a drawing of few colours may grow. Then it is better as it is.
    let smaller = widths
        .into_iter()
        .zip(files)
        .map(|(width, file)| (width, if file.len() < content.len() { file } else { content.clone() }));
    let smaller = smaller.map(|(width, file)| (width, Bytes::from(file))).collect();
    Ok(accepted(kind, content.into(), Some(size), smaller))
}

fn accepted(
    kind: Kind,
    content: Bytes,
    dimensions: Option<(u32, u32)>,
    smaller: Vec<(u32, Bytes)>,
) -> Accepted {
    let (content_type, extension) = (kind.content_type(), kind.extension());
    Accepted { content_type, extension, sha256: sha256(&content), content, dimensions, smaller }
}

/// Brings in a file that somebody sent, under the name that they gave it. Who has it already gets the row that they
/// have; where somebody else has it, the file is stored once and each has a row of their own. The inner error is a
/// sentence for whoever sent it.
///
/// # Errors
/// When the database or the store does not answer.
pub async fn bring_in(
    app: &App,
    viewer: &Viewer,
    sent_name: &str,
    content: Bytes,
    alt: &str,
) -> Result<Result<media::Model, String>> {
    if let Err(message) = check(sent_name, &content) {
        return Ok(Err(message));
    }
    let bytes = content.clone();
    let Some(sent) = picture::bounded(move || sha256(&bytes)).await? else {
        return Ok(Err("It cannot be read.".to_owned()));
    };
    let known = queries::find_by_content(app.db.latest(), &sent).await?;
    let whose = |row: &&media::Model| row.user_id == Some(viewer.id);
    if let Some(row) = known.iter().find(whose).or(known.first()) {
        // Another person's row says what the file is, and nothing else is taken from it.
        let new = as_sent(facts_of(row, &sent), viewer, sent_name, alt);
        if let Some(row) = finish(app, viewer, &new, None).await? {
            return Ok(Ok(row));
        }
        // The file is not there any more: it comes in as if nobody had it.
    }
    let accepted = picture::bounded(move || accept(&content)).await?;
    let accepted = match accepted.unwrap_or_else(|| Err("It cannot be read.".to_owned())) {
        Ok(accepted) => accepted,
        Err(message) => return Ok(Err(message)),
    };
    let new = as_sent(facts(&accepted, &sent), viewer, sent_name, alt);
    let gone = || Error::Conflict("Somebody deletes this file while it is stored: try again.".to_owned());
    finish(app, viewer, &new, Some(&accepted)).await?.ok_or_else(gone).map(Ok)
}

fn as_sent(new: NewMedia, viewer: &Viewer, sent_name: &str, alt: &str) -> NewMedia {
    let filename = kind::clean_name(sent_name, kind::extension_of(&new.content_type));
    NewMedia { filename, alt: alt.to_owned(), user_id: viewer.id, ..new }
}

/// Stores a file and makes its row; whatever goes wrong, nothing is left behind. None where the file is not there and
/// was not given.
async fn finish(
    app: &App,
    viewer: &Viewer,
    new: &NewMedia,
    accepted: Option<&Accepted>,
) -> Result<Option<media::Model>> {
    let result = store_and_make(app, viewer, new, accepted).await;
    if !matches!(result, Ok(Some(_))) {
        let swept = async {
            leftovers::give_up(app.db.write(), &new.name()).await?;
            leftovers::sweep(&app.db, &app.media, chrono::Utc::now()).await
        };
        if let Err(problem) = swept.await {
            log::warn!("{} is left for the next sweep: {problem}", new.name().as_str());
        }
    }
    result
}

/// What can be said before any work is done.
fn check(sent_name: &str, content: &[u8]) -> Result<(), String> {
    let kind = Kind::of(content)?;
    let extension = kind::extension(sent_name);
    if extension.is_empty() || kind.is_called(&extension) {
        return Ok(());
    }
    let shown: String = extension.chars().filter(|c| c.is_alphanumeric()).take(12).collect();
    Err(format!("It is {}, but its name ends in .{shown}.", kind.words()))
}

fn facts(accepted: &Accepted, sent: &str) -> NewMedia {
    NewMedia {
        filename: String::new(),
        content_type: accepted.content_type.to_owned(),
        size: accepted.content.len() as u64,
        sha256: accepted.sha256.clone(),
        sent_sha256: sent.to_owned(),
        dimensions: accepted.dimensions,
        alt: String::new(),
        user_id: 0,
    }
}

fn facts_of(row: &media::Model, sent: &str) -> NewMedia {
    let pixels = |side: Option<i32>| side.and_then(|side| u32::try_from(side).ok());
    NewMedia {
        filename: String::new(),
        content_type: row.content_type.clone(),
        size: row.size.unsigned_abs(),
        sha256: row.sha256.clone(),
        sent_sha256: sent.to_owned(),
        dimensions: pixels(row.width).zip(pixels(row.height)),
        alt: String::new(),
        user_id: 0,
    }
}

async fn store_and_make(
    app: &App,
    viewer: &Viewer,
    new: &NewMedia,
    accepted: Option<&Accepted>,
) -> Result<Option<media::Model>> {
    for _ in 0..TRIES {
        if !keep(&app.db, &app.media, &new.name(), accepted).await? {
            return Ok(None);
        }
        let transaction = app.db.begin().await?;
        auth::still(&transaction, viewer).await?;
        let row = match queries::make(&transaction, new).await? {
            Made::New(row) => {
                let (key, title) = (row.id.to_string(), row.filename.clone());
                let entry = history::Entry { key, title, changes: Vec::new() };
                history::record(&transaction, viewer, super::admin::NAME, history::CREATE, entry).await?;
                row
            }
            Made::Known(row) => row,
            Made::Gone => {
                transaction.rollback().await?;
                continue;
            }
        };
        transaction.commit().await?;
        return Ok(Some(row));
    }
    Ok(None)
}

/// Announces a file and stores it, with its smaller versions, unless it is there. A row must follow. `false` where it
/// is not there and was not given.
///
/// # Errors
/// When the database or the store does not answer.
pub async fn keep(
    db: &Db,
    store: &MediaStore,
    name: &StoredName,
    accepted: Option<&Accepted>,
) -> Result<bool> {
    leftovers::announce(db.write(), name).await?;
    let original = Version { original: name.clone(), width: None };
    // Only now: before the announcement somebody might have removed it after we looked.
    if store.head(&original).await?.is_some() {
        return Ok(true);
    }
    let Some(accepted) = accepted else { return Ok(false) };
    for (width, file) in &accepted.smaller {
        store.put(&name.version(*width), file.clone()).await?;
    }
    // The original last: where it is, all of it is.
    store.put(&original, accepted.content.clone()).await?;
    Ok(true)
}
