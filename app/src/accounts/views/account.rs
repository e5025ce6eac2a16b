//! `/account`.

use chrono::{DateTime, Utc};
use entity::{
    api_token::{self, Scope},
    enrollment::EnrollmentStatus,
    session, user,
};
use serde::Serialize;

use super::super::forms;
use crate::web::{
    forms::{Choice, Complaint, Field, FieldErrors, Submitted, Widget, complaints},
    links,
    render::Page,
};

/// The most characters of what somebody says of themselves.
pub const MAX_BIO: u32 = 2000;

/// One of the page's forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Name, address, a few sentences.
    Profile,
    /// A new password.
    Password,
    /// A new API token.
    Token,
    /// The end of the account.
    Delete,
}

/// A form of the page.
#[derive(Debug, Serialize)]
pub struct PartForm {
    /// Its fields.
    pub fields: Vec<Field>,
    /// What is wrong with it, summed up.
    pub complaints: Vec<Complaint>,
}

/// A form that was not taken: which one, what was typed, what is wrong.
pub type Failed<'a> = (Part, &'a Submitted, FieldErrors);

impl PartForm {
    /// A form of the account of `user`, with what was typed if it is the one that was not taken.
    pub fn new(part: Part, user: &user::Model, failed: Option<&Failed<'_>>) -> Self {
        let (prefix, fields) = match part {
            Part::Profile => ("profile", profile(user)),
            Part::Password => ("password", password()),
            Part::Token => ("token", token()),
            Part::Delete => (
                "delete",
                vec![
                    Field::new("password", "Your password", Widget::Password)
                        .required()
                        .autocomplete("current-password"),
                ],
            ),
        };
        let failed = failed.filter(|(of, ..)| *of == part);
        let fields: Vec<Field> = fields
            .into_iter()
            .map(|mut field| {
                // Several forms of the page ask for a password.
                field.id = format!("{prefix}-{}", field.name);
                match failed {
                    Some((_, submitted, errors)) => refilled(field, submitted, errors),
                    None => field,
                }
            })
            .collect();
        let complaints = failed.map(|(_, _, errors)| complaints(&fields, errors)).unwrap_or_default();
        Self { fields, complaints }
    }
}

fn refilled(field: Field, submitted: &Submitted, errors: &FieldErrors) -> Field {
    let mut field = field.filled(submitted, errors);
    for choice in &mut field.choices {
        choice.selected = choice.value == field.value;
    }
    field
}

fn profile(user: &user::Model) -> Vec<Field> {
    let name =
        Field::new("display_name", "Name", Widget::Text).required().max_length(80).autocomplete("name");
    vec![
        name.help("What readers see.").value(&user.display_name),
        Field::new("bio", "About you", Widget::LongText)
            .max_length(MAX_BIO)
            .help("A few sentences for your page.")
            .value(&user.bio),
        forms::email().value(&user.email),
        Field::new("current_password", "Your password", Widget::Password)
            .autocomplete("current-password")
            .help("Only needed for another e-mail address."),
    ]
}

fn password() -> Vec<Field> {
    let current = Field::new("current_password", "The password you have now", Widget::Password);
    vec![current.required().autocomplete("current-password"), forms::new_password("New password")]
}

fn token() -> Vec<Field> {
    let mut scope = Field::new("scope", "What it may do", Widget::Choice).required().value("read");
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: value == "read",
    };
    scope.choices = vec![choice("read", "Read"), choice("write", "Read and write, as far as you may")];
    let name = Field::new("name", "What it is for", Widget::Text).required().max_length(80);
    vec![name.help("For you, to know it by."), scope]
}

/// `/account`
#[derive(Debug, Serialize)]
pub struct Account {
    /// The name in addresses.
    pub username: String,
    /// Their page, where readers see one.
    pub url: Option<String>,
    /// Name, address, a few sentences.
    pub profile: PartForm,
    /// A new password.
    pub password: PartForm,
    /// Where they are signed in.
    pub sessions: Vec<SessionRow>,
    /// A new API token.
    pub token: PartForm,
    /// The token that was just made, once.
    pub new_token: Option<String>,
    /// Their API tokens.
    pub tokens: Vec<TokenRow>,
    /// Their courses.
    pub courses: Vec<CourseRow>,
    /// The end of the account.
    pub delete: PartForm,
    /// How many posts would go too.
    pub posts: u64,
}

impl Page for Account {
    const TEMPLATE: &'static str = "accounts/account.html";

    fn title(&self) -> Option<String> {
        Some("Your account".to_owned())
    }

    fn noindex(&self) -> bool {
        true
    }
}

/// Where somebody is signed in.
#[derive(Debug, Serialize)]
pub struct SessionRow {
    /// Its row.
    pub id: i64,
    /// The browser, as far as it says.
    pub browser: String,
    /// The address it began at.
    pub address: String,
    /// When it began.
    pub since: String,
    /// When it was last used.
    pub last_seen: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

impl SessionRow {
    /// A session; `this` is the one that asks.
    pub fn new(row: session::Model, this: i64) -> Self {
        Self {
            id: row.id,
            browser: browser(&row.user_agent),
            address: row.address,
            since: minute(row.created_at),
            last_seen: minute(row.last_seen_at),
            is_this: row.id == this,
        }
    }
}

/// An API token.
#[derive(Debug, Serialize)]
pub struct TokenRow {
    /// Its row.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: &'static str,
    /// When it was made.
    pub created: String,
    /// When it was last used; empty if never.
    pub last_used: String,
}

impl From<api_token::Model> for TokenRow {
    fn from(row: api_token::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            scope: match row.scope {
                Scope::Read => "read",
                Scope::Write => "read and write",
            },
            created: minute(row.created_at),
            last_used: row.last_used_at.map(minute).unwrap_or_default(),
        }
    }
}

/// A course that somebody takes.
#[derive(Debug, Serialize)]
pub struct CourseRow {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// How they stand in it.
    pub status: &'static str,
}

impl From<(String, String, EnrollmentStatus)> for CourseRow {
    fn from((name, slug, status): (String, String, EnrollmentStatus)) -> Self {
        let status = match status {
            EnrollmentStatus::Active => "enrolled",
            EnrollmentStatus::Waiting => "waiting to be let in",
            EnrollmentStatus::Left => "left",
            EnrollmentStatus::Completed => "completed",
        };
        Self { name, url: links::course(&slug), status }
    }
}

fn minute(time: DateTime<Utc>) -> String {
    time.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// A browser and its system, out of what it calls itself: the first name that fits, for most of them claim to be others
/// as well.
fn browser(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if user_agent.trim().is_empty() => "Unknown browser".to_owned(),
        (None, None) => user_agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_known_by_what_it_alone_says() {
        for (user_agent, known) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 \
                 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 \
                 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.5.0", "curl"),
            ("", "Unknown browser"),
            ("Something else", "Something else"),
        ] {
            assert_eq!(browser(user_agent), known);
        }
    }
}
