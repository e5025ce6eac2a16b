//! What may be said of a user.

use crate::web::forms::FieldErrors;

/// Checks a username, an e-mail address and a display name; the fields go by these names.
pub fn check(username: &str, email: &str, display_name: &str) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let in_name = |character: char| character.is_alphanumeric() || "._-".contains(character);
    if username.is_empty() || username.chars().count() > 40 || !username.chars().all(in_name) {
        let message = "A username has 1 to 40 letters, digits, dots, underscores and hyphens.";
        errors.add("username", message);
    } else if username.chars().all(|character| character == '.') {
        // Dots alone would be folders in an address.
        errors.add("username", "A username needs a letter or a digit.");
    }
    check_email(email, &mut errors);
    let name = display_name.trim();
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        errors.add("display_name", "A display name has 1 to 80 characters.");
    }
    errors
}

/// Checks an e-mail address, the field `email`.
pub fn check_email(email: &str, errors: &mut FieldErrors) {
    let plausible = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    let plain = email.chars().all(|character| !character.is_whitespace() && !character.is_control());
    if !plausible || !plain || email.matches('@').count() != 1 || email.chars().count() > 254 {
        errors.add("email", "That is no e-mail address.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_any_script_and_fit_an_address() {
        assert!(check("ada.lovelace", "ada@example.org", "Ada").is_empty());
        assert!(check("мария-42", "m@пример.рф", "Мария").is_empty());
        for bad in ["", "a b", "a/b", "a\0", "..", &"x".repeat(41)] {
            assert_eq!(check(bad, "a@b.c", "A").about("username").len(), 1, "{bad}");
        }
        for bad in ["", "a", "a@b", "@b.c", "a@b.c d", "a@b@c.d", "a@.b", "a@b."] {
            assert_eq!(check("a", bad, "A").about("email").len(), 1, "{bad}");
        }
        for bad in ["", "  ", "a\nb", &"x".repeat(81)] {
            assert_eq!(check("a", "a@b.c", bad).about("display_name").len(), 1, "{bad}");
        }
    }
}
