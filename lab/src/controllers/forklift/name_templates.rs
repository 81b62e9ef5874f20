//! Names from Go templates of a plan: PersistentVolumeClaims, volumes and network interfaces
//! (`pkg/controller/plan/adapter/base/template.go`).

use forklift_api::forklift::{NetworkDestination, NetworkDestinationType, Plan, PlanSpec, PlanVm};
use go_template::{Data, Template, Value};
use kube::ResourceExt;

use super::{adapter::SourceVm, vm_names};

/// Default template of claim names.
const DEFAULT_CLAIM: &str = "{{trunc 15 .PlanName}}-{{trunc 15 .TargetVmName}}-disk-{{.DiskIndex}}";

/// Maximum length of a volume or network interface name.
const LIMIT: usize = 63;

/// The configured template for claims of a VM: the VM's, else the plan's.
pub fn claim_template<'a>(spec: &'a PlanSpec, vm: &'a PlanVm) -> Option<&'a str> {
    configured(&vm.pvc_name_template, &spec.pvc_name_template)
}

/// Name of a claim.
#[derive(Debug, PartialEq, Eq)]
pub enum ClaimName {
    /// Prefix for `generateName`: the API server adds a suffix.
    Generated(String),
    /// Exact name.
    Exact(String),
}

/// Renders the name of a disk's claim.
pub fn claim_name(plan: &Plan, vm: &PlanVm, disk: &Data) -> Result<ClaimName, String> {
    let name = label(claim_template(&plan.spec, vm).unwrap_or(DEFAULT_CLAIM), disk)?;
    Ok(match plan.spec.pvc_name_template_use_generate_name {
        Some(false) => ClaimName::Exact(name),
        Some(true) | None => ClaimName::Generated(name + "-"),
    })
}

/// Template data for the claim of a disk; `of_disk` holds the fields that the platform adds.
pub fn disk_data(plan: &Plan, source: &SourceVm, target_vm: &str, index: usize, of_disk: Data) -> Data {
    let mut data = of_disk;
    data.extend([
        ("PlanName", plan.name_any().into()),
        ("VmName", source.name.clone().into()),
        ("TargetVmName", target_vm.into()),
        ("VmId", source.id.clone().into()),
        ("DiskIndex", Value::Int(i64::try_from(index).unwrap_or(i64::MAX))),
    ]);
    data
}

/// Index of the disk that the guest boots from: `/dev/sdb1` is on disk 1.
pub fn root_disk(vm: &PlanVm) -> usize {
    let device = vm.root_disk.as_deref().and_then(|disk| disk.strip_prefix("/dev/sd"));
    let letter = device
        .and_then(|letters| letters.bytes().next())
        .filter(u8::is_ascii_lowercase);
    letter.map_or(0, |letter| usize::from(letter - b'a'))
}

/// Name of a volume from the plan's template; default: `vol-N`.
pub fn volume_name(spec: &PlanSpec, vm: &PlanVm, claim: &str, index: usize) -> String {
    let template = configured(&vm.volume_name_template, &spec.volume_name_template);
    render_name(template, &volume_data(claim, index)).unwrap_or_else(|| format!("vol-{index}"))
}

/// Name of a network interface from the plan's template; default: `net-N`.
pub fn network_name(spec: &PlanSpec, vm: &PlanVm, destination: &NetworkDestination, index: usize) -> String {
    // The documentation says `Pod` and `Multus`; Forklift passes the value of the map (`pod`, `multus`).
    let kind = match destination.type_ {
        NetworkDestinationType::Pod => "pod",
        NetworkDestinationType::Multus => "multus",
        NetworkDestinationType::Ignored => "ignored",
    };
    let name = destination.name.as_deref().unwrap_or_default();
    let namespace = destination.namespace.as_deref().unwrap_or_default();
    let template = configured(&vm.network_name_template, &spec.network_name_template);
    let render_name = render_name(template, &network_data(name, namespace, kind, index));
    render_name.unwrap_or_else(|| format!("net-{index}"))
}

/// Whether a template for volumes renders a valid name from example data.
pub fn is_valid_for_volumes(template: Option<&str>) -> bool {
    is_valid(template, &volume_data("test-pvc", 0))
}

/// Whether a template for network interfaces renders a valid name from example data.
pub fn is_valid_for_networks(template: Option<&str>) -> bool {
    is_valid(template, &network_data("test-network", "test-namespace", "Multus", 0))
}

fn is_valid(template: Option<&str>, example: &Data) -> bool {
    template
        .filter(|text| !text.is_empty())
        .is_none_or(|text| label(text, example).is_ok())
}

fn volume_data(claim: &str, index: usize) -> Data {
    let index = Value::Int(i64::try_from(index).unwrap_or(i64::MAX));
    Data::from([("PVCName", claim.into()), ("VolumeIndex", index)])
}

fn network_data(name: &str, namespace: &str, kind: &str, index: usize) -> Data {
    Data::from([
        ("NetworkName", name.into()),
        ("NetworkNamespace", namespace.into()),
        ("NetworkType", kind.into()),
        ("NetworkIndex", Value::Int(i64::try_from(index).unwrap_or(i64::MAX))),
    ])
}

fn configured<'a>(of_vm: &'a Option<String>, of_plan: &'a Option<String>) -> Option<&'a str> {
    let filled = |template: &'a Option<String>| template.as_deref().filter(|text| !text.is_empty());
    filled(of_vm).or_else(|| filled(of_plan))
}

/// Renders a name of a volume or interface; `None`: use the default, also when rendering fails.
fn render_name(template: Option<&str>, data: &Data) -> Option<String> {
    let mut name = Template::parse(template?)
        .and_then(|template| template.render(data))
        .ok()?;
    while name.len() > LIMIT {
        name.pop();
    }
    (!name.is_empty()).then_some(name)
}

/// Renders the template and checks that the result is a DNS-1123 label.
pub fn label(template: &str, data: &Data) -> Result<String, String> {
    let rendered = Template::parse(template).and_then(|template| template.render(data));
    let rendered = rendered.map_err(|error| error.to_string())?;
    match rendered.trim() {
        "" => Err("Template output is empty".to_owned()),
        name if vm_names::is_label(name) && name.len() <= LIMIT => Ok(name.to_owned()),
        name => Err(format!("Template output is invalid k8s label [{name}]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(spec: PlanSpec) -> Plan {
        Plan::new("realfull-two-wffc", spec)
    }

    fn data(plan: &Plan) -> Data {
        let source = SourceVm {
            name: "rhel-two".into(),
            ..SourceVm::default()
        };
        let of_disk = Data::from([("FileName", "rhel_two_1.vmdk".into()), ("Shared", false.into())]);
        disk_data(plan, &source, "rhel-two", 1, of_disk)
    }

    fn named_with(template: &str, generate: Option<bool>) -> Result<ClaimName, String> {
        let plan = plan(PlanSpec {
            pvc_name_template: Some(template.into()),
            pvc_name_template_use_generate_name: generate,
            ..PlanSpec::default()
        });
        claim_name(&plan, &PlanVm::default(), &data(&plan))
    }

    #[test]
    fn claims_are_named_after_plan_and_vm() {
        let plan = plan(PlanSpec::default());
        assert_eq!(
            claim_name(&plan, &PlanVm::default(), &data(&plan)),
            Ok(ClaimName::Generated("realfull-two-wf-rhel-two-disk-1-".into()))
        );
    }

    #[test]
    fn a_template_is_a_prefix_unless_the_plan_disables_generated_names() {
        let template = r#"{{ .FileName | trimSuffix ".vmdk" | replace "_" "-" }}-{{.DiskIndex}}"#;
        assert_eq!(
            named_with(template, None),
            Ok(ClaimName::Generated("rhel-two-1-1-".into()))
        );
        assert_eq!(
            named_with(template, Some(false)),
            Ok(ClaimName::Exact("rhel-two-1-1".into()))
        );
    }

    #[test]
    fn results_that_are_not_labels_are_refused() {
        for (template, error) in [
            ("disk {{.DiskIndex}}", "Template output is invalid k8s label [disk 1]"),
            ("{{if false}}a{{end}}", "Template output is empty"),
            (
                "{{.Nonsense}}",
                "character 3: there is no field .Nonsense; there are .DiskIndex, .FileName, .PlanName, .Shared, .TargetVmName, .VmId, .VmName",
            ),
        ] {
            assert_eq!(named_with(template, None), Err(error.into()), "{template}");
        }
        assert!(named_with(&"a".repeat(64), None).is_err());
        assert!(!is_valid_for_volumes(Some("disk-{{.InvalidField}}")));
        assert!(is_valid_for_networks(Some(
            "{{.NetworkType | lower}}-{{.NetworkIndex}}"
        )));
        // Like Forklift, validation uses the documented "Multus", although rendering gets "multus".
        assert!(!is_valid_for_networks(Some("{{.NetworkType}}-{{.NetworkIndex}}")));
    }

    #[test]
    fn volumes_and_interfaces_fall_back_to_numbers() {
        let spec = PlanSpec {
            volume_name_template: Some("{{.PVCName}}-{{.VolumeIndex}}".into()),
            network_name_template: Some("{{if eq .NetworkType \"pod\"}}default{{end}}".into()),
            ..PlanSpec::default()
        };
        let vm = PlanVm::default();
        assert_eq!(volume_name(&spec, &vm, "claim", 2), "claim-2");
        assert_eq!(volume_name(&PlanSpec::default(), &vm, "claim", 2), "vol-2");
        assert_eq!(volume_name(&spec, &vm, &"a".repeat(70), 0).len(), 63);
        let pod = NetworkDestination::default();
        assert_eq!(network_name(&spec, &vm, &pod, 0), "default");
        let multus = NetworkDestination {
            type_: NetworkDestinationType::Multus,
            ..pod
        };
        assert_eq!(network_name(&spec, &vm, &multus, 1), "net-1");
    }

    #[test]
    fn the_root_disk_is_found_by_its_device_letter() {
        let of = |disk: &str| {
            root_disk(&PlanVm {
                root_disk: Some(disk.into()),
                ..PlanVm::default()
            })
        };
        assert_eq!(
            (of("/dev/sda"), of("/dev/sdb1"), root_disk(&PlanVm::default())),
            (0, 1, 0)
        );
    }
}
