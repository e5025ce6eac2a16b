//! How often something may be tried: counters in the table `throttles`, which all nodes share and no restart forgets.
//!
//! Each counter is the generic cell rate algorithm (ITU-T I.371): a burst, and after it one try in each interval. Its
//! state is one number, the time at which all its tries are paid off. Keys hold hashes, no names.
//!
//! A login is counted thrice. By the name typed and address, strictly. By address, for those who try one password on
//! many accounts. By the name over all addresses, for those who have many: wide, and without a say where the account is
//! signed in now, so that its owner is not locked out there. What succeeds is given back, so that only failures count.
//! A username and an e-mail address are two names, even of one account: counted together they would tell that.

use chrono::Utc;
use entity::throttle;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::secrets;
use crate::{
    db::Db,
    web::{Error, Result},
};

/// How often something may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it counts.
    name: &'static str,
    /// Tries at once.
    burst: i64,
    /// Milliseconds for each one after that.
    interval: i64,
}

const fn rule(name: &'static str, burst: i64, seconds: i64) -> Rule {
    Rule { name, burst, interval: seconds * 1000 }
}

/// Logins by a name from an address.
pub const LOGIN: Rule = rule("login", 5, 60);
/// Logins from an address.
pub const LOGIN_ADDRESS: Rule = rule("login-address", 20, 10);
/// Logins by a name from anywhere.
pub const LOGIN_ACCOUNT: Rule = rule("login-account", 50, 30);
/// Passwords typed again by somebody who is signed in.
pub const PASSWORD: Rule = rule("password", 5, 60);
/// Mails asked for from an address.
pub const MAIL_ADDRESS: Rule = rule("mail-address", 10, 60);
/// Other addresses that somebody would have for their account: the answer tells which have one already.
pub const NEW_EMAIL: Rule = rule("new-email", 5, 720);
/// Mails to a mailbox that nobody need have asked for: with a link for a new password. Each kind counts by itself, or who
/// asks for one kind would keep the mailbox's owner from another.
pub const RESET_MAILBOX: Rule = rule("mailbox-reset", 3, 600);
/// The same: to go on with a sign-up.
pub const SIGNUP_MAILBOX: Rule = rule("mailbox-signup", 3, 600);
/// The same: about an account's other address, to the old and to the new one.
pub const MOVE_MAILBOX: Rule = rule("mailbox-move", 3, 600);
/// Links with a secret that are used from an address.
pub const LINK_ADDRESS: Rule = rule("link-address", 20, 10);

/// Comments of guests from an address.
pub const COMMENT_ADDRESS: Rule = rule("comment-address", 10, 60);
/// Comments of a member.
pub const COMMENT_ACCOUNT: Rule = rule("comment-account", 10, 30);
/// Mails to an author about comments: what comes on top stands in the queue alone.
pub const COMMENT_MAILBOX: Rule = rule("mailbox-comment", 20, 600);

/// Counters of a request: rules and whom they count.
pub struct Tries(Vec<(Rule, String)>);

impl Tries {
    /// Of one rule for one subject.
    pub fn of(rule: Rule, subject: impl std::fmt::Display) -> Self {
        Self(Vec::new()).and(rule, subject)
    }

    /// And of another one.
    pub fn and(mut self, rule: Rule, subject: impl std::fmt::Display) -> Self {
        self.0.push((rule, key(rule, &subject.to_string())));
        // In this order rows are locked: in one order by all, or two requests might wait for each other.
        self.0.sort_by(|one, other| one.1.cmp(&other.1));
        self
    }

    /// Counts a try by all rules, or by none.
    ///
    /// # Errors
    /// 429 with the seconds to wait where one of the rules has had enough.
    pub async fn take(&self, db: &Db) -> Result<()> {
        // A second time where counters were missing; a third one should a sweep come between.
        for _ in 0..3 {
            let now = Utc::now().timestamp_millis();
            let transaction = db.begin_aside().await?;
            let mut missing = false;
            for (rule, key) in &self.0 {
                let limit = now + (rule.burst - 1) * rule.interval;
                if spend(&transaction, rule, key, now, limit).await? {
                    continue;
                }
                let row = throttle::Entity::find_by_id(key).one(&transaction).await?;
                // One with room was made in this very moment.
                if let Some(row) = row.filter(|row| row.free_at > limit) {
                    let wait = u64::try_from(row.free_at - limit).unwrap_or_default();
                    return Err(Error::TooManyRequests(wait.div_ceil(1000).clamp(1, 3600)));
                }
                missing = true;
                break;
            }
            if !missing {
                transaction.commit().await?;
                return Ok(());
            }
            transaction.rollback().await?;
            for (_, key) in &self.0 {
                start(db.write(), key, now).await?;
            }
        }
        Err(Error::TooManyRequests(1))
    }

    /// Takes back what [`Self::take`] counted.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn give_back(&self, db: &Db) -> Result<(), DbErr> {
        for (rule, key) in &self.0 {
            throttle::Entity::update_many()
                .col_expr(throttle::Column::FreeAt, Expr::col(throttle::Column::FreeAt).sub(rule.interval))
                .filter(throttle::Column::Key.eq(key))
                .exec(db.write())
                .await?;
        }
        Ok(())
    }

    /// Forgets all tries of one of the rules.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget(&self, db: &Db, rule: Rule) -> Result<(), DbErr> {
        for (_, key) in self.0.iter().filter(|(of, _)| *of == rule) {
            throttle::Entity::delete_by_id(key).exec(db.write()).await?;
        }
        Ok(())
    }
}

fn key(rule: Rule, subject: &str) -> String {
    format!("{}:{}", rule.name, &secrets::digest(subject)[..40])
}

/// Adds a try to a counter, in one statement that no other one can come between; false where there is no room, or no
/// counter.
async fn spend(
    db: &impl ConnectionTrait,
    rule: &Rule,
    key: &str,
    now: i64,
    limit: i64,
) -> Result<bool, DbErr> {
    let free_at = || Expr::col(throttle::Column::FreeAt);
    let paid_off = Expr::case(free_at().lt(now), now).finally(free_at());
    let update = throttle::Entity::update_many()
        .col_expr(throttle::Column::FreeAt, Expr::expr(paid_off).add(rule.interval))
        .filter(throttle::Column::Key.eq(key))
        .filter(throttle::Column::FreeAt.lte(limit));
    Ok(update.exec(db).await?.rows_affected == 1)
}

async fn start(db: &impl ConnectionTrait, key: &str, now: i64) -> Result<(), DbErr> {
    let row = throttle::ActiveModel { key: Set(key.to_owned()), free_at: Set(now) };
    let keep = OnConflict::column(throttle::Column::Key).do_nothing_on([throttle::Column::Key]).to_owned();
    throttle::Entity::insert(row).on_conflict(keep).exec_without_returning(db).await.map(drop)
}

/// Deletes counters that count nothing any more; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(db: &impl ConnectionTrait, now: chrono::DateTime<Utc>) -> Result<u64, DbErr> {
    // One that was just made is about to be used.
    let over = now.timestamp_millis() - 60_000;
    let rows = throttle::Entity::delete_many().filter(throttle::Column::FreeAt.lt(over));
    Ok(rows.exec(db).await?.rows_affected)
}
