//! The names that feed readers know things by. They outlive another slug, another title and another public URL, and
//! move with the database: a name is made of the row's id and of a number that the site was given once
//! ([`crate::auth::secrets::site_id`]), so that no two sites share one.
//!
//! A post that was published elsewhere before has a name there already. An import may keep it in `extra.guid`; it is
//! used as it is, and whoever reads the site by feed does not see their old posts anew.

use sea_orm::prelude::Json;
use sha2::{Digest, Sha256};
use url::Url;

/// The longest name that is taken over from elsewhere, in bytes.
const MAX_GUID: usize = 1000;

/// A name for good: a UUID of version 8 (RFC 9562, 5.8) as a URN. `kind` says what `id` is the id of.
pub fn name(site_id: &[u8], kind: &str, id: i64) -> String {
    let mut hash = Sha256::new();
    hash.update(site_id);
    hash.update(kind);
    hash.update(id.to_be_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The name that a post had elsewhere: an absolute URI in its `extra.guid`.
pub fn earlier(extra: &Json) -> Option<String> {
    let guid = extra.get("guid")?.as_str()?;
    let is_uri = guid.len() <= MAX_GUID
        && guid.bytes().all(|byte| byte.is_ascii_graphic())
        && !guid.contains(['<', '>', '"', '{', '}', '|', '\\', '^', '`'])
        && Url::parse(guid).is_ok();
    is_uri.then(|| guid.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{earlier, name};

    #[test]
    fn a_name_is_a_uuid_of_its_own() {
        let names =
            [name(b"a", "post", 1), name(b"b", "post", 1), name(b"a", "tag", 1), name(b"a", "post", 2)];
        for name in &names {
            let uuid = name.strip_prefix("urn:uuid:").unwrap_or_default();
            assert_eq!(uuid.len(), 36, "{name}");
            assert_eq!(uuid.as_bytes()[14], b'8', "{name}");
            assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{name}");
        }
        assert!(names.iter().enumerate().all(|(at, name)| !names[at + 1..].contains(name)));
        assert_eq!(names[0], name(b"a", "post", 1));
    }

    #[test]
    fn only_a_uri_is_taken_over() {
        for good in ["https://old.example/?p=12", "tag:old.example,2009:post-1", "urn:uuid:1"] {
            assert_eq!(earlier(&json!({ "guid": good })).as_deref(), Some(good));
        }
        for bad in
            [json!({}), json!({"guid": 7}), json!({"guid": "12"}), json!({"guid": "https://a b"}), json!([])]
        {
            assert_eq!(earlier(&bad), None, "{bad}");
        }
        assert_eq!(earlier(&json!({ "guid": format!("tag:{}", "x".repeat(1000)) })), None);
    }
}
