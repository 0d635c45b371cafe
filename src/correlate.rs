//! Makes one finding of sightings that are the same thing, and tells which findings of several tools are about one.

mod aliases;
mod components;
mod groups;
mod join;
mod merge;

pub use groups::group;
pub use merge::merge;
