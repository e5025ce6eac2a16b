//! How the database answers what public pages ask it: never by looking at all posts, comments or users.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail their test, as assertions do")]

use harness::{Backend, TestSite, dump};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};

/// Tables whose rows no page may look at one by one.
const LARGE: [&str; 7] =
    ["posts", "comments", "users", "post_tags", "post_words", "post_search", "user_search"];

/// What looks at every row of an index all the same, by how its statement begins once the quotation marks are gone, and why.
const KNOWN: [(&str, &str); 7] = [
    ("SELECT COUNT(posts.id)", "a list's rows are counted once for each version of the content"),
    ("SELECT COUNT(post_tags.post_id)", "so are the posts under a tag"),
    ("SELECT COUNT(users.id)", "so are authors and users"),
    ("SELECT post_tags.tag_id, COUNT(", "a page of tags says how many posts are under each"),
    ("SELECT posts.user_id, COUNT(", "a page of authors says how many posts each wrote"),
    ("SELECT posts.id - 1 ", "the index of sitemaps says what changed last in each range of ids"),
    ("SELECT posts.user_id - 1 ", "and of which authors"),
];

/// What a page asked, without the quotation marks that the databases write differently.
fn plain(sql: &str) -> String {
    sql.replace(['"', '`'], "")
}

/// A line of a plan.
#[derive(Debug)]
struct Line {
    text: String,
    /// Whether it is of a statement within the statement, on SQLite and MariaDB.
    is_inner: bool,
}

/// A plan's lines.
async fn explain(site: &TestSite, statement: &Statement) -> Vec<Line> {
    let how = if Backend::of_run() == Backend::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    let sql = format!("{how} {}", statement.sql);
    let values = statement.values.clone().map(|values| values.0).unwrap_or_default();
    let transaction = site.db.latest().begin().await.unwrap();
    if Backend::of_run() == Backend::Postgres {
        // Else it takes a look at all of some thousand rows for cheaper than fifty at random.
        transaction.execute_unprepared("SET LOCAL random_page_cost = 1.1").await.unwrap();
    }
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), &sql, values);
    let rows = transaction.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    transaction.rollback().await.unwrap();
    // SQLite's lines name the line that they are part of.
    let mut inner: Vec<i32> = Vec::new();
    let mut line = |row: &sea_orm::QueryResult| match Backend::of_run() {
        Backend::Sqlite => {
            let text: String = row.try_get("", "detail").unwrap();
            let [id, parent]: [i32; 2] = ["id", "parent"].map(|name| row.try_get("", name).unwrap());
            let is_inner = inner.contains(&parent);
            if is_inner || text.starts_with("CO-ROUTINE") || text.starts_with("MATERIALIZE") {
                inner.push(id);
            }
            Line { text, is_inner }
        }
        Backend::Postgres => Line { text: row.try_get_by_index(0).unwrap(), is_inner: false },
        Backend::MariaDb => {
            let [table, kind, extra, select] = ["table", "type", "Extra", "select_type"]
                .map(|name| row.try_get::<Option<String>>("", name).unwrap().unwrap_or_default());
            let is_inner = !["SIMPLE", "PRIMARY"].contains(&&*select);
            Line { text: format!("{table}: {kind} ({extra})"), is_inner }
        }
    };
    rows.iter().map(&mut line).collect()
}

/// What is wrong with a plan, if anything is.
fn fault(sql: &str, plan: &[Line]) -> Option<String> {
    let sql = plain(sql);
    let is_sorted = |inner| plan.iter().any(|line| line.is_inner == inner && sorts(&line.text));
    let is_known = KNOWN.iter().any(|(start, _)| sql.starts_with(start));
    let bad = |line: &&Line| {
        // An end within the statement is none of what is around it, nor the other way round.
        let (inner, outer) = sql.rsplit_once(')').unwrap_or(("", &sql));
        let limited = if line.is_inner { inner } else { outer };
        let ends_early = limited.contains(" LIMIT ") && !is_sorted(line.is_inner);
        let line = &line.text;
        LARGE.iter().any(|table| match Backend::of_run() {
            Backend::Sqlite => {
                let scans =
                    line.strip_prefix("SCAN ").is_some_and(|rest| rest.split(' ').next() == Some(table));
                // A full-text index is asked for words.
                let is_well = line.contains(" INDEX ") && (ends_early || is_known);
                scans && !is_well && !line.contains("VIRTUAL TABLE")
            }
            Backend::Postgres => line.contains(&format!("Seq Scan on {table} ")) && !is_known,
            Backend::MariaDb => {
                let is_all = line.starts_with(&format!("{table}: ALL"));
                let is_index = line.starts_with(&format!("{table}: index "));
                is_all || is_index && !ends_early && !is_known
            }
        })
    };
    plan.iter().find(bad).map(|line| format!("{}\n    in {sql}", line.text))
}

fn sorts(line: &str) -> bool {
    line.contains("TEMP B-TREE FOR ORDER BY") || line.contains("filesort") || line.contains("temporary")
}

/// Lets the planner know its tables, as it does by itself after a while.
async fn analyze(site: &TestSite) {
    let db = site.db.write();
    let statements: Vec<String> = match Backend::of_run() {
        Backend::Sqlite => vec!["ANALYZE".to_owned()],
        Backend::Postgres => vec!["VACUUM ANALYZE".to_owned()],
        Backend::MariaDb => {
            let tables = dump::tables(site.db.read()).await;
            tables.iter().map(|table| format!("ANALYZE TABLE {table}")).collect()
        }
    };
    for sql in statements {
        if Backend::of_run() == Backend::MariaDb {
            // It answers with rows.
            db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        } else {
            db.execute_unprepared(&sql).await.unwrap();
        }
    }
}

#[tokio::test]
async fn no_public_page_looks_at_all_posts_comments_or_users() {
    let site = TestSite::start().await;
    let told = site.lectern(&["demo", "--posts", "3000", "--users", "6000", "--comments", "6000"]);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    analyze(&site).await;
    let first = |path: &str, selector: &'static str| {
        let path = path.to_owned();
        let site = &site;
        async move { site.get(&path).await.expect(200).attributes(selector, "href")[0].clone() }
    };
    let post = first("/archive?page=50", ".archive a, main a[href^='/posts/']").await;
    let course = first("/courses", "main a[href^='/courses/']").await;
    let lesson = first(&course, "main a[href^='/courses/']").await;
    let pages = [
        "/",
        // What passes over many rows first: a statement is asked about once.
        "/?page=240",
        "/?page=2",
        "/?page=290",
        &post,
        &format!("{post}?comments=1"),
        &format!("{post}/comments"),
        "/archive?page=45",
        "/archive",
        "/archive?page=55",
        "/authors",
        "/authors?page=20",
        "/authors/maren",
        "/authors/maren?page=20",
        "/tags",
        "/tags/craft",
        "/tags/craft?page=30",
        "/courses",
        &course,
        &lesson,
        // A word of every text first: the statements are the same, and asked once.
        "/search?q=the",
        "/search?q=borrowed+atlas",
        "/search?q=borrowed+atlas&page=2",
        "/search?q=unheard",
        "/feed.xml",
        "/authors/maren/feed.xml",
        "/tags/craft/rss.xml",
        &format!("{course}/feed.json"),
        "/sitemap.xml",
        "/sitemap-posts-1.xml",
        "/sitemap-authors-1.xml",
        "/sitemap-tags-1.xml",
        "/sitemap-courses-1.xml",
        "/api/posts?per_page=100&page=24",
        "/api/posts",
        "/api/posts?per_page=100&page=29",
        "/api/posts/2000",
        "/api/posts/2000/comments",
        "/api/users",
        "/api/users?per_page=100&page=20",
        "/api/users/1",
        "/api/courses",
        "/api/courses/1/students",
        "/api/search?q=borrowed+atlas",
        "/api/posts.ndjson",
        "/none",
    ];
    let (mut faults, mut asked) = (Vec::new(), 0);
    let mut seen = std::collections::HashSet::new();
    site.db.take_statements();
    for path in pages {
        let answer = site.get(path).await;
        assert_eq!(answer.status.as_u16(), if path == "/none" { 404 } else { 200 }, "{path}");
        for statement in site.db.take_statements() {
            if !statement.sql.starts_with("SELECT") || !seen.insert(statement.sql.clone()) {
                continue;
            }
            asked += 1;
            let plan = explain(&site, &statement).await;
            if let Some(fault) = fault(&statement.sql, &plan) {
                let plan: Vec<&str> = plan.iter().map(|line| &*line.text).collect();
                faults.push(format!("{path}: {fault}\n    plan: {}", plan.join("; ")));
            }
        }
        // What was asked to explain.
        site.db.take_statements();
    }
    assert!(asked > 60, "{asked} statements are fewer than these pages ask");
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
    site.end().await;
}

/// Else it would prepare each statement anew for other values. A program that was not built from the repository's folder may.
#[tokio::test]
async fn sqlite_does_not_look_at_the_values_of_parameters() {
    if Backend::of_run() != Backend::Sqlite {
        return;
    }
    let site = TestSite::start().await;
    let options = Statement::from_string(site.db.read().get_database_backend(), "PRAGMA compile_options");
    let options = site.db.read().query_all_raw(options).await.unwrap();
    let options: Vec<String> = options.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    for wanted in ["ENABLE_FTS5", "ENABLE_QPSG"] {
        assert!(options.iter().any(|option| option == wanted), "{wanted}: {options:?}");
    }
    for unwanted in ["ENABLE_STAT4", "ENABLE_MEMORY_MANAGEMENT"] {
        assert!(!options.iter().any(|option| option == unwanted), "{unwanted}");
    }
    site.end().await;
}
