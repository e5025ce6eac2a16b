//! What the tests have in common: real entities in few lines, databases, files that are compared.

pub(crate) mod database;

use std::path::Path;

use sea_orm::entity::prelude::*;

/// A real entity in a module of its own.
macro_rules! entity {
    ($module:ident = $table:tt { $($fields:tt)* }) => {
        pub(crate) mod $module {
            #[expect(unused_imports, reason = "not every entity needs them")]
            use crate::common::{Role, RoleWithGuests, RoleWithoutEditors, RoleWithoutMembers};
            use sea_orm::entity::prelude::*;

            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                $($fields)*
            }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}
pub(crate) use entity;

/// An entity without references, in the older notation: it takes half the time to compile.
macro_rules! table {
    ($module:ident = $table:tt { $($fields:tt)* }) => {
        pub(crate) mod $module {
            #[expect(unused_imports, reason = "not every entity needs them")]
            use crate::common::{Role, RoleWithGuests, RoleWithoutEditors, RoleWithoutMembers};
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                $($fields)*
            }

            #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}
pub(crate) use table;

/// An enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "role")]
pub enum Role {
    #[sea_orm(string_value = "member")]
    Member,
    #[sea_orm(string_value = "editor")]
    Editor,
}

/// The same with a value more, which is not the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "role")]
pub enum RoleWithGuests {
    #[sea_orm(string_value = "guest")]
    Guest,
    #[sea_orm(string_value = "member")]
    Member,
    #[sea_orm(string_value = "editor")]
    Editor,
}

/// The same with a value less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "role")]
pub enum RoleWithoutEditors {
    #[sea_orm(string_value = "member")]
    Member,
}

/// The same without the value that was the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "role")]
pub enum RoleWithoutMembers {
    #[sea_orm(string_value = "editor")]
    Editor,
}

/// Whether a file in `golden` has this content; with `AUTOGENERATE_GOLDEN` it has from now on.
pub(crate) fn is_golden(suite: &str, name: &str, content: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/{suite}/golden/{name}.rs"));
    if std::env::var_os("AUTOGENERATE_GOLDEN").is_some() {
        std::fs::write(path, content).unwrap();
        return true;
    }
    std::fs::read_to_string(path).unwrap() == content
}

/// Fails where a file in `golden` is of what is not there any more.
pub(crate) fn assert_none_is_left(suite: &str, known: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/{suite}/golden"));
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(name == "mod" || known.contains(&name), "{name}");
    }
}
