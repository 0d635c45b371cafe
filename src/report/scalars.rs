//! The verdict and the counts, for the next step of a pipeline: words and numbers of ours, and nothing that a scanner wrote.

use std::io::{self, Write};

use crate::model::report::Report;
use crate::report::lists;

/// Each with its name.
fn scalars(report: &Report) -> [(&'static str, String); 11] {
    let counts = &report.counts;
    [
        ("verdict", report.verdict.outcome.word().to_owned()),
        ("exit_code", report.verdict.exit_code.to_string()),
        ("findings", counts.findings.to_string()),
        ("block", counts.block.to_string()),
        ("ticket", counts.ticket.to_string()),
        ("pass", counts.pass.to_string()),
        ("excepted", counts.excepted.to_string()),
        ("vex", counts.vex.to_string()),
        ("sightings", counts.sightings.to_string()),
        ("complete", lists::gaps(report).next().is_none().to_string()),
        ("configuration_only", report.verdict.configuration_only.to_string()),
    ]
}

/// Writes them as variables for later jobs: `RELGATE_VERDICT=block`.
pub(super) fn dotenv(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    scalars(report).iter().try_for_each(|(name, value)| writeln!(out, "RELGATE_{}={value}", name.to_uppercase()))
}

/// Writes them as outputs of a step of GitHub: `verdict=block`.
pub fn outputs(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    scalars(report).iter().try_for_each(|(name, value)| writeln!(out, "{name}={value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn nothing_of_a_scanner_is_in_them() -> io::Result<()> {
        let mut out = Vec::new();
        dotenv(&sample::hostile(2), &mut out)?;
        let expected = "RELGATE_VERDICT=block\nRELGATE_EXIT_CODE=1\nRELGATE_FINDINGS=10\nRELGATE_BLOCK=4\nRELGATE_TICKET=2\nRELGATE_PASS=4\nRELGATE_EXCEPTED=0\nRELGATE_VEX=0\nRELGATE_SIGHTINGS=14\nRELGATE_COMPLETE=true\nRELGATE_CONFIGURATION_ONLY=false\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
        let mut out = Vec::new();
        outputs(&sample::undecided(), &mut out)?;
        assert!(String::from_utf8_lossy(&out).starts_with("verdict=undecided\nexit_code=2\nfindings=0\n"));
        Ok(())
    }
}
