//! What the admin's templates receive: plain data, made by the engine for any resource. Longer than other files: it is
//! the contract with `templates/admin`, in one place.

use serde::Serialize;

use crate::web::{
    diff::TextDiff,
    forms::{Choice, Complaint, Field, Group},
    pagination::Pagination,
    render::Page,
};

/// What stands around every page of the admin.
#[derive(Clone, Debug, Serialize)]
pub struct Shell {
    /// The rail: what there is to work on, the dashboard first; only what the viewer may see.
    pub rail: Vec<RailItem>,
    /// Who is signed in: their user's id.
    pub viewer_id: i64,
    /// The name for readers.
    pub viewer: String,
    /// Their role, as a word.
    pub role: String,
    /// Where the page is, from the dashboard down; the last one is the page itself.
    pub crumbs: Vec<Crumb>,
    /// What happened just now.
    pub messages: Vec<Message>,
    /// Scripts of the features whose rows the page is about: files in `static/`.
    pub scripts: Vec<&'static str>,
}

/// Something in the rail.
#[derive(Clone, Debug, Serialize)]
pub struct RailItem {
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub url: String,
    /// Whether the page is in it.
    pub current: bool,
}

/// A step on the way to a page.
#[derive(Clone, Debug, Serialize)]
pub struct Crumb {
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub url: String,
}

/// What an action did, told once on the next page.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
pub struct Message {
    /// What happened, a sentence.
    pub text: String,
    /// Where what it was done to can be seen; may be empty.
    pub url: String,
    /// Whether it went wrong.
    pub is_error: bool,
}

/// `/admin/{resource}`: a list.
#[derive(Debug, Serialize)]
pub struct List {
    /// Around it.
    pub shell: Shell,
    /// The resource's name in addresses.
    pub resource: String,
    /// What the rows are called: "Posts".
    pub title: String,
    /// What this is, a sentence for whoever sees it for the first time.
    pub about: String,
    /// One row: "post".
    pub noun: String,
    /// Several: "posts".
    pub nouns: String,
    /// Where a new one is made, for those who may.
    pub new_url: Option<String>,
    /// What leads there: "New post".
    pub new_label: String,
    /// What leads there while there is none: "Make the first post".
    pub first_label: String,
    /// Whether rows have small pictures.
    pub has_thumbnails: bool,
    /// Where all rows of this list come as CSV.
    pub export_url: String,
    /// What was searched for.
    pub query: String,
    /// Whether there is a search box, and what it looks at: "title, text".
    pub searched: Option<String>,
    /// The list's other parameters, for forms that keep them: name, value.
    pub kept: Vec<(String, String)>,
    /// The filters of the side bar.
    pub filters: Vec<Filter>,
    /// The filters that are on, search left out.
    pub active: Vec<ActiveFilter>,
    /// Where no filter and no search is on.
    pub clear_url: String,
    /// Years, then months, then days to narrow the list to.
    pub dates: Option<DateSteps>,
    /// The columns' heads.
    pub columns: Vec<ListColumn>,
    /// What the small charts of the rows are called; none where nothing is drawn.
    pub drawn: Option<&'static str>,
    /// This page's rows.
    pub rows: Vec<ListRow>,
    /// What can be done with several rows; none for those who may not.
    pub actions: Vec<ActionChoice>,
    /// Where the actions' form goes.
    pub actions_url: String,
    /// This list's query string, sent with an action on the whole result.
    pub query_string: String,
    /// The other pages.
    pub pagination: Pagination,
    /// Page sizes to choose from.
    pub sizes: Vec<Link>,
    /// Whether there is nothing because of a filter or a search.
    pub is_narrowed: bool,
    /// Where the deleted rows are that can be brought back, if there is such a place and this is not it.
    pub trash_url: Option<String>,
}

/// A link, perhaps the current one.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// Whether it is where we are.
    pub current: bool,
}

/// A filter of the side bar.
#[derive(Clone, Debug, Serialize)]
pub struct Filter {
    /// Its parameter.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// `links` (choice, boolean, related: `options`), or `dates` (`options` and the two inputs `{name}_from`, `{name}_to`).
    pub kind: &'static str,
    /// What it can be set to, "All" first.
    pub options: Vec<FilterOption>,
    /// The first day of a range, `YYYY-MM-DD`.
    pub from: String,
    /// The last day of a range.
    pub to: String,
    /// The other parameters that its form of dates must keep: name, value.
    pub kept: Vec<(String, String)>,
    /// What its rows were searched for, as `{name}__q`.
    pub query: String,
    /// For a related filter with more rows than options: where they are searched (as `Field::lookup`).
    pub lookup: Option<String>,
    /// Whether it is on.
    pub is_active: bool,
}

/// A value of a filter.
#[derive(Clone, Debug, Serialize)]
pub struct FilterOption {
    /// What it is called.
    pub label: String,
    /// Where the list is narrowed to it.
    pub url: String,
    /// Rows it would leave, as far as they are counted; none for "All", for a row that was searched for, and where it is not
    /// known.
    pub count: Option<u64>,
    /// Whether it would leave more.
    pub is_more: bool,
    /// Whether it is set.
    pub current: bool,
}

/// A filter that is on.
#[derive(Clone, Debug, Serialize)]
pub struct ActiveFilter {
    /// "Status: draft".
    pub label: String,
    /// Where it is off.
    pub clear_url: String,
}

/// The date hierarchy.
#[derive(Clone, Debug, Serialize)]
pub struct DateSteps {
    /// One step back: "2026" from a month; none at the top.
    pub up: Option<Link>,
    /// What is shown now: "March 2026"; empty at the top.
    pub here: String,
    /// One step further: years, months or days.
    pub down: Vec<Link>,
}

/// The head of a column.
#[derive(Clone, Debug, Serialize)]
pub struct ListColumn {
    /// What it is called.
    pub label: String,
    /// Where the list is sorted by it; none where it cannot be.
    pub sort_url: Option<String>,
    /// `ascending`, `descending` or empty (as `aria-sort`).
    pub sorted: &'static str,
    /// Whether it holds numbers, set flush right.
    pub is_number: bool,
}

/// A row of a list.
#[derive(Clone, Debug, Serialize)]
pub struct ListRow {
    /// Its primary key.
    pub id: String,
    /// What tells later whether it changed since; none where no action asks.
    pub was: Option<String>,
    /// What it is called.
    pub title: String,
    /// Its form.
    pub url: String,
    /// Where a small picture of it is.
    pub thumbnail: Option<String>,
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
    /// Its small chart, where the list draws them.
    pub drawn: Option<Spark>,
}

/// A small chart of a row.
#[derive(Clone, Debug, Serialize)]
pub struct Spark {
    /// The bars, oldest first: of the highest, in percent.
    pub bars: Vec<u64>,
    /// All numbers together.
    pub total: u64,
}

impl Spark {
    /// Draws some numbers.
    pub fn new(numbers: &[u64]) -> Self {
        let max = numbers.iter().copied().max().unwrap_or_default();
        // What is there is seen, be it little.
        let percent =
            |number: &u64| (number * 100).checked_div(max).map_or(0, |of| of.max(u64::from(*number > 0)));
        Self { bars: numbers.iter().map(percent).collect(), total: numbers.iter().sum() }
    }
}

/// A cell of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// What it says; empty for nothing.
    pub text: String,
    /// `text`, `number`, `flag` (text is "Yes" or "No"), `choice` (a state: `value` names it), `time` (`value` is
    /// RFC 3339) or `date`.
    pub kind: &'static str,
    /// See `kind`.
    pub value: String,
    /// Where it leads; the first column leads to the row's form.
    pub url: Option<String>,
}

/// Something to do with several rows.
#[derive(Clone, Debug, Serialize)]
pub struct ActionChoice {
    /// What it is sent as.
    pub name: String,
    /// What it is called: "Publish".
    pub label: String,
    /// Whether it cannot be undone.
    pub is_destructive: bool,
    /// The key that does it, where scripts run.
    pub key: Option<char>,
    /// What it must be told, if anything: "Tag".
    pub argument: Option<Field>,
}

/// `/admin/{resource}/new` and `/admin/{resource}/{id}`: a form.
#[derive(Debug, Serialize)]
pub struct Form {
    /// Around it.
    pub shell: Shell,
    /// "New post", or what the row is called.
    pub title: String,
    /// One row: "post".
    pub noun: String,
    /// Whether the row is yet to be made.
    pub is_new: bool,
    /// Where the form goes.
    pub action: String,
    /// The fields.
    pub groups: Vec<Group>,
    /// Related rows that are edited here.
    pub inlines: Vec<Inline>,
    /// The fingerprint of the row as the form shows it, and the newest entry of its history, sent back as `_version`.
    pub version: String,
    /// What is wrong, with links to the fields.
    pub complaints: Vec<Complaint>,
    /// Somebody else saved meanwhile.
    pub conflict: Option<Conflict>,
    /// Whether it can be saved by this viewer; else everything is read-only.
    pub can_save: bool,
    /// Whether "save and add another" makes sense: whoever may make new ones.
    pub can_add: bool,
    /// Where the row is deleted, for those who may.
    pub delete_url: Option<String>,
    /// Where the row's history is.
    pub history_url: Option<String>,
    /// Further pages about the row.
    pub pages: Vec<Link>,
    /// Where readers see the row.
    pub view_url: Option<String>,
    /// The list that it came from.
    pub back_url: String,
    /// The template, where the resource has one of its own.
    #[serde(skip)]
    pub template: Option<&'static str>,
    /// Whether what stands in it is stored nowhere yet.
    pub is_unsaved: bool,
    /// The word that it is known by, sent along as `_form`, before anything else: sent twice, a new row's form makes one
    /// row, and who has it may send a long text though their session is over.
    pub word: String,
    /// Values that it sends along: name, value.
    pub kept: Vec<(String, String)>,
    /// What the resource's own template shows besides.
    pub more: serde_json::Value,
    /// What the feature tells of the row beside its fields.
    pub extras: Vec<Extra>,
}

impl Page for Form {
    const TEMPLATE: &'static str = "admin/form.html";

    fn template(&self) -> &'static str {
        self.template.unwrap_or(Self::TEMPLATE)
    }

    fn title(&self) -> Option<String> {
        Some(self.title.clone())
    }

    fn noindex(&self) -> bool {
        true
    }
}

/// Something that a form tells of its row beside the fields: a picture, an address to copy, links.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Extra {
    /// A heading.
    pub title: String,
    /// A sentence below it, may be empty.
    pub text: String,
    /// Whether the sentence is a warning.
    pub is_warning: bool,
    /// The address of a picture, and what it shows.
    pub picture: Option<(String, String)>,
    /// Its width and height in pixels.
    pub picture_size: Option<(u32, u32)>,
    /// Texts to copy: what they are called, and they themselves.
    pub copied: Vec<(String, String)>,
    /// Links, each with a quiet word.
    pub links: Vec<(Link, String)>,
}

/// Related rows within a form.
#[derive(Debug, Serialize)]
pub struct Inline {
    /// The prefix of its fields: `{name}.{index}.{field}`.
    pub name: String,
    /// What the rows are called: "Lessons".
    pub label: String,
    /// A sentence, may be empty.
    pub help: String,
    /// One row: "lesson".
    pub noun: String,
    /// Whether the rows have an order: each has a number field `{name}.{index}._order`.
    pub is_ordered: bool,
    /// The rows. Each has hidden `{name}.{index}._id` (empty for a new one) and a switch `{name}.{index}._delete`.
    pub rows: Vec<InlineRow>,
    /// An empty row whose index is `__index__`, for scripts to copy. Without them the button `_add={name}` adds one.
    pub blank: InlineRow,
    /// What is wrong with the rows as a whole.
    pub errors: Vec<String>,
}

/// A related row within a form.
#[derive(Debug, Serialize)]
pub struct InlineRow {
    /// Its place in the form.
    pub index: String,
    /// Its primary key; empty for a new one.
    pub id: String,
    /// What it is called; empty for a new one.
    pub title: String,
    /// Its place in the order, as typed.
    pub order: String,
    /// Whether it is to go.
    pub is_deleted: bool,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// Two people changed one row.
#[derive(Debug, Serialize)]
pub struct Conflict {
    /// Who saved meanwhile; empty where that is not known.
    pub who: String,
    /// When, for people.
    pub when: String,
    /// The fields whose two versions differ.
    pub fields: Vec<Difference>,
}

/// A field in two versions.
#[derive(Debug, Serialize)]
pub struct Difference {
    /// Its name, where what is stored can be taken over; empty otherwise.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What was typed here.
    pub yours: String,
    /// What is stored now.
    pub theirs: String,
    /// Of long texts: what differs between the stored and the typed one; `yours` and `theirs` are empty then.
    pub diff: Option<TextDiff>,
}

/// `/admin/{resource}/{id}/delete`, and bulk actions that ask first.
#[derive(Debug, Serialize)]
pub struct Confirm {
    /// Around it.
    pub shell: Shell,
    /// "Delete 12 posts?"
    pub title: String,
    /// What that means, a sentence.
    pub sentence: String,
    /// Some of the rows it is about.
    pub targets: Vec<Link>,
    /// How many more there are.
    pub more: u64,
    /// What goes too, or is changed.
    pub consequences: Vec<Consequence>,
    /// What must be chosen first: to whom the posts of a user go.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
    /// Where the form goes.
    pub action: String,
    /// Values that the form sends along: name, value.
    pub hidden: Vec<(String, String)>,
    /// The button, named for what it does: "Delete 12 posts".
    pub submit: String,
    /// Whether it cannot be undone.
    pub is_destructive: bool,
    /// Whether it can be done; else `sentence` says why not.
    pub is_possible: bool,
    /// Where it is not done.
    pub back_url: String,
}

/// Rows that are touched by what is done to others.
#[derive(Clone, Debug, Serialize)]
pub struct Consequence {
    /// "31 posts are deleted too", "2 students lose their account".
    pub text: String,
    /// What some of them are called.
    pub samples: Vec<String>,
    /// How many more there are.
    pub more: u64,
}

/// `/admin/{resource}/{id}/history` and `/admin/history`.
#[derive(Debug, Serialize)]
pub struct History {
    /// Around it.
    pub shell: Shell,
    /// "History of …".
    pub title: String,
    /// The changes, newest first.
    pub entries: Vec<LogEntry>,
    /// The other pages.
    pub pagination: Pagination,
    /// The row's form, while it is there.
    pub back_url: String,
}

/// A change.
#[derive(Clone, Debug, Serialize)]
pub struct LogEntry {
    /// RFC 3339.
    pub at: String,
    /// For people, in the site's zone.
    pub when: String,
    /// Who.
    pub who: String,
    /// What was done, a verb: "changed".
    pub verb: String,
    /// The kind of row: "post".
    pub noun: String,
    /// What the row was called.
    pub row: String,
    /// The row's form, while it is there.
    pub url: Option<String>,
    /// The row's history.
    pub history_url: String,
    /// The changed fields.
    pub changes: Vec<Change>,
}

/// A changed field.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// What it is called.
    pub label: String,
    /// Before; empty for nothing.
    pub old: String,
    /// After.
    pub new: String,
}

/// `/admin`
#[derive(Debug, Serialize)]
pub struct Dashboard {
    /// Around it.
    pub shell: Shell,
    /// Numbers with names.
    pub counts: Vec<Count>,
    /// Lists of a few rows: drafts, scheduled.
    pub panels: Vec<Panel>,
    /// Charts.
    pub charts: Vec<Chart>,
    /// The last changes.
    pub recent: Vec<LogEntry>,
    /// Where all of them are, for those who may see them.
    pub history_url: Option<String>,
    /// What a new site needs first; empty when it was done: label, url, whether done.
    pub first_steps: Vec<FirstStep>,
    /// What can be made: "New post".
    pub new: Vec<Link>,
}

/// A step of starting a site.
#[derive(Clone, Debug, Serialize)]
pub struct FirstStep {
    /// "Give the site its name"
    pub label: String,
    /// Where.
    pub url: String,
    /// Whether it was done.
    pub is_done: bool,
}

/// A number on the dashboard.
#[derive(Clone, Debug, Serialize)]
pub struct Count {
    /// What is counted: "Posts".
    pub label: String,
    /// How many.
    pub number: u64,
    /// The list of them.
    pub url: String,
}

/// A few rows on the dashboard.
#[derive(Clone, Debug, Serialize)]
pub struct Panel {
    /// "Drafts"
    pub title: String,
    /// The rows: what they are called, their form, and a quiet word (a date).
    pub rows: Vec<PanelRow>,
    /// What it says when there are none.
    pub empty: String,
    /// All of them.
    pub url: String,
    /// How many there are in all.
    pub total: u64,
}

/// A row in a panel.
#[derive(Clone, Debug, Serialize)]
pub struct PanelRow {
    /// What it is called.
    pub title: String,
    /// Its form.
    pub url: String,
    /// A quiet word.
    pub note: String,
}

/// A chart of columns: server-rendered SVG from these numbers, and a table for those who cannot see it.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// "Posts, by month"
    pub title: String,
    /// The bars, oldest first.
    pub bars: Vec<Bar>,
    /// The highest number.
    pub max: u64,
    /// All of them together.
    pub total: u64,
}

/// A bar of a chart.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// "Mar 2026"
    pub label: String,
    /// How many.
    pub number: u64,
    /// Of the highest, in percent.
    pub percent: u64,
}

/// `/admin/settings`: a form of named values.
#[derive(Debug, Serialize)]
pub struct SettingsForm {
    /// Around it.
    pub shell: Shell,
    /// The fields.
    pub groups: Vec<Group>,
    /// The fingerprint of the settings as the form shows them, sent back as `_version`.
    pub version: String,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
    /// Somebody else saved meanwhile.
    pub conflict: Option<Conflict>,
}

/// Results of a lookup, as JSON.
#[derive(Debug, Default, Serialize)]
pub struct LookupResults {
    /// The rows found, at most twenty.
    pub results: Vec<Choice>,
    /// Whether there are more.
    pub more: bool,
}

macro_rules! pages {
    ($($page:ident, $template:literal, $title:expr;)*) => {$(
        impl Page for $page {
            const TEMPLATE: &'static str = $template;

            fn title(&self) -> Option<String> {
                let title: fn(&Self) -> String = $title;
                Some(title(self))
            }

            fn noindex(&self) -> bool {
                true
            }
        }
    )*};
}

pages! {
    List, "admin/list.html", |page| page.title.clone();
    Confirm, "admin/confirm.html", |page| page.title.clone();
    History, "admin/history.html", |page| page.title.clone();
    Dashboard, "admin/dashboard.html", |_| "Dashboard".to_owned();
    SettingsForm, "admin/settings.html", |_| "Settings".to_owned();
}
