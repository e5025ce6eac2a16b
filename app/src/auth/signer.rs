//! What leaves the site and comes back: signed with the site's key, so that nobody else can have made it. Nothing is
//! stored for it, and all nodes know it.

use actix_web::cookie::Key;
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The bytes of a signature.
const MAC_BYTES: usize = 32;

/// Signs with HMAC-SHA-256 (RFC 2104).
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Signer")
    }
}

impl Signer {
    /// Signs with a part of the key of the site's cookies.
    pub fn new(key: &Key) -> Self {
        // As RFC 2104 fills up a key that is shorter than a block.
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(key.signing()) {
            *to = *from;
        }
        Self(Hmac::new(&block.into()))
    }

    /// Numbers and their signature, as letters that may stand in an address. What is signed for one purpose is good for no
    /// other one.
    pub fn sign<const N: usize>(&self, purpose: &str, numbers: [i64; N]) -> String {
        let mut bytes = numbers.map(i64::to_be_bytes).concat();
        let mac = self.mac(purpose, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// The numbers of a signed text; none for one that was not signed here, for this purpose.
    pub fn open<const N: usize>(&self, purpose: &str, text: &str) -> Option<[i64; N]> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (payload, mac) = bytes.split_at_checked(N * 8)?;
        if mac.len() != MAC_BYTES || self.mac(purpose, payload).verify_slice(mac).is_err() {
            return None;
        }
        let mut numbers = [0; N];
        for (number, bytes) in numbers.iter_mut().zip(payload.chunks_exact(8)) {
            *number = i64::from_be_bytes(bytes.try_into().ok()?);
        }
        Some(numbers)
    }

    fn mac(&self, purpose: &str, payload: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(payload);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_here_for_this_opens() {
        let signer = Signer::new(&Key::from(&[7; 64]));
        let text = signer.sign("form", [1, -2]);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_eq!(signer.open("form", &text), Some([1, -2]));
        assert_eq!(signer.open::<2>("mail", &text), None);
        assert_eq!(signer.open::<1>("form", &text), None);
        assert_eq!(Signer::new(&Key::from(&[8; 64])).open::<2>("form", &text), None);
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(signer.open::<2>("form", str::from_utf8(&forged).unwrap()), None, "{at}");
        }
        for bad in ["", "A", "é", &text[1..], &format!("{text}A")] {
            assert_eq!(signer.open::<2>("form", bad), None, "{bad}");
        }
    }
}
