//! A JSON report, read back, and whether what it says can be judged again.

use std::collections::BTreeMap;
use std::io::Read as _;

use anyhow::{Context as _, anyhow, ensure};
use jiff::Timestamp;
use serde::Deserialize;

use crate::base::date::parse_instant;
use crate::base::source::{self, Named};
use crate::model::policy::Policy;
use crate::model::report::{Fact, Report, Subject};
use crate::model::saved::{SavedFacts, SavedInput, SavedReport};
use crate::{policy, report};

/// The schema that is read.
const SCHEMA: &str = "relgate.report/v1";

/// What a saved report is judged by once more.
pub struct Again {
    /// Its reports, as the command line names them.
    pub reports: Vec<String>,
    /// Its instant.
    pub now: Timestamp,
    /// What was judged.
    pub subject: Subject,
}

/// Reads a saved report; with it its bytes.
pub fn read_saved(path: &str, max_bytes: u64) -> anyhow::Result<(SavedReport, Vec<u8>)> {
    let named = Named { path: path.to_owned(), format: None, explicit: true };
    let fault = |fault| anyhow!("{path}: {fault}");
    let mut opened = source::open(&named, max_bytes, false).map_err(fault)?;
    let mut bytes = Vec::new();
    opened.read_to_end(&mut bytes).map_err(|error| fault(source::fault_of(&error)))?;
    let wrong = |error: &serde_json::Error| {
        format!(
            "{path}:{}:{}: not a JSON report of this version; name what `relgate check --output json=FILE` wrote",
            error.line(),
            error.column()
        )
    };
    let head: Head = serde_json::from_slice(&bytes).map_err(|error| anyhow!("{}: {error}", wrong(&error)))?;
    ensure!(
        head.schema == SCHEMA,
        "{path}: `schema` is `{}`, not `{SCHEMA}`; name what `relgate check --output json=FILE` wrote",
        head.schema
    );
    let saved = serde_json::from_slice(&bytes).map_err(|error| anyhow!("{}: {error}", wrong(&error)))?;
    Ok((saved, bytes))
}

#[derive(Deserialize)]
struct Head {
    schema: String,
}

impl Again {
    /// What to read and judge once more.
    pub fn of(saved: &SavedReport) -> anyhow::Result<Self> {
        let now = parse_instant(&saved.now).with_context(|| format!("`now` is `{}`, no instant", saved.now))?;
        let named = |input: &SavedInput| match &input.format {
            Some(format) => format!("{format}:{}", input.path),
            None => input.path.clone(),
        };
        // What came through a pipe is not there any more.
        let reports = saved.inputs.iter().filter(|input| input.path != "-").map(named).collect();
        Ok(Self { reports, now, subject: subject(&saved.subject.facts, &saved.subject.sources) })
    }
}

fn subject(facts: &SavedFacts, sources: &SavedFacts) -> Subject {
    let fact = |value: &Option<String>, source: &Option<String>| {
        let source = source.clone().unwrap_or_else(|| "flag".to_owned()).into();
        value.clone().map(|value| Fact { value, source })
    };
    Subject {
        repository: fact(&facts.repository, &sources.repository),
        commit: fact(&facts.commit, &sources.commit),
        config_ref: fact(&facts.config_ref, &sources.config_ref),
        branch: fact(&facts.branch, &sources.branch),
        release: fact(&facts.release, &sources.release),
        stage: fact(&facts.stage, &sources.stage),
        service: fact(&facts.service, &sources.service),
        artifact: fact(&facts.artifact, &sources.artifact),
    }
}

/// Whether a policy comes to what judged a saved report.
#[must_use]
pub fn same_policy(saved: &SavedReport, policy: &Policy) -> bool {
    let judged = saved.policy.as_ref().and_then(|policy| policy.effective_sha256.as_ref());
    judged.is_some() && report::policy::digest(policy).as_ref() == judged
}

/// What is not as it was when a report was saved; without a run that judged again, of what is known before.
#[must_use]
pub fn unlike(saved: &SavedReport, governing: Option<&Policy>, again: Option<&Report>) -> Vec<String> {
    let mut unlike = Vec::new();
    if saved.engine.digest != policy::embedded_digest() {
        unlike.push(format!("it was written by relgate {} with other embedded policies and profiles", saved.engine.version));
    }
    match governing {
        _ if saved.policy.is_none() => unlike.push("no policy could be read when it was written".to_owned()),
        Some(policy) if same_policy(saved, policy) => {}
        Some(policy) => unlike.extend(changed_policy(saved, policy)),
        None => unlike.push("the policy cannot be read any more".to_owned()),
    }
    let Some(again) = again else { return unlike };
    let now: BTreeMap<&str, Option<&str>> = again
        .evidence
        .inputs
        .iter()
        .filter(|input| input.bytes > 0 || input.sha256.is_some())
        .map(|input| (input.path.as_str(), input.sha256.as_deref()))
        .collect();
    for input in &saved.inputs {
        match now.get(input.path.as_str()) {
            Some(digest) if *digest == input.sha256.as_deref() => {}
            None if input.path == "-" => unlike.push("a report came through the standard input".to_owned()),
            Some(None) | None if input.sha256.is_some() => unlike.push(format!("{} is gone, or cannot be read", input.path)),
            Some(_) => unlike.push(format!("{} has changed", input.path)),
            None => {}
        }
    }
    unlike
}

/// Which files of a policy differ, as far as can be told.
fn changed_policy(saved: &SavedReport, policy: &Policy) -> Vec<String> {
    let now: BTreeMap<&str, &str> = policy.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
    let files = saved.policy.iter().flat_map(|policy| &policy.files);
    let changed = files.filter_map(|file| match now.get(file.path.as_str()) {
        Some(digest) if *digest == file.sha256 => None,
        Some(_) => Some(format!("{} has changed", file.path)),
        None => Some(format!("{} is not what governs here; give it by --policy", file.path)),
    });
    let changed: Vec<String> = changed.collect();
    if changed.is_empty() { vec!["the policy is another one".to_owned()] } else { changed }
}
