//! What the editor sends by itself.

use chrono::{TimeDelta, Utc};
use entity::{
    post::{self, PostStatus},
    post_revision,
    user::Role,
};
use harness::TestSite;
use lectern::{accounts::sweep, posts::editor::queries};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{autosave, kept, loaded, stored, version};

#[tokio::test]
async fn it_changes_neither_the_post_nor_what_readers_see() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Margins").content("The first words.").save().await;
    let before = stored(&site, post).await;
    let readers = async || {
        let mut pages = Vec::new();
        for path in ["/posts/margins", "/", "/feed.xml", "/search?q=words", "/api/posts/1"] {
            let text = site.get(path).await.text();
            // When the form for comments was made is another thing each second.
            let lasting = text.lines().filter(|line| !line.contains(r#"name="stamp""#));
            pages.push(lasting.collect::<Vec<_>>().join("\n"));
        }
        pages
    };
    let seen = readers().await;
    let ada = site.sign_in("ada").await;
    let base = version(&ada.get(&format!("/admin/posts/{post}")).await.expect(200));
    let typed = [
        ("title", "Wide margins"),
        ("content", "Other words.\r\n\r\nMore."),
        ("status", "draft"),
        ("tags", "type"),
    ];
    let answer = autosave(&ada, Some(post), "tab-1", &base, &typed).await.expect(200);
    let json = answer.json();
    assert!(json["id"].as_i64().is_some(), "{json}");
    assert_eq!(json["at"].as_str().unwrap().len(), 5);
    assert_eq!(stored(&site, post).await, before);
    assert_eq!(readers().await, seen);
    let rows = kept(&site).await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].title.as_str(), rows[0].content.as_str()), ("Wide margins", "Other words.\n\nMore."));
    assert_eq!((rows[0].post_id, rows[0].base.as_str()), (Some(post), base.as_str()));
    assert_eq!(rows[0].fields["tags"], "type");
    assert_eq!(rows[0].fields["status"], "draft");

    // The same page again replaces it; another page has its own.
    let more = [("title", "Wider margins"), ("content", "Other words still.")];
    let again = autosave(&ada, Some(post), "tab-1", &base, &more).await.expect(200).json();
    assert_eq!(again["id"], json["id"]);
    autosave(&ada, Some(post), "tab-2", &base, &typed).await.expect(200);
    let titles: Vec<String> = kept(&site).await.into_iter().map(|row| row.title).collect();
    assert_eq!(titles, ["Wider margins", "Wide margins"]);
    site.end().await;
}

#[tokio::test]
async fn what_is_stored_already_is_not_kept() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site
        .build()
        .post(ada, "Margins")
        .content("The first\n\nwords.")
        .status(PostStatus::Draft)
        .save()
        .await;
    let ada = site.sign_in("ada").await;
    let url = format!("/admin/posts/{post}");
    let base = version(&ada.get(&url).await.expect(200));
    let same = [("title", "Margins"), ("content", "The first\r\n\r\nwords."), ("slug", "margins")];
    let answer = autosave(&ada, Some(post), "tab", &base, &same).await.expect(200);
    assert!(answer.json()["id"].is_null());
    autosave(&ada, Some(post), "tab", &base, &[("title", "Typed"), ("content", "x")]).await.expect(200);
    assert_eq!(kept(&site).await.len(), 1);
    // Taken back by hand: nothing is left to be saved.
    autosave(&ada, Some(post), "tab", &base, &same).await.expect(200);
    assert!(kept(&site).await.is_empty());
    // A new post of which nothing was typed is none.
    autosave(&ada, None, "new", "", &[("title", " "), ("content", ""), ("status", "draft")])
        .await
        .expect(200);
    assert!(kept(&site).await.is_empty());
    autosave(&ada, None, "new", "", &[("title", ""), ("content", "A beginning")]).await.expect(200);
    let rows = kept(&site).await;
    assert_eq!((rows.len(), rows[0].post_id), (1, None));
    site.end().await;
}

#[tokio::test]
async fn saving_drops_what_was_typed_in_that_page_and_keeps_what_was_typed_in_others() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let ada = site.sign_in("ada").await;
    let url = format!("/admin/posts/{post}");
    let base = version(&ada.get(&url).await.expect(200));
    let (one, other) = ([("title", "One"), ("content", "One.")], [("title", "Two"), ("content", "Two.")]);
    autosave(&ada, Some(post), "tab-1", &base, &one).await.expect(200);
    autosave(&ada, Some(post), "tab-2", &base, &other).await.expect(200);
    // A third says what the first one says.
    autosave(&ada, Some(post), "tab-3", &base, &one).await.expect(200);
    let form = [
        ("_version", base.as_str()),
        ("_tab", "tab-1"),
        ("title", "One"),
        ("content", "One."),
        ("_continue", "1"),
    ];
    ada.post(&url, &form).await.expect(303);
    let titles: Vec<String> = kept(&site).await.into_iter().map(|row| row.title).collect();
    assert_eq!(titles, ["Two"]);
    let page = ada.get(&url).await.expect(200);
    assert_eq!(page.texts(".recovered .unsaved h3"), ["Two"]);

    // A new post too.
    autosave(&ada, None, "tab-4", "", &[("title", "New"), ("content", "New.")]).await.expect(200);
    ada.post(
        "/admin/posts/new",
        &[("_tab", "tab-4"), ("title", "New"), ("content", "New."), ("status", "draft")],
    )
    .await
    .expect(303);
    assert_eq!(kept(&site).await.len(), 1);
    // What was refused stays.
    autosave(&ada, None, "tab-5", "", &[("title", ""), ("content", "Untitled.")]).await.expect(200);
    let refused =
        ada.post("/admin/posts/new", &[("_tab", "tab-5"), ("title", ""), ("content", "Untitled.")]).await;
    let refused = refused.expect(422);
    assert_eq!(refused.attributes("input[name=_tab]", "value"), ["tab-5"]);
    assert_eq!(kept(&site).await.len(), 2);
    site.end().await;
}

#[tokio::test]
async fn nobody_reaches_the_texts_and_posts_of_others() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("eve", Role::Author).await;
    site.user("ed", Role::Editor).await;
    site.user("max", Role::Member).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let (ada, eve) = (site.sign_in("ada").await, site.sign_in("eve").await);
    let (ed, max) = (site.sign_in("ed").await, site.sign_in("max").await);
    let typed = [("title", "Mine"), ("content", "Mine alone.")];
    let id =
        autosave(&ada, Some(post), "tab", "base", &typed).await.expect(200).json()["id"].as_i64().unwrap();
    // Not on somebody else's post, nor over somebody else's text.
    autosave(&eve, Some(post), "tab", "base", &typed).await.expect(404);
    autosave(&eve, Some(4711), "tab", "base", &typed).await.expect(404);
    autosave(&max, None, "tab", "", &typed).await.expect(403);
    autosave(&site.visitor(), None, "tab", "", &typed).await.expect(401);
    let unsaved = loaded(&kept(&site).await[0]);
    let stolen = [("_unsaved", unsaved.as_str()), ("title", "Eve's"), ("content", "Eve's.")];
    autosave(&eve, None, "tab-eve", "", &stolen).await.expect(200);
    autosave(
        &ed,
        Some(post),
        "tab",
        "base",
        &[("title", "Ed's"), ("content", "Ed's."), ("_unsaved", &unsaved)],
    )
    .await
    .expect(200);
    let rows = kept(&site).await;
    assert_eq!(rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Mine", "Eve's", "Ed's"]);
    for other in [&eve, &ed] {
        other.get(&format!("/admin/posts/new?unsaved={id}")).await.expect(404);
        other.post(&format!("/admin/posts/unsaved/{id}/discard"), &[]).await.expect(404);
        assert!(!other.get("/admin/posts/unsaved").await.expect(200).text().contains("Mine"));
    }
    ed.get(&format!("/admin/posts/{post}?unsaved={id}")).await.expect(404);
    assert!(!ed.get(&format!("/admin/posts/{post}")).await.expect(200).text().contains("Mine alone"));
    // Saving as somebody else drops nothing of hers.
    ed.post(&format!("/admin/posts/{post}"), &[("_tab", "tab"), ("_unsaved", &unsaved), ("title", "Ed's")])
        .await
        .expect(303);
    assert!(kept(&site).await.iter().any(|row| row.title == "Mine"));
    // The page says whose it is: nothing is kept under another name.
    let me = [("_user", "4711"), ("title", "x"), ("content", "x")];
    let answer = autosave(&ada, None, "tab-9", "", &me).await.expect(409);
    assert_eq!(answer.json()["detail"], "Somebody else is signed in now.");
    site.end().await;
}

#[tokio::test]
async fn it_is_bounded_and_swept() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let typed = [("title", "Text"), ("content", "Words")];
    for bad in ["", "a b", "x\u{e9}", &"a".repeat(65)] {
        autosave(&ada, None, bad, "", &typed).await.expect(422);
    }
    for number in 0..queries::MOST {
        autosave(&ada, None, &format!("tab-{number}"), "", &typed).await.expect(200);
    }
    let answer = autosave(&ada, None, "one-more", "", &typed).await.expect(409);
    assert!(answer.json()["detail"].as_str().unwrap().contains("Too many"), "{}", answer.text());
    // Those that are there go on.
    autosave(&ada, None, "tab-3", "", &[("title", "Text 3"), ("content", "Words")]).await.expect(200);
    let post = site.build().post(1, "Post").status(PostStatus::Draft).save().await;
    // One page's name for another post is refused; the text stays.
    autosave(&ada, Some(post), "tab-3", "", &typed).await.expect(422);
    let rows = kept(&site).await;
    assert_eq!(rows.len() as u64, queries::MOST);
    assert!(rows.iter().any(|row| row.title == "Text 3"));

    let old = Utc::now() - TimeDelta::days(91);
    post_revision::Entity::update_many()
        .col_expr(post_revision::Column::UpdatedAt, Expr::value(old))
        .filter(post_revision::Column::Tab.eq("tab-0"))
        .exec(site.db.write())
        .await
        .unwrap();
    sweep::once(&site.db, Utc::now()).await.unwrap();
    let rows = kept(&site).await;
    assert_eq!(rows.len() as u64, queries::MOST - 1);
    assert!(rows.iter().all(|row| row.tab.as_deref() != Some("tab-0")));
    site.end().await;
}

#[tokio::test]
async fn texts_of_any_kind_come_back_byte_for_byte() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let long =
        "Wörter 日本語 🦀 \u{200d} \u{5d0}\u{5d1} <script>alert(1)</script> &amp; \"quotes\" {{ x }}\n"
            .repeat(13_000);
    let title = "T".repeat(9000);
    autosave(&ada, None, "tab", "", &[("title", &title), ("content", &long), ("summary", "\u{1f600}\n<b>")])
        .await
        .expect(200);
    let rows = kept(&site).await;
    assert!(long.len() > 1_000_000 && rows[0].content == long);
    assert_eq!(rows[0].title, title);
    assert_eq!(rows[0].fields["summary"], "\u{1f600}\n<b>");
    site.end().await;
}

#[tokio::test]
async fn what_is_not_saved_is_its_writers_alone_and_outlives_its_post() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("ed", Role::Editor).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let (ada, ed) = (site.sign_in("ada").await, site.sign_in("ed").await);
    let typed = [("title", "Margins"), ("content", "Words that are not ready.")];
    let id =
        autosave(&ed, Some(post), "tab", "base", &typed).await.expect(200).json()["id"].as_i64().unwrap();
    let page = format!("/admin/posts/{post}/revisions/{id}");
    ed.get(&page).await.expect(200);
    ada.get(&page).await.expect(404);
    ada.post(&format!("{page}/restore"), &[]).await.expect(404);
    let list = ada.get(&format!("/admin/posts/{post}/revisions")).await.expect(200);
    assert!(!list.attributes("a", "href").contains(&page));
    // The post goes for good; what was being typed does not.
    for sent in [&[][..], &[("for_good", "1")]] {
        ada.post(&format!("/admin/posts/{post}/delete"), sent).await.expect(303);
    }
    assert!(post::Entity::find_by_id(post).one(site.db.write()).await.unwrap().is_none());
    let rows = kept(&site).await;
    assert_eq!(
        (rows.len(), rows[0].post_id, rows[0].content.as_str()),
        (1, None, "Words that are not ready.")
    );
    site.end().await;
}
