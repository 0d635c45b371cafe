//! Who the tool is, and what it finds.
//!
//! The tool's id is that of its row here, else the driver's name in lower-case ASCII with `-` for blanks. A name with characters
//! that cannot be told from others stays what it is and satisfies no requirement.

use crate::base::text::Untrusted;
use crate::model::identity::Category;

/// What is known of a tool by its driver's name.
pub(super) struct Tool {
    pub(super) id: String,
    /// Whether the name can be told from every other: printable ASCII, or known.
    pub(super) is_plain: bool,
    pub(super) category: Category,
    /// Whether `security-severity` 0.0 means that nobody rated it, whatever the level says.
    pub(super) zero_is_unrated: bool,
}

struct Row {
    id: &'static str,
    /// Names of the driver in lower case; one that ends in `*` stands for all that begin so.
    drivers: &'static [&'static str],
    category: Category,
    zero_is_unrated: bool,
}

const fn row(id: &'static str, drivers: &'static [&'static str], category: Category) -> Row {
    Row { id, drivers, category, zero_is_unrated: false }
}

/// The tools whose category the gate knows, by category and name.
static TOOLS: &[Row] = &[
    row("bandit", &["bandit"], Category::Sast),
    row("bearer", &["bearer"], Category::Sast),
    row("brakeman", &["brakeman"], Category::Sast),
    row("codeql", &["codeql", "codeql command-line toolchain", "lgtm*", "semmle ql"], Category::Sast),
    row("checkmarx", &["checkmarx*"], Category::Sast),
    row("contrast-scan", &["contrast scan"], Category::Sast),
    row("cppcheck", &["cppcheck"], Category::Sast),
    row("flawfinder", &["flawfinder"], Category::Sast),
    row("fortify", &["fortify*", "hp fortify*", "micro focus fortify*"], Category::Sast),
    row("gosec", &["gosec"], Category::Sast),
    row("jfrog-sast", &["jfrog sast", "🐸 jfrog sast"], Category::Sast),
    row("mobsfscan", &["mobsfscan"], Category::Sast),
    row("njsscan", &["nodejsscan", "njsscan"], Category::Sast),
    row("pmd", &["pmd"], Category::Sast),
    row("psalm", &["psalm"], Category::Sast),
    row("security-code-scan", &["security code scan*"], Category::Sast),
    row("semgrep", &["semgrep", "semgrep oss", "semgrep pro"], Category::Sast),
    row("slither", &["slither"], Category::Sast),
    row("snyk-code", &["snykcode"], Category::Sast),
    row("sonarqube", &["sonarqube", "sonarcloud"], Category::Sast),
    row("spotbugs", &["spotbugs", "findsecbugs"], Category::Sast),
    row("veracode", &["veracode static analysis*"], Category::Sast),
    row("zizmor", &["zizmor"], Category::Sast),
    row("black-duck", &["black duck*"], Category::Sca),
    row("cargo-audit", &["cargo-audit"], Category::Sca),
    row("cargo-deny", &["cargo-deny"], Category::Sca),
    row("dependency-check", &["dependency-check"], Category::Sca),
    row("govulncheck", &["govulncheck"], Category::Sca),
    Row { id: "grype", drivers: &["grype"], category: Category::Sca, zero_is_unrated: true },
    row("jfrog-xray", &["jfrog xray scanner", "jfrog applicability scanner"], Category::Sca),
    row("npm-audit", &["npm-audit", "npm audit"], Category::Sca),
    row("osv-scanner", &["osv-scanner"], Category::Sca),
    row("pip-audit", &["pip-audit"], Category::Sca),
    row("snyk", &["snyk open source", "snyk container"], Category::Sca),
    Row { id: "trivy", drivers: &["trivy", "trivy: vulnerability scanner*"], category: Category::Sca, zero_is_unrated: true },
    row("ggshield", &["ggshield"], Category::Secret),
    row("gitleaks", &["gitleaks"], Category::Secret),
    row("jfrog-secrets", &["jfrog secrets scanner"], Category::Secret),
    row("secretlint", &["secretlint"], Category::Secret),
    row("trufflehog", &["trufflehog"], Category::Secret),
    row("checkov", &["checkov"], Category::Iac),
    row("cfn-lint", &["cfn-lint"], Category::Iac),
    row("hadolint", &["hadolint"], Category::Iac),
    row("jfrog-terraform", &["jfrog terraform scanner"], Category::Iac),
    row("kics", &["kics"], Category::Iac),
    row("kube-linter", &["kube-linter", "kubelinter"], Category::Iac),
    row("kubescape", &["kubescape"], Category::Iac),
    row("snyk-iac", &["snyk iac", "snyk infrastructure as code"], Category::Iac),
    row("terrascan", &["terrascan"], Category::Iac),
    row("tfsec", &["tfsec", "defsec"], Category::Iac),
    row("jfrog-malware", &["jfrog malicious code scanner"], Category::Malware),
    row("nessus", &["nessus"], Category::Dast),
    row("zap", &["zap", "owasp zap", "owasp_zap"], Category::Dast),
    row("biome", &["biome"], Category::Quality),
    row("clippy", &["clippy"], Category::Quality),
    row("detekt", &["detekt"], Category::Quality),
    row("eslint", &["eslint"], Category::Quality),
    row("ktlint", &["ktlint"], Category::Quality),
    row("markdownlint", &["markdownlint*"], Category::Quality),
    row("psscriptanalyzer", &["psscriptanalyzer"], Category::Quality),
    row("pylint", &["pylint"], Category::Quality),
    row("ruff", &["ruff"], Category::Quality),
    row("shellcheck", &["shellcheck"], Category::Quality),
    row("sqlfluff", &["sqlfluff"], Category::Quality),
    row("stylelint", &["stylelint"], Category::Quality),
    row("tslint", &["tslint"], Category::Quality),
    row("swiftlint", &["swiftlint"], Category::Quality),
];

/// The tool that a driver's name means.
pub(super) fn of_driver(name: Untrusted<'_>) -> Tool {
    let name = name.as_data();
    let is_plain = name.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    let lower = name.to_ascii_lowercase();
    let is_meant = |driver: &str| driver.strip_suffix('*').map_or(lower == driver, |start| lower.starts_with(start));
    // One vendor has a picture in its name; it is known by all of it.
    let is_known = |driver: &&str| is_meant(driver) && (is_plain || !driver.is_ascii());
    if let Some(row) = TOOLS.iter().find(|row| row.drivers.iter().any(is_known)) {
        return Tool { id: row.id.to_owned(), is_plain: true, category: row.category, zero_is_unrated: row.zero_is_unrated };
    }
    let id: String = name.chars().take(100).map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
    Tool { id, is_plain, category: Category::Other, zero_is_unrated: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_have_a_category_and_others_keep_their_own() {
        let told = |name| {
            let Tool { id, is_plain, category, .. } = of_driver(Untrusted::new(name));
            (id, is_plain, category)
        };
        assert_eq!(told("Semgrep OSS"), ("semgrep".to_owned(), true, Category::Sast));
        assert_eq!(told("LGTM.com"), ("codeql".to_owned(), true, Category::Sast));
        assert_eq!(told("🐸 JFrog SAST"), ("jfrog-sast".to_owned(), true, Category::Sast));
        assert_eq!(told("Acme Scan"), ("acme-scan".to_owned(), true, Category::Other));
        assert_eq!(told("demo-s\u{441}an"), ("demo-s\u{441}an".to_owned(), false, Category::Other));
        assert!(!told("demo\u{200b}").1);
        // What only looks like a known tool is not one: an invisible character, the Kelvin sign.
        for imitation in ["Semgrep\u{200b}", "chec\u{212a}ov", "markdownlint\u{200b}"] {
            assert_eq!((told(imitation).1, told(imitation).2), (false, Category::Other), "{imitation}");
        }
    }
}
