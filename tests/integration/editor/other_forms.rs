//! Forms beside the admin's own: settings, the menu, and what pictures show. What is typed there comes back too.

use entity::{media, user::Role};
use harness::{Answer, PASSWORD, TestSite, Visitor};
use sea_orm::{ConnectionTrait, EntityTrait};

/// A form that was filled in: where it is sent, its fields, and one of them that is looked for.
struct Filled {
    url: &'static str,
    fields: Vec<(String, String)>,
    field: String,
    text: &'static str,
}

async fn forms(site: &TestSite, root: i64) -> Vec<Filled> {
    let picture = site.build().file(root, "boat.png").await;
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let menu =
        [("_version", ""), ("menu._count", "1"), ("menu.0.label", "Our <boats>"), ("menu.0.url", "/boats")];
    vec![
        Filled {
            url: "/admin/settings",
            fields: pairs(&[("title", "A new <title>"), ("description", "Typed at length"), ("_save", "1")]),
            field: "description".to_owned(),
            text: "Typed at length",
        },
        Filled {
            url: "/admin/menu",
            fields: pairs(&menu[1..]),
            field: "menu.0.label".to_owned(),
            text: "Our <boats>",
        },
        Filled {
            url: "/admin/media/describe",
            fields: pairs(&[(&format!("alt.{picture}"), "A boat, \"red\" & <small>")]),
            field: format!("alt.{picture}"),
            text: "A boat, \"red\" & <small>",
        },
    ]
}

fn as_sent(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// What a browser sends of a page's form.
fn again(page: &Answer) -> Vec<(String, String)> {
    let names = page.attributes("main form input[type=hidden]", "name");
    let values = page.attributes("main form input[type=hidden]", "value");
    let mut fields: Vec<(String, String)> = names.into_iter().zip(values).collect();
    for name in page.attributes("main form textarea:not([readonly])", "name") {
        let text = page.one_raw(&format!("main form textarea[name='{name}']")).trim().to_owned();
        fields.push((name, text));
    }
    fields
}

async fn is_stored(site: &TestSite, root: &Visitor<'_>, form: &Filled) {
    match form.url {
        "/admin/media/describe" => {
            let row = media::Entity::find().one(site.db.write()).await.unwrap().unwrap();
            assert_eq!(row.alt, form.text);
        }
        url => {
            let page = root.get(url).await.expect(200);
            let name = &form.field;
            let mut texts = page.attributes(&format!("input[name='{name}']"), "value");
            texts.extend(page.texts(&format!("textarea[name='{name}']")));
            assert_eq!(texts, [form.text], "{url}");
        }
    }
}

#[tokio::test]
async fn they_survive_the_end_of_their_session() {
    let site = TestSite::start().await;
    let id = site.user("root", Role::Admin).await;
    for form in forms(&site, id).await {
        let nobody = site.visitor();
        let page = nobody.post(form.url, &as_sent(&form.fields)).await.expect(401);
        assert_eq!(page.attributes("main form", "action"), ["/login"], "{}", form.url);
        let mut fields = again(&page);
        fields.extend([
            ("username".to_owned(), "root".to_owned()),
            ("password".to_owned(), PASSWORD.to_owned()),
        ]);
        let offer = nobody.post("/login", &as_sent(&fields)).await.expect(200);
        assert_eq!(offer.attributes("main form", "action"), [form.url]);
        nobody.post(form.url, &as_sent(&again(&offer))).await.expect(303);
        is_stored(&site, &nobody, &form).await;
    }
    site.end().await;
}

#[tokio::test]
async fn they_can_be_sent_again_when_something_fails() {
    let site = TestSite::start().await;
    let id = site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let alter = async |sql: &str| site.db.write().execute_unprepared(sql).await.unwrap();
    for form in forms(&site, id).await {
        // Nothing is changed without its history.
        alter("ALTER TABLE admin_log RENAME TO elsewhere").await;
        let page = root.post(form.url, &as_sent(&form.fields)).await.expect(500);
        assert_eq!(page.attributes("main form.form", "action"), [form.url]);
        assert_eq!(page.one_raw(&format!("main textarea[name='{}']", form.field)).trim(), form.text);
        let typed = page.attributes("main textarea", "name");
        assert!(typed.iter().all(|name| !name.contains('_')), "only what people type: {typed:?}");
        alter("ALTER TABLE elsewhere RENAME TO admin_log").await;
        root.post(form.url, &as_sent(&again(&page))).await.expect(303);
        is_stored(&site, &root, &form).await;
    }
    site.end().await;
}

#[tokio::test]
async fn they_can_be_copied_where_they_are_not_taken_any_more() {
    let site = TestSite::start().await;
    let id = site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let forms = forms(&site, id).await;
    site.build().role(id, Role::Member).await;
    for form in forms {
        let page = root.post(form.url, &as_sent(&form.fields)).await.expect(403);
        let name = &form.field;
        assert_eq!(page.one_raw(&format!("main textarea[readonly][name='{name}']")).trim(), form.text);
        assert_eq!(page.attributes("main form.form", "action"), [""; 0]);
    }
    site.end().await;
}
