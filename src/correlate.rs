//! Makes one finding of sightings that are the same thing.

mod merge;

pub use merge::merge;
