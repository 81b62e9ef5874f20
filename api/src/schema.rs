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
stand_in!(
    /// A Kubernetes quantity, e.g. `4Gi`; integers are accepted too.
    QuantityText, {
        "x-kubernetes-int-or-string": true,
        "pattern": r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"
    }
);
stand_in!(
    /// Kubernetes' integer or string: a port by number or name.
    IntegerOrString, { "x-kubernetes-int-or-string": true }
);

/// For fields that are always serialized but optional in requests: the API server must not default them.
pub(crate) fn without_default(schema: &mut Schema) {
    schema.remove("default");
}
