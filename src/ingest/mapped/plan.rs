//! Makes one tree of the pointers of a mapping.

use std::slice;

use crate::ingest::mapped::tree::{Id, Level, Node, Plan, Shape, Want};
use crate::model::mapping::{From, Mapping, Part, Step, Tool, Way};

impl Plan {
    /// The tree of a mapping.
    pub(super) fn of(mapping: &Mapping) -> Self {
        let mut plan = Self { nodes: vec![Node::default()], homes: Vec::new() };
        for (number, results) in mapping.results.iter().enumerate() {
            plan.add_results(number, results, mapping);
        }
        for way in &mapping.required {
            plan.require(0, &way.0);
        }
        let on_way = |plan: &mut Self, ways: &[Way], set: fn(&mut Node)| {
            for way in ways {
                let id = plan.insert(0, &way.0);
                set(plan.node(id));
            }
        };
        on_way(&mut plan, &mapping.may_be_absent, |node| node.must = false);
        on_way(&mut plan, &mapping.may_be_null, |node| node.may_be_null = true);
        on_way(&mut plan, &mapping.may_be_empty, |node| node.must_have_items = false);
        if mapping.blank {
            plan.node(0).must_have_items = false;
        }
        plan.add_health(mapping);
        plan
    }

    fn add_results(&mut self, number: usize, results: &Way, mapping: &Mapping) {
        let levels = results.levels();
        let mut id = 0;
        let mut parent = None;
        for depth in 0..=levels {
            let end = results.as_far_as(depth);
            let before = results.as_far_as(depth.saturating_sub(1)).len();
            let steps = end.get(before..).unwrap_or_default();
            if let Some((_, way)) = steps.split_last().filter(|_| depth < levels) {
                let list = self.insert(id, way);
                self.node(list).must_have_items = true;
            }
            id = self.require(id, steps);
            let level = self.node(id).level.get_or_insert_with(|| Level { depth, parent, result_of: None, keys: Vec::new() });
            if depth == levels {
                level.result_of = Some(number);
                self.node(id).shape = Shape::Object;
            }
            parent = Some(id);
        }
        let mut home = levels;
        for (source, told) in mapping.sources.iter().enumerate() {
            let From::Told { out, part } = &told.from else { continue };
            let depth = levels.saturating_sub(*out);
            let level = self.insert(0, results.as_far_as(depth));
            home = home.min(depth);
            match part {
                Part::Key => self.node(level).level.iter_mut().for_each(|level| level.keys.push(source)),
                Part::Value(way) => {
                    let id = self.insert(level, &way.0);
                    self.want(id, Want::Source(source, level));
                    if told.field.is_list() {
                        let item = self.insert(id, &[Step::Item]);
                        self.want(item, Want::Source(source, level));
                    }
                }
            }
        }
        self.homes.push(home);
    }

    /// The node at the end of some steps from another, all of which must be there.
    fn require(&mut self, from: Id, steps: &[Step]) -> Id {
        steps.iter().fold(from, |id, step| {
            let is_key = matches!(step, Step::Key(_));
            let node = self.node(id);
            if node.shape != Shape::Items {
                node.shape = if is_key { Shape::Object } else { Shape::Items };
            }
            let next = self.insert(id, slice::from_ref(step));
            self.node(next).must |= is_key;
            next
        })
    }

    fn add_health(&mut self, mapping: &Mapping) {
        for (number, count) in mapping.claimed.iter().enumerate() {
            self.want_at(&count.at, Want::Claim(number));
            if let Some(counts) = &count.counts {
                self.want_at(counts, Want::Counted(number));
            }
        }
        for errors in &mapping.errors {
            let id = self.want_at(errors, Want::Error);
            let item = self.insert(id, &[Step::Item]);
            self.want(item, Want::ErrorItem);
        }
        for unread in &mapping.unread {
            self.want_at(unread, Want::Unread);
        }
        let tool = if let Some(Tool::Told(way)) = &mapping.tool { Some(way) } else { None };
        let complete = mapping.complete.as_ref().map(|sign| &sign.at);
        let ways = [
            (tool, Want::Tool),
            (complete, Want::Complete),
            (mapping.version.as_ref(), Want::Version),
            (mapping.ended.as_ref(), Want::Ended),
            (mapping.commit.as_ref(), Want::Commit),
        ];
        for (way, want) in ways.into_iter().filter_map(|(way, want)| Some((way?, want))) {
            self.want_at(way, want);
        }
    }

    fn want_at(&mut self, way: &Way, want: Want) -> Id {
        let id = self.insert(0, &way.0);
        self.want(id, want);
        id
    }

    fn want(&mut self, id: Id, want: Want) {
        let wants = &mut self.node(id).wants;
        if !wants.contains(&want) {
            wants.push(want);
        }
    }

    /// The node at the end of some steps from another.
    fn insert(&mut self, from: Id, steps: &[Step]) -> Id {
        steps.iter().fold(from, |id, step| {
            let next = self.nodes.len();
            let node = self.node(id);
            let known = match step {
                Step::Key(key) => node.keys.iter().find(|(known, _)| known == key).map(|(_, id)| *id),
                Step::Any => node.any,
                Step::Item => node.item,
            };
            if let Some(known) = known {
                return known;
            }
            match step {
                Step::Key(key) => node.keys.push((key.clone(), next)),
                Step::Any => node.any = Some(next),
                Step::Item => node.item = Some(next),
            }
            self.nodes.push(Node::default());
            next
        })
    }

    #[expect(clippy::indexing_slicing, reason = "handles are given out by `insert` alone")]
    fn node(&mut self, id: Id) -> &mut Node {
        &mut self.nodes[id]
    }
}
