//! `relgate exception import`: what other tools are told to ignore, as records that are yet to be approved.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use super::new::next_number;
use super::{Known, is_wrong, lines_out, refused};
use crate::base::address::Address;
use crate::base::date::date_of;
use crate::cli::args::ImportArgs;
use crate::cli::{UNDECIDED, clock, stderr};
use crate::pipeline::{self, Edit, IMPORTS, Import, Places, Terms};

/// The name of what is written, beside the other files of exceptions.
const FILE: &str = "imported.yaml";

pub(super) fn run(args: &ImportArgs) -> Result<u8> {
    let told = &args.requester;
    let requester = Address::parse(told);
    let requester = requester.ok_or_else(|| anyhow!("--requester {told}: expected one plain mail address, such as ola@acme.example"))?;
    let files: Vec<(String, &Import)> =
        args.files.iter().map(|file| Ok((file.clone(), format(file, args.from.as_deref())?))).collect::<Result<_>>()?;
    let now = clock::now(args.editing.now.as_deref(), args.editing.dry_run)?;
    let Known { governed, exceptions, problems } = Known::read(&args.editing.judging, now)?;
    stderr::problems(problems.iter());
    let (Ok(policy), false) = (&governed.policy, is_wrong(&problems)) else { return Ok(UNDECIDED) };
    let today = date_of(now);
    let terms = Terms { requester: requester.as_str(), policy, today, first: next_number(&exceptions, today) };
    let imported = match pipeline::import(&files, &terms) {
        Ok(imported) => imported,
        Err(wrong) => return Ok(refused(&wrong)),
    };
    stderr::with_notes(imported.skipped.iter());
    let (records, skipped) = (imported.drafts.len(), imported.skipped.len());
    if imported.drafts.is_empty() {
        return lines_out(std::iter::once(format!("nothing to import; {skipped} are told above")));
    }
    let folder = governed.exceptions.as_deref().and_then(|glob| glob.strip_suffix("*.yaml")).unwrap_or(".relgate/exceptions/");
    let output = args.output.clone().unwrap_or_else(|| format!("{folder}{FILE}"));
    let edit = Edit::fresh(&output, &imported.drafts)?;
    let places = Places { named: &args.editing.judging.exceptions, beside: governed.exceptions.as_deref(), commit: None };
    let is_read = match pipeline::hold(&edit, &places, policy, now) {
        Ok((_, is_read)) => is_read,
        Err(wrong) => return Ok(refused(&wrong)),
    };
    if args.editing.dry_run {
        return lines_out(edit.text().lines().map(str::to_owned));
    }
    edit.write()?;
    let unread =
        (!is_read).then(|| format!("no run reads {output} yet: name it under `exceptions.files` of the policy, or with --exceptions"));
    let lines = [
        format!("wrote {records} proposed to {output}; {skipped} could not be imported"),
        "none has an effect until it is approved: narrow each, say why, and remove what is not needed".to_owned(),
    ];
    lines_out(lines.into_iter().chain(unread))
}

/// What a file is: as told, else by its name.
fn format(file: &str, from: Option<&str>) -> Result<&'static Import> {
    let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_it = |format: &&Import| from.map_or_else(|| format.names.contains(&name), |from| format.id == from);
    IMPORTS.iter().find(is_it).with_context(|| {
        let known: Vec<&str> = IMPORTS.iter().map(|format| format.id).collect();
        format!("{file}: its name does not say what it is; say it with --from: {}", known.join(", "))
    })
}
