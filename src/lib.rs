//! relgate, a release gate.

pub mod act;
pub mod base;
pub mod model;
