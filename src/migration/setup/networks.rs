//! Networks of a scenario's own on the target: NetworkAttachmentDefinitions.

use forklift_api::multus::{NetworkAttachmentDefinition, NetworkAttachmentDefinitionSpec};
use serde_json::json;

use super::maps::Attachment;
use crate::migration::Error;
use crate::{cluster::tracked, run::names, session::Scenario};

/// Creates so many networks in the namespace, named `cb-<hash>-1` and so on.
pub async fn create(scenario: &Scenario, namespace: &str, count: usize) -> Result<Vec<Attachment>, Error> {
    let base = names::nad_base(&scenario.session.identity.run, &scenario.key.0);
    let mut attachments = Vec::new();
    for number in 1..=count {
        let name = names::nad(&base, number);
        let title = format!("creating the network {namespace}/{name}");
        let created = tracked::create(
            &scenario.destination().cluster,
            scenario.scope(),
            definition(namespace, &name, number),
        );
        scenario.log.activity(title, created).await?;
        attachments.push(Attachment {
            namespace: namespace.to_owned(),
            name,
        });
    }
    Ok(attachments)
}

/// The first network is attached to the bridge that OpenShift Virtualization provides on every node; further ones get a
/// Linux bridge of their own name, so that no two interfaces of a VM share one.
fn definition(namespace: &str, name: &str, number: usize) -> NetworkAttachmentDefinition {
    let config = match number {
        1 => json!({"cniVersion": "0.3.1", "type": "cnv-bridge", "bridge": "cnv-bridge"}),
        _ => json!({"cniVersion": "0.3.1", "type": "bridge", "bridge": name}),
    };
    let spec = NetworkAttachmentDefinitionSpec {
        config: Some(config.to_string()),
    };
    let mut definition = NetworkAttachmentDefinition::new(name, spec);
    definition.metadata.namespace = Some(namespace.to_owned());
    definition
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_network_uses_the_cluster_s_bridge_further_ones_their_own() {
        let config = |number| {
            definition("ns", &format!("cb-a1b2c3-{number}"), number)
                .spec
                .config
                .expect("a config")
        };
        assert_eq!(
            config(1),
            r#"{"cniVersion":"0.3.1","type":"cnv-bridge","bridge":"cnv-bridge"}"#
        );
        assert_eq!(
            config(2),
            r#"{"cniVersion":"0.3.1","type":"bridge","bridge":"cb-a1b2c3-2"}"#
        );
    }
}
