//! Packages (to be replaced).
pub(super) struct Told<'a> {
    pub(super) purl: Option<&'a str>,
    pub(super) ecosystem: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) version: Option<&'a str>,
}
pub(super) struct Package {
    pub(super) purl: Option<String>,
    pub(super) component: Option<String>,
    pub(super) ecosystem: Option<String>,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) distribution: Option<String>,
}
pub(super) fn package(told: &Told<'_>) -> Option<Package> {
    let name = told.name.or(told.purl)?;
    Some(Package {
        purl: told.purl.map(str::to_owned),
        component: None,
        ecosystem: told.ecosystem.map(str::to_owned),
        name: name.to_owned(),
        version: told.version.map(str::to_owned),
        distribution: None,
    })
}
