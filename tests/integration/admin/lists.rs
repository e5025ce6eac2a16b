//! Lists: what is found, counted, sorted and shown, and what is not understood.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::{enrollment::EnrollmentStatus, post::PostStatus, student, user::Role};
use lectern::{
    admin::{
        lookup,
        query::{ListQuery, SIZES},
        views::{Filter, List},
    },
    web::Error,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::desk::{Desk, admin, pairs, viewer};

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A filter's options with their numbers: `draft 2`, the one that is set in brackets.
fn options(list: &List, name: &str) -> Vec<String> {
    let filter = list.filters.iter().find(|filter| filter.name == name);
    let filter: &Filter = filter.unwrap_or_else(|| panic!("no filter {name}"));
    let shown = filter.options.iter().map(|option| {
        let count = option.count.map_or_else(String::new, |count| format!(" {count}"));
        if option.current { format!("[{}{count}]", option.label) } else { format!("{}{count}", option.label) }
    });
    shown.collect()
}

fn option_url<'a>(list: &'a List, name: &str, label: &str) -> &'a str {
    let filter = list.filters.iter().find(|filter| filter.name == name).unwrap();
    &filter.options.iter().find(|option| option.label == label).unwrap().url
}

/// Ada's three posts and Bob's two.
async fn furnish(desk: &Desk) -> (i64, i64) {
    let build = desk.site.build();
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    let post = |user, title, at| build.post(user, title).published(time(at));
    post(ada, "Alpha", "2026-03-01T10:00:00Z").tags(&["Rust", "Web"]).pinned().save().await;
    post(ada, "Beta", "2026-03-15T10:00:00Z").tags(&["Rust"]).save().await;
    post(ada, "Gamma", "2025-12-31T10:00:00Z").status(PostStatus::Draft).save().await;
    post(bob, "Delta", "2026-07-01T10:00:00Z").tags(&["Web"]).status(PostStatus::Draft).save().await;
    post(bob, "Epsilon", "2026-03-20T10:00:00Z").save().await;
    (ada, bob)
}

#[tokio::test]
async fn a_list_shows_its_columns_and_what_leads_on() {
    let desk = Desk::start().await;
    let (ada, _) = furnish(&desk).await;
    for name in ["One", "Two"] {
        desk.site.build().course(name, &[1]).await;
    }
    let list = desk.list(&admin(99), "posts").await.unwrap();
    let titles: Vec<&str> = list.rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["Delta", "Epsilon", "Beta", "Alpha", "Gamma"]);
    let alpha = &list.rows[3];
    let cells: Vec<(&str, &str)> = alpha.cells.iter().map(|cell| (cell.kind, cell.text.as_str())).collect();
    assert_eq!(
        cells,
        [
            ("text", "Alpha"),
            ("text", "ada"),
            ("choice", "Published"),
            ("time", "1 Mar 2026, 10:00"),
            ("number", "4"),
            ("flag", "Yes"),
            ("number", "2"),
        ]
    );
    assert_eq!(alpha.cells[0].url.as_deref(), Some(alpha.url.as_str()));
    assert_eq!(alpha.cells[1].url, Some(format!("/admin/users/{ada}")));
    assert_eq!(alpha.cells[2].value, "published");
    assert_eq!(alpha.cells[3].value, "2026-03-01T10:00:00Z");
    let heads: Vec<(&str, &str, bool)> = list
        .columns
        .iter()
        .map(|column| (column.label.as_str(), column.sorted, column.sort_url.is_some()))
        .collect();
    assert_eq!(
        heads,
        [
            ("Title", "", true),
            ("Author", "", true),
            ("Status", "", true),
            ("Published at", "descending", true),
            ("Words", "", true),
            ("Pinned", "", true),
            ("Lessons", "", true),
        ]
    );
    assert_eq!(list.columns[3].sort_url.as_deref(), Some("/admin/posts?sort=published_at"));
    assert_eq!(list.new_url.as_deref(), Some("/admin/posts/new"));
    assert_eq!(list.searched.as_deref(), Some("title, content"));
    let actions: Vec<&str> = list.actions.iter().map(|action| action.name.as_str()).collect();
    assert_eq!(actions, ["publish", "rename", "burn", "csv", "delete"]);
    assert!(!list.is_narrowed);
    desk.end().await;
}

#[tokio::test]
async fn filters_count_what_each_value_would_leave() {
    let desk = Desk::start().await;
    let (ada, bob) = furnish(&desk).await;
    let me = admin(99);
    let list = desk.list(&me, "posts").await.unwrap();
    assert_eq!(options(&list, "status"), ["[All]", "Draft 2", "Scheduled 0", "Published 3", "Trashed 0"]);
    assert_eq!(options(&list, "user_id"), ["[All]", "ada 3", "bob 2"]);
    assert_eq!(options(&list, "tags"), ["[All]", "Rust 2", "Web 2"]);
    assert_eq!(options(&list, "pinned"), ["[All]", "Yes 1", "No 4"]);
    assert_eq!(option_url(&list, "user_id", "bob"), format!("/admin/posts?user_id={bob}"));
    assert!(list.filters.iter().all(|filter| filter.lookup.is_none()));

    // What is counted is what the other filters and the search leave.
    let list =
        desk.list(&me, &format!("posts?status=draft&user_id={ada}&sort=title&per_page=10")).await.unwrap();
    assert_eq!(options(&list, "status"), ["All", "[Draft 1]", "Scheduled 0", "Published 2", "Trashed 0"]);
    assert_eq!(options(&list, "user_id"), ["All", "[ada 1]", "bob 1"]);
    assert_eq!(options(&list, "tags"), ["[All]"]);
    assert_eq!(options(&list, "pinned"), ["[All]", "Yes 0", "No 1"]);
    assert_eq!(
        option_url(&list, "status", "All"),
        format!("/admin/posts?user_id={ada}&sort=title&per_page=10").replace("&sort", "&sort")
    );
    let active: Vec<&str> = list.active.iter().map(|filter| filter.label.as_str()).collect();
    assert_eq!(active, ["Status: Draft", "User: ada"]);
    assert_eq!(list.clear_url, "/admin/posts?sort=title&per_page=10");
    assert!(list.is_narrowed);
    let list = desk.list(&me, "posts?q=alpha").await.unwrap();
    assert_eq!(options(&list, "user_id"), ["[All]", "ada 1"]);
    assert_eq!(list.clear_url, "/admin/posts");

    // A row that is not there, and one that leaves nothing.
    let list = desk.list(&me, "posts?user_id=999").await.unwrap();
    assert_eq!(options(&list, "user_id"), ["All", "ada 3", "bob 2", "[#999 0]"]);
    assert_eq!((list.rows.len(), list.active[0].label.as_str()), (0, "User: #999"));
    for (address, titles) in [
        ("posts?tags=1&sort=title", vec!["Alpha", "Beta"]),
        ("posts?pinned=yes", vec!["Alpha"]),
        ("posts?pinned=no&status=published&sort=title", vec!["Beta", "Epsilon"]),
        ("posts?ids=1,3,3,77&sort=title", vec!["Alpha", "Gamma"]),
        (
            "posts?status=&user_id=&pinned=&q=&published_at_from=&page=&sort=&ids=&title=x&unknown=1&sort=title",
            vec!["Alpha", "Beta", "Delta", "Epsilon", "Gamma"],
        ),
    ] {
        assert_eq!(desk.titles(&me, address).await, titles, "{address}");
    }
    desk.end().await;
}

#[tokio::test]
async fn a_list_is_sorted_by_what_it_shows_of_other_rows() {
    let desk = Desk::start().await;
    let build = desk.site.build();
    let (zoe, bob) = (build.author("zoe").await, build.author("bob").await);
    build.post(zoe, "Alpha").save().await;
    let beta = build.post(bob, "Beta").save().await;
    let gamma = build.post(zoe, "Gamma").save().await;
    build.course("Logic", &[beta, gamma]).await;
    build.course("Sets", &[beta]).await;
    let me = admin(99);
    let titles = async |sort: &str| desk.titles(&me, &format!("posts?sort={sort}")).await;
    assert_eq!(titles("user_id").await, ["Beta", "Alpha", "Gamma"]);
    assert_eq!(titles("-user_id").await, ["Gamma", "Alpha", "Beta"]);
    assert_eq!(titles("lessons").await, ["Alpha", "Gamma", "Beta"]);
    assert_eq!(titles("-lessons").await, ["Beta", "Gamma", "Alpha"]);
    let list = desk.list(&me, "posts?sort=lessons").await.unwrap();
    let head = &list.columns[6];
    assert_eq!((head.sorted, head.sort_url.as_deref()), ("ascending", Some("/admin/posts?sort=-lessons")));
    // Nothing comes first, and only what counts is counted.
    let ann = build.student("Ann").await;
    build.student("Ben").await;
    let account = student::ActiveModel { id: Set(ann), user_id: Set(Some(bob)), ..Default::default() };
    account.update(desk.site.db.write()).await.unwrap();
    assert_eq!(desk.titles(&me, "students?sort=user_id").await, ["Ben", "Ann"]);
    assert_eq!(desk.titles(&me, "students?sort=-user_id").await, ["Ann", "Ben"]);
    desk.end().await;
}

#[tokio::test]
async fn references_that_lead_nowhere_can_be_found() {
    let desk = Desk::start().await;
    let build = desk.site.build();
    build.student("Eve").await;
    build.student("Mallory").await;
    let me = admin(99);
    let list = desk.list(&me, "students?sort=name").await.unwrap();
    assert_eq!(options(&list, "user_id"), ["[All]", "None 2"]);
    assert_eq!(list.rows[0].cells[1].text, "");
    let list = desk.list(&me, "students?user_id=none&sort=-name").await.unwrap();
    assert_eq!(list.rows.len(), 2);
    assert_eq!((list.rows[0].title.as_str(), list.active[0].label.as_str()), ("Mallory", "Account: None"));
    desk.end().await;
}

#[tokio::test]
async fn links_count_when_they_are_said_to() {
    let desk = Desk::start().await;
    let build = desk.site.build();
    let (algebra, logic) = (build.course("Algebra", &[]).await, build.course("Logic", &[]).await);
    let student = build.student("Eve").await;
    build.enrol(student, algebra, EnrollmentStatus::Active).await;
    build.enrol(student, logic, EnrollmentStatus::Left).await;
    let me = admin(99);
    assert_eq!(desk.titles(&me, &format!("courses?students={student}")).await, ["Algebra"]);
    let list = desk.list(&me, "courses").await.unwrap();
    assert_eq!(options(&list, "students"), ["[All]", "Eve 1"]);
    desk.end().await;
}

#[tokio::test]
async fn only_the_most_frequent_are_offered_and_the_chosen_one() {
    let desk = Desk::start().await;
    let build = desk.site.build();
    for number in 1..=14 {
        let author = build.author(&format!("author{number:02}")).await;
        for post in 0..if number == 14 { 3 } else { 1 } {
            build.post(author, &format!("Post {number} {post}")).save().await;
        }
    }
    let me = admin(99);
    let list = desk.list(&me, "posts").await.unwrap();
    let shown = options(&list, "user_id");
    assert_eq!(shown.len(), 11);
    assert_eq!(shown[..3], ["[All]", "author14 3", "author01 1"]);
    let filter = list.filters.iter().find(|filter| filter.name == "user_id").unwrap();
    assert_eq!(filter.lookup.as_deref(), Some("/admin/posts/lookup/user_id"));
    let list = desk.list(&me, "posts?user_id=13").await.unwrap();
    assert!(options(&list, "user_id").contains(&"[author13 1]".to_owned()));
    desk.end().await;
}

#[tokio::test]
async fn days_are_the_sites_days() {
    let mut desk = Desk::start().await;
    let author = desk.site.build().author("ada").await;
    let build = desk.site.build();
    for at in [
        "2025-12-31T22:59:59Z",
        "2025-12-31T23:00:00Z",
        "2026-03-28T23:30:00Z",
        "2026-03-29T21:59:59Z",
        "2026-03-29T22:00:00Z",
    ] {
        build.post(author, at).published(time(at)).save().await;
    }
    let me = admin(99);
    desk.zone = Tz::Europe__Berlin;
    for (days, titles) in [
        ("published_at=2025", &["2025-12-31T22:59:59Z"][..]),
        ("published_at=2026-01", &["2025-12-31T23:00:00Z"]),
        // An hour shorter than others.
        ("published_at=2026-03-29", &["2026-03-28T23:30:00Z", "2026-03-29T21:59:59Z"]),
        ("published_at_from=2026-03-30", &["2026-03-29T22:00:00Z"]),
        ("published_at_to=2025-12-31", &["2025-12-31T22:59:59Z"]),
        ("published_at_from=2026-01-01&published_at_to=2026-01-01", &["2025-12-31T23:00:00Z"]),
        ("published_at_from=2026-03-30&published_at_to=2026-01-01", &[]),
    ] {
        assert_eq!(desk.titles(&me, &format!("posts?sort=published_at&{days}")).await, titles, "{days}");
    }
    let steps = |list: List| {
        let dates = list.dates.unwrap();
        let down: Vec<String> = dates.down.iter().map(|link| link.label.clone()).collect();
        (dates.up.map(|up| up.label), dates.here, down.join(", "))
    };
    let shown =
        |up: Option<&str>, here: &str, down: &str| (up.map(str::to_owned), here.to_owned(), down.to_owned());
    let at = async |query: &str| steps(desk.list(&me, &format!("posts{query}")).await.unwrap());
    assert_eq!(at("").await, shown(None, "", "2025, 2026"));
    assert_eq!(at("?published_at=year").await, shown(None, "", "2025, 2026"));
    assert_eq!(at("?published_at=2026").await, shown(Some("All dates"), "2026", "January 2026, March 2026"));
    assert_eq!(
        at("?published_at=2026-03").await,
        shown(Some("2026"), "March 2026", "29 March 2026, 30 March 2026")
    );
    assert_eq!(at("?published_at=2026-03-29").await, shown(Some("March 2026"), "29 March 2026", ""));
    assert_eq!(at("?published_at=2024").await, shown(Some("All dates"), "2024", ""));
    assert_eq!(at("?q=29T22&published_at=2026").await.2, "March 2026");
    let list = desk.list(&me, "posts?published_at=2026-03&status=published&page=1").await.unwrap();
    let dates = list.dates.unwrap();
    assert_eq!(dates.up.unwrap().url, "/admin/posts?status=published&published_at=2026");
    assert_eq!(dates.down[0].url, "/admin/posts?status=published&published_at=2026-03-29");
    assert_eq!(list.active[1].label, "Published at: March 2026");
    let list = desk.list(&me, "posts?published_at_from=2026-03-01&status=published").await.unwrap();
    let filter = list.filters.iter().find(|filter| filter.name == "published_at").unwrap();
    assert_eq!((filter.from.as_str(), filter.to.as_str(), filter.kind), ("2026-03-01", "", "dates"));
    assert_eq!(filter.kept, [("status".to_owned(), "published".to_owned())]);

    desk.zone = Tz::UTC;
    assert_eq!(desk.titles(&me, "posts?published_at=2026-01").await.len(), 0);
    assert_eq!(desk.titles(&me, "posts?published_at=2026-03-29").await.len(), 2);
    desk.end().await;
}

#[tokio::test]
async fn days_without_a_time_have_no_zone() {
    use entity::course;
    use sea_orm::{ActiveModelTrait, ActiveValue::Set};
    let mut desk = Desk::start().await;
    for (name, day) in [("Algebra", Some("2026-03-01")), ("Logic", Some("2026-02-28")), ("Sets", None)] {
        let id = desk.site.build().course(name, &[]).await;
        let starts_on = Set(day.map(|day| day.parse().unwrap()));
        let row = course::ActiveModel { id: Set(id), starts_on, ..Default::default() };
        row.update(desk.site.db.write()).await.unwrap();
    }
    desk.zone = Tz::Pacific__Auckland;
    let me = admin(99);
    assert_eq!(desk.titles(&me, "courses?starts_on=2026-03").await, ["Algebra"]);
    assert_eq!(desk.titles(&me, "courses?starts_on_to=2026-02-28").await, ["Logic"]);
    let dates = desk.list(&me, "courses?starts_on=2026").await.unwrap().dates.unwrap();
    assert_eq!(
        dates.down.iter().map(|link| link.label.as_str()).collect::<Vec<_>>(),
        ["February 2026", "March 2026"]
    );
    // Nothing is less than anything.
    assert_eq!(desk.titles(&me, "courses?sort=starts_on").await, ["Sets", "Logic", "Algebra"]);
    assert_eq!(desk.titles(&me, "courses?sort=-starts_on").await, ["Algebra", "Logic", "Sets"]);
    desk.end().await;
}

#[tokio::test]
async fn a_search_finds_what_is_contained_whatever_its_case() {
    let desk = Desk::start().await;
    let author = desk.site.build().author("ada").await;
    let titles = ["100% Rust", "a_b", "a\\b", "Wow! Yes", "ÄRGER im Büro", "ПРИВЕТ мир", "İstanbul", "Plain"];
    for (number, title) in titles.into_iter().enumerate() {
        let post = desk.site.build().post(author, title).content("Nothing.");
        post.slug(&format!("p{number}")).save().await;
    }
    let me = admin(99);
    for (query, titles) in [
        ("100%25", &["100% Rust"][..]),
        ("%25", &["100% Rust"]),
        ("_", &["a_b"]),
        ("\\", &["a\\b"]),
        ("!", &["Wow! Yes"]),
        ("'", &[]),
        ("pLAIN", &["Plain"]),
        ("ärger", &["ÄRGER im Büro"]),
        ("BÜRO ÄR", &["ÄRGER im Büro"]),
        ("привет", &["ПРИВЕТ мир"]),
        ("МИР", &["ПРИВЕТ мир"]),
        ("rust 100", &["100% Rust"]),
        ("rust plain", &[]),
        ("nothing rust", &["100% Rust"]),
        ("' OR 1=1 --", &[]),
    ] {
        assert_eq!(desk.titles(&me, &format!("posts?q={query}")).await, titles, "{query}");
    }
    assert_eq!(desk.titles(&me, "posts?q=nothing").await.len(), 8);
    let long = "x".repeat(201);
    assert!(desk.refusal(&me, &format!("posts?q={long}")).await.contains("at most 200 characters"));
    let many_words = "n ".repeat(90);
    assert_eq!(desk.titles(&me, &format!("posts?q={many_words}")).await.len(), 8);
    desk.end().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_sentence() {
    let desk = Desk::start().await;
    furnish(&desk).await;
    let me = admin(99);
    for query in [
        "status=DRAFT",
        "status=none",
        "user_id=ada",
        "user_id=1.5",
        "user_id=99999999999999999999",
        "tags=rust",
        "tags=none",
        "pinned=1",
        "published_at=soon",
        "published_at=2026-13",
        "published_at=1969",
        "published_at=9999",
        "published_at_from=1",
        "published_at_to=2026-02-30",
        "sort=password_hash",
        "sort=content",
        "sort=tags",
        "sort=lessons.post_id",
        "sort=--title",
        "sort=title,id",
        "per_page=0",
        "per_page=30",
        "per_page=1000000",
        "page=0",
        "page=-1",
        "page=x",
        "ids=1,x",
        "ids=1;2",
        "ids=99999999999999999999",
    ] {
        let sentence = desk.refusal(&me, &format!("posts?{query}")).await;
        assert!(sentence.ends_with('.') && sentence.len() > 20, "{query}: {sentence}");
    }
    let ids = (1..=1001).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    desk.refusal(&me, &format!("posts?ids={ids}")).await;
    for page in ["2", "99999999999999999999", "9223372036854775807"] {
        let answer = desk.list(&me, &format!("posts?page={page}")).await;
        assert!(matches!(answer, Err(Error::NotFound)), "{page}");
    }
    desk.end().await;
}

#[tokio::test]
async fn what_is_not_declared_cannot_be_asked() {
    let desk = Desk::start().await;
    furnish(&desk).await;
    let me = admin(99);
    let all = desk.titles(&me, "users").await;
    for query in [
        "password_hash=x",
        "password_hash__gt=a",
        "email=ada@example.org",
        "username=ada",
        "role=admin",
        "created_at=2026",
        "id=1",
        "password_hash_from=2026-01-01",
    ] {
        assert_eq!(desk.titles(&me, &format!("users?{query}")).await, all, "{query}");
    }
    // A column that its field shows to some only.
    let author = viewer(1, Role::Author);
    let list = desk.list(&author, "tags").await.unwrap();
    assert_eq!(list.columns.len(), 1);
    desk.refusal(&author, "tags?sort=slug").await;
    assert_eq!(desk.list(&me, "tags").await.unwrap().columns.len(), 2);
    desk.end().await;
}

#[tokio::test]
async fn authors_see_their_own_posts_only() {
    let desk = Desk::start().await;
    let (ada, bob) = furnish(&desk).await;
    let me = viewer(ada, Role::Author);
    assert_eq!(desk.titles(&me, "posts?sort=title").await, ["Alpha", "Beta", "Gamma"]);
    for query in ["ids=4,5", "q=delta", "published_at=2026-07"] {
        assert_eq!(desk.titles(&me, &format!("posts?{query}")).await, [""; 0], "{query}");
    }
    // Users are not theirs to look through: the filter is not there, and not understood.
    let list = desk.list(&me, &format!("posts?user_id={bob}&sort=title")).await.unwrap();
    assert_eq!(list.rows.len(), 3);
    assert!(list.filters.iter().all(|filter| filter.name != "user_id"));
    assert_eq!(options(&list, "status"), ["[All]", "Draft 1", "Scheduled 0", "Published 2", "Trashed 0"]);
    assert_eq!(options(&list, "tags"), ["[All]", "Rust 2", "Web 1"]);
    assert_eq!(list.rows[0].cells[1].url, None);
    let dates = list.dates.unwrap();
    assert_eq!(dates.down.iter().map(|link| link.label.as_str()).collect::<Vec<_>>(), ["2025", "2026"]);
    desk.end().await;
}

#[tokio::test]
async fn pages_hold_as_many_rows_as_asked_for() {
    let desk = Desk::start().await;
    let author = desk.site.build().author("ada").await;
    desk.site.build().posts(author, 61).await;
    let me = admin(99);
    for size in SIZES {
        let list = desk.list(&me, &format!("posts?per_page={size}")).await.unwrap();
        assert_eq!(list.rows.len() as u64, size.min(61));
        assert_eq!((list.pagination.total, list.pagination.pages), (61, 61_u64.div_ceil(size)));
    }
    let list = desk.list(&me, "posts?page=3&sort=title&q=post").await.unwrap();
    assert_eq!((list.rows.len(), list.pagination.from, list.pagination.to), (11, 51, 61));
    assert_eq!(list.pagination.first.as_deref(), Some("/admin/posts?q=post&sort=title"));
    assert_eq!(list.pagination.previous.as_deref(), Some("/admin/posts?q=post&sort=title&page=2"));
    assert_eq!(list.export_url, "/admin/posts/export.csv?q=post");
    assert_eq!(list.query_string, "q=post&sort=title&page=3");
    assert_eq!(list.kept, [("sort".to_owned(), "title".to_owned())]);
    assert_eq!(list.sizes.iter().filter(|size| size.current).count(), 1);
    let mut all = Vec::new();
    for page in 1..=7 {
        all.extend(desk.titles(&me, &format!("posts?per_page=10&sort=status&page={page}")).await);
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 61);
    desk.end().await;
}

#[tokio::test]
async fn a_list_takes_the_same_statements_for_any_number_of_rows() {
    let mut counts = Vec::new();
    for rows in [3, 60] {
        let desk = Desk::start().await;
        let build = desk.site.build();
        for number in 1..=rows {
            let author = build.author(&format!("author{number}")).await;
            let tag = format!("Tag {number}");
            build.post(author, &format!("Post {number}")).tags(&["Shared", &tag]).save().await;
        }
        let me = admin(99);
        let mut of_desk = Vec::new();
        for query in [
            "",
            "?per_page=200",
            "?status=published&pinned=no&q=post",
            "?user_id=1&tags=1",
            "?published_at=2026-01",
        ] {
            let before = desk.site.db.statements();
            desk.list(&me, &format!("posts{query}")).await.unwrap();
            of_desk.push(desk.site.db.statements() - before);
        }
        counts.push(of_desk);
        desk.end().await;
    }
    assert_eq!(counts[0], counts[1]);
    // Keys, columns, lessons; all rows with those of two filters; three filters; years; titles of users and of tags.
    assert_eq!(counts[0][0], 3 + 1 + 3 + 1 + 2);
}

#[tokio::test]
async fn rows_are_walked_in_steps() {
    let desk = Desk::start().await;
    furnish(&desk).await;
    let me = admin(99);
    let scope = desk.scope(&me, "posts");
    let query = ListQuery::from_pairs(&scope, &pairs("status=published&sort=title")).unwrap();
    let db = desk.app.db.read();
    assert_eq!(query.keys(db, &scope, None, 2).await.unwrap(), [1, 2]);
    assert_eq!(query.keys(db, &scope, Some(2), 2).await.unwrap(), [5]);
    assert_eq!(query.keys(db, &scope, Some(5), 2).await.unwrap(), [0; 0]);
    assert_eq!(query.count(db, &scope).await.unwrap(), 3);
    desk.end().await;
}

#[tokio::test]
async fn a_lookup_finds_rows_that_begin_with_a_text_first() {
    let desk = Desk::start().await;
    let build = desk.site.build();
    for name in ["hannah", "anna", "annabel", "bob"] {
        build.author(name).await;
    }
    let me = admin(99);
    let scope = desk.scope(&me, "posts");
    let users = lookup::target(&scope, "user_id").unwrap();
    let found = async |text: &str, viewer: &_| {
        let found = lookup::search(desk.app.db.read(), users, text, viewer).await.unwrap();
        found.results.into_iter().map(|choice| choice.label).collect::<Vec<_>>()
    };
    assert_eq!(found("ANNA", &me).await, ["anna", "annabel", "hannah"]);
    assert_eq!(found("", &me).await, ["anna", "annabel", "bob", "hannah"]);
    assert_eq!(found("4", &me).await, ["bob"]);
    assert_eq!(found("%", &me).await, [""; 0]);
    // By their addresses for those only who may see these.
    assert_eq!(found("bob@example", &me).await, ["bob"]);
    assert_eq!(found("bob@example", &viewer(1, Role::Editor)).await, [""; 0]);
    let long = "x".repeat(201);
    assert!(lookup::search(desk.app.db.read(), users, &long, &me).await.is_err());
    desk.end().await;
}

#[tokio::test]
async fn a_lookup_answers_for_declared_fields_and_those_who_may_refer() {
    let desk = Desk::start().await;
    furnish(&desk).await;
    let (me, editor, author) = (admin(99), viewer(98, Role::Editor), viewer(1, Role::Author));
    let target = |viewer: &_, resource: &str, field: &str| match lookup::target(
        &desk.scope(viewer, resource),
        field,
    ) {
        Ok(target) => target.name,
        Err(Error::NotFound) => "not found",
        Err(Error::Forbidden) => "forbidden",
        Err(other) => panic!("{other}"),
    };
    for (resource, field, by_admin, by_editor) in [
        ("posts", "user_id", "users", "users"),
        ("posts", "tags", "tags", "tags"),
        ("courses", "students", "students", "students"),
        ("courses", "lessons.post_id", "posts", "posts"),
        ("users", "heir", "users", "users"),
        ("posts", "heir", "not found", "not found"),
        ("posts", "title", "not found", "not found"),
        ("posts", "status", "not found", "not found"),
        ("posts", "password_hash", "not found", "not found"),
        ("courses", "lessons.course_id", "not found", "not found"),
        ("courses", "none.post_id", "not found", "not found"),
        ("students", "user_id", "users", "users"),
    ] {
        assert_eq!(target(&me, resource, field), by_admin, "{resource} {field}");
        assert_eq!(target(&editor, resource, field), by_editor, "{resource} {field}");
    }
    assert_eq!(target(&author, "posts", "user_id"), "forbidden");
    // Own rows only, there too.
    let scope = desk.scope(&author, "courses");
    let posts = lookup::target(&scope, "lessons.post_id").unwrap();
    let found = lookup::search(desk.app.db.read(), posts, "l", &author).await.unwrap();
    assert_eq!(found.results.iter().map(|choice| choice.label.as_str()).collect::<Vec<_>>(), ["Alpha"]);
    desk.end().await;
}
