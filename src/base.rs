//! Floor 0: bytes, text and time. Knows nothing of findings.

pub mod address;
pub mod captures;
pub mod date;
pub mod digest;
pub mod escape;
pub mod fault;
pub mod git;
pub mod globs;
pub mod json;
pub mod line_hash;
pub mod order;
pub mod pages;
pub mod parallel;
pub mod pattern;
pub mod pool;
pub mod source;
pub mod suggest;
pub mod text;
pub mod yaml;
