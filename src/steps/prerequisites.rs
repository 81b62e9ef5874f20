//! What the steps of a scenario need: things of source and target that exist before it, and permissions.

use std::collections::BTreeSet;

use cucumber::gherkin::Step;

use super::catalogue;
use super::field::{Role, Value as _};
use super::sentence::Sentence;
use crate::{
    migration::intent::NetworkTarget,
    session::preflight::{Permission, Prerequisites},
};

/// What the steps of one scenario name. Of a plan that is to be refused only the VMs count: what its maps name may be
/// missing on purpose.
pub fn prerequisites<'a>(steps: impl Iterator<Item = &'a Step>) -> Prerequisites {
    let said: Vec<(&Sentence, &Step)> = sentences(steps).collect();
    let is_refused = said.iter().any(|(sentence, _)| sentence.is_refused());
    let mut named = Prerequisites::default();
    for (sentence, step) in said {
        for written in sentence.written(step) {
            let name = || written.text.to_owned();
            match written.field.role {
                Some(Role::SourceVm) => {
                    named.vms.insert(name());
                }
                _ if is_refused => {}
                Some(Role::SourceNetwork) => {
                    named.networks.insert(name());
                }
                Some(Role::NetworkTarget) => {
                    if let Ok(NetworkTarget::Attachment { namespace, name }) = NetworkTarget::read("", written.text) {
                        named.attachments.insert((namespace, name));
                    }
                }
                Some(Role::SourceStorage) => {
                    named.storages.insert(name());
                }
                Some(Role::StorageClass) => {
                    named.storage_classes.insert(name());
                }
                Some(Role::PlanVm | Role::VmCount | Role::Nodes) | None => {}
            }
        }
    }
    named
}

/// What the user of the kubeconfig has to be allowed to do for these steps, besides what every run does.
pub fn permissions<'a>(steps: impl Iterator<Item = &'a Step>) -> BTreeSet<Permission> {
    let needed = sentences(steps).flat_map(|(sentence, _)| sentence.needed_permissions());
    needed.copied().collect()
}

/// Steps with their sentences.
fn sentences<'a>(steps: impl Iterator<Item = &'a Step>) -> impl Iterator<Item = (&'static Sentence, &'a Step)> {
    steps.filter_map(|step| Some((catalogue::find(step).into_iter().next()?, step)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::catalogue::tests::step;

    fn named(steps: &[&str]) -> Prerequisites {
        let steps: Vec<Step> = steps.iter().map(|lines| step(lines)).collect();
        prerequisites(steps.iter())
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    const MAPS: [&str; 3] = [
        "Given a clone of the VM \"vm\"",
        "Given storage is mapped as follows:\n  | source | storage class |\n  | ds-1 | gold |\n  | ds-2 | tin |",
        "Given networks are mapped as follows:\n  | source | destination |\n  | net-1 | pod |\n  | net-2 | default/br |",
    ];

    #[test]
    fn maps_name_things_of_both_sides() {
        let expected = Prerequisites {
            vms: set(&["vm"]),
            networks: set(&["net-1", "net-2"]),
            storages: set(&["ds-1", "ds-2"]),
            storage_classes: set(&["gold", "tin"]),
            attachments: BTreeSet::from([("default".to_owned(), "br".to_owned())]),
        };
        assert_eq!(named(&MAPS), expected);
        let class = named(&["Given storage is mapped to the storage class \"gold\""]);
        assert_eq!(class.storage_classes, set(&["gold"]));
    }

    #[test]
    fn a_plan_that_is_to_be_refused_may_name_what_is_missing() {
        let plan = catalogue::sentences().find(|sentence| sentence.is_refused());
        let plan = format!("Given {}", plan.expect("such a sentence").expression);
        let refused = named(&[&MAPS[..], &[&plan]].concat());
        let expected = Prerequisites {
            vms: set(&["vm"]),
            ..Prerequisites::default()
        };
        assert_eq!(refused, expected);
    }

    #[test]
    fn sentences_need_permissions_for_what_they_do() {
        let needed = |steps: &[&str]| {
            let steps: Vec<Step> = steps.iter().map(|lines| step(lines)).collect();
            let needed = permissions(steps.iter());
            needed.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(needed(&["Given a source provider"]), [""; 0]);
        assert_eq!(
            needed(&["Given a pre-migration hook that fails"]),
            ["create hooks.forklift.konveyor.io", "delete hooks.forklift.konveyor.io"]
        );
        assert_eq!(
            needed(&[
                "Given precopies are taken every 2 minutes",
                "Given a warm migration plan"
            ]),
            [
                "create leases.coordination.k8s.io",
                "delete leases.coordination.k8s.io",
                "patch forkliftcontrollers.forklift.konveyor.io",
                "update leases.coordination.k8s.io",
                "watch deployments.apps",
            ]
        );
    }
}
