//! VEX documents: what a vendor or the team states of vulnerabilities, from the files that the policy names, by the authors that it
//! names there.
//!
//! Each document is read whole ([`openvex`], [`csaf`], [`cyclonedx`]). One in which anything is wrong counts for nothing, and neither does
//! any other then: what is half understood may excuse more than was meant. What is in order and does not count (an author nobody listens
//! to, a draft, a statement without a date or of a day that is yet to come, an older version of a document) is told.

mod csaf;
mod cyclonedx;
mod openvex;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;

use crate::base::fault::{Fault, Position};
use crate::base::json::{self, Halt, Reader, Scalar, ValueKind, members};
use crate::base::order::Order as _;
use crate::base::source::{Committed, fault_of, find_config, open_inside};
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Weight};
use crate::model::vex::{Justification, Named, Product, Statement, Vex, VexDocument, VexStatus};

/// The longest document that is read, in bytes: a few times the largest that vendors publish.
const MAX_BYTES: u64 = 64 << 20;

/// The code of a document that cannot be used.
const CODE: &str = "vex";

/// The code of what is in order and does not count.
const IGNORED: &str = "vex-ignored";

/// So many remarks are made about one document.
const REMARKS: usize = 8;

/// What names a component by its purl.
type Namer<'a> = &'a dyn Fn(&str, Option<&str>) -> Option<Named>;

/// Where VEX documents are looked for.
#[derive(Clone, Copy, Default)]
pub struct VexPlaces<'a> {
    /// Files and globs that the caller named, beside those of the policy; whoever the policy listens to anywhere may speak in them.
    pub named: &'a [String],
    /// The commit from which files are read, where they are not those of the work tree.
    pub commit: Option<&'a Committed>,
}

/// A document as it was read.
struct Document {
    format: &'static str,
    author: Option<String>,
    /// Where the author stands.
    author_at: &'static str,
    id: Option<String>,
    version: Vec<u64>,
    /// Where it says, and what, that it does not count at all.
    ignored: Option<(&'static str, String)>,
    statements: Vec<Stated>,
    /// Whether there is a later version of it.
    is_outdated: bool,
    /// What is in order and counts for nothing, each with its JSON pointer.
    remarks: Vec<(String, String)>,
}

/// A statement as it was read.
struct Stated {
    pointer: String,
    ids: Vec<String>,
    products: Vec<Product>,
    status: VexStatus,
    justification: Option<Justification>,
    timestamp: Option<Timestamp>,
}

/// Reads what the policy listens to, and what is wrong with it. With a mistake in any document nothing is stated.
pub fn vex(policy: &Policy, places: &VexPlaces<'_>, named: Namer<'_>, now: Timestamp) -> (Vex, Vec<Problem>) {
    let mut loading = Loading { now, named, problems: Vec::new(), read: Vec::new(), seen: BTreeSet::new() };
    let root = policy.folder();
    for source in &policy.vex.sources {
        loading.files(std::slice::from_ref(&source.path), &source.authors, root.as_deref(), places.commit);
    }
    let everybody: Vec<String> = policy.vex.sources.iter().flat_map(|source| source.authors.clone()).collect();
    loading.files(places.named, &everybody, None, places.commit);
    loading.finish()
}

struct Loading<'a> {
    now: Timestamp,
    named: Namer<'a>,
    problems: Vec<Problem>,
    read: Vec<(VexDocument, Document)>,
    /// The files, each with whether its author was listened to.
    seen: BTreeSet<String>,
}

impl Loading<'_> {
    fn files(&mut self, names: &[String], authors: &[String], root: Option<&Path>, commit: Option<&Committed>) {
        let (files, faults) = commit.map_or_else(|| find_config(names), |commit| commit.find(names));
        for (file, fault) in faults {
            self.wrong(&file, fault);
        }
        for file in files {
            match self.one(&file, root, commit) {
                Ok((document, read)) => self.admit(document, read, authors),
                Err(fault) => self.wrong(&file, fault),
            }
        }
    }

    fn wrong(&mut self, file: &str, fault: Fault) {
        let help =
            if fault.help.is_empty() { "get the document again, or take it out of `vex.sources`".to_owned() } else { fault.help.clone() };
        self.problems.push(Problem::of_fault(Weight::Undecided, Some(file.to_owned()), Fault { help, ..fault }));
    }

    fn ignored(&mut self, file: &str, pointer: &str, message: String, help: &str) {
        let fault = Fault { code: IGNORED, position: Position::Pointer(pointer.to_owned()), message, help: help.to_owned() };
        self.problems.push(Problem::of_fault(Weight::Warning, Some(file.to_owned()), fault));
    }

    fn one(&self, file: &str, root: Option<&Path>, commit: Option<&Committed>) -> Result<(VexDocument, Document), Fault> {
        let path = Path::new(file);
        let mut opened = commit.map_or_else(|| open_inside(path, root, MAX_BYTES), |commit| commit.open_file(path, root, MAX_BYTES))?;
        let mut bytes = Vec::new();
        opened.read_to_end(&mut bytes).map_err(|error| fault_of(&error))?;
        let stored = opened.finish()?;
        let document = read(&bytes, self.named).map_err(Halt::into_fault)?;
        let statements = document.statements.len() as u64;
        let author = document.author.clone().unwrap_or_default();
        Ok((VexDocument { path: file.to_owned(), sha256: stored.sha256, format: document.format, author, statements }, document))
    }

    /// Keeps a document of somebody who is listened to.
    fn admit(&mut self, document: VexDocument, read: Document, authors: &[String]) {
        let file = document.path.clone();
        if let Some((pointer, why)) = read.ignored {
            return self.ignored(&file, pointer, why, "");
        }
        let is_heard = read.author.as_ref().is_some_and(|author| authors.contains(author));
        if !is_heard {
            // A file that two sources name is heard by one of them.
            if !self.seen.contains(&file) {
                let message = "its author is not among those that the policy listens to: nothing in it counts".to_owned();
                self.ignored(&file, read.author_at, message, "add the author to `authors` in `vex.sources`, exactly as it stands there");
            }
            return;
        }
        if !self.seen.insert(file.clone()) {
            return;
        }
        let (shown, more) = read.remarks.split_at(read.remarks.len().min(REMARKS));
        for (pointer, message) in shown {
            self.ignored(&file, pointer, message.clone(), "");
        }
        if let Some((pointer, _)) = more.first() {
            self.ignored(&file, pointer, format!("{} more such statements are ignored", more.len()), "");
        }
        self.read.push((document, read));
    }

    fn finish(mut self) -> (Vex, Vec<Problem>) {
        self.outdated();
        self.read.order_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        let mut vex = Vex::default();
        for (document, read) in std::mem::take(&mut self.read) {
            let place = u32::try_from(vex.documents.len()).unwrap_or(u32::MAX);
            let mut aimless: Vec<String> = Vec::new();
            let is_outdated = read.is_outdated;
            for stated in read.statements {
                let Stated { pointer, ids, products, status, justification, timestamp } = stated;
                let why = match timestamp {
                    Some(instant) if instant > self.now => format!("the statement is of {instant}, which is yet to come: it is ignored"),
                    Some(_) if products.is_empty() => {
                        aimless.push(pointer);
                        continue;
                    }
                    Some(timestamp) => {
                        vex.statements.push(Statement {
                            document: place,
                            pointer,
                            ids,
                            products,
                            status,
                            is_outdated,
                            justification,
                            timestamp,
                        });
                        continue;
                    }
                    None => "the statement has no date: it is ignored".to_owned(),
                };
                self.ignored(&document.path, &pointer, why, "");
            }
            if let Some(first) = aimless.first() {
                let many = if aimless.len() == 1 { "a statement is".to_owned() } else { format!("{} statements are", aimless.len()) };
                self.ignored(&document.path, first, format!("{many} about no product that can be compared, and ignored"), "");
            }
            vex.documents.push(document);
        }
        if self.problems.iter().any(|problem| problem.weight == Weight::Undecided) {
            vex.statements.clear();
        }
        (vex, self.problems)
    }

    /// Of several versions of one document only the last excuses anything. What the others hold against a finding counts: else a
    /// document that states nothing could take it away.
    fn outdated(&mut self) {
        let mut last: BTreeMap<(&'static str, String, String), Vec<u64>> = BTreeMap::new();
        let key = |read: &Document| Some((read.format, read.author.clone()?, read.id.clone()?)).filter(|_| !read.version.is_empty());
        for (_, read) in &self.read {
            if let Some(key) = key(read) {
                let version = last.entry(key).or_default();
                *version = version.clone().max(read.version.clone());
            }
        }
        let is_old = |read: &Document| key(read).and_then(|key| last.get(&key)).is_some_and(|version| *version > read.version);
        let mut read = std::mem::take(&mut self.read);
        for (document, read) in &mut read {
            read.is_outdated = is_old(read);
            if read.is_outdated {
                let message = "there is a later version of this document: this one excuses nothing".to_owned();
                self.ignored(&document.path, "", message, "remove it");
            }
        }
        self.read = read;
    }
}

/// Reads a document of whichever format it is.
fn read(bytes: &[u8], named: Namer<'_>) -> json::Result<Document> {
    let (mut openvex, mut csaf, mut cyclonedx) = (false, false, false);
    let mut source = bytes;
    let mut r = Reader::new(&mut source);
    members!(r, {
        "@context" => { openvex = true; r.skip()?; },
        "document" => { csaf = true; r.skip()?; },
        "bomFormat" => { cyclonedx = true; r.skip()?; },
    });
    r.end()?;
    let mut source = bytes;
    let mut r = Reader::new(&mut source);
    match (openvex, csaf, cyclonedx) {
        (true, false, false) => openvex::read(&mut r, named),
        (false, true, false) => csaf::read(&mut r, named),
        (false, false, true) => cyclonedx::read(&mut r, named),
        _ => Err(wrong("this is no OpenVEX (`@context`), CSAF (`document`) or CycloneDX (`bomFormat`) document")),
    }
}

/// Something about the value that is being read.
fn wrong(message: impl Into<String>) -> Halt {
    Halt::of(Fault { code: CODE, position: Position::Whole, message: message.into(), help: String::new() })
}

/// A text; `None` of `null` and of one that is empty.
fn text(r: &mut Reader<'_>) -> json::Result<Option<String>> {
    match r.scalar()? {
        Scalar::Text(text) => Ok(Some(text.to_owned()).filter(|text| !text.is_empty())),
        Scalar::Null => Ok(None),
        Scalar::Number(_) | Scalar::Bool(_) | Scalar::Array | Scalar::Object => Err(wrong("this is no text")),
    }
}

/// An instant.
fn instant(r: &mut Reader<'_>) -> json::Result<Option<Timestamp>> {
    let Some(told) = text(r)? else { return Ok(None) };
    crate::base::date::parse_instant(&told).map(Some).ok_or_else(|| wrong("this is no instant of RFC 3339"))
}

/// A word of a list of them.
fn word<T: Copy>(r: &mut Reader<'_>, what: &str, all: &[T], word: impl Fn(T) -> &'static str) -> json::Result<Option<T>> {
    let Some(told) = text(r)? else { return Ok(None) };
    all.iter().copied().find(|one| word(*one) == told).map(Some).ok_or_else(|| wrong(format!("this is no {what}")))
}

/// The numbers of a version, `3` or `1.2.0`; none of what is no such version.
fn version(told: &str) -> Vec<u64> {
    told.split('.').map(|number| number.parse().ok()).collect::<Option<Vec<u64>>>().unwrap_or_default()
}

/// Reads a list of texts.
fn texts(r: &mut Reader<'_>) -> json::Result<Vec<String>> {
    let mut all = Vec::new();
    if r.kind()? == ValueKind::Null {
        r.skip()?;
        return Ok(all);
    }
    r.array(|r, _| {
        all.extend(text(r)?);
        Ok(())
    })?;
    Ok(all)
}
