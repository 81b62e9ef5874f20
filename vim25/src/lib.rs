//! A small client for the vSphere Web Services API (SOAP), and a SOAP codec for clients and servers.
//!
//! There are no generated types. Arguments and results are [`Value`] trees with the type and field names of the vSphere
//! Web Services reference. Build requests with [`Value::data`] and [`Value::with`]; read answers with dotted paths.
//!
//! ```no_run
//! # async fn example() -> Result<(), vim25::Error> {
//! use vim25::{Client, Options, Trust, Value};
//!
//! let client = Client::connect(Options {
//!     url: "https://vcenter.example.com/sdk".into(),
//!     user: "administrator@vsphere.local".into(),
//!     password: "secret".into(),
//!     trust: Trust::Insecure,
//! })
//! .await?;
//! for vm in client.list("VirtualMachine", &["name", "parent", "config.hardware.device"]).await? {
//!     println!("{} has {} devices", vm.name(), vm.list("config.hardware.device").len());
//!     if vm.name() == "template" {
//!         let spec = Value::data("VirtualMachineCloneSpec")
//!             .with("location", Value::data("VirtualMachineRelocateSpec"))
//!             .with("template", false)
//!             .with("powerOn", false);
//!         let folder = vm.moref_at("parent").cloned().unwrap_or_else(|| client.content().root_folder.clone());
//!         let args = vec![("folder", folder.into()), ("name", "copy".into()), ("spec", spec)];
//!         let clone = client.run_task(&vm.moref, "CloneVM_Task", args).await?;
//!         println!("cloned to {:?}", clone.as_moref());
//!     }
//! }
//! client.logout().await
//! # }
//! ```

mod client;
mod collector;
mod content;
mod error;
mod object;
pub mod soap;
mod task;
mod transport;
mod updates;
mod value;

pub use client::{Client, Options};
pub use content::{About, ServiceContent};
pub use error::{Error, Fault};
pub use object::Object;
pub use transport::Trust;
pub use updates::{Change, ChangeKind, Update, UpdateKind, Updates};
pub use value::{MoRef, Value};
