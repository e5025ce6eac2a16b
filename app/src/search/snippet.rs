//! Shows where a query's words are: the passage of a text where most of them stand together, or a whole title.

use super::index::MAX_TOKENS;
use super::query::Query;
use super::tokens::{Kind, Token, tokens};

/// A piece of a text, marked if the query found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Plain text: escape it before it becomes HTML.
    pub text: String,
    /// Whether it is one of the query's words or phrases.
    pub marked: bool,
}

/// Where one of the required terms stands, in bytes.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    term: usize,
}

/// A passage of at most `max_chars` characters of the plain text `text`, with the most of the query's words and
/// phrases in it, white space collapsed, `…` where it was cut (not counted). Its beginning, if no word is in it.
pub fn snippet(text: &str, query: &Query, max_chars: usize) -> Vec<Segment> {
    let spans = spans(text, query);
    let (from, to) = window(text, &spans, query.required.len(), max_chars);
    let mut parts = segments(text, from, to, &spans);
    parts.iter_mut().for_each(|part| part.text = collapse(&part.text));
    let trim = |text: &mut String, from_start: bool| {
        *text = if from_start { text.trim_start().into() } else { text.trim_end().into() };
    };
    parts.first_mut().into_iter().for_each(|first| trim(&mut first.text, true));
    parts.last_mut().into_iter().for_each(|last| trim(&mut last.text, false));
    let ellipsis = || Segment { text: "…".into(), marked: false };
    if text.get(..from).is_some_and(|before| !before.trim().is_empty()) {
        parts.insert(0, ellipsis());
    }
    if text.get(to..).is_some_and(|after| !after.trim().is_empty()) {
        parts.push(ellipsis());
    }
    parts.retain(|part| !part.text.is_empty());
    parts
}

/// The whole text as HTML, with what the query finds in `<mark>`.
pub fn mark(text: &str, query: &Query) -> String {
    html(&segments(text, 0, text.len(), &spans(text, query)))
}

/// Segments as escaped HTML, the marked ones in `<mark>`.
pub fn html(segments: &[Segment]) -> String {
    let mut out = String::with_capacity(segments.iter().map(|segment| segment.text.len() + 13).sum());
    for segment in segments {
        if segment.marked {
            out.push_str("<mark>");
        }
        for ch in segment.text.chars() {
            match ch {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#x27;"),
                _ => out.push(ch),
            }
        }
        if segment.marked {
            out.push_str("</mark>");
        }
    }
    out
}

/// Every occurrence of a required term, by start.
fn spans(text: &str, query: &Query) -> Vec<Span> {
    let tokens: Vec<Token> = tokens(text).take(MAX_TOKENS).collect();
    let mut spans = Vec::new();
    for at in 0..tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        for (number, term) in query.required.iter().enumerate() {
            let length = term.tokens.len();
            let Some(found) = rest.get(..length) else { continue };
            if !found.iter().enumerate().all(|(index, token)| term.accepts(index, &token.encoded)) {
                continue;
            }
            let (Some(first), Some(last)) = (found.first(), found.last()) else {
                continue;
            };
            // One character found in a bigram: the second one, where the next token starts, is not meant.
            let second = rest.get(length).filter(|_| term.prefix && last.kind == Kind::Bigram);
            let end = second.map(|next| next.start).filter(|&end| end > last.start).unwrap_or(last.end);
            spans.push(Span { start: first.start, end, term: number });
        }
    }
    spans
}

/// The byte range of the passage to show: where the most different terms, then the most occurrences are.
fn window(text: &str, spans: &[Span], terms: usize, max_chars: usize) -> (usize, usize) {
    let chars = |from: usize, to: usize| text.get(from..to).map_or(0, |part| part.chars().count());
    let fits = |from: usize, to: usize| to <= from + 4 * max_chars && chars(from, to) <= max_chars * 3 / 4;
    let mut best = (0, 0, 0, 0);
    let mut counts = vec![0usize; terms];
    let mut next = 0;
    for (left, span) in spans.iter().enumerate() {
        while let Some(right) = spans.get(next).filter(|right| next <= left || fits(span.start, right.end)) {
            counts.get_mut(right.term).into_iter().for_each(|count| *count += 1);
            next += 1;
        }
        let score = (counts.iter().filter(|count| **count > 0).count(), next - left);
        if score > (best.0, best.1) {
            let end = spans.get(next.saturating_sub(1)).map_or(span.end, |last| last.end);
            best = (score.0, score.1, span.start, end);
        }
        counts.get_mut(span.term).into_iter().for_each(|count| *count = count.saturating_sub(1));
    }
    let (_, _, first, last) = best;
    let lead = max_chars.saturating_sub(chars(first, last)) / 3;
    let back = |at: usize, count: usize| {
        let before = text.get(..at).unwrap_or_default();
        if count == 0 { at } else { before.char_indices().rev().nth(count - 1).map_or(0, |(start, _)| start) }
    };
    let forward = |at: usize| {
        let after = text.get(at..).unwrap_or_default();
        after.char_indices().nth(max_chars).map_or(text.len(), |(length, _)| at + length)
    };
    let mut from = back(first, lead);
    // The whole passage may fit to the end of the text: then show what comes before instead of nothing.
    if forward(from) == text.len() {
        from = back(text.len(), max_chars).min(from);
    }
    // Start and end between words, where there are spaces.
    let starts_inside =
        |at: usize| text.get(..at).is_some_and(|before| !before.ends_with(char::is_whitespace));
    if from > 0 && starts_inside(from) {
        let lead = text.get(from..first).unwrap_or_default();
        from += lead.find(char::is_whitespace).unwrap_or(0);
    }
    let mut to = forward(from);
    if to < text.len() && !text.get(to..).is_some_and(|after| after.starts_with(char::is_whitespace)) {
        let safe = last.clamp(from, to);
        let tail = text.get(safe..to).unwrap_or_default();
        to = tail.rfind(char::is_whitespace).map_or(to, |length| safe + length);
    }
    (from, to)
}

/// Cuts `text[from..to]` at the borders of the spans; overlapping spans become one.
fn segments(text: &str, from: usize, to: usize, spans: &[Span]) -> Vec<Segment> {
    let mut parts: Vec<Segment> = Vec::new();
    let mut push = |range: std::ops::Range<usize>, marked: bool| {
        let piece = text.get(range).unwrap_or_default();
        match parts.last_mut() {
            _ if piece.is_empty() => {}
            Some(last) if last.marked && marked => last.text.push_str(piece),
            _ => parts.push(Segment { text: piece.to_owned(), marked }),
        }
    };
    let mut at = from;
    for span in spans {
        let (start, end) = (span.start.clamp(at, to), span.end.clamp(at, to));
        if start < end {
            push(at..start, false);
            push(start..end, true);
            at = end;
        }
    }
    push(at..to, false);
    parts
}

fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        if !ch.is_whitespace() {
            out.push(ch);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::query::parse;
    use super::*;
    use proptest::prelude::*;

    fn marked(text: &str, query: &str) -> String {
        parse(query).map(|query| mark(text, &query)).unwrap_or_default()
    }

    fn cut(text: &str, query: &str, max_chars: usize) -> String {
        parse(query).map(|query| html(&snippet(text, &query, max_chars))).unwrap_or_default()
    }

    #[test]
    fn marks_words_phrases_and_single_characters_and_escapes() {
        assert_eq!(
            marked("A <b> & \"Café\"'s", "cafe"),
            "A &lt;b&gt; &amp; &quot;<mark>Café</mark>&quot;&#x27;s"
        );
        assert_eq!(marked("東京都の京", "京"), "東<mark>京</mark>都の<mark>京</mark>");
        assert_eq!(marked("東京都庁", "京都庁"), "東<mark>京都庁</mark>");
        assert_eq!(marked("wasm-bindgen, bindgen", "wasm-bind"), "<mark>wasm-bindgen</mark>, bindgen");
        assert_eq!(marked("cafe\u{301}!", "cafe"), "<mark>cafe\u{301}</mark>!");
        assert_eq!(
            marked("a b c", "\"a b\" \"b c\""),
            "<mark>a b</mark><mark> c</mark>".replace("</mark><mark>", "")
        );
        assert_eq!(marked("the fox", "fox -the"), "the <mark>fox</mark>");
    }

    #[test]
    fn shows_where_the_words_are_together() {
        let text = format!(
            "{} rust {}the\n  rust web server. {}",
            "far ".repeat(99),
            "word ".repeat(99),
            "end ".repeat(99)
        );
        assert_eq!(
            cut(&text, "rust \"web server\"", 50),
            "…word the <mark>rust</mark> <mark>web server</mark>. end end end end end…"
        );
        assert_eq!(cut("no such word here", "other", 10), "no such…");
        assert_eq!(cut("short fox", "fox", 100), "short <mark>fox</mark>");
        assert_eq!(cut("", "fox", 100), "");
        assert_eq!(cut(&"の".repeat(50), "京", 5), format!("{}…", "の".repeat(5)));
        assert_eq!(cut(&"fox ".repeat(9), "fox", 0), "…");
    }

    proptest! {
        #[test]
        fn a_snippet_is_short_and_a_marked_text_is_whole(
            text in "[a-c東京é <&\"\n]{0,200}", query in "[a-c東京é\" ]{1,12}", max_chars in 0usize..80
        ) {
            if let Some(query) = parse(&query) {
                let parts = snippet(&text, &query, max_chars);
                let shown: usize = parts.iter().map(|part| part.text.trim_matches('…').chars().count()).sum();
                prop_assert!(shown <= max_chars);
                let whole = segments(&text, 0, text.len(), &spans(&text, &query));
                prop_assert_eq!(whole.iter().map(|part| part.text.as_str()).collect::<String>(), text.as_str());
                let found = whole.iter().any(|part| part.marked);
                prop_assert!(found || !query.matches(&["", "", &text]));
                if found && max_chars >= 24 {
                    prop_assert!(parts.iter().any(|part| part.marked), "{:?}", parts);
                }
            }
        }

        #[test]
        fn any_text_and_query_are_cut_without_a_panic(text in any::<String>(), query in any::<String>(), n in 0usize..99) {
            let query = parse(&query).or_else(|| parse(&text)).or_else(|| parse("a"));
            if let Some(query) = query {
                html(&snippet(&text, &query, n));
                mark(&text, &query);
            }
        }
    }
}
