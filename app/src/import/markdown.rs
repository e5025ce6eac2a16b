//! `lectern import markdown`: from the files of a folder to posts.
//!
//! The folder is read twice. The first time settles each post's permalink, so that posts can link to one another
//! whatever their order; the second time renders and stores what is new or changed, a batch at a time.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use entity::{import, post::PostStatus, user::Role};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, TransactionTrait,
    sea_query::OnConflict,
};

use super::{
    assets::Asset,
    media,
    plan::{Known, Plan, known, plan, source_id},
    references,
    source::{Entry, Problem, Source, SourcePost},
};
use crate::{
    content::{self, Rendered},
    db::Db,
    media::{queries::NewMedia, store::MediaStore},
    posts::save::{self, Draft},
    site,
    users::queries::{self as users, NewUser},
    web::links,
};

/// Files in a transaction: enough to make the disk's sync cheap, few enough to let others write in between.
const BATCH: usize = 32;

/// What an import did.
#[derive(Debug, Default)]
pub struct Report {
    /// Posts that were not there before.
    pub created: usize,
    /// Posts whose file had changed.
    pub updated: usize,
    /// Posts whose file was the same as last time.
    pub unchanged: usize,
    /// Files that are no post, or whose post was edited here since.
    pub skipped: usize,
    /// Files that could not be imported.
    pub failed: usize,
    /// A line on each file skipped or failed, and on anything else worth knowing.
    pub notes: Vec<String>,
}

/// Why an import could not go on at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder cannot be read.
    #[error("{path}: {1}", path = .0.display())]
    Folder(PathBuf, io::Error),
    /// The database does not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A worker thread broke down.
    #[error("a worker broke down: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

/// Brings a folder in. Every post goes to `author` if one is given. `progress` hears of the files done and of all.
///
/// # Errors
/// See [`Error`]; what is wrong with one file is in the report.
pub async fn import(
    db: &Db,
    store: &MediaStore,
    dir: &Path,
    author: Option<i64>,
    progress: impl Fn(usize, usize),
) -> Result<Report, Error> {
    let known = known(db).await?;
    let plan = plan(db, open(dir)?, &known).await?;
    let mut report = Report::default();
    let mut authors = HashMap::new();
    let mut source = open(dir)?;
    let total = source.len();
    loop {
        // Reading files blocks; rendering them keeps a core busy.
        let (read, rest) = tokio::task::spawn_blocking(move || {
            let read: Vec<_> = source.by_ref().take(BATCH).collect();
            (read, source)
        })
        .await?;
        source = rest;
        if read.is_empty() {
            return Ok(report);
        }
        let mut rendering = Vec::new();
        for entry in read {
            if let Some((post, known)) = sort_out(entry, &known, &mut report) {
                let (plan, db, store) = (plan.clone(), db.clone(), store.clone());
                let runtime = tokio::runtime::Handle::current();
                let keep = move |asset: &Asset| media::store(&runtime, &db, &store, asset);
                rendering.push(tokio::task::spawn_blocking(move || prepare(post, known, &plan, keep)));
            }
        }
        // All of them first: while the transaction is open, nobody else writes on SQLite.
        let mut ready = Vec::with_capacity(rendering.len());
        for prepared in rendering {
            ready.push(prepared.await?);
        }
        let transaction = db.begin().await?;
        for prepared in ready {
            match prepared {
                Ok(prepared) => store_one(&transaction, prepared, author, &mut authors, &mut report).await?,
                Err(problem) => report.fail(problem),
            }
        }
        transaction.commit().await?;
        progress(total - source.len(), total);
    }
}

fn open(dir: &Path) -> Result<Source, Error> {
    Source::open(dir).map_err(|error| Error::Folder(dir.to_owned(), error))
}

/// Counts what needs no work; gives back what does.
fn sort_out(
    entry: Result<Entry, Problem>,
    known: &HashMap<String, Known>,
    report: &mut Report,
) -> Option<(Box<SourcePost>, Option<Known>)> {
    match entry {
        Err(problem) => report.fail(problem),
        Ok(Entry::Skipped { path, reason }) => report.skip(&path, &reason),
        Ok(Entry::Post(post)) => match known.get(&source_id(&post.key)) {
            Some(known) if known.digest == post.digest => report.unchanged += 1,
            Some(known) if known.updated_at > known.imported_at => {
                report.skip(&post.relative_path, "its post was edited here since it was imported");
            }
            known => return Some((post, known.cloned())),
        },
    }
    None
}

impl Report {
    fn fail(&mut self, problem: Problem) {
        self.failed += 1;
        self.notes.push(format!("failed: {}: {}", problem.path, problem.reason));
    }

    fn skip(&mut self, path: &str, reason: &str) {
        self.skipped += 1;
        self.notes.push(format!("skipped: {path}: {reason}"));
    }
}

/// A post that is ready to be stored.
struct Prepared {
    post: Box<SourcePost>,
    known: Option<Known>,
    slug: String,
    content: String,
    rendered: Rendered,
    /// What stands before Zola's `more` marker, as plain text.
    lead: Option<String>,
    /// The files that it shows, which are in the store.
    files: Vec<NewMedia>,
    /// What is worth knowing.
    notes: Vec<String>,
}

/// Stores a post's images, turns its links into ours and renders it. Blocks, and keeps a core busy.
fn prepare(
    post: Box<SourcePost>,
    known: Option<Known>,
    plan: &Plan,
    keep: impl Fn(&Asset) -> Result<media::Stored, String>,
) -> Result<Prepared, Problem> {
    let problem = |reason: String| Problem { path: post.relative_path.clone(), reason };
    let slug = plan
        .slug(&post.relative_path)
        .cloned()
        .ok_or_else(|| problem("it changed while it was read".into()))?;
    let (mut urls, mut files, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for asset in &post.assets {
        let stored =
            keep(asset).map_err(|error| problem(format!("{} cannot be stored: {error}", asset.reference)))?;
        urls.push((asset.reference.as_str(), stored.row.name().url()));
        notes.extend(stored.note.map(|reason| {
            format!("note: {}: {} was taken as it is: {reason}", post.relative_path, asset.reference)
        }));
        files.push(stored.row);
    }
    let content = references::rewrite(&post.body, &urls);
    let content = references::rewrite_internal_links(&content, |link| {
        plan.target(&post.relative_path, link).map(|slug| links::post(slug))
    });
    let rendered = content::render(&content);
    if content.len() > content::MAX_MARKDOWN || rendered.is_too_large() {
        return Err(problem("it is too long for one post".into()));
    }
    let lead =
        post.lead.as_ref().map(|lead| content::excerpt(&content::render(lead).html, save::MAX_SUMMARY));
    Ok(Prepared { post, known, slug, content, rendered, lead, files, notes })
}

async fn store_one(
    transaction: &DatabaseTransaction,
    prepared: Prepared,
    author: Option<i64>,
    authors: &mut HashMap<String, i64>,
    report: &mut Report,
) -> Result<(), Error> {
    let path = prepared.post.relative_path.clone();
    let author = match (author, prepared.post.authors.first()) {
        (Some(author), _) => Some(author),
        // Outside the post's own savepoint: other posts will want the author even if this one fails.
        (None, Some(name)) => author_id(transaction, name, authors).await?,
        (None, None) => None,
    };
    let Some(author) = author else {
        report.fail(Problem { path, reason: "it names no author; say whose it is with --author".to_owned() });
        return Ok(());
    };
    let is_new = prepared.known.is_none();
    let savepoint = transaction.begin().await?;
    match write(&savepoint, prepared, author, report).await {
        Ok(()) => {
            savepoint.commit().await?;
            *(if is_new { &mut report.created } else { &mut report.updated }) += 1;
        }
        Err(error) => {
            savepoint.rollback().await?;
            report.fail(Problem { path, reason: error.to_string() });
        }
    }
    Ok(())
}

async fn write(
    db: &impl ConnectionTrait,
    prepared: Prepared,
    author: i64,
    report: &mut Report,
) -> Result<(), DbErr> {
    let Prepared { post, known, slug, content, rendered, lead, files, notes } = prepared;
    for file in files {
        crate::media::queries::ensure(db, &NewMedia { user_id: author, ..file }).await?;
    }
    report.notes.extend(notes);
    // Whole seconds: every database stores them alike.
    let now = DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap_or_default();
    let published_at = post.date.or(known.as_ref().and_then(|known| known.published_at)).unwrap_or(now);
    let status = match (post.draft, published_at > now) {
        (true, _) => PostStatus::Draft,
        (false, true) => PostStatus::Scheduled,
        (false, false) => PostStatus::Published,
    };
    let mut extra = post.extra.clone();
    if post.authors.len() > 1 {
        extra.insert("authors".to_owned(), serde_json::json!(post.authors[1..]));
    }
    let draft = Draft {
        title: cut(&post.title, save::MAX_TITLE),
        slug: slug.clone(),
        content,
        rendered,
        summary: cut(post.summary.as_deref().unwrap_or_default(), save::MAX_SUMMARY),
        lead,
        status,
        published_at: Some(published_at),
        pinned: false,
        tags: post.tags.iter().map(|tag| cut(tag, save::MAX_TAG)).collect(),
        extra: extra.into(),
        user_id: author,
    };
    // As parameters of these databases, instants beyond their TIMESTAMP become NULL.
    if db.get_database_backend() == DbBackend::MySql
        && !(0..=i64::from(i32::MAX)).contains(&published_at.timestamp())
    {
        return Err(DbErr::Custom("MariaDB and MySQL take dates from 1970 to 2038 only".to_owned()));
    }
    let post_id = match known {
        Some(known) => {
            save::update(db, known.post_id, draft, now).await?;
            known.post_id
        }
        None => save::insert(db, draft, now).await?,
    };
    let row = import::ActiveModel {
        source: Set(source_id(&post.key)),
        digest: Set(post.digest.clone()),
        post_id: Set(post_id),
        imported_at: Set(now),
    };
    let again = OnConflict::column(import::Column::Source)
        .update_columns([import::Column::Digest, import::Column::ImportedAt])
        .to_owned();
    import::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    let target = format!("/posts/{slug}");
    for (old, other) in site::add_redirects(db, &post.old_paths, &target).await? {
        report.notes.push(format!("note: {}: {old} leads to {other} already", post.relative_path));
    }
    for reference in &post.missing {
        report.notes.push(format!("note: {}: {reference} was not brought in", post.relative_path));
    }
    Ok(())
}

/// A text of at most `max` characters, cut with an ellipsis where it is longer.
fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max - 1).chain(['…']).collect()
}

/// The author with this name: found by the username that the name gives, else made, without a password.
async fn author_id(
    db: &impl ConnectionTrait,
    name: &str,
    authors: &mut HashMap<String, i64>,
) -> Result<Option<i64>, DbErr> {
    let Some(slug) = content::slugify(name) else { return Ok(None) };
    let mut username: String = slug.chars().take(40).collect();
    // Between two words, where there is a place between two.
    if username.len() < slug.len()
        && !slug[username.len()..].starts_with('-')
        && let Some((words, _)) = username.rsplit_once('-')
    {
        username = words.to_owned();
    }
    if let Some(id) = authors.get(&username) {
        return Ok(Some(*id));
    }
    let id = match users::find_by_username(db, &username).await? {
        Some(user) => user.id,
        None => {
            let new = NewUser {
                // RFC 2606 keeps .invalid from ever being a real address.
                email: format!("{username}@authors.invalid"),
                username: username.clone(),
                display_name: cut(name, 80),
                role: Role::Author,
                password_hash: None,
            };
            users::insert(db, new).await?.id
        }
    };
    authors.insert(username, id);
    Ok(Some(id))
}
