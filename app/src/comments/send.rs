//! Taking a comment: judged, stored, told to the post's author.

use actix_web::HttpRequest;
use chrono::{TimeDelta, Utc};
use entity::comment::{self, CommentStatus};

use super::{
    forms::{self, Typed},
    guest,
    judge::{self, Evidence, Verdict},
    mails,
    queries::{self, Commented, NewComment},
    stamp,
};
use crate::{
    auth::{
        Permission, Viewer, secrets,
        throttle::{COMMENT_ACCOUNT, COMMENT_ADDRESS, COMMENT_MAILBOX, Tries},
    },
    content::{self, RenderedComment},
    db::{self, Failure},
    site::Site,
    users::queries as users,
    web::{
        App, Error, Result, client,
        forms::{FieldErrors, Submitted},
    },
};

/// How long a writer may change a comment.
pub(super) const EDIT_TIME: TimeDelta = TimeDelta::minutes(10);

/// What came of a form.
#[derive(Debug)]
pub(super) struct Taken {
    /// The comment; the one from before, where the same form was sent twice.
    pub(super) comment: comment::Model,
    /// The guest's key, for their browser to keep.
    pub(super) key: Option<String>,
}

/// What a form is told whose stamp is none, or too old.
const STALE: &str = "This page was open for a long time. Look once more and send it again.";
const GONE: &str =
    "The comment that you answer is not there any more. Send it again, and it stands by itself.";

/// Whether somebody moderates a post's comments.
pub(super) fn moderates(viewer: &Viewer, owner_id: i64) -> bool {
    viewer.may(Permission::ModerateAllComments)
        || viewer.may(Permission::ModerateComments) && viewer.id == owner_id
}

/// Takes a comment on a post whose door is open.
///
/// # Errors
/// 422 by field (`stamp` and `reply` among them), 429 after too many.
pub(super) async fn take(
    app: &App,
    request: &HttpRequest,
    site: &Site,
    post: &Commented,
    submitted: &Submitted,
) -> Result<Taken> {
    let viewer = Viewer::of(request);
    let typed = Typed::read(submitted, viewer.is_none()).map_err(Error::Invalid)?;
    let now = Utc::now();
    let made_at = stamp::made_at(&app.signer, post.id, submitted.text(forms::STAMP), now);
    let made_at = made_at.ok_or_else(|| Error::Invalid(FieldErrors::of(forms::STAMP, STALE)))?;
    let answered = answered(app, post, submitted.text(forms::REPLY)).await?;
    let key = match viewer {
        Some(_) => None,
        None => Some(guest::key(app, request).unwrap_or_else(secrets::random)),
    };
    let who = match &viewer {
        Some(viewer) => format!("member {}", viewer.id),
        None => format!("guest {}", typed.email),
    };
    let thread = answered.as_ref().map(|comment| comment.thread).unwrap_or_default();
    let sent = format!("{} {thread} {} {who}\n{}", post.id, made_at.timestamp(), typed.body);
    let sent_hash = secrets::digest(&sent);
    if let Some(comment) = queries::find_sent(app.db.latest(), &sent_hash).await? {
        return Ok(Taken { comment, key });
    }

    let is_moderator = viewer.as_ref().is_some_and(|viewer| moderates(viewer, post.user_id));
    if !is_moderator {
        throttle(app, request, viewer.as_ref()).await?;
    }
    let rendered = render(&typed.body).await?;
    let text_hash = secrets::digest(&typed.body);
    let author_name =
        viewer.as_ref().map_or_else(|| typed.name.clone(), |viewer| viewer.display_name.clone());
    let user_id = viewer.as_ref().map(|viewer| viewer.id);
    let verdict = match is_moderator {
        true => Verdict::approved(),
        false => {
            let is_trapped = !submitted.text(forms::TRAP).is_empty();
            let evidence = Evidence { is_trapped, took: Some(now - made_at), ..Evidence::default() };
            let them = Them { user_id, name: &author_name, email: &typed.email, beside: None };
            judge::judge(them.evidence(app, site, &typed.body, &text_hash, &rendered, evidence).await?)
        }
    };
    let new = NewComment {
        post_id: post.id,
        owner_id: post.user_id,
        answers: answered.map(|comment| match comment.thread == comment.id {
            true => (Some(comment.id), comment.thread),
            // An answer has no answers: those stand beside it, below what both answer.
            false => (comment.parent_id, comment.thread),
        }),
        user_id,
        author_name,
        author_email: typed.email,
        key_hash: key.as_deref().map(guest::hash),
        sent_hash: sent_hash.clone(),
        text_hash,
        body: typed.body,
        rendered,
        verdict,
    };
    let transaction = app.db.begin().await?;
    let comment = match queries::insert(&transaction, new).await {
        Ok(comment) => comment,
        Err(error) => {
            transaction.rollback().await?;
            return match db::classify(&error) {
                // Sent twice at once.
                Failure::Duplicate => match queries::find_sent(app.db.write(), &sent_hash).await? {
                    Some(comment) => Ok(Taken { comment, key }),
                    None => Err(error.into()),
                },
                // Deleted, or handed over, in this very moment.
                Failure::MissingReference => Err(Error::Invalid(FieldErrors::of(forms::REPLY, GONE))),
                _ => Err(error.into()),
            };
        }
    };
    // A thousand that wait, or are spam, make no page of a reader old.
    transaction.commit_if_seen(comment.status == CommentStatus::Approved).await?;
    if let Err(error) = tell(app, site, post, &comment).await {
        log::error!("no mail goes out about the comment {}: {error}", comment.id);
    }
    Ok(Taken { comment, key })
}

/// The comment that is answered: on the same post, and shown.
async fn answered(app: &App, post: &Commented, reply: &str) -> Result<Option<comment::Model>> {
    if reply.is_empty() {
        return Ok(None);
    }
    let found = match reply.parse() {
        Ok(id) => queries::find(app.db.latest(), id).await?,
        Err(_) => None,
    };
    let is_there =
        |comment: &comment::Model| comment.post_id == post.id && comment.status == CommentStatus::Approved;
    match found.filter(is_there) {
        Some(comment) => Ok(Some(comment)),
        None => Err(Error::Invalid(FieldErrors::of(forms::REPLY, GONE))),
    }
}

/// Counts a text of whoever sends one, new or changed, before anything is made of it.
///
/// # Errors
/// 429 after too many.
async fn throttle(app: &App, request: &HttpRequest, viewer: Option<&Viewer>) -> Result<()> {
    let tries = match viewer {
        Some(viewer) => Tries::of(COMMENT_ACCOUNT, viewer.id),
        None => Tries::of(COMMENT_ADDRESS, client::network(client::address(app, request))),
    };
    tries.take(&app.db).await
}

/// Renders off the async worker.
async fn render(body: &str) -> Result<RenderedComment> {
    let body = body.to_owned();
    let rendered = tokio::task::spawn_blocking(move || content::render_comment(&body));
    let rendered = rendered.await.map_err(|error| Error::Internal(error.into()))?;
    if rendered.excerpt.is_empty() {
        return Err(Error::Invalid(FieldErrors::of("comment", "Nobody could see anything of this.")));
    }
    Ok(rendered)
}

/// Who wrote something.
struct Them<'a> {
    user_id: Option<i64>,
    name: &'a str,
    email: &'a str,
    /// The comment that is changed.
    beside: Option<i64>,
}

impl Them<'_> {
    /// What is known of them and of what they say.
    async fn evidence(
        &self,
        app: &App,
        site: &Site,
        body: &str,
        text_hash: &str,
        rendered: &RenderedComment,
        evidence: Evidence,
    ) -> Result<Evidence> {
        let db = app.db.latest();
        let is_guest = self.user_id.is_none();
        let is_members_address = is_guest && queries::is_members(db, self.email).await?;
        let is_known =
            !is_members_address && queries::is_known(db, self.user_id, self.name, self.email, None).await?;
        let is_long = body.chars().count() >= judge::LONG_TEXT || rendered.links > 0;
        let (repeats, spam) =
            if is_long { queries::repeats(db, text_hash, self.beside).await? } else { (0, 0) };
        let name = self.name.to_lowercase();
        Ok(Evidence {
            links: rendered.links,
            has_address_as_name: is_guest && (name.contains("://") || name.contains("www.")),
            is_members_address,
            is_known,
            holds_first: site.comments_hold,
            was_spam: spam > 0,
            repeats,
            ..evidence
        })
    }
}

/// Changes a comment of whoever asks, who may. The same text again changes nothing.
///
/// # Errors
/// 422 by field; 404 where it is gone; 429 after too many.
pub(super) async fn edit(
    app: &App,
    request: &HttpRequest,
    site: &Site,
    comment: comment::Model,
    submitted: &Submitted,
) -> Result<comment::Model> {
    let viewer = Viewer::of(request);
    let mut errors = FieldErrors::default();
    let body = forms::read_body(submitted, &mut errors);
    errors.or(())?;
    let text_hash = secrets::digest(&body);
    if text_hash == comment.text_hash {
        return Ok(comment);
    }
    let is_moderator = viewer.as_ref().is_some_and(|viewer| moderates(viewer, comment.owner_id));
    if !is_moderator {
        throttle(app, request, viewer.as_ref()).await?;
    }
    let rendered = render(&body).await?;
    let verdict = match is_moderator {
        true => Verdict { status: comment.status, reason: comment.reason.clone() },
        false => {
            let them = Them {
                user_id: comment.user_id,
                name: &comment.author_name,
                email: &comment.author_email,
                beside: Some(comment.id),
            };
            let evidence =
                them.evidence(app, site, &body, &text_hash, &rendered, Evidence::default()).await?;
            let verdict = judge::judge(evidence);
            // Their one approved comment is this one: what was approved had no links of theirs.
            let is_new = rendered.links > 0
                && site.comments_hold
                && verdict.status == CommentStatus::Approved
                && !queries::is_known(app.db.latest(), them.user_id, them.name, them.email, them.beside)
                    .await?;
            if is_new {
                let reason = "Edited to have links, by somebody without another comment.".to_owned();
                Verdict { status: CommentStatus::Pending, reason }
            } else {
                verdict
            }
        }
    };
    let transaction = app.db.begin().await?;
    let stored = queries::lock(&transaction, comment.id).await?.ok_or(Error::NotFound)?;
    // What was held stays so; only a person lets it out.
    let verdict = match (stored.status, verdict.status) {
        (CommentStatus::Approved, _) | (_, CommentStatus::Spam) => verdict,
        (status, _) => Verdict { status, reason: stored.reason.clone() },
    };
    let was_shown = stored.status == CommentStatus::Approved;
    let edited = queries::edit(&transaction, stored, body, text_hash, rendered, verdict).await?;
    transaction.commit_if_seen(was_shown || edited.status == CommentStatus::Approved).await?;
    Ok(edited)
}

/// Tells the post's author, unless they wrote it, it is spam, or they were told of many just now.
async fn tell(app: &App, site: &Site, post: &Commented, comment: &comment::Model) -> Result<()> {
    if comment.status == CommentStatus::Spam || comment.user_id == Some(post.user_id) {
        return Ok(());
    }
    let author = users::find(app.db.latest(), post.user_id).await?.filter(|author| author.is_active);
    let Some(author) = author else { return Ok(()) };
    match Tries::of(COMMENT_MAILBOX, author.id).take(&app.db).await {
        Ok(()) => {}
        Err(Error::TooManyRequests(_)) => return Ok(()),
        Err(error) => return Err(error),
    }
    let link = stamp::link(&app.signer, comment.id, author.id, Utc::now());
    app.mail.send(mails::new_comment(app, site, &author.email, post, comment, &link));
    Ok(())
}
