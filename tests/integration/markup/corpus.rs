//! Every payload in every text, on every page.

use chrono::{TimeDelta, Utc};
use entity::{api_token::Scope, comment, user::Role};
use harness::{
    Mailbox, TestSite,
    corpus::{self, Corpus},
};
use lectern::{comments::stamp, content, web::links};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{crawl, strict};

async fn furnished() -> (TestSite, Corpus) {
    let site = TestSite::start().await;
    let corpus = corpus::furnish(&site).await;
    (site, corpus)
}

#[test]
fn every_payload_in_every_place_of_a_text_is_harmless() {
    let payloads = corpus::payloads();
    assert!(payloads.len() > 800);
    for payload in &payloads {
        for text in [
            payload.clone(),
            format!("a {payload} b\n\n| {payload} |\n|-|\n| {payload} |\n\n## {payload}"),
            format!("- a\n- {payload}\n\n> [!NOTE] {payload}\n> {payload}\n\na[^1] b\n\n[^1]: {payload}"),
            format!(
                "[{payload}](x \"{payload}\") ![{payload}](/media/x.png '{payload}')\n\n```{payload}\n{payload}\n```"
            ),
            format!("<div>\n\n{payload}\n\n</div>"),
        ] {
            let html = content::render(&text).html;
            let faults = strict::prose(&html);
            assert!(faults.is_empty(), "{text:?}\n{html}\n{}", faults.join("\n"));
            // What a browser makes of it, it makes of its own output too.
            let again = scraper::Html::parse_fragment(&html).root_element().inner_html();
            let faults = strict::prose(&again);
            assert!(faults.is_empty(), "{text:?}\n{again}\n{}", faults.join("\n"));
        }
        for text in
            [payload.clone(), format!("- {payload}\n\n> {payload}\n\n[{payload}]({payload}) `{payload}`")]
        {
            let comment = content::render_comment(&text);
            let faults = strict::prose(&comment.html);
            assert!(faults.is_empty(), "{text:?}\n{}\n{}", comment.html, faults.join("\n"));
            let faults = strict::comment(&comment.html);
            assert!(faults.is_empty(), "{text:?}\n{}\n{}", comment.html, faults.join("\n"));
        }
        let plain = content::plain_text(&content::render(payload).html);
        assert!(content::excerpt(&plain, 200).chars().count() <= 200);
    }
}

#[tokio::test]
async fn no_page_for_readers_carries_more_than_text() {
    let (site, corpus) = furnished().await;
    let visitor = site.visitor();
    for slug in corpus.slugs.iter().step_by(3) {
        let answer = site.get(&links::post(slug)).await.expect(200);
        crawl::judge(slug, &answer, &site.origin);
    }
    let course = links::course(&corpus.course_slug);
    let kinds =
        crawl::crawl(&visitor, &site.origin, &["/", "/search?q=alert", "/search?q=onerror+script", &course])
            .await;
    for kind in
        ["/", "/posts/*", "/authors/*", "/tags/*", "/courses/*", "/courses/*/*", "/archive", "/search?", "/?"]
    {
        assert!(kinds.contains_key(kind), "{kind} is not among {kinds:?}");
    }
    for payload in corpus::packed(2_000) {
        let asked = links::encode(&payload);
        for path in [
            format!("/search?q={asked}"),
            format!("/posts/{asked}"),
            format!("/{asked}"),
            format!("/?page={asked}"),
            format!("/login?next={asked}"),
        ] {
            let answer = site.get(&path).await;
            crawl::judge(&path, &answer, &site.origin);
        }
    }
    site.end().await;
}

#[tokio::test]
async fn no_page_of_the_admin_carries_more_than_text() {
    let (site, corpus) = furnished().await;
    let root = site.sign_in("root").await;
    // What the history tells.
    let row = format!("/admin/posts/{}", corpus.posts[0]);
    for title in corpus::packed(190).iter().step_by(12) {
        let answer = root.post(&row, &[("title", title), ("_continue", "1")]).await;
        assert!([303, 422].contains(&answer.status.as_u16()), "{}", answer.text());
        crawl::judge(&row, &answer, &site.origin);
    }
    let starts = [
        "/admin",
        "/admin/posts?sort=title",
        "/admin/history",
        "/account",
        &*row,
        &*format!("{row}/delete"),
        "/admin/media",
        "/admin/comments",
        "/admin/settings",
    ];
    let kinds = crawl::crawl(&root, &site.origin, &starts).await;
    for kind in [
        "/admin/posts/*",
        "/admin/posts/*/history",
        "/admin/posts/*/delete",
        "/admin/users/*",
        "/admin/tags/*",
        "/admin/courses/*",
        "/admin/students/*",
        "/admin/comments/*",
        "/admin/comments/*/delete",
    ] {
        assert!(kinds.contains_key(kind), "{kind} is not among {kinds:?}");
    }
    // What was typed comes back in the form, and addresses that fill one in.
    for payload in corpus::packed(2_000) {
        let fields = [
            ("title", ""),
            ("content", &*payload),
            ("summary", &*payload),
            ("slug", &*payload),
            ("tags", &*payload),
            ("cover", &*payload),
            ("cover_alt", &*payload),
            ("published_at", &*payload),
        ];
        let answer = root.post("/admin/posts/new", &fields).await;
        crawl::judge("/admin/posts/new", &answer.expect(422), &site.origin);
        let filled =
            format!("/admin/posts/new?title={}&summary={}", links::encode(&payload), links::encode(&payload));
        crawl::judge(&filled, &root.get(&filled).await, &site.origin);
        let search = format!("/admin/posts?q={}&status={}", links::encode(&payload), links::encode(&payload));
        crawl::judge(&search, &root.get(&search).await, &site.origin);
    }
    site.end().await;
}

#[tokio::test]
async fn what_programs_are_given_is_as_clean() {
    let (site, _) = furnished().await;
    let root = site.user("reader", Role::Admin).await;
    let program = site.program(root, Scope::Write).await;
    let answer = site.get("/api/posts.ndjson").await.expect(200);
    assert!(answer.header("content-type").starts_with("application/x-ndjson"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let mut lines = 0;
    for line in answer.text().lines() {
        let post: Value = serde_json::from_str(line).unwrap();
        let faults = strict::prose(post["html"].as_str().unwrap());
        assert!(faults.is_empty(), "{post}\n{}", faults.join("\n"));
        lines += 1;
    }
    assert!(lines > 100);
    for path in
        ["/api/posts", "/api/users", "/api/courses", "/api/search?q=alert", "/api/posts/1", "/api/users/1"]
    {
        let answer = program.get(path).await;
        assert!(answer.header("content-type").contains("json"), "{path}");
        crawl::judge(path, &answer, &site.origin);
    }
    for found in site.get("/api/search?q=alert").await.expect(200).json()["posts"].as_array().unwrap() {
        let snippet = found["snippet"].as_str().unwrap();
        let faults = strict::prose(snippet);
        assert!(faults.is_empty(), "{snippet}\n{}", faults.join("\n"));
    }
    // The API's own way in.
    for (at, payload) in corpus::payloads().chunks(60).enumerate() {
        // What no text has, forms and API refuse.
        let typed = |text: &str| text.replace(|c: char| c.is_control() && c != '\n', " ");
        let short = |text: &str| typed(text).replace('\n', " ").chars().take(190).collect::<String>();
        let body = json!({
            "title": format!("{at} {}", short(&payload[0])),
            "content": typed(&payload.join("\n\n")),
            "summary": short(&payload[1]),
        });
        let answer = program.json(reqwest::Method::POST, "/api/posts", &body).await;
        let id = answer.expect(201).json()["id"].as_i64().unwrap();
        let post = site.get(&format!("/api/posts/{id}")).await.expect(200).json();
        let faults = strict::prose(post["html"].as_str().unwrap());
        assert!(faults.is_empty(), "{post}\n{}", faults.join("\n"));
        let page = site.get(post["url"].as_str().unwrap()).await.expect(200);
        crawl::judge("a post of the API", &page, &site.origin);
    }
    site.end().await;
}

#[tokio::test]
async fn what_guests_send_is_text_in_pages_forms_mails_and_the_queue() {
    let mailbox = Mailbox::start();
    let url = mailbox.url.clone();
    let site = TestSite::start_with(|serve| {
        serve.smtp_url = Some(url);
        serve.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    site.build().setting("comments_hold", json!(false)).await;
    // The site's name, as no form would take it.
    let title = format!("Notes\r\nBcc: eve@evil.example\n\n{}\u{2028}\u{85}x", corpus::packed(300)[0]);
    site.build().setting("title", json!(title)).await;
    let stamp = stamp::form(&site.app.signer, post, Utc::now() - TimeDelta::minutes(1));
    let (names, all) = (corpus::packed(70), corpus::payloads());
    let typed = |text: &str| text.replace(|c: char| c.is_control() && c != '\n', " ");
    let mut taken = 0;
    for (at, payload) in all.iter().step_by(9).enumerate() {
        let (name, text) = (typed(&names[at % names.len()]).replace('\n', " "), typed(payload));
        let address = format!("192.0.{}.{}", at / 200, at % 200);
        let headers = [("x-forwarded-for", &*address)];
        let fields = [("stamp", &*stamp), ("name", &*name), ("email", "a@b.example"), ("comment", &*text)];
        let guest = site.visitor();
        let answer = guest.post_with("/posts/hello/comments", &fields, &headers).await;
        crawl::judge("a comment", &answer, &site.origin);
        if answer.status == 303 {
            taken += 1;
            crawl::judge("/posts/hello", &guest.get("/posts/hello").await, &site.origin);
        }
        // Refused, it comes back.
        let fields =
            [("name", &*text), ("email", &*text), ("comment", &*name), ("reply", &*text), ("stamp", &*text)];
        let answer = guest.post("/posts/hello/comments", &fields).await;
        crawl::judge("a form again", &answer.expect(422), &site.origin);
        let path = format!("/posts/hello/comments?reply={}", links::encode(&text));
        crawl::judge(&path, &guest.get(&path).await, &site.origin);
        let path = format!("/comments/moderate/{}", links::encode(&text));
        crawl::judge(&path, &guest.get(&path).await, &site.origin);
    }
    assert!(taken > 80, "{taken}");
    let author = site.sign_in("ada").await;
    let kinds = crawl::crawl(&author, &site.origin, &["/admin/comments", "/posts/hello"]).await;
    assert!(kinds.contains_key("/admin/comments/*"), "{kinds:?}");
    for row in comment::Entity::find().all(site.db.write()).await.unwrap() {
        let path = format!("/comments/moderate/{}", stamp::link(&site.app.signer, row.id, ada, Utc::now()));
        crawl::judge(&path, &site.get(&path).await.expect(200), &site.origin);
    }
    assert!(mailbox.all().len() > 10);
    for mail in mailbox.all() {
        let (head, text) = mail.text.split_once("\n\n").unwrap();
        let lines = |name: &str| head.lines().filter(|line| line.to_lowercase().starts_with(name)).count();
        assert_eq!((lines("subject:"), lines("to:"), lines("content-type: text/plain")), (1, 1, 1), "{head}");
        assert_eq!((mail.to.as_str(), lines("bcc:"), lines("cc:")), ("ada@example.org", 0, 0), "{head}");
        // What a guest wrote stands behind a mark on each of its lines, whatever a reader takes for the end of one.
        let ends = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
        let ours = |line: &&str| {
            let starts =
                ["> ", "Everybody can read it:", "It waits for you.", "Approve it, mark it", "The link is"];
            line.is_empty()
                || starts.iter().any(|start| line.starts_with(start))
                || line.starts_with(&format!("{}/comments/moderate/", site.origin))
        };
        let mut others = text.split(ends).filter(|line| !ours(line));
        assert!(others.next().is_some_and(|first| first.ends_with("commented on “Hello”:")), "{text}");
        assert_eq!(others.next(), None, "{text}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_redirect_leads_nowhere_but_to_pages() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let mut taken = 0;
    for (at, payload) in corpus::payloads().iter().enumerate() {
        // Addresses: out of attributes, out of links, and what is one by itself.
        let address = payload.split('"').nth(1).unwrap_or(payload);
        if !address.contains(':') && !address.starts_with(['/', '\\']) {
            continue;
        }
        let old = format!("/old-{at}");
        let sent = [("old_path", &*old), ("new_path", address)];
        let answer = root.post("/admin/redirects/new", &sent).await;
        crawl::judge("/admin/redirects/new", &answer, &site.origin);
        if answer.status == 303 {
            taken += 1;
            let answer = site.get(&old).await;
            crawl::judge(&old, &answer, &site.origin);
        } else {
            answer.expect(422);
        }
    }
    assert!(taken < 40, "{taken}");
    site.end().await;
}
