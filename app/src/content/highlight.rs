//! Syntax highlighting of code blocks, at save time, into a small and stable set of classes.
//!
//! giallo colours tokens with a theme and does not tell their scopes. Its own class names number a theme's colours,
//! so they change with every theme and release. We hand it a theme of ours instead, in which a colour *is* a role:
//! `#000003` means "the third of [`ROLES`]". What we store therefore says `z-string`, and the stylesheet decides.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use giallo::{HighlightOptions, HighlightedText, PLAIN_GRAMMAR_NAME, Registry, ThemeVariant};
use serde_json::json;

/// The largest code block that is highlighted, in bytes: a page of code that a person reads is far smaller.
pub(super) const MAX_BLOCK_BYTES: usize = 100 * 1024;

/// How much code one document may have highlighted, in bytes; what comes after stays plain.
pub(super) const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// Grammars search each line again for every token, so their work is quadratic in a line's length: a block with a
/// longer line (minified code, data) stays plain.
const MAX_LINE_BYTES: usize = 1000;

/// Grammars push a state for every bracket, and matching scopes costs the square of their number.
const MAX_OPEN_BRACKETS: usize = 60;

/// The same for tags that nobody closes; a generic type's `<` counts as one, so this allows for many.
const MAX_OPEN_TAGS: usize = 200;

/// Some grammars (C++, LaTeX) are quadratic in other ways too: long blocks are highlighted in pieces of about this many
/// bytes, at the price that a comment across such a border loses its colour.
const PIECE_BYTES: usize = 8 * 1024;

/// How long the code of one document may take, looked at between pieces. Ordinary posts need milliseconds.
pub(super) const MAX_DURATION: Duration = Duration::from_secs(5);

const THEME: &str = "lectern";

/// Class and the `TextMate` scopes that get it. The more specific scope wins, the order here does not matter.
const ROLES: [(&str, &[&str]); 15] = [
    (
        "z-comment",
        &[
            "comment",
            "punctuation.definition.comment",
            "punctuation.separator.prompt",
            "entity.other.prompt-prefix",
        ],
    ),
    ("z-string", &["string", "markup.inline.raw", "markup.underline.link", "constant.other.symbol"]),
    (
        "z-escape",
        &["constant.character.escape", "constant.other.placeholder", "punctuation.definition.interpolation"],
    ),
    ("z-number", &["constant.numeric", "keyword.other.unit"]),
    (
        "z-constant",
        &[
            "constant.language",
            "constant.other",
            "constant.character",
            "support.constant",
            "variable.other.constant",
            "variable.other.enummember",
            "entity.name.constant",
        ],
    ),
    (
        "z-keyword",
        &[
            "keyword",
            "storage",
            "variable.language",
            "keyword.operator.new",
            "keyword.operator.expression",
            "keyword.operator.logical.python",
            "keyword.operator.wordlike",
        ],
    ),
    ("z-operator", &["keyword.operator"]),
    (
        "z-type",
        &[
            "entity.name.type",
            "entity.name.class",
            "entity.name.namespace",
            "entity.other.inherited-class",
            "support.type",
            "support.class",
            "storage.type.java",
            "storage.type.cs",
            "entity.name.lifetime",
        ],
    ),
    (
        "z-function",
        &["entity.name.function", "support.function", "entity.name.command", "entity.name.method"],
    ),
    (
        "z-variable",
        &[
            "variable.parameter",
            "variable.other.normal.shell",
            "variable.other.bracket.shell",
            "variable.other.positional.shell",
            "variable.other.special.shell",
            "punctuation.definition.variable",
            "variable.other.php",
            "variable.css",
            "variable.scss",
            "support.variable",
        ],
    ),
    (
        "z-attribute",
        &[
            "entity.other.attribute-name",
            "support.type.property-name",
            "meta.attribute",
            "meta.decorator",
            "entity.name.function.decorator",
            "entity.name.tag.yaml",
            "keyword.key.toml",
            "meta.preprocessor",
        ],
    ),
    ("z-tag", &["entity.name.tag"]),
    (
        "z-heading",
        &[
            "markup.heading",
            "entity.name.section",
            "meta.diff.header",
            "meta.diff.range",
            "meta.diff.index",
            "support.type.property-name.table",
            "entity.other.attribute-name.table",
            "entity.name.section.group-title",
        ],
    ),
    ("z-inserted", &["markup.inserted"]),
    ("z-deleted", &["markup.deleted"]),
];

/// Code embedded in a string or an attribute starts afresh.
const RESET: [&str; 4] = ["meta.embedded", "meta.interpolation", "meta.template.expression", "string source"];

/// The classes that highlighted code may carry, for the sanitiser.
pub(super) fn classes() -> impl Iterator<Item = &'static str> {
    ROLES.iter().map(|(class, _)| *class)
}

/// All grammars are read once per process: it takes some 50 ms and a few MiB.
static REGISTRY: LazyLock<Option<Registry>> = LazyLock::new(|| {
    let loaded = load();
    if let Err(error) = &loaded {
        log::warn!("code is not highlighted, for the grammars could not be loaded: {error}");
    }
    loaded.ok()
});

fn load() -> Result<Registry, Box<dyn std::error::Error>> {
    let mut registry = Registry::builtin()?;
    let theme = ThemeFile::write()?;
    registry.add_theme_from_path(&theme.0)?;
    registry.link_grammars();
    Ok(registry)
}

/// giallo reads a theme from a path only, so ours is a file for a moment.
struct ThemeFile(PathBuf);

impl ThemeFile {
    fn write() -> std::io::Result<Self> {
        let name = format!("lectern-theme-{}-{:x}.json", std::process::id(), fresh_number());
        // A container may have a read-only file system: shared memory is writable there.
        let in_temp = Self::write_to(std::env::temp_dir().join(&name));
        in_temp.or_else(|error| Self::write_to(Path::new("/dev/shm").join(name)).map_err(|_| error))
    }

    fn write_to(path: PathBuf) -> std::io::Result<Self> {
        // `create_new` refuses an existing file, also a link that somebody left there.
        let mut file = std::fs::File::create_new(&path)?;
        let written = Self(path);
        file.write_all(theme().to_string().as_bytes())?;
        Ok(written)
    }
}

impl Drop for ThemeFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            log::warn!("cannot remove {}: {error}", self.0.display());
        }
    }
}

fn fresh_number() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}

fn theme() -> serde_json::Value {
    let rule = |scopes: &[&str], number: usize| json!({ "scope": scopes, "settings": { "foreground": format!("#{number:06X}") } });
    let mut rules = vec![rule(&RESET, 0)];
    rules.extend(ROLES.iter().enumerate().map(|(index, (_, scopes))| rule(scopes, index + 1)));
    json!({
        "name": THEME,
        "type": "light",
        "colors": { "editor.foreground": "#000000", "editor.background": "#FFFFFF" },
        "tokenColors": rules,
    })
}

/// The language of a fenced block, from its info string: `rust,no_run`, `rust, edition2018` and `rust ignore` are
/// `rust`. Lower-case and at most 30 characters of `[a-z0-9+#._-]`; `None` if there is none or it is something else.
pub(super) fn language(info: &str) -> Option<String> {
    let name = info.trim_start_matches('{').trim_start_matches('.');
    let name = name.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}')).next()?.to_lowercase();
    is_language(&name).then_some(name)
}

/// Whether `name` may stand in `data-lang`.
pub(super) fn is_language(name: &str) -> bool {
    let allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '#' | '.' | '_' | '-');
    !name.is_empty() && name.len() <= 30 && name.chars().all(allowed)
}

/// `code` as HTML (escaped, with `<span class="z-…">`), or `None` if it is to be shown plain: an unknown language, too
/// large, a grammar that fails on it, or `deadline` has passed.
pub(super) fn highlight(code: &str, language: &str, deadline: Instant) -> Option<String> {
    let too_long = |line: &str| line.len() > MAX_LINE_BYTES;
    if code.len() > MAX_BLOCK_BYTES || code.split('\n').any(too_long) || is_deep(code) {
        return None;
    }
    let registry = REGISTRY.as_ref()?;
    if language == PLAIN_GRAMMAR_NAME || !registry.contains_grammar(language) {
        return None;
    }
    let mut writer = SpanWriter::default();
    for piece in pieces(code) {
        if Instant::now() > deadline {
            log::warn!("highlighting took too long, some code stays plain");
            return None;
        }
        write_piece(registry, piece, language, &mut writer)?;
    }
    // Highlighting must never change what the code says.
    (writer.text == code).then(|| writer.finish())
}

/// Whole lines, together at least [`PIECE_BYTES`] except for the last piece.
fn pieces(code: &str) -> impl Iterator<Item = &str> {
    let mut rest = code;
    std::iter::from_fn(move || {
        let line_end = rest.bytes().skip(PIECE_BYTES).position(|byte| byte == b'\n');
        let (piece, after) = rest.split_at(line_end.map_or(rest.len(), |at| PIECE_BYTES + at + 1));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

fn write_piece(registry: &Registry, piece: &str, language: &str, writer: &mut SpanWriter) -> Option<()> {
    let options = HighlightOptions::new(language, ThemeVariant::Single(THEME));
    let (body, end) = piece.strip_suffix('\n').map_or((piece, ""), |body| (body, "\n"));
    // 220 grammars and a regex engine in C: a panic in there must not lose an author's post.
    let highlighted = catch_unwind(AssertUnwindSafe(|| registry.highlight(body, &options)));
    let lines = match highlighted {
        Ok(Ok(highlighted)) => highlighted.tokens,
        Ok(Err(error)) => {
            log::warn!("cannot highlight {language}: {error}");
            return None;
        }
        Err(_) => {
            log::warn!("the grammar of {language} panicked");
            return None;
        }
    };
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            writer.push("\n", writer.class);
        }
        for token in line {
            let blank = token.text.trim().is_empty();
            writer.push(&token.text, if blank { writer.class } else { class_of(token) });
        }
    }
    writer.push(end, writer.class);
    Some(())
}

/// Whether too many brackets or tags are open at once. Those in strings and comments count too; any closing one closes.
fn is_deep(code: &str) -> bool {
    let mut brackets = 0_usize;
    let mut tags = 0_usize;
    code.as_bytes().windows(2).any(|pair| {
        match pair {
            [b'(' | b'[' | b'{', _] | [b'/', b'*'] => brackets += 1,
            [b')' | b']' | b'}', _] | [b'*', b'/'] => brackets = brackets.saturating_sub(1),
            [b'<', next] if next.is_ascii_alphabetic() => tags += 1,
            [b'<', b'/'] | [b'/', b'>'] => tags = tags.saturating_sub(1),
            _ => {}
        }
        brackets > MAX_OPEN_BRACKETS || tags > MAX_OPEN_TAGS
    })
}

fn class_of(token: &HighlightedText) -> Option<&'static str> {
    let ThemeVariant::Single(style) = token.style else {
        return None;
    };
    let colour = style.foreground.as_hex();
    let number = usize::from_str_radix(colour.get(1..7)?, 16).ok()?;
    ROLES.get(number.checked_sub(1)?).map(|(class, _)| *class)
}

/// Writes tokens, one span for neighbours of the same class.
#[derive(Default)]
struct SpanWriter {
    html: String,
    text: String,
    class: Option<&'static str>,
}

impl SpanWriter {
    fn push(&mut self, text: &str, class: Option<&'static str>) {
        if self.class != class {
            self.close();
            if let Some(class) = class {
                self.html.push_str("<span class=\"");
                self.html.push_str(class);
                self.html.push_str("\">");
            }
            self.class = class;
        }
        self.text.push_str(text);
        escape_into(&mut self.html, text);
    }

    fn close(&mut self) {
        if self.class.is_some() {
            self.html.push_str("</span>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}

/// Appends `text`, escaped for element content and quoted attributes.
pub(super) fn escape_into(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(c),
        }
    }
}
