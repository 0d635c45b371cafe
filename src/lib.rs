//! relgate, a release gate.

pub mod act;
pub mod base;
pub mod ingest;
pub mod model;
pub mod report;
