//! The site's settings as a page of the admin. Longer than other files: what a setting is called, how it is asked for,
//! read and stored stands in one place.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use chrono_tz::{TZ_VARIANTS, Tz};
use sea_orm::prelude::Json;
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

use super::{Extent, MAX_COMMENT_DAYS, Site, accent::Accent, load, logo, set};
use crate::{
    admin::{
        log::{self, Changed, Entry},
        views::{Conflict, Difference, Message, SettingsForm, Shell},
    },
    auth::{self, Permission, Viewer},
    comments::policy::Policy,
    content,
    users::forms::check_email,
    web::{
        App, AppData, Error, Result,
        forms::{self, Choice, Field, FieldErrors, Group, Submitted, Widget},
        render,
        typed::Typed,
    },
};

/// Where it is.
pub const URL: &str = "/admin/settings";
/// The name under which its history is kept.
pub const RESOURCE: &str = "settings";

/// The most characters of the footer, as it is typed.
const MAX_FOOTER: usize = 2000;
/// What a switch that is on is sent and shown as.
const ON: &str = "on";

/// A setting: its name in the table and in the form, what it is called, its present value as text and as it is stored.
struct Setting {
    key: &'static str,
    label: &'static str,
    value: fn(&Site) -> String,
    json: fn(&Site) -> Json,
}

/// One whose text is stored as it is.
macro_rules! text {
    ($key:ident, $label:literal) => {
        Setting {
            key: stringify!($key),
            label: $label,
            value: |site| site.$key.clone(),
            json: |site| json!(site.$key),
        }
    };
}

/// One that is on or off.
macro_rules! switch {
    ($key:ident, $label:literal) => {
        Setting {
            key: stringify!($key),
            label: $label,
            value: |site| if site.$key { ON } else { "off" }.to_owned(),
            json: |site| json!(site.$key),
        }
    };
}

const SETTINGS: [Setting; 16] = [
    text!(title, "Title"),
    text!(description, "Tagline"),
    text!(logo, "Logo"),
    text!(accent, "Accent colour"),
    text!(footer, "Footer"),
    text!(language, "Language"),
    Setting {
        key: "time_zone",
        label: "Time zone",
        value: |site| site.time_zone.name().to_owned(),
        json: |site| json!(site.time_zone.name()),
    },
    Setting {
        key: "posts_per_page",
        label: "Posts per page",
        value: |site| site.posts_per_page.to_string(),
        json: |site| json!(site.posts_per_page),
    },
    Setting {
        key: "list_text",
        label: "Lists show",
        value: |site| extent(site.list_text).to_owned(),
        json: |site| json!(site.list_text),
    },
    Setting {
        key: "feed_text",
        label: "Feeds hold",
        value: |site| extent(site.feed_text).to_owned(),
        json: |site| json!(site.feed_text),
    },
    switch!(signup_is_open, "Anybody may make an account"),
    text!(security_contact, "Security contact"),
    switch!(counts_visits, "Count how often posts are read"),
    Setting {
        key: "comments",
        label: "Who may comment",
        value: |site| site.comments.as_str().to_owned(),
        json: |site| json!(site.comments.as_str()),
    },
    switch!(comments_hold, "Hold the first comment"),
    Setting {
        key: "comments_days",
        label: "Close after days",
        value: |site| site.comments_days.to_string(),
        json: |site| json!(site.comments_days),
    },
];

fn extent(extent: Extent) -> &'static str {
    match extent {
        Extent::Summary => "summary",
        Extent::Full => "full",
    }
}

/// The form's fields. `signup_is_allowed`: whether the process lets anybody make an account.
fn fields(site: &Site, signup_is_allowed: bool) -> Vec<Group> {
    let field = |key: &str, widget| {
        let label = SETTINGS.iter().find(|setting| setting.key == key).map_or("", |setting| setting.label);
        Field::new(key, label, widget)
    };
    let mut zone = field("time_zone", Widget::Choice).required().help("Times are shown and typed in it.");
    zone.choices = TZ_VARIANTS.iter().map(|zone| choice(zone.name())).collect();
    let mut per_page =
        field("posts_per_page", Widget::Number).required().help("In lists for readers, 1 to 100.");
    (per_page.min, per_page.step) = (Some("1".to_owned()), Some("1".to_owned()));
    let extent = |key: &str, help| {
        let mut field = field(key, Widget::Choice).required().help(help);
        field.choices = [("summary", "Summaries"), ("full", "The full text")]
            .map(|(value, label)| Choice { label: label.to_owned(), ..choice(value) })
            .into();
        field
    };
    let signup = match signup_is_allowed {
        true => "With an e-mail address that they can read. Off: accounts are made in the admin.",
        false => "Whatever stands here: the site was started with LECTERN_SIGNUP=closed.",
    };
    let group = |title: &str, fields| Group { title: title.to_owned(), help: String::new(), fields };
    let mut groups = vec![
        group(
            "",
            vec![
                field("title", Widget::Text).required().max_length(80).help("At the top of every page."),
                field("description", Widget::LongText)
                    .max_length(300)
                    .help("A sentence or two: the home page and search engines show it."),
            ],
        ),
        group(
            "Looks",
            vec![
                field("logo", Widget::Image).max_length(300).help(
                    "Stands in the title's place: the address of a picture of the library, /media/…. Its page there \
                     has it to copy.",
                ),
                field("accent", Widget::Text).max_length(7).help(
                    "Links and buttons, as #1f6feb. Where it could not be read on the page, light or dark, a darker or \
                     lighter shade is taken. Left empty, the theme's own.",
                ),
                field("footer", Widget::LongText)
                    .max_length(MAX_FOOTER as u32)
                    .help("Below every page, in Markdown: words, links and lists."),
            ],
        ),
        group(
            "Reading",
            vec![
                field("language", Widget::Text)
                    .required()
                    .max_length(35)
                    .help("A language tag: en, de, pt-BR."),
                zone,
                per_page,
                extent("list_text", "On the home page, and on those of tags and authors."),
                extent("feed_text", "What feed readers get of each post."),
                field("counts_visits", Widget::Switch)
                    .help("By post and day, without cookies and addresses. Robots and those who write here do not count."),
            ],
        ),
        group(
            "People",
            vec![
                field("signup_is_open", Widget::Switch).help(signup),
                field("security_contact", Widget::Url).max_length(200).help(
                    "Where holes in the site's security are reported, for security.txt: an e-mail address, or a page: \
                     https://….",
                ),
            ],
        ),
        group("Comments", comment_fields()),
    ];
    for field in groups.iter_mut().flat_map(|group| &mut group.fields) {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.key == field.name) {
            field.value = (setting.value)(site);
        }
        select(field);
    }
    groups
}

fn comment_fields() -> Vec<Field> {
    let mut who = Field::new("comments", "Who may comment", Widget::Choice)
        .required()
        .help("What was said stays to be read. A single post can be closed in its editor.");
    let choice = |policy: Policy| Choice {
        value: policy.as_str().to_owned(),
        label: policy.label().to_owned(),
        selected: false,
    };
    who.choices = Policy::ALL.into_iter().map(choice).collect();
    let mut days = Field::new("comments_days", "Close after days", Widget::Number)
        .required()
        .help("So many days after it was published a post takes no more comments; 0 for never.");
    (days.min, days.step) = (Some("0".to_owned()), Some("1".to_owned()));
    let hold = Field::new("comments_hold", "Hold the first comment", Widget::Switch)
        .help("Until somebody has one comment approved, theirs wait in the queue.");
    vec![who, hold, days]
}

fn choice(name: &str) -> Choice {
    Choice { value: name.to_owned(), label: name.replace('_', " "), selected: false }
}

fn select(field: &mut Field) {
    for choice in &mut field.choices {
        choice.selected = choice.value == field.value;
    }
}

/// What the settings are, in one word: two forms that saw different ones have different words.
fn version(site: &Site) -> String {
    let mut hash = Sha256::new();
    for setting in &SETTINGS {
        hash.update((setting.value)(site));
        hash.update([0]);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..12])
}

/// `GET /admin/settings`
///
/// # Errors
/// 403 for those who may not change them.
pub async fn show(app: AppData, request: HttpRequest, viewer: Viewer) -> Result<HttpResponse> {
    viewer.demand(Permission::ManageSettings)?;
    let site = load(app.db.write()).await?;
    let shell =
        Shell::new(&app.admin, &viewer, &[("Settings", URL)], auth::sessions::take_messages(&request));
    let page = SettingsForm {
        shell,
        groups: fields(&site, app.signup_is_open),
        version: version(&site),
        complaints: Vec::new(),
        conflict: None,
    };
    render::page_of_site(&app, &request, &site, &page)
}

/// `POST /admin/settings`
///
/// # Errors
/// 403 for those who may not change them.
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
    // Before the transaction: this takes a while.
    let footer = submitted.text("footer").to_owned();
    let footer_html = match footer.chars().count() <= MAX_FOOTER {
        true => tokio::task::spawn_blocking(move || content::render_note(&footer))
            .await
            .map_err(|error| Error::Internal(error.into()))?,
        false => String::new(),
    };
    let transaction = app.db.begin().await?;
    auth::still(&transaction, viewer).await?;
    let before = load(&transaction).await?;
    let mut read = read(submitted, &before);
    if let Ok(site) = &read
        && site.logo != before.logo
        && !site.logo.is_empty()
        && !logo::is_there(&transaction, &site.logo).await?
    {
        let message = "There is no such picture in the library: its address there begins with /media/.";
        read = Err(FieldErrors::of("logo", message));
    }
    let is_stale = submitted.get("_version").is_some_and(|seen| seen != version(&before));
    // What is wrong with it may be what somebody else did: that comes first.
    let conflict = if is_stale { conflict(submitted, &read, &before) } else { None };
    let errors = match &read {
        Ok(site) if conflict.is_none() => {
            let changes = changes(&before, site);
            for (setting, _) in &changes {
                set(&transaction, setting.key, (setting.json)(site)).await?;
            }
            if site.footer != before.footer {
                set(&transaction, "footer_html", footer_html).await?;
            }
            if !changes.is_empty() {
                let entry = Entry {
                    key: String::new(),
                    title: "Settings".to_owned(),
                    changes: changes.into_iter().map(|(_, change)| change).collect(),
                };
                log::record(&transaction, viewer, RESOURCE, log::CHANGE, entry).await?;
            }
            transaction.commit().await?;
            auth::flash(
                request,
                Message { text: "The settings are saved.".to_owned(), url: "/".to_owned(), is_error: false },
            );
            return Ok(HttpResponse::SeeOther().insert_header(("location", URL)).finish());
        }
        Ok(_) => FieldErrors::default(),
        Err(errors) => errors.clone(),
    };
    transaction.rollback().await?;
    let status = if conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut groups = fields(&before, app.signup_is_open);
    for field in groups.iter_mut().flat_map(|group| &mut group.fields) {
        *field = field.clone().filled(submitted, &errors);
        if field.widget == Widget::Switch && submitted.has(&format!("{}__sent", field.name)) {
            field.value = if submitted.has(&field.name) { ON } else { "off" }.to_owned();
        }
        select(field);
    }
    let complaints = forms::complaints(groups.iter().flat_map(|group| &group.fields), &errors);
    let shell = Shell::new(&app.admin, viewer, &[("Settings", URL)], Vec::new());
    // It is still the form of the version that it was opened with, until both versions were shown.
    let version = match submitted.get("_version") {
        Some(seen) if conflict.is_none() => seen.to_owned(),
        _ => version(&before),
    };
    let page = SettingsForm { shell, groups, version, complaints, conflict };
    render::page_with_status(app, request, status, &page).await
}

/// Reads the form. What it does not have stays as it was.
fn read(submitted: &Submitted, before: &Site) -> Result<Site, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut site = before.clone();
    let sent = |key: &str| submitted.has(key).then(|| submitted.text(key).to_owned());
    let is_on = |key: &str, before: bool| match submitted.has(&format!("{key}__sent")) {
        true => submitted.get(key) == Some(ON),
        false => before || submitted.get(key) == Some(ON),
    };
    let mut text = |key: &str, most: usize, is_long: bool, before: &str| {
        let Some(text) = sent(key) else { return before.to_owned() };
        if text.chars().count() > most {
            errors.add(key, format!("This may have at most {most} characters."));
        } else if text.chars().any(|letter| letter.is_control() && letter != '\n') {
            errors.add(key, "This holds a character that no text has.");
        }
        if is_long { text } else { text.replace('\n', " ") }
    };
    site.title = text("title", 80, true, &before.title);
    site.description = text("description", 300, false, &before.description);
    site.logo = text("logo", 300, false, &before.logo);
    site.footer = text("footer", MAX_FOOTER, true, &before.footer);
    site.security_contact = text("security_contact", 200, false, &before.security_contact);
    if site.title.is_empty() || site.title.contains('\n') {
        errors.add("title", "The site needs a title of one line.");
    }
    if let Some(accent) = sent("accent") {
        match Accent::parse(&accent) {
            _ if accent.is_empty() => site.accent = accent,
            Some(colour) => site.accent = colour.to_string(),
            None => {
                errors.add("accent", "This is no colour: write # and six hexadecimal digits, as #1f6feb.")
            }
        }
    }
    site.language = sent("language").unwrap_or(site.language);
    if !is_language(&site.language) {
        errors.add("language", "This is no language tag: write en, or pt-BR.");
    }
    if let Some(name) = sent("time_zone") {
        match name.parse::<Tz>() {
            Ok(zone) => site.time_zone = zone,
            Err(_) => errors.add("time_zone", "There is no such time zone."),
        }
    }
    if let Some(number) = sent("posts_per_page") {
        match number.parse().ok().filter(|number| (1..=100).contains(number)) {
            Some(number) => site.posts_per_page = number,
            None => errors.add("posts_per_page", "This must be a whole number from 1 to 100."),
        }
    }
    for (key, setting) in [("list_text", &mut site.list_text), ("feed_text", &mut site.feed_text)] {
        match sent(key).as_deref() {
            None => {}
            Some("summary") => *setting = Extent::Summary,
            Some("full") => *setting = Extent::Full,
            Some(_) => errors.add(key, "Choose one of the two."),
        }
    }
    site.signup_is_open = is_on("signup_is_open", before.signup_is_open);
    site.counts_visits = is_on("counts_visits", before.counts_visits);
    if let Some(policy) = sent("comments") {
        match Policy::parse(&policy) {
            Some(policy) => site.comments = policy,
            None => errors.add("comments", "Choose one of these."),
        }
    }
    site.comments_hold = is_on("comments_hold", before.comments_hold);
    if let Some(days) = sent("comments_days") {
        match days.trim().parse().ok().filter(|days| *days <= MAX_COMMENT_DAYS) {
            Some(days) => site.comments_days = days,
            None => errors
                .add("comments_days", format!("This must be a whole number from 0 to {MAX_COMMENT_DAYS}.")),
        }
    }
    if let Some(address) = site.security_contact.strip_prefix("mailto:").filter(|address| !address.is_empty())
    {
        site.security_contact = address.to_owned();
    }
    if !is_contact(&site.security_contact) {
        errors.add(
            "security_contact",
            "This must be an e-mail address, or a page whose address begins with https://.",
        );
    }
    if errors.is_empty() { Ok(site) } else { Err(errors) }
}

/// RFC 5646's form, not its registry: letters first, then groups of two to eight.
fn is_language(tag: &str) -> bool {
    let is_group =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_first =
        |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut groups = tag.split('-');
    groups.next().is_some_and(is_first) && groups.all(is_group) && tag.len() <= 35
}

/// RFC 9116, 2.5.3: a page is asked for by https alone.
fn is_contact(text: &str) -> bool {
    let is_plain = text.chars().all(|letter| letter.is_ascii_graphic());
    let is_page = || Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    text.is_empty() || is_plain && (if text.contains("://") { is_page() } else { check_email(text).is_ok() })
}

fn changes(before: &Site, after: &Site) -> Vec<(&'static Setting, Changed)> {
    let changed = SETTINGS.iter().filter(|setting| (setting.value)(before) != (setting.value)(after));
    changed
        .map(|setting| {
            let (old, new) = ((setting.value)(before), (setting.value)(after));
            (setting, Changed::new(setting.key, setting.label, old, new))
        })
        .collect()
}

/// Both versions of what differs; none when nothing does. What cannot be read is shown as it was typed.
fn conflict(submitted: &Submitted, yours: &Result<Site, FieldErrors>, theirs: &Site) -> Option<Conflict> {
    let fields: Vec<Difference> = SETTINGS
        .iter()
        .filter_map(|setting| {
            let theirs = (setting.value)(theirs);
            let yours = match yours {
                Ok(site) => (setting.value)(site),
                Err(_) => submitted.get(setting.key)?.trim().to_owned(),
            };
            let label = setting.label.to_owned();
            let differs = yours != theirs;
            differs.then(|| Difference { name: String::new(), label, yours, theirs, diff: None })
        })
        .collect();
    (!fields.is_empty()).then(|| Conflict { who: String::new(), when: String::new(), fields })
}
