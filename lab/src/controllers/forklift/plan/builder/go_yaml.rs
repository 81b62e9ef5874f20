//! Documents as Go's YAML writes structs that say nothing about YAML: field names in lower case, embedded structs as
//! fields of their own, everything that is not set with its zero.

use forklift_api::forklift::PlanSpec;
use serde_json::{Map, Value, json};

/// The specification of a plan.
pub fn plan(spec: &PlanSpec) -> Value {
    let mut spec = lower(json!(spec));
    let vms = spec.get_mut("vms").map(Value::take).unwrap_or_default();
    let vms: Vec<Value> = vms
        .as_array()
        .into_iter()
        .flatten()
        .map(|vm| plan_vm(vm.clone()))
        .collect();
    let mut plan = over(
        json!({
            "description": "", "targetnamespace": "", "serviceaccount": "", "targetlabels": {},
            "targetnodeselector": {}, "targetaffinity": null, "convertorlabels": {}, "convertornodeselector": {},
            "convertoraffinity": null, "conversiontempstorageclass": "", "conversiontempstoragesize": "",
            "provider": {"source": reference(), "destination": reference()},
            "map": {"network": reference(), "storage": reference()},
            "warm": false, "transfernetwork": null, "archived": false, "preserveclustercpumodel": false,
            "preservestaticips": false, "skipzonenodeselector": false, "diskbus": "", "pvcnametemplate": "",
            "pvcnametemplateusegeneratename": null, "volumenametemplate": "", "networknametemplate": "",
            "migrateshareddisks": false, "rdmaslun": false, "scsireservation": false,
            "deleteguestconversionpod": false, "deletevmonfailmigration": false, "installlegacydrivers": null,
            "enablenestedvirtualization": null, "skipguestconversion": false, "usecompatibilitymode": false,
            "type": "", "targetpowerstate": "", "runpreflightinspection": false, "customizationscripts": null,
            "virtv2vimage": "", "xfscompatibility": false, "tagmapping": null,
        }),
        spec,
    );
    plan["vms"] = Value::Array(vms);
    plan
}

fn plan_vm(mut vm: Value) -> Value {
    let own = Value::Object(take(&mut vm, &["id", "name", "namespace", "type"]));
    let hooks = vm.get_mut("hooks").map(Value::take).unwrap_or_default();
    let hooks = hooks.as_array().into_iter().flatten();
    let hooks: Vec<Value> = hooks
        .map(|hook| over(json!({"hook": reference()}), hook.clone()))
        .collect();
    let mut vm = over(
        json!({
            "luks": reference(), "nbdeclevis": false, "rootdisk": "", "instancetype": "", "pvcnametemplate": "",
            "volumenametemplate": "", "networknametemplate": "", "targetname": "", "targetpowerstate": "",
            "deletevmonfailmigration": false, "migrateshareddisks": null, "enablenestedvirtualization": null,
            "rdmaslun": null, "scsireservation": null,
        }),
        vm,
    );
    vm["ref"] = over(json!({"id": "", "name": "", "namespace": "", "type": ""}), own);
    vm["hooks"] = Value::Array(hooks);
    vm
}

fn reference() -> Value {
    json!({
        "kind": "", "namespace": "", "name": "", "uid": "", "apiversion": "", "resourceversion": "", "fieldpath": "",
    })
}

/// Field names in lower case.
pub fn lower(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let lowered = fields
                .into_iter()
                .map(|(name, value)| (name.to_lowercase(), lower(value)));
            Value::Object(lowered.collect())
        }
        Value::Array(all) => Value::Array(all.into_iter().map(lower).collect()),
        value => value,
    }
}

/// Removes these fields from an object and returns them.
pub fn take(object: &mut Value, names: &[&str]) -> Map<String, Value> {
    let Some(fields) = object.as_object_mut() else {
        return Map::new();
    };
    let taken = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), fields.remove(*name)?)));
    taken.collect()
}

/// Merges the set fields into the zero values.
fn over(zeros: Value, set: Value) -> Value {
    match (zeros, set) {
        (Value::Object(mut zeros), Value::Object(set)) => {
            for (name, value) in set {
                let zero = zeros.remove(&name).unwrap_or_default();
                zeros.insert(name, over(zero, value));
            }
            Value::Object(zeros)
        }
        (_, set) => set,
    }
}

#[cfg(test)]
mod tests {
    use forklift_api::forklift::{HookRef, ObjectRef, PlanVm};

    use super::*;

    #[test]
    fn a_plan_says_what_is_set_and_the_zeros_of_the_rest() {
        let vm = PlanVm {
            name: Some("rhel8".into()),
            hooks: Some(vec![HookRef {
                hook: ObjectRef::new("mtv", "pre"),
                step: "PreHook".into(),
            }]),
            ..PlanVm::default()
        };
        let spec = PlanSpec {
            target_namespace: "target".into(),
            migrate_shared_disks: Some(true),
            vms: vec![vm],
            ..PlanSpec::default()
        };
        let plan = plan(&spec);
        assert_eq!(plan["targetnamespace"], "target");
        assert_eq!(
            (&plan["migrateshareddisks"], &plan["warm"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(plan["map"]["network"], reference());
        let vm = &plan["vms"][0];
        assert_eq!(
            vm["ref"],
            json!({"id": "", "name": "rhel8", "namespace": "", "type": ""})
        );
        assert_eq!(vm["hooks"][0]["step"], "PreHook");
        assert_eq!(vm["hooks"][0]["hook"]["name"], "pre");
        assert_eq!(vm["hooks"][0]["hook"]["uid"], "");
    }
}
