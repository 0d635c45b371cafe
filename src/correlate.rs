//! Makes one finding of sightings that are the same thing.

mod aliases;
mod components;
mod join;
mod merge;

pub use merge::merge;
