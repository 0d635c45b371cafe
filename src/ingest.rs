//! Reads reports: one file a format, one row each in [`FORMATS`].
//!
//! A reader tells what the tool wrote, in the tool's words ([`crate::model::raw`]). It rates nothing and cleans nothing, and it
//! drops nothing: every result becomes a row, and what cannot be read becomes a problem.

mod advisory;
mod anchore;
mod anchorectl;
mod aws;
mod bandit;
mod brakeman;
mod bundler_audit;
mod cargo_audit;
mod cargo_deny;
mod checkov;
mod composer_audit;
mod cyclonedx;
mod dependabot;
mod dependency_check;
mod dependency_track;
mod detect_secrets;
mod dockle;
mod dotnet_list;
mod github;
mod github_code_scanning;
mod github_secret_scanning;
mod gitlab;
mod gitlab_code_quality;
mod gitleaks;
mod gitleaks_v7;
mod gosec;
mod govulncheck;
mod grype;
mod hadolint;
mod health;
mod item;
mod kics;
mod kube_bench;
mod kubescape;
mod mapped;
mod npm;
mod npm_audit_v1;
mod npm_audit_v2;
mod nuclei;
mod ocsf;
mod osv_scanner;
mod pip_audit;
mod probe;
mod prowler;
mod relgate;
mod retire;
mod safety;
mod sarif;
mod semgrep;
mod shellcheck;
mod sink;
mod snyk;
mod sonarqube;
mod sonarqube_hotspots;
mod sonarqube_issues;
mod terrascan;
mod tfsec;
mod trivy;
mod trivy_k8s;
mod trivy_operator;
mod trivy_v1;
mod trufflehog_v2;
mod trufflehog_v3;
mod xeol;
mod xray;
mod yarn_audit;
mod yarn_npm_audit;
mod zap;

use std::io::Read;
use std::sync::Arc;

pub use item::Item;
pub use probe::Probe;
pub use sink::Sink;

use crate::base::fault::{Fault, Position};
use crate::base::json::{self, Halt, Reader};
use crate::model::mapping::{Mapping, Mappings};
use crate::model::raw::RawReport;

/// One scanner output format: a row of [`FORMATS`]. What is told of it for people is in Markdown, without a full stop at its end.
pub struct Format {
    /// The word in front of a path, in reports and docs.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// By what it is recognized.
    pub recognized: &'static str,
    /// What is read, and where it stands.
    pub reads: &'static str,
    /// Where the severity comes from.
    pub severity: &'static str,
    /// When a scan is not whole, beside a document that cannot be read; empty where nothing of the format tells.
    pub incomplete: &'static str,
    /// How a document ends.
    pub ends: Ends,
    /// Whether its tool writes an empty file for nothing found. It counts as that only where the format is named.
    pub blank: bool,
    /// How the names of its files end that nobody else uses: a file that is named so and cannot be read is a broken report.
    pub endings: &'static [&'static str],
    /// Whether a document is of this format, by its first stretch or by all of its top level.
    pub sniff: fn(&Probe) -> bool,
    /// Reads a document from its first byte to its last value.
    pub parse: fn(&mut Reader<'_>, &mut Sink) -> json::Result<()>,
}

/// How a document of a format ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// With the bracket that closes it: what is cut off is no JSON.
    Bracket,
    /// With a record that says so, behind other records.
    Record,
    /// Behind any record: one that was cut off between two of them reads as a whole one.
    Anywhere,
}

/// The row of mapped reports.
static MAPPED: &Format = &mapped::FORMAT;

/// Every input format.
pub static FORMATS: &[Format] = &[
    anchore::FORMAT,
    anchorectl::FORMAT,
    aws::asff::FORMAT,
    aws::ecr::FORMAT,
    aws::inspector::FORMAT,
    bandit::FORMAT,
    brakeman::FORMAT,
    bundler_audit::FORMAT,
    cargo_audit::FORMAT,
    cargo_deny::FORMAT,
    checkov::FORMAT,
    composer_audit::FORMAT,
    cyclonedx::FORMAT,
    dependabot::FORMAT,
    dependency_check::FORMAT,
    dependency_track::FORMAT,
    detect_secrets::FORMAT,
    dockle::FORMAT,
    dotnet_list::FORMAT,
    github_code_scanning::FORMAT,
    github_secret_scanning::FORMAT,
    gitlab::FORMAT,
    gitlab_code_quality::FORMAT,
    gitleaks::FORMAT,
    gitleaks_v7::FORMAT,
    gosec::FORMAT,
    govulncheck::FORMAT,
    grype::FORMAT,
    hadolint::FORMAT,
    xray::simple::FORMAT,
    kics::FORMAT,
    kube_bench::FORMAT,
    kubescape::FORMAT,
    mapped::FORMAT,
    npm_audit_v1::FORMAT,
    npm_audit_v2::FORMAT,
    nuclei::FORMAT,
    ocsf::FORMAT,
    osv_scanner::FORMAT,
    pip_audit::FORMAT,
    prowler::FORMAT,
    relgate::FORMAT,
    retire::FORMAT,
    safety::FORMAT,
    sarif::FORMAT,
    semgrep::FORMAT,
    shellcheck::FORMAT,
    snyk::FORMAT,
    sonarqube_hotspots::FORMAT,
    sonarqube_issues::FORMAT,
    terrascan::FORMAT,
    tfsec::FORMAT,
    trivy::FORMAT,
    trivy_k8s::FORMAT,
    trivy_operator::FORMAT,
    trivy_v1::FORMAT,
    trufflehog_v2::FORMAT,
    trufflehog_v3::FORMAT,
    xeol::FORMAT,
    xray::on_demand::FORMAT,
    xray::summary::FORMAT,
    xray::unified::FORMAT,
    xray::violations::FORMAT,
    yarn_audit::FORMAT,
    yarn_npm_audit::FORMAT,
    zap::FORMAT,
];

/// The format with an id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

/// Whether a file is a report by its name, packed or not, whatever is in it.
#[must_use]
pub fn is_report_name(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    FORMATS.iter().flat_map(|format| format.endings).any(|ending| name.ends_with(ending))
}

/// What a document is read as: a format, and of mapped reports the mapping.
#[derive(Clone)]
pub struct Form {
    /// The format.
    pub format: &'static Format,
    /// What is gone by, where the format is told by a mapping.
    pub mapping: Option<Arc<Mapping>>,
    /// Whether somebody named it, so that it is not only what the document looks like.
    pub is_named: bool,
}

impl Form {
    /// The format or mapping that somebody named by its id.
    #[must_use]
    pub fn named(id: &str, mappings: &Mappings) -> Option<Self> {
        let form = find(id).map(Self::from).or_else(|| mappings.find(id).map(Self::of))?;
        Some(Self { is_named: true, ..form })
    }

    fn of(mapping: &Arc<Mapping>) -> Self {
        Self { format: MAPPED, mapping: Some(Arc::clone(mapping)), is_named: false }
    }

    /// The word in front of a path and in reports.
    #[must_use]
    pub fn id(&self) -> &str {
        self.mapping.as_ref().map_or(self.format.id, |mapping| &mapping.label.id)
    }

    fn title(&self) -> &str {
        self.mapping.as_ref().map_or(self.format.title, |mapping| &mapping.title)
    }

    /// Whether an empty file is a report: somebody named the form, and its tool writes that for nothing found.
    fn may_be_blank(&self) -> bool {
        self.is_named && self.mapping.as_ref().map_or(self.format.blank, |mapping| mapping.blank)
    }
}

impl From<&'static Format> for Form {
    fn from(format: &'static Format) -> Self {
        Self { format, mapping: None, is_named: false }
    }
}

/// Why a document gave nothing.
pub enum Refusal {
    /// It is well formed, and no format claims it.
    Unclaimed(Fault),
    /// A format claims it by what stands behind its first stretch, and by then it was read away: open it again and name the
    /// format. The fault is for a source that cannot be opened again.
    ReadAgain(Form, Fault),
    /// It is broken.
    Broken(Option<Form>, Fault),
}

/// The same as [`read_with`], without mappings.
#[cfg(test)]
fn read(source: &mut dyn Read, wanted: Option<&'static Format>, properties: &[String]) -> Result<(Form, RawReport), Refusal> {
    read_with(source, wanted.map(Form::from).as_ref(), properties, &Mappings::default())
}

/// Reads one document of decoded text. `wanted` is what it must be, as somebody named it or an earlier look at it told; without it
/// exactly one format or mapping must claim the document. `properties` are the keys of properties whose values are kept, sorted. All or nothing: a document with a
/// mistake in its shape gives no finding.
pub fn read_with(
    source: &mut dyn Read,
    wanted: Option<&Form>,
    properties: &[String],
    mappings: &Mappings,
) -> Result<(Form, RawReport), Refusal> {
    let mut reader = Reader::new(source);
    let is_blank = !reader.has_more().map_err(|halt| Refusal::Broken(wanted.cloned(), halt.into_fault()))?;
    if is_blank && !wanted.is_some_and(Form::may_be_blank) {
        return Err(Refusal::Broken(wanted.cloned(), blank()));
    }
    let form = match wanted {
        Some(form) => form.clone(),
        None => recognize(&mut reader, mappings)?,
    };
    let mut sink = Sink::keeping(properties, &form);
    let read = (form.format.parse)(&mut reader, &mut sink).and_then(|()| reader.end());
    match read {
        Ok(()) => Ok((form, sink.into_report())),
        Err(halt) => Err(Refusal::Broken(Some(form), halt.into_fault())),
    }
}

fn recognize(reader: &mut Reader<'_>, mappings: &Mappings) -> Result<Form, Refusal> {
    let broken = |halt: Halt| Refusal::Broken(None, halt.into_fault());
    let probe = Probe::of(reader.first_stretch().map_err(broken)?).knowing(mappings);
    if let Some(form) = claim(&probe)? {
        return Ok(form);
    }
    // A broken document is told as broken, not as unknown.
    let probe = Probe::of_all(reader).map_err(broken)?.knowing(mappings);
    if let Some(form) = claim(&probe)? {
        let message = format!("that this is {} shows only far behind its beginning", form.title());
        let help = format!("name the format: `{}:PATH`, or `{}:-` for the standard input", form.id(), form.id());
        return Err(Refusal::ReadAgain(form, at_start("late-format", message, help)));
    }
    Err(Refusal::Unclaimed(at_start(
        "unknown-format",
        format!("no known report format: {}", probe.describe()),
        "`relgate formats` lists those that are read; what a tool writes for nothing found may need its name: `FORMAT:PATH`".to_owned(),
    )))
}

/// The one format or mapping that claims a document, if any does.
fn claim(probe: &Probe) -> Result<Option<Form>, Refusal> {
    let claims: Vec<Form> = FORMATS.iter().filter(|format| (format.sniff)(probe)).flat_map(|format| forms(format, probe)).collect();
    let ids: Vec<_> = claims.iter().map(Form::id).collect();
    match (claims.as_slice(), ids.first()) {
        ([], _) | (_, None) => Ok(None),
        ([one], _) => Ok(Some(one.clone())),
        (_, Some(first)) => {
            let message = format!("could be {}: {}", ids.join(" or "), probe.describe());
            Err(Refusal::Broken(None, at_start("ambiguous-format", message, format!("name the format: `{first}:PATH`"))))
        }
    }
}

/// A format that claims a document; of mapped reports, each mapping that does.
fn forms(format: &'static Format, probe: &Probe) -> Vec<Form> {
    let mappings = if format.id == MAPPED.id { probe.mapped() } else { &[] };
    if mappings.is_empty() { vec![Form::from(format)] } else { mappings.iter().map(Form::of).collect() }
}

/// What is wrong with nothing.
fn blank() -> Fault {
    Fault {
        code: "empty",
        position: Position::Byte(0),
        message: "the file is empty, which is not the same as a report without findings".to_owned(),
        help: "check that the scanner ran".to_owned(),
    }
}

fn at_start(code: &'static str, message: String, help: String) -> Fault {
    Fault { code, position: Position::Line(1, 1), message, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_shows_late_is_read_again_and_what_none_claims_is_not() {
        let padded = |key: &str| format!(r#"{{"properties": {{"a": "{}"}}, "{key}": []}}"#, "x".repeat(300_000));
        let refusal = |text: &str| read(&mut text.as_bytes(), None, &[]).err();
        assert!(
            matches!(refusal(&padded("runs")), Some(Refusal::ReadAgain(form, fault)) if form.id() == "sarif" && fault.help.contains("sarif:-"))
        );
        assert!(matches!(refusal(&padded("rows")), Some(Refusal::Unclaimed(_))));
        assert!(matches!(refusal(&format!("{} x", padded("runs"))), Some(Refusal::Broken(None, _))));
    }

    #[test]
    fn nothing_is_no_report() {
        for text in ["", " \n", "\t"] {
            for wanted in [None, find("sarif")] {
                let refusal = read(&mut text.as_bytes(), wanted, &[]).err();
                assert!(matches!(refusal, Some(Refusal::Broken(_, fault)) if fault.code == "empty"), "{text:?}");
            }
        }
    }

    #[test]
    fn the_name_of_a_report_tells_what_it_is() {
        for (path, is_report) in
            [("a/b.sarif", true), ("b.SARIF.gz", true), ("b.sarif.json", false), ("sarif", false), ("b.json.gz", false)]
        {
            assert_eq!(is_report_name(path), is_report, "{path}");
        }
    }
}
