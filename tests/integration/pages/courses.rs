//! Courses and their lessons.

use entity::{enrollment::EnrollmentStatus, post::PostStatus};
use harness::TestSite;

#[tokio::test]
async fn courses_are_listed_by_name_with_what_they_hold() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let first = site.build().post(ada, "First").save().await;
    let second = site.build().post(ada, "Second").save().await;
    site.build().course("Zoology", &[first]).await;
    site.build().course("algebra", &[first, second]).await;
    let algebra = site.build().course("Botany", &[]).await;
    let student = site.build().student("Eve").await;
    site.build().enrol(student, algebra, EnrollmentStatus::Active).await;
    let courses = site.get("/courses").await.expect(200);
    assert_eq!(courses.texts(".post-item-title"), ["algebra", "Botany", "Zoology"]);
    assert_eq!(
        courses.attributes(".post-item-title a", "href"),
        ["/courses/algebra", "/courses/botany", "/courses/zoology"]
    );
    assert_eq!(courses.texts(".post-item-summary")[0], "algebra in short.");
    assert_eq!(
        courses.texts(".post-item .byline"),
        ["Open 2 lessons 2.5 credits", "Open 0 lessons 2.5 credits 1 student", "Open 1 lesson 2.5 credits"]
    );
    site.end().await;
}

#[tokio::test]
async fn many_courses_have_pages() {
    let site = TestSite::start().await;
    for number in 10..31 {
        site.build().course(&format!("Course {number}"), &[]).await;
    }
    let last = site.get("/courses?page=2").await.expect(200);
    assert_eq!(last.texts(".post-item-title"), ["Course 30"]);
    assert_eq!(last.one(".pagination-total"), "Course 21 of 21");
    site.get("/courses?page=3").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn a_course_shows_its_lessons_in_their_order_and_leaves_drafts_out() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let mut lessons = Vec::new();
    for title in ["Third", "First", "Draft", "Second"] {
        let status = if title == "Draft" { PostStatus::Draft } else { PostStatus::Published };
        lessons.push(site.build().post(ada, title).status(status).save().await);
    }
    site.build().course("Steps", &[lessons[1], lessons[2], lessons[3], lessons[0]]).await;
    let course = site.get("/courses/steps").await.expect(200);
    assert_eq!(course.one("h1"), "Steps");
    assert_eq!(course.one(".standfirst"), "Steps in short.");
    assert_eq!(course.one(".prose strong"), "Steps");
    assert_eq!(course.texts(".lesson-title"), ["First", "Second", "Third"]);
    assert_eq!(course.texts(".lesson-number"), ["1", "2", "3"]);
    assert_eq!(course.attributes(".lesson-title a", "href")[1], "/courses/steps/second");
    assert!(course.one(".article-head .byline").contains("3 lessons"));
    assert!(site.get("/courses").await.one(".byline").contains("3 lessons"));
    site.end().await;
}

#[tokio::test]
async fn only_those_who_take_or_took_a_course_count_as_its_students() {
    let site = TestSite::start().await;
    let course = site.build().course("Steps", &[]).await;
    for (name, status) in [
        ("A", EnrollmentStatus::Active),
        ("B", EnrollmentStatus::Completed),
        ("C", EnrollmentStatus::Waiting),
        ("D", EnrollmentStatus::Left),
    ] {
        let student = site.build().student(name).await;
        site.build().enrol(student, course, status).await;
    }
    for path in ["/courses", "/courses/steps"] {
        let facts = site.get(path).await.expect(200).one("main .byline");
        assert!(facts.ends_with("2 students"), "{path}: {facts}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_lesson_leads_to_the_one_before_and_the_one_after() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let mut lessons = Vec::new();
    for title in ["One", "Two", "Unfinished", "Three"] {
        let status = if title == "Unfinished" { PostStatus::Draft } else { PostStatus::Published };
        lessons.push(site.build().post(ada, title).status(status).tags(&["Step"]).save().await);
    }
    site.build().course("Steps", &lessons).await;
    let around = async |path: &str| {
        let page = site.get(path).await.expect(200);
        (page.attributes(".turn-page a[rel=prev]", "href"), page.attributes(".turn-page a[rel=next]", "href"))
    };
    assert_eq!(around("/courses/steps/one").await, (vec![], vec!["/courses/steps/two".to_owned()]));
    assert_eq!(around("/courses/steps/three").await, (vec!["/courses/steps/two".to_owned()], vec![]));
    let (before, after) = around("/courses/steps/two").await;
    assert_eq!((before[0].as_str(), after[0].as_str()), ("/courses/steps/one", "/courses/steps/three"));

    let page = site.get("/courses/steps/two").await;
    assert_eq!(page.one("h1"), "Two");
    assert!(page.one(".kicker").contains("Lesson 2 of 3"), "{}", page.one(".kicker"));
    assert!(page.one(".prose").contains("Some words about Two."));
    assert_eq!(page.texts("nav[aria-label=Lessons] .syllabus > li > a"), ["1 One", "2 Two", "3 Three"]);
    assert_eq!(page.texts("nav[aria-label=Lessons] [aria-current=page]"), ["2 Two"]);
    assert_eq!(page.texts("a[rel=tag]"), ["Step"]);
    site.end().await;
}

#[tokio::test]
async fn a_post_is_a_lesson_only_of_its_own_course() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let post = site.build().post(ada, "Mine").save().await;
    site.build().post(ada, "Stray").save().await;
    site.build().course("Steps", &[post]).await;
    site.build().course("Others", &[]).await;
    site.get("/courses/steps/mine").await.expect(200);
    for path in ["/courses/steps/stray", "/courses/others/mine", "/courses/none/mine", "/courses/none"] {
        assert_eq!(site.get(path).await.status.as_u16(), 404, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_lesson_leads_to_the_comments_on_its_post_where_there_are_some_or_may_be() {
    use entity::comment::CommentStatus;
    let site = TestSite::start().await;
    let build = site.build();
    let ada = build.author("ada").await;
    let post = build.post(ada, "First").save().await;
    build.course("Steps", &[post]).await;
    let link = async || {
        let page = site.get("/courses/steps/first").await.expect(200);
        let links = page.texts("a[href='/posts/first#comments']");
        links.into_iter().next()
    };
    assert_eq!(link().await.as_deref(), Some("Comment on this post"));
    build.setting("comments", "off".into()).await;
    assert_eq!(link().await, None);
    build.comment(post, "Ann", "Waits", CommentStatus::Pending, None).await;
    assert_eq!(link().await, None);
    build.comment(post, "Ann", "One", CommentStatus::Approved, None).await;
    assert_eq!(link().await.as_deref(), Some("1 comment on this post"));
    build.comment(post, "Bo", "Two", CommentStatus::Approved, None).await;
    assert_eq!(link().await.as_deref(), Some("2 comments on this post"));
    assert_eq!(site.get("/posts/first").await.expect(200).texts("#comments").len(), 1);
    site.end().await;
}
