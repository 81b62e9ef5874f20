//! Go templates, as far as Forklift's name templates use them.
//!
//! Forklift renders names with Go's `text/template`, its built-in functions, and some of Sprig's
//! (`pkg/templateutil/templateutil.go`). This crate does the same for those who have to know the names beforehand, and
//! for those who play Forklift. What no name needs is refused by name: `range`, `define`, `template`, `block`, `call` and
//! the functions that escape HTML, JavaScript and URLs.
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
