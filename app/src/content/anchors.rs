//! Several rendered texts on one page: their ids must not meet.

/// Attributes that name an id: as themselves, or after a `#`.
const ATTRIBUTES: [&str; 2] = [" id=\"", " href=\"#"];

/// Puts a prefix before each id of a rendered text and before what leads to one. `html` is what [`super::render`] made:
/// well-formed, each value between double quotation marks.
pub fn prefix_ids(html: &str, prefix: &str) -> String {
    let mut result = String::with_capacity(html.len() + 256);
    let (mut is_tag, mut is_value) = (false, false);
    let mut copied = 0;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'<' if !is_value => is_tag = true,
            b'>' if !is_value => is_tag = false,
            b'"' if is_tag => is_value = !is_value,
            b' ' if is_tag && !is_value => {
                let rest = &html.as_bytes()[at..];
                let named = ATTRIBUTES.iter().find(|name| rest.starts_with(name.as_bytes()));
                if let Some(name) = named {
                    result.push_str(&html[copied..at + name.len()]);
                    result.push_str(prefix);
                    copied = at + name.len();
                }
            }
            _ => {}
        }
    }
    result.push_str(&html[copied..]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_what_leads_to_them_move_together() {
        let html = crate::content::render("## One\n\n## Öne {#x}\n\nword[^n] [up](#one)\n\n[^n]: note").html;
        let moved = prefix_ids(&html, "p7-");
        let of = |html: &str, name: &str| -> Vec<String> {
            let parts = html.split(name).skip(1);
            parts.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        let ids = of(&moved, " id=\"");
        assert!(ids.len() >= 4 && ids.iter().all(|id| id.starts_with("p7-")), "{moved}");
        for target in of(&moved, " href=\"#") {
            assert!(ids.contains(&target) || target.contains('%'), "#{target} in {moved}");
        }
        assert_eq!(moved.replace("p7-", ""), html);
    }

    #[test]
    fn words_that_look_like_it_stay_words() {
        for same in [
            "<p>a id=\"x\" href=\"#y\"</p>",
            "<p title=\"a > b id=\">c</p>",
            "<a href=\"/a#b\" title=\" id=\">é</a>",
            "",
        ] {
            assert_eq!(prefix_ids(same, "p-"), same);
        }
    }
}
