//! Passwords: which ones are taken, and argon2id (RFC 9106) off the event loop.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;

/// The least number of characters (OWASP ASVS 5.0 6.2.1 asks for 8, 6.2.9 for 64 to be accepted).
pub const MIN_CHARS: usize = 10;
/// The greatest number of bytes; hashing more would only cost time.
pub const MAX_BYTES: usize = 1024;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The most common passwords that are long enough. `common_passwords.README` says where they come from.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// As many hashes at once as there are cores: more would only take memory, 19 MiB each, and not end any sooner.
static SLOTS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from))));

/// Why a password was not taken; a sentence for whoever chose it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("a password needs at least {MIN_CHARS} characters")]
    TooShort,
    /// More than [`MAX_BYTES`] bytes.
    #[error("a password may have at most {MAX_BYTES} bytes")]
    TooLong,
    /// One of those that are tried first.
    #[error("that password is one of the most common ones; choose another")]
    Common,
    /// A name of the account or of the site.
    #[error("a password may not be a name or an address of yours, or the site's title")]
    Personal,
    /// The operating system gave no randomness, or no memory.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// What came of comparing a password with a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is another password, or there is no hash.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, and its hash is weaker than what is made today.
    RightButWeak,
}

/// Checks a new password: any characters, exactly as typed, as long as there are enough of them, and neither one that
/// everybody tries nor one of `names`: those of the account and the site.
///
/// # Errors
/// What is wrong with it.
pub fn check(password: &str, names: &[&str]) -> Result<(), Error> {
    if password.chars().count() < MIN_CHARS {
        return Err(Error::TooShort);
    }
    if password.len() > MAX_BYTES {
        return Err(Error::TooLong);
    }
    let folded = password.to_lowercase();
    if COMMON.contains(folded.as_str()) {
        return Err(Error::Common);
    }
    let folded = folded.trim();
    let is_name = |name: &&str| {
        let name = name.trim().to_lowercase();
        !name.is_empty() && folded == name
    };
    if names.iter().any(is_name) { Err(Error::Personal) } else { Ok(()) }
}

/// Hashes a password that [`check`] took, on the blocking pool; the result is a PHC string.
///
/// # Errors
/// See [`Error`].
pub async fn hash(password: String) -> Result<String, Error> {
    if password.chars().count() < MIN_CHARS {
        return Err(Error::TooShort);
    }
    if password.len() > MAX_BYTES {
        return Err(Error::TooLong);
    }
    in_turn(move || {
        let hash = argon2().and_then(|argon2| Ok(argon2.hash_password(password.as_bytes())?.to_string()));
        hash.map_err(|error| Error::Hash(error.to_string()))
    })
    .await?
}

/// Compares a password with a hash. Where there is none it takes as long, and is wrong.
///
/// # Errors
/// When there is no memory or no randomness.
pub async fn verify(password: String, hash: Option<String>) -> Result<Verdict, Error> {
    if password.len() > MAX_BYTES {
        // Nobody's. The time tells nothing: it depends on what was typed alone.
        return Ok(Verdict::Wrong);
    }
    in_turn(move || {
        let argon2 = argon2().map_err(|error| Error::Hash(error.to_string()))?;
        let Some(hash) = hash.as_deref().and_then(|hash| PasswordHash::new(hash).ok()) else {
            argon2.hash_password(password.as_bytes()).map_err(|error| Error::Hash(error.to_string()))?;
            return Ok(Verdict::Wrong);
        };
        if argon2.verify_password(password.as_bytes(), &hash).is_err() {
            return Ok(Verdict::Wrong);
        }
        let is_current = hash.algorithm.as_str() == "argon2id"
            && Params::try_from(&hash).is_ok_and(|params| {
                params.m_cost() >= MEMORY_KIB && params.t_cost() >= PASSES && params.p_cost() >= LANES
            });
        Ok(if is_current { Verdict::Right } else { Verdict::RightButWeak })
    })
    .await?
}

fn argon2() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Runs something on the blocking pool once there is a slot for it.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let broken = |error: &dyn std::error::Error| Error::Hash(error.to_string());
    let slot = SLOTS.clone().acquire_owned().await.map_err(|error| broken(&error))?;
    let work = tokio::task::spawn_blocking(move || {
        // Not before: a request that goes away leaves its work running.
        let done = work();
        drop(slot);
        done
    });
    work.await.map_err(|error| broken(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_argon2id_salted_and_verifies() -> Result<(), Error> {
        let [one, two] = [hash("correct horse".into()).await?, hash("correct horse".into()).await?];
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert_eq!(verify("correct horse".into(), Some(one.clone())).await?, Verdict::Right);
        assert_eq!(verify("correct horsf".into(), Some(one.clone())).await?, Verdict::Wrong);
        assert_eq!(verify("correct horse".into(), None).await?, Verdict::Wrong);
        assert_eq!(verify("correct horse".into(), Some("no hash".into())).await?, Verdict::Wrong);
        assert_eq!(verify(format!("correct horse{}", "x".repeat(2000)), Some(one)).await?, Verdict::Wrong);
        Ok(())
    }

    #[tokio::test]
    async fn a_weaker_hash_of_old_is_noticed() -> Result<(), Error> {
        let params = Params::new(8 * 1024, 1, 1, None).unwrap();
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let old = old.hash_password(b"correct horse").unwrap().to_string();
        assert_eq!(verify("correct horse".into(), Some(old.clone())).await?, Verdict::RightButWeak);
        assert_eq!(verify("correct horsf".into(), Some(old)).await?, Verdict::Wrong);
        Ok(())
    }

    #[tokio::test]
    async fn length_counts_characters_of_any_script() {
        assert!(matches!(hash("короткий".into()).await, Err(Error::TooShort)));
        assert!(hash("достаточный".into()).await.is_ok());
        assert!(matches!(hash("x".repeat(1025)).await, Err(Error::TooLong)));
    }

    #[test]
    fn what_everybody_tries_is_not_taken() {
        for common in ["1234567890", "Password123", "QWERTYUIOP"] {
            assert!(matches!(check(common, &[]), Err(Error::Common)), "{common}");
        }
        for name in ["ada.lovelace", "Ada.Lovelace ", "ada@example.org", "The Engine's Notes"] {
            let names = ["ada.lovelace", "ada@example.org", "The engine's notes", ""];
            assert!(matches!(check(name, &names), Err(Error::Personal)), "{name}");
        }
        for good in
            ["correct horse", "пароль для всех", "          x", "🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎", "aaaaaaaaaaaaaaaaaab"]
        {
            assert!(check(good, &["ada", "ada@example.org"]).is_ok(), "{good}");
        }
    }

    #[test]
    fn the_list_is_long_folded_and_of_long_ones() {
        assert!(COMMON.len() >= 3_000, "{}", COMMON.len());
        for password in COMMON.iter() {
            assert!(
                password.chars().count() >= MIN_CHARS && password.to_lowercase() == *password,
                "{password:?}"
            );
        }
    }
}
