//! Walks a document along the tree of its mapping.

use crate::base::json::{Halt, Reader, Result, ValueKind, escaped};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::mapped::astray::{self, Reached};
use crate::ingest::mapped::health::Health;
use crate::ingest::mapped::row::{Row, Value};
use crate::ingest::mapped::tree::{Id, Plan, Shape};
use crate::model::mapping::Mapping;
use crate::model::raw::RawScan;

/// Reads a document by its mapping.
pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, mapping: &Mapping) -> Result<()> {
    let plan = Plan::of(mapping);
    let scan = sink.scan("");
    let (health, reached) = (Health::of(mapping), Reached::none(mapping));
    let mut walk = Walk { mapping, plan: &plan, sink, scan, health, reached, frames: Vec::new(), path: String::new(), rows: 0 };
    let root = [0];
    if mapping.label.lines {
        walk.open(&root, "", None);
        let mut items = 0;
        r.list_or_stream(|r, index| {
            items += 1;
            let active = plan.index(&root, index);
            walk.inside(r, &active, &index.to_string(), Some(index))
        })?;
        walk.leave(r, &root, items)?;
    } else {
        walk.value(r, &root, "", None)?;
    }
    let Walk { sink, scan, health, reached, rows, .. } = walk;
    if rows > 0 {
        reached.tell(sink, mapping);
    }
    health.finish(r, sink, scan, mapping, rows)
}

/// What is known of a level while it is read.
pub(super) struct Frame {
    pub(super) node: Id,
    depth: usize,
    /// Where it stands: the list, and the place in it.
    list: Text,
    index: u32,
    pub(super) values: Vec<(usize, Value)>,
    /// Results in it that wait for what else it tells.
    waiting: Vec<Row>,
    /// Whether it tells an error of the tool.
    pub(super) has_failed: bool,
    /// That it has no results, where an error does not explain it.
    lacks: Option<Halt>,
}

/// A document that is being read.
pub(super) struct Walk<'p, 's> {
    pub(super) mapping: &'p Mapping,
    pub(super) plan: &'p Plan,
    pub(super) sink: &'s mut Sink,
    scan: RawScan,
    pub(super) health: Health,
    pub(super) reached: Reached,
    /// The levels that are open, outermost first.
    pub(super) frames: Vec<Frame>,
    /// The JSON pointer of the value that is read.
    pub(super) path: String,
    rows: u64,
}

impl Walk<'_, '_> {
    /// Reads a value that lies in another: the same as [`Walk::value`], one step further in.
    fn inside(&mut self, r: &mut Reader<'_>, active: &[Id], key: &str, index: Option<u32>) -> Result<()> {
        if active.is_empty() {
            return r.skip();
        }
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(&escaped(key));
        let read = self.value(r, active, key, index);
        self.path.truncate(length);
        read
    }

    /// Reads a value of which something is wanted.
    fn value(&mut self, r: &mut Reader<'_>, active: &[Id], key: &str, index: Option<u32>) -> Result<()> {
        let kind = r.kind()?;
        let plan = self.plan;
        let shape = active.iter().map(|&id| plan.get(id).shape).find(|shape| *shape != Shape::Any).unwrap_or_default();
        if kind == ValueKind::Null && active.iter().any(|&id| plan.get(id).may_be_null) {
            return r.skip();
        }
        self.open(active, key, index);
        let is_list = kind == ValueKind::Array;
        if shape == Shape::Any && !is_list && kind != ValueKind::Object {
            let value = r.scalar()?;
            for want in active.iter().flat_map(|&id| &plan.get(id).wants) {
                self.take(*want, value);
            }
            return self.leave(r, active, 1);
        }
        let wanted = match shape {
            Shape::Any => None,
            Shape::Items => Some("a list or an object").filter(|_| !is_list && kind != ValueKind::Object),
            Shape::Object => Some("an object").filter(|_| kind != ValueKind::Object && !(is_list && plan.has_indices(active))),
        };
        if let Some(wanted) = wanted {
            return Err(astray::no_way(r, self.mapping, wanted, kind));
        }
        let items = if is_list { self.list(r, active)? } else { self.object(r, active)? };
        self.take_whole(active, kind, items);
        self.leave(r, active, items)
    }

    /// Opens the levels that begin with a value; `index` is its place among its like.
    fn open(&mut self, active: &[Id], key: &str, index: Option<u32>) {
        for &node in active {
            let Some(level) = &self.plan.get(node).level else { continue };
            let around = self.path.rfind('/').map_or("", |end| self.path.get(..end).unwrap_or_default());
            let list = self.sink.intern(around);
            let named = (!level.keys.is_empty()).then(|| self.sink.intern(key));
            let values = level.keys.iter().filter_map(|&source| Some((source, Value::Text(named?)))).collect();
            let index = index.unwrap_or(0);
            let depth = level.depth;
            self.frames.push(Frame { node, depth, list, index, values, waiting: Vec::new(), has_failed: false, lacks: None });
        }
    }

    fn object(&mut self, r: &mut Reader<'_>, active: &[Id]) -> Result<u64> {
        let plan = self.plan;
        let mut found = Vec::new();
        let mut items = 0_u32;
        match plan.only_keys(active) {
            // Its type is all that is told of it.
            Some(keys) if keys.is_empty() => r.skip()?,
            Some(keys) => {
                let mut seen = 0;
                r.open_object()?;
                while let Some(number) = r.next_member(|key| keys.iter().position(|known| known.as_bytes() == key), &mut seen)? {
                    let key = keys.get(number).copied().unwrap_or_default();
                    let into = plan.member(active, key);
                    self.inside(r, &into, key, Some(items)).map_err(|halt| halt.inside(key))?;
                    items = items.saturating_add(1);
                    found.extend(into);
                }
            }
            None => r.entries(|r, key| {
                let into = plan.member(active, key);
                self.inside(r, &into, key, Some(items))?;
                items = items.saturating_add(1);
                found.extend(into);
                Ok(())
            })?,
        }
        self.miss(r, active, &found);
        Ok(u64::from(items))
    }

    fn list(&mut self, r: &mut Reader<'_>, active: &[Id]) -> Result<u64> {
        let plan = self.plan;
        let mut found = Vec::new();
        let mut items = 0;
        r.array(|r, index| {
            items += 1;
            let into = plan.index(active, index);
            self.inside(r, &into, &index.to_string(), Some(index))?;
            found.extend(into.into_iter().filter(|&id| plan.get(id).must));
            Ok(())
        })?;
        self.miss(r, active, &found);
        Ok(items)
    }

    /// Keeps in mind that something must be here and is not.
    fn miss(&mut self, r: &Reader<'_>, active: &[Id], found: &[Id]) {
        if let Some(key) = self.plan.lacking(active, found)
            && let Some(frame) = self.frames.last_mut().filter(|frame| frame.lacks.is_none())
        {
            let at = if self.path.is_empty() { "the report" } else { &self.path };
            frame.lacks = Some(astray::lacks(r, self.mapping, at, key));
        }
    }

    /// Closes the levels that a value opened, in which there were some items.
    fn leave(&mut self, r: &Reader<'_>, active: &[Id], items: u64) -> Result<()> {
        let plan = self.plan;
        if items == 0 && active.iter().any(|&id| plan.get(id).must_have_items) {
            self.health.empty(|| self.path.clone());
        }
        for &node in active.iter().rev() {
            if plan.get(node).level.is_some()
                && let Some(frame) = self.frames.pop()
            {
                self.close(r, frame)?;
            }
        }
        Ok(())
    }

    fn close(&mut self, r: &Reader<'_>, frame: Frame) -> Result<()> {
        let Frame { node, depth, list, index, values, mut waiting, has_failed, lacks } = frame;
        if let Some(halt) = lacks.filter(|_| !has_failed) {
            return Err(halt);
        }
        let level = self.plan.get(node).level.as_ref();
        if let Some(of) = level.and_then(|level| level.result_of) {
            waiting.push(Row { list, index, of, values: Vec::new() });
        }
        let parent = level.and_then(|level| level.parent);
        for mut row in waiting {
            row.values.extend_from_slice(&values);
            let frames = &mut self.frames;
            let around = frames.iter_mut().rfind(|frame| Some(frame.node) == parent);
            if let Some(around) = around.filter(|_| self.plan.home(row.of) < depth) {
                around.waiting.push(row);
            } else {
                row.keep(r, self.sink, &mut self.scan, self.mapping)?;
                self.rows += 1;
            }
        }
        Ok(())
    }
}
