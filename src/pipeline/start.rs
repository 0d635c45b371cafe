//! The first configuration of a project, written where there is none.

use crate::act::fresh;
use crate::policy::{EXCEPTIONS, Starter};

/// The folder of the configuration and that of the exceptions.
const FOLDERS: [&str; 2] = [".relgate", ".relgate/exceptions"];

/// The project's policy.
const POLICY: &str = ".relgate/policy.yaml";

/// What is to be known about the folder.
const README: &str = ".relgate/README.md";

/// What is to be known about exceptions.
const GUIDANCE: &str = ".relgate/exceptions/README.md";

/// What came of it.
pub struct Started {
    /// The files that were written.
    pub written: Vec<&'static str>,
    /// Those that were there and are as they were.
    pub kept: Vec<&'static str>,
}

/// Writes the configuration below the current folder. A policy that is there is a refusal, and nothing is written.
pub fn start(starter: &Starter<'_>) -> anyhow::Result<Started> {
    let (policy, readme) = (starter.policy(), starter.readme());
    // A project may have exceptions, and know about them, before it has a policy of its own.
    let kept: Vec<&'static str> = [README, GUIDANCE].into_iter().filter(|path| fresh::is_there(path)).collect();
    let all = [(POLICY, policy.as_str()), (README, readme.as_str()), (GUIDANCE, EXCEPTIONS)];
    let files: Vec<(&'static str, &str)> = all.into_iter().filter(|(path, _)| !kept.contains(path)).collect();
    fresh::create(&FOLDERS, &files)?;
    Ok(Started { written: files.into_iter().map(|(path, _)| path).collect(), kept })
}
