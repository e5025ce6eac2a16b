//! The library in the admin: the declaration, and what changing and deleting a file does.

use entity::media::{self, Column as C};
use futures_util::future::BoxFuture;
use sea_orm::DatabaseTransaction;

use super::{
    kind, leftovers,
    name::StoredName,
    queries,
    uses::{self, SHOWN},
};
use crate::{
    admin::{
        Access, Datum, Draft, Hooks, Resource, Values, field, shell,
        views::{Consequence, Extra, Link},
    },
    auth::{Permission, Viewer},
    site::{self, Site},
    web::{
        App, Result,
        forms::{FieldErrors, Widget},
    },
};

/// The resource's name in addresses and in the history.
pub const NAME: &str = "media";
/// The most characters of an alternative text.
pub const MAX_ALT: usize = 500;

const KINDS: [(&str, &str); 7] = [
    ("image/jpeg", "JPEG"),
    ("image/png", "PNG"),
    ("image/gif", "GIF"),
    ("image/webp", "WebP"),
    ("image/avif", "AVIF"),
    ("image/svg+xml", "SVG"),
    ("application/pdf", "PDF"),
];

/// How the admin shows files.
pub fn resource() -> Resource {
    Resource::of::<media::Entity>(NAME, "file", "Pictures and documents for posts. Several may come at once.")
        .access(Access::all(Permission::UploadMedia).own(C::UserId, Permission::EditAllMedia))
        .added_by("Upload files")
        .thumbnail(C::Name, |name| StoredName::parse(name)?.thumbnail())
        .title(C::Filename)
        .column_as(C::Filename, "File")
        .column_as(C::Alt, "Alternative text")
        .column_as(C::ContentType, "Kind")
        .made("Size", &["width", "height", "size"], measures)
        .related(C::UserId, "Brought by", "users")
        .column_as(C::CreatedAt, "Since")
        .search([C::Filename, C::Alt])
        .filter(C::ContentType)
        .filter(C::NeedsAlt)
        .filter_related(C::UserId, "users")
        .dates(C::CreatedAt)
        .descending(C::CreatedAt)
        .group(
            "",
            [
                field(C::Alt).label("Alternative text").widget(Widget::LongText).optional().help(
                    "What the picture shows, for those who cannot see it. Posts take it over when the picture is put \
                     into them.",
                ),
                field(C::Filename).label("File name").help("For finding it again; readers do not see it."),
            ],
        )
        .group(
            "Details",
            [
                field(C::ContentType).label("Kind").one_of(&KINDS).read_only(),
                field(C::Width).read_only(),
                field(C::Height).read_only(),
                field(C::Size).label("Size in bytes").read_only(),
                field(C::NeedsAlt).label("Needs an alternative text").read_only(),
                field(C::UserId)
                    .label("Brought by")
                    .refers_to("users")
                    .only(Permission::EditAllMedia)
                    .read_only(),
                field(C::CreatedAt).label("Since").read_only(),
            ],
        )
        .hooks(Files)
        .view_url(|row| Some(url(row)))
}

fn name(row: &Values) -> &str {
    row.get("name").and_then(Datum::as_text).unwrap_or_default()
}

fn url(row: &Values) -> String {
    format!("/media/{}", name(row))
}

/// "1200 × 800, 1.4 MB"
fn measures(row: &Values) -> String {
    let number = |name: &str| row.get(name).and_then(Datum::as_integer);
    let bytes = number("size").map(size).unwrap_or_default();
    match (number("width"), number("height")) {
        (Some(width), Some(height)) => format!("{width}\u{a0}×\u{a0}{height}, {bytes}"),
        _ => bytes,
    }
}

/// "1.4 MB", as people say it.
fn size(bytes: i64) -> String {
    match bytes {
        0..1_000 => format!("{bytes}\u{a0}bytes"),
        1_000..1_000_000 => format!("{}\u{a0}kB", (bytes + 500) / 1_000),
        _ => format!("{}.{}\u{a0}MB", (bytes + 50_000) / 1_000_000, (bytes + 50_000) % 1_000_000 / 100_000),
    }
}

struct Files;

impl Hooks for Files {
    fn prepare<'a>(&'a self, _: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let alt = draft.text("alt").split_whitespace().collect::<Vec<_>>().join(" ");
            if alt.chars().count() > MAX_ALT {
                let message = format!("At most {MAX_ALT} characters.");
                return Err(crate::web::Error::Invalid(FieldErrors::of("alt", message)));
            }
            let needs_alt = queries::needs_alt(draft.text("content_type"), &alt);
            if draft.values.contains_key("filename") {
                let extension = kind::extension_of(draft.text("content_type"));
                let filename = kind::clean_name(draft.text("filename"), extension);
                draft.values.insert("filename", Datum::Text(filename));
            }
            draft.values.insert("alt", Datum::Text(alt));
            draft.values.insert("needs_alt", Datum::Boolean(needs_alt));
            Ok(())
        })
    }

    fn deleting<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let rows = queries::find_many(transaction, keys).await?;
            let names: std::collections::BTreeSet<String> = rows.into_iter().map(|row| row.name).collect();
            Ok(leftovers::note(transaction, names).await?)
        })
    }

    fn deleted<'a>(&'a self, app: &'a App) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Err(error) = leftovers::sweep(&app.db, &app.media, chrono::Utc::now()).await {
                log::warn!("deleted files are left for the next sweep: {error}");
            }
        })
    }

    fn consequences<'a>(
        &'a self,
        app: &'a App,
        viewer: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<Vec<Consequence>>> {
        Box::pin(async move {
            let db = app.db.latest();
            if let [key] = keys {
                let rows = queries::find_many(db, &[*key]).await?;
                let Some(row) = rows.first() else { return Ok(Vec::new()) };
                let logo = is_logo(&site::load(db).await?, &row.name).then(|| Consequence {
                    text: "It is the site's logo, and every page will lack it".to_owned(),
                    samples: Vec::new(),
                    more: 0,
                });
                return Ok(gaps(uses::of(db, viewer, &row.name).await?).into_iter().chain(logo).collect());
            }
            let mut shown = uses::Shown::default();
            for keys in keys.chunks(500) {
                let more = uses::of_many(db, keys).await?;
                shown.by_posts.extend(more.by_posts);
                shown.elsewhere.extend(more.elsewhere);
                shown.names.extend(more.names);
            }
            let by_posts = gap(shown.by_posts, 0, |count| match count {
                1 => "1 of them is shown by posts, which will have a gap there".to_owned(),
                _ => format!("{count} of them are shown by posts, which will have gaps there"),
            });
            let elsewhere = gap(shown.elsewhere, 0, |count| match count {
                1 => "1 of them is in a course, a page, an older version or an unsaved text".to_owned(),
                _ => format!("{count} of them are in courses, pages, older versions or unsaved texts"),
            });
            let site = site::load(db).await?;
            let logo = shown.names.iter().any(|name| is_logo(&site, name)).then(|| Consequence {
                text: "One of them is the site's logo, and every page will lack it".to_owned(),
                samples: Vec::new(),
                more: 0,
            });
            Ok(by_posts.into_iter().chain(elsewhere).chain(logo).collect())
        })
    }

    fn extras<'a>(
        &'a self,
        app: &'a App,
        viewer: &'a Viewer,
        row: &'a Values,
    ) -> BoxFuture<'a, Result<Vec<Extra>>> {
        Box::pin(async move {
            let text = |name: &str| row.get(name).and_then(Datum::as_text).unwrap_or_default();
            let (alt, address) = (text("alt"), url(row));
            let mut extras = Vec::new();
            let is_picture = text("content_type").starts_with("image/");
            if is_picture && alt.is_empty() {
                extras.push(Extra {
                    title: "It has no alternative text".to_owned(),
                    text: "Those who cannot see the picture get nothing from it. Say below what it shows."
                        .to_owned(),
                    is_warning: true,
                    ..Extra::default()
                });
            }
            let shown = StoredName::parse(name(row)).filter(|_| is_picture);
            let version = shown.as_ref().and_then(|name| name.versions().find(|it| it.width == Some(960)));
            let size = shown.as_ref().and_then(StoredName::size).map(|(width, height)| match &version {
                Some(_) => (960, height.saturating_mul(960) / width.max(1)),
                None => (width, height),
            });
            let address_shown = version.map(|version| version.url()).or(shown.map(|name| name.url()));
            extras.push(Extra {
                title: if is_picture { "Picture" } else { "Document" }.to_owned(),
                picture: address_shown.map(|shown| (shown, alt.to_owned())),
                picture_size: size,
                copied: vec![("Address".to_owned(), address)],
                ..Extra::default()
            });
            extras.push(used(app, viewer, name(row)).await?);
            Ok(extras)
        })
    }
}

/// Whether a file with this name is the site's logo.
fn is_logo(site: &Site, name: &str) -> bool {
    StoredName::parse(name).is_some() && site.logo.ends_with(name)
}

/// Something that will have gaps: some of it by name, and how much more there is.
fn gap(names: Vec<String>, more: u64, text: impl Fn(u64) -> String) -> Option<Consequence> {
    let total = names.len() as u64 + more;
    let samples: Vec<String> = names.into_iter().take(5).collect();
    let more = if samples.is_empty() { 0 } else { total - samples.len() as u64 };
    (total > 0).then(|| Consequence { text: text(total), samples, more })
}

/// What deleting a file leaves gaps in.
fn gaps(found: uses::Uses) -> Vec<Consequence> {
    let titles = |posts: Vec<uses::Use>| posts.into_iter().map(|post| post.title).collect();
    let unsaved: Vec<String> = found.unsaved.into_iter().map(|(_, _, title)| titled(&title)).collect();
    let all =
        [
            gap(titles(found.posts), found.more, |count| match count {
                1 => "1 post shows it, and will have a gap there".to_owned(),
                _ => format!("{count} posts show it, and will have a gap there"),
            }),
            gap(found.courses.into_iter().map(|(_, name)| name).collect(), found.more_courses, |count| {
                match count {
                    1 => "1 course shows it in its description, and will have a gap there".to_owned(),
                    _ => format!("{count} courses show it in their descriptions, and will have a gap there"),
                }
            }),
            gap(found.pages.into_iter().map(|(_, title)| title).collect(), found.more_pages, |count| {
                match count {
                    1 => "1 page shows it, and will have a gap there".to_owned(),
                    _ => format!("{count} pages show it, and will have a gap there"),
                }
            }),
            gap(titles(found.older), found.more_older, |count| match count {
                1 => "Older versions of 1 post show it, and will have a gap when they are brought back"
                    .to_owned(),
                _ => format!(
                    "Older versions of {count} posts show it, and will have a gap when they are brought back"
                ),
            }),
            gap(unsaved, found.unsaved_of_others, |count| match count {
                1 => "1 text that is not saved yet shows it".to_owned(),
                _ => format!("{count} texts that are not saved yet show it"),
            }),
        ];
    all.into_iter().flatten().collect()
}

/// Where a file is shown: links to what the viewer may open, each kind with its word, and how much more there is.
async fn used(app: &App, viewer: &Viewer, name: &str) -> Result<Extra> {
    let found = uses::of(app.db.latest(), viewer, name).await?;
    let posts = app.admin.visible(viewer, "posts");
    let courses = app.admin.visible(viewer, "courses");
    let pages = app.admin.visible(viewer, "pages");
    let site = app.site().await?;
    let mut links: Vec<(Link, String)> = Vec::new();
    let mut add = |label: &str, url: Option<String>, word: String| {
        links.push((Link { label: label.to_owned(), url: url.unwrap_or_default(), current: false }, word));
    };
    for post in &found.posts {
        let may_open = post.user_id == viewer.id || viewer.may(Permission::EditAllPosts);
        let resource = posts.filter(|_| may_open);
        let url = resource.map(|resource| shell::row_url(resource, post.id));
        add(&post.title, url, sea_orm::ActiveEnum::to_value(&post.status));
    }
    for (id, name) in &found.courses {
        add(name, courses.map(|resource| shell::row_url(resource, *id)), "course".to_owned());
    }
    for (id, title) in &found.pages {
        add(title, pages.map(|resource| shell::row_url(resource, *id)), "page".to_owned());
    }
    if is_logo(&site, name) {
        let url = viewer.may(Permission::ManageSettings).then(|| site::settings::URL.to_owned());
        add(&site.title, url, "logo".to_owned());
    }
    for post in &found.older {
        let url = posts.map(|resource| format!("{}/revisions", shell::row_url(resource, post.id)));
        add(&post.title, url, "older version".to_owned());
    }
    for (id, post, title) in found.unsaved.iter().take(usize::try_from(SHOWN).unwrap_or(usize::MAX)) {
        let form = |resource| match post {
            Some(post) => shell::row_url(resource, *post),
            None => format!("{}/new", shell::list_url(resource)),
        };
        add(
            &titled(title),
            posts.map(|resource| format!("{}?unsaved={id}", form(resource))),
            "not saved".to_owned(),
        );
    }
    let mut text = match (links.is_empty(), found.posts.len(), found.more) {
        (true, _, 0) => String::new(),
        (_, 0, 1) => "A post of somebody else shows it.".to_owned(),
        (_, 0, more) if more > 1 => format!("{more} posts of others show it."),
        (_, _, 0) => String::new(),
        (_, _, 1) => "And one more post.".to_owned(),
        (_, _, more) => format!("And {more} more posts."),
    };
    for (count, one, many) in [
        (found.more_courses, "more course", "more courses"),
        (found.more_pages, "more page", "more pages"),
        (found.more_older, "post of others did before", "posts of others did before"),
        (found.unsaved_of_others, "unsaved text of somebody else", "unsaved texts of others"),
    ] {
        if count > 0 {
            let lead = if text.is_empty() { "" } else { " " };
            text = format!("{text}{lead}{count} {}.", if count == 1 { one } else { many });
        }
    }
    if links.is_empty() && text.is_empty() {
        text = "No post shows it, nor any other text here.".to_owned();
    }
    Ok(Extra { title: "Where it is used".to_owned(), text, links, ..Extra::default() })
}

/// A title while it is being typed.
fn titled(title: &str) -> String {
    let title = title.trim();
    if title.is_empty() { "Untitled".to_owned() } else { title.chars().take(200).collect() }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_readable() {
        let shown = [0, 999, 1_000, 1_499, 999_499, 1_000_000, 1_449_999, 20_971_520]
            .map(size)
            .map(|text| text.replace('\u{a0}', " "));
        assert_eq!(shown, ["0 bytes", "999 bytes", "1 kB", "1 kB", "999 kB", "1.0 MB", "1.4 MB", "21.0 MB"]);
    }
}
