//! The files of mappings that are part of the program, and what is known of them without parsing them.

use crate::model::mapping::{Label, Sign};
use crate::policy::embedded::{File, files};
use crate::policy::mappings::way;

/// All of them.
pub(super) static ALL: &[File] = files!["mappings":
    "auditjs.yaml",
    "harbor.yaml",
    "horusec.yaml",
    "mend.yaml",
    "mix-audit.yaml",
    "nancy.yaml",
    "snyk-iac.yaml",
    "sonatype-iq.yaml",
    "trufflehog3.yaml",
    "twistlock.yaml",
];

/// The label of the one mapping in a file: what stands in the lines of `id`, `recognize` and `lines`.
pub(super) fn label(text: &str) -> Label {
    let told = |key: &str| text.lines().find_map(|line| line.trim_start_matches([' ', '-']).strip_prefix(key)).map(str::trim);
    let pointers = told("recognize:").map(|list| list.trim_matches(['[', ']']).split(", ")).into_iter().flatten();
    let recognize = pointers.filter_map(way::parse).map(|at| Sign { at, is: Vec::new() }).collect();
    Label { id: told("id:").unwrap_or_default().to_owned(), recognize, lines: told("lines:") == Some("true") }
}
