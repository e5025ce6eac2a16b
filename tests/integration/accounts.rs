//! Accounts as their owners see them: setting up, signing in and out, and what one may change of oneself.

use entity::{
    api_token::Scope,
    enrollment::EnrollmentStatus,
    post, session, student,
    user::{self, Role},
};
use futures_util::future::join_all;
use harness::{Mailbox, PASSWORD, TestSite};
use lectern::{accounts::queries, users::queries as users};
use reqwest::Method;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use serde_json::json;

const SETUP: [(&str, &str); 4] = [
    ("title", "Ada's Notes"),
    ("username", "ada"),
    ("email", "Ada@Example.org"),
    ("password", "an engine of brass"),
];

#[tokio::test]
async fn nodes_that_start_together_all_offer_a_setup_link_and_the_last_one_is_good() {
    let site = TestSite::start().await;
    for _ in 0..20 {
        let offers = (0..8).map(|_| queries::offer_setup(&site.db));
        let tokens: Vec<_> = join_all(offers).await.into_iter().map(Result::unwrap).collect();
        let mut good = 0;
        for token in &tokens {
            good += usize::from(queries::may_set_up(site.db.latest(), token).await.unwrap());
        }
        assert_eq!(good, 1);
    }
    site.end().await;
}

#[tokio::test]
async fn an_empty_site_is_set_up_once_by_its_link() {
    let site = TestSite::start().await;
    let link = format!("/setup?token={}", queries::offer_setup(&site.db).await.unwrap());
    let ada = site.visitor();
    for wrong in ["/setup", "/setup?token=", "/setup?token=x"] {
        ada.get(wrong).await.expect(404);
        ada.post(wrong, &SETUP).await.expect(404);
    }
    let page = ada.get(&link).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "same-origin");

    let wrong =
        ada.post(&link, &[("title", ""), ("username", "a b"), ("email", "x"), ("password", "short")]).await;
    let wrong = wrong.expect(422);
    assert_eq!(wrong.texts(".field-error").len(), 4);
    assert_eq!(wrong.attributes("input[name=username]", "value"), ["a b"]);
    assert!(wrong.attributes("input[type=password]", "value").is_empty(), "no password comes back");
    let personal = [("password", "Ada's Notes"), SETUP[0], SETUP[1], SETUP[2]];
    ada.post(&link, &personal).await.expect(422);

    let done = ada.post(&link, &SETUP).await.expect(303);
    assert_eq!(done.header("location"), "/admin");
    assert!(ada.is_known().await);
    ada.get(&link).await.expect(404);
    site.visitor().post(&link, &SETUP).await.expect(404);
    assert!(ada.get("/").await.one("title").contains("Ada's Notes"));
    let all = users::all(site.db.read()).await.unwrap();
    assert_eq!((all.len(), all[0].role, all[0].email.as_str()), (1, Role::Admin, "ada@example.org"));
    assert!(ada.get("/admin/history").await.expect(200).text().contains("added the user"));
    site.end().await;
}

#[tokio::test]
async fn a_site_that_was_filled_and_has_no_administrator_is_set_up_by_its_link() {
    let site = TestSite::start().await;
    site.build().author("jane").await;
    let root = site.user("root", Role::Admin).await;
    let token = queries::offer_setup(&site.db).await.unwrap();
    let link = format!("/setup?token={token}");
    site.get(&link).await.expect(404);
    // An administrator without a password cannot sign in.
    let change = user::ActiveModel { id: Unchanged(root), password_hash: Set(None), ..Default::default() };
    change.update(site.db.write()).await.unwrap();
    site.get(&link).await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn of_two_who_set_a_site_up_at_once_one_does() {
    let site = TestSite::start().await;
    let link = format!("/setup?token={}", queries::offer_setup(&site.db).await.unwrap());
    let (one, other) = (site.visitor(), site.visitor());
    let second =
        [("title", "B"), ("username", "bo"), ("email", "bo@example.org"), ("password", "an engine of iron")];
    let (first, second) = tokio::join!(one.post(&link, &SETUP), other.post(&link, &second));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
    assert_eq!(user::Entity::find().count(site.db.read()).await.unwrap(), 1);
    site.end().await;
}

#[tokio::test]
async fn one_signs_in_by_either_name_and_goes_on_from_there() {
    let site = TestSite::start().await;
    site.user("Ada", Role::Admin).await;
    site.user("mem", Role::Member).await;
    for (name, home) in [
        ("Ada", "/admin"),
        ("ada", "/admin"),
        (" ADA@example.org ", "/admin"),
        ("mem", "/account"),
        ("mem@example.org", "/account"),
    ] {
        let visitor = site.visitor();
        let answer = visitor.sign_in(name, PASSWORD).await.expect(303);
        assert_eq!(answer.header("location"), home, "{name}");
        assert!(visitor.is_known().await, "{name}");
        assert_eq!(visitor.get("/login").await.expect(303).header("location"), home);
    }
    site.end().await;
}

#[tokio::test]
async fn capitals_of_any_script_are_no_other_name() {
    let site = TestSite::start().await;
    let root = site.user("root", Role::Admin).await;
    let root = site.program(root, Scope::Write).await;
    site.user("Über", Role::Member).await;
    for name in ["Über", "über", "ÜBER"] {
        site.visitor().sign_in(name, PASSWORD).await.expect(303);
    }
    let make = async |name: &str, email: &str| {
        let new = json!({"username": name, "email": email});
        root.json(Method::POST, "/api/users", &new).await
    };
    make("ädam", "adam@example.org").await.expect(201);
    for taken in ["Ädam", "ÄDAM", "üBER", "ROOT"] {
        let refused = make(taken, "another@example.org").await.expect(422).json();
        assert_eq!(refused["errors"]["username"], json!(["Somebody has this username already."]), "{taken}");
    }
    // Renamed, they are known by the new name alone.
    let id = users::find_by_username(site.db.read(), "Über").await.unwrap().unwrap().id;
    root.json(Method::PATCH, &format!("/api/users/{id}"), &json!({"username": "Écru"})).await.expect(200);
    site.visitor().sign_in("écru", PASSWORD).await.expect(303);
    site.visitor().sign_in("über", PASSWORD).await.expect(422);
    make("ÜBER", "over@example.org").await.expect(201);
    site.end().await;
}

#[tokio::test]
async fn whatever_is_wrong_with_a_login_it_says_the_same() {
    let site = TestSite::start().await;
    site.user("ada", Role::Admin).await;
    site.build().author("ghost").await;
    let gone = site.user("gone", Role::Author).await;
    let gone = user::ActiveModel { id: Set(gone), is_active: Set(false), ..Default::default() };
    gone.update(site.db.write()).await.unwrap();
    let mut said = Vec::new();
    for (name, password) in [
        ("ada", "wrong password"),
        ("nobody", "wrong password"),
        ("ghost", "wrong password"),
        ("gone", PASSWORD),
        ("", ""),
        ("ada' OR '1'='1", "x"),
        ("ada", &"x".repeat(60_000)),
    ] {
        let answer = site.visitor().sign_in(name, password).await.expect(422);
        assert!(!answer.headers.contains_key("set-cookie"), "{name}");
        assert_eq!(answer.attributes("input[name=username]", "value"), [name], "what was typed is kept");
        said.push(answer.texts(".complaints, .field-error"));
    }
    assert!(said.iter().all(|texts| *texts == said[0]), "{said:?}");
    assert_eq!(said[0], ["Wrong name or password."]);
    site.end().await;
}

#[tokio::test]
async fn a_login_leads_nowhere_else() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    for (next, goes_to) in [
        ("/posts/x?page=2&q=a%20b", "/posts/x?page=2&q=a%20b"),
        ("/courses/курс", "/courses/%D0%BA%D1%83%D1%80%D1%81"),
        ("//evil.example", "/account"),
        ("/\\evil.example", "/account"),
        ("\\\\evil.example", "/account"),
        ("https://evil.example/", "/account"),
        ("javascript:alert(1)", "/account"),
        ("/\t/evil.example", "/account"),
        ("/a\r\nSet-Cookie: x=y", "/account"),
        ("account", "/account"),
        ("", "/account"),
    ] {
        let visitor = site.visitor();
        let path = format!("/login?next={}", lectern::web::links::encode(next));
        let page = visitor.get(&path).await.expect(200);
        let kept = page.attributes("input[name=next]", "value");
        assert!(kept == [next] || kept == [""], "{next:?}: {kept:?}");
        let answer =
            visitor.post("/login", &[("username", "ada"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!(answer.expect(303).header("location"), goes_to, "{next:?}");
        assert_eq!(visitor.get(&path).await.expect(303).header("location"), goes_to, "{next:?}");
    }
    site.end().await;
}

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_the_login_and_back() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let visitor = site.visitor();
    let answer = visitor.get("/account?x=1").await.expect(303);
    assert_eq!(answer.header("location"), "/login?next=%2Faccount%3Fx%3D1");
    // What was typed would be lost by a redirect.
    let answer = visitor.post("/account/profile", &[("display_name", "A")]).await.expect(401);
    assert_eq!(answer.attributes("input[name='typed:display_name']", "value"), ["A"]);
    let answer = visitor.post("/account/password", &[("password", "a")]).await.expect(401);
    assert!(answer.one("main").contains("another tab"), "{}", answer.one("main"));
    visitor.get("/login").await.expect(200);
    let answer = visitor
        .post("/login", &[("username", "ada"), ("password", PASSWORD), ("next", "/account?x=1")])
        .await;
    assert_eq!(answer.expect(303).header("location"), "/account?x=1");
    site.end().await;
}

#[tokio::test]
async fn readers_get_no_cookie_and_everybody_the_same_pages() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.build().post(ada, "Hello").save().await;
    for path in ["/", "/posts/hello", "/login", "/forgot", "/none", "/api/posts"] {
        let answer = site.get(path).await;
        assert!(!answer.headers.contains_key("set-cookie"), "{path}");
        assert!(!answer.header("vary").to_lowercase().contains("cookie"), "{path}");
    }
    let page = site.get("/").await.expect(200);
    assert_eq!(page.header("cache-control"), "no-cache");
    assert!(page.attributes("footer a", "href").contains(&"/login".to_owned()));
    let visitor = site.sign_in("ada").await;
    let page = visitor.get("/").await.expect(200);
    assert_eq!(page.header("cache-control"), "private, no-cache");
    assert!(page.header("vary").contains("Cookie"));
    let links = page.attributes("header a", "href");
    assert!(links.contains(&"/admin".to_owned()) && links.contains(&"/account".to_owned()), "{links:?}");
    for path in ["/account", "/login", "/admin"] {
        assert_eq!(visitor.get(path).await.header("cache-control"), "no-store", "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn the_profile_is_changed_and_nothing_that_was_not_asked_for() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Member).await;
    let ada = site.sign_in("ada").await;
    let fields = [
        ("display_name", "Ada <b>Lovelace</b>"),
        ("bio", "First\r\nof all"),
        ("email", "ada@example.org"),
        ("role", "admin"),
        ("is_active", "off"),
        ("username", "root"),
        ("id", "999"),
        ("password_hash", "x"),
    ];
    ada.post("/account/profile", &fields).await.expect(303);
    let user = users::find(site.db.read(), id).await.unwrap().unwrap();
    assert_eq!((user.display_name.as_str(), user.bio.as_str()), ("Ada <b>Lovelace</b>", "First\nof all"));
    assert_eq!((user.role, user.username.as_str(), user.is_active), (Role::Member, "ada", true));
    let page = ada.get("/account").await.expect(200);
    assert_eq!(page.texts(".message"), ["Your profile is changed."]);
    assert!(page.texts("b").is_empty(), "markup is text");
    assert!(ada.get("/account").await.texts(".message").is_empty(), "told once");

    let long = "x".repeat(2001);
    let wrong =
        ada.post("/account/profile", &[("display_name", " "), ("bio", &long), ("email", "nope")]).await;
    let wrong = wrong.expect(422);
    assert_eq!(wrong.texts(".field-error").len(), 3);
    assert_eq!(wrong.attributes("#profile-email", "value"), ["nope"]);
    assert_eq!(wrong.one("#profile-bio"), long);
    site.end().await;
}

#[tokio::test]
async fn another_address_needs_the_password_and_the_old_one_is_told() {
    let mailbox = Mailbox::start();
    let site = TestSite::start_with(|serve| serve.smtp_url = Some(mailbox.url.clone())).await;
    let id = site.user("ada", Role::Member).await;
    site.user("bo", Role::Member).await;
    let ada = site.sign_in("ada").await;
    let change = async |email: &str, password: &str| {
        let fields = [("display_name", "Ada"), ("email", email), ("current_password", password)];
        ada.post("/account/profile", &fields).await
    };
    let refused = change("new@example.org", "").await.expect(422);
    assert_eq!(refused.attributes("#profile-email", "value"), ["new@example.org"]);
    change("new@example.org", "wrong password").await.expect(422);
    assert_eq!(change("BO@example.org", PASSWORD).await.expect(422).texts(".field-error").len(), 1);
    change("New@example.org", PASSWORD).await.expect(303);
    let mail = mailbox.wait(1).await;
    assert_eq!(mail.to, "ada@example.org");
    assert!(!mail.text.contains("new@example.org"), "{}", mail.text);
    assert_eq!(users::find(site.db.read(), id).await.unwrap().unwrap().email, "new@example.org");
    site.end().await;
}

#[tokio::test]
async fn a_new_password_asks_for_the_old_and_is_not_a_common_one() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let ada = site.sign_in("ada").await;
    let change = async |old: &str, new: &str| {
        ada.post("/account/password", &[("current_password", old), ("password", new)]).await
    };
    for (old, new) in [
        ("wrong password", "a new password of mine"),
        (PASSWORD, "short"),
        (PASSWORD, "Password123"),
        (PASSWORD, "ada@example.org"),
        (PASSWORD, &"x".repeat(1025)),
    ] {
        let answer = change(old, new).await.expect(422);
        assert_eq!(answer.texts("form[action='/account/password'] .field-error").len(), 1, "{new}");
        assert!(answer.attributes("input[type=password]", "value").is_empty());
    }
    let before = ada.cookie();
    // Any characters, blanks at the ends too, exactly as typed.
    let new = " пароль для машины 🐎 ";
    change(PASSWORD, new).await.expect(303);
    assert_ne!(ada.cookie(), before, "the session has a new key");
    assert!(ada.is_known().await);
    site.visitor().sign_in("ada", PASSWORD).await.expect(422);
    site.visitor().sign_in("ada", new.trim()).await.expect(422);
    site.visitor().sign_in("ada", new).await.expect(303);
    site.end().await;
}

#[tokio::test]
async fn the_account_page_lists_courses_and_where_one_is_signed_in() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Member).await;
    let ada = site.sign_in("ada").await;
    assert!(ada.get("/account").await.one("section[aria-labelledby=courses]").contains("None yet"));
    let student = site.build().student("Ada").await;
    let row = student::ActiveModel { id: Set(student), user_id: Set(Some(id)), ..Default::default() };
    row.update(site.db.write()).await.unwrap();
    for (name, status) in [
        ("Brass", EnrollmentStatus::Active),
        ("Iron", EnrollmentStatus::Left),
        ("Steam", EnrollmentStatus::Completed),
    ] {
        let course = site.build().course(name, &[]).await;
        site.build().enrol(student, course, status).await;
    }
    let page = ada.get("/account").await.expect(200);
    assert_eq!(page.texts("section[aria-labelledby=courses] li"), ["Brass enrolled", "Steam completed"]);
    assert_eq!(page.texts("section[aria-labelledby=sessions] li").len(), 1);
    site.end().await;
}

#[tokio::test]
async fn deleting_an_account_asks_for_the_password_and_takes_what_is_theirs() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Author).await;
    site.build().posts(id, 3).await;
    let ada = site.sign_in("ada").await;
    assert!(ada.get("/account").await.one("section[aria-labelledby=delete]").contains("3 posts go too"));
    ada.post("/account/delete", &[("password", "wrong password")]).await.expect(422);
    let answer = ada.post("/account/delete", &[("password", PASSWORD)]).await.expect(303);
    assert_eq!(answer.header("location"), "/?account-deleted");
    assert!(!ada.is_known().await);
    assert_eq!(ada.get("/?account-deleted").await.texts(".message"), ["Your account is deleted."]);
    assert_eq!(post::Entity::find().count(site.db.read()).await.unwrap(), 0);
    assert_eq!(session::Entity::find().count(site.db.read()).await.unwrap(), 0);
    assert!(site.get("/search?q=ada").await.expect(200).texts(".found-people li").is_empty());
    site.end().await;
}

#[tokio::test]
async fn with_an_account_goes_the_student_that_it_made_and_no_other() {
    let site = TestSite::start().await;
    let course = site.build().course("Logic", &[]).await;
    let roster = format!("/api/courses/{course}/students");
    for name in ["ada", "bob"] {
        site.user(name, Role::Member).await;
        site.sign_in(name).await.post("/courses/logic/enrol", &[]).await.expect(303);
    }
    // Bob is put on another roster, by whoever runs that course.
    let row = student::Entity::find().filter(student::Column::Name.eq("Bob"));
    let bob = row.one(site.db.write()).await.unwrap().unwrap().id;
    let other = site.build().course("Sets", &[]).await;
    site.build().enrol(bob, other, EnrollmentStatus::Active).await;
    let said = site.get(&roster).await.expect(200).text();
    assert!(said.contains("Ada") && said.contains("Bob"), "{said}");
    for name in ["ada", "bob"] {
        let visitor = site.sign_in(name).await;
        assert!(visitor.get("/account").await.one("section[aria-labelledby=delete]").contains("courses"));
        visitor.post("/account/delete", &[("password", PASSWORD)]).await.expect(303);
    }
    let said = site.get(&roster).await.expect(200).text();
    assert!(!said.contains("Ada") && said.contains("Bob"), "{said}");
    site.end().await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let site = TestSite::start().await;
    site.user("ada", Role::Admin).await;
    let other = site.user("bo", Role::Admin).await;
    let (ada, bo) = (site.sign_in("ada").await, site.sign_in("bo").await);
    bo.post("/account/delete", &[("password", PASSWORD)]).await.expect(303);
    assert!(users::find(site.db.read(), other).await.unwrap().is_none());
    let answer = ada.post("/account/delete", &[("password", PASSWORD)]).await.expect(422);
    assert!(answer.one(".complaints").contains("only administrator"));
    assert!(ada.is_known().await);
    site.end().await;
}

#[tokio::test]
async fn other_sites_can_send_nothing() {
    let site = TestSite::start().await;
    site.user("ada", Role::Admin).await;
    let ada = site.sign_in("ada").await;
    let origin = site.origin.clone();
    let fields = [("display_name", "Eve"), ("email", "ada@example.org")];
    let refused: [&[(&str, &str)]; 10] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &origin)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", &format!("{origin}.evil.example"))],
        &[("origin", &origin.replace("http:", "https:"))],
    ];
    for headers in refused {
        for path in ["/account/profile", "/login", "/logout", "/forgot", "/none", "/api/posts"] {
            let answer = ada.post_with(path, &fields, headers).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            assert_eq!(ada.send_with(method, "/account", None, headers).await.status, 403, "{headers:?}");
        }
    }
    assert!(ada.is_known().await);
    let allowed: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        &[("origin", &origin)],
        &[],
    ];
    for headers in allowed {
        let answer = ada.post_with("/account/profile", &fields, headers).await;
        assert_eq!(answer.status, 303, "{headers:?}");
    }
    // A host of one's own behind the site's back.
    let raw = site
        .raw("POST /logout", "Host: evil.example\r\nOrigin: https://evil.example\r\nContent-Length: 0\r\n")
        .await;
    assert!(raw.starts_with("HTTP/1.1 403"), "{raw}");
    site.end().await;
}

#[tokio::test]
async fn reading_changes_nothing() {
    let site = TestSite::start().await;
    site.user("ada", Role::Admin).await;
    let ada = site.sign_in("ada").await;
    for path in [
        "/logout",
        "/account/profile",
        "/account/password",
        "/account/sessions/revoke",
        "/account/tokens",
        "/account/tokens/revoke",
        "/account/delete",
    ] {
        let answer = ada.get(path).await.expect(405);
        assert_eq!(answer.header("allow"), "POST", "{path}");
    }
    assert_eq!(ada.post("/account", &[]).await.expect(405).header("allow"), "GET, HEAD");
    let put = ada.send(Method::PUT, "/login", None).await.expect(405);
    assert_eq!(put.header("allow"), "GET, HEAD, POST");
    assert!(ada.is_known().await);
    site.end().await;
}

#[test]
fn the_documents_have_the_table_of_permissions() {
    use lectern::auth::permissions::TABLE;
    let roles = [Role::Admin, Role::Editor, Role::Author, Role::Member];
    let expected: Vec<String> = TABLE
        .iter()
        .map(|(_, words, of)| {
            let cells = roles.map(|role| if of.contains(&role) { " yes |" } else { " |" });
            format!("| {words} |{}", cells.concat())
        })
        .collect();
    let document = include_str!("../../docs/accounts.md");
    let table = document.split("## Roles").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).skip(2).collect();
    assert_eq!(rows, expected);
}
