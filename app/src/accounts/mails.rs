//! What mails say.

use crate::{mail::Mail, site::Site, web::App};

/// Somebody asked for a new password.
pub(super) fn reset(app: &App, site: &Site, to: &str, username: &str, token: &str) -> Mail {
    let (title, url) = (one_line(&site.title), &app.public_url);
    Mail {
        to: to.to_owned(),
        subject: format!("A new password for {title}"),
        text: format!(
            "Somebody, hopefully you, asked for a new password for the account {username} at {title}.\n\n\
             Choose it here, within the hour:\n\n{url}/reset/{token}\n\n\
             If it was not you, do nothing: the old password stays.\n"
        ),
    }
}

/// Somebody wants to sign up with an address.
pub(super) fn sign_up(app: &App, site: &Site, to: &str, token: &str) -> Mail {
    let (title, url) = (one_line(&site.title), &app.public_url);
    Mail {
        to: to.to_owned(),
        subject: format!("Your account at {title}"),
        text: format!(
            "Somebody, hopefully you, wants to sign up at {title} with this address.\n\n\
             Choose a password here, within the hour, and the account is yours:\n\n{url}/signup?token={token}\n\n\
             If it was not you, do nothing: there will be no account.\n"
        ),
    }
}

/// Somebody wants to sign up with the address of an account.
pub(super) fn known_already(app: &App, site: &Site, to: &str, username: &str) -> Mail {
    let (title, url) = (one_line(&site.title), &app.public_url);
    Mail {
        to: to.to_owned(),
        subject: format!("Your account at {title}"),
        text: format!(
            "Somebody, hopefully you, wants to sign up at {title} with this address. It has an account already: \
             {username}.\n\nSign in here: {url}/login\nA new password: {url}/forgot\n\n\
             If it was not you, do nothing.\n"
        ),
    }
}

/// An account has another address now; to the one it had.
pub(crate) fn address_changed(app: &App, site: &Site, to: &str, username: &str) -> Mail {
    let (title, url) = (one_line(&site.title), &app.public_url);
    Mail {
        to: to.to_owned(),
        subject: format!("Your account at {title} has another address"),
        text: format!(
            "The account {username} at {title} belongs to another e-mail address from now on; this one gets no more \
             mails.\n\nIf it was not you, tell whoever runs {url} at once.\n"
        ),
    }
}

/// A subject is a line, whatever somebody takes for the end of one.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
