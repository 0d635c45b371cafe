//! What is wanted of the values of a document, as a tree, and how it is gone along.

/// The tree; the first node is the document.
pub(super) struct Plan {
    pub(super) nodes: Vec<Node>,
    /// How far out the results of each list look: they wait until that level ends.
    pub(super) homes: Vec<usize>,
}

/// A handle on a node.
pub(super) type Id = usize;

/// What is wanted of the values at the end of a way.
#[derive(Default)]
pub(super) struct Node {
    /// What lies in it, by key or index.
    pub(super) keys: Vec<(String, Id)>,
    /// Any item or member of it.
    pub(super) any: Option<Id>,
    /// Any item of it, if it is a list.
    pub(super) item: Option<Id>,
    /// What is read here.
    pub(super) wants: Vec<Want>,
    /// Whether what a `*` of `results` matched begins here.
    pub(super) level: Option<Level>,
    /// What must be here, on the way to results.
    pub(super) shape: Shape,
    /// Whether the object around it must have it.
    pub(super) must: bool,
    /// Whether `null` stands for an empty list.
    pub(super) may_be_null: bool,
    /// Whether its items are levels around results, so that without any nothing was looked at.
    pub(super) must_have_items: bool,
}

/// What a value must be for results to be found in it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything: no result lies in it.
    #[default]
    Any,
    /// An object.
    Object,
    /// A list, or an object with a key for each item.
    Items,
}

/// The level that a `*` of `results` opens; the document is the outermost.
pub(super) struct Level {
    pub(super) depth: usize,
    /// The level around it.
    pub(super) parent: Option<Id>,
    /// The list of `results` whose result it is.
    pub(super) result_of: Option<usize>,
    /// The sources that want its key.
    pub(super) keys: Vec<usize>,
}

/// What a value is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// A source of the mapping; what it tells belongs to the level.
    Source(usize, Id),
    /// A count of the mapping.
    Claim(usize),
    /// To be counted, for a count of the mapping.
    Counted(usize),
    /// Whether it is an error.
    Error,
    /// That it is one: an item of a list of errors.
    ErrorItem,
    /// Whether the scan was completed.
    Complete,
    /// Whether it is a list with something in it.
    Unread,
    Tool,
    Version,
    Ended,
    Commit,
}

impl Plan {
    #[expect(clippy::indexing_slicing, reason = "handles are given out by `insert` alone")]
    pub(super) fn get(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    /// How far out the results of a list look.
    pub(super) fn home(&self, number: usize) -> usize {
        self.homes.get(number).copied().unwrap_or(0)
    }

    /// What is wanted of a member, by its key.
    pub(super) fn member(&self, active: &[Id], key: &str) -> Vec<Id> {
        let of = |node: &Node| {
            let by_key = node.keys.iter().find(|(known, _)| known == key).map(|(_, id)| *id);
            [by_key, node.any].into_iter().flatten().collect::<Vec<_>>()
        };
        active.iter().flat_map(|&id| of(self.get(id))).collect()
    }

    /// What is wanted of an item, by its index.
    pub(super) fn index(&self, active: &[Id], index: u32) -> Vec<Id> {
        let of = |node: &Node| {
            let by_key = node.keys.iter().find(|(known, _)| known.parse() == Ok(index)).map(|(_, id)| *id);
            [by_key, node.any, node.item].into_iter().flatten().collect::<Vec<_>>()
        };
        active.iter().flat_map(|&id| of(self.get(id))).collect()
    }

    /// The keys that are wanted, if no others are.
    pub(super) fn only_keys(&self, active: &[Id]) -> Option<Vec<&str>> {
        let nodes = || active.iter().map(|&id| self.get(id));
        let counts = |node: &Node| node.wants.iter().any(|want| matches!(want, Want::Error | Want::Unread));
        if nodes().any(|node| node.any.is_some() || counts(node)) {
            return None;
        }
        let mut keys: Vec<&str> = nodes().flat_map(|node| node.keys.iter().map(|(key, _)| key.as_str())).collect();
        keys.sort_unstable();
        keys.dedup();
        // As many as the reader keeps apart.
        Some(keys).filter(|keys| keys.len() <= 64)
    }

    /// What must be in a value and is none of `found`.
    pub(super) fn lacking(&self, active: &[Id], found: &[Id]) -> Option<&str> {
        let keys = active.iter().flat_map(|&id| &self.get(id).keys);
        keys.filter(|(_, id)| self.get(*id).must && !found.contains(id)).map(|(key, _)| key.as_str()).next()
    }

    /// Whether an item of a list is wanted by its index.
    pub(super) fn has_indices(&self, active: &[Id]) -> bool {
        active.iter().flat_map(|&id| &self.get(id).keys).any(|(key, _)| key.parse::<u32>().is_ok())
    }
}
