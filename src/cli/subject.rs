//! What is judged: what the flags say of it, of the rest what the policy does, and then what a CI system tells.

use anyhow::{Result, bail, ensure};

use crate::cli::args::FactArgs;
use crate::cli::ci::Told;
use crate::model::policy::Policy;
use crate::model::report::{Fact, Subject};

/// What the flags say of what is judged, of the rest what the policy does, and then what a CI system tells.
pub(super) fn subject(args: &FactArgs, config_ref: Option<Fact>, policy: Option<&Policy>, told: Told) -> Result<Subject> {
    let fact = |name, value: &Option<String>| match value {
        None => Ok(None),
        Some(value) if value.trim().is_empty() => bail!("--{name}: the value is empty; leave the flag out where nothing is known"),
        Some(value) => Ok(Some(Fact { value: value.clone(), source: "flag".into() })),
    };
    if let Some(commit) = &args.commit {
        let full = matches!(commit.len(), 40 | 64) && commit.bytes().all(|b| b.is_ascii_hexdigit());
        ensure!(full, "--commit {commit}: not a full hash; give all 40 (or 64) hexadecimal digits: git rev-parse HEAD");
    }
    let of_policy = |value: Option<&String>| value.map(|value| Fact { value: value.clone(), source: "policy".into() });
    let context = policy.map(|policy| &policy.context);
    Ok(Subject {
        repository: fact("repository", &args.repository.as_deref().map(without_user))?
            .or_else(|| of_policy(context?.repository.as_ref()))
            .or_else(|| told.repository.map(|fact| Fact { value: without_user(&fact.value), ..fact })),
        commit: fact("commit", &args.commit)?.or(told.commit),
        config_ref,
        branch: fact("branch", &args.branch)?.or(told.branch),
        stage: fact("stage", &args.stage)?.or(told.stage),
        release: fact("release", &args.release)?,
        service: fact("service", &args.service)?.or_else(|| of_policy(context?.service.as_ref())),
        artifact: fact("artifact", &args.artifact)?,
    })
}

/// An address without user and password, which no report may show.
fn without_user(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!("{scheme}://{}{path}", host.rsplit_once('@').map_or(host, |(_, host)| host))
        }
        None => address.to_owned(),
    }
}
