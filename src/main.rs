//! The binary: see [`relgate`].

fn main() {}
