//! The policies that are part of the program. They are parsed only when used, and by the same code as a user's.

use crate::base::digest::sha256_hex;
use crate::policy::{due, mappings, profiles};

/// One embedded policy.
pub(super) struct Builtin {
    /// What follows `builtin:`.
    pub(super) name: &'static str,
    /// What the file says.
    pub(super) text: &'static str,
    /// Its tests.
    pub(super) tests: &'static str,
}

/// All of them.
pub(super) static ALL: &[Builtin] = &[
    Builtin {
        name: "standard",
        text: include_str!("../../policies/standard.yaml"),
        tests: include_str!("../../policies/standard.test.yaml"),
    },
    Builtin { name: "strict", text: include_str!("../../policies/strict.yaml"), tests: include_str!("../../policies/strict.test.yaml") },
    Builtin { name: "ratchet", text: include_str!("../../policies/ratchet.yaml"), tests: include_str!("../../policies/ratchet.test.yaml") },
    Builtin {
        name: "regulated",
        text: include_str!("../../policies/regulated.yaml"),
        tests: include_str!("../../policies/regulated.test.yaml"),
    },
    Builtin { name: "observe", text: include_str!("../../policies/observe.yaml"), tests: include_str!("../../policies/observe.test.yaml") },
];

/// The SHA-256 over all of them, the presets of due dates, the embedded profiles and the embedded mappings: what a report names beside the version.
pub(super) fn digest() -> String {
    let texts: String =
        ALL.iter().map(|builtin| builtin.text).chain(due::texts()).chain(profiles::texts()).chain(mappings::texts()).collect();
    sha256_hex(texts.as_bytes())
}

/// The policy of this name.
pub(super) fn find(name: &str) -> Option<&'static Builtin> {
    ALL.iter().find(|b| b.name == name)
}
