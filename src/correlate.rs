//! Makes one finding of sightings that are the same thing.

mod join;
mod merge;

pub use merge::merge;
