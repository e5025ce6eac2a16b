//! Forms over HTTP, as a browser without scripts fills them in.

use entity::{lesson, post, redirect, user::Role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::studio::open;

#[tokio::test]
async fn a_form_is_opened_filled_in_and_saved() {
    let site = open().await;
    site.user("ed", Role::Editor).await;
    let ed = site.sign_in("ed").await;
    let form = ed.get("/admin/redirects/new?old_path=%2Fold&id=9&created_at=2000-01-01").await.expect(200);
    assert_eq!(form.attributes("#field-old_path", "value"), ["/old"]);
    assert_eq!(form.attributes("form.form", "action"), ["/admin/redirects/new"]);
    let fields = [("old_path", "/old"), ("new_path", "/new"), ("_save", "1")];
    let answer = ed.post("/admin/redirects/new", &fields).await.expect(303);
    assert_eq!(answer.header("location"), "/admin/redirects");
    let list = ed.get("/admin/redirects").await.expect(200);
    assert_eq!(list.one(".messages p"), "The redirect “/old” was added. Show");
    let row = redirect::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    let url = format!("/admin/redirects/{}", row.id);
    assert_eq!(list.attributes(".messages a", "href"), [url.as_str()]);

    let form = ed.get(&url).await.expect(200);
    assert_eq!(form.attributes("#field-new_path", "value"), ["/new"]);
    let version = form.attributes("input[name=_version]", "value").remove(0);
    let fields = [("_version", version.as_str()), ("old_path", "/old"), ("new_path", "/newer")];
    let answer = ed.post(&url, &[&fields[..], &[("_continue", "1")]].concat()).await.expect(303);
    assert_eq!(answer.header("location"), url);
    assert_eq!(ed.get(&url).await.one(".messages p"), "The redirect “/old” was saved.");
    let answer = ed.post(&url, &[("new_path", "/newer"), ("_another", "1")]).await.expect(303);
    assert_eq!(answer.header("location"), "/admin/redirects/new");
    assert_eq!(ed.get("/admin/redirects/new").await.one(".messages p"), "Nothing was changed. Show");
    site.end().await;
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong() {
    let site = open().await;
    let ed = site.user("ed", Role::Admin).await;
    let post = site.build().post(ed, "Post").save().await;
    let ed = site.sign_in("ed").await;
    let url = format!("/admin/posts/{post}");
    let fields = [
        ("title", "  "),
        ("slug", "a<b>\"c"),
        ("content", "\nTwo\nlines"),
        ("published_at", "next week"),
        ("status", "gone"),
        ("pinned", "on"),
        ("tags__sent", "1"),
        ("tags", "7"),
    ];
    let answer = ed.post(&url, &fields).await.expect(422);
    assert_eq!(answer.attributes("#field-slug", "value"), ["a<b>\"c"]);
    assert_eq!(answer.attributes("#field-published_at", "value"), ["next week"]);
    assert_eq!(answer.texts("#field-content"), ["Two lines"]);
    assert_eq!(answer.attributes("#field-pinned", "checked").len(), 1);
    let complaints = answer.texts(".complaints li").join("\n");
    for said in
        ["Title: This is needed.", "Published at: This is no day and time", "Tags: There is no such tag."]
    {
        assert!(complaints.contains(said), "{said}: {complaints}");
    }
    // A password never does.
    let fields =
        [("username", "new"), ("email", "new"), ("display_name", ""), ("password", "hunter2hunter2")];
    let answer = ed.post("/admin/users/new", &fields).await.expect(422);
    assert!(!answer.text().contains("hunter2"));
    assert_eq!(answer.attributes("#field-username", "value"), ["new"]);
    site.end().await;
}

#[tokio::test]
async fn times_are_the_sites_and_what_is_untouched_stays() {
    let site = open().await;
    let ed = site.user("ed", Role::Editor).await;
    site.build().setting("time_zone", "Europe/Berlin".into()).await;
    let exact = "2026-07-01T10:00:00.123456Z".parse().unwrap();
    let post = site.build().post(ed, "Post").published(exact).content("one\r\ntwo").save().await;
    let ed = site.sign_in("ed").await;
    let url = format!("/admin/posts/{post}");
    let form = ed.get(&url).await.expect(200);
    assert_eq!(form.attributes("#field-published_at", "value"), ["2026-07-01T12:00:00"]);
    let fields = [("title", "Post"), ("published_at", "2026-07-01T12:00:00"), ("content", "one\r\ntwo")];
    ed.post(&url, &fields).await.expect(303);
    let row = post::Entity::find_by_id(post).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((row.published_at, row.content.as_str()), (Some(exact), "one\r\ntwo"));
    ed.post(&url, &[("published_at", "2026-01-01T12:00")]).await.expect(303);
    let row = post::Entity::find_by_id(post).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(row.published_at, Some("2026-01-01T11:00:00Z".parse().unwrap()));
    site.end().await;
}

#[tokio::test]
async fn related_rows_are_found_without_scripts() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let mut posts = Vec::new();
    for title in ["Alpha", "Beta", "Gamma"] {
        posts.push(build.post(ed, title).save().await);
    }
    let course = build.course("Logic", &posts[..1]).await;
    let ed = site.sign_in("ed").await;
    let url = format!("/admin/courses/{course}");
    let form = ed.get(&url).await.expect(200);
    assert_eq!(form.attributes("input[name='lessons._count']", "value"), ["1"]);
    let id = form.attributes("input[name='lessons.0._id']", "value").remove(0);
    // One more row, then a search in it, then saved.
    let first = posts[0].to_string();
    let mut fields = vec![
        ("name", "Logic!"),
        ("students__sent", "1"),
        ("lessons._count", "1"),
        ("lessons.0._id", id.as_str()),
        ("lessons.0._order", "0"),
        ("lessons.0.post_id", first.as_str()),
    ];
    let answer = ed.post(&url, &[&fields[..], &[("_add", "lessons")]].concat()).await.expect(200);
    assert_eq!(answer.attributes("input[name='lessons._count']", "value"), ["2"]);
    assert_eq!(answer.attributes("#field-name", "value"), ["Logic!"]);
    fields.retain(|(name, _)| *name != "lessons._count");
    fields.extend([("lessons._count", "2"), ("lessons.1._id", ""), ("lessons.1._order", "1")]);
    let find = [("lessons.1.post_id__q", "amm"), ("_find", "lessons.1.post_id")];
    let answer = ed.post(&url, &[&fields[..], &find].concat()).await.expect(200);
    let third = posts[2].to_string();
    assert_eq!(answer.attributes("input[type=radio][name='lessons.1.post_id'][value='']", "value").len(), 0);
    let found = format!("input[type=radio][name='lessons.1.post_id'][value='{third}']");
    assert_eq!(answer.attributes(&found, "value").len(), 1, "{}", answer.text());
    assert_eq!(answer.attributes("input[name='lessons.1.post_id__q']", "value"), ["amm"]);
    fields.push(("lessons.1.post_id", third.as_str()));
    ed.post(&url, &fields).await.expect(303);
    let rows = lesson::Entity::find()
        .filter(lesson::Column::CourseId.eq(course))
        .order_by_asc(lesson::Column::Position)
        .all(site.db.write())
        .await
        .unwrap();
    assert_eq!(rows.iter().map(|row| row.post_id).collect::<Vec<_>>(), [posts[0], posts[2]]);
    // An empty row is no row.
    let blank = [("lessons._count", "1"), ("lessons.0._id", ""), ("lessons.0.post_id", "")];
    ed.post(&url, &blank).await.expect(303);
    site.end().await;
}

#[tokio::test]
async fn a_form_costs_the_same_for_three_rows_and_for_sixty() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let mut posts = Vec::new();
    for number in 0..60 {
        posts.push(build.post(ed, &format!("Post {number}")).save().await);
    }
    let few = build.course("Few", &posts[..3]).await;
    let many = build.course("Many", &posts).await;
    let ed = site.sign_in("ed").await;
    // The settings are read once.
    ed.get("/").await.expect(200);
    let mut counts = Vec::new();
    for course in [few, many] {
        let before = site.db.statements();
        ed.get(&format!("/admin/courses/{course}")).await.expect(200);
        counts.push(site.db.statements() - before);
    }
    assert_eq!(counts[0], counts[1]);
    assert!(counts[0] <= 15, "{counts:?}");
    site.end().await;
}

#[tokio::test]
async fn who_may_see_but_not_change_sees() {
    let site = open().await;
    site.user("ed", Role::Editor).await;
    site.user("ann", Role::Author).await;
    site.user("meg", Role::Member).await;
    let ed = site.sign_in("ed").await;
    ed.post("/admin/tags/new", &[("name", "Rust"), ("slug", "rust")]).await.expect(303);
    let tag = entity::tag::Entity::find().one(site.db.write()).await.unwrap().unwrap().id;
    let url = format!("/admin/tags/{tag}");
    let ann = site.sign_in("ann").await;
    let form = ann.get(&url).await.expect(200);
    assert!(form.text().contains("but not change it"));
    assert_eq!(form.attributes("button[name=_save]", "name").len(), 0);
    ann.post(&url, &[("name", "Mine")]).await.expect(403);
    ann.get("/admin/tags/new").await.expect(403);
    ann.get(&format!("{url}/delete")).await.expect(403);
    ann.post(&format!("{url}/delete"), &[("confirmed", "1")]).await.expect(403);
    ann.get("/admin/users/1").await.expect(403);
    ann.get("/admin/nothing/1").await.expect(404);
    site.sign_in("meg").await.get(&url).await.expect(403);
    assert_eq!(
        site.get(&url).await.expect(303).header("location"),
        format!("/login?next=%2Fadmin%2Ftags%2F{tag}")
    );
    for missing in ["/admin/tags/4711", "/admin/tags/99999999999999999999", "/admin/tags/0", "/admin/tags/-1"]
    {
        ed.get(missing).await.expect(404);
    }
    site.end().await;
}

#[tokio::test]
async fn what_was_typed_into_a_search_and_not_chosen_is_asked_for() {
    let site = open().await;
    let build = site.build();
    let (ed, bob) = (site.user("ed", Role::Editor).await, build.author("bob").await);
    let post = build.post(ed, "Alpha").save().await;
    let course = build.course("Logic", &[]).await;
    let ann = build.student("Ann").await.to_string();
    let author = ed.to_string();
    let ed = site.sign_in("ed").await;
    // Of the row itself.
    let url = format!("/admin/posts/{post}");
    let form = [("title", "Alpha 2"), ("user_id", author.as_str()), ("user_id__q", "bo")];
    let page = ed.post(&url, &form).await.expect(422);
    assert_eq!(page.texts(".complaints li"), ["User: Choose one of these, or empty the search."]);
    assert_eq!(page.attributes("#field-title", "value"), ["Alpha 2"]);
    let bob = bob.to_string();
    assert_eq!(page.attributes("input[type=radio][name=user_id]", "value").last(), Some(&bob));
    ed.post(&url, &[("user_id", &bob), ("user_id__q", "bo")]).await.expect(303);
    // Of an inline row, where nothing else was typed, and of a picker.
    let url = format!("/admin/courses/{course}");
    let lesson = [("lessons._count", "1"), ("lessons.0._id", ""), ("lessons.0.post_id__q", "alp")];
    let picker = [("students__sent", "1"), ("students__q", "an")];
    let page = ed.post(&url, &[&lesson[..], &picker[..]].concat()).await.expect(422);
    assert_eq!(page.texts(".complaints li").len(), 2, "{:?}", page.texts(".complaints li"));
    let page = ed.post(&url, &lesson).await.expect(422);
    let found = format!("input[type=radio][name='lessons.0.post_id'][value='{post}']");
    assert_eq!(page.attributes(&found, "value").len(), 1);
    let page = ed.post(&url, &picker).await.expect(422);
    assert_eq!(page.attributes("input[type=checkbox][name=students]", "value"), [ann.as_str()]);
    ed.post(&url, &[&picker[..], &[("students", ann.as_str())]].concat()).await.expect(303);
    assert!(lesson::Entity::find().one(site.db.write()).await.unwrap().is_none());
    site.end().await;
}
