//! One record of a CVE, JSON 5: of its containers only CISA's.

use jiff::Timestamp;

use crate::base::date::parse_instant;
use crate::base::json::{Halt, Reader, Result, ValueKind, members};
use crate::enrich::feeds::implausible;
use crate::model::intel::{Exploitation, Ssvc, TechnicalImpact};

/// The organization `CISA-ADP` in the CVE program. A short name is what anybody may call themselves.
const CISA: &str = "134c704f-9b21-4f2e-91b3-4a467353bcc0";

/// Who decided, in CISA's own words: there are other sets of decision points for other roles.
const ROLE: &str = "CISA Coordinator";

/// What a record says.
#[derive(Default)]
pub(super) struct Record {
    pub(super) id: Option<String>,
    /// When CISA last changed its container.
    pub(super) date: Option<Timestamp>,
    /// CISA's decision points; of several the worst.
    pub(super) points: Option<Ssvc>,
}

/// What somebody says about a CVE.
#[derive(Default)]
struct Container {
    is_cisa: bool,
    date: Option<Timestamp>,
    /// For each decision its points, as they are called and what they are.
    decisions: Vec<Vec<(String, String)>>,
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<Record> {
    let mut record = Record::default();
    members!(r, {
        "cveMetadata" => members!(r, { "cveId" => record.id = r.scalar()?.text().map(str::to_owned) }),
        "containers" => members!(r, { "adp" => r.array(|r, _| {
            let told = container(r)?;
            if told.is_cisa {
                record.date = record.date.max(told.date);
                for decision in &told.decisions {
                    let points = points(decision)?;
                    record.points = Some(record.points.map_or(points, |known| known.worse(points)));
                }
            }
            Ok(())
        })? }),
    });
    r.end()?;
    Ok(record)
}

fn container(r: &mut Reader<'_>) -> Result<Container> {
    let mut told = Container::default();
    members!(r, {
        "providerMetadata" => members!(r, {
            "orgId" => told.is_cisa = r.scalar()?.text() == Some(CISA),
            "dateUpdated" => told.date = r.scalar()?.text().and_then(parse_instant),
        }),
        "metrics" => r.array(|r, _| {
            told.decisions.extend(decision(r)?);
            Ok(())
        })?,
    });
    Ok(told)
}

/// The points of a metric, if it is of SSVC.
fn decision(r: &mut Reader<'_>) -> Result<Option<Vec<(String, String)>>> {
    let (mut is_ssvc, mut is_coordinator, mut options) = (false, false, Vec::new());
    members!(r, { "other" => members!(r, {
        "type" => is_ssvc = r.scalar()?.text() == Some("ssvc"),
        "content" => if r.kind()? == ValueKind::Object {
            members!(r, {
                "role" => is_coordinator = r.scalar()?.text() == Some(ROLE),
                "options" => r.array(|r, _| r.entries(|r, name| {
                    let told = r.scalar()?.text().unwrap_or("").to_owned();
                    options.push((name.to_owned(), told));
                    Ok(())
                }))?,
            });
        } else {
            r.skip()?;
        },
    }) });
    Ok(Some(options).filter(|_| is_ssvc && is_coordinator))
}

/// What the points mean. One that is called otherwise is another scheme's.
fn points(told: &[(String, String)]) -> Result<Ssvc> {
    let mut points = Ssvc::default();
    for (name, value) in told {
        let is_known = match name.as_str() {
            "Exploitation" => {
                points.exploitation = Exploitation::from_record(value);
                points.exploitation.is_some()
            }
            "Automatable" => {
                points.automatable = match value.trim().to_ascii_lowercase().as_str() {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                };
                points.automatable.is_some()
            }
            "Technical Impact" => {
                points.technical_impact = TechnicalImpact::from_record(value);
                points.technical_impact.is_some()
            }
            _ => true,
        };
        if !is_known {
            let shown: String = value.chars().take(40).collect();
            return Err(Halt::of(implausible(&format!("`{name}` of SSVC cannot be `{shown}`"))));
        }
    }
    Ok(points)
}
