//! The only ways out for [`crate::base::text::Untrusted`] text: one encoder for one sink, each in its own file.

mod command;
mod csv;
mod markdown;
mod terminal;
mod uri;
mod xml;

pub use command::{command_message, command_property};
pub use csv::csv;
pub use markdown::{markdown, markdown_code};
pub use terminal::{terminal, terminal_line};
pub use uri::uri_path;
pub use xml::xml;
