//! Types of setting values of the ForkliftController.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A boolean as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// `"true"`.
    True,
    /// `"false"`.
    False,
}

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        if on { Self::True } else { Self::False }
    }
}

/// Pull policy of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PullPolicy {
    /// Pull the image at every start.
    Always,
    /// Pull the image if it is not on the node.
    IfNotPresent,
    /// Never pull the image.
    Never,
}

/// Formats of the MCP server's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
    /// JSON.
    Json,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $pattern:literal) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

text!(
    /// An amount of CPU or memory.
    Amount, r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$"
);
text!(
    /// A duration of one unit, as Go writes it.
    GoDuration, "^[0-9]+(s|m|h)$"
);
text!(
    /// A Go template with all braces escaped.
    EscapedTemplate, r"^([^{}\\]|\\.)*$"
);
