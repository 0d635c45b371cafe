//! What CI systems tell of a run, each by variables of its own: the commit, the branch, the repository and the stage. They are facts with
//! their names beside them, and never a threshold.
//!
//! - The branch of a pull or merge request is its target: what the source is called is the author's to choose.
//! - Only what is surely so is a stage: a pull request with a target, or a release for a tag; not both. Anything else stays unknown, and is judged as strictly as
//!   a release.
//! - The commit of an event counts where it is what is checked out. Events of GitHub such as `pull_request_target` and `workflow_run` run
//!   on another commit than the one whose reports are judged, and are not asked for it.

mod github;

use clap::ValueEnum;

use crate::base::git::ObjectId;
use crate::model::report::Fact;
use crate::pipeline::{self, Checkout};
pub(super) use github::{Fence, publish};

/// The words of `--ci`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// What the variables of the environment say
    Auto,
    /// GitHub Actions: facts, the summary of the step, its outputs, and annotations
    Github,
    /// GitLab CI: facts
    Gitlab,
    /// Azure Pipelines: facts
    Azure,
    /// Jenkins: facts
    Jenkins,
    /// Buildkite: facts
    Buildkite,
    /// `CircleCI`: facts
    Circle,
    /// Bitbucket Pipelines: facts
    Bitbucket,
    /// No CI system: only flags tell facts
    None,
}

/// One CI system, and the names of its variables.
struct System {
    kind: Kind,
    /// Set wherever it runs.
    mark: &'static str,
    commit: &'static str,
    repository: &'static str,
    /// The branch that a change goes to.
    target: &'static str,
    branch: &'static str,
    /// Set for a change, to one of these words if there are any.
    change: (&'static str, &'static [&'static str]),
    /// Set for a tag, the same way.
    tag: (&'static str, &'static [&'static str]),
}

/// All of them.
const SYSTEMS: [System; 7] = [
    System {
        kind: Kind::Github,
        mark: "GITHUB_ACTIONS",
        commit: "GITHUB_SHA",
        repository: "GITHUB_REPOSITORY",
        target: "GITHUB_BASE_REF",
        branch: "GITHUB_REF",
        change: ("GITHUB_EVENT_NAME", &["pull_request", "pull_request_target", "merge_group"]),
        tag: ("GITHUB_REF_TYPE", &["tag"]),
    },
    System {
        kind: Kind::Gitlab,
        mark: "GITLAB_CI",
        commit: "CI_COMMIT_SHA",
        repository: "CI_PROJECT_URL",
        target: "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        branch: "CI_COMMIT_BRANCH",
        change: ("CI_MERGE_REQUEST_IID", &[]),
        tag: ("CI_COMMIT_TAG", &[]),
    },
    System {
        kind: Kind::Azure,
        mark: "TF_BUILD",
        commit: "BUILD_SOURCEVERSION",
        repository: "BUILD_REPOSITORY_URI",
        target: "SYSTEM_PULLREQUEST_TARGETBRANCH",
        branch: "BUILD_SOURCEBRANCH",
        change: ("BUILD_REASON", &["PullRequest"]),
        tag: ("BUILD_SOURCEBRANCH", &["refs/tags/"]),
    },
    System {
        kind: Kind::Jenkins,
        mark: "JENKINS_URL",
        commit: "GIT_COMMIT",
        repository: "GIT_URL",
        target: "CHANGE_TARGET",
        branch: "BRANCH_NAME",
        change: ("CHANGE_ID", &[]),
        tag: ("TAG_NAME", &[]),
    },
    System {
        kind: Kind::Buildkite,
        mark: "BUILDKITE",
        commit: "BUILDKITE_COMMIT",
        repository: "BUILDKITE_REPO",
        target: "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
        branch: "BUILDKITE_BRANCH",
        change: ("BUILDKITE_PULL_REQUEST", &[]),
        tag: ("BUILDKITE_TAG", &[]),
    },
    System {
        kind: Kind::Circle,
        mark: "CIRCLECI",
        commit: "CIRCLE_SHA1",
        repository: "CIRCLE_REPOSITORY_URL",
        // It tells none.
        target: "",
        branch: "CIRCLE_BRANCH",
        change: ("CIRCLE_PULL_REQUEST", &[]),
        tag: ("CIRCLE_TAG", &[]),
    },
    System {
        kind: Kind::Bitbucket,
        mark: "BITBUCKET_BUILD_NUMBER",
        commit: "BITBUCKET_COMMIT",
        repository: "BITBUCKET_GIT_HTTP_ORIGIN",
        target: "BITBUCKET_PR_DESTINATION_BRANCH",
        branch: "BITBUCKET_BRANCH",
        change: ("BITBUCKET_PR_ID", &[]),
        tag: ("BITBUCKET_TAG", &[]),
    },
];

/// The events of GitHub whose commit and branch are surely what is judged; others (`workflow_run`, `issue_comment`) run on the default
/// branch, whatever they look at.
const HERE: [&str; 7] = ["push", "pull_request", "merge_group", "release", "schedule", "workflow_dispatch", "create"];

/// What a CI system tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) commit: Option<Fact>,
    pub(super) repository: Option<Fact>,
    pub(super) branch: Option<Fact>,
    pub(super) stage: Option<Fact>,
}

/// The variable by which the environment says that a CI system runs this: there a change may move the branches of the clone.
pub(super) fn mark() -> Option<&'static str> {
    SYSTEMS.iter().map(|system| system.mark).chain(["CI"]).find(|mark| is_set(variable(mark).as_deref()))
}

/// The system that `--ci` means.
pub(super) fn kind(asked: Kind) -> Kind {
    let found = || SYSTEMS.iter().find(|system| is_set(variable(system.mark).as_deref())).map(|system| system.kind);
    if asked == Kind::Auto { found().unwrap_or(Kind::None) } else { asked }
}

/// What it tells, where flags tell nothing else.
pub(super) fn told(kind: Kind, checkout: Option<&Checkout>) -> Told {
    let Some(system) = SYSTEMS.iter().find(|system| system.kind == kind) else { return Told::default() };
    let mut told = read(system, &variable);
    // Of a commit that is not checked out nobody knows whether its reports are judged.
    let head = checkout.map(pipeline::head);
    let is_here = |fact: &Fact| head.as_ref().is_none_or(|head| head.as_ref().is_ok_and(|head| head.to_string() == fact.value));
    told.commit = told.commit.filter(is_here);
    told
}

fn read(system: &System, variable: &dyn Fn(&str) -> Option<String>) -> Told {
    let fact = |name: &'static str| variable(name).map(|value| Fact { value, source: name.into() });
    let is = |(name, words): (&'static str, &[&str])| {
        let value = variable(name).filter(|value| is_set(Some(value)))?;
        let holds = words.is_empty() || words.iter().any(|word| value == *word || (word.ends_with('/') && value.starts_with(word)));
        holds.then_some(name)
    };
    let event = variable("GITHUB_EVENT_NAME").filter(|_| system.kind == Kind::Github);
    let is_elsewhere = event.as_deref().is_some_and(|event| !HERE.contains(&event));
    let (change, tag) = (is(system.change), is(system.tag));
    let stage = |word: &str, source: &'static str| Fact { value: word.to_owned(), source: source.into() };
    let branch = match (change, tag) {
        (Some(_), _) => fact(system.target),
        (None, Some(_)) => None,
        (None, None) => fact(system.branch).filter(|_| !is_elsewhere),
    };
    let short = |fact: Fact| match fact.value.strip_prefix("refs/") {
        None => Some(fact),
        Some(rest) => rest.strip_prefix("heads/").map(|name| Fact { value: name.to_owned(), source: fact.source }),
    };
    let repository = match (fact(system.repository), variable("GITHUB_SERVER_URL").filter(|_| system.kind == Kind::Github)) {
        (Some(name), Some(server)) => Some(Fact { value: format!("{server}/{}", name.value), ..name }),
        (name, _) => name,
    };
    Told {
        commit: fact(system.commit).filter(|fact| ObjectId::parse(&fact.value).is_some() && !is_elsewhere),
        repository,
        branch: branch.and_then(short),
        stage: match (change, tag) {
            // Which branch a change goes to is told with it, or nobody knows what is meant.
            (Some(name), None) if !system.target.is_empty() => Some(stage("pull_request", name)),
            (None, Some(name)) => Some(stage("release", name)),
            _ => None,
        },
    }
}

/// Whether a variable says yes.
fn is_set(value: Option<&str>) -> bool {
    value.is_some_and(|value| !["", "false", "0"].contains(&value))
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

#[cfg(test)]
mod tests;
