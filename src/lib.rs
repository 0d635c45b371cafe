//! relgate, a release gate.

pub mod base;
pub mod model;
