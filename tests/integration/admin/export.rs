//! Exports: what is in the file, and what no spreadsheet may do with it.

use entity::{enrollment::EnrollmentStatus, user::Role};
use futures_util::TryStreamExt;
use lectern::{
    admin::{export, query::ListQuery},
    auth::Viewer,
};

use super::desk::{Desk, admin, pairs, viewer};

/// The file, in its pieces.
async fn pieces(desk: &Desk, viewer: &Viewer, resource: &str, query: &str) -> Vec<String> {
    let scope = desk.scope(viewer, resource);
    let query = ListQuery::from_pairs(&scope, &pairs(query)).unwrap();
    let stream = export::stream(desk.app.clone(), &scope, query).await.unwrap();
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    pieces.into_iter().map(|piece| String::from_utf8(piece.to_vec()).unwrap()).collect()
}

async fn file(desk: &Desk, viewer: &Viewer, resource: &str, query: &str) -> String {
    pieces(desk, viewer, resource, query).await.concat()
}

#[tokio::test]
async fn a_file_has_the_declared_columns_and_the_lists_rows() {
    let desk = Desk::start().await;
    let author = desk.site.build().author("ada").await;
    desk.site.build().post(author, "Commas, \"quotes\"").content("Two\nlines.").save().await;
    desk.site.build().post(author, "Other").save().await;
    let expected = "id,title,user,user_id,status,published_at,word_count,pinned,lessons,content,slug\r\n\
        1,\"Commas, \"\"quotes\"\"\",ada,1,published,2026-01-01T12:00:00Z,2,false,0,\"Two\nlines.\",commas-quotes\r\n";
    assert_eq!(file(&desk, &admin(99), "posts", "q=quotes").await, expected);
    let users = file(&desk, &admin(99), "users", "").await;
    assert_eq!(users, "id,username,role,email\r\n1,ada,author,ada@example.org\r\n");
    let build = desk.site.build();
    let course = build.course("Logic", &[]).await;
    for name in ["Ann", "=Ben"] {
        let student = build.student(name).await;
        build.enrol(student, course, EnrollmentStatus::Active).await;
    }
    let courses = file(&desk, &admin(99), "courses", "").await;
    assert!(courses.starts_with("id,name,starts_on,credits,students\r\n1,Logic,"), "{courses}");
    assert!(courses.ends_with(",\"Ann, =Ben\"\r\n"), "{courses}");
    // A field for some only.
    assert_eq!(file(&desk, &admin(99), "tags", "").await, "id,name,slug\r\n");
    assert_eq!(file(&desk, &viewer(1, Role::Author), "tags", "").await, "id,name\r\n");
    assert_eq!(file(&desk, &viewer(7, Role::Author), "posts", "").await.lines().count(), 1);
    desk.end().await;
}

#[tokio::test]
async fn no_text_becomes_a_formula() {
    let desk = Desk::start().await;
    let author = desk.site.build().author("=cmd").await;
    for (number, title) in
        ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"y\")", "plain"].into_iter().enumerate()
    {
        desk.site.build().post(author, title).slug(&format!("p{number}")).save().await;
    }
    let file = file(&desk, &admin(99), "posts", "").await;
    let mut reader = csv_lines(&file);
    reader.remove(0);
    for line in &reader[..5] {
        let title = line.split_once(',').unwrap().1.trim_start_matches('"');
        assert!(title.starts_with('\''), "{line}");
        assert!(line.contains(",'=cmd,"), "{line}");
    }
    assert!(reader[5].starts_with("6,plain,"));
    desk.end().await;
}

fn csv_lines(file: &str) -> Vec<&str> {
    file.split("\r\n").filter(|line| !line.is_empty()).collect()
}

#[tokio::test]
async fn a_large_file_comes_in_pieces() {
    let desk = Desk::start().await;
    let author = desk.site.build().author("ada").await;
    desk.site.build().posts(author, 250).await;
    let before = desk.site.db.statements();
    let pieces = pieces(&desk, &admin(99), "posts", "sort=title&page=2").await;
    // The head and three steps, each of four statements, and one to see that there is no fourth.
    assert_eq!(pieces.len(), 4);
    assert_eq!(desk.site.db.statements() - before, 3 * 4 + 1);
    let all = pieces.concat();
    assert_eq!(csv_lines(&all).len(), 251);
    assert!(all.contains("\r\n250,Post 250,"));
    desk.end().await;
}
