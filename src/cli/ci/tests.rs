use super::*;

const COMMIT: &str = "4f2c1ab9d3e07c5a8812f00dcafe4f2c1ab9d3e0";

fn told(kind: Kind, variables: &[(&str, &str)]) -> [String; 4] {
    let system = SYSTEMS.iter().find(|system| system.kind == kind).unwrap();
    let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let Told { commit, repository, branch, stage } = read(system, &variable);
    [commit, repository, branch, stage].map(|fact| fact.map_or_else(String::new, |fact| format!("{} {}", fact.value, fact.source)))
}

#[test]
fn github_tells_the_target_of_a_pull_request_and_never_the_name_of_its_source() {
    let common = [
        ("GITHUB_SHA", COMMIT),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "acme/pay"),
        ("GITHUB_HEAD_REF", "main"),
        ("GITHUB_REF", "refs/pull/12/merge"),
        ("GITHUB_REF_TYPE", "branch"),
        ("GITHUB_BASE_REF", "release/2"),
    ];
    let event = |event| [&common[..], &[("GITHUB_EVENT_NAME", event)]].concat();
    let repository = "https://github.com/acme/pay GITHUB_REPOSITORY".to_owned();
    let commit = format!("{COMMIT} GITHUB_SHA");
    assert_eq!(
        told(Kind::Github, &event("pull_request")),
        [commit.clone(), repository.clone(), "release/2 GITHUB_BASE_REF".into(), "pull_request GITHUB_EVENT_NAME".into()]
    );
    assert_eq!(
        told(Kind::Github, &event("pull_request_target")),
        [String::new(), repository.clone(), "release/2 GITHUB_BASE_REF".into(), "pull_request GITHUB_EVENT_NAME".into()],
        "its commit is that of the target"
    );
    assert_eq!(told(Kind::Github, &event("workflow_run")), [String::new(), repository.clone(), String::new(), String::new()]);
    assert_eq!(told(Kind::Github, &event("pull_request_review")), [String::new(), repository.clone(), String::new(), String::new()]);
    assert_eq!(told(Kind::Github, &event("push")), [commit.clone(), repository.clone(), String::new(), String::new()], "no branch");
    let push = [&[("GITHUB_REF", "refs/heads/main")], &event("push")[..]].concat();
    assert_eq!(told(Kind::Github, &push), [commit, repository, "main GITHUB_REF".into(), String::new()]);
}

#[test]
fn a_tag_is_a_release_and_no_branch() {
    for (kind, variables, source) in [
        (Kind::Github, &[("GITHUB_REF_TYPE", "tag"), ("GITHUB_EVENT_NAME", "push"), ("GITHUB_REF", "refs/tags/v1")][..], "GITHUB_REF_TYPE"),
        (Kind::Gitlab, &[("CI_COMMIT_TAG", "v1")], "CI_COMMIT_TAG"),
        (Kind::Azure, &[("BUILD_SOURCEBRANCH", "refs/tags/v1")], "BUILD_SOURCEBRANCH"),
        (Kind::Jenkins, &[("TAG_NAME", "v1"), ("BRANCH_NAME", "v1")], "TAG_NAME"),
        (Kind::Buildkite, &[("BUILDKITE_TAG", "v1"), ("BUILDKITE_BRANCH", "v1"), ("BUILDKITE_PULL_REQUEST", "false")], "BUILDKITE_TAG"),
        (Kind::Circle, &[("CIRCLE_TAG", "v1")], "CIRCLE_TAG"),
        (Kind::Bitbucket, &[("BITBUCKET_TAG", "v1")], "BITBUCKET_TAG"),
    ] {
        let [_, _, branch, stage] = told(kind, variables);
        assert_eq!((branch, stage), (String::new(), format!("release {source}")), "{kind:?}");
    }
}

#[test]
fn what_is_a_change_and_a_tag_is_of_no_stage() {
    let [_, _, _, stage] = told(Kind::Gitlab, &[("CI_COMMIT_TAG", "v1"), ("CI_MERGE_REQUEST_IID", "7")]);
    assert_eq!(stage, "");
}

#[test]
fn a_change_is_of_its_target_in_every_system() {
    for (kind, variables, target) in [
        (
            Kind::Gitlab,
            &[("CI_MERGE_REQUEST_IID", "7"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"), ("CI_COMMIT_BRANCH", "x")][..],
            "main",
        ),
        (Kind::Azure, &[("BUILD_REASON", "PullRequest"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")], "main"),
        (Kind::Jenkins, &[("CHANGE_ID", "7"), ("CHANGE_TARGET", "main"), ("BRANCH_NAME", "PR-7")], "main"),
        (
            Kind::Buildkite,
            &[("BUILDKITE_PULL_REQUEST", "7"), ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"), ("BUILDKITE_BRANCH", "main")],
            "main",
        ),
        (Kind::Circle, &[("CIRCLE_PULL_REQUEST", "https://x/7"), ("CIRCLE_BRANCH", "main")], ""),
        (Kind::Bitbucket, &[("BITBUCKET_PR_ID", "7"), ("BITBUCKET_PR_DESTINATION_BRANCH", "main"), ("BITBUCKET_BRANCH", "x")], "main"),
    ] {
        let [_, _, branch, stage] = told(kind, variables);
        assert_eq!(branch.split(' ').next(), Some(target), "{kind:?}");
        assert_eq!(stage.starts_with("pull_request "), kind != Kind::Circle, "{kind:?}: {stage}");
    }
}

#[test]
fn a_commit_is_a_full_hash_and_a_branch_is_told_where_nothing_is_proposed() {
    for (commit, known) in [("HEAD", ""), ("4f2c1ab", ""), (COMMIT, COMMIT)] {
        let [told, ..] = told(Kind::Buildkite, &[("BUILDKITE_COMMIT", commit)]);
        assert_eq!(told.split(' ').next(), Some(known));
    }
    let [_, _, branch, stage] = told(Kind::Azure, &[("BUILD_SOURCEBRANCH", "refs/heads/main"), ("BUILD_REASON", "IndividualCI")]);
    assert_eq!((branch.as_str(), stage.as_str()), ("main BUILD_SOURCEBRANCH", ""));
}
