//! Taking a course.

use crate::{
    driver::{Browser, Screen},
    library::{self, SHOWCASE},
};

#[tokio::test]
async fn a_learner_reads_a_course_lesson_by_lesson_and_sees_the_place_in_the_syllabus() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/").await;
    browser.follow("Courses").await;
    browser.follow("Setting type").await;
    browser.is_at("/courses/setting-type").await;
    assert_eq!(browser.texts(".lesson-title").await.len(), 3);
    browser.follow("Read the first lesson").await;
    browser.is_at("/courses/setting-type/long").await;
    browser.reads(".kicker span", "Lesson 1 of 3").await;
    browser.click("a[rel=next]").await;
    browser.is_at("/courses/setting-type/anatomy").await;
    browser.reads("h1", SHOWCASE).await;
    browser.reads(".shoulder .syllabus [aria-current=page]", &format!("2 {SHOWCASE}")).await;
    assert_eq!(browser.texts(".shoulder .syllabus [aria-current]").await.len(), 1);
    browser.click("a[rel=prev]").await;
    browser.is_at("/courses/setting-type/long").await;
    browser.reads(".kicker span", "Lesson 1 of 3").await;
    browser.click(".shoulder .syllabus > li:nth-child(3) > a").await;
    browser.is_at("/courses/setting-type/hebrew").await;
    browser.reads(".kicker span", "Lesson 3 of 3").await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_learner_on_a_phone_unfolds_the_syllabus() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/courses/setting-type/anatomy").await;
    assert_eq!(browser.texts(".fold .syllabus [aria-current]").await, [""], "folded at first");
    browser.click(".fold > summary").await;
    browser.reads(".fold .syllabus [aria-current]", &format!("2 {SHOWCASE}")).await;
    browser.click(".fold .syllabus > li:nth-child(3) > a").await;
    browser.is_at("/courses/setting-type/hebrew").await;
    browser.quit().await;
    site.end().await;
}
