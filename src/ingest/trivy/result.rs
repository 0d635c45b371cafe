//! One result of Trivy, as its report of an artifact, its older bare list and its report of a cluster have it: what was found in one
//! target.

use std::ops::Range;

use crate::base::json::{Reader, Result};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::trivy::row::{self, Kind};
use crate::model::identity::Category;
use crate::model::raw::{RawLocation, RawScan};

/// What was read of a result.
pub(in crate::ingest) struct Told {
    /// Its rows among those of the report.
    pub(in crate::ingest) rows: Range<usize>,
    /// Its target, as told.
    pub(in crate::ingest) target: Option<Text>,
    /// Whether it is about the packages of an operating system, which are in the artifact as a whole.
    pub(in crate::ingest) is_system: bool,
}

/// Reads the result at a JSON pointer and keeps its rows in the only scan of the report.
pub(in crate::ingest) fn read(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<Told> {
    let first = sink.report.details.len();
    let (mut target, mut class, mut ecosystem) = (None, None, None);
    let list = |list: &str| format!("{at}/{list}");
    r.entries(|r, key| match key {
        "Target" => {
            target = sink.name(r, || list("Target"))?;
            Ok(())
        }
        "Class" => {
            class = sink.name(r, || list("Class"))?;
            Ok(())
        }
        "Type" => {
            ecosystem = sink.name(r, || list("Type"))?;
            Ok(())
        }
        "Vulnerabilities" => row::read_all(r, sink, scan, Kind::Vulnerability, &list(key)),
        "Misconfigurations" => row::read_all(r, sink, scan, Kind::Misconfiguration, &list(key)),
        "Secrets" => row::read_all(r, sink, scan, Kind::Secret, &list(key)),
        "Licenses" => row::read_all(r, sink, scan, Kind::License, &list(key)),
        "ExperimentalModifiedFindings" | "ModifiedFindings" => row::read_modified(r, sink, scan, &list(key)),
        // What is there, and nothing about it.
        "Packages" | "CustomResources" => r.skip(),
        _ => sink.unknown(r, key, &|| at.to_owned()),
    })?;
    let rows = first..sink.report.details.len();
    let word = |text: Option<Text>| text.map(|text| sink.report.texts.get(text).as_data());
    let is_system = match (word(class), word(target), word(ecosystem)) {
        (Some(class), ..) => class == "os-pkgs",
        // Before there were classes the target told: `redis:6 (debian 10.4)`.
        (None, Some(target), Some(family)) => {
            artifact(target).is_some_and(|(_, system)| system.strip_prefix(family).is_some_and(|release| release.starts_with(' ')))
        }
        (None, ..) => false,
    };
    let place = target.filter(|_| !is_system).map(|uri| RawLocation { uri: Some(uri), ..RawLocation::default() });
    let places = sink.report.locations.add(place);
    for number in rows.clone() {
        if let Some(detail) = sink.report.details.get_mut(number)
            && detail.category != Some(Category::Iac)
        {
            detail.package.ecosystem = detail.package.ecosystem.or(ecosystem);
        }
        // Each detail is that of the row with its number.
        let Some(row) = scan.results.get_mut(number) else { continue };
        match (sink.report.locations.get_mut(row.locations), place) {
            ([first, ..], Some(place)) => first.uri = first.uri.or(place.uri),
            ([], Some(_)) => row.locations = places,
            (_, None) => {}
        }
    }
    Ok(Told { rows, target, is_system })
}

/// The artifact that the target of an operating system's packages names, and the system: `redis:6` and `debian 10.4` of
/// `redis:6 (debian 10.4)`.
pub(in crate::ingest) fn artifact(target: &str) -> Option<(&str, &str)> {
    target.strip_suffix(')')?.rsplit_once(" (")
}
