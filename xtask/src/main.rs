//! Generators and long checks.
fn main() {}
