//! Floor 0: bytes, text and time. Knows nothing of findings.

pub mod fault;
pub mod json;
pub mod pages;
pub mod pool;
pub mod text;
