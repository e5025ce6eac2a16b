//! Who may do what: one table, asked in one place ([`Viewer::may`](super::Viewer::may)).

use entity::user::Role;

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Open the admin and its dashboard.
    EnterAdmin,
    /// Write posts, and change and delete one's own.
    WritePosts,
    /// Change and delete the posts of others, and give them to somebody else.
    EditAllPosts,
    /// Approve, change and delete what is said about one's own posts.
    ModerateComments,
    /// The same for everybody's posts.
    ModerateAllComments,
    /// Make, change and delete pages that are no posts.
    ManagePages,
    /// Upload pictures and documents, and change and delete one's own.
    UploadMedia,
    /// See, change and delete the files of others.
    EditAllMedia,
    /// See the tags and use them.
    UseTags,
    /// Rename and delete tags.
    ManageTags,
    /// Make, change and delete courses and their lessons.
    ManageCourses,
    /// See and change students and their enrolments.
    ManageStudents,
    /// Make old addresses lead elsewhere.
    ManageRedirects,
    /// See who changed what on the whole site.
    SeeHistory,
    /// Make, change and delete accounts, and say who may do what.
    ManageUsers,
    /// Change the settings of the site.
    ManageSettings,
}

use Permission as P;
use Role::{Admin, Author, Editor};

/// The table: a permission, in words for the documents, and the roles that have it. A member's account and enrolments
/// are everybody's own business and need none.
pub const TABLE: [(Permission, &str, &[Role]); 16] = [
    (P::EnterAdmin, "Open the admin", &[Admin, Editor, Author]),
    (P::WritePosts, "Write posts; change and delete one's own", &[Admin, Editor, Author]),
    (P::EditAllPosts, "Change and delete the posts of others, or hand them over", &[Admin, Editor]),
    (P::ModerateComments, "Approve, change and delete comments on one's own posts", &[Admin, Editor, Author]),
    (P::ModerateAllComments, "Approve, change and delete comments on the posts of others", &[Admin, Editor]),
    (P::ManagePages, "Make, change and delete pages", &[Admin, Editor]),
    (P::UploadMedia, "Upload files; change and delete one's own", &[Admin, Editor, Author]),
    (P::EditAllMedia, "See, change and delete the files of others", &[Admin, Editor]),
    (P::UseTags, "See the tags and use them", &[Admin, Editor, Author]),
    (P::ManageTags, "Rename and delete tags", &[Admin, Editor]),
    (P::ManageCourses, "Make, change and delete courses and lessons", &[Admin, Editor]),
    (P::ManageStudents, "See and change students and enrolments", &[Admin, Editor]),
    (P::ManageRedirects, "Make old addresses lead elsewhere", &[Admin, Editor]),
    (P::SeeHistory, "See who changed what on the whole site", &[Admin, Editor]),
    (P::ManageUsers, "Make, change and delete accounts and roles", &[Admin]),
    (P::ManageSettings, "Change the site's settings", &[Admin]),
];

/// Whether a role has a permission.
pub fn allows(role: Role, permission: Permission) -> bool {
    TABLE.iter().any(|(of, _, roles)| *of == permission && roles.contains(&role))
}
