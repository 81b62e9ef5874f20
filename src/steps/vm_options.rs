//! The options of a VM, from table rows to a typed value.

use super::table::{Error, Keys, Row, word};
use crate::migration::intent::VmOptions;
use crate::source::{DiskType, Power};

const POWER: &str = "power";
const DISK_TYPE: &str = "disk type";
const NAME: &str = "name";
const TARGET_NAME: &str = "target name";

/// Options of a clone.
pub const CLONE: Keys = Keys {
    now: &[POWER, DISK_TYPE, NAME, TARGET_NAME],
    later: LATER,
};

/// Options of a VM that is migrated as it is: those that leave the source alone.
pub const AS_IT_IS: Keys = Keys {
    now: &[TARGET_NAME],
    later: &["guest agent", "guest agent timeout", "LUKS", "LUKS passphrase"],
};

/// Columns of a table of clones: the VM, then any option.
pub const CLONES: Keys = Keys {
    now: &[VM, POWER, DISK_TYPE, NAME, TARGET_NAME],
    later: LATER,
};

/// The column with the VM's name.
pub const VM: &str = "VM";

const LATER: &[&str] = &[
    "guest agent",
    "guest agent timeout",
    "keep name format",
    "datastore",
    "host",
    "extra NIC",
    "LUKS",
    "LUKS passphrase",
    "shared disks",
];

/// The options that a row names; the column [`VM`] is none of them.
pub fn vm_options(row: &Row) -> Result<VmOptions, Error> {
    let mut options = VmOptions::default();
    for (key, value) in row {
        match key.as_str() {
            POWER => options.power = Some(word(key, value, &[("on", Power::On), ("off", Power::Off)])?),
            DISK_TYPE => {
                let types = [
                    ("thin", DiskType::Thin),
                    ("thick-lazy", DiskType::ThickLazy),
                    ("thick-eager", DiskType::ThickEager),
                ];
                options.disk_type = Some(word(key, value, &types)?);
            }
            NAME => options.name = Some(value.clone()),
            TARGET_NAME => options.target_name = Some(value.clone()),
            _ => {}
        }
    }
    Ok(options)
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
            disk_type: Some(DiskType::ThickEager),
            name: None,
            target_name: Some("web".into()),
        };
        assert_eq!(vm_options(&row), Ok(expected));
    }

    #[test]
    fn a_power_state_that_does_not_exist_is_refused() {
        let row = options(Some(&table(&[&["power", "up"]])), CLONE).expect("options");
        insta::assert_snapshot!(vm_options(&row).expect_err("refused"), @r#""up" is no value for "power"; it takes on, off"#);
    }

    #[test]
    fn a_vm_as_it_is_takes_only_what_leaves_the_source_alone() {
        let power = options(Some(&table(&[&["power", "on"]])), AS_IT_IS);
        insta::assert_snapshot!(power.expect_err("refused"), @r#"unknown option "power"; there are target name"#);
    }
}
