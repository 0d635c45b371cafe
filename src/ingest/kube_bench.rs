//! kube-bench: `--json` (`check/controls.go` of its source): its controls with their totals, or the bare list of them.
//!
//! What it counts is held against what it lists, for each part of the benchmark and for all.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::Verdict;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawScan;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "kube-bench",
    title: "kube-bench JSON",
    recognized: "`Controls` with `Totals`, or a list of controls with `node_type` and `tests`",
    reads: "Each check, under its `test_number`; the type of node is the target. `PASS` has passed, `INFO` is no finding, anything else is open",
    severity: "none is told; `WARN`, a check that needs attention, is medium",
    incomplete: "nothing was checked, or what `Totals` or a control counts by status is not what it lists",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// The statuses that are counted.
const STATUSES: [&str; 4] = ["PASS", "FAIL", "WARN", "INFO"];

type Counts = [u64; STATUSES.len()];

fn sniff(probe: &Probe) -> bool {
    let is_control = |at: &str| ["node_type", "tests"].iter().all(|key| probe.has(&format!("{at}/{key}")));
    is_control("/0") || probe.kind("/Controls") == Some(ValueKind::Array) && (probe.has("/Totals") || is_control("/Controls/0"))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut bench = Bench { scan: sink.scan("kube-bench"), reasons: Reasons::default(), listed: Counts::default() };
    if r.kind()? == ValueKind::Array {
        bench.controls(r, sink, "")?;
    } else {
        let (mut is_listed, mut totals) = (false, None);
        r.entries(|r, key| match key {
            "Controls" => {
                is_listed = true;
                bench.controls(r, sink, "/Controls")
            }
            "Totals" => {
                totals = bench.totals(r)?;
                Ok(())
            }
            _ => sink.unknown(r, key, &String::new),
        })?;
        if !is_listed {
            return Err(lacks(r, "the report", "Controls"));
        }
        let listed = bench.listed;
        bench.compare(totals.unwrap_or_default(), listed, "/Totals");
    }
    if sink.report.details.is_empty() {
        bench.reasons.add("no-results", String::new, "nothing was checked");
    }
    sink.finish(bench.scan, bench.reasons);
    Ok(())
}

struct Bench {
    scan: RawScan,
    reasons: Reasons,
    /// How many checks of each status there are.
    listed: Counts,
}

/// How many checks are counted of each status, where that is told.
type Told = [Option<u64>; STATUSES.len()];

impl Bench {
    fn totals(&mut self, r: &mut Reader<'_>) -> Result<Option<Told>> {
        if !self.reasons.expect(r, ValueKind::Object, || "/Totals".to_owned())? {
            return Ok(None);
        }
        let [mut pass, mut fail, mut warn, mut info] = Told::default();
        let at = || "/Totals".to_owned();
        members!(r, {
            "total_pass" => pass = self.reasons.count(r, at)?,
            "total_fail" => fail = self.reasons.count(r, at)?,
            "total_warn" => warn = self.reasons.count(r, at)?,
            "total_info" => info = self.reasons.count(r, at)?,
        });
        Ok(Some([pass, fail, warn, info]))
    }

    fn compare(&mut self, told: Told, listed: Counts, at: &str) {
        for ((status, told), listed) in STATUSES.iter().zip(told).zip(listed) {
            self.reasons.counted(&format!("checks of status {status}"), told, listed, || at.to_owned());
        }
    }

    fn controls(&mut self, r: &mut Reader<'_>, sink: &mut Sink, list: &str) -> Result<()> {
        r.array(|r, index| self.control(r, sink, &format!("{list}/{index}")))
    }

    fn control(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let first = sink.report.details.len();
        let before = self.listed;
        let (mut node, mut is_listed) = (None, false);
        let [mut pass, mut fail, mut warn, mut info] = Told::default();
        let here = || at.to_owned();
        members!(r, {
            "node_type" => node = sink.name(r, here)?,
            "tests" => {
                is_listed = true;
                r.array(|r, index| self.group(r, sink, &format!("{at}/tests/{index}")))?;
            },
            "total_pass" => pass = self.reasons.count(r, here)?,
            "total_fail" => fail = self.reasons.count(r, here)?,
            "total_warn" => warn = self.reasons.count(r, here)?,
            "total_info" => info = self.reasons.count(r, here)?,
        });
        if !is_listed {
            return Err(lacks(r, "a control", "tests"));
        }
        let mut listed = self.listed;
        listed.iter_mut().zip(before).for_each(|(listed, before)| *listed -= before);
        self.compare([pass, fail, warn, info], listed, at);
        // Each detail is that of the row with its number.
        for number in first..sink.report.details.len() {
            if let Some(detail) = sink.report.details.get_mut(number) {
                detail.target = node;
            }
        }
        Ok(())
    }

    fn group(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let mut is_listed = false;
        let listed = &mut self.listed;
        members!(r, {
            "results" => {
                is_listed = true;
                sink.rows(r, &mut self.scan, &format!("{at}/results"), |r, sink, item, at| check(r, sink, item, at, listed))?;
            },
        });
        if is_listed { Ok(()) } else { Err(lacks(r, "a group of checks", "results")) }
    }
}

fn check(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String, listed: &mut Counts) -> Result<()> {
    let mut status = None;
    item.is_of(Category::Iac);
    members!(r, {
        "test_number" => item.rule_id = sink.name(r, at)?,
        "test_desc" => item.message = sink.prose(r, at)?,
        "status" => status = Some(sink.told(r)?),
    });
    let Some(status) = status else { return Err(lacks(r, "a check", "status")) };
    if item.rule_id.is_none() {
        return Err(lacks(r, "a check", "test_number"));
    }
    let word = sink.report.texts.get(status).as_data();
    if let Some(count) = STATUSES.iter().position(|&known| known == word).and_then(|index| listed.get_mut(index)) {
        *count += 1;
    }
    let (verdict, is_warning) = (Verdict::of_word(word), word == "WARN");
    item.label(Source::Tool, is_warning.then_some(status));
    item.is(verdict, sink);
    Ok(())
}
