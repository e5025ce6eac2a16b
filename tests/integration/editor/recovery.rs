//! Coming back to what was typed, without a script.

use entity::{post::PostStatus, user::Role};
use harness::TestSite;

use super::{autosave, kept, loaded, stored, version};

#[tokio::test]
async fn what_was_typed_is_offered_with_its_difference_and_gone_on_with() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let content = "The first line.\n\nThe second line that stays.";
    let post = site.build().post(ada, "Margins").content(content).status(PostStatus::Draft).save().await;
    let ada = site.sign_in("ada").await;
    let url = format!("/admin/posts/{post}");
    let page = ada.get(&url).await.expect(200);
    assert_eq!(page.texts(".recovered"), [""; 0]);
    let base = version(&page);
    let typed = [
        ("title", "Margins"),
        ("content", "The very first line.\r\n\r\nThe second line that stays."),
        ("summary", "Of white"),
        ("status", "draft"),
        ("tags", "paper, white"),
        ("pinned__sent", "1"),
        ("pinned", "on"),
    ];
    let agent =
        [("accept", "application/json"), ("user-agent", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")];
    let id = post.to_string();
    let mut all = vec![("_post", id.as_str()), ("_tab", "tab"), ("_version", base.as_str())];
    all.extend(typed);
    let row =
        ada.post_with("/admin/posts/autosave", &all, &agent).await.expect(200).json()["id"].as_i64().unwrap();

    let page = ada.get(&url).await.expect(200);
    assert_eq!(page.one(".recovered h2"), "You typed something here that was not saved");
    assert!(
        page.one(".unsaved-head .quiet").contains("Firefox on Windows"),
        "{}",
        page.one(".unsaved-head .quiet")
    );
    let rows = page.texts(".recovered .differences tbody th");
    assert_eq!(rows, ["Content", "Summary", "Tags", "Pinned"]);
    assert_eq!(page.texts(".recovered .diff ins"), ["[added: very ]"]);
    assert_eq!(page.attributes(".unsaved a.button", "href"), [format!("{url}?unsaved={row}")]);
    // The form itself is what is stored.
    assert_eq!(page.one("#field-content"), content.replace("\n\n", " "));

    let page = ada.get(&format!("{url}?unsaved={row}")).await.expect(200);
    assert!(page.texts(".recovered h2")[0].contains("not saved yet"));
    assert!(page.one("#field-content").starts_with("The very first line."));
    assert_eq!(page.attributes("#field-summary", "value"), ["Of white"]);
    assert_eq!(page.attributes("#field-tags", "value"), ["paper, white"]);
    assert_eq!(page.attributes("#field-pinned[checked]", "name"), ["pinned"]);
    assert_eq!(version(&page), base);
    assert_eq!(page.attributes("input[name=_unsaved]", "value"), [loaded(&kept(&site).await[0])]);
    assert_eq!(page.attributes("form[data-unsaved]", "id"), ["form"]);
    // Saved, it is offered no more.
    let mut form = vec![("_version", base.as_str())];
    let unsaved = loaded(&kept(&site).await[0]);
    form.push(("_unsaved", &unsaved));
    form.extend(typed);
    ada.post(&url, &form).await.expect(303);
    assert_eq!(stored(&site, post).await.content, "The very first line.\n\nThe second line that stays.");
    assert!(kept(&site).await.is_empty());
    site.end().await;
}

#[tokio::test]
async fn a_new_text_is_offered_at_the_dashboard_the_list_and_the_next_new_post() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    for path in ["/admin", "/admin/posts"] {
        assert_eq!(ada.get(path).await.expect(200).texts(".messages"), [""; 0], "{path}");
    }
    let row = autosave(&ada, None, "tab", "", &[("title", ""), ("content", "A beginning <b>")]).await.json()
        ["id"]
        .to_string();
    for path in ["/admin", "/admin/posts"] {
        let page = ada.get(path).await.expect(200);
        assert!(page.one(".messages p").starts_with("Something that you typed was not saved."), "{path}");
        assert_eq!(page.attributes(".messages a", "href"), ["/admin/posts/unsaved"]);
    }
    let list = ada.get("/admin/posts/unsaved").await.expect(200);
    assert_eq!(list.texts(".unsaved h2"), ["Untitled"]);
    assert_eq!(list.texts(".unsaved-beginning"), ["A beginning <b>"]);
    let new = ada.get("/admin/posts/new").await.expect(200);
    assert_eq!(new.texts(".recovered h3"), ["Untitled"]);
    let again = ada.get(&format!("/admin/posts/new?unsaved={row}")).await.expect(200);
    assert_eq!(again.one("#field-content"), "A beginning <b>");
    // Thrown away, by a form that says where to go on, but not to another site.
    let discard = format!("/admin/posts/unsaved/{row}/discard");
    for (next, to) in
        [("//evil.example/admin/", "/admin/posts/unsaved"), ("/admin/posts/new", "/admin/posts/new")]
    {
        let row = autosave(&ada, None, "other", "", &[("title", "x")]).await.json()["id"].to_string();
        let answer =
            ada.post(&format!("/admin/posts/unsaved/{row}/discard"), &[("next", next)]).await.expect(303);
        assert_eq!(answer.header("location"), to);
    }
    ada.post(&discard, &[]).await.expect(303);
    ada.post(&discard, &[]).await.expect(404);
    ada.get(&format!("/admin/posts/new?unsaved={row}")).await.expect(404);
    assert!(kept(&site).await.is_empty());
    site.end().await;
}

#[tokio::test]
async fn markup_in_what_was_typed_is_shown_and_never_run() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let ada = site.sign_in("ada").await;
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}";
    let fields = [("title", evil), ("content", evil), ("summary", evil), ("tags", evil), ("slug", evil)];
    let agent = [("accept", "application/json"), ("user-agent", "<script>Firefox/1 Windows")];
    let id = post.to_string();
    for (post, tab) in [(id.as_str(), "one"), ("", "two")] {
        let mut all = vec![("_post", post), ("_tab", tab), ("_version", evil)];
        all.extend(fields);
        let row =
            ada.post_with("/admin/posts/autosave", &all, &agent).await.expect(200).json()["id"].to_string();
        let form =
            if post.is_empty() { "/admin/posts/new".to_owned() } else { format!("/admin/posts/{post}") };
        for path in [form.clone(), format!("{form}?unsaved={row}"), "/admin/posts/unsaved".to_owned()] {
            let page = ada.get(&path).await.expect(200);
            assert!(page.text().contains("&lt;script&gt;"), "{path} shows it");
            assert_eq!(
                page.texts("script:not([src]):not([type='application/ld+json']), img[onerror], [onerror]"),
                [""; 0],
                "{path}"
            );
        }
    }
    site.end().await;
}

#[tokio::test]
async fn the_editor_takes_as_many_statements_for_many_unsaved_texts_as_for_one() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Margins").tags(&["a", "b"]).status(PostStatus::Draft).save().await;
    let ada = site.sign_in("ada").await;
    let form = format!("/admin/posts/{post}");
    let base = version(&ada.get(&form).await.expect(200));
    let paths = [form.as_str(), "/admin/posts/new", "/admin/posts/unsaved", "/admin/posts"];
    let count = async || {
        let mut counts = Vec::new();
        for path in paths {
            let before = site.db.statements();
            ada.get(path).await.expect(200);
            counts.push(site.db.statements() - before);
        }
        counts
    };
    for (post, tab) in [(Some(post), "p"), (None, "n")] {
        autosave(&ada, post, tab, &base, &[("title", "x"), ("content", "y\nz")]).await.expect(200);
    }
    let one = count().await;
    for number in 0..12 {
        let tab = format!("t{number}");
        autosave(
            &ada,
            (number % 2 == 0).then_some(post),
            &tab,
            &base,
            &[("title", &tab), ("content", "y\nz")],
        )
        .await
        .expect(200);
    }
    assert_eq!(count().await, one);
    assert!(one.iter().all(|count| *count <= 15), "{one:?}");
    site.end().await;
}

#[tokio::test]
async fn a_text_outlives_the_right_to_change_its_post() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let eve = site.user("eve", Role::Author).await.to_string();
    site.user("ed", Role::Editor).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let url = format!("/admin/posts/{post}");
    let (ada, ed) = (site.sign_in("ada").await, site.sign_in("ed").await);
    let typed = [("title", "Margins"), ("content", "An hour's work.")];
    let row = autosave(&ada, Some(post), "tab", "", &typed).await.expect(200).json()["id"].to_string();
    ed.post(&url, &[("user_id", &eve)]).await.expect(303);
    ada.get(&format!("{url}?unsaved={row}")).await.expect(404);
    let list = ada.get("/admin/posts/unsaved").await.expect(200);
    let new = format!("/admin/posts/new?unsaved={row}");
    assert!(list.attributes(".unsaved a", "href").contains(&new), "{}", list.text());
    let page = ada.get(&new).await.expect(200);
    assert_eq!(page.one("#field-content"), "An hour's work.");
    let unsaved = loaded(&kept(&site).await[0]);
    let form = [
        ("_unsaved", unsaved.as_str()),
        ("title", "Margins"),
        ("content", "An hour's work."),
        ("status", "draft"),
    ];
    ada.post("/admin/posts/new", &form).await.expect(303);
    assert!(kept(&site).await.is_empty());
    site.end().await;
}
