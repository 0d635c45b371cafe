//! The files of profiles that are part of the program, and what is known of them without parsing them.

use crate::policy::embedded::{File, files};

/// All of them.
pub(super) static ALL: &[File] = files!["profiles":
    "bandit.yaml",
    "black-duck.yaml",
    "brakeman.yaml",
    "cargo-audit.yaml",
    "cargo-deny.yaml",
    "checkmarx.yaml",
    "checkov.yaml",
    "code.yaml",
    "components.yaml",
    "cppcheck.yaml",
    "datadog.yaml",
    "dependency-check.yaml",
    "devskim.yaml",
    "fortify.yaml",
    "govulncheck.yaml",
    "grype.yaml",
    "hcl-appscan.yaml",
    "infrastructure.yaml",
    "jfrog.yaml",
    "linters.yaml",
    "orca.yaml",
    "osv-scanner.yaml",
    "polyspace.yaml",
    "qwiet.yaml",
    "running.yaml",
    "safety.yaml",
    "secrets.yaml",
    "snyk.yaml",
    "terrascan.yaml",
    "trivy.yaml",
    "zizmor.yaml",
];

/// The names of drivers that a file has profiles for: what stands in the brackets behind each `drivers:`.
pub(super) fn drivers(text: &str) -> Vec<String> {
    let lists = behind(text, "drivers: [").filter_map(|rest| rest.split_once(']'));
    lists.flat_map(|(list, _)| list.split(',')).map(unquoted).collect()
}

/// The keys of properties that a file looks at: what stands behind each `key:`.
pub(super) fn keys(text: &str) -> Vec<String> {
    behind(text, " key: ").filter_map(|rest| rest.split([',', '}', '\n']).next()).map(unquoted).collect()
}

/// What stands behind each place of a mark.
fn behind<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = &'t str> {
    memchr::memmem::find_iter(text.as_bytes(), mark).filter_map(move |at| text.get(at + mark.len()..))
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches('"').to_owned()
}
