//! Pages: a struct with its template becomes an answer.

use std::sync::{Arc, RwLock};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
    web::Bytes,
};
use rust_embed::RustEmbed;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tera::{Context, Kwargs, State, Tera};

use super::{App, Error, Result, assets::Assets, links, theme::Theme};
use crate::{
    admin::views::Message,
    auth::{Permission, Viewer, sessions},
    site::{self, Site, accent::Accent, logo::Logo, menu},
};

/// Where a logout leads: there is no session any more to keep a message in.
pub const SIGNED_OUT: &str = "/?signed-out";
/// Where the end of an account leads.
pub const DELETED: &str = "/?account-deleted";
const FAREWELLS: [(&str, &str); 2] =
    [(SIGNED_OUT, "You are signed out."), (DELETED, "Your account is deleted.")];

/// `templates/`; read from disk in debug builds.
#[derive(RustEmbed)]
#[folder = "../templates/"]
struct Sources;

/// A page: what its template receives, which template that is, and what its head says.
pub trait Page: Serialize {
    /// The template's name in `templates/`; ends in `.html`, or nothing would be escaped.
    const TEMPLATE: &'static str;

    /// The template, for a page that has not always the same.
    fn template(&self) -> &'static str {
        Self::TEMPLATE
    }

    /// What stands before the site's name in the title; none on the home page.
    fn title(&self) -> Option<String>;

    /// A sentence or two for search engines; the site's own description where this is empty.
    fn description(&self) -> String {
        String::new()
    }

    /// What the search field holds.
    fn query(&self) -> &str {
        ""
    }

    /// Whether search engines should leave the page out.
    fn noindex(&self) -> bool {
        false
    }
}

/// The compiled templates.
#[derive(Debug)]
pub struct Templates {
    assets: Arc<Assets>,
    compiled: RwLock<(Vec<[u8; 32]>, Arc<Tera>)>,
}

impl Templates {
    /// Compiles the templates, those of a theme in the place of built-in ones of the same names.
    ///
    /// # Errors
    /// When one is malformed: a line with its place.
    pub fn load(theme: Theme) -> Result<Self, String> {
        let assets = Arc::new(Assets::new(theme));
        let tera = compile(&assets).map_err(|error| assets.theme().explain(&error))?;
        assets.theme().check_assets(|name| assets.url(name).is_some())?;
        Ok(Self { assets, compiled: RwLock::new((fingerprints(), Arc::new(tera))) })
    }

    /// The static files.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The compiled templates; a debug build compiles them anew when one was edited.
    fn tera(&self) -> Result<Arc<Tera>, tera::Error> {
        if cfg!(debug_assertions) {
            let now = fingerprints();
            let mut compiled = self.compiled.write().unwrap_or_else(|poisoned| poisoned.into_inner());
            if compiled.0 != now {
                *compiled = (now, Arc::new(compile(&self.assets)?));
            }
        }
        let compiled = self.compiled.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        Ok(compiled.1.clone())
    }
}

fn fingerprints() -> Vec<[u8; 32]> {
    Sources::iter().filter_map(|name| Some(Sources::get(&name)?.metadata.sha256_hash())).collect()
}

fn compile(assets: &Arc<Assets>) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    let theme = assets.clone();
    let assets = assets.clone();
    // Before the templates: a name that is not known yet is an error in them.
    tera.register_function("asset", move |arguments: Kwargs, _: &State| -> tera::TeraResult<String> {
        let path = arguments.must_get::<&str>("path")?;
        assets.url(path).ok_or_else(|| tera::Error::message(format!("there is no static file {path}")))
    });
    let theme = &theme.theme().templates;
    let own = theme.iter().map(|(name, text)| (name.clone(), text.clone()));
    let sources: Vec<(String, String)> = Sources::iter()
        .filter(|name| !theme.contains_key(name.as_ref()))
        .filter_map(|name| {
            let text = String::from_utf8(Sources::get(&name)?.data.into_owned()).ok()?;
            Some((name.into_owned(), text))
        })
        .chain(own)
        .collect();
    tera.add_raw_templates(sources)?;
    Ok(tera)
}

#[derive(Serialize)]
struct Layout<'a> {
    site: &'a Site,
    path: &'a str,
    canonical: String,
    title: String,
    description: String,
    nav: Vec<NavItem<'a>>,
    logo: Option<Logo>,
    /// Where the stylesheet of the owner's accent colour is.
    accent_url: Option<String>,
    /// Where a theme's own stylesheet is, `css/theme.css`.
    theme_url: Option<String>,
    query: &'a str,
    noindex: bool,
    viewer: Option<Who>,
    messages: Vec<Message>,
}

/// Who is signed in.
#[derive(Serialize)]
struct Who {
    name: String,
    admin: bool,
}

#[derive(Serialize)]
struct NavItem<'a> {
    label: &'a str,
    href: &'a str,
    current: bool,
}

/// Answers with a page, or with 304 where the reader has it already.
///
/// # Errors
/// When the settings cannot be read or the template fails.
pub async fn page<P: Page>(app: &App, request: &HttpRequest, page: &P) -> Result<HttpResponse> {
    let site = site::load(app.db.read()).await?;
    page_of_site(app, request, &site, page)
}

/// As [`page`], for a handler that has the site's settings at hand.
///
/// # Errors
/// When the template fails.
pub fn page_of_site<P: Page>(
    app: &App,
    request: &HttpRequest,
    site: &Site,
    page: &P,
) -> Result<HttpResponse> {
    let body = render(app, request, site, page)?;
    let digest: String = Sha256::digest(&body)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    // Weak: compression further out changes the bytes, not the page.
    let etag = header::EntityTag::new_weak(digest);
    let mut response = revalidated(request, &etag);
    // Kept, but never shown without asking: a reader sees a correction at once.
    response.insert_header((header::CACHE_CONTROL, "no-cache")).insert_header(header::ETag(etag));
    Ok(finish_with(response, "text/html; charset=utf-8", body))
}

/// Answers with a page that is not the one asked for. When not even the settings can be read, with their defaults.
///
/// # Errors
/// When the template fails.
pub async fn page_with_status<P: Page>(
    app: &App,
    request: &HttpRequest,
    status: StatusCode,
    page: &P,
) -> Result<HttpResponse> {
    let site = site::load(app.db.read()).await.unwrap_or_default();
    let body = render(app, request, &site, page)?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

fn render<P: Page>(app: &App, request: &HttpRequest, site: &Site, page: &P) -> Result<String, Error> {
    let path = request.path();
    let usual;
    let menu = match &site.menu {
        Some(menu) => menu,
        None => {
            usual = menu::usual();
            &usual
        }
    };
    let nav = menu.iter().map(|item| NavItem {
        label: &item.label,
        href: &item.url,
        current: item.leads_to(path, request.query_string()),
    });
    let canonical_query = match request.query_string().split('&').find(|part| part.starts_with("page=")) {
        Some(page) if page != "page=1" && page[5..].bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("?{page}")
        }
        _ => String::new(),
    };
    let description = page.description();
    let mut messages = sessions::take_messages(request);
    let farewell =
        FAREWELLS.iter().find(|(address, _)| address.strip_prefix("/?") == Some(request.query_string()));
    if let Some((_, text)) = farewell {
        messages.push(Message { text: (*text).to_owned(), url: String::new(), is_error: false });
    }
    let layout = Layout {
        path,
        // From our own setting: what the Host header says is the sender's word.
        canonical: format!("{}{}{canonical_query}", app.public_url, links::reencode(path)),
        title: match page.title() {
            Some(title) => format!("{title} · {}", site.title),
            None => site.title.clone(),
        },
        description: if description.is_empty() { site.description.clone() } else { description },
        nav: nav.collect(),
        logo: Logo::new(&site.logo),
        accent_url: Accent::parse(&site.accent).map(Accent::url),
        theme_url: app.templates.assets.theme_url(),
        query: page.query(),
        noindex: page.noindex(),
        viewer: Viewer::of(request)
            .map(|viewer| Who { admin: viewer.may(Permission::EnterAdmin), name: viewer.display_name }),
        messages,
        site,
    };
    let mut context = Context::from_serialize(page)?;
    context.insert("layout", &layout);
    Ok(app.templates.tera()?.render(page.template(), &context)?)
}

/// 304 where one of `If-None-Match` is the page's tag, else 200.
pub fn revalidated(request: &HttpRequest, etag: &header::EntityTag) -> HttpResponseBuilder {
    use actix_web::http::header::Header;
    let known = match header::IfNoneMatch::parse(request) {
        Ok(header::IfNoneMatch::Any) => true,
        Ok(header::IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(etag)),
        Err(_) => false,
    };
    if known { HttpResponse::NotModified() } else { HttpResponse::Ok() }
}

/// Ends an answer that may be a 304, which has no body.
pub fn finish_with(
    mut response: HttpResponseBuilder,
    content_type: &str,
    body: impl Into<Bytes>,
) -> HttpResponse {
    let answer = response.content_type(content_type).finish();
    if answer.status() == StatusCode::NOT_MODIFIED {
        answer
    } else {
        answer.set_body(body.into()).map_into_boxed_body()
    }
}
