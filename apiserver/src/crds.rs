//! CustomResourceDefinitions: their validation, their status, and the kinds that they define.

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::{
    Core,
    create::FieldValidation,
    kinds::{Conversion, Kind, api_version, collection_name},
    meta,
    schema::{self, Schema},
    status::{Cause, StatusError},
    store::Object,
    table::CustomColumn,
};

/// Finalizer of a definition that waits for the deletion of its custom resources.
pub const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

/// Schema and printer columns of one version in a definition. They are parsed when they are first used: a cluster writes
/// few of the kinds that it has.
#[derive(Debug)]
pub struct CustomKind {
    version: Value,
    schema: OnceLock<Schema>,
    columns: OnceLock<Vec<CustomColumn>>,
}

impl CustomKind {
    fn new(version: &Value) -> Self {
        Self {
            version: version.clone(),
            schema: OnceLock::new(),
            columns: OnceLock::new(),
        }
    }

    /// `openAPIV3Schema` as in the definition.
    pub fn document(&self) -> &Value {
        &self.version["schema"]["openAPIV3Schema"]
    }

    // Definitions with errors are not stored, so none is lost here.
    fn schema(&self) -> &Schema {
        self.schema
            .get_or_init(|| parse_schema(&self.version).unwrap_or_default())
    }

    /// `additionalPrinterColumns`
    pub fn columns(&self) -> &[CustomColumn] {
        self.columns
            .get_or_init(|| parse_columns(&self.version).unwrap_or_default())
    }

    /// Prunes, defaults and validates `object` before it is stored. Returns warnings for the client.
    ///
    /// An update may keep violations that the old object has already (ratcheting), so that objects stay writable after
    /// their definition became stricter.
    pub fn admit(
        &self,
        kind: &Kind,
        object: &mut Value,
        old: Option<&Value>,
        validation: FieldValidation,
        causes: &mut Vec<Cause>,
    ) -> Result<Vec<String>, StatusError> {
        let unknown = schema::prune(self.schema(), object, "");
        let unknown: Vec<String> = unknown
            .into_iter()
            .map(|field| format!("unknown field \"{field}\""))
            .collect();
        if validation == FieldValidation::Strict && !unknown.is_empty() {
            return Err(StatusError::bad_request(format!(
                "{0} in version \"{1}\" cannot be handled as a {0}: strict decoding error: {2}",
                kind.kind,
                kind.version,
                unknown.join(", ")
            )));
        }
        schema::default(self.schema(), object);
        let mut found = schema::validate(self.schema(), object, "");
        if let Some(old) = old.filter(|_| !found.is_empty()) {
            let known = schema::validate(self.schema(), old, "");
            found.retain(|cause| !known.contains(cause));
        }
        causes.extend(found);
        Ok(if validation == FieldValidation::Warn {
            unknown
        } else {
            Vec::new()
        })
    }
}

fn parse_schema(version: &Value) -> Result<Schema, String> {
    let mut schema = Schema::parse(&version["schema"]["openAPIV3Schema"], "openAPIV3Schema")?;
    // The server handles these fields itself, whatever the schema says.
    for field in ["apiVersion", "kind", "metadata"] {
        schema.properties.remove(field);
    }
    schema.embedded = true;
    Ok(schema)
}

fn parse_columns(version: &Value) -> Result<Vec<CustomColumn>, String> {
    let columns = version["additionalPrinterColumns"].as_array().into_iter().flatten();
    columns.map(CustomColumn::parse).collect()
}

/// Whether a kind is `CustomResourceDefinition`.
pub fn is_definition(kind: &Kind) -> bool {
    kind.plural == "customresourcedefinitions" && kind.group == "apiextensions.k8s.io"
}

/// Sets absent fields of a definition to the defaults of Kubernetes.
pub fn default(definition: &mut Value) {
    let spec = &mut definition["spec"];
    if !spec["names"].is_object() {
        return;
    }
    let kind = spec["names"]["kind"].as_str().unwrap_or_default().to_owned();
    if spec["names"]["singular"].as_str().unwrap_or_default().is_empty() {
        spec["names"]["singular"] = json!(kind.to_lowercase());
    }
    if spec["names"]["listKind"].as_str().unwrap_or_default().is_empty() {
        spec["names"]["listKind"] = json!(format!("{kind}List"));
    }
    if spec["conversion"].is_null() {
        spec["conversion"] = json!({ "strategy": "None" });
    }
}

/// Returns all reasons why a definition is invalid.
pub fn validate(definition: &Value) -> Vec<Cause> {
    let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let mut causes = Vec::new();
    for (pointer, field) in [
        ("/spec/group", "spec.group"),
        ("/spec/names/plural", "spec.names.plural"),
        ("/spec/names/kind", "spec.names.kind"),
        ("/spec/scope", "spec.scope"),
    ] {
        if text(pointer).is_empty() {
            causes.push(Cause::required(field, ""));
        }
    }
    let scope = &definition["spec"]["scope"];
    if !scope.is_null() && scope != "Namespaced" && scope != "Cluster" {
        causes.push(Cause::unsupported(
            "spec.scope",
            scope,
            &[json!("Cluster"), json!("Namespaced")],
        ));
    }
    let expected = format!("{}.{}", text("/spec/names/plural"), text("/spec/group"));
    let name = &definition["metadata"]["name"];
    if *name != json!(expected) {
        causes.push(Cause::invalid(
            "metadata.name",
            name,
            "must be spec.names.plural+\".\"+spec.group",
        ));
    }
    let versions = definition["spec"]["versions"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if versions.iter().filter(|version| version["storage"] == true).count() != 1 {
        let detail = "must have exactly one version marked as storage version";
        causes.push(Cause::invalid("spec.versions", &definition["spec"]["versions"], detail));
    }
    for (index, version) in versions.iter().enumerate() {
        if !version["schema"]["openAPIV3Schema"].is_object() {
            let field = format!("spec.versions[{index}].schema.openAPIV3Schema");
            causes.push(Cause::required(field, "schemas are required"));
        } else if let Err(error) = parse_schema(version).and_then(|_| parse_columns(version)) {
            causes.push(Cause::invalid(
                format!("spec.versions[{index}]"),
                &version["name"],
                &error,
            ));
        }
    }
    causes
}

/// Sets the status of a definition to `NamesAccepted` and `Established`.
pub fn establish(definition: &mut Value) {
    let since = definition.pointer("/status/conditions/0/lastTransitionTime").cloned();
    let since = since.unwrap_or_else(|| json!(meta::time(sim_clock::now())));
    let condition = |type_: &str, reason: &str, message: &str| json!({ "lastTransitionTime": since, "message": message, "reason": reason, "status": "True", "type": type_ });
    let storage: Vec<Value> = definition["spec"]["versions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|version| version["storage"] == true)
        .map(|version| version["name"].clone())
        .collect();
    let mut stored = definition["status"]["storedVersions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    stored.extend(
        storage
            .into_iter()
            .filter(|version| !stored.contains(version))
            .collect::<Vec<_>>(),
    );
    definition["status"] = json!({
        "conditions": [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
        "acceptedNames": definition["spec"]["names"],
        "storedVersions": stored,
    });
}

/// Sets the condition `Terminating` of a definition whose custom resources are being deleted.
pub fn mark_terminating(definition: &mut Value) {
    let mut finalizers: Vec<String> = meta::finalizers(definition).into_iter().map(str::to_owned).collect();
    if !finalizers.iter().any(|finalizer| finalizer == CLEANUP) {
        finalizers.push(CLEANUP.to_owned());
    }
    definition["metadata"]["finalizers"] = json!(finalizers);
    let condition = json!({
        "lastTransitionTime": meta::time(sim_clock::now()),
        "message": "CustomResource deletion is in progress",
        "reason": "InstanceDeletionInProgress",
        "status": "True",
        "type": "Terminating",
    });
    if let Some(conditions) = definition["status"]["conditions"].as_array_mut() {
        conditions.push(condition);
    }
}

/// Returns the kinds of a definition: one per served version, the storage version first.
pub fn kinds(definition: &Value) -> Vec<Kind> {
    let spec = &definition["spec"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts = |value: &Value| value.as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
    let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
    let versions = spec["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let storage = versions.iter().find(|version| version["storage"] == true);
    let stored_api_version = api_version(
        &group,
        &storage.map(|version| text(&version["name"])).unwrap_or_default(),
    );
    versions
        .iter()
        .filter(|version| version["served"] == true)
        .map(|version| Kind {
            group: group.clone(),
            version: text(&version["name"]),
            plural: plural.clone(),
            singular: text(&spec["names"]["singular"]),
            kind: text(&spec["names"]["kind"]),
            list_kind: text(&spec["names"]["listKind"]),
            short_names: texts(&spec["names"]["shortNames"]),
            categories: texts(&spec["names"]["categories"]),
            namespaced: spec["scope"] == "Namespaced",
            status: version["subresources"]["status"].is_object(),
            generation: true,
            collection: collection_name(&group, &plural),
            stored_api_version: stored_api_version.clone(),
            conversion: Conversion::ApiVersion,
            custom: Some(CustomKind::new(version)),
        })
        .collect()
}

/// Serves the kinds of a stored definition.
pub fn register(core: &Core, definition: &Arc<Object>) {
    core.registry
        .replace_collection(&collection_of(&definition.value), kinds(&definition.value));
}

/// Stops serving the kinds of a removed definition.
pub fn unregister(core: &Core, definition: &Value) {
    let collection = collection_of(definition);
    core.registry.replace_collection(&collection, Vec::new());
    core.store.notify(&collection);
}

/// Name of the collection of a definition's custom resources.
pub fn collection_of(definition: &Value) -> Arc<str> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    collection_name(
        &text(&definition["spec"]["group"]),
        &text(&definition["spec"]["names"]["plural"]),
    )
}
