//! The keys that the sources themselves give: GitHub's hash of the line on which a finding stands, from the checkout.
//!
//! Only files that findings name are read, each once, and only those that lie below the folder under just that name: no symlink is
//! followed. A hash that a report gives stands, unless it stands at several places: then it is that of a constant, and proves nothing.

use std::num::NonZero;
use std::path::Path;

use hashbrown::HashMap;

use crate::base::fault::{Fault, Position};
use crate::base::line_hash::line_hashes;
use crate::base::source::text_inside;
use crate::base::text::Text;
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::{Category, FindingId, Fingerprint, Keys, Scheme};
use crate::model::problem::{Problem, Weight};

/// A larger file is no source.
const MAX_BYTES: u64 = 16 << 20;

/// A finding that stands on a line: the file, the line from 1 on, and its place in the evidence.
struct Standing {
    path: Text,
    line: usize,
    number: u32,
}

/// Gives the findings of code, and secrets without a fingerprint of their tool, the keys of their lines in the sources below `root`.
pub fn lines(evidence: &mut Evidence, root: &Path) {
    let constant = constant(evidence);
    let mut all: Vec<Standing> =
        (0..).zip(evidence.findings.iter()).filter_map(|(number, finding)| standing(evidence, number, finding)).collect();
    let path = |one: &Standing| evidence.text(one.path).as_data();
    all.sort_by(|a, b| path(a).cmp(path(b)));
    let (mut files, mut missing) = (0_u64, 0_u64);
    for of_file in all.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = of_file.first() else { continue };
        files += 1;
        let path = evidence.text(first.path).as_data().to_owned();
        let Some(text) = text_inside(root, &path, MAX_BYTES) else {
            missing += 1;
            continue;
        };
        let hashes = line_hashes(&text);
        for one in of_file {
            if let Some(hash) = hashes.get(one.line - 1) {
                add(evidence, one.number, &path, &hash.to_string(), &constant);
            }
        }
    }
    if missing > 0 {
        let weight = if missing == files { Weight::Warning } else { Weight::Note };
        let message = format!("{missing} of {files} files that findings name are no sources below {}", root.display());
        let help =
            "name the folder of the checkout that was scanned with `--source-root`, and with `--root` what absolute paths begin with";
        let fault = Fault { code: "no-source", position: Position::Whole, message, help: help.to_owned() };
        evidence.problems.push(Problem::of_fault(weight, None, fault));
    }
}

/// Where a finding stands whose line is to be hashed; `None` of a component, and of what its tool marks better.
fn standing(evidence: &Evidence, number: u32, finding: &Finding) -> Option<Standing> {
    let strongest = evidence.fingerprints.get(finding.fingerprints).first()?.scheme;
    if matches!(strongest, Scheme::Sca | Scheme::Secret | Scheme::Iac) {
        return None;
    }
    let place = evidence.location(finding)?;
    let line = usize::try_from(place.start_line.map(NonZero::get)?).ok()?;
    Some(Standing { path: place.path?, line, number })
}

/// The hashes of lines that reports give for several places.
fn constant(evidence: &Evidence) -> HashMap<Fingerprint, bool> {
    let mut places: HashMap<Fingerprint, (_, bool)> = HashMap::new();
    for finding in evidence.findings.iter() {
        let keys = evidence.fingerprints.get(finding.fingerprints);
        if let Some(key) = keys.iter().find(|key| key.scheme == Scheme::Line) {
            let at = evidence.location(finding).map(|place| (place.path, place.start_line));
            let known = places.entry(*key).or_insert((at, false));
            known.1 |= known.0 != at;
        }
    }
    places.into_iter().map(|(key, (_, is_constant))| (key, is_constant)).collect()
}

/// Adds the keys of a line to those that say more than the place.
fn add(evidence: &mut Evidence, number: u32, path: &str, hash: &str, constant: &HashMap<Fingerprint, bool>) {
    let Some(finding) = evidence.findings.get(number as usize) else { return };
    let text = |text: Option<Text>| text.map_or("", |text| evidence.text(text).as_data());
    let rule = evidence.rule(finding);
    let mut of_rule = Keys::of(text(rule.map(|rule| rule.tool)), text(rule.and_then(|rule| rule.rule_id)));
    let told = evidence.fingerprints.get(finding.fingerprints).iter().copied();
    let stays = |key: &Fingerprint| key.scheme != Scheme::Loc && !(key.scheme == Scheme::Line && constant.get(key).is_some_and(|is| *is));
    let mut keys: Vec<Fingerprint> = told.filter(stays).collect();
    if finding.category == Category::Secret {
        if keys.is_empty() {
            keys.push(of_rule.by_secret(path, hash));
        }
    } else {
        if !keys.iter().any(|key| key.scheme == Scheme::Line) {
            keys.push(of_rule.by_line(path, hash.as_bytes()));
        }
        keys.push(of_rule.by_text(hash.as_bytes()));
    }
    keys.sort_unstable();
    let id = keys.first().copied().map(FindingId::from);
    let keys = evidence.fingerprints.add(keys);
    if let Some((finding, id)) = evidence.findings.get_mut(number as usize).zip(id) {
        (finding.fingerprints, finding.id) = (keys, id);
    }
}
