//! Which posts show a file.

use entity::{post::PostStatus, user::Role};
use harness::TestSite;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};

use super::{desk, jpeg, png};

async fn bring(site: &TestSite, name: &str) -> (String, String) {
    let ada = site.sign_in("ada").await;
    let told = ada.upload(&[(name, &png(1000, 700))]).await.expect(201).json();
    let file = &told["files"][0];
    (file["id"].to_string(), file["url"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_file_knows_the_posts_that_show_it_and_tells_no_ones_secrets() {
    let site = desk().await;
    let (id, url) = bring(&site, "boat.png").await;
    let users = entity::user::Entity::find().all(site.db.read()).await.unwrap();
    let user = |name: &str| users.iter().find(|user| user.username == name).unwrap().id;
    let text = format!("![A boat]({url} \"At sea\")");
    let own =
        site.build().post(user("ada"), "Own draft").content(&text).status(PostStatus::Draft).save().await;
    site.build().post(user("bo"), "Public words").content(&format!("[boat]({url})")).save().await;
    site.build().post(user("bo"), "Secret plan").content(&text).status(PostStatus::Draft).save().await;
    site.build().post(user("bo"), "Without").save().await;

    let ada = site.sign_in("ada").await;
    let form = ada.get(&format!("/admin/media/{id}")).await.expect(200);
    let shown = form.texts(".extra-links li");
    assert_eq!(shown, ["Public words published", "Own draft draft"]);
    assert!(form.text().contains("And one more post."));
    assert!(!form.text().contains("Secret plan"));
    assert_eq!(
        form.attributes(".extra-links a", "href"),
        [format!("/admin/posts/{own}")],
        "others' are not theirs to open"
    );
    let asked = ada.get(&format!("/admin/media/{id}/delete")).await.expect(200);
    assert!(asked.one(".consequences").contains("3 posts show it"), "{}", asked.one(".consequences"));
    assert!(!asked.text().contains("Secret plan"));
    let eve = site.sign_in("eve").await;
    let form = eve.get(&format!("/admin/media/{id}")).await.expect(200);
    assert_eq!(form.texts(".extra-links li").len(), 3);

    // By the form, by the API, and by bulk; and when a post goes.
    ada.post(&format!("/admin/posts/{own}"), &[("content", "Nothing to see.")]).await.expect(303);
    let form = ada.get(&format!("/admin/media/{id}")).await.expect(200);
    assert_eq!(form.texts(".extra-links li"), ["Public words published", "Own draft older version"]);
    let program = site.program(user("ada"), entity::api_token::Scope::Write).await;
    let body = serde_json::json!({"title": "By a program", "content": text});
    program.json(reqwest::Method::POST, "/api/posts", &body).await.expect(201);
    let form = ada.get(&format!("/admin/media/{id}")).await.expect(200);
    assert_eq!(form.texts(".extra-links li")[0], "By a program published");
    let asked = [("action", "delete"), ("id", id.as_str())];
    let asked = ada.post("/admin/media/actions", &asked).await.expect(200);
    assert!(
        asked.one(".consequences").contains("shown by posts")
            || asked.one(".consequences").contains("posts show it")
    );
    site.db.write().execute_unprepared("DELETE FROM posts").await.unwrap();
    let form = ada.get(&format!("/admin/media/{id}")).await.expect(200);
    assert!(
        form.text().contains("No post shows it, nor any other text here."),
        "revisions went with their posts"
    );
    assert_eq!(entity::text_media::Entity::find().count(site.db.read()).await.unwrap(), 0);
    assert_eq!(entity::post_media::Entity::find().count(site.db.read()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn a_text_offers_its_pictures_in_sizes_that_are_there() {
    let site = desk().await;
    let ada = site.user("writer", Role::Author).await;
    let writer = site.sign_in("writer").await;
    let told = writer.upload(&[("boat.jpg", &jpeg(1000, 500)), ("small.png", &png(200, 100))]).await;
    let told = told.expect(201).json();
    let url = |at: usize| told["files"][at]["url"].as_str().unwrap().to_owned();
    let text =
        format!("![Large]({}) and\n\n![Small]({})\n\n<img src=\"{}\" sizes=\"1px\">", url(0), url(1), url(0));
    site.build().post(ada, "Boats").content(&text).save().await;
    let page = site.get("/posts/boats").await.expect(200);
    let srcset = &page.attributes(".prose img", "srcset");
    assert_eq!(srcset.len(), 1, "{srcset:?}");
    let candidates: Vec<(&str, u32)> = srcset[0]
        .split(", ")
        .map(|candidate| candidate.split_once(' ').unwrap())
        .map(|(address, width)| (address, width.trim_end_matches('w').parse().unwrap()))
        .collect();
    assert_eq!(candidates.iter().map(|(_, width)| *width).collect::<Vec<_>>(), [480, 960, 1000]);
    for (address, width) in candidates {
        let file = site.get(address).await.expect(200);
        let image = image::load_from_memory(&file.bytes).unwrap();
        assert_eq!((image.width(), image.height()), (width, width / 2), "{address}");
    }
    assert_eq!(page.attributes(".prose img", "width"), ["1000", "200"]);
    assert_eq!(page.attributes(".prose img", "sizes").len(), 1, "what an author wrote there is not taken");
    assert_eq!(page.attributes(".prose img", "loading"), ["eager", "lazy", "lazy"]);
    site.end().await;
}

#[tokio::test]
async fn courses_older_versions_and_unsaved_texts_are_told_too() {
    let site = desk().await;
    let (id, url) = bring(&site, "boat.png").await;
    let picture = format!("![A boat]({url})");
    let (ada, eve) = (site.sign_in("ada").await, site.sign_in("eve").await);
    let where_used = async || {
        let form = ada.get(&format!("/admin/media/{id}")).await.expect(200);
        (form.texts(".extra-links li"), form.text())
    };
    let new = [("name", "Sailing"), ("slug", ""), ("credits", "1"), ("description", picture.as_str())];
    eve.post("/admin/courses/new", &new).await.expect(303);
    assert_eq!(where_used().await.0, ["Sailing course"]);
    // A post that had it, and has it no more.
    let new = [("title", "Harbours"), ("content", picture.as_str()), ("status", "draft")];
    let post = ada.post("/admin/posts/new", &[&new[..], &[("_continue", "1")]].concat()).await.expect(303);
    let post = post.header("location");
    ada.post(&post, &[("content", "No picture.")]).await.expect(303);
    // What nobody saved yet: one's own, by its cover, and somebody else's.
    let json = [("accept", "application/json")];
    let own =
        [("_post", ""), ("_tab", "a"), ("title", "On my way"), ("content", "x"), ("cover", url.as_str())];
    ada.post_with("/admin/posts/autosave", &own, &json).await.expect(200);
    let theirs = [("_post", ""), ("_tab", "b"), ("title", "Eve's secret"), ("content", picture.as_str())];
    eve.post_with("/admin/posts/autosave", &theirs, &json).await.expect(200);
    let (shown, text) = where_used().await;
    assert_eq!(shown, ["Sailing course", "Harbours older version", "On my way not saved"]);
    assert!(text.contains("1 unsaved text of somebody else.") && !text.contains("secret"), "{text}");
    let form = ada.get(&format!("/admin/media/{id}")).await.expect(200);
    let links = form.attributes(".extra-links a", "href");
    assert!(links.contains(&format!("{post}/revisions")), "{links:?}");
    let unsaved = links.iter().find(|link| link.starts_with("/admin/posts/new?unsaved=")).unwrap();
    assert_eq!(ada.get(unsaved).await.expect(200).attributes("#field-title", "value"), ["On my way"]);

    let asked = ada.get(&format!("/admin/media/{id}/delete")).await.expect(200);
    let told = asked.one(".consequences");
    for words in ["1 course shows it", "Older versions of 1 post", "2 texts that are not saved yet"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!asked.text().contains("secret"));
    let other =
        ada.upload(&[("other.png", &png(20, 20))]).await.expect(201).json()["files"][0]["id"].to_string();
    let both = [("action", "delete"), ("id", id.as_str()), ("id", other.as_str())];
    let told = ada.post("/admin/media/actions", &both).await.expect(200).one(".consequences");
    assert!(told.contains("1 of them is in a course, a page, an older version or an unsaved text"), "{told}");

    // What changes is forgotten.
    let course = entity::course::Entity::find().one(site.db.read()).await.unwrap().unwrap().id;
    eve.post(&format!("/admin/courses/{course}"), &[("description", "Words alone")]).await.expect(303);
    let own = [("_post", ""), ("_tab", "a"), ("title", "On my way"), ("content", "x"), ("cover", "")];
    ada.post_with("/admin/posts/autosave", &own, &json).await.expect(200);
    assert_eq!(where_used().await.0, ["Harbours older version"]);
    // Bringing the version back shows it again, and it is an older version no more.
    ada.post(&post, &[("content", picture.as_str())]).await.expect(303);
    assert_eq!(where_used().await.0, ["Harbours draft"]);
    site.end().await;
}

#[tokio::test]
async fn pages_and_the_logo_are_told_too() {
    let site = desk().await;
    let (id, url) = bring(&site, "boat.png").await;
    let picture = format!("![A boat]({url})");
    let (ada, eve) = (site.sign_in("ada").await, site.sign_in("eve").await);
    let shown = [("is_published__sent", "1"), ("is_published", "on")];
    for (title, published) in [("About us", true), ("Hidden plan", false)] {
        let fields = [("title", title), ("content", picture.as_str())];
        let more = if published { &shown[..] } else { &shown[..1] };
        eve.post("/admin/pages/new", &[&fields[..], more].concat()).await.expect(303);
    }
    site.build().setting("logo", url.as_str().into()).await;
    let form = eve.get(&format!("/admin/media/{id}")).await.expect(200);
    assert_eq!(form.texts(".extra-links li"), ["About us page", "Hidden plan page", "Lectern logo"]);
    assert!(!form.text().contains("No post shows it"));
    // Drafts are their writers' to know.
    let form = ada.get(&format!("/admin/media/{id}")).await.expect(200);
    assert_eq!(form.texts(".extra-links li"), ["About us page", "Lectern logo"]);
    assert!(form.text().contains("1 more page.") && !form.text().contains("Hidden plan"));
    let asked = ada.get(&format!("/admin/media/{id}/delete")).await.expect(200);
    let told = asked.one(".consequences");
    assert!(told.contains("2 pages show it") && told.contains("the site's logo"), "{told}");
    assert!(!asked.text().contains("Hidden plan"));
    let other =
        ada.upload(&[("other.png", &png(20, 20))]).await.expect(201).json()["files"][0]["id"].to_string();
    let both = [("action", "delete"), ("id", id.as_str()), ("id", other.as_str())];
    let told = ada.post("/admin/media/actions", &both).await.expect(200).one(".consequences");
    assert!(told.contains("1 of them is in a course, a page") && told.contains("the site's logo"), "{told}");
    // What a page has no more is forgotten.
    for page in entity::page::Entity::find().all(site.db.read()).await.unwrap() {
        eve.post(&format!("/admin/pages/{}", page.id), &[("content", "Words alone")]).await.expect(303);
    }
    let form = ada.get(&format!("/admin/media/{id}")).await.expect(200);
    assert_eq!(form.texts(".extra-links li"), ["Lectern logo"]);
    site.end().await;
}

#[tokio::test]
async fn a_file_with_many_uses_takes_as_many_statements_as_one_with_none() {
    let site = desk().await;
    let (id, url) = bring(&site, "boat.png").await;
    let ada = site.sign_in("ada").await;
    let path = format!("/admin/media/{id}");
    let count = async || {
        let before = site.db.statements();
        ada.get(&path).await.expect(200);
        site.db.statements() - before
    };
    count().await;
    let none = count().await;
    let users = entity::user::Entity::find().all(site.db.read()).await.unwrap();
    for at in 0..30 {
        let text = format!("![A boat]({url})");
        site.build().post(users[0].id, &format!("Post {at}")).content(&text).save().await;
        let tab = format!("tab{at}");
        let form = [("_post", ""), ("_tab", tab.as_str()), ("title", "T"), ("content", text.as_str())];
        ada.post_with("/admin/posts/autosave", &form, &[("accept", "application/json")]).await.expect(200);
    }
    assert_eq!(count().await, none);
    site.end().await;
}
