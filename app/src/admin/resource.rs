//! Declarations: how a feature describes one of its entities to the engine. Longer than other files: it is the
//! vocabulary of every `admin.rs`, and whoever writes one reads it in one place.

use std::sync::Arc;

use sea_orm::{ActiveEnum, ColumnTrait, EntityName, EntityTrait};

use super::{
    action::Action,
    column::{self, Column, Kind, TableOf},
    form_page::FormPageOf,
    hooks::{Hooks, NoHooks},
    trash::Trash,
    value::{Datum, Values},
};
use crate::{
    auth::{Permission, Viewer},
    web::{Error, Result, forms::Widget},
};

/// An entity as the admin shows it. Built once, at start, from the features' declarations.
#[derive(Clone)]
pub struct Resource {
    /// Its name in addresses: `posts`.
    pub name: &'static str,
    /// One row: "post".
    pub noun: &'static str,
    /// Several: "posts".
    pub nouns: String,
    /// What it is, a sentence for whoever sees it for the first time.
    pub about: &'static str,
    /// Its table.
    pub table: TableOf,
    /// The column that says what a row is called.
    pub title: &'static str,
    /// What its list shows.
    pub listed: Vec<Listed>,
    /// The columns that its search looks at.
    pub searched: Vec<&'static str>,
    /// What its list can be narrowed by.
    pub filters: Vec<FilterOn>,
    /// Links that its list can be narrowed by and that its form has no field for.
    pub links: Vec<FieldOf>,
    /// The column of its date hierarchy.
    pub dates: Option<&'static str>,
    /// The column that its list is sorted by at first, and whether downwards.
    pub order: (&'static str, bool),
    /// The fields of its form.
    pub groups: Vec<FieldGroup>,
    /// Related rows that are edited in its form.
    pub inlines: Vec<InlineOf>,
    /// What can be done with several rows, beside deleting and exporting them.
    pub actions: Vec<Action>,
    /// Who may do what with it.
    pub access: Access,
    /// What other rows can be handed to another row of this resource before one is deleted.
    pub handed_over: Vec<HandOver>,
    /// Where deleted rows stay for some time, if they do.
    pub trash: Option<Trash>,
    /// What the feature does itself.
    pub hooks: Arc<dyn Hooks>,
    /// Further pages about a row that the feature has.
    pub row_pages: Vec<RowPage>,
    /// The page of its form, where it has one of its own.
    pub form_page: Option<FormPageOf>,
    /// Where readers see a row.
    pub view_url: Option<fn(&Values) -> Option<String>>,
    /// Lists of a few rows on the dashboard.
    pub panels: Vec<PanelOf>,
    /// What the dashboard draws by months.
    pub charts: Vec<ChartOf>,
    /// What the dashboard asks for while there is no row yet: "Write the first post".
    pub first_step: Option<&'static str>,
    /// What a new row is made by where that is no form, but a page of the feature's own at the same address: "Upload
    /// files".
    pub added_by: Option<&'static str>,
    /// The column that says where a small picture of a row is, and the address that it says.
    pub thumbnail: Option<(&'static str, AddressOf)>,
    /// Where the rows of a table of links that are counted lead to: the table, its column, and the resource.
    pub counted_at: Option<(&'static str, &'static str, &'static str)>,
    /// What the list calls the small charts that the hooks draw of its rows.
    pub drawn: Option<&'static str>,
    /// Whether rows change that no reader sees, and the content's version does not tell of: what the list counts is not
    /// remembered then.
    pub is_counted_anew: bool,
}

/// The address that a column's text leads to.
pub type AddressOf = fn(&str) -> Option<String>;

/// Who may do what with a resource.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// See its rows.
    pub see: Permission,
    /// Find its rows by their titles, and refer to them from rows of other resources.
    pub refer: Permission,
    /// Make new ones; without it nobody does here: they come in another way.
    pub add: Option<Permission>,
    /// Change them.
    pub change: Permission,
    /// Delete them.
    pub delete: Permission,
    /// The column that says whose a row is, and the permission without which one sees one's own rows only.
    pub own: Option<(&'static str, Permission)>,
}

/// A column of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What it is called.
    pub label: String,
    /// What it shows.
    pub what: ListedWhat,
}

/// What a column of a list shows.
#[derive(Clone, Debug)]
pub enum ListedWhat {
    /// A column of the table.
    Column(&'static str),
    /// What the row of another resource is called that a column refers to.
    Related(&'static str, &'static str),
    /// How many rows of a table refer to the row by a column.
    Count {
        /// The table.
        table: &'static str,
        /// Its column that refers to the row.
        column: &'static str,
    },
    /// A text that is made of some columns.
    Made(&'static [&'static str], fn(&Values) -> String),
}

impl ListedWhat {
    /// What `sort` of an address calls it: the column, or the table whose rows are counted.
    pub fn sort_name(&self) -> &'static str {
        match self {
            Self::Column(name) | Self::Related(name, _) => name,
            Self::Count { table, .. } => table,
            // Nothing sorts by it.
            Self::Made(..) => "",
        }
    }
}

/// What a list can be narrowed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterOn {
    /// A column with a choice, a flag, an instant or a day.
    Column(&'static str),
    /// The row of another resource that a column refers to: the column and the resource.
    Related(&'static str, &'static str),
    /// The rows of another resource that an n–m field, or one of `links`, leads to: its name.
    Linked(&'static str),
}

/// Fields under one heading.
#[derive(Clone, Debug, Default)]
pub struct FieldGroup {
    /// The heading; none for the first fields.
    pub title: &'static str,
    /// A sentence below it.
    pub help: &'static str,
    /// The fields.
    pub fields: Vec<FieldOf>,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct FieldOf {
    /// Its name in forms and in the API: the column's.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// A sentence below it.
    pub help: &'static str,
    /// How it is filled in.
    pub widget: Widget,
    /// Where its value lives.
    pub source: Source,
    /// What may be chosen: values and labels.
    pub choices: Vec<(String, String)>,
    /// Values that rows can have but nobody can choose, because the feature alone gives them; and their labels.
    pub reserved: Vec<(String, String)>,
    /// The resource that it refers to.
    pub related: Option<&'static str>,
    /// Whether it must be filled in.
    pub is_required: bool,
    /// Whether it is only shown.
    pub is_read_only: bool,
    /// Who may see and change it, if not everybody who may change the row.
    pub permission: Option<Permission>,
    /// What a new row has.
    pub default: Option<fn(&Viewer) -> Datum>,
}

/// Where the value of a field lives.
#[derive(Clone, Debug)]
pub enum Source {
    /// In a column of the row.
    Column(Column),
    /// In the rows of a table that joins this one with another: n–m.
    Through(Through),
    /// Where the feature's hooks keep it; a value of this kind.
    Hooks(Kind),
}

/// A table that joins two others.
#[derive(Clone, Debug)]
pub struct Through {
    /// The table.
    pub table: TableOf,
    /// Its column that refers to the row of the form.
    pub here: &'static str,
    /// Its column that refers to the other row.
    pub there: &'static str,
    /// What a link that is made has in its other columns.
    pub with: Vec<(&'static str, LinkValue)>,
    /// The values of a column with which a row counts as a link; all rows do without.
    pub counted: Option<(&'static str, Vec<&'static str>)>,
    /// A link that is taken away is not deleted but gets this value in this column.
    pub left_as: Option<(&'static str, &'static str)>,
}

/// What a new link has in a column.
#[derive(Clone, Debug)]
pub enum LinkValue {
    /// This text.
    Text(&'static str),
    /// The present moment.
    Now,
}

/// Related rows that are edited in a form.
#[derive(Clone, Debug)]
pub struct InlineOf {
    /// The prefix of its fields: the table's name.
    pub name: &'static str,
    /// What the rows are called: "Lessons".
    pub label: &'static str,
    /// One row: "lesson".
    pub noun: &'static str,
    /// A sentence, may be empty.
    pub help: &'static str,
    /// Their table.
    pub table: TableOf,
    /// Its column that refers to the row of the form.
    pub parent: &'static str,
    /// Its column of whole numbers that orders them.
    pub order: Option<&'static str>,
    /// Their fields.
    pub fields: Vec<FieldOf>,
}

/// Rows that can be handed to another row before the one they refer to is deleted.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// What they are called: "posts".
    pub nouns: &'static str,
    /// Their table.
    pub table: &'static str,
    /// Its column that refers to the row.
    pub column: &'static str,
}

/// Rows that the dashboard counts by months.
#[derive(Clone, Debug)]
pub struct ChartOf {
    /// "Posts published"
    pub title: &'static str,
    /// Their table.
    pub table: TableOf,
    /// Its column of instants or days.
    pub column: &'static str,
    /// Which of them, where the table is the resource's own: `status=published`.
    pub query: &'static str,
}

/// A page about a row that a feature has.
#[derive(Clone, Debug)]
pub struct RowPage {
    /// What it is called: "Revisions".
    pub label: &'static str,
    /// The last part of its address.
    pub path: &'static str,
    /// Whether rows in the trash have it too.
    pub is_of_trash: bool,
}

/// A list of a few rows on the dashboard.
#[derive(Clone, Debug)]
pub struct PanelOf {
    /// "Drafts"
    pub title: &'static str,
    /// The list's query string: `status=draft`.
    pub query: &'static str,
    /// What it says when there are none.
    pub empty: &'static str,
}

impl Resource {
    /// An entity under a name of addresses. Until told otherwise only who may see the whole site's history may see
    /// it, its title is its first text, and its list shows that and the form's fields of one line.
    pub fn of<E: EntityTrait>(name: &'static str, noun: &'static str, about: &'static str) -> Self {
        let table = TableOf::of::<E>();
        let title = table
            .columns
            .iter()
            .find(|column| matches!(column.kind, Kind::Text(_)))
            .map(|column| column.name);
        Self {
            name,
            noun,
            nouns: format!("{noun}s"),
            about,
            title: title.unwrap_or(table.key),
            order: (table.key, true),
            table,
            listed: Vec::new(),
            searched: Vec::new(),
            filters: Vec::new(),
            links: Vec::new(),
            dates: None,
            groups: Vec::new(),
            inlines: Vec::new(),
            actions: Vec::new(),
            access: Access::all(Permission::SeeHistory),
            handed_over: Vec::new(),
            row_pages: Vec::new(),
            trash: None,
            hooks: Arc::new(NoHooks),
            form_page: None,
            view_url: None,
            panels: Vec::new(),
            charts: Vec::new(),
            first_step: None,
            added_by: None,
            thumbnail: None,
            counted_at: None,
            drawn: None,
            is_counted_anew: false,
        }
    }

    /// Several rows are called this: where an "s" does not do.
    pub fn nouns(mut self, nouns: &str) -> Self {
        self.nouns = nouns.to_owned();
        self
    }

    /// Who may do what.
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// The column that says what a row is called.
    pub fn title<C: ColumnTrait>(mut self, column: C) -> Self {
        self.title = column.as_str();
        self
    }

    /// The list shows a column.
    pub fn column<C: ColumnTrait>(self, column: C) -> Self {
        self.column_as(column, &column::label(column.as_str()))
    }

    /// The list shows a column under this label.
    pub fn column_as<C: ColumnTrait>(mut self, column: C, label: &str) -> Self {
        self.listed.push(Listed { label: label.to_owned(), what: ListedWhat::Column(column.as_str()) });
        self
    }

    /// The list shows what the row of another resource is called that a column refers to.
    pub fn related<C: ColumnTrait>(mut self, column: C, label: &str, resource: &'static str) -> Self {
        let what = ListedWhat::Related(column.as_str(), resource);
        self.listed.push(Listed { label: label.to_owned(), what });
        self
    }

    /// The list shows how many rows refer to a row by `column`.
    pub fn count<C: ColumnTrait>(mut self, label: &str, column: C) -> Self {
        let table = C::EntityName::default().table_name();
        let what = ListedWhat::Count { table, column: column.as_str() };
        self.listed.push(Listed { label: label.to_owned(), what });
        self
    }

    /// As [`Self::count`], for a table of links: those that lead by `there` to a row in another resource's trash do not
    /// count.
    pub fn count_links<C: ColumnTrait>(
        mut self,
        label: &str,
        column: C,
        there: C,
        resource: &'static str,
    ) -> Self {
        let table = C::EntityName::default().table_name();
        self.counted_at = Some((table, there.as_str(), resource));
        self.count(label, column)
    }

    /// The list shows a text that is made of some columns.
    pub fn made(
        mut self,
        label: &str,
        columns: &'static [&'static str],
        text: fn(&Values) -> String,
    ) -> Self {
        self.listed.push(Listed { label: label.to_owned(), what: ListedWhat::Made(columns, text) });
        self
    }

    /// The list shows a small picture of each row, at the address that a column's text leads to.
    pub fn thumbnail<C: ColumnTrait>(mut self, column: C, url: AddressOf) -> Self {
        self.thumbnail = Some((column.as_str(), url));
        self
    }

    /// New rows are not made by a form but by a page of the feature's own, at the address where the form would be.
    /// `label` is what leads there.
    pub fn added_by(mut self, label: &'static str) -> Self {
        self.added_by = Some(label);
        self
    }

    /// What leads to the page that makes a new row: "New post".
    pub fn add_label(&self) -> String {
        self.added_by.map_or_else(|| format!("New {}", self.noun), str::to_owned)
    }

    /// The search looks at these columns.
    pub fn search<C: ColumnTrait>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.searched = columns.into_iter().map(|column| column.as_str()).collect();
        self
    }

    /// The list can be narrowed by a column with a choice, a flag, an instant or a day.
    pub fn filter<C: ColumnTrait>(mut self, column: C) -> Self {
        self.filters.push(FilterOn::Column(column.as_str()));
        self
    }

    /// The list can be narrowed to the rows that refer to a row of another resource.
    pub fn filter_related<C: ColumnTrait>(mut self, column: C, resource: &'static str) -> Self {
        self.filters.push(FilterOn::Related(column.as_str(), resource));
        self
    }

    /// The list can be narrowed to the rows that an n–m field of the form links to a row of another resource.
    pub fn filter_linked(mut self, field: &'static str) -> Self {
        self.filters.push(FilterOn::Linked(field));
        self
    }

    /// The list can be narrowed to the rows that a table between the two links to a row of another resource, where the
    /// form has no n–m field for it.
    pub fn filter_through<C: ColumnTrait>(
        mut self,
        name: &'static str,
        resource: &'static str,
        here: C,
        there: C,
    ) -> Self
    where
        <C as ColumnTrait>::EntityName: EntityTrait,
    {
        self.links.push(picker(name, resource, here, there));
        self.filter_linked(name)
    }

    /// The list can be walked by years, months and days of a column.
    pub fn dates<C: ColumnTrait>(mut self, column: C) -> Self {
        self.dates = Some(column.as_str());
        self
    }

    /// The list ends with a small chart of each row, from numbers that the hooks give.
    pub fn drawn(mut self, label: &'static str) -> Self {
        self.drawn = Some(label);
        self
    }

    /// Rows change that no reader sees, and the content's version does not tell of.
    pub fn counted_anew(mut self) -> Self {
        self.is_counted_anew = true;
        self
    }

    /// The list is sorted by a column at first, from A to Z.
    pub fn ascending<C: ColumnTrait>(mut self, column: C) -> Self {
        self.order = (column.as_str(), false);
        self
    }

    /// The list is sorted by a column at first, the newest or largest on top.
    pub fn descending<C: ColumnTrait>(mut self, column: C) -> Self {
        self.order = (column.as_str(), true);
        self
    }

    /// The form has these fields, under this heading.
    pub fn group(mut self, title: &'static str, fields: impl IntoIterator<Item = FieldOf>) -> Self {
        self.groups.push(FieldGroup { title, help: "", fields: fields.into_iter().collect() });
        self
    }

    /// The form edits related rows.
    pub fn inline(mut self, inline: InlineOf) -> Self {
        self.inlines.push(inline);
        self
    }

    /// Something can be done with several rows.
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Rows that refer to a row by `column` can be handed to another row before it is deleted.
    pub fn hand_over<C: ColumnTrait>(mut self, nouns: &'static str, column: C) -> Self {
        let table = C::EntityName::default().table_name();
        self.handed_over.push(HandOver { nouns, table, column: column.as_str() });
        self
    }

    /// Deleted rows stay for so many days: a column has this value then, and another says since when. The hooks move them
    /// there and bring them back.
    pub fn trash<C: ColumnTrait>(
        mut self,
        column: C,
        value: impl ActiveEnum<Value = String>,
        since: C,
        days: i64,
    ) -> Self {
        let (column, value, since) = (column.as_str(), value.to_value(), since.as_str());
        self.trash = Some(Trash { column, value, since, days });
        self
    }

    /// The feature has a further page about each row: `revisions` is at `/admin/{resource}/{id}/revisions`. Of rows in the
    /// trash it is linked where `is_of_trash`.
    pub fn row_page(mut self, label: &'static str, path: &'static str, is_of_trash: bool) -> Self {
        self.row_pages.push(RowPage { label, path, is_of_trash });
        self
    }

    /// What the feature does itself.
    pub fn hooks(mut self, hooks: impl Hooks + 'static) -> Self {
        self.hooks = Arc::new(hooks);
        self
    }

    /// Where readers see a row, if they do.
    pub fn view_url(mut self, url: fn(&Values) -> Option<String>) -> Self {
        self.view_url = Some(url);
        self
    }

    /// The dashboard shows the first rows of a narrowed list.
    pub fn panel(mut self, title: &'static str, query: &'static str, empty: &'static str) -> Self {
        self.panels.push(PanelOf { title, query, empty });
        self
    }

    /// The dashboard asks for the first row.
    pub fn first_step(mut self, label: &'static str) -> Self {
        self.first_step = Some(label);
        self
    }

    /// The dashboard draws how many rows have their instant in each of the last twelve months.
    /// The column may be another table's; `query` narrows the rows of the resource's own, as a list's query string.
    pub fn chart<C: ColumnTrait>(mut self, title: &'static str, column: C, query: &'static str) -> Self
    where
        <C as ColumnTrait>::EntityName: EntityTrait,
    {
        let table = TableOf::of::<C::EntityName>();
        self.charts.push(ChartOf { title, table, column: column.as_str(), query });
        self
    }

    /// What the list shows: what was declared, or else the title and the form's fields of one line.
    pub fn listed(&self) -> Vec<Listed> {
        if !self.listed.is_empty() {
            return self.listed.clone();
        }
        let shown = |name: &'static str, label: String| Listed { label, what: ListedWhat::Column(name) };
        let fields =
            self.fields().filter(|field| field.name != self.title && field.widget != Widget::Password);
        let fields = fields.filter_map(|field| match &field.source {
            Source::Column(column) if !matches!(column.kind, Kind::LongText | Kind::Json) => {
                Some(shown(column.name, field.label.clone()))
            }
            _ => None,
        });
        std::iter::once(shown(self.title, self.label(self.title))).chain(fields).collect()
    }

    /// The column that says when a row last changed, where an action decides on what rows say.
    pub fn changed_at(&self) -> Option<&'static str> {
        self.actions.iter().find_map(|action| action.changed_at)
    }

    /// What a column is called: as its field, or else as the list's column.
    pub fn label(&self, name: &str) -> String {
        let shown = |listed: &&Listed| match listed.what {
            ListedWhat::Column(column) | ListedWhat::Related(column, _) => column == name,
            ListedWhat::Count { .. } | ListedWhat::Made(..) => false,
        };
        let field = self.field(name).map(|field| &field.label);
        let label = field.or_else(|| self.listed.iter().find(shown).map(|listed| &listed.label));
        label.cloned().unwrap_or_else(|| column::label(name))
    }

    /// All fields of the form.
    pub fn fields(&self) -> impl Iterator<Item = &FieldOf> {
        self.groups.iter().flat_map(|group| &group.fields)
    }

    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&FieldOf> {
        self.fields().find(|field| field.name == name)
    }

    /// The values that a column with a choice can have, also those that nobody can choose; and their labels.
    pub fn choices(&self, column: &str) -> impl Iterator<Item = &(String, String)> {
        self.field(column).into_iter().flat_map(FieldOf::values)
    }
}

impl Access {
    /// One permission for everything.
    pub fn all(permission: Permission) -> Self {
        Self {
            see: permission,
            refer: permission,
            add: Some(permission),
            change: permission,
            delete: permission,
            own: None,
        }
    }

    /// Another permission for seeing, and for referring to its rows.
    pub fn seen_with(mut self, permission: Permission) -> Self {
        self.see = permission;
        self.refer = permission;
        self
    }

    /// Another permission for finding its rows by their titles, and referring to them.
    pub fn referred_with(mut self, permission: Permission) -> Self {
        self.refer = permission;
        self
    }

    /// Nobody makes new ones in the admin or by its forms.
    pub fn never_added(mut self) -> Self {
        self.add = None;
        self
    }

    /// Whether a viewer may make new ones.
    pub fn may_add(&self, viewer: &Viewer) -> bool {
        self.add.is_some_and(|permission| viewer.may(permission))
    }

    /// Asks for the permission to change the row with this key, or to make a new one.
    ///
    /// # Errors
    /// 403 without it.
    pub fn demand_write(&self, viewer: &Viewer, key: Option<i64>) -> Result<()> {
        let may = if key.is_some() { viewer.may(self.change) } else { self.may_add(viewer) };
        if may { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// A column says whose a row is; without this permission one has to do with one's own rows only.
    pub fn own<C: ColumnTrait>(mut self, column: C, permission: Permission) -> Self {
        self.own = Some((column.as_str(), permission));
        self
    }

    /// The column that the viewer's id must stand in, if they may not see the rows of others.
    pub fn own_only(&self, viewer: &Viewer) -> Option<&'static str> {
        self.own.filter(|(_, permission)| !viewer.may(*permission)).map(|(column, _)| column)
    }
}

/// A field for a column, its widget, length and need taken from the schema.
pub fn field<C: ColumnTrait>(column: C) -> FieldOf {
    let name = column.as_str();
    let known = Column::of(column);
    // A type without a widget is shown as text and left alone.
    let is_known = known.is_some();
    let column = known.unwrap_or(Column {
        name,
        kind: Kind::LongText,
        is_nullable: true,
        has_default: true,
        is_unique: false,
    });
    let widget = match column.kind {
        Kind::Text(_) if name == "email" => Widget::Email,
        Kind::Text(_) if name == "slug" => Widget::Slug,
        Kind::Text(_) => Widget::Text,
        Kind::LongText => Widget::LongText,
        Kind::Integer | Kind::BigInteger | Kind::Double => Widget::Number,
        Kind::Boolean => Widget::Switch,
        Kind::Date => Widget::Date,
        Kind::DateTime => Widget::DateTime,
        Kind::Json => Widget::Json,
    };
    FieldOf {
        name,
        label: column.label(),
        help: "",
        widget: if is_known { widget } else { Widget::ReadOnly },
        is_required: !column.is_nullable && !column.has_default && column.kind != Kind::Boolean,
        source: Source::Column(column),
        choices: Vec::new(),
        reserved: Vec::new(),
        related: None,
        is_read_only: !is_known,
        permission: None,
        default: None,
    }
}

/// A field whose value the feature's hooks keep.
pub fn hooked(name: &'static str, kind: Kind, widget: Widget) -> FieldOf {
    let source = Source::Hooks(kind);
    FieldOf { label: column::label(name), widget, source, ..bare(name) }
}

/// A field that links rows of `resource` through a table between the two: n–m.
pub fn picker<C: ColumnTrait>(name: &'static str, resource: &'static str, here: C, there: C) -> FieldOf
where
    <C as ColumnTrait>::EntityName: EntityTrait,
{
    let through = Through {
        table: TableOf::of::<C::EntityName>(),
        here: here.as_str(),
        there: there.as_str(),
        with: Vec::new(),
        counted: None,
        left_as: None,
    };
    let source = Source::Through(through);
    FieldOf {
        label: column::label(name),
        widget: Widget::Picker,
        source,
        related: Some(resource),
        ..bare(name)
    }
}

fn bare(name: &'static str) -> FieldOf {
    FieldOf {
        name,
        label: String::new(),
        help: "",
        widget: Widget::Text,
        source: Source::Hooks(Kind::LongText),
        choices: Vec::new(),
        reserved: Vec::new(),
        related: None,
        is_required: false,
        is_read_only: false,
        permission: None,
        default: None,
    }
}

impl FieldOf {
    /// Called something else than its column.
    pub fn label(mut self, label: &str) -> Self {
        self.label = label.to_owned();
        self
    }

    /// With a sentence below it.
    pub fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// Filled in otherwise than its column's kind says.
    pub fn widget(mut self, widget: Widget) -> Self {
        self.widget = widget;
        self
    }

    /// May stay empty although the column is never null.
    pub fn optional(mut self) -> Self {
        self.is_required = false;
        self
    }

    /// Must be filled in although the column may be null.
    pub fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// Shown, never changed.
    pub fn read_only(mut self) -> Self {
        self.is_read_only = true;
        self
    }

    /// One of an enum's values, which are their own labels: `draft` is "Draft".
    pub fn choose<A: ActiveEnum<Value = String>>(mut self) -> Self {
        self.widget = Widget::Choice;
        self.choices = A::values()
            .into_iter()
            .map(|value| {
                let label = column::label(&value);
                (value, label)
            })
            .collect();
        self
    }

    /// One of its values is not to be chosen: the feature alone gives it. Lists show it and can be narrowed by it.
    pub fn reserve<A: ActiveEnum<Value = String>>(mut self, value: A) -> Self {
        let is_it = |(known, _): &mut (String, String)| *known == value.to_value();
        self.reserved.extend(self.choices.extract_if(.., is_it));
        self
    }

    /// All values that it can have, with their labels.
    pub fn values(&self) -> impl Iterator<Item = &(String, String)> {
        self.choices.iter().chain(&self.reserved)
    }

    /// One of these values: as they are stored, and what they are called.
    pub fn one_of(mut self, choices: &[(&str, &str)]) -> Self {
        self.widget = Widget::Choice;
        let choice = |(value, label): &(&str, &str)| ((*value).to_owned(), (*label).to_owned());
        self.choices = choices.iter().map(choice).collect();
        self
    }

    /// A row of another resource; for tags, where their names are looked up.
    pub fn refers_to(mut self, resource: &'static str) -> Self {
        if self.widget != Widget::Tags {
            self.widget = Widget::Related;
        }
        self.related = Some(resource);
        self
    }

    /// Seen and changed by those only who have this permission.
    pub fn only(mut self, permission: Permission) -> Self {
        self.permission = Some(permission);
        self
    }

    /// What a new row has.
    pub fn starts_as(mut self, default: fn(&Viewer) -> Datum) -> Self {
        self.default = Some(default);
        self
    }

    /// Links that are made have this in a column (n–m fields).
    pub fn linked_with<C: ColumnTrait>(mut self, column: C, value: LinkValue) -> Self {
        if let Source::Through(through) = &mut self.source {
            through.with.push((column.as_str(), value));
        }
        self
    }

    /// Only rows with one of these values in a column count as links (n–m fields).
    pub fn linked_when<C: ColumnTrait>(mut self, column: C, values: &[&'static str]) -> Self {
        if let Source::Through(through) = &mut self.source {
            through.counted = Some((column.as_str(), values.to_vec()));
        }
        self
    }

    /// A link that is taken away stays as a row, with this in a column (n–m fields).
    pub fn left_as<C: ColumnTrait>(mut self, column: C, value: &'static str) -> Self {
        if let Source::Through(through) = &mut self.source {
            through.left_as = Some((column.as_str(), value));
        }
        self
    }

    /// Whether a viewer sees it at all.
    pub fn is_for(&self, viewer: &Viewer) -> bool {
        self.permission.is_none_or(|permission| viewer.may(permission))
    }

    /// The kind of its value; none for links.
    pub fn kind(&self) -> Option<Kind> {
        match &self.source {
            Source::Column(column) => Some(column.kind),
            Source::Hooks(kind) => Some(*kind),
            Source::Through(_) => None,
        }
    }
}

impl InlineOf {
    /// Rows that refer to the form's row by `parent`.
    pub fn of<C: ColumnTrait>(label: &'static str, noun: &'static str, parent: C) -> Self
    where
        <C as ColumnTrait>::EntityName: EntityTrait,
    {
        let table = TableOf::of::<C::EntityName>();
        Self {
            name: table.name,
            label,
            noun,
            help: "",
            table,
            parent: parent.as_str(),
            order: None,
            fields: Vec::new(),
        }
    }

    /// With a sentence above them.
    pub fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// In the order of a column of whole numbers.
    pub fn ordered<C: ColumnTrait>(mut self, column: C) -> Self {
        self.order = Some(column.as_str());
        self
    }

    /// With these fields.
    pub fn fields(mut self, fields: impl IntoIterator<Item = FieldOf>) -> Self {
        self.fields = fields.into_iter().collect();
        self
    }
}
