//! A theme: the one that docs/themes.md shows, and broken ones.

use std::{fs, path::Path};

use entity::comment::CommentStatus;
use harness::{TestDatabase, TestSite, command, printed};
use lectern::comments::stamp;
use reqwest::Method;
use tempfile::TempDir;

use crate::pages::{EVERY_PAGE, furnish};

const DOCUMENT: &str = include_str!("../../../docs/themes.md");

/// The files that the document shows: their names, each on a line of its own between backquotes, and what is in them.
fn documented() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut rest = DOCUMENT;
    while let Some(at) = rest.find("`\n\n```") {
        let name = rest[..at].rsplit('`').next().unwrap().to_owned();
        let body = rest[at + 6..].split_once('\n').unwrap().1;
        let (content, after) = body.split_once("\n```").unwrap();
        files.push((name, format!("{content}\n")));
        rest = after;
    }
    files
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

pub(super) fn minimal() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in documented() {
        write(folder.path(), &name, content.as_bytes());
    }
    folder
}

pub(super) async fn start(folder: &TempDir) -> TestSite {
    let path = folder.path().to_owned();
    TestSite::start_with(|serve| serve.theme_dir = Some(path)).await
}

#[tokio::test]
async fn the_theme_of_the_document_is_a_whole_one() {
    let names: Vec<String> = documented().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["static/css/theme.css", "templates/parts/footer.html", "templates/base.html"]);
    let folder = minimal();
    write(folder.path(), "static/fonts/my font.woff2", b"woff");
    write(folder.path(), "static/css/lists.css", b".posts { color: green }");
    write(folder.path(), "static/.hidden", b"secret");
    write(folder.path(), "notes.txt", b"secret");
    let site = start(&folder).await;
    let root = site.user("root", entity::user::Role::Admin).await;
    site.build().post(root, "Hello").content("## A\n\nb").tags(&["Rust"]).save().await;
    site.build().course("Course", &[1]).await;
    furnish(&site).await;
    let about = site.build().page("About", "about", true).await;
    let shown = site.build().comment(1, "Ann", "So *true*.", CommentStatus::Approved, None).await;
    site.build().comments(1, 30).await;
    let link = stamp::link(&site.app.signer, shown, root, chrono::Utc::now());
    let of_comments = [
        "/posts/hello".to_owned(),
        "/posts/hello?comments=2".to_owned(),
        "/posts/hello/comments".to_owned(),
        format!("/posts/hello/comments?reply={shown}"),
        format!("/comments/moderate/{link}"),
        "/about".to_owned(),
        "/courses/course/hello".to_owned(),
        "/login".to_owned(),
        "/forgot".to_owned(),
        "/reset/guess".to_owned(),
    ];
    for path in EVERY_PAGE.iter().copied().chain(of_comments.iter().map(String::as_str)) {
        let page = site.get(path).await;
        assert!([200, 410].contains(&page.status.as_u16()), "{path}: {}", page.status);
        assert_eq!(page.texts("body.my-theme").len(), 1, "{path}");
        assert!(page.one("footer.colophon").starts_with("Set in Palatino. Lectern"), "{path}");
        assert_eq!(page.texts("h1").len(), 1, "{path}");
        // What is found by search engines tells those who link to it what it is.
        let is_hidden = !page.attributes("meta[name=robots]", "content").is_empty();
        let titles = page.attributes("meta[property='og:title']", "content");
        assert_eq!(titles.len(), usize::from(!is_hidden), "{path}");
        assert_eq!(page.attributes("link[rel=canonical]", "href").len(), titles.len(), "{path}");
        let feeds = page.attributes("link[rel=alternate][type='application/atom+xml']", "href");
        assert_eq!(feeds.is_empty(), is_hidden, "{path}");
    }
    assert_eq!(site.get("/posts/hello").await.texts("#comments .comment-body").len(), 20);
    let draft = site.sign_in("root").await.get(&format!("/admin/pages/{about}")).await.expect(200);
    assert!(draft.texts("body.my-theme").is_empty());
    assert_eq!(site.get("/none").await.expect(404).texts("body.my-theme").len(), 1);
    // The admin keeps its own looks.
    let owner = site.sign_in("root").await;
    assert!(owner.get("/admin").await.expect(200).texts("body.my-theme").is_empty());

    let home = site.get("/").await;
    let styles = home.attributes("link[rel=stylesheet]", "href");
    let one = |part: &str| styles.iter().find(|style| style.contains(part)).unwrap().clone();
    let added = site.get(&one("css/theme.")).await.expect(200);
    assert!(added.text().contains("Palatino"));
    assert_eq!(added.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(added.header("content-type").starts_with("text/css"));
    let again = site.send(Method::GET, &one("css/theme."), &[("if-none-match", &added.header("etag"))]).await;
    again.expect(304);
    // A built-in file's place is taken: another hash, another content.
    assert_eq!(site.get(&one("css/lists.")).await.expect(200).text(), ".posts { color: green }");
    assert!(site.get(&one("css/tokens.")).await.expect(200).text().contains("--accent"));
    assert_eq!(
        site.get("/static/fonts/my%20font.woff2").await.expect(200).header("content-type"),
        "font/woff2"
    );
    for path in
        ["/static/.hidden", "/static/../notes.txt", "/static/..%2fnotes.txt", "/static/%2e%2e/notes.txt"]
    {
        assert!(!site.raw(&format!("GET {path}"), "Host: x\r\n").await.starts_with("HTTP/1.1 2"), "{path}");
    }
    site.end().await;
    let plain = TestSite::start().await;
    let others = plain.get("/").await.attributes("link[rel=stylesheet]", "href");
    assert!(!others.contains(&one("css/lists.")) && others.contains(&one("css/tokens.")), "{others:?}");
    plain.end().await;
}

#[tokio::test]
async fn a_broken_theme_does_not_start_and_says_where_it_is_broken() {
    let database = TestDatabase::create().await;
    let url = database.url();
    let footer = "templates/parts/footer.html";
    for (name, content, said) in [
        (footer, &b"<footer>\n{{ layout.site.title | shout }}</footer>"[..], "parts/footer.html:2"),
        (footer, b"<footer>\n\n{% if %}</footer>", "parts/footer.html:3"),
        (footer, b"{{ <no_such_thing /> }}", "parts/footer.html:1"),
        (footer, b"a\n{% include \"none.html\" %}", "parts/footer.html:2"),
        (footer, b"a\n{{ nothing(x=1) }}", "parts/footer.html:2"),
        (footer, b"a\n<img src=\"{{ asset(path=\"img/none.png\") }}\">", "parts/footer.html:2"),
        ("templates/tags/show.html", b"\n{% extends \"none.html\" %}", "tags/show.html:2"),
        (
            "templates/tags/show.html",
            b"{% extends \"base.html\" %}\n{% block none %}x{% endblock none %}",
            "tags/show.html:2",
        ),
        // What others need and the theme took away.
        ("templates/components/posts.html", b"<p>", "posts/index.html:"),
        // On every page, with what every page has.
        (footer, b"a\n\n{{ layout.site.no_such_thing }}", "parts/footer.html:3"),
        (footer, b"a\n{{ <pagination pagination={1} noun={2} /> }}", "parts/footer.html:2"),
        (footer, b"a\n<img src=\"{{ asset( path = 'img/none.png' ) }}\">", "parts/footer.html:2"),
        (footer, b"\xff", "footer.html is not UTF-8"),
        ("templates/base.html.tera", b"x", "base.html.tera is no template"),
        ("theme.css", b"x", "has neither a folder templates nor one static"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), name, content);
        let mut serve = command(folder.path(), &url, &["serve"]);
        serve.env("LECTERN_ADDR", "127.0.0.1:0").env("LECTERN_THEME_DIR", folder.path());
        let output = tokio::task::spawn_blocking(move || serve.output().unwrap()).await.unwrap();
        let (_, error) = printed(&output);
        assert!(!output.status.success() && error.contains("LECTERN_THEME_DIR"), "{name}: {error}");
        assert!(error.contains(said), "{name}: {error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let mut serve = command(folder.path(), &url, &["serve", "--theme-dir", "not-there"]);
    let output =
        tokio::task::spawn_blocking(move || serve.env("LECTERN_ADDR", "127.0.0.1:0").output().unwrap());
    let (_, error) = printed(&output.await.unwrap());
    assert!(error.contains("LECTERN_THEME_DIR: not-there"), "{error}");
    database.drop().await;
}

#[tokio::test]
async fn a_template_that_fails_with_a_pages_data_is_stood_in_for_by_the_built_in_one() {
    let folder = minimal();
    let start_of = "{% extends \"base.html\" %}\n{% block main %}<h1 class=\"mine\">x</h1>\n";
    for (name, fails) in [
        ("posts/show.html", "{{ post.no_such_thing }}"),
        ("tags/show.html", "{{ <pagination pagination={tag} noun={7} /> }}"),
        ("pages/show.html", "{% if is_draft %}{{ none_of_these }}{% endif %}"),
        ("error.html", "{% if status == 405 %}{{ none_of_these }}{% endif %}"),
    ] {
        let text = format!("{start_of}{fails}{{% endblock main %}}");
        write(folder.path(), &format!("templates/{name}"), text.as_bytes());
    }
    let site = self::start(&folder).await;
    site.user("root", entity::user::Role::Admin).await;
    furnish(&site).await;
    site.build().page("About", "about", true).await;
    site.build().page("Draft", "draft", false).await;
    // The whole page is the built-in one, words and all.
    for (path, heading) in [("/posts/post-1", "Post 1"), ("/tags/rust", "Rust")] {
        let page = site.get(path).await.expect(200);
        assert!(page.one("h1").contains(heading), "{path}: {}", page.one("h1"));
        assert!(page.texts("body.my-theme").is_empty(), "{path}");
        assert_eq!(page.texts("main#main").len(), 1, "{path}");
    }
    // Only where it fails.
    let page = site.get("/about").await.expect(200);
    assert_eq!((page.texts("h1.mine").len(), page.texts("body.my-theme").len()), (1, 1));
    let owner = site.sign_in("root").await;
    assert_eq!(owner.get("/draft").await.expect(200).one("h1"), "Draft");
    assert_eq!(site.get("/none").await.expect(404).texts("h1.mine").len(), 1);
    let refused = site.visitor().post("/archive", &[]).await.expect(405);
    assert_eq!(refused.one("h1"), "Method not allowed");
    for path in ["/", "/archive", "/authors"] {
        assert_eq!(site.get(path).await.expect(200).texts("body.my-theme").len(), 1, "{path}");
    }
    site.end().await;
}
