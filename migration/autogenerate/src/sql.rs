//! As much of SQL's grammar as a `CREATE TABLE` needs: where its parts begin and end.

/// The words and marks of a statement. What is quoted is one token, quotes and all; what is in brackets is one token.
pub(crate) fn tokens(sql: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '`' | '\'' => end_of_quoted(rest, first),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            '(' => end_of_group(rest),
            _ if is_word(first) => rest.find(|next: char| !is_word(next)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$')
}

/// A quote is doubled to be one.
fn end_of_quoted(text: &str, quote: char) -> usize {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

fn end_of_group(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        match letter {
            '"' | '`' | '\'' => at += end_of_quoted(&text[at..], letter),
            _ => at += letter.len_utf8(),
        }
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// A statement without its comments, which nothing in it can be told from by the end of a line then.
pub(crate) fn without_comments(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (end, kept) = match first {
            '"' | '`' | '\'' => (end_of_quoted(rest, first), true),
            '-' if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), false),
            _ => (first.len_utf8(), true),
        };
        out.push_str(if kept { &rest[..end] } else { " " });
        rest = &rest[end..];
    }
    out
}

/// What stands between the commas of a list that is in brackets.
pub(crate) fn items(group: &str) -> Vec<&str> {
    let inner = group.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(group);
    let mut items = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(letter) = inner[at..].chars().next() {
        match letter {
            '"' | '`' | '\'' => at += end_of_quoted(&inner[at..], letter),
            '(' => at += end_of_group(&inner[at..]),
            ',' => {
                items.push(inner[start..at].trim());
                at += 1;
                start = at;
            }
            _ => at += letter.len_utf8(),
        }
    }
    items.push(inner[start..].trim());
    items
}

/// A name without its quotes.
pub(crate) fn name(token: &str) -> String {
    for (left, right) in [("\"", "\""), ("`", "`"), ("'", "'"), ("[", "]")] {
        if let Some(inner) = token.strip_prefix(left).and_then(|inner| inner.strip_suffix(right)) {
            return inner.replace(&right.repeat(2), right);
        }
    }
    token.to_owned()
}

/// The names in a list that is in brackets.
pub(crate) fn names(group: &str) -> Vec<String> {
    items(group)
        .into_iter()
        .map(|item| tokens(item).first().map(|token| name(token)).unwrap_or_default())
        .collect()
}

/// Whether a token is a word, in capitals or not.
pub(crate) fn is(token: Option<&&str>, word: &str) -> bool {
    token.is_some_and(|token| token.eq_ignore_ascii_case(word))
}

/// An item of a `CREATE TABLE`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A column, by its name.
    Column(String),
    /// A foreign key of its own line, by its columns.
    ForeignKey(Vec<String>),
    /// A unique key of its own line, by its columns.
    Unique(Vec<String>),
    /// A primary key of its own line.
    PrimaryKey,
    /// A check or whatever else.
    Other,
}

/// What an item of a `CREATE TABLE` is.
pub(crate) fn item(text: &str) -> Item {
    let tokens = tokens(text);
    let mut tokens = &tokens[..];
    if is(tokens.first(), "CONSTRAINT") {
        tokens = tokens.get(2..).unwrap_or_default();
    }
    let first_group = || tokens.iter().find(|token| token.starts_with('(')).map(|group| names(group));
    match tokens.first() {
        first if is(first, "FOREIGN") => Item::ForeignKey(first_group().unwrap_or_default()),
        first if is(first, "UNIQUE") => Item::Unique(first_group().unwrap_or_default()),
        first if is(first, "PRIMARY") => Item::PrimaryKey,
        first if is(first, "CHECK") => Item::Other,
        Some(first) => Item::Column(name(first)),
        None => Item::Other,
    }
}

/// A `CREATE TABLE` in three: up to its items, the items, and what follows them.
pub(crate) fn split_create_table(sql: &str) -> Option<(&str, Vec<&str>, &str)> {
    let group = tokens(sql).into_iter().find(|token| token.starts_with('('))?;
    // Tokens are parts of the statement.
    let start = group.as_ptr() as usize - sql.as_ptr() as usize;
    Some((&sql[..start], items(group), &sql[start + group.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_create_table_comes_apart_whatever_is_quoted_in_it() {
        let sql = "CREATE TABLE \"a (b\" ( \"x,\"\"y\" varchar(3) DEFAULT '),''(' CHECK (x IN ('a', 'b')), -- a, note\n \
                   [z] int, FOREIGN KEY (\"z\", \"x,\"\"y\") REFERENCES \"t\" (\"a\", \"b\"), UNIQUE (z)) STRICT";
        let sql = without_comments(sql);
        let (head, items, tail) = split_create_table(&sql).unwrap();
        assert_eq!((head, tail), ("CREATE TABLE \"a (b\" ", " STRICT"));
        let kinds: Vec<Item> = items.iter().map(|text| item(text)).collect();
        assert_eq!(
            kinds,
            [
                Item::Column("x,\"y".to_owned()),
                Item::Column("z".to_owned()),
                Item::ForeignKey(vec!["z".to_owned(), "x,\"y".to_owned()]),
                Item::Unique(vec!["z".to_owned()]),
            ]
        );
    }
}
