//! The media library in a browser: uploads with their progress, and the texts that are asked for.

use entity::{media, user::Role};
use harness::TestSite;
use image::{DynamicImage, ImageFormat};
use sea_orm::{EntityTrait, QueryOrder};

use crate::{
    accessibility::examine_page,
    driver::{Browser, Screen},
};

/// Two pictures and a drawing with a script, in a folder.
fn pictures(site: &TestSite) -> [String; 3] {
    let path = |name: &str| site.folder().join(name);
    DynamicImage::new_rgb8(900, 600).save_with_format(path("boat.png"), ImageFormat::Png).unwrap();
    DynamicImage::new_rgb8(300, 600).save_with_format(path("mast.jpg"), ImageFormat::Jpeg).unwrap();
    std::fs::write(path("evil.svg"), "<svg onload=\"alert(1)\"/>").unwrap();
    ["boat.png", "mast.jpg", "evil.svg"].map(|name| path(name).display().to_string())
}

async fn rows(site: &TestSite) -> Vec<(String, String)> {
    let rows =
        media::Entity::find().order_by_asc(media::Column::Filename).all(site.db.write()).await.unwrap();
    rows.into_iter().map(|row| (row.filename, row.alt)).collect()
}

fn pair(one: &str, other: &str) -> (String, String) {
    (one.to_owned(), other.to_owned())
}

#[tokio::test]
async fn several_files_are_uploaded_with_their_progress_and_described_at_once() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let files = pictures(&site);
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.sign_in_as(&site.sign_in("ada").await).await;
    browser.visit("/admin/media").await;
    browser.follow("Upload files").await;
    browser.is_at("/admin/media/new").await;
    // Each has its line while it is on its way.
    browser
        .script(
            "window.seen = [];
             new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
               const bar = node.querySelector?.('progress');
               if (bar) window.seen.push(bar.getAttribute('aria-label'));
             }))).observe(document.body, { childList: true, subtree: true });",
        )
        .await;
    browser.type_into("#field-file", files.join("\n")).await;
    browser.reads(".upload-list h2", "What do they show?").await;
    browser.mentions(".picture.is-refused .picture-state", "SVG").await;
    let seen = browser.script("return window.seen.join(', ')").await;
    assert_eq!(seen, "Uploading boat.png, Uploading mast.jpg, Uploading evil.svg");
    assert_eq!(browser.texts(".picture progress").await, [""; 0], "they are done");
    assert_eq!(browser.texts(".picture:not(.is-refused) .picture-state").await, ["In the library"; 2]);
    assert_eq!(rows(&site).await, [pair("boat.png", ""), pair("mast.jpg", "")]);

    browser.type_into(".picture:nth-child(1) textarea", "A boat at sea").await;
    browser.type_into(".picture:nth-child(2) textarea", "Its mast").await;
    browser.button("Save the texts").await;
    browser.is_at("/admin/media").await;
    browser.mentions("[role=status]", "2 pictures have their texts").await;
    assert_eq!(rows(&site).await, [pair("boat.png", "A boat at sea"), pair("mast.jpg", "Its mast")]);
    assert_eq!(browser.texts(".rows .is-first a").await.len(), 2);
    browser
        .holds("[...document.querySelectorAll('.thumbnail img')].every((image) => image.naturalWidth > 0)")
        .await;

    // Its address can be copied from its form.
    browser.follow("boat.png").await;
    browser.click("copy-text button").await;
    browser.holds("/Copied|Selected/.test(document.querySelector('copy-text button').textContent)").await;
    browser.holds("document.querySelector('.extra-picture').naturalWidth > 0").await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn without_scripts_files_are_uploaded_and_described_too() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let files = pictures(&site);
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.sign_in_as(&site.sign_in("ada").await).await;
    browser.turn_scripts_off().await;
    browser.visit("/admin/media/new").await;
    browser.type_into("#field-file", files.join("\n")).await;
    browser.button("Upload").await;
    browser.mentions("h1", "What do they show?").await;
    browser.mentions(".messages .is-error", "evil.svg").await;
    assert_eq!(browser.texts(".picture-name").await, ["boat.png", "mast.jpg"]);
    browser.type_into(".picture:nth-child(1) textarea", "A boat at sea").await;
    browser.button("Save").await;
    browser.mentions("[role=status]", "One picture has its text").await;
    assert_eq!(rows(&site).await, [pair("boat.png", "A boat at sea"), pair("mast.jpg", "")]);
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn axe_finds_nothing_in_the_library() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let file = std::fs::read(&pictures(&site)[0]).unwrap();
    let told = ada.upload(&[("boat.png", &file)]).await.expect(201).json();
    let id = &told["files"][0]["id"];
    let (form, describe) = (format!("/admin/media/{id}"), format!("/admin/media/describe?id={id}"));
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.sign_in_as(&ada).await;
    for path in ["/admin/media", "/admin/media/new", &form, &describe] {
        browser.visit(path).await;
        assert_eq!(examine_page(&browser, path).await, [""; 0]);
    }
    browser.quit().await;
    site.end().await;
}
