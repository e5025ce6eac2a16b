//! What the pages about courses hand to their templates.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

use entity::enrollment::EnrollmentStatus;

use super::{
    progress::Standing,
    queries::{LessonRow, Summary},
};
use crate::{
    content,
    posts::views::{Post, TitleLink},
    web::{
        links,
        meta::{CONTEXT, Card, Place, listing, paged},
        pagination::Pagination,
        render::Page,
    },
};

/// A course in a list.
#[derive(Debug, Serialize)]
pub struct CourseSummary {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// Plain text, may be empty.
    pub summary: String,
    /// Readable lessons.
    pub lessons: i64,
    /// Students, those who left or wait not counted.
    pub students: i64,
    /// What finishing it counts for.
    pub credits: f64,
    /// Whether students may enrol themselves.
    pub is_open: bool,
    /// The day it begins, for people.
    pub starts_on: Option<String>,
}

impl CourseSummary {
    /// A course with what was counted.
    pub fn new(row: Summary, lessons: i64, students: i64) -> Self {
        Self {
            url: links::course(&row.slug),
            name: row.name,
            summary: row.summary,
            lessons,
            students,
            credits: row.credits,
            is_open: row.is_open,
            starts_on: row.starts_on.map(day),
        }
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// `/courses`
#[derive(Debug, Serialize)]
pub struct Index {
    /// This page's courses.
    pub courses: Vec<CourseSummary>,
    /// The other pages.
    pub pagination: Pagination,
}

impl Page for Index {
    const TEMPLATE: &'static str = "courses/index.html";

    fn title(&self) -> Option<String> {
        Some(paged("Courses", &self.pagination))
    }

    fn description(&self) -> String {
        listing("Courses to take", self.courses.iter().map(|course| &*course.name))
    }
}

/// A course on its own page.
#[derive(Debug, Serialize)]
pub struct Course {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// Plain text, may be empty.
    pub summary: String,
    /// Its description, sanitised when it was saved.
    pub html: String,
    /// What finishing it counts for.
    pub credits: f64,
    /// Whether students may enrol themselves.
    pub is_open: bool,
    /// The day it begins, for people.
    pub starts_on: Option<String>,
    /// Students, those who left or wait not counted.
    pub students: i64,
    /// Minutes that reading all lessons takes.
    pub minutes: i32,
}

/// A lesson in a syllabus.
#[derive(Clone, Debug, Serialize)]
pub struct Lesson {
    /// Its place, from 1.
    pub number: usize,
    /// Its post's title.
    pub title: String,
    /// Its page in the course.
    pub url: String,
    /// Minutes that reading takes.
    pub minutes: i32,
    /// Its post's summary.
    pub summary: String,
    /// Whether it is the one shown.
    pub current: bool,
    /// Whether the viewer completed it.
    pub done: bool,
}

impl Lesson {
    /// A course's lessons, numbered in their order; the one whose post has the slug `current` is marked.
    pub fn syllabus(
        course_slug: &str,
        rows: Vec<LessonRow>,
        current: Option<&str>,
        standing: Option<&Standing>,
    ) -> Vec<Self> {
        let number = |(index, row): (usize, LessonRow)| Self {
            number: index + 1,
            url: links::lesson(course_slug, &row.slug),
            minutes: content::reading_minutes(row.word_count),
            current: current == Some(row.slug.as_str()),
            done: standing.is_some_and(|standing| standing.done.contains(&row.slug)),
            title: row.title,
            summary: row.excerpt,
        };
        rows.into_iter().enumerate().map(number).collect()
    }

    fn link(&self) -> TitleLink {
        TitleLink { title: self.title.clone(), url: self.url.clone() }
    }
}

/// `/courses/{slug}`
#[derive(Debug, Serialize)]
pub struct Show {
    /// The course.
    pub course: Course,
    /// Its lessons in their order.
    pub lessons: Vec<Lesson>,
    /// How the viewer stands in it; none for those who are not in it.
    pub progress: Option<Progress>,
}

/// How a viewer stands in a course.
#[derive(Debug, Serialize)]
pub struct Progress {
    /// Lessons that they completed.
    pub done: usize,
    /// All lessons.
    pub total: usize,
    /// The first lesson that they did not complete.
    pub next: Option<String>,
    /// Whether they wait to be let in.
    pub is_waiting: bool,
}

impl Progress {
    fn new(standing: Standing, lessons: &[Lesson]) -> Option<Self> {
        (standing.status != EnrollmentStatus::Left).then(|| Self {
            done: lessons.iter().filter(|lesson| lesson.done).count(),
            total: lessons.len(),
            next: lessons.iter().find(|lesson| !lesson.done).map(|lesson| lesson.url.clone()),
            is_waiting: standing.status == EnrollmentStatus::Waiting,
        })
    }
}

/// Whether somebody takes a course, or took it to its end.
pub fn is_in(standing: &Standing) -> bool {
    matches!(standing.status, EnrollmentStatus::Active | EnrollmentStatus::Completed)
}

impl Show {
    /// A course with its lessons, the number of its students and how the viewer stands in it.
    pub fn new(
        course: entity::course::Model,
        lessons: Vec<LessonRow>,
        students: i64,
        standing: Option<Standing>,
    ) -> Self {
        let lessons = Lesson::syllabus(&course.slug, lessons, None, standing.as_ref());
        Self {
            progress: standing.and_then(|standing| Progress::new(standing, &lessons)),
            course: Course {
                url: links::course(&course.slug),
                name: course.name,
                summary: course.summary,
                html: course.html,
                credits: course.credits,
                is_open: course.is_open,
                starts_on: course.starts_on.map(day),
                students,
                minutes: lessons.iter().map(|lesson| lesson.minutes).sum(),
            },
            lessons,
        }
    }
}

impl Page for Show {
    const TEMPLATE: &'static str = "courses/show.html";

    fn title(&self) -> Option<String> {
        Some(self.course.name.clone())
    }

    fn description(&self) -> String {
        match self.course.summary.is_empty() {
            true => listing(
                &format!("{}, a course", self.course.name),
                self.lessons.iter().map(|lesson| &*lesson.title),
            ),
            false => self.course.summary.clone(),
        }
    }

    fn feeds(&self) -> Option<(&str, &str)> {
        Some((&self.course.url, &self.course.name))
    }

    fn structured(&self, place: Place<'_>) -> Vec<Value> {
        let course = json!({
            "@context": CONTEXT,
            "@type": "Course",
            "name": self.course.name,
            "description": self.description(),
            "url": place.whole(&self.course.url),
            "provider": place.publisher(),
            "inLanguage": place.site.language,
        });
        let trail = [("Courses", "/courses"), (&*self.course.name, &*self.course.url)];
        vec![course, place.breadcrumbs(&trail)]
    }
}

/// The course that a lesson's page belongs to.
#[derive(Debug, Serialize)]
pub struct CourseLink {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
}

/// `/courses/{slug}/{post-slug}`
#[derive(Debug, Serialize)]
pub struct ShowLesson {
    /// The course.
    pub course: CourseLink,
    /// The lesson's place, from 1.
    pub number: usize,
    /// The course's lessons.
    pub total: usize,
    /// The lesson's post.
    pub post: Post,
    /// All lessons.
    pub syllabus: Vec<Lesson>,
    /// The lesson before.
    pub previous: Option<TitleLink>,
    /// The lesson after.
    pub next: Option<TitleLink>,
    /// Where it is marked as completed, for those who are in the course and did not yet.
    pub complete_url: Option<String>,
    /// What the link to the post's comments says; empty where it leads to none.
    pub comments_label: String,
}

impl ShowLesson {
    /// A lesson in its course; `None` where the syllabus does not have it.
    pub fn new(
        course: entity::course::Model,
        syllabus: Vec<Lesson>,
        post: Post,
        standing: Option<Standing>,
    ) -> Option<Self> {
        let at = syllabus.iter().position(|lesson| lesson.current)?;
        let is_open = standing.is_some_and(|standing| is_in(&standing)) && !syllabus.get(at)?.done;
        Some(Self {
            complete_url: is_open.then(|| format!("{}/complete", syllabus[at].url)),
            course: CourseLink { url: links::course(&course.slug), name: course.name },
            number: at + 1,
            total: syllabus.len(),
            post,
            previous: at.checked_sub(1).and_then(|at| syllabus.get(at)).map(Lesson::link),
            next: syllabus.get(at + 1).map(Lesson::link),
            syllabus,
            comments_label: String::new(),
        })
    }
}

impl Page for ShowLesson {
    const TEMPLATE: &'static str = "courses/lesson.html";

    fn title(&self) -> Option<String> {
        Some(format!("{} · {}", self.post.title, self.course.name))
    }

    fn description(&self) -> String {
        self.post.about()
    }

    /// The post's: it is the same text.
    fn canonical(&self) -> Option<String> {
        Some(self.post.url.clone())
    }

    fn card(&self) -> Card {
        self.post.card()
    }

    fn feeds(&self) -> Option<(&str, &str)> {
        Some((&self.course.url, &self.course.name))
    }

    fn structured(&self, place: Place<'_>) -> Vec<Value> {
        let mut posting = self.post.structured(place);
        let url = place.whole(&self.course.url);
        posting["isPartOf"] = json!({ "@type": "Course", "name": self.course.name, "url": url });
        let here =
            self.syllabus.iter().find(|lesson| lesson.current).map_or(&*self.post.url, |lesson| &lesson.url);
        let trail =
            [("Courses", "/courses"), (&*self.course.name, &*self.course.url), (&*self.post.title, here)];
        vec![posting, place.breadcrumbs(&trail)]
    }
}
