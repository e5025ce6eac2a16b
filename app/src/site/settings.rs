//! The site's settings as a page of the admin.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use chrono::Utc;
use chrono_tz::{TZ_VARIANTS, Tz};
use entity::setting;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, prelude::Json, sea_query::OnConflict};
use sha2::{Digest, Sha256};

use super::{MAX_COMMENT_DAYS, Site, load};
use crate::{
    admin::{
        log::{self, Changed, Entry},
        views::{Conflict, Difference, Message, SettingsForm, Shell},
    },
    auth::{self, Permission, Viewer},
    comments::policy::Policy,
    web::{
        AppData, Result,
        forms::{self, Choice, Field, FieldErrors, Group, Submitted, Widget},
        render,
    },
};

/// The most characters of a contact.
const MAX_CONTACT: u32 = 200;
/// Where it is.
const URL: &str = "/admin/settings";
/// The name under which its history is kept.
pub const RESOURCE: &str = "settings";

/// A setting: its name in the table and in the form, what it is called, its present value as text.
struct Setting {
    key: &'static str,
    label: &'static str,
    value: fn(&Site) -> String,
}

const SETTINGS: [Setting; 9] = [
    Setting { key: "title", label: "Title", value: |site| site.title.clone() },
    Setting { key: "description", label: "Description", value: |site| site.description.clone() },
    Setting { key: "language", label: "Language", value: |site| site.language.clone() },
    Setting { key: "time_zone", label: "Time zone", value: |site| site.time_zone.name().to_owned() },
    Setting { key: "posts_per_page", label: "Posts per page", value: |site| site.posts_per_page.to_string() },
    Setting {
        key: "security_contact",
        label: "Security contact",
        value: |site| site.security_contact.clone(),
    },
    Setting { key: "comments", label: "Who may comment", value: |site| site.comments.as_str().to_owned() },
    Setting {
        key: "comments_hold",
        label: "Hold the first comment",
        value: |site| switch(site.comments_hold),
    },
    Setting { key: "comments_days", label: "Close after days", value: |site| site.comments_days.to_string() },
];

/// A switch, as its field has it.
fn switch(is_on: bool) -> String {
    if is_on { "on".to_owned() } else { String::new() }
}

fn fields(site: &Site) -> Vec<Group> {
    let mut zone = Field::new("time_zone", "Time zone", Widget::Choice)
        .required()
        .help("Times are shown and typed in it.");
    zone.choices = TZ_VARIANTS.iter().map(|zone| choice(zone.name())).collect();
    let mut per_page = Field::new("posts_per_page", "Posts per page", Widget::Number)
        .required()
        .help("In lists for readers, 1 to 100.");
    (per_page.min, per_page.step) = (Some("1".to_owned()), Some("1".to_owned()));
    let group = |title: &str, fields| Group { title: title.to_owned(), help: String::new(), fields };
    let mut groups = vec![
        group(
            "",
            vec![
                Field::new("title", "Title", Widget::Text)
                    .required()
                    .max_length(80)
                    .help("At the top of every page."),
                Field::new("description", "Description", Widget::LongText)
                    .max_length(300)
                    .help("A sentence or two: the home page and search engines show it."),
            ],
        ),
        group(
            "Reading",
            vec![
                Field::new("language", "Language", Widget::Text)
                    .required()
                    .max_length(35)
                    .help("A language tag: en, de, pt-BR."),
                zone,
                per_page,
            ],
        ),
        group("Comments", comment_fields()),
        group(
            "Contact",
            vec![
                Field::new("security_contact", "Security contact", Widget::Text)
                    .max_length(MAX_CONTACT)
                    .help("A mail address or a page (https://…) for those who find a hole: /.well-known/security.txt has it."),
            ],
        ),
    ];
    for field in groups.iter_mut().flat_map(|group| &mut group.fields) {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.key == field.name) {
            field.value = (setting.value)(site);
        }
        select(field);
    }
    groups
}

/// A contact as RFC 9116 (2.5.3) wants it, a URI; a mail address becomes one.
fn contact(typed: &str) -> Option<String> {
    let is_mail = !typed.contains(':')
        && typed
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    let uri = if is_mail { format!("mailto:{typed}") } else { typed.to_owned() };
    let is_uri = ["mailto:", "https://", "tel:"]
        .iter()
        .any(|start| uri.strip_prefix(start).is_some_and(|rest| !rest.is_empty()));
    let is_plain = uri.bytes().all(|byte| byte.is_ascii_graphic());
    (is_uri && is_plain && url::Url::parse(&uri).is_ok()).then_some(uri)
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
        groups: fields(&site),
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
    viewer.demand(Permission::ManageSettings)?;
    let transaction = app.db.begin().await?;
    auth::still(&transaction, &viewer).await?;
    let before = load(&transaction).await?;
    let read = read(&submitted, &before);
    let is_stale = submitted.get("_version").is_some_and(|seen| seen != version(&before));
    // What is wrong with it may be what somebody else did: that comes first.
    let conflict = if is_stale { conflict(&submitted, &read, &before) } else { None };
    let errors = match &read {
        Ok(site) if conflict.is_none() => {
            let changes = changes(&before, site);
            for (setting, _) in &changes {
                store(&transaction, setting.key, json(site, setting.key)).await?;
            }
            if !changes.is_empty() {
                let entry = Entry {
                    key: String::new(),
                    title: "Settings".to_owned(),
                    changes: changes.into_iter().map(|(_, change)| change).collect(),
                };
                log::record(&transaction, &viewer, RESOURCE, log::CHANGE, entry).await?;
            }
            transaction.commit().await?;
            auth::flash(
                &request,
                Message { text: "The settings are saved.".to_owned(), url: "/".to_owned(), is_error: false },
            );
            return Ok(HttpResponse::SeeOther().insert_header(("location", URL)).finish());
        }
        Ok(_) => FieldErrors::default(),
        Err(errors) => errors.clone(),
    };
    transaction.rollback().await?;
    let status = if conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut groups = fields(&before);
    for field in groups.iter_mut().flat_map(|group| &mut group.fields) {
        *field = field.clone().filled(&submitted, &errors);
        select(field);
    }
    let complaints = forms::complaints(groups.iter().flat_map(|group| &group.fields), &errors);
    let shell = Shell::new(&app.admin, &viewer, &[("Settings", URL)], Vec::new());
    // It is still the form of the version that it was opened with, until both versions were shown.
    let version = match submitted.get("_version") {
        Some(seen) if conflict.is_none() => seen.to_owned(),
        _ => version(&before),
    };
    let page = SettingsForm { shell, groups, version, complaints, conflict };
    render::page_with_status(&app, &request, status, &page).await
}

/// Reads the form. What it does not have stays as it is.
fn read(submitted: &Submitted, before: &Site) -> Result<Site, FieldErrors> {
    let mut errors = FieldErrors::default();
    let line = |key: &str, most: usize, errors: &mut FieldErrors| {
        let text = submitted.text(key).to_owned();
        if text.chars().count() > most {
            errors.add(key, format!("This may have at most {most} characters."));
        } else if text.chars().any(|letter| letter.is_control() && letter != '\n') {
            errors.add(key, "This holds a character that no text has.");
        }
        text
    };
    let title = line("title", 80, &mut errors);
    if title.is_empty() || title.contains('\n') {
        errors.add("title", "The site needs a title of one line.");
    }
    let description = line("description", 300, &mut errors).replace('\n', " ");
    let language = submitted.text("language").to_owned();
    // RFC 5646's form, not its registry: letters first, then groups of two to eight.
    let is_group =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut groups = language.split('-');
    let is_first =
        |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !groups.next().is_some_and(is_first) || !groups.all(is_group) || language.len() > 35 {
        errors.add("language", "This is no language tag: write en, or pt-BR.");
    }
    let time_zone = submitted.text("time_zone").parse::<Tz>();
    if time_zone.is_err() {
        errors.add("time_zone", "There is no such time zone.");
    }
    let posts_per_page =
        submitted.text("posts_per_page").parse().ok().filter(|number| (1..=100).contains(number));
    if posts_per_page.is_none() {
        errors.add("posts_per_page", "This must be a whole number from 1 to 100.");
    }
    let typed = line("security_contact", MAX_CONTACT as usize, &mut errors);
    let security_contact = if typed.is_empty() { Some(String::new()) } else { contact(&typed) };
    if security_contact.is_none() {
        errors.add(
            "security_contact",
            "This is neither a mail address nor an address that begins with https://.",
        );
    }
    let security_contact = security_contact.unwrap_or_default();
    let comments = submitted.get("comments").map_or(Some(before.comments), Policy::parse);
    if comments.is_none() {
        errors.add("comments", "Choose one of these.");
    }
    let comments_hold = match submitted.has("comments_hold__sent") {
        true => submitted.has("comments_hold"),
        false => before.comments_hold,
    };
    let comments_days = submitted.get("comments_days").map_or(Some(before.comments_days), |days| {
        days.trim().parse().ok().filter(|days| *days <= MAX_COMMENT_DAYS)
    });
    if comments_days.is_none() {
        errors.add("comments_days", format!("This must be a whole number from 0 to {MAX_COMMENT_DAYS}."));
    }
    match (time_zone, posts_per_page, comments, comments_days) {
        (Ok(time_zone), Some(posts_per_page), Some(comments), Some(comments_days)) if errors.is_empty() => {
            Ok(Site {
                title,
                description,
                language,
                posts_per_page,
                time_zone,
                security_contact,
                comments,
                comments_hold,
                comments_days,
            })
        }
        _ => Err(errors),
    }
}

fn json(site: &Site, key: &str) -> Json {
    match key {
        "title" => site.title.clone().into(),
        "description" => site.description.clone().into(),
        "language" => site.language.clone().into(),
        "time_zone" => site.time_zone.name().into(),
        "security_contact" => site.security_contact.clone().into(),
        "comments" => site.comments.as_str().into(),
        "comments_hold" => site.comments_hold.into(),
        "comments_days" => site.comments_days.into(),
        _ => site.posts_per_page.into(),
    }
}

/// Sets one setting.
///
/// # Errors
/// When the database does not answer.
pub async fn store(db: &impl ConnectionTrait, key: &str, value: Json) -> Result<(), DbErr> {
    let row =
        setting::ActiveModel { key: Set(key.to_owned()), value: Set(value), updated_at: Set(Utc::now()) };
    setting::Entity::insert(row)
        .on_conflict(
            OnConflict::column(setting::Column::Key)
                .update_columns([setting::Column::Value, setting::Column::UpdatedAt])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
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
