//! Who the tool is.
//!
//! The tool's id is that of its profile, else the driver's name in lower-case ASCII with `-` for blanks. A name with characters
//! that cannot be told from others stays what it is and satisfies no requirement.

use crate::base::text::Untrusted;
use crate::model::identity::Category;
use crate::model::profile::{Profile, Profiles, is_plain};

/// What is known of a tool by its driver's name.
pub(super) struct Tool<'p> {
    pub(super) id: String,
    /// Whether the name can be told from every other: printable ASCII, or known.
    pub(super) is_plain: bool,
    pub(super) profile: Option<&'p Profile>,
}

impl Tool<'_> {
    /// What it can report; the first is what a finding is unless something says otherwise.
    pub(super) fn categories(&self) -> Vec<Category> {
        self.profile.map_or_else(|| vec![Category::Other], |profile| profile.categories.clone())
    }
}

/// The tool that a driver's name means.
pub(super) fn of_driver<'p>(name: Untrusted<'_>, profiles: &'p Profiles) -> Tool<'p> {
    let name = name.as_data();
    if let Some(profile) = profiles.find(name) {
        return Tool { id: profile.id.clone(), is_plain: true, profile: Some(profile) };
    }
    let id: String = name.chars().take(100).map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
    Tool { id, is_plain: is_plain(name), profile: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::Shelf;

    #[test]
    fn known_names_have_a_category_and_others_keep_their_own() {
        let drivers = vec!["semgrep".to_owned(), "🐸 jfrog sast".to_owned(), "markdownlint*".to_owned(), "checkov".to_owned()];
        let categories = vec![Category::Sast, Category::Secret];
        let profile = Profile { id: "known".to_owned(), drivers: drivers.clone(), categories, ..Profile::default() };
        let profiles = Profiles::new(vec![Shelf::new(drivers, Box::new(|| vec![profile]))], Vec::new());
        let told = |name| {
            let tool = of_driver(Untrusted::new(name), &profiles);
            (tool.id.clone(), tool.is_plain, tool.categories())
        };
        for name in ["Semgrep", "🐸 JFrog SAST", "markdownlint-cli2"] {
            assert_eq!(told(name), ("known".to_owned(), true, vec![Category::Sast, Category::Secret]), "{name}");
        }
        assert_eq!(told("Acme Scan"), ("acme-scan".to_owned(), true, vec![Category::Other]));
        assert_eq!(told("demo-s\u{441}an"), ("demo-s\u{441}an".to_owned(), false, vec![Category::Other]));
        assert!(!told("demo\u{200b}").1);
        // What only looks like a known tool is not one: an invisible character, the Kelvin sign.
        for imitation in ["Semgrep\u{200b}", "chec\u{212a}ov", "markdownlint\u{200b}"] {
            assert_eq!((told(imitation).1, told(imitation).2), (false, vec![Category::Other]), "{imitation}");
        }
    }
}
