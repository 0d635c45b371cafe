//! Packages as they are compared: one component key for a package, whichever tool names it and however.
//!
//! A package is told as a purl ([`purl`]), or as the word of an ecosystem ([`words`]) and a name. Both become a purl type, a
//! namespace and a name, and these are brought into the one spelling of their type ([`rules`]). Two packages have one component
//! only where their ecosystem takes their names for the same; letters are folded in ASCII alone.

mod purl;
mod rules;
mod words;

use crate::model::vex::Named;
pub(super) use purl::BadPurl;
use purl::{encode, write};
use rules::{OfPurl, Place};
use words::Ecosystem;

/// What a report says of a package. Empty texts count as not told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told<'a> {
    pub(super) purl: Option<&'a str>,
    /// An ecosystem of OSV, a `Type` of Trivy, an artifact type of Grype, a purl type.
    pub(super) ecosystem: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) version: Option<&'a str>,
}

/// A package in the one spelling of its ecosystem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Package {
    /// What identity compares: the canonical purl without version, qualifiers and subpath. Of a package that has none, because
    /// its ecosystem is not known or its name could not be part of one, `other:` and the ecosystem, the distribution if any and
    /// the name, escaped as in a purl, with `/` between them.
    pub(super) component: String,
    /// The component with the version, where it is a purl.
    pub(super) purl: Option<String>,
    /// The purl type; the told word in lower case where it is not known.
    pub(super) ecosystem: Option<String>,
    /// The parts of the namespace, joined by `/`.
    pub(super) namespace: Option<String>,
    /// The name as its ecosystem writes it, namespace included: `@angular/core`, `org.apache.logging.log4j:log4j-core`. Of an OS
    /// package the name alone.
    pub(super) name: String,
    /// As told, else that of the purl.
    pub(super) version: Option<String>,
    /// Those of the told purl, sorted by key.
    pub(super) qualifiers: Vec<(String, String)>,
    /// Whether the package manager of an operating system installed it.
    pub(super) is_os: bool,
}

impl Package {
    /// The version as two tools agree on it: Go modules, Composer packages and repositories are told with and without a leading
    /// `v`, Go's standard library as `go1.22.0` too.
    pub(super) fn comparable_version(&self) -> Option<&str> {
        let version = self.version.as_deref()?;
        let prefixes: &[&str] = match self.ecosystem.as_deref() {
            Some("golang") => &["v", "go"],
            Some("composer" | "github" | "swift") => &["v"],
            _ => &[],
        };
        let stripped = prefixes.iter().find_map(|prefix| version.strip_prefix(prefix));
        Some(stripped.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(version))
    }
}

/// The package that is told, and what is wrong with its purl. A purl that cannot be read counts as not told; without purl and name
/// there is no package.
pub(super) fn package(told: &Told<'_>) -> (Option<Package>, Option<BadPurl>) {
    let version = some_text(told.version);
    let word = some_text(told.ecosystem);
    let read = some_text(told.purl).map(|text| purl::parse(text).and_then(|purl| rules::of_purl(purl, word)));
    let bad = match read {
        Some(Ok(OfPurl { place, version: of_purl, qualifiers })) => {
            let of_purl = of_purl.as_deref();
            let package = placed(place, of_purl.or(version));
            return (Some(Package { version: version.or(of_purl).map(str::to_owned), qualifiers, ..package }), None);
        }
        Some(Err(bad)) => Some(bad),
        None => None,
    };
    let Some(name) = some_text(told.name) else { return (None, bad) };
    let of_word = word.and_then(words::ecosystem);
    let place = of_word.and_then(|ecosystem| rules::of_name(ecosystem, name).ok());
    let mut package = place.map_or_else(|| elsewhere(of_word, word, name), |place| placed(place, version));
    package.version = version.map(str::to_owned);
    (Some(package), bad)
}

/// The component of a purl, as a statement names it; in a version that is told beside it, else in its own.
pub fn named(purl: &str, version: Option<&str>) -> Option<Named> {
    let (package, _) = package(&Told { purl: Some(purl), version, ..Told::default() });
    let package = package.filter(|package| package.purl.is_some())?;
    let version = package.comparable_version().map(str::to_owned);
    // Whatever of these can be read: what cannot says more, too.
    Some(Named { component: package.component, version, is_narrower: purl.contains(['?', '#']) })
}

fn some_text(told: Option<&str>) -> Option<&str> {
    told.map(str::trim_ascii).filter(|text| !text.is_empty())
}

fn placed(place: Place, version: Option<&str>) -> Package {
    let Place { kind, namespace, name } = place;
    let component = write(&kind, &namespace, &name);
    let mut purl = component.clone();
    if let Some(version) = version {
        purl.push('@');
        encode(version, &mut purl);
    }
    let is_os = rules::is_os(&kind);
    let namespace = Some(namespace.join("/")).filter(|namespace| !namespace.is_empty());
    let name = match &namespace {
        Some(group) if kind == "maven" => format!("{group}:{name}"),
        Some(namespace) if !is_os => format!("{namespace}/{name}"),
        Some(_) | None => name,
    };
    Package { component, purl: Some(purl), ecosystem: Some(kind), namespace, name, version: None, qualifiers: Vec::new(), is_os }
}

/// A package that no purl can name: its ecosystem is not known, or its name could not be part of one.
fn elsewhere(known: Option<Ecosystem>, word: Option<&str>, name: &str) -> Package {
    let ecosystem = known.map(|known| known.kind.to_owned()).or_else(|| word.map(str::to_ascii_lowercase));
    let distribution = known.and_then(|known| known.distribution);
    let parts = [ecosystem.as_deref().unwrap_or_default()].into_iter().chain(distribution).chain([name]);
    let mut component = "other:".to_owned();
    for (number, part) in parts.enumerate() {
        if number > 0 {
            component.push('/');
        }
        encode(part, &mut component);
    }
    let is_os = known.is_some_and(|known| rules::is_os(known.kind));
    let (namespace, name) = (distribution.map(str::to_owned), name.to_owned());
    Package { component, purl: None, ecosystem, namespace, name, version: None, qualifiers: Vec::new(), is_os }
}

#[cfg(test)]
mod tests;
