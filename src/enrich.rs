//! What files beside the reports say about the findings. Nothing here is fetched.

mod baseline;
mod change;
mod edits;
mod epss;
mod feeds;
mod kev;
mod lines;
mod owners;
mod ssvc;
mod vex;

pub use baseline::{BaselinePlaces, baseline, baseline_path};
pub use change::{Checkout, branch, change, head, no_clone, of_config_ref};
pub use edits::{edits, is_configuration_only, touches_configuration};
pub use feeds::feeds;
pub use lines::lines;
pub use owners::owners;
pub use vex::{VexPlaces, vex};
