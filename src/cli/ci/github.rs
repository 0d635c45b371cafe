//! What a step of GitHub Actions shows beside its log: its summary, its outputs, and annotations. None of it changes a verdict.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{self, Write};
use std::path::Path;

use super::variable;
use crate::cli::stderr;
use crate::model::report::Report;
use crate::pipeline;
use crate::report;

/// Takes the log, and keeps the runner from obeying what is written to it, until it is closed.
pub(in crate::cli) struct Fence<W> {
    log: W,
    /// What ends it, which no report can know.
    word: String,
    is_open: bool,
}

impl<W: Write> Fence<W> {
    pub(in crate::cli) fn new(log: W) -> Self {
        // Seeded by the system for each process.
        let random = || RandomState::new().hash_one("relgate");
        Self { log, word: format!("relgate-{:016x}{:016x}", random(), random()), is_open: false }
    }

    /// Lets the runner obey again, and gives back the log.
    pub(in crate::cli) fn close(mut self) -> W {
        if self.is_open {
            // Whoever could not be told the report cannot be told this; the report says so.
            writeln!(self.log, "::{}::", self.word).ok();
        }
        self.log
    }
}

impl<W: Write> Write for Fence<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_open {
            self.is_open = true;
            writeln!(self.log, "::stop-commands::{}", self.word)?;
        }
        self.log.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.log.flush()
    }
}

/// Appends to the summary and the outputs of the step, and writes the annotations. What cannot be written is told and changes nothing.
pub(in crate::cli) fn publish(report: &Report, folder: Option<&str>, log: Option<&mut dyn Write>) {
    let append = |name: &str, render: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        let Some(path) = variable(name) else { return };
        if let Err(error) = pipeline::append(Path::new(&path), render) {
            stderr::warning(&format!("{name}: {path}: {error}; the verdict stands, and the report is in the log"));
        }
    };
    append("GITHUB_STEP_SUMMARY", &|out| report::find("markdown").map_or(Ok(()), |format| (format.render)(report, out)));
    append("GITHUB_OUTPUT", &|out| {
        report::scalars::outputs(report, out)?;
        // The name of a folder that somebody chose: one line, whatever it is.
        folder.filter(|folder| !folder.contains(['\n', '\r'])).map_or(Ok(()), |folder| writeln!(out, "report_dir={folder}"))
    });
    let Some((log, format)) = log.zip(report::find("github-annotations")) else { return };
    if let Err(error) = (format.render)(report, log).and_then(|()| log.flush()) {
        stderr::warning(&format!("the annotations cannot be written: {error}; the verdict stands"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fenced_ends_with_a_word_that_differs_each_time() -> io::Result<()> {
        let words: Vec<String> = (0..2)
            .map(|_| {
                let mut fence = Fence::new(Vec::new());
                fence.write_all(b"BLOCK\n::set-output name=a::b\n")?;
                Ok(String::from_utf8_lossy(&fence.close()).into_owned())
            })
            .collect::<io::Result<_>>()?;
        for text in &words {
            let lines: Vec<&str> = text.lines().collect();
            let word = lines[0].strip_prefix("::stop-commands::").unwrap();
            assert_eq!(lines[3], format!("::{word}::"));
            assert_eq!(lines.len(), 4);
        }
        assert_ne!(words[0], words[1]);
        assert!(Fence::new(Vec::new()).close().is_empty(), "nothing is written where nothing was");
        Ok(())
    }
}
