//! The media library: what is taken and what is not, whose it is, where it is shown, and how it is served.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

mod hostile;
mod library;
mod s3;
mod serving;
mod uses;

use entity::{media, media_leftover, user::Role};
use harness::TestSite;
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};
use lectern::media::leftovers;
use sea_orm::{EntityTrait, PaginatorTrait};

/// A picture with something to see in it.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixel = |x: u32, y: u32| Rgb([(x % 256) as u8, (y % 256) as u8, ((x * 7 + y * 13) % 256) as u8]);
    let image = DynamicImage::from(ImageBuffer::from_fn(width, height, pixel));
    let mut content = std::io::Cursor::new(Vec::new());
    image.write_to(&mut content, format).unwrap();
    content.into_inner()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Png)
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Jpeg)
}

fn holds(content: &[u8], text: &str) -> bool {
    content.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The keys of all files in the store.
async fn stored(site: &TestSite) -> Vec<String> {
    site.app.media.keys().await.unwrap()
}

/// Nothing is in the store or in the tables, nor will anything have to be swept.
async fn assert_nothing_is_there(site: &TestSite, what: &str) {
    assert_eq!(stored(site).await, [""; 0], "{what}");
    assert_eq!(media::Entity::find().count(site.db.write()).await.unwrap(), 0, "{what}");
    assert_eq!(media_leftover::Entity::find().count(site.db.write()).await.unwrap(), 0, "{what}");
}

/// A site with an author, another author and an editor.
async fn desk() -> TestSite {
    let site = TestSite::start_with_media("memory:///").await;
    for (name, role) in [("ada", Role::Author), ("bo", Role::Author), ("eve", Role::Editor)] {
        site.user(name, role).await;
    }
    site
}

#[tokio::test]
async fn what_was_announced_and_never_came_is_swept_and_nothing_else() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let file = &ada.upload(&[("boat.png", &png(300, 200))]).await.expect(201).json()["files"][0];
    let kept = stored(&site).await;
    assert_eq!(kept.len(), 2, "the picture and its thumbnail: {kept:?}");

    // A crash between the file and its row, and one before a file that has a row already.
    let orphan = lectern::media::name::StoredName::new(&"e".repeat(64), Some((300, 200)), "png");
    let url = file["url"].as_str().unwrap();
    let known = lectern::media::name::StoredName::parse(url.trim_start_matches("/media/")).unwrap();
    for name in [&orphan, &known] {
        leftovers::announce(site.db.write(), name).await.unwrap();
    }
    for version in orphan.versions() {
        site.app.media.put(&version, "x".into()).await.unwrap();
    }
    let now = chrono::Utc::now();
    assert_eq!(leftovers::sweep(&site.db, &site.app.media, now).await.unwrap(), 0, "it may still come");
    assert_eq!(stored(&site).await.len(), 3);
    let later = now + chrono::TimeDelta::hours(2);
    assert_eq!(leftovers::sweep(&site.db, &site.app.media, later).await.unwrap(), 1);
    assert_eq!(stored(&site).await, kept);
    assert_eq!(media_leftover::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}
