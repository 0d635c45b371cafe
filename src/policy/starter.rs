//! The first configuration of a project: the smallest policy that is worth having, and what is to be known about exceptions.

use crate::base::address::Address;
use crate::base::yaml::quoted;
use crate::model::identity::Category;

/// Stands where somebody must be named. It is no address, so that nothing is judged while it is there.
pub(super) const BLANK: &str = "FILL-IN";

/// Where editors find the schema of policies.
const SCHEMA: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/raw/main/schemas/policy.v1.json");

/// Who is named in it.
pub struct Starter<'a> {
    /// What the policy is called: any text.
    pub name: &'a str,
    /// Who is accountable for it.
    pub owner: Option<&'a Address>,
    /// Who may approve exceptions.
    pub approvers: &'a [Address],
    /// The scans that every run must have.
    pub scans: &'a [Scan],
    /// What the folder tells beside its policy: Markdown, behind what is always told.
    pub notes: &'a str,
}

/// A scan, and what makes somebody want it.
pub struct Scan {
    /// What it is called, and what it finds.
    pub id: &'static str,
    /// The same.
    pub category: Category,
    /// A file of the project: `package-lock.json`; `None` where nothing of the project wants it.
    pub because: Option<String>,
}

impl Starter<'_> {
    /// The policy, [`BLANK`] where nobody is named.
    #[must_use]
    pub fn policy(&self) -> String {
        let approvers: Vec<String> = self.approvers.iter().map(|approver| quoted(approver.as_str())).collect();
        include_str!("starter/policy.yaml")
            .replace("@SCHEMA@", SCHEMA)
            .replace("\"@NAME@\"", &quoted(self.name))
            .replace("@REQUIRE@", &self.scans.iter().map(required).collect::<String>())
            .replace("@OWNER@", self.owner.map_or(BLANK, Address::as_str))
            .replace("@APPROVERS@", if approvers.is_empty() { BLANK.to_owned() } else { approvers.join(", ") }.as_str())
    }

    /// What is to be known in the folder.
    #[must_use]
    pub fn readme(&self) -> String {
        format!("{}{}", include_str!("starter/readme.md"), self.notes)
    }

    /// What nobody was named for.
    #[must_use]
    pub fn blanks(&self) -> Vec<&'static str> {
        let owner = self.owner.is_none().then_some("owner");
        owner.into_iter().chain(self.approvers.is_empty().then_some("approver")).collect()
    }
}

/// A line of the policy; of what nothing wants a comment.
fn required(scan: &Scan) -> String {
    let line = format!("- {{id: {}, category: {}}}", scan.id, scan.category.word());
    // A name that ends its line would say more than a comment.
    let because = scan.because.as_deref().map(|file| file.chars().filter(|c| !c.is_control()).take(120).collect::<String>());
    match because {
        Some(file) if file.is_empty() => format!("    {line}\n"),
        Some(file) => format!("    {line}   # {file}\n"),
        None => format!("    # {line}   # nothing here wants it\n"),
    }
}

/// What is to be known in the folder of the exceptions.
pub const EXCEPTIONS: &str = include_str!("starter/exceptions.md");
