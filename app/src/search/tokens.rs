//! The one tokeniser: what is a word, when two spellings are the same word, and how a word is written for a
//! database engine. Documents and queries both pass through here, so that all engines agree.

use std::collections::VecDeque;
use std::str::CharIndices;

use unicode_normalization::{
    UnicodeNormalization,
    char::{decompose_compatible, is_combining_mark},
};

/// The longest encoded token in bytes; longer words are cut, in documents and queries alike. InnoDB ignores
/// tokens over 84 characters.
pub const MAX_ENCODED: usize = 80;

/// What every encoded token starts with: no engine's stop word, and never shorter than InnoDB's three letters.
pub const PREFIX: &str = "qx";

/// A run of letters longer than this is cut: bounds the memory for a hostile "word" of many megabytes.
const MAX_RUN: usize = 100_000;

/// What part of its run a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole word of a script that separates words.
    Word,
    /// Two neighbouring characters of a script without spaces; another `Bigram` or a `Tail` always follows.
    Bigram,
    /// The last (or only) character of a run of a script without spaces.
    Tail,
}

/// One searchable unit of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The form that engines store: [`PREFIX`], then `[a-z0-9]`, at most [`MAX_ENCODED`] bytes.
    pub encoded: String,
    /// Where it starts in the original text, in bytes.
    pub start: usize,
    /// Where it ends in the original text, in bytes, combining marks included.
    pub end: usize,
    /// Which part of its run it is.
    pub kind: Kind,
}

/// The tokens of `text`, in order.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { chars: text.char_indices(), run: Vec::new(), composable: false, ready: VecDeque::new() }
}

/// A folded character and the bytes of the original text that it stands for.
#[derive(Clone, Copy, Debug)]
struct Folded {
    ch: char,
    start: usize,
    end: usize,
}

/// The iterator that [`tokens`] returns.
#[derive(Debug)]
pub struct Tokens<'a> {
    chars: CharIndices<'a>,
    run: Vec<Folded>,
    composable: bool,
    ready: VecDeque<Token>,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while self.ready.is_empty() {
            let Some((start, ch)) = self.chars.next() else {
                self.end_run();
                break;
            };
            self.take(ch, start);
        }
        self.ready.pop_front()
    }
}

impl Tokens<'_> {
    /// Folds one character of the text onto the current run, or ends the run.
    fn take(&mut self, ch: char, start: usize) {
        let end = start + ch.len_utf8();
        if ch.is_ascii() {
            if ch.is_ascii_alphanumeric() {
                self.push(ch.to_ascii_lowercase(), start, end);
            } else {
                self.end_run();
            }
        } else if is_dropped(ch) {
            if let Some(last) = self.run.last_mut() {
                last.end = end;
            }
        } else if !is_word(ch) {
            self.end_run();
        } else {
            let mut parts = Vec::with_capacity(4);
            decompose_compatible(ch, |part| parts.push(part));
            for part in parts {
                if is_dropped(part) {
                    if let Some(last) = self.run.last_mut() {
                        last.end = end;
                    }
                } else if is_word(part) {
                    part.to_lowercase().for_each(|lower| self.push_special(lower, start, end));
                } else {
                    self.end_run();
                }
            }
        }
    }

    /// Applies the folds that Unicode decomposition does not know.
    fn push_special(&mut self, ch: char, start: usize, end: usize) {
        let plain = match ch {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'þ' => "th",
            'ı' => "i",
            'ø' => "o",
            'đ' | 'ð' => "d",
            'ł' => "l",
            'ς' => "σ",
            _ if is_dropped(ch) => return,
            _ => return self.push(ch, start, end),
        };
        plain.chars().for_each(|plain| self.push(plain, start, end));
    }

    fn push(&mut self, ch: char, start: usize, end: usize) {
        let joins = joins_previous(ch);
        if self.run.len() >= MAX_RUN || (self.run.is_empty() && is_combining_mark(ch)) {
            return;
        }
        self.composable |= joins;
        self.run.push(Folded { ch, start, end });
    }

    /// Turns the current run into tokens: whole words, or bigrams where the script has no spaces.
    fn end_run(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let mut run = std::mem::take(&mut self.run);
        if std::mem::take(&mut self.composable) {
            run = compose(&run);
        }
        let mut rest = run.as_slice();
        while let Some(first) = rest.first() {
            let spaceless = is_spaceless(first.ch);
            let same = |f: &&Folded| is_combining_mark(f.ch) || is_spaceless(f.ch) == spaceless;
            let length = 1 + rest.iter().skip(1).take_while(same).count();
            let (part, after) = rest.split_at(length);
            rest = after;
            if !spaceless {
                self.ready.push_back(token(part, Kind::Word));
                continue;
            }
            self.ready.extend(part.windows(2).map(|pair| token(pair, Kind::Bigram)));
            self.ready.extend(part.last().map(|last| token(std::slice::from_ref(last), Kind::Tail)));
        }
        run.clear();
        self.run = run;
    }
}

fn token(chars: &[Folded], kind: Kind) -> Token {
    let mut encoded = String::with_capacity(16);
    encoded.push_str(PREFIX);
    for folded in chars {
        let before = encoded.len();
        encode(folded.ch, &mut encoded);
        if encoded.len() > MAX_ENCODED {
            encoded.truncate(before);
            break;
        }
    }
    let start = chars.first().map_or(0, |first| first.start);
    let end = chars.iter().map(|folded| folded.end).max().unwrap_or(start);
    Token { encoded, start, end, kind }
}

/// Puts decomposed letters together again (NFC), so that が is one character in whatever form it was typed.
fn compose(run: &[Folded]) -> Vec<Folded> {
    let mut composed = Vec::with_capacity(run.len());
    let mut rest = run;
    while let Some(first) = rest.first() {
        let length = 1 + rest.iter().skip(1).take_while(|f| joins_previous(f.ch)).count();
        let (cluster, after) = rest.split_at(length);
        rest = after;
        if length == 1 {
            composed.push(*first);
            continue;
        }
        let end = cluster.iter().map(|folded| folded.end).max().unwrap_or(first.end);
        let letters = cluster.iter().map(|folded| folded.ch).nfc();
        composed.extend(letters.map(|ch| Folded { ch, start: first.start, end }));
    }
    composed
}

/// Marks, and the second and third parts of a decomposed Korean syllable.
fn joins_previous(ch: char) -> bool {
    !ch.is_ascii() && (is_combining_mark(ch) || ('\u{1160}'..='\u{11FF}').contains(&ch))
}

/// Letters, digits and marks make words. Letter-like apostrophes (ʻ ʼ) separate, as the plain one does.
pub(super) fn is_word(ch: char) -> bool {
    !matches!(ch, '\u{2BB}' | '\u{2BC}') && (ch.is_alphanumeric() || is_combining_mark(ch))
}

/// Characters that neither distinguish nor separate words: accents of Latin, Greek and Cyrillic, Hebrew points,
/// Arabic vowel signs and tatweel, soft hyphens, joiners, variation selectors.
pub(super) fn is_dropped(ch: char) -> bool {
    match ch {
        '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{640}' => true,
        // Between the points stand maqaf, paseq and sof pasuq, which are punctuation.
        '\u{591}'..='\u{5C7}' => is_combining_mark(ch),
        '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}' | '\u{FEFF}' => true,
        '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => true,
        _ => false,
    }
}

/// Scripts that do not put spaces between words: Han, Hiragana, Katakana, Bopomofo, Thai, Lao, Tibetan, Myanmar,
/// Khmer.
fn is_spaceless(ch: char) -> bool {
    matches!(ch,
        '\u{E00}'..='\u{FFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{A9E0}'..='\u{A9FF}' | '\u{AA60}'..='\u{AA7F}' | '\u{F900}'..='\u{FAFF}'
        | '\u{16FE0}'..='\u{18DFF}' | '\u{1AFF0}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFF}')
}

/// Appends the code of one folded character. No code is the beginning of another, so a code sequence has one
/// reading, and a word is a beginning of another exactly when its code is:
/// - `a`–`z` and `0`–`9` are themselves, but `q`, `x`, `z` are doubled;
/// - from U+0080 to U+056B `z`, from there to U+0A57 `x`, and two digits, the first never `z` or `x`;
/// - everything else `q` and four digits, the first never `q`.
fn encode(ch: char, out: &mut String) {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    const SPAN: u32 = 35 * 36;
    let digit = |value: u32| char::from(DIGITS[(value % 36) as usize]);
    // The first digit skips the letter that introduces it, because the doubled letter is the letter itself.
    let first = |value: u32, skip: u32| digit(if value < skip { value } else { value + 1 });
    match u32::from(ch) {
        0..0x80 => {
            if matches!(ch, 'q' | 'x' | 'z') {
                out.push(ch);
            }
            out.push(ch);
        }
        code if code < 0x80 + 2 * SPAN => {
            let (letter, skip, value) =
                if code < 0x80 + SPAN { ('z', 35, code - 0x80) } else { ('x', 33, code - 0x80 - SPAN) };
            out.extend([letter, first(value / 36, skip), digit(value % 36)]);
        }
        code => {
            let low = |shift: u32| digit((code >> shift) & 31);
            out.extend(['q', first(code >> 15, 26), low(10), low(5), low(0)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(text: &str) -> Vec<String> {
        tokens(text).map(|token| token.encoded).collect()
    }

    /// How many bytes the code at the start of `text` has, read as a decoder would.
    fn code_length(text: &[u8]) -> usize {
        match text {
            [b'q', b'q', ..] | [b'x', b'x', ..] | [b'z', b'z', ..] => 2,
            [b'z' | b'x', ..] => 3,
            [b'q', ..] => 5,
            _ => 1,
        }
    }

    #[test]
    fn spellings_of_a_word_are_one_token() {
        let same = "Café=cafe\u{301} İstanbul=istanbul ılık=ILIK Straße=STRASSE STRAẞE=strasse Øresund=oresund \
            Łódź=lodz Þór=thor Ærø=aero ΟΔΥΣΣΕΥΣ=Οδυσσεύς ёлка=ЕЛКА שָׁלוֹם=שלום مُحَمَّد=محمد محـــمد=محمد Ｌｅｃｔｅｒｎ２=lectern2 \
            ｶﾞ=ガ が=か\u{3099} 한글=\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af} co\u{ad}operate=cooperate \
            ﬁne=fine x²=x2";
        for (one, other) in same.split_whitespace().filter_map(|pair| pair.split_once('=')) {
            assert_eq!(encoded(one), encoded(other), "{one} {other}");
            assert_eq!(encoded(one).len(), 1, "{one}");
        }
        for (one, other) in [("か", "が"), ("कि", "क"), ("ひ", "び"), ("a", "b")] {
            assert_ne!(encoded(one), encoded(other));
        }
    }

    #[test]
    fn punctuation_separates_and_scripts_without_spaces_become_bigrams() {
        assert_eq!(encoded("can't wasm-bindgen 1.66.1_x"), encoded("can t wasm bindgen 1 66 1 x"));
        assert_eq!(encoded("м'ята"), encoded("мʼята"));
        assert_eq!(encoded("Rust言語"), [encoded("rust"), encoded("言語")].concat());
        let tokens: Vec<_> = tokens("東京都").map(|t| (t.start, t.end, t.kind)).collect();
        assert_eq!(tokens, [(0, 6, Kind::Bigram), (3, 9, Kind::Bigram), (6, 9, Kind::Tail)]);
        assert_eq!(encoded("❤\u{fe0f} \u{301} 😀 ™ \0 %"), Vec::<String>::new());
        assert_eq!(encoded("quiz"), ["qxqquizz"]);
    }

    #[test]
    fn hostile_words_are_bounded() {
        let longest = encoded(&"é".repeat(1_000_000));
        assert_eq!(longest, [format!("{PREFIX}{}", "e".repeat(78))]);
        assert!(encoded(&"я".repeat(500))[0].len() <= MAX_ENCODED);
        assert_eq!(encoded(&"の".repeat(200_000)).len(), MAX_RUN);
    }

    #[test]
    fn every_character_has_a_code_of_its_own_and_none_begins_another() {
        let mut seen = std::collections::HashSet::new();
        for ch in (0..=0x10FFFF)
            .filter_map(char::from_u32)
            .filter(|ch| !ch.is_ascii() || ch.is_ascii_lowercase() || ch.is_ascii_digit())
        {
            let mut code = String::new();
            encode(ch, &mut code);
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            assert_eq!(code_length(code.as_bytes()), code.len(), "{ch:?} {code}");
            assert!(seen.insert(code), "{ch:?}");
        }
    }

    proptest! {
        #[test]
        fn a_code_begins_another_exactly_when_the_word_does(a in "[a-zé-žא-ת가-힣]{0,6}", b in "[a-zé-žא-ת가-힣]{0,9}") {
            let code = |text: &str| text.chars().fold(String::new(), |mut out, ch| { encode(ch, &mut out); out });
            prop_assert_eq!(code(&b).starts_with(&code(&a)), b.starts_with(&a));
            let joined = format!("{a}{b}");
            prop_assert!(code(&joined).starts_with(&code(&a)));
        }

        #[test]
        fn any_text_gives_bounded_tokens_inside_the_text(text in any::<String>()) {
            for token in tokens(&text) {
                prop_assert!(token.encoded.len() > PREFIX.len() && token.encoded.len() <= MAX_ENCODED);
                prop_assert!(token.encoded.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
                prop_assert!(!text[token.start..token.end].is_empty());
            }
        }

        #[test]
        fn case_and_normal_form_do_not_matter(text in any::<String>()) {
            let expected = encoded(&text);
            prop_assert_eq!(&encoded(&text.nfc().collect::<String>()), &expected);
            prop_assert_eq!(&encoded(&text.nfd().collect::<String>()), &expected);
        }
    }
}
