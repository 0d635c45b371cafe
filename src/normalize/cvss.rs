//! The base score of a CVSS vector, or why there is none.
//!
//! Which metrics a vector has, and whether each is one of its version, is checked here, against the tables of [`tables`]. The crate
//! `cvss` is handed the base metrics alone and scores them. So threat, temporal, environmental and supplemental metrics change
//! nothing, and a vector that lacks a base metric is refused: it has no score, which is not a score of 0.0.

mod tables;

use std::fmt;

use crate::model::severity::{CvssVersion, Score};
use tables::{Metric, TABLES, Table};

/// What is wrong with a vector. It quotes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadVector {
    /// It begins with no version that is known.
    Prefix,
    /// Not a list of `metric:value`.
    Shape,
    /// A metric that its version does not know.
    Metric(CvssVersion),
    /// A value that its metric does not know.
    Value(&'static str),
    /// A metric that is given twice.
    Repeated(&'static str),
    /// A base metric that is not given.
    Missing(&'static str),
    /// A vector that is whole, and that the crate does not score all the same.
    Unscored,
}

impl fmt::Display for BadVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the CVSS vector ")?;
        match self {
            Self::Prefix => f.write_str("is of no version that is known: 2.0, 3.0, 3.1 or 4.0"),
            Self::Shape => f.write_str("is no list of metrics and values"),
            Self::Metric(version) => {
                write!(f, "has a metric that CVSS {} does not know", version.word())?;
                f.write_str(if *version == CvssVersion::V2 { "; one of a later version begins with `CVSS:` and its number" } else { "" })
            }
            Self::Value(metric) => write!(f, "has a value that {metric} does not know"),
            Self::Repeated(metric) => write!(f, "gives {metric} twice"),
            Self::Missing(metric) => write!(f, "lacks the base metric {metric}"),
            Self::Unscored => f.write_str("cannot be scored"),
        }
    }
}

/// The version and base score of a vector, in tenths.
///
/// A vector of CVSS 2.0 is told bare, in parentheses (NVD's old pages and feeds), behind `CVSS2#` (Nessus) or `CVSS:2.0/`; all
/// others need their prefix. Metrics come in any order. White space around, one `/` at the end and letters of the other case
/// (`AU:N` for `Au:N`) make no vector ambiguous, and what is refused would be judged by a guess.
pub(super) fn score(vector: &str) -> Result<(CvssVersion, Score), BadVector> {
    let (table, metrics) = split(vector.trim_ascii())?;
    let metrics = metrics.strip_suffix('/').unwrap_or(metrics);
    let values = base_values(table, metrics)?;
    let names = table.base.iter().map(|metric| metric.name);
    let base: Vec<String> = names.zip(values).map(|(name, value)| format!("{name}:{value}")).collect();
    let base = format!("{}{}", table.prefix, base.join("/"));
    let score = match table.version {
        CvssVersion::V2 => base.parse::<cvss::v2::Vector>().map(|vector| vector.score().value()),
        CvssVersion::V3 => base.parse::<cvss::v3::Vector>().map(|vector| vector.score().value()),
        CvssVersion::V4 => base.parse::<cvss::v4::Vector>().map(|vector| vector.score().value()),
        CvssVersion::Unknown => return Err(BadVector::Prefix),
    };
    let score = score.ok().and_then(tenths).ok_or(BadVector::Unscored)?;
    Ok((table.version, score))
}

/// The table of the version, and the metrics without what stands around them.
fn split(vector: &str) -> Result<(&'static Table, &str), BadVector> {
    let [v2, newer @ ..] = &TABLES;
    for table in newer {
        if let Some(metrics) = strip_prefix(vector, table.prefix) {
            return Ok((table, metrics));
        }
    }
    let of_v2 = ["CVSS2#", "CVSS:2.0/"].iter().find_map(|prefix| strip_prefix(vector, prefix));
    if of_v2.is_none() && strip_prefix(vector, "CVSS").is_some() {
        return Err(BadVector::Prefix);
    }
    let metrics = of_v2.unwrap_or(vector);
    let bare = metrics.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    Ok((v2, bare.unwrap_or(metrics)))
}

/// As [`str::strip_prefix`], in either case.
fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The values of the base metrics, in the order of the table.
fn base_values(table: &Table, metrics: &str) -> Result<Vec<&'static str>, BadVector> {
    let mut told: Vec<(&'static str, &'static str)> = Vec::new();
    for part in metrics.split('/') {
        let (name, value) = part.split_once(':').ok_or(BadVector::Shape)?;
        let mut known = table.base.iter().chain(table.more);
        let Metric { name, values } = known.find(|known| known.name.eq_ignore_ascii_case(name)).ok_or(BadVector::Metric(table.version))?;
        let value = values.iter().find(|known| known.eq_ignore_ascii_case(value)).ok_or(BadVector::Value(name))?;
        if told.iter().any(|(earlier, _)| earlier == name) {
            return Err(BadVector::Repeated(name));
        }
        told.push((name, value));
    }
    let value = |metric: &Metric| told.iter().find(|(name, _)| *name == metric.name).map(|&(_, value)| value);
    table.base.iter().map(|metric| value(metric).ok_or(BadVector::Missing(metric.name))).collect()
}

/// The tenths that a number stands for; `None` for one between two tenths or outside 0.0 to 10.0.
fn tenths(number: f64) -> Option<Score> {
    (0..=100).find(|&tenths| (f64::from(tenths) - number * 10.0).abs() < 1e-6).and_then(Score::from_tenths)
}

#[cfg(test)]
mod tests;
