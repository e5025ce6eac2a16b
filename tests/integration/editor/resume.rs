//! A form that was sent when the session was over: through the login, back to what was typed.

use entity::{post, post::PostStatus, session, user::Role};
use harness::{Answer, PASSWORD, TestSite, Visitor};
use lectern::web::body::MAX_STRANGERS_BYTES;
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
    let ada = site.sign_in("ada").await;
    let base = version(&ada.get(&url).await.expect(200));
    let word = word(&ada).await;
    // A megabyte of everything that could go wrong on the way.
    let line = "Wörter 日本語 🦀 \u{5d0} <b onload=\"x\">&amp;&lt; 'q' \"q\" {{ x }} + % \t end  \r\n\r\n";
    let content = format!("\r\n{}", line.repeat(1_000_000 / line.len()));
    let nobody = site.visitor();
    let form = [
        ("_form", word.as_str()),
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
async fn what_is_too_large_to_be_carried_is_shown_and_can_be_sent_again() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let nobody = site.visitor();
    let whole = "a".repeat(MAX_STRANGERS_BYTES - 20_000);
    let page = nobody.post("/admin/posts/new", &[("content", &whole)]).await.expect(401);
    assert!(page.attributes("input[name='typed:content']", "value").pop().is_some_and(|text| text == whole));
    // No form of ours: the login would not take it.
    let more = "a".repeat(MAX_STRANGERS_BYTES - 10_000);
    let form = [("_form", "guess"), ("title", "T"), ("content", &more), ("_continue", "1")];
    let page = nobody.post("/admin/posts/new?x=1", &form).await.expect(401);
    assert!(page.text().contains("Sign in in another tab") && !page.text().contains("typed:"));
    assert_eq!(page.attributes("main form.form", "action"), ["/admin/posts/new?x=1"]);
    assert!(page.one_raw("#field-content").trim() == more);
    // What the page holds is the whole form: in the other tab somebody has signed in.
    let mut again = hidden(&page);
    again.push(("title".to_owned(), page.one_raw("#field-title")));
    again.push(("content".to_owned(), page.one_raw("#field-content")));
    let root = site.sign_in("root").await;
    let answer = root.post("/admin/posts/new", &with(&again, &[])).await.expect(303);
    assert!(answer.header("location").starts_with("/admin/posts/"));
    let most = "a".repeat(MAX_STRANGERS_BYTES + 1);
    for first in ["", "guess", "x&y"] {
        let form = [("_form", first), ("content", most.as_str())];
        nobody.post("/admin/posts/new", &form).await.expect(413);
        nobody.post("/login", &form).await.expect(413);
    }
    nobody.post("/admin/posts/new", &[("content", &most)]).await.expect(413);
    site.end().await;
}

#[tokio::test]
async fn what_one_writes_of_oneself_survives_the_end_of_a_session() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Member).await;
    let nobody = site.visitor();
    let form = [("display_name", "Ada L"), ("bio", "Engines\nof brass"), ("email", "ada@example.org")];
    let page = nobody.post("/account/profile", &form).await.expect(401);
    let carried = hidden(&page);
    let login = with(&carried, &[("username", "ada"), ("password", PASSWORD)]);
    let offer = nobody.post("/login", &login).await.expect(200);
    assert_eq!(offer.attributes("main form", "action"), ["/account/profile"]);
    assert!(offer.attributes("main a", "href").contains(&"/account".to_owned()));
    nobody.post("/account/profile", &with(&hidden(&offer), &[])).await.expect(303);
    let row = entity::user::Entity::find_by_id(ada).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((row.display_name.as_str(), row.bio.as_str()), ("Ada L", "Engines\nof brass"));
    site.end().await;
}

#[tokio::test]
async fn a_password_comes_back_in_no_page() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let secret = "an unusual secret phrase";
    let form = [("username", "zed"), ("email", "zed@example.org"), ("password", secret)];
    let nobody = site.visitor();
    let page = nobody.post("/admin/users/new", &form).await.expect(401);
    assert!(page.text().contains("zed@example.org") && !page.text().contains(secret));
    let carried = hidden(&page);
    let login = with(&carried, &[("username", "root"), ("password", PASSWORD)]);
    let offer = nobody.post("/login", &login).await.expect(200);
    assert!(offer.text().contains("zed@example.org") && !offer.text().contains(secret));
    site.end().await;
}

/// The word of a new post's form.
async fn word(who: &Visitor<'_>) -> String {
    who.get("/admin/posts/new").await.expect(200).attributes("#form input[name=_form]", "value").remove(0)
}

#[tokio::test]
async fn a_book_in_cyrillic_goes_through_the_login() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let word = word(&ada).await;
    // As if it was swept: the browser's cookie is the key of nothing.
    session::Entity::delete_many().exec(site.db.write()).await.unwrap();
    let text = "Гавань была тихой, пока не наступило утро.\n\n".repeat(200_000 / 7 + 1);
    let form = [
        ("_form", word.as_str()),
        ("_version", ""),
        ("title", "Книга"),
        ("content", &text),
        ("status", "draft"),
    ];
    let page = ada.post("/admin/posts/new", &form).await.expect(401);
    assert_eq!(page.one("h1"), "Please sign in again");
    assert_eq!(page.attributes("main form input", "name")[0], "_form");
    let carried = hidden(&page);
    // A wrong password on the way.
    let page =
        ada.post("/login", &with(&carried, &[("username", "ada"), ("password", "wrong")])).await.expect(422);
    let carried = hidden(&page);
    let offer =
        ada.post("/login", &with(&carried, &[("username", "ada"), ("password", PASSWORD)])).await.expect(200);
    ada.post("/admin/posts/new", &with(&hidden(&offer), &[])).await.expect(303);
    let post = post::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert!(post.content == text, "byte for byte");
    assert!(post.word_count >= 200_000);
    site.end().await;
}

#[tokio::test]
async fn a_ticket_is_good_while_its_owner_writes_here() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let word = word(&site.sign_in("ada").await).await;
    let text = "a".repeat(MAX_STRANGERS_BYTES + 1);
    let form = [("_form", word.as_str()), ("content", &text)];
    let nobody = site.visitor();
    nobody.post("/admin/posts/new", &form).await.expect(401);
    // Not behind the text, where all of it would have to be read first.
    nobody.post("/admin/posts/new", &[form[1], form[0]]).await.expect(413);
    // Nor for forms that are short.
    nobody.post("/forgot", &form).await.expect(413);
    site.build().role(ada, Role::Member).await;
    nobody.post("/admin/posts/new", &form).await.expect(413);
    nobody.post("/login", &form).await.expect(413);
    site.end().await;
}
