//! The subset of Go templates that Forklift's name templates use.
//!
//! Forklift renders names with Go's `text/template`, its built-in functions, and some of Sprig's
//! (`pkg/templateutil/templateutil.go`). This crate does the same for tests that predict the names and for simulators
//! of Forklift. Features that names do not need are rejected with an error: `range`, `define`, `template`, `block`, `call`
//! and the functions that escape HTML, JavaScript and URLs.
//!
//! ```
//! use go_template::{Data, Template};
//!
//! let template = Template::parse(r#"{{ .VmName | trunc 4 | trimSuffix "-" }}-disk-{{ .DiskIndex }}"#)?;
//! let data = Data::from([("VmName", "web-server".into()), ("DiskIndex", 2.into())]);
//! assert_eq!(template.render(&data)?, "web-disk-2");
//! # Ok::<(), go_template::Error>(())
//! ```

mod error;
mod evaluate;
mod format;
mod functions;
mod lexer;
mod math;
mod parser;
mod syntax;
mod text;
mod value;

pub use error::Error;
pub use syntax::Template;
pub use value::{Data, Value};
