//! Whether the scans looked at what is judged: the commit and the repository.

use crate::decide::completeness::of_scan;
use crate::model::decision::Synthetic;
use crate::model::finding::Evidence;
use crate::model::report::Subject;
use crate::model::scan::Scan;

/// The scans that tell another commit or repository than the run's. What a scan does not tell is not held against it.
pub(super) fn wrong(evidence: &Evidence, subject: &Subject) -> impl Iterator<Item = Synthetic> {
    evidence.scans.iter().flat_map(|scan| {
        let gap = |(what, help): (String, &'static str)| of_scan(evidence, scan, "relgate/wrong-commit", "wrong-commit", what, help);
        [wrong_commit(evidence, scan, subject), wrong_repository(evidence, scan, subject)]
            .into_iter()
            .flatten()
            .map(gap)
            .collect::<Vec<_>>()
    })
}

fn wrong_commit(evidence: &Evidence, scan: &Scan, subject: &Subject) -> Option<(String, &'static str)> {
    let judged = &subject.commit.as_ref()?.value;
    let told = evidence.text(scan.commit?).as_data();
    if same_commit(told, judged) {
        return None;
    }
    Some((format!("the scan is of commit {told}, not {judged}"), "scan the commit that is judged"))
}

fn wrong_repository(evidence: &Evidence, scan: &Scan, subject: &Subject) -> Option<(String, &'static str)> {
    let told = canonical(evidence.text(scan.repository?).as_data());
    match &subject.repository {
        Some(judged) => {
            let judged = canonical(&judged.value);
            (told != judged).then(|| (format!("the scan is of {told}, not {judged}"), "scan the repository that is judged"))
        }
        // A commit hash proves nothing without its repository.
        None if subject.commit.is_some() => {
            Some((format!("the scan is of {told}, and the run's repository is not known"), "give `--repository`"))
        }
        None => None,
    }
}

/// Whether a scan tells that it is of the commit that is judged, and of no other repository.
pub(super) fn is_of_commit(evidence: &Evidence, scan: &Scan, subject: &Subject) -> bool {
    let told = scan.commit.map(|commit| evidence.text(commit).as_data());
    let judged = subject.commit.as_ref().map(|fact| fact.value.as_str());
    let is_same = told.zip(judged).is_some_and(|(told, judged)| same_commit(told, judged));
    is_same && wrong_repository(evidence, scan, subject).is_none()
}

/// A told hash may be cut to seven digits.
fn same_commit(told: &str, judged: &str) -> bool {
    let (told, judged) = (told.to_ascii_lowercase(), judged.to_ascii_lowercase());
    told.len() >= 7 && told.bytes().all(|b| b.is_ascii_hexdigit()) && judged.starts_with(&told)
}

/// A repository's address as `host/path`, without what differs between two ways to reach the same one: scheme, user and
/// password (which must not be shown either), the case of the host, `.git`, a slash at the end. `git@host:path` is one too.
pub(super) fn canonical(address: &str) -> String {
    let (rest, scp) = address.split_once("://").map_or((address, true), |(_, rest)| (rest, false));
    let (head, tail) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let head = head.rsplit_once('@').map_or(head, |(_, host)| host);
    let (host, first) = if scp { head.split_once(':').unwrap_or((head, "")) } else { (head, "") };
    let path = format!("{first}{tail}");
    let path = path.trim_matches('/');
    format!("{}/{}", host.to_lowercase(), path.strip_suffix(".git").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::sample::one_scan;
    use crate::model::report::Fact;

    #[test]
    fn a_commit_is_the_same_in_any_case_and_cut_to_seven() {
        let judged = "4F2C1AB89d3e5f60718293a4b5c6d7e8f9012345";
        for (told, same) in [
            ("4f2c1ab89d3e5f60718293a4b5c6d7e8f9012345", true),
            ("4f2c1ab", true),
            ("4f2c1a", false),
            ("", false),
            ("4f2c1ac", false),
            ("4f2c1ab89d3e5f60718293a4b5c6d7e8f90123450", false),
            ("heads/main", false),
        ] {
            assert_eq!(same_commit(told, judged), same, "{told}");
        }
    }

    #[test]
    fn a_scan_is_of_the_commit_if_it_says_so_and_names_no_other_repository() {
        let fact = |value: &str| Some(Fact { value: value.to_owned(), source: "flag".into() });
        let commit = fact("4f2c1ab89d3e5f60718293a4b5c6d7e8f9012345");
        let judged = Subject { commit, repository: fact("https://github.com/acme/pay"), ..Subject::default() };
        for (commit, repository, is_of) in [
            (Some("4f2c1ab"), None, true),
            (Some("4f2c1ab"), Some("git@github.com:acme/pay.git"), true),
            (Some("4f2c1ab"), Some("git@github.com:evil/pay.git"), false),
            (Some("0000000"), Some("git@github.com:acme/pay.git"), false),
            (None, Some("git@github.com:acme/pay.git"), false),
        ] {
            let mut evidence = one_scan(|_| {});
            let told = [commit, repository].map(|told| told.map(|told| evidence.texts.intern(told)));
            evidence.scans.iter_mut().for_each(|scan| [scan.commit, scan.repository] = told);
            let is_told = |subject: &Subject| evidence.scans.iter().any(|scan| is_of_commit(&evidence, scan, subject));
            assert_eq!(is_told(&judged), is_of, "{commit:?} {repository:?}");
            assert!(!is_told(&Subject::default()), "nobody knows which commit is judged");
        }
    }

    #[test]
    fn a_repository_is_the_same_however_it_is_reached() {
        for address in [
            "https://github.com/acme/pay",
            "https://GitHub.com/acme/pay.git/",
            "https://x-access-token:ghs_secret@github.com/acme/pay.git",
            "ssh://git@github.com/acme/pay.git",
            "git@github.com:acme/pay.git",
            "github.com/acme/pay",
        ] {
            assert_eq!(canonical(address), "github.com/acme/pay", "{address}");
        }
        for address in
            ["https://github.com/acme/Pay", "https://github.com@evil.example/acme/pay", "https://evil.example/github.com/acme/pay"]
        {
            assert_ne!(canonical(address), "github.com/acme/pay", "{address}");
        }
        assert_eq!(canonical("user:secret@host/a"), "host/a");
    }
}
