//! The rules of naming, each with its examples.

use proptest::prelude::*;

use super::*;

fn run() -> RunId {
    RunId::from("auto-ab12")
}

/// `expected` with `<4>` standing for four random characters.
fn matches(name: &str, expected: &str) -> bool {
    let pattern = format!("^{}$", regex::escape(expected).replace("<4>", "[2-9a-z]{4}"));
    regex::Regex::new(&pattern).unwrap().is_match(name)
}

#[test]
fn generated_names_end_in_four_characters() {
    for (name, expected) in [("auto", "auto-<4>"), ("My_Vm.1", "my-vm-1-<4>")] {
        let generated = generate(name);
        assert!(matches(&generated, expected), "{generated}");
    }
    assert_ne!(generate("auto"), generate("auto"));
}

#[test]
fn names_are_cleaned() {
    assert_eq!(with_tail("My_Vm.1", "x7Kq"), "my-vm-1-x7kq");
}

#[test]
fn long_names_keep_their_end_and_namespaces_their_beginning() {
    let long: String = (0..70).map(|i| char::from(b'a' + (i % 26))).collect();
    assert_eq!(last(&long), long[7..]);
    assert_eq!(first(&long), long[..63]);
    assert_eq!(namespace(&run(), &long), format!("auto-ab12-{long}")[..63]);
}

#[test]
fn namespaces_carry_the_run_and_the_suffix() {
    for (suffix, expected) in [
        ("", "auto-ab12"),
        ("auto", "auto-ab12"),
        ("auto-team", "auto-ab12-team"),
        ("team", "auto-ab12-team"),
    ] {
        assert_eq!(namespace(&run(), suffix), expected, "{suffix}");
    }
}

#[test]
fn the_base_name_says_where_from() {
    let vsphere = ProviderType::Vsphere;
    let name = "auto-ab12-source-vsphere-8-0-3-00400";
    assert_eq!(base(&run(), vsphere, "8.0.3.00400", false), name);
    assert_eq!(base(&run(), vsphere, "8.0.3.00400", true), format!("{name}-xcopy"));
}

#[test]
fn plans_and_migrations_say_warm_or_cold_truthfully() {
    for flavour in [Flavour::Cold, Flavour::Warm] {
        let name = flavoured("auto-ab12-source-vsphere-8-0-3", flavour);
        let expected = format!("auto-ab12-source-vsphere-8-0-3-<4>-{}", flavour.as_str());
        assert!(matches(&name, &expected), "{name}");
    }
}

#[test]
fn clones_say_what_is_done_with_them() {
    let suffix = vm_suffix("ocs-storagecluster-ceph-rbd", "4.20.1", Flavour::Cold);
    assert_eq!(suffix, "-ceph-rbd-4-20-1-cold");
    assert_eq!(vm_suffix("ontap-san", "", Flavour::Warm), "-ontap-san--warm");
    assert_eq!(vm_suffix("nfs", "4.20", Flavour::Cold), "-nfs-4-20-cold");
    let name = clone(&run(), "mtv-tests-rhel8", &suffix);
    assert!(
        matches(&name, "auto-ab12-mtv-tests-rhel8-ceph-rbd-4-20-1-cold-<4>"),
        "{name}"
    );
}

#[test]
fn target_names_are_dns_labels() {
    for (name, expected) in [
        ("XCopy_Test_VM_CAPS", "xcopy-test-vm-caps"),
        ("mtv.tests.rhel8", "mtv-tests-rhel8"),
        ("-a (copy)!-", "acopy"),
    ] {
        let sanitised = sanitise(name);
        assert_eq!(sanitised, expected);
    }
}

#[test]
fn nads_are_numbered() {
    assert_eq!(
        [nad("cb-a1b2c3", 1), nad("cb-a1b2c3", 2)],
        ["cb-a1b2c3-1", "cb-a1b2c3-2"]
    );
}

#[test]
fn nad_bases_differ_by_run_and_scenario_and_fit_a_bridge_name() {
    let base = nad_base(&run(), "cold/smoke");
    assert_eq!(base, nad_base(&run(), "cold/smoke"));
    assert_ne!(base, nad_base(&run(), "cold/other"));
    assert_ne!(base, nad_base(&RunId::from("auto-cd34"), "cold/smoke"));
    assert!(nad(&base, 99).len() < 15, "{base}");
}

proptest! {
    #[test]
    fn unique_names_fit_and_keep_their_random_end(base in "[a-zA-Z0-9._-]{0,120}") {
        let name = unique(&base);
        prop_assert!(name.chars().count() <= LIMIT, "{}", name);
        prop_assert!(!name.starts_with('-'), "{}", name);
        let (_, tail) = name.rsplit_once('-').unwrap_or(("", &name));
        prop_assert!(tail.len() == 4, "{}", name);
    }
}
