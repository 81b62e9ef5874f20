//! Go templates with which a plan asks for names, as Forklift reads them (`pkg/templateutil`).

use forklift_api::forklift::PlanSpec;
use go_template::{Data, Error, Template, Value};

use crate::source::Descriptor;

/// Objects that a template names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamesOf {
    /// Claims.
    Claims,
    /// Volumes of the VM.
    Volumes,
    /// Network interfaces of the VM.
    Interfaces,
}

impl NamesOf {
    /// Whether a template can be read and asks only for what there is, on whichever platform. What it makes of a VM that
    /// is not known yet is for MTV to judge.
    ///
    /// # Errors
    /// The template is invalid; the place and the reason.
    pub fn check(self, template: &str) -> Result<(), Error> {
        Template::parse(template)?.render(&self.example()).map(drop)
    }

    fn example(self) -> Data {
        match self {
            Self::Claims => Data::from([
                ("PlanName", "plan".into()),
                ("VmName", "vm".into()),
                ("TargetVmName", "vm".into()),
                ("VmId", "vm-1".into()),
                ("DiskIndex", Value::Int(0)),
                // vSphere
                ("FileName", "vm.img".into()),
                ("RootDiskIndex", Value::Int(0)),
                ("Shared", Value::Bool(false)),
                ("WinDriveLetter", "c".into()),
                // OpenShift
                ("SourcePVCName", "claim".into()),
                ("SourcePVCNamespace", "namespace".into()),
                // oVirt and Hyper-V
                ("DiskId", "disk-1".into()),
            ]),
            Self::Volumes => Data::from([("PVCName", "claim".into()), ("VolumeIndex", Value::Int(0))]),
            Self::Interfaces => Data::from([
                ("NetworkName", "network".into()),
                ("NetworkNamespace", "namespace".into()),
                ("NetworkType", "multus".into()),
                ("NetworkIndex", Value::Int(0)),
            ]),
        }
    }
}

/// A disk, as far as a template for its claim can know it beforehand.
#[derive(Debug, Clone)]
pub struct DiskFacts<'a> {
    /// Name of the Plan.
    pub plan: &'a str,
    /// Id of the VM on the source.
    pub vm_id: &'a str,
    /// Name of the VM on the source.
    pub vm: &'a str,
    /// Name of the VM on the target.
    pub target_vm: &'a str,
    /// The disk's place, from 0.
    pub index: usize,
    /// Facts that only disks of this platform have.
    pub own: Data,
}

impl DiskFacts<'_> {
    fn data(&self) -> Data {
        let common = Data::from([
            ("PlanName", self.plan.into()),
            ("VmName", self.vm.into()),
            // Dots are allowed in the name of a VM, but not in a label.
            ("TargetVmName", self.target_vm.replace('.', "-").into()),
            ("VmId", self.vm_id.into()),
            ("DiskIndex", Value::Int(i64::try_from(self.index).unwrap_or(i64::MAX))),
        ]);
        common.into_iter().chain(self.own.clone()).collect()
    }
}

/// The rule for the names of a plan's claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimNames {
    /// The template.
    pub template: String,
    /// Whether Kubernetes adds a random suffix (`generateName`).
    pub generate: bool,
}

/// Expected name of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimName {
    /// Prefix of the name; Kubernetes adds five characters.
    Prefix(String),
    /// Just so.
    Exact(String),
}

impl ClaimNames {
    /// The rule that a plan names, if it does. Unsaid, the platform decides whether Kubernetes adds a suffix.
    pub fn from_spec(spec: &PlanSpec, platform: &dyn Descriptor) -> Option<Self> {
        Some(Self {
            template: spec.pvc_name_template.clone()?,
            generate: spec
                .pvc_name_template_use_generate_name
                .unwrap_or_else(|| platform.generates_claim_names()),
        })
    }

    /// Expected name of the claim of a disk.
    ///
    /// # Errors
    /// The template asks for something that is not known beforehand.
    pub fn of_disk(&self, disk: &DiskFacts<'_>) -> Result<ClaimName, Error> {
        let rendered = Template::parse(&self.template)?.render(&disk.data())?;
        let name = rendered.trim();
        Ok(match self.generate {
            // Kubernetes keeps 58 characters and adds five.
            true => {
                let mut prefix = format!("{}-", name.strip_suffix('-').unwrap_or(name));
                while prefix.len() > 58 {
                    prefix.pop();
                }
                ClaimName::Prefix(prefix)
            }
            false => ClaimName::Exact(name.strip_suffix('-').unwrap_or(name).to_owned()),
        })
    }
}

impl ClaimName {
    /// Whether a claim has the expected name.
    pub fn is(&self, claim: &str) -> bool {
        match self {
            Self::Prefix(prefix) => claim
                .strip_prefix(prefix.as_str())
                .is_some_and(|suffix| suffix.len() == 5),
            Self::Exact(name) => claim == name,
        }
    }
}

impl std::fmt::Display for ClaimName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Prefix(prefix) => write!(f, "{prefix} and five characters"),
            Self::Exact(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "auto-ab12-mtv-win2019-3disks-lab-block-4-20-4-cold-x7kq";

    fn disk(vm: &str) -> DiskFacts<'_> {
        DiskFacts {
            plan: "plan",
            vm_id: "vm-7",
            vm,
            target_vm: vm,
            index: 1,
            own: Data::from([("RootDiskIndex", Value::Int(0)), ("FileName", "vm_1.vmdk".into())]),
        }
    }

    fn name(template: &str, generate: bool, vm: &str) -> String {
        let names = ClaimNames {
            template: template.into(),
            generate,
        };
        match names.of_disk(&disk(vm)) {
            Ok(name) => name.to_string(),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn claims_are_named_by_the_template() {
        for (template, generate, vm, expected) in [
            (
                r#"{{ .VmName | trunc 32 | trimSuffix "-" }}-{{ .VmName | trunc -4 }}-disk-{{.DiskIndex}}"#,
                false,
                LONG,
                "auto-ab12-mtv-win2019-3disks-lab-x7kq-disk-1",
            ),
            (
                r#"{{ .FileName | trimSuffix ".vmdk" | replace "_" "-" }}-{{.DiskIndex}}"#,
                true,
                "vm",
                "vm-1-1- and five characters",
            ),
            ("{{.TargetVmName}}-", false, "web.example", "web-example"),
            (
                "{{.Shared}}",
                true,
                "vm",
                "error: character 3: there is no field .Shared; there are .DiskIndex, .FileName, .PlanName, .RootDiskIndex, .TargetVmName, .VmId, .VmName",
            ),
        ] {
            assert_eq!(name(template, generate, vm), expected, "{template}");
        }
        // 60 characters: Kubernetes takes 58 of them.
        let prefix = name(&"a".repeat(60), true, "vm");
        assert_eq!(prefix, format!("{} and five characters", "a".repeat(58)));
    }

    #[test]
    fn a_generated_name_has_five_characters_more() {
        let prefix = ClaimName::Prefix("vm-disk-1-".into());
        assert!(prefix.is("vm-disk-1-x7kq2"));
        assert!(!prefix.is("vm-disk-1-0-x7kq2"));
        assert!(ClaimName::Exact("vm".into()).is("vm"));
        assert!(!ClaimName::Exact("vm".into()).is("vm-x7kq2"));
    }

    #[test]
    fn a_template_asks_for_what_there_is() {
        let said = |of: NamesOf, template| of.check(template).err().map(|error| error.to_string());
        assert_eq!(said(NamesOf::Claims, "{{.VmName}}-{{.DiskIndex}}"), None);
        // MTV refuses it, which is a scenario of its own.
        assert_eq!(said(NamesOf::Claims, "Disk_{{.DiskIndex}}"), None);
        assert_eq!(said(NamesOf::Interfaces, "{{.NetworkType}}"), None);
        insta::assert_snapshot!(said(NamesOf::Volumes, "{{.VmName}}").unwrap_or_default(), @"character 3: there is no field .VmName; there are .PVCName, .VolumeIndex");
    }
}
