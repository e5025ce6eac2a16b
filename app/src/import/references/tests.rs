use super::*;

fn rewritten(body: &str) -> String {
    rewrite(body, &[("x.png", "/m/1"), ("./y.png", "/m/2"), ("/s/z.png", "/m/3"), ("a b.png", "/m/(4)")])
}

fn resolved(body: &str) -> String {
    rewrite_internal_links(body, |file| file.strip_suffix(".md").map(|name| format!("/posts/{name}")))
}

#[test]
fn every_place_of_a_reference_is_rewritten() {
    for (body, expected) in [
        ("![a](x.png)", "![a](/m/1)"),
        ("![a](./x.png \"A title\")", "![a](/m/1 \"A title\")"),
        ("[a](y.png 'title')", "[a](/m/2 'title')"),
        ("[![a](x.png)](/s/z.png#top)", "[![a](/m/1)](/m/3#top)"),
        ("[a](<a b.png>)", "[a](</m/%284%29>)"),
        ("[a]( x.png\n\"two lines\" )", "[a]( /m/1\n\"two lines\" )"),
        ("see [a]\n\n[a]: x.png \"T\"\n[b]: <y.png>\n", "see [a]\n\n[a]: /m/1 \"T\"\n[b]: </m/2>\n"),
        ("> [a]: x.png", "> [a]: /m/1"),
        ("<img alt='a' src=\"x.png\"/>", "<img alt='a' src=\"/m/1\"/>"),
        ("<A HREF='y.png' SRC = x.png>t</A>", "<A HREF='/m/2' SRC = /m/1>t</A>"),
        ("<div>\n  <img src='x.png'\n width=3>", "<div>\n  <img src='/m/1'\n width=3>"),
        ("- item ![a](x.png)\n\n      ![b](x.png)", "- item ![a](/m/1)\n\n      ![b](/m/1)"),
        ("\\![a](x.png) ![é](x.png)", "\\![a](/m/1) ![é](/m/1)"),
    ] {
        assert_eq!(rewritten(body), expected);
    }
}

#[test]
fn everything_else_stays_as_it_is() {
    for body in [
        "`![a](x.png)` and ``a ` ![a](x.png)``",
        "`spans\nlines ![a](x.png)`",
        "```md\n![a](x.png)\n```",
        "~~~\n```\n![a](x.png)\n~~~",
        "````\n```\n![a](x.png)\n````",
        "- ```\n  ![a](x.png)\n  ```",
        "> ```\n> ![a](x.png)\n> ```",
        "```\n![never closed](x.png)\n",
        "<!-- ![a](x.png) -->",
        "![a](other/x.png) ![a](xx.png) x.png [x.png] (x.png)",
        "](x.png) \\[a](x.png)",
        "![a](x.png oops)",
        "[^x.png]: x.png",
        "{{ image(src=\"x.png\") }} {% raw %}src=\"x.png\"{% end %}",
        "",
    ] {
        assert_eq!(rewritten(body), body);
    }
}

#[test]
fn code_ends_where_markdown_ends_it() {
    assert_eq!(rewritten("```\n```\n![a](x.png)"), "```\n```\n![a](/m/1)");
    assert_eq!(rewritten("> ```\n\n![a](x.png)"), "> ```\n\n![a](/m/1)");
    assert_eq!(rewritten("a ` b\n\n![a](x.png) `"), "a ` b\n\n![a](/m/1) `");
    assert_eq!(rewritten("\\`![a](x.png)`"), "\\`![a](/m/1)`");
    assert_eq!(rewritten("``` a`b ![a](x.png)"), "``` a`b ![a](/m/1)");
}

#[test]
fn links_between_files_are_resolved_and_unknown_ones_kept() {
    for (body, expected) in [
        ("[a](@/blog/b.md#c)", "[a](/posts/blog/b#c)"),
        ("<a href=\"@/b.md\">", "<a href=\"/posts/b\">"),
        ("[a]: @/b.md", "[a]: /posts/b"),
        ("[a]({{< ref \"b.md\" >}})", "[a](/posts/b)"),
        ("[a]({{% relref 'b.md#c' %}})", "[a](/posts/b#c)"),
        ("[a]({{<relref path=\"b.md\" lang=\"en\">}})", "[a](/posts/b)"),
        ("<a href=\"{{< ref b.md >}}\">", "<a href=\"/posts/b\">"),
        ("[a](@/b.txt) {{< ref \"b\" >}}", "[a](@/b.txt) {{< ref \"b\" >}}"),
        (
            "`{{< ref \"b.md\" >}}` {{< figure src=\"b.md\" >}}",
            "`{{< ref \"b.md\" >}}` {{< figure src=\"b.md\" >}}",
        ),
        ("[a](b.md) {{< ref", "[a](b.md) {{< ref"),
    ] {
        assert_eq!(resolved(body), expected);
    }
}

#[test]
fn hostile_texts_take_linear_time() {
    let start = std::time::Instant::now();
    for piece in [
        "`", "`a``b```", "[", "](", "[a](", "[a](<", "[a](x \"", "<a ", "<a x='", "<!--", "{{<", "[a]:\n",
        "> ", "((",
    ] {
        let body = piece.repeat(300_000);
        assert_eq!(rewritten(&body), body);
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
