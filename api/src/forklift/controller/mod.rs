//! ForkliftController: settings of the installation, flat in the object, grouped here (Forklift,
//! `forkliftcontroller.go`).

mod conversion;
mod features;
mod images;
mod resources;
mod services;
mod settings;
mod spec;
mod values;

pub use conversion::ConversionSettings;
pub use features::Features;
pub use images::Images;
pub use resources::Resources;
pub use services::ServiceSettings;
pub use settings::ControllerSettings;
pub use spec::{ForkliftController, ForkliftControllerSpec, ForkliftControllerStatus};
pub use values::{OutputFormat, PullPolicy, Switch};
