//! Passwords: argon2id (RFC 9106), hashed off the event loop.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};

/// The least number of characters (OWASP ASVS 5.0 6.2.1 asks for 8, 6.2.9 for 64 to be accepted).
pub const MIN_CHARS: usize = 10;
/// The greatest number of bytes; hashing more would only cost time.
pub const MAX_BYTES: usize = 1024;

/// Why a password was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("a password needs at least {MIN_CHARS} characters")]
    TooShort,
    /// More than [`MAX_BYTES`] bytes.
    #[error("a password may have at most {MAX_BYTES} bytes")]
    TooLong,
    /// The operating system gave no randomness, or no memory.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// Hashes a password on the blocking pool; the result is a PHC string.
///
/// Parameters are OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
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
    let hashed = tokio::task::spawn_blocking(move || {
        let params = Params::new(19 * 1024, 2, 1, None)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    hashed
        .await
        .map_err(|error| Error::Hash(error.to_string()))?
        .map_err(|error| Error::Hash(error.to_string()))
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    #[tokio::test]
    async fn a_hash_is_argon2id_salted_and_verifies() -> Result<(), Error> {
        let [one, two] = [hash("correct horse".into()).await?, hash("correct horse".into()).await?];
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert!(Argon2::default().verify_password(b"correct horse", one.as_str()).is_ok());
        assert!(Argon2::default().verify_password(b"correct horsf", one.as_str()).is_err());
        Ok(())
    }

    #[tokio::test]
    async fn length_counts_characters_of_any_script() {
        assert!(matches!(hash("короткий".into()).await, Err(Error::TooShort)));
        assert!(hash("достаточный".into()).await.is_ok());
        assert!(matches!(hash("x".repeat(1025)).await, Err(Error::TooLong)));
    }
}
