//! The files of mappings that are part of the program.

use crate::policy::embedded::{File, files};

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
