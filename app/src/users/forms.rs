//! What may be said of a user.

/// Checks a username: part of an address, of any script.
///
/// # Errors
/// One line that says what is wrong.
pub fn check_username(username: &str) -> Result<(), &'static str> {
    let in_name = |character: char| character.is_alphanumeric() || "._-".contains(character);
    if username.is_empty() || username.chars().count() > 40 || !username.chars().all(in_name) {
        return Err("a username has 1 to 40 letters, digits, dots, underscores and hyphens");
    }
    // Dots alone would be folders in an address.
    if username.chars().all(|character| character == '.') {
        return Err("a username needs a letter or a digit");
    }
    Ok(())
}

/// Checks an e-mail address.
///
/// # Errors
/// One line that says what is wrong.
pub fn check_email(email: &str) -> Result<(), &'static str> {
    let plausible = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    let plain = email.chars().all(|character| !character.is_whitespace() && !character.is_control());
    if !plausible || !plain || email.matches('@').count() != 1 || email.to_lowercase().chars().count() > 254 {
        return Err("that is no e-mail address");
    }
    Ok(())
}

/// Checks a display name.
///
/// # Errors
/// One line that says what is wrong.
pub fn check_display_name(display_name: &str) -> Result<(), &'static str> {
    let name = display_name.trim();
    if name.is_empty()
        || name.chars().count() > 80
        || name.chars().any(|letter| letter.is_control() || is_unseen(letter))
    {
        return Err("a display name has 1 to 80 characters");
    }
    Ok(())
}

/// Line ends of Unicode, and what turns the direction of text around (UAX 9, 2.4): a name stands within lines of others.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Checks a username, an e-mail address and a display name.
///
/// # Errors
/// One line that names what is wrong.
pub fn check(username: &str, email: &str, display_name: &str) -> Result<(), String> {
    check_username(username)
        .and_then(|()| check_email(email))
        .and_then(|()| check_display_name(display_name))
        .map_err(str::to_owned)
}

/// A line of ours as a sentence, for a page.
pub fn sentence(line: &str) -> String {
    let mut letters = line.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_any_script_and_fit_an_address() {
        assert!(check("ada.lovelace", "ada@example.org", "Ada").is_ok());
        assert!(check("мария-42", "m@пример.рф", "Мария").is_ok());
        for bad in ["", "a b", "a/b", "a\0", "..", &"x".repeat(41)] {
            assert!(check(bad, "a@b.c", "A").is_err(), "{bad}");
        }
        for bad in ["", "a", "a@b", "@b.c", "a@b.c d", "a@b@c.d", "a@.b", "a@b."] {
            assert!(check("a", bad, "A").is_err(), "{bad}");
        }
        for bad in ["", "  ", "a\nb", "Yuki\u{202e}txet", "a\u{2028}b", "\u{2066}", &"x".repeat(81)] {
            assert!(check("a", "a@b.c", bad).is_err(), "{bad}");
        }
    }
}
