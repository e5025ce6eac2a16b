//! `/comments/moderate/{link}`: the page behind the link in a mail. Whoever has the link needs no session: the signature says
//! that it was made here, for one comment and one person. It is good while that person may moderate the comment. Mail
//! scanners follow links, so looking changes nothing.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Path};
use chrono::Utc;
use entity::{
    comment::{self, CommentStatus},
    user,
};

use super::{
    admin::{RESOURCE, status_label},
    queries, stamp,
    views::{ModeratedComment, Moderation},
};
use crate::{
    admin::log::{self, Actor, Changed, Entry},
    auth::{Permission, permissions},
    posts::queries as posts,
    users::queries as users,
    web::{App, AppData, Error, Result, forms::Submitted, links, render},
};

/// A link that is good: the comment and who moderates.
async fn open(app: &App, link: &str) -> Result<Option<(comment::Model, user::Model)>> {
    let Some((comment, user)) = stamp::open_link(&app.signer, link, Utc::now()) else { return Ok(None) };
    let db = app.db.latest();
    let Some(comment) = queries::find(db, comment).await? else { return Ok(None) };
    let user = users::find(db, user).await?.filter(|user| may(user, &comment));
    Ok(user.map(|user| (comment, user)))
}

fn may(user: &user::Model, comment: &comment::Model) -> bool {
    let allows = |permission| permissions::allows(user.role, permission);
    user.is_active
        && (allows(Permission::ModerateAllComments)
            || allows(Permission::ModerateComments) && user.id == comment.owner_id)
}

/// `GET /comments/moderate/{link}`: the comment and what can be done with it. Changes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn show(app: AppData, request: HttpRequest, link: Path<String>) -> Result<HttpResponse> {
    match open(&app, &link).await? {
        Some((comment, _)) => {
            let heading = match comment.status {
                CommentStatus::Pending => "Shall this comment be shown?",
                CommentStatus::Approved => "This comment is shown",
                CommentStatus::Spam => "This comment is marked as spam",
            };
            let page = page(&app, heading, "", Some(comment), &link).await?;
            render::page_with_status(&app, &request, StatusCode::OK, &page).await
        }
        None => gone(&app, &request).await,
    }
}

/// `POST /comments/moderate/{link}`: does what `action` says.
///
/// # Errors
/// 400 for an action that is none; 409 for approving another text than the one that was read.
pub async fn act(
    app: AppData,
    request: HttpRequest,
    link: Path<String>,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let Some((comment, _)) = open(&app, &link).await? else { return gone(&app, &request).await };
    let action = submitted.text("action").to_owned();
    let status = match action.as_str() {
        "approve" => Some(CommentStatus::Approved),
        "spam" => Some(CommentStatus::Spam),
        "delete" => None,
        _ => return Err(Error::BadRequest("Approve it, mark it as spam, or delete it?".to_owned())),
    };
    let transaction = app.db.begin().await?;
    // The person before the comment, as everywhere; and once more whether they may.
    let user = users::lock(
        &transaction,
        stamp::open_link(&app.signer, &link, Utc::now()).map_or(0, |(_, user)| user),
    );
    let user = user.await?;
    let comment = queries::lock(&transaction, comment.id).await?;
    let Some((user, comment)) = user.zip(comment).filter(|(user, comment)| may(user, comment)) else {
        transaction.rollback().await?;
        return gone(&app, &request).await;
    };
    if status == Some(CommentStatus::Approved) && submitted.text("text") != comment.text_hash {
        transaction.rollback().await?;
        let page = page(
            &app,
            "This comment was changed",
            "It is another text than the one that you read.",
            Some(comment),
            &link,
        );
        return render::page_with_status(&app, &request, StatusCode::CONFLICT, &page.await?).await;
    }
    let actor = Actor::user(user.id, &user.display_name);
    let entry = |changes| Entry { key: comment.id.to_string(), title: comment.excerpt.clone(), changes };
    match status {
        Some(status) if status != comment.status => {
            queries::set_status(&transaction, &[comment.id], status).await?;
            let changed =
                Changed::new("status", "Status", status_label(comment.status), status_label(status));
            log::record(&transaction, actor, RESOURCE, &action, entry(vec![changed])).await?;
        }
        Some(_) => {}
        None => {
            queries::delete(&transaction, comment.id).await?;
            let body = Changed::new("body", "Comment", comment.body.clone(), "");
            log::record(&transaction, actor, RESOURCE, log::DELETE, entry(vec![body])).await?;
        }
    }
    let is_seen = [Some(comment.status), status].contains(&Some(CommentStatus::Approved));
    transaction.commit_if_seen(is_seen && status != Some(comment.status)).await?;
    let (heading, lead) = match status {
        Some(CommentStatus::Approved) => ("Approved", "Everybody can read this comment."),
        Some(_) => ("Marked as spam", "Nobody reads this comment. It is kept among the spam."),
        None => ("Deleted", "The comment is gone."),
    };
    let left = match status {
        Some(_) => queries::find(app.db.write(), comment.id).await?,
        None => None,
    };
    let page = page(&app, heading, lead, left, &link).await?;
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

async fn page(
    app: &App,
    heading: &str,
    lead: &str,
    comment: Option<comment::Model>,
    link: &str,
) -> Result<Moderation> {
    let mut page = Moderation {
        heading: heading.to_owned(),
        lead: lead.to_owned(),
        comment: None,
        buttons: Vec::new(),
        action: format!("/comments/moderate/{}", links::encode(link)),
        text: String::new(),
    };
    let Some(comment) = comment else { return Ok(page) };
    comment.text_hash.clone_into(&mut page.text);
    let db = app.db.latest();
    let zone = app.site().await?.time_zone;
    let post = posts::titled(db, comment.post_id).await?;
    let is_public = queries::slug_of(db, comment.post_id).await?.is_some();
    page.buttons =
        [(CommentStatus::Approved, ("approve", "Approve")), (CommentStatus::Spam, ("spam", "Spam"))]
            .into_iter()
            .filter(|(status, _)| *status != comment.status)
            .map(|(_, button)| button)
            .collect();
    page.buttons.push(("delete", "Delete"));
    let slug = post.as_ref().map(|post| post.slug.as_str()).unwrap_or_default();
    page.comment = Some(ModeratedComment {
        at: comment.created_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        when: comment.created_at.with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string(),
        status: status_label(comment.status),
        url: match (is_public, comment.status) {
            (false, _) => String::new(),
            (true, CommentStatus::Approved) => links::comment(comment.id),
            (true, _) => links::post(slug),
        },
        post_title: post.map(|post| post.title).unwrap_or_default(),
        name: comment.author_name,
        email: comment.author_email,
        html: comment.html,
        reason: comment.reason,
    });
    Ok(page)
}

/// A link that is good no more.
async fn gone(app: &App, request: &HttpRequest) -> Result<HttpResponse> {
    let lead = "The comment is gone, the link is older than 30 days, or it is not yours any more. All comments are in \
                the admin.";
    let mut page = page(app, "That link is over", lead, None, "").await?;
    page.action = String::new();
    render::page_with_status(app, request, StatusCode::GONE, &page).await
}
