//! What accounts need: sessions, tokens of the API and of mails, throttles, secrets, answers to repeated requests.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, id, index, instant, long_text, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_user = |table| foreign_key(table, "user_id", "users", ForeignKeyAction::Cascade);
        manager
            .create_table(
                table(manager, "sessions")
                    .col(id())
                    .col(ColumnDef::new("key_hash").string_len(64).not_null().unique_key())
                    .col(reference("user_id"))
                    .col(long_text(manager, "state"))
                    .col(ColumnDef::new("user_agent").string_len(200).not_null())
                    .col(ColumnDef::new("address").string_len(45).not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "last_seen_at").not_null())
                    .col(instant(manager, "expires_at").not_null())
                    .foreign_key(&mut of_user("sessions"))
                    .take(),
            )
            .await?;
        manager.create_index(index("sessions", "user_id", &["user_id"])).await?;
        manager.create_index(index("sessions", "expires_at", &["expires_at"])).await?;
        manager
            .create_table(
                table(manager, "api_tokens")
                    .col(id())
                    .col(reference("user_id").not_null())
                    .col(ColumnDef::new("name").string_len(80).not_null())
                    .col(ColumnDef::new("token_hash").string_len(64).not_null().unique_key())
                    .col(ColumnDef::new("scope").string_len(16).not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "last_used_at"))
                    .col(instant(manager, "expires_at"))
                    .foreign_key(&mut of_user("api_tokens"))
                    .take(),
            )
            .await?;
        manager.create_index(index("api_tokens", "user_id", &["user_id"])).await?;
        manager
            .create_table(
                table(manager, "mail_tokens")
                    .col(id())
                    .col(ColumnDef::new("token_hash").string_len(64).not_null().unique_key())
                    .col(ColumnDef::new("purpose").string_len(16).not_null())
                    .col(reference("user_id"))
                    .col(ColumnDef::new("payload").json().not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "expires_at").not_null())
                    .foreign_key(&mut of_user("mail_tokens"))
                    .take(),
            )
            .await?;
        manager.create_index(index("mail_tokens", "user_id", &["user_id"])).await?;
        manager.create_index(index("mail_tokens", "expires_at", &["expires_at"])).await?;
        manager
            .create_table(
                table(manager, "throttles")
                    .col(ColumnDef::new("key").string_len(80).not_null().primary_key())
                    .col(ColumnDef::new("free_at").big_integer().not_null())
                    .take(),
            )
            .await?;
        manager.create_index(index("throttles", "free_at", &["free_at"])).await?;
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
                table(manager, "idempotency_keys")
                    .col(id())
                    .col(reference("user_id").not_null())
                    .col(ColumnDef::new("key_hash").string_len(64).not_null())
                    .col(ColumnDef::new("request_hash").string_len(64).not_null())
                    .col(ColumnDef::new("status").integer())
                    .col(long_text(manager, "body"))
                    .col(instant(manager, "created_at").not_null())
                    .foreign_key(&mut of_user("idempotency_keys"))
                    .take(),
            )
            .await?;
        manager
            .create_index(index("idempotency_keys", "user_key", &["user_id", "key_hash"]).unique().take())
            .await?;
        manager.create_index(index("idempotency_keys", "created_at", &["created_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["idempotency_keys", "secrets", "throttles", "mail_tokens", "api_tokens", "sessions"] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
