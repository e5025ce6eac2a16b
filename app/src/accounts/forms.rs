//! What people may say of themselves.

use crate::{
    auth::password,
    users::forms::{check_display_name, check_email, check_username, sentence},
    web::{
        Error, Result,
        forms::{Field, FieldErrors, Submitted, Widget},
    },
};

/// The field for a username.
pub fn username() -> Field {
    Field::new("username", "Username", Widget::Text)
        .required()
        .max_length(40)
        .autocomplete("username")
        .help("Part of your page's address: letters, digits, dots, underscores and hyphens.")
}

/// The field for an e-mail address.
pub fn email() -> Field {
    Field::new("email", "E-mail address", Widget::Email).required().max_length(254).autocomplete("email")
}

/// The field for a display name; the username where it is left empty.
pub fn display_name() -> Field {
    Field::new("display_name", "Name", Widget::Text)
        .max_length(80)
        .autocomplete("name")
        .help("What readers see. Without one, the username.")
}

/// The field for a new password.
pub fn new_password(label: &str) -> Field {
    Field::new("password", label, Widget::Password)
        .required()
        .autocomplete("new-password")
        .help("At least 10 characters of any kind; a few words are easy to remember and hard to guess.")
}

/// What a form says of a new account.
#[derive(Clone, Debug)]
pub struct Names {
    /// At most 40 characters.
    pub username: String,
    /// At most 254 characters.
    pub email: String,
    /// At most 80 characters.
    pub display_name: String,
}

impl Names {
    /// Reads the fields `username` and `display_name`, and `email` unless the address is known already;
    /// complaints go to `errors`.
    pub fn read(submitted: &Submitted, email: Option<&str>, errors: &mut FieldErrors) -> Self {
        let username = submitted.text("username");
        let email = email.unwrap_or_else(|| submitted.text("email"));
        let display_name = match submitted.text("display_name") {
            "" => username,
            name => name,
        };
        let mut check = |field, checked: Result<(), &'static str>| {
            if let Err(line) = checked {
                errors.add(field, sentence(line));
            }
        };
        check("username", check_username(username));
        check("email", check_email(email));
        if !username.is_empty() {
            check("display_name", check_display_name(display_name));
        }
        Self {
            username: username.to_owned(),
            email: email.to_lowercase(),
            display_name: display_name.to_owned(),
        }
    }
}

/// Checks the new password in a field.
pub fn check_password(field: &str, typed: &str, names: &[&str], errors: &mut FieldErrors) {
    if let Err(error) = password::check(typed, names) {
        errors.add(field, sentence(&error.to_string()));
    }
}

/// Hashes a password that was checked.
///
/// # Errors
/// When there is no memory or no randomness.
pub async fn hash(typed: &str) -> Result<String> {
    password::hash(typed.to_owned()).await.map_err(Error::internal)
}
