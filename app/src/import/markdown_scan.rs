//! Finds what a Markdown text points at, without rendering it.
//!
//! A scanner rather than a parser, because the import edits the author's source in place: every byte that is no
//! reference stays as it was. Each byte is looked at a bounded number of times, hostile input included.

use std::collections::HashMap;
use std::ops::Range;

use super::hugo_ref::hugo_ref;
use super::markdown_lines::{backtick_runs, lines, run_length};

/// What a [`Found`] range is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The address of a link, an image, a reference definition or an HTML `src`/`href`.
    Target,
    /// Hugo's `{{< ref "x.md" >}}` or `{{< relref "x.md" >}}`: `whole` is the shortcode, `target` its argument.
    Ref,
    /// `<!-- more -->`.
    More,
}

/// One place in a text, as byte ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) whole: Range<usize>,
    pub(super) target: Range<usize>,
}

/// Everything outside code that `text` points at, in order.
pub(super) fn scan(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut block: Option<Range<usize>> = None;
    for line in lines(text) {
        let blank = text[line.range.clone()].trim_matches([' ', '\t', '>', '\r', '\n']).is_empty();
        if line.is_code || blank {
            if let Some(range) = block.take() {
                Scanner::new(text, range.end, &mut found).run(range.start);
            }
        } else {
            let start = block.map_or(line.range.start, |range| range.start);
            block = Some(start..line.range.end);
        }
    }
    if let Some(range) = block {
        Scanner::new(text, range.end, &mut found).run(range.start);
    }
    found
}

/// How deep parentheses may nest in a link's address: CommonMark asks for at least three, cmark stops at 32.
const MAX_PARENTHESES: usize = 32;
/// CommonMark's bound for the label of a reference definition.
const MAX_LABEL: usize = 999;

/// Scans one block (lines without a blank one between them): code spans and tags never reach beyond it.
struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    found: &'t mut Vec<Found>,
    /// Backtick runs by length: a text full of unmatched ones is not searched again for each.
    backticks: Option<HashMap<usize, Vec<usize>>>,
    /// Endings known not to occur any more in this block, for the same reason.
    exhausted: Vec<(u8, bool)>,
    no_comment_end: bool,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, end: usize, found: &'t mut Vec<Found>) -> Self {
        let bytes = text.as_bytes().get(..end).unwrap_or_default();
        Self { text, bytes, found, backticks: None, exhausted: Vec::new(), no_comment_end: false }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn run(mut self, start: usize) {
        let mut at = start;
        let mut open_brackets = 0_usize;
        let mut at_line_start = true;
        while let Some(byte) = self.byte(at) {
            if std::mem::take(&mut at_line_start)
                && let Some(next) = self.definition(at)
            {
                at = next;
                continue;
            }
            at = match byte {
                b'\n' => {
                    at_line_start = true;
                    at + 1
                }
                b'\\' => self.after_escape(at),
                b'`' => self.after_code_span(start, at),
                b'<' => self.after_angle(at),
                b'{' => self.after_shortcode(at),
                b'[' => {
                    open_brackets += 1;
                    at + 1
                }
                b']' => {
                    let is_link = open_brackets > 0 && self.byte(at + 1) == Some(b'(');
                    open_brackets = open_brackets.saturating_sub(1);
                    let end = if is_link { self.inline_target(at + 2) } else { None };
                    end.unwrap_or(at + 1)
                }
                _ => at + 1,
            };
        }
    }

    fn after_escape(&self, at: usize) -> usize {
        let escapes = self.byte(at + 1).is_some_and(|b| b.is_ascii_punctuation());
        at + if escapes { 2 } else { 1 }
    }

    fn after_code_span(&mut self, block_start: usize, at: usize) -> usize {
        let length = run_length(self.bytes, at);
        let bytes = self.bytes;
        let runs = self.backticks.get_or_insert_with(|| backtick_runs(bytes, block_start));
        let positions = runs.get(&length).map_or(&[][..], Vec::as_slice);
        let next = positions.partition_point(|position| *position <= at);
        positions.get(next).copied().unwrap_or(at) + length
    }

    /// `dest "title")` after `](`; answers where the link ends.
    fn inline_target(&mut self, at: usize) -> Option<usize> {
        let start = self.skip_space(at);
        let (target, after) = self.address(start, true)?;
        let mut end = self.skip_space(after);
        if end > after && self.byte(end) != Some(b')') {
            let closing = match self.byte(end)? {
                b'(' => b')',
                quote @ (b'"' | b'\'') => quote,
                _ => return None,
            };
            end = self.closing(end + 1, closing, true)? + 1;
            end = self.skip_space(end);
        }
        if self.byte(end) != Some(b')') {
            return None;
        }
        self.push_target(target);
        Some(end + 1)
    }

    /// `[label]: dest` at the start of a line; answers where the address ends.
    fn definition(&mut self, at: usize) -> Option<usize> {
        let mut at = at;
        while matches!(self.byte(at), Some(b' ' | b'\t' | b'>')) {
            at += 1;
        }
        if self.byte(at) != Some(b'[') || self.byte(at + 1) == Some(b'^') {
            return None;
        }
        let label_start = at + 1;
        at = label_start;
        while self.byte(at)? != b']' {
            at = match self.byte(at)? {
                b'[' => return None,
                b'\\' => self.after_escape(at),
                _ => at + 1,
            };
            if at > label_start + MAX_LABEL {
                return None;
            }
        }
        if at == label_start || self.byte(at + 1) != Some(b':') {
            return None;
        }
        let (target, after) = self.address(self.skip_space(at + 2), false)?;
        let line_end =
            self.bytes.iter().skip(after).position(|b| *b == b'\n').map_or(self.bytes.len(), |n| after + n);
        let rest = self.text.get(after..line_end)?;
        let is_title = rest.starts_with([' ', '\t']) && rest.trim_start().starts_with(['"', '\'', '(']);
        if target.is_empty() || !(rest.trim().is_empty() || is_title) {
            return None;
        }
        self.push_target(target);
        Some(after)
    }

    /// A link's address at `at`, and where what follows it starts.
    fn address(&self, at: usize, in_parentheses: bool) -> Option<(Range<usize>, usize)> {
        if self.byte(at)? == b'<' {
            let mut end = at + 1;
            loop {
                end = match self.byte(end)? {
                    b'>' => return Some((at + 1..end, end + 1)),
                    b'<' | b'\n' => return None,
                    b'\\' => self.after_escape(end),
                    _ => end + 1,
                };
            }
        }
        let mut end = at;
        let mut depth = 0_usize;
        while let Some(byte) = self.byte(end) {
            match byte {
                0..=b' ' | 0x7f => break,
                b'(' if in_parentheses => depth += 1,
                b')' if in_parentheses && depth == 0 => break,
                b')' if in_parentheses => depth -= 1,
                _ => {}
            }
            if depth > MAX_PARENTHESES {
                return None;
            }
            end = if byte == b'\\' { self.after_escape(end) } else { end + 1 };
        }
        (depth == 0).then_some((at..end, end))
    }

    /// The next `closing` byte, in Markdown one that no backslash escapes.
    fn closing(&mut self, at: usize, closing: u8, escapes: bool) -> Option<usize> {
        if self.exhausted.contains(&(closing, escapes)) {
            return None;
        }
        let mut end = at;
        loop {
            end = match self.byte(end) {
                Some(byte) if byte == closing => return Some(end),
                Some(b'(') if closing == b')' => return None,
                Some(b'\\') if escapes => self.after_escape(end),
                Some(_) => end + 1,
                None => {
                    self.exhausted.push((closing, escapes));
                    return None;
                }
            };
        }
    }

    fn after_angle(&mut self, at: usize) -> usize {
        if self.bytes.get(at..).is_some_and(|rest| rest.starts_with(b"<!--")) {
            return self.after_comment(at);
        }
        let known = self.found.len();
        match self.tag(at) {
            Some(end) => end,
            None => {
                self.found.truncate(known);
                at + 1
            }
        }
    }

    fn after_comment(&mut self, at: usize) -> usize {
        let inner = self.text.get(at + 4..self.bytes.len()).unwrap_or_default();
        if self.no_comment_end {
            return at + 4;
        }
        let Some(length) = inner.find("-->") else {
            self.no_comment_end = true;
            return at + 4;
        };
        let whole = at..at + 4 + length + 3;
        if inner.get(..length).is_some_and(|comment| comment.trim() == "more") {
            self.found.push(Found { kind: Kind::More, target: whole.clone(), whole: whole.clone() });
        }
        whole.end
    }

    /// An opening tag at `at`; answers where it ends, `None` for what is no tag.
    fn tag(&mut self, at: usize) -> Option<usize> {
        if !self.byte(at + 1)?.is_ascii_alphabetic() {
            return None;
        }
        let mut at = at + 2;
        while self.byte(at)?.is_ascii_alphanumeric() || self.byte(at)? == b'-' {
            at += 1;
        }
        loop {
            let name_start = self.skip_space(at);
            match self.byte(name_start)? {
                b'>' => return Some(name_start + 1),
                b'/' if self.byte(name_start + 1)? == b'>' => return Some(name_start + 2),
                b'A'..=b'Z' | b'a'..=b'z' | b'_' | b':' | b'@' if name_start > at => {}
                _ => return None,
            }
            at = name_start;
            while matches!(self.byte(at)?, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b':' | b'@' | b'.' | b'-')
            {
                at += 1;
            }
            let name = name_start..at;
            let equals = self.skip_space(at);
            if self.byte(equals)? != b'=' {
                continue;
            }
            let value_start = self.skip_space(equals + 1);
            let value = match self.byte(value_start)? {
                quote @ (b'"' | b'\'') => value_start + 1..self.closing(value_start + 1, quote, false)?,
                _ => value_start..self.unquoted_end(value_start)?,
            };
            at = if value.start > value_start { value.end + 1 } else { value.end };
            let name = self.text.get(name)?;
            if name.eq_ignore_ascii_case("src") || name.eq_ignore_ascii_case("href") {
                if self.byte(value.start) == Some(b'{') {
                    self.after_shortcode(value.start);
                } else {
                    self.push_target(value);
                }
            }
        }
    }

    fn unquoted_end(&self, start: usize) -> Option<usize> {
        let mut end = start;
        while !matches!(self.byte(end)?, 0..=b' ' | b'"' | b'\'' | b'=' | b'<' | b'>' | b'`') {
            end += 1;
        }
        (end > start).then_some(end)
    }

    fn after_shortcode(&mut self, at: usize) -> usize {
        let rest = self.text.get(at..self.bytes.len()).unwrap_or_default();
        match hugo_ref(rest) {
            Some((length, target)) => {
                let (whole, target) = (at..at + length, at + target.start..at + target.end);
                self.found.push(Found { kind: Kind::Ref, whole, target });
                at + length
            }
            None => at + 1,
        }
    }

    fn skip_space(&self, at: usize) -> usize {
        at + self.bytes.iter().skip(at).take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count()
    }

    fn push_target(&mut self, target: Range<usize>) {
        if !target.is_empty() {
            self.found.push(Found { kind: Kind::Target, whole: target.clone(), target });
        }
    }
}
