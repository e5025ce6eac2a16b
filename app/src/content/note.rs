//! A few lines of Markdown that stand on every page: words, links and lists, and nothing with an id or a place of its own.

use std::borrow::Cow;

use ammonia::Builder;

/// What is left of a text's markup.
const TAGS: [&str; 13] = ["a", "abbr", "b", "br", "code", "del", "em", "i", "li", "ol", "p", "strong", "ul"];

/// Renders it. The text has passed the whole pipeline when the rest of its markup is taken away: what is left is less
/// than what was safe already. CPU-bound, as [`super::render`].
pub fn render_note(markdown: &str) -> String {
    let html = super::render(markdown).html;
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into())
        .tag_attributes([("a", ["href"].into())].into())
        .generic_attributes(["dir", "lang", "title"].into())
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .link_rel(None)
        .attribute_filter(|_, attribute, value| {
            // What it leads to on the page has no id any more.
            let is_dead = attribute == "href" && value.starts_with('#');
            (!is_dead).then_some(Cow::Borrowed(value))
        });
    builder.clean(&html).to_string().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_links_and_lists_are_left() {
        let html = render_note("© 2026 *Ada*, [imprint](/imprint)\n\n- [mail](mailto:a@b.example)\n");
        assert_eq!(
            html,
            "<p>© 2026 <em>Ada</em>, <a href=\"/imprint\">imprint</a></p>\n<ul>\n\
             <li><a href=\"mailto:a@b.example\">mail</a></li>\n</ul>"
        );
    }

    #[test]
    fn nothing_with_an_id_or_a_place_of_its_own_is_left() {
        let html = render_note(
            "# Big\n\n## Top {#main}\n\nword[^1] ![x](/a.png)\n\n| a |\n|---|\n| b |\n\n```rust\nlet x;\n```\n\n\
             <script>alert(1)</script><a href=\"javascript:x\" onclick=\"x\" id=\"main\">y</a>\n\n[^1]: note",
        );
        for no in [" id=", "class=", "<img", "<h", "<table", "<script", "javascript", "onclick", "href=\"#"] {
            assert!(!html.contains(no), "{no} in {html}");
        }
        assert!(html.contains("word") && html.contains("note") && html.contains("Top"), "{html}");
    }
}
