//! What files beside the reports say about the findings. Nothing here is fetched.

mod epss;
mod feeds;
mod kev;
mod lines;
mod owners;
mod ssvc;

pub use feeds::feeds;
pub use lines::lines;
pub use owners::owners;
