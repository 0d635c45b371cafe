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

/// The label of the one mapping in a file: what stands in the lines of `id`, `recognize` and `lines`; `None` where that cannot be told.
pub(super) fn label(text: &str) -> Option<Label> {
    let told = |key: &str| text.lines().find_map(|line| line.trim_start_matches([' ', '-']).strip_prefix(key)).map(str::trim);
    let pointers = told("recognize:")?.trim_matches(['[', ']']).split(", ");
    let recognize = pointers.map(|pointer| Some(Sign { at: way::parse(pointer)?, is: Vec::new() })).collect::<Option<_>>()?;
    Some(Label { id: told("id:")?.to_owned(), recognize, lines: told("lines:") == Some("true") })
}
