//! The demo's crowd: people who write now and then, and what readers say. For sites as large as the measurements want.

use chrono::{DateTime, Duration, Utc};
use entity::{
    comment::{self, CommentStatus},
    post::{self, PostStatus},
    user::{self, Role},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{Dice, FAMILY, GIVEN, SENTENCES};
use crate::{
    auth::secrets,
    cli::{Result, progress},
    content,
    db::Db,
    search::{self, Index},
    users::queries as users,
};

/// Rows in a statement: below what databases bind.
const ROWS: u64 = 1_000;
/// Statements in a transaction.
const STATEMENTS: u64 = 10;

/// Makes people until there are `number` of them, and gives their ids.
pub(super) async fn people(db: &Db, number: u64, now: DateTime<Utc>) -> Result<Vec<i64>> {
    let bar = progress(number, "Inviting");
    let mut made = 0;
    while made < number {
        let until = number.min(made + ROWS);
        let rows = (made..until).map(|at| {
            let (given, family) =
                (GIVEN[at as usize % GIVEN.len()], FAMILY[at as usize / GIVEN.len() % FAMILY.len()]);
            let username = format!("reader{}", at + 1);
            user::ActiveModel {
                username_key: Set(Some(username.clone())),
                email: Set(format!("{username}@example.org")),
                username: Set(username),
                display_name: Set(format!("{given} {family} {}", at + 1)),
                bio: Set(SENTENCES[at as usize % SENTENCES.len()].to_owned()),
                role: Set(Role::Author),
                password_hash: Set(None),
                is_active: Set(true),
                created_at: Set(now),
                updated_at: Set(now),
                ..Default::default()
            }
        });
        let transaction = db.begin().await?;
        user::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        let names = (made..until).map(|at| format!("reader{}", at + 1));
        let rows = user::Entity::find().filter(user::Column::Username.is_in(names)).all(&transaction).await?;
        let names: Vec<String> = rows.iter().map(users::names).collect();
        let documents: Vec<_> =
            rows.iter().zip(&names).map(|(user, names)| users::document(user, names)).collect();
        search::put_many(&transaction, Index::People, &documents).await?;
        transaction.commit().await?;
        made = until;
        bar.set_position(made);
    }
    bar.finish_and_clear();
    let ids = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::Username.starts_with("reader"))
        .order_by_asc(user::Column::Id);
    Ok(ids.into_tuple().all(db.latest()).await?)
}

/// Writes comments, a few on each post and many on some, of which one in twenty waits and another one is spam.
pub(super) async fn comments(db: &Db, number: u64, now: DateTime<Utc>) -> Result {
    let posts: Vec<(i64, i64)> = post::Entity::find()
        .select_only()
        .columns([post::Column::Id, post::Column::UserId])
        .filter(post::Column::Status.eq(PostStatus::Published))
        .order_by_asc(post::Column::Id)
        .into_tuple()
        .all(db.latest())
        .await?;
    let said: Vec<(String, String)> = SENTENCES
        .iter()
        .map(|sentence| (content::render_comment(sentence).html, secrets::digest(sentence)))
        .collect();
    let bar = progress(number, "Discussing");
    let mut dice = Dice(3);
    let mut made = 0;
    while made < number && !posts.is_empty() {
        let transaction = db.begin().await?;
        let last = last_id(&transaction).await?;
        for _ in 0..STATEMENTS {
            let until = number.min(made + ROWS);
            let rows: Vec<_> = (made..until)
                .map(|at| {
                    // One in ten is on one of the fifty posts that everybody talks about.
                    let busy = if dice.roll(10) == 0 { posts.len().min(50) } else { posts.len() };
                    let (post_id, owner_id) = posts[dice.roll(busy)];
                    let (sentence, guest) = (dice.roll(SENTENCES.len()), dice.roll(500));
                    let age = Duration::minutes(((number - at) * 11 % 1_000_000) as i64);
                    comment::ActiveModel {
                        post_id: Set(post_id),
                        owner_id: Set(owner_id),
                        author_name: Set(format!(
                            "{} {}",
                            GIVEN[guest % GIVEN.len()],
                            FAMILY[guest % FAMILY.len()]
                        )),
                        author_email: Set(format!("guest{guest}@example.org")),
                        // Not the hash of anything, so that the index of them grows at its end.
                        sent_hash: Set(format!("demo{at:060}")),
                        text_hash: Set(said[sentence].1.clone()),
                        body: Set(SENTENCES[sentence].to_owned()),
                        html: Set(said[sentence].0.clone()),
                        excerpt: Set(SENTENCES[sentence].to_owned()),
                        status: Set(match dice.roll(20) {
                            0 => CommentStatus::Pending,
                            1 => CommentStatus::Spam,
                            _ => CommentStatus::Approved,
                        }),
                        reason: Set(String::new()),
                        created_at: Set(now - age),
                        // Else the spam would be over soon.
                        updated_at: Set(now),
                        ..Default::default()
                    }
                })
                .collect();
            if !rows.is_empty() {
                comment::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
            }
            made = until;
        }
        // Each is a thread of its own.
        comment::Entity::update_many()
            .col_expr(comment::Column::Thread, Expr::col(comment::Column::Id))
            .filter(comment::Column::Id.gt(last))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        bar.set_position(made);
    }
    bar.finish_and_clear();
    Ok(())
}

async fn last_id(db: &impl sea_orm::ConnectionTrait) -> std::result::Result<i64, DbErr> {
    let last: Option<Option<i64>> = comment::Entity::find()
        .select_only()
        .column_as(comment::Column::Id.max(), "last")
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().unwrap_or_default())
}
