//! Everything that is tested from outside: the shape of the source, and the binary on whole inputs.
#![expect(clippy::disallowed_methods, reason = "tests read fixtures and the source, write to temporary folders and run the binary")]

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod baseline;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod change;
#[cfg(test)]
mod ci;
#[cfg(test)]
mod comparison;
#[cfg(test)]
mod config_ref;
#[cfg(test)]
mod config_schema;
#[cfg(test)]
mod decider;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod due;
#[cfg(test)]
mod exception_commands;
#[cfg(test)]
mod exceptions;
#[cfg(test)]
mod explain;
#[cfg(test)]
#[cfg(unix)]
mod faults;
#[cfg(test)]
mod folders;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod gits;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod init;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod merging;
#[cfg(test)]
mod order;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod policy_commands;
#[cfg(test)]
mod policy_docs;
#[cfg(test)]
mod room;
#[cfg(test)]
mod saved;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod second_reader;
#[cfg(test)]
mod supply;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tickets;
#[cfg(test)]
#[cfg(unix)]
mod traced;
#[cfg(test)]
mod vex;
#[cfg(test)]
mod volume;
