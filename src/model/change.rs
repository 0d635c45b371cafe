//! What the change that is judged does to the files that findings are in.

use jiff::Timestamp;

use crate::base::text::TextTable;
use crate::model::truth::Truth;

/// What git tells of the commits of a run.
#[derive(Clone, Default)]
pub struct Change {
    /// When the commit that is judged was committed, where it could be read.
    pub committed: Option<Timestamp>,
    /// What lies between it and the commit that it is held against; `None` without either.
    pub files: Option<Files>,
}

/// What a change does.
#[derive(Clone, Default)]
pub struct Files {
    /// The paths that it touches, sorted, from the root of the repository.
    pub touched: Vec<String>,
    /// Whether all of them are plain files: no symlink, no submodule, nothing that is to be run.
    pub is_plain: bool,
    /// Of each path that a finding names whether it is touched: unknown where the repository does not have it.
    pub of: TextTable<Truth>,
}
