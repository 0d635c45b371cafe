//! What files beside the reports say about the findings. Nothing here is fetched.

mod owners;

pub use owners::owners;
