//! Which policy governs a run: that of the flags, else the project's own, else the embedded `standard`.

use anyhow::{Result, ensure};

use crate::base::source::Committed;
use crate::cli::args::Governing;
use crate::cli::discovered::{self, BASELINE};
use crate::model::policy::Policy;
use crate::model::problem::Problem;
use crate::model::saved::SavedReport;
use crate::pipeline::{self, Wanted};

/// What governs.
pub(super) struct Governed {
    /// The policy, or what is wrong with it.
    pub(super) policy: Result<Policy, Vec<Problem>>,
    /// The globs of the exceptions that lie beside a policy that was found, where it names none.
    pub(super) exceptions: Option<String>,
    /// The file of the baseline that lies beside it, where it names none; there may be no such file.
    pub(super) baseline: Option<String>,
}

/// Reads the policy that the flags, or the place, ask for: from a commit, where there is one. Where that cannot be read nothing governs.
pub(super) fn read(args: &Governing, files: Result<Option<&Committed>, Vec<Problem>>) -> Result<Governed> {
    if let Some(digest) = &args.policy_digest {
        let is_digest = digest
            .strip_prefix("sha256:")
            .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
        ensure!(is_digest, "--policy-digest {digest}: expected sha256: and 64 lower-case hexadecimal digits, as `sha256sum` prints them");
    }
    let commit = match files {
        Ok(commit) => commit,
        Err(problems) => return Ok(Governed { policy: Err(problems), exceptions: None, baseline: None }),
    };
    let found = if args.policy.is_empty() { discovered::policy(std::env::current_dir(), commit)? } else { None };
    let names = if let Some(found) = &found { std::slice::from_ref(found) } else { args.policy.as_slice() };
    let policy = pipeline::policy(&Wanted { names, base: args.base_policy.as_deref(), digest: args.policy_digest.as_deref(), commit });
    let exceptions = found.as_deref().and_then(beside);
    let baseline = match &found {
        Some(found) => baseline_beside(found),
        None if args.policy.is_empty() => discovered::baseline(std::env::current_dir(), commit)?,
        None => None,
    };
    Ok(Governed { policy, exceptions, baseline })
}

/// What governs; where no flag says so, and it is not what judged a saved report, the policy that the report names.
pub(super) fn as_saved(args: &Governing, files: Result<Option<&Committed>, Vec<Problem>>, saved: &SavedReport) -> Result<Governed> {
    let commit = files.as_ref().ok().copied().flatten();
    let governed = read(args, files)?;
    let is_it = governed.policy.as_ref().is_ok_and(|policy| pipeline::same_policy(saved, policy));
    let file = saved.policy.as_ref().and_then(|policy| policy.files.first()).filter(|_| args.policy.is_empty() && !is_it);
    let Some(file) = file else { return Ok(governed) };
    let policy = pipeline::policy(&Wanted { names: std::slice::from_ref(&file.path), commit, ..Wanted::default() });
    let is_it = policy.as_ref().is_ok_and(|policy| pipeline::same_policy(saved, policy));
    Ok(if is_it { Governed { policy, exceptions: beside(&file.path), baseline: baseline_beside(&file.path) } } else { governed })
}

/// The glob of the exceptions that lie beside a project's policy.
pub(super) fn beside(policy: &str) -> Option<String> {
    folder(policy).map(|folder| format!("{folder}exceptions/*.yaml"))
}

/// The baseline that lies beside a project's policy, if there is one.
pub(super) fn baseline_beside(policy: &str) -> Option<String> {
    folder(policy).map(|folder| format!("{folder}{BASELINE}"))
}

/// The folder of a project's configuration, with a `/` behind it.
fn folder(policy: &str) -> Option<&str> {
    policy.strip_suffix("policy.yaml").filter(|folder| folder.ends_with(".relgate/"))
}

/// The reports that are named, or those of the policy.
pub(super) fn reports<'a>(named: &'a [String], governed: Option<&'a Governed>) -> &'a [String] {
    match governed.map(|governed| &governed.policy) {
        Some(Ok(policy)) if named.is_empty() => &policy.reports,
        Some(_) | None => named,
    }
}
