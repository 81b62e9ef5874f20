//! The API server as its clients see it: kube, and kubectl where there is one.

mod fixture;
mod objects;
