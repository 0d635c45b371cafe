//! What happens after the verdict. None of it can change the verdict; what fails turns a pass into undecided.

pub mod append;
pub mod baseline;
pub mod fresh;
pub mod outputs;
