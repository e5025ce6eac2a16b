//! A book in one post, a post of nothing but pictures, and what happens to readers meanwhile.

use std::{cell::Cell, fmt::Write as _};

use entity::{api_token::Scope, post, user::Role};
use futures_util::future::join_all;
use harness::{Answer, TestSite, Visitor};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::json;

const WORDS: usize = 200_000;

/// A text of so many words: chapters of a thousand, paragraphs of a hundred.
fn book(words: &[&str], count: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        match at {
            _ if at % 1_000 == 0 => write!(text, "\n\n## {} {at}\n\n", words[at % words.len()]).unwrap(),
            _ if at % 100 == 0 => text.push_str(".\n\n"),
            _ => text.push(' '),
        }
        text.push_str(words[at % words.len()]);
    }
    text
}

const ENGLISH: [&str; 7] = ["the", "harbour", "was", "quiet", "*until*", "[morning](/morning)", "came"];
const HINDI: [&str; 7] = ["बंदरगाह", "शांत", "था", "जब", "तक", "सुबह", "नहीं"];

async fn stored(site: &TestSite) -> post::Model {
    post::Entity::find().one(site.db.latest()).await.unwrap().unwrap()
}

fn typed(form: &Answer) -> String {
    form.one_raw("#field-content")
}

#[tokio::test]
async fn a_post_of_two_hundred_thousand_words_is_written_saved_and_read() {
    for words in [ENGLISH, HINDI] {
        let site = TestSite::start().await;
        site.user("root", Role::Admin).await;
        let root = site.sign_in("root").await;
        let text = book(&words, WORDS);
        let fields = [
            ("title", "A book"),
            ("content", &*text),
            ("status", "published"),
            ("slug", "book"),
            ("tags", "long"),
        ];
        root.post("/admin/posts/new", &fields).await.expect(303);
        let post = stored(&site).await;
        assert_eq!(post.content, text);
        assert!((WORDS as i32..WORDS as i32 + 1_000).contains(&post.word_count), "{}", post.word_count);
        assert_eq!(post.toc.as_array().unwrap().len(), 200);
        let preview = root.post("/admin/posts/preview", &[("content", &*text)]).await.expect(200);
        assert_eq!(preview.header("lectern-words"), post.word_count.to_string());
        assert!(preview.text() == post.html, "it is what was stored");

        let page = site.get("/posts/book").await.expect(200);
        assert_eq!(page.texts(".prose h2").len(), 200);
        assert!(
            page.one(".byline")
                .contains(&format!("{} min", lectern::content::reading_minutes(post.word_count)))
        );
        let form = root.get(&format!("/admin/posts/{}", post.id)).await.expect(200);
        assert_eq!(typed(&form).trim(), text.trim());
        // Its history, its deletion, the lists and the API are about it too.
        for path in ["history", "delete"] {
            root.get(&format!("/admin/posts/{}/{path}", post.id)).await.expect(200);
        }
        assert_eq!(site.get("/").await.expect(200).texts(".post-item-title"), ["A book"]);
        assert_eq!(
            site.get(&format!("/api/posts/{}", post.id)).await.expect(200).json()["content"],
            json!(text)
        );
        let asked = lectern::web::links::encode(words[1]);
        assert_eq!(site.get(&format!("/api/search?q={asked}")).await.expect(200).json()["total"], json!(1));

        // Corrected at its end.
        let corrected = format!("{text}\n\nThe end.");
        let version = form.attributes("input[name=_version]", "value").remove(0);
        let fields = [("content", &*corrected), ("_version", &*version), ("_continue", "1")];
        root.post(&format!("/admin/posts/{}", post.id), &fields).await.expect(303);
        assert_eq!(stored(&site).await.content, corrected);
        assert!(site.get("/posts/book").await.expect(200).one(".prose > p:last-child").contains("The end."));
        site.end().await;
    }
}

#[tokio::test]
async fn a_post_with_five_hundred_pictures_is_written_saved_and_read() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let picture = |at: usize| {
        format!("![Picture {at}](/media/ab/ab{at:04}-800x600.png \"Caption {at}\")\n\nWords about it.\n\n")
    };
    let text: String = (0..500).map(picture).collect();
    let fields = [("title", "Pictures"), ("content", &*text), ("status", "published")];
    root.post("/admin/posts/new", &fields).await.expect(303);
    let page = site.get("/posts/pictures").await.expect(200);
    assert_eq!(page.texts(".prose figure > figcaption").len(), 500);
    let sized = page.attributes(".prose figure > img[width='800'][height='600'][loading=lazy]", "alt");
    assert_eq!(sized.len(), 499);
    assert_eq!(sized[498], "Picture 499");
    assert_eq!(page.attributes(".prose figure > img[loading=eager]", "alt"), ["Picture 0"]);
    let post = stored(&site).await;
    let form = root.get(&format!("/admin/posts/{}", post.id)).await.expect(200);
    assert_eq!(typed(&form).trim(), text.trim());
    let preview = root.post("/admin/posts/preview", &[("content", &*text)]).await.expect(200);
    assert_eq!(preview.texts("figure > img").len(), 500);
    assert!(preview.text() == post.html, "it is what was stored");
    site.end().await;
}

#[tokio::test]
async fn the_longest_text_is_stored_and_a_longer_one_is_refused_with_a_word() {
    let site = TestSite::start().await;
    let id = site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let program = site.program(id, Scope::Write).await;
    let most = lectern::content::MAX_MARKDOWN;
    // Letters of three bytes each, which a form sends as nine.
    let line = format!("{}\n\n", "漢字かな交じり文。".repeat(20));
    let text = line.repeat(most / line.len());
    let send = async |text: &str| {
        root.post("/admin/posts/new", &[("title", "Long"), ("content", text), ("status", "published")]).await
    };
    send(&text).await.expect(303);
    assert_eq!(stored(&site).await.content, text);
    site.get("/posts/long").await.expect(200);

    let longer = format!("{text}{line}");
    let answer = send(&longer).await.expect(422);
    assert!(
        answer.one("#field-content-error").contains("4096 are the most"),
        "{}",
        answer.one("#field-content-error")
    );
    assert_eq!(typed(&answer).trim(), longer.trim(), "what was typed is kept");
    let body = json!({ "title": "Long", "content": longer });
    let problem = program.json(reqwest::Method::POST, "/api/posts", &body).await.expect(422).json();
    assert!(problem["errors"]["content"][0].as_str().unwrap().contains("too long"), "{problem}");
    // Short, but a page of a hundred megabytes.
    let answer = send(&"# a\n".repeat(200_000)).await.expect(422);
    assert!(answer.one("#field-content-error").contains("too long a page"));
    // More than any text may have, and anybody else's.
    send(&"x".repeat(17 * 1024 * 1024)).await.expect(413);
    let stranger = site.visitor();
    stranger.post("/login", &[("username", &"x".repeat(5 * 1024 * 1024))]).await.expect(413);
    assert_eq!(post::Entity::find().all(site.db.latest()).await.unwrap().len(), 1);
    site.end().await;
}

/// What readers ask for.
const READ: [&str; 14] = [
    "/posts/short",
    "/",
    "/archive",
    "/search?q=short",
    "/authors/root",
    "/tags",
    "/tags/brief",
    "/feed.xml",
    "/rss.xml",
    "/feed.json",
    "/sitemap.xml",
    "/sitemap-posts-1.xml",
    "/api/posts",
    "/api/search?q=short",
];

/// Asks for pages, and writes small things, until a save is done; counts both.
async fn meanwhile(
    site: &TestSite,
    program: &Visitor<'_>,
    save: impl Future<Output = Answer>,
) -> (Answer, usize, usize) {
    let is_done = Cell::new(false);
    let saving = async {
        let answer = save.await;
        is_done.set(true);
        answer
    };
    let reading = async {
        let mut count = 0;
        for path in READ.iter().cycle() {
            if is_done.get() {
                break;
            }
            site.get(path).await.expect(200);
            count += usize::from(!is_done.get());
        }
        count
    };
    let writing = async {
        let mut count = 0;
        while !is_done.get() {
            let body = json!({ "name": format!("Course {count}") });
            program.json(reqwest::Method::POST, "/api/courses", &body).await.expect(201);
            count += usize::from(!is_done.get());
        }
        count
    };
    tokio::join!(saving, reading, writing)
}

#[tokio::test]
async fn readers_and_other_writers_are_answered_while_a_book_is_rendered() {
    // One worker: what keeps it busy keeps everybody waiting.
    let site = TestSite::start_with(|serve| serve.workers = Some(1)).await;
    let id = site.user("root", Role::Admin).await;
    site.build().post(id, "Short").tags(&["Brief"]).save().await;
    let root = site.sign_in("root").await;
    let other = site.user("eve", Role::Editor).await;
    let program = site.program(other, Scope::Write).await;
    // Code takes the longest.
    let mut text = book(&ENGLISH, WORDS);
    for _ in 0..12 {
        write!(text, "\n\n```rust\n{}```\n", "fn main() { let x = \"a\"; } // b\n".repeat(2_000)).unwrap();
    }
    let fields = [("title", "A book"), ("content", &*text), ("status", "published")];
    let (answer, read, written) = meanwhile(&site, &program, root.post("/admin/posts/new", &fields)).await;
    answer.expect(303);
    assert!(read > 5, "{read} pages were read meanwhile");
    assert!(written > 2, "{written} courses were made meanwhile");
    site.end().await;
}

#[tokio::test]
async fn readers_are_answered_while_a_book_is_in_its_transaction_and_many_saves_wait_for_it() {
    let site = TestSite::start_with(|serve| serve.workers = Some(1)).await;
    let id = site.user("root", Role::Admin).await;
    let post = site.build().post(id, "Short").tags(&["Brief"]).save().await;
    let root = site.sign_in("root").await;
    // A book is stored over the post, and is not committed.
    let text = book(&ENGLISH, WORDS);
    let html = lectern::content::render(&text).html;
    let transaction = site.db.begin().await.unwrap();
    let change = post::ActiveModel {
        id: Set(post),
        title: Set("A book".to_owned()),
        content: Set(text.clone()),
        html: Set(html),
        ..Default::default()
    };
    change.update(&transaction).await.unwrap();
    // More saves of the same post than there are connections, one of them a book too.
    let done = Cell::new(0);
    let url = format!("/admin/posts/{post}");
    let save = async |number: usize| {
        let (title, content) = (format!("Changed {number}"), if number == 0 { &*text } else { "Words." });
        let answer = root.post(&url, &[("title", &*title), ("content", content), ("_continue", "1")]).await;
        done.set(done.get() + 1);
        answer
    };
    let saving = join_all((0..20).map(save));
    let reading = async {
        for _ in 0..4 {
            let before = done.get();
            for answer in join_all(READ.iter().map(|path| site.get(path))).await {
                answer.expect(200);
            }
            assert_eq!(site.get("/posts/short").await.expect(200).one("h1"), "Short");
            assert!(before < 20, "saves are waiting");
        }
        transaction.commit().await.unwrap();
    };
    let (answers, ()) = tokio::join!(saving, reading);
    let saved = answers.iter().filter(|answer| answer.status == 303).count();
    assert!(saved > 0, "those that had the patience are saved");
    assert!(answers.iter().all(|answer| [303, 503].contains(&answer.status.as_u16())));
    assert!(site.get("/posts/short").await.expect(200).one("h1").starts_with("Changed"));
    site.end().await;
}
