//! How the report of a tool without a reader is read: where its results stand, and what the members of a result mean.
//!
//! A mapping is data: `policies/mappings/*.yaml`, and the files of users. `policy` reads it, `ingest` goes by it.

mod field;

use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::base::json::escaped;
use crate::model::identity::Category;
use crate::model::severity::Meaning;
pub use field::{Field, State};

/// What a mapping is called, and by what a document is recognized as its report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The word in front of a path and in reports.
    pub id: String,
    /// By what a document is recognized: all of it must hold.
    pub recognize: Vec<Sign>,
    /// Whether the document is a stream of values, taken as the list of them.
    pub lines: bool,
}

/// One mapping: a format that is told by a file.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Its id, and what it claims.
    pub label: Label,
    /// What people call it.
    pub title: String,
    /// The tool: an id, or where the document tells it.
    pub tool: Option<Tool>,
    /// What its results can be; the first is what a result is unless a source says otherwise.
    pub categories: Vec<Category>,
    /// Whether the tool writes an empty file for nothing found.
    pub blank: bool,
    /// Where the results stand; the last step of each is [`Step::Any`].
    pub results: Vec<Way>,
    /// What else must be there.
    pub required: Vec<Way>,
    /// Lists that may be absent, for nothing found.
    pub may_be_absent: Vec<Way>,
    /// Lists that may be `null`, for nothing found.
    pub may_be_null: Vec<Way>,
    /// Lists around results that may be empty, for nothing found.
    pub may_be_empty: Vec<Way>,
    /// Lists of other results, which are not read.
    pub unread: Vec<Way>,
    /// What the members of a result mean, the sources of a field in their order.
    pub sources: Vec<Source>,
    /// Counts that must agree with what is listed.
    pub claimed: Vec<Count>,
    /// Where errors of the tool are told.
    pub errors: Vec<Way>,
    /// What says that the scan was completed.
    pub complete: Option<Sign>,
    /// The tool's version.
    pub version: Option<Way>,
    /// When the scan ended.
    pub ended: Option<Way>,
    /// The commit that was scanned.
    pub commit: Option<Way>,
}

/// Who the tool is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Its id.
    Id(String),
    /// Where the document tells its name.
    Told(Way),
}

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To a member by its key, or to an item by its index.
    Key(String),
    /// To any item or member.
    Any,
    /// To any item of a list.
    Item,
}

/// The steps from a value to others in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way(pub Vec<Step>);

impl Way {
    /// How many of its steps go to any item or member.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.0.iter().filter(|step| **step == Step::Any).count()
    }

    /// The steps as far as those that go to any item or member, of which there are `levels`.
    #[must_use]
    pub fn as_far_as(&self, levels: usize) -> &[Step] {
        let mut wild = self.0.iter().enumerate().filter(|(_, step)| **step == Step::Any);
        let end = levels.checked_sub(1).and_then(|last| wild.nth(last)).map_or(0, |(at, _)| at + 1);
        self.0.get(..end).unwrap_or_default()
    }
}

impl fmt::Display for Way {
    /// As a JSON pointer (RFC 6901), with `*` for any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| match step {
            Step::Key(key) => write!(f, "/{}", escaped(key)),
            Step::Any | Step::Item => write!(f, "/*"),
        })
    }
}

/// A value that must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// Where it stands.
    pub at: Way,
    /// What it may be; any value where nothing is named.
    pub is: Vec<String>,
}

/// A count that the report tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Where it stands; several are added.
    pub at: Way,
    /// What it counts; without it the results.
    pub counts: Option<Way>,
}

/// Where a field of a result comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it tells.
    pub field: Field,
    /// Where it stands.
    pub from: From,
    /// What the tool's words mean, compared without case.
    pub words: Vec<(String, Meant)>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// It stands in the report.
    Told {
        /// From how many levels further out than the result the part is seen: each [`Step::Any`] on the way to the result opens one.
        out: usize,
        /// What is meant there.
        part: Part,
    },
    /// It is the same for all results.
    Given(String),
}

impl fmt::Display for From {
    /// As a mapping writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told { out, part } => {
                write!(f, "{}", "^".repeat(*out))?;
                match part {
                    Part::Key => write!(f, "#"),
                    Part::Value(way) => write!(f, "{way}"),
                }
            }
            Self::Given(value) => write!(f, "{{value: {value}}}"),
        }
    }
}

/// What is meant of a result, or of what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The key or index by which it is reached.
    Key,
    /// A value in it.
    Value(Way),
}

/// What a tool's word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// A severity.
    Severity(Meaning),
    /// A state.
    State(State),
    /// Yes or no.
    Flag(bool),
    /// A category.
    Category(Category),
}

/// How a mapping is made that is not needed yet; what cannot be made is not there.
pub type Make = Box<dyn FnOnce() -> Option<Arc<Mapping>> + Send>;

/// A mapping that is made when a document is read by it; before that only its label is known.
pub struct Listed {
    label: Label,
    mapping: LazyLock<Option<Arc<Mapping>>, Make>,
}

impl Listed {
    /// A mapping of that label.
    #[must_use]
    pub fn new(label: Label, make: Make) -> Self {
        Self { label, mapping: LazyLock::new(make) }
    }

    /// Its label.
    #[must_use]
    pub const fn label(&self) -> &Label {
        &self.label
    }
}

impl std::convert::From<Mapping> for Listed {
    fn from(mapping: Mapping) -> Self {
        Self::new(mapping.label.clone(), Box::new(|| Some(Arc::new(mapping))))
    }
}

/// All mappings.
#[derive(Clone, Default)]
pub struct Mappings(Arc<[Listed]>);

impl Mappings {
    /// The mappings of some files, in their order.
    #[must_use]
    pub fn new(mappings: Vec<Listed>) -> Self {
        Self(mappings.into())
    }

    /// The mapping with an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Arc<Mapping>> {
        self.0.iter().find(|listed| listed.label.id == id)?.mapping.as_ref()
    }

    /// Those whose labels are wanted.
    pub fn which(&self, is_wanted: impl Fn(&Label) -> bool) -> impl Iterator<Item = &Arc<Mapping>> {
        self.0.iter().filter(move |listed| is_wanted(&listed.label)).filter_map(|listed| listed.mapping.as_ref())
    }

    /// All of them, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Mapping>> {
        self.which(|_| true)
    }
}

impl fmt::Debug for Mappings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|listed| &listed.label)).finish()
    }
}
