//! The corpus of payloads in Chromium, with the content policy switched off: what gets through the sanitiser and the
//! templates would run here, and nothing may.

use harness::{TestSite, corpus};
use lectern::web::links;
use serde_json::{Value, json};

use crate::driver::{Browser, Screen};

/// Before any page's own scripts: whatever a payload calls is noted.
const HOOK: &str = "
    window.__ran = [];
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'msgbox', 'eval']) {
        window[name] = (...said) => { window.__ran.push(`${name}(${said})`); };
    }
    addEventListener('securitypolicyviolation', (event) => window.__ran.push(`policy ${event.blockedURI}`));";

/// What is wrong with the page as the browser sees it, by its own reading of addresses.
const FAULTS: &str = r"
    const wrong = [...window.__ran];
    const name = (element) => element.outerHTML.slice(0, 300);
    const schemes = ['http:', 'https:', 'mailto:', 'tel:'];
    for (const element of document.querySelectorAll('*')) {
        const isOurs = !element.closest('.prose');
        for (const attribute of element.attributes) {
            if (/^on/i.test(attribute.name) || (attribute.name === 'style' && !isOurs)) wrong.push(name(element));
        }
        const foreign = element.namespaceURI !== 'http://www.w3.org/1999/xhtml' && !element.closest('.chart');
        const loads = element.matches('style, iframe, frame, object, embed, applet, base, portal, meta[http-equiv], script:not([src]):not([type$=json])');
        if (foreign || loads) wrong.push(name(element));
        for (const attribute of ['href', 'src', 'action', 'formaction', 'data', 'poster', 'cite', 'background']) {
            if (!element.hasAttribute(attribute)) continue;
            let address;
            try { address = new URL(element.getAttribute(attribute), document.baseURI); } catch { continue; }
            const mayLeave = element.matches('.prose a, .prose [cite], .comment-body a') && schemes.includes(address.protocol);
            if (address.origin !== location.origin && !mayLeave) wrong.push(`${address}: ${name(element)}`);
        }
    }
    for (const sheet of document.styleSheets) {
        if (!sheet.href?.startsWith(`${location.origin}/static/`)) wrong.push(`a stylesheet ${sheet.href}`);
    }
    for (const { name } of performance.getEntriesByType('resource')) {
        if (!name.startsWith(`${location.origin}/`)) wrong.push(`asked for ${name}`);
    }
    if (document.baseURI !== location.href) wrong.push(`the base is ${document.baseURI}`);
    const kinds = { cookie: 'string', title: 'string', getElementById: 'function', querySelector: 'function', body: 'object', forms: 'object' };
    for (const [name, kind] of Object.entries(kinds)) {
        if (typeof document[name] !== kind || document[name] instanceof HTMLImageElement) wrong.push(`${name} is covered`);
    }
    if (document.querySelectorAll('main').length !== 1 || document.querySelectorAll('h1').length !== 1) wrong.push('broken out of');
    return wrong;";

/// Puts the texts of all posts into the page as scripts do it, `innerHTML`, and waits until what loads has loaded.
const INSERT: &str = "
    const lines = (await (await fetch('/api/posts.ndjson')).text()).trim().split('\\n');
    for (const line of lines) {
        const box = document.createElement('div');
        box.className = 'prose';
        box.innerHTML = JSON.parse(line).html;
        document.querySelector('main').append(box);
        box.innerHTML = box.innerHTML;
    }
    await new Promise((done) => setTimeout(done, 200));
    return lines.length;";

/// Asks for the preview of what stands in the editor, and puts it into the page as scripts do it.
const PREVIEW: &str = "
    const body = new URLSearchParams({ content: document.querySelector('[name=content]').value });
    const html = await (await fetch('/admin/posts/preview', { method: 'POST', body })).text();
    const box = document.createElement('div');
    box.className = 'prose';
    box.innerHTML = html;
    document.querySelector('main').append(box);
    await new Promise((done) => setTimeout(done, 200));
    return html.length;";

#[tokio::test]
async fn no_payload_runs_anywhere() {
    let site = TestSite::start().await;
    let corpus = corpus::furnish(&site).await;
    let gathered = corpus::gather(&site).await;
    let root = site.sign_in("root").await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": HOOK })).await;
    browser.command("Page.setBypassCSP", json!({ "enabled": true })).await;

    let course = links::course(&corpus.course_slug);
    let mut paths: Vec<String> =
        ["/", "/?page=2", "/?page=3", "/archive", "/archive?page=2", "/tags", "/authors", "/search?q=alert"]
            .map(str::to_owned)
            .to_vec();
    paths.push(course.clone());
    // All payloads at once where each kind of text is read, and a few as they are apart.
    let post = links::post(&gathered.slug);
    paths.push(post.clone());
    paths.push(format!("{post}?comments=2"));
    paths.push(links::page(&gathered.page));
    paths.push(format!("/preview/{}", corpus::PREVIEW_KEY));
    paths.extend(corpus.slugs.iter().step_by(40).map(|slug| links::post(slug)));
    paths.extend(corpus.slugs.iter().step_by(80).map(|slug| format!("{course}/{}", links::encode(slug))));
    for asked in corpus::packed(3_000) {
        paths.push(format!("/search?q={}", links::encode(&asked)));
    }
    for path in &paths {
        visit(&browser, path).await;
    }
    let inserted = browser.script(INSERT).await;
    assert!(inserted.as_u64().is_some_and(|count| count > 100), "{inserted}");
    assert_eq!(browser.script(FAULTS).await, json!([]), "as scripts insert it");

    browser.sign_in_as(&root).await;
    let post = corpus.posts[0];
    for path in [
        "/admin".to_owned(),
        "/admin/posts?per_page=200".to_owned(),
        format!("/admin/posts/{post}"),
        format!("/admin/posts/{}", corpus.posts[7]),
        format!("/admin/posts/{post}/delete"),
        format!("/admin/posts/{post}/history"),
        "/admin/users".to_owned(),
        "/admin/tags?per_page=200".to_owned(),
        "/admin/courses".to_owned(),
        "/admin/courses/1".to_owned(),
        "/admin/students".to_owned(),
        "/admin/students/1".to_owned(),
        "/admin/settings".to_owned(),
        "/admin/menu".to_owned(),
        "/admin/media?per_page=200".to_owned(),
        "/admin/media/1".to_owned(),
        "/admin/media/1/delete".to_owned(),
        "/admin/media/describe?id=1&id=2&id=3&id=4&id=5".to_owned(),
        "/admin/comments?per_page=200".to_owned(),
        "/admin/comments/1".to_owned(),
        "/admin/pages".to_owned(),
        "/admin/pages/1".to_owned(),
        "/admin/posts/unsaved".to_owned(),
        format!("/admin/posts/{}", gathered.post),
        format!("/admin/posts/{}/revisions", gathered.post),
        format!("/admin/posts/{}/revisions/{}", gathered.post, gathered.revision),
        format!("/admin/posts/{}/revisions/{}?with=before", gathered.post, gathered.revision),
        format!("/admin/posts/{}/preview-link", gathered.draft),
        "/admin/posts?status=trashed".to_owned(),
        format!("/admin/posts/{}", gathered.trashed),
        format!("/admin/posts/{}/revisions", gathered.trashed),
        format!("/admin/posts/{}/delete", gathered.trashed),
        "/account".to_owned(),
    ] {
        visit(&browser, &path).await;
    }
    // The editor's own preview of all of it.
    visit(&browser, &format!("/admin/posts/{}", gathered.draft)).await;
    let shown = browser.script(PREVIEW).await;
    assert!(shown.as_u64().is_some_and(|length| length > 10_000), "{shown}");
    assert_eq!(browser.script(FAULTS).await, json!([]), "the editor's preview");
    browser.quit().await;
    site.end().await;
}

async fn visit(browser: &Browser, path: &str) {
    browser.visit(path).await;
    assert_eq!(browser.script(FAULTS).await, json!([]), "{path}");
    for entry in browser.log().await {
        // A picture that is not there is asked for here, and nowhere else.
        let is_here = entry.contains("http://127.0.0.1:") && entry.contains("status of 4");
        assert!(is_here || entry.starts_with("DEBUG: "), "{path}: {entry}");
    }
}

#[tokio::test]
async fn what_would_run_is_noticed() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "Post").save().await;
    let html = "<img src=x onerror=alert(1)><a href='java\tscript:alert(1)'>x</a><svg></svg><p style=color:red>x</p>";
    let change = entity::post::ActiveModel {
        id: sea_orm::ActiveValue::Set(id),
        html: sea_orm::ActiveValue::Set(html.to_owned()),
        ..Default::default()
    };
    sea_orm::ActiveModelTrait::update(change, site.db.write()).await.unwrap();
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": HOOK })).await;
    browser.command("Page.setBypassCSP", json!({ "enabled": true })).await;
    browser.visit("/posts/post").await;
    browser.holds("window.__ran.length > 0").await;
    let faults = browser.script(FAULTS).await;
    let faults: Vec<&str> = faults.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for wanted in ["alert(1)", "onerror", "javascript:alert(1)", "<svg", "style="] {
        assert!(faults.iter().any(|fault| fault.contains(wanted)), "{wanted}: {faults:?}");
    }
    browser.quit().await;
    site.end().await;
}
