//! The files of data that are part of the program.

/// One embedded file.
pub(super) struct File {
    /// Its place in the source.
    pub(super) name: &'static str,
    /// What it says.
    pub(super) text: &'static str,
}

/// The files of a folder below `policies/`.
macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$($crate::policy::embedded::File {
            name: concat!("policies/", $folder, "/", $name),
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/", $folder, "/", $name)),
        }),+]
    };
}

pub(super) use files;

/// The names and texts of files, for the digest of the engine.
pub(super) fn texts(files: &'static [File]) -> impl Iterator<Item = &'static str> {
    files.iter().flat_map(|file| [file.name, file.text])
}
