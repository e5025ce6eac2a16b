//! The menu: put in order by the owner, the same on every node.

use entity::user::Role;
use harness::TestSite;

use super::{send, set_menu, version};

#[tokio::test]
async fn the_owner_writes_the_menu_and_every_node_has_it() {
    let site = TestSite::start().await;
    let other = site.another_node().await;
    site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    let usual = ["Courses", "Tags", "Authors", "Archive"];
    assert_eq!(other.get("/").await.texts(".site-nav li"), usual);
    let page = owner.get("/admin/menu").await.expect(200);
    assert_eq!(page.attributes(".inline-row input[name$='.label']", "value")[..4], usual);
    assert!(page.text().contains("a site has by itself"));

    let items =
        [("Everything", "/archive"), ("Rust & co", "/tags/rust"), ("Elsewhere", "https://b.example/x?y=1")];
    set_menu(&owner, &items).await.expect(303);
    // At once for whoever changed it, on any node, and for all there from then on.
    let there = other.visitor().with_cookie(&owner.cookie().expect("a session"));
    assert_eq!(there.get("/").await.texts(".site-nav li")[..3], ["Everything", "Rust & co", "Elsewhere"]);
    for node in [&site, &other] {
        let archive = node.get("/archive").await.expect(200);
        assert_eq!(archive.texts(".site-nav li"), ["Everything", "Rust & co", "Elsewhere"]);
        assert_eq!(archive.attributes(".site-nav a", "href")[2], "https://b.example/x?y=1");
        assert_eq!(archive.texts(".site-nav a[aria-current=page]"), ["Everything"]);
        assert!(node.get("/").await.texts(".site-nav a[aria-current]").is_empty());
    }
    // It is one of the settings: no statement for it.
    let (_, statements) = other.count_statements("/archive").await;
    assert_eq!(statements, 2);
    // None is a menu too, and the usual one comes back.
    set_menu(&owner, &[]).await.expect(303);
    assert!(!there.get("/").await.texts(".site-nav li").contains(&"Everything".to_owned()));
    assert!(other.get("/").await.texts(".site-nav li").is_empty());
    send(&owner, "/admin/menu", &[("_usual", "1")]).await.expect(303);
    there.get("/").await.expect(200);
    assert_eq!(other.get("/").await.texts(".site-nav li"), usual);
    let history = owner.get("/admin/history").await.expect(200).text();
    assert!(history.contains("Rust &amp; co (/tags/rust)"), "{history}");
    other.end().await;
    site.end().await;
}

#[tokio::test]
async fn without_scripts_rows_are_added_moved_and_removed() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    set_menu(&owner, &[("A", "/a"), ("B", "/b"), ("C", "/c")]).await.expect(303);
    let rows = |places: [&'static str; 3]| {
        let mut fields = vec![("menu._count", "3")];
        for (at, (label, url)) in [("A", "/a"), ("B", "/b"), ("C", "/c")].into_iter().enumerate() {
            let names = [
                ["menu.0.label", "menu.0.url", "menu.0._order"],
                ["menu.1.label", "menu.1.url", "menu.1._order"],
                ["menu.2.label", "menu.2.url", "menu.2._order"],
            ][at];
            fields.extend([(names[0], label), (names[1], url), (names[2], places[at])]);
        }
        fields
    };
    // A row more: nothing is saved, nothing typed is lost.
    let adding = [rows(["1", "2", "3"]), vec![("_add", "menu")]].concat();
    let page = send(&owner, "/admin/menu", &adding).await.expect(200);
    assert_eq!(page.attributes("input[name='menu._count']", "value"), ["4"]);
    assert_eq!(site.get("/").await.texts(".site-nav li"), ["A", "B", "C"]);
    // The last one gets the first one's place.
    send(&owner, "/admin/menu", &rows(["1", "2", "1"])).await.expect(303);
    assert_eq!(site.get("/").await.texts(".site-nav li"), ["C", "A", "B"]);
    let removing = [rows(["1", "2", "3"]), vec![("menu.1._delete", "on")]].concat();
    send(&owner, "/admin/menu", &removing).await.expect(303);
    assert_eq!(site.get("/").await.texts(".site-nav li"), ["A", "C"]);
    site.end().await;
}

#[tokio::test]
async fn what_is_no_entry_is_told_at_its_field() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    let long = "x".repeat(41);
    let far = format!("/{}", "x".repeat(500));
    for (label, url, field) in [
        ("", "/a", "label"),
        (long.as_str(), "/a", "label"),
        ("A", "", "url"),
        ("A", "javascript:alert(1)", "url"),
        ("A", "//evil.example", "url"),
        ("A", "about", "url"),
        ("A", far.as_str(), "url"),
    ] {
        let page = set_menu(&owner, &[("Fine", "/"), (label, url)]).await.expect(422);
        assert_eq!(
            page.texts(&format!("#field-menu-1-{field}-error")).len(),
            1,
            "{label} {url}: {}",
            page.text()
        );
        assert_eq!(page.attributes("input[name='menu.1.url']", "value"), [url]);
    }
    let many: Vec<(&str, &str)> = vec![("A", "/a"); 31];
    assert!(set_menu(&owner, &many).await.expect(422).text().contains("at most 30"));
    assert_eq!(site.get("/").await.texts(".site-nav li").len(), 4);
    site.end().await;
}

#[tokio::test]
async fn the_second_one_is_told_and_nothing_is_overwritten() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    let seen = version(&owner.get("/admin/menu").await.expect(200));
    set_menu(&owner, &[("Theirs", "/a")]).await.expect(303);
    let mine = [
        ("_version", seen.as_str()),
        ("menu._count", "1"),
        ("menu.0.label", "Mine"),
        ("menu.0.url", "/b"),
        ("menu.0._order", "1"),
    ];
    let page = owner.post("/admin/menu", &mine).await.expect(409);
    assert_eq!(page.texts(".conflict tbody td"), ["Mine (/b)", "Theirs (/a)"]);
    assert_eq!(site.get("/").await.texts(".site-nav li"), ["Theirs"]);
    let now = version(&page);
    let again = [&[("_version", now.as_str())], &mine[1..]].concat();
    owner.post("/admin/menu", &again).await.expect(303);
    assert_eq!(site.get("/").await.texts(".site-nav li"), ["Mine"]);
    site.end().await;
}
