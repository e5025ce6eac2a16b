//! `lectern import markdown`: what becomes of a folder of files.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails must fail its test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Duration, Utc};
use entity::{import, media, post, user};
use harness::{TestSite, dump, printed};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use serde_json::json;
use tempfile::TempDir;

/// A folder of files to import.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    fn import(&self, site: &TestSite) -> Run {
        self.import_with(site, &[])
    }

    fn import_with(&self, site: &TestSite, options: &[&str]) -> Run {
        run(site, &self.path(), options)
    }
}

/// What a run of the command printed.
#[derive(Debug)]
struct Run {
    success: bool,
    /// All lines of standard output but the last.
    notes: Vec<String>,
    /// The last line of standard output.
    counts: String,
    errors: String,
}

fn run(site: &TestSite, dir: &Path, options: &[&str]) -> Run {
    let dir = dir.to_str().unwrap();
    let output = site.lectern(&[&["import", "markdown", dir], options].concat());
    let (out, errors) = printed(&output);
    let mut notes: Vec<String> = out.lines().map(str::to_owned).collect();
    let counts = notes.pop().unwrap_or_default();
    Run { success: output.status.success(), notes, counts, errors }
}

impl Run {
    #[track_caller]
    fn expect(self, counts: &str) -> Self {
        assert_eq!(self.counts, counts, "{self:#?}");
        assert_eq!(self.success, counts.ends_with(" 0 failed"), "{self:#?}");
        self
    }

    /// The one note on a file.
    #[track_caller]
    fn note(&self, about: &str) -> &str {
        let notes: Vec<&String> = self.notes.iter().filter(|note| note.contains(about)).collect();
        assert_eq!(notes.len(), 1, "one note on {about}: {:#?}", self.notes);
        notes[0]
    }
}

async fn post_of(site: &TestSite, slug: &str) -> post::Model {
    let found = post::Entity::find().filter(post::Column::Slug.eq(slug)).one(site.db.read()).await.unwrap();
    found.unwrap_or_else(|| panic!("there is no post {slug}"))
}

fn at(text: &str) -> Option<DateTime<Utc>> {
    Some(text.parse().unwrap())
}

/// A PNG file with something behind its end.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut data = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height).write_to(&mut data, image::ImageFormat::Png).unwrap();
    let mut data = data.into_inner();
    data.extend(b"where it was taken");
    data
}

const FIRST: &str = r#"+++
title = "First steps"
date = 2023-01-10
description = "How it all began."
authors = ["Ada Lovelace", "Grace Hopper", "Bo"]
aliases = ["/old/first.html", "2019/first"]

[taxonomies]
tags = ["Rust", "Teaching"]

[extra]
hero = "boat"
+++

A paper boat sails.

![The boat](boat.png)

Read [what came next](@/blog/second.md#part).
"#;

const SECOND: &str = "+++\ntitle = \"What came next\"\ndate = 2023-02-01T08:30:00Z\nauthors = [\"Ada Lovelace\"]\n\
    +++\n\n## Part\n\nBack to [the first](@/blog/first/index.md).\n";

fn zola() -> Folder {
    let folder = Folder::new();
    folder
        .file("content/_index.md", "+++\ntitle = \"Blog\"\n+++\n")
        .file("content/blog/first/index.md", FIRST)
        .file("content/blog/first/boat.png", png(30, 20))
        .file("content/blog/second.md", SECOND);
    folder
}

#[tokio::test]
async fn a_zola_post_keeps_what_its_front_matter_says() {
    let site = TestSite::start().await;
    let run = zola().import(&site).expect("2 created, 0 updated, 0 unchanged, 1 skipped, 0 failed");
    run.note("content/_index.md");

    let page = site.get("/posts/first").await.expect(200);
    assert_eq!(page.one("h1"), "First steps");
    assert!(page.text().contains("How it all began."));
    assert_eq!(page.attributes("article time", "datetime")[0], "2023-01-10");
    let byline = page.texts("article .byline").concat();
    for name in ["Ada Lovelace", "Grace Hopper", "Bo"] {
        assert!(byline.contains(name), "{byline}");
    }
    for tag in ["/tags/rust", "/tags/teaching"] {
        assert!(page.attributes("article a", "href").contains(&tag.to_owned()), "{tag}");
    }
    let post = post_of(&site, "first").await;
    assert_eq!(post.published_at, at("2023-01-10T00:00:00Z"));
    assert_eq!(post.status, post::PostStatus::Published);
    assert_eq!(post.extra["authors"], json!(["Grace Hopper", "Bo"]));
    assert_eq!(post.extra["extra"], json!({"hero": "boat"}));
    site.end().await;
}

#[tokio::test]
async fn images_beside_a_post_are_served_and_their_place_in_the_page_is_reserved() {
    let site = TestSite::start().await;
    zola().import(&site);
    let page = site.get("/posts/first").await.expect(200);
    assert_eq!(page.attributes(".prose img", "width"), ["30"]);
    assert_eq!(page.attributes(".prose img", "height"), ["20"]);
    assert_eq!(page.attributes(".prose img", "alt"), ["The boat"]);
    let [address] = &page.attributes(".prose img", "src")[..] else { panic!("{}", page.text()) };
    let image = site.get(address).await.expect(200);
    let shown = image::load_from_memory(&image.bytes).expect("a picture");
    assert_eq!((shown.width(), shown.height()), (30, 20));
    assert!(!image.bytes.ends_with(b"where it was taken"), "it was written anew");
    assert_eq!(image.header("content-type"), "image/png");

    let row = media::Entity::find().one(site.db.read()).await.unwrap().expect("a row for the image");
    assert_eq!((row.filename.as_str(), row.width, row.height), ("boat.png", Some(30), Some(20)));
    assert_eq!(row.size, image.bytes.len() as i64);
    site.end().await;
}

#[tokio::test]
async fn a_picture_that_cannot_be_read_comes_in_as_it_is_and_is_named() {
    let site = TestSite::start().await;
    let mut cut = png(30, 20);
    cut.truncate(60);
    let folder = Folder::new();
    folder
        .file("a.md", "---\ntitle: A\nauthor: Ada\n---\n![x](cut.png) ![y](cut.png)\n")
        .file("cut.png", &cut[..]);
    let run = folder.import(&site).expect("1 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    assert!(run.note("cut.png").contains("as it is"), "{run:?}");
    let page = site.get("/posts/a").await.expect(200);
    let address = &page.attributes(".prose img", "src")[0];
    assert_eq!(site.get(address).await.expect(200).bytes, cut);
    site.end().await;
}

#[tokio::test]
async fn an_image_that_is_not_what_its_name_says_stays_out_and_is_reported() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder
        .file(
            "a.md",
            "---\ntitle: A\nauthor: Ada\n---\n![x](fake.png) ![y](gone.png) ![z](https://x.example/z.png)\n",
        )
        .file("fake.png", "<script>alert(1)</script>");
    let run = folder.import(&site).expect("1 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    assert!(run.note("fake.png").contains("a.md"), "{run:?}");
    assert!(run.note("gone.png").contains("a.md"), "{run:?}");
    assert_eq!(run.notes.len(), 2, "an image of another site is not missing here: {run:?}");
    assert_eq!(media::Entity::find().count(site.db.read()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn links_between_the_files_lead_from_post_to_post_whatever_their_order() {
    let site = TestSite::start().await;
    zola().import(&site);
    let first = site.get("/posts/first").await.expect(200);
    assert_eq!(first.attributes(".prose a[href^='/posts']", "href"), ["/posts/second#part"]);
    let second = site.get("/posts/second").await.expect(200);
    assert_eq!(second.attributes(".prose a[href^='/posts']", "href"), ["/posts/first"]);
    assert_eq!(second.texts("#part").len(), 1, "the anchor is there");
    site.end().await;
}

#[tokio::test]
async fn a_hugo_post_keeps_what_its_front_matter_says() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder.file(
        "content/posts/hugo-way.md",
        "---\ntitle: \"The Hugo way: a start\"\ndate: 2022-03-04T10:00:00+02:00\nauthor: Ada\n\
         tags: [one, \"two words\"]\ncategories:\n  - Notes\nurl: /2022/03/hugo/\nsummary: A short one.\n\
         weight: 5\n---\nSee [the other]({{< relref \"other.md#top\" >}}).\n",
    );
    folder.file(
        "content/posts/other.md",
        "---\ntitle: Other\ndate: 2022-03-05\nauthor: Ada\nslug: another-name\n---\nText.\n",
    );
    folder.import(&site).expect("2 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");

    let page = site.get("/posts/hugo").await.expect(200);
    assert_eq!(page.one("h1"), "The Hugo way: a start");
    assert_eq!(page.attributes(".prose a", "href"), ["/posts/another-name#top"]);
    let tags = site.get("/tags").await.expect(200);
    for tag in ["/tags/one", "/tags/two-words", "/tags/notes"] {
        assert!(tags.attributes("a", "href").contains(&tag.to_owned()), "{tag}");
    }
    let post = post_of(&site, "hugo").await;
    assert_eq!(post.published_at, at("2022-03-04T08:00:00Z"));
    assert_eq!(post.summary, "A short one.");
    assert_eq!(post.extra, json!({"weight": 5}));
    assert_eq!(site.get("/2022/03/hugo").await.expect(301).header("location"), "/posts/hugo");
    site.end().await;
}

#[tokio::test]
async fn a_jekyll_post_has_its_date_in_its_name() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder.file("_config.yml", "title: Blog\n");
    folder.file(
        "_posts/2021-05-06-dated-name.md",
        "---\nlayout: post\nauthor: Ada\ntags: red green\ncategories: [News]\nexcerpt: Seen from afar.\n---\n# Its heading\n\nText.\n",
    );
    folder.file("_drafts/idea.md", "---\ntitle: Idea\nauthor: Ada\n---\nLater.\n");
    folder.file("_site/index.md", "---\ntitle: Generated\nauthor: Ada\n---\n");
    folder.import(&site).expect("2 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");

    let page = site.get("/posts/dated-name").await.expect(200);
    assert_eq!(page.texts("h1"), ["Its heading"], "the heading is the title, once");
    let post = post_of(&site, "dated-name").await;
    assert_eq!(post.published_at, at("2021-05-06T00:00:00Z"));
    assert_eq!(post.summary, "Seen from afar.");
    let tags = site.get("/tags").await.expect(200);
    for tag in ["/tags/red", "/tags/green", "/tags/news"] {
        assert!(tags.attributes("a", "href").contains(&tag.to_owned()), "{tag}");
    }
    let old = site.get("/news/2021/05/06/dated-name.html").await.expect(301);
    assert_eq!(old.header("location"), "/posts/dated-name");
    assert_eq!(post_of(&site, "idea").await.status, post::PostStatus::Draft);
    site.end().await;
}

#[tokio::test]
async fn dates_come_from_the_front_matter_else_the_path_else_the_name_of_the_file() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder
        .file("2019-01-02-named.md", "---\ntitle: Named\nauthor: Ada\n---\nx\n")
        .file(
            "2019-01-02-stated.md",
            "---\ntitle: Stated\nauthor: Ada\ndate: 2020-03-04 05:06:07 +0100\n---\nx\n",
        )
        .file(
            "2018-01-01-pathed.md",
            "+++\ntitle = \"Pathed\"\nauthors = [\"Ada\"]\npath = \"2017/12/31/pathed\"\n+++\nx\n",
        )
        .file("dateless.md", "---\ntitle: Dateless\nauthor: Ada\n---\nx\n");
    let before = Utc::now() - Duration::seconds(1);
    folder.import(&site).expect("4 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    assert_eq!(post_of(&site, "named").await.published_at, at("2019-01-02T00:00:00Z"));
    assert_eq!(post_of(&site, "stated").await.published_at, at("2020-03-04T04:06:07Z"));
    assert_eq!(post_of(&site, "pathed").await.published_at, at("2017-12-31T00:00:00Z"));
    let dateless = post_of(&site, "dateless").await.published_at.expect("the time of the import");
    assert!(before < dateless && dateless <= Utc::now(), "{dateless}");
    site.end().await;
}

#[tokio::test]
async fn drafts_and_posts_of_the_future_are_stored_but_nobody_sees_them() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder
        .file("draft.md", "---\ntitle: Draft\nauthor: Ada\ndraft: true\ndate: 2020-01-01\n---\nzebra\n")
        .file(
            "hidden.md",
            "---\ntitle: Hidden\nauthor: Ada\npublished: false\ndate: 2020-01-01\n---\nzebra\n",
        )
        .file("future.md", "---\ntitle: Future\nauthor: Ada\ndate: 2037-12-31\n---\nzebra\n")
        .file("public.md", "---\ntitle: Public\nauthor: Ada\ndate: 2020-01-01\n---\nzebra\n");
    folder.import(&site).expect("4 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    for (slug, status) in [
        ("draft", post::PostStatus::Draft),
        ("hidden", post::PostStatus::Draft),
        ("future", post::PostStatus::Scheduled),
    ] {
        assert_eq!(post_of(&site, slug).await.status, status, "{slug}");
        site.get(&format!("/posts/{slug}")).await.expect(404);
    }
    assert_eq!(post_of(&site, "future").await.published_at, at("2037-12-31T00:00:00Z"));
    site.get("/posts/public").await.expect(200);
    assert_eq!(site.get("/api/search?q=zebra").await.expect(200).json()["total"], 1);
    assert_eq!(site.get("/api/posts").await.expect(200).json()["total"], 1);
    site.end().await;
}

#[tokio::test]
async fn lists_show_the_summary_or_what_stands_before_the_more_marker_or_the_beginning() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder
        .file("a.md", "---\ntitle: A\nauthor: Ada\n---\nThe *short* form.\n\nOf it.\n\n<!-- more -->\n\nThe long one.\n")
        .file("b.md", "---\ntitle: B\nauthor: Ada\ndescription: Stated.\n---\nLead.\n\n<!-- more -->\n\nThe long one.\n")
        .file("c.md", "---\ntitle: C\nauthor: Ada\n---\nAll of it.\n");
    folder.import(&site).expect("3 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    assert_eq!(post_of(&site, "a").await.excerpt, "The short form. Of it.");
    assert_eq!(post_of(&site, "b").await.excerpt, "Stated.");
    assert_eq!(post_of(&site, "c").await.excerpt, "All of it.");
    assert!(post_of(&site, "a").await.html.contains("The long one."));
    site.end().await;
}

#[tokio::test]
async fn the_first_author_is_made_without_a_password_or_found_by_the_name() {
    let site = TestSite::start().await;
    let known = site.build().author("grace-hopper").await;
    let folder = Folder::new();
    folder
        .file("a.md", "---\ntitle: A\nauthors: [Ádá Lovelace, Somebody Else]\n---\nx\n")
        .file("b.md", "---\ntitle: B\nauthor: Grace Hopper\n---\nx\n")
        .file("c.md", "---\ntitle: C\nauthor: {name: 山田太郎, email: y@example.org}\n---\nx\n");
    folder.import(&site).expect("3 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    let users = user::Entity::find().all(site.db.read()).await.unwrap();
    assert_eq!(users.len(), 3, "{users:?}");
    let ada = users.iter().find(|user| user.display_name == "Ádá Lovelace").expect("she was made");
    assert_eq!((ada.role, &ada.password_hash, ada.is_active), (user::Role::Author, &None, true));
    assert_eq!(post_of(&site, "a").await.user_id, ada.id);
    assert_eq!(post_of(&site, "b").await.user_id, known);
    assert!(users.iter().any(|user| user.display_name == "山田太郎"), "{users:?}");
    let list = printed(&site.lectern(&["user", "list"])).0;
    assert!(list.lines().any(|line| line.contains(&ada.username) && line.contains("no password")), "{list}");
    site.get(&format!("/authors/{}", ada.username)).await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn posts_can_be_given_to_one_author_whoever_the_files_name() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let folder = Folder::new();
    folder.file("a.md", "---\ntitle: A\nauthor: Somebody\n---\nx\n").file("b.md", "---\ntitle: B\n---\nx\n");
    let run = folder.import(&site).expect("1 created, 0 updated, 0 unchanged, 0 skipped, 1 failed");
    assert!(run.note("b.md").contains("--author"), "{run:?}");

    let folder = Folder::new();
    folder.file("c.md", "---\ntitle: C\nauthor: Nobody\n---\nx\n").file("d.md", "---\ntitle: D\n---\nx\n");
    folder
        .import_with(&site, &["--author", "ada"])
        .expect("2 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    for slug in ["c", "d"] {
        assert_eq!(post_of(&site, slug).await.user_id, ada);
    }
    let names = user::Entity::find().filter(user::Column::Username.eq("nobody"));
    assert_eq!(names.count(site.db.read()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn an_unknown_author_or_folder_is_one_clear_line() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder.file("a.md", "---\ntitle: A\n---\nx\n");
    let file = folder.path().join("a.md");
    let gone = folder.path().join("gone");
    for (dir, options, named) in [
        (folder.path(), &["--author", "nobody"] as &[_], "nobody"),
        (gone.clone(), &[], gone.to_str().unwrap()),
        (file.clone(), &[], file.to_str().unwrap()),
    ] {
        let run = run(&site, &dir, options);
        assert!(!run.success, "{run:?}");
        assert_eq!(run.errors.lines().count(), 1, "{run:?}");
        assert!(run.errors.contains(named), "{run:?}");
        assert_eq!(run.counts, "", "nothing was done");
    }
    assert_eq!(post::Entity::find().count(site.db.read()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn old_addresses_lead_to_the_post() {
    let site = TestSite::start().await;
    let folder = zola();
    folder.file(
        "content/blog/third.md",
        "+++\ntitle = \"Third\"\npath = \"stated/третий\"\nauthors = [\"Ada Lovelace\"]\n\
         aliases = [\"/old/first.html\", \"/p/3/\", \"https://blog.example/q/3.html?x=1\"]\n+++\nx\n",
    );
    let run = folder.import(&site);
    for (old, new) in [
        ("/blog/first", "/posts/first"),
        ("/old/first.html", "/posts/first"),
        ("/2019/first", "/posts/first"),
        ("/blog/second", "/posts/second"),
        ("/stated/%D1%82%D1%80%D0%B5%D1%82%D0%B8%D0%B9", "/posts/%D1%82%D1%80%D0%B5%D1%82%D0%B8%D0%B9"),
        ("/p/3", "/posts/%D1%82%D1%80%D0%B5%D1%82%D0%B8%D0%B9"),
        ("/q/3.html", "/posts/%D1%82%D1%80%D0%B5%D1%82%D0%B8%D0%B9"),
    ] {
        assert_eq!(site.get(old).await.expect(301).header("location"), new, "{old}");
    }
    // The first one to claim an address keeps it.
    let note = run.note("/old/first.html");
    assert!(note.contains("third.md") && note.contains("/posts/first"), "{note}");
    site.end().await;
}

#[tokio::test]
async fn importing_again_changes_nothing_at_all() {
    let site = TestSite::start().await;
    let folder = zola();
    folder.file("2019-01-02-c.md", "---\ntitle: C\nauthors: [Ada Lovelace, Bo]\ndraft: true\n---\nx\n");
    folder.import(&site).expect("3 created, 0 updated, 0 unchanged, 1 skipped, 0 failed");
    // That it looked may be told; what it saw is the same.
    let all = async || {
        let mut rows = dump::rows(site.db.read()).await;
        rows.remove("content_version");
        rows
    };
    let rows = all().await;
    assert_eq!(rows["posts"].len(), 3);
    let run = folder.import(&site).expect("0 created, 0 updated, 3 unchanged, 1 skipped, 0 failed");
    assert_eq!(run.notes.len(), 1, "only the section is named again: {run:?}");
    let again = all().await;
    for (table, before) in &rows {
        assert_eq!(&again[table], before, "{table}");
    }
    // Another folder with the same files is the same blog.
    let copy = zola();
    copy.file("2019-01-02-c.md", fs::read(folder.path().join("2019-01-02-c.md")).unwrap());
    copy.import(&site).expect("0 created, 0 updated, 3 unchanged, 1 skipped, 0 failed");
    assert_eq!(all().await, rows);
    site.end().await;
}

#[tokio::test]
async fn a_changed_file_changes_its_post_and_no_other() {
    let site = TestSite::start().await;
    let folder = zola();
    folder.import(&site);
    let (before, other) = (post_of(&site, "first").await, post_of(&site, "second").await);
    let changed = FIRST
        .replace("First steps", "First steps, again")
        .replace("sails", "sinks")
        .replace("\"Teaching\"", "\"Boats\"");
    folder.file("content/blog/first/index.md", &changed);
    folder.import(&site).expect("0 created, 1 updated, 1 unchanged, 1 skipped, 0 failed");

    let page = site.get("/posts/first").await.expect(200);
    assert_eq!(page.one("h1"), "First steps, again");
    assert!(page.attributes("article a", "href").contains(&"/tags/boats".to_owned()));
    assert!(!page.attributes("article a", "href").contains(&"/tags/teaching".to_owned()));
    let after = post_of(&site, "first").await;
    assert_eq!((after.id, after.created_at), (before.id, before.created_at));
    assert_eq!(post_of(&site, "second").await, other);
    for (word, total) in [("sinks", 1), ("sails", 0)] {
        let found = site.get(&format!("/api/search?q={word}")).await.expect(200).json();
        assert_eq!(found["total"], total, "{word}");
    }
    // An image that changed is a change of its post, too.
    folder.file("content/blog/first/boat.png", png(60, 40));
    folder.import(&site).expect("0 created, 1 updated, 1 unchanged, 1 skipped, 0 failed");
    assert_eq!(site.get("/posts/first").await.attributes(".prose img", "width"), ["60"]);
    folder.import(&site).expect("0 created, 0 updated, 2 unchanged, 1 skipped, 0 failed");
    site.end().await;
}

#[tokio::test]
async fn a_post_that_was_edited_here_is_left_as_it_is() {
    let site = TestSite::start().await;
    let folder = zola();
    folder.import(&site);
    let mut edited = post_of(&site, "first").await.into_active_model();
    edited.title = Set("Mended here".to_owned());
    edited.updated_at = Set(Utc::now() + Duration::seconds(1));
    edited.update(site.db.write()).await.unwrap();
    // As long as the file is the same there is nothing to say.
    folder.import(&site).expect("0 created, 0 updated, 2 unchanged, 1 skipped, 0 failed");

    folder.file("content/blog/first/index.md", FIRST.replace("sails", "sinks"));
    let kept = post_of(&site, "first").await;
    let run = folder.import(&site).expect("0 created, 0 updated, 1 unchanged, 2 skipped, 0 failed");
    assert!(run.note("blog/first/index.md").contains("edited here"), "{run:?}");
    assert_eq!(post_of(&site, "first").await, kept);
    site.end().await;
}

#[tokio::test]
async fn a_deleted_post_comes_back_with_the_next_import() {
    let site = TestSite::start().await;
    let folder = zola();
    folder.import(&site);
    let second = post_of(&site, "second").await.id;
    let transaction = site.db.begin().await.unwrap();
    post::Entity::delete_by_id(second).exec(&transaction).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(import::Entity::find().count(site.db.read()).await.unwrap(), 1);
    folder.import(&site).expect("1 created, 0 updated, 1 unchanged, 1 skipped, 0 failed");
    site.get("/posts/second").await.expect(200);
    site.get("/blog/second").await.expect(301);
    site.end().await;
}

#[tokio::test]
async fn posts_that_want_the_same_permalink_get_one_each() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "Hello").content("Written here.").save().await;
    let folder = Folder::new();
    for (number, name) in ["2020/hello.md", "2021/hello.md", "2022/hello.md"].iter().enumerate() {
        folder.file(name, format!("---\ntitle: Hello\nauthor: Ada\n---\nFrom file {number}.\n"));
    }
    folder.import(&site).expect("3 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    for (slug, text, old) in [
        ("hello", "Written here.", None),
        ("hello-2", "From file 0.", Some("/2020/hello")),
        ("hello-3", "From file 1.", Some("/2021/hello")),
        ("hello-4", "From file 2.", Some("/2022/hello")),
    ] {
        let page = site.get(&format!("/posts/{slug}")).await.expect(200);
        assert_eq!(page.one(".prose p"), text);
        if let Some(old) = old {
            assert_eq!(site.get(old).await.expect(301).header("location"), format!("/posts/{slug}"));
        }
    }
    folder.import(&site).expect("0 created, 0 updated, 3 unchanged, 0 skipped, 0 failed");
    site.end().await;
}

#[tokio::test]
async fn a_bad_file_is_reported_with_its_reason_and_the_rest_is_imported() {
    let site = TestSite::start().await;
    let bomb = {
        let mut yaml = "---\ntitle: Bomb\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            yaml.push_str(&format!("a{level}: &a{level} [{below}]\n"));
        }
        yaml + "author: Ada\n---\nx\n"
    };
    let folder = zola();
    folder
        .file("bad/alias-bomb.md", bomb)
        .file("bad/date.md", "---\ntitle: A\nauthor: Ada\ndate: someday\n---\nx\n")
        .file(
            "bad/deep.md",
            format!("---\ntitle: A\nauthor: Ada\ndeep: {}{}\n---\n", "[".repeat(5000), "]".repeat(5000)),
        )
        .file("bad/latin1.md", b"---\ntitle: Caf\xe9\nauthor: Ada\n---\nx\n")
        .file("bad/nul.md", "---\ntitle: A\nauthor: Ada\n---\none\ntwo \0 three\n")
        .file("bad/nul-escape.md", "+++\ntitle = \"a\\u0000b\"\nauthors = [\"Ada\"]\n+++\nx\n")
        .file("bad/toml.md", "+++\ntitle = \"A\"\ndate = = 1\n+++\nx\n")
        .file("bad/unclosed.md", "---\ntitle: A\nauthor: Ada\n\nx\n")
        .file("bad/yaml.md", "---\ntitle: [A\nauthor: Ada\n---\nx\n");
    let run = folder.import(&site).expect("2 created, 0 updated, 0 unchanged, 1 skipped, 9 failed");
    assert_eq!(run.errors.lines().count(), 1, "{run:?}");
    assert_eq!(run.notes.len(), 10, "one line for each: {run:#?}");
    for (file, reason) in [
        ("alias-bomb", ""),
        ("date", "someday"),
        ("deep", ""),
        ("latin1", "line 2: not UTF-8"),
        ("nul", "line 6: contains a NUL"),
        ("nul-escape", "NUL"),
        ("toml", "line 3"),
        ("unclosed", "not closed"),
        ("yaml", "line "),
    ] {
        let note = run.note(&format!("bad/{file}.md"));
        let (start, told) = note.split_at(format!("failed: bad/{file}.md: ").len());
        assert!(start.starts_with("failed: "), "{note}");
        assert!(!told.is_empty() && told.contains(reason), "{note}");
    }
    assert_eq!(post::Entity::find().count(site.db.read()).await.unwrap(), 2);
    site.get("/posts/first").await.expect(200);

    // Once they are mended, they are the only ones that are new.
    for (file, _) in [("date", ()), ("toml", ())] {
        folder.file(&format!("bad/{file}.md"), "---\ntitle: Mended\nauthor: Ada\n---\nx\n");
    }
    folder.import(&site).expect("2 created, 0 updated, 2 unchanged, 1 skipped, 7 failed");
    site.end().await;
}

#[tokio::test]
async fn two_files_with_one_address_are_a_mistake_to_report() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder
        .file("a.md", "+++\ntitle = \"A\"\nauthors = [\"Ada\"]\npath = \"same\"\n+++\nx\n")
        .file("b.md", "+++\ntitle = \"B\"\nauthors = [\"Ada\"]\npath = \"/same/\"\n+++\nx\n");
    let run = folder.import(&site).expect("1 created, 0 updated, 0 unchanged, 0 skipped, 1 failed");
    let note = run.note("b.md");
    assert!(note.contains("a.md") && note.contains("/same"), "{note}");
    site.end().await;
}

#[tokio::test]
async fn texts_that_are_too_long_are_cut_with_an_ellipsis() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    let long = "é".repeat(600);
    folder.file(
        "a.md",
        format!(
            "---\ntitle: {long}\nauthor: {long}\nslug: {long}\ndescription: {long}\ntags: [{long}]\n---\nx\n"
        ),
    );
    folder.import(&site).expect("1 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    let post = post::Entity::find().one(site.db.read()).await.unwrap().unwrap();
    for (text, most) in [(&post.title, 200), (&post.summary, 500)] {
        assert_eq!(text.chars().count(), most);
        assert!(text.ends_with("é…"), "{text}");
    }
    assert!(post.slug.chars().count() <= 200, "{}", post.slug);
    site.get(&format!("/posts/{}", post.slug)).await.expect(200);
    folder.import(&site).expect("0 created, 0 updated, 1 unchanged, 0 skipped, 0 failed");
    site.end().await;
}

#[tokio::test]
async fn scripts_in_a_file_never_reach_the_page() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder.file(
        "a.md",
        "---\ntitle: \"<script>title()</script>\"\nauthor: \"<img src=x onerror=author()>\"\n\
         description: \"<script>summary()</script>\"\ntags: [\"<b onclick=tag()>x</b>\"]\n---\n\
         <script>alert(1)</script>\n\n<img src=x onerror=alert(2)>\n\n[x](javascript:alert(3))\n\n\
         <a href=\"java&#115;cript:alert(4)\">y</a>\n\n<svg onload=alert(5)></svg>\n\n<iframe src=\"https://x.example\"></iframe>\n\n\
         <div style=\"position:fixed\">kept words</div>\n",
    );
    folder.import(&site).expect("1 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    let slug = post::Entity::find().one(site.db.read()).await.unwrap().unwrap().slug;
    let page = site.get(&format!("/posts/{slug}")).await.expect(200);
    for nothing in [
        ".prose script",
        ".prose iframe",
        ".prose svg",
        "main [onerror]",
        "main [onload]",
        "main [onclick]",
        ".prose [style]",
    ] {
        assert_eq!(page.attributes(nothing, "src"), [""; 0], "{nothing}");
        assert_eq!(page.texts(nothing), [""; 0], "{nothing}");
    }
    for href in page.attributes("a", "href") {
        assert!(!href.to_lowercase().contains("script:"), "{href}");
    }
    assert_eq!(page.one("h1"), "<script>title()</script>", "shown as the text that it is");
    assert!(page.texts(".prose").concat().contains("kept words"));
    for list in ["/", "/authors", "/tags", "/archive", "/search?q=kept"] {
        let list = site.get(list).await.expect(200);
        assert_eq!(list.texts("main script, main [onerror], main [onclick]"), [""; 0]);
    }
    site.end().await;
}

#[tokio::test]
async fn imported_posts_and_their_authors_are_found() {
    let site = TestSite::start().await;
    zola().import(&site);
    let found = site.get("/api/search?q=paper+boat").await.expect(200).json();
    assert_eq!(found["posts"][0]["slug"], "first");
    assert_eq!(found["total"], 1);
    let people = site.get("/api/search?q=lovelace").await.expect(200).json();
    assert_eq!(people["users"], json!(["ada-lovelace"]));
    site.end().await;
}

#[tokio::test]
async fn an_empty_folder_is_no_mistake() {
    let site = TestSite::start().await;
    let folder = Folder::new();
    folder.file("notes.txt", "no post").file(".hidden.md", "---\ntitle: A\n---\n");
    folder.import(&site).expect("0 created, 0 updated, 0 unchanged, 0 skipped, 0 failed");
    site.end().await;
}
