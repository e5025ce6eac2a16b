//! What raw HTML lacks and Markdown has. It works on tags as text; getting one wrong does no harm, for the sanitiser
//! comes after.

/// Mends raw HTML: each `<img>` gets an `alt` and is loaded when it is scrolled to (of two attributes with one name HTML
/// takes the first, so that these count only where there are no others), each table a box to scroll in, and what stands in `<noscript>` counts: posts run no
/// scripts. `tables` counts the tables of the document.
pub(super) fn mended(html: &str, tables: &mut u32) -> String {
    let mut written = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        written.push_str(before);
        let name = tag_name(tag);
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        let known = is("img") || is("table") || is("/table") || is("noscript") || is("/noscript");
        let Some(end) = (if known { tag_end(tag) } else { Some(1) }) else {
            rest = tag;
            break;
        };
        if is("img") {
            written.push_str(&tag[..end - 1]);
            written.push_str(" alt=\"\" loading=\"lazy\">");
        } else if is("table") {
            *tables += 1;
            written.push_str(&table_box(*tables));
            written.push_str(&tag[..end]);
        } else if is("/table") {
            written.push_str(&tag[..end]);
            written.push_str("</div>");
        } else if !known {
            written.push_str(&tag[..end]);
        }
        rest = &tag[end..];
    }
    written.push_str(rest);
    written
}

/// The start of the box that the document's `number`th table scrolls in, with a name of its own.
pub(super) fn table_box(number: u32) -> String {
    let number = if number > 1 { format!(" {number}") } else { String::new() };
    format!("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table{number}\">")
}

/// The name of the tag at the start of `html`, with its slash where it is an end tag.
fn tag_name(html: &str) -> &str {
    let name = html.get(1..).unwrap_or_default();
    let letters = name.strip_prefix('/').unwrap_or(name);
    let length = letters.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(letters.len());
    &name[..name.len() - letters.len() + length]
}

/// Where the tag at the start of `html` ends, after its `>`.
fn tag_end(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::mended;

    fn mend(html: &str) -> String {
        mended(html, &mut 0)
    }

    #[test]
    fn images_get_an_alternative_text() {
        assert_eq!(mend("a <IMG src='x>y'> b"), "a <IMG src='x>y' alt=\"\" loading=\"lazy\"> b");
        assert_eq!(mend("<imge> < img> <img"), "<imge> < img> <img");
    }

    #[test]
    fn what_stands_in_noscript_stays() {
        assert_eq!(
            mend("<div><noscript><img src=x></noscript></div>"),
            "<div><img src=x alt=\"\" loading=\"lazy\"></div>"
        );
    }

    #[test]
    fn tables_get_a_box_with_a_name_of_its_own() {
        let html = mend("<table border=1></table><table></table>");
        assert!(html.contains("aria-label=\"Table\"><table border=1></table></div>"), "{html}");
        assert!(html.contains("aria-label=\"Table 2\"><table></table></div>"), "{html}");
    }
}
