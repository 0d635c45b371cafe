//! Real git in a room.

use crate::room::{Done, Room};

impl Room {
    /// Git in `work`, as somebody whose commits are all of one instant.
    #[track_caller]
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.try_git(args).exits(0).stdout.trim().to_owned()
    }

    /// The same, which may fail.
    pub(crate) fn try_git(&self, args: &[&str]) -> Done {
        let mut call = self.command("git", args).env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            call = call.env(&format!("GIT_{role}_NAME"), "a").env(&format!("GIT_{role}_EMAIL"), "a@example.org");
            call = call.env(&format!("GIT_{role}_DATE"), "1700000000 +0000");
        }
        call.run()
    }

    /// A room whose `work` is a repository.
    pub(crate) fn with_repository() -> Self {
        let room = Self::new();
        room.git(&["init", "-q", "-b", "main"]);
        room
    }

    /// Commits everything below `work`; the full hash.
    #[track_caller]
    pub(crate) fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        self.git(&["rev-parse", "HEAD"])
    }
}
