//! Check `network`: each interface is attached to what the network map makes of its network.

use forklift_api::forklift::{NetworkDestinationType, NetworkPair};

use super::target::{Attached, TargetNic};
use super::{Check, CheckedVm, Comparison};
use crate::source::Nic;

/// Each interface is attached to what the network map makes of its network.
pub struct NetworkCheck;

impl Check for NetworkCheck {
    fn name(&self) -> &'static str {
        "network"
    }

    fn describe(&self) -> &'static str {
        "each network interface keeps its MAC address and is attached to what the network map makes of its network"
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let mut compared: Vec<Comparison> = Vec::new();
        let mut taken: Vec<&NetworkPair> = Vec::new();
        for nic in &subject.source.nics {
            let what = format!("NIC {}", nic.mac);
            let observed = attachment(nic, &subject.target.nics);
            let Some(pair) = route(nic, &subject.networks, &mut taken) else {
                let expected = format!("a row for the network \"{}\" in the network map", nic.network);
                compared.push(Comparison::holds(what, expected, "none", false));
                continue;
            };
            compared.push(Comparison::equal(what, expected(pair), observed));
        }
        compared.extend(
            subject
                .target
                .nics
                .iter()
                .filter(|nic| is_new(nic, subject))
                .map(|nic| {
                    Comparison::holds(
                        format!("NIC {}", nic.mac),
                        "no such interface",
                        format!("attached to {}", nic.attached),
                        false,
                    )
                }),
        );
        compared
    }
}

/// The row that decides about an interface. Rows of one network are handed out one by one, as Forklift does; a single row
/// serves all interfaces (Forklift, `pkg/controller/plan/adapter/base/network.go`).
fn route<'a>(nic: &Nic, networks: &'a [NetworkPair], taken: &mut Vec<&'a NetworkPair>) -> Option<&'a NetworkPair> {
    let rows = || {
        networks
            .iter()
            .filter(|pair| pair.source.id.as_deref() == Some(nic.network_id.as_str()))
    };
    let used = |row: &&NetworkPair| taken.iter().any(|taken| std::ptr::eq(*taken, *row));
    let row = rows().find(|row| !used(row)).or_else(|| rows().next())?;
    taken.push(row);
    Some(row)
}

fn expected(pair: &NetworkPair) -> String {
    let to = &pair.destination;
    match to.type_ {
        NetworkDestinationType::Pod => Attached::Pod.to_string(),
        NetworkDestinationType::Ignored => LEFT_OUT.to_owned(),
        NetworkDestinationType::Multus => Attached::Multus {
            namespace: to.namespace.clone().unwrap_or_default(),
            name: to.name.clone().unwrap_or_default(),
        }
        .to_string(),
    }
}

const LEFT_OUT: &str = "no interface";

fn attachment(nic: &Nic, arrived: &[TargetNic]) -> String {
    let same = |arrived: &&TargetNic| arrived.mac.eq_ignore_ascii_case(&nic.mac);
    match arrived.iter().find(same) {
        Some(arrived) => arrived.attached.to_string(),
        None => LEFT_OUT.to_owned(),
    }
}

fn is_new(nic: &TargetNic, subject: &CheckedVm) -> bool {
    !subject
        .source
        .nics
        .iter()
        .any(|source| source.mac.eq_ignore_ascii_case(&nic.mac))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn macs_are_compared_whatever_their_case() {
        let mut shouting = subject();
        for nic in &mut shouting.source.nics {
            nic.mac = nic.mac.to_uppercase();
        }
        assert_eq!(failures(&NetworkCheck, &shouting), [""; 0]);
    }

    #[test]
    fn a_lost_interface_is_found() {
        let mut lost = subject();
        lost.target.nics.remove(1);
        assert_eq!(
            failures(&NetworkCheck, &lost),
            ["NIC 00:50:56:aa:bb:02: auto-ab12/cb-a1b2c3-1, but no interface"]
        );
    }

    #[test]
    fn swapped_networks_are_found() {
        let mut swapped = subject();
        let pod = swapped.target.nics[0].attached.clone();
        swapped.target.nics[0].attached = swapped.target.nics[1].attached.clone();
        swapped.target.nics[1].attached = pod;
        assert_eq!(
            failures(&NetworkCheck, &swapped),
            [
                "NIC 00:50:56:aa:bb:01: pod network, but auto-ab12/cb-a1b2c3-1",
                "NIC 00:50:56:aa:bb:02: auto-ab12/cb-a1b2c3-1, but pod network"
            ]
        );
    }

    #[test]
    fn an_interface_with_another_mac_is_lost_and_new() {
        let mut other = subject();
        other.target.nics[0].mac = "02:00:00:00:00:01".into();
        assert_eq!(
            failures(&NetworkCheck, &other),
            [
                "NIC 00:50:56:aa:bb:01: pod network, but no interface",
                "NIC 02:00:00:00:00:01: no such interface, but attached to pod network"
            ]
        );
    }

    #[test]
    fn an_ignored_network_leaves_its_interface_out() {
        let mut ignored = subject();
        ignored.networks[0].destination.type_ = NetworkDestinationType::Ignored;
        assert_eq!(
            failures(&NetworkCheck, &ignored),
            ["NIC 00:50:56:aa:bb:01: no interface, but pod network"]
        );
    }

    #[test]
    fn interfaces_on_one_network_take_its_rows_in_turn() {
        let mut both = subject();
        both.source.nics[1].network_id = "network-7".into();
        both.networks[1].source.id = Some("network-7".into());
        assert_eq!(failures(&NetworkCheck, &both), [""; 0]);
    }

    #[test]
    fn a_network_without_a_row_is_found() {
        let mut unmapped = subject();
        unmapped.networks.remove(1);
        assert_eq!(
            failures(&NetworkCheck, &unmapped),
            ["NIC 00:50:56:aa:bb:02: a row for the network \"name of dvportgroup-8\" in the network map, but none"]
        );
    }
}
