//! The metrics of each version and their values.
//!
//! From the CVSS v2.0 complete guide §2, the specifications of 3.0 and 3.1 §6 and that of 4.0 §7 (FIRST).

use crate::model::severity::CvssVersion;

/// One metric.
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) values: &'static [&'static str],
}

/// What a vector of one version may say.
pub(super) struct Table {
    pub(super) version: CvssVersion,
    pub(super) prefix: &'static str,
    /// All of them are required.
    pub(super) base: &'static [Metric],
    /// Those that change no base score.
    pub(super) more: &'static [Metric],
}

/// The versions, oldest first.
pub(super) const TABLES: [Table; 4] = [
    Table { version: CvssVersion::V2, prefix: "", base: V2, more: V2_MORE },
    Table { version: CvssVersion::V3, prefix: "CVSS:3.0/", base: V3, more: V3_MORE },
    Table { version: CvssVersion::V3, prefix: "CVSS:3.1/", base: V3, more: V3_MORE },
    Table { version: CvssVersion::V4, prefix: "CVSS:4.0/", base: V4, more: V4_MORE },
];

const fn metric(name: &'static str, values: &'static [&'static str]) -> Metric {
    Metric { name, values }
}

const V2: &[Metric] = &[
    metric("AV", &["L", "A", "N"]),
    metric("AC", &["H", "M", "L"]),
    metric("Au", &["M", "S", "N"]),
    metric("C", &["N", "P", "C"]),
    metric("I", &["N", "P", "C"]),
    metric("A", &["N", "P", "C"]),
];

const V2_MORE: &[Metric] = &[
    metric("E", &["ND", "U", "POC", "F", "H"]),
    metric("RL", &["ND", "OF", "TF", "W", "U"]),
    metric("RC", &["ND", "UC", "UR", "C"]),
    metric("CDP", &["ND", "N", "L", "LM", "MH", "H"]),
    metric("TD", &["ND", "N", "L", "M", "H"]),
    metric("CR", &["ND", "L", "M", "H"]),
    metric("IR", &["ND", "L", "M", "H"]),
    metric("AR", &["ND", "L", "M", "H"]),
];

const V3: &[Metric] = &[
    metric("AV", &["N", "A", "L", "P"]),
    metric("AC", &["L", "H"]),
    metric("PR", &["N", "L", "H"]),
    metric("UI", &["N", "R"]),
    metric("S", &["U", "C"]),
    metric("C", &["N", "L", "H"]),
    metric("I", &["N", "L", "H"]),
    metric("A", &["N", "L", "H"]),
];

const V3_MORE: &[Metric] = &[
    metric("E", &["X", "U", "P", "F", "H"]),
    metric("RL", &["X", "O", "T", "W", "U"]),
    metric("RC", &["X", "U", "R", "C"]),
    metric("CR", &["X", "L", "M", "H"]),
    metric("IR", &["X", "L", "M", "H"]),
    metric("AR", &["X", "L", "M", "H"]),
    metric("MAV", &["X", "N", "A", "L", "P"]),
    metric("MAC", &["X", "L", "H"]),
    metric("MPR", &["X", "N", "L", "H"]),
    metric("MUI", &["X", "N", "R"]),
    metric("MS", &["X", "U", "C"]),
    metric("MC", &["X", "N", "L", "H"]),
    metric("MI", &["X", "N", "L", "H"]),
    metric("MA", &["X", "N", "L", "H"]),
];

const V4: &[Metric] = &[
    metric("AV", &["N", "A", "L", "P"]),
    metric("AC", &["L", "H"]),
    metric("AT", &["N", "P"]),
    metric("PR", &["N", "L", "H"]),
    metric("UI", &["N", "P", "A"]),
    metric("VC", &["H", "L", "N"]),
    metric("VI", &["H", "L", "N"]),
    metric("VA", &["H", "L", "N"]),
    metric("SC", &["H", "L", "N"]),
    metric("SI", &["H", "L", "N"]),
    metric("SA", &["H", "L", "N"]),
];

const V4_MORE: &[Metric] = &[
    metric("E", &["X", "A", "P", "U"]),
    metric("CR", &["X", "H", "M", "L"]),
    metric("IR", &["X", "H", "M", "L"]),
    metric("AR", &["X", "H", "M", "L"]),
    metric("MAV", &["X", "N", "A", "L", "P"]),
    metric("MAC", &["X", "L", "H"]),
    metric("MAT", &["X", "N", "P"]),
    metric("MPR", &["X", "N", "L", "H"]),
    metric("MUI", &["X", "N", "P", "A"]),
    metric("MVC", &["X", "H", "L", "N"]),
    metric("MVI", &["X", "H", "L", "N"]),
    metric("MVA", &["X", "H", "L", "N"]),
    metric("MSC", &["X", "H", "L", "N"]),
    metric("MSI", &["X", "S", "H", "L", "N"]),
    metric("MSA", &["X", "S", "H", "L", "N"]),
    metric("S", &["X", "N", "P"]),
    metric("AU", &["X", "N", "Y"]),
    metric("R", &["X", "A", "U", "I"]),
    metric("V", &["X", "D", "C"]),
    metric("RE", &["X", "L", "M", "H"]),
    metric("U", &["X", "Clear", "Green", "Amber", "Red"]),
];
