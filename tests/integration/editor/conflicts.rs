//! A stale page never overwrites newer text.

use entity::{post::PostStatus, user::Role};
use harness::TestSite;

use super::{autosave, kept, loaded, stored, version};

const FIRST: &str = "One line.\n\nAnother line, which is long enough to be worth comparing word by word.";

#[tokio::test]
async fn of_two_pages_the_second_is_shown_both_texts_and_what_differs() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Margins").content(FIRST).status(PostStatus::Draft).save().await;
    let (here, there) = (site.sign_in("ada").await, site.sign_in("ada").await);
    let url = format!("/admin/posts/{post}");
    let base = version(&here.get(&url).await.expect(200));
    let theirs = FIRST.replace("word by word", "letter by letter");
    there
        .post(&url, &[("_version", &base), ("content", &theirs), ("summary", "Theirs"), ("_tab", "there")])
        .await
        .expect(303);
    let yours = FIRST.replace("One line.", "A better line.");
    let form = [
        ("_version", base.as_str()),
        ("title", "Margins"),
        ("content", yours.as_str()),
        ("summary", "Yours"),
        ("_tab", "here"),
        ("_continue", "1"),
    ];
    let page = here.post(&url, &form).await.expect(409);
    assert_eq!(stored(&site, post).await.content, theirs);
    let (gone, come) =
        (page.texts(".conflict .diff del").join(" "), page.texts(".conflict .diff ins").join(" "));
    assert!(gone.contains("letter") && come.contains("word") && come.contains("better"), "{gone} / {come}");
    assert!(
        page.texts(".conflict tr").iter().any(|row| row.starts_with("SummaryYoursTheirs")),
        "{}",
        page.text()
    );
    assert_eq!(page.one("#field-content"), yours.split_whitespace().collect::<Vec<_>>().join(" "));

    // One field of theirs, without a script; the rest is still to be decided.
    let fresh = version(&page);
    assert_ne!(fresh, base);
    let take = [
        ("_version", fresh.as_str()),
        ("title", "Margins"),
        ("content", yours.as_str()),
        ("summary", "Yours"),
        ("_tab", "here"),
        ("_take", "summary"),
    ];
    assert!(page.attributes("button[name=_take]", "value").contains(&"summary".to_owned()));
    let page = here.post(&url, &take).await.expect(409);
    assert_eq!(page.attributes("#field-summary", "value"), ["Theirs"]);
    assert_eq!(page.texts(".conflict tbody th"), ["Content"]);
    let fresh = version(&page);
    let last = [
        ("_version", fresh.as_str()),
        ("title", "Margins"),
        ("content", yours.as_str()),
        ("summary", "Theirs"),
        ("_tab", "here"),
    ];
    here.post(&url, &last).await.expect(303);
    let row = stored(&site, post).await;
    assert_eq!((row.content, row.summary), (yours, "Theirs".to_owned()));
    site.end().await;
}

#[tokio::test]
async fn going_on_with_an_old_text_is_a_conflict_and_no_overwriting() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Margins").content(FIRST).status(PostStatus::Draft).save().await;
    let ada = site.sign_in("ada").await;
    let url = format!("/admin/posts/{post}");
    let base = version(&ada.get(&url).await.expect(200));
    let row = autosave(
        &ada,
        Some(post),
        "laptop",
        &base,
        &[("title", "Typed"), ("content", "Typed on the train.")],
    )
    .await;
    let row = row.json()["id"].to_string();
    // Meanwhile, on the phone.
    ada.post(&url, &[("_version", &base), ("title", "Phone"), ("content", "From the phone.")])
        .await
        .expect(303);
    let page = ada.get(&format!("{url}?unsaved={row}")).await.expect(200);
    assert!(page.one(".recovered p").contains("The post was saved since"), "{}", page.text());
    let opened = version(&page);
    assert_eq!(opened, base);
    let unsaved = loaded(&kept(&site).await[0]);
    let form = [
        ("_version", opened.as_str()),
        ("_unsaved", unsaved.as_str()),
        ("title", "Typed"),
        ("content", "Typed on the train."),
    ];
    let page = ada.post(&url, &form).await.expect(409);
    assert_eq!(stored(&site, post).await.title, "Phone");
    assert_eq!(kept(&site).await.len(), 1, "what was typed is still kept");
    assert_eq!(page.attributes("input[name=_unsaved]", "value"), [unsaved]);
    site.end().await;
}

#[tokio::test]
async fn the_page_that_goes_on_with_a_text_has_its_row_and_no_second_one() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let row = autosave(&ada, None, "first", "", &[("title", "x"), ("content", "One.")]).await.json()["id"]
        .to_string();
    let unsaved = loaded(&kept(&site).await[0]);
    let going_on = [("_unsaved", unsaved.as_str()), ("title", "x"), ("content", "One. Two.")];
    let same = autosave(&ada, None, "second", "", &going_on).await.expect(200).json()["id"].to_string();
    assert_eq!(same, row);
    let rows = kept(&site).await;
    assert_eq!(
        (rows.len(), rows[0].content.as_str(), rows[0].tab.as_deref()),
        (1, "One. Two.", Some("second"))
    );
    // The first page is still open somewhere: what is typed there is a text of its own.
    autosave(&ada, None, "first", "", &[("title", "x"), ("content", "One. Three.")]).await.expect(200);
    let texts: Vec<String> = kept(&site).await.into_iter().map(|row| row.content).collect();
    assert_eq!(texts, ["One. Two.", "One. Three."]);
    site.end().await;
}

#[tokio::test]
async fn what_another_device_sent_since_is_neither_overwritten_nor_dropped() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let ada = site.sign_in("ada").await;
    let phone = async |text: &str| {
        let typed = [("title", "Margins"), ("content", text)];
        autosave(&ada, Some(post), "phone", "base", &typed).await.expect(200);
    };
    let texts = async || {
        let rows = kept(&site).await;
        rows.into_iter().map(|row| row.content).collect::<Vec<_>>()
    };
    phone("One.").await;
    let unsaved = loaded(&kept(&site).await[0]);
    phone("One. Two.").await;
    // The laptop goes on with what it was shown: by itself, with nothing, and by saving.
    let typed = [("_unsaved", unsaved.as_str()), ("title", "Margins"), ("content", "One. Three.")];
    autosave(&ada, Some(post), "laptop", "base", &typed).await.expect(200);
    assert_eq!(texts().await, ["One. Two.", "One. Three."]);
    let nothing = [("_unsaved", unsaved.as_str()), ("title", ""), ("content", "")];
    autosave(&ada, None, "another", "", &nothing).await.expect(200);
    let saved = [
        ("_tab", "laptop"),
        ("_unsaved", unsaved.as_str()),
        ("title", "Margins"),
        ("content", "One. Three."),
    ];
    ada.post(&format!("/admin/posts/{post}"), &saved).await.expect(303);
    assert_eq!(texts().await, ["One. Two."]);
    site.end().await;
}

#[tokio::test]
async fn what_is_typed_in_a_post_that_becomes_somebody_elses_is_a_text_of_its_own() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let eve = site.user("eve", Role::Author).await.to_string();
    site.user("ed", Role::Editor).await;
    let post = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let (ada, ed) = (site.sign_in("ada").await, site.sign_in("ed").await);
    let typed = [("title", "Margins"), ("content", "An hour's work.")];
    autosave(&ada, Some(post), "tab", "base", &typed).await.expect(200);
    ed.post(&format!("/admin/posts/{post}"), &[("user_id", &eve)]).await.expect(303);
    let more = [("title", "Margins"), ("content", "An hour's work, and more.")];
    autosave(&ada, Some(post), "tab", "base", &more).await.expect(404);
    // As the page does then.
    autosave(&ada, None, "tab", "base", &more).await.expect(200);
    let rows = kept(&site).await;
    assert_eq!((rows.len(), rows[0].post_id, &*rows[0].content), (1, None, "An hour's work, and more."));
    site.end().await;
}
