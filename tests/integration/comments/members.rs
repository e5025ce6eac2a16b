//! Members, authors, and whoever was one.

use entity::{
    api_token::Scope,
    comment::CommentStatus,
    user::{self, Role},
};
use harness::{PASSWORD, TestSite};
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::json;

use super::{count, read, row, rows, say, set_status, stamp_of};

#[tokio::test]
async fn a_member_needs_no_name_and_the_author_is_marked() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("mo", Role::Member).await;
    let post = site.build().post(ada, "Hello").save().await;
    let (mo, author) = (site.sign_in("mo").await, site.sign_in("ada").await);
    let page = mo.get("/posts/hello").await.expect(200);
    assert!(page.attributes("#field-name", "name").is_empty());
    assert_eq!(page.one(".comment-as strong"), "Mo");
    let stamp = stamp_of(&site, post);
    mo.post("/posts/hello/comments", &[("stamp", &stamp), ("comment", "Hi")]).await.expect(303);
    let said = &rows(&site).await[0];
    assert_eq!((said.status, said.author_name.as_str()), (CommentStatus::Pending, "Mo"));
    assert_eq!((said.author_email.as_str(), &said.key_hash), ("", &None));
    set_status(&site, said.id, CommentStatus::Approved).await;

    let reply = said.id.to_string();
    let fields = [("stamp", &*stamp), ("comment", "Welcome"), ("reply", &*reply)];
    author.post("/posts/hello/comments", &fields).await.expect(303);
    let page = site.get("/posts/hello").await.expect(200);
    assert_eq!(page.texts(".comment-name"), ["Mo", "Ada Author"]);

    // Another guest with the author's address is not taken for them.
    say(&site.visitor(), &site, post, "hello", "Ann", "x").await.expect(303);
    let stranger = site.visitor();
    let fields = [("stamp", &*stamp), ("comment", "I am Ada"), ("name", "Ada"), ("email", "ada@example.org")];
    stranger.post("/posts/hello/comments", &fields).await.expect(303);
    let row = rows(&site).await.pop().unwrap();
    assert_eq!(
        (row.status, row.reason.as_str()),
        (CommentStatus::Pending, "A guest with a member's e-mail address.")
    );

    // A member's own, wherever they are signed in.
    let elsewhere = site.sign_in("mo").await;
    let edit = format!("/posts/hello/comments/{}/edit", said.id);
    elsewhere.post(&edit, &[("comment", "Hi there")]).await.expect(303);
    author.get(&edit).await.expect(404);
    assert_eq!(read(&site.visitor(), "hello").await[0], "Hi there");
    site.end().await;
}

#[tokio::test]
async fn a_member_is_called_what_they_are_called_now_and_keeps_the_name_when_they_go() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("root", Role::Admin).await;
    let mo_id = site.user("mo", Role::Member).await;
    let post = site.build().post(ada, "Hello").save().await;
    let (mo, root) = (site.sign_in("mo").await, site.sign_in("root").await);
    let stamp = stamp_of(&site, post);
    mo.post("/posts/hello/comments", &[("stamp", &stamp), ("comment", "Hi")]).await.expect(303);
    let id = rows(&site).await[0].id;
    set_status(&site, id, CommentStatus::Approved).await;
    let profile = [("display_name", "Mo Moss"), ("bio", ""), ("email", "mo@example.org")];
    mo.post("/account/profile", &profile).await.expect(303);
    assert_eq!(row(&site, id).await.author_name, "Mo Moss");
    root.post(&format!("/admin/users/{mo_id}"), &[("display_name", "Mo Marsh")]).await.expect(303);
    assert_eq!(site.get("/posts/hello").await.one(".comment-name"), "Mo Marsh");

    let page = root.get(&format!("/admin/users/{mo_id}/delete")).await.expect(200);
    assert!(page.text().contains("1 comment stays, without its user"), "{}", page.text());
    mo.post("/account/delete", &[("password", PASSWORD)]).await.expect(303);
    assert!(user::Entity::find_by_id(mo_id).one(site.db.write()).await.unwrap().is_none());
    let left = row(&site, id).await;
    assert_eq!((left.user_id, left.author_name.as_str()), (None, "Mo Marsh"));
    // Nobody else becomes its writer.
    let guest = site.visitor();
    say(&guest, &site, post, "hello", "Ann", "x").await.expect(303);
    guest.get(&format!("/posts/hello/comments/{id}/edit")).await.expect(404);

    let page = root.get(&format!("/admin/posts/{post}/delete")).await.expect(200);
    assert!(page.status.is_success());
    root.post(&format!("/admin/posts/{post}/delete"), &[("confirmed", "1")]).await.expect(303);
    assert_eq!(count(&site).await, 2, "what is in the trash can come back");
    let url = format!("/admin/posts/{post}/delete");
    let page = root.get(&url).await.expect(200);
    assert!(page.text().contains("2 comments are deleted too"), "{}", page.text());
    root.post(&url, &[("confirmed", "1"), ("for_good", "1")]).await.expect(303);
    assert_eq!(count(&site).await, 0);
    site.end().await;
}

#[tokio::test]
async fn a_post_that_is_handed_over_takes_its_comments_along() {
    let site = TestSite::start().await;
    let (ada, bo) = (site.user("ada", Role::Author).await, site.user("bo", Role::Author).await);
    let root = site.user("root", Role::Admin).await;
    let post = site.build().post(ada, "Hello").save().await;
    let id = site.build().comment(post, "Ann", "Hi", CommentStatus::Pending, None).await;
    let path = format!("/admin/comments/{id}");
    site.sign_in("ada").await.get(&path).await.expect(200);
    site.sign_in("bo").await.get(&path).await.expect(404);
    let root = site.program(root, Scope::Write).await;
    root.json(Method::PATCH, &format!("/api/posts/{post}"), &json!({"user_id": bo})).await.expect(200);
    assert_eq!(row(&site, id).await.owner_id, bo);
    site.sign_in("ada").await.get(&path).await.expect(404);
    site.sign_in("bo").await.get(&path).await.expect(200);
    site.end().await;
}
