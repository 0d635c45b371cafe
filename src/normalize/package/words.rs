//! Which ecosystem a word means: that of OSV, of Trivy's `Type`, of Grype's artifacts or of a purl, in any case.

/// A purl type, and the words for it that name no distribution.
const TYPES: [(&str, &[&str]); 37] = [
    ("alpm", &["pacman"]),
    ("apk", &[]),
    ("bioconductor", &[]),
    ("bitbucket", &[]),
    ("bitnami", &[]),
    ("brew", &["homebrew"]),
    ("cargo", &["crates.io", "crate", "rust", "rust-crate", "rustbinary"]),
    ("cocoapods", &["pod"]),
    ("composer", &["packagist", "php-composer", "composer-vendor", "php"]),
    ("conan", &["conancenter"]),
    ("conda", &["conda-pkg", "conda-environment"]),
    ("cpan", &["perl"]),
    ("cran", &["r-package"]),
    ("deb", &["dpkg"]),
    ("docker", &[]),
    ("gem", &["rubygems", "bundler", "gemspec", "ruby"]),
    ("generic", &[]),
    ("github", &["github actions", "github-action", "github-action-workflow", "githubactions", "actions"]),
    ("golang", &["go", "gomod", "gobinary", "go-module", "gomodules"]),
    ("hackage", &["haskell"]),
    ("hex", &["mix", "mix-lock", "mix.lock", "erlang", "elixir"]),
    ("huggingface", &[]),
    ("julia", &[]),
    ("luarocks", &["lua-rocks"]),
    ("maven", &["jar", "pom", "gradle", "sbt", "java", "java-archive", "jenkins-plugin"]),
    ("npm", &["yarn", "yarn-workspace", "pnpm", "bun", "node-pkg", "nodejs", "node.js", "nodepkg"]),
    ("nuget", &["paket", "dotnet", "dotnet-core", "dotnet_core", "packages-props", ".net"]),
    ("oci", &[]),
    ("opam", &[]),
    ("portage", &["gentoo"]),
    ("pub", &["dart", "dart-pub"]),
    ("pypi", &["pip", "pipenv", "poetry", "uv", "pylock", "pdm", "python", "python-pkg", "pythonpkg"]),
    ("rpm", &[]),
    ("swift", &["swifturl", "swiftpm", "spm"]),
    ("terraform", &[]),
    ("vcpkg", &[]),
    ("wordpress-plugin", &[]),
];

/// A distribution as purls name it, the type of its packages, and other words for it.
///
/// The name is that of Trivy, which OSV and `/etc/os-release` (Grype's purls) spell differently.
const DISTRIBUTIONS: [(&str, &str, &[&str]); 30] = [
    ("alma", "rpm", &["almalinux"]),
    ("alpine", "apk", &["alpine linux"]),
    ("amazon", "rpm", &["amzn", "amazon linux", "amazonlinux"]),
    ("arch", "alpm", &["archlinux", "arch linux"]),
    ("azurelinux", "rpm", &["azure linux"]),
    ("bottlerocket", "rpm", &[]),
    ("cbl-mariner", "rpm", &["mariner"]),
    ("centos", "rpm", &[]),
    ("centos-stream", "rpm", &["centos stream"]),
    ("chainguard", "apk", &[]),
    ("debian", "deb", &["debian gnu/linux"]),
    ("echo", "deb", &[]),
    ("fedora", "rpm", &[]),
    ("kali", "deb", &[]),
    ("mageia", "rpm", &[]),
    ("manjaro", "alpm", &[]),
    ("minimos", "apk", &[]),
    ("openeuler", "rpm", &[]),
    ("opensuse", "rpm", &["opensuse-leap", "opensuse-tumbleweed", "opensuse.leap", "opensuse.tumbleweed"]),
    ("oracle", "rpm", &["ol", "oracle linux", "oraclelinux"]),
    ("photon", "rpm", &["photon os"]),
    ("raspbian", "deb", &[]),
    ("redhat", "rpm", &["rhel", "red hat"]),
    ("rocky", "rpm", &["rocky linux", "rocky-linux"]),
    ("suse", "rpm", &["sles", "slem", "sle-micro", "suse linux enterprise server", "suse linux enterprise micro"]),
    ("ubuntu", "deb", &[]),
    ("wolfi", "apk", &[]),
    ("alpaquita", "apk", &[]),
    ("bellsoft", "apk", &["bellsoft hardened containers"]),
    ("openwrt", "apk", &[]),
];

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ecosystem {
    /// The purl type.
    pub(super) kind: &'static str,
    pub(super) distribution: Option<&'static str>,
}

/// The ecosystem of a word, without the release behind its colon (`Debian:11`); `None` for one that is not known.
pub(super) fn ecosystem(word: &str) -> Option<Ecosystem> {
    let word = word.split_once(':').map_or(word, |(word, _release)| word).trim_ascii();
    let of = |&(kind, words): &(&'static str, &[&str])| names(kind, words, word).then_some(Ecosystem { kind, distribution: None });
    let from = |&(distribution, kind, words): &(&'static str, &'static str, &[&str])| {
        names(distribution, words, word).then_some(Ecosystem { kind, distribution: Some(distribution) })
    };
    TYPES.iter().find_map(of).or_else(|| DISTRIBUTIONS.iter().find_map(from))
}

/// The distribution that the namespace of an OS package names: `rhel`, `opensuse-leap`.
pub(super) fn distribution(namespace: &str) -> Option<&'static str> {
    DISTRIBUTIONS.iter().find(|(name, _, words)| names(name, words, namespace)).map(|&(name, ..)| name)
}

/// The distribution that a purl's qualifier `distro` names, with or without its release: `rhel-8.4`, `opensuse-leap-15.3`.
pub(super) fn distribution_of_release(distro: &str) -> Option<&'static str> {
    let family = distro.rsplit_once('-').filter(|(_, release)| release.starts_with(|c: char| c.is_ascii_digit()));
    distribution(distro).or_else(|| distribution(family?.0))
}

fn names(first: &str, words: &[&str], word: &str) -> bool {
    first.eq_ignore_ascii_case(word) || words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_things() {
        let types = TYPES.iter().flat_map(|(first, words)| words.iter().chain([first]));
        let distributions = DISTRIBUTIONS.iter().flat_map(|(first, _, words)| words.iter().chain([first]));
        let mut all: Vec<&str> = types.chain(distributions).copied().collect();
        let told = all.len();
        assert!(all.iter().all(|word| !word.contains(':') && *word == word.to_ascii_lowercase()));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), told);
        assert!(DISTRIBUTIONS.iter().all(|(_, kind, _)| TYPES.iter().any(|(known, _)| known == kind)));
    }

    #[test]
    fn the_words_of_osv_trivy_and_grype() {
        for (word, kind, distribution) in [
            ("PyPI", "pypi", None),
            ("crates.io", "cargo", None),
            ("Maven:https://maven.google.com", "maven", None),
            ("GitHub Actions", "github", None),
            ("SwiftURL", "swift", None),
            ("Debian:11", "deb", Some("debian")),
            ("Alpine:v3.18", "apk", Some("alpine")),
            ("Ubuntu:Pro:18.04:LTS", "deb", Some("ubuntu")),
            ("Red Hat:rhel_aus:8.4::appstream", "rpm", Some("redhat")),
            ("Rocky Linux:8", "rpm", Some("rocky")),
            ("AlmaLinux", "rpm", Some("alma")),
            ("SUSE:Linux Enterprise Server 15 SP4", "rpm", Some("suse")),
            ("opensuse-leap", "rpm", Some("opensuse")),
            ("Photon OS:4.0", "rpm", Some("photon")),
            ("node-pkg", "npm", None),
            ("composer-vendor", "composer", None),
            ("rust-crate", "cargo", None),
            ("rpm", "rpm", None),
            ("amazon", "rpm", Some("amazon")),
            (" wolfi ", "apk", Some("wolfi")),
        ] {
            assert_eq!(ecosystem(word), Some(Ecosystem { kind, distribution }), "{word}");
        }
        for word in ["", ":", "OSS-Fuzz", "Linux", "np m", "\u{212a}ali", "npm\0"] {
            assert_eq!(ecosystem(word), None, "{word}");
        }
        for (word, name) in [("rhel", Some("redhat")), ("AMZN", Some("amazon")), ("rhel-8.4", None), ("", None)] {
            assert_eq!(distribution(word), name, "{word}");
        }
        for (word, name) in [("rhel-8.4", Some("redhat")), ("opensuse-leap-15.3", Some("opensuse")), ("debian", Some("debian"))] {
            assert_eq!(distribution_of_release(word), name, "{word}");
        }
        for word in ["3.11.12", "", "-", "-1", "jessie", "debian-sid", "debian-11-x"] {
            assert_eq!(distribution_of_release(word), None, "{word}");
        }
    }
}
