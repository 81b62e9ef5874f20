//! What of source and target the steps of a scenario name: it has to exist before the scenario can succeed.

use cucumber::gherkin::Step;

use super::map_tables::{CLASS, NETWORKS, STORAGES, network_row, storage_row};
use super::sentence::{Part, Sentence};
use super::{catalogue, table, vms};
use crate::{migration::intent::NetworkTarget, session::preflight::Prerequisites};

/// How the plan sentences end whose scenarios want something to be wrong.
const REFUSED: &str = "plan that is refused";

/// What the steps of one scenario name. Of a plan that is to be refused only the VMs count: what its maps name may be
/// missing on purpose.
pub fn prerequisites<'a>(steps: impl Iterator<Item = &'a Step> + Clone) -> Prerequisites {
    let mut named = Prerequisites::default();
    let is_refused = steps.clone().any(|step| step.value.ends_with(REFUSED));
    for step in steps {
        named.vms.extend(vms::originals(step));
        if !is_refused {
            add_maps(&mut named, step);
        }
    }
    named
}

fn add_maps(named: &mut Prerequisites, step: &Step) {
    let of_part = |sentence: &&Sentence| sentence.part == Part::Plan;
    let Some(sentence) = catalogue::find(step).into_iter().find(of_part) else {
        return;
    };
    let words = catalogue::words(sentence, &step.value).into_iter().zip(sentence.words);
    let classes = words.filter(|(_, field)| field.name == CLASS.field.name);
    named
        .storage_classes
        .extend(classes.filter_map(|(range, _)| step.value.get(range).map(str::to_owned)));
    // A table of another sentence has other columns, and gives nothing here.
    let storages = table::rows(step.table.as_ref(), STORAGES).unwrap_or_default();
    for row in storages.iter().filter_map(|row| storage_row(row).ok()) {
        named.storages.insert(row.source);
        named.storage_classes.insert(row.class);
    }
    let networks = table::rows(step.table.as_ref(), NETWORKS).unwrap_or_default();
    for row in networks.iter().filter_map(|row| network_row(row).ok()) {
        named.networks.insert(row.source);
        if let NetworkTarget::Attachment { namespace, name } = row.destination {
            named.attachments.insert((namespace, name));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
        let plan = catalogue::sentences().find(|sentence| sentence.expression.ends_with(REFUSED));
        let plan = format!("Given {}", plan.expect("such a sentence").expression);
        let refused = named(&[&MAPS[..], &[&plan]].concat());
        let expected = Prerequisites {
            vms: set(&["vm"]),
            ..Prerequisites::default()
        };
        assert_eq!(refused, expected);
    }
}
