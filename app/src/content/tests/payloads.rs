//! Markup that has carried scripts past sanitisers, and pieces to build more of it.

/// The lines of the file that says more of them; there are pictures of control characters in it, `{U+202E}` stands for
/// the character.
pub(super) fn payloads() -> Vec<String> {
    let file = include_str!("../../../../tests/payloads/xss.txt");
    let control = |c: char| match u32::from(c) {
        picture @ 0x2401..=0x241f => char::from_u32(picture - 0x2400).unwrap(),
        _ => c,
    };
    let decoded = |line: &str| {
        let mut parts = line.split("{U+");
        let mut text: String = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, after) = part.split_once('}').unwrap();
            text.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
            text.push_str(after);
        }
        text.chars().map(control).collect()
    };
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with("%%")).skip(2);
    lines.map(decoded).collect()
}

pub(super) const PIECES: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n\n",
    "# ",
    "## a\n",
    "> ",
    "- ",
    "1. ",
    "*",
    "**",
    "_",
    "`",
    "```rust\n",
    "[",
    "](",
    ")",
    "![",
    "|",
    "|-|\n",
    "<b>",
    "</b>",
    "<p>",
    "</p>",
    "<a href=x>",
    "</a>",
    "<table>",
    "<td>",
    "</table>",
    "<svg>",
    "</svg>",
    "<style>",
    "</style>",
    "<select>",
    "<li>",
    "<h2 id=a>",
    "<h1>",
    "</h2>",
    "<img src=x",
    ">",
    "\"",
    "'",
    "<!--",
    "-->",
    "[^1]",
    "\n[^1]: a\n",
    "&lt;",
    "<pre>",
    "</pre>",
    "<div>",
    "</div>",
    "<math>",
    "<i id=\"a\">",
    "<script>",
    "</script>",
    "http://a.b",
    "    ",
    "{#a}",
    "<input>",
    "<ruby>",
    "<dl>",
    "<dd>",
    "<video>",
    "<template>",
    "\t",
    "\r\n",
    "\0",
    "é",
    "<font>",
    "<br>",
    "</br>",
    "<textarea>",
    "<form>",
];
