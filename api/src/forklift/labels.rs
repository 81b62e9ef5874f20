//! Labels that Forklift puts on what it creates (`pkg/controller/plan/kubevirt.go`), and selectors of them.
//!
//! ```
//! use forklift_api::forklift::labels;
//!
//! assert_eq!(labels::of_vm("plan-uid", "vm-431"), "plan=plan-uid,vmID=vm-431");
//! ```

/// UID of the Plan, on everything that is created for it.
pub const PLAN: &str = "plan";
/// UID of the Migration, on almost everything that is created while it runs.
pub const MIGRATION: &str = "migration";
/// The provider's id of the source VM, on everything that is created for one VM.
pub const VM_ID: &str = "vmID";
/// Type of the provider that a Secret was created for; the console finds it by this label.
pub const PROVIDER_TYPE: &str = "createdForProviderType";

/// Selects what Forklift creates for the Plan of this UID.
pub fn of_plan(plan_uid: &str) -> String {
    format!("{PLAN}={plan_uid}")
}

/// Selects what Forklift creates for one VM of the Plan of this UID, whichever Migration created it.
pub fn of_vm(plan_uid: &str, vm_id: &str) -> String {
    format!("{PLAN}={plan_uid},{VM_ID}={vm_id}")
}

/// Selects what Forklift creates for one VM in the Migration of this UID.
pub fn of_vm_in_migration(migration_uid: &str, vm_id: &str) -> String {
    format!("{MIGRATION}={migration_uid},{VM_ID}={vm_id}")
}
