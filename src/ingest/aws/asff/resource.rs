//! What a finding of Security Hub is about, and what Trivy's template writes there (`contrib/asff.tpl` of its source).

use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::advisory::versions;
use crate::ingest::item::Part;
use crate::ingest::trivy::result::artifact;
use crate::model::raw::RawLocation;

/// The first resource of a finding.
#[derive(Default)]
pub(super) struct Resource {
    pub(super) id: Option<Text>,
    /// The file that its details name.
    pub(super) place: Option<RawLocation>,
    /// The vulnerability and the package that its details name.
    pub(super) vulnerability: Option<(Text, Part)>,
}

impl Resource {
    /// What was scanned; a file is no target.
    pub(super) fn target(&self) -> Option<Text> {
        self.id.filter(|_| self.place.is_none())
    }

    pub(super) fn read(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        members!(r, {
            "Id" => self.id = sink.name(r, at)?,
            "Details" => if sink.object(r, || format!("{}/Details", at()))? {
                members!(r, { "Other" => if sink.object(r, || format!("{}/Details/Other", at()))? {
                    self.other(r, sink, &|| format!("{}/Details/Other", at()))?;
                }});
            },
        });
        // `redis:6 (debian 10.4)`: the artifact, and the system of its packages.
        let told = self.id.and_then(|id| artifact(sink.report.texts.get(id).as_data()));
        let told = told.map(|(artifact, system)| (artifact.to_owned(), system.replacen(' ', ":", 1)));
        if let (Some((artifact, system)), Some((_, part))) = (told, &mut self.vulnerability) {
            self.id = Some(sink.intern(&artifact));
            part.package.ecosystem = Some(sink.intern(&system));
        }
        Ok(())
    }

    fn other(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        let (mut place, mut id, mut part, mut fixed) = (RawLocation::default(), None, Part::default(), None);
        members!(r, {
            "CVE ID" => id = sink.name(r, at)?,
            "PkgName" => part.package.name = sink.name(r, at)?,
            "Installed Package" => part.package.version = sink.name(r, at)?,
            "Patched Package" => fixed = sink.name(r, at)?,
            "Filename" => place.uri = sink.name(r, at)?,
            "StartLine" => place.start_line = sink.line_or_zero(r, at)?,
            "EndLine" => place.end_line = sink.line_or_zero(r, at)?,
        });
        if let Some(fixed) = fixed {
            versions(sink, fixed, &mut part.fixed_versions);
        }
        self.place = place.uri.map(|_| place);
        self.vulnerability = id.map(|id| (id, part));
        Ok(())
    }
}
