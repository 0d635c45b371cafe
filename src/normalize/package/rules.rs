//! What the parts of a purl mean for each type, and the one spelling of each (purl specification, type definitions).
//!
//! Where the definitions leave a spelling open or tools do not keep to them, this goes by what the ecosystem itself takes for the
//! same: names of `NuGet` in any case, `-`, `_` and `.` on `PyPI` (PEP 503), pods with their subspecs. Go modules are folded, as the
//! definition says and Trivy does, though others keep their case.

use super::purl::{BadPurl, Purl, is_dots};
use super::words::{Ecosystem, distribution, distribution_of_release, ecosystem};

/// A package in the one spelling of its type.
pub(super) struct Place {
    pub(super) kind: String,
    pub(super) namespace: Vec<String>,
    pub(super) name: String,
}

/// Types whose packages the package manager of an operating system installs.
pub(super) fn is_os(kind: &str) -> bool {
    matches!(kind, "alpm" | "apk" | "deb" | "ebuild" | "opkg" | "portage" | "qpkg" | "rpm")
}

/// What a purl says.
pub(super) struct OfPurl {
    pub(super) place: Place,
    pub(super) version: Option<String>,
    pub(super) qualifiers: Vec<(String, String)>,
}

/// The package of a purl. The namespace of an OS package without one is the distribution that else is told; `word` is that of its
/// ecosystem.
pub(super) fn of_purl(purl: Purl, word: Option<&str>) -> Result<OfPurl, BadPurl> {
    let Purl { kind: told, mut namespace, name, version, qualifiers } = purl;
    let kind = match told.as_str() {
        // Types that older releases of Syft write.
        "alpine" => "apk",
        "crate" => "cargo",
        "dotnet" => "nuget",
        // An action is a repository of GitHub.
        "githubactions" => "github",
        kind => kind,
    };
    if is_os(kind) && namespace.is_empty() {
        let of_word = word.and_then(ecosystem).filter(|ecosystem| ecosystem.kind == kind).and_then(|ecosystem| ecosystem.distribution);
        let distro = || qualifiers.iter().find(|(key, _)| key == "distro").map(|(_, value)| value.as_str());
        let of_type = || (told == "alpine").then_some("alpine");
        namespace.extend(of_word.or_else(|| distribution_of_release(distro()?)).or_else(of_type).map(str::to_owned));
    }
    Ok(OfPurl { place: place(kind, namespace, name)?, version, qualifiers })
}

/// The package of an ecosystem that has this name. An error where no purl can say it.
pub(super) fn of_name(ecosystem: Ecosystem, name: &str) -> Result<Place, BadPurl> {
    place(ecosystem.kind, ecosystem.distribution.map(str::to_owned).into_iter().collect(), name.to_owned())
}

fn place(kind: &str, namespace: Vec<String>, name: String) -> Result<Place, BadPurl> {
    let (mut namespace, mut name) = split(kind, namespace, name).ok_or(BadPurl::Name)?;
    // The namespace of an OS package is a distribution, in any case.
    if folds_case(kind) || is_os(kind) {
        for part in &mut namespace {
            part.make_ascii_lowercase();
        }
    }
    if folds_case(kind) {
        name.make_ascii_lowercase();
    }
    if is_os(kind)
        && let [only] = namespace.as_mut_slice()
        && let Some(known) = distribution(only)
    {
        known.clone_into(only);
    }
    if kind == "pypi" {
        name = with_single_dashes(&name);
    }
    if name.is_empty() {
        return Err(BadPurl::Name);
    }
    if namespace.iter().chain([&name]).any(|part| is_dots(part)) {
        return Err(BadPurl::Dots);
    }
    Ok(Place { kind: kind.to_owned(), namespace, name })
}

/// Types whose names mean the same in any case.
fn folds_case(kind: &str) -> bool {
    let of_repositories = ["bitbucket", "github", "golang"];
    let of_languages = ["composer", "hex", "luarocks", "npm", "nuget", "pub", "pypi"];
    let of_systems = ["alpm", "apk", "deb", "oci"];
    of_repositories.contains(&kind) || of_languages.contains(&kind) || of_systems.contains(&kind)
}

/// Namespace and name, where the type says more of where one ends than a purl's slashes do.
fn split(kind: &str, namespace: Vec<String>, name: String) -> Option<(Vec<String>, String)> {
    match kind {
        "composer" | "docker" | "golang" | "huggingface" | "npm" => at_last_slash(namespace, name),
        // An action in a folder of its repository, `github/codeql-action/init`, is that repository.
        "github" => {
            let (mut parts, name) = at_last_slash(namespace, name)?;
            parts.push(name);
            parts.truncate(2);
            let name = parts.pop()?;
            Some((parts, name))
        }
        "swift" => {
            let address = ["https://", "http://"].iter().find_map(|scheme| name.strip_prefix(scheme)).unwrap_or(&name);
            let (namespace, name) = at_last_slash(namespace, address.to_owned())?;
            Some((namespace, name.trim_end_matches(".git").to_owned()))
        }
        "maven" if namespace.is_empty() => match name.split_once(':') {
            Some((group, artifact)) if !group.is_empty() && !artifact.is_empty() => Some((vec![group.to_owned()], artifact.to_owned())),
            Some(_) => Some((namespace, name)),
            None => at_last_slash(namespace, name),
        },
        // A subspec, `ShareKit/Twitter`, is part of its pod.
        "cocoapods" => {
            let (mut parts, name) = at_last_slash(namespace, name)?;
            parts.push(name);
            parts.into_iter().next().map(|pod| (Vec::new(), pod))
        }
        _ => Some((namespace, name)),
    }
}

/// The parts of a path whose last is the name. `None` without one.
fn at_last_slash(namespace: Vec<String>, name: String) -> Option<(Vec<String>, String)> {
    if namespace.iter().chain([&name]).all(|part| !part.is_empty() && !part.contains('/')) {
        return Some((namespace, name));
    }
    let parts = namespace.iter().flat_map(|part| part.split('/')).chain(name.split('/'));
    let mut parts: Vec<String> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let name = parts.pop()?;
    Some((parts, name))
}

/// `-` in place of each run of `-`, `_` and `.` (PEP 503).
fn with_single_dashes(name: &str) -> String {
    let mut single = String::with_capacity(name.len());
    for character in name.chars() {
        let dash = matches!(character, '-' | '_' | '.');
        if !(dash && single.ends_with('-')) {
            single.push(if dash { '-' } else { character });
        }
    }
    single
}
