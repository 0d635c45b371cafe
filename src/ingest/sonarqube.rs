//! What the answers of `SonarQube`'s web API have in common (`api/issues/search`, `api/hotspots/search`): one page of a list, the files
//! that it names, and how many there are on all pages.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::keep_all;
use crate::ingest::{Item, Probe, Sink};

/// The tool that answers.
const TOOL: &str = "sonarqube";

/// Members that hold no results: `facets` counts them, and the others describe what they name.
const BESIDE: [&str; 4] = ["facets", "languages", "rules", "users"];

/// Whether a document is a page with a list under a key.
pub(super) fn is_page(probe: &Probe, list: &str) -> bool {
    let is_paged = probe.has("/paging/pageIndex") || ["/p", "/ps", "/total"].iter().all(|key| probe.has(key));
    probe.kind(list) == Some(ValueKind::Array) && is_paged
}

/// Where an item is, as it tells: resolved when the files are known.
#[derive(Default)]
pub(super) struct Place {
    pub(super) component: Option<Text>,
    pub(super) project: Option<Text>,
    /// The part of the project that its component is of, which old versions told.
    pub(super) module: Option<Text>,
}

/// Reads a page; `read` fills an item and tells where it is, but for the lines.
pub(super) fn page(
    r: &mut Reader<'_>,
    sink: &mut Sink,
    list: &str,
    mut read: impl FnMut(&mut Reader<'_>, &mut Sink, &mut Item, &dyn Fn() -> String) -> Result<Place>,
) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan(TOOL), Reasons::default());
    let (mut items, mut places, mut files) = (None, Vec::new(), Vec::new());
    let (mut total, mut of_pages) = (None, None);
    r.entries(|r, key| match key {
        "total" => {
            total = reasons.count(r, || "/total".to_owned())?;
            Ok(())
        }
        "paging" => {
            if reasons.item(r, ValueKind::Object, || "/paging".to_owned())? {
                members!(r, { "total" => of_pages = reasons.count(r, || "/paging/total".to_owned())? });
            }
            Ok(())
        }
        "components" => components(r, sink, &mut files),
        _ if key == list => {
            items = Some(sink.items(r, &|| format!("/{list}"), |r, sink, item, at| {
                places.push(read(r, sink, item, at)?);
                Ok(())
            })?);
            Ok(())
        }
        _ if BESIDE.contains(&key) => r.skip(),
        _ => sink.unknown(r, key, &String::new),
    })?;
    let Some(mut items) = items else { return Err(lacks(r, "the report", list)) };
    let claimed = total.max(of_pages);
    if claimed.is_none() {
        return Err(lacks(r, "the report", "paging/total"));
    }
    scan.claimed = claimed;
    let at = if of_pages == claimed { "/paging/total" } else { "/total" };
    reasons.counted(list, claimed, items.len() as u64, || at.to_owned());
    for (item, place) in items.iter_mut().zip(places) {
        let path = place.path(&files, sink);
        match item.locations.first_mut() {
            Some(location) => location.uri = path,
            None => item.place(path),
        }
    }
    keep_all(items, sink, &mut scan, &format!("/{list}"));
    sink.finish(scan, reasons);
    Ok(())
}

/// Reads the keys of files and their paths.
fn components(r: &mut Reader<'_>, sink: &mut Sink, files: &mut Vec<(Text, Text)>) -> Result<()> {
    if !sink.expect(r, ValueKind::Array, || "/components".to_owned())? {
        return Ok(());
    }
    r.array(|r, index| {
        let at = || format!("/components/{index}");
        let (mut key, mut path) = (None, None);
        if sink.object(r, at)? {
            members!(r, {
                "key" => key = sink.name(r, at)?,
                "path" => path = sink.name(r, at)?,
            });
        }
        files.extend(key.zip(path));
        Ok(())
    })
}

impl Place {
    /// The path of a component: that of the file with its key, else what its key has behind that of its module or project. A project
    /// has none.
    fn path(&self, files: &[(Text, Text)], sink: &mut Sink) -> Option<Text> {
        let component = self.component?;
        if let Some(&(_, path)) = files.iter().find(|(key, _)| *key == component) {
            return Some(path);
        }
        if self.project == Some(component) {
            return None;
        }
        let word = |text: Text| sink.report.texts.get(text).as_data();
        let key = word(component);
        let behind = |owner: Option<Text>| key.strip_prefix(word(owner?))?.strip_prefix(':');
        let path = behind(self.module).or_else(|| behind(self.project)).unwrap_or(key);
        // What still has a colon names modules before the path.
        let path = path.rsplit_once(':').map_or(path, |(_, path)| path).to_owned();
        (!path.is_empty()).then(|| sink.intern(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_a_path_behind_its_module_or_project() {
        let mut sink = Sink::default();
        for (component, project, module, path) in [
            ("shop:src/a.js", "shop", "", Some("src/a.js")),
            ("org:shop:src/a.js", "org:shop", "", Some("src/a.js")),
            ("org:shop:cart:src/a.js", "org:shop", "org:shop:cart", Some("src/a.js")),
            ("org:shop:cart:src/a.js", "org:shop", "", Some("src/a.js")),
            ("known", "org:shop", "", Some("src/known.js")),
            ("shop", "shop", "", None),
            ("src/a.js", "shop", "", Some("src/a.js")),
        ] {
            let files = [(sink.intern("known"), sink.intern("src/known.js"))];
            let mut text = |text: &str| (!text.is_empty()).then(|| sink.intern(text));
            let place = Place { component: text(component), project: text(project), module: text(module) };
            let told = place.path(&files, &mut sink);
            assert_eq!(told.map(|path| sink.report.texts.get(path).as_data()), path, "{component}");
        }
    }
}
