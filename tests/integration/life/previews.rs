//! Preview links: a secret address that shows a post before it is public.

use chrono::{TimeDelta, Utc};
use entity::{post::PostStatus, user::Role};
use harness::TestSite;

use super::{history, pairs, row};

#[tokio::test]
async fn whoever_has_the_link_reads_the_post_as_it_will_look() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let text = "## One\n\nSome *words*.\n\n## Two\n\nMore.";
    let build = site.build().post(ada, "A secret plan").content(text).summary("In short.").tags(&["Plans"]);
    let post = build.status(PostStatus::Draft).save().await;
    site.build().post(ada, "An older one").save().await;
    let browser = site.sign_in("ada").await;
    let path = format!("/admin/posts/{post}");
    browser.post(&format!("{path}/preview-link"), &[]).await.expect(303);
    let page = browser.get(&format!("{path}/preview-link")).await.expect(200);
    let link = page.one(".preview-link");
    let preview = link.strip_prefix(&site.origin).unwrap();
    assert!(preview.starts_with("/preview/") && preview.len() > "/preview/".len() + 22, "{preview}");
    // Asked for twice, it is the same.
    browser.post(&format!("{path}/preview-link"), &[("_page", "1")]).await.expect(303);
    assert_eq!(browser.get(&format!("{path}/preview-link")).await.one(".preview-link"), link);

    let shown = site.get(preview).await.expect(200);
    assert!(shown.one(".preview-note").contains("This is a preview."));
    assert_eq!(shown.attributes("meta[name=robots]", "content"), ["noindex"]);
    assert!(shown.attributes("link[rel=canonical]", "href").is_empty());
    for (header, value) in
        [("x-robots-tag", "noindex"), ("cache-control", "no-store"), ("referrer-policy", "no-referrer")]
    {
        assert_eq!(shown.header(header), value, "{header}");
    }
    site.get("/posts/a-secret-plan").await.expect(404);
    assert!(!site.get("/").await.text().contains("secret"));
    // A scheduled one is shown too.
    let due = (Utc::now() + TimeDelta::days(1)).format("%Y-%m-%dT%H:%M:%S").to_string();
    browser.post(&path, &[("status", "scheduled"), ("published_at", &due)]).await.expect(303);
    assert!(site.get(preview).await.expect(200).one(".preview-note").contains("goes out by itself"));
    // Published, the link leads to the post, which looks as it did.
    browser.post(&path, &[("status", "published"), ("published_at", "")]).await.expect(303);
    assert_eq!(site.get(preview).await.expect(302).header("location"), "/posts/a-secret-plan");
    let public = site.get("/posts/a-secret-plan").await.expect(200);
    for part in ["article h1", ".standfirst", ".prose", ".toc", ".tag-line", ".author-note"] {
        assert_eq!(public.texts(part), shown.texts(part), "{part}");
    }
    // In the trash it is nothing; brought back, the link is good again; revoked, it is not.
    browser.post(&format!("{path}/delete"), &[("confirmed", "1")]).await.expect(303);
    site.get(preview).await.expect(404);
    browser.post(&format!("{path}/preview-link"), &[]).await.expect(404);
    browser.post(&format!("{path}/restore"), &[]).await.expect(303);
    site.get(preview).await.expect(200);
    browser.post(&format!("{path}/preview-link/revoke"), &[]).await.expect(303);
    assert_eq!(site.get(preview).await.expect(404).header("cache-control"), "no-store");
    let told = history(&site, post).await;
    let shared: Vec<_> = pairs(&told).into_iter().filter(|(action, _)| action.ends_with("share")).collect();
    assert_eq!(shared, [("share", "Ada"), ("unshare", "Ada")]);
    // A new link is another one.
    browser.post(&format!("{path}/preview-link"), &[]).await.expect(303);
    site.get(preview).await.expect(404);
    assert_ne!(row(&site, post).await.preview_key.unwrap(), preview.trim_start_matches("/preview/"));
    site.end().await;
}

#[tokio::test]
async fn nobody_else_makes_or_revokes_a_link_and_guesses_find_nothing() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("bob", Role::Author).await;
    let post = site.build().post(ada, "Hers").status(PostStatus::Draft).save().await;
    let (hers, his) = (site.sign_in("ada").await, site.sign_in("bob").await);
    let path = format!("/admin/posts/{post}/preview-link");
    his.post(&path, &[]).await.expect(404);
    hers.post(&path, &[]).await.expect(303);
    his.post(&format!("{path}/revoke"), &[]).await.expect(404);
    his.get(&path).await.expect(404);
    let key = row(&site, post).await.preview_key.unwrap();
    site.get(&format!("/preview/{key}")).await.expect(200);
    for guess in [&key[1..], &key.to_lowercase(), &format!("{key}%20"), "%00", "null", "~"] {
        site.get(&format!("/preview/{guess}")).await.expect(404);
    }
    site.end().await;
}
