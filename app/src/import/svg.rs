//! The size of an SVG image, read from its first tag alone: nothing is expanded, nothing is loaded.

/// What may stand before and in the root's tag. Longer ones are not looked at.
const MAX_HEAD: usize = 64 * 1024;
const MAX_SIDE: f64 = 65_535.0;

/// The attributes of the root element, if `data` is an SVG image.
pub(super) fn root(data: &[u8]) -> Option<String> {
    let head = data.get(..data.len().min(MAX_HEAD))?;
    let text = String::from_utf8_lossy(head);
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(&text).trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->")?.1
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            instruction.split_once("?>")?.1
        } else if rest.starts_with("<!DOCTYPE") {
            after_doctype(rest)?
        } else {
            break;
        }
        .trim_start();
    }
    let attributes = rest.strip_prefix("<svg:svg").or_else(|| rest.strip_prefix("<svg"))?;
    attributes.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/').then(|| attributes.to_owned())
}

/// A document type with declarations of its own is refused: entities are what they are there for.
fn after_doctype(rest: &str) -> Option<&str> {
    let (declaration, after) = rest.split_once('>')?;
    (!declaration.contains('[')).then_some(after)
}

/// Width and height in pixels, rounded: as stated in px, else as the view box has them.
pub(super) fn size(root: &str) -> Option<(u32, u32)> {
    let (mut width, mut height, mut view_box) = (None, None, None);
    let mut rest = root;
    while let Some((name, value, after)) = next_attribute(rest) {
        match name {
            "width" => width = pixels(value),
            "height" => height = pixels(value),
            "viewBox" => view_box = sides(value),
            _ => {}
        }
        rest = after;
    }
    let (width, height) = match (width, height, view_box) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (_, _, view_box) => view_box?,
    };
    Some((whole(width)?, whole(height)?))
}

fn next_attribute(rest: &str) -> Option<(&str, &str, &str)> {
    let rest = rest.trim_start();
    if rest.starts_with(['>', '/']) {
        return None;
    }
    let (name, rest) = rest.split_once('=')?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, rest) = rest.get(1..)?.split_once(quote)?;
    Some((name.trim_end(), value, rest))
}

fn pixels(value: &str) -> Option<f64> {
    let value = value.trim();
    positive(value.strip_suffix("px").unwrap_or(value))
}

fn sides(view_box: &str) -> Option<(f64, f64)> {
    let mut numbers = view_box.split([' ', ',', '\t', '\r', '\n']).filter(|part| !part.is_empty()).skip(2);
    Some((positive(numbers.next()?)?, positive(numbers.next()?)?))
}

fn positive(number: &str) -> Option<f64> {
    number.trim_end().parse().ok().filter(|n: &f64| n.is_finite() && *n > 0.0)
}

fn whole(side: f64) -> Option<u32> {
    let rounded = side.round();
    // In range, so that the cast is exact.
    (1.0..=MAX_SIDE).contains(&rounded).then_some(rounded as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(text: &str) -> Option<(u32, u32)> {
        size(&root(text.as_bytes())?)
    }

    #[test]
    fn the_size_comes_from_pixels_or_from_the_view_box() {
        for (text, expected) in [
            ("<svg width=\"10\" height='20.6px'/>", Some((10, 21))),
            (
                "\u{feff}<?xml version=\"1.0\"?>\n<!-- <svg width='1' height='1'> --><svg width='7' height='8'>",
                Some((7, 8)),
            ),
            (
                "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"svg11.dtd\"><svg viewBox='0 0 3 4'>",
                Some((3, 4)),
            ),
            ("<svg width='100%' height='100%' viewBox='0,0,300,200.4'>", Some((300, 200))),
            ("<svg width='600' viewBox='0 0 300 200'>", Some((600, 400))),
            ("<svg height='100' viewBox='0 0 300 200'>", Some((150, 100))),
            ("<svg width='2em' height='3em'>", None),
            ("<svg width='1e300' height='1e300'>", None),
            ("<svg width='NaN' height='inf'>", None),
            ("<svg width='-1' height='0'>", None),
            ("<svg width='1' height='1e9' viewBox='0 0 1e-300 1e300'>", None),
            ("<svg width='10' height='10", None),
            ("<svg", None),
        ] {
            assert_eq!(measured(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_plain_svg_is_refused() {
        for text in [
            "<html><svg></html>",
            "",
            "<svgx width='1'>",
            "<!-- <svg>",
            "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg width='1' height='1'>&x;</svg>",
        ] {
            assert!(root(text.as_bytes()).is_none(), "{text}");
        }
        let far = format!("<!--{}--><svg width='1' height='1'>", "x".repeat(MAX_HEAD));
        assert!(root(far.as_bytes()).is_none());
    }
}
