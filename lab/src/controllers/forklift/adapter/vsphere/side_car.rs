//! VMware's disk library (VDDK), which pods that read disks get from an image of its own.

use serde_json::{Value, json};

use crate::controllers::forklift::adapter::base::SideCar;

/// The container that lays the library ready, and where it does.
pub fn side_car(image: &str) -> SideCar {
    SideCar {
        container: container("vddk-side-car", image),
        volume: volume(),
        mount: mount(),
    }
}

/// The volume with the library.
pub fn volume() -> Value {
    json!({"name": "vddk-vol-mount", "emptyDir": {}})
}

/// Where containers find it.
pub fn mount() -> Value {
    json!({"name": "vddk-vol-mount", "mountPath": "/opt"})
}

/// A container that has the volume.
pub fn container(name: &str, image: &str) -> Value {
    json!({
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "resources": {
            "limits": {"cpu": "1", "memory": "500Mi"},
            "requests": {"cpu": "100m", "memory": "150Mi"},
        },
        "volumeMounts": [mount()],
        "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
    })
}
