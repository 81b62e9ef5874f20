//! Runs of the binary as a user would start them: exit code, console and reports.

mod binary;
mod red;
mod refusals;
