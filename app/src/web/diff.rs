//! What differs between two texts, for people: words taken away and words added, in the text that stayed, with long
//! stretches that stayed folded.

use std::time::{Duration, Instant};

use serde::Serialize;
use similar::{Algorithm, ChangeTag, DiffTag, TextDiff as Lines};

use super::{Error, Result};

/// Texts longer than this together, in bytes, are compared off the async worker.
const LARGE: usize = 16 * 1024;
/// What is not compared word by word by then is shown as taken away and added as a whole.
const PATIENCE: Duration = Duration::from_millis(800);
/// Words around a change that are always shown.
const CONTEXT: usize = 40;
/// Fewer words than these are not worth folding.
const FOLD: usize = 40;
/// A folded stretch of more bytes than this is only counted: the page must stay one that a browser can show.
const MAX_FOLDED: usize = 50_000;
/// Two stretches of lines with less than this part of their letters in common are two texts, not one that changed.
const ALIKE: f64 = 0.4;

/// What differs between two texts; the component `text_diff` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TextDiff {
    /// The text in its order, in shown and folded blocks.
    pub blocks: Vec<Block>,
    /// Whether nothing differs.
    pub is_same: bool,
    /// Words that the new text has more.
    pub added: usize,
    /// Words that it has no more.
    pub removed: usize,
}

/// A stretch of the two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Whether it stayed and is long: shown on demand. One without pieces is longer than can be shown.
    pub is_folded: bool,
    /// Its words.
    pub words: usize,
    /// Its text.
    pub pieces: Vec<Piece>,
}

/// Some text that stayed, went or came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of it.
    pub kind: PieceKind,
    /// The text, with its line ends. Where only blanks went or came, signs stand for them.
    pub text: String,
}

/// What became of a piece of text. Templates match on its name in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// In both texts.
    Same,
    /// In the old text only.
    Removed,
    /// In the new text only.
    Added,
}

/// Compares two texts of any length: long ones off the async worker, and none for longer than about a second.
///
/// # Errors
/// When the work was cut off.
pub async fn of(old: String, new: String) -> Result<TextDiff> {
    if old.len() + new.len() < LARGE {
        return Ok(compare(&old, &new));
    }
    tokio::task::spawn_blocking(move || compare(&old, &new)).await.map_err(Error::internal)
}

/// Compares two texts here and now: for short ones, or where nothing else waits.
pub fn compare(old: &str, new: &str) -> TextDiff {
    let mut pieces = pieces(&tidy(old), &tidy(new));
    let words = |pieces: &[Piece], kind| {
        pieces.iter().filter(|piece| piece.kind == kind).map(|piece| count(&piece.text)).sum()
    };
    let (added, removed) = (words(&pieces, PieceKind::Added), words(&pieces, PieceKind::Removed));
    for piece in pieces.iter_mut().filter(|piece| piece.kind != PieceKind::Same) {
        mark_blanks(&mut piece.text);
    }
    let is_same = pieces.iter().all(|piece| piece.kind == PieceKind::Same);
    TextDiff { blocks: blocks(pieces), is_same, added, removed }
}

/// Line ends as forms send them, and one at the end: a text is not another one for want of it.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_end_matches('\n');
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

/// All of both texts, in order: first line by line, then the lines that were replaced word by word.
fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let deadline = Instant::now() + PATIENCE;
    let lines = Lines::configure().algorithm(Algorithm::Patience).deadline(deadline).diff_lines(old, new);
    let mut all = Pieces::default();
    let text = |tokens: &mut dyn Iterator<Item = &str>| tokens.collect::<String>();
    for op in lines.ops() {
        let (was, is) = (op.old_range(), op.new_range());
        let was = text(&mut lines.iter_old_slices().skip(was.start).take(was.len()));
        let is = text(&mut lines.iter_new_slices().skip(is.start).take(is.len()));
        match op.tag() {
            DiffTag::Equal => all.same(&is),
            DiffTag::Replace if Instant::now() < deadline => {
                if !by_words(&mut all, &was, &is, deadline) {
                    all.change(&was, &is);
                }
            }
            _ => all.change(&was, &is),
        }
        all.settle();
    }
    all.done
}

/// Compares two stretches of lines by their words; false, and nothing done, where they have too little in common.
fn by_words(all: &mut Pieces, was: &str, is: &str, deadline: Instant) -> bool {
    let words =
        Lines::configure().algorithm(Algorithm::Patience).deadline(deadline).diff_unicode_words(was, is);
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).count();
    let common: usize = words
        .iter_all_changes()
        .filter(|change| change.tag() == ChangeTag::Equal)
        .map(|change| letters(change.value()))
        .sum();
    let shorter = letters(was).min(letters(is));
    if (common as f64) < ALIKE * shorter as f64 {
        return false;
    }
    for change in words.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => all.same(change.value()),
            ChangeTag::Delete => all.change(change.value(), ""),
            ChangeTag::Insert => all.change("", change.value()),
        }
    }
    true
}

/// Pieces being put together: what is alike and beside each other is one.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    removed: String,
    added: String,
    /// Blanks in both texts after a change: part of the next one, if that follows at once.
    blanks: String,
}

impl Pieces {
    fn same(&mut self, text: &str) {
        let is_changing = !(self.removed.is_empty() && self.added.is_empty());
        if is_changing && !text.contains('\n') && text.trim().is_empty() {
            self.blanks.push_str(text);
            return;
        }
        self.settle();
        self.push(PieceKind::Same, text);
    }

    fn change(&mut self, removed: &str, added: &str) {
        // "the quick fox" → "a slow fox" reads better as one change than as two with a blank between.
        let blanks = std::mem::take(&mut self.blanks);
        for side in [&mut self.removed, &mut self.added] {
            side.push_str(&blanks);
        }
        self.removed.push_str(removed);
        self.added.push_str(added);
    }

    /// Ends a change.
    fn settle(&mut self) {
        let (removed, added) = (std::mem::take(&mut self.removed), std::mem::take(&mut self.added));
        self.push(PieceKind::Removed, &removed);
        self.push(PieceKind::Added, &added);
        let blanks = std::mem::take(&mut self.blanks);
        self.push(PieceKind::Same, &blanks);
    }

    fn push(&mut self, kind: PieceKind, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.done.last_mut().filter(|last| last.kind == kind) {
            Some(last) => last.text.push_str(text),
            None => self.done.push(Piece { kind, text: text.to_owned() }),
        }
    }
}

/// Makes blanks visible that went or came alone.
fn mark_blanks(text: &mut String) {
    if text.trim().is_empty() {
        *text = text.replace('\n', "¶\n").replace(' ', "␣").replace('\t', "⇥");
    }
}

/// Folds what stayed, but for some words before and after each change.
fn blocks(pieces: Vec<Piece>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let last = pieces.len().saturating_sub(1);
    for (place, piece) in pieces.into_iter().enumerate() {
        if piece.kind != PieceKind::Same {
            show(&mut blocks, piece.kind, &piece.text);
            continue;
        }
        let text = piece.text.as_str();
        let head = if place == 0 { 0 } else { head(text) };
        let tail = if place == last { text.len() } else { tail(text) };
        let folded = text.get(head..tail).unwrap_or_default();
        let words = count(folded);
        if words < FOLD {
            show(&mut blocks, PieceKind::Same, text);
            continue;
        }
        show(&mut blocks, PieceKind::Same, &text[..head]);
        let piece = Piece { kind: PieceKind::Same, text: folded.to_owned() };
        let pieces = if folded.len() > MAX_FOLDED { Vec::new() } else { vec![piece] };
        blocks.push(Block { is_folded: true, words, pieces });
        show(&mut blocks, PieceKind::Same, &text[tail..]);
    }
    blocks
}

/// Adds a piece to the block at hand.
fn show(blocks: &mut Vec<Block>, kind: PieceKind, text: &str) {
    if text.is_empty() {
        return;
    }
    if blocks.last().is_none_or(|block| block.is_folded) {
        blocks.push(Block::default());
    }
    if let Some(block) = blocks.last_mut() {
        block.words += count(text);
        block.pieces.push(Piece { kind, text: text.to_owned() });
    }
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Where the words end that are shown after a change: with a line, if one ends among them.
fn head(text: &str) -> usize {
    let end = word_starts(text).nth(CONTEXT).unwrap_or(text.len());
    let line = text[..end].rfind('\n').filter(|line| !text[..*line].trim().is_empty());
    line.map_or(end, |line| line + 1)
}

/// Where the words begin that are shown before a change: with a line, if one begins among them.
fn tail(text: &str) -> usize {
    let starts: Vec<usize> = word_starts(text).collect();
    let begin = starts.len().checked_sub(CONTEXT).map_or(0, |place| starts[place]);
    text[begin..].trim_end().find('\n').map_or(begin, |line| begin + line + 1)
}

/// The places at which words begin.
fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let mut was_blank = true;
    text.char_indices().filter_map(move |(place, letter)| {
        let is_start = was_blank && !letter.is_whitespace();
        was_blank = letter.is_whitespace();
        is_start.then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let mut shown = String::new();
        for block in compare(old, new).blocks {
            if block.is_folded {
                shown.push_str(&format!("({} words)", block.words));
                continue;
            }
            for piece in block.pieces {
                shown.push_str(&match piece.kind {
                    PieceKind::Same => piece.text,
                    PieceKind::Removed => format!("[-{}-]", piece.text),
                    PieceKind::Added => format!("[+{}+]", piece.text),
                });
            }
        }
        shown
    }

    #[test]
    fn changed_words_are_marked_in_their_line() {
        let (old, new) = ("One line.\n\nThe quick fox jumps.\n", "One line.\n\nA slow fox jumps.");
        assert_eq!(shown(old, new), "One line.\n\n[-The quick-][+A slow+] fox jumps.\n");
        let diff = compare(old, new);
        assert_eq!((diff.added, diff.removed, diff.is_same), (2, 2, false));
    }

    #[test]
    fn another_text_is_not_picked_to_pieces() {
        assert_eq!(
            shown("Alpha beta gamma delta.", "Nothing whatever remained there."),
            "[-Alpha beta gamma delta.\n-][+Nothing whatever remained there.\n+]"
        );
    }

    #[test]
    fn blanks_alone_are_made_visible() {
        assert_eq!(shown("a b c d", "a b c  d"), "a b c[-␣-][+␣␣+]d\n");
        assert_eq!(shown("one\ntwo", "one\n\ntwo"), "one\n[+¶\n+]two\n");
    }

    #[test]
    fn line_ends_at_the_end_and_of_forms_are_no_change() {
        for (old, new) in [("a\r\nb", "a\nb\n"), ("", "\n"), ("x\n\n", "x")] {
            assert!(compare(old, new).is_same, "{old:?} {new:?}");
        }
    }

    #[test]
    fn what_stayed_is_folded_but_for_what_stands_around_a_change() {
        let line = |number| format!("Line {number} of a long text that stayed as it was.\n");
        let lines = |range: std::ops::Range<u32>| range.map(line).collect::<String>();
        let old = format!("{}old\n{}", lines(0..50), lines(50..100));
        let new = old.replace("old\n", "new\n");
        let diff = compare(&old, &new);
        let folded: Vec<bool> = diff.blocks.iter().map(|block| block.is_folded).collect();
        assert_eq!(folded, [true, false, true]);
        let shown = &diff.blocks[1].pieces;
        assert!(shown[0].text.starts_with("Line 47") && shown[3].text.ends_with("stayed as it was.\n"));
        let same = diff.blocks.iter().flat_map(|block| &block.pieces);
        let text: String =
            same.filter(|piece| piece.kind != PieceKind::Removed).map(|piece| piece.text.as_str()).collect();
        assert_eq!(text, new);
    }

    #[test]
    fn a_very_long_paragraph_is_folded_too_and_one_that_cannot_be_shown_is_counted() {
        let words = "word ".repeat(200_000);
        let diff = compare(&format!("{words}old {words}"), &format!("{words}new {words}"));
        let folded: Vec<&Block> = diff.blocks.iter().filter(|block| block.is_folded).collect();
        assert!(
            folded.len() == 2 && folded.iter().all(|block| block.pieces.is_empty() && block.words > 199_000)
        );
        assert_eq!((diff.added, diff.removed), (1, 1));
    }

    proptest! {
        #[test]
        fn both_texts_are_in_the_difference(old in "([a-c]{1,2}[ \n]{1,2}){0,30}", new in "([a-c]{1,2}[ \n]{1,2}){0,30}") {
            let (old, new) = (tidy(&old), tidy(&new));
            let pieces = pieces(&old, &new);
            let text = |without| -> String {
                pieces.iter().filter(|piece| piece.kind != without).map(|piece| piece.text.as_str()).collect()
            };
            prop_assert_eq!(text(PieceKind::Added), old);
            prop_assert_eq!(text(PieceKind::Removed), new);
        }
    }
}
