//! Files in a bucket that speaks S3: the program as it is run, with the variables that everybody sets for it.

use entity::media;
use harness::{TestSite, bucket::Bucket, visitor::multipart};
use sea_orm::{EntityTrait, PaginatorTrait};

use super::png;
use crate::cli::{SERVE, Server};

/// A site whose requests are answered by a program of its own, with its files in a bucket.
async fn site_with(bucket: &Bucket) -> (TestSite, Server) {
    let mut site = TestSite::start().await;
    site.user("ada", entity::user::Role::Author).await;
    let mut command = site.command(&SERVE);
    command.envs(bucket.environment()).env("LECTERN_MEDIA_URL", "s3://pictures/of/the site");
    let server = Server::start(command, &site.folder().join("log"));
    site.origin.clone_from(&server.origin);
    (site, server)
}

#[tokio::test]
async fn a_picture_goes_into_a_bucket_is_shown_from_it_and_is_gone_from_it() {
    let bucket = Bucket::start().await;
    let (site, server) = site_with(&bucket).await;
    let ada = site.sign_in("ada").await;
    let told = ada.upload(&[("boat.png", &png(1000, 700))]).await.expect(201).json();
    let (id, url) =
        (told["files"][0]["id"].to_string(), told["files"][0]["url"].as_str().unwrap().to_owned());
    let key = format!("of/the site/{}", url.trim_start_matches("/media/"));
    let keys = bucket.keys();
    assert!(keys.contains(&key), "{keys:?}");
    assert!(keys.iter().any(|key| key.starts_with("of/the site/w480/")), "{keys:?}");
    assert!(bucket.asked().iter().filter(|asked| asked.starts_with("PUT ")).count() == keys.len());

    let form = [("title", "Boats"), ("content", &*format!("![A boat]({url})")), ("status", "published")];
    ada.post("/admin/posts/new", &form).await.expect(303);
    let page = site.get("/posts/boats").await.expect(200);
    assert_eq!(page.attributes(".prose img", "src"), [url.as_str()]);
    let object = bucket.object(&key).unwrap();
    let whole = site.get(&url).await.expect(200);
    assert_eq!(
        (whole.bytes.as_slice(), whole.header("content-type")),
        (object.as_slice(), "image/png".to_owned())
    );
    bucket.asked();
    let part = site.send(reqwest::Method::GET, &url, &[("range", "bytes=10-19")]).await.expect(206);
    assert_eq!(part.bytes, object[10..20]);
    assert_eq!(part.header("content-range"), format!("bytes 10-19/{}", object.len()));
    let asked = bucket.asked();
    assert!(
        asked.iter().any(|asked| asked.ends_with("bytes=10-19")),
        "no more than that is fetched: {asked:?}"
    );
    site.send(reqwest::Method::HEAD, &url, &[]).await.expect(200);
    assert!(bucket.asked().iter().all(|asked| asked.starts_with("HEAD ")));

    ada.post(&format!("/admin/media/{id}/delete"), &[("confirmed", "1")]).await.expect(303);
    assert_eq!(bucket.keys(), [""; 0]);
    site.get(&url).await.expect(404);
    assert_eq!(bucket.refused(), 0, "everything was signed");
    server.stop();
    site.end().await;
}

#[tokio::test]
async fn what_breaks_off_or_is_refused_leaves_nothing_in_it() {
    let bucket = Bucket::start().await;
    let (site, server) = site_with(&bucket).await;
    let ada = site.sign_in("ada").await;
    let picture = png(1000, 700);
    // The connection is cut half way.
    let (body, media_type) = multipart(&[("boat.png", &picture)], "");
    let headers = format!(
        "Host: {}\r\nCookie: {}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n",
        site.origin.trim_start_matches("http://"),
        ada.cookie().unwrap(),
        body.len(),
    );
    // Nobody waits for the answer to half a request.
    site.cut_off("POST /admin/media/upload", &headers, &body[..body.len() / 2]).await;
    assert_eq!(bucket.keys(), [""; 0]);

    // A key that is not good any more: told as what it is, without a row.
    bucket.lock(true);
    ada.upload(&[("boat.png", &picture)]).await.expect(503);
    assert!(bucket.refused() > 0);
    assert_eq!(media::Entity::find().count(site.db.write()).await.unwrap(), 0);
    // Pages go on.
    site.get("/").await.expect(200);
    bucket.lock(false);
    assert_eq!(bucket.keys(), [""; 0]);
    ada.upload(&[("boat.png", &picture)]).await.expect(201);
    assert!(!bucket.keys().is_empty());
    server.stop();
    site.end().await;
}
