//! The clone that one works in, and the commit that the configuration is from.

use anyhow::{Result, anyhow, ensure};

use crate::base::git::{ObjectId, Place};
use crate::model::report::Fact;
use crate::pipeline::{self, Checkout};

/// What CI systems say that they are by. There a change may move the branches of the clone.
const CI: [&str; 8] = ["CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "BUILDKITE", "CIRCLECI", "BITBUCKET_BUILD_NUMBER"];

/// The clone around the current folder.
pub(super) fn checkout() -> Option<Checkout> {
    let here = std::env::current_dir().ok()?;
    let root = here.ancestors().find(|folder| folder.join(".git").exists())?;
    let below = here.strip_prefix(root).ok()?.iter().flat_map(|name| [name.to_string_lossy(), "/".into()]).collect();
    let programs = std::env::var_os("PATH").unwrap_or_default();
    Some(Checkout { place: Place { root: root.to_owned(), programs }, below })
}

/// The commit that `--config-ref` names: by its full hash, or where one works by oneself by a branch.
pub(super) fn config_ref(flag: Option<&str>, checkout: Option<&Checkout>) -> Result<Option<Fact>> {
    let Some(flag) = flag else { return Ok(None) };
    if let Some(id) = ObjectId::parse(flag) {
        return Ok(Some(Fact { value: id.to_string(), source: "flag" }));
    }
    let set = CI.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "false" && value != "0"));
    ensure!(
        set.is_none(),
        "--config-ref {flag}: not a full hash, and in CI ({} is set) a branch may be the change's own; give all 40 (or 64) hexadecimal digits of the protected branch's tip",
        set.unwrap_or_default()
    );
    let checkout =
        checkout.ok_or_else(|| anyhow!("--config-ref {flag}: not a full hash, and no clone is here to look for the branch in"))?;
    let id = pipeline::branch(checkout, flag).map_err(|fault| anyhow!("--config-ref {flag}: {fault}"))?;
    Ok(Some(Fact { value: id.to_string(), source: "branch" }))
}
