//! The rows of a project: one for each way in which a component comes in, or with `--group-issues` one for each vulnerability, which
//! then lists the names of all components that have it.

use hashbrown::HashSet;

use super::rating::Rating;
use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::lacks;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;

/// The rows of a list.
pub(super) struct Issues {
    /// The JSON pointer of the list.
    pub(super) list: Text,
    /// Each with its place in it.
    pub(super) items: Vec<(u32, Item)>,
    /// Snyk's ids of them.
    ids: HashSet<Text>,
}

impl Issues {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Self> {
        let mut issues = Self { list: sink.intern(at), items: Vec::new(), ids: HashSet::new() };
        r.array(|r, index| {
            let issue = issue(r, sink, &|| format!("{at}/{index}"))?;
            issues.ids.insert(issue.id);
            for (number, &name) in issue.names.iter().enumerate() {
                // A component that comes in by several ways is named as often.
                if issue.names.iter().take(number).any(|known| *known == name) {
                    continue;
                }
                let mut item = issue.item.clone();
                item.detail.package.name = Some(name);
                issues.items.push((index, item));
            }
            Ok(())
        })?;
        Ok(issues)
    }

    /// How many different vulnerabilities there are, as Snyk counts them.
    pub(super) fn unique(&self) -> u64 {
        self.ids.len() as u64
    }
}

struct Issue {
    id: Text,
    item: Item,
    /// The components that have it, at least one.
    names: Vec<Text>,
}

fn issue(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Issue> {
    let (mut item, mut rating) = (Item::default(), Rating::default());
    let (mut id, mut names, mut kind, mut license) = (None, Vec::new(), None, None);
    let (mut alternatives, mut malicious, mut upgradable, mut told_fixes) = (Vec::new(), None, None, false);
    item.is_of(Category::Sca);
    members!(r, {
        "id" => id = sink.name(r, || format!("{}/id", at()))?,
        "type" => kind = r.scalar()?.text().map(str::to_owned),
        "license" => license = sink.name(r, || format!("{}/license", at()))?,
        "malicious" => malicious = sink.flag(r, || format!("{}/malicious", at()))?,
        "title" => item.detail.title = sink.prose(r, || format!("{}/title", at()))?,
        "description" => item.message = sink.prose(r, || format!("{}/description", at()))?,
        "name" => sink.texts(r, &mut names, &|| format!("{}/name", at()))?,
        "version" => item.detail.package.version = sink.name(r, || format!("{}/version", at()))?,
        "packageManager" => item.detail.package.ecosystem = sink.name(r, || format!("{}/packageManager", at()))?,
        "identifiers" => if sink.object(r, || format!("{}/identifiers", at()))? {
            identifiers(r, sink, &mut item, &|| format!("{}/identifiers", at()))?;
        },
        "alternativeIds" => sink.texts(r, &mut alternatives, &|| format!("{}/alternativeIds", at()))?,
        "publicationTime" => item.detail.published = sink.earlier_day(item.detail.published, r, || format!("{}/publicationTime", at()))?,
        "disclosureTime" => item.detail.published = sink.earlier_day(item.detail.published, r, || format!("{}/disclosureTime", at()))?,
        "severity" => rating.severity = Some(sink.told(r)?),
        "originalSeverity" => rating.original = sink.name(r, || format!("{}/originalSeverity", at()))?,
        "relativeImportance" => rating.is_of_distribution = r.scalar()?.text().is_some(),
        "nvdSeverity" => rating.nvd = sink.name(r, || format!("{}/nvdSeverity", at()))?,
        "cvssScore" => rating.score = sink.score(r, || format!("{}/cvssScore", at()))?,
        "CVSSv3" => rating.vector = sink.name(r, || format!("{}/CVSSv3", at()))?,
        "cvssDetails" => rating.sources(r, sink, &|| format!("{}/cvssDetails", at()))?,
        "cvssSources" => rating.sources(r, sink, &|| format!("{}/cvssSources", at()))?,
        "epssDetails" => if sink.object(r, || format!("{}/epssDetails", at()))? {
            members!(r, { "probability" => item.detail.epss = sink.number(r, || format!("{}/epssDetails/probability", at()))? });
        },
        "fixedIn" => {
            told_fixes = r.kind()? == ValueKind::Array;
            sink.texts(r, &mut item.fixed_versions, &|| format!("{}/fixedIn", at()))?;
        },
        "isUpgradable" => upgradable = sink.flag(r, || format!("{}/isUpgradable", at()))?,
        "reachability" => item.detail.reachable = reachable(r)?,
        "parentDepType" => item.detail.dev = match r.scalar()?.text() {
            Some("dev") => Some(true),
            Some("prod") => Some(false),
            Some(_) | None => None,
        },
        "from" => item.detail.direct = direct(r, sink, &|| format!("{}/from", at()))?,
    });
    let Some(id) = id else { return Err(lacks(r, "an issue", "id")) };
    if names.is_empty() {
        return Err(lacks(r, "an issue", "name"));
    }
    if malicious == Some(true) {
        item.is_of(Category::Malware);
    }
    if kind.as_deref() == Some("license") {
        item.is_of(Category::License);
        item.rule_id = license.or(Some(id));
        item.ids.clear();
    } else {
        item.ids.insert(0, id);
        item.ids.extend(alternatives);
    }
    // A list without a version says that there is none.
    let none_is_fixed = told_fixes && item.fixed_versions.is_empty();
    item.detail.fix_available = if upgradable == Some(true) { Some(true) } else { none_is_fixed.then_some(false) };
    rating.tell(sink, &mut item);
    Ok(Issue { id, item, names })
}

/// The ids of other databases by their kind, and weaknesses.
fn identifiers(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    r.entries(|r, key| {
        let place = || format!("{}/{key}", at());
        match key {
            "CVE" | "GHSA" | "ALTERNATIVE" => sink.texts(r, &mut item.ids, &place),
            "CWE" => sink.texts(r, &mut item.tags, &place),
            _ => r.skip(),
        }
    })
}

/// Whether the vulnerable code is reached. That no path was found is no proof that there is none, as Snyk's documentation says.
fn reachable(r: &mut Reader<'_>) -> Result<Option<bool>> {
    Ok(match r.scalar()?.text() {
        Some("reachable" | "function") => Some(true),
        Some("not-reachable" | "unreachable") => Some(false),
        Some(_) | None => None,
    })
}

/// Whether the project itself names the component: the way to it, or one of several, has nothing between.
fn direct(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Option<bool>> {
    if !sink.expect(r, ValueKind::Array, at)? {
        return Ok(None);
    }
    let (mut steps, mut shortest) = (0_u32, None::<u32>);
    r.array(|r, _| {
        if r.kind()? != ValueKind::Array {
            steps += 1;
            return r.skip();
        }
        let mut inside = 0;
        r.array(|r, _| {
            inside += 1;
            r.skip()
        })?;
        shortest = Some(shortest.map_or(inside, |known| known.min(inside)));
        Ok(())
    })?;
    let steps = shortest.unwrap_or(steps);
    Ok((steps > 0).then_some(steps <= 2))
}
