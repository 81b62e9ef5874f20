//! The options of a VM, from table rows to a typed value.

use super::duration::StatedDuration;
use super::field::{Field, Fields, Key, Role};
use super::mistake::Error;
use super::platform_limit::{self, ENCRYPTION};
use super::table::Row;
use super::values::{Datastore, DiskAddresses, TargetName};
use super::words::{NicState, SharedDisks};
use crate::migration::intent::VmOptions;
use crate::source::{Power, Provisioning};

/// The VM or template on the source.
pub const VM: Key<String> = Key::new("VM", "name of the VM or template on the source").role(Role::SourceVm);

/// A VM that an earlier sentence has put into the plan.
pub const PLAN_VM: Key<String> = Key::new("VM", "name of the VM or template on the source").role(Role::PlanVm);

const POWER: Key<Power> = Key::new("power", "power state when the migration starts; default: off");
const DISK_TYPE: Key<Provisioning> = Key::new(
    "disk type",
    "provisioning of the clone's disks; default: as on the original",
);
const NAME: Key<String> = Key::new(
    "name",
    "what the clone's name is made from, instead of the original's name",
);
const TARGET_NAME: Key<TargetName> = Key::new("target name", "name of the VM on the target");

const GUEST_AGENT: Key<bool> = Key::new(
    "guest agent",
    "whether the guest agent is awaited before the migration and must answer after it",
);
const GUEST_AGENT_TIMEOUT: Key<StatedDuration> = Key::new("guest agent timeout", "how long the guest agent is awaited");
const KEEP_NAME_FORMAT: Key<bool> = Key::new(
    "keep name format",
    "whether the clone's name keeps upper case and underscores, which Kubernetes does not take",
);
const DATASTORE: Field = Field::new::<Datastore>("datastore", "where the clone's disks are put").later();
const HOST: Field = Field::new::<String>("host", "host that the clone runs on").later();
const EXTRA_NIC: Field = Field::new::<NicState>(
    "extra NIC",
    "one more network interface, with this state when the VM starts",
)
.later();
const EXCLUDE_DISKS: Field = Field::new::<DiskAddresses>("exclude disks", "disks that are not migrated").later();
const LUKS: Field = Field::new::<bool>("LUKS", "whether disks are encrypted and MTV is given their passphrase")
    .limited(&ENCRYPTION)
    .later();
const LUKS_PASSPHRASE: Field = Field::new::<String>(
    "LUKS passphrase",
    "the passphrase that MTV is given, instead of the one of the providers file",
)
.limited(&ENCRYPTION)
.later();
const SHARED_DISKS: Field =
    Field::new::<SharedDisks>("shared disks", "what the VM is to the disks that it shares with others")
        .limited(&platform_limit::SHARED_DISKS)
        .later();

/// What can be said of a clone, behind what comes first.
macro_rules! of_a_clone {
    [$($first:expr)?] => {
        &[
            $($first,)?
            POWER.field,
            DISK_TYPE.field,
            NAME.field,
            TARGET_NAME.field.unique(),
            GUEST_AGENT.field,
            GUEST_AGENT_TIMEOUT.field,
            KEEP_NAME_FORMAT.field,
            DATASTORE,
            HOST,
            EXTRA_NIC,
            EXCLUDE_DISKS,
            LUKS,
            LUKS_PASSPHRASE,
            SHARED_DISKS,
        ]
    };
}

/// Options of a clone.
pub const CLONE: Fields = Fields {
    title: "VM options",
    all: of_a_clone![],
};

/// Columns of a table of clones: the VM, then any option.
pub const CLONES: Fields = Fields {
    title: "columns for clones",
    all: of_a_clone![VM.field.required()],
};

/// Options of a VM that is migrated as it is: those that leave the source alone.
pub const AS_IT_IS: Fields = Fields {
    title: "options of a VM as it is",
    all: &[
        TARGET_NAME.field.unique(),
        GUEST_AGENT.field,
        GUEST_AGENT_TIMEOUT.field,
        EXCLUDE_DISKS,
        LUKS,
        LUKS_PASSPHRASE,
    ],
};

/// The options that a row names.
pub fn vm_options(row: &Row) -> Result<VmOptions, Error> {
    Ok(VmOptions {
        power: row.get(POWER)?,
        disk_type: row.get(DISK_TYPE)?,
        name: row.get(NAME)?,
        keep_name_format: row.get(KEEP_NAME_FORMAT)?.unwrap_or(false),
        target_name: row.get(TARGET_NAME)?.map(|name| name.0),
        guest_agent: row.get(GUEST_AGENT)?,
        guest_agent_timeout: row.get(GUEST_AGENT_TIMEOUT)?.map(|timeout| timeout.0),
    })
}

#[cfg(test)]
mod tests {
    use super::super::table::{options, tests::table};
    use super::*;

    #[test]
    fn options_of_a_clone_are_typed() {
        let rows: &[&[&str]] = &[&["power", "on"], &["disk type", "thick-eager"], &["target name", "web"]];
        let row = options(Some(&table(rows)), CLONE).expect("options");
        let expected = VmOptions {
            power: Some(Power::On),
            disk_type: Some(Provisioning::ThickZeroed),
            name: None,
            keep_name_format: false,
            target_name: Some("web".into()),
            ..VmOptions::default()
        };
        assert_eq!(vm_options(&row), Ok(expected));
    }

    #[test]
    fn a_vm_as_it_is_takes_only_what_leaves_the_source_alone() {
        let power = options(Some(&table(&[&["power", "on"]])), AS_IT_IS);
        insta::assert_snapshot!(power.expect_err("refused"), @r#"unknown option "power"; there are target name, guest agent, guest agent timeout"#);
    }

    #[test]
    fn a_table_of_clones_takes_the_options_of_a_clone() {
        let names = |fields: Fields| fields.all.iter().map(|field| field.name).collect::<Vec<_>>();
        assert_eq!(names(CLONES), [vec!["VM"], names(CLONE)].concat());
    }
}
