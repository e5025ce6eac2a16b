//! What a post was is kept at each save, shown with its differences, and can be brought back.

use chrono::Utc;
use entity::{
    api_token::Scope,
    post::PostStatus,
    post_revision::{self, RevisionKind},
    text_media,
    user::Role,
};
use harness::TestSite;
use reqwest::Method;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::{found, row};

async fn kept(site: &TestSite, post: i64) -> Vec<post_revision::Model> {
    post_revision::Entity::find()
        .filter(post_revision::Column::PostId.eq(post))
        .order_by_asc(post_revision::Column::Id)
        .all(site.db.write())
        .await
        .unwrap()
}

#[tokio::test]
async fn every_way_of_saving_keeps_a_revision_and_an_unchanged_save_none() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let browser = site.sign_in("ada").await;
    let program = site.program(ada, Scope::Write).await;
    let form = [("title", "One"), ("content", "First words."), ("tags", "Spring")];
    browser.post("/admin/posts/new", &form).await.expect(303);
    let post = entity::post::Entity::find().one(site.db.write()).await.unwrap().unwrap().id;
    let count = async || kept(&site, post).await.len();
    assert_eq!(count().await, 1, "the first save");
    let path = format!("/admin/posts/{post}");
    browser.post(&path, &form).await.expect(303);
    browser
        .post(&path, &[("pinned__sent", "1"), ("pinned", "on"), ("status", "published")])
        .await
        .expect(303);
    assert_eq!(count().await, 1, "nothing of it changed");
    browser.post(&path, &[("title", "Two")]).await.expect(303);
    assert_eq!(count().await, 2, "a form");
    let api = format!("/api/posts/{post}");
    program.json(Method::PATCH, &api, &json!({"content": "Other words."})).await.expect(200);
    assert_eq!(count().await, 3, "the API");
    program.json(Method::PATCH, &api, &json!({"tags": ["Spring"]})).await.expect(200);
    assert_eq!(count().await, 3, "the same tags");
    program.json(Method::PATCH, &api, &json!({"tags": ["Spring", "Bulbs"]})).await.expect(200);
    assert_eq!(count().await, 4, "other tags");
    let many = format!("/api/posts?ids={post}");
    program.json(Method::PATCH, &many, &json!({"summary": "In short."})).await.expect(200);
    assert_eq!(count().await, 5, "many at once");
    let id = post.to_string();
    let tag = [("action", "tag"), ("id", &*id), ("tag", "Garden")];
    browser.post("/admin/posts/actions", &tag).await.expect(303);
    browser.post("/admin/posts/actions", &tag).await.expect(303);
    assert_eq!(count().await, 6, "a tag for many, once");
    browser.post("/admin/posts/actions", &[("action", "unpublish"), ("id", &id)]).await.expect(303);
    assert_eq!(count().await, 6, "another state is no other text");
    // As imports do.
    let again = || site.build().post(ada, "Two").content("Imported words.").tags(&["Spring"]);
    again().save_over(post).await;
    again().save_over(post).await;
    assert_eq!(count().await, 7, "an import, once");
    let all = kept(&site, post).await;
    let first = all[0].id;
    browser.post(&format!("{path}/revisions/{first}/restore"), &[]).await.expect(303);
    let all = kept(&site, post).await;
    assert_eq!(all.len(), 8, "bringing one back");
    assert!(all[..6].iter().all(|one| one.user_id == Some(ada)) && all[6].user_id.is_none());
    let (first, last) = (&all[0], &all[7]);
    assert_eq!((&first.title, &first.content, &first.fields), (&last.title, &last.content, &last.fields));
    assert_eq!(last.fields, json!({"summary": "", "tags": "Spring", "cover": "", "cover_alt": ""}));
    site.end().await;
}

#[tokio::test]
async fn a_revision_shows_its_difference_and_is_brought_back_unless_somebody_was_faster() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build().post(ada, "Tulips").content("The quick fox jumps.\n").tags(&["Spring"]);
    let post = build.save().await;
    let browser = site.sign_in("ada").await;
    let path = format!("/admin/posts/{post}");
    let form = [("title", "Narcissi"), ("content", "A slow fox jumps.\n"), ("tags", "Bulbs")];
    browser.post(&path, &form).await.expect(303);
    let revisions = format!("{path}/revisions");
    let list = browser.get(&revisions).await.expect(200);
    let lines = list.texts(".log-entry p:not(.log-when)");
    assert_eq!(lines, ["As it is now, by Ada", "called “Tulips”"]);
    let first = format!("{revisions}/{}", kept(&site, post).await[0].id);
    let page = browser.get(&first).await.expect(200);
    assert_eq!(page.texts(".revision-field h2"), ["Title", "Tags", "Text"]);
    let words = |selector| page.texts(selector).last().unwrap().clone();
    assert_eq!(words(".diff del"), "[taken away: The quick]");
    assert_eq!(words(".diff ins"), "[added: A slow]");
    let version = page.attributes("[name=_version]", "value").remove(0);
    // What the last save changed.
    let last = kept(&site, post).await[1].id;
    let page = browser.get(&format!("{revisions}/{last}?with=before")).await.expect(200);
    assert_eq!(page.texts(".revision-field h2"), ["Title", "Tags", "Text"]);
    assert!(page.attributes(".buttons form, form.buttons", "action").is_empty());
    let page = browser.get(&format!("{revisions}/{last}")).await.expect(200);
    assert!(page.one(".revision-about").contains("This is what the post is now."));
    // Somebody else saves; then this page is about another post than it shows.
    browser.post(&path, &[("summary", "In short.")]).await.expect(303);
    let page = browser.post(&format!("{first}/restore"), &[("_version", &version)]).await.expect(409);
    assert!(page.one(".complaints").contains("Somebody changed the post meanwhile"));
    assert_eq!(row(&site, post).await.title, "Narcissi");
    let version = page.attributes("[name=_version]", "value").remove(0);
    browser.post(&format!("{first}/restore"), &[("_version", &version)]).await.expect(303);
    let message = browser.get(&revisions).await.expect(200).one(".messages p");
    assert!(message.starts_with("The post is again as it was on"), "{message}");
    let back = row(&site, post).await;
    assert_eq!(
        (back.title.as_str(), back.content.as_str(), back.summary.as_str()),
        ("Tulips", "The quick fox jumps.\n", "")
    );
    assert_eq!((found(&site, "quick").await, found(&site, "slow").await), (1, 0));
    assert_eq!(site.get("/posts/tulips").await.expect(200).texts(".tag-line a"), ["Spring"]);
    // A revision of one post is none of another.
    let other = site.build().post(ada, "Other").save().await;
    let foreign = kept(&site, other).await[0].id;
    browser.get(&format!("{revisions}/{foreign}")).await.expect(404);
    browser.post(&format!("{revisions}/{foreign}/restore"), &[]).await.expect(404);
    browser.get(&format!("{revisions}/x")).await.expect(404);
    // In the trash they can be read and not brought back.
    browser.post(&format!("{path}/delete"), &[("confirmed", "1")]).await.expect(303);
    let page = browser.get(&format!("{revisions}/{last}")).await.expect(200);
    assert!(page.attributes("form.buttons", "action").is_empty());
    browser.post(&format!("{revisions}/{last}/restore"), &[]).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn a_post_from_before_has_none_and_what_it_was_is_kept_with_its_first_change() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Old").content("Old words.").tags(&["Past"]).save().await;
    post_revision::Entity::delete_many().exec(site.db.write()).await.unwrap();
    let browser = site.sign_in("ada").await;
    let path = format!("/admin/posts/{post}");
    let list = browser.get(&format!("{path}/revisions")).await.expect(200);
    assert_eq!(list.one("h2"), "No revisions yet");
    browser.post(&path, &[("content", "New words."), ("tags", "Present")]).await.expect(303);
    let all = kept(&site, post).await;
    let said: Vec<_> =
        all.iter().map(|one| (one.content.as_str(), one.fields["tags"].as_str(), one.user_id)).collect();
    assert_eq!(said, [("Old words.", Some("Past"), None), ("New words.", Some("Present"), Some(ada))]);
    site.end().await;
}

#[tokio::test]
async fn autosaves_are_folded_and_can_be_looked_at_and_taken_over() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Tulips").status(PostStatus::Draft).save().await;
    let autosave = async |tab: &str, title: String| {
        let row = post_revision::ActiveModel {
            post_id: Set(Some(post)),
            user_id: Set(Some(ada)),
            kind: Set(RevisionKind::Autosave),
            tab: Set(Some(tab.to_owned())),
            base: Set(String::new()),
            title: Set(title),
            content: Set("Typed words.".to_owned()),
            fields: Set(json!({"summary": "Typed.", "tags": "Spring, Bulbs", "status": "draft"})),
            created_at: Set(Utc::now()),
            updated_at: Set(Utc::now()),
            ..Default::default()
        };
        row.insert(site.db.write()).await.unwrap().id
    };
    let (good, long) = (autosave("a", "Typed".to_owned()).await, autosave("b", "x".repeat(201)).await);
    let browser = site.sign_in("ada").await;
    let revisions = format!("/admin/posts/{post}/revisions");
    let list = browser.get(&revisions).await.expect(200);
    assert_eq!(list.texts("details.autosaves .log-entry").len(), 2);
    assert_eq!(list.texts("main > .log .log-entry").len(), 1);
    let page = browser.post(&format!("{revisions}/{long}/restore"), &[]).await.expect(422);
    assert!(page.one(".complaints").contains("Title: "), "{}", page.text());
    browser.post(&format!("{revisions}/{good}/restore"), &[]).await.expect(303);
    let now = row(&site, post).await;
    assert_eq!(
        (now.title.as_str(), now.content.as_str(), now.summary.as_str()),
        ("Typed", "Typed words.", "Typed.")
    );
    site.end().await;
}

#[tokio::test]
async fn a_cover_is_kept_shown_and_brought_back() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Boats").save().await;
    let browser = site.sign_in("ada").await;
    let program = site.program(ada, Scope::Write).await;
    let path = format!("/admin/posts/{post}");
    let name = |digit: u8| format!("{digit}0/{digit}0{}-800x600.png", "0".repeat(30));
    let covers = [1, 2].map(|digit| format!("/media/{}", name(digit)));
    let form = [("cover", covers[0].as_str()), ("cover_alt", "A red boat")];
    browser.post(&path, &form).await.expect(303);
    browser.post(&path, &form).await.expect(303);
    let change = json!({"cover": covers[1], "cover_alt": "A blue boat"});
    program.json(Method::PATCH, &format!("/api/posts/{post}"), &change).await.expect(200);
    let all = kept(&site, post).await;
    let said: Vec<_> = all.iter().map(|one| one.fields["cover"].as_str().unwrap()).collect();
    assert_eq!(said, ["", &covers[0], &covers[1]]);
    // Whoever deletes the file is told that an older version has it.
    let files =
        text_media::Entity::find().order_by_asc(text_media::Column::Id).all(site.db.write()).await.unwrap();
    let of: Vec<_> = files.iter().map(|file| (file.revision_id.unwrap(), file.name.clone())).collect();
    assert_eq!(of, [(all[1].id, name(1)), (all[2].id, name(2))]);

    let url = |at: usize| format!("{path}/revisions/{}", all[at].id);
    let page = browser.get(&url(1)).await.expect(200);
    assert_eq!(page.texts(".revision-field h2"), ["Cover", "What the cover shows"]);
    assert_eq!(page.attributes(".revision-covers img", "src"), covers);
    assert_eq!(page.attributes(".revision-covers img", "alt"), ["A red boat", "A blue boat"]);
    assert_eq!(page.texts(".revision-covers figcaption"), ["Taken away", "Added"]);
    let page = browser.get(&format!("{}?with=before", url(1))).await.expect(200);
    assert_eq!(page.attributes(".revision-covers img", "src"), covers[..1]);
    browser.post(&format!("{}/restore", url(1)), &[]).await.expect(303);
    let back = row(&site, post).await;
    assert_eq!((back.cover.as_str(), back.cover_alt.as_str()), (&*covers[0], "A red boat"));
    assert_eq!(site.get("/posts/boats").await.expect(200).texts("figcaption").len(), 0);
    browser.post(&format!("{}/restore", url(0)), &[]).await.expect(303);
    assert_eq!(row(&site, post).await.cover, "");

    // One from before covers were kept says nothing of it, and leaves it.
    let old = post_revision::ActiveModel {
        id: Set(all[0].id),
        title: Set("Old boats".to_owned()),
        fields: Set(json!({"summary": "", "tags": ""})),
        ..Default::default()
    };
    old.update(site.db.write()).await.unwrap();
    browser.post(&path, &form).await.expect(303);
    let page = browser.get(&url(0)).await.expect(200);
    assert_eq!(page.texts(".revision-field h2"), ["Title"]);
    browser.post(&format!("{}/restore", url(0)), &[]).await.expect(303);
    let back = row(&site, post).await;
    assert_eq!((back.title.as_str(), &back.cover), ("Old boats", &covers[0]));
    site.end().await;
}
