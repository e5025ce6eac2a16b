//! The pages about courses.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, http::header, web};

use super::{progress, queries, views};
use crate::{
    admin::views::Message,
    auth::{self, Viewer},
    comments::{queries::Commented, section},
    posts::{queries as posts, views::Post},
    web::{
        AppData, Error, Result, cache, links,
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
    let standing = match Viewer::of(&request) {
        Some(viewer) => progress::standing(app.db.write(), viewer.id, course.id).await?,
        None => None,
    };
    render::page(&app, &request, &views::Show::new(course, lessons, students, standing)).await
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
    let standing = match Viewer::of(&request) {
        Some(viewer) => progress::standing(app.db.write(), viewer.id, course.id).await?,
        None => None,
    };
    let syllabus = views::Lesson::syllabus(&course.slug, lessons, Some(&post_slug), standing.as_ref());
    let post = posts::find_published_by_slug(app.db.read(), &post_slug).await?.ok_or(Error::NotFound)?;
    let tags = posts::tags_of(app.db.read(), &[post.id]).await?.remove(&post.id).unwrap_or_default();
    let site = app.site().await?;
    let comments = section::link(&app, &request, &site, &Commented::from(&post)).await?;
    let post_id = post.id;
    let mut page =
        views::ShowLesson::new(course, syllabus, Post::new(post, tags), standing).ok_or(Error::NotFound)?;
    page.comments_label = comments.unwrap_or_default();
    let answer = render::page_of_site(&app, &request, &site, &page)?;
    // A lesson is the post, read in a course.
    cache::read(&app, &request, post_id);
    Ok(answer)
}

/// `POST /courses/{slug}/enrol`
///
/// # Errors
/// 401 for a session that is over by now, 404 where there is no such course, 409 where it takes nobody.
pub async fn enrol(
    app: AppData,
    request: HttpRequest,
    slug: web::Path<String>,
    viewer: Viewer,
) -> Result<HttpResponse> {
    let transaction = app.db.begin().await?;
    auth::still(&transaction, &viewer).await?;
    let course = queries::find_by_slug(&transaction, &slug).await?.ok_or(Error::NotFound)?;
    if !course.is_open {
        return Err(Error::Conflict("This course takes no new students at present.".to_owned()));
    }
    progress::enrol(&transaction, viewer.id, course.id).await?;
    transaction.commit().await?;
    said(&request, &format!("You are enrolled in {}.", course.name));
    Ok(see(&links::course(&course.slug)))
}

/// `POST /courses/{slug}/leave`
///
/// # Errors
/// 401 for a session that is over by now, 404 where there is no such course, or the viewer is not in it.
pub async fn leave(
    app: AppData,
    request: HttpRequest,
    slug: web::Path<String>,
    viewer: Viewer,
) -> Result<HttpResponse> {
    let transaction = app.db.begin().await?;
    auth::still(&transaction, &viewer).await?;
    let course = queries::find_by_slug(&transaction, &slug).await?.ok_or(Error::NotFound)?;
    let standing = progress::standing(&transaction, viewer.id, course.id).await?.ok_or(Error::NotFound)?;
    queries::leave(&transaction, course.id, standing.student_id).await?;
    transaction.commit().await?;
    said(&request, &format!("You left {}. What you completed is kept.", course.name));
    Ok(see(&links::course(&course.slug)))
}

/// `POST /courses/{slug}/{post-slug}/complete`
///
/// # Errors
/// 401 for a session that is over by now, 404 where there is no such lesson, or the viewer is not in the course.
pub async fn complete(
    app: AppData,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    viewer: Viewer,
) -> Result<HttpResponse> {
    let (course_slug, post_slug) = path.into_inner();
    let transaction = app.db.begin().await?;
    auth::still(&transaction, &viewer).await?;
    let course = queries::find_by_slug(&transaction, &course_slug).await?.ok_or(Error::NotFound)?;
    let standing = progress::standing(&transaction, viewer.id, course.id).await?;
    let standing = standing.filter(views::is_in).ok_or(Error::NotFound)?;
    if !progress::complete(&transaction, standing.student_id, course.id, &post_slug).await? {
        return Err(Error::NotFound);
    }
    let lessons = queries::lessons(&transaction, course.id).await?;
    transaction.commit().await?;
    let here = lessons.iter().position(|lesson| lesson.slug == post_slug);
    let next = here.and_then(|here| lessons.get(here + 1));
    said(&request, "Lesson completed.");
    Ok(see(
        &next.map_or_else(|| links::course(&course.slug), |lesson| links::lesson(&course.slug, &lesson.slug))
    ))
}

fn said(request: &HttpRequest, text: &str) {
    auth::flash(request, Message { text: text.to_owned(), url: String::new(), is_error: false });
}

fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}
