//! The address of a list, understood: what is searched for, what the list is narrowed to, how it is sorted, which page
//! is wanted. Only what the resource declares is understood. Free of HTTP: the API and bulk actions narrow with it too.

use chrono::Utc;
use chrono_tz::Tz;

use super::{
    Admin, FilterOn, Resource,
    column::{Column, Kind},
    days::{Days, parse_day},
    resource::{FieldOf, ListedWhat, Source, Through},
};
use crate::{
    auth::Viewer,
    web::{Error, Result, forms::Submitted, links, pagination::PageNumber},
};

/// The sizes of a page to choose from.
pub const SIZES: [u64; 5] = [10, 25, 50, 100, 200];
/// The size of a page that nobody chose.
pub const DEFAULT_SIZE: u64 = 25;
/// The most characters of a search.
pub const MAX_SEARCH: usize = 200;
/// The most rows that an address names.
pub const MAX_IDS: usize = 1000;

/// What a list is read with: the same for a whole request.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// All declarations.
    pub admin: &'a Admin,
    /// The one at hand.
    pub resource: &'a Resource,
    /// Who asks.
    pub viewer: &'a Viewer,
    /// The site's time zone: days are its days.
    pub zone: Tz,
}

impl std::fmt::Debug for Scope<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} for {}", self.resource.name, self.viewer.username)
    }
}

/// What a filter is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum Set {
    /// One of the declared values.
    Choice(String),
    /// Yes or no.
    Flag(bool),
    /// Some days.
    Days(Days),
    /// The row that a column refers to, or none.
    Row(Option<i64>),
    /// The row that a table of links leads to.
    Linked(i64),
}

/// Which rows a list has of those in the resource's trash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InTrash {
    /// None, unless a filter asks for them.
    LeftOut,
    /// They are like all others.
    Alike,
    /// They alone.
    Only,
}

/// A filter that is on.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Which one.
    pub on: FilterOn,
    /// What it is set to.
    pub set: Set,
    /// As the address says it: names and values.
    pub pairs: Vec<(String, String)>,
}

/// A list's address.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// What is searched for.
    pub search: String,
    /// The filters that are on, in the order of their declaration.
    pub chosen: Vec<Chosen>,
    /// A filter whose rows are being searched, and what for: the step that scripts need not take.
    pub finding: Option<(&'static str, String)>,
    /// The rows that it is about, if it names them.
    pub ids: Option<Vec<i64>>,
    /// What it is sorted by ([`ListedWhat::sort_name`]), and whether downwards, if it says so.
    pub sort: Option<(&'static str, bool)>,
    /// Which page.
    pub page: PageNumber,
    /// How many rows in a page.
    pub per_page: u64,
    /// What becomes of rows in the resource's trash.
    pub trash: InTrash,
    /// The rows that the search finds, where they were looked for before and are few.
    pub(super) found: Option<Vec<i64>>,
    pub(super) zone: Tz,
    pub(super) searched: Vec<&'static str>,
    pub(super) own: Option<(&'static str, i64)>,
}

impl Scope<'_> {
    /// Whether the viewer may read a column: one that a field shows to some only is nobody else's to narrow or sort
    /// by.
    pub fn shows(&self, column: &str) -> bool {
        self.resource.field(column).is_none_or(|field| field.is_for(self.viewer))
    }

    /// The filters that the viewer has, the date hierarchy's column among them.
    pub fn filters(&self) -> Vec<FilterOn> {
        let mut filters = self.resource.filters.clone();
        filters.extend(self.resource.dates.map(FilterOn::Column).filter(|dates| !filters.contains(dates)));
        filters.retain(|filter| match filter {
            FilterOn::Column(column) => self.shows(column) && self.is_filterable(column),
            FilterOn::Related(column, resource) => {
                self.shows(column) && self.admin.referable(self.viewer, resource).is_some()
            }
            FilterOn::Linked(name) => self.linked(name).is_some_and(|(field, _)| {
                let target = field.related.and_then(|name| self.admin.referable(self.viewer, name));
                field.is_for(self.viewer) && target.is_some()
            }),
        });
        filters
    }

    fn is_filterable(&self, column: &str) -> bool {
        let kind = self.resource.table.column(column).map(|column| column.kind);
        matches!(kind, Some(Kind::Boolean | Kind::Date | Kind::DateTime))
            || self.resource.choices(column).next().is_some()
    }

    /// The links with this name: an n–m field, or those that only a filter is for.
    pub fn linked(&self, name: &str) -> Option<(&FieldOf, &Through)> {
        let link = self.resource.links.iter().find(|link| link.name == name);
        let field = link.or_else(|| self.resource.field(name))?;
        match &field.source {
            Source::Through(through) => Some((field, through)),
            _ => None,
        }
    }

    /// What the list can be sorted by: its columns, what related rows are called, and how many others have.
    pub fn sortable(&self) -> impl Iterator<Item = ListedWhat> {
        let plain = |kind| !matches!(kind, Kind::Json | Kind::LongText);
        self.resource.listed().into_iter().map(|listed| listed.what).filter(move |what| match what {
            ListedWhat::Column(name) => {
                self.shows(name) && self.resource.table.column(name).is_some_and(|column| plain(column.kind))
            }
            ListedWhat::Related(name, target) => {
                let title = self.admin.find(target).and_then(|target| target.table.column(target.title));
                self.shows(name) && title.is_some_and(|title| plain(title.kind))
            }
            ListedWhat::Count { .. } => true,
            ListedWhat::Made(..) => false,
        })
    }
}

impl FilterOn {
    /// Its parameter.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Column(name) | Self::Related(name, _) | Self::Linked(name) => name,
        }
    }
}

impl ListQuery {
    /// Reads the parameters of an address: `q`, `page`, `per_page`, `sort`, `ids` and the filters'. Others are passed
    /// over, and so is what is empty.
    ///
    /// # Errors
    /// 400 for a value that its parameter cannot have.
    pub fn from_pairs(scope: &Scope<'_>, pairs: &Submitted) -> Result<Self> {
        let bad = |message: String| Error::BadRequest(message);
        let text = |name: &str| Some(pairs.text(name)).filter(|text| !text.is_empty());
        let search = text("q").unwrap_or_default();
        if search.chars().count() > MAX_SEARCH {
            return Err(bad(format!("A search has at most {MAX_SEARCH} characters.")));
        }
        let sort = text("sort").map(|text| {
            let (name, down) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
            let what = scope.sortable().find(|what| what.sort_name() == name);
            what.map(|what| (what.sort_name(), down))
        });
        let per_page = match text("per_page") {
            None => DEFAULT_SIZE,
            Some(text) => *SIZES
                .iter()
                .find(|size| size.to_string() == text)
                .ok_or_else(|| bad(format!("A page has {} rows.", words(&SIZES, "or"))))?,
        };
        let mut query = Self {
            search: search.to_owned(),
            chosen: Vec::new(),
            ids: text("ids").map(ids).transpose()?,
            sort: match sort {
                Some(None) => return Err(bad("This list cannot be sorted by that.".to_owned())),
                sort => sort.flatten(),
            },
            page: PageNumber::parse(text("page"))?,
            per_page,
            ..Self::all(scope)
        };
        if query.ids.is_some() {
            query.trash = InTrash::Alike;
        }
        for on in scope.filters() {
            let wanted = text(&format!("{}__q", on.name()));
            query.finding = wanted.map(|wanted| (on.name(), wanted.to_owned())).or(query.finding);
            query.chosen.extend(chosen(scope, on, pairs)?);
        }
        Ok(query)
    }

    /// The whole list, as far as the viewer may see it.
    pub fn all(scope: &Scope<'_>) -> Self {
        let resource = scope.resource;
        Self {
            search: String::new(),
            chosen: Vec::new(),
            finding: None,
            ids: None,
            sort: None,
            page: PageNumber::FIRST,
            per_page: DEFAULT_SIZE,
            trash: InTrash::LeftOut,
            found: None,
            zone: scope.zone,
            searched: resource.searched.iter().copied().filter(|column| scope.shows(column)).collect(),
            own: resource.access.own_only(scope.viewer).map(|column| (column, scope.viewer.id)),
        }
    }

    /// Some rows, as far as the viewer may see them.
    pub fn of_keys(scope: &Scope<'_>, keys: Vec<i64>) -> Self {
        Self { ids: Some(keys), trash: InTrash::Alike, ..Self::all(scope) }
    }

    /// Whether it leaves rows out that the viewer could see.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || !self.chosen.is_empty() || self.ids.is_some()
    }

    /// Whether it shows the resource's trash and nothing else.
    pub fn is_of_trash(&self, scope: &Scope<'_>) -> bool {
        scope.resource.trash.as_ref().is_some_and(|trash| {
            let set = self.set(&FilterOn::Column(trash.column)).map(|chosen| &chosen.set);
            set == Some(&Set::Choice(trash.value.clone()))
        })
    }

    /// What a filter is set to, if it is on.
    pub fn set(&self, on: &FilterOn) -> Option<&Chosen> {
        self.chosen.iter().find(|chosen| chosen.on == *on)
    }

    /// The address's parameters without the page's number, and without those of `left_out`.
    pub fn pairs_without(&self, left_out: &[&str]) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if !self.search.is_empty() {
            add("q", self.search.clone());
        }
        for (name, value) in self.chosen.iter().flat_map(|chosen| &chosen.pairs) {
            add(name, value.clone());
        }
        if let Some(ids) = &self.ids {
            add("ids", join(ids));
        }
        if let Some((column, down)) = self.sort {
            add("sort", format!("{}{column}", if down { "-" } else { "" }));
        }
        if self.per_page != DEFAULT_SIZE {
            add("per_page", self.per_page.to_string());
        }
        pairs.retain(|(name, _)| !left_out.contains(&name.as_str()));
        pairs
    }

    /// The address of the list at `path` with other values for some parameters; an empty one takes the parameter away.
    /// It shows the first page.
    pub fn url_with(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let changed: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
        let mut pairs = self.pairs_without(&changed);
        let added = changes.iter().filter(|(_, value)| !value.is_empty());
        pairs.extend(added.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        address(path, &pairs)
    }

    /// The parameters as a query string, the page's number among them.
    pub fn query_string(&self) -> String {
        encode(&self.pairs_of_page(self.page.get()))
    }

    /// The address's parameters for a page.
    pub fn pairs_of_page(&self, number: u64) -> Vec<(String, String)> {
        let mut pairs = self.pairs_without(&[]);
        if number > 1 {
            pairs.push(("page".to_owned(), number.to_string()));
        }
        pairs
    }
}

/// What the parameters say of a filter.
fn chosen(scope: &Scope<'_>, on: FilterOn, pairs: &Submitted) -> Result<Option<Chosen>> {
    let name = on.name();
    let value = pairs.text(name);
    let bad = |what: &str| {
        Err(Error::BadRequest(format!("The filter “{}” {what}.", scope.resource.label(on.name()))))
    };
    let set = match on {
        FilterOn::Column(column) => match scope.resource.table.column(column) {
            Some(Column { kind: Kind::Date | Kind::DateTime, .. }) => return days(scope, on, pairs),
            _ if value.is_empty() => return Ok(None),
            Some(Column { kind: Kind::Boolean, .. }) => match value {
                "yes" => Set::Flag(true),
                "no" => Set::Flag(false),
                _ => return bad("is yes or no"),
            },
            _ => match scope.resource.choices(column).find(|(known, _)| known == value) {
                Some((value, _)) => Set::Choice(value.clone()),
                None => {
                    let known: Vec<&str> =
                        scope.resource.choices(column).map(|(value, _)| value.as_str()).collect();
                    return bad(&format!("is {}", words(&known, "or")));
                }
            },
        },
        _ if value.is_empty() => return Ok(None),
        FilterOn::Related(..) if value == "none" => Set::Row(None),
        FilterOn::Related(..) | FilterOn::Linked(_) => match (value.parse(), on) {
            (Ok(key), FilterOn::Linked(_)) => Set::Linked(key),
            (Ok(key), _) => Set::Row(Some(key)),
            (Err(_), _) => return bad("is the number of a row"),
        },
    };
    Ok(Some(Chosen { on, set, pairs: vec![(name.to_owned(), value.to_owned())] }))
}

/// What the parameters say of a filter of days: a step of the calendar, or a range.
fn days(scope: &Scope<'_>, on: FilterOn, pairs: &Submitted) -> Result<Option<Chosen>> {
    let name = on.name();
    let names = [name.to_owned(), format!("{name}_from"), format!("{name}_to")];
    let [step, from, to] = [0, 1, 2].map(|index: usize| pairs.text(&names[index]));
    let understood = if !step.is_empty() {
        Days::parse(step, Utc::now().with_timezone(&scope.zone).date_naive())
    } else if from.is_empty() && to.is_empty() {
        return Ok(None);
    } else {
        let day = |text: &str| if text.is_empty() { Some(None) } else { parse_day(text).map(Some) };
        day(from).zip(day(to)).map(|(from, to)| Days { from, to, step: None })
    };
    let Some(understood) = understood else {
        return Err(Error::BadRequest(format!(
            "The filter “{}” is a year, a month or a day from 1970 to 2037: 2026, 2026-03 or 2026-03-31.",
            scope.resource.label(on.name())
        )));
    };
    let values = if step.is_empty() { ["", from, to] } else { [step, "", ""] };
    let pairs = names.into_iter().zip(values).filter(|(_, value)| !value.is_empty());
    let pairs = pairs.map(|(name, value)| (name, value.to_owned())).collect();
    Ok(Some(Chosen { on, set: Set::Days(understood), pairs }))
}

/// Rows' keys, separated by commas.
///
/// # Errors
/// 400 for what is none, or too many.
fn ids(text: &str) -> Result<Vec<i64>> {
    let ids: Result<Vec<i64>, _> = text.split(',').map(|id| id.trim().parse()).collect();
    let mut ids = ids.map_err(|_| Error::BadRequest("Rows are named by numbers: 1,2,3.".to_owned()))?;
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > MAX_IDS {
        return Err(Error::BadRequest(format!("An address names at most {MAX_IDS} rows.")));
    }
    Ok(ids)
}

/// "10, 25 or 50".
fn words(items: &[impl ToString], last: &str) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    match items.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{} {last} {end}", rest.join(", ")),
        _ => items.concat(),
    }
}

/// Keys as an address names them.
pub fn join(keys: &[i64]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn encode(pairs: &[(String, String)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", links::encode(name), links::encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A path with parameters.
pub fn address(path: &str, pairs: &[(String, String)]) -> String {
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", encode(pairs)) }
}
