//! Courses and students in bulk: enrolled, taken out, opened and closed.

use entity::{
    course,
    enrollment::{self, EnrollmentSource, EnrollmentStatus},
    user::Role,
};
use harness::TestSite;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

#[tokio::test]
async fn an_action_links_rows_to_one_that_a_page_asks_for() {
    let site = TestSite::start().await;
    let build = site.build();
    site.user("ed", Role::Editor).await;
    site.user("ada", Role::Author).await;
    let (ed, ada) = (site.sign_in("ed").await, site.sign_in("ada").await);
    let (logic, sets) = (build.course("Logic", &[]).await, build.course("Sets", &[]).await);
    let mut students = Vec::new();
    for name in ["Ann", "Ben", "Cid", "Dee"] {
        students.push(build.student(name).await);
    }
    build.enrol(students[0], logic, EnrollmentStatus::Completed).await;
    build.enrol(students[1], logic, EnrollmentStatus::Left).await;
    let standing = async |student: i64, course: i64| {
        let row = enrollment::Entity::find_by_id((student, course)).one(site.db.write()).await.unwrap();
        row.map(|row| (row.status, row.source))
    };
    let url = "/admin/students/actions";
    let keys: Vec<String> = students.iter().map(i64::to_string).collect();
    let first_three: Vec<(&str, &str)> = keys[..3].iter().map(|key| ("id", key.as_str())).collect();
    let with = |more: &[(&'static str, &'static str)]| [&first_three[..], more].concat();

    // The list asks nothing of it; the page does, and a search there is no answer.
    assert!(
        ed.get("/admin/students").await.texts("#action option").contains(&"Enrol in a course…".to_owned())
    );
    let page = ed.post(url, &with(&[("action", "enrol")])).await.expect(200);
    assert_eq!(page.one("h1"), "Enrol in a course: 3 students");
    assert_eq!(page.texts(".complaints li"), [""; 0]);
    assert_eq!(page.attributes("look-up", "src"), ["/admin/students/lookup/courses"]);
    assert_eq!(page.texts("input[name=courses]").len(), 0, "no list of all courses");
    let asked = [("action", "enrol"), ("confirmed", "1"), ("courses__q", "log")];
    let found = ed.post(url, &with(&[&asked[..], &[("_find", "courses")]].concat())).await.expect(200);
    assert_eq!(found.attributes("input[name=courses]", "value"), [logic.to_string()]);
    let page = ed.post(url, &with(&asked)).await.expect(422);
    assert!(page.one(".complaints li").contains("Choose one of these"), "{}", page.text());
    for (course, complaint) in [("", "This is needed."), ("999", "not there"), ("x", "not there")] {
        let form = with(&[("action", "enrol"), ("confirmed", "1"), ("courses", course)]);
        let page = ed.post(url, &form).await.expect(422);
        assert!(page.one(".complaints li").contains(complaint), "{course}");
    }
    assert_eq!(standing(students[2], logic).await, None);

    // Who is in it already is not counted; who left is back.
    let course = logic.to_string();
    let confirmed =
        [&first_three[..], &[("action", "enrol"), ("confirmed", "1"), ("courses", &course)]].concat();
    ed.post(url, &confirmed).await.expect(303);
    assert_eq!(ed.get("/admin/students").await.one(".messages p"), "Enrolled 2 students.");
    assert_eq!(standing(students[0], logic).await.unwrap().0, EnrollmentStatus::Completed);
    assert_eq!(standing(students[1], logic).await.unwrap().0, EnrollmentStatus::Active);
    let roster = (EnrollmentStatus::Active, EnrollmentSource::Roster);
    assert_eq!(standing(students[2], logic).await, Some(roster));
    assert_eq!(standing(students[3], logic).await, None);
    let history = ed.get(&format!("/admin/students/{}/history", students[2])).await.expect(200);
    assert!(history.text().contains("enrolled the student"), "{}", history.text());
    assert!(history.text().contains("Courses added") && history.text().contains("Logic"));

    // Out again, with what they completed kept.
    let out = [&first_three[..], &[("action", "unenrol"), ("confirmed", "1"), ("courses", &course)]].concat();
    ed.post(url, &out).await.expect(303);
    assert_eq!(ed.get("/admin/students").await.one(".messages p"), "Unenrolled 3 students.");
    for student in &students[..3] {
        assert_eq!(standing(*student, logic).await.unwrap().0, EnrollmentStatus::Left);
    }
    let history = ed.get(&format!("/admin/students/{}/history", students[2])).await.expect(200);
    assert!(history.text().contains("Courses removed"));

    // From the courses' side.
    let student = students[3].to_string();
    let all = [("action", "enrol"), ("all", "1")];
    let page = ed.post("/admin/courses/actions", &all).await.expect(200);
    let result = page.attributes("main input[name=result]", "value").remove(0);
    let answer = [("confirmed", "1"), ("students", &*student), ("result", &*result)];
    ed.post("/admin/courses/actions", &[&all[..], &answer].concat()).await.expect(303);
    assert_eq!(ed.get("/admin/courses").await.one(".messages p"), "Enrolled a student in 2 courses.");
    for course in [logic, sets] {
        assert_eq!(standing(students[3], course).await, Some(roster));
    }
    ada.post(url, &confirmed).await.expect(403);
    site.end().await;
}

#[tokio::test]
async fn courses_are_opened_and_closed_together() {
    let site = TestSite::start().await;
    let build = site.build();
    site.user("ed", Role::Editor).await;
    let ed = site.sign_in("ed").await;
    for name in ["Logic", "Sets", "Sums"] {
        build.course(name, &[]).await;
    }
    let count = async || {
        let open = course::Entity::find().filter(course::Column::IsOpen.eq(true));
        open.count(site.db.write()).await.unwrap()
    };
    for (action, said, left) in
        [("close", "Closed 1 course.", 2), ("close", "Closed 0 courses.", 2), ("open", "Opened 1 course.", 3)]
    {
        let form = [("action", action), ("id", "1")];
        ed.post("/admin/courses/actions", &form).await.expect(303);
        assert_eq!(ed.get("/admin/courses").await.one(".messages p"), said);
        assert_eq!(count().await, left);
    }
    let history = ed.get("/admin/courses/1/history").await.expect(200);
    assert_eq!(history.texts(".log-when").len(), 2);
    assert!(history.text().contains("closed the course") && history.text().contains("Open"));
    site.end().await;
}
