//! An address has one form, whatever of it is percent-encoded: the rules for a path hold for what is reached by it.

use entity::user::Role;
use harness::TestSite;
use reqwest::Method;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn no_rule_is_passed_by_with_an_encoded_letter() {
    let site = TestSite::start().await;
    site.user("ada", Role::Admin).await;
    let ada = site.sign_in("ada").await;
    let body = || Some(("{\"title\": \"Taken\", \"content\": \"Words\"}".to_owned(), "application/json"));
    for path in ["/api/posts", "/%61pi/posts", "/a%70i/%70osts", "/%61%70%69/posts"] {
        // A browser's cookie is good for reading alone.
        assert_eq!(ada.send(Method::POST, path, body()).await.status, 401, "{path}");
        let token = [("authorization", "Bearer nonsense")];
        assert_eq!(site.send(Method::GET, path, &token).await.status, 401, "{path}");
    }
    assert_eq!(site.get("/api/posts").await.json()["total"], 0);
    for path in ["/account", "/%61ccount", "/accoun%74"] {
        assert_eq!(ada.get(path).await.expect(200).header("cache-control"), "no-store", "{path}");
    }
    for path in ["/media/none.svg", "/%6dedia/none.svg", "/%6Dedia/none%2Esvg"] {
        let answer = site.get(path).await.expect(404);
        assert!(answer.header("content-security-policy").contains("sandbox"), "{path}");
    }
    let css = site.get("/").await.attributes("link[rel=stylesheet]", "href").remove(0);
    let before = site.db.statements();
    ada.get(&css.replace("/static", "/%73tatic")).await.expect(200);
    assert_eq!(site.db.statements() - before, 0, "nobody looked who it is");
    let answer = site.send(Method::GET, "/%72eset/x", &[]).await;
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    let foreign = [("sec-fetch-site", "cross-site"), FORM];
    assert_eq!(site.send(Method::POST, "/%6cogin", &foreign).await.status, 403);
    site.end().await;
}

#[tokio::test]
async fn what_must_be_encoded_is_found_in_either_case() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "Мир").slug("мир").save().await;
    site.build().post(ada, "Peace").slug("peace").save().await;
    for path in [
        "/posts/%D0%BC%D0%B8%D1%80",
        "/posts/%d0%bc%d0%b8%d1%80",
        "/posts/%70eace",
        "/%70osts/peac%65?page=1",
    ] {
        site.get(path).await.expect(200);
    }
    for path in ["/%2561pi/posts", "/posts%2Fpeace", "/%"] {
        site.get(path).await.expect(404);
    }
    site.end().await;
}
