//! relgate, a release gate: it reads what security scanners wrote and answers pass, ticket or block.
//!
//! A run goes through the rooms in this order, and [`pipeline`] is their table of contents:
//!
//! 1. [`ingest`] reads reports: what each tool wrote, in the tool's words.
//! 2. [`normalize`] makes findings of it: severity rated, paths cleaned, keys made.
//! 3. [`correlate`] makes one finding of sightings that are the same thing.
//! 4. [`policy`] reads by what is judged.
//! 5. [`enrich`] adds what files beside the reports say: which vulnerabilities are exploited, and who owns what.
//! 6. [`decide`] judges each finding, asks whether the evidence suffices, and settles the verdict.
//! 7. [`report`] renders the run, and [`act`] writes what was rendered.
//!
//! [`base`] is the floor below: bytes, text and time. [`model`] is the plain data that the rooms hand on. [`cli`] is the door: the
//! only place that prints, and that reads the environment and the clock.

pub mod act;
pub mod base;
pub mod cli;
pub mod correlate;
pub mod decide;
pub mod enrich;
pub mod ingest;
pub mod model;
pub mod normalize;
pub mod pipeline;
pub mod policy;
pub mod report;
