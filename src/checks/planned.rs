//! Properties of a target VM that its plan requests, and their observable counterparts.

use std::collections::BTreeMap;

use forklift_api::forklift::PlanSpec;
use forklift_api::kubevirt::{VirtualMachine, VirtualMachineInstance};
use k8s_openapi::api::core::v1::{Affinity, Node};
use kube::api::ListParams;
use kube::{Api, ResourceExt};

use crate::cluster::retrying;
use crate::migration::{ClaimNames, MigrationPlan, PreparedVm};
use crate::session::Scenario;

/// Properties of a target VM that its plan requests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Planned {
    /// Name of the Plan.
    pub plan: String,
    /// The name that the VM should have.
    pub name: String,
    /// Whether the scenario sets this name.
    pub is_named: bool,
    /// Template for the names of claims.
    pub claim_names: Option<ClaimNames>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Labels of the nodes that it may run on.
    pub node_labels: BTreeMap<String, String>,
    /// Affinity.
    pub affinity: Option<Affinity>,
}

impl Planned {
    /// The properties that the plan requests for this VM.
    pub fn new(plan: &MigrationPlan, vm: &PreparedVm) -> Self {
        let PlanSpec {
            target_labels,
            target_node_selector,
            target_affinity,
            ..
        } = plan.spec().clone();
        Self {
            plan: plan.name(),
            name: vm.target_name(),
            is_named: vm.wanted.options.target_name.is_some(),
            claim_names: ClaimNames::from_spec(plan.spec(), plan.source().platform.descriptor()),
            labels: target_labels.unwrap_or_default(),
            node_labels: target_node_selector.unwrap_or_default(),
            affinity: target_affinity,
        }
    }
}

/// Allowed nodes of a target VM and its actual node.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placement {
    /// Labels of the VM's instances.
    pub labels: BTreeMap<String, String>,
    /// Labels of the nodes that they may run on.
    pub node_labels: BTreeMap<String, String>,
    /// Affinity of the VM's instances.
    pub affinity: Option<Affinity>,
    /// The node that it runs on; `None` while it does not run.
    pub node: Option<String>,
    /// The nodes that the plan allows, if it names any.
    pub allowed: Vec<String>,
}

impl Placement {
    /// Observes the VM, its instance and the nodes.
    pub async fn observe(scenario: &Scenario, planned: &Planned, vm: &VirtualMachine) -> Result<Self, kube::Error> {
        let client = &scenario.destination().cluster.client;
        let namespace = vm.namespace().unwrap_or_default();
        let instances: Api<VirtualMachineInstance> = Api::namespaced(client.clone(), &namespace);
        let name = vm.name_any();
        let instance = retrying(|| instances.get_opt(&name)).await?;
        let mut allowed = Vec::new();
        if !planned.node_labels.is_empty() {
            let labels = planned.node_labels.iter().map(|(key, value)| format!("{key}={value}"));
            let wanted = ListParams::default().labels(&labels.collect::<Vec<_>>().join(","));
            let nodes: Api<Node> = Api::all(client.clone());
            let nodes = retrying(|| nodes.list(&wanted)).await?;
            allowed = nodes.items.iter().map(ResourceExt::name_any).collect();
        }
        let template = &vm.spec.template;
        let spec = template.spec.clone().unwrap_or_default();
        Ok(Self {
            labels: template
                .metadata
                .clone()
                .and_then(|metadata| metadata.labels)
                .unwrap_or_default(),
            node_labels: spec.node_selector.unwrap_or_default(),
            affinity: spec.affinity,
            node: instance.and_then(|instance| instance.status?.node_name),
            allowed,
        })
    }
}

#[cfg(test)]
pub(super) mod sample {
    //! A plan that asks for everything, and a VM that has it.

    use serde_json::json;

    use super::*;

    fn pair(key: &str, value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(key.to_owned(), value.to_owned())])
    }

    pub(in crate::checks) fn planned() -> Planned {
        let affinity = json!({"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
            "weight": 50, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname"}}]}});
        Planned {
            plan: "plan".into(),
            name: "rhel".into(),
            is_named: false,
            claim_names: Some(ClaimNames {
                template: "{{.PlanName}}-{{.VmName}}-disk-{{.DiskIndex}}".into(),
                generate: true,
            }),
            labels: pair("team", "mtv"),
            node_labels: pair("disk", "ssd"),
            affinity: serde_json::from_value(affinity).ok(),
        }
    }

    pub(in crate::checks) fn placement() -> Placement {
        let planned = planned();
        let mut labels = planned.labels;
        labels.insert("app".into(), "rhel".into());
        Placement {
            labels,
            node_labels: planned.node_labels,
            affinity: planned.affinity,
            node: Some("worker-1".into()),
            allowed: vec!["worker-1".into()],
        }
    }
}
