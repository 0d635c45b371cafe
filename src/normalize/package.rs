//! Components as purls, so that the same one is the same whoever names it.
//!
//! A tool tells a purl, or an ecosystem in its own words ([`ECOSYSTEMS`]) and a name as that ecosystem writes it. Both become the
//! canonical purl of the purl specification. What identity compares is that purl without version, qualifiers and subpath, with the
//! ecosystem's own notion of equal names: PEP 503 for Python, no case for NuGet.

use packageurl::PackageUrl;

/// A component, in a tool's words.
#[derive(Default)]
pub(super) struct Told<'a> {
    pub(super) purl: Option<&'a str>,
    pub(super) ecosystem: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) version: Option<&'a str>,
}

/// A component.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Package {
    /// Canonical, with the version; `None` where the type is not known.
    pub(super) purl: Option<String>,
    /// What identity compares; `None` where the type is not known.
    pub(super) component: Option<String>,
    /// The purl type, else the tool's word.
    pub(super) ecosystem: Option<String>,
    /// With the namespace as the ecosystem writes it: `@angular/core`, `org.apache:log4j`.
    pub(super) name: String,
    pub(super) version: Option<String>,
    /// The distribution that rates it, of what an operating system brings.
    pub(super) distribution: Option<String>,
    /// Whether the purl that was told is none: the name speaks instead.
    pub(super) bad_purl: bool,
}

/// Longer than any name in use.
const LIMIT: usize = 1_000;

/// Words for an ecosystem in lower case, before any `:`, with the purl type, and the namespace of a distribution. Of OSV, Trivy
/// (`Type` of a result), Grype (`artifact.type`) and GitHub.
static ECOSYSTEMS: &[(&str, &str, &str)] = &[
    ("npm", "npm", ""),
    ("yarn", "npm", ""),
    ("pnpm", "npm", ""),
    ("bun", "npm", ""),
    ("node-pkg", "npm", ""),
    ("pypi", "pypi", ""),
    ("pip", "pypi", ""),
    ("pipenv", "pypi", ""),
    ("poetry", "pypi", ""),
    ("uv", "pypi", ""),
    ("python", "pypi", ""),
    ("python-pkg", "pypi", ""),
    ("go", "golang", ""),
    ("golang", "golang", ""),
    ("gomod", "golang", ""),
    ("gobinary", "golang", ""),
    ("go-module", "golang", ""),
    ("maven", "maven", ""),
    ("jar", "maven", ""),
    ("pom", "maven", ""),
    ("gradle", "maven", ""),
    ("sbt", "maven", ""),
    ("java-archive", "maven", ""),
    ("crates.io", "cargo", ""),
    ("cargo", "cargo", ""),
    ("rust", "cargo", ""),
    ("rustbinary", "cargo", ""),
    ("rust-crate", "cargo", ""),
    ("rubygems", "gem", ""),
    ("bundler", "gem", ""),
    ("gemspec", "gem", ""),
    ("gem", "gem", ""),
    ("packagist", "composer", ""),
    ("composer", "composer", ""),
    ("composer-vendor", "composer", ""),
    ("php-composer", "composer", ""),
    ("nuget", "nuget", ""),
    ("dotnet", "nuget", ""),
    ("dotnet-core", "nuget", ""),
    ("packages-props", "nuget", ""),
    ("hex", "hex", ""),
    ("mix-lock", "hex", ""),
    ("pub", "pub", ""),
    ("dart-pub", "pub", ""),
    ("swift", "swift", ""),
    ("swifturl", "swift", ""),
    ("cocoapods", "cocoapods", ""),
    ("pod", "cocoapods", ""),
    ("conan", "conan", ""),
    ("conancenter", "conan", ""),
    ("conda-pkg", "conda", ""),
    ("cran", "cran", ""),
    ("hackage", "hackage", ""),
    ("julia", "julia", ""),
    ("bitnami", "bitnami", ""),
    ("github actions", "github", ""),
    ("github-action", "github", ""),
    ("debian", "deb", "debian"),
    ("ubuntu", "deb", "ubuntu"),
    ("alpine", "apk", "alpine"),
    ("wolfi", "apk", "wolfi"),
    ("chainguard", "apk", "chainguard"),
    ("redhat", "rpm", "redhat"),
    ("red hat", "rpm", "redhat"),
    ("centos", "rpm", "centos"),
    ("rocky", "rpm", "rocky"),
    ("rocky linux", "rpm", "rocky"),
    ("alma", "rpm", "alma"),
    ("almalinux", "rpm", "alma"),
    ("fedora", "rpm", "fedora"),
    ("oracle", "rpm", "oracle"),
    ("amazon", "rpm", "amazon"),
    ("suse", "rpm", "suse"),
    ("sles", "rpm", "suse"),
    ("opensuse", "rpm", "opensuse"),
    ("opensuse-leap", "rpm", "opensuse"),
    ("opensuse-tumbleweed", "rpm", "opensuse"),
    ("photon", "rpm", "photon"),
    ("cbl-mariner", "rpm", "cbl-mariner"),
    ("azurelinux", "rpm", "azurelinux"),
    ("mageia", "rpm", "mageia"),
    ("archlinux", "alpm", "arch"),
    ("apk", "apk", ""),
    ("deb", "deb", ""),
    ("rpm", "rpm", ""),
];

/// Types of what an operating system brings.
const OF_SYSTEMS: [&str; 4] = ["alpm", "apk", "deb", "rpm"];

/// Distributions by other names, and those whose ratings they take over.
const DISTRIBUTIONS: [(&str, &str); 8] = [
    ("almalinux", "alma"),
    ("amzn", "amazon"),
    ("centos", "redhat"),
    ("ol", "oracle"),
    ("opensuse", "suse"),
    ("rhel", "redhat"),
    ("rocky-linux", "rocky"),
    ("sles", "suse"),
];

/// The component that a tool names; `None` where it names none.
pub(super) fn package(told: &Told<'_>) -> Option<Package> {
    let parsed = told.purl.map(|purl| purl.get(..LIMIT).unwrap_or(purl).parse::<PackageUrl<'_>>());
    let bad_purl = matches!(parsed, Some(Err(_)));
    let purl = parsed.and_then(Result::ok).or_else(|| of_name(told.ecosystem?, told.name?));
    let Some(mut purl) = purl else {
        let name = told.name.or(told.purl)?;
        return Some(Package {
            purl: None,
            component: None,
            ecosystem: told.ecosystem.map(cut),
            name: cut(name),
            version: told.version.map(cut),
            distribution: None,
            bad_purl,
        });
    };
    if purl.namespace() == Some("") {
        purl.without_namespace();
    }
    let version = told.version.or(purl.version()).map(|version| plain_version(purl.ty(), version));
    if purl.version().is_none()
        && let Some(version) = &version
    {
        // The crate refuses versions that it could not write again; the finding has them all the same.
        let _refused = purl.with_version(version.clone()).is_err();
    }
    let distribution = OF_SYSTEMS.contains(&purl.ty()).then(|| distribution(purl.namespace().unwrap_or_default()));
    Some(Package {
        component: component(&purl),
        ecosystem: Some(purl.ty().to_owned()),
        name: name(&purl),
        version,
        distribution,
        purl: Some(purl.to_string()),
        bad_purl,
    })
}

fn cut(text: &str) -> String {
    text.chars().take(LIMIT).collect()
}

/// Go writes `v1.2.3`, and of its tools some leave the letter out.
fn plain_version(kind: &str, version: &str) -> String {
    let stripped = version.strip_prefix('v').filter(|rest| kind == "golang" && rest.starts_with(|c: char| c.is_ascii_digit()));
    cut(stripped.unwrap_or(version))
}

/// The purl of a name in an ecosystem that is known.
fn of_name(ecosystem: &str, name: &str) -> Option<PackageUrl<'static>> {
    let word = ecosystem.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (_, kind, distribution) = ECOSYSTEMS.iter().find(|(known, _, _)| *known == word)?;
    let name = cut(name.trim());
    let separator = match *kind {
        "maven" => Some(':'),
        "npm" => name.starts_with('@').then_some('/'),
        "golang" | "composer" | "github" | "swift" => Some('/'),
        _ => None,
    };
    let split = separator.and_then(|separator| name.rsplit_once(separator));
    let (namespace, short) = split.map_or((*distribution, name.as_str()), |(namespace, short)| (namespace, short));
    let mut purl = PackageUrl::new(*kind, short.to_owned()).ok()?;
    if !namespace.is_empty() {
        purl.with_namespace(namespace.to_owned()).ok()?;
    }
    Some(purl)
}

/// The canonical purl without version, qualifiers and subpath.
fn component(purl: &PackageUrl<'_>) -> Option<String> {
    let name = match purl.ty() {
        "pypi" => pep_503(purl.name()),
        "nuget" => purl.name().to_lowercase(),
        _ => purl.name().to_owned(),
    };
    let mut component = PackageUrl::new(purl.ty().to_owned(), name).ok()?;
    if let Some(namespace) = purl.namespace() {
        component.with_namespace(namespace.to_owned()).ok()?;
    }
    Some(component.to_string())
}

/// Python's names: lower case, and runs of `-`, `_` and `.` are one `-` (PEP 503).
fn pep_503(name: &str) -> String {
    let parts: Vec<&str> = name.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    parts.join("-").to_lowercase()
}

/// The name as its ecosystem writes it.
fn name(purl: &PackageUrl<'_>) -> String {
    match (purl.ty(), purl.namespace()) {
        ("maven", Some(group)) => format!("{group}:{}", purl.name()),
        (kind, Some(namespace)) if !OF_SYSTEMS.contains(&kind) => format!("{namespace}/{}", purl.name()),
        (_, Some(_) | None) => purl.name().to_owned(),
    }
}

fn distribution(namespace: &str) -> String {
    let known = DISTRIBUTIONS.iter().find(|(other, _)| namespace.eq_ignore_ascii_case(other));
    known.map_or_else(|| namespace.to_ascii_lowercase(), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_purl(purl: &str) -> Option<Package> {
        package(&Told { purl: Some(purl), ..Told::default() })
    }

    fn named(ecosystem: &str, name: &str) -> Option<Package> {
        package(&Told { ecosystem: Some(ecosystem), name: Some(name), version: Some("1"), ..Told::default() })
    }

    #[test]
    fn a_name_and_a_purl_are_the_same_component() {
        for (ecosystem, name, purl, shown) in [
            ("npm", "lodash", "pkg:npm/lodash@4.17.15", "lodash"),
            ("yarn", "@angular/core", "pkg:npm/%40angular/core@12", "@angular/core"),
            ("PyPI", "Flask_Login.Ext", "pkg:pypi/flask-login.ext@1", "flask-login-ext"),
            ("gomod", "golang.org/x/net", "pkg:golang/golang.org/x/net@v0.9.0", "golang.org/x/net"),
            ("Go", "github.com/go-git/go-git/v5", "pkg:golang/github.com/go-git/go-git/v5@5.12.0", "github.com/go-git/go-git/v5"),
            ("Maven", "org.apache:log4j", "pkg:maven/org.apache/log4j@1?type=jar", "org.apache:log4j"),
            ("crates.io", "chrono", "pkg:cargo/chrono@0.4.19", "chrono"),
            ("Packagist", "Symfony/Http", "pkg:composer/symfony/http@1", "symfony/http"),
            ("NuGet", "Newtonsoft.Json", "pkg:nuget/newtonsoft.json@1", "Newtonsoft.Json"),
            ("Debian:11", "libc-bin", "pkg:deb/debian/libc-bin@2.28-10?arch=amd64&distro=debian-11", "libc-bin"),
            ("alpine", "busybox", "pkg:apk/alpine/busybox@1?arch=x86_64&distro=3.11.12", "busybox"),
        ] {
            let (a, b) = (named(ecosystem, name), of_purl(purl));
            let component = |package: &Option<Package>| package.as_ref().and_then(|package| package.component.clone());
            assert!(component(&a).is_some(), "{ecosystem}");
            assert_eq!(component(&a), component(&b), "{ecosystem}");
            if ecosystem != "PyPI" {
                assert_eq!(a.map(|package| package.name).as_deref(), Some(shown));
            }
        }
    }

    #[test]
    fn other_components_are_others() {
        let purls = [
            "pkg:npm/a@1",
            "pkg:npm/b@1",
            "pkg:pypi/a@1",
            "pkg:npm/%40a/a@1",
            "pkg:deb/debian/a@1",
            "pkg:deb/ubuntu/a@1",
            "pkg:npm/a%2Fb@1",
        ];
        let mut components: Vec<_> = purls.iter().filter_map(|purl| of_purl(purl)?.component).collect();
        assert_eq!(components.len(), purls.len());
        components.sort_unstable();
        components.dedup();
        assert_eq!(components.len(), purls.len());
    }

    #[test]
    fn what_is_no_purl_falls_back_to_its_name() {
        let told = Told { purl: Some("lodash"), ecosystem: Some("npm"), name: Some("lodash"), version: Some("4") };
        let package = package(&told).map(|package| (package.component, package.bad_purl, package.version));
        assert_eq!(package, Some((Some("pkg:npm/lodash".to_owned()), true, Some("4".to_owned()))));
        let unknown = named("Brainfuck", "a/b").map(|package| (package.component, package.ecosystem, package.name));
        assert_eq!(unknown, Some((None, Some("Brainfuck".to_owned()), "a/b".to_owned())));
        assert_eq!(super::package(&Told::default()), None);
    }

    #[test]
    fn a_distribution_is_known_by_the_name_under_which_it_rates() {
        for (purl, distribution) in [
            ("pkg:rpm/centos/glibc@2", Some("redhat")),
            ("pkg:deb/debian/apt@1", Some("debian")),
            ("pkg:rpm/amzn/curl@7", Some("amazon")),
            ("pkg:npm/a@1", None),
        ] {
            assert_eq!(of_purl(purl).and_then(|package| package.distribution).as_deref(), distribution, "{purl}");
        }
    }

    #[test]
    fn go_versions_lose_their_letter() {
        for (purl, version) in [("pkg:golang/a/b@v1.2.3", "1.2.3"), ("pkg:npm/a@v1", "v1"), ("pkg:golang/a/b@vendor", "vendor")] {
            assert_eq!(of_purl(purl).and_then(|package| package.version).as_deref(), Some(version));
        }
    }

    proptest! {
        #[test]
        fn a_canonical_purl_stays_as_it_is(name in ".{1,20}", namespace in ".{0,20}", version in ".{0,10}") {
            let text = format!("pkg:npm/{namespace}/{name}@{version}");
            for told in [Told { purl: Some(&text), ..Told::default() }, Told { ecosystem: Some("npm"), name: Some(&name), ..Told::default() }] {
                if let Some(Package { purl: Some(purl), component, .. }) = package(&told) {
                    let again = of_purl(&purl);
                    prop_assert_eq!(again.and_then(|again| again.component), component);
                }
            }
        }
    }
}
