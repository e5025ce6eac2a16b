use super::*;
use std::fs;

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    fn write(&self, path: &str, data: &[u8]) {
        let file = self.0.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, data).unwrap();
    }

    fn entries(&self) -> Vec<Result<Entry, Problem>> {
        Source::open(self.0.path()).unwrap().collect()
    }

    fn post(&self) -> SourcePost {
        match self.entries().remove(0) {
            Ok(Entry::Post(post)) => *post,
            other => panic!("no post: {other:?}"),
        }
    }
}

fn post(path: &str, text: &str) -> SourcePost {
    Folder::with(&[(path, text)]).post()
}

fn skipped(path: &str, text: &str) -> String {
    match Folder::with(&[(path, text)]).entries().remove(0) {
        Ok(Entry::Skipped { reason, .. }) => reason,
        other => panic!("not skipped: {other:?}"),
    }
}

fn problem(path: &str, data: &[u8]) -> String {
    let folder = Folder::with(&[]);
    folder.write(path, data);
    folder.entries().remove(0).unwrap_err().to_string()
}

fn day(post: &SourcePost) -> Option<String> {
    post.date.map(|date| date.format("%F").to_string())
}

#[test]
fn a_zola_post_is_read_whole() {
    let post = post(
        "blog/x.md",
        "+++\ntitle = \" A \\n title\"\npath = \"2023/01/10/hello\"\naliases = [\"old.html\", \"/old.html/\"]\nauthors = [\"A\", \"B\"]\n\
         [taxonomies]\ntags = [\"Rust\", \"web\", \" rust \"]\ncategories = [\"News\"]\nseries = [\"s\"]\n\
         [extra]\nteam = \"t\"\nuntil = 2024-01-01\n+++\r\nLead\r\n\r\n<!-- more -->\r\nRest",
    );
    assert_eq!(post.key, "/2023/01/10/hello");
    assert_eq!(post.title, "A title");
    assert_eq!(post.slug.as_deref(), Some("hello"));
    assert_eq!(day(&post).as_deref(), Some("2023-01-10"));
    assert_eq!(post.old_paths, ["/2023/01/10/hello", "/old.html"]);
    assert_eq!(post.tags, ["Rust", "web", "News"]);
    assert_eq!(post.authors, ["A", "B"]);
    assert_eq!(post.lead.as_deref(), Some("Lead"));
    assert_eq!(post.body, "Lead\n\n\nRest");
    let extra =
        serde_json::json!({"extra": {"team": "t", "until": "2024-01-01"}, "taxonomies": {"series": ["s"]}});
    assert_eq!(serde_json::Value::Object(post.extra), extra);
}

#[test]
fn a_hugo_bundle_goes_by_its_folder() {
    let folder = Folder::with(&[(
        "content/Blog/2023-01-10-My Post/index.md",
        "---\nTitle: T\nlastmod: 2024-02-03\nsummary: S\ndraft: true\n---\n![](a.pdf)<!--more-->\n",
    )]);
    folder.write("content/Blog/2023-01-10-My Post/a.pdf", b"%PDF-1");
    let post = folder.post();
    assert_eq!(post.key, "content/Blog/2023-01-10-My Post");
    assert_eq!(post.slug.as_deref(), Some("My Post"));
    assert_eq!(post.old_paths, ["/blog/my-post"]);
    assert_eq!((post.draft, post.lead.as_deref(), post.summary.as_deref()), (true, None, Some("S")));
    assert_eq!(post.updated.unwrap().to_rfc3339(), "2024-02-03T00:00:00+00:00");
    assert_eq!(post.assets.len(), 1);
    let before = post.digest;
    folder.write("content/Blog/2023-01-10-My Post/a.pdf", b"%PDF-2");
    assert_ne!(folder.post().digest, before);
}

#[test]
fn jekyll_posts_and_drafts_follow_their_names() {
    let published = post(
        "_posts/2023-01-10-a-b.markdown",
        "---\nlayout: page\ncategories: One\ntags: x y\nauthor: {name: N}\n---\nText",
    );
    assert_eq!((published.title.as_str(), published.draft), ("A b", false));
    assert_eq!(published.tags, ["x", "y", "One"]);
    assert_eq!(published.authors, ["N"]);
    assert_eq!(published.old_paths, ["/one/2023/01/10/a-b.html"]);
    assert!(post("_drafts/a.md", "---\ntitle: A\n---\n").draft);
    assert!(post("a.md", "---\ntitle: A\npublished: false\n---\n").draft);
    let pretty =
        post("_posts/2023-01-10-a.md", "---\ntitle: A\npermalink: /:year/:title/\nredirect_from: /o/\n---\n");
    assert_eq!(pretty.key, "_posts/2023-01-10-a.md");
    assert_eq!(pretty.old_paths, ["/2023/01/10/a.html", "/o"]);
    let stated = post("_posts/2023-01-10-a.md", "---\ntitle: A\npermalink: /x/index.html\n---\n");
    assert_eq!((stated.key.as_str(), stated.slug.as_deref()), ("/x/index.html", Some("x")));
}

#[test]
fn plain_markdown_takes_its_heading_or_its_name_as_title() {
    let headed = post("a.md", "```\n# code\n```\n\n# Real title #\n\nText\n");
    assert_eq!((headed.title.as_str(), headed.body.as_str()), ("Real title", "```\n# code\n```\n\n\nText\n"));
    assert!(headed.old_paths.is_empty());
    let named = post("2023-01-10-some_name.md", "Text");
    assert_eq!((named.title.as_str(), named.slug.as_deref()), ("Some name", Some("some_name")));
    assert_eq!(day(&named).as_deref(), Some("2023-01-10"));
}

#[test]
fn what_is_no_post_is_skipped_with_a_reason() {
    assert!(skipped("blog/_index.md", "+++\nbroken").contains("section"));
    assert!(skipped("latest.md", "+++\ntemplate = \"x\"\n+++\n").contains("only `template`"));
    assert!(skipped("README.md", "# My site\n").contains("project"));
    assert!(skipped("LICENSE-MIT.md", "Text").contains("project"));
    assert_eq!(skipped("a.md", " \n"), "it is empty");
    assert_eq!(post("README.md", "---\ntitle: T\n---\n").title, "T");
    assert_eq!(post("readme-first.md", "---\ndate: 2023-01-10\n---\n").title, "Readme first");
}

#[test]
fn a_bad_file_is_a_problem_of_its_own() {
    assert_eq!(problem("a/b.md", b"a\nb\0c"), "a/b.md: line 2: contains a NUL character");
    assert_eq!(problem("b.md", b"a\n\xff"), "b.md: line 2: not UTF-8");
    assert_eq!(problem("b.md", &vec![b'a'; 10 * 1024 * 1024 + 1]), "b.md: larger than 10 MiB");
    assert_eq!(problem("b.md", b"---\ntitle: a\ndate: soon\n---\n"), "b.md: `date` is not a date: soon");
    assert_eq!(problem("b.md", b"---\ntitle: [a]\n---\n"), "b.md: `title` is not a text");
    let folder = Folder::with(&[("a.md", "+++\n"), ("b.md", "---\ntitle: B\n---\n")]);
    let entries = folder.entries();
    assert!(entries[0].is_err() && entries[1].is_ok());
}

#[test]
fn two_files_with_one_address_do_not_overwrite_each_other() {
    let text = "+++\ntitle = \"A\"\npath = \"x\"\n+++\n";
    let entries = Folder::with(&[("a.md", text), ("b.md", text), ("c.md", text)]).entries();
    assert_eq!(entries[1].as_ref().unwrap_err().to_string(), "b.md: has the same address as a.md: /x");
    assert_eq!(entries[2].as_ref().unwrap_err().to_string(), "c.md: has the same address as a.md: /x");
}

#[test]
fn files_come_in_order_and_their_number_is_known() {
    let folder = Folder::with(&[
        ("b.md", "B"),
        ("a/z.MD", "Z"),
        ("a/y.markdown", "Y"),
        ("c.txt", "C"),
        (".git/x.md", "X"),
        (".x.md", "X"),
        ("node_modules/m/a.md", "M"),
        ("themes/t/a.md", "T"),
        ("config.toml", ""),
    ]);
    let source = Source::open(folder.0.path()).unwrap();
    assert_eq!(source.len(), 3);
    let paths: Vec<_> = source
        .map(|entry| match entry {
            Ok(Entry::Post(post)) => post.relative_path,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(paths, ["a/y.markdown", "a/z.MD", "b.md"]);
    assert!(Source::open(&folder.0.path().join("b.md")).is_err());
    assert!(Source::open(&folder.0.path().join("none")).is_err());
}

#[cfg(unix)]
#[test]
fn symbolic_links_out_of_the_folder_are_not_followed() {
    let other = Folder::with(&[("secret.md", "S"), ("d/secret.md", "S")]);
    let folder = Folder::with(&[("a/x.md", "X")]);
    let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, folder.0.path().join(name)).unwrap();
    link(&other.0.path().join("secret.md"), "l.md");
    link(&other.0.path().join("d"), "d");
    link(&folder.0.path().join("nowhere"), "n.md");
    link(folder.0.path(), "a/circle");
    let entries = folder.entries();
    assert_eq!(entries.iter().filter(|entry| entry.is_ok()).count(), 1, "{entries:?}");
    assert_eq!(entries[0].as_ref().unwrap_err().to_string(), "a/circle: a symbolic link leads in a circle");
}
