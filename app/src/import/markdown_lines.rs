//! Splits a Markdown text into lines that know whether they are fenced code.

use std::collections::HashMap;
use std::ops::Range;

/// A line with its line end, and whether it belongs to a fenced code block.
pub(super) struct Line {
    pub(super) range: Range<usize>,
    pub(super) is_code: bool,
}

struct Fence {
    mark: u8,
    length: usize,
    quoted: bool,
}

/// The lines of `text`, fenced code marked as such (the fences themselves too).
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line> + '_ {
    let mut fence: Option<Fence> = None;
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end;
        // A quotation's code block ends with the quotation.
        if fence.as_ref().is_some_and(|f| f.quoted && !line.trim_start().starts_with('>')) {
            fence = None;
        }
        let is_code = match &fence {
            Some(open) => {
                if closes(open, line) {
                    fence = None;
                }
                true
            }
            None => {
                fence = opening_fence(line);
                fence.is_some()
            }
        };
        Line { range, is_code }
    })
}

fn opening_fence(line: &str) -> Option<Fence> {
    let mut quoted = false;
    let mut rest = line.trim_start();
    loop {
        let inner = match rest.strip_prefix('>') {
            Some(inner) => {
                quoted = true;
                inner
            }
            None => match strip_list_marker(rest) {
                Some(inner) => inner,
                None => break,
            },
        };
        rest = inner.trim_start();
    }
    let mark = *rest.as_bytes().first()?;
    if mark != b'`' && mark != b'~' {
        return None;
    }
    let length = run_length(rest.as_bytes(), 0);
    let info = rest.get(length..)?;
    (length >= 3 && (mark == b'~' || !info.contains('`'))).then_some(Fence { mark, length, quoted })
}

fn strip_list_marker(rest: &str) -> Option<&str> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let marker_end = match rest.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    rest.get(marker_end..).filter(|after| after.starts_with([' ', '\t']))
}

fn closes(fence: &Fence, line: &str) -> bool {
    let rest = line.trim_start_matches([' ', '\t', '>']);
    let length = rest.bytes().take_while(|b| *b == fence.mark).count();
    length >= fence.length && rest.get(length..).is_some_and(|after| after.trim().is_empty())
}

/// How often the byte at `at` is repeated from there on.
pub(super) fn run_length(bytes: &[u8], at: usize) -> usize {
    let mark = bytes.get(at).copied();
    bytes.iter().skip(at).take_while(|b| Some(**b) == mark).count()
}

/// Where the runs of backticks stand from `start` on, by their length.
pub(super) fn backtick_runs(bytes: &[u8], start: usize) -> HashMap<usize, Vec<usize>> {
    let mut runs: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut at = start;
    while at < bytes.len() {
        if bytes.get(at) == Some(&b'`') {
            let length = run_length(bytes, at);
            runs.entry(length).or_default().push(at);
            at += length;
        } else {
            at += 1;
        }
    }
    runs
}
