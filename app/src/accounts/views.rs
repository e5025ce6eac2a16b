//! What the pages of accounts hand to their templates.

pub mod account;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

use crate::web::{
    App, Error, Result,
    forms::{self, Complaint, Field, FieldErrors, Submitted},
    render::{self, Page},
};

/// A page with one form, or with something to say and none.
#[derive(Debug, Serialize)]
pub struct FormPage {
    /// The heading.
    pub heading: String,
    /// A few sentences below it, may be empty.
    pub lead: String,
    /// Where the form is sent.
    pub action: String,
    /// What its button says; no form without one.
    pub button: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// What is sent along unseen.
    pub hidden: Vec<Hidden>,
    /// What is wrong, summed up.
    pub complaints: Vec<Complaint>,
    /// Where else to go.
    pub links: Vec<Link>,
    /// Whether a link to the sign-up is among them, unless the site's settings close that.
    pub offers_signup: bool,
}

/// A value that is sent along unseen.
#[derive(Debug, Serialize)]
pub struct Hidden {
    /// Its name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A link.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

impl Page for FormPage {
    const TEMPLATE: &'static str = "accounts/form.html";

    fn title(&self) -> Option<String> {
        Some(self.heading.clone())
    }

    fn noindex(&self) -> bool {
        true
    }
}

impl FormPage {
    /// A page with a form.
    pub fn new(heading: &str, action: &str, button: &str, fields: Vec<Field>) -> Self {
        Self {
            heading: heading.to_owned(),
            lead: String::new(),
            action: action.to_owned(),
            button: button.to_owned(),
            fields,
            hidden: Vec::new(),
            complaints: Vec::new(),
            links: Vec::new(),
            offers_signup: false,
        }
    }

    /// A page that says something.
    pub fn notice(heading: &str, lead: &str) -> Self {
        Self::new(heading, "", "", Vec::new()).lead(lead)
    }

    /// With a few sentences.
    pub fn lead(mut self, lead: &str) -> Self {
        self.lead = lead.to_owned();
        self
    }

    /// With a value that is sent along unseen.
    pub fn hidden(mut self, name: &str, value: &str) -> Self {
        self.hidden.push(Hidden { name: name.to_owned(), value: value.to_owned() });
        self
    }

    /// With another place to go.
    pub fn link(mut self, label: &str, url: &str) -> Self {
        self.links.push(Link { label: label.to_owned(), url: url.to_owned() });
        self
    }

    /// Shows it for the first time.
    ///
    /// # Errors
    /// When the settings cannot be read or the template fails.
    pub async fn show(self, app: &App, request: &HttpRequest) -> Result<HttpResponse> {
        render::page(app, request, &self).await
    }

    /// Shows it again, with what was typed and what is wrong with it.
    ///
    /// # Errors
    /// `error` itself, unless it is about what was typed or how often; when the template fails.
    pub async fn again(
        mut self,
        app: &App,
        request: &HttpRequest,
        submitted: &Submitted,
        error: Error,
    ) -> Result<HttpResponse> {
        let (status, errors, wait) = complaint(error)?;
        self.fields = self.fields.into_iter().map(|field| field.filled(submitted, &errors)).collect();
        self.complaints = forms::complaints(&self.fields, &errors);
        render_again(app, request, &self, status, wait).await
    }
}

/// What an error has to say about a form: status, complaints, and how long to wait.
///
/// # Errors
/// The error itself where it is about something else.
pub(crate) fn complaint(error: Error) -> Result<(StatusCode, FieldErrors, Option<u64>)> {
    match error {
        Error::Invalid(errors) => Ok((StatusCode::UNPROCESSABLE_ENTITY, errors, None)),
        Error::TooManyRequests(seconds) => {
            let wait = match seconds {
                0..=90 => format!("{seconds} seconds"),
                _ => format!("{} minutes", seconds.div_ceil(60)),
            };
            let errors = FieldErrors::of("", format!("Too many tries. Please wait {wait} and try again."));
            Ok((StatusCode::TOO_MANY_REQUESTS, errors, Some(seconds)))
        }
        error => Err(error),
    }
}

/// Answers with a form that was not taken.
///
/// # Errors
/// When the template fails.
pub(super) async fn render_again<P: Page>(
    app: &App,
    request: &HttpRequest,
    page: &P,
    status: StatusCode,
    wait: Option<u64>,
) -> Result<HttpResponse> {
    let mut answer = render::page_with_status(app, request, status, page).await?;
    if let Some(seconds) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    Ok(answer)
}
