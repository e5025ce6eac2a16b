//! Payloads in the front matter and the texts of another blog.

use harness::{TestSite, corpus, printed};

use super::crawl;

#[tokio::test]
async fn front_matter_is_text_too() {
    let site = TestSite::start().await;
    site.build().author("ada").await;
    let folder = site.folder().join("blog/content/posts");
    std::fs::create_dir_all(&folder).unwrap();
    let payloads = corpus::payloads();
    let (titles, summaries, tags) = (corpus::packed(190), corpus::packed(480), corpus::packed(45));
    let count = 40;
    for at in 0..count {
        let texts = payloads[at * payloads.len() / count..(at + 1) * payloads.len() / count].join("\n\n");
        // A JSON string is a string of YAML and of TOML.
        let quoted = |text: &str| serde_json::to_string(&text.replace(char::is_control, " ")).unwrap();
        let (title, summary, tag) =
            (quoted(&titles[at]), quoted(&summaries[at % summaries.len()]), quoted(&tags[at]));
        let text = if at % 2 == 0 {
            format!(
                "---\ntitle: {title}\ndescription: {summary}\ntags: [{tag}]\nslug: {tag}\naliases: [{tag}]\nauthors: [{title}]\ncover: {tag}\nimage: {tag}\ndate: 2024-01-01\n---\n{texts}\n"
            )
        } else {
            format!(
                "+++\ntitle = {title}\ndescription = {summary}\ndate = 2024-01-01\naliases = [{tag}]\n[taxonomies]\ntags = [{tag}]\nauthors = [{title}]\n[extra]\nimage = {tag}\n+++\n{texts}\n"
            )
        };
        std::fs::write(folder.join(format!("{at}-<img src=x onerror=alert(1)>'.md")), text).unwrap();
    }
    let output = site.lectern(&["import", "markdown", "blog", "--author", "ada"]);
    let (out, err) = printed(&output);
    let visitor = site.visitor();
    let kinds =
        crawl::crawl(&visitor, &site.origin, &["/", "/?page=2", "/?page=3", "/archive", "/tags"]).await;
    assert!(kinds.get("/posts/*").is_some_and(|count| *count > 2), "{kinds:?}\n{out}\n{err}");
    site.end().await;
}
