//! Who is linked to a row: several people and the students themselves change it at once.

use std::collections::BTreeSet;

use entity::{
    api_token::Scope,
    enrollment::{self, EnrollmentStatus},
    student,
    user::Role,
};
use harness::{Answer, TestSite};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::studio::open;

async fn roster(site: &TestSite, course: i64) -> BTreeSet<i64> {
    let rows = enrollment::Entity::find()
        .filter(enrollment::Column::CourseId.eq(course))
        .filter(enrollment::Column::Status.ne(EnrollmentStatus::Left))
        .all(site.db.write())
        .await
        .unwrap();
    rows.into_iter().map(|row| row.student_id).collect()
}

/// The part of a form that the roster is, as a browser sends it.
fn part(page: &Answer) -> (String, String) {
    let one = |name: &str| page.attributes(&format!("input[name={name}]"), "value").remove(0);
    (one("_version"), one("students__shown"))
}

#[tokio::test]
async fn whoever_enrols_meanwhile_stays_enrolled() {
    let site = open().await;
    let build = site.build();
    site.user("ed", Role::Editor).await;
    let mut students = Vec::new();
    for name in ["Ann", "Ben", "Cid", "Dee"] {
        students.push(build.student(name).await);
    }
    let [ann, ben, cid, dee] = students[..] else { panic!("four") };
    let course = build.course("Logic", &[]).await;
    for student in [ann, ben] {
        build.enrol(student, course, EnrollmentStatus::Active).await;
    }
    let url = format!("/admin/courses/{course}");
    let ed = site.sign_in("ed").await;
    let page = ed.get(&url).await.expect(200);
    let (version, shown) = part(&page);
    assert_eq!(shown, format!("{ann},{ben}"));
    // Cid enrols while Ed writes; Ben is taken off by somebody else.
    build.enrol(cid, course, EnrollmentStatus::Active).await;
    let others = [("students__sent", "1"), ("students__shown", &*format!("{ben}"))];
    ed.post(&url, &others).await.expect(303);
    // Ed takes Ann off, adds Dee, and leaves Ben as he was shown.
    let (ben_text, dee_text) = (ben.to_string(), dee.to_string());
    let mine = [
        ("_version", version.as_str()),
        ("name", "Logic 2"),
        ("students__sent", "1"),
        ("students__shown", shown.as_str()),
        ("students", ben_text.as_str()),
        ("students", dee_text.as_str()),
    ];
    ed.post(&url, &mine).await.expect(303);
    assert_eq!(roster(&site, course).await, BTreeSet::from([cid, dee]));
    // Once more, from a page that came with an error: it is still the form of what it showed.
    let wrong = [&mine[..1], &[("name", "")], &mine[2..]].concat();
    let page = ed.post(&url, &wrong).await.expect(409);
    let (_, shown) = part(&page);
    assert_eq!(shown, format!("{cid},{dee}"));
    site.end().await;
}

#[tokio::test]
async fn a_form_that_does_not_say_what_it_showed_takes_nobody_off() {
    let site = open().await;
    let build = site.build();
    site.user("ed", Role::Editor).await;
    let (ann, ben) = (build.student("Ann").await, build.student("Ben").await);
    let course = build.course("Logic", &[]).await;
    build.enrol(ann, course, EnrollmentStatus::Active).await;
    let url = format!("/admin/courses/{course}");
    let ed = site.sign_in("ed").await;
    let (version, _) = part(&ed.get(&url).await.expect(200));
    let ben_text = ben.to_string();
    let mine = [("_version", version.as_str()), ("students__sent", "1"), ("students", ben_text.as_str())];
    ed.post(&url, &mine).await.expect(303);
    assert_eq!(roster(&site, course).await, BTreeSet::from([ann, ben]));
    // Without a version, what is sent is all.
    ed.post(&url, &mine[1..]).await.expect(303);
    assert_eq!(roster(&site, course).await, BTreeSet::from([ben]));
    site.end().await;
}

#[tokio::test]
async fn a_long_roster_is_shown_in_part_and_kept_whole() {
    let site = open().await;
    let build = site.build();
    site.user("ed", Role::Editor).await;
    let course = build.course("Logic", &[]).await;
    let mut students = Vec::new();
    for number in 1..=130 {
        let student = build.student(&format!("Student {number}")).await;
        build.enrol(student, course, EnrollmentStatus::Active).await;
        students.push(student);
    }
    let url = format!("/admin/courses/{course}");
    let ed = site.sign_in("ed").await;
    let page = ed.get(&url).await.expect(200);
    let ticks = page.attributes("input[type=checkbox][name=students]", "value");
    assert_eq!(ticks.len(), 100);
    assert!(page.text().contains("The first 100 of 130 are shown"));
    let (version, shown) = part(&page);
    assert_eq!(shown.split(',').count(), 100);
    let form = |ticks: &[String]| {
        let mut form = vec![
            ("_version", version.clone()),
            ("students__sent", "1".to_owned()),
            ("students__shown", shown.clone()),
        ];
        form.extend(ticks.iter().map(|key| ("students", key.clone())));
        form
    };
    let post = async |form: &[(&str, String)]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ed.post(&url, &form).await
    };
    // A tick is taken from the first; all others stay.
    post(&form(&ticks[1..])).await.expect(303);
    assert_eq!(roster(&site, course).await.len(), 129);
    // One that is not shown is found, ticked, and the tick can be taken away.
    let mut search = form(&ticks[1..]);
    search.extend([("students__q", "Student 128".to_owned()), ("_find", "students".to_owned())]);
    let page = post(&search).await.expect(200);
    let found = students[127].to_string();
    let ticked = page.attributes("input[type=checkbox][name=students][checked]", "value");
    assert!(ticked.contains(&found), "{ticked:?}");
    // It is said that it was found, and that it is among the students already.
    let said = page.one("look-up p[role=status]");
    assert_eq!(said, "The only one found is chosen already: “Student 128”.");
    for (query, said) in [
        ("Nobody", vec!["Nothing found for “Nobody”."]),
        ("Student 12", vec!["All that were found are chosen already: “Student 12”."]),
        (
            "Student 1",
            vec![
                "All that were found are chosen already: “Student 1”. There are more: type more of the name.",
            ],
        ),
    ] {
        let mut search = form(&ticks);
        search.extend([("students__q", query.to_owned()), ("_find", "students".to_owned())]);
        let page = post(&search).await.expect(200);
        assert_eq!(page.texts("look-up p[role=status]"), said, "{query}");
    }
    let (_, shown_now) = part(&page);
    let mut without = form(&ticks[1..]);
    without[2].1 = shown_now;
    post(&without).await.expect(303);
    assert!(!roster(&site, course).await.contains(&students[127]));
    // As scripts do it.
    let mut off = form(&ticks[1..]);
    off.push(("students__off", students[129].to_string()));
    post(&off).await.expect(303);
    let left = roster(&site, course).await;
    assert!(left.len() == 127 && !left.contains(&students[129]), "{left:?}");
    site.end().await;
}

#[tokio::test]
async fn what_a_program_does_to_a_roster_is_in_its_history() {
    let site = TestSite::start().await;
    let root = site.user("root", Role::Admin).await;
    let build = site.build();
    let (course, student) = (build.course("Logic", &[]).await, build.student("Ann").await);
    let program = site.program(root, Scope::Write).await;
    let url = format!("/api/courses/{course}/students/{student}");
    let history = async || {
        let page =
            site.sign_in("root").await.get(&format!("/admin/courses/{course}/history")).await.expect(200);
        page.texts(".log-entry")
    };
    for _ in 0..2 {
        program.send(Method::PUT, &url, None).await.expect(200);
    }
    let entries = history().await;
    assert!(entries.len() == 1 && entries[0].contains("Students addedemptyAnn"), "{entries:?}");
    for _ in 0..2 {
        program.delete(&url).await.expect(204);
    }
    let entries = history().await;
    assert!(entries.len() == 2 && entries[0].contains("Students removedAnn"), "{entries:?}");
    site.end().await;
}

#[tokio::test]
async fn who_is_deleted_while_they_are_enrolled_is_not_enrolled() {
    let site = TestSite::start().await;
    let root = site.user("root", Role::Admin).await;
    let build = site.build();
    let (course, student) = (build.course("Logic", &[]).await, build.student("Ann").await);
    let program = site.program(root, Scope::Write).await;
    let deletion = site.db.begin_aside().await.unwrap();
    student::Entity::delete_by_id(student).exec(&deletion).await.unwrap();
    let url = format!("/api/courses/{course}/students/{student}");
    let commit = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        deletion.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(program.send(Method::PUT, &url, None), commit);
    assert!([404, 409].contains(&answer.status.as_u16()), "{}", answer.text());
    site.end().await;
}
