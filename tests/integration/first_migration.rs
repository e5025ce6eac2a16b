//! First migration.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use super::columns::{instant, long_text, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "content_version")
                    .col(ColumnDef::new("id").big_integer().not_null().primary_key())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "courses")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("name").string_len(80).not_null())
                    .col(ColumnDef::new("slug").string_len(80).not_null())
                    .col(ColumnDef::new("summary").string_len(500).not_null())
                    .col(long_text(manager, "description"))
                    .col(long_text(manager, "html"))
                    .col(ColumnDef::new("credits").double().not_null().default(0.0))
                    .col(ColumnDef::new("is_open").boolean().not_null().default(true))
                    .col(ColumnDef::new("starts_on").date())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_courses_slug").table("courses").col("slug").unique().take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "media_leftovers")
                    .col(ColumnDef::new("name").string_len(64).not_null().primary_key())
                    .col(instant(manager, "due").not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_media_leftovers_due").table("media_leftovers").col("due").take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "pages")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("title").string_len(200).not_null())
                    .col(ColumnDef::new("slug").string_len(200).not_null())
                    .col(ColumnDef::new("summary").string_len(500).not_null())
                    .col(long_text(manager, "content"))
                    .col(long_text(manager, "html"))
                    .col(ColumnDef::new("excerpt").string_len(500).not_null())
                    .col(ColumnDef::new("is_published").boolean().not_null().default(false))
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_pages_slug").table("pages").col("slug").unique().take())
            .await?;
        manager
            .create_table(
                table(manager, "redirects")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("old_path").string_len(500).not_null())
                    .col(ColumnDef::new("new_path").string_len(500).not_null())
                    .col(instant(manager, "created_at").not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_redirects_old_path")
                    .table("redirects")
                    .col("old_path")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "secrets")
                    .col(ColumnDef::new("name").string_len(40).not_null().primary_key())
                    .col(ColumnDef::new("value").string_len(255).not_null())
                    .col(instant(manager, "created_at").not_null())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "settings")
                    .col(ColumnDef::new("key").string_len(60).not_null().primary_key())
                    .col(ColumnDef::new("value").json().not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "tags")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("name").string_len(50).not_null())
                    .col(ColumnDef::new("slug").string_len(50).not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_tags_slug").table("tags").col("slug").unique().take())
            .await?;
        manager
            .create_table(
                table(manager, "throttles")
                    .col(ColumnDef::new("key").string_len(80).not_null().primary_key())
                    .col(ColumnDef::new("free_at").big_integer().not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_throttles_free_at").table("throttles").col("free_at").take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "users")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("username").string_len(40).not_null())
                    .col(ColumnDef::new("username_key").string_len(120))
                    .col(ColumnDef::new("email").string_len(254).not_null())
                    .col(ColumnDef::new("display_name").string_len(80).not_null())
                    .col(long_text(manager, "bio"))
                    .col(ColumnDef::new("role").string_len(16).not_null().default("author"))
                    .col(ColumnDef::new("password_hash").string_len(255))
                    .col(ColumnDef::new("is_active").boolean().not_null().default(true))
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_users_active")
                    .table("users")
                    .col("is_active")
                    .col("id")
                    .col("username")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_users_username_key")
                    .table("users")
                    .col("username_key")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_users_username").table("users").col("username").unique().take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_users_email").table("users").col("email").unique().take())
            .await?;
        manager
            .create_table(
                table(manager, "admin_log")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(instant(manager, "at").not_null())
                    .col(ColumnDef::new("user_id").big_integer())
                    .col(ColumnDef::new("user_name").string_len(80).not_null())
                    .col(ColumnDef::new("resource").string_len(40).not_null())
                    .col(ColumnDef::new("row_id").string_len(60).not_null())
                    .col(ColumnDef::new("row_title").string_len(200).not_null())
                    .col(ColumnDef::new("action").string_len(20).not_null())
                    .col(ColumnDef::new("changes").json().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("admin_log", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_admin_log_user_id").table("admin_log").col("user_id").take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_admin_log_row")
                    .table("admin_log")
                    .col("resource")
                    .col("row_id")
                    .col("id")
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "api_tokens")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("user_id").big_integer().not_null())
                    .col(ColumnDef::new("name").string_len(80).not_null())
                    .col(ColumnDef::new("token_hash").string_len(64).not_null())
                    .col(ColumnDef::new("scope").string_len(16).not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "last_used_at"))
                    .col(instant(manager, "expires_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("api_tokens", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_api_tokens_user_id").table("api_tokens").col("user_id").take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_api_tokens_token_hash")
                    .table("api_tokens")
                    .col("token_hash")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "comments")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .col(ColumnDef::new("owner_id").big_integer().not_null())
                    .col(ColumnDef::new("parent_id").big_integer())
                    .col(ColumnDef::new("thread").big_integer().not_null().default(0))
                    .col(ColumnDef::new("user_id").big_integer())
                    .col(ColumnDef::new("author_name").string_len(80).not_null())
                    .col(ColumnDef::new("author_email").string_len(254).not_null().default(""))
                    .col(ColumnDef::new("key_hash").string_len(64))
                    .col(ColumnDef::new("sent_hash").string_len(64).not_null())
                    .col(ColumnDef::new("text_hash").string_len(64).not_null())
                    .col(long_text(manager, "body"))
                    .col(long_text(manager, "html"))
                    .col(ColumnDef::new("excerpt").string_len(200).not_null())
                    .col(ColumnDef::new("status").string_len(16).not_null().default("pending"))
                    .col(ColumnDef::new("reason").string_len(200).not_null().default(""))
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .col(instant(manager, "edited_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("comments", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_comments_parent_id").table("comments").col("parent_id").take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_email")
                    .table("comments")
                    .col("author_email")
                    .col("status")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_key")
                    .table("comments")
                    .col("key_hash")
                    .col("post_id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_newest")
                    .table("comments")
                    .col("created_at")
                    .col("id")
                    .col("post_id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_owner")
                    .table("comments")
                    .col("owner_id")
                    .col("status")
                    .col("created_at")
                    .col("id")
                    .col("post_id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_owner_time")
                    .table("comments")
                    .col("owner_id")
                    .col("created_at")
                    .col("id")
                    .col("post_id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_post")
                    .table("comments")
                    .col("post_id")
                    .col("owner_id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_queue")
                    .table("comments")
                    .col("status")
                    .col("created_at")
                    .col("id")
                    .col("post_id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_shown")
                    .table("comments")
                    .col("post_id")
                    .col("status")
                    .col("thread")
                    .col("id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_text")
                    .table("comments")
                    .col("text_hash")
                    .col("status")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_user")
                    .table("comments")
                    .col("user_id")
                    .col("status")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_comments_sent_hash")
                    .table("comments")
                    .col("sent_hash")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "idempotency_keys")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("user_id").big_integer().not_null())
                    .col(ColumnDef::new("key_hash").string_len(64).not_null())
                    .col(ColumnDef::new("request_hash").string_len(64).not_null())
                    .col(ColumnDef::new("status").integer())
                    .col(long_text(manager, "body"))
                    .col(instant(manager, "created_at").not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("idempotency_keys", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_idempotency_keys_created_at")
                    .table("idempotency_keys")
                    .col("created_at")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_idempotency_keys_user_key")
                    .table("idempotency_keys")
                    .col("user_id")
                    .col("key_hash")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "mail_tokens")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("token_hash").string_len(64).not_null())
                    .col(ColumnDef::new("purpose").string_len(16).not_null())
                    .col(ColumnDef::new("user_id").big_integer())
                    .col(ColumnDef::new("payload").json().not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "expires_at").not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("mail_tokens", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_mail_tokens_expires_at")
                    .table("mail_tokens")
                    .col("expires_at")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_mail_tokens_user_id").table("mail_tokens").col("user_id").take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_mail_tokens_token_hash")
                    .table("mail_tokens")
                    .col("token_hash")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "media")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("filename").string_len(255).not_null())
                    .col(ColumnDef::new("content_type").string_len(100).not_null())
                    .col(ColumnDef::new("size").big_integer().not_null())
                    .col(ColumnDef::new("sha256").char_len(64).not_null())
                    .col(ColumnDef::new("sent_sha256").char_len(64).not_null().default(""))
                    .col(ColumnDef::new("name").string_len(64).not_null().default(""))
                    .col(ColumnDef::new("width").integer())
                    .col(ColumnDef::new("height").integer())
                    .col(ColumnDef::new("alt").string_len(500).not_null())
                    .col(ColumnDef::new("needs_alt").boolean().not_null().default(false))
                    .col(ColumnDef::new("user_id").big_integer())
                    .col(instant(manager, "created_at").not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("media", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_media_created_at").table("media").col("created_at").take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_media_name").table("media").col("name").take())
            .await?;
        manager
            .create_index(
                Index::create().name("idx_media_sent_sha256").table("media").col("sent_sha256").take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_media_sha256").table("media").col("sha256").take())
            .await?;
        manager
            .create_index(Index::create().name("idx_media_user_id").table("media").col("user_id").take())
            .await?;
        manager
            .create_table(
                table(manager, "posts")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("title").string_len(200).not_null())
                    .col(ColumnDef::new("slug").string_len(200).not_null())
                    .col(long_text(manager, "content"))
                    .col(long_text(manager, "html"))
                    .col(ColumnDef::new("summary").string_len(500).not_null())
                    .col(ColumnDef::new("excerpt").string_len(500).not_null())
                    .col(ColumnDef::new("toc").json().not_null())
                    .col(ColumnDef::new("word_count").integer().not_null().default(0))
                    .col(ColumnDef::new("status").string_len(16).not_null().default("draft"))
                    .col(instant(manager, "published_at"))
                    .col(ColumnDef::new("pinned").boolean().not_null().default(false))
                    .col(ColumnDef::new("extra").json().not_null())
                    .col(instant(manager, "trashed_at"))
                    .col(ColumnDef::new("trashed_slug").string_len(200))
                    .col(ColumnDef::new("preview_key").string_len(64))
                    .col(ColumnDef::new("cover").string_len(300).not_null().default(""))
                    .col(ColumnDef::new("cover_alt").string_len(500).not_null().default(""))
                    .col(ColumnDef::new("comments_open").boolean().not_null().default(true))
                    .col(ColumnDef::new("user_id").big_integer().not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("posts", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_posts_trashed_at").table("posts").col("trashed_at").take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_admin_author")
                    .table("posts")
                    .col("user_id")
                    .col("status")
                    .col("pinned")
                    .col("published_at")
                    .col("updated_at")
                    .col("title")
                    .col("slug")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_admin_status")
                    .table("posts")
                    .col("status")
                    .col("user_id")
                    .col("pinned")
                    .col("published_at")
                    .col("updated_at")
                    .col("title")
                    .col("slug")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_archive")
                    .table("posts")
                    .col("status")
                    .col("published_at")
                    .col("id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_author")
                    .table("posts")
                    .col("user_id")
                    .col("status")
                    .col("published_at")
                    .col("id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_changed")
                    .table("posts")
                    .col("updated_at")
                    .col("id")
                    .col("status")
                    .col("user_id")
                    .col("pinned")
                    .col("published_at")
                    .col("title")
                    .col("slug")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_home")
                    .table("posts")
                    .col("status")
                    .col("pinned")
                    .col("published_at")
                    .col("id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_owner")
                    .table("posts")
                    .col("id")
                    .col("user_id")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_posts_slug").table("posts").col("slug").unique().take())
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_preview_key")
                    .table("posts")
                    .col("preview_key")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "imports")
                    .col(ColumnDef::new("source").char_len(64).not_null().primary_key())
                    .col(ColumnDef::new("digest").char_len(64).not_null())
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .col(instant(manager, "imported_at").not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("imports", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_imports_post_id").table("imports").col("post_id").unique().take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "lessons")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("course_id").big_integer().not_null())
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .col(ColumnDef::new("position").integer().not_null().default(0))
                    .foreign_key(
                        ForeignKey::create()
                            .from("lessons", "course_id")
                            .to("courses", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("lessons", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_lessons_course_post")
                    .table("lessons")
                    .col("course_id")
                    .col("post_id")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_lessons_post_id").table("lessons").col("post_id").take())
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_lessons_order")
                    .table("lessons")
                    .col("course_id")
                    .col("position")
                    .col("id")
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "post_media")
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .col(ColumnDef::new("name").string_len(64).not_null())
                    .primary_key(Index::create().col("post_id").col("name"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_media", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_post_media_name").table("post_media").col("name").take())
            .await?;
        manager
            .create_table(
                table(manager, "post_revisions")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("post_id").big_integer())
                    .col(ColumnDef::new("user_id").big_integer())
                    .col(ColumnDef::new("kind").string_len(16).not_null())
                    .col(ColumnDef::new("tab").string_len(64))
                    .col(ColumnDef::new("base").string_len(64).not_null())
                    .col(long_text(manager, "title"))
                    .col(long_text(manager, "content"))
                    .col(ColumnDef::new("fields").json().not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_revisions", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_revisions", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_post_revisions_tab")
                    .table("post_revisions")
                    .col("user_id")
                    .col("tab")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_post_revisions_post")
                    .table("post_revisions")
                    .col("post_id")
                    .col("id")
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "post_tags")
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .col(ColumnDef::new("tag_id").big_integer().not_null())
                    .col(instant(manager, "published_at"))
                    .primary_key(Index::create().col("post_id").col("tag_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_tags", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_tags", "tag_id")
                            .to("tags", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_post_tags_newest")
                    .table("post_tags")
                    .col("tag_id")
                    .col("published_at")
                    .col("post_id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_post_tags_tag_id")
                    .table("post_tags")
                    .col("tag_id")
                    .col("post_id")
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "post_visits")
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .col(ColumnDef::new("day").date().not_null())
                    .col(ColumnDef::new("count").big_integer().not_null())
                    .primary_key(Index::create().col("post_id").col("day"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_visits", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_post_visits_day")
                    .table("post_visits")
                    .col("day")
                    .col("post_id")
                    .col("count")
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "post_words")
                    .col(ColumnDef::new("word").string_len(80).not_null())
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .primary_key(Index::create().col("word").col("post_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_words", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_post_words_post_id").table("post_words").col("post_id").take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "sessions")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("key_hash").string_len(64).not_null())
                    .col(ColumnDef::new("user_id").big_integer())
                    .col(long_text(manager, "state"))
                    .col(ColumnDef::new("user_agent").string_len(200).not_null())
                    .col(ColumnDef::new("address").string_len(45).not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "last_seen_at").not_null())
                    .col(instant(manager, "expires_at").not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("sessions", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_sessions_expires_at").table("sessions").col("expires_at").take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_sessions_user_id").table("sessions").col("user_id").take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_sessions_key_hash")
                    .table("sessions")
                    .col("key_hash")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "students")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("name").string_len(80).not_null())
                    .col(ColumnDef::new("email").string_len(254))
                    .col(ColumnDef::new("user_id").big_integer())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("students", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_students_email").table("students").col("email").unique().take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_students_user_id").table("students").col("user_id").unique().take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "enrollments")
                    .col(ColumnDef::new("student_id").big_integer().not_null())
                    .col(ColumnDef::new("course_id").big_integer().not_null())
                    .col(ColumnDef::new("status").string_len(16).not_null().default("active"))
                    .col(ColumnDef::new("source").string_len(16).not_null().default("roster"))
                    .col(instant(manager, "enrolled_at").not_null())
                    .col(instant(manager, "completed_at"))
                    .col(ColumnDef::new("last_lesson_id").big_integer())
                    .primary_key(Index::create().col("student_id").col("course_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("enrollments", "student_id")
                            .to("students", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("enrollments", "course_id")
                            .to("courses", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("enrollments", "last_lesson_id")
                            .to("lessons", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_enrollments_last_lesson_id")
                    .table("enrollments")
                    .col("last_lesson_id")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_enrollments_roster")
                    .table("enrollments")
                    .col("course_id")
                    .col("status")
                    .col("student_id")
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "lesson_completions")
                    .col(ColumnDef::new("student_id").big_integer().not_null())
                    .col(ColumnDef::new("lesson_id").big_integer().not_null())
                    .col(instant(manager, "completed_at").not_null())
                    .primary_key(Index::create().col("student_id").col("lesson_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("lesson_completions", "student_id")
                            .to("students", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("lesson_completions", "lesson_id")
                            .to("lessons", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_lesson_completions_lesson_id")
                    .table("lesson_completions")
                    .col("lesson_id")
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "text_media")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("course_id").big_integer())
                    .col(ColumnDef::new("page_id").big_integer())
                    .col(ColumnDef::new("revision_id").big_integer())
                    .col(ColumnDef::new("name").string_len(64).not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("text_media", "course_id")
                            .to("courses", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("text_media", "page_id")
                            .to("pages", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("text_media", "revision_id")
                            .to("post_revisions", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_text_media_course_id").table("text_media").col("course_id").take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_text_media_name").table("text_media").col("name").take())
            .await?;
        manager
            .create_index(
                Index::create().name("idx_text_media_page_id").table("text_media").col("page_id").take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_text_media_revision_id")
                    .table("text_media")
                    .col("revision_id")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of text_media go.
        manager.drop_table(Table::drop().table("text_media").take()).await?;
        // Loses data: the rows of lesson_completions go.
        manager.drop_table(Table::drop().table("lesson_completions").take()).await?;
        // Loses data: the rows of enrollments go.
        manager.drop_table(Table::drop().table("enrollments").take()).await?;
        // Loses data: the rows of students go.
        manager.drop_table(Table::drop().table("students").take()).await?;
        // Loses data: the rows of sessions go.
        manager.drop_table(Table::drop().table("sessions").take()).await?;
        // Loses data: the rows of post_words go.
        manager.drop_table(Table::drop().table("post_words").take()).await?;
        // Loses data: the rows of post_visits go.
        manager.drop_table(Table::drop().table("post_visits").take()).await?;
        // Loses data: the rows of post_tags go.
        manager.drop_table(Table::drop().table("post_tags").take()).await?;
        // Loses data: the rows of post_revisions go.
        manager.drop_table(Table::drop().table("post_revisions").take()).await?;
        // Loses data: the rows of post_media go.
        manager.drop_table(Table::drop().table("post_media").take()).await?;
        // Loses data: the rows of lessons go.
        manager.drop_table(Table::drop().table("lessons").take()).await?;
        // Loses data: the rows of imports go.
        manager.drop_table(Table::drop().table("imports").take()).await?;
        // Loses data: the rows of posts go.
        manager.drop_table(Table::drop().table("posts").take()).await?;
        // Loses data: the rows of media go.
        manager.drop_table(Table::drop().table("media").take()).await?;
        // Loses data: the rows of mail_tokens go.
        manager.drop_table(Table::drop().table("mail_tokens").take()).await?;
        // Loses data: the rows of idempotency_keys go.
        manager.drop_table(Table::drop().table("idempotency_keys").take()).await?;
        // Loses data: the rows of comments go.
        manager.drop_table(Table::drop().table("comments").take()).await?;
        // Loses data: the rows of api_tokens go.
        manager.drop_table(Table::drop().table("api_tokens").take()).await?;
        // Loses data: the rows of admin_log go.
        manager.drop_table(Table::drop().table("admin_log").take()).await?;
        // Loses data: the rows of users go.
        manager.drop_table(Table::drop().table("users").take()).await?;
        // Loses data: the rows of throttles go.
        manager.drop_table(Table::drop().table("throttles").take()).await?;
        // Loses data: the rows of tags go.
        manager.drop_table(Table::drop().table("tags").take()).await?;
        // Loses data: the rows of settings go.
        manager.drop_table(Table::drop().table("settings").take()).await?;
        // Loses data: the rows of secrets go.
        manager.drop_table(Table::drop().table("secrets").take()).await?;
        // Loses data: the rows of redirects go.
        manager.drop_table(Table::drop().table("redirects").take()).await?;
        // Loses data: the rows of pages go.
        manager.drop_table(Table::drop().table("pages").take()).await?;
        // Loses data: the rows of media_leftovers go.
        manager.drop_table(Table::drop().table("media_leftovers").take()).await?;
        // Loses data: the rows of courses go.
        manager.drop_table(Table::drop().table("courses").take()).await?;
        // Loses data: the rows of content_version go.
        manager.drop_table(Table::drop().table("content_version").take()).await
    }
}
