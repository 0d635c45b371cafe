//! The resources of a document, and the scans they make up.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::keep_all;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::RawScan;
use crate::model::scan::Ended;

/// What a kind of resource holds.
enum Holds {
    /// A list of results of a category, under a member of its report.
    Results(Category, &'static str),
    /// Other things than what a scan found.
    NoScan,
    /// Nobody knows.
    Unknown,
}

/// What a resource of a kind holds: `ClusterRbacAssessmentReport`.
fn holds(kind: &str) -> Holds {
    let checks = ["ConfigAuditReport", "RbacAssessmentReport", "InfraAssessmentReport"];
    match kind {
        _ if kind.ends_with("VulnerabilityReport") => Holds::Results(Category::Sca, "vulnerabilities"),
        _ if kind.ends_with("ExposedSecretReport") => Holds::Results(Category::Secret, "secrets"),
        _ if checks.iter().any(|known| kind.ends_with(known)) => Holds::Results(Category::Iac, "checks"),
        _ if kind.ends_with("ComplianceReport") || kind.ends_with("ComplianceDetailReport") || kind.ends_with("SbomReport") => {
            Holds::NoScan
        }
        _ => Holds::Unknown,
    }
}

/// A list of a report.
pub(super) struct List {
    pub(super) category: Category,
    /// Its member.
    pub(super) member: &'static str,
    pub(super) items: Vec<Item>,
}

/// One resource while it is read.
#[derive(Default)]
pub(super) struct Resource {
    pub(super) lists: Vec<List>,
    pub(super) reasons: Reasons,
    pub(super) ended: Ended,
    pub(super) version: Option<Text>,
}

/// The scans of a document, one for each category that its reports are about.
#[derive(Default)]
pub(super) struct Document {
    scans: Vec<(Category, RawScan, Reasons)>,
    /// What belongs to no scan.
    reasons: Reasons,
    /// How many resources there were, and how many of these are no scans.
    resources: u64,
    passed_over: u64,
}

impl Document {
    /// Reads the resource, or the list of resources, at a JSON pointer.
    pub(super) fn resource(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let (mut kind, mut object, mut is_list) = (None, Object::default(), false);
        let mut resource = Resource::default();
        members!(r, {
            "kind" => kind = sink.name(r, || format!("{at}/kind"))?,
            "metadata" => if sink.object(r, || format!("{at}/metadata"))? {
                object.read(r, sink, &mut self.reasons, &format!("{at}/metadata"))?;
            },
            "report" => if resource.reasons.expect(r, ValueKind::Object, || format!("{at}/report"))? {
                super::report(r, sink, at, &mut resource)?;
            },
            "items" => {
                is_list = true;
                r.array(|r, index| self.resource(r, sink, &format!("{at}/items/{index}")))?;
            },
        });
        let Some(kind) = kind else { return Err(lacks(r, "a resource", "kind")) };
        let kind = sink.report.texts.get(kind).as_data().to_owned();
        if is_list {
            return Ok(());
        }
        self.resources += 1;
        match holds(&kind) {
            Holds::Results(category, member) if !resource.lists.iter().any(|list| list.category == category) => {
                return Err(lacks(r, "a report", member));
            }
            Holds::Results(..) => {}
            Holds::NoScan => {
                self.passed_over += 1;
                let what = format!("a {kind} tells of no scan and is not read");
                sink.problem(Weight::Note, "no-scan", || at.to_owned(), what, "");
            }
            Holds::Unknown => {
                self.reasons.add("unknown-kind", || format!("{at}/kind"), "a resource of this kind is not known and was not read");
            }
        }
        let target = object.target(sink);
        self.keep(sink, at, resource, target);
        Ok(())
    }

    fn keep(&mut self, sink: &mut Sink, at: &str, resource: Resource, target: Option<Text>) {
        let Resource { lists, reasons, ended, version } = resource;
        let mut reasons = Some(reasons);
        for List { category, member, mut items } in lists {
            let known = self.scans.iter().position(|(of, ..)| *of == category);
            let place = known.unwrap_or_else(|| {
                let scan = RawScan { pointer: at.to_owned(), category: Some(category), ended, ..sink.scan("trivy") };
                self.scans.push((category, scan, Reasons::default()));
                self.scans.len() - 1
            });
            let Some((_, scan, of_scan)) = self.scans.get_mut(place) else { continue };
            scan.tool_version = scan.tool_version.or(version);
            scan.ended = earlier(scan.ended, ended);
            for item in &mut items {
                item.detail.target = target;
            }
            keep_all(items, sink, scan, &format!("{at}/report/{member}"));
            of_scan.absorb(reasons.take().unwrap_or_default());
        }
        self.reasons.absorb(reasons.unwrap_or_default());
    }

    /// Hands over what was read. A document without any scan is refused, unless it lists what is not known.
    pub(super) fn finish(mut self, r: &Reader<'_>, sink: &mut Sink) -> Result<()> {
        if self.resources > 0 && self.resources == self.passed_over {
            let what = "there is no report of what a scan found: compliance reports and SBOMs are none";
            return Err(r.refuse("no-scan", what, "give the reports on vulnerabilities, secrets or checks"));
        }
        if self.resources == 0 {
            self.reasons.nothing_scanned("/items", "there is no report: Trivy Operator scanned nothing");
        }
        if self.scans.is_empty() {
            let scan = sink.scan("trivy");
            sink.finish(scan, self.reasons);
            return Ok(());
        }
        let mut of_document = Some(self.reasons);
        for (_, scan, mut reasons) in self.scans {
            reasons.absorb(of_document.take().unwrap_or_default());
            sink.finish(scan, reasons);
        }
        Ok(())
    }
}

/// The end of the older of two scans; what cannot be read may be older still.
fn earlier(one: Ended, other: Ended) -> Ended {
    match (one, other) {
        (Ended::At(one), Ended::At(other)) => Ended::At(one.min(other)),
        (Ended::At(_), other) => other,
        (one, _) => one,
    }
}

/// The object of the cluster that a report is about.
#[derive(Default)]
struct Object {
    namespace: Option<Text>,
    kind: Option<Text>,
    name: Option<Text>,
    /// The namespace and name of the report itself.
    own: [Option<Text>; 2],
}

impl Object {
    /// Reads the metadata of a resource, and of a list whether there is more of it.
    fn read(&mut self, r: &mut Reader<'_>, sink: &mut Sink, reasons: &mut Reasons, at: &str) -> Result<()> {
        let [namespace, name] = &mut self.own;
        let mut labels = Vec::new();
        members!(r, {
            "namespace" => *namespace = sink.name(r, || format!("{at}/namespace"))?,
            "name" => *name = sink.name(r, || format!("{at}/name"))?,
            "labels" => labels.extend(named(r, sink, &format!("{at}/labels"))?),
            // A name that is too long for a label.
            "annotations" => labels.extend(named(r, sink, &format!("{at}/annotations"))?),
            "continue" => reasons.next_page(r, || format!("{at}/continue"))?,
            "remainingItemCount" => {
                let left = reasons.count(r, || format!("{at}/remainingItemCount"))?;
                reasons.counted("remaining reports", left, 0, || format!("{at}/remainingItemCount"));
            },
        });
        let label = |what: &str| labels.iter().find(|(of, _)| *of == what).map(|&(_, told)| told);
        (self.namespace, self.kind, self.name) = (label("namespace"), label("kind"), label("name"));
        Ok(())
    }

    fn target(&self, sink: &mut Sink) -> Option<Text> {
        if self.name.is_some() { sink.joined("/", &[self.namespace, self.kind, self.name]) } else { sink.joined("/", &self.own) }
    }
}

/// What labels tell of the object that was scanned: `trivy-operator.resource.kind`.
fn named(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Vec<(&'static str, Text)>> {
    let mut labels = Vec::new();
    if sink.object(r, || at.to_owned())? {
        r.entries(|r, key| {
            let wanted = ["namespace", "kind", "name"];
            let what = key.rsplit_once(".resource.").and_then(|(_, what)| wanted.into_iter().find(|known| *known == what));
            let told = if what.is_some() { sink.name(r, || format!("{at}/{key}"))? } else { r.skip().map(|()| None)? };
            labels.extend(what.zip(told));
            Ok(())
        })?;
    }
    Ok(labels)
}
