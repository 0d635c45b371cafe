//! From the names of policies to their files: those that a file stands on first, then the file itself, each as a layer over the last.

use std::path::{Component, Path, PathBuf};

use crate::base::address::Address;
use crate::base::digest::sha256_hex;
use crate::base::fault::{Fault, Position};
use crate::base::suggest;
use crate::base::yaml::{self, Kind, Node};
use crate::model::policy::{ConfigFile, Place};
use crate::model::problem::{Problem, Weight};
use crate::policy::draft::Draft;
use crate::policy::file::{self, Folders};
use crate::policy::layers::Ratchet;
use crate::policy::reader::Reader;
use crate::policy::{BUILTIN, builtin};

/// How deep policies may stand on each other.
const MAX_DEPTH: usize = 8;

/// Gives the text of a file, which where a folder is given must lie below it.
pub(super) type Read<'r> = &'r dyn Fn(&Path, Option<&Path>) -> Result<String, Fault>;

/// Reads policies and keeps everything that is wrong with them.
pub(super) struct Loader<'r> {
    read: Read<'r>,
    pub(super) files: Vec<ConfigFile>,
    pub(super) problems: Vec<Problem>,
    /// The files that are being read, outermost first.
    open: Vec<String>,
    /// The folder of the first file: no other may lie outside.
    root: Option<PathBuf>,
}

impl<'r> Loader<'r> {
    pub(super) fn new(read: Read<'r>) -> Self {
        Self { read, files: Vec::new(), problems: Vec::new(), open: Vec::new(), root: None }
    }

    /// Puts the policy of a name over what is there, with all that it stands on. `digest` is what the bytes must come to.
    pub(super) fn put(&mut self, name: &str, under: Option<Draft>, digest: Option<&str>) -> Option<Draft> {
        self.root = None;
        if self.lies_under(name) && name.starts_with(BUILTIN) {
            return under;
        }
        let read = text(name, None, self.read);
        match read {
            Ok(text) => {
                if let Some(wanted) = digest
                    && format!("sha256:{}", sha256_hex(text.as_bytes())) != wanted
                {
                    let message = format!("the file has the digest sha256:{}, not {wanted}", sha256_hex(text.as_bytes()));
                    self.fault(name, fault("policy-digest", message, "get the file that was meant, or correct `--policy-digest`"));
                }
                // The folder of a bare name is the current one.
                self.root = Path::new(name).parent().map(|folder| Path::new(".").join(folder));
                self.layer(name, &text, under)
            }
            Err(fault) => {
                self.fault(name, fault);
                under
            }
        }
    }

    /// Whether a file was laid down already. What two layers stand on lies under both.
    fn lies_under(&self, name: &str) -> bool {
        self.files.iter().any(|file| same_file(&file.path, name))
    }

    fn fault(&mut self, file: &str, fault: Fault) {
        self.problems.push(Problem::of_fault(Weight::Undecided, Some(file.to_owned()), fault));
    }

    /// One file over what is there.
    fn layer(&mut self, name: &str, text: &str, under: Option<Draft>) -> Option<Draft> {
        let number = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.push(ConfigFile::new(name, text));
        let mut reader = Reader::new(name, number);
        let root = match yaml::read(text) {
            Ok(root) => root,
            Err(fault) => {
                self.fault(name, fault);
                return under;
            }
        };
        let extends = root.entries().iter().find(|(key, _)| key.text == "extends").map(|(_, node)| node);
        // An embedded policy may be another one that only observes, and no layer is: nothing lies under it but what it stands on.
        let may_observe = under.is_none() && name.starts_with(BUILTIN);
        let bases = extends.and_then(|node| reader.each(node, "extends", |reader, item| base(reader, item, name)));
        self.open.push(name.to_owned());
        let mut base = under;
        let bases = bases.unwrap_or_default();
        for (nth, (base_name, place)) in bases.iter().enumerate() {
            if bases.iter().take(nth).any(|(earlier, _)| same_file(earlier, base_name)) {
                reader.wrong("policy-extends", place.position(), format!("`extends` names `{base_name}` twice"), "keep one of them");
            }
            base = self.base(name, base_name, *place, base);
        }
        self.open.pop();
        let is_root = extends.is_none() && base.is_none();
        let mut draft = file::read(&mut reader, &root, &folders(name), is_root);
        if !name.starts_with(BUILTIN)
            && let Some(owner) = &draft.owner
            && Address::parse(&owner.value).is_none()
        {
            let node = Node { line: owner.place.line, column: owner.place.column, kind: Kind::Text(owner.value.clone()) };
            reader.not_an_address::<()>(&node, "owner");
        }
        self.problems.extend(reader.finish());
        let Some(base) = base else { return Some(draft) };
        let observes = if may_observe { draft.enforced.take() } else { None };
        let laid = Ratchet { files: &self.files, problems: &mut self.problems }.put(base, draft);
        Some(Draft { enforced: observes.or(laid.enforced), ..laid })
    }

    /// What a file stands on, over what is there.
    fn base(&mut self, from: &str, name: &str, place: Place, under: Option<Draft>) -> Option<Draft> {
        let wrong = |loader: &mut Self, message: String, help: &str| {
            loader.fault(from, Fault { code: "policy-extends", position: place.position(), message, help: help.to_owned() });
        };
        if self.open.iter().any(|open| same_file(open, name)) {
            wrong(self, format!("`{name}` stands on itself"), "break the loop");
            return under;
        }
        if self.open.len() >= MAX_DEPTH {
            wrong(self, format!("policies stand on each other more than {MAX_DEPTH} deep"), "stand on fewer");
            return under;
        }
        if self.lies_under(name) {
            return under;
        }
        match text(name, self.root.as_deref(), self.read) {
            Ok(text) => self.layer(name, &text, under),
            Err(fault) => {
                let told = name.rsplit('/').next().unwrap_or(name);
                let help = if builtin::find(told).is_some() { format!("did you mean `{BUILTIN}{told}`?") } else { fault.help };
                wrong(self, format!("`{name}`: {}", fault.message), &help);
                under
            }
        }
    }
}

/// The text of a file, which where `root` is given must lie below it, or of an embedded policy.
pub(super) fn text(name: &str, root: Option<&Path>, read: Read<'_>) -> Result<String, Fault> {
    let Some(short) = name.strip_prefix(BUILTIN) else { return read(Path::new(name), root) };
    builtin::find(short).map(|builtin| builtin.text.to_owned()).ok_or_else(|| {
        let help = suggest::help(short, builtin::ALL.iter().map(|builtin| builtin.name));
        fault("policy-not-found", format!("there is no embedded policy `{short}`"), &help)
    })
}

/// One name under `extends`, relative to the file that names it.
fn base(reader: &mut Reader, node: &Node, from: &str) -> Option<(String, Place)> {
    let told = reader.text(node, "extends")?;
    let place = reader.place(node);
    if told.starts_with(BUILTIN) {
        return Some((told, place));
    }
    if told.contains("://") {
        return reader.not(node, "extends", "a file below this folder: nothing is fetched");
    }
    let plain = reader.path_glob(node, "extends")?;
    if plain.literal().is_none() {
        return reader.not(node, "extends", "the name of one file, or `builtin:standard`");
    }
    Some((format!("{}{told}", folder_of(from)), place))
}

/// The folder of a file, with a `/` behind it; empty for the current one and for a builtin.
pub(super) fn folder_of(file: &str) -> &str {
    if file.starts_with(BUILTIN) { "" } else { file.rfind('/').map_or("", |slash| file.get(..=slash).unwrap_or_default()) }
}

/// Where a policy looks for other files. What lies in `.relgate` names reports from the folder that holds it.
fn folders(name: &str) -> Folders {
    let own = folder_of(name);
    let reports = own.strip_suffix(".relgate/").filter(|above| above.is_empty() || above.ends_with('/')).unwrap_or(own);
    Folders { reports: reports.to_owned(), own: own.to_owned() }
}

/// Whether two names are the same but for `.` in them.
fn same_file(one: &str, other: &str) -> bool {
    let parts = |name: &str| {
        Path::new(name).components().filter(|part| *part != Component::CurDir).map(|part| part.as_os_str().to_owned()).collect::<Vec<_>>()
    };
    parts(one) == parts(other)
}

fn fault(code: &'static str, message: String, help: &str) -> Fault {
    Fault { code, position: Position::Whole, message, help: help.to_owned() }
}
