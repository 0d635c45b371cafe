//! `due`: how long findings may stay, by days of one's own and by presets that others have published.
//!
//! A preset is a file of the program, read when a policy names it, by the same code as a policy. It has days by severity, or a table
//! with a row for each combination of what is known of a vulnerability. Days that stand beside a preset may only be shorter.

use std::collections::BTreeMap;

use crate::base::yaml::{Kind, Node};
use crate::model::due::{Adopted, Clock, Days, Due, DueRow, Preset, Risk};
use crate::model::intel::TechnicalImpact;
use crate::model::policy::Place;
use crate::model::problem::Problem;
use crate::model::severity::Severity;
use crate::policy::draft::{At, DueDraft};
use crate::policy::embedded::{self, File, files};
use crate::policy::reader::{self, Fields, Keys, Reader, at};

/// The files of presets, by their names.
static PRESETS: &[File] = files!["due": "cisa-bod-26-04.yaml", "fedramp-rev5.yaml", "pci-dss-4.0.1.yaml"];

/// The keys of days.
const DAYS: [&str; 5] = ["kev", "critical", "high", "medium", "low"];

const DUE: Keys = Keys { of: "`due`", required: &[], optional: &["clock", "preset", "kev", "critical", "high", "medium", "low"] };

const PRESET: Keys = Keys {
    of: "a preset",
    required: &["schema", "id", "title", "source", "clock"],
    optional: &["kev", "critical", "high", "medium", "low", "table"],
};

const ROW: Keys = Keys { of: "a row", required: &["kev", "exposed", "automatable", "technical_impact", "due"], optional: &["forensics"] };

/// The texts of the presets, for the digest of the engine.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    embedded::texts(PRESETS)
}

/// What `due` says.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<DueDraft> {
    let fields = reader.map(node, &DUE)?;
    let clock = at(reader, fields, "clock", |reader, n| reader.word(n, "clock", &Clock::ALL, Clock::word));
    let hours = days(reader, fields);
    let adopted = fields.get("preset").and_then(|n| adopted(reader, n));
    if let Some(Adopted { preset, .. }) = &adopted {
        let own = clock.as_ref().map_or(preset.days.clock, |clock| clock.value);
        for (key, told) in &hours {
            // Days of another clock cannot be compared.
            if let Some(most) = days_of(preset, key).filter(|most| own == preset.days.clock && told.value > *most) {
                let message = format!("`{key}` is longer than the {} of `{}`", length(most), preset.id);
                reader.wrong("policy-due", told.place.position(), message, "days beside a preset may only be shorter");
            }
        }
        if let Some(clock) = clock.as_ref().filter(|clock| hours.is_empty() && clock.value != preset.days.clock) {
            let message = format!("`{}` counts from `{}`, and nothing else has days", preset.id, preset.days.clock.word());
            reader.wrong("policy-due", clock.place.position(), message, "remove `clock`, or give days that count from it");
        }
    }
    Some(DueDraft { clock, hours, presets: adopted.into_iter().collect() })
}

/// A preset by its name.
fn adopted(reader: &mut Reader, node: &Node) -> Option<Adopted> {
    let names: Vec<&'static str> = PRESETS.iter().map(name).collect();
    let name = reader.word(node, "preset", &names, |name| name)?;
    match preset(name) {
        Ok(preset) => Some(Adopted { place: reader.place(node), preset }),
        // That each of them can be read is held by a test.
        Err(_) => reader.not(node, "preset", "the days of it"),
    }
}

/// What policies call the preset of a file: what the file is called.
fn name(file: &File) -> &'static str {
    let last = file.name.rsplit('/').next().unwrap_or(file.name);
    last.strip_suffix(".yaml").unwrap_or(last)
}

/// The preset of a name, or everything that is wrong with its file.
pub(super) fn preset(name: &str) -> Result<Preset, Vec<Problem>> {
    PRESETS
        .iter()
        .find(|file| self::name(file) == name)
        .ok_or_else(Vec::new)
        .and_then(|file| reader::read_file(file.text, file.name, read_preset))
}

fn read_preset(reader: &mut Reader, node: &Node) -> Option<Preset> {
    let fields = reader.map(node, &PRESET)?;
    fields.read("schema", |n| reader.word(n, "schema", &["relgate.due/v1"], |word| word));
    let id = fields.read("id", |n| reader.id(n, "id"));
    let title = fields.read("title", |n| reader.text(n, "title"));
    let source = fields.read("source", |n| reader.text(n, "source"));
    let clock = fields.read("clock", |n| reader.word(n, "clock", &Clock::ALL, Clock::word));
    let hours = days(reader, fields);
    let table = fields.read("table", |n| table(reader, n));
    Some(Preset { id: id?, title: title?, source: source?, days: of_hours(clock?, &hours), table: table.unwrap_or_default() })
}

/// The days under the keys of a map.
fn days(reader: &mut Reader, fields: Fields<'_>) -> BTreeMap<&'static str, At<u32>> {
    DAYS.into_iter().filter_map(|key| Some((key, at(reader, fields, key, |reader, n| reader.duration(n, key))?))).collect()
}

/// A row for each combination.
fn table(reader: &mut Reader, node: &Node) -> Option<Vec<DueRow>> {
    let rows = reader.each(node, "table", row)?;
    let mut risks: Vec<Risk> = rows.iter().map(|row| row.risk).collect();
    risks.sort_unstable();
    risks.dedup();
    if risks.len() != rows.len() || risks.len() != 16 {
        reader.wrong("config-value", node.position(), "`table` does not have each of the 16 combinations once", "write one row for each");
        return None;
    }
    Some(rows)
}

fn row(reader: &mut Reader, node: &Node) -> Option<DueRow> {
    let fields = reader.map(node, &ROW)?;
    let flag = |reader: &mut Reader, key: &str| fields.read(key, |n| reader.flag(n, key));
    let [kev, exposed, automatable] = ["kev", "exposed", "automatable"].map(|key| flag(reader, key));
    let impact = fields.read("technical_impact", |n| reader.word(n, "technical_impact", &TechnicalImpact::ALL, TechnicalImpact::word));
    let hours = fields.read("due", |n| if is_next_upgrade(n) { Some(None) } else { reader.duration(n, "due").map(Some) });
    let forensics = flag(reader, "forensics").unwrap_or(false);
    let risk = Risk { kev: kev?, exposed: exposed?, automatable: automatable?, technical_impact: impact? };
    Some(DueRow { risk, hours: hours?, forensics })
}

fn is_next_upgrade(node: &Node) -> bool {
    node.kind == Kind::Text("next_upgrade".to_owned())
}

/// The hours of a preset under a key.
pub(super) fn days_of(preset: &Preset, key: &str) -> Option<u32> {
    let severity = Severity::ALL.into_iter().find(|severity| severity.word() == key);
    severity.map_or(preset.days.kev_hours, |severity| preset.days.of(severity))
}

fn of_hours(clock: Clock, hours: &BTreeMap<&'static str, At<u32>>) -> Days {
    let hours = |key: &str| hours.get(key).map(|told| told.value);
    Days { clock, kev_hours: hours("kev"), hours: Severity::ALL.map(|severity| hours(severity.word())) }
}

/// What all layers together come to. Days without a clock of their own count as those of the first preset do.
pub(super) fn settled(draft: DueDraft, place: Place) -> Due {
    let of_preset = draft.presets.first().map(|adopted| adopted.preset.days.clock);
    let clock = draft.clock.map(|clock| clock.value).or(of_preset).unwrap_or(Clock::FirstSeen);
    Due { place, own: of_hours(clock, &draft.hours), presets: draft.presets }
}

fn length(hours: u32) -> String {
    if hours.is_multiple_of(24) { format!("{}d", hours / 24) } else { format!("{hours}h") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_can_be_read_by_its_name() {
        for file in PRESETS {
            let preset = preset(name(file));
            assert_eq!(preset.map(|preset| preset.id), Ok(name(file).to_owned()), "{}", file.name);
        }
    }

    #[test]
    fn a_table_has_each_combination_once() {
        let whole = PRESETS.first().map_or("", |file| file.text);
        let last = whole.trim_end().rsplit_once('\n').map_or("", |(before, _)| before);
        let twice = whole.replace("impact: total, due: next_upgrade", "impact: partial, due: next_upgrade");
        for text in [last, &twice] {
            let told = reader::read_file(text, "p.yaml", read_preset).err().unwrap_or_default();
            assert!(told.iter().any(|problem| problem.to_string().contains("each of the 16 combinations")), "{told:?}");
        }
    }

    #[test]
    fn rows_say_what_the_directive_does() -> Result<(), Vec<Problem>> {
        let preset = preset("cisa-bod-26-04")?;
        let row = |kev, exposed, automatable, technical_impact| {
            let risk = Risk { kev, exposed, automatable, technical_impact };
            preset.table.iter().find(|row| row.risk == risk).map(|row| (row.hours.map(|hours| hours / 24), row.forensics))
        };
        assert_eq!(row(false, false, false, TechnicalImpact::Partial), Some((None, false)), "with the next upgrade");
        assert_eq!(row(false, true, false, TechnicalImpact::Partial), Some((Some(60), false)));
        assert_eq!(row(true, true, true, TechnicalImpact::Partial), Some((Some(3), false)));
        assert_eq!(row(true, true, true, TechnicalImpact::Total), Some((Some(3), true)));
        Ok(())
    }

    #[test]
    fn each_key_has_the_days_of_a_preset() {
        let text = "{schema: relgate.due/v1, id: p, title: t, source: s, clock: published, kev: 1d, critical: 36h, low: 2d}";
        let preset = reader::read_file(text, "p.yaml", read_preset);
        let days = preset.map(|preset| (preset.days.clock, ["kev", "critical", "high", "medium", "low"].map(|key| days_of(&preset, key))));
        assert_eq!(days, Ok((Clock::Published, [Some(24), Some(36), None, None, Some(48)])));
        assert_eq!([length(24), length(36), length(48)], ["1d", "36h", "2d"]);
    }

    #[test]
    fn the_digest_of_the_engine_is_over_every_preset() {
        let texts: Vec<&str> = texts().collect();
        assert!(PRESETS.iter().all(|file| texts.contains(&file.name) && texts.contains(&file.text)));
        assert_eq!(preset("none"), Err(Vec::new()));
    }
}
