//! Comments in the admin: the queue.

use entity::comment::{self, Column as C, CommentStatus};
use futures_util::future::BoxFuture;
use sea_orm::{ActiveEnum, DatabaseTransaction};

use super::{forms, queries};
use crate::{
    admin::{Access, Action, Datum, Draft, Hooks, Resource, action::Run, field},
    auth::{Permission, Viewer, secrets},
    content,
    web::{
        App, Error, Result,
        forms::{FieldErrors, Widget},
        links,
    },
};

/// Their name in addresses and in the history.
pub const RESOURCE: &str = "comments";

/// How the admin shows comments.
pub fn resource() -> Resource {
    Resource::of::<comment::Entity>(
        RESOURCE,
        "comment",
        "What readers say about posts. They write below a post; what waits for you is here.",
    )
    .access(
        Access::all(Permission::ModerateComments)
            .own(C::OwnerId, Permission::ModerateAllComments)
            .never_added(),
    )
    .title(C::Excerpt)
    .column_as(C::Excerpt, "Comment")
    .column_as(C::AuthorName, "By")
    .related(C::PostId, "On", "posts")
    .column(C::Status)
    .column_as(C::Reason, "Why it waits")
    .column_as(C::CreatedAt, "Sent")
    .search([C::Excerpt, C::AuthorName, C::AuthorEmail])
    .filter(C::Status)
    .filter_related(C::PostId, "posts")
    .filter(C::CreatedAt)
    .descending(C::CreatedAt)
    .counted_anew()
    .group(
        "",
        [
            field(C::Body).label("Comment").widget(Widget::Markdown).required(),
            field(C::AuthorName).label("By"),
            field(C::Status)
                .choose::<CommentStatus>()
                .help("Everybody reads what is approved. What waits, and spam, is only here."),
        ],
    )
    .group(
        "About it",
        [
            field(C::PostId).label("On").refers_to("posts").read_only(),
            field(C::AuthorEmail).label("E-mail address").read_only().help("A guest's; nobody checked it."),
            field(C::Reason).label("Why it waits").read_only(),
        ],
    )
    .action(
        Action::new("approve", "Approve", "Approved", Move(CommentStatus::Approved))
            .key('a')
            .decides(C::UpdatedAt),
    )
    .action(
        Action::new("spam", "Mark as spam", "Marked as spam:", Move(CommentStatus::Spam))
            .key('s')
            .decides(C::UpdatedAt),
    )
    .hooks(Comments)
    .view_url(|row| {
        let is_shown = row.get("status")?.as_text() == Some("approved");
        is_shown.then(|| row.get("id")?.as_integer().map(links::comment))?
    })
    .panel("Comments waiting", "status=pending", "No comment waits for you.")
}

/// What a status is called.
pub fn status_label(status: CommentStatus) -> &'static str {
    match status {
        CommentStatus::Pending => "Pending",
        CommentStatus::Approved => "Approved",
        CommentStatus::Spam => "Spam",
    }
}

struct Comments;

impl Hooks for Comments {
    fn prepare<'a>(&'a self, _: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if draft.changes("body") {
                let body = draft.text("body").to_owned();
                if body.chars().count() > forms::MAX_BODY {
                    let message = format!("This may have at most {} characters.", forms::MAX_BODY);
                    return Err(Error::Invalid(FieldErrors::of("body", message)));
                }
                draft.values.insert("text_hash", Datum::Text(secrets::digest(&body)));
                let rendered = tokio::task::spawn_blocking(move || content::render_comment(&body));
                let rendered = rendered.await.map_err(|error| Error::Internal(error.into()))?;
                draft.values.insert("html", Datum::Text(rendered.html));
                draft.values.insert("excerpt", Datum::Text(rendered.excerpt));
            }
            if draft.changes("status") && draft.text("status") != CommentStatus::Pending.to_value() {
                // Somebody decided: why it waited is over.
                draft.values.insert("reason", Datum::Text(String::new()));
            }
            Ok(())
        })
    }
}

/// Moves comments to another status.
struct Move(CommentStatus);

impl Run for Move {
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: &'a Viewer,
        keys: &'a [i64],
        _: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>>> {
        Box::pin(async move { Ok(queries::set_status(transaction, keys, self.0).await?) })
    }
}
