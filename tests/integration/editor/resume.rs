//! A form that was sent when the session was over: through the login, back to what was typed.

use entity::{post, post::PostStatus, user::Role};
use harness::{Answer, PASSWORD, TestSite};
use lectern::web::body::MAX_BYTES;
use sea_orm::EntityTrait;

use super::{stored, version};

/// The hidden fields of a page's form, as a browser sends them: line ends are two characters.
fn hidden(page: &Answer) -> Vec<(String, String)> {
    let names = page.attributes("main form input[type=hidden]", "name");
    let values = page.attributes("main form input[type=hidden]", "value");
    assert_eq!(names.len(), values.len());
    names.into_iter().zip(values.into_iter().map(|value| value.replace('\n', "\r\n"))).collect()
}

fn with<'a>(fields: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn a_text_survives_the_end_of_its_session_and_a_wrong_password() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let url = format!("/admin/posts/{post}");
    let base = version(&site.sign_in("ada").await.get(&url).await.expect(200));
    // A megabyte of everything that could go wrong on the way.
    let line = "Wörter 日本語 🦀 \u{5d0} <b onload=\"x\">&amp;&lt; 'q' \"q\" {{ x }} + % \t end  \r\n\r\n";
    let content = format!("\r\n{}", line.repeat(1_000_000 / line.len()));
    let nobody = site.visitor();
    let form = [
        ("_version", base.as_str()),
        ("title", "Marg\"ins <i>"),
        ("content", content.as_str()),
        ("status", "draft"),
        ("tags", "a, b"),
        ("pinned__sent", "1"),
        ("_continue", "1"),
    ];
    let page = nobody.post(&url, &form).await.expect(401);
    assert_eq!(page.one("h1"), "Please sign in again");
    assert_eq!(page.attributes("main form", "action"), ["/login"]);
    assert_eq!(page.texts("main script, main b, main i"), [""; 0]);
    assert_eq!(stored(&site, post).await.title, "Margins");

    let carried = hidden(&page);
    let wrong = nobody
        .post("/login", &with(&carried, &[("username", "ada"), ("password", "wrong")]))
        .await
        .expect(422);
    assert!(wrong.texts(".complaints li")[0].contains("Wrong name or password"));
    let carried = hidden(&wrong);
    let right = [("username", "ada"), ("password", PASSWORD)];
    let offer = nobody.post("/login", &with(&carried, &right)).await.expect(200);
    assert!(nobody.is_known().await);
    // Nothing was saved by signing in.
    assert_eq!(stored(&site, post).await.title, "Margins");
    assert_eq!(offer.attributes("main form", "action"), [url.as_str()]);
    assert_eq!(offer.texts("main form button"), ["Save what you typed"]);
    assert_eq!(offer.texts("main script, main b, main i"), [""; 0]);
    let last = hidden(&offer);
    assert!(
        last.iter().all(|(name, _)| name != "password" && name != "username"),
        "the password is not in the page"
    );
    let answer = nobody.post(&url, &with(&last, &[])).await.expect(303);
    assert_eq!(answer.header("location"), url);
    let row = stored(&site, post).await;
    assert_eq!(row.title, "Marg\"ins <i>");
    assert!(row.content == content.replace("\r\n", "\n"), "byte for byte");
    site.end().await;
}

#[tokio::test]
async fn permissions_and_versions_decide_as_always() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("eve", Role::Author).await;
    site.user("max", Role::Member).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let url = format!("/admin/posts/{post}");
    let ada = site.sign_in("ada").await;
    let base = version(&ada.get(&url).await.expect(200));
    let form = [("_version", base.as_str()), ("title", "Typed"), ("_save", "1")];
    let carried = hidden(&site.visitor().post(&url, &form).await.expect(401));
    // Somebody else signs in: what they may not do, they may not do.
    for (name, status) in [("eve", 404), ("max", 403)] {
        let other = site.visitor();
        let offer = other
            .post("/login", &with(&carried, &[("username", name), ("password", PASSWORD)]))
            .await
            .expect(200);
        other.post(&url, &with(&hidden(&offer), &[])).await.expect(status);
    }
    // The post was saved meanwhile: both versions are shown.
    ada.post(&url, &[("_version", &base), ("title", "Newer")]).await.expect(303);
    let again = site.visitor();
    let offer = again
        .post("/login", &with(&carried, &[("username", "ada"), ("password", PASSWORD)]))
        .await
        .expect(200);
    let page = again.post(&url, &with(&hidden(&offer), &[])).await.expect(409);
    assert_eq!(page.attributes("#field-title", "value"), ["Typed"]);
    assert_eq!(stored(&site, post).await.title, "Newer");
    site.end().await;
}

#[tokio::test]
async fn it_leads_to_the_admin_alone_and_never_sends_by_itself() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let right = [("username", "ada"), ("password", PASSWORD), ("typed:title", "x")];
    for to in [
        "https://evil.example/admin/",
        "//evil.example/admin",
        "/account/delete",
        "/admin/../account/delete",
        "/admin/%2e%2e/account",
    ] {
        let visitor = site.visitor();
        let mut form = vec![("resume", to)];
        form.extend(right);
        let answer = visitor.post("/login", &form).await.expect(303);
        assert_eq!(answer.header("location"), "/admin", "{to}");
    }
    // Another site can neither send a form nor begin the way through the login.
    let foreign = [("sec-fetch-site", "cross-site")];
    let visitor = site.visitor();
    visitor.post_with("/admin/posts/new", &[("title", "x")], &foreign).await.expect(403);
    let mut form = vec![("resume", "/admin/posts/new")];
    form.extend(right);
    visitor.post_with("/login", &form, &foreign).await.expect(403);
    visitor.post("/login", &form).await.expect(200);
    assert!(post::Entity::find().one(site.db.write()).await.unwrap().is_none(), "signing in made no post");
    // Each other kind of form of the admin takes the same way; what is no address stays none.
    for path in ["/admin/tags/new", "/admin/settings", "/admin/posts/actions", "/admin/courses/1/delete"] {
        let page = site.visitor().post(path, &[("name", "x")]).await.expect(401);
        assert!(hidden(&page).contains(&("resume".to_owned(), path.to_owned())), "{path}");
    }
    site.visitor().post("/admin/history", &[("name", "x")]).await.expect(405);
    site.visitor().post("/admin/nothing/at/all/here", &[("name", "x")]).await.expect(404);
    // A script is told in its own way.
    let json = [("accept", "application/json")];
    let answer =
        site.visitor().post_with("/admin/posts/autosave", &[("title", "x")], &json).await.expect(401);
    assert_eq!(answer.json()["title"], "Please sign in again");
    site.end().await;
}

#[tokio::test]
async fn what_is_too_large_to_be_carried_is_not_carried_half() {
    let site = TestSite::start().await;
    let nobody = site.visitor();
    let whole = "a".repeat(MAX_BYTES - 20_000);
    let page = nobody.post("/admin/posts/new", &[("content", &whole)]).await.expect(401);
    assert!(page.attributes("input[name='typed:content']", "value").pop().is_some_and(|text| text == whole));
    let more = "a".repeat(MAX_BYTES - 10_000);
    let page = nobody.post("/admin/posts/new", &[("content", &more)]).await.expect(401);
    assert!(page.text().contains("Sign in in another tab") && !page.text().contains("typed:"));
    let most = "a".repeat(MAX_BYTES + 1);
    nobody.post("/admin/posts/new", &[("content", &most)]).await.expect(413);
    site.end().await;
}
