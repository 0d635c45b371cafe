//! The clone that one works in, and the commit that the configuration is from.

use std::path::PathBuf;

use anyhow::{Result, anyhow, ensure};

use crate::base::fault::Fault;
use crate::base::git::{ObjectId, Place};
use crate::base::source::Committed;
use crate::cli::ci;
use crate::model::problem::Problem;
use crate::model::report::Fact;
use crate::pipeline::{self, Checkout};

/// The commit that the configuration is from.
#[derive(Default)]
pub(super) struct Base {
    /// Which it is, where one was named.
    pub(super) fact: Option<Fact>,
    /// Its files; or why they cannot be read.
    files: Option<Result<Committed, Vec<Problem>>>,
}

impl Base {
    /// Its files; `None` where the configuration is that of the work tree.
    pub(super) fn files(&self) -> Result<Option<&Committed>, Vec<Problem>> {
        self.files.as_ref().map(Result::as_ref).transpose().map_err(Clone::clone)
    }
}

/// The clone around the current folder.
pub(super) fn checkout() -> Option<Checkout> {
    let here = std::env::current_dir().ok()?;
    let root = here.ancestors().find(|folder| folder.join(".git").exists())?;
    let below = here.strip_prefix(root).ok()?.iter().flat_map(|name| [name.to_string_lossy(), "/".into()]).collect();
    let programs = std::env::var_os("PATH").unwrap_or_default();
    Some(Checkout { place: Place { root: root.to_owned(), programs }, below })
}

/// The commit that `--config-ref` names.
pub(super) fn base(flag: Option<&str>, checkout: Option<&Checkout>) -> Result<Base> {
    let Some(fact) = config_ref(flag, checkout)? else { return Ok(Base::default()) };
    let files = files(&fact, checkout).map_err(|fault| vec![pipeline::of_config_ref(&fault)]);
    Ok(Base { fact: Some(fact), files: Some(files) })
}

/// The commit, as a fact: by its full hash, or where one works by oneself by a branch.
fn config_ref(flag: Option<&str>, checkout: Option<&Checkout>) -> Result<Option<Fact>> {
    let Some(flag) = flag else { return Ok(None) };
    if let Some(id) = ObjectId::parse(flag) {
        return Ok(Some(Fact { value: id.to_string(), source: "flag".into() }));
    }
    let set = ci::mark();
    ensure!(
        set.is_none(),
        "--config-ref {flag}: not a full hash, and in CI ({} is set) a branch may be the change's own; give all 40 (or 64) hexadecimal digits of the protected branch's tip",
        set.unwrap_or_default()
    );
    let checkout =
        checkout.ok_or_else(|| anyhow!("--config-ref {flag}: not a full hash, and no clone is here to look for the branch in"))?;
    let id = pipeline::branch(checkout, flag).map_err(|fault| anyhow!("--config-ref {flag}: {fault}"))?;
    Ok(Some(Fact { value: id.to_string(), source: "branch".into() }))
}

/// The files of a commit.
pub(super) fn files(fact: &Fact, checkout: Option<&Checkout>) -> Result<Committed, Fault> {
    let (Some(checkout), Some(id)) = (checkout, ObjectId::parse(&fact.value)) else { return Err(pipeline::no_clone()) };
    let here: PathBuf = checkout.place.root.join(&checkout.below);
    Committed::open(&checkout.place, &here, id)
}
