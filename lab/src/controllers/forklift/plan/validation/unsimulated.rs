//! Refuses plans that need features of Forklift that the lab does not simulate, instead of executing them in part.

use std::sync::Arc;

use forklift_api::forklift::{Plan, PlanType, Provider};

use crate::controllers::forklift::{
    adapter::for_provider,
    conditions::{CRITICAL, Staging, With, condition},
    pair::Pair,
};

/// Sets the condition `NotSimulated`, which only the lab has, if the plan needs a feature that is not simulated.
pub fn check(plan: &Plan, pair: &Pair, staging: &mut Staging) {
    let missing = missing(plan, pair);
    if !missing.is_empty() {
        let message = format!("mtv-lab does not simulate this yet: {}.", missing.join(", "));
        staging.set(
            condition("NotSimulated", CRITICAL, message)
                .reason("NotSupported")
                .items(missing),
        );
    }
}

fn missing(plan: &Plan, pair: &Pair) -> Vec<String> {
    let spec = &plan.spec;
    let mut missing = Vec::new();
    let mut refuse = |is_asked: bool, what: &str| {
        if is_asked {
            missing.push(what.to_owned());
        }
    };
    let kind = |provider: &Option<Arc<Provider>>| {
        provider
            .as_ref()
            .map(|provider| provider.spec.type_.clone())
            .unwrap_or_default()
    };
    let is_remote = pair
        .destination
        .as_ref()
        .is_some_and(|provider| provider.spec.url.as_deref().is_some_and(|url| !url.is_empty()));
    let kind = kind(&pair.source);
    refuse(for_provider(&kind).is_none(), &format!("sources of type '{kind}'"));
    refuse(is_remote, "a remote destination cluster");
    refuse(
        !matches!(spec.kind(), PlanType::Cold | PlanType::Warm),
        "migrations that are neither cold nor warm",
    );
    refuse(spec.migrate_shared_disks == Some(false), "migrateSharedDisks: false");
    refuse(spec.transfer_network.is_some(), "transferNetwork");
    refuse(spec.customization_scripts.is_some(), "customizationScripts");
    refuse(
        spec.conversion_temp_storage_class.is_some(),
        "conversionTempStorageClass",
    );
    refuse(spec.tag_mapping.is_some(), "tagMapping");
    let asks = |asks: fn(&forklift_api::forklift::PlanVm) -> bool| spec.vms.iter().any(asks);
    refuse(
        asks(|vm| vm.luks.name.is_some() || vm.nbde_clevis == Some(true)),
        "encrypted disks",
    );
    refuse(asks(|vm| vm.instance_type.is_some()), "instanceType");
    refuse(
        asks(|vm| vm.migrate_shared_disks == Some(false)),
        "migrateSharedDisks: false of a VM",
    );
    missing
}

#[cfg(test)]
mod tests {
    use forklift_api::forklift::{PlanSpec, PlanVm, ProviderSpec};

    use super::*;
    use crate::controllers::forklift::adapter::TYPES;

    fn pair() -> Pair {
        let simulated = TYPES.iter().find(|known| known.platform.is_some());
        pair_of(simulated.unwrap().name)
    }

    fn pair_of(source: &str) -> Pair {
        let provider = |kind: &str| {
            Some(Arc::new(Provider::new(
                "p",
                ProviderSpec {
                    type_: kind.into(),
                    ..ProviderSpec::default()
                },
            )))
        };
        Pair {
            source: provider(source),
            destination: provider("openshift"),
        }
    }

    #[test]
    fn a_plain_plan_is_simulated() {
        for warm in [false, true] {
            let spec = PlanSpec {
                warm: Some(warm),
                ..PlanSpec::default()
            };
            assert_eq!(missing(&Plan::new("p", spec), &pair()), Vec::<String>::new());
        }
    }

    #[test]
    fn unsimulated_features_are_named() {
        let spec = PlanSpec {
            type_: Some(PlanType::Live),
            vms: vec![PlanVm {
                instance_type: Some("u1".into()),
                ..PlanVm::default()
            }],
            ..PlanSpec::default()
        };
        assert_eq!(
            missing(&Plan::new("p", spec), &pair()),
            ["migrations that are neither cold nor warm", "instanceType"]
        );
    }

    #[test]
    fn an_unsimulated_source_is_named() {
        let plan = Plan::new("p", PlanSpec::default());
        assert_eq!(missing(&plan, &pair_of("openshift")), ["sources of type 'openshift'"]);
        assert_eq!(missing(&plan, &pair_of("abacus")), ["sources of type 'abacus'"]);
    }
}
