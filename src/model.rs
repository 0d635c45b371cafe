//! Floor 1: the plain data that the stages hand on.

pub mod baseline;
pub mod change;
pub mod comparison;
pub mod condition;
pub mod decision;
pub mod due;
pub mod exception;
pub mod explanation;
pub mod finding;
pub mod group;
pub mod identity;
pub mod intel;
pub mod location;
pub mod mapping;
pub mod owner;
pub mod policy;
pub mod problem;
pub mod profile;
pub mod raw;
pub mod report;
pub mod saved;
pub mod scan;
pub mod severity;
pub mod standing;
pub mod suite;
pub mod truth;
