//! What lists of GitHub's alerts have in common (its REST API, "Dependabot alerts", "Code scanning", "Secret scanning").
//!
//! A list in an answer does not tell whether there are further pages: that stands in a header, `Link`.

use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::{Item, Sink};
use crate::model::raw::{Claimed, RawScan, Suppression};

/// Puts the state of an alert into a result. A word that is not known leaves it open.
pub(super) fn settle(item: &mut Item, state: Option<Text>, sink: &Sink) {
    let word = state.map_or("", |state| sink.report.texts.get(state).as_data()).to_ascii_lowercase();
    match word.as_str() {
        "fixed" => item.detail.claim = Claimed::Fixed,
        "dismissed" | "auto_dismissed" | "resolved" => item.suppressed = Suppression::External,
        _ => {}
    }
}

/// The repository that an alert of an organization or enterprise is of; those of a single repository do not tell it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Repository {
    /// `octocat/hello`.
    name: Option<Text>,
    address: Option<Text>,
}

impl Repository {
    /// Reads `repository`.
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Self> {
        let mut repository = Self::default();
        if sink.object(r, || format!("{}/repository", at()))? {
            members!(r, {
                "full_name" => repository.name = sink.name(r, at)?,
                "html_url" => repository.address = sink.name(r, at)?,
            });
        }
        Ok(repository)
    }

    /// The number of an alert, by which GitHub tells it from others of its repository, for good.
    pub(super) fn mark(self, sink: &mut Sink, number: Option<Text>) -> Option<Text> {
        let Some(name) = self.name else { return number };
        let word = |text: Text| sink.report.texts.get(text).as_data();
        let mark = format!("{}#{}", word(name), word(number?));
        Some(sink.intern(&mark))
    }
}

/// The repositories that the alerts of a scan are of.
#[derive(Default)]
pub(super) struct Repositories(Vec<Repository>);

impl Repositories {
    /// Notes that of an alert.
    pub(super) fn add(&mut self, repository: Repository) {
        if !self.0.contains(&repository) {
            self.0.push(repository);
        }
    }

    /// Tells a scan which repository it is of, where all alerts are of one.
    pub(super) fn tell(&self, scan: &mut RawScan) {
        if let [one] = self.0.as_slice() {
            scan.repository = one.address;
        }
    }
}
