//! The components of a bill of materials, and what references to them mean.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::{Text, TextTable};
use crate::ingest::Sink;
use crate::ingest::cyclonedx::vulnerability::Affected;
use crate::model::raw::{Claimed, RawPackage};

/// The components by their `bom-ref`.
#[derive(Default)]
pub(super) struct Components {
    by_ref: TextTable<RawPackage>,
    /// Those that a reference with spaces or encodings could mean.
    by_purl: TextTable<RawPackage>,
}

impl Components {
    /// Reads a list of components, with those in them.
    pub(super) fn read_all(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        if sink.expect(r, ValueKind::Array, at)? {
            r.array(|r, index| self.read(r, sink, &|| format!("{}/{index}", at())))?;
        }
        Ok(())
    }

    /// Reads a component, with those in it.
    pub(super) fn read(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        if !sink.expect(r, ValueKind::Object, at)? {
            return Ok(());
        }
        let (mut reference, mut group) = (None, None);
        let mut package = RawPackage::default();
        members!(r, {
            "bom-ref" => reference = sink.name(r, at)?,
            "group" => group = sink.name(r, at)?,
            "name" => package.name = sink.name(r, at)?,
            "version" => package.version = sink.name(r, at)?,
            "purl" => package.purl = sink.name(r, at)?,
            "components" => self.read_all(r, sink, &|| format!("{}/components", at()))?,
        });
        if let (Some(group), Some(name), None) = (group, package.name, package.purl) {
            let full = [group, name].map(|text| sink.report.texts.get(text).as_data()).join("/");
            package.name = Some(sink.intern(&full));
        }
        if let Some(reference) = reference {
            self.by_ref.set(reference, package);
        }
        if let Some(purl) = package.purl {
            self.by_purl.set(purl, package);
        }
        Ok(())
    }

    /// Gives a row the component that its reference means: a `bom-ref` of this document, a purl, or a link into a bill of materials
    /// (`urn:cdx:SERIAL/VERSION#bom-ref`, percent-encoded or not), which may be this one. A version that is said not to be affected is
    /// a claim of the document.
    pub(super) fn settle(&self, sink: &mut Sink, row: &Affected) {
        let package = self.by_ref.get(row.reference).copied().or_else(|| self.meant(sink, row.reference));
        let Some((detail, package)) = sink.report.details.get_mut(row.detail.index()).zip(package) else { return };
        detail.package = RawPackage { version: package.version.or(row.version.filter(|_| package.purl.is_none())), ..package };
        if package.version.is_some_and(|version| row.spared.contains(&version)) {
            detail.claim = detail.claim.max(Claimed::NotAffected);
        }
    }

    /// The component that a reference means which is no `bom-ref` as it stands.
    fn meant(&self, sink: &mut Sink, reference: Text) -> Option<RawPackage> {
        let told = sink.report.texts.get(reference).as_data().to_owned();
        let linked = told.strip_prefix("urn:cdx:").and_then(|link| link.split_once('#')).map(|(_, reference)| reference);
        let mut readings = vec![reference];
        readings.extend(linked.map(|linked| sink.intern(linked)));
        readings.extend(linked.and_then(decoded).map(|decoded| sink.intern(&decoded)));
        let known = |components: &Self, text: Text| components.by_ref.get(text).or_else(|| components.by_purl.get(text)).copied();
        let found = readings.iter().find_map(|&text| known(self, text));
        let purl = readings.iter().copied().find(|&text| sink.report.texts.get(text).as_data().starts_with("pkg:"));
        found.or_else(|| purl.map(|purl| RawPackage { purl: Some(purl), ..RawPackage::default() }))
    }
}

/// What a percent-encoded fragment of a URI says (RFC 3986 §2.1); `None` of what is no text.
fn decoded(fragment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, after @ ..] = rest {
        let escape = after.first_chunk::<2>().filter(|_| *first == b'%');
        let digits = escape.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit)).and_then(|digits| str::from_utf8(digits).ok());
        let (byte, behind) = match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => (byte, after.get(2..).unwrap_or_default()),
            None => (*first, after),
        };
        bytes.push(byte);
        rest = behind;
    }
    String::from_utf8(bytes).ok()
}
