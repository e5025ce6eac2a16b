//! What the pages about courses hand to their templates.

use chrono::NaiveDate;
use serde::Serialize;

use super::queries::{LessonRow, Summary};
use crate::{
    content,
    posts::views::{Post, TitleLink},
    web::{links, pagination::Pagination, render::Page},
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
        Some("Courses".to_owned())
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
}

impl Lesson {
    /// A course's lessons, numbered in their order; the one whose post has the slug `current` is marked.
    pub fn syllabus(course_slug: &str, rows: Vec<LessonRow>, current: Option<&str>) -> Vec<Self> {
        let number = |(index, row): (usize, LessonRow)| Self {
            number: index + 1,
            url: links::lesson(course_slug, &row.slug),
            minutes: content::reading_minutes(row.word_count),
            current: current == Some(row.slug.as_str()),
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
}

impl Show {
    /// A course with its lessons and the number of its students.
    pub fn new(course: entity::course::Model, lessons: Vec<LessonRow>, students: i64) -> Self {
        let lessons = Lesson::syllabus(&course.slug, lessons, None);
        Self {
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
        self.course.summary.clone()
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
}

impl ShowLesson {
    /// A lesson in its course; `None` where the syllabus does not have it.
    pub fn new(course: entity::course::Model, syllabus: Vec<Lesson>, post: Post) -> Option<Self> {
        let at = syllabus.iter().position(|lesson| lesson.current)?;
        Some(Self {
            course: CourseLink { url: links::course(&course.slug), name: course.name },
            number: at + 1,
            total: syllabus.len(),
            post,
            previous: at.checked_sub(1).and_then(|at| syllabus.get(at)).map(Lesson::link),
            next: syllabus.get(at + 1).map(Lesson::link),
            syllabus,
        })
    }
}

impl Page for ShowLesson {
    const TEMPLATE: &'static str = "courses/lesson.html";

    fn title(&self) -> Option<String> {
        Some(format!("{} · {}", self.post.title, self.course.name))
    }

    fn description(&self) -> String {
        self.post.description.clone()
    }
}
