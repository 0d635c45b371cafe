//! The only ways out for [`crate::base::text::Untrusted`] text: one encoder for one sink, each in its own file.

mod terminal;

pub use terminal::{terminal, terminal_line};
