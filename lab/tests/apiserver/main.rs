//! The API server as its clients see it: kube, and kubectl where there is one.

mod definitions;
mod deletion;
mod fixture;
mod kubectl;
mod objects;
mod watches;
