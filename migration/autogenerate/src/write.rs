//! A migration's file, and its place in the migrator.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why a migration could not be put in place. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The migrator is not in the form that `sea-orm-cli migrate generate` keeps.
    #[error("{} has no `vec![` of migrations: bring it into the form of `sea-orm-cli migrate init`", .0.display())]
    Migrator(PathBuf),
}

/// The name of a migration made at `stamp` (`YYYYMMDD_HHMMSS`): the letters and digits of what it is for.
pub fn module_name(stamp: &str, message: &str) -> String {
    let mut words = String::new();
    for letter in message.chars() {
        if letter.is_ascii_alphanumeric() {
            words.push(letter.to_ascii_lowercase());
        } else if !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
    }
    format!("m{stamp}_{}", words.trim_end_matches('_')).trim_end_matches('_').to_owned()
}

/// Writes `{module}.rs` into the folder of the migrations and registers it in the folder's `lib.rs` (or `mod.rs`), in the form that
/// `sea-orm-cli migrate generate` keeps. Returns the file's path.
///
/// # Errors
/// See [`enum@Error`].
pub fn write(folder: &Path, module: &str, content: &str) -> Result<PathBuf, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { path, source }
    };
    let mut migrator = folder.join("lib.rs");
    if !migrator.is_file() {
        migrator = folder.join("mod.rs");
    }
    let known = fs::read_to_string(&migrator).map_err(failed(&migrator))?;
    let registered = register(&known, module).ok_or_else(|| Error::Migrator(migrator.clone()))?;
    let path = folder.join(format!("{module}.rs"));
    let mut file = fs::File::create_new(&path).map_err(failed(&path))?;
    io::Write::write_all(&mut file, content.as_bytes()).map_err(failed(&path))?;
    fs::write(&migrator, registered).map_err(failed(&migrator))?;
    Ok(path)
}

/// The migrator with one migration more, at its end; none where it has not the usual form.
pub fn register(migrator: &str, module: &str) -> Option<String> {
    let mut lines: Vec<String> = migrator.lines().map(str::to_owned).collect();
    let last = |lines: &[String], is: &dyn Fn(&str) -> bool| lines.iter().rposition(|line| is(line.trim()));
    let is_module = |line: &str| {
        let name = line.trim_start_matches("pub ").strip_prefix("mod m").unwrap_or_default();
        name.ends_with(';') && name.starts_with(|first: char| first.is_ascii_digit())
    };
    let entry = format!("            Box::new({module}::Migration),");
    if let Some(place) =
        last(&lines, &|line| line.starts_with("Box::new(m") && line.ends_with("::Migration),"))
    {
        lines.insert(place + 1, entry);
    } else {
        let place = lines.iter().position(|line| line.contains("vec![]"))?;
        let line = lines[place].replace("vec![]", "vec![");
        lines.splice(place..=place, [line, entry, "        ]".to_owned()]);
    }
    match last(&lines, &is_module) {
        Some(place) => lines.insert(place + 1, format!("mod {module};")),
        None => {
            let place = lines.iter().position(|line| line.contains("struct Migrator"))?;
            lines.splice(place..place, [format!("mod {module};"), String::new()]);
        }
    }
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// sea-orm-cli makes the first file and goes on with what is written here.
    #[test]
    fn a_migrator_grows_at_its_end_in_its_own_form() {
        let empty = "pub use sea_orm_migration::prelude::*;\n\npub struct Migrator;\n\nimpl MigratorTrait for Migrator {\n    \
                     fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        vec![]\n    }\n}\n";
        let one = register(empty, "m20260101_000000_a").unwrap();
        let two = register(&one, "m20260102_000000_b").unwrap();
        assert_eq!(
            two,
            "pub use sea_orm_migration::prelude::*;\n\nmod m20260101_000000_a;\nmod m20260102_000000_b;\n\n\
             pub struct Migrator;\n\nimpl MigratorTrait for Migrator {\n    \
             fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        vec![\n            \
             Box::new(m20260101_000000_a::Migration),\n            Box::new(m20260102_000000_b::Migration),\n        ]\n    \
             }\n}\n"
        );
        assert_eq!(register("fn main() {}\n", "m20260101_000000_a"), None);
    }

    #[test]
    fn a_message_becomes_a_modules_name() {
        assert_eq!(
            module_name("20260101_000000", "Add  e-mail column!"),
            "m20260101_000000_add_e_mail_column"
        );
        assert_eq!(module_name("20260101_000000", "Größe"), "m20260101_000000_gr_e");
        assert_eq!(module_name("20260101_000000", "…"), "m20260101_000000");
    }
}
