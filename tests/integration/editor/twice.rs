//! A form for something new that is sent twice: a double click without a script, and the way back to it.

use entity::{course, idempotency_key, post, redirect, student, tag, user, user::Role};
use futures_util::future::join_all;
use harness::{Answer, TestSite, visitor::Visitor};
use sea_orm::{EntityTrait, PaginatorTrait};

fn word(page: &Answer) -> String {
    let words = page.attributes("#form input[name=_form]", "value");
    assert_eq!(words.len(), 1, "{}", page.text());
    let all = page.attributes("#form input", "name");
    assert_eq!(all[0], "_form", "it has to come before what is long");
    words.into_iter().next().unwrap()
}

async fn fresh(who: &Visitor<'_>, resource: &str) -> String {
    word(&who.get(&format!("/admin/{resource}/new")).await.expect(200))
}

async fn posts(site: &TestSite) -> Vec<post::Model> {
    post::Entity::find().all(site.db.write()).await.unwrap()
}

#[tokio::test]
async fn a_double_click_makes_one_of_everything() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let forms: [(&str, &[(&str, &str)]); 6] = [
        ("posts", &[("title", "Once"), ("content", "Text"), ("status", "draft"), ("tags", "a")]),
        ("tags", &[("name", "Spring"), ("slug", "spring")]),
        ("courses", &[("name", "Logic"), ("slug", ""), ("credits", "2"), ("lessons._count", "0")]),
        ("students", &[("name", "Ann"), ("email", "ann@example.org")]),
        ("redirects", &[("old_path", "/old"), ("new_path", "/new")]),
        (
            "users",
            &[("username", "new"), ("email", "new@example.org"), ("display_name", "N"), ("role", "author")],
        ),
    ];
    for (resource, fields) in forms {
        let word = fresh(&root, resource).await;
        let all = [&[("_form", word.as_str()), ("_version", "")], fields, &[("_save", "1")]].concat();
        let url = format!("/admin/{resource}/new");
        let list = root.post(&url, &all).await.expect(303).header("location");
        assert_eq!(list, format!("/admin/{resource}"));
        let row = root.post(&url, &all).await.expect(303).header("location");
        assert!(row.strip_prefix(&list).is_some_and(|id| id.len() > 1), "{row}");
        let page = root.get(&row).await.expect(200);
        assert!(page.texts(".messages").iter().any(|text| text.contains("was added")), "{}", page.text());
    }
    let db = site.db.write();
    let counts = [
        post::Entity::find().count(db).await.unwrap(),
        course::Entity::find().count(db).await.unwrap(),
        student::Entity::find().count(db).await.unwrap(),
        redirect::Entity::find().count(db).await.unwrap(),
        user::Entity::find().count(db).await.unwrap() - 1,
    ];
    assert_eq!(counts, [1; 5]);
    assert_eq!(tag::Entity::find().count(db).await.unwrap(), 2);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clicks_at_the_same_time_make_one_post_on_any_node() {
    let site = TestSite::start_with(|serve| serve.workers = Some(4)).await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    for round in 0..4 {
        let word = fresh(&ada, "posts").await;
        let title = format!("Round {round}");
        let form =
            [("_form", word.as_str()), ("title", &title), ("content", "Text"), ("status", "published")];
        let answers = join_all((0..8).map(|_| ada.post("/admin/posts/new", &form))).await;
        for answer in answers {
            answer.expect(303);
        }
        assert_eq!(posts(&site).await.len(), round + 1);
    }
    // The same with a slug of its own, which the second one would find taken.
    let word = fresh(&ada, "posts").await;
    let form =
        [("_form", word.as_str()), ("title", "A"), ("slug", "own"), ("content", "T"), ("status", "draft")];
    for answer in join_all((0..8).map(|_| ada.post("/admin/posts/new", &form))).await {
        answer.expect(303);
    }
    assert_eq!(posts(&site).await.len(), 5);
    site.end().await;
}

#[tokio::test]
async fn what_was_wrong_is_mended_in_the_same_form_and_each_new_form_makes_its_own() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let word_of_it = fresh(&ada, "posts").await;
    let mut form =
        vec![("_form", word_of_it.as_str()), ("title", ""), ("content", "Text"), ("status", "draft")];
    let page = ada.post("/admin/posts/new", &form).await.expect(422);
    assert_eq!(word(&page), word_of_it);
    form[1].1 = "Now with a title";
    form.push(("_another", "1"));
    let next = ada.post("/admin/posts/new", &form).await.expect(303).header("location");
    assert_eq!(next, "/admin/posts/new");
    let another = word(&ada.get(&next).await.expect(200));
    assert_ne!(another, word_of_it);
    form[0].1 = &another;
    ada.post("/admin/posts/new", &form).await.expect(303);
    assert_eq!(posts(&site).await.len(), 2, "the same words in another form are another post");
    // A form that sends no word, as those of a program, makes one each time.
    for _ in 0..2 {
        ada.post("/admin/posts/new", &form[1..]).await.expect(303);
    }
    assert_eq!(posts(&site).await.len(), 4);
    // Somebody else's form with the same word is theirs.
    site.user("bo", Role::Author).await;
    site.sign_in("bo").await.post("/admin/posts/new", &form).await.expect(303);
    assert_eq!(posts(&site).await.len(), 5);
    site.end().await;
}

#[tokio::test]
async fn who_goes_back_and_types_on_sees_both_and_loses_neither() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let word_of_it = fresh(&ada, "posts").await;
    let mut form = vec![
        ("_form", word_of_it.as_str()),
        ("_version", ""),
        ("title", "Tides"),
        ("slug", "tides"),
        ("content", "First text"),
        ("status", "draft"),
        ("tags", ""),
        ("summary", ""),
    ];
    ada.post("/admin/posts/new", &form).await.expect(303);
    form[4].1 = "First text, and more";
    let page = ada.post("/admin/posts/new", &form).await.expect(409);
    let post = &posts(&site).await[0];
    assert_eq!(page.attributes("#form", "action"), [format!("/admin/posts/{}", post.id)]);
    assert_eq!(page.one(".conflict h2"), "You saved this while you were writing");
    assert_eq!(page.one_raw("#field-content").trim(), "First text, and more");
    assert_eq!(post.content, "First text");
    let version = super::version(&page);
    let again = [("_version", version.as_str()), ("content", "First text, and more")];
    ada.post(&format!("/admin/posts/{}", post.id), &again).await.expect(303);
    let all = posts(&site).await;
    assert_eq!((all.len(), all[0].content.as_str()), (1, "First text, and more"));

    // The post went: the text did not, and makes another one.
    let url = format!("/admin/posts/{}/delete", all[0].id);
    ada.post(&url, &[("confirmed", "1")]).await.expect(303);
    let page = ada.post("/admin/posts/new", &form).await.expect(404);
    assert_eq!(page.one_raw("#field-content").trim(), "First text, and more");
    let new = word(&page);
    assert_ne!(new, word_of_it);
    form[0].1 = &new;
    form[3].1 = "";
    ada.post("/admin/posts/new", &form).await.expect(303);
    assert_eq!(posts(&site).await.len(), 2);
    site.end().await;
}

#[tokio::test]
async fn what_was_not_saved_leaves_no_word_behind() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let word = fresh(&ada, "posts").await;
    ada.post("/admin/posts/new", &[("_form", &word), ("title", "")]).await.expect(422);
    assert_eq!(idempotency_key::Entity::find().count(site.db.write()).await.unwrap(), 0);
    // One that is far too long is none.
    let long = "x".repeat(5_000);
    let form = [("_form", long.as_str()), ("title", "A"), ("content", "T"), ("status", "draft")];
    ada.post("/admin/posts/new", &form).await.expect(303);
    assert_eq!(idempotency_key::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_form_that_was_sent_before_is_said_beside_its_fields() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let word_of_it = fresh(&root, "posts").await;
    let mut form = vec![
        ("_form", word_of_it.as_str()),
        ("_version", ""),
        ("title", "Tides"),
        ("slug", "tides"),
        ("content", "First text"),
        ("status", "draft"),
    ];
    root.post("/admin/posts/new", &form).await.expect(303);
    // What the form itself can tell, and what only the feature knows.
    for (field, at, text) in [("title", 2, ""), ("slug", 3, "!!!"), ("status", 5, "scheduled")] {
        let mut typed = form.clone();
        typed[4].1 = "More text";
        typed[at].1 = text;
        let page = root.post("/admin/posts/new", &typed).await.expect(409);
        let field = if field == "status" { "published_at" } else { field };
        assert_eq!(page.texts(&format!("#field-{field}-error")).len(), 1, "{field}: {}", page.text());
        assert_eq!(page.one_raw("#field-content").trim(), "More text");
        assert_eq!(page.texts(".conflict h2").len(), 1, "both versions are there");
    }
    // Its own slug is no stranger's.
    form[4].1 = "More text";
    let page = root.post("/admin/posts/new", &form).await.expect(409);
    assert_eq!(page.texts(".complaints"), [""; 0]);
    assert_eq!(posts(&site).await.len(), 1);
    // The same for what has no text.
    let word_of_it = fresh(&root, "tags").await;
    let mut form = [("_form", word_of_it.as_str()), ("name", "Spring"), ("slug", "spring")];
    root.post("/admin/tags/new", &form).await.expect(303);
    form[1].1 = "Spring, summer";
    let page = root.post("/admin/tags/new", &form).await.expect(409);
    assert!(page.one("#field-name-error").contains("Commas"));
    site.end().await;
}
