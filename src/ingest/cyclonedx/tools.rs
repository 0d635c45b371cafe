//! Which tool wrote a bill of materials.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;

/// The name and version of the first tool: of a list of tools (to 1.4), or of the components of an object (from 1.5).
pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<(Text, Option<Text>)>> {
    let mut tool = None;
    if r.kind()? == ValueKind::Object {
        members!(r, { "components" => tool = first(r, sink)? });
    } else {
        tool = first(r, sink)?;
    }
    Ok(tool)
}

fn first(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<(Text, Option<Text>)>> {
    let mut first = None;
    if !sink.expect(r, ValueKind::Array, || "/metadata/tools".to_owned())? {
        return Ok(None);
    }
    r.array(|r, index| {
        let at = || format!("/metadata/tools/{index}");
        if !sink.expect(r, ValueKind::Object, at)? {
            return Ok(());
        }
        let (mut name, mut version) = (None, None);
        members!(r, {
            "name" => name = sink.name(r, at)?,
            "version" => version = sink.name(r, at)?,
        });
        first = first.or(name.map(|name| (name, version)));
        Ok(())
    })?;
    Ok(first)
}
