//! `due` and `exceptions.limits`: checked, so that no policy is accepted that a later release would refuse, and not kept,
//! because nothing is dated or excepted yet.

use crate::base::yaml::Node;
use crate::model::policy::Action;
use crate::policy::condition;
use crate::policy::reader::{Keys, Reader};

/// The types of exceptions.
pub(super) const EXCEPTION_TYPES: [&str; 8] = [
    "false_positive",
    "rotated",
    "risk_acceptance",
    "compensating_control",
    "operational_requirement",
    "vendor_dependency",
    "risk_adjustment",
    "emergency",
];

const DAYS: [&str; 5] = ["kev", "critical", "high", "medium", "low"];

const DUE: Keys = Keys { of: "`due`", required: &["clock"], optional: &DAYS, later: &["preset"] };

const EXCEPTIONS: Keys = Keys {
    of: "`exceptions`",
    required: &["limits"],
    optional: &[],
    later: &["files", "roles", "separation_of_duties", "emergency", "warn_before_expiry", "unused"],
};

const LIMITS: Keys = Keys {
    of: "a limits row",
    required: &["severity", "max_lifetime", "max_renewals", "approver_roles", "floor"],
    optional: &["types"],
    later: &[],
};

/// Checks `due`: the clock and the days for each severity.
pub(super) fn check_due(reader: &mut Reader, node: &Node) -> Option<()> {
    let fields = reader.map(node, &DUE)?;
    fields.read("clock", |n| reader.word(n, "clock", &["first_seen", "fix_released", "published"], |word| word));
    for key in DAYS {
        fields.read(key, |n| reader.duration(n, key));
    }
    Some(())
}

/// Checks `exceptions`.
pub(super) fn check_exceptions(reader: &mut Reader, node: &Node) -> Option<()> {
    let rows = reader.map(node, &EXCEPTIONS)?.get("limits")?;
    reader.each(rows, "limits", check_row)?;
    Some(())
}

fn check_row(reader: &mut Reader, node: &Node) -> Option<()> {
    let fields = reader.map(node, &LIMITS)?;
    fields.read("types", |n| reader.words(n, "types", &EXCEPTION_TYPES, |word| word));
    fields.read("severity", |n| condition::severities(reader, n));
    fields.read("max_lifetime", |n| reader.duration(n, "max_lifetime"));
    fields.read("max_renewals", |n| reader.number(n, "max_renewals", 0..=1000));
    fields.read("approver_roles", |n| reader.each(n, "approver_roles", |reader, role| reader.id(role, "approver_roles")));
    fields.read("floor", |n| reader.word(n, "floor", &Action::ALL, Action::word));
    Some(())
}
