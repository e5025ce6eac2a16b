//! The form for a comment: its fields, and what was sent with it.

use crate::{
    users::forms::{check_display_name, check_email, sentence},
    web::forms::{Field, FieldErrors, Submitted, Widget},
};

/// The most characters of a comment.
pub const MAX_BODY: usize = 5_000;
/// What people do not see and programs fill in.
pub const TRAP: &str = "website";
/// When the form was made, signed.
pub const STAMP: &str = "stamp";
/// The comment that is answered.
pub const REPLY: &str = "reply";
/// Whether whoever sends it was signed in when the form was made.
pub const AS_MEMBER: &str = "as_member";

/// The field for the text.
pub fn body() -> Field {
    Field::new("comment", "Your comment", Widget::LongText)
        .required()
        .max_length(MAX_BODY as u32)
        .help("Markdown: *emphasis*, `code`, > quotes, - lists and [links](https://…).")
}

/// The fields for a guest.
pub fn guest() -> [Field; 2] {
    [
        Field::new("name", "Name", Widget::Text).required().max_length(80).autocomplete("name"),
        Field::new("email", "E-mail address", Widget::Email)
            .required()
            .max_length(254)
            .autocomplete("email")
            .help("Is not shown."),
    ]
}

/// What was typed, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Markdown.
    pub body: String,
    /// A guest's name; empty for a member.
    pub name: String,
    /// A guest's address, in lower case; empty for a member.
    pub email: String,
}

impl Typed {
    /// Reads the form, of a guest or of a member.
    ///
    /// # Errors
    /// What is wrong, by field.
    pub fn read(submitted: &Submitted, is_guest: bool) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let body = read_body(submitted, &mut errors);
        let (mut name, mut email) = (String::new(), String::new());
        if is_guest {
            name = submitted.text("name").split_whitespace().collect::<Vec<_>>().join(" ");
            email = submitted.text("email").to_lowercase();
            for (field, checked) in [("name", check_display_name(&name)), ("email", check_email(&email))] {
                if let Err(line) = checked {
                    errors.add(field, sentence(line));
                }
            }
        }
        if errors.is_empty() { Ok(Self { body, name, email }) } else { Err(errors) }
    }
}

/// Reads the text.
pub fn read_body(submitted: &Submitted, errors: &mut FieldErrors) -> String {
    let body = submitted.text("comment").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let length = body.chars().count();
    if body.is_empty() {
        errors.add("comment", "Write something first.");
    } else if length > MAX_BODY {
        errors.add("comment", format!("This may have at most {MAX_BODY} characters; it has {length}."));
    } else if body.chars().any(|letter| letter.is_control() && !['\n', '\t'].contains(&letter)) {
        errors.add("comment", "This holds a character that no text has.");
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Result<Typed, FieldErrors> {
        Typed::read(&Submitted::parse(body).unwrap(), true)
    }

    #[test]
    fn what_is_wrong_is_told_by_field() {
        let typed = read(b"comment=Hi%0D%0Athere&name=+Ann+B+&email=Ann%40Example.org").unwrap();
        assert_eq!(
            typed,
            Typed {
                body: "Hi\nthere".to_owned(),
                name: "Ann B".to_owned(),
                email: "ann@example.org".to_owned()
            }
        );
        // What is a line end to some is one to all.
        assert_eq!(
            read("comment=a\u{2028}b\u{2029}c&name=A&email=a%40b.c".as_bytes()).unwrap().body,
            "a\nb\nc"
        );
        let wrong = read(b"comment=+&name=&email=x").unwrap_err();
        assert_eq!(wrong.0.keys().collect::<Vec<_>>(), ["comment", "email", "name"]);
        assert!(read(format!("comment={}&name=A&email=a%40b.c", "x".repeat(MAX_BODY)).as_bytes()).is_ok());
        assert!(
            read(format!("comment={}&name=A&email=a%40b.c", "x".repeat(MAX_BODY + 1)).as_bytes()).is_err()
        );
        assert!(read(b"comment=a%07b&name=A&email=a%40b.c").is_err());
    }
}
