//! Schema stand-ins for Kubernetes types that come without a schema: `#[schemars(with = "DateTime")]`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

macro_rules! stand_in {
    ($(#[$doc:meta])* $name:ident, $schema:tt) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

stand_in!(
    /// A Kubernetes timestamp, RFC 3339 with whole seconds.
    DateTime, { "type": "string", "format": "date-time" }
);
stand_in!(
    /// An object of which everything is kept and nothing is checked: big embedded Kubernetes types.
    Embedded, { "type": "object", "x-kubernetes-preserve-unknown-fields": true }
);

/// For fields that are always written though nobody has to send them: the API server must not fill them in.
pub(crate) fn without_default(schema: &mut Schema) {
    schema.remove("default");
}
