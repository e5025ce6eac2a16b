//! The corpus through everything that the owner can type.

use entity::user::Role;
use harness::{TestSite, corpus};
use roxmltree::Document;
use scraper::Html;

use super::{set, set_menu, themes};
use crate::{
    feeds::{FILES, rules},
    markup::{crawl, strict},
    pages::furnish,
};

const OPENSEARCH: &str = "http://a9.com/-/spec/opensearch/1.1/";

/// A page of each kind that readers have.
const KINDS: [&str; 18] = [
    "/",
    "/?page=2",
    "/posts/post-1",
    "/posts/post-1/comments",
    "/authors",
    "/authors/ada",
    "/tags",
    "/tags/rust",
    "/archive",
    "/courses",
    "/courses/first-steps",
    "/courses/first-steps/post-1",
    "/search?q=words",
    "/about",
    "/login",
    "/signup",
    "/forgot",
    "/reset/guess",
];

/// Asserts that some pages are nothing but what they should be.
async fn judge(site: &TestSite, what: &str, pages: &[harness::Answer]) {
    for page in pages {
        let faults = strict::page(&Html::parse_document(&page.text()), &site.origin);
        assert!(faults.is_empty(), "{what}: {}", faults.join("\n"));
    }
}

#[tokio::test]
async fn no_setting_is_more_than_text() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.build().page("About", "about", true).await;
    site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    let plain = |text: &String| text.replace(char::is_control, " ");
    let texts: Vec<String> = corpus::packed(2000).iter().map(plain).collect();
    let titles: Vec<String> = corpus::packed(80).iter().map(plain).collect();
    let lines: Vec<String> = corpus::packed(300).iter().map(plain).collect();
    for at in 0..lines.len().max(texts.len()) {
        let (title, line) = (&titles[at * 3 % titles.len()], &lines[at % lines.len()]);
        let footer = &texts[at % texts.len()];
        set(&owner, &[("title", title), ("description", line), ("footer", footer)]).await.expect(303);
        // Each of them on another kind of page.
        let path = KINDS[at % KINDS.len()];
        judge(&site, path, &[site.get(path).await]).await;
        let search = site.get("/opensearch.xml").await.expect(200).text();
        let search = Document::parse(&search).unwrap_or_else(|error| panic!("{error}: {search}"));
        let described = search.descendants().find(|node| node.has_tag_name((OPENSEARCH, "Description")));
        assert_eq!(described.and_then(|node| node.text()), Some(&*format!("Search {}", title.trim())));
        rules::read(&site.get(&format!("/{}", FILES[at % FILES.len()])).await);
        let home = site.get("/").await.expect(200);
        assert_eq!(home.attributes("meta[name=description]", "content"), [line.trim()]);
        judge(&site, line, &[home, owner.get("/admin/settings").await, site.get("/none").await]).await;
    }
    judge(&site, "history", &[owner.get("/admin/history").await]).await;
    site.end().await;
}

#[tokio::test]
async fn no_payload_is_a_colour_a_picture_a_language_or_a_zone() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    for (at, payload) in corpus::payloads().iter().enumerate().filter(|(_, text)| !text.contains('\0')) {
        let fields = ["accent", "logo", "language", "security_contact", "time_zone", "list_text"];
        let field = fields[at % fields.len()];
        let page = owner.post("/admin/settings", &[(field, payload)]).await;
        let sent = payload.trim();
        // Blanks are nothing; and a page or a mailbox of another site is a contact, whatever stands there.
        if page.status == 303 {
            let is_contact = sent.starts_with("https://") || sent.contains('@');
            assert!(sent.is_empty() || field == "security_contact" && is_contact, "{field}: {payload}");
            continue;
        }
        let page = page.expect(422);
        // The page is a long one: not each of them is taken apart.
        if at % 8 == 0 {
            judge(&site, payload, &[page]).await;
        }
    }
    judge(&site, "home", &[site.get("/").await.expect(200)]).await;
    site.end().await;
}

#[tokio::test]
async fn no_payload_leads_from_the_menu_to_anything_but_a_page() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    let payloads: Vec<String> = corpus::payloads().into_iter().filter(|text| !text.contains('\0')).collect();
    for payloads in payloads.chunks(30) {
        let items: Vec<(&str, &str)> = payloads.iter().map(|payload| ("x", payload.as_str())).collect();
        let page = set_menu(&owner, &items).await.expect(422);
        judge(&site, &payloads.concat(), std::slice::from_ref(&page)).await;
        for (at, payload) in payloads.iter().enumerate() {
            if page.texts(&format!("#field-menu-{at}-url-error")).is_empty() {
                let address = payload.trim();
                let is_path =
                    address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
                let is_page = address.starts_with("http://") || address.starts_with("https://");
                assert!(is_path || is_page, "{payload}");
            }
        }
    }
    assert_eq!(site.get("/").await.texts(".site-nav li").len(), 4);
    site.end().await;
}

#[tokio::test]
async fn no_label_and_no_page_is_more_than_its_text() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    let labels = corpus::packed(40);
    for labels in labels.chunks(30) {
        let plain: Vec<String> = labels.iter().map(|label| label.replace(char::is_control, " ")).collect();
        let items: Vec<(&str, &str)> = plain.iter().map(|label| (label.as_str(), "/archive")).collect();
        set_menu(&owner, &items).await.expect(303);
        judge(&site, &plain.concat(), &[site.get("/").await, owner.get("/admin/menu").await]).await;
    }
    let (titles, texts, summaries) = (corpus::packed(200), corpus::packed(4000), corpus::packed(500));
    for at in 0..titles.len() {
        let (title, slug) = (&titles[at].replace(char::is_control, " "), format!("page-{at}"));
        let (text, summary) = (&texts[at % texts.len()], &summaries[at % summaries.len()]);
        let text = text.replace('\0', " ");
        let fields = [
            ("title", title.as_str()),
            ("slug", &slug),
            ("content", &text),
            ("summary", &summary.replace(char::is_control, " ")),
            ("is_published", "on"),
        ];
        let made = owner.post("/admin/pages/new", &fields).await;
        assert_eq!(made.status, 303, "{}", made.text());
        judge(&site, title, &[site.get(&format!("/{slug}")).await.expect(200)]).await;
    }
    judge(&site, "list", &[owner.get("/admin/pages").await.expect(200)]).await;
    site.end().await;
}

#[tokio::test]
async fn a_theme_shows_no_payload_as_more_than_text() {
    let folder = themes::minimal();
    let site = themes::start(&folder).await;
    let corpus = corpus::furnish(&site).await;
    let course = format!("/courses/{}", lectern::web::links::encode(&corpus.course_slug));
    let starts = ["/", "/archive", "/tags", "/authors", "/search?q=alert", &*course];
    assert_eq!(site.get("/").await.expect(200).texts("body.my-theme").len(), 1);
    let kinds = crawl::crawl(&site.visitor(), &site.origin, &starts).await;
    for kind in ["/posts/*", "/tags/*", "/authors/*", "/courses/*", "/courses/*/*"] {
        assert!(kinds.contains_key(kind), "{kind} is not among {kinds:?}");
    }
    site.end().await;
}
