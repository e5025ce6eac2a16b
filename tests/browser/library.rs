//! A site with something of everything.

use chrono::Utc;
use entity::{comment::CommentStatus, setting};
use harness::{TestSite, build::day};
use lectern::media::name::{StoredName, Version, sha256};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;

/// The newest post's title: it stands first on the home page and has everything that an article can have.
pub(crate) const SHOWCASE: &str = "The anatomy of a page";
/// How many posts the site has.
pub(crate) const TOTAL: i64 = 45 + 4;
/// The code of the showcase's first block.
pub(crate) const CODE: &str = "fn main() {\n    // A line that is long enough to need a scroll of its own on any phone, and then some more of it.\n    println!(\"Hello, reader\");\n}";

/// A page of every kind: what it is, where it is.
pub(crate) const PAGES: [(&str, &str); 23] = [
    ("the home page", "/"),
    ("the home page's second page", "/?page=2"),
    ("a post with everything", "/posts/anatomy"),
    ("a Hebrew post", "/posts/hebrew"),
    ("a post with a long title", "/posts/long"),
    ("a post of one line", "/posts/post-7"),
    ("a post with comments", "/posts/talked-about"),
    ("its last comments", "/posts/talked-about?comments=2"),
    ("a page for a comment", "/posts/talked-about/comments"),
    ("a page of the site's own", "/about"),
    ("the archive", "/archive"),
    ("the authors", "/authors"),
    ("an author", "/authors/ada"),
    ("the tags", "/tags"),
    ("a tag", "/tags/typography"),
    ("the courses", "/courses"),
    ("a course", "/courses/setting-type"),
    ("a lesson", "/courses/setting-type/anatomy"),
    ("the search without a question", "/search"),
    ("the search with results", "/search?q=words"),
    ("the search with an author", "/search?q=ada"),
    ("the search without results", "/search?q=xyzzy"),
    ("a page that is not there", "/posts/nobody-wrote-this"),
];

/// Starts a site with [`TOTAL`] posts by two authors, tags, a course and a picture.
pub(crate) async fn open() -> TestSite {
    let site = TestSite::start().await;
    for (key, value) in
        [("title", "The Reading Room"), ("description", "Notes on setting type for the screen.")]
    {
        let row = setting::ActiveModel {
            key: Set(key.to_owned()),
            value: Set(json!(value)),
            updated_at: Set(Utc::now()),
        };
        row.insert(site.db.write()).await.unwrap();
    }
    let (ada, grace) = (site.build().author("ada").await, site.build().author("grace").await);
    site.build().posts(ada, 45).await;
    let long = "On the considerable lengths to which the titles of posts will go when nobody is there to stop them, \
        Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft included, to the end";
    let long =
        site.build().post(grace, long).slug("long").published(day(50)).tags(&["typography"]).save().await;
    let hebrew = site.build().post(grace, "על הטיפוגרפיה של הדף").slug("hebrew").published(day(51));
    let hebrew = hebrew
        .content("זהו פוסט בעברית עם `code` ועם קישור [לארכיון](/archive).\n\n## כותרת ראשונה\n\nעוד מילים.\n\n## כותרת שנייה\n\nסוף.")
        .tags(&["עברית", "typography"])
        .save()
        .await;
    let picture = store_picture(&site).await;
    let showcase = site.build().post(ada, SHOWCASE).slug("anatomy").published(day(52));
    let showcase = showcase
        .summary("What stands where on a page, and why it stands there.")
        .content(&showcase_text(&picture))
        .tags(&["typography", "page design"])
        .save()
        .await;
    site.build().course("Setting type", &[long, showcase, hebrew]).await;
    let talked = site.build().post(grace, "Talked about").slug("talked-about").published(day(2)).save().await;
    let text = "A *word*, a [link](/archive) and `code`.\n\n> A quotation\n\n- one\n- two";
    let first = site.build().comment(talked, "Ann", text, CommentStatus::Approved, None).await;
    site.build().comment(talked, "חנה", "תודה!", CommentStatus::Approved, Some(first)).await;
    site.build().comments(talked, 25).await;
    site.build().page("About", "about", true).await;
    site
}

/// Stores a picture of 800 × 600 and gives its address.
async fn store_picture(site: &TestSite) -> String {
    // The smallest GIF: a canvas of 800 × 600 with one transparent pixel on it.
    let mut gif = b"GIF89a\x20\x03\x58\x02\x80\x00\x00\x00\x00\x00\xff\xff\xff".to_vec();
    gif.extend_from_slice(
        b"\x21\xf9\x04\x01\x00\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b",
    );
    let original = StoredName::new(&sha256(&gif), Some((800, 600)), "gif");
    let version = Version { original, width: None };
    site.app.media.put(&version, gif.into()).await.unwrap();
    version.url()
}

fn showcase_text(picture: &str) -> String {
    let filler =
        "A page is a field of grey with a white margin, and the reader's eye walks over it line by line. "
            .repeat(12);
    format!(
        "The first line has a footnote.[^why]\n\n## Margins\n\n{filler}\n\n```rust\n{CODE}\n```\n\n## Pictures\n\n\
        ![A grey field]({picture} \"A field, grey\")\n\n{filler}\n\n## Tables\n\n\
        | Part | Unit | What it holds | Since | Where it stands | Remark |\n|---|--:|---|---|---|---|\n\
        | Margin | 12 | Nothing at all, on purpose | 1455 | Around the text | Wider outside than inside |\n\
        | Gutter | 8 | The fold of the sheet | 1501 | Between the pages | Swallows what is too close |\n\n\
        ## Lists\n\n- [x] Measure\n- [ ] Leading\n\n1. One\n2. Two\n\n### Quotations\n\n> White space is to be regarded as an \
        active element.\n\n> [!NOTE]\n> Not everything is a note.\n\n`inline_code` and [a link](/archive), ~~struck~~ \
        and **strong**.\n\n{filler}\n\n[^why]: Because it can lead back.\n"
    )
}
