//! What somebody typed into a form that was not taken: the page that says why shows it, to be sent again or copied.
//! Without a script there is no other place where it would be kept.

use actix_web::{HttpMessage, HttpRequest};
use serde::Serialize;

use super::forms::{Field, Submitted, Widget};
use crate::admin::column;

/// A form as it was sent, and where to.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The address, with its query.
    pub to: String,
    /// Names and values, in order.
    pub pairs: Vec<(String, String)>,
}

/// What an error's page shows of it.
#[derive(Debug, Serialize)]
pub struct View {
    /// Where it can be sent again; none where that would not help.
    action: Option<String>,
    /// What people typed, to be read, copied, or mended.
    texts: Vec<Field>,
    /// The rest of the form, where it can be sent again.
    hidden: Vec<(String, String)>,
}

impl Typed {
    /// A form that came with a request.
    pub fn new(request: &HttpRequest, submitted: &Submitted) -> Self {
        let to = request.uri().path_and_query().map_or("/", |to| to.as_str());
        Self::sent_to(to.to_owned(), submitted)
    }

    /// A form that is sent to an address.
    pub fn sent_to(to: String, submitted: &Submitted) -> Self {
        // A password comes back in no page: it is typed again.
        let pairs = submitted.pairs().filter(|(name, _)| !name.contains("password"));
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { to, pairs }
    }

    /// Leaves it with its request, for the page of the error that it is answered with.
    pub fn leave(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }

    /// What was left with a request.
    pub fn take(request: &HttpRequest) -> Option<Self> {
        request.extensions_mut().remove()
    }

    /// What people typed of it: not what the page sent along, and no secrets.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .filter(|(name, value)| is_text(name, value))
            .map(|(name, value)| (&**name, &**value))
    }

    /// For the page; none where nothing was typed.
    pub fn view(self, can_be_sent_again: bool) -> Option<View> {
        let (texts, rest): (Vec<_>, Vec<_>) =
            self.pairs.into_iter().partition(|(name, value)| is_text(name, value));
        if texts.is_empty() {
            return None;
        }
        let field = |(name, value): (String, String)| {
            Field::new(&name, &column::label(&name), Widget::LongText).value(value)
        };
        Some(View {
            action: can_be_sent_again.then_some(self.to),
            texts: texts.into_iter().map(field).collect(),
            hidden: if can_be_sent_again { rest } else { Vec::new() },
        })
    }
}

fn is_text(name: &str, value: &str) -> bool {
    let is_ours = name.split('.').any(|part| part.starts_with('_')) || name.contains("__");
    !is_ours && !value.trim().is_empty()
}
