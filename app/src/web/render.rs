//! Pages: a struct with its template becomes an answer.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
    web::Bytes,
};
use rust_embed::RustEmbed;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tera::{Context, Kwargs, State, Tera};

use super::{
    App, Error, Result,
    assets::Assets,
    cache,
    fresh::Fresh,
    links,
    meta::{self, Card, Place},
    theme::Theme,
};
use crate::{
    admin::views::Message,
    auth::{Permission, Viewer, sessions},
    feeds::links::{self as feeds, FeedLink},
    site::{
        Site,
        accent::Accent,
        logo::{self, Logo},
        menu,
    },
};

/// How long others may have a page with a part that is another one each time: less than somebody takes to write.
const VOLATILE: Duration = Duration::from_secs(2);
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

    /// The path of its one address, where that is not the one that it was asked for by.
    fn canonical(&self) -> Option<String> {
        None
    }

    /// What is shown of it where it is linked to.
    fn card(&self) -> Card {
        Card::new("website")
    }

    /// What it has feeds of, if it has its own: the path that they are below, and what it is called.
    fn feeds(&self) -> Option<(&str, &str)> {
        None
    }

    /// What it says as structured data.
    fn structured(&self, _place: Place<'_>) -> Vec<serde_json::Value> {
        Vec::new()
    }

    /// What the search field holds.
    fn query(&self) -> &str {
        ""
    }

    /// A part of the page that is another one each time, and means nothing by itself: the page's tag leaves it out, so that
    /// what a reader has is still good.
    fn volatile(&self) -> Option<&str> {
        None
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
    compiled: Fresh<Tera>,
    /// The built-in ones alone, for pages that fail with a theme; none without a theme's templates.
    built_in: Option<Tera>,
    /// What the log was told of failures already.
    told: Mutex<HashSet<String>>,
}

/// So many different failures of a theme the log is told of.
const MAX_TOLD: usize = 100;

impl Templates {
    /// Compiles the templates, those of a theme in the place of built-in ones of the same names.
    ///
    /// # Errors
    /// When one is malformed: a line with its place.
    pub fn load(theme: Theme) -> Result<Self, String> {
        let assets = Arc::new(Assets::new(theme));
        let theme = assets.theme();
        let tera = compile(&assets, &theme.templates).map_err(|error| theme.explain(&error))?;
        theme.check_assets(|name| assets.url(name).is_some())?;
        let built_in = match theme.templates.is_empty() {
            true => None,
            false => {
                // What every page has is tried once: then a mistake in it is known before the first reader comes.
                for noindex in [false, true] {
                    let context = sample(&assets, noindex).map_err(|error| theme.explain(&error))?;
                    tera.render(Missing::TEMPLATE, &context).map_err(|error| theme.explain(&error))?;
                }
                Some(compile(&assets, &BTreeMap::new()).map_err(|error| theme.explain(&error))?)
            }
        };
        Ok(Self { assets, compiled: Fresh::new(tera), built_in, told: Mutex::default() })
    }

    /// Renders a template; where a theme's fails, the log is told and the built-in ones make the page.
    fn render(&self, name: &str, context: &Context) -> Result<String, tera::Error> {
        let rendered = self.tera()?.render(name, context);
        let (Some(built_in), Err(error)) = (&self.built_in, &rendered) else { return rendered };
        let failure = self.assets.theme().explain_failure(error);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < MAX_TOLD && told.insert(failure.clone()) {
            log::error!("{failure}; the built-in template {name} stands in for it");
        }
        drop(told);
        built_in.render(name, context)
    }

    /// The static files.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    fn tera(&self) -> Result<Arc<Tera>, tera::Error> {
        self.compiled.get(|| compile(&self.assets, &self.assets.theme().templates))
    }
}

/// A page that is not there, as a theme is tried with.
type Missing = super::error::Problem;

/// What a template receives for it, on a site where nothing was set.
fn sample(assets: &Assets, noindex: bool) -> Result<Context, tera::Error> {
    let (page, site) = (super::error::missing(), Site::default());
    let usual = menu::usual();
    let nav = usual.iter().map(|item| NavItem { label: &item.label, href: &item.url, current: false });
    let layout = Layout {
        path: "/",
        origin: "",
        canonical: String::new(),
        heading: String::new(),
        locale: String::new(),
        card: page.card(),
        feeds: feeds::of_site(&site).into_iter().collect(),
        structured: Vec::new(),
        title: String::new(),
        description: String::new(),
        nav: nav.collect(),
        logo: None,
        accent_url: None,
        theme_url: assets.theme_url(),
        query: "",
        noindex,
        viewer: None,
        messages: Vec::new(),
        site: &site,
    };
    let mut context = Context::from_serialize(&page)?;
    context.insert("layout", &layout);
    Ok(context)
}

/// The built-in templates, those in `theme` in the place of theirs.
fn compile(assets: &Arc<Assets>, theme: &BTreeMap<String, String>) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    let assets = assets.clone();
    // Before the templates: a name that is not known yet is an error in them.
    tera.register_function("asset", move |arguments: Kwargs, _: &State| -> tera::TeraResult<String> {
        let path = arguments.must_get::<&str>("path")?;
        assets.url(path).ok_or_else(|| tera::Error::message(format!("there is no static file {path}")))
    });
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
    origin: &'a str,
    canonical: String,
    title: String,
    /// The title without the site's.
    heading: String,
    /// The language and its region, as Open Graph has them; empty without a region.
    locale: String,
    card: Card,
    /// The page's own feeds, then the site's.
    feeds: Vec<FeedLink>,
    structured: Vec<String>,
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
    let site = app.site().await?;
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
    let lasting = page.volatile().map(|volatile| body.replace(volatile, ""));
    let etag = etag(lasting.as_ref().unwrap_or(&body).as_bytes());
    cache::keep(request, page.volatile().map(|_| VOLATILE));
    Ok(tagged(request, "text/html; charset=utf-8", body.into_bytes(), etag))
}

/// Answers with a document, or with 304 where the reader has it already.
pub fn document(request: &HttpRequest, content_type: &str, body: impl Into<Vec<u8>>) -> HttpResponse {
    let body = body.into();
    let etag = etag(&body);
    cache::keep(request, None);
    tagged(request, content_type, body, etag)
}

/// Weak: compression further out changes the bytes, not the page.
fn etag(body: &[u8]) -> header::EntityTag {
    header::EntityTag::new_weak(Sha256::digest(body)[..12].iter().map(|byte| format!("{byte:02x}")).collect())
}

fn tagged(request: &HttpRequest, content_type: &str, body: Vec<u8>, etag: header::EntityTag) -> HttpResponse {
    let mut response = revalidated(request, &etag);
    // Kept, but never shown without asking: a reader sees a correction at once.
    response.insert_header((header::CACHE_CONTROL, "no-cache")).insert_header(header::ETag(etag));
    finish_with(response, content_type, body)
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
    let site = app.site().await.unwrap_or_default();
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
    // From our own setting: what the Host header says is the sender's word.
    let canonical = match page.canonical() {
        Some(path) => format!("{}{path}", app.public_url),
        None => format!("{}{}{canonical_query}", app.public_url, links::reencode(path)),
    };
    // What is not to be found need not be told of either.
    let structured = match page.noindex() {
        true => Vec::new(),
        false => page.structured(Place { site, origin: &app.public_url, canonical: &canonical }),
    };
    let card = page.card();
    let own_feeds = page.feeds().map(|(base, name)| feeds::of_page(site, base, name));
    let layout = Layout {
        path,
        origin: &app.public_url,
        canonical,
        heading: page.title().unwrap_or_else(|| site.title.clone()),
        locale: locale(&site.language),
        card: Card { picture: card.picture.or_else(|| logo::picture(site)), ..card },
        feeds: own_feeds.into_iter().flatten().chain(feeds::of_site(site)).collect(),
        structured: structured.iter().map(meta::script).collect(),
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
    Ok(app.templates.render(page.template(), &context)?)
}

/// `pt-BR` as `pt_BR`; empty for a language without a region.
fn locale(language: &str) -> String {
    let is_region = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    match language.split_once('-') {
        Some((language, region)) if is_region(region) => format!("{language}_{region}"),
        _ => String::new(),
    }
}

/// Whether one of `If-None-Match` is this tag.
pub fn is_known(request: &HttpRequest, etag: &header::EntityTag) -> bool {
    use actix_web::http::header::Header;
    match header::IfNoneMatch::parse(request) {
        Ok(header::IfNoneMatch::Any) => true,
        Ok(header::IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(etag)),
        Err(_) => false,
    }
}

/// 304 where one of `If-None-Match` is the page's tag, else 200.
pub fn revalidated(request: &HttpRequest, etag: &header::EntityTag) -> HttpResponseBuilder {
    if is_known(request, etag) { HttpResponse::NotModified() } else { HttpResponse::Ok() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_a_theme_is_told_once_with_its_place() {
        let text =
            "{% extends \"base.html\" %}\n{% block main %}\n{{ detail.none }}{% endblock main %}".to_owned();
        let mut theme = Theme::default();
        theme.templates.insert("tags/index.html".to_owned(), text);
        let templates = Templates::load(theme).unwrap();
        let context = sample(templates.assets(), false).unwrap();
        for _ in 0..3 {
            assert!(templates.render("tags/index.html", &context).unwrap().contains("<h1>Tags</h1>"));
        }
        let told: Vec<String> = templates.told.lock().unwrap().iter().cloned().collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("tags/index.html:3") && !told[0].contains('\n'), "{told:?}");
    }
}
