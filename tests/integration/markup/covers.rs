//! The picture above a post's text.

use entity::post;
use harness::TestSite;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

const PICTURE: &str = "/media/ab/ab12-1600x900.png";

async fn hang(site: &TestSite, id: i64, cover: &str, alt: &str) {
    let change = post::ActiveModel {
        id: Set(id),
        cover: Set(cover.to_owned()),
        cover_alt: Set(alt.to_owned()),
        ..Default::default()
    };
    change.update(site.db.write()).await.unwrap();
}

#[tokio::test]
async fn a_cover_stands_above_the_text_and_keeps_its_place() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "Post").save().await;
    site.build().course("Course", &[id]).await;
    assert_eq!(site.get("/posts/post").await.expect(200).attributes("img", "src"), [""; 0]);
    hang(&site, id, PICTURE, "A \"harbour\" <at> dusk").await;
    for path in ["/posts/post", "/courses/course/post"] {
        let page = site.get(path).await.expect(200);
        let of_cover = |name: &str| page.attributes("article > .spread > img.cover", name);
        assert_eq!(of_cover("src"), [PICTURE], "{path}");
        assert_eq!(of_cover("alt"), ["A \"harbour\" <at> dusk"]);
        // Smaller than it is, in its shape: 560 pixels are the most.
        assert_eq!((of_cover("width"), of_cover("height")), (vec!["995".to_owned()], vec!["560".to_owned()]));
        assert_eq!(of_cover("fetchpriority"), ["high"]);
        assert_eq!(of_cover("loading"), [""; 0], "it is what is seen first");
        let html = page.text();
        let place = |part: &str| html.find(part).unwrap_or_else(|| panic!("{part} in {html}"));
        assert!(place("class=\"byline\"") < place("class=\"cover\""));
        assert!(place("class=\"cover\"") < place("class=\"prose\""));
    }
    // Lists are titles.
    for path in ["/", "/authors/ada", "/archive", "/courses/course"] {
        assert_eq!(site.get(path).await.expect(200).attributes("img", "src"), [""; 0], "{path}");
    }
    let post = site.get(&format!("/api/posts/{id}")).await.expect(200).json();
    assert_eq!(
        (post["cover"].as_str(), post["cover_alt"].as_str()),
        (Some(PICTURE), Some("A \"harbour\" <at> dusk"))
    );
    let line = site.get("/api/posts.ndjson").await.expect(200).json();
    assert_eq!(line["cover"].as_str(), Some(PICTURE));
    site.end().await;
}

#[tokio::test]
async fn what_is_no_picture_of_this_site_is_no_cover() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "Post").save().await;
    for address in [
        "",
        "x.png",
        "https://elsewhere.example/x.png",
        "//elsewhere.example/x.png",
        "/\\elsewhere.example/x.png",
        "javascript:alert(1)",
        "data:image/png,x",
        "/\t/elsewhere.example",
    ] {
        hang(&site, id, address, "x").await;
        let page = site.get("/posts/post").await.expect(200);
        assert_eq!(page.attributes("img", "src"), [""; 0], "{address}");
    }
    // Of a picture whose size nobody knows the style sheet keeps a place.
    hang(&site, id, "/files/x.png", "").await;
    let page = site.get("/posts/post").await.expect(200);
    assert_eq!(page.attributes("img.cover:not([width])", "alt"), [""]);
    site.end().await;
}
