//! The whole URL map on one page.

use actix_web::{
    FromRequest, Handler, HttpResponse, Resource, Responder, Route, guard,
    web::{self, PathConfig, QueryConfig, ServiceConfig},
};

use super::{Error, assets, error, health, openapi};
use crate::{
    accounts::pages::{account, login, reset, setup, signup},
    admin::{self, forms_pages},
    comments, courses, discovery, feeds, media, pages, posts, search, site, students, tags, users,
};

/// All rows of a kind in the API: read, made, and changed or deleted together.
macro_rules! rows {
    ($feature:ident) => {
        only(
            "GET, HEAD, POST, PATCH, DELETE",
            web::resource(concat!("/api/", stringify!($feature)))
                .route(reading().to($feature::api::list))
                .route(web::post().to($feature::api::create))
                .route(web::patch().to($feature::api::change_many))
                .route(web::delete().to($feature::api::remove_many)),
        )
    };
}

/// One row of a kind in the API: read, changed, deleted.
macro_rules! row {
    ($feature:ident) => {
        only(
            "GET, HEAD, PATCH, DELETE",
            web::resource(concat!("/api/", stringify!($feature), "/{id}"))
                .route(reading().to($feature::api::show))
                .route(web::patch().to($feature::api::change))
                .route(web::delete().to($feature::api::remove)),
        )
    };
}

/// Adds every address of the site.
pub fn configure(config: &mut ServiceConfig) {
    config
        .app_data(QueryConfig::default().error_handler(error::bad_query))
        // An id that is no number is the id of nothing.
        .app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()))
        // Readers
        .service(get("/", posts::pages::home))
        .service(get("/posts/{slug}", posts::pages::show))
        .service(form("/posts/{slug}/comments", comments::pages::write, comments::pages::send))
        .service(form(
            r"/posts/{slug}/comments/{id:\d+}/edit",
            comments::pages::edit,
            comments::pages::change,
        ))
        .service(form(
            r"/posts/{slug}/comments/{id:\d+}/delete",
            comments::pages::ask_delete,
            comments::pages::delete,
        ))
        .service(get(r"/comments/{id:\d+}", comments::pages::find))
        .service(form("/comments/moderate/{link}", comments::moderation::show, comments::moderation::act))
        .service(get("/preview/{key}", posts::preview::show))
        .service(get("/archive", posts::pages::archive))
        .service(get("/authors", users::pages::index))
        .service(get("/authors/{username}", users::pages::show))
        .service(get("/authors/{username}/feed.xml", feeds::pages::of_author))
        .service(get("/authors/{username}/rss.xml", feeds::pages::of_author))
        .service(get("/authors/{username}/feed.json", feeds::pages::of_author))
        .service(get("/tags", tags::pages::index))
        .service(get("/tags/{slug}", tags::pages::show))
        .service(get("/tags/{slug}/feed.xml", feeds::pages::of_tag))
        .service(get("/tags/{slug}/rss.xml", feeds::pages::of_tag))
        .service(get("/tags/{slug}/feed.json", feeds::pages::of_tag))
        .service(get("/courses", courses::pages::index))
        .service(get("/courses/{slug}", courses::pages::show))
        .service(get("/courses/{slug}/feed.xml", feeds::pages::of_course))
        .service(get("/courses/{slug}/rss.xml", feeds::pages::of_course))
        .service(get("/courses/{slug}/feed.json", feeds::pages::of_course))
        // A post may be called "enrol": reading goes on to the lesson.
        .service(post("/courses/{slug}/enrol", courses::pages::enrol).guard(guard::Post()))
        .service(post("/courses/{slug}/leave", courses::pages::leave).guard(guard::Post()))
        .service(get("/courses/{slug}/{post_slug}", courses::pages::lesson))
        .service(post("/courses/{slug}/{post_slug}/complete", courses::pages::complete))
        .service(get("/search", search::pages::index))
        // Feeds
        .service(get("/feed.xml", feeds::pages::of_site))
        .service(get("/rss.xml", feeds::pages::of_site))
        .service(get("/feed.json", feeds::pages::of_site))
        // Accounts
        .service(form("/setup", setup::show, setup::send))
        .service(form("/signup", signup::show, signup::send))
        .service(form("/login", login::show, login::send))
        .service(post("/logout", login::logout))
        .service(form("/forgot", reset::ask, reset::send))
        .service(form("/reset/{token}", reset::show, reset::choose))
        .service(get("/account", account::show))
        .service(post("/account/profile", account::profile))
        .service(post("/account/password", account::password))
        .service(post("/account/sessions/revoke", account::revoke_session))
        .service(post("/account/tokens", account::create_token))
        .service(post("/account/tokens/revoke", account::revoke_token))
        .service(post("/account/delete", account::delete))
        // The admin
        .service(form("/admin/settings", site::settings::show, site::settings::save))
        .service(form("/admin/menu", site::menu::show, site::menu::save))
        .service(post("/admin/posts/autosave", posts::editor::autosave::autosave))
        .service(post("/admin/posts/preview", posts::editor::preview::preview))
        .service(get("/admin/posts/slug", posts::editor::preview::slug))
        .service(get("/admin/posts/unsaved", posts::editor::unsaved::list))
        .service(post(r"/admin/posts/unsaved/{id:\d+}/discard", posts::editor::unsaved::discard))
        .service(form("/admin/media/new", media::pages::new, media::pages::upload))
        .service(post("/admin/media/upload", media::pages::upload))
        .service(form("/admin/media/describe", media::pages::describe, media::pages::described))
        .service(get("/admin/media/pick", media::pages::pick))
        .service(get("/admin", admin::pages::dashboard))
        .service(get("/admin/history", forms_pages::site_history))
        .service(get(r"/admin/posts/{id:\d+}/revisions", posts::revision_pages::list))
        .service(get(r"/admin/posts/{id:\d+}/revisions/{revision}", posts::revision_pages::show))
        .service(post(r"/admin/posts/{id:\d+}/revisions/{revision}/restore", posts::revision_pages::restore))
        .service(form(r"/admin/posts/{id:\d+}/preview-link", posts::preview::link, posts::preview::make))
        .service(post(r"/admin/posts/{id:\d+}/preview-link/revoke", posts::preview::revoke))
        .service(get("/admin/{resource}", admin::pages::list))
        .service(get("/admin/{resource}/export.csv", admin::pages::export))
        .service(get("/admin/{resource}/lookup/{field}", admin::pages::lookup))
        .service(post("/admin/{resource}/actions", admin::pages::act))
        .service(form("/admin/{resource}/new", forms_pages::new, forms_pages::create))
        .service(form(r"/admin/{resource}/{id:\d+}", forms_pages::edit, forms_pages::change))
        .service(form(r"/admin/{resource}/{id:\d+}/delete", forms_pages::confirm, forms_pages::delete))
        .service(post(r"/admin/{resource}/{id:\d+}/restore", forms_pages::restore))
        .service(get(r"/admin/{resource}/{id:\d+}/history", forms_pages::row_history))
        // Files
        .service(get("/static/{path:.+}", assets::show))
        .service(get("/accent.css", site::accent::show))
        .service(get("/media/{path:.+}", media::serve::show))
        // The API
        .service(get("/api/posts.ndjson", posts::api::stream_all))
        .service(get("/api/posts/{id}/comments", comments::api::list))
        .service(rows!(posts))
        .service(row!(posts))
        .service(rows!(users))
        .service(row!(users))
        .service(rows!(courses))
        .service(row!(courses))
        .service(rows!(students))
        .service(row!(students))
        .service(get("/api/courses/{id}/students", courses::api::students))
        .service(only(
            "PUT, DELETE",
            web::resource("/api/courses/{id}/students/{student_id}")
                .route(web::put().to(courses::api::enrol))
                .route(web::delete().to(courses::api::leave)),
        ))
        .service(get("/api/search", search::api::search))
        .service(get("/api/openapi.json", openapi::document))
        .service(get("/api/docs", openapi::page))
        .service(get("/api/docs/{file}", openapi::page))
        // Machines
        .service(get("/sitemap.xml", discovery::pages::sitemap))
        .service(get("/sitemap-{part}.xml", discovery::pages::sitemap_part))
        .service(get("/robots.txt", discovery::pages::robots))
        .service(get("/opensearch.xml", discovery::pages::opensearch))
        .service(get("/.well-known/security.txt", discovery::pages::security))
        .service(get("/favicon.ico", discovery::pages::favicon))
        .service(get("/apple-touch-icon.png", discovery::pages::touch_icon))
        .service(get("/healthz", health::alive))
        .service(get("/readyz", health::ready))
        .service(get("/metrics", health::metrics))
        // The pages of the site's own, last: whatever has another address is no page.
        .service(
            web::resource("/{slug}")
                .route(reading().to(pages::pages::show))
                .default_service(web::route().to(pages::pages::refuse)),
        )
        .default_service(web::route().to(error::not_found));
}

/// An address to read from: GET and HEAD, and 405 for the rest.
fn get<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    only("GET, HEAD", web::resource(path).route(reading().to(handler)))
}

/// An address to send to: POST, and 405 for the rest.
fn post<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    only("POST", web::resource(path).route(web::post().to(handler)))
}

/// A form: GET and HEAD show it, POST sends it, and 405 for the rest.
fn form<F, Args, G, More>(path: &str, show: F, send: G) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
    G: Handler<More>,
    More: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    let resource = web::resource(path).route(reading().to(show)).route(web::post().to(send));
    only("GET, HEAD, POST", resource)
}

fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn only(methods: &'static str, resource: Resource) -> Resource {
    let refuse = move || std::future::ready(Err::<HttpResponse, _>(Error::MethodNotAllowed(methods)));
    resource.default_service(web::route().to(refuse))
}
