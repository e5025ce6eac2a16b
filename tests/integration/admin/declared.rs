//! The program's own declarations: what they do with several rows, and whole lives of rows by form.

use entity::{course, enrollment, enrollment::EnrollmentStatus, post_tag, student, user::Role};
use harness::TestSite;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::studio::log;

#[tokio::test]
async fn an_action_tells_of_what_it_changed_only() {
    let site = TestSite::start().await;
    let build = site.build();
    let root = site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    let tagged = build.post(ada, "Tagged").tags(&["optics"]).save().await.to_string();
    let plain = build.post(ada, "Plain").save().await.to_string();
    let browser = site.sign_in("root").await;
    let done = async |resource: &str, form: &[(&str, &str)]| {
        browser.post(&format!("/admin/{resource}/actions"), form).await.expect(303);
        browser.get(&format!("/admin/{resource}")).await.expect(200).one(".messages p")
    };
    let tag = [("action", "tag"), ("tag", "optics"), ("id", &tagged), ("id", &plain)];
    assert_eq!(done("posts", &tag).await, "Tagged 1 post.");
    assert_eq!(done("posts", &tag).await, "Tagged 0 posts.");
    assert_eq!(post_tag::Entity::find().count(site.db.write()).await.unwrap(), 2);
    let entries = log(&site).await;
    let file = browser.get("/admin/posts/export.csv?sort=title").await.expect(200).text();
    assert!(file.lines().next().unwrap().ends_with(",tags") && file.contains(",optics\r\n"), "{file}");
    assert_eq!(entries.iter().map(|entry| &*entry.row_title).collect::<Vec<_>>(), ["Plain"]);
    // One's own row is in the way of what would lock one out, and of nothing else.
    let (root, ada) = (root.to_string(), ada.to_string());
    let form = |action| [("action", action), ("id", root.as_str()), ("id", ada.as_str())];
    assert!(done("users", &form("deactivate")).await.starts_with("Your own account is among them"));
    assert_eq!(done("users", &[("action", "deactivate"), ("id", &ada)]).await, "Deactivated 1 user.");
    assert_eq!(done("users", &form("activate")).await, "Activated 1 user.");
    assert_eq!(log(&site).await.len(), 3);
    site.end().await;
}

#[tokio::test]
async fn a_student_is_made_changed_and_deleted_by_form() {
    let site = TestSite::start().await;
    site.user("ed", Role::Editor).await;
    let logic = site.build().course("Logic", &[]).await.to_string();
    let sets = site.build().course("Sets", &[]).await.to_string();
    let ed = site.sign_in("ed").await;
    let form = ed.get("/admin/students/new").await.expect(200);
    assert_eq!(form.attributes("form.form", "action"), ["/admin/students/new"]);
    let wrong = [("name", ""), ("email", "nope"), ("courses__sent", "1"), ("courses", logic.as_str())];
    let page = ed.post("/admin/students/new", &wrong).await.expect(422);
    assert_eq!(page.texts(".complaints li"), ["Name: This is needed."]);
    assert_eq!(page.attributes("input[name=courses][checked]", "value"), [logic.as_str()]);
    let mut right = wrong;
    right[0].1 = "Ann";
    let page = ed.post("/admin/students/new", &right).await.expect(422);
    assert!(page.texts(".complaints li")[0].starts_with("E-mail: "), "{:?}", page.texts(".complaints li"));
    right[1].1 = "Ann@Example.org";
    ed.post("/admin/students/new", &right).await.expect(303);
    let ann = student::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((ann.name.as_str(), ann.email.as_deref()), ("Ann", Some("ann@example.org")));
    let page = ed.post("/admin/students/new", &right).await.expect(422);
    assert!(page.text().contains("There is a student with this e-mail already."), "{}", page.text());
    // Another course instead of the first one, as a browser sends it.
    let url = format!("/admin/students/{}", ann.id);
    let form = ed.get(&url).await.expect(200);
    let hidden = |name: &str| form.attributes(&format!("input[name={name}]"), "value").remove(0);
    let (version, shown) = (hidden("_version"), hidden("courses__shown"));
    assert_eq!(shown, logic);
    let change = [
        ("_version", version.as_str()),
        ("name", "Ann B."),
        ("courses__sent", "1"),
        ("courses__shown", shown.as_str()),
        ("courses", sets.as_str()),
    ];
    ed.post(&url, &change).await.expect(303);
    let mut enrolments = enrollment::Entity::find().all(site.db.write()).await.unwrap();
    enrolments.sort_by_key(|row| row.course_id);
    let states: Vec<EnrollmentStatus> = enrolments.into_iter().map(|row| row.status).collect();
    assert_eq!(states, [EnrollmentStatus::Left, EnrollmentStatus::Active]);
    let page = ed.get(&format!("{url}/delete")).await.expect(200);
    assert_eq!(page.one("h1"), "Delete “Ann B.”?");
    ed.post(&format!("{url}/delete"), &[("confirmed", "1")]).await.expect(303);
    ed.get(&url).await.expect(404);
    assert_eq!(enrollment::Entity::find().count(site.db.write()).await.unwrap(), 0);
    let entry = ed.get(&format!("{url}/history")).await.expect(200).texts(".log-entry").remove(0);
    assert!(entry.contains("Ed deleted the student “Ann B.”") && entry.contains("CoursesSets"), "{entry}");
    site.end().await;
}

#[tokio::test]
async fn students_and_courses_are_exported_and_deleted_together() {
    let site = TestSite::start().await;
    let build = site.build();
    site.user("ed", Role::Editor).await;
    let ed = site.sign_in("ed").await;
    let logic = build.course("Logic", &[]).await;
    build.course("Sets", &[]).await;
    let mut ids = Vec::new();
    for name in ["Ann", "Ben", "Cid"] {
        let student = build.student(name).await;
        build.enrol(student, logic, EnrollmentStatus::Active).await;
        ids.push(student.to_string());
    }
    let url = "/admin/students/actions";
    let picked = [("id", ids[0].as_str()), ("id", ids[1].as_str())];
    let file = ed.post(url, &[&[("action", "csv")], &picked[..]].concat()).await.expect(303);
    let file = ed.get(&file.header("location")).await.expect(200).text();
    assert!(file.lines().count() == 3 && file.contains("Ben") && !file.contains("Cid"), "{file}");
    let deletion = [&[("action", "delete")], &picked[..]].concat();
    let page = ed.post(url, &deletion).await.expect(200);
    assert_eq!(page.one("h1"), "Delete 2 students?");
    assert!(page.text().contains("2 enrolments are deleted too"), "{}", page.text());
    ed.post(url, &[&deletion[..], &[("confirmed", "1")]].concat()).await.expect(303);
    assert_eq!(ed.get("/admin/students").await.one(".messages p"), "Deleted 2 students.");
    assert_eq!(student::Entity::find().count(site.db.write()).await.unwrap(), 1);
    ed.whole_result("/admin/courses/actions", "q=log", "delete").await.expect(303);
    let left = course::Entity::find().all(site.db.write()).await.unwrap();
    assert_eq!(left.iter().map(|course| &*course.name).collect::<Vec<_>>(), ["Sets"]);
    assert_eq!(enrollment::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}
