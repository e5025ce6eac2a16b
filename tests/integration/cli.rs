//! The program in a shell: its commands, its settings, and how it starts and stops.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper that fails must fail its test"
)]

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use entity::{
    admin_log, comment,
    post::{self, PostStatus},
    post_revision, user,
};
use harness::{Backend, TestDatabase, TestSite, build::day, command, dump, lectern, printed};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait, TransactionTrait};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a test waits for what must come, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder to run the program in, with a database.
struct Shell {
    folder: TempDir,
    database: TestDatabase,
}

impl Shell {
    async fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: TestDatabase::create().await }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), &self.database.url(), arguments)
    }

    fn lectern(&self, arguments: &[&str]) -> Output {
        lectern(self.folder.path(), &self.database.url(), arguments)
    }

    /// Runs the program with something to read on its standard input.
    fn lectern_reading(&self, input: &str, arguments: &[&str]) -> Output {
        output_of(self.command(arguments), input)
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    async fn end(self) {
        self.database.drop().await;
    }
}

fn output_of(mut command: Command, input: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that refuses before it reads closes the pipe.
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    child.wait_with_output().unwrap()
}

/// The one line that a command which fails says, and nothing on standard output.
#[track_caller]
fn refusal(output: &Output) -> String {
    let (out, errors) = printed(output);
    assert!(!output.status.success(), "it succeeded: {out}{errors}");
    assert!(output.status.code().is_some(), "it ended by a signal: {:?}", output.status);
    assert_eq!(errors.trim_end().lines().count(), 1, "one line: {errors}");
    assert_eq!(out, "", "nothing but the line");
    assert!(errors.starts_with("error: "), "{errors}");
    errors
}

#[track_caller]
fn success(output: &Output) -> String {
    let (out, errors) = printed(output);
    assert!(output.status.success(), "{out}{errors}");
    out
}

#[tokio::test]
async fn every_command_explains_itself() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        "",
        "serve",
        "user",
        "user create",
        "user list",
        "user set-password",
        "user set-role",
        "user deactivate",
        "token",
        "token create",
        "token list",
        "token revoke",
        "import",
        "import markdown",
        "search",
        "search reindex",
        "demo",
        "migrate",
        "migrate up",
        "migrate down",
        "migrate status",
    ] {
        let with_help: Vec<&str> = arguments.split_whitespace().chain(["--help"]).collect();
        let help = success(&lectern(folder.path(), "sqlite://never.db", &with_help));
        let usage = help.lines().find(|line| line.starts_with("Usage:")).unwrap_or_default().to_owned();
        assert!(usage.contains(format!("lectern {arguments}").trim()), "{arguments}: {help}");
    }
    let help = success(&lectern(folder.path(), "sqlite://never.db", &["--help"]));
    for setting in
        ["DATABASE_URL", "LECTERN_ADDR", "LECTERN_DATA_DIR", "LECTERN_WORKERS", "LECTERN_PUBLIC_URL"]
    {
        assert!(help.contains(setting), "{setting} in {help}");
    }
    let version = success(&lectern(folder.path(), "sqlite://never.db", &["--version"]));
    assert!(version.starts_with("lectern "), "{version}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "help makes no file");
}

async fn users(database: &TestDatabase) -> Vec<user::Model> {
    let db = database.connect().await;
    let users = user::Entity::find().all(&db).await.unwrap();
    db.close().await.unwrap();
    users
}

const CREATE_ADA: [&str; 6] = ["user", "create", "--username", "ada", "--email", "Ada@Example.org"];

#[tokio::test]
async fn a_created_user_is_stored_with_a_hash_of_the_password_alone() {
    let shell = Shell::new().await;
    let password = "a horse of another colour";
    let options = ["--role", "admin", "--display-name", "Ada Lovelace", "--password-stdin"];
    let output = shell.lectern_reading(&format!("{password}\r\n"), &[&CREATE_ADA[..], &options].concat());
    let told = success(&output);
    assert!(told.contains("ada") && told.contains("admin"), "{told}");

    let [ada] = &users(&shell.database).await[..] else { panic!("one user") };
    assert_eq!((ada.username.as_str(), ada.email.as_str()), ("ada", "ada@example.org"));
    assert_eq!(
        (ada.display_name.as_str(), ada.role, ada.is_active),
        ("Ada Lovelace", user::Role::Admin, true)
    );
    let hash = ada.password_hash.clone().expect("a hash");
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");

    let list = shell.lectern(&["user", "list"]);
    for text in [&printed(&output).0, &printed(&output).1, &printed(&list).0, &printed(&list).1, &hash] {
        assert!(!text.contains(password), "{text}");
    }
    assert!(!printed(&list).0.contains("$argon2"), "no hash either");
    shell.end().await;
}

#[tokio::test]
async fn a_user_without_options_is_an_author_who_cannot_sign_in_yet() {
    let shell = Shell::new().await;
    let told = success(&shell.lectern(&CREATE_ADA));
    assert!(told.contains("without a password"), "{told}");
    let [ada] = &users(&shell.database).await[..] else { panic!("one user") };
    assert_eq!((ada.role, &ada.password_hash, ada.display_name.as_str()), (user::Role::Author, &None, "ada"));
    shell.end().await;
}

#[tokio::test]
async fn the_list_of_users_says_how_each_one_stands() {
    let shell = Shell::new().await;
    success(&shell.lectern(&CREATE_ADA));
    let bo = [
        "user",
        "create",
        "--username",
        "bo",
        "--email",
        "bo@example.org",
        "--role",
        "editor",
        "--password-stdin",
    ];
    success(&shell.lectern_reading("long enough for bo\n", &bo));
    let cy = ["user", "create", "--username", "cy", "--email", "cy@example.org", "--role", "member"];
    success(&shell.lectern(&cy));
    success(&shell.lectern(&["user", "deactivate", "cy"]));
    let list = success(&shell.lectern(&["user", "list"]));
    for words in [
        ["ada", "author", "no password", "ada@example.org"],
        ["bo", "editor", "active", "bo@example.org"],
        ["cy", "member", "deactivated", "cy@example.org"],
    ] {
        let lines: Vec<&str> = list.lines().filter(|line| line.contains(words[3])).collect();
        assert_eq!(lines.len(), 1, "{list}");
        assert!(words.iter().all(|word| lines[0].contains(word)), "{list}");
    }
    assert!(list.ends_with("3 users\n"), "{list}");
    shell.end().await;
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_old_one() {
    let shell = Shell::new().await;
    success(&shell.lectern(&CREATE_ADA));
    let mut hashes = Vec::new();
    for _ in 0..2 {
        let set = ["user", "set-password", "ada", "--password-stdin"];
        success(&shell.lectern_reading("the same one twice\n", &set));
        hashes.extend(users(&shell.database).await.remove(0).password_hash);
    }
    assert_eq!(hashes.len(), 2);
    assert_ne!(hashes[0], hashes[1], "each hash has a salt of its own");
    for (input, options) in
        [("short", &["--password-stdin"] as &[_]), ("", &["--password-stdin"]), ("not asked for it\n", &[])]
    {
        let arguments = [&["user", "set-password", "ada"], options].concat();
        let line = refusal(&shell.lectern_reading(input, &arguments));
        assert!(line.contains("password"), "{line}");
    }
    assert_eq!(
        users(&shell.database).await.remove(0).password_hash,
        hashes.pop(),
        "a refusal changes nothing"
    );
    shell.end().await;
}

#[tokio::test]
async fn roles_change_and_unknown_ones_are_refused() {
    let shell = Shell::new().await;
    success(&shell.lectern(&CREATE_ADA));
    for (name, role) in [
        ("admin", user::Role::Admin),
        ("editor", user::Role::Editor),
        ("member", user::Role::Member),
        ("author", user::Role::Author),
    ] {
        let told = success(&shell.lectern(&["user", "set-role", "ada", name]));
        assert!(told.contains(name), "{told}");
        assert_eq!(users(&shell.database).await[0].role, role);
    }
    success(&shell.lectern(&["user", "deactivate", "ada"]));
    let db = shell.database.connect().await;
    let log = admin_log::Entity::find().all(&db).await.unwrap();
    db.close().await.unwrap();
    let log: Vec<(&str, &str, String)> = log
        .iter()
        .map(|entry| {
            (entry.user_name.as_str(), entry.row_title.as_str(), entry.changes[0]["new"].to_string())
        })
        .collect();
    assert_eq!(log.len(), 6, "{log:?}");
    assert_eq!(log[0], ("command line", "ada", "\"ada\"".to_owned()), "made");
    assert_eq!(log[1], ("command line", "ada", "\"Admin\"".to_owned()));
    assert_eq!(log[5].2, "\"No\"");
    let output = shell.lectern(&["user", "set-role", "ada", "emperor"]);
    let (_, errors) = printed(&output);
    assert!(!output.status.success());
    assert!(errors.lines().next().unwrap().contains("emperor"), "{errors}");
    shell.end().await;
}

#[tokio::test]
async fn a_deactivated_user_keeps_what_they_wrote_and_is_no_longer_found() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "Her post").save().await;
    let found = async || site.get("/api/search?q=ada").await.expect(200).json()["users"].clone();
    assert_eq!(found().await, json!(["ada"]));
    success(&site.lectern(&["user", "deactivate", "ada"]));
    assert!(!user::Entity::find_by_id(ada).one(site.db.read()).await.unwrap().unwrap().is_active);
    site.get("/posts/her-post").await.expect(200);
    assert_eq!(found().await, json!([]));
    site.end().await;
}

#[tokio::test]
async fn a_user_who_cannot_be_is_refused_in_one_line() {
    let shell = Shell::new().await;
    success(&shell.lectern(&CREATE_ADA));
    let before = users(&shell.database).await;
    let long = format!("{}@example.org", "x".repeat(250));
    for (username, email, named) in [
        ("ada", "other@example.org", "already"),
        ("other", "ada@example.org", "already"),
        ("other", "ADA@EXAMPLE.ORG", "already"),
        ("", "x@example.org", "username"),
        ("a b", "x@example.org", "username"),
        ("a/b", "x@example.org", "username"),
        ("..", "x@example.org", "username"),
        ("x", "no-address", "e-mail"),
        ("x", "x@nowhere", "e-mail"),
        ("x", &long, "e-mail"),
    ] {
        let arguments = ["user", "create", "--username", username, "--email", email];
        let line = refusal(&shell.lectern(&arguments));
        assert!(line.contains(named), "{username} {email}: {line}");
    }
    let short = ["user", "create", "--username", "x", "--email", "x@example.org", "--password-stdin"];
    let line = refusal(&shell.lectern_reading("short\n", &short));
    assert!(line.contains("10 characters") && !line.contains("short\n"), "{line}");
    for gone in [
        &["user", "set-role", "nobody", "admin"] as &[_],
        &["user", "deactivate", "nobody"],
        &["user", "set-password", "nobody", "--password-stdin"],
    ] {
        let line = refusal(&shell.lectern_reading("long enough by far\n", gone));
        assert!(line.contains("nobody"), "{line}");
    }
    assert_eq!(users(&shell.database).await, before, "none of them changed anything");
    shell.end().await;
}

#[tokio::test]
async fn a_setting_that_is_wrong_stops_the_start_with_a_line_that_names_it() {
    let shell = Shell::new().await;
    let another_kind = match Backend::of_run() {
        Backend::MariaDb => "postgres://user:hidden-secret@host/db",
        _ => "mysql://user:hidden-secret@host/db",
    };
    for (name, value) in [
        ("LECTERN_FOO", "1"),
        ("LECTERN_ADR", "127.0.0.1:80"),
        ("LECTERN_ADDR", "localhost"),
        ("LECTERN_ADDR", "127.0.0.1:99999"),
        ("LECTERN_WORKERS", "many"),
        ("LECTERN_WORKERS", "0"),
        ("LECTERN_PUBLIC_URL", "blog.example"),
        ("DATABASE_URL", "lectern.db"),
        ("DATABASE_URL", "oracle://user:hidden-secret@host/db"),
        ("DATABASE_URL", "postgres://user:hidden-secret@host:port/db"),
        ("DATABASE_URL", "mysql://user:hidden-secret@[host/db"),
        ("DATABASE_READ_URL", "replica"),
        ("DATABASE_READ_URL", another_kind),
        ("RUST_LOG", "lectern=noisy"),
    ] {
        let mut command = shell.command(&["serve"]);
        if name != "LECTERN_ADDR" {
            command.env("LECTERN_ADDR", "127.0.0.1:0");
        }
        let output = output_of_start(command.env(name, value));
        let (out, errors) = printed(&output);
        assert!(!output.status.success(), "{name}={value}: {out}");
        let first = errors.lines().next().unwrap_or_default();
        assert!(first.starts_with("error: ") && first.contains(name), "{name}={value}: {errors}");
        assert!(!errors.contains("hidden-secret"), "{name}={value}: {errors}");
    }
    // The same by flag: then the flag is named.
    for (flag, value) in
        [("--addr", "localhost"), ("--workers", "0"), ("--database-url", "x"), ("--public-url", "x")]
    {
        let output = output_of_start(&mut shell.command(&["serve", flag, value]));
        let (_, errors) = printed(&output);
        assert!(!output.status.success());
        assert!(errors.lines().next().unwrap().contains(flag), "{flag}: {errors}");
    }
    shell.end().await;
}

/// What a start prints that is expected to fail; one that does not is ended, and fails the test that way.
fn output_of_start(command: &mut Command) -> Output {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait(&mut child);
    child.wait_with_output().unwrap()
}

/// Waits until a program ends by itself; kills it when it does not.
#[track_caller]
fn wait(child: &mut Child) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it did not end by itself");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test]
async fn settings_come_from_a_file_in_the_folder_unless_the_environment_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file(".env"), "# a comment\nDATABASE_URL=\"sqlite://from-file.db?mode=rwc\"\n").unwrap();
    let mut from_file = command(folder.path(), "", &["user", "list"]);
    success(&from_file.env_remove("DATABASE_URL").output().unwrap());
    assert!(file("from-file.db").exists());

    success(&lectern(folder.path(), "sqlite://from-environment.db?mode=rwc", &["user", "list"]));
    assert!(file("from-environment.db").exists(), "the environment wins over the file");
    let mut from_flag = command(
        folder.path(),
        "sqlite://never.db?mode=rwc",
        &["user", "list", "--database-url", "sqlite://from-flag.db?mode=rwc"],
    );
    success(&from_flag.output().unwrap());
    assert!(file("from-flag.db").exists() && !file("never.db").exists(), "a flag wins over both");

    fs::write(file(".env"), "LECTERN_ADDRESS=127.0.0.1:0\n").unwrap();
    let line = refusal(&lectern(folder.path(), "sqlite://never.db?mode=rwc", &["user", "list"]));
    assert!(line.contains("LECTERN_ADDRESS"), "{line}");
    fs::write(file(".env"), "no assignment\n").unwrap();
    let line = refusal(&lectern(folder.path(), "sqlite://never.db?mode=rwc", &["user", "list"]));
    assert!(line.contains(".env"), "{line}");
    assert!(!file("never.db").exists());
}

#[tokio::test]
async fn settings_are_not_taken_from_a_file_in_a_folder_above() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(folder.path().join(".env"), "DATABASE_URL=sqlite://stray.db?mode=rwc\n").unwrap();
    let mut command = command(&inner, "", &["user", "list"]);
    success(&command.env_remove("DATABASE_URL").output().unwrap());
    assert!(inner.join("lectern.db").exists());
    assert!(!inner.join("stray.db").exists());
}

#[tokio::test]
async fn the_demo_fills_a_site_whose_pages_all_answer_and_does_so_once() {
    let site = TestSite::start().await;
    let told = success(&site.lectern(&["demo", "--posts", "30"]));
    assert!(told.contains("30"), "{told}");
    let posts = post::Entity::find().all(site.db.read()).await.unwrap();
    assert_eq!(posts.len(), 30);
    assert_eq!(posts.iter().filter(|post| post.status == PostStatus::Draft).count(), 1);
    for post in posts.iter().filter(|post| post.status == PostStatus::Published) {
        let page = site.get(&format!("/posts/{}", post.slug)).await.expect(200);
        assert_eq!(page.one("h1"), post.title);
    }
    // Each has its first revision, so that its first change can be compared and taken back.
    let revisions = post_revision::Entity::find().all(site.db.read()).await.unwrap();
    assert_eq!(revisions.len(), posts.len());
    for revision in revisions {
        let post = posts.iter().find(|post| Some(post.id) == revision.post_id).unwrap();
        assert_eq!((&revision.title, &revision.content), (&post.title, &post.content));
    }
    for page in ["/", "/?page=3", "/archive", "/authors", "/tags", "/courses", "/search?q=the"] {
        let page = site.get(page).await.expect(200);
        let links = page.attributes("main a", "href");
        assert!(!links.is_empty(), "{}", page.text());
        for link in links.iter().filter(|link| link.starts_with('/')) {
            site.get(link.split('#').next().unwrap()).await.expect(200);
        }
    }
    for course in site.get("/courses").await.attributes("main a[href^='/courses/']", "href") {
        let lessons = site.get(&course).await.expect(200).attributes("main a[href^='/courses/']", "href");
        assert!(!lessons.is_empty(), "{course}");
        for lesson in lessons {
            site.get(&lesson).await.expect(200);
        }
    }
    let rows = dump::rows(site.db.read()).await;
    let line = refusal(&site.lectern(&["demo", "--posts", "30"]));
    assert!(line.contains("already"), "{line}");
    assert_eq!(dump::rows(site.db.read()).await, rows);
    site.end().await;
}

#[tokio::test]
async fn a_demo_of_one_post_or_of_several_batches_is_fine_and_one_of_none_is_not() {
    for posts in ["1", "450"] {
        let shell = Shell::new().await;
        success(&shell.lectern(&["demo", "--posts", posts]));
        let db = shell.database.connect().await;
        assert_eq!(post::Entity::find().count(&db).await.unwrap().to_string(), posts);
        db.close().await.unwrap();
        shell.end().await;
    }
    let shell = Shell::new().await;
    success(&shell.lectern(&["demo", "--posts", "20", "--users", "30", "--comments", "250"]));
    let db = shell.database.connect().await;
    // With the five who write most of it.
    assert_eq!(user::Entity::find().count(&db).await.unwrap(), 35);
    let comments = comment::Entity::find().all(&db).await.unwrap();
    assert_eq!(comments.len(), 250);
    assert!(comments.iter().all(|comment| comment.thread == comment.id && comment.parent_id.is_none()));
    db.close().await.unwrap();
    shell.end().await;
    let folder = tempfile::tempdir().unwrap();
    let output = lectern(folder.path(), "sqlite://never.db?mode=rwc", &["demo", "--posts", "0"]);
    assert!(!output.status.success());
    assert!(printed(&output).1.contains("--posts"));
}

/// A `lectern serve` that runs.
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) origin: String,
    /// What it says on its standard output.
    lines: mpsc::Receiver<String>,
    log: std::path::PathBuf,
}

impl Server {
    /// Starts one and waits for its address.
    pub(crate) fn start(command: Command, log: &Path) -> Self {
        Self::begin(command, log).ready()
    }

    fn begin(mut command: Command, log: &Path) -> Starting {
        let errors = File::create(log).unwrap();
        let mut child = command
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let (told, lines) = mpsc::channel();
        let out = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                told.send(line).ok();
            }
        });
        Starting { child, lines, log: log.to_owned() }
    }

    async fn status(&self, path: &str) -> u16 {
        reqwest::get(format!("{}{path}", self.origin)).await.unwrap().status().as_u16()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until the log says something.
    async fn says(&self, text: &str) {
        let begun = Instant::now();
        while !self.log().contains(text) {
            assert!(begun.elapsed() < PATIENCE, "{text} in {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        assert_eq!(wait(&mut self.child).code(), Some(0), "{}", self.log());
    }
}

/// A test that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

struct Starting {
    child: Child,
    lines: mpsc::Receiver<String>,
    log: std::path::PathBuf,
}

impl Starting {
    #[track_caller]
    fn ready(mut self) -> Server {
        let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            self.child.kill().ok();
            self.child.wait().ok();
            panic!("it did not start: {}", fs::read_to_string(&self.log).unwrap())
        });
        let origin = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default();
        Server { child: self.child, origin: origin.to_owned(), lines: self.lines, log: self.log }
    }
}

pub(crate) const SERVE: [&str; 3] = ["serve", "--addr", "127.0.0.1:0"];

#[tokio::test]
async fn serving_an_empty_database_migrates_it_and_prints_the_address() {
    let shell = Shell::new().await;
    let server = Server::start(shell.command(&SERVE), &shell.file("log"));
    assert!(server.origin.starts_with("http://127.0.0.1:"), "{}", server.origin);
    for path in ["/", "/healthz", "/readyz", "/archive", "/api/posts"] {
        assert_eq!(server.status(path).await, 200, "{path}");
    }
    let hint = server.lines.recv_timeout(PATIENCE).unwrap();
    let setup = hint.split(&server.origin).nth(1).unwrap_or_else(|| panic!("it says how to begin: {hint}"));
    assert!(setup.starts_with("/setup?token="), "{hint}");
    assert_eq!(server.status(setup).await, 200);
    assert!(!server.log().contains(setup), "the log is not the place for a secret");
    server.stop();
    let server = Server::start(shell.command(&[&SERVE[..], &["--no-migrate"]].concat()), &shell.file("log"));
    assert_eq!(server.status("/readyz").await, 200);
    server.stop();
    shell.end().await;
}

#[tokio::test]
async fn an_empty_folder_and_no_settings_are_enough_to_serve() {
    let folder = tempfile::tempdir().unwrap();
    // No arguments at all. The port alone is not the default one, which may be taken here.
    let mut command = command(folder.path(), "", &[]);
    command.env_remove("DATABASE_URL").env("LECTERN_ADDR", "127.0.0.1:0");
    let server = Server::start(command, &folder.path().join("log"));
    assert_eq!(server.status("/").await, 200);
    assert!(folder.path().join("lectern.db").exists());
    server.stop();
}

#[tokio::test]
async fn without_migrations_an_empty_database_is_not_served() {
    let shell = Shell::new().await;
    let line = refusal(&output_of_start(&mut shell.command(&[&SERVE[..], &["--no-migrate"]].concat())));
    assert!(line.contains("lectern migrate up"), "{line}");
    let db = shell.database.connect().await;
    assert_eq!(dump::tables(&db).await, [""; 0], "nothing was made");
    db.close().await.unwrap();
    shell.end().await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_one_clear_line() {
    let shell = Shell::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = refusal(&output_of_start(&mut shell.command(&["serve", "--addr", &address])));
    assert!(line.contains(&address), "{line}");
    shell.end().await;
}

#[tokio::test]
async fn a_database_file_that_cannot_be_made_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    for place in ["gone/site.db", "file/site.db"] {
        let url = format!("sqlite://{}?mode=rwc", folder.path().join(place).display());
        for arguments in [&SERVE[..], &["user", "list"], &["migrate", "up"]] {
            let line = refusal(&output_of_start(&mut command(folder.path(), &url, arguments)));
            assert!(line.contains("site.db"), "{arguments:?}: {line}");
        }
    }
    fs::write(folder.path().join("text.db"), "This is a text, not a database. ".repeat(100)).unwrap();
    let line = refusal(&output_of_start(&mut command(folder.path(), "sqlite://text.db", &SERVE)));
    assert!(line.contains("text.db"), "{line}");
}

#[tokio::test]
async fn two_servers_that_start_together_on_an_empty_database_both_come_up() {
    let shell = Shell::new().await;
    let starting: Vec<Starting> = ["one", "two"]
        .map(|log| Server::begin(shell.command(&SERVE), &shell.file(log)))
        .into_iter()
        .collect();
    let servers: Vec<Server> = starting.into_iter().map(Starting::ready).collect();
    for server in &servers {
        assert_eq!(server.status("/readyz").await, 200, "{}", server.log());
        assert_eq!(server.status("/").await, 200, "{}", server.log());
    }
    for server in servers {
        server.stop();
    }
    shell.end().await;
}

/// Posts that together are larger than all the buffers between a server and a client that does not read.
const LARGE_POSTS: i64 = 200;
const LARGE_TEXT: usize = 256 * 1024;

async fn large_posts(database: &TestDatabase) {
    let db = database.connect().await;
    let transaction = db.begin().await.unwrap();
    let ada = user::ActiveModel {
        username: Set("ada".to_owned()),
        email: Set("ada@example.org".to_owned()),
        display_name: Set("Ada".to_owned()),
        bio: Set(String::new()),
        created_at: Set(day(1)),
        updated_at: Set(day(1)),
        ..Default::default()
    };
    let user_id = ada.insert(&transaction).await.unwrap().id;
    for number in 1..=LARGE_POSTS {
        let row = post::ActiveModel {
            title: Set(format!("Large {number}")),
            slug: Set(format!("large-{number}")),
            content: Set("x".repeat(LARGE_TEXT)),
            html: Set(String::new()),
            summary: Set(String::new()),
            excerpt: Set(String::new()),
            toc: Set(json!([])),
            status: Set(PostStatus::Published),
            published_at: Set(Some(day(number))),
            extra: Set(json!({})),
            user_id: Set(user_id),
            created_at: Set(day(1)),
            updated_at: Set(day(1)),
            ..Default::default()
        };
        row.insert(&transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn a_request_in_flight_outlives(signal: &str) {
    let shell = Shell::new().await;
    success(&shell.lectern(&["migrate", "up"]));
    large_posts(&shell.database).await;
    let mut server =
        Server::start(shell.command(&[&SERVE[..], &["--workers", "1"]].concat()), &shell.file("log"));
    let mut answer = reqwest::get(format!("{}/api/posts.ndjson", server.origin)).await.unwrap();
    let mut body = answer.chunk().await.unwrap().expect("it has begun").to_vec();

    server.signal(signal);
    server.says("finishing the requests in flight").await;
    assert_eq!(server.child.try_wait().unwrap(), None, "it has not ended yet: {}", server.log());

    while let Some(chunk) = answer.chunk().await.expect("the answer goes on") {
        body.extend(chunk);
    }
    let slugs: Vec<String> = body
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice::<Value>(line).unwrap()["slug"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<String> = (1..=LARGE_POSTS).map(|number| format!("large-{number}")).collect();
    assert_eq!(slugs, expected);
    assert_eq!(wait(&mut server.child).code(), Some(0), "{}", server.log());
    if let (Backend::Sqlite, Some(file)) = (shell.database.backend(), sqlite_file(&shell.database)) {
        assert!(Path::new(&file).exists());
        for extra in ["-wal", "-shm"] {
            assert!(!Path::new(&format!("{file}{extra}")).exists(), "{extra} was left behind");
        }
    }
    drop(server);
    shell.end().await;
}

fn sqlite_file(database: &TestDatabase) -> Option<String> {
    Some(database.url().strip_prefix("sqlite://")?.split('?').next()?.to_owned())
}

#[tokio::test]
async fn a_request_in_flight_is_finished_before_sigterm_ends_the_server() {
    a_request_in_flight_outlives("TERM").await;
}

#[tokio::test]
async fn a_request_in_flight_is_finished_before_sigint_ends_the_server() {
    a_request_in_flight_outlives("INT").await;
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_stop() {
    let shell = Shell::new().await;
    let mut server = Server::start(shell.command(&SERVE), &shell.file("log"));
    let mut idle = std::net::TcpStream::connect(server.origin.strip_prefix("http://").unwrap()).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    server.signal("TERM");
    assert_eq!(wait(&mut server.child).code(), Some(0), "{}", server.log());
    // Now the server is gone, and the connection with it.
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).ok();
    assert!(server.log().contains("stopped"), "{}", server.log());
    drop(server);
    shell.end().await;
}
