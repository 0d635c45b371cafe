//! The only ways out for [`crate::base::text::Untrusted`] text: one encoder for one sink, each in its own file.

mod markdown;
mod terminal;
mod xml;

pub use markdown::{markdown, markdown_code};
pub use terminal::{terminal, terminal_line};
pub use xml::xml;
