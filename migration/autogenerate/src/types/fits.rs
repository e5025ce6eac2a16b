//! What of one type fits into another.

use super::Type;

/// Types between which there is a way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Text,
    Number,
    Moment,
    Time,
    Json,
    Uuid,
    Bytes,
    Money,
}

impl Type {
    pub(crate) fn is_unsigned(&self) -> bool {
        matches!(self, Self::TinyUnsigned | Self::SmallUnsigned | Self::Unsigned | Self::BigUnsigned)
    }

    /// The digits that an integer of so many bytes may have.
    fn digits(&self, width: u32) -> u32 {
        match width {
            1 => 3,
            2 => 5,
            4 => 10,
            _ if self.is_unsigned() => 20,
            _ => 19,
        }
    }

    /// The most letters that a text may have, where that is said.
    fn letters(&self) -> Option<u32> {
        match self {
            Self::Char(size) => Some(size.unwrap_or(1)),
            Self::String(size) => *size,
            _ => None,
        }
    }

    /// Bytes of an integer.
    pub(super) fn width(&self) -> Option<u32> {
        Some(match self {
            Self::TinyInteger | Self::TinyUnsigned => 1,
            Self::SmallInteger | Self::SmallUnsigned => 2,
            Self::Integer | Self::Unsigned => 4,
            Self::BigInteger | Self::BigUnsigned | Self::AnyInteger => 8,
            _ => return None,
        })
    }

    /// Whether a column of this type can become one of `other`, and back: whether every database has a way between the two.
    pub fn converts_to(&self, other: &Self) -> bool {
        use Family as F;
        match (self.family(), other.family()) {
            (one, another) if one == another => true,
            (F::Text, F::Number | F::Moment | F::Time | F::Json)
            | (F::Number | F::Moment | F::Time | F::Json, F::Text) => true,
            _ => false,
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::Date | Self::DateTime | Self::Timestamp | Self::TimestampWithTimeZone => Family::Moment,
            Self::Time => Family::Time,
            Self::Json | Self::JsonBinary => Family::Json,
            Self::Uuid => Family::Uuid,
            Self::Binary(_) | Self::VarBinary(_) | Self::Blob => Family::Bytes,
            // PostgreSQL knows a way to its decimal alone.
            Self::Money(_) => Family::Money,
            Self::Boolean | Self::AnyInteger => Family::Number,
            kind if kind.is_number() => Family::Number,
            // Enumerations too, and what only one database knows.
            _ => Family::Text,
        }
    }

    /// Whether what is in a column of this type may not fit into one of `other`.
    pub fn narrows_to(&self, other: &Self) -> bool {
        fn shorter(from: Option<u32>, to: Option<u32>) -> bool {
            to.is_some_and(|to| from.is_none_or(|from| from > to))
        }
        match (self, other) {
            (from, to) if from == to => false,
            (from, Self::Char(_) | Self::String(_)) if from.is_text() => {
                // MySQL's string has 255 letters where nothing is said.
                from.letters().is_none_or(|letters| letters > other.letters().unwrap_or(255))
            }
            (Self::Decimal(Some((from, from_scale))), Self::Decimal(Some((to, to_scale)))) => {
                to_scale < from_scale || to - to_scale.min(to) < from - from_scale.min(from)
            }
            (Self::Decimal(None), Self::Decimal(Some(_))) => true,
            (Self::VarBinary(from), Self::VarBinary(to)) => shorter(*from, *to),
            (Self::Enum { values: from, .. }, Self::Enum { values: to, .. }) => {
                from.iter().any(|value| !to.contains(value))
            }
            (from, to) if from.is_text() && to.is_text() => false,
            (Self::Boolean, to) if to.width().is_some() => false,
            (Self::Json, Self::JsonBinary) | (Self::JsonBinary, Self::Json) => false,
            (Self::Float, Self::Double) => false,
            (Self::Date, Self::DateTime | Self::Timestamp | Self::TimestampWithTimeZone) => false,
            (Self::Enum { .. }, Self::String(None) | Self::Text) => false,
            (from, Self::Text | Self::String(None)) if from.is_number() || *from == Self::Uuid => false,
            (from, to) => match (from.width(), to.width()) {
                (Some(old), Some(new)) => match (from.is_unsigned(), to.is_unsigned()) {
                    (false, true) => true,
                    (true, false) => old >= new,
                    _ => old > new,
                },
                (Some(width), None) => match to {
                    // MySQL's has ten digits where nothing is said.
                    Self::Decimal(size) => {
                        let (digits, scale) = size.unwrap_or((10, 0));
                        digits.saturating_sub(scale) < from.digits(width)
                    }
                    // A double has 53 bits for a number.
                    Self::Double => width > 4,
                    _ => true,
                },
                _ => true,
            },
        }
    }

    /// Whether the two may be one, as far as whoever described the first could know.
    pub fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::AnyInteger, other) | (other, Self::AnyInteger) => matches!(other.width(), Some(4 | 8)),
            // Only MySQL has unsigned numbers, and what is applied to SQLite forgets them.
            (Self::BigInteger, Self::Unsigned | Self::BigUnsigned)
            | (Self::Integer | Self::SmallInteger, Self::SmallUnsigned)
            | (Self::TinyInteger | Self::SmallInteger, Self::TinyUnsigned) => true,
            (Self::Enum { values: some, .. }, Self::Enum { values: others, .. })
                if some.is_empty() || others.is_empty() =>
            {
                true
            }
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_fit_is_narrower() {
        let (short, long) = (Type::String(Some(10)), Type::String(Some(20)));
        let role = |values: &[&str]| Type::Enum {
            name: "role".to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        for (from, to) in [
            (&long, &short),
            (&Type::Text, &long),
            (&Type::BigInteger, &Type::Integer),
            (&Type::Double, &Type::Integer),
            (&Type::Decimal(Some((10, 2))), &Type::Decimal(Some((8, 2)))),
            (&role(&["a", "b"]), &role(&["a"])),
            (&Type::TimestampWithTimeZone, &Type::Date),
            (&Type::Text, &Type::String(None)),
            (&Type::String(None), &long),
            (&Type::String(Some(2)), &Type::Char(None)),
            (&Type::Integer, &Type::Decimal(Some((10, 2)))),
            (&Type::BigInteger, &Type::Decimal(None)),
            (&Type::BigUnsigned, &Type::Decimal(Some((19, 0)))),
            (&Type::Integer, &Type::Unsigned),
            (&Type::Unsigned, &Type::Integer),
            (&Type::SmallInteger, &Type::BigUnsigned),
        ] {
            assert!(from.narrows_to(to), "{from:?} → {to:?}");
            assert!(!to.narrows_to(from) || from.is_number() && to.is_number(), "{to:?} → {from:?}");
        }
        assert!(Type::String(Some(300)).narrows_to(&Type::String(None)));
        for (from, to) in [
            (Type::Integer, Type::BigInteger),
            (Type::Integer, Type::Text),
            (long, Type::String(None)),
            (Type::String(None), Type::String(None)),
            (Type::String(None), Type::Text),
            (Type::Char(None), Type::String(Some(1))),
            (Type::Unsigned, Type::BigInteger),
            (Type::Unsigned, Type::BigUnsigned),
            (Type::Integer, Type::Decimal(Some((12, 2)))),
            (Type::Integer, Type::Decimal(None)),
            (Type::BigInteger, Type::Decimal(Some((19, 0)))),
            (Type::Boolean, Type::BigInteger),
        ] {
            assert!(!from.narrows_to(&to), "{from:?} → {to:?}");
        }
    }
}
