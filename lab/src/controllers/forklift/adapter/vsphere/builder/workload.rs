//! A VM as hooks read it: Go's YAML of upstream's struct `Workload`.

use serde_json::{Value, json};

use crate::controllers::forklift::plan::go_yaml::{lower, take};

/// What every object of the inventory has.
const BASE: &[&str] = &["id", "variant", "parent", "path", "revision", "name", "selflink"];
/// What a VM has besides in short.
const BRIEF: &[&str] = &[
    "revisionvalidated",
    "istemplate",
    "powerstate",
    "host",
    "networks",
    "disks",
    "concerns",
];

/// A VM of the inventory with its host, cluster and data centre.
pub fn workload(workload: Value) -> Value {
    let mut vm = lower(workload);
    let link = take(&mut vm, &["selflink"]);
    let (base, mut brief) = (take(&mut vm, BASE), take(&mut vm, BRIEF));
    let mut host = brief.remove("host").unwrap_or_default();
    let mut base = Value::Object(base);
    base["selflink"] = json!("");
    brief.insert("host".to_owned(), json!(""));
    brief.insert("vm0".to_owned(), base);
    vm["vm1"] = Value::Object(brief);
    let mut cluster = host.get_mut("cluster").map(Value::take).unwrap_or_default();
    let center = cluster.get_mut("datacenter").map(Value::take).unwrap_or_default();
    json!({
        "selflink": link.get("selflink"),
        "vm": vm,
        "host": {
            "host": resource(host),
            "cluster": {"cluster": resource(cluster), "datacenter": resource(center)},
        },
    })
}

/// An object of the inventory with what all of them have in a struct of its own.
fn resource(mut object: Value) -> Value {
    if object.is_object() {
        object["resource"] = Value::Object(take(&mut object, BASE));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workload_nests_what_go_embeds() {
        let workload = workload(json!({
            "id": "vm-1", "name": "rhel8", "selfLink": "providers/vsphere/p/workloads/vm-1", "powerState": "poweredOn",
            "cpuCount": 2,
            "host": {"id": "host-1", "cluster": {"id": "domain-1", "datacenter": {"id": "datacenter-1"}}},
        }));
        let expected = json!({
            "selflink": "providers/vsphere/p/workloads/vm-1",
            "vm": {
                "vm1": {
                    "vm0": {"id": "vm-1", "name": "rhel8", "selflink": ""},
                    "powerstate": "poweredOn",
                    "host": "",
                },
                "cpucount": 2,
            },
            "host": {
                "host": {"resource": {"id": "host-1"}, "cluster": null},
                "cluster": {
                    "cluster": {"resource": {"id": "domain-1"}, "datacenter": null},
                    "datacenter": {"resource": {"id": "datacenter-1"}},
                },
            },
        });
        assert_eq!(workload, expected);
    }
}
