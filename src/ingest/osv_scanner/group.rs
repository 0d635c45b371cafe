//! Groups: which records of a package tell of one vulnerability, and what OSV-Scanner says of it.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;

/// No vulnerability has more names; what claims more is not asked for them.
const NAMES: usize = 64;

#[derive(Default)]
pub(super) struct Group {
    /// The records in it.
    pub(super) ids: Vec<Text>,
    /// Their names, where all are names of one vulnerability.
    pub(super) names: Vec<Text>,
    /// The highest score of its records.
    pub(super) score: Option<Text>,
    /// Whether vulnerable code is called, where that was analyzed: of any of its records.
    pub(super) called: Option<bool>,
}

impl Group {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Self> {
        let mut group = Self::default();
        let mut aliases = Vec::new();
        let mut called: [Option<bool>; 2] = [None; 2];
        members!(r, {
            "ids" => sink.texts(r, &mut group.ids, &|| format!("{}/ids", at()))?,
            "aliases" => sink.texts(r, &mut aliases, &|| format!("{}/aliases", at()))?,
            "max_severity" => group.score = sink.score(r, || format!("{}/max_severity", at()))?,
            "experimental_analysis" => called[0] = analysis(r, sink, at)?,
            "experimentalAnalysis" => called[1] = analysis(r, sink, at)?,
        });
        group.called = either(called[0], called[1]);
        group.names = one_vulnerability(&group.ids, &aliases, sink);
        Ok(group)
    }
}

/// All names, unless the group has too many or several CVE ids: the advisory of a distribution groups what it fixes together, though
/// these are different vulnerabilities. Then only what each record says of itself makes names the same.
fn one_vulnerability(ids: &[Text], aliases: &[Text], sink: &Sink) -> Vec<Text> {
    let mut names: Vec<Text> = Vec::new();
    if ids.len() + aliases.len() <= NAMES {
        for &name in ids.iter().chain(aliases) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let cves = names.iter().filter(|&&name| sink.report.texts.get(name).as_data().starts_with("CVE-")).count();
    if cves > 1 { Vec::new() } else { names }
}

fn either(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    a.max(b)
}

/// `{"GO-2024-3321": {"called": false}}`.
fn analysis(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Option<bool>> {
    let mut any = None;
    if sink.expect(r, ValueKind::Object, || format!("{}/experimental_analysis", at()))? {
        r.entries(|r, id| {
            let mut called = None;
            if sink.expect(r, ValueKind::Object, || format!("{}/experimental_analysis/{id}", at()))? {
                members!(r, { "called" => called = sink.flag(r, || format!("{}/experimental_analysis/{id}/called", at()))? });
            }
            any = either(any, called);
            Ok(())
        })?;
    }
    Ok(any)
}
