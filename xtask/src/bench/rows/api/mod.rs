//! The lab's API server under a load of many objects, beside kube-apiserver and etcd.

mod client;
mod load;
mod peer;
mod row;

pub use row::ROW;
