//! What pages say to those who link to them, and as structured data.

use entity::post;
use harness::{Answer, TestSite, build::day};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};

/// The structured data of a page.
fn data(page: &Answer) -> Vec<Value> {
    let texts = scripts(page);
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

fn scripts(page: &Answer) -> Vec<String> {
    let text = page.text();
    let parts = text.split("<script type=\"application/ld+json\">").skip(1);
    parts.map(|part| part.split("</script>").next().unwrap().to_owned()).collect()
}

fn of_type<'a>(data: &'a [Value], kind: &str) -> &'a Value {
    let found: Vec<&Value> = data.iter().filter(|value| value["@type"] == kind).collect();
    assert_eq!(found.len(), 1, "{kind} in {data:?}");
    assert_eq!(found[0]["@context"], "https://schema.org");
    found[0]
}

fn property(page: &Answer, name: &str) -> Vec<String> {
    page.attributes(&format!("meta[property='{name}']"), "content")
}

async fn furnish(site: &TestSite) -> String {
    let build = site.build();
    build.setting("title", "Notes".into()).await;
    build.setting("description", "On engines.".into()).await;
    build.setting("language", "pt-BR".into()).await;
    let ada = build.author("ada").await;
    let bio =
        entity::user::ActiveModel { id: Set(ada), bio: Set("Countess.".to_owned()), ..Default::default() };
    bio.update(site.db.write()).await.unwrap();
    let covered = build.post(ada, "Covered").tags(&["Rust", "Web"]).published(day(3)).summary("In short.");
    let covered = covered.extra(json!({ "authors": ["Bob"] })).save().await;
    let name = format!("/media/ab/ab{}-2880x1600.jpg", "0".repeat(30));
    let cover = post::ActiveModel {
        id: Set(covered),
        cover: Set(name.clone()),
        cover_alt: Set("A boat".to_owned()),
        updated_at: Set(day(4)),
        ..Default::default()
    };
    cover.update(site.db.write()).await.unwrap();
    let plain = build.post(ada, "Plain").save().await;
    build.course("Steps", &[covered, plain]).await;
    name.replace("/media/", "/media/w1440/")
}

#[tokio::test]
async fn a_post_has_what_schema_org_and_open_graph_ask_for() {
    let site = TestSite::start().await;
    let picture = furnish(&site).await;
    let whole = |path: &str| format!("{}{path}", site.origin);
    let page = site.get("/posts/covered").await.expect(200);
    let data = data(&page);
    let posting = of_type(&data, "BlogPosting");
    assert_eq!(posting["headline"], "Covered");
    assert_eq!(posting["url"], whole("/posts/covered"));
    assert_eq!(posting["mainEntityOfPage"], whole("/posts/covered"));
    assert_eq!(posting["datePublished"], "2026-01-03T12:00:00Z");
    assert_eq!(posting["dateModified"], "2026-01-04T12:00:00Z");
    assert_eq!(posting["description"], "In short.");
    assert_eq!(posting["keywords"], json!(["Rust", "Web"]));
    assert_eq!(posting["inLanguage"], "pt-BR");
    assert_eq!(posting["publisher"]["name"], "Notes");
    let people = [
        json!({ "@type": "Person", "name": "Ada", "url": whole("/authors/ada") }),
        json!({ "@type": "Person", "name": "Bob" }),
    ];
    assert_eq!(posting["author"], json!(people));
    let image = json!({ "@type": "ImageObject", "url": whole(&picture), "width": 1440, "height": 800 });
    assert_eq!(posting["image"], image);
    let trail = of_type(&data, "BreadcrumbList")["itemListElement"].as_array().unwrap().clone();
    let names: Vec<&str> = trail.iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Notes", "Covered"]);
    for (name, value) in [
        ("og:site_name", "Notes"),
        ("og:type", "article"),
        ("og:title", "Covered"),
        ("og:description", "In short."),
        ("og:url", &*whole("/posts/covered")),
        ("og:locale", "pt_BR"),
        ("og:image", &*whole(&picture)),
        ("og:image:width", "1440"),
        ("og:image:height", "800"),
        ("og:image:alt", "A boat"),
        ("article:published_time", "2026-01-03T12:00:00Z"),
        ("article:modified_time", "2026-01-04T12:00:00Z"),
        ("article:author", &*whole("/authors/ada")),
    ] {
        assert_eq!(property(&page, name), [value], "{name}");
    }
    assert_eq!(property(&page, "article:tag"), ["Rust", "Web"]);
    assert_eq!(page.attributes("meta[name='twitter:card']", "content"), ["summary_large_image"]);

    let plain = site.get("/posts/plain").await.expect(200);
    assert_eq!(plain.attributes("meta[name='twitter:card']", "content"), ["summary"]);
    assert_eq!(property(&plain, "og:image").len(), 0);
    assert!(of_type(&self::data(&plain), "BlogPosting").get("image").is_none());
    site.end().await;
}

#[tokio::test]
async fn people_courses_tags_and_the_site_have_what_schema_org_asks_for() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let whole = |path: &str| format!("{}{path}", site.origin);
    let home = data(&site.get("/").await);
    let of_site = of_type(&home, "WebSite");
    assert_eq!((&of_site["name"], &of_site["url"]), (&json!("Notes"), &json!(whole("/"))));
    assert_eq!(home.len(), 1);

    let page = site.get("/authors/ada").await.expect(200);
    let author = data(&page);
    let person = &of_type(&author, "ProfilePage")["mainEntity"];
    assert_eq!(person["@type"], "Person");
    assert_eq!((&person["name"], &person["description"]), (&json!("Ada"), &json!("Countess.")));
    assert_eq!(person["url"], whole("/authors/ada"));
    assert_eq!(property(&page, "og:type"), ["profile"]);

    let course = data(&site.get("/courses/steps").await.expect(200));
    let course = of_type(&course, "Course");
    assert_eq!((&course["name"], &course["description"]), (&json!("Steps"), &json!("Steps in short.")));
    assert_eq!(course["provider"]["name"], "Notes");

    let lesson = data(&site.get("/courses/steps/covered").await.expect(200));
    let posting = of_type(&lesson, "BlogPosting");
    assert_eq!(posting["mainEntityOfPage"], whole("/posts/covered"));
    assert_eq!(posting["isPartOf"]["name"], "Steps");

    for (path, names, last) in [
        ("/authors/ada", vec!["Notes", "Authors", "Ada"], "/authors/ada"),
        ("/tags/rust", vec!["Notes", "Tags", "Rust"], "/tags/rust"),
        ("/courses/steps", vec!["Notes", "Courses", "Steps"], "/courses/steps"),
        ("/courses/steps/covered", vec!["Notes", "Courses", "Steps", "Covered"], "/courses/steps/covered"),
    ] {
        let data = data(&site.get(path).await.expect(200));
        let trail = of_type(&data, "BreadcrumbList")["itemListElement"].as_array().unwrap().clone();
        let found: Vec<&str> = trail.iter().map(|step| step["name"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{path}");
        for (at, step) in (1..).zip(&trail) {
            assert_eq!((&step["@type"], &step["position"]), (&json!("ListItem"), &json!(at)), "{path}");
            let address = step["item"].as_str().unwrap().strip_prefix(&site.origin).unwrap();
            site.get(address).await.expect(200);
        }
        assert_eq!(trail.last().unwrap()["item"], whole(last), "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_page_of_the_sites_own_says_what_it_is_and_where() {
    let site = TestSite::start().await;
    site.build().setting("language", "pt-BR".into()).await;
    site.build().page("About \"us\"", "about", true).await;
    let data = data(&site.get("/about").await.expect(200));
    let page = of_type(&data, "WebPage");
    assert_eq!(
        (&page["name"], &page["url"], &page["inLanguage"]),
        (&json!("About \"us\""), &json!(format!("{}/about", site.origin)), &json!("pt-BR"))
    );
    let trail = of_type(&data, "BreadcrumbList")["itemListElement"].as_array().unwrap().clone();
    assert_eq!(trail.len(), 2);
    assert_eq!(trail[1]["item"], json!(format!("{}/about", site.origin)));
    site.end().await;
}

#[tokio::test]
async fn markup_in_a_text_does_not_leave_structured_data() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let hostile = "</script><script>alert(1)</script><!-- ]]>\u{2028}\u{2029}\"'\\ {{ 7*7 }}";
    site.build().post(ada, hostile).slug("it").summary(hostile).tags(&["<script>x"]).save().await;
    let page = site.get("/posts/it").await.expect(200);
    let found = scripts(&page);
    assert_eq!(found.len(), 2);
    for script in &found {
        assert!(!script.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{script}");
    }
    let data = data(&page);
    assert_eq!(of_type(&data, "BlogPosting")["headline"], hostile);
    assert_eq!(of_type(&data, "BlogPosting")["description"], hostile);
    assert_eq!(page.texts("script:not([src]):not([type='application/ld+json'])").len(), 0);
    assert_eq!(property(&page, "og:title"), [hostile]);
    site.end().await;
}

#[tokio::test]
async fn a_page_names_its_own_feeds_before_the_sites() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let of_site = ["/feed.xml", "/rss.xml", "/feed.json"];
    for (path, base) in [
        ("/", ""),
        ("/posts/covered", ""),
        ("/archive", ""),
        ("/authors/ada", "/authors/ada"),
        ("/tags/rust", "/tags/rust"),
        ("/courses/steps", "/courses/steps"),
        ("/courses/steps/covered", "/courses/steps"),
    ] {
        let page = site.get(path).await.expect(200);
        let mut expected: Vec<String> = of_site.iter().map(|file| format!("{base}{file}")).collect();
        if !base.is_empty() {
            expected.extend(of_site.map(str::to_owned));
        }
        assert_eq!(page.attributes("link[rel=alternate]", "href"), expected, "{path}");
        let titles = page.attributes("link[rel=alternate]", "title");
        assert_eq!(titles.last().unwrap(), "Notes (JSON)", "{path}");
        assert_eq!(page.attributes("footer a[type]", "href"), [expected[0].clone()], "{path}");
        let types = page.attributes("link[rel=alternate]", "type");
        for (href, media_type) in expected.iter().zip(types) {
            assert!(site.get(href).await.expect(200).header("content-type").starts_with(&media_type));
        }
    }
    site.end().await;
}

#[tokio::test]
async fn the_logo_stands_for_the_site_where_a_page_has_no_picture_of_its_own() {
    let site = TestSite::start().await;
    let cover = furnish(&site).await;
    let logo = format!("/media/cd/cd{}-400x100.png", "0".repeat(30));
    site.build().setting("logo", json!(logo)).await;
    let whole = |path: &str| format!("{}{path}", site.origin);
    for path in ["/", "/posts/plain", "/authors/ada", "/courses"] {
        let page = site.get(path).await.expect(200);
        for (name, value) in [
            ("og:image", &*whole(&logo)),
            ("og:image:width", "400"),
            ("og:image:height", "100"),
            ("og:image:alt", "Notes"),
        ] {
            assert_eq!(property(&page, name), [value], "{path}: {name}");
        }
        assert_eq!(page.attributes("meta[name='twitter:card']", "content"), ["summary"], "{path}");
    }
    let page = site.get("/posts/covered").await.expect(200);
    assert_eq!(property(&page, "og:image"), [whole(&cover)]);
    let posting = data(&page).into_iter().find(|data| data["@type"] == "BlogPosting").unwrap();
    let image = json!({ "@type": "ImageObject", "url": whole(&logo), "width": 400, "height": 100 });
    assert_eq!(posting["publisher"]["logo"], image);
    assert_eq!(posting["publisher"]["@type"], "Organization");
    site.end().await;
}
