//! Pages that are no posts.

use entity::{page, user::Role};
use harness::{TestSite, Visitor};
use lectern::pages::queries;
use sea_orm::EntityTrait;

use super::send;

async fn make(editor: &Visitor<'_>, fields: &[(&str, &str)]) -> u16 {
    editor.post("/admin/pages/new", fields).await.status.as_u16()
}

const SHOWN: (&str, &str) = ("is_published", "on");

#[tokio::test]
async fn a_page_is_written_published_moved_and_deleted() {
    let site = TestSite::start().await;
    site.user("ed", Role::Editor).await;
    site.user("ada", Role::Author).await;
    let (ed, ada) = (site.sign_in("ed").await, site.sign_in("ada").await);
    let text = "Who *writes* here.\n\n## Where\n\nAt home.";
    assert_eq!(make(&ed, &[("title", "About us"), ("content", text)]).await, 303);
    // A draft is there for those who may change it.
    site.get("/about-us").await.expect(404);
    ada.get("/about-us").await.expect(404);
    let draft = ed.get("/about-us").await.expect(200);
    assert!(draft.one(".preview-note").contains("This is a draft."));
    assert_eq!(
        (draft.header("cache-control").as_str(), draft.header("x-robots-tag").as_str()),
        ("no-store", "noindex")
    );
    assert_eq!(draft.attributes("meta[name=robots]", "content"), ["noindex"]);
    assert!(queries::public(site.db.read()).await.unwrap().is_empty());

    let id = page::Entity::find().one(site.db.write()).await.unwrap().unwrap().id;
    let form = format!("/admin/pages/{id}");
    assert_eq!(ed.get(&form).await.attributes(".head-actions a", "href")[0], "/about-us");
    send(&ed, &form, &[SHOWN, ("is_published__sent", "1")]).await.expect(303);
    let shown = site.get("/about-us").await.expect(200);
    assert_eq!((shown.one("h1").as_str(), shown.one(".prose em").as_str()), ("About us", "writes"));
    assert_eq!(shown.one("head title"), "About us · Lectern");
    assert_eq!(shown.attributes("meta[name=description]", "content"), ["Who writes here. At home."]);
    assert_eq!(shown.attributes("link[rel=canonical]", "href"), [format!("{}/about-us", site.origin)]);
    assert!(shown.texts(".preview-note").is_empty() && !shown.text().contains("/admin/"));
    let public = queries::public(site.db.read()).await.unwrap();
    assert_eq!(public.iter().map(|page| page.slug.as_str()).collect::<Vec<_>>(), ["about-us"]);

    // Another address: the old one leads there.
    send(&ed, &form, &[("slug", "Wir über uns")]).await.expect(303);
    let moved = site.get("/about-us").await.expect(301);
    assert_eq!(moved.header("location"), "/wir-%C3%BCber-uns");
    site.get("/wir-%C3%BCber-uns").await.expect(200);
    assert_eq!(site.get("/wir-%C3%BCber-uns/").await.expect(308).header("location"), "/wir-%C3%BCber-uns");
    // That a draft is there is nobody's business.
    send(&ed, &form, &[("is_published__sent", "1")]).await.expect(303);
    site.get("/about-us").await.expect(404);
    ed.post(&format!("{form}/delete"), &[("confirmed", "1")]).await.expect(303);
    ed.get("/wir-%C3%BCber-uns").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn no_page_takes_an_address_that_the_site_has_or_may_have() {
    let site = TestSite::start().await;
    site.user("ed", Role::Editor).await;
    let ed = site.sign_in("ed").await;
    for slug in ["admin", "Posts", "search", "feed", "sitemap", "login", "api", "comments"] {
        let page = ed.post("/admin/pages/new", &[("title", "x"), ("slug", slug), SHOWN]).await.expect(422);
        assert_eq!(page.texts("#field-slug-error").len(), 1, "{slug}");
    }
    // The title makes a slug as well.
    ed.post("/admin/pages/new", &[("title", "Archive")]).await.expect(422);
    assert_eq!(make(&ed, &[("title", "engines.xml"), SHOWN]).await, 303);
    site.get("/engines.xml").await.expect(404);
    assert_eq!(make(&ed, &[("title", "About"), SHOWN]).await, 303);
    assert_eq!(make(&ed, &[("title", "About"), SHOWN]).await, 422);
    for (path, status) in
        [("/about", 200), ("/about%00", 404), ("/%ff", 404), ("/about%20", 404), ("/ABOUT", 404)]
    {
        site.get(path).await.expect(status);
    }
    // Whatever is asked otherwise was never there.
    site.visitor().post("/about", &[]).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn one_page_takes_two_statements_and_no_search_finds_it() {
    let site = TestSite::start().await;
    site.user("ed", Role::Editor).await;
    let ed = site.sign_in("ed").await;
    assert_eq!(make(&ed, &[("title", "Imprint"), ("content", "quaggas"), SHOWN]).await, 303);
    let (answer, statements) = site.count_statements("/imprint").await;
    answer.expect(200);
    assert_eq!(statements, 2);
    assert_eq!(site.get("/api/search?q=quaggas").await.json()["total"], 0);
    site.end().await;
}
