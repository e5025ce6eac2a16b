//! The queue in the admin.

use entity::{
    comment::{self, CommentStatus},
    user::Role,
};
use harness::{Answer, TestSite};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{count, row};

#[tokio::test]
async fn an_author_has_the_comments_on_their_posts_and_an_editor_all() {
    let site = TestSite::start().await;
    let (ada, bo) = (site.user("ada", Role::Author).await, site.user("bo", Role::Author).await);
    site.user("ed", Role::Editor).await;
    let build = site.build();
    let (hers, his) = (build.post(ada, "Hers").save().await, build.post(bo, "His").save().await);
    let mine = build.comment(hers, "Ann", "On *hers*", CommentStatus::Pending, None).await;
    let other = build.comment(his, "Ann", "On his", CommentStatus::Pending, None).await;
    let (author, editor) = (site.sign_in("ada").await, site.sign_in("ed").await);
    let titles = "tbody th";
    assert_eq!(author.get("/admin/comments?status=pending").await.expect(200).texts(titles), ["On hers"]);
    assert_eq!(editor.get("/admin/comments?status=pending").await.expect(200).texts(titles).len(), 2);
    let dashboard = author.get("/admin").await.expect(200).text();
    assert!(dashboard.contains("Comments waiting") && dashboard.contains("On hers"));
    assert!(!dashboard.contains("On his"));
    assert!(
        author.get("/admin/comments").await.attributes(".head-actions a", "href").is_empty(),
        "nothing to add"
    );

    // Not even by naming it.
    let (query, id) = ("status=pending", other.to_string());
    for action in ["approve", "spam", "delete"] {
        let sent = [("query", query), ("action", action), ("id", &*id), ("confirmed", "1")];
        author.post("/admin/comments/actions", &sent).await;
        assert_eq!(row(&site, other).await.status, CommentStatus::Pending, "{action}");
    }
    let id = mine.to_string();
    let sent = [("query", query), ("action", "approve"), ("id", &*id)];
    author.post("/admin/comments/actions", &sent).await.expect(303);
    assert_eq!(row(&site, mine).await.status, CommentStatus::Approved);
    assert_eq!(site.get("/posts/hers").await.texts("#comments em"), ["hers"]);
    let history = author.get(&format!("/admin/comments/{mine}/history")).await.expect(200).text();
    assert!(history.contains("Approved"), "{history}");
    site.end().await;
}

/// The values of a filter with their numbers.
fn values(page: &Answer, filter: &str) -> Vec<String> {
    page.texts(&format!("[aria-labelledby=filter-{filter}] li a"))
}

#[tokio::test]
async fn what_a_list_counts_has_a_bound_and_the_list_goes_on_beyond() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build();
    let (few, many) = (build.post(ada, "Few").save().await, build.post(ada, "Many").save().await);
    build.comments(few, 499).await;
    build.comment(few, "Ann", "Waits", CommentStatus::Pending, None).await;
    build.comments(many, 1_030).await;
    // These are newer, and the one that waits the newest.
    let later = comment::Entity::update_many()
        .col_expr(comment::Column::CreatedAt, Expr::value(harness::build::day(2)))
        .filter(comment::Column::PostId.eq(many));
    later.exec(site.db.write()).await.unwrap();
    let ada = site.sign_in("ada").await;
    let list = async |query: &str| ada.get(&format!("/admin/comments{query}")).await.expect(200);

    let first = list("?per_page=100").await;
    assert_eq!(first.one(".list-total"), "1–100 of more than 500 comments");
    assert_eq!(first.one(".page-here"), "1 of 5+");
    assert!(first.text().contains("All comments of this result"));
    assert_eq!(values(&first, "status"), ["All", "Pending 1", "Approved 500+", "Spam 0"]);
    // The posts of the newest, without numbers, and a way to all others.
    assert_eq!(values(&first, "post_id"), ["All", "Many", "Few"]);
    assert_eq!(first.attributes("[aria-labelledby=filter-post_id] look-up", "name"), ["post_id"]);

    // The last page that was counted leads on, and the last one of all is known to be it.
    let further = list("?per_page=100&page=5").await;
    assert_eq!(further.one(".list-total"), "401–500 of more than 1,000 comments");
    assert_eq!(further.attributes("a[rel=next]", "href"), ["/admin/comments?per_page=100&page=6"]);
    let last = list("?per_page=100&page=16").await;
    let shown = (last.one(".list-total"), last.texts("tbody tr").len());
    assert_eq!(shown, ("1,501–1,530 of 1,530 comments".to_owned(), 30));
    ada.get("/admin/comments?per_page=100&page=17").await.expect(404);

    // Just at the bound a number is exact.
    let of_few = list(&format!("?post_id={few}")).await;
    assert_eq!(of_few.one(".list-total"), "1–25 of 500 comments");
    assert_eq!(values(&of_few, "status"), ["All", "Pending 1", "Approved 499", "Spam 0"]);
    let waiting = list("?status=pending").await;
    assert_eq!(waiting.one(".list-total"), "1 comment");
    assert_eq!(values(&waiting, "post_id"), ["All", "Few 1"]);

    // Who deletes the last page's rows is led to the page before.
    let ids = last.attributes("input[name=id]", "value");
    let mut sent = vec![("query", "per_page=100&page=16"), ("action", "delete"), ("confirmed", "1")];
    sent.extend(ids.iter().map(|id| ("id", id.as_str())));
    let gone = ada.post("/admin/comments/actions", &sent).await.expect(303);
    assert_eq!(gone.header("location"), "/admin/comments?per_page=100&page=15");
    site.end().await;
}

#[tokio::test]
async fn a_whole_queue_is_dealt_with_at_once() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build();
    let post = build.post(ada, "Hello").save().await;
    for number in 0..60 {
        build.comment(post, "Spammer", &format!("Buy {number}"), CommentStatus::Pending, None).await;
    }
    let real = build.comment(post, "Ann", "A real one", CommentStatus::Approved, None).await;
    let author = site.sign_in("ada").await;
    let page = author.get("/admin/comments?status=pending").await.expect(200);
    let keys = page.attributes("#action option", "data-key");
    assert_eq!(keys, ["a", "s", "d"]);
    let sent = [("query", "status=pending"), ("action", "spam"), ("all", "1")];
    for sent in [&sent[..], &[&sent[..], &[("confirmed", "1")]].concat()] {
        let page = author.post("/admin/comments/actions", sent).await;
        assert_eq!(page.one("h1"), "Mark as spam: 60 comments");
        assert!(page.text().contains("and 50 more"), "{}", page.text());
    }
    assert_eq!(row(&site, real).await.status, CommentStatus::Approved);
    author.whole_result("/admin/comments/actions", "status=pending", "spam").await.expect(303);
    let page = author.get("/admin/comments?status=spam").await.expect(200);
    assert!(page.one(".list-total").ends_with("60 comments"), "{}", page.one(".list-total"));
    let sent = [("query", "status=spam"), ("action", "delete"), ("all", "1")];
    author.post("/admin/comments/actions", &sent).await.expect(200);
    assert_eq!(count(&site).await, 61, "it asks first");
    author.whole_result("/admin/comments/actions", "status=spam", "delete").await.expect(303);
    assert_eq!(count(&site).await, 1);
    assert_eq!(row(&site, real).await.status, CommentStatus::Approved);
    site.end().await;
}

#[tokio::test]
async fn what_is_approved_is_what_was_read() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build();
    let post = build.post(ada, "Hello").save().await;
    let mut ids = Vec::new();
    for text in ["Well said", "Me too", "And so on"] {
        ids.push(build.comment(post, "Ann", text, CommentStatus::Pending, None).await);
    }
    let author = site.sign_in("ada").await;
    let url = "/admin/comments/actions";
    let change = async |id: i64| {
        let changed = [("body", "Buy it at https://cheap.example")];
        author.post(&format!("/admin/comments/{id}"), &changed).await.expect(303);
        assert_eq!(row(&site, id).await.status, CommentStatus::Pending);
    };
    // Of those that were ticked.
    let page = author.get("/admin/comments?status=pending").await.expect(200);
    let shown = page.attributes(".rows input[name=was]", "value");
    assert_eq!(shown.len(), 3);
    change(ids[0]).await;
    let keys = ids.iter().map(i64::to_string).collect::<Vec<_>>();
    let mut sent =
        vec![("action", "approve"), ("query", "status=pending"), ("id", &keys[0]), ("id", &keys[1])];
    sent.extend(shown.iter().map(|was| ("was", &**was)));
    author.post(url, &sent).await.expect(303);
    assert_eq!(row(&site, ids[0]).await.status, CommentStatus::Pending);
    assert_eq!(row(&site, ids[1]).await.status, CommentStatus::Approved);
    assert_eq!(
        author.get("/admin/comments").await.texts(".messages p").last().unwrap(),
        "Approved 1 comment. Left as it is: 1 comment, changed since you saw it. Look again."
    );
    // Of a whole result, after the page that asks.
    let mut sent = vec![("action", "approve"), ("query", "status=pending"), ("all", "1")];
    let page = author.post(url, &sent).await.expect(200);
    assert_eq!(page.one("h1"), "Approve: 2 comments");
    change(ids[2]).await;
    let result = page.attributes("main input[name=result]", "value").remove(0);
    sent.extend([("confirmed", "1"), ("result", &*result)]);
    let page = author.post(url, &sent).await;
    assert!(page.one(".complaints").contains("The list finds other rows now"), "{}", page.text());
    assert_eq!(row(&site, ids[2]).await.status, CommentStatus::Pending);
    author.whole_result(url, "status=pending", "approve").await.expect(303);
    for id in ids {
        assert_eq!(row(&site, id).await.status, CommentStatus::Approved);
    }
    site.end().await;
}

#[tokio::test]
async fn what_changes_while_it_is_approved_is_not_approved() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build();
    let post = build.post(ada, "Hello").save().await;
    let id = build.comment(post, "Ann", "Well said", CommentStatus::Pending, None).await;
    let author = site.sign_in("ada").await;
    let page = author.get("/admin/comments?status=pending").await.expect(200);
    let was = page.attributes(".rows input[name=was]", "value").remove(0);
    // Its writer is at it, and was first.
    let edit = site.db.begin_aside().await.unwrap();
    let changed = comment::ActiveModel {
        body: Set("Buy it".to_owned()),
        updated_at: Set(chrono::Utc::now()),
        ..Default::default()
    };
    comment::Entity::update_many().set(changed).exec(&edit).await.unwrap();
    let key = id.to_string();
    let sent = [("action", "approve"), ("id", &*key), ("was", &*was)];
    let approve = author.post("/admin/comments/actions", &sent);
    let commit = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        edit.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(approve, commit);
    answer.expect(303);
    let stored = row(&site, id).await;
    assert_eq!((stored.status, stored.body.as_str()), (CommentStatus::Pending, "Buy it"));
    site.end().await;
}

#[tokio::test]
async fn what_a_moderator_writes_is_rendered_and_a_decision_ends_the_wait() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build();
    let post = build.post(ada, "Hello").save().await;
    let id = build.comment(post, "Ann", "Call me: 555", CommentStatus::Pending, None).await;
    let author = site.sign_in("ada").await;
    let path = format!("/admin/comments/{id}");
    let form = author.get(&path).await.expect(200);
    assert!(form.text().contains("ann@guests.example"), "who moderates sees the address");
    let sent = [("body", "Call me: …  **[removed]**"), ("author_name", "Ann"), ("status", "approved")];
    author.post(&path, &sent).await.expect(303);
    let stored = row(&site, id).await;
    assert_eq!(stored.html, "<p>Call me: …  <strong>[removed]</strong></p>\n");
    assert_eq!(stored.excerpt, "Call me: … [removed]");
    assert_eq!((stored.status, stored.reason.as_str()), (CommentStatus::Approved, ""));
    let too_long = "x".repeat(5001);
    author.post(&path, &[("body", &*too_long)]).await.expect(422);
    author.post(&path, &[("post_id", "1"), ("author_email", "x@y.example")]).await.expect(303);
    assert_eq!(row(&site, id).await.author_email, "ann@guests.example", "nobody changes that");
    site.end().await;
}
