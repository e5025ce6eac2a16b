//! What the databases spell differently, said once for all migrations.

use sea_orm_migration::{
    prelude::*,
    sea_orm::DbBackend,
    sea_query::{
        ColumnDef, ForeignKey, ForeignKeyCreateStatement, IndexCreateStatement, Table, TableCreateStatement,
    },
};

/// A table. On MySQL and MariaDB it compares text byte by byte, as the other databases do: their default
/// collation takes `resume` and `résumé` for one slug.
pub(crate) fn table(manager: &SchemaManager<'_>, name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    if manager.get_database_backend() == DbBackend::MySql {
        table.character_set("utf8mb4").collate("utf8mb4_bin");
    }
    table
}

/// A generated 64-bit primary key named `id`.
pub(crate) fn id() -> ColumnDef {
    ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().take()
}

/// Text of any length that matters: MySQL's own TEXT ends at 64 KiB.
pub(crate) fn long_text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::MySql => column.custom("longtext"),
        _ => column.text(),
    };
    column.not_null().take()
}

/// An instant in UTC. MySQL's TIMESTAMP ends in 2038 and both of its types drop fractions unless told to keep them.
pub(crate) fn instant(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::MySql => column.custom("datetime(6)"),
        _ => column.timestamp_with_time_zone(),
    };
    column.take()
}

/// A 64-bit reference to another table's `id`.
pub(crate) fn reference(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

/// The foreign key `fk_{table}_{column}`, to be made with its table: SQLite cannot add one later.
pub(crate) fn foreign_key(
    table: &'static str,
    column: &'static str,
    target: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(target, "id")
        .on_delete(on_delete)
        .take()
}

/// The index `idx_{table}_{name}` over `columns`.
pub(crate) fn index(table: &'static str, name: &str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("idx_{table}_{name}")).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
