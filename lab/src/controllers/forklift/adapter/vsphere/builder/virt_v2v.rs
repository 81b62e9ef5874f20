//! Settings of virt-v2v in the Conversion of a VM.

use std::collections::BTreeMap;

use forklift_api::forklift::VmStatus;

use super::VsphereBuilder;
use crate::controllers::forklift::{
    adapter::vsphere::{credentials::USER, inventory::Vm},
    plan::target_name,
};

impl VsphereBuilder<'_> {
    /// The environment of the conversion's container.
    pub(super) fn environment(&self, vm: &VmStatus, source: &Vm) -> BTreeMap<String, String> {
        let mut environment = BTreeMap::from([
            ("V2V_HOSTNAME", hostname(source, vm)),
            ("V2V_extra_args", "[]".into()),
            ("V2V_fingerprint", self.fingerprint().unwrap_or_default()),
            ("V2V_inspector_extra_args", "[]".into()),
            ("V2V_libvirtURL", self.libvirt_url(source)),
            ("V2V_source", "vSphere".into()),
            ("V2V_vmName", source.base.name.clone()),
        ]);
        if let Some(root) = &vm.vm.root_disk {
            environment.insert("V2V_RootDisk", root.clone());
        }
        if let Some(name) = &vm.new_name {
            environment.insert("V2V_NewName", name.clone());
        }
        let addresses = static_addresses(source);
        if self.execution.plan.spec.preserve_static_ips != Some(false) && !addresses.is_empty() {
            environment.insert("V2V_preserveStaticIPs", "true".into());
            environment.insert("V2V_staticIPs", addresses);
        }
        environment
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }

    /// How virt-v2v reaches the VM through libvirt.
    fn libvirt_url(&self, source: &Vm) -> String {
        let credentials = &self.execution.credentials;
        let address: Option<reqwest::Url> = credentials.url.parse().ok();
        let host = address.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
        let port = address
            .as_ref()
            .and_then(|url| url.port())
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let path = self
            .inventory
            .tables()
            .hosts
            .get(&source.host)
            .map(|host| host.base.path.replace(' ', "%20"))
            .unwrap_or_default();
        let user = credentials.text(USER).replace('\\', "%5c").replace('@', "%40");
        let trust = if credentials.insecure {
            "no_verify=1"
        } else {
            "cacert=/etc/secret/cacert"
        };
        format!("vpx://{user}@{host}{port}{path}?{trust}")
    }
}

fn hostname(source: &Vm, vm: &VmStatus) -> String {
    if source.host_name.is_empty() {
        target_name(vm)
    } else {
        source.host_name.clone()
    }
}

/// `MAC:ip:ADDRESS,GATEWAY,PREFIX,DNS...` for each address, joined by underscores.
fn static_addresses(source: &Vm) -> String {
    let addresses = source.guest_networks.iter().map(|network| {
        let stack = source.guest_ip_stacks.iter().find(|stack| {
            stack.device == network.device
                && !stack.gateway.is_empty()
                && stack.gateway.contains(':') == network.ip.contains(':')
        });
        let gateway = stack.map(|stack| stack.gateway.as_str()).unwrap_or_default();
        let dns = network.dns.join(",");
        format!("{}:ip:{},{gateway},{},{dns}", network.mac, network.ip, network.prefix)
    });
    addresses.collect::<Vec<_>>().join("_")
}
