//! Packages as tools tell them, and what they become.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn by_purl(purl: &str) -> Package {
    package(&Told { purl: Some(purl), ..Told::default() }).0.unwrap()
}

fn by_name(ecosystem: &str, name: &str) -> Package {
    package(&Told { ecosystem: Some(ecosystem), name: Some(name), ..Told::default() }).0.unwrap()
}

/// A component, purls of it, and ecosystems and names of it.
type Same = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

const SAME: &[Same] = &[
    ("pkg:npm/lodash", &["pkg:npm/lodash@4.17.15", "pkg:NPM/Lodash", "pkg://npm/lodash"], &[("npm", "lodash"), ("yarn", "lodash")]),
    (
        "pkg:npm/%40angular/core",
        &["pkg:npm/%40angular/core@12", "pkg:npm/@angular/core@12", "pkg:npm/%40angular%2Fcore@12", "pkg:npm/@angular/core"],
        &[("node-pkg", "@angular/core"), ("pnpm", "@Angular/core"), ("bun", "@angular/core"), ("npm", "@angular/core")],
    ),
    (
        "pkg:golang/github.com/go-git/go-git/v5",
        &[
            "pkg:golang/github.com/go-git/go-git/v5@v5.12.0",
            "pkg:golang/github.com/go-git/go-git/v5@5.12.0#plumbing",
            "pkg:golang/github.com%2Fgo-git%2Fgo-git%2Fv5@5.12.0",
        ],
        &[("Go", "github.com/go-git/go-git/v5"), ("gomod", "github.com/go-git/go-git/v5"), ("go-module", "github.com/go-git/go-git/v5")],
    ),
    ("pkg:golang/github.com/burntsushi/toml", &["pkg:golang/github.com/BurntSushi/toml@v1"], &[("gobinary", "github.com/BurntSushi/toml")]),
    ("pkg:golang/stdlib", &["pkg:golang/stdlib@1.22.0"], &[("Go", "stdlib"), ("gobinary", "stdlib")]),
    (
        "pkg:pypi/zope-interface",
        &["pkg:pypi/zope.interface@5", "pkg:pypi/Zope_Interface", "pkg:pypi/zope.-_interface"],
        &[("PyPI", "zope.interface"), ("python-pkg", "Zope.Interface"), ("poetry", "zope-interface"), ("python", "zope__interface")],
    ),
    (
        "pkg:maven/org.apache.logging.log4j/log4j-core",
        &["pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar", "pkg:maven/org.apache.logging.log4j:log4j-core@2"],
        &[
            ("Maven", "org.apache.logging.log4j:log4j-core"),
            ("jar", "org.apache.logging.log4j:log4j-core"),
            ("pom", "org.apache.logging.log4j/log4j-core"),
        ],
    ),
    ("pkg:maven/log4j-core", &["pkg:maven/log4j-core"], &[("java-archive", "log4j-core")]),
    ("pkg:composer/symfony/http-kernel", &["pkg:composer/Symfony/http-kernel@v5"], &[("Packagist", "symfony/http-kernel")]),
    ("pkg:composer/root", &["pkg:composer/root"], &[("composer", "root")]),
    ("pkg:nuget/newtonsoft.json", &["pkg:nuget/Newtonsoft.Json@13"], &[("NuGet", "Newtonsoft.Json"), ("dotnet-core", "newtonsoft.json")]),
    ("pkg:gem/RedCloth", &["pkg:gem/RedCloth@4"], &[("RubyGems", "RedCloth"), ("bundler", "RedCloth"), ("gemspec", "RedCloth")]),
    ("pkg:cargo/smallvec", &["pkg:cargo/smallvec@1.6.0", "pkg:crate/smallvec"], &[("crates.io", "smallvec"), ("rust-crate", "smallvec")]),
    ("pkg:cargo/my_crate", &["pkg:cargo/my_crate"], &[("rustbinary", "my_crate")]),
    ("pkg:hex/phoenix", &["pkg:hex/Phoenix@1"], &[("Hex", "phoenix"), ("mix.lock", "phoenix")]),
    ("pkg:pub/http", &["pkg:pub/Http"], &[("Pub", "http")]),
    (
        "pkg:swift/github.com/apple/swift-nio",
        &["pkg:swift/github.com/apple/swift-nio@2"],
        &[("SwiftURL", "https://github.com/apple/swift-nio"), ("swift", "github.com/apple/swift-nio.git")],
    ),
    ("pkg:cocoapods/ShareKit", &["pkg:cocoapods/ShareKit@2.0#Twitter"], &[("cocoapods", "ShareKit/Twitter")]),
    (
        "pkg:github/github/codeql-action",
        &["pkg:github/github/codeql-action@v2#init", "pkg:githubactions/GitHub/codeql-action@v2"],
        &[("GitHub Actions", "github/codeql-action/init"), ("github-action", "github/codeql-action")],
    ),
    ("pkg:julia/Foo", &["pkg:julia/Foo@1?uuid=7876", "pkg:julia/Foo"], &[("julia", "Foo")]),
    ("pkg:conan/openssl", &["pkg:conan/openssl@3.0.3?user=a"], &[("ConanCenter", "openssl")]),
    ("pkg:cran/A3", &["pkg:cran/A3"], &[("CRAN", "A3")]),
    ("pkg:hackage/aeson", &["pkg:hackage/aeson"], &[("Hackage", "aeson")]),
    ("pkg:conda/absl-py", &["pkg:conda/absl-py@0.4.1?channel=main"], &[("conda-pkg", "absl-py")]),
    (
        "pkg:deb/debian/libc-bin",
        &["pkg:deb/debian/libc-bin@2.28-10?arch=amd64&distro=debian-10", "pkg:deb/Debian/LibC-bin", "pkg:deb/libc-bin?distro=debian-10"],
        &[("Debian:10", "libc-bin"), ("debian", "libc-bin")],
    ),
    ("pkg:deb/ubuntu/libstdc%2B%2B6", &["pkg:deb/ubuntu/libstdc++6@1"], &[("Ubuntu:22.04:LTS", "libstdc++6")]),
    ("pkg:deb/curl", &["pkg:deb/curl@7?distro=jessie"], &[("deb", "curl")]),
    (
        "pkg:apk/alpine/busybox",
        &[
            "pkg:apk/alpine/busybox@1.31.1-r9?arch=aarch64&distro=alpine-3.11.3",
            "pkg:apk/alpine/busybox@1.31.1-r9?arch=x86_64&distro=3.11.12",
            "pkg:alpine/busybox@1.31.1-r9?arch=x86_64",
        ],
        &[("Alpine:v3.18", "busybox"), ("alpine", "busybox")],
    ),
    (
        "pkg:rpm/redhat/openssl-libs",
        &["pkg:rpm/redhat/openssl-libs@1.1.1k-6.el8?epoch=1", "pkg:rpm/rhel/openssl-libs", "pkg:rpm/openssl-libs?distro=rhel-8.4"],
        &[("redhat", "openssl-libs"), ("Red Hat:enterprise_linux:8::baseos", "openssl-libs")],
    ),
    (
        "pkg:rpm/alma/NetworkManager",
        &["pkg:rpm/almalinux/NetworkManager@1"],
        &[("AlmaLinux:8", "NetworkManager"), ("alma", "NetworkManager")],
    ),
    ("pkg:rpm/rocky/zlib", &["pkg:rpm/rocky/zlib", "pkg:rpm/rocky-linux/zlib"], &[("Rocky Linux:9", "zlib"), ("rocky", "zlib")]),
    ("pkg:rpm/amazon/zlib", &["pkg:rpm/amzn/zlib?distro=amzn-2"], &[("amazon", "zlib")]),
    ("pkg:rpm/oracle/zlib", &["pkg:rpm/ol/zlib"], &[("oracle", "zlib")]),
    ("pkg:rpm/opensuse/zlib", &["pkg:rpm/opensuse-leap/zlib"], &[("opensuse.leap", "zlib"), ("openSUSE:Leap 15.5", "zlib")]),
    ("pkg:rpm/suse/zlib", &["pkg:rpm/sles/zlib"], &[("suse linux enterprise server", "zlib"), ("SUSE", "zlib")]),
    ("pkg:rpm/cbl-mariner/zlib", &["pkg:rpm/mariner/zlib"], &[("cbl-mariner", "zlib")]),
    ("pkg:apk/wolfi/zlib", &["pkg:apk/wolfi/zlib"], &[("Wolfi", "zlib")]),
    ("pkg:alpm/arch/pacman", &["pkg:alpm/arch/Pacman@6?arch=x86_64"], &[("arch", "pacman")]),
    ("pkg:unknown-type/Name%20Space/x", &["pkg:Unknown-Type/Name%20Space/x@1"], &[]),
];

#[test]
fn one_component_whichever_tool_tells_it() {
    for &(component, purls, names) in SAME {
        for purl in purls {
            assert_eq!(by_purl(purl).component, component, "{purl}");
        }
        for (ecosystem, name) in names {
            let named = by_name(ecosystem, name);
            assert_eq!(named.component, component, "{ecosystem} {name}");
            let purl = by_purl(purls[0]);
            let parts = |package: &Package| (package.ecosystem.clone(), package.namespace.clone(), package.name.clone(), package.is_os);
            assert_eq!(parts(&named), parts(&purl), "{ecosystem} {name}");
        }
    }
}

#[test]
fn the_parts_of_a_package() {
    for (purl, namespace, name, is_os) in [
        ("pkg:npm/%40angular/core@12", Some("@angular"), "@angular/core", false),
        ("pkg:maven/org.apache.logging.log4j/log4j-core@2", Some("org.apache.logging.log4j"), "org.apache.logging.log4j:log4j-core", false),
        ("pkg:golang/github.com/go-git/go-git/v5@1", Some("github.com/go-git/go-git"), "github.com/go-git/go-git/v5", false),
        ("pkg:deb/debian/curl@7", Some("debian"), "curl", true),
        ("pkg:rpm/fedora/curl@7", Some("fedora"), "curl", true),
        ("pkg:apk/wolfi/curl@7", Some("wolfi"), "curl", true),
        ("pkg:alpm/arch/curl@7", Some("arch"), "curl", true),
        ("pkg:pypi/requests@2", None, "requests", false),
        ("pkg:generic/openssl@1", None, "openssl", false),
    ] {
        let package = by_purl(purl);
        assert_eq!((package.namespace.as_deref(), package.name.as_str(), package.is_os), (namespace, name, is_os), "{purl}");
        assert_eq!(package.purl.as_deref(), Some(purl));
    }
}

#[test]
fn versions_stay_as_told_and_compare_without_their_v() {
    let told = |purl, ecosystem, version| package(&Told { purl, ecosystem, name: Some("x/y"), version }).0.unwrap();
    for (purl, ecosystem, version, shown, comparable) in [
        (Some("pkg:golang/x/y@v5.12.0"), None, None, "v5.12.0", "5.12.0"),
        (Some("pkg:golang/x/y@5.12.0"), None, None, "5.12.0", "5.12.0"),
        (Some("pkg:golang/x/y@1.22.0"), None, Some("go1.22.0"), "go1.22.0", "1.22.0"),
        (None, Some("gomod"), Some("v0.0.0-2022+incompatible"), "v0.0.0-2022+incompatible", "0.0.0-2022+incompatible"),
        (None, Some("golang"), Some("version"), "version", "version"),
        (None, Some("Packagist"), Some("v5.4.0"), "v5.4.0", "5.4.0"),
        (None, Some("npm"), Some("v1.0.0"), "v1.0.0", "v1.0.0"),
        (Some("pkg:npm/x/y@1%2B2"), None, None, "1+2", "1+2"),
        (Some("pkg:rpm/fedora/y@1.1-6?epoch=1"), None, Some("1:1.1-6"), "1:1.1-6", "1:1.1-6"),
    ] {
        let package = told(purl, ecosystem, version);
        assert_eq!((package.version.as_deref(), package.comparable_version()), (Some(shown), Some(comparable)));
    }
    let package = told(Some("pkg:npm/x/y"), None, Some(" 1+2 "));
    assert_eq!((package.purl.as_deref(), package.version.as_deref()), (Some("pkg:npm/x/y@1%2B2"), Some("1+2")));
    assert_eq!(told(None, Some("npm"), Some("")).comparable_version(), None);
    let package = by_purl("pkg:deb/debian/curl@7.50.3-1?distro=debian-10&Arch=i386");
    assert_eq!(package.purl.as_deref(), Some("pkg:deb/debian/curl@7.50.3-1"));
    let qualifiers: Vec<(&str, &str)> = package.qualifiers.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(qualifiers, [("arch", "i386"), ("distro", "debian-10")]);
}

#[test]
fn a_bad_purl_is_told_and_the_name_counts() {
    for (purl, bad) in [
        ("lodash", BadPurl::Scheme),
        ("pkg:npm", BadPurl::Type),
        ("pkg:npm/", BadPurl::Name),
        ("pkg:npm/%ff", BadPurl::Encoding),
        ("pkg:npm/../lodash", BadPurl::Dots),
        ("pkg:npm/a%2F..%2Flodash", BadPurl::Dots),
        ("pkg:npm/%2F", BadPurl::Name),
        ("pkg:swift/a/.git", BadPurl::Name),
    ] {
        let told = Told { purl: Some(purl), ecosystem: Some("npm"), name: Some("lodash"), version: Some("4") };
        let (found, told_bad) = package(&told);
        assert_eq!((found.unwrap().purl.as_deref(), told_bad), (Some("pkg:npm/lodash@4"), Some(bad)), "{purl}");
        assert_eq!(package(&Told { name: None, ..told }), (None, Some(bad)), "{purl}");
    }
    for nothing in [None, Some(""), Some("  ")] {
        assert_eq!(package(&Told { purl: nothing, ecosystem: Some("npm"), name: nothing, version: Some("1") }), (None, None));
    }
}

#[test]
fn what_no_purl_can_name_has_a_key_of_its_own() {
    for (ecosystem, name, component, shown, is_os) in [
        (Some("OSS-Fuzz"), "libxml2", "other:oss-fuzz/libxml2", Some("oss-fuzz"), false),
        (None, "libxml2", "other:/libxml2", None, false),
        (Some("a/b"), "c", "other:a%2Fb/c", Some("a/b"), false),
        (Some("a"), "b/c", "other:a/b%2Fc", Some("a"), false),
        (Some("gomod"), "../local", "other:golang/..%2Flocal", Some("golang"), false),
        (Some("gomod"), "./local", "other:golang/.%2Flocal", Some("golang"), false),
        (Some("Debian:11"), "..", "other:deb/debian/..", Some("deb"), true),
        (Some("npm"), "/", "other:npm/%2F", Some("npm"), false),
    ] {
        let found = package(&Told { ecosystem, name: Some(name), ..Told::default() }).0.unwrap();
        assert_eq!((found.component.as_str(), found.ecosystem.as_deref(), found.is_os), (component, shown, is_os));
        assert_eq!((found.purl, found.name.as_str()), (None, name));
    }
}

#[test]
fn hostile_names_are_not_the_package_they_look_like() {
    let long = "a".repeat(1 << 20);
    let longer = format!("{long}a");
    let twins = [
        ("npm", "kafka", "\u{212a}afka"),
        ("PyPI", "requests", "requests\0"),
        ("PyPI", "requests", "requests\u{200b}"),
        ("PyPI", "requests", "rеquests"),
        ("npm", "lodash", "lodash%00"),
        ("npm", "lodash", "lodash@4"),
        ("npm", "lodash", "lodash?x=y"),
        ("npm", "lodash", "lodash#x"),
        ("npm", "lodash", "../lodash"),
        ("npm", "lodash", "x/../lodash"),
        ("npm", "@a/b", "%40a/b"),
        ("npm", "@a/b", "@a%2Fb"),
        ("golang", "a/b", "a\\b"),
        ("golang", "a/b/c", "a/b"),
        ("Maven", "a:b", "a.b"),
        ("Maven", "a:b/c", "a/b:c"),
        ("deb", "debian/curl", "curl"),
        ("cargo", "a-b", "a_b"),
        ("gem", "rails", "Rails"),
        ("npm", long.as_str(), longer.as_str()),
    ];
    for (ecosystem, name, other) in twins {
        assert_ne!(by_name(ecosystem, name).component, by_name(ecosystem, other).component, "{ecosystem}");
        assert!(by_name(ecosystem, other).component.is_ascii());
    }
    assert_ne!(by_name("deb", "debian/curl").component, by_name("debian", "curl").component);
    assert_ne!(by_name("unknown", "curl").component, by_name("debian", "curl").component);
    assert_ne!(by_purl("pkg:npm/\u{212a}afka").component, "pkg:npm/kafka");
    assert_ne!(by_purl("pkg:npm/%E2%84%AAafka").component, "pkg:npm/kafka");
}

const WORDS: [&str; 24] = [
    "npm",
    "PyPI",
    "Go",
    "Maven",
    "crates.io",
    "RubyGems",
    "Packagist",
    "NuGet",
    "Hex",
    "Pub",
    "SwiftURL",
    "CRAN",
    "github",
    "generic",
    "cocoapods",
    "docker",
    "conan",
    "Debian:11",
    "deb",
    "rpm",
    "redhat",
    "alpine",
    "opensuse-leap",
    "no such word",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9@/._:-]{1,16}", "(https://|@|\\.\\./|\\./)?[a-c/]{0,6}(\\.git|%2F|%2e|:|/\\.\\.)?[a-c.]{0,3}", "\\PC{1,8}"]
}

proptest! {
    #[test]
    fn what_is_canonical_stays(word in select(&WORDS[..]), name in name(), version in prop::option::of("\\PC{1,8}")) {
        let told = Told { ecosystem: Some(word), name: Some(&name), version: version.as_deref(), purl: None };
        if let (Some(first), None) = package(&told) && let Some(purl) = &first.purl {
            let (again, bad) = package(&Told { purl: Some(purl), ..Told::default() });
            prop_assert_eq!((again.as_ref(), bad), (Some(&first), None));
            prop_assert_eq!(by_purl(&first.component).component, first.component);
        }
    }

    #[test]
    fn a_canonical_purl_stays(kind in "[a-z]{2,4}|npm|golang|maven|swift|github|pypi|alpine|rpm", path in "[a-zA-Z0-9%@:/._-]{1,30}") {
        let purl = format!("pkg:{kind}/{path}?distro=debian-1");
        if let (Some(first), None) = package(&Told { purl: Some(&purl), ..Told::default() }) {
            let again = by_purl(first.purl.as_deref().unwrap());
            prop_assert_eq!((&again.component, &again.purl, &again.name), (&first.component, &first.purl, &first.name));
        }
    }

    #[test]
    fn a_name_is_its_component_but_for_what_its_ecosystem_folds(a in name(), b in name()) {
        // RubyGems folds nothing and has no namespaces.
        prop_assume!(!a.trim_ascii().is_empty() && !b.trim_ascii().is_empty());
        prop_assert_eq!(by_name("gem", &a).component == by_name("gem", &b).component, a.trim_ascii() == b.trim_ascii());
    }
}
