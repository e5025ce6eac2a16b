//! Writing XML 1.0: feeds, sitemaps and descriptions. [`quick_xml`] sees to it that what is opened is closed; what may
//! not stand in XML at all is replaced here, for no writer does that and no reader forgives it.

use std::{borrow::Cow, io};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event, attributes::Attribute},
    name::QName,
};

/// What is being written.
pub type Out = Writer<Vec<u8>>;

/// Names and values of attributes; the names are ours.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A document with one root element, which `inside` fills.
///
/// # Errors
/// Those of `inside`.
pub fn document(
    root: &str,
    attributes: Attributes<'_>,
    inside: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    let mut out = Writer::new(Vec::new());
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    out.write_event(Event::Text(BytesText::from_escaped("\n")))?;
    within(&mut out, root, attributes, inside)?;
    out.write_event(Event::Text(BytesText::from_escaped("\n")))?;
    Ok(out.into_inner())
}

/// An element with others inside.
///
/// # Errors
/// Those of `inside`.
pub fn within(
    out: &mut Out,
    name: &str,
    attributes: Attributes<'_>,
    inside: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<()> {
    out.create_element(name).with_attributes(escaped(attributes)).write_inner_content(inside)?;
    Ok(())
}

fn escaped<'a>(attributes: Attributes<'a>) -> impl Iterator<Item = Attribute<'a>> {
    attributes.iter().map(|(name, value)| Attribute {
        key: QName(name.as_bytes()),
        value: Cow::Owned(escape(value, Place::Attribute).into_bytes()),
    })
}

/// An element that holds a text.
///
/// # Errors
/// None: a buffer takes everything.
pub fn text(out: &mut Out, name: &str, attributes: Attributes<'_>, text: &str) -> io::Result<()> {
    let escaped = escape(text, Place::Text);
    within(out, name, attributes, |out| out.write_event(Event::Text(BytesText::from_escaped(escaped))))
}

/// An element that holds nothing.
///
/// # Errors
/// None: a buffer takes everything.
pub fn empty(out: &mut Out, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
    out.create_element(name).with_attributes(escaped(attributes)).write_empty()?;
    Ok(())
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between tags.
    Text,
    /// In an attribute, where a parser makes blanks of line ends.
    Attribute,
}

/// A text that a parser reads back as it was. What XML 1.0 (2.2) has no way to say becomes U+FFFD.
pub fn escape(text: &str, place: Place) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Parsers make a line feed of it unless it is written so.
            '\r' => escaped.push_str("&#13;"),
            '\n' if place == Place::Attribute => escaped.push_str("&#10;"),
            '\t' if place == Place::Attribute => escaped.push_str("&#9;"),
            '\n' | '\t' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => {
                escaped.push(character);
            }
            _ => escaped.push('\u{FFFD}'),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Place, document, empty, escape, text};

    #[test]
    fn what_xml_cannot_say_is_replaced() {
        assert_eq!(
            escape("a\0\u{1}\u{b}\u{1f}\u{fffe}\u{ffff}b", Place::Text),
            format!("a{}b", "\u{FFFD}".repeat(6))
        );
        assert_eq!(
            escape("\t\n\r é\u{D7FF}\u{E000}\u{10FFFF}", Place::Text),
            "\t\n&#13; é\u{D7FF}\u{E000}\u{10FFFF}"
        );
        assert_eq!(escape("\t\n\r\"<>&]]>", Place::Attribute), "&#9;&#10;&#13;&quot;&lt;&gt;&amp;]]&gt;");
    }

    #[test]
    fn a_document_is_closed_and_escaped() {
        let document = document("a", &[("b", "<\"&")], |out| {
            text(out, "c", &[], "]]> & </a>")?;
            empty(out, "d", &[("e", "\n")])
        });
        assert_eq!(
            String::from_utf8(document.unwrap_or_default()).unwrap_or_default(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a b=\"&lt;&quot;&amp;\"><c>]]&gt; &amp; &lt;/a&gt;</c><d e=\"&#10;\"/></a>\n"
        );
    }
}
