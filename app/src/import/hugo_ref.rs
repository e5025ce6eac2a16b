//! Hugo's shortcodes for links between posts.

use std::ops::Range;

const MAX_SHORTCODE: usize = 400;

/// The length of the `{{< ref "x.md" >}}` or `{{% relref "x.md" %}}` that `text` starts with, and where in it the
/// argument stands.
pub(super) fn hugo_ref(text: &str) -> Option<(usize, Range<usize>)> {
    let closing = match text.get(..3)? {
        "{{<" => b">}}",
        "{{%" => b"%}}",
        _ => return None,
    };
    let bytes = text.as_bytes();
    let near = bytes.get(..bytes.len().min(MAX_SHORTCODE))?;
    let end = near.windows(3).position(|window| window == closing)?;
    let target = argument(text.get(3..end)?)?;
    Some((end + 3, 3 + target.start..3 + target.end))
}

/// The argument in ` ref "x.md" `.
fn argument(inner: &str) -> Option<Range<usize>> {
    let call = inner.trim_start();
    let argument = call.strip_prefix("relref").or_else(|| call.strip_prefix("ref"))?;
    let value = argument.strip_prefix([' ', '\t'])?.trim_start();
    let value = value.strip_prefix("path=").unwrap_or(value);
    let offset = inner.len() - value.len();
    let first = value.chars().next()?;
    let (start, end) = match first {
        '"' | '\'' | '`' => (1, 1 + value.get(1..)?.find(first)?),
        _ => (0, value.find(char::is_whitespace).unwrap_or(value.len())),
    };
    (end > start).then_some(offset + start..offset + end)
}
