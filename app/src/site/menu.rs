//! The menu between the title and the search field: what it is made of, and the page of the admin where it is put in
//! order. It is one of the settings, so that a page reads it with them.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::{load, set, settings::RESOURCE};
use crate::{
    admin::{
        log::{self, Changed, Entry},
        views::{Conflict, Difference, Inline, InlineRow, Message, Shell},
    },
    auth::{self, Permission, Viewer},
    web::{
        App, AppData, Result,
        forms::{self, Complaint, Field, FieldErrors, Submitted, Widget},
        links, render, see_other,
        typed::Typed,
    },
};

/// Where it is.
const URL: &str = "/admin/menu";
/// The setting, and the prefix of the form's fields.
const NAME: &str = "menu";
/// The most entries: a menu, not a site map.
const MAX_ITEMS: usize = 30;
/// The most rows of a form that are looked at.
const MAX_ROWS: usize = 100;
/// The most characters of what an entry says.
const MAX_LABEL: usize = 40;
/// The most characters of where it leads.
const MAX_URL: usize = 500;

/// An entry of the menu.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it says, at most 40 characters.
    pub label: String,
    /// Where it leads: a path of this site, or an address with http or https.
    pub url: String,
}

impl Item {
    fn new(label: &str, url: &str) -> Self {
        Self { label: label.to_owned(), url: url.to_owned() }
    }

    /// The path of this site that it leads to, encoded; none for another site's.
    fn path(&self) -> Option<String> {
        let path = self.url.split(['?', '#']).next().filter(|path| links::is_local(path))?;
        Some(links::reencode(path))
    }

    /// Whether a page is what it leads to, or below that. `query` is what stands after the page's question mark.
    pub fn leads_to(&self, path: &str, query: &str) -> bool {
        let address = self.url.split('#').next().unwrap_or_default();
        let (own_path, own_query) = address.split_once('?').unwrap_or((address, ""));
        if own_path.is_empty() || !links::is_local(own_path) {
            return false;
        }
        let (own_path, path) = (links::reencode(own_path), links::reencode(path));
        // Two entries may lead to one page and differ in the query alone.
        if !own_query.is_empty() {
            return own_path == path && own_query == query;
        }
        path.strip_prefix(&own_path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// What stands there where nobody ever changed it.
pub fn usual() -> Vec<Item> {
    vec![
        Item::new("Courses", "/courses"),
        Item::new("Tags", "/tags"),
        Item::new("Authors", "/authors"),
        Item::new("Archive", "/archive"),
    ]
}

/// The page.
#[derive(Debug, Serialize)]
struct MenuForm {
    shell: Shell,
    inline: Inline,
    version: String,
    complaints: Vec<Complaint>,
    conflict: Option<Conflict>,
    /// Whether what stands in it is stored nowhere yet.
    is_unsaved: bool,
    /// Whether it is the menu that a site has by itself.
    is_usual: bool,
}

impl render::Page for MenuForm {
    const TEMPLATE: &'static str = "site/menu.html";

    fn title(&self) -> Option<String> {
        Some("Site menu".to_owned())
    }

    fn noindex(&self) -> bool {
        true
    }
}

/// A row of the form.
#[derive(Clone, Debug, Default)]
struct Row {
    item: Item,
    order: String,
    is_deleted: bool,
}

/// The rows that a form sent.
fn sent(submitted: &Submitted) -> Vec<Row> {
    let count = submitted.text(&format!("{NAME}._count")).parse().unwrap_or(0);
    let row = |index: usize| {
        let text = |field: &str| submitted.text(&format!("{NAME}.{index}.{field}")).to_owned();
        let item = Item { label: text("label"), url: text("url") };
        Row { item, order: text("_order"), is_deleted: submitted.has(&format!("{NAME}.{index}._delete")) }
    };
    (0..usize::min(count, MAX_ROWS)).map(row).collect()
}

fn stored(items: &[Item]) -> Vec<Row> {
    let row = |(index, item): (usize, &Item)| Row {
        item: item.clone(),
        order: (index + 1).to_string(),
        is_deleted: false,
    };
    items.iter().enumerate().map(row).collect()
}

/// What the rows make: those that stay, in the order that was typed. A row in which nothing was written is none.
fn read(rows: &[Row]) -> Result<Vec<Item>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut kept: Vec<(i64, std::cmp::Ordering, usize)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let Item { label, url } = &row.item;
        if row.is_deleted || label.is_empty() && url.is_empty() {
            continue;
        }
        let name = |field: &str| format!("{NAME}.{index}.{field}");
        if label.is_empty() {
            errors.add(&name("label"), "Say what it is called.");
        } else if label.chars().count() > MAX_LABEL {
            errors.add(&name("label"), format!("This may have at most {MAX_LABEL} characters."));
        } else if label.chars().any(char::is_control) {
            errors.add(&name("label"), "This holds a character that no text has.");
        }
        if !is_address(url) {
            errors.add(&name("url"), "This must be a path of this site, /about, or begin with https://.");
        } else if url.chars().count() > MAX_URL {
            errors.add(&name("url"), format!("This may have at most {MAX_URL} characters."));
        }
        // One that was added has no place yet: the last. One that was given another's place comes before it when it
        // moved up, else behind.
        let order = row.order.parse().unwrap_or(i64::MAX);
        kept.push((order, order.cmp(&(index as i64 + 1)), index));
    }
    if kept.len() > MAX_ITEMS {
        errors.add(NAME, format!("A menu has at most {MAX_ITEMS} entries."));
    }
    kept.sort_unstable();
    if errors.is_empty() {
        Ok(kept.into_iter().map(|(_, _, index)| rows[index].item.clone()).collect())
    } else {
        Err(errors)
    }
}

/// Whether an entry may lead there: browsers run what `javascript:` begins.
fn is_address(url: &str) -> bool {
    if url.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        return false;
    }
    let has_host = |url: Url| ["http", "https"].contains(&url.scheme()) && url.has_host();
    links::is_local(url) || url.contains("://") && Url::parse(url).is_ok_and(has_host)
}

fn inline(rows: &[Row], errors: &FieldErrors) -> Inline {
    let row = |index: String, row: &Row, title: &str| {
        let field = |name: &str, label: &str, widget, value: &str| {
            let name = format!("{NAME}.{index}.{name}");
            let errors = errors.about(&name).to_vec();
            Field { errors, ..Field::new(&name, label, widget).required().value(value) }
        };
        InlineRow {
            id: String::new(),
            title: title.to_owned(),
            order: row.order.clone(),
            is_deleted: row.is_deleted,
            fields: vec![
                field("label", "Label", Widget::Text, &row.item.label).max_length(MAX_LABEL as u32),
                field("url", "Leads to", Widget::Url, &row.item.url).max_length(MAX_URL as u32),
            ],
            index: index.clone(),
        }
    };
    let shown = |(index, of): (usize, &Row)| row(index.to_string(), of, &of.item.label);
    Inline {
        name: NAME.to_owned(),
        label: "Links".to_owned(),
        help: "A path of this site, such as /about or /tags/rust, or an address that begins with https://."
            .to_owned(),
        noun: "link".to_owned(),
        is_ordered: true,
        rows: rows.iter().enumerate().map(shown).collect(),
        blank: row("__index__".to_owned(), &Row::default(), ""),
        errors: errors.about(NAME).to_vec(),
    }
}

fn version(items: &[Item]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(json!(items).to_string())[..12])
}

/// The menu as a text of one line for each entry.
fn lines(items: &[Item]) -> String {
    let lines: Vec<String> = items.iter().map(|item| format!("{} ({})", item.label, item.url)).collect();
    lines.join("\n")
}

/// The entries that lead to one of some paths of this site, whatever stands after its question mark or its `#`.
fn leading<'a>(items: &'a [Item], paths: &[String]) -> impl Iterator<Item = &'a Item> {
    let paths: Vec<String> = paths.iter().map(|path| links::reencode(path)).collect();
    items.iter().filter(move |item| item.path().is_some_and(|path| paths.contains(&path)))
}

/// What the entries say that lead to one of some paths.
///
/// # Errors
/// When the database does not answer.
pub async fn labels_of(db: &impl ConnectionTrait, paths: &[String]) -> Result<Vec<String>, DbErr> {
    let items = load(db).await?.menu.unwrap_or_default();
    Ok(leading(&items, paths).map(|item| item.label.clone()).collect())
}

/// Makes entries follow what they lead to, in the transaction that moves it: to another path, or out of the menu where
/// there is none any more. The history tells.
///
/// # Errors
/// When the database does not answer.
pub async fn follow(
    transaction: &DatabaseTransaction,
    viewer: &Viewer,
    from: &[String],
    to: Option<&str>,
) -> Result<()> {
    // A site that never set its menu has the usual one, which leads to no page.
    let Some(before) = load(transaction).await?.menu else { return Ok(()) };
    let moved: Vec<Item> = leading(&before, from).cloned().collect();
    if moved.is_empty() {
        return Ok(());
    }
    let follow = |item: &Item| match (moved.contains(item), to) {
        (false, _) => Some(item.clone()),
        (true, None) => None,
        (true, Some(to)) => {
            let rest = item.url.find(['?', '#']).map(|at| &item.url[at..]).unwrap_or_default();
            Some(Item { url: format!("{to}{rest}"), ..item.clone() })
        }
    };
    let after: Vec<Item> = before.iter().filter_map(follow).collect();
    store(transaction, viewer, &before, &after, json!(after)).await
}

/// Stores a menu and tells the history what changed.
async fn store(
    transaction: &DatabaseTransaction,
    viewer: &Viewer,
    before: &[Item],
    after: &[Item],
    value: Json,
) -> Result<()> {
    set(transaction, NAME, value).await?;
    if before != after {
        let changes = vec![Changed::new(NAME, "Menu", lines(before), lines(after))];
        let entry = Entry { key: String::new(), title: "Menu".to_owned(), changes };
        log::record(transaction, viewer, RESOURCE, log::CHANGE, entry).await?;
    }
    Ok(())
}

/// `GET /admin/menu`
///
/// # Errors
/// 403 for those who may not change it.
pub async fn show(app: AppData, request: HttpRequest, viewer: Viewer) -> Result<HttpResponse> {
    viewer.demand(Permission::ManageSettings)?;
    let site = load(app.db.latest()).await?;
    let items = site.menu.clone().unwrap_or_else(usual);
    let page = MenuForm {
        shell: Shell::new(
            &app.admin,
            &viewer,
            &[("Site menu", URL)],
            auth::sessions::take_messages(&request),
        ),
        inline: inline(&stored(&items), &FieldErrors::default()),
        version: version(&items),
        complaints: Vec::new(),
        conflict: None,
        is_unsaved: false,
        is_usual: site.menu.is_none(),
    };
    render::page_of_site(&app, &request, &site, &page)
}

/// `POST /admin/menu`: saves it; with `_add` shows the form with one more row, with `_usual` the usual menu comes back.
///
/// # Errors
/// 403 for those who may not change it.
pub async fn save(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let answer = take(&app, &request, &viewer, &submitted).await;
    answer.inspect_err(|_| Typed::new(&request, &submitted).leave(&request))
}

async fn take(
    app: &App,
    request: &HttpRequest,
    viewer: &Viewer,
    submitted: &Submitted,
) -> Result<HttpResponse> {
    viewer.demand(Permission::ManageSettings)?;
    let transaction = app.db.begin().await?;
    auth::still(&transaction, viewer).await?;
    let site = load(&transaction).await?;
    let before = site.menu.clone().unwrap_or_else(usual);
    let mut rows = sent(submitted);
    let is_adding = submitted.has("_add");
    let read = if submitted.has("_usual") { Ok(usual()) } else { read(&rows) };
    let is_stale = submitted.get("_version").is_some_and(|seen| seen != version(&before));
    let differs = read.as_ref().map_or(true, |items| *items != before);
    let conflict = (is_stale && differs && !is_adding).then(|| conflict(&rows, &read, &before));
    let errors = match read {
        _ if is_adding => {
            rows.push(Row::default());
            FieldErrors::default()
        }
        Ok(items) if conflict.is_none() => {
            let value = if submitted.has("_usual") { Json::Null } else { json!(items) };
            store(&transaction, viewer, &before, &items, value).await?;
            transaction.commit().await?;
            let text = "The menu is saved.".to_owned();
            auth::flash(request, Message { text, url: "/".to_owned(), is_error: false });
            return Ok(see_other(URL));
        }
        Ok(_) => FieldErrors::default(),
        Err(errors) => errors,
    };
    transaction.rollback().await?;
    let inline = inline(&rows, &errors);
    let fields = inline.rows.iter().flat_map(|row| &row.fields);
    let mut complaints = forms::complaints(fields, &errors);
    let of_all = errors.about(NAME).iter().map(|message| Complaint {
        id: format!("field-{NAME}"),
        label: "Links".to_owned(),
        message: message.clone(),
    });
    complaints.extend(of_all);
    let status = match (is_adding, &conflict) {
        (true, _) => StatusCode::OK,
        (_, Some(_)) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let version = match submitted.get("_version") {
        Some(seen) if conflict.is_none() => seen.to_owned(),
        _ => version(&before),
    };
    let page = MenuForm {
        shell: Shell::new(&app.admin, viewer, &[("Site menu", URL)], Vec::new()),
        inline,
        version,
        complaints,
        conflict,
        is_unsaved: true,
        is_usual: site.menu.is_none(),
    };
    render::page_with_status(app, request, status, &page).await
}

/// Both versions, of which one was saved by somebody else meanwhile.
fn conflict(rows: &[Row], yours: &Result<Vec<Item>, FieldErrors>, theirs: &[Item]) -> Conflict {
    let typed: Vec<Item> = rows.iter().map(|row| row.item.clone()).collect();
    let fields = vec![Difference {
        name: String::new(),
        label: "Menu".to_owned(),
        yours: lines(yours.as_ref().unwrap_or(&typed)),
        theirs: lines(theirs),
        diff: None,
    }];
    Conflict { who: String::new(), when: String::new(), fields }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_leads_to_this_site_or_another_and_runs_nothing() {
        for good in ["/", "/about", "/tags/a%20b?page=2#x", "https://b.example", "http://b.example/ä?x=1"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "about",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "javascript://x/%0aalert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:x",
            "data:text/html,x",
            "https:evil",
            "https://",
            "mailto:a@b.example",
            "/a b",
            "\u{1}https://a.example",
        ] {
            assert!(!is_address(bad), "{bad:?}");
        }
    }

    #[test]
    fn the_page_that_is_shown_is_marked() {
        let leads = |url: &str, path: &str, query: &str| Item::new("x", url).leads_to(path, query);
        assert!(leads("/tags", "/tags", "") && leads("/tags", "/tags/rust", "page=2"));
        assert!(!leads("/tags", "/tagsoup", "") && !leads("/", "/tags", "") && leads("/", "/", ""));
        assert!(leads("/ü", "/%C3%BC", "") && leads("/%c3%bc#x", "/%C3%BC", ""));
        assert!(leads("/search?q=a", "/search", "q=a") && !leads("/search?q=a", "/search", "q=b"));
        assert!(!leads("https://b.example/tags", "/tags", "") && !leads("//b.example", "/", ""));
    }

    #[test]
    fn rows_come_in_the_order_that_was_typed() {
        let row = |label: &str, order: &str| Row {
            item: Item::new(label, "/x"),
            order: order.to_owned(),
            is_deleted: false,
        };
        let mut rows = vec![row("c", "3"), row("a", "-1"), row("last", ""), row("b", "3"), Row::default()];
        rows[3].is_deleted = true;
        let labels: Vec<String> = read(&rows).unwrap().into_iter().map(|item| item.label).collect();
        assert_eq!(labels, ["a", "c", "last"]);
        let order = |orders: [&str; 3]| -> Vec<String> {
            let rows: Vec<Row> =
                ["a", "b", "c"].iter().zip(orders).map(|(label, order)| row(label, order)).collect();
            read(&rows).unwrap().into_iter().map(|item| item.label).collect()
        };
        assert_eq!(order(["1", "2", "2"]), ["a", "c", "b"]);
        assert_eq!(order(["2", "2", "3"]), ["b", "a", "c"]);
        assert_eq!(read(&vec![row("x", "1"); MAX_ITEMS + 1]).unwrap_err().about(NAME).len(), 1);
    }
}
