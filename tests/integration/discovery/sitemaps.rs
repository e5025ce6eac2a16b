//! Sitemaps name all that is public, and nothing else.

use std::collections::BTreeSet;

use chrono::DateTime;
use entity::{
    post::{self, PostStatus},
    user::Role,
};
use harness::{TestSite, build::day};
use roxmltree::Document;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The places that a sitemap or an index of them names, with their times.
async fn read(site: &TestSite, path: &str, root: &str, element: &str) -> Vec<(String, Option<String>)> {
    let answer = site.get(path).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/xml; charset=utf-8", "{path}");
    let text = answer.text();
    let document = Document::parse(&text).unwrap();
    assert!(document.root_element().has_tag_name((NAMESPACE, root)), "{path}");
    let of = |node: roxmltree::Node<'_, '_>, name: &str| {
        let found: Vec<_> = node.children().filter(|child| child.has_tag_name((NAMESPACE, name))).collect();
        assert!(found.len() <= 1);
        found.first().and_then(|child| child.text()).map(str::to_owned)
    };
    let places = document.root_element().children().filter(|node| node.is_element()).map(|node| {
        assert!(node.has_tag_name((NAMESPACE, element)), "{path}");
        let changed = of(node, "lastmod");
        if let Some(changed) = &changed {
            DateTime::parse_from_rfc3339(changed).unwrap();
        }
        let place = of(node, "loc").unwrap();
        (place.strip_prefix(&site.origin).unwrap().to_owned(), changed)
    });
    places.collect()
}

/// All pages that the site's sitemaps name.
async fn all(site: &TestSite) -> Vec<(String, Option<String>)> {
    let mut pages = Vec::new();
    for (part, _) in read(site, "/sitemap.xml", "sitemapindex", "sitemap").await {
        let of_part = read(site, &part, "urlset", "url").await;
        assert!(!of_part.is_empty() && of_part.len() <= 50_000, "{part}");
        pages.extend(of_part);
    }
    pages
}

#[tokio::test]
async fn they_name_every_public_page_once_and_no_other() {
    let site = TestSite::start().await;
    let build = site.build();
    let ada = build.author("ada").await;
    build.author("silent").await;
    let first = build.post(ada, "First").tags(&["Rust & <Co>"]).save().await;
    build.post(ada, "Привет").slug("привет мир").published(day(5)).save().await;
    for status in [PostStatus::Draft, PostStatus::Scheduled] {
        build.post(ada, &format!("Secret {status:?}")).tags(&["Hidden"]).status(status).save().await;
    }
    let trashed = build.post(ada, "Secret trash").save().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    root.post(&format!("/admin/posts/{trashed}/delete"), &[]).await.expect(303);
    build.course("Steps", &[first]).await;

    let pages = all(&site).await;
    let mut expected = BTreeSet::from(["/", "/archive", "/authors", "/tags", "/courses"].map(str::to_owned));
    for page in ["/posts/first", "/authors/ada", "/tags/rust-co", "/courses/steps"] {
        expected.insert(page.to_owned());
    }
    expected.insert(lectern::web::links::post("привет мир"));
    assert_eq!(pages.iter().map(|(page, _)| page.clone()).collect::<BTreeSet<_>>(), expected);
    assert_eq!(pages.len(), expected.len(), "each once");
    for (page, changed) in &pages {
        let answer = site.get(page).await.expect(200);
        assert_eq!(answer.attributes("link[rel=canonical]", "href"), [format!("{}{page}", site.origin)]);
        assert_eq!(changed.is_some(), page[1..].contains('/') && !page.starts_with("/tags"), "{page}");
    }
    let changed = |page: &str| pages.iter().find(|(known, _)| known == page).unwrap().1.clone().unwrap();
    assert_eq!(changed("/posts/first"), "2026-01-01T12:00:00Z");
    assert_eq!(changed("/authors/ada"), "2026-01-05T12:00:00Z");
    site.end().await;
}

#[tokio::test]
async fn a_part_is_a_range_of_ids_and_one_without_a_public_page_is_not_there() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for (number, id) in (1..).zip([4_999_i64, 5_000, 5_001, 25_000, 30_001]) {
        let made = site.build().post(ada, &format!("Post {number}")).published(day(number)).save().await;
        let row = post::Entity::find_by_id(made).one(site.db.read()).await.unwrap().unwrap();
        post::Entity::delete_by_id(made).exec(site.db.write()).await.unwrap();
        let moved = post::ActiveModel { id: Set(id), updated_at: Set(day(number)), ..row.into() };
        moved.insert(site.db.write()).await.unwrap();
    }
    let draft = post::ActiveModel { id: Set(30_001), status: Set(PostStatus::Draft), ..Default::default() };
    draft.update(site.db.write()).await.unwrap();
    let parts = read(&site, "/sitemap.xml", "sitemapindex", "sitemap").await;
    let parts: Vec<_> = parts.into_iter().filter(|(part, _)| part.contains("posts")).collect();
    let expected = [(1, 2), (2, 3), (5, 4)];
    let expected = expected
        .map(|(part, day)| (format!("/sitemap-posts-{part}.xml"), Some(format!("2026-01-0{day}T12:00:00Z"))));
    assert_eq!(parts, expected);
    for (part, slugs) in [(1, vec!["post-1", "post-2"]), (2, vec!["post-3"]), (5, vec!["post-4"])] {
        let pages = read(&site, &format!("/sitemap-posts-{part}.xml"), "urlset", "url").await;
        let slugs: Vec<String> = slugs.into_iter().map(|slug| format!("/posts/{slug}")).collect();
        assert_eq!(pages.into_iter().map(|(page, _)| page).collect::<Vec<_>>(), slugs, "{part}");
    }
    for none in [
        "posts-0",
        "posts-3",
        "posts-7",
        "posts-9223372036854775807",
        "posts-99999999999999999999",
        "drafts-1",
        "posts-01",
        "%00",
    ] {
        site.get(&format!("/sitemap-{none}.xml")).await.expect(404);
    }
    site.end().await;
}

#[tokio::test]
async fn a_site_without_anything_has_a_sitemap_of_its_lists() {
    let site = TestSite::start().await;
    assert_eq!(all(&site).await.len(), 5);
    let answer = site.get("/sitemap.xml").await;
    let known = [("if-none-match", answer.headers["etag"].to_str().unwrap())];
    site.send(reqwest::Method::GET, "/sitemap.xml", &known).await.expect(304);
    site.end().await;
}
