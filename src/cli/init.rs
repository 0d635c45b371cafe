//! `relgate init`: the first policy of a project.

mod seen;

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};

use seen::{Ci, Seen};

use crate::base::address::Address;
use crate::base::escape;
use crate::cli::args::InitArgs;
use crate::cli::{discovered, stdout};
use crate::model::identity::Category;
use crate::pipeline::{self, Starter, StarterScan as Scan};

/// What a policy is called in a folder whose name is no plain word.
const NAME: &str = "release";

pub(super) fn run(args: &InitArgs) -> Result<u8> {
    let owner = args.owner.as_deref().map(|told| address("owner", told)).transpose()?;
    let mut approvers: Vec<Address> = Vec::new();
    for told in &args.approver {
        let approver = address("approver", told)?;
        if approvers.contains(&approver) {
            bail!("--approver {told}: the same person twice; name each once");
        }
        approvers.push(approver);
    }
    let here = std::env::current_dir().context("the current folder is not known")?;
    let root = discovered::root(&here);
    // A second policy would take the place of the first for whatever lies here.
    if let Some(found) = discovered::policy(Ok(here.clone()), None)? {
        bail!("{found} is there already; nothing was written; look at it: relgate policy check");
    }
    let seen = Seen::in_folder(&here);
    let (scans, notes) = (scans(&seen), notes(&seen, &approvers, root.is_some()));
    let starter = Starter { name: name(&here), owner: owner.as_ref(), approvers: &approvers, scans: &scans, notes: &notes };
    let done = pipeline::start(&starter)?;
    let mut lines: Vec<String> = done.written.iter().map(|path| format!("wrote {path}")).collect();
    lines.extend(done.kept.iter().map(|path| format!("kept {path}, which was there")));
    if let Some(root) = root {
        lines.push(format!("the repository begins at {root}: a run outside of this folder does not find this policy"));
    }
    let blanks = starter.blanks();
    if !blanks.is_empty() {
        lines.push(format!("fill in FILL-IN in .relgate/policy.yaml: {}", blanks.join(", ")));
    }
    lines.push("then run: relgate policy check".to_owned());
    lines.extend(seen.ignores.iter().map(|file| format!("and propose what {file} ignores as exceptions: relgate exception import {file}")));
    let mut out = stdout::open(true);
    lines
        .iter()
        .try_for_each(|line| writeln!(out, "{}", escape::terminal_line(line)))
        .and_then(|()| out.flush())
        .context("the standard output cannot be written")?;
    Ok(0)
}

/// The scans that the project wants; where nothing shows what it is, the usual ones.
fn scans(seen: &Seen) -> Vec<Scan> {
    let by = |file: &Option<String>| if seen.is_unknown() { Some(String::new()) } else { file.clone() };
    let mut scans = vec![
        Scan { id: "sast", category: Category::Sast, because: by(&seen.code) },
        Scan { id: "sca", category: Category::Sca, because: by(&seen.components) },
        Scan { id: "secrets", category: Category::Secret, because: Some(String::new()) },
    ];
    scans.extend(seen.infrastructure.clone().map(|file| Scan { id: "iac", category: Category::Iac, because: Some(file) }));
    scans
}

/// What to do next, for the folder's readme: the job of the CI system that was found, and who must review edits.
fn notes(seen: &Seen, approvers: &[Address], is_root: bool) -> String {
    let job = match seen.ci {
        Some(Ci::GitHub) => include_str!("init/github.md"),
        Some(Ci::GitLab) => include_str!("init/gitlab.md"),
        None => include_str!("init/other.md"),
    };
    let people: Vec<&str> = approvers.iter().map(Address::as_str).collect();
    let people = if people.is_empty() { "@YOUR-APPROVERS".to_owned() } else { people.join(" ") };
    let place = if is_root { "/path/of/this/folder/.relgate/" } else { "/.relgate/" };
    format!("{job}\n{}", include_str!("init/owners.md").replace("@OWNERS@", &people).replace("@PLACE@", place))
}

fn address(flag: &str, told: &str) -> Result<Address> {
    Address::parse(told).ok_or_else(|| anyhow!("--{flag} {told}: expected one plain mail address, such as appsec@acme.example"))
}

/// The folder's name, where that is a plain word.
fn name(folder: &Path) -> &str {
    let plain = |name: &&str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    folder.file_name().and_then(|name| name.to_str()).filter(plain).unwrap_or(NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_the_policy_its_name_if_it_is_a_word() {
        for (folder, expected) in [("/srv/payments-api", "payments-api"), ("/srv/my \"app\"", NAME), ("/", NAME), ("/srv/ä", NAME)] {
            assert_eq!(name(Path::new(folder)), expected, "{folder}");
        }
    }
}
