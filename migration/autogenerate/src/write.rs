//! A migration's file, and its place in the migrator.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::sql::items;

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

/// The most letters of a message in a file's name.
const MAX_WORDS: usize = 80;

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
    words.truncate(MAX_WORDS);
    format!("m{stamp}_{}", words.trim_end_matches('_')).trim_end_matches('_').to_owned()
}

/// Writes `{module}.rs` into the folder of the migrations and registers it in the folder's `lib.rs` (or `mod.rs`), in the form that
/// `sea-orm-cli migrate generate` keeps, with no line longer than `width`. Returns the file's path.
///
/// # Errors
/// See [`enum@Error`].
pub fn write(folder: &Path, module: &str, content: &str, width: usize) -> Result<PathBuf, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { path, source }
    };
    let (mut migrator, other) = (folder.join("lib.rs"), folder.join("mod.rs"));
    if !migrator.is_file() && other.is_file() {
        migrator = other;
    }
    let known = fs::read_to_string(&migrator).map_err(failed(&migrator))?;
    let registered = register(&known, module, width).ok_or_else(|| Error::Migrator(migrator.clone()))?;
    let path = folder.join(format!("{module}.rs"));
    let mut file = fs::File::create_new(&path).map_err(failed(&path))?;
    // The migrator is replaced whole: a disk that is full must not leave half of it.
    let beside = migrator.with_extension("rs.new");
    let written = io::Write::write_all(&mut file, content.as_bytes()).map_err(failed(&path)).and_then(|()| {
        let replaced = fs::write(&beside, registered).and_then(|()| fs::rename(&beside, &migrator));
        replaced.map_err(failed(&migrator))
    });
    if let Err(error) = written {
        // What nobody knows of is not left behind.
        for left in [&path, &beside] {
            fs::remove_file(left).ok();
        }
        return Err(error);
    }
    // It is written as rustfmt would, but for lists that are longer than a line. Without rustfmt it stays so.
    let width = format!("max_width={width}");
    Command::new("rustfmt").args(["--edition", "2024", "--config", &width]).arg(&path).output().ok();
    Ok(path)
}

/// The migrator with one migration more, at its end; none where it has not the usual form.
pub fn register(migrator: &str, module: &str, width: usize) -> Option<String> {
    with_module(&with_entry(migrator, module, width)?, module)
}

fn with_entry(migrator: &str, module: &str, width: usize) -> Option<String> {
    let code = without_comments(migrator);
    let function = code.find("fn migrations(")?;
    let start = function + code[function..].find("vec![")? + "vec![".len();
    let end = start + code[start..].find(']')?;
    let last = start + code[start..end].trim_end().len();
    let entry = format!("Box::new({module}::Migration)");
    // A line of its own for an entry of several.
    let line_of = |entry: &str, indent: &str| {
        format!("{indent}{},\n", laid_out(entry, indent, indent.len() + 1, width))
    };
    let begin = migrator[..start].rfind('\n').map_or(0, |line| line + 1);
    let mut out = migrator.to_owned();
    let (is_empty, ends_with_comma) = (last == start, code[..last].ends_with(','));
    if let Some(line) = code[last..end].find('\n') {
        // Behind whatever is said of the last one on its line.
        let begin = migrator[..last].rfind('\n').map_or(0, |line| line + 1);
        let deeper = if is_empty { "    " } else { "" };
        let indent = indentation(&migrator[begin..]) + deeper;
        out.insert_str(last + line + 1, &line_of(&entry, &indent));
        if !is_empty && !ends_with_comma {
            out.insert(last, ',');
        }
    } else if is_empty || migrator[start..end] != code[start..end] {
        // The first one, or comments that no line ends: they stay.
        let comma = match (is_empty, ends_with_comma) {
            (true, _) => "",
            (_, true) => " ",
            _ => ", ",
        };
        let around = last - begin + comma.len() + "]".len();
        let entry = laid_out(&entry, &indentation(&migrator[begin..]), around, width);
        out.insert_str(last, &format!("{comma}{entry}"));
    } else {
        let indent = indentation(&migrator[begin..]);
        let deeper = format!("{indent}    ");
        let known = items(&migrator[start..end]);
        let known = known.into_iter().filter(|known| !known.is_empty()).map(on_one_line);
        let lines: String = known.chain([entry]).map(|entry| line_of(&entry, &deeper)).collect();
        out.replace_range(start..end, &format!("\n{lines}{indent}"));
    }
    Some(out)
}

fn with_module(migrator: &str, module: &str) -> Option<String> {
    let is_module = |line: &str| {
        let name = line.trim().trim_start_matches("pub ").strip_prefix("mod m").unwrap_or_default();
        name.ends_with(';') && name.starts_with(|first: char| first.is_ascii_digit())
    };
    let code = without_comments(migrator);
    let mut at = 0;
    let (mut after, mut before) = (None, None);
    for line in code.split_inclusive('\n') {
        if before.is_none() && line.contains("struct Migrator") {
            before = Some(at);
        }
        at += line.len();
        if is_module(line) {
            after = Some(at);
        }
    }
    let mut out = migrator.to_owned();
    match after {
        Some(place) => out.insert_str(place, &format!("mod {module};\n")),
        None => out.insert_str(before?, &format!("mod {module};\n\n")),
    }
    Some(out)
}

/// Rust with spaces where its comments are: nothing is at another place.
fn without_comments(rust: &str) -> String {
    let mut out = String::with_capacity(rust.len());
    let mut rest = rust;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => 0,
        };
        out.push_str(&" ".repeat(end));
        if end == 0 {
            out.push(first);
        }
        rest = &rest[end.max(first.len_utf8())..];
    }
    out
}

fn indentation(line: &str) -> String {
    line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect()
}

/// An entry as rustfmt breaks one that is too long, beside so many other letters on its line.
fn laid_out(entry: &str, indent: &str, around: usize, width: usize) -> String {
    match entry.strip_prefix("Box::new(").and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) if around + entry.len() > width => format!("Box::new(\n{indent}    {inner},\n{indent})"),
        _ => entry.to_owned(),
    }
}

/// The opposite of [`laid_out`].
fn on_one_line(entry: &str) -> String {
    if !entry.contains('\n') {
        return entry.to_owned();
    }
    entry.split_whitespace().collect::<String>().replace(",)", ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(migrator: &str, module: &str) -> Option<String> {
        super::register(migrator, module, 100)
    }

    /// A migrator with this between the brackets of its migrations, and these lines above.
    fn migrator(modules: &str, entries: &str) -> String {
        format!(
            "pub use sea_orm_migration::prelude::*;\n\n{modules}pub struct Migrator;\n\nimpl MigratorTrait for Migrator {{\n    \
             fn migrations() -> Vec<Box<dyn MigrationTrait>> {{\n        vec![{entries}]\n    }}\n}}\n"
        )
    }

    const A: &str = "mod m20260101_000000_a;\n\n";
    const A_B: &str = "mod m20260101_000000_a;\nmod m20260102_000000_b;\n\n";
    const TWO: &str = "\n            Box::new(m20260101_000000_a::Migration),\n            \
                       Box::new(m20260102_000000_b::Migration),\n        ";

    /// sea-orm-cli makes the first file and goes on with what is written here.
    #[test]
    fn a_migrator_grows_at_its_end_in_its_own_form() {
        let one = register(&migrator("", ""), "m20260101_000000_a").unwrap();
        assert_eq!(one, migrator(A, "Box::new(m20260101_000000_a::Migration)"), "one is on one line");
        let two = register(&one, "m20260102_000000_b").unwrap();
        assert_eq!(two, migrator(A_B, TWO));
        let three = register(&two, "m20260103_000000_c").unwrap();
        let more = format!("{TWO}    Box::new(m20260103_000000_c::Migration),\n        ");
        assert_eq!(three, migrator(&A_B.replace("b;\n", "b;\nmod m20260103_000000_c;\n"), &more));
        assert_eq!(register("fn main() {}\n", "m20260101_000000_a"), None);
    }

    #[test]
    fn a_migrator_may_have_any_form_of_rustfmts() {
        for entries in [
            "Box::new(m20260101_000000_a::Migration)",
            "Box::new(m20260101_000000_a::Migration),",
            " Box::new(m20260101_000000_a::Migration) ",
            "Box::new(\n            m20260101_000000_a::Migration,\n        )",
            "\n            Box::new(m20260101_000000_a::Migration)\n        ",
            "\n            Box::new(m20260101_000000_a::Migration),\n        ",
        ] {
            let two = register(&migrator(A, entries), "m20260102_000000_b");
            assert_eq!(two, Some(migrator(A_B, TWO)), "{entries}");
        }
        let two = "Box::new(m20260101_000000_a::Migration), Box::new(m20260102_000000_b::Migration)";
        let three = register(&migrator(A_B, two), "m20260103_000000_c").unwrap();
        assert!(
            three.contains(&format!("vec![{TWO}    Box::new(m20260103_000000_c::Migration),\n        ]\n")),
            "{three}"
        );
    }

    #[test]
    fn a_long_name_is_broken_as_rustfmt_breaks_it() {
        let second = "            Box::new(m20260102_000000_b::Migration),\n        ";
        for (length, breaks_alone, breaks_in_a_list) in
            [(65, false, false), (66, true, false), (67, true, true)]
        {
            let name = format!("{:a<length$}", "m20260101_000000_");
            let entry = |indent: &str, breaks: bool| match breaks {
                true => format!("Box::new(\n{indent}    {name}::Migration,\n{indent})"),
                false => format!("Box::new({name}::Migration)"),
            };
            let one = register(&migrator("", ""), &name).unwrap();
            assert_eq!(one, migrator(&format!("mod {name};\n\n"), &entry("        ", breaks_alone)));
            let two = register(&one, "m20260102_000000_b").unwrap();
            let first = entry("            ", breaks_in_a_list);
            let modules = format!("mod {name};\nmod m20260102_000000_b;\n\n");
            assert_eq!(two, migrator(&modules, &format!("\n            {first},\n{second}")));
        }
    }

    #[test]
    fn comments_are_no_entries_and_stay_where_they_are() {
        let modules =
            "mod m20260101_000000_a; // the first\n/*\nmod m20250101_000000_old;\n*/\n// vec![]\n\n";
        for (entries, expected) in [
            (
                "\n            Box::new(m20260101_000000_a::Migration), // the first, of [all]\n            \
                 // Box::new(m20250101_000000_old::Migration),\n        ",
                "\n            Box::new(m20260101_000000_a::Migration), // the first, of [all]\n            \
                 Box::new(m20260102_000000_b::Migration),\n            \
                 // Box::new(m20250101_000000_old::Migration),\n        ",
            ),
            (
                "\n            Box::new(m20260101_000000_a::Migration) /* the\n            first */\n        ",
                "\n            Box::new(m20260101_000000_a::Migration), /* the\n            first */\n            \
                 Box::new(m20260102_000000_b::Migration),\n        ",
            ),
            (
                "\n            // Box::new(m20250101_000000_old::Migration),\n        ",
                "\n            Box::new(m20260102_000000_b::Migration),\n            \
                 // Box::new(m20250101_000000_old::Migration),\n        ",
            ),
            ("/* none */", "Box::new(m20260102_000000_b::Migration)/* none */"),
            (
                "Box::new(m20260101_000000_a::Migration), /* a, b */",
                "Box::new(m20260101_000000_a::Migration), Box::new(m20260102_000000_b::Migration) /* a, b */",
            ),
        ] {
            let made = register(&migrator(modules, entries), "m20260102_000000_b").unwrap();
            let modules = modules.replace("first\n", "first\nmod m20260102_000000_b;\n");
            assert_eq!(made, migrator(&modules, expected));
        }
    }

    #[test]
    fn a_message_becomes_a_modules_name() {
        assert_eq!(
            module_name("20260101_000000", "Add  e-mail column!"),
            "m20260101_000000_add_e_mail_column"
        );
        assert_eq!(module_name("20260101_000000", "Größe"), "m20260101_000000_gr_e");
        assert_eq!(module_name("20260101_000000", "…"), "m20260101_000000");
        assert_eq!(module_name("20260101_000000", &"a ".repeat(300)).len(), "m20260101_000000_".len() + 79);
    }

    #[test]
    fn what_cannot_be_registered_is_not_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let lib = folder.path().join("lib.rs");
        fs::write(&lib, migrator("", "")).unwrap();
        let first = write(folder.path(), "m20260101_000000_a", "//! A.\n", 100).unwrap();
        assert_eq!(fs::read_to_string(&first).unwrap(), "//! A.\n");
        assert!(fs::read_to_string(&lib).unwrap().contains("mod m20260101_000000_a;"));
        // The same moment and the same words: the first one stays as it is.
        assert!(write(folder.path(), "m20260101_000000_a", "//! B.\n", 100).is_err());
        assert_eq!(fs::read_to_string(&first).unwrap(), "//! A.\n");
        // No migrator, or none that is one: nothing is made.
        fs::write(&lib, "fn main() {}\n").unwrap();
        assert!(write(folder.path(), "m20260102_000000_b", "", 100).is_err());
        fs::remove_file(&lib).unwrap();
        assert!(write(folder.path(), "m20260102_000000_b", "", 100).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
