//! The pages about courses.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};

use super::{queries, views};
use crate::{
    posts::{queries as posts, views::Post},
    web::{
        AppData, Error, Result,
        pagination::{ListQuery, PageNumber},
        render,
    },
};

/// Courses in a page of the list.
const PAGE: u64 = 20;

/// `GET /courses`
///
/// # Errors
/// 400 and 404 for a page that is none.
pub async fn index(app: AppData, request: HttpRequest, query: web::Query<ListQuery>) -> Result<HttpResponse> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let page = queries::list(app.db.read(), number, PAGE).await?;
    let pagination = page.links("/courses", &[]);
    let ids: Vec<i64> = page.rows.iter().map(|row| row.id).collect();
    let lessons: HashMap<i64, i64> = queries::lesson_counts(app.db.read(), &ids).await?.into_iter().collect();
    let students: HashMap<i64, i64> =
        queries::student_counts(app.db.read(), &ids).await?.into_iter().collect();
    let counted = |counts: &HashMap<i64, i64>, id| counts.get(&id).copied().unwrap_or_default();
    let courses = page.rows.into_iter().map(|row| {
        let (lessons, students) = (counted(&lessons, row.id), counted(&students, row.id));
        views::CourseSummary::new(row, lessons, students)
    });
    render::page(&app, &request, &views::Index { courses: courses.collect(), pagination }).await
}

/// `GET /courses/{slug}`
///
/// # Errors
/// 404 where there is none.
pub async fn show(app: AppData, request: HttpRequest, slug: web::Path<String>) -> Result<HttpResponse> {
    let course = queries::find_by_slug(app.db.read(), &slug).await?.ok_or(Error::NotFound)?;
    let lessons = queries::lessons(app.db.read(), course.id).await?;
    let students = queries::student_counts(app.db.read(), &[course.id]).await?;
    let students = students.first().map_or(0, |(_, count)| *count);
    render::page(&app, &request, &views::Show::new(course, lessons, students)).await
}

/// `GET /courses/{slug}/{post-slug}`
///
/// # Errors
/// 404 where there is no such course, or no such lesson in it.
pub async fn lesson(
    app: AppData,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (course_slug, post_slug) = path.into_inner();
    let course = queries::find_by_slug(app.db.read(), &course_slug).await?.ok_or(Error::NotFound)?;
    let lessons = queries::lessons(app.db.read(), course.id).await?;
    let syllabus = views::Lesson::syllabus(&course.slug, lessons, Some(&post_slug));
    let post = posts::find_published_by_slug(app.db.read(), &post_slug).await?.ok_or(Error::NotFound)?;
    let tags = posts::tags_of(app.db.read(), &[post.id]).await?.remove(&post.id).unwrap_or_default();
    let page = views::ShowLesson::new(course, syllabus, Post::new(post, tags)).ok_or(Error::NotFound)?;
    render::page(&app, &request, &page).await
}
