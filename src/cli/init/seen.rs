//! What lies in a project and says which scans it needs, what its scanners ignore already, and which CI system runs it.

use crate::base::order::Order as _;
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

/// More entries than these are not looked at: what a project is made of shows early.
const ENTRIES: usize = 20_000;

/// Folders that hold what others wrote.
const OTHERS: [&str; 9] = [".git", "node_modules", "vendor", "target", "dist", "build", ".venv", "venv", "__pycache__"];

/// Files that name the components of a project.
const COMPONENTS: [&str; 22] = [
    "Cargo.lock",
    "Gemfile.lock",
    "Package.resolved",
    "Pipfile.lock",
    "build.gradle",
    "build.gradle.kts",
    "composer.lock",
    "conan.lock",
    "go.mod",
    "gradle.lockfile",
    "mix.lock",
    "package-lock.json",
    "package.json",
    "packages.lock.json",
    "pdm.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pom.xml",
    "pubspec.lock",
    "requirements.txt",
    "uv.lock",
    "yarn.lock",
];

/// Endings of files that are code.
const CODE: [&str; 22] = [
    "c", "cc", "cpp", "cs", "ex", "go", "java", "js", "jsx", "kt", "kts", "php", "py", "rb", "rs", "scala", "sh", "swift", "ts", "tsx",
    "vue", "m",
];

/// What scanners are told to ignore, as far as `relgate exception import` reads it.
const IGNORES: [&str; 6] = [".trivyignore", ".trivyignore.yaml", ".grype.yaml", "osv-scanner.toml", ".snyk", "deny.toml"];

/// The CI systems that there are templates of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ci {
    GitHub,
    GitLab,
}

/// What was found: of each kind the first file, from the folder that was looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) code: Option<String>,
    pub(super) components: Option<String>,
    pub(super) infrastructure: Option<String>,
    pub(super) ignores: Vec<String>,
    pub(super) ci: Option<Ci>,
    /// Whether there is more than was looked at: what was not found may be there.
    pub(super) is_cut: bool,
}

impl Seen {
    /// Looks at a folder and what lies in it, the uppermost first, in the order of names. What cannot be read is passed over: nothing is
    /// judged by it.
    pub(super) fn in_folder(root: &Path) -> Self {
        let mut seen = Self::default();
        let mut folders = VecDeque::from([PathBuf::new()]);
        let mut looked = 0;
        while let Some(folder) = folders.pop_front() {
            for (name, is_folder) in entries(&root.join(&folder)) {
                looked += 1;
                if looked > ENTRIES {
                    seen.is_cut = true;
                    return seen;
                }
                let path = folder.join(&name);
                if is_folder {
                    if !OTHERS.contains(&name.as_str()) {
                        folders.push_back(path);
                    }
                } else {
                    seen.note(&path, &name);
                }
            }
        }
        seen
    }

    fn note(&mut self, path: &Path, name: &str) {
        let shown = path.to_string_lossy().replace('\\', "/");
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if COMPONENTS.contains(&name) {
            self.components.get_or_insert_with(|| shown.clone());
        }
        if CODE.contains(&ending) {
            self.code.get_or_insert_with(|| shown.clone());
        }
        let is_image = ["Dockerfile", "Containerfile"].iter().any(|word| name == *word || name.starts_with(&format!("{word}.")));
        if is_image || ["tf", "bicep"].contains(&ending) || ["Chart.yaml", "kustomization.yaml", "Pulumi.yaml"].contains(&name) {
            self.infrastructure.get_or_insert_with(|| shown.clone());
        }
        if IGNORES.contains(&shown.as_str()) {
            self.ignores.push(shown.clone());
        }
        if shown.starts_with(".github/workflows/") {
            self.ci = Some(Ci::GitHub);
        } else if shown == ".gitlab-ci.yml" {
            self.ci.get_or_insert(Ci::GitLab);
        }
    }

    /// Whether what it is made of is not known whole.
    pub(super) const fn is_unknown(&self) -> bool {
        self.is_cut || self.code.is_none() && self.components.is_none() && self.infrastructure.is_none()
    }
}

/// The names in a folder, sorted, each with whether it is a folder; symlinks are neither.
fn entries(folder: &Path) -> Vec<(String, bool)> {
    let Ok(read) = fs::read_dir(folder) else { return Vec::new() };
    let mut all: Vec<(String, bool)> = read
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let kind = entry.file_type().ok()?;
            (kind.is_file() || kind.is_dir()).then(|| Some((entry.file_name().into_string().ok()?, kind.is_dir())))?
        })
        .collect();
    all.order_by(Ord::cmp);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_known_by_its_files_and_not_by_those_of_others() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let write = |name: &str| {
            let path = folder.path().join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, ""))
        };
        assert!(Seen::in_folder(folder.path()).is_unknown());
        for name in ["node_modules/a/index.js", "README.md", ".trivyignore", "deploy/Dockerfile.prod", "app/package-lock.json"] {
            write(name)?;
        }
        let seen = Seen::in_folder(folder.path());
        assert_eq!(seen.code, None);
        assert_eq!(seen.components.as_deref(), Some("app/package-lock.json"));
        assert_eq!(seen.infrastructure.as_deref(), Some("deploy/Dockerfile.prod"));
        assert_eq!((seen.ignores, seen.ci), (vec![".trivyignore".to_owned()], None));
        write("src/a.py")?;
        write(".gitlab-ci.yml")?;
        let seen = Seen::in_folder(folder.path());
        assert_eq!((seen.code.as_deref(), seen.ci), (Some("src/a.py"), Some(Ci::GitLab)));
        write(".github/workflows/ci.yml")?;
        assert_eq!(Seen::in_folder(folder.path()).ci, Some(Ci::GitHub));
        Ok(())
    }
}
