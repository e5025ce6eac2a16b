//! Forms of the admin, comments and profiles that were sent when the sender's session was over: what was typed is carried through the login,
//! and offered to be sent again. Nothing is sent by itself: whoever has signed in presses a button.

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
};

use super::{
    pages::login,
    views::{FormPage, Hidden},
};
use crate::{
    admin::{column, log},
    auth::{Viewer, tickets},
    comments::forms,
    web::{
        App, AppData, Error, Result,
        body::{self, LongForm, MAX_STRANGERS_BYTES, MAX_WRITERS_BYTES},
        forms::{Field, Submitted, Widget},
        links, render, security,
        typed::Typed,
    },
};

/// The hidden field with the address that the form was sent to.
const TO: &str = "resume";
/// Where one's profile is sent.
const PROFILE: &str = "/account/profile";
/// What the names of the carried fields begin with.
const PREFIX: &str = "typed:";
/// What the login's own fields may add to a body, in bytes.
const ROOM: usize = 16 * 1024;
/// Carried fields that are shown, and how much of each, in characters.
const SHOWN: (usize, usize) = (12, 2000);

impl Typed {
    /// Answers what nobody sent who is signed in: with a login that carries it.
    ///
    /// # Errors
    /// [`Error::LoginRequired`] for what is more than a login can carry; its page shows it.
    pub async fn ask(self, app: &App, request: &HttpRequest, submitted: &Submitted) -> Result<HttpResponse> {
        if !may_resume(&self.to) {
            return Err(Error::LoginRequired);
        }
        // Whose page the form is from matters only where it is longer than what anybody may send.
        let fits = self.fits(MAX_STRANGERS_BYTES)
            || self.fits(MAX_WRITERS_BYTES)
                && body::is_of_writer(request, submitted).await.unwrap_or_default();
        if !fits {
            self.leave(request);
            return Err(Error::LoginRequired);
        }
        let page = self.carry(login::form(app, ""));
        let mut answer = render::page_with_status(app, request, StatusCode::UNAUTHORIZED, &page).await?;
        let headers = answer.headers_mut();
        headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        Ok(answer)
    }

    /// What a login form carries, if it does, and to an address that takes it.
    pub fn carried(submitted: &Submitted) -> Option<Self> {
        let to = submitted.get(TO).filter(|to| may_resume(to))?.to_owned();
        let pairs = submitted
            .pairs()
            .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value.to_owned())));
        Some(Self { to, pairs: pairs.collect() })
    }

    /// Puts it into a login form.
    pub fn carry(&self, page: FormPage) -> FormPage {
        let mut page = page
            .lead("You are not signed in any more. What you typed is not saved yet, and not lost: sign in, and you can save it.")
            .hidden(TO, &self.to);
        page.heading = "Please sign in again".to_owned();
        // The first of all: it is what lets a login be as long as a book.
        if let Some((name, value)) = self.pairs.iter().find(|(name, _)| name == tickets::FIELD) {
            page.hidden.insert(0, Hidden { name: name.clone(), value: value.clone() });
        }
        self.pairs.iter().fold(page, |page, (name, value)| page.hidden(&format!("{PREFIX}{name}"), value))
    }

    /// Offers to send it, to somebody who has just signed in.
    ///
    /// # Errors
    /// When the settings cannot be read or the template fails.
    pub async fn offer(&self, app: &App, request: &HttpRequest) -> Result<HttpResponse> {
        let ours = [forms::STAMP, forms::REPLY, forms::AS_MEMBER];
        let typed = self.texts().filter(|(name, _)| !ours.contains(name));
        let shown = typed.take(SHOWN.0).map(|(name, value)| {
            Field::new(name, &column::label(name), Widget::ReadOnly)
                .value(log::cut(value.to_owned(), SHOWN.1))
        });
        let path = self.to.split('?').next().unwrap_or_default();
        let (leave, elsewhere) = match self.to.as_str() {
            PROFILE => ("Leave it, and go to your account", "/account"),
            to if is_comments(to) => ("Leave it, and go back to the post", to.trim_end_matches("/comments")),
            _ => ("Leave it, and go to the admin", "/admin"),
        };
        let is_save = !path.ends_with("/delete") && !path.ends_with("/actions");
        let button = match (is_comments(&self.to), is_save) {
            (true, _) => "Send what you wrote",
            (_, true) => "Save what you typed",
            _ => "Go on with it",
        };
        let mut page = FormPage::new("You are signed in again", &self.to, button, shown.collect())
            .lead("This is what you sent when you were not signed in any more. It is not saved yet.")
            .link(leave, elsewhere);
        for (name, value) in &self.pairs {
            page = page.hidden(name, value);
        }
        page.show(app, request).await
    }

    /// Whether a login form with it has at most so many bytes.
    fn fits(&self, bytes: usize) -> bool {
        let encoded = |text: &str| {
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._*".contains(byte);
            // A line end is sent as two characters.
            text.bytes()
                .map(|byte| {
                    if plain(&byte) {
                        1
                    } else if byte == b'\n' {
                        6
                    } else {
                        3
                    }
                })
                .sum::<usize>()
        };
        let sizes = self.pairs.iter().map(|(name, value)| encoded(name) + encoded(value) + PREFIX.len() + 4);
        sizes.sum::<usize>() + ROOM <= bytes
    }
}

/// Whether what is sent to an address is carried through a login: the admin's forms, comments, and one's profile.
fn may_resume(to: &str) -> bool {
    is_admin(to) || is_comments(to) || to == PROFILE
}

/// Whether an address is where comments on a post are sent.
fn is_comments(to: &str) -> bool {
    let mut segments = to.split('/').skip(1);
    let (first, slug, last) = (segments.next(), segments.next(), segments.next());
    let decoded = slug.and_then(links::decode).unwrap_or_default();
    // What is encoded is a segment: a browser takes `%2e%2e` for a step up.
    let is_slug = !["", ".", ".."].contains(&decoded.as_str()) && !decoded.contains(['/', '\\']);
    let is_plain = !to.contains(['?', '#']) && links::is_local(to);
    is_plain && is_slug && (first, last, segments.next()) == (Some("posts"), Some("comments"), None)
}

/// Whether an address is one of the admin, whatever a browser makes of its dots.
fn is_admin(to: &str) -> bool {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    let has_dots = |path: &str| path.split('/').any(|segment| segment == "." || segment == "..");
    links::is_local(to)
        && security::is_under(path, "/admin")
        && !to.contains('#')
        && links::decode(path).is_some_and(|path| !has_dots(&path) && !path.contains('\\'))
}

/// Middleware: answers a form of the admin that nobody sent who is signed in with a login that carries it.
///
/// # Errors
/// Those of what is inside.
pub async fn carry(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if !is_form_of_nobody(&request) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    // Not read unless it is needed: the address may be none.
    let mut payload = request.take_payload();
    let response = next.call(request).await?.map_into_boxed_body();
    let error = response.response().error().and_then(|error| error.as_error::<Error>());
    if !matches!(error, Some(Error::LoginRequired)) {
        return Ok(response);
    }
    let http = response.request().clone();
    let Some(app) = http.app_data::<AppData>().cloned() else { return Ok(response) };
    let submitted = match LongForm::from_request(&http, &mut payload).await {
        Ok(LongForm(submitted)) => submitted,
        Err(error) => return Ok(ServiceResponse::new(http, HttpResponse::from_error(error))),
    };
    let answer = match Typed::new(&http, &submitted).ask(&app, &http, &submitted).await {
        Ok(answer) => answer,
        Err(Error::LoginRequired) => return Ok(response),
        Err(error) => HttpResponse::from_error(error),
    };
    Ok(ServiceResponse::new(http, answer))
}

fn is_form_of_nobody(request: &ServiceRequest) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    *request.method() == Method::POST
        && (security::is_under(request.path(), "/admin") || request.path() == PROFILE)
        && !request.extensions().contains::<Viewer>()
        && header(header::CONTENT_TYPE).to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
        // A script has what it sent.
        && !header(header::ACCEPT).contains("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_to_the_admin_or_to_a_post_and_nowhere_else() {
        for good in ["/admin/posts/new", "/admin/posts/5?unsaved=3", "/admin/courses/7/delete"] {
            assert!(is_admin(good) && may_resume(good), "{good}");
        }
        for bad in [
            "/account/delete",
            "/account/password",
            "/account/profile/x",
            "/administration",
            "//evil.example/admin/",
            "https://evil.example/admin/",
            "/admin/../account/delete",
            "/admin/%2e%2e/account/delete",
            "/admin/./x",
            "/posts/x",
            "/posts/../comments",
            "/posts/%2e%2e/comments",
            "/posts/a%2Fb/comments",
            "/posts//comments",
            "/posts/x/comments?reply=1",
            "/posts/x/comments/1/delete",
            "//posts/x/comments",
            "/posts/x/y/comments",
            "/admin/..\\account",
            "/admin/x#y",
            "admin/posts",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!may_resume(bad), "{bad}");
        }
        assert!(may_resume(PROFILE));
        for comments in ["/posts/hello/comments", "/posts/%D0%BC%D0%B8%D1%80/comments"] {
            assert!(may_resume(comments), "{comments}");
        }
    }
}
