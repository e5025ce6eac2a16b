//! Pages that are no posts.

use entity::{page, user::Role};
use harness::{TestSite, Visitor};
use lectern::pages::queries;
use sea_orm::EntityTrait;

use super::{send, set_menu};

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
    // A page is there to be read; what is none is not there, whatever is asked.
    let refused = site.visitor().post("/about", &[]).await.expect(405);
    assert_eq!(refused.header("allow"), "GET, HEAD");
    assert_eq!(make(&ed, &[("title", "Draft")]).await, 303);
    for path in ["/none", "/draft", "/about%20"] {
        site.visitor().post(path, &[]).await.expect(404);
    }
    site.send(reqwest::Method::DELETE, "/about", &[]).await.expect(405);
    site.send(reqwest::Method::HEAD, "/about", &[]).await.expect(200);
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

#[tokio::test]
async fn the_menu_follows_a_page_that_moves_and_forgets_one_that_goes() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    site.user("ed", Role::Editor).await;
    let (root, ed) = (site.sign_in("root").await, site.sign_in("ed").await);
    for title in ["About", "Imprint", "Elsewhere"] {
        assert_eq!(make(&ed, &[("title", title), SHOWN]).await, 303);
    }
    let items = [
        ("Us", "/about"),
        ("Where", "/about?map=1#where"),
        ("Near it", "/about/team"),
        ("Others", "https://other.example/about"),
        ("Legal", "/imprint"),
    ];
    set_menu(&root, &items).await.expect(303);
    let menu = async || site.get("/").await.expect(200).attributes(".site-nav a", "href");
    let id = async |title: &str| {
        let pages = page::Entity::find().all(site.db.write()).await.unwrap();
        pages.into_iter().find(|page| page.title == title).unwrap().id
    };
    // An editor, who may not change the menu otherwise, moves a page: its entries come along.
    let about = format!("/admin/pages/{}", id("About").await);
    send(&ed, &about, &[("slug", "Wir über uns")]).await.expect(303);
    let moved = "/wir-%C3%BCber-uns";
    let with_query = format!("{moved}?map=1#where");
    assert_eq!(menu().await, [moved, &with_query, "/about/team", "https://other.example/about", "/imprint"]);
    assert!(root.get("/admin/history").await.expect(200).text().contains(moved));
    site.get(moved).await.expect(200);
    // Whatever else changes leaves the menu alone.
    send(&ed, &about, &[("title", "About us")]).await.expect(303);
    assert_eq!(menu().await.len(), 5);

    // A deletion says so, and does so.
    let asked = ed.get(&format!("{about}/delete")).await.expect(200).text();
    assert!(asked.contains("2 entries of the menu lead there and go too"), "{asked}");
    assert!(asked.contains("Us") && asked.contains("Where"));
    let elsewhere = format!("/admin/pages/{}/delete", id("Elsewhere").await);
    assert!(!ed.get(&elsewhere).await.expect(200).text().contains("of the menu"));
    ed.post(&format!("{about}/delete"), &[("confirmed", "1")]).await.expect(303);
    assert_eq!(menu().await, ["/about/team", "https://other.example/about", "/imprint"]);
    ed.post(&elsewhere, &[("confirmed", "1")]).await.expect(303);
    assert_eq!(menu().await.len(), 3);
    site.end().await;
}
