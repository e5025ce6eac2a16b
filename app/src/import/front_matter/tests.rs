use super::*;

fn fields(text: &str) -> Fields {
    read(text).unwrap().fields.unwrap()
}

fn defect(text: &str) -> String {
    match read(text) {
        Ok(_) => panic!("accepted: {text:.60}"),
        Err(defect) => defect.to_string(),
    }
}

#[test]
fn both_syntaxes_are_read_with_bom_and_crlf() {
    for text in [
        "+++\ntitle = \"A\"\n+++\nBody\n",
        "\u{feff}+++\r\ntitle = \"A\"\r\n+++\r\nBody\n",
        "---\ntitle: A\n---\nBody\n",
        "\n---  \r\ntitle: A\r\n--- \r\nBody\n",
        "---\ntitle: A\n...\nBody\n",
    ] {
        let document = read(text).unwrap();
        assert_eq!(document.fields.unwrap().text(&["title"]).unwrap().as_deref(), Some("A"));
        assert_eq!(document.body, "Body\n");
    }
    assert!(read("No front matter\n---\n").unwrap().fields.is_none());
    assert!(fields("---\n---\n").names().is_empty());
    assert!(fields("+++\n+++").names().is_empty());
}

#[test]
fn errors_name_the_line_in_the_file() {
    assert_eq!(defect("+++\ntitle = 1\n"), "line 1: the front matter is not closed, no second `+++` follows");
    assert!(defect("\n---\ntitle: a\n+++\n").starts_with("line 2: "));
    assert!(defect("+++\ntitle = \"a\"\nx = = 2\n+++\n").starts_with("line 3: "));
    let yaml = defect("---\ntitle: a\nb: [1, 2\nc: d\n---\n");
    assert!(yaml.starts_with("line "), "{yaml}");
    assert!(defect("---\na: 1\nb: 2\na: 3\n---\n").starts_with("line 4: "));
    assert!(defect("---\n- a\n---\n").contains("no list of `name: value`"));
    assert!(!yaml.contains('\n'));
}

#[test]
fn yaml_keeps_words_as_they_are_written() {
    let mut fields =
        fields("---\ntitle: 1.10\nslug: 007\ntags: [no, on, 2018, 0755]\ndraft: yes\nratio: .nan\n---\n");
    assert_eq!(fields.text(&["title"]).unwrap().as_deref(), Some("1.10"));
    assert_eq!(fields.text(&["slug"]).unwrap().as_deref(), Some("007"));
    assert_eq!(fields.list(&["tags"], |one| vec![one.to_owned()]), ["no", "on", "2018", "0755"]);
    assert_eq!(fields.flag("draft"), Some(true));
}

#[test]
fn dates_of_both_syntaxes_become_utc() {
    let toml = "+++\na = 2023-01-10\nb = 2023-01-10T12:00:00\nc = 2023-01-10T12:00:00+02:00\nd = 2023-01-10 12:00:00Z\n+++\n";
    let yaml = "---\na: 2023-01-10\nb: 2023-01-10 12:00:00\nc: 2023-01-10 12:00:00 +0200\nd: 2023-01-10T12:00:00Z\n---\n";
    for text in [toml, yaml] {
        let mut fields = fields(text);
        for (name, hour) in [("a", 0), ("b", 12), ("c", 10), ("d", 12)] {
            let expected = parse_date(&format!("2023-01-10 {hour}:00")).unwrap();
            assert_eq!(fields.date(&[name]).unwrap(), Some(expected), "{name}");
        }
    }
    let mut bad = fields("---\ndate: soon\nlastmod: [1]\nempty: ''\n---\n");
    assert_eq!(bad.date(&["date"]).unwrap_err().to_string(), "`date` is not a date: soon");
    assert!(bad.date(&["updated", "lastmod"]).unwrap_err().to_string().contains("`lastmod`"));
    assert_eq!(bad.date(&["empty"]).unwrap(), None);
}

#[test]
fn lists_come_as_texts_lists_and_tables() {
    let mut fields =
        fields("---\na: One\nb: [Two, 3]\nc:\n  - name: Four\n    url: x\n  - {nick: y}\nD: Five\n---\n");
    assert_eq!(
        fields.list(&["a", "b", "c", "d"], |one| vec![one.to_owned()]),
        ["One", "Two", "3", "Four", "Five"]
    );
    assert!(fields.into_rest().is_empty());
}

#[test]
fn an_alias_bomb_is_refused_quickly() {
    let mut bomb = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let items = vec![format!("*a{}", n - 1); 10].join(", ");
        bomb.push_str(&format!("a{n}: &a{n} [{items}]\n"));
    }
    bomb.push_str("---\n");
    let start = std::time::Instant::now();
    assert!(!defect(&bomb).is_empty());
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn deep_nesting_and_endless_front_matter_are_refused() {
    for depth in [100, 100_000] {
        assert!(!defect(&format!("---\na: {}{}\n---\n", "[".repeat(depth), "]".repeat(depth))).is_empty());
        assert!(!defect(&format!("+++\na = {}{}\n+++\n", "[".repeat(depth), "]".repeat(depth))).is_empty());
        assert!(!defect(&format!("+++\na{} = 1\n+++\n", ".b".repeat(depth))).is_empty(), "dotted {depth}");
    }
    let block: String = (0..2_000).map(|n| format!("{}k:\n", " ".repeat(n))).collect();
    assert!(!defect(&format!("---\n{block}---\n")).is_empty());
    assert!(defect(&format!("---\na: {}\n---\n", "x".repeat(MAX_FRONT_MATTER))).contains("1 MiB"));
    let items = "x,".repeat(100_000);
    assert!(!defect(&format!("---\na: [{items}]\n---\n")).is_empty());
}

#[test]
fn nul_in_escapes_is_refused() {
    assert!(defect("---\ntitle: \"a\\0b\"\n---\n").contains("NUL"));
    assert!(defect("+++\n[extra]\nx = [\"a\\u0000b\"]\n+++\n").contains("NUL"));
    assert!(defect("+++\n\"a\\u0000\" = 1\n+++\n").contains("NUL"));
}
