//! The simulated data centre on its own.
fn main() {}
