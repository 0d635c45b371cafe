//! relgate, a release gate.

pub mod act;
pub mod base;
pub mod correlate;
pub mod decide;
pub mod ingest;
pub mod model;
pub mod normalize;
pub mod policy;
pub mod report;
